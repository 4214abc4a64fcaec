//! The service: waiters tap, and tap again when nobody answers.

use domain::ids::CommandId;

use crate::{
    disk::Job,
    planted::Lapse,
    terminal::{Answer, Tapped},
    waiter::{Asked, Intent, Waiter},
    world::{Happens, World},
};

/// A waiter looks at an unanswered tap so often.
const LOOKS: u64 = 400;
/// So long a device remembers what it sent.
const REMEMBERED: u64 = 10_000;
/// An answer that takes longer is asked for again.
const PATIENCE: u64 = 2_000;

impl World {
    pub fn tap(&mut self, w: usize) {
        if !self.open {
            return self.later(LOOKS, Happens::Tap(w));
        }
        if let Some(asked) = self.waiters[w].asked.clone() {
            self.later(LOOKS, Happens::Tap(w));
            return self.ask_again(w, asked);
        }
        if let Some(last) = self.moved_away(w) {
            self.later(LOOKS, Happens::Tap(w));
            return self.ask_again(w, last);
        }
        let wait = self.pace / 2 + self.dice.below(self.pace);
        self.later(wait, Happens::Tap(w));
        let place = self.waiters[w].place;
        let terminal = &self.terminals[place];
        let Some(running) = terminal.running.as_ref().filter(|_| terminal.sleeps_until <= self.now) else { return };
        let intent = if terminal.version >= crate::fold::NEW && self.dice.one_in(15) {
            Intent::Whistle
        } else if self.dice.one_in(60) {
            Intent::Order(Box::new(self.card.chore(&mut self.dice)))
        } else {
            Intent::Order(Box::new(self.card.idea(&running.fold.restaurant, &mut self.dice)))
        };
        let id = self.waiters[w].next_id();
        self.give(w, place, id, intent, false);
    }

    /// A device whose terminal is gone moves over to another, and sends again what that terminal answered shortly before:
    /// it may have told nobody.
    fn moved_away(&mut self, w: usize) -> Option<Asked> {
        let Waiter { place, roams, .. } = self.waiters[w];
        if !roams || self.terminals[place].running.is_some() {
            return None;
        }
        self.waiters[w].last.take().filter(|last| last.since + REMEMBERED > self.now)
    }

    /// Nobody answered yet: a terminal that is there is asked again with the same command, and so is another one when a
    /// device can reach it.
    fn ask_again(&mut self, w: usize, asked: Asked) {
        let (place, run) = asked.of;
        let terminal = &self.terminals[place];
        let waits_still = terminal.run == run && self.now < asked.since + PATIENCE;
        if waits_still {
            return;
        }
        let others: Vec<usize> = self.places().filter(|p| self.terminals[*p].is_up(self.now)).collect();
        let here = others.contains(&place);
        let roams = self.waiters[w].roams;
        let next = if here { Some(place) } else { self.dice.pick(&others).copied().filter(|_| roams) };
        if let Some(next) = next {
            self.waiters[w].place = next;
            self.give(w, next, asked.id, asked.intent, asked.again || next != place);
        }
    }

    /// Hands a command to a terminal.
    pub fn give(&mut self, w: usize, place: usize, id: CommandId, intent: Intent, again: bool) {
        let lapse = self.lapse();
        let tapped = Tapped { id, intent: &intent, again };
        let answer = self.terminals[place].ask(tapped, self.now, &mut self.dice, lapse);
        match answer {
            Answer::No => self.waiters[w].asked = None,
            Answer::Busy => {
                let (of, since) = ((place, self.terminals[place].run), self.now);
                self.waiters[w].asked = Some(Asked { id, intent, of, since, again });
            }
            Answer::Done(dot) => {
                self.ledger.promised.insert((dot, id));
                self.waiters[w].asked = None;
            }
            Answer::Later(job) => {
                let (of, since) = ((place, self.terminals[place].run), self.now);
                self.waiters[w].asked = Some(Asked { id, intent, of, since, again });
                if let (true, Job::Own { seq, .. }) = (self.has(Lapse::AnswersBeforeDisk), &job) {
                    let dot = domain::ids::Dot { origin: self.terminals[place].origin, seq: *seq };
                    self.answered(id, Some(dot));
                }
                self.write(place, job);
                if self.doomed == Some(place) {
                    self.doomed = None;
                    self.stop(place, false);
                }
            }
        }
    }
}
