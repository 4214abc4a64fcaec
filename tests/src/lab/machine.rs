//! One terminal of the lab: the real program on a machine of its own, and people before it.

use std::{
    io::Write,
    net::Ipv4Addr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU64, Ordering},
};

use anyhow::{Context, Result, bail};
use domain::{
    ids::Origin,
    query::{Query, View},
    view::TerminalsView,
};
use serde_json::Value;

use crate::house::{Person, get, opened, programs};

// A terminal listens on all addresses its machine has or gets.
/// Where a terminal serves browsers.
pub const PAGES: u16 = 7700;
/// Where the other terminals call it.
pub const PEERS: u16 = 7710;

/// One machine with one terminal. Dropped, the terminal is killed.
pub struct Machine {
    /// Counted from 1.
    pub number: usize,
    pub name: String,
    /// Where its pages are reached from here, with its cable plugged in or not.
    pub url: String,
    /// Where the other terminals call it.
    pub address: String,
    namespace: String,
    folder: PathBuf,
    /// What whoever sits before it was let in with: they reach it over a cable, as a browser on another machine does.
    pub(super) desk: Option<String>,
    /// Further words on its command line.
    words: Vec<String>,
    running: Option<Child>,
}

/// What a terminal says of the restaurant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    pub me: Origin,
    pub letter: char,
    pub master: Origin,
    pub epoch: u64,
    pub hears_master: bool,
    /// The other terminals, by letter.
    pub linked: Vec<char>,
    /// Entries the linked ones are not known to hold yet.
    pub behind: u64,
    /// Terminals of the restaurant, this one too.
    pub terminals: usize,
}

impl Machine {
    pub(super) fn new(
        number: usize,
        namespace: String,
        [desk, lan]: [Ipv4Addr; 2],
        folder: &Path,
        words: Vec<String>,
    ) -> Machine {
        let (url, address) = (format!("http://{desk}:{PAGES}"), format!("{lan}:{PEERS}"));
        let folder = folder.join(number.to_string());
        Machine {
            number,
            name: format!("Till {number}"),
            url,
            address,
            namespace,
            folder,
            desk: None,
            words,
            running: None,
        }
    }

    /// Starts the terminal on the data that is there. What it says of itself goes to a file beside the data.
    ///
    /// # Errors
    /// When it does not open.
    pub fn start(&mut self) -> Result<()> {
        if self.running.is_some() {
            return Ok(());
        }
        std::fs::create_dir_all(&self.folder)?;
        let log = std::fs::File::options().create(true).append(true).open(self.folder.join("log"))?;
        let mut terminal = Command::new("ip");
        terminal.args(["netns", "exec", &self.namespace]).arg(programs()?.join("comanda-terminal"));
        terminal.arg("--data").arg(self.folder.join("data")).args(["--listen", &format!("0.0.0.0:{PAGES}")]);
        terminal.args(["--name", &self.name]).args(&self.words);
        let (child, _) = opened(terminal.env("RUST_LOG", "info").stderr(log))?;
        self.running = Some(child);
        Ok(())
    }

    /// The power goes: SIGKILL. `ip netns exec` became the terminal, so it is the terminal that is hit.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.running.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// The process, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.running.as_ref().map(Child::id)
    }

    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// Everything the terminal keeps.
    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The terminal's database.
    pub fn database(&self) -> PathBuf {
        self.folder.join("data/comanda.db")
    }

    /// Somebody signs in before it.
    ///
    /// # Errors
    /// When they may not.
    pub fn sign_in(&self, staff: &str) -> Result<Person> {
        let people = domain::demo::staff();
        let (_, pin) = people.iter().find(|(m, _)| m.id.0 == staff).context("nobody of that name")?;
        self.before(staff)?.signed_in(staff, pin)
    }

    /// Somebody stands before it who cannot sign in yet.
    ///
    /// # Errors
    /// When its address is none.
    pub fn stranger(&self) -> Result<Person> {
        self.before("stranger")
    }

    fn before(&self, name: &str) -> Result<Person> {
        let mut person = Person::unknown(&self.url, name, session())?;
        person.client.device_key.clone_from(&self.desk);
        Ok(person)
    }

    /// A manager at this very machine, which has no screen, lets a device in.
    ///
    /// # Errors
    /// When the terminal says no.
    pub fn let_device_in(&self, code: &str, name: &str) -> Result<()> {
        let mut vouching = Command::new("ip");
        vouching.args(["netns", "exec", &self.namespace]).arg(programs()?.join("comanda-terminal"));
        vouching.args(["let-in", "--url", &format!("http://127.0.0.1:{PAGES}")]);
        vouching.args(["--as", "ana", "--code", code, "--name", name]);
        let mut vouching = vouching.stdin(Stdio::piped()).spawn().context("letting a device in")?;
        vouching.stdin.take().context("its input is ours")?.write_all(b"1111\n")?;
        if !vouching.wait()?.success() {
            bail!("no device was let in");
        }
        Ok(())
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A session nobody in this process has.
fn session() -> u64 {
    static SESSIONS: AtomicU64 = AtomicU64::new(0);
    // The process is in it too: a lab can be opened on the data of another one.
    (u64::from(std::process::id()) << 16) + SESSIONS.fetch_add(1, Ordering::Relaxed)
}

impl Person {
    /// The same person with a second device before the same terminal.
    ///
    /// # Errors
    /// When the address is none.
    pub fn beside(&self) -> Result<Person> {
        let mut other = Person::unknown(&self.url, "second", session())?;
        other.client.device_key.clone_from(&self.client.device_key);
        other.token.clone_from(&self.token);
        other.client.token = Some(self.token.clone());
        Ok(other)
    }

    /// The page of terminals.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn terminals(&mut self) -> Result<TerminalsView> {
        match self.client.query(&Query::Terminals)? {
            View::Terminals(view) => Ok(*view),
            other => bail!("asked for terminals, answered {other:?}"),
        }
    }

    /// How things stand for the terminal before this person.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn standing(&mut self) -> Result<Standing> {
        let view = self.terminals()?;
        let others = || view.terminals.iter().filter(|t| t.linked && !t.me);
        Ok(Standing {
            me: view.me,
            letter: view.letter,
            master: view.master,
            epoch: view.epoch,
            hears_master: view.hears_master,
            linked: others().map(|t| t.letter).collect(),
            behind: others().map(|t| t.behind).sum(),
            terminals: view.terminals.iter().filter(|t| !t.shut_out).count(),
        })
    }

    /// Equal before terminals that hold the same entries.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn digest(&self) -> Result<String> {
        let health: Value =
            serde_json::from_str(&get(&self.url, "/health", Some(&self.token), self.client.device_key.as_deref())?)?;
        Ok(health["digest"].as_str().context("no digest for whoever is signed in")?.to_owned())
    }
}
