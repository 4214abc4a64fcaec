//! Who makes the kitchen's tickets of an entry. Every ticket has one terminal whose duty it is, so that none is printed
//! twice without saying so, and none is forgotten when that terminal dies.
//!
//! The author of an entry says whose duty it is (`Entry::paper`): the master it hears, or itself. When it hears no master
//! at that moment it says [`NOBODY`] and names one as soon as it hears one (`Event::TicketsGoTo`): only the author may,
//! so there are never two. When the terminal on duty is not heard any more, the master takes what is not proved to be
//! printed; those tickets say POSSIBLE DUPLICATE, because nobody can know what the dead one still printed.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    check::{Cause, Register},
    event::{Entry, Event, SlipEnd},
    ids::{CheckId, CommandId, Origin, StationId},
};

/// The duty of an entry whose author heard no master.
pub const NOBODY: Origin = Origin(0);
/// Entries whose tickets are remembered; more than any evening has open.
const MAX_DUTIES: usize = 4_096;

/// The kitchen tickets of one entry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Duty {
    /// `None` while only what became of its slips is known.
    pub check: Option<CheckId>,
    pub author: Option<Origin>,
    /// When it was sent to the kitchen, for people.
    pub at: i64,
    whose: Register<Origin>,
    /// Stations whose ticket was printed, or given up by a person.
    #[serde(default)]
    pub done: BTreeSet<StationId>,
}

impl Duty {
    /// Whose duty the tickets are.
    pub fn whose(&self) -> Origin {
        self.whose.get().copied().or(self.author).unwrap_or(NOBODY)
    }

    /// Whoever takes the tickets over must say that they knew whose they were, or the duty stays where it was.
    pub(crate) fn register(&self) -> &Register<Origin> {
        &self.whose
    }
}

/// The kitchen tickets of the entries of open checks.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Duties(BTreeMap<CommandId, Duty>);

impl Duties {
    pub fn get(&self, entry: CommandId) -> Option<&Duty> {
        self.0.get(&entry)
    }

    /// Entries whose tickets are the duty of `whom`, oldest first, leaving those that are surely done.
    pub fn of(&self, whom: Origin) -> Vec<(CommandId, &Duty)> {
        let mut found: Vec<(CommandId, &Duty)> =
            self.0.iter().filter(|(_, d)| d.check.is_some() && d.whose() == whom).map(|(id, d)| (*id, d)).collect();
        found.sort_by_key(|(id, d)| (d.at, *id));
        found
    }

    /// Everybody who has a duty.
    pub fn holders(&self) -> BTreeSet<Origin> {
        self.0.values().filter(|d| d.check.is_some()).map(Duty::whose).collect()
    }

    /// Forgets the tickets of checks nobody works on any more.
    pub fn forget(&mut self, checks: &[CheckId]) {
        self.0.retain(|_, duty| duty.check.is_none_or(|c| !checks.contains(&c)));
        while self.0.len() > MAX_DUTIES {
            self.0.pop_first();
        }
    }

    pub(crate) fn apply(&mut self, entry: &Entry) {
        let cause = Cause::of(entry);
        for event in &entry.events {
            match event {
                Event::Fired { check, .. } => self.begin(entry, &cause, *check),
                Event::LineVoided { check, void, .. } if void.fired => self.begin(entry, &cause, *check),
                Event::TicketsGoTo { entries, to } => {
                    for id in entries {
                        self.0.entry(*id).or_default().whose.set(&cause, *to);
                    }
                }
                Event::SlipEnded { of: Some(of), end: SlipEnd::Printed | SlipEnd::Dropped, .. } => {
                    self.0.entry(of.entry).or_default().done.insert(of.station.clone());
                }
                _ => {}
            }
        }
    }

    fn begin(&mut self, entry: &Entry, cause: &Cause, check: CheckId) {
        let duty = self.0.entry(entry.cmd).or_default();
        // One command in two logs is one intent: the ticket is the duty the smaller position speaks of.
        if duty.author.is_none_or(|author| entry.dot.origin <= author) {
            (duty.check, duty.author, duty.at) = (Some(check), Some(entry.dot.origin), entry.at);
        }
        if let Some(paper) = entry.paper {
            duty.whose.set(cause, paper);
        }
    }
}
