//! When a slip that waits may be on paper already, because another terminal took it over: then it says POSSIBLE DUPLICATE.

use std::sync::atomic::Ordering;

use domain::tickets::ASLEEP;
use store::SlipRow;

use super::steps::is_for_doubt;
use crate::{
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

impl Terminal {
    /// Others may have taken over the kitchen's slips up to this one, because one of them is out of reach or this program
    /// was not there for a while: those that still wait say so when they are printed.
    pub(crate) fn doubt_slips(&self, upto: u64) {
        let mut live = lock(&self.paper.live);
        live.range_mut(..=upto).map(|(_, slip)| slip).filter(|s| is_for_doubt(s)).for_each(|slip| slip.marked = true);
    }

    /// The newest slip that waits.
    pub(crate) fn last_slip(&self) -> u64 {
        lock(&self.paper.live).last_key_value().map_or(0, |(job, _)| *job)
    }

    /// Whether a slip must say POSSIBLE DUPLICATE as things are now.
    pub(super) fn must_say_so(&self, slip: &SlipRow) -> bool {
        let duties = &read(&self.state).restaurant.duties;
        slip.marked || slip.of.as_ref().is_some_and(|of| duties.is_doubtful(self.origin(), of.entry))
    }

    /// Whether a slip that was laid out without these words must say them by now.
    pub(super) fn must_be_taken_anew(&self, job: u64) -> bool {
        let slip = lock(&self.paper.live).get(&job).cloned();
        slip.is_some_and(|slip| self.must_say_so(&slip))
    }

    /// Whether anybody else makes tickets like this one.
    pub(super) fn may_be_printed_elsewhere(&self, job: u64) -> bool {
        lock(&self.paper.live).get(&job).is_some_and(|slip| slip.of.is_some()) && self.has_others()
    }

    /// A lid was closed, or the program got no time: meanwhile others may have taken over what waits here. Looked at before
    /// any byte leaves and whenever the peers' thread looks at the clock, so that nothing leaves in between.
    pub(crate) fn mind_sleep(&self) {
        let looked = self.peers.looked_at.load(Ordering::Acquire);
        if looked != 0 && millis_now() - looked > ASLEEP as i64 && self.has_others() {
            self.doubt_slips(self.last_slip());
        }
    }

    /// The peers' thread is awake.
    pub(crate) fn is_awake(&self) {
        self.mind_sleep();
        self.peers.looked_at.store(millis_now(), Ordering::Release);
    }
}
