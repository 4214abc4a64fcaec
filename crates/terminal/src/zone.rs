//! The wall clock and the store's time zone: the only place that reads either.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;
use domain::clock::Moment;

/// A time zone of the IANA database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Zone(Tz);

impl Default for Zone {
    fn default() -> Zone {
        Zone(Tz::UTC)
    }
}

impl Zone {
    /// `None` when there is no zone of that name.
    pub fn named(name: &str) -> Option<Zone> {
        name.parse().ok().map(Zone)
    }

    /// Now, as the store's clocks on the wall show it.
    pub fn now(self) -> Moment {
        self.at(millis_now())
    }

    fn at(self, at: i64) -> Moment {
        let utc = DateTime::from_timestamp_millis(at).unwrap_or_default().naive_utc();
        let seconds = self.0.offset_from_utc_datetime(&utc).fix().local_minus_utc();
        Moment { at, offset: (seconds / 60) as i16 }
    }
}

/// Milliseconds since 1970; a clock set before that counts as 1970.
pub(crate) fn millis_now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_millis() as i64)
}

/// A moment to count from. The clock that only runs forward stands still on some systems while the machine sleeps, and the
/// one on the wall does not; whichever says more is believed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Since {
    forward: Instant,
    wall: i64,
}

impl Since {
    pub fn now() -> Since {
        Since { forward: Instant::now(), wall: millis_now() }
    }

    /// Milliseconds that have passed.
    pub fn ms(self) -> u64 {
        (self.forward.elapsed().as_millis() as u64).max((millis_now() - self.wall).max(0) as u64)
    }
}

#[cfg(test)]
mod tests {
    use domain::clock::DateOrder;

    use super::*;

    #[test]
    fn summer_time_moves_the_wall_clock() {
        let madrid = Zone::named("Europe/Madrid").expect("a zone everybody has");
        assert_eq!(madrid.at(1_782_043_200_000).text(DateOrder::Iso), "2026-06-21 14:00");
        assert_eq!(madrid.at(1_795_262_400_000).text(DateOrder::Iso), "2026-11-21 13:00");
        assert_eq!(Zone::named("Europe/Atlantis"), None);
    }
}
