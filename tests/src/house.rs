//! A real `comanda-terminal` on a free port, with a virtual printer beside it, to be played with and killed.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{
    command::{Command as Order, Envelope},
    ids::{CommandId, Session, StaffId},
    query::{Done, Outcome},
};
use serde_json::Value;
use terminal::demo_service::Client;

/// A terminal that is not open by then will not open.
const OPENS_WITHIN: Duration = Duration::from_secs(30);
/// A terminal that was asked to stop has stopped by then.
const STOPS_WITHIN: Duration = Duration::from_secs(20);
/// Requests that are not answered are sent so often; the house is on this machine.
const TRIES: u32 = 3;

/// A running terminal. Dropped, it is killed.
pub struct House {
    child: Child,
    pub url: String,
    pub data: PathBuf,
}

/// The folder with the programs, built when they are not given by `COMANDA_PROGRAMS`.
pub(crate) fn programs() -> Result<PathBuf> {
    static BUILT: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    let build = || -> Result<PathBuf> {
        if let Some(folder) = std::env::var_os("COMANDA_PROGRAMS") {
            return Ok(folder.into());
        }
        let mut cargo = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()));
        cargo.args(["build", "--quiet", "--package", "terminal", "--bin", "comanda-terminal"]);
        cargo.args(if cfg!(debug_assertions) { None } else { Some("--release") });
        cargo.current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(".."));
        if !cargo.status().context("starting cargo")?.success() {
            bail!("comanda-terminal does not build");
        }
        // target/debug/deps/service-… or target/release/bench
        let me = std::env::current_exe()?;
        let folder = me.ancestors().skip(1).find(|f| f.join("comanda-terminal").is_file());
        Ok(folder.context("comanda-terminal is not beside this program")?.to_owned())
    };
    BUILT.get_or_init(|| build().map_err(|e| format!("{e:#}"))).clone().map_err(anyhow::Error::msg)
}

/// Starts a terminal and waits until it says where it is open.
pub(crate) fn opened(terminal: &mut Command) -> Result<(Child, String)> {
    let mut child =
        terminal.stdout(Stdio::piped()).stdin(Stdio::null()).spawn().context("starting comanda-terminal")?;
    let says = child.stdout.take().context("its output is ours")?;
    let (began, mut url) = (Instant::now(), None);
    for line in BufReader::new(says).lines() {
        url = line?.strip_prefix("Comanda is open: ").map(|u| u.trim_end_matches('/').to_owned());
        if url.is_some() || began.elapsed() > OPENS_WITHIN {
            break;
        }
    }
    match url {
        Some(url) => Ok((child, url)),
        None => bail!("comanda-terminal did not open: {:?}", child.wait()),
    }
}

impl House {
    /// Opens a terminal on a data folder; an empty one becomes the demo restaurant, printing to `printer`.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open(data: &Path, printer: Option<std::net::SocketAddr>) -> Result<House> {
        let printer = printer.map(|p| ["--printer".to_owned(), p.to_string()]);
        House::open_with(
            data,
            &["--demo".to_owned()].into_iter().chain(printer.into_iter().flatten()).collect::<Vec<_>>(),
        )
    }

    /// Opens a terminal on a data folder as it is, with further words on its command line.
    ///
    /// # Errors
    /// When it does not open.
    pub fn open_with(data: &Path, words: &[String]) -> Result<House> {
        let mut terminal = Command::new(programs()?.join("comanda-terminal"));
        terminal.arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]).args(words);
        let (child, url) = opened(terminal.env("RUST_LOG", "error"))?;
        Ok(House { child, url, data: data.to_owned() })
    }

    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// The terminal's database.
    pub fn database(&self) -> PathBuf {
        self.data.join("comanda.db")
    }

    /// The power goes: SIGKILL.
    pub fn kill(mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// Asks it to end and waits until it has.
    ///
    /// # Errors
    /// When it does not end.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.pid().to_string()]).status().context("kill")?;
        let asked = Instant::now();
        while asked.elapsed() < STOPS_WITHIN {
            if self.child.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        bail!("comanda-terminal did not end");
    }

    /// Somebody signed in on a device of their own.
    ///
    /// # Errors
    /// When they may not.
    pub fn sign_in(&self, staff: &str, pin: &str, session: u64) -> Result<Person> {
        Person::at(&self.url, staff, pin, session)
    }

    /// Signs the demo's people in and gives their tokens, which a restart does not end.
    ///
    /// # Errors
    /// When one of them may not.
    pub fn tokens(&self) -> Result<BTreeMap<StaffId, String>> {
        let people = domain::demo::staff().into_iter().zip(1_000u64..);
        people
            .map(|((member, pin), session)| Ok((member.id.clone(), self.sign_in(&member.id.0, pin, session)?.token)))
            .collect()
    }

    /// One figure of `/metrics`.
    ///
    /// # Errors
    /// When there is no such figure.
    pub fn metric(&self, name: &str) -> Result<f64> {
        let text = get(&self.url, "/metrics", None, None)?;
        let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' '));
        Ok(line.with_context(|| format!("no {name} in {text}"))?.trim().parse()?)
    }
}

