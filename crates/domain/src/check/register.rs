//! A value that several people may set, told apart by causality and never by a clock.

use serde::{Deserialize, Serialize};

use crate::{event::Entry, ids::Dot};

/// Where a write stands: its position, and what of the same check its author had seen from other origins.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    pub dot: Dot,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Dot>,
    /// A value something began with. Whoever changed it knew of it by its name, so a change always comes after; and when
    /// one command began the same thing in two logs, the smaller position holds.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub first: bool,
}

impl Cause {
    pub fn of(entry: &Entry) -> Cause {
        Cause { dot: entry.dot, seen: entry.seen.clone(), first: false }
    }

    /// Whether the author of this write knew of `other`. An origin always knows its own earlier entries.
    pub fn knows(&self, other: Dot) -> bool {
        (self.dot.origin == other.origin && self.dot.seq > other.seq) || covers(&self.seen, other)
    }

    /// Whether this write takes the place of `other`.
    fn beats(&self, other: &Cause) -> bool {
        match (self.first, other.first) {
            (false, true) => true,
            (true, false) => false,
            (true, true) => self.dot < other.dot,
            (false, false) => self.knows(other.dot),
        }
    }
}

/// Whether somebody who had seen these positions, and what comes before each in its log, had seen `dot`.
pub fn covers(seen: &[Dot], dot: Dot) -> bool {
    seen.iter().any(|d| d.origin == dot.origin && d.seq >= dot.seq)
}

/// The writes nobody has overwritten: one, or several that were made without knowing of each other. The merge commutes:
/// any order and repetition of the same writes leaves the same register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Register<T> {
    writes: Vec<(Cause, T)>,
}

impl<T> Default for Register<T> {
    fn default() -> Self {
        Self { writes: Vec::new() }
    }
}

impl<T> Register<T> {
    pub fn set(&mut self, cause: &Cause, value: T) {
        if self.writes.iter().any(|(w, _)| w.dot == cause.dot || w.beats(cause)) {
            return;
        }
        self.writes.retain(|(w, _)| !cause.beats(w));
        let at = self.writes.partition_point(|(w, _)| w.dot < cause.dot);
        // Nearly always there is one write; room for four would be most of a check's memory.
        self.writes.reserve_exact(1);
        self.writes.insert(at, (cause.clone(), value));
    }

    /// The deterministic winner: the write with the greatest position.
    pub fn get(&self) -> Option<&T> {
        self.writes.last().map(|(_, value)| value)
    }

    /// Values written without knowing of each other; more than one is a conflict for a person to look at.
    pub fn concurrent(&self) -> impl Iterator<Item = &T> {
        self.writes.iter().map(|(_, value)| value)
    }

    /// Where the writes nobody has overwritten stand, with their values.
    pub fn writes(&self) -> impl Iterator<Item = (&Cause, &T)> {
        self.writes.iter().map(|(cause, value)| (cause, value))
    }

    /// The value of one of the writes nobody has overwritten.
    pub fn written_at(&self, dot: Dot) -> Option<&T> {
        self.writes.iter().find(|(w, _)| w.dot == dot).map(|(_, value)| value)
    }

    pub fn is_unset(&self) -> bool {
        self.writes.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Origin;

    fn cause(origin: u64, seq: u64, seen: &[(u64, u64)]) -> Cause {
        let dot = |&(o, s): &(u64, u64)| Dot { origin: Origin(o), seq: s };
        Cause { dot: dot(&(origin, seq)), seen: seen.iter().map(dot).collect(), first: false }
    }

    #[test]
    fn a_later_write_wins_and_two_blind_ones_both_stay() {
        let writes = [
            (cause(1, 1, &[]), "table 7"),
            (cause(1, 2, &[]), "table 8"),
            (cause(2, 5, &[(1, 1)]), "table 9"),
            (cause(1, 3, &[(2, 5)]), "table 10"),
        ];
        for skip_last in [true, false] {
            let writes = &writes[..writes.len() - usize::from(skip_last)];
            let expected: Vec<&str> = if skip_last { vec!["table 8", "table 9"] } else { vec!["table 10"] };
            for first in 0..writes.len() {
                let mut register = Register::default();
                for i in (0..writes.len()).map(|i| (i + first) % writes.len()).chain([0, 1]) {
                    register.set(&writes[i].0, writes[i].1);
                }
                assert_eq!(register.concurrent().copied().collect::<Vec<_>>(), expected);
            }
        }
    }

    #[test]
    fn what_a_thing_began_with_yields_to_every_change_also_of_those_who_saw_it_begin_elsewhere() {
        let first = |origin, seq| Cause { first: true, ..cause(origin, seq, &[]) };
        let writes = [(first(2, 9), "twin's"), (first(1, 4), "own"), (cause(1, 5, &[]), "changed")];
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let mut register = Register::default();
            order.iter().for_each(|i| register.set(&writes[*i].0, writes[*i].1));
            assert_eq!(register.concurrent().copied().collect::<Vec<_>>(), ["changed"]);
        }
        let mut begun = Register::default();
        [&writes[0], &writes[1]].iter().for_each(|(cause, value)| begun.set(cause, *value));
        assert_eq!(begun.get(), Some(&"own"));
    }
}
