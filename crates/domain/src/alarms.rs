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
