//! What no rule can put right and a person must hear of: shown on every terminal until a person says it was looked at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    clock::Millis,
    event::Alarm,
    ids::{Dot, Origin},
};

/// Alarms remembered of each terminal. The log has them all; of more than these nobody reads the oldest.
pub const KEPT: usize = 8;

/// An alarm and when its terminal's clock on the wall said it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    pub at: Millis,
    pub alarm: Alarm,
}

/// The latest alarms of all terminals. Folds in any order: of each terminal the highest positions stay.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Alarms {
    raised: BTreeMap<Origin, BTreeMap<u64, Raised>>,
    /// Up to where a person looked at each terminal's alarms.
    seen: BTreeMap<Origin, u64>,
}

impl Alarms {
    pub(crate) fn raise(&mut self, dot: Dot, at: Millis, alarm: &Alarm) {
        let of_terminal = self.raised.entry(dot.origin).or_default();
        of_terminal.insert(dot.seq, Raised { at, alarm: alarm.clone() });
        while of_terminal.len() > KEPT {
            of_terminal.pop_first();
        }
    }

    /// This alarm was looked at, and those of the same terminal before it.
    pub(crate) fn see(&mut self, raised: Dot) {
        let seen = self.seen.entry(raised.origin).or_default();
        *seen = raised.seq.max(*seen);
    }

    /// Those nobody looked at yet, by terminal, each in the order they were raised.
    pub fn open(&self) -> impl Iterator<Item = (Dot, &Raised)> {
        self.raised.iter().flat_map(|(origin, raised)| {
            let seen = self.seen.get(origin).copied().unwrap_or(0);
            raised.range(seen + 1..).map(|(seq, raised)| (Dot { origin: *origin, seq: *seq }, raised))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stranger(n: u64) -> Alarm {
        Alarm::Stranger { address: format!("192.168.1.{n}"), why: "not paired".into() }
    }

    fn dot(origin: u64, seq: u64) -> Dot {
        Dot { origin: Origin(origin), seq }
    }

    fn open(alarms: &Alarms) -> Vec<(u64, u64)> {
        alarms.open().map(|(dot, _)| (dot.origin.0, dot.seq)).collect()
    }

    #[test]
    fn what_was_looked_at_leaves_the_panel_whatever_came_first() {
        let mut raised: Vec<Dot> = (1..=3).flat_map(|seq| [dot(1, seq), dot(2, seq)]).collect();
        for _ in 0..raised.len() {
            raised.rotate_left(1);
            for seen_after in 0..=raised.len() {
                let mut alarms = Alarms::default();
                for (i, dot) in raised.iter().enumerate() {
                    if i == seen_after {
                        alarms.see(self::dot(1, 2));
                    }
                    alarms.raise(*dot, 0, &stranger(dot.seq));
                }
                if seen_after == raised.len() {
                    alarms.see(self::dot(1, 2));
                }
                assert_eq!(open(&alarms), [(1, 3), (2, 1), (2, 2), (2, 3)]);
            }
        }
    }

    #[test]
    fn a_terminal_that_raises_alarms_all_day_is_remembered_by_its_latest() {
        let (mut up, mut down) = (Alarms::default(), Alarms::default());
        (1..=40).for_each(|seq| up.raise(dot(1, seq), 0, &stranger(seq)));
        (1..=40).rev().for_each(|seq| down.raise(dot(1, seq), 0, &stranger(seq)));
        assert_eq!(up, down);
        assert_eq!(open(&up), (33..=40).map(|seq| (1, seq)).collect::<Vec<_>>());
    }
}
