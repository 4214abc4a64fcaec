//! Who makes the kitchen's tickets of an entry. Every ticket has one terminal whose duty it is, so that none is printed
//! twice without saying so, and none is forgotten when that terminal dies.
//!
//! The author of an entry says whose duty it is (`Entry::paper`): the master it hears, or itself. When it hears no master
//! at that moment it says [`NOBODY`] and names one as soon as it hears one (`Event::TicketsGoTo`): only the author may,
//! so there are never two. When the terminal on duty is not heard any more, the master takes what is not proved to be
//! printed; those tickets say POSSIBLE DUPLICATE, because nobody can know what the dead one still printed.

mod whose;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    check::{Cause, Register},
    event::{Entry, Event, SlipEnd},
    ids::{CheckId, CommandId, Dot, Origin, Session, StationId},
};

pub use whose::{ASLEEP, Before, DOUBTED_AFTER, Handing, Standing, TAKEN_AFTER, Turned, Watch, paper_for};

/// The duty of an entry whose author heard no master.
pub const NOBODY: Origin = Origin(0);
/// A slip that was perhaps printed is printed again, marked, at most this often; then a person decides.
pub const MAX_TRIES: u32 = 3;
/// Entries whose tickets are remembered; more than any evening has open.
const MAX_DUTIES: usize = 4_096;

/// The kitchen tickets of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Duty {
    /// `None` while only what became of its slips is known.
    pub check: Option<CheckId>,
    author: Option<Origin>,
    /// Everybody who did the command; more than one when a tap was sent again elsewhere.
    #[serde(default)]
    authors: BTreeSet<Origin>,
    /// When it was sent to the kitchen, for people.
    pub at: i64,
    whose: Register<Origin>,
    /// Stations whose ticket was printed, or given up by a person.
    #[serde(default)]
    pub done: BTreeSet<StationId>,
    /// Entries its author had seen that are not here yet: without them a ticket may name no dish, or miss an allergy.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    lacks: BTreeSet<Dot>,
    /// Whoever has the duty makes the tickets without what they still lack, and once more when it is here.
    #[serde(default)]
    hurried: bool,
}

impl Duty {
    /// Whose duty the tickets are.
    pub fn whose(&self) -> Origin {
        self.whose.get().copied().or(self.author).unwrap_or(NOBODY)
    }

    /// Who sent it to the kitchen; of several the one that counts.
    pub fn author(&self) -> Option<Origin> {
        self.author
    }

    /// Whose duty it is, or who must name somebody.
    fn answers(&self) -> Origin {
        Some(self.whose()).filter(|whose| *whose != NOBODY).or(self.author).unwrap_or(NOBODY)
    }

    /// Whoever takes the tickets over must say that they knew whose they were, or the duty stays where it was.
    pub(crate) fn register(&self) -> &Register<Origin> {
        &self.whose
    }
}

/// The kitchen tickets of the entries of open checks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Duties {
    all: BTreeMap<CommandId, Duty>,
    /// Which duties wait for an entry.
    waiting: BTreeSet<(Dot, CommandId)>,
}

impl Duties {
    pub fn get(&self, entry: CommandId) -> Option<&Duty> {
        self.all.get(&entry)
    }

    /// Forgets the tickets of checks nobody works on any more.
    pub fn forget(&mut self, checks: &[CheckId]) {
        self.all.retain(|_, duty| duty.check.is_none_or(|c| !checks.contains(&c)));
        while self.all.len() > MAX_DUTIES {
            self.all.pop_first();
        }
        self.waiting.retain(|(_, id)| self.all.contains_key(id));
    }

    /// `heads` is how far each log is folded, with this entry.
    pub(crate) fn apply(&mut self, entry: &Entry, heads: &BTreeMap<Origin, u64>) {
        let cause = Cause::of(entry);
        for event in &entry.events {
            match event {
                Event::Fired { check, .. } => self.begin(entry, &cause, *check, heads),
                Event::LineVoided { check, void, .. } if void.fired => self.begin(entry, &cause, *check, heads),
                Event::TicketsGoTo { entries, to, .. } => {
                    for id in entries {
                        let duty = self.all.entry(*id).or_default();
                        if *to == entry.dot.origin && duty.whose() == *to {
                            duty.hurried = true;
                        }
                        duty.whose.set(&cause, *to);
                    }
                }
                Event::SlipEnded { of: Some(of), end: SlipEnd::Printed | SlipEnd::Dropped, .. } => {
                    self.all.entry(of.entry).or_default().done.insert(of.station.clone());
                }
                _ => {}
            }
        }
        for (dot, id) in self.waiting_for(entry.dot) {
            self.waiting.remove(&(dot, id));
            if let Some(duty) = self.all.get_mut(&id) {
                duty.lacks.remove(&dot);
            }
        }
    }

    /// Duties that wait for an entry.
    fn waiting_for(&self, dot: Dot) -> Vec<(Dot, CommandId)> {
        let first = (dot, CommandId { session: Session(0), n: 0 });
        self.waiting.range(first..).take_while(|(d, _)| *d == dot).copied().collect()
    }

    fn begin(&mut self, entry: &Entry, cause: &Cause, check: CheckId, heads: &BTreeMap<Origin, u64>) {
        let duty = self.all.entry(entry.cmd).or_default();
        // One command in two logs is one intent: the ticket is the duty the smaller position speaks of.
        duty.authors.insert(entry.dot.origin);
        if duty.author.is_none_or(|author| entry.dot.origin <= author) {
            (duty.check, duty.author, duty.at) = (Some(check), Some(entry.dot.origin), entry.at);
        }
        if let Some(paper) = entry.paper {
            duty.whose.set(cause, paper);
        }
        for dot in entry.seen.iter().filter(|d| heads.get(&d.origin).is_none_or(|head| *head < d.seq)) {
            duty.lacks.insert(*dot);
            self.waiting.insert((*dot, entry.cmd));
        }
    }
}
