//! The two clocks of a terminal: one that only runs forward, at its own speed, and one on the wall that people set.

use domain::clock::Moment;

/// Milliseconds of the simulation since it began.
pub type Time = u64;

/// 2026-11-21 18:00 UTC, a Saturday.
const EVENING: i64 = 1_795_284_000_000;

pub struct Clock {
    /// What the forward clock showed when the simulation began.
    began: u64,
    /// How much too fast it runs, in millionths; quartz is good to about a hundred.
    drift: i64,
    /// How far the wall clock is off.
    pub off: i64,
}

impl Clock {
    pub fn new(began: u64, drift: i64) -> Clock {
        Clock { began, drift, off: 0 }
    }

    /// The clock that only runs forward.
    pub fn forward(&self, now: Time) -> u64 {
        (self.began + now).saturating_add_signed(now as i64 * self.drift / 1_000_000)
    }

    /// The clock on the wall.
    pub fn wall(&self, now: Time) -> Moment {
        Moment { at: EVENING + now as i64 + self.off, offset: 60 }
    }
}
