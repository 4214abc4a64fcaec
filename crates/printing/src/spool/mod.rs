//! Carries slips to printers and learns what became of them.
//!
//! One thread owns each printer and its only connection, so jobs stay in order and a dead printer delays nobody but itself.
//! The spooler stores nothing: it asks its [`JobDesk`] for the next job, tells it before the first byte leaves, and reports the
//! outcome. The rule it keeps: **a job is `Printed` only when the printer proved it**; whatever left without proof is
//! `Unknown`, and a reprint of it says so on the paper ([`domain::paper::Slip::marked_possible_duplicate`]). A job the desk finds
//! still marked as sending after a restart is [`Doubt::FoundAfterRestart`], for the same reason.

mod link;
mod owner;
mod replies;

pub use link::{Health, Status};

use crate::profile::PrinterProfile;
use domain::ids::PrinterId;
use domain::paper::Slip;
use owner::Owner;
use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// Most jobs a desk should hold for one printer. One that is dead for a night must not print the night when it returns: beyond this the
/// desk refuses, and long before it should have moved tickets to the backup printer.
pub const QUEUE_MAX: usize = 200;

/// How long the spooler waits for what. The defaults are the ones to use; tests shorten them.
#[derive(Debug, Clone)]
pub struct Timings {
    /// To open the connection.
    pub connect: Duration,
    /// For one write to be taken.
    pub write: Duration,
    /// For the answer to a status question.
    pub answer: Duration,
    /// For the proof of a printed job.
    pub proof: Duration,
    /// For the proof while the printer says it waits for paper or its cover: someone is probably changing the roll.
    pub refill: Duration,
    /// First and longest pause after a job could not be sent.
    pub back_off: (Duration, Duration),
    /// Between two looks at a printer that has nothing to do.
    pub probe: Duration,
    /// An unused connection is closed after this, well before the printer would (5 min): nobody likes a half-open socket at the start of service.
    pub idle_close: Duration,
    /// An unused connection to a printer that other terminals print on too is closed after this.
    pub linger: Duration,
}

impl Default for Timings {
    fn default() -> Timings {
        Timings {
            connect: Duration::from_secs(2),
            write: Duration::from_secs(5),
            answer: Duration::from_secs(2),
            proof: Duration::from_secs(5),
            refill: Duration::from_secs(30),
            back_off: (Duration::from_secs(1), Duration::from_secs(15)),
            probe: Duration::from_secs(20),
            idle_close: Duration::from_secs(120),
            linger: Duration::from_millis(300),
        }
    }
}

/// A printer to serve.
#[derive(Debug, Clone)]
pub struct PrinterConfig {
    /// The store's name for it.
    pub id: PrinterId,
    /// `host:port`; the port is usually 9100.
    pub address: String,
    /// What it can do.
    pub profile: PrinterProfile,
}

/// One slip on its way to one printer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// The desk's own number.
    pub id: u64,
    /// What to print, already marked if it is a reprint.
    pub slip: Slip,
    /// It says POSSIBLE DUPLICATE.
    pub marked: bool,
}

/// What a desk says to bytes that are about to leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permit {
    Send,
    /// The job is not what it was when it was taken: it is to be taken anew.
    Anew,
}

/// What became of a job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The printer answered that it is on paper.
    Printed,
    /// It left and nobody can say whether it was printed. The desk reprints it marked, or asks a person.
    Unknown(Doubt),
    /// Not one byte of it left. It stays first in the queue; [`JobDesk::next`] is asked again after a pause.
    NotSent(Hindrance),
}

/// Why an outcome is unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Doubt {
    /// All was sent and the proof did not come in time.
    #[error("the printer did not confirm it")]
    NoAnswer,
    /// The connection broke on the way.
    #[error("the connection broke while printing")]
    ConnectionLost,
    /// Paper ended on the way and was not refilled in time.
    #[error("the paper ran out while printing")]
    PaperOutMidJob,
    /// The cover was opened on the way and not closed in time.
    #[error("the cover was opened while printing")]
    CoverOpenedMidJob,
    /// This printer proves nothing, ever. Reprinting would not help.
    #[error("this printer cannot confirm what it prints")]
    CannotConfirm,
    /// The terminal stopped between sending and the answer. Never reported by the spooler, used by desks.
    #[error("the terminal stopped while printing")]
    FoundAfterRestart,
}

/// Why nothing was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Hindrance {
    /// No connection.
    #[error("the printer cannot be reached")]
    Unreachable,
    /// Connected, but it answers nothing: busy with another till, or stuck.
    #[error("the printer does not answer")]
    Silent,
    /// No paper.
    #[error("the printer is out of paper")]
    PaperOut,
    /// Cover open.
    #[error("the printer's cover is open")]
    CoverOpen,
    /// It reports an error or is switched off line.
    #[error("the printer is offline")]
    Offline,
    /// The desk could not note that sending begins.
    #[error("sending could not be recorded")]
    NotRecorded,
}

