//! The line at the counter: callers who want something stored queue up, and whoever stands first serves all who wait
//! in one transaction. A lone caller is served on its own thread, without any hand-over; under load one fsync serves
//! many.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, AtomicUsize, Ordering},
    },
    thread::{self, Thread},
};

use crate::zone::Since;

/// Callers that may wait at once; beyond it a caller is told to try again.
const MAX_WAITING: usize = 1_024;
/// The most callers served by one transaction.
const MAX_BATCH: usize = 64;

/// How often a leader who lately had company lets others run first, so that they queue up too. Those just served come
/// back one by one; whoever is first would otherwise take a whole fsync for itself, every other time.
const MAX_YIELDS: usize = 48;

const WAITING: u8 = 0;
const LEADING: u8 = 1;
const SERVED: u8 = 2;

/// A caller in the line, with what it asks and, later, what it got.
pub(crate) struct Waiter<Q, A> {
    pub ask: Mutex<Option<Q>>,
    pub answer: Mutex<Option<A>>,
    /// When it came.
    pub since: Since,
    state: AtomicU8,
    thread: Thread,
}

pub(crate) struct Line<Q, A> {
    waiting: Mutex<VecDeque<Arc<Waiter<Q, A>>>>,
    /// Callers served by the transaction before.
    company: AtomicUsize,
}

impl<Q, A> Line<Q, A> {
    pub fn new() -> Self {
        Line { waiting: Mutex::new(VecDeque::new()), company: AtomicUsize::new(1) }
    }

    /// Queues up and blocks until served. `serve` is called by whoever leads and must set every answer.
    /// `None` when the line is too long, or when `serve` left this caller without an answer.
    pub fn queue(&self, ask: Q, serve: impl FnOnce(&[Arc<Waiter<Q, A>>])) -> Option<A> {
        let me = Arc::new(Waiter {
            ask: Mutex::new(Some(ask)),
            answer: Mutex::new(None),
            since: Since::now(),
            state: AtomicU8::new(WAITING),
            thread: thread::current(),
        });
        {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            if waiting.len() >= MAX_WAITING {
                return None;
            }
            waiting.push_back(me.clone());
            if waiting.len() == 1 {
                me.state.store(LEADING, Ordering::Release);
            }
        }
        while me.state.load(Ordering::Acquire) == WAITING {
            thread::park();
        }
        if me.state.load(Ordering::Acquire) == LEADING {
            self.gather();
            let batch: Vec<_> = {
                let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
                waiting.iter().take(MAX_BATCH).cloned().collect()
            };
            self.company.store(batch.len(), Ordering::Relaxed);
            // Hands the lead on even if `serve` panics, so that one bug cannot close the counter for everybody.
            let _handover = HandOver { line: self, batch: &batch };
            serve(&batch);
        }
        me.answer.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// Waits a moment for as many as came the last time. A lone caller does not wait.
    fn gather(&self) {
        let company = self.company.load(Ordering::Relaxed);
        for _ in 0..MAX_YIELDS {
            if company == 1 || self.waiting.lock().unwrap_or_else(PoisonError::into_inner).len() >= company {
                return;
            }
            thread::yield_now();
        }
    }
}

struct HandOver<'a, Q, A> {
    line: &'a Line<Q, A>,
    batch: &'a [Arc<Waiter<Q, A>>],
}

impl<Q, A> Drop for HandOver<'_, Q, A> {
    fn drop(&mut self) {
        let next = {
            let mut waiting = self.line.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            waiting.drain(..self.batch.len());
            let next = waiting.front().cloned();
            if let Some(next) = &next {
                next.state.store(LEADING, Ordering::Release);
            }
            next
        };
        // The first of the batch is the leader itself.
        for served in &self.batch[1..] {
            served.state.store(SERVED, Ordering::Release);
            served.thread.unpark();
        }
        if let Some(next) = next {
            next.thread.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn everybody_is_served_once_and_nobody_waits_for_ever() {
        let line: Line<u64, u64> = Line::new();
        let (served, rounds) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for caller in 0..16u64 {
                let (line, served, rounds) = (&line, &served, &rounds);
                scope.spawn(move || {
                    for n in 0..200 {
                        let ask = caller * 1_000 + n;
                        let answer = line.queue(ask, |batch| {
                            rounds.fetch_add(1, Ordering::Relaxed);
                            for waiter in batch {
                                let ask = waiter.ask.lock().expect("no panic here").take().expect("asked once");
                                served.fetch_add(1, Ordering::Relaxed);
                                *waiter.answer.lock().expect("no panic here") = Some(ask * 2);
                            }
                        });
                        assert_eq!(answer, Some(ask * 2));
                    }
                });
            }
        });
        assert_eq!(served.into_inner(), 16 * 200);
        assert!(rounds.into_inner() <= 16 * 200);
    }

    #[test]
    fn a_leader_that_panics_does_not_close_the_counter() {
        let line: Line<(), ()> = Line::new();
        let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| line.queue((), |_| panic!("a bug"))));
        assert!(panicked.is_err());
        let after = line.queue((), |batch| {
            batch.iter().for_each(|w| *w.answer.lock().expect("no panic here") = Some(()));
        });
        assert_eq!(after, Some(()));
    }
}
