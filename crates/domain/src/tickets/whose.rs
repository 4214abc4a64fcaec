//! Who makes the tickets of an entry, and who takes them over. A terminal asks when it writes, when entries arrive, and
//! every now and then; the simulation asks the same.

use std::collections::{BTreeMap, BTreeSet};

use super::{Duties, Duty, NOBODY};
use crate::{
    event::{Entry, Event},
    ids::{CommandId, Origin},
    restaurant::Restaurant,
    slips::is_for_the_kitchen,
};

/// A terminal with tickets to make is not heard for so long before the master takes them, in milliseconds: longer than a
/// cable wobbles, because its tickets are then printed marked.
pub const TAKEN_AFTER: u64 = 1_000;
/// A slip that still waits so long after another terminal got out of reach says POSSIBLE DUPLICATE, in milliseconds: sooner
/// than anybody takes it over, and later than a printer that is well needs for it.
pub const DOUBTED_AFTER: u64 = TAKEN_AFTER / 2;
/// Whoever was not there for so long, because a lid was closed or the program got no time, must take it that what waits
/// for its printers was taken over, in milliseconds.
pub const ASLEEP: u64 = 2 * TAKEN_AFTER;
/// What a ticket lacks may come so much later than the ticket, in milliseconds; then it is made without.
pub const WAITS_FOR_LINES: u64 = 3_000;
/// Entries whose tickets change hands in one go.
const AT_ONCE: usize = 200;

/// Who is master as far as a terminal knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    pub master: Origin,
    /// The master is heard, or is this terminal.
    pub heard: bool,
}

/// Who makes the kitchen's tickets of an entry that `me` writes now; `None` is the author.
pub fn paper_for(me: Origin, standing: Standing, events: &[Event]) -> Option<Origin> {
    if standing.master == me || !events.iter().any(is_for_the_kitchen) {
        return None;
    }
    Some(if standing.heard { standing.master } else { NOBODY })
}

/// Tickets that get a new owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handing {
    pub entries: Vec<CommandId>,
    pub to: Origin,
    /// They may be on paper already.
    pub again: bool,
}

impl Handing {
    pub fn event(self) -> Event {
        Event::TicketsGoTo { entries: self.entries, to: self.to, again: self.again }
    }
}

/// What a terminal remembers between two looks at whose tickets are whose. It begins anew with the program.
#[derive(Debug, Default)]
pub struct Watch {
    /// Since when those who have tickets to make are not heard, in milliseconds of the caller's forward clock.
    unheard: BTreeMap<Origin, u64>,
    /// Own tickets that wait for a master, and since when; those an earlier run left waited who knows how long.
    waiting: BTreeMap<CommandId, Option<u64>>,
    /// Since when own tickets lack something their author had seen.
    lacking: BTreeMap<CommandId, u64>,
    looked: bool,
}

impl Watch {
    /// Which tickets must change hands now: own ones that wait for a master go to it, and a master takes the tickets of
    /// those who are not heard any more; and whoever has tickets that lack something makes them all the same. `heard` are the terminals with a link, and `me`.
    pub fn look(
        &mut self,
        duties: &Duties,
        me: Origin,
        standing: Standing,
        heard: &BTreeSet<Origin>,
        now: u64,
    ) -> Option<Handing> {
        self.note(duties, me, heard, now);
        let late = self.lacking.iter().filter(|(_, since)| **since + WAITS_FOR_LINES <= now).map(|(id, _)| *id);
        let entries: Vec<CommandId> = late.take(AT_ONCE).collect();
        if !entries.is_empty() {
            return Some(Handing { entries, to: me, again: true });
        }
        if !standing.heard {
            return None;
        }
        let is_old = |since: &Option<u64>| since.is_none_or(|since| since + TAKEN_AFTER <= now);
        for again in [false, true] {
            let waits = self.waiting.iter().filter(|(_, since)| is_old(since) == again).map(|(id, _)| *id);
            let entries: Vec<CommandId> = waits.take(AT_ONCE).collect();
            if !entries.is_empty() {
                return Some(Handing { entries, to: standing.master, again });
            }
        }
        if standing.master != me {
            return None;
        }
        let is_gone = |since: &u64| since + TAKEN_AFTER <= now;
        if !self.unheard.values().any(is_gone) {
            return None;
        }
        let gone = |duty: &Duty| self.unheard.get(&duty.answers()).is_some_and(is_gone);
        let left = duties.all.iter().filter(|(_, d)| d.check.is_some() && gone(d));
        let mut left: Vec<(i64, CommandId)> = left.map(|(id, d)| (d.at, *id)).collect();
        left.sort_unstable();
        left.truncate(AT_ONCE);
        let entries: Vec<CommandId> = left.into_iter().map(|(_, id)| id).collect();
        (!entries.is_empty()).then_some(Handing { entries, to: me, again: true })
    }

