//! The terminals of the restaurant, and what works right now, as screens show it. Ages are milliseconds at the moment
//! of the answer: an age is proof, a cached "ok" is none.

use serde::{Deserialize, Serialize};

use super::Reason;
use crate::{
    clock::Millis,
    devices::DeviceWork,
    event::Alarm,
    ids::{DeviceId, Dot, Origin, PrinterId},
};

/// What the page of terminals shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalsView {
    /// This terminal.
    pub me: Origin,
    pub letter: char,
    pub name: String,
    /// Four groups of four letters, to compare by eye.
    pub key: String,
    pub master: Origin,
    /// How many times the master changed.
    pub epoch: u64,
    pub hears_master: bool,
    /// Every terminal that was ever let in, this one too, by letter.
    pub terminals: Vec<TerminalView>,
    /// New terminals nearby that want to be let in.
    pub found: Vec<FoundTerminal>,
    /// Where other terminals call this one (`host:port`), as its machine is called at the moment.
    pub listens: Vec<String>,
    /// It was started without a network for other terminals.
    #[serde(default)]
    pub alone: bool,
    /// Where browsers on other machines reach its pages (`host:port`); none where only its own machine does.
    #[serde(default)]
    pub pages: Vec<String>,
    /// Addresses a person typed.
    pub addresses: Vec<String>,
    /// While this terminal wants to be let in.
    pub door: Option<DoorCode>,
    pub joining: JoinStage,
    /// Browsers that were let in, by name.
    pub devices: Vec<DeviceView>,
    /// New browsers that ask to be let in, here or at another terminal.
    pub waiting: Vec<WaitingDevice>,
    /// The drill that was started at this terminal.
    pub drill: Option<DrillView>,
    /// The last times somebody took over from a master that was not heard, the latest first.
    #[serde(default)]
    pub takeovers: Vec<TakeoverView>,
    /// Browsers on other machines must be protected.
    #[serde(default)]
    pub only_protected: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalView {
    pub terminal: Origin,
    pub letter: char,
    pub name: String,
    /// How much it should be master: greater is rather.
    pub rank: u8,
    pub me: bool,
    pub master: bool,
    pub shut_out: bool,
    /// There is a link to it right now.
    pub linked: bool,
    /// Milliseconds since it was last heard; `None` if never since this terminal started.
    pub heard: Option<u64>,
    /// Its machine on the network. Without a port: when the other one called, that is none it listens on.
    pub address: Option<String>,
    /// Entries it is not known to hold yet.
    pub behind: u64,
    /// Whether it says that it hears the master.
    pub hears_master: bool,
    #[serde(default)]
    pub let_in: Option<LetInView>,
}

/// Who let a terminal or a device in, by name, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetInView {
    pub by: Option<String>,
    pub at: Millis,
}

/// Entries on their way to a terminal that was out of reach, or is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    /// Entries that are here, of all logs.
    pub here: u64,
    /// Entries the others are known to hold.
    pub of: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceView {
    pub device: DeviceId,
    pub name: String,
    pub work: DeviceWork,
    pub shut_out: bool,
    /// Milliseconds since this terminal heard it; `None` if never since it started.
    pub heard: Option<u64>,
    #[serde(default)]
    pub let_in: Option<LetInView>,
}

/// A new browser; it shows a code that only whoever stands before it can read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaitingDevice {
    pub address: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundTerminal {
    pub name: String,
    pub address: String,
}

/// What a new terminal shows to whoever lets it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DoorCode {
    /// Eight digits in two groups.
    pub code: String,
    /// The same and where it listens, for a camera; `comanda:join?…`. Empty while this machine has no address, and then
    /// there is no square either.
    pub text: String,
    /// `text` as a square of dark modules: an SVG path in units of one module.
    pub qr: String,
    /// Modules on a side.
    pub side: u32,
}

/// How letting a terminal in, or being let in, goes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JoinStage {
    #[default]
    Idle,
    /// The new terminal is being called.
    Calling {
        address: String,
    },
    LetIn {
        name: String,
        letter: char,
    },
    /// This terminal was let in; entries still to come are counted.
    CameIn {
        restaurant: String,
    },
    WrongCode,
    Failed {
        why: String,
    },
}

/// The last drill, or the one that runs: the master was unplugged on purpose.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DrillView {
    pub running: bool,
    /// Who was unplugged.
    pub was: Origin,
    /// Who took over, as far as it is known here.
    pub took_over: Option<Origin>,
    /// What whoever took over tells of it, once that arrived.
    pub takeover: Option<TakeoverView>,
}

/// A change of master nobody asked for. All ages are milliseconds since the old master was heard last, measured by the
/// terminal that took over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TakeoverView {
    /// When, by the clock on the wall of whoever took over.
    pub at: Millis,
    pub from: Origin,
    pub by: Origin,
    /// How long nobody was master.
    pub unheard: u64,
    /// The old master had been unplugged on purpose.
    pub drill: bool,
    /// When the old one was linked again, if it was while the new one was master.
    pub back_after: Option<u64>,
    /// When the old one was given the role again.
    pub master_after: Option<u64>,
}

/// The other terminals of the restaurant as a browser reaches them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Elsewhere {
    /// The restaurant. A terminal of another one must not be taken for it, whatever address it has.
    pub store: Origin,
    pub others: Vec<OtherTerminal>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OtherTerminal {
    pub name: String,
    /// `192.168.1.20:7700`; the scheme is the page's own.
    pub host: String,
}

/// What a terminal says at `/api/here` to a page that looks for one to work with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HereView {
    pub store: Origin,
    pub name: String,
    /// It takes orders.
    pub open: bool,
}

/// What works right now.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct WorksView {
    pub works: Vec<Work>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Work {
    pub what: WorkOf,
    pub state: WorkState,
    /// Milliseconds since it was last proved.
    pub proved: Option<u64>,
    /// Why it does not work, or works only in part, where more is known than that.
    #[serde(default)]
    pub why: Reason,
}

/// A function of the restaurant that can fail by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkOf {
    /// Taking orders and payments here: what never stops.
    Orders,
    /// The disk of this terminal.
    Storage,
    /// Somebody hears the master.
    Master {
        name: String,
    },
    Terminal {
        terminal: Origin,
        name: String,
    },
    Printer {
        printer: PrinterId,
        name: String,
    },
    /// Screens that listen to this terminal.
    Screens {
        count: u32,
    },
    /// A terminal's clock against this one's, in seconds.
    Clock {
        name: String,
        ahead: i64,
    },
    /// Every kind of entry can be read here; otherwise this terminal needs an update.
    UpToDate {
        unread: u64,
    },
    Card,
    Cloud,
    /// Something a person must look at, raised by a terminal; `at` by its clock.
    Alarm {
        raised: Dot,
        at: Millis,
        name: String,
        alarm: Alarm,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorkState {
    Works,
    /// Nobody set it up; nothing is wrong.
    NotSetUp,
    /// Works in part, or is not proved lately.
    Degraded,
    Down,
}

impl WorksView {
    /// The worst of all.
    pub fn worst(&self) -> WorkState {
        self.works.iter().map(|w| w.state).filter(|s| *s != WorkState::NotSetUp).max().unwrap_or(WorkState::Works)
    }
}