/// The desk could not make a note durable.
#[derive(Debug, thiserror::Error)]
#[error("not recorded: {0}")]
pub struct NotRecorded(pub String);

/// Where jobs come from and outcomes go. Called from the printers' threads; must not block on another printer.
pub trait JobDesk: Send + Sync + 'static {
    /// The oldest job waiting for this printer. Asked again and again; giving the same job until its outcome is known is expected.
    fn next(&self, printer: &PrinterId) -> Option<Job>;

    /// The first byte of this job is about to leave. Must be durable on return.
    ///
    /// # Errors
    /// When it cannot be recorded; the job is then not sent.
    fn sending(&self, printer: &PrinterId, job: &Job) -> Result<Permit, NotRecorded>;

    /// What became of the job.
    fn outcome(&self, printer: &PrinterId, job: &Job, outcome: Outcome);

    /// Whether other terminals print on it too.
    fn shares(&self, printer: &PrinterId) -> bool {
        let _ = printer;
        false
    }

    /// How the printer is, each time that is proven anew or changes.
    fn status(&self, printer: &PrinterId, status: Status);
}

/// The running spooler; stops its threads when dropped, after the jobs in hand.
pub struct Spooler {
    owners: HashMap<PrinterId, (Arc<Bell>, JoinHandle<()>)>,
}

impl Spooler {
    /// Starts one owner per printer.
    pub fn start(printers: Vec<PrinterConfig>, desk: Arc<dyn JobDesk>) -> Spooler {
        Spooler::start_with(printers, desk, Timings::default())
    }

    /// The same with other waiting times.
    pub fn start_with(printers: Vec<PrinterConfig>, desk: Arc<dyn JobDesk>, timings: Timings) -> Spooler {
        let start = |config: PrinterConfig| {
            let bell = Arc::new(Bell::default());
            let id = config.id.clone();
            let owner = Owner::new(config, Arc::clone(&desk), timings.clone(), Arc::clone(&bell));
            let thread = thread::Builder::new().name(format!("printer-{}", id.0)).spawn(move || owner.run());
            // A machine that cannot start a thread cannot print; the desk sees the jobs stay.
            thread.ok().map(|thread| (id, (bell, thread)))
        };
        Spooler { owners: printers.into_iter().filter_map(start).collect() }
    }

    /// A new job waits for this printer. A printer that just failed is still left alone until its pause is over.
    pub fn wake(&self, printer: &PrinterId) {
        if let Some((bell, _)) = self.owners.get(printer) {
            bell.ring(Ring::Work);
        }
    }

    /// Try this printer now, pause or not: someone says it is mended.
    pub fn try_now(&self, printer: &PrinterId) {
        if let Some((bell, _)) = self.owners.get(printer) {
            bell.ring(Ring::Now);
        }
    }
}

impl Drop for Spooler {
    fn drop(&mut self) {
        for (bell, _) in self.owners.values() {
            bell.ring(Ring::Stop);
        }
        for (_, (_, thread)) in self.owners.drain() {
            let _ = thread.join();
        }
    }
}

/// Why an owner is woken, the weightiest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
enum Ring {
    #[default]
    Nothing,
    Work,
    Now,
    Stop,
}

/// The bell at an owner's door; remembers the weightiest ring nobody answered yet.
#[derive(Default)]
struct Bell {
    state: Mutex<Rung>,
    changed: Condvar,
}

#[derive(Default)]
struct Rung {
    rung: Ring,
    /// What the printer's thread waits for. Whoever rings for less does not wake it: that would cost a waiter's answer
    /// more than all the rest of noting the slip.
    awaited: Ring,
}

impl Bell {
    fn ring(&self, why: Ring) {
        let mut state = self.state();
        state.rung = state.rung.max(why);
        if state.rung >= state.awaited {
            self.changed.notify_all();
        }
    }

    /// Waits for a ring of at least this weight. A stop stays rung for ever.
    fn wait(&self, at_least: Ring, patience: Duration) -> Ring {
        let mut state = self.state();
        state.awaited = at_least;
        let waited = self.changed.wait_timeout_while(state, patience, |state| state.rung < at_least);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let heard = state.rung;
        if heard != Ring::Stop && heard >= at_least {
            state.rung = Ring::Nothing;
        }
        heard
    }

    fn stopped(&self) -> bool {
        self.state().rung == Ring::Stop
    }

    fn state(&self) -> MutexGuard<'_, Rung> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