    fn note(&mut self, duties: &Duties, me: Origin, heard: &BTreeSet<Origin>, now: u64) {
        // Looked at all the time over all tickets of an evening, mostly to find nothing.
        let (mut missed, mut waiting, mut lacking) = (Vec::new(), Vec::new(), Vec::new());
        let mut there = NOBODY;
        for (id, duty) in duties.all.iter().filter(|(_, d)| d.check.is_some()) {
            let (whose, answers) = (duty.whose(), duty.answers());
            if whose == NOBODY && duty.author() == Some(me) {
                waiting.push(*id);
            }
            if whose == me && !duty.lacks.is_empty() && !duty.hurried {
                lacking.push(*id);
            }
            if answers == there {
                continue;
            }
            if heard.contains(&answers) {
                there = answers;
            } else if !missed.contains(&answers) {
                missed.push(answers);
            }
        }
        self.unheard.retain(|origin, _| missed.contains(origin));
        for origin in missed {
            self.unheard.entry(origin).or_insert(now);
        }
        // Both lists are in order.
        self.waiting.retain(|id, _| waiting.binary_search(id).is_ok());
        let since = self.looked.then_some(now);
        for id in waiting {
            self.waiting.entry(id).or_insert(since);
        }
        self.lacking.retain(|id, _| lacking.binary_search(id).is_ok());
        for id in lacking {
            self.lacking.entry(id).or_insert(now);
        }
        self.looked = true;
    }
}

/// How the tickets an entry speaks of were before it was folded.
#[derive(Debug, Default)]
pub struct Before(Vec<(CommandId, Option<Was>)>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Was {
    whose: Origin,
    ready: Ready,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ready {
    No,
    /// With what is known.
    InNeed,
    Whole,
}

/// Tickets to make because of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turned {
    /// The command whose entry the tickets are of.
    pub entry: CommandId,
    /// They may be on paper already, and must say so.
    pub marked: bool,
    /// They waited long enough for what they still lack.
    pub lacking: bool,
}

impl Restaurant {
    fn tickets(&self, id: CommandId) -> Option<Was> {
        let duty = self.duties.get(id).filter(|d| d.check.is_some())?;
        let ready = match (self.settings.is_unset(), duty.lacks.is_empty(), duty.hurried) {
            // Without settings nobody knows which stations there are.
            (true, ..) | (_, false, false) => Ready::No,
            (_, false, true) => Ready::InNeed,
            (_, true, _) => Ready::Whole,
        };
        Some(Was { whose: duty.whose(), ready })
    }

    /// To be asked before an entry is folded, for [`Restaurant::turned_to`].
    pub fn before(&self, entry: &Entry) -> Before {
        let mut ids: Vec<CommandId> = self.duties.waiting_for(entry.dot).into_iter().map(|(_, id)| id).collect();
        let sets_up = |event: &Event| matches!(event, Event::StoreSetUp { .. } | Event::SettingsChanged { .. });
        if self.settings.is_unset() && entry.events.iter().any(sets_up) {
            // All that came before the settings can be made now.
            ids.extend(self.duties.all.keys());
        }
        for event in &entry.events {
            match event {
                Event::TicketsGoTo { entries, .. } => ids.extend(entries.iter().copied()),
                event if is_for_the_kitchen(event) => ids.push(entry.cmd),
                _ => {}
            }
        }
        ids.sort_unstable();
        ids.dedup();
        Before(ids.into_iter().map(|id| (id, self.tickets(id))).collect())
    }

    /// The tickets that became the duty of `me`, with all that is on them, when an entry was folded. Whoever has a duty in
    /// the end made its tickets when it got it, in whatever order entries came, so none is forgotten.
    ///
    /// `fresh` says that the entry was written while there was a link to its author over which it could come at once, or
    /// here: nobody can have taken its tickets over meanwhile and printed them.
    pub fn turned_to(&self, me: Origin, before: &Before, entry: &Entry, fresh: bool) -> Vec<Turned> {
        let again = entry.events.iter().any(|e| matches!(e, Event::TicketsGoTo { again: true, .. }));
        let turned = before.0.iter().filter_map(|(id, was)| {
            let now =
                self.tickets(*id).filter(|now| now.whose == me && now.ready != Ready::No && *was != Some(*now))?;
            let waited = was.is_some_and(|was| was.ready != Ready::Whole);
            let had = was.is_some_and(|was| was.whose != NOBODY);
            let twice = self.duties.get(*id).is_some_and(|d| d.authors.len() > 1);
            let marked = entry.again || again || !fresh || waited || had || twice;
            Some(Turned { entry: *id, marked, lacking: now.ready == Ready::InNeed })
        });
        turned.collect()
    }
}

impl Duties {
    /// Whether a ticket that waits at `me` may have been printed by somebody else meanwhile.
    pub fn is_doubtful(&self, me: Origin, entry: CommandId) -> bool {
        self.get(entry).is_some_and(|d| d.whose() != me || d.authors.len() > 1)
    }
}
