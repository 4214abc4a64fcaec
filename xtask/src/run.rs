//! `cargo xtask run`: the demo restaurant on this machine, with a printer that prints to the screen and to files.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, command, run, stop};
use crate::{root, say, setup, ui};

const LISTEN: &str = "127.0.0.1:7700";
const PRINTER: &str = "127.0.0.1:9100";
/// Where a second terminal on this machine, started by hand, joins the demo.
const PEERS: &str = "127.0.0.1:7710";
/// The virtual printer's page with the tickets stands on the first of these ports that is free.
const TICKETS: std::ops::Range<u16> = 9180..9190;
/// A terminal opens its data and the demo's menu in well under a second; a slow disk may take longer.
const START_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(100);

/// What the person asked for.
pub struct Options {
    /// The folder of the terminal's data.
    pub data: PathBuf,
    /// The address browsers use.
    pub listen: SocketAddr,
    /// The browser only, even where a window could open.
    pub browser: bool,
}

impl Options {
    /// Reads the words after `run`.
    pub fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self {
            data: root().join("target/demo"),
            listen: LISTEN.parse().expect("a literal address"),
            browser: false,
        };
        let mut words = args.iter();
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--data" => options.data = std::path::absolute(value()?)?,
                "--listen" => {
                    options.listen = value()?.parse().context("--listen wants an address such as 127.0.0.1:7700")?
                }
                "--browser" => options.browser = true,
                other => bail!("`run` has no option {other}"),
            }
        }
        Ok(options)
    }
}

/// Sets up, builds, starts everything, and stays until Ctrl-C or until the window is closed.
pub fn demo(options: &Options) -> Result<()> {
    let window = !options.browser && has_display();
    let compiler = setup::for_pages()?;
    setup::for_programs()?;
    if window {
        setup::for_window()?;
    }
    ui::ready(compiler)?;
    say::step("Programs");
    build_programs(window)?;

    let (interrupt, interrupted) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = interrupt.send(());
    })
    .context("listening for Ctrl-C")?;

    say::step("The demo restaurant");
    std::fs::create_dir_all(&options.data).with_context(|| format!("making {}", options.data.display()))?;
    let tickets = free(TICKETS)?;
    let mut house = House(vec![("the printer", printer(options, tickets).spawn().context("starting the printer")?)]);
    let program = if window { "comanda" } else { "comanda-terminal" };
    house.0.push(("the terminal", terminal(program, options).spawn().context("starting the terminal")?));
    house.wait_for(options.listen)?;
    say::boxed(&welcome(window, options, tickets));
    house.stay(&interrupted)
}

/// Builds what the demo starts.
pub fn build_programs(window: bool) -> Result<()> {
    let mut build = cargo();
    build.args(["build", "--package", "printing", "--package", "terminal", "--bins"]);
    run(&mut build).context("building the programs")?;
    if window { build_window() } else { Ok(()) }
}

/// Builds the desktop window; the pages must be built before, because they are inside it.
pub fn build_window() -> Result<()> {
    run(cargo().args(["build", "--package", "comanda"])).context("building the window")
}

/// The virtual printer's command line, in this one place.
fn printer(options: &Options, tickets: SocketAddr) -> Command {
    let mut printer = program("comanda-printer");
    printer.args(["--listen", PRINTER, "--web", &tickets.to_string()]).arg("--out").arg(options.data.join("paper"));
    printer
}

/// The terminal's command line, the same with a window and without.
fn terminal(name: &str, options: &Options) -> Command {
    let mut terminal = program(name);
    terminal.arg("--demo").arg("--data").arg(&options.data).args(["--listen", &options.listen.to_string()]);
    terminal.args(["--printer", PRINTER, "--peers", PEERS]).arg("--ui").arg(root().join("dist/ui"));
    terminal
}

fn program(name: &str) -> Command {
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    command(&root().join("target/debug").join(file).to_string_lossy())
}

/// The first port of these on this machine that nobody listens on.
fn free(mut ports: std::ops::Range<u16>) -> Result<SocketAddr> {
    let address = |port| SocketAddr::from(([127, 0, 0, 1], port));
    let first = ports.start;
    ports
        .find(|port| TcpListener::bind(address(*port)).is_ok())
        .map(address)
        .with_context(|| format!("the ports from {first} to {} are all taken", ports.end - 1))
}

fn welcome(window: bool, options: &Options, tickets: SocketAddr) -> Vec<String> {
    let mut lines = vec!["Comanda is open.".into(), String::new()];
    lines.push(if window {
        "The window is on your screen.".into()
    } else {
        "No screen here, so it runs in the browser.".into()
    });
    lines.extend([
        format!("Browser:    http://{}/", options.listen),
        format!("Tickets:    http://{tickets}/"),
        format!("Data:       {}", options.data.display()),
        String::new(),
        "Ctrl-C closes it. The data stays; delete the folder for a fresh day.".into(),
    ]);
    lines
}

fn has_display() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || set("DISPLAY") || set("WAYLAND_DISPLAY")
}

/// The programs that are running; all end together, however this command ends.
struct House(Vec<(&'static str, Child)>);

impl House {
    fn wait_for(&mut self, address: SocketAddr) -> Result<()> {
        let started = Instant::now();
        while TcpStream::connect_timeout(&address, POLL).is_err() {
            self.nobody_left()?;
            if started.elapsed() > START_LIMIT {
                bail!("the terminal did not answer on {address} within {} s", START_LIMIT.as_secs());
            }
            thread::sleep(POLL);
        }
        self.nobody_left()
    }

    /// Waits for Ctrl-C, or for the window to be closed, which is a program ending well.
    fn stay(mut self, interrupted: &mpsc::Receiver<()>) -> Result<()> {
        loop {
            match interrupted.recv_timeout(POLL) {
                Ok(()) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            for (name, child) in &mut self.0 {
                if let Some(status) = child.try_wait().context("looking after the programs")? {
                    say::fact(&format!("{name} ended"));
                    anyhow::ensure!(status.success(), "{name} ended with {status}");
                    return Ok(());
                }
            }
        }
        say::fact("closing");
        Ok(())
    }

    fn nobody_left(&mut self) -> Result<()> {
        for (name, child) in &mut self.0 {
            if let Some(status) = child.try_wait().context("looking after the programs")? {
                bail!("{name} ended at once with {status}; is another one running, or the port taken?");
            }
        }
        Ok(())
    }
}

impl Drop for House {
    fn drop(&mut self) {
        // The terminal first: it may still have a ticket for the printer.
        for (_, child) in self.0.iter_mut().rev() {
            stop(child);
        }
    }
}
