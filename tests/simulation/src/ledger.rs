//! What really happened, known to the simulation and to no terminal: every entry ever written, what was promised to
//! people, and what may be lost because the only disk that held it is gone.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::{
    clock::Date,
    event::{Entry, Event},
    ids::{CheckId, CommandId, Dot, Origin},
};
use sync::{Body, Heads};

/// One entry as its author wrote it.
pub struct Written {
    pub body: Body,
    /// What it says; `None` when its kind is newer than this program.
    pub entry: Option<Arc<Entry>>,
    pub cmd: CommandId,
    /// What its author had of every log when it was decided.
    pub knew: Heads,
}

impl Written {
    /// A Z is not told again.
    pub fn is_a_z(&self) -> bool {
        let events = self.entry.iter().flat_map(|entry| &entry.events);
        events.into_iter().any(|event| matches!(event, Event::DayClosed { .. }))
    }
}

#[derive(Default)]
pub struct Ledger {
    pub logs: BTreeMap<Origin, Vec<Written>>,
    /// What a terminal restored from an old copy wrote at places where it had written before.
    pub forks: BTreeMap<Dot, Written>,
    /// What people were told is done.
    pub promised: BTreeSet<(Dot, CommandId)>,
    /// Logs whose later part was on one disk only, and that disk is gone: how far they can still be asked for.
    pub spared: BTreeMap<Origin, u64>,
    /// Names nobody may write under any more.
    pub retired: BTreeSet<Origin>,
    pub of_check: BTreeMap<CheckId, Vec<Dot>>,
    guests: BTreeMap<(char, Date, u32), Dot>,
    receipts: BTreeMap<(char, u64), Dot>,
    commands: BTreeSet<(Origin, CommandId)>,
    /// Epochs in which somebody told of a takeover, and of the old master's return.
    tenures: BTreeSet<(Origin, u64, bool)>,
}

impl Ledger {
    pub fn at(&self, dot: Dot) -> Option<&Written> {
        self.logs.get(&dot.origin)?.get((dot.seq as usize).checked_sub(1)?)
    }

    /// An entry became durable at its author. The answer names the broken rule, if one is.
    pub fn write(&mut self, dot: Dot, cmd: CommandId, body: Body, knew: Heads) -> Result<(), (&'static str, String)> {
        if self.retired.contains(&dot.origin) {
            return Err(("own log", format!("{dot} was written under a name that others know more of")));
        }
        let log = self.logs.entry(dot.origin).or_default();
        if dot.seq != log.len() as u64 + 1 {
            return Err(("own log", format!("{dot} was written where the log had reached {}", log.len())));
        }
        if !self.commands.insert((dot.origin, cmd)) {
            return Err(("once", format!("command {cmd} was done a second time by the same terminal, in {dot}")));
        }
        let entry: Option<Arc<Entry>> = serde_json::from_slice(&body).ok().map(Arc::new);
        let numbers = entry.as_ref().map_or(Ok(()), |e| self.numbers(dot, e).and_then(|()| self.tenures(dot, e)));
        for check in entry.iter().flat_map(|e| &e.events).flat_map(Event::checks).collect::<BTreeSet<_>>() {
            self.of_check.entry(check).or_default().push(dot);
        }
        self.logs.entry(dot.origin).or_default().push(Written { body, entry, cmd, knew });
        numbers
    }

    /// An old copy wrote at a place that is taken. It knows no better.
    pub fn fork(&mut self, dot: Dot, cmd: CommandId, body: Body, knew: Heads) {
        let entry = serde_json::from_slice(&body).ok().map(Arc::new);
        self.forks.insert(dot, Written { body, entry, cmd, knew });
    }

    /// No guest number of one day and no receipt number is given twice.
    fn numbers(&mut self, dot: Dot, entry: &Entry) -> Result<(), (&'static str, String)> {
        for event in &entry.events {
            if let Event::CheckOpened(opened) = event {
                let number = opened.number;
                if let Some(first) = self.guests.insert((number.letter, entry.day.date, number.n), dot) {
                    let day = entry.day.date;
                    return Err(("numbers", format!("guest number {number} of {day} given by {first} and by {dot}")));
                }
            }
            let receipt = match event {
                Event::CheckSettled { receipt, .. } => Some(*receipt),
                Event::PaymentRefunded { refund, .. } => refund.receipt,
                _ => None,
            };
            if let Some(number) = receipt
                && let Some(first) = self.receipts.insert((number.letter, number.n), dot)
            {
                return Err(("numbers", format!("receipt number {number} given by {first} and by {dot}")));
            }
        }
        Ok(())
    }

    /// A takeover is told once by whoever took over, and so is the old master's return: a network that flaps must not fill
    /// the log.
    fn tenures(&mut self, dot: Dot, entry: &Entry) -> Result<(), (&'static str, String)> {
        for event in &entry.events {
            let told = match event {
                Event::TookOver { epoch, .. } => (*epoch, true),
                Event::MasterReturned { epoch, .. } => (*epoch, false),
                _ => continue,
            };
            if !self.tenures.insert((dot.origin, told.0, told.1)) {
                return Err(("takeover", format!("{dot} tells once more of epoch {}: {event:?}", told.0)));
            }
        }
        Ok(())
    }

    /// How far a log can still be asked for.
    pub fn owed(&self, origin: Origin) -> u64 {
        let written = self.logs.get(&origin).map_or(0, |l| l.len() as u64);
        written.min(self.spared.get(&origin).copied().unwrap_or(u64::MAX))
    }
}
