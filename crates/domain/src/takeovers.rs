//! Changes of master nobody asked for, as whoever took over tells them: from whom, how long nothing had been heard, and
//! what became of the old one. Every terminal shows the same last ones, whether the master was unplugged for a drill or
//! died on a Saturday night.
//!
//! Nothing is decided by this: who is master is told over the links (`sync::Role`). Lengths of time are milliseconds of
//! the teller's clock that only runs forward.

use serde::{Deserialize, Serialize};

use crate::{
    clock::Millis,
    event::{Entry, Event},
    ids::{Dot, Origin},
};

/// Takeovers that are remembered, and as many returns and drills. The log has them all.
pub const KEPT: usize = 8;

/// A terminal became master because nobody heard the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Takeover {
    pub epoch: u64,
    pub by: Origin,
    /// Where it is told.
    dot: Dot,
    /// By the clock on the wall of whoever took over.
    pub at: Millis,
    /// Who had been master.
    pub from: Origin,
    /// How long the old master had not been heard when the new one was in office.
    pub unheard: u64,
}

/// The old master came back while whoever had taken over from it was still master.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Return {
    epoch: u64,
    by: Origin,
    /// From the takeover until there was a link again.
    pub after: u64,
    /// From the takeover until the old one was given the role; `None` if it was not.
    pub master_after: Option<u64>,
}

/// The latest takeovers of all terminals, in the order of their epochs and of who took over: on both sides of a dead switch
/// there can be one of the same epoch. Folds in any order, because of each kind the greatest stay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Takeovers {
    taken: Vec<Takeover>,
    returned: Vec<Return>,
    /// Epochs in which a master was unplugged on purpose, and which one.
    drills: Vec<(u64, Origin)>,
}

/// A takeover with what is known around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    pub takeover: Takeover,
    pub returned: Option<Return>,
    /// The old master had been unplugged on purpose.
    pub drill: bool,
}

impl Takeovers {
    pub(crate) fn apply(&mut self, entry: &Entry, event: &Event) {
        let (by, dot, at) = (entry.dot.origin, entry.dot, entry.at);
        // Nobody tells a thing twice; of whoever did all the same the least is kept, so that all read the same.
        match *event {
            Event::TookOver { epoch, from, unheard } => {
                let told = Takeover { epoch, by, dot, at, from, unheard };
                keep(&mut self.taken, told, |t| (t.epoch, t.by));
            }
            Event::MasterReturned { epoch, after, master_after } => {
                keep(&mut self.returned, Return { epoch, by, after, master_after }, |r| (r.epoch, r.by));
            }
            Event::DrillHeld { epoch } => keep(&mut self.drills, (epoch, by), |drill| *drill),
            _ => {}
        }
    }

    /// The latest first.
    pub fn latest(&self) -> impl Iterator<Item = Told> {
        self.taken.iter().rev().map(|takeover| self.told(*takeover))
    }

    /// The first takeover from this master after this epoch; of several in one epoch that of the smaller id, whose role
    /// holds where both are known.
    pub fn after(&self, epoch: u64, from: Origin) -> Option<Told> {
        self.taken.iter().find(|t| t.epoch > epoch && t.from == from).map(|takeover| self.told(*takeover))
    }

    fn told(&self, takeover: Takeover) -> Told {
        let returned = self.returned.iter().find(|r| (r.epoch, r.by) == (takeover.epoch, takeover.by)).copied();
        let drill = self.drills.iter().any(|(epoch, of)| (epoch + 1, *of) == (takeover.epoch, takeover.from));
        Told { takeover, returned, drill }
    }
}

/// Puts what is told in its place, once by its key, and forgets the least.
fn keep<T: Ord + Copy>(all: &mut Vec<T>, told: T, key: impl Fn(&T) -> (u64, Origin)) {
    all.push(told);
    all.sort_unstable();
    all.dedup_by_key(|one| key(one));
    let spare = all.len().saturating_sub(KEPT);
    all.drain(..spare);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(origin: u64, seq: u64, event: Event) -> Entry {
        let dot = Dot { origin: Origin(origin), seq };
        Entry { dot, at: seq as i64, events: vec![event], ..crate::reading::read_entry(dot, b"").entry }
    }

    fn took(origin: u64, seq: u64, epoch: u64, from: u64) -> Entry {
        entry(origin, seq, Event::TookOver { epoch, from: Origin(from), unheard: 900 + epoch })
    }

    fn folded<'a>(log: impl IntoIterator<Item = &'a Entry>) -> Takeovers {
        let mut all = Takeovers::default();
        log.into_iter().for_each(|e| all.apply(e, &e.events[0]));
        all
    }

    #[test]
    fn a_drill_is_told_from_the_plug_to_the_masters_return_whatever_comes_first() {
        let mut log = vec![
            entry(1, 5, Event::DrillHeld { epoch: 3 }),
            took(2, 7, 4, 1),
            entry(2, 8, Event::MasterReturned { epoch: 4, after: 9_200, master_after: Some(12_700) }),
            // The same told twice, as no terminal would.
            took(2, 9, 4, 1),
        ];
        let expected = folded(&log);
        for _ in 0..log.len() {
            log.rotate_left(1);
            for order in [log.iter().collect::<Vec<_>>(), log.iter().rev().collect()] {
                assert_eq!(folded(order.iter().copied().chain(order.iter().copied())), expected);
            }
        }
        let told = expected.after(3, Origin(1)).expect("somebody took over");
        let Told { takeover, returned, drill } = told;
        assert_eq!((takeover.epoch, takeover.by, takeover.unheard, drill), (4, Origin(2), 904, true));
        assert_eq!(returned.map(|r| (r.after, r.master_after)), Some((9_200, Some(12_700))));
        assert_eq!((expected.after(4, Origin(1)), expected.after(3, Origin(2))), (None, None));
    }

    #[test]
    fn a_master_that_dies_is_no_drill_also_when_one_was_held_before() {
        let all = folded(&[entry(1, 5, Event::DrillHeld { epoch: 3 }), took(2, 7, 4, 1), took(2, 9, 6, 1)]);
        assert_eq!(all.latest().map(|t| (t.takeover.epoch, t.drill)).collect::<Vec<_>>(), [(6, false), (4, true)]);
    }

    #[test]
    fn both_sides_of_a_dead_switch_have_their_own() {
        let all = folded(&[took(3, 4, 7, 1), took(2, 9, 7, 1)]);
        assert_eq!(all.latest().map(|t| t.takeover.by).collect::<Vec<_>>(), [Origin(3), Origin(2)]);
        assert_eq!(all.after(6, Origin(1)).map(|t| t.takeover.by), Some(Origin(2)));
    }

    #[test]
    fn a_network_that_flaps_all_day_is_remembered_by_its_latest() {
        let log: Vec<Entry> = (1..=40).map(|n| took(1 + n % 2, n, n, 2 - n % 2)).collect();
        let (up, down) = (folded(&log), folded(log.iter().rev()));
        assert_eq!(up, down);
        assert_eq!(up.latest().map(|t| t.takeover.epoch).collect::<Vec<_>>(), (33..=40).rev().collect::<Vec<_>>());
    }
}
