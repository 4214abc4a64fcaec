//! The newest own entries, kept as they were written: whoever they are sent to needs no look at the disk for them.

use std::{collections::VecDeque, sync::Arc};

use sync::{Body, bounds::WINDOW};

/// Consecutive own entries up to the newest, of a window of bytes at most.
#[derive(Default)]
pub(crate) struct Fresh {
    /// The number of the first one.
    first: u64,
    bodies: VecDeque<Body>,
    bytes: usize,
}

impl Fresh {
    /// Takes in entries that became durable, from number `first` on.
    pub fn note(&mut self, first: u64, bodies: Vec<Body>) {
        if first != self.first + self.bodies.len() as u64 {
            *self = Fresh { first, ..Fresh::default() };
        }
        for body in bodies {
            self.bytes += body.len();
            self.bodies.push_back(body);
        }
        while self.bytes > WINDOW
            && let Some(oldest) = self.bodies.pop_front()
        {
            (self.first, self.bytes) = (self.first + 1, self.bytes - oldest.len());
        }
    }

    /// Entries from number `first` on, together about `room` bytes at most but at least one; `None` when the disk must be
    /// asked.
    pub fn entries(&self, first: u64, room: usize) -> Option<Vec<Body>> {
        let at = usize::try_from(first.checked_sub(self.first)?).ok().filter(|at| *at < self.bodies.len())?;
        let mut bytes = 0;
        let fitting = self.bodies.range(at..).take_while(|body| {
            let fits = bytes < room;
            bytes += body.len();
            fits
        });
        Some(fitting.map(Arc::clone).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bodies(n: std::ops::Range<u8>, len: usize) -> Vec<Body> {
        n.map(|n| vec![n; len].into()).collect()
    }

    #[test]
    fn what_was_written_last_is_there_and_nothing_else_is_told() {
        let mut fresh = Fresh::default();
        fresh.note(5, bodies(5..8, 10));
        fresh.note(8, bodies(8..9, 10));
        assert_eq!(fresh.entries(6, usize::MAX), Some(bodies(6..9, 10)));
        assert_eq!(fresh.entries(6, 11), Some(bodies(6..8, 10)), "no more than fit, the last may stand over");
        assert_eq!(fresh.entries(8, 1), Some(bodies(8..9, 10)), "at least one");
        assert_eq!((fresh.entries(4, 99), fresh.entries(9, 99)), (None, None));
        fresh.note(20, bodies(20..21, 10));
        assert_eq!(fresh.entries(8, 99), None, "after a gap it starts anew");
        assert_eq!(fresh.entries(20, 99), Some(bodies(20..21, 10)));
    }

    #[test]
    fn it_keeps_a_window_at_most() {
        let mut fresh = Fresh::default();
        for n in 1..100 {
            fresh.note(n, bodies(0..1, WINDOW / 10));
        }
        assert!(fresh.bytes <= WINDOW);
        assert_eq!(fresh.entries(99, 1).map(|b| b.len()), Some(1));
        assert_eq!(fresh.entries(50, 1), None);
        fresh.note(100, bodies(0..1, 2 * WINDOW));
        assert_eq!(fresh.entries(100, 1), None, "what is bigger than a window is read from the disk");
    }
}