impl Drop for House {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A signed-in person with a device.
pub struct Person {
    /// The terminal before them.
    pub url: String,
    pub client: Client,
    session: Session,
    n: u32,
    pub token: String,
}

impl Person {
    /// Somebody at a terminal who has not signed in. No two people may have the same session.
    ///
    /// # Errors
    /// When `url` is none.
    pub fn unknown(url: &str, name: &str, session: u64) -> Result<Person> {
        let client = Client::new(url, &format!("test-{name}"), TRIES, None)?;
        Ok(Person { url: url.to_owned(), client, session: Session(session), n: 0, token: String::new() })
    }

    /// Somebody who signs in there.
    ///
    /// # Errors
    /// When they may not.
    pub fn at(url: &str, staff: &str, pin: &str, session: u64) -> Result<Person> {
        Person::unknown(url, staff, session)?.signed_in(staff, pin)
    }

    /// The same, with a PIN.
    ///
    /// # Errors
    /// When they may not.
    pub fn signed_in(mut self, staff: &str, pin: &str) -> Result<Person> {
        match self.does(Order::SignIn { staff: staff.into(), pin: pin.to_owned() })? {
            Outcome::Done(done) => {
                self.token = done.signed_in.context("a token")?.token;
                self.client.token = Some(self.token.clone());
                Ok(self)
            }
            Outcome::Refused(no) => bail!("{staff} may not sign in: {}", no.message),
        }
    }

    /// Does something that must be done.
    ///
    /// # Errors
    /// When there is no answer, or a refusal.
    pub fn done(&mut self, command: Order) -> Result<Done> {
        let what = format!("{command:?}");
        match self.does(command)? {
            Outcome::Done(done) => Ok(*done),
            Outcome::Refused(no) => bail!("{what} was refused: {}", no.message),
        }
    }

    /// Does something once.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn does(&mut self, command: Order) -> Result<Outcome> {
        self.n += 1;
        let id = CommandId { session: self.session, n: self.n };
        let want_check = command.check().is_some();
        Ok(self.client.dispatch(&Envelope { id, command, approval: None, want_check, again: false })?)
    }

    /// Asks something, JSON to JSON.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn asks(&mut self, query: &Value) -> Result<Value> {
        Ok(self.client.post("/api/query", query)?)
    }
}

/// The text behind a path; a token says who asks, a key on which device.
pub(crate) fn get(url: &str, path: &str, token: Option<&str>, device: Option<&str>) -> Result<String> {
    use std::io::{Read, Write};
    let host = url.trim_start_matches("http://");
    let mut line = std::net::TcpStream::connect(host)?;
    let who = token.map(|t| format!("Authorization: Bearer {t}\r\n")).unwrap_or_default();
    let device = device.map(|k| format!("X-Device-Key: {k}\r\n")).unwrap_or_default();
    write!(line, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{who}{device}\r\n")?;
    let mut answer = String::new();
    line.read_to_string(&mut answer)?;
    Ok(answer.split_once("\r\n\r\n").context("no answer")?.1.to_owned())
}

/// A folder for a terminal's data that is gone when dropped: in memory where there is such a place. Killing a program
/// takes nothing from what it wrote, on a disk or not; only the power could, and that is another test.
///
/// # Errors
/// When no folder can be made.
pub fn folder() -> Result<tempfile::TempDir> {
    let memory = Path::new("/dev/shm");
    Ok(if memory.is_dir() { tempfile::tempdir_in(memory)? } else { tempfile::tempdir()? })
}
