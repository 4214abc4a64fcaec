//! A screen without a monitor, a session bus and WebKit's driver: what a window needs to be looked at by a test.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// The driver answers within a second; a busy machine gets more.
const START_LIMIT: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);
/// Larger than the window, as in a shop.
const SIZE: &str = "1366x900x24";

/// Programs started together and ended together, with all they started themselves.
pub struct Screen {
    display: String,
    driver: SocketAddr,
    programs: Vec<Child>,
}

impl Screen {
    /// Starts the screen and the driver.
    pub fn start() -> Result<Self> {
        Self::start_for(None)
    }

    /// As [`Screen::start`], for a person whose home is this folder.
    pub fn start_for(home: Option<&Path>) -> Result<Self> {
        let mut screen = Self { display: String::new(), driver: free_address()?, programs: Vec::new() };
        screen.display = screen.start_display()?;
        screen.start_driver(home)?;
        Ok(screen)
    }

    /// Where WebKit's driver listens.
    pub fn driver(&self) -> SocketAddr {
        self.driver
    }

    /// Takes the whole screen's picture into `target/shots`. The driver's own way of doing it never answers here.
    pub fn shot(&self, name: &str) -> Result<PathBuf> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/shots");
        fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        let status =
            Command::new("import").args(["-window", "root"]).arg(&file).env("DISPLAY", &self.display).status()?;
        if !status.success() {
            bail!("the picture {name} could not be taken: {status}");
        }
        Ok(file)
    }

    fn start_display(&mut self) -> Result<String> {
        let mut xvfb = Command::new("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", SIZE, "-nolisten", "tcp"]);
        let mut child = xvfb.stdout(Stdio::piped()).stderr(Stdio::null()).process_group(0).spawn().context("Xvfb")?;
        let out = child.stdout.take().context("Xvfb's output")?;
        self.programs.push(child);
        let mut number = String::new();
        BufReader::new(out).read_line(&mut number).context("Xvfb's display number")?;
        match number.trim() {
            "" => bail!("Xvfb ended without opening a display"),
            number => Ok(format!(":{number}")),
        }
    }

    fn start_driver(&mut self, home: Option<&Path>) -> Result<()> {
        let mut driver = Command::new("dbus-run-session");
        driver.args(["--", "WebKitWebDriver", &format!("--port={}", self.driver.port())]);
        driver.env("DISPLAY", &self.display).env_remove("WAYLAND_DISPLAY").env("GDK_BACKEND", "x11");
        driver.env("TAURI_WEBVIEW_AUTOMATION", "true");
        // Without these the window stays blank on a screen without a graphics card, or the session waits for a bus.
        driver.env("WEBKIT_DISABLE_COMPOSITING_MODE", "1").env("WEBKIT_DISABLE_DMABUF_RENDERER", "1");
        driver.env("LIBGL_ALWAYS_SOFTWARE", "1").env("NO_AT_BRIDGE", "1");
        // WebKit's sandbox cannot be set up by root, who runs the tests in a container.
        driver.env("WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS", "1");
        if let Some(home) = home {
            driver.env("HOME", home).env("XDG_CONFIG_HOME", home.join(".config"));
        }
        self.programs.push(driver.process_group(0).spawn().context("dbus-run-session")?);
        let started = Instant::now();
        while TcpStream::connect_timeout(&self.driver, POLL).is_err() {
            if started.elapsed() > START_LIMIT {
                bail!("WebKit's driver did not start within {} s", START_LIMIT.as_secs());
            }
            thread::sleep(POLL);
        }
        Ok(())
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        for program in self.programs.iter_mut().rev() {
            // The whole group: the bus starts helpers that would outlive it.
            let group = format!("-{}", program.id());
            let _ = Command::new("kill").args(["-TERM", "--", &group]).status();
            let _ = program.wait();
        }
    }
}

/// An address nobody listens on right now.
pub fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}
