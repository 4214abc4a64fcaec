//! The drill: the master is unplugged from the others on purpose, so that people have seen the restaurant go on before
//! the evening when it must. Only the links are cut; whoever works at the master goes on working, as with a pulled cable.
//!
//! Nobody measures it from the outside: whoever takes over tells how long the master was missed (`domain::takeovers`), in
//! a drill as in earnest, so every terminal shows the same.

use std::time::Instant;

use domain::{
    Restaurant,
    event::Event,
    ids::Origin,
    takeovers::Told,
    view::{DrillView, TakeoverView},
};
use sync::{Frame, Now};

use super::driver::Driver;
use crate::{
    dispatch::Job,
    terminal::{Terminal, lock, read},
};

/// How long the master stays unplugged, in milliseconds: long enough to take an order meanwhile.
const UNPLUGGED: Now = 10_000;
/// The longest another terminal may ask for.
const LONGEST: Now = 60_000;
/// By then a master that was not missed, or of whom a terminal of an older version tells nothing, is among the others.
const BACK_BY: Now = 25_000;
/// A drill that does not end well ends here.
const OVER: Now = 90_000;

/// The drill that was started at this terminal.
#[derive(Debug, Clone, Copy)]
pub(super) struct Drill {
    begun: Instant,
    running: bool,
    /// Who was unplugged, and in which epoch it was master.
    was: Origin,
    epoch: u64,
    /// Who was seen to be master instead.
    took_over: Option<Origin>,
}

impl Driver {
    pub(super) fn begin_drill(&mut self, terminal: &Terminal) {
        if self.drill.is_some_and(|d| d.running) {
            return;
        }
        let mut protocol = self.protocol.lock();
        let role = protocol.node.role();
        let was = role.master;
        let link = protocol.node.peers().find(|(_, p)| p.origin == Some(was)).map(|(link, _)| link);
        if was == self.me {
            protocol.unplug(UNPLUGGED);
        } else if let Some(link) = link {
            protocol.send(link, Frame::Unplug { ms: UNPLUGGED });
        } else {
            return;
        }
        drop(protocol);
        if was == self.me {
            terminal.note(Event::DrillHeld { epoch: role.epoch });
        }
        self.drill = Some(Drill { begun: Instant::now(), running: true, was, epoch: role.epoch, took_over: None });
        *lock(&terminal.peers.drill) = self.drill;
    }

    /// A drill that another terminal asked for.
    pub(super) fn unplug(&mut self, terminal: &Terminal, ms: Now) {
        let mut protocol = self.protocol.lock();
        if protocol.node.is_master() {
            protocol.unplug(ms.min(LONGEST));
            let epoch = protocol.node.role().epoch;
            drop(protocol);
            terminal.note(Event::DrillHeld { epoch });
        }
    }

    /// Looks how far a running drill has come.
    pub(super) fn watch_drill(&mut self, terminal: &Terminal) {
        let Some(drill) = self.drill.as_mut().filter(|d| d.running) else { return };
        let protocol = self.protocol.lock();
        let (master, hears) = (protocol.node.role().master, protocol.node.hears_master());
        drop(protocol);
        let told = drill.told(&read(&terminal.state).restaurant).is_some_and(|t| t.returned.is_some());
        let passed = drill.begun.elapsed().as_millis() as Now;
        if hears && master != drill.was {
            drill.took_over = Some(master);
        }
        drill.running = !told && passed < if hears && master == drill.was { BACK_BY } else { OVER };
        *lock(&terminal.peers.drill) = self.drill;
    }
}

impl Drill {
    fn told(&self, restaurant: &Restaurant) -> Option<Told> {
        restaurant.takeovers.after(self.epoch, self.was)
    }

    pub fn view(&self, restaurant: &Restaurant) -> DrillView {
        let takeover = self.told(restaurant).map(shown);
        let took_over = takeover.as_ref().map(|t| t.by).or(self.took_over);
        DrillView { running: self.running, was: self.was, took_over, takeover }
    }
}

/// The last takeovers, the latest first.
pub(super) fn takeovers(restaurant: &Restaurant) -> Vec<TakeoverView> {
    restaurant.takeovers.latest().map(shown).collect()
}

/// People read one clock for all of it, which starts when the old master was heard last.
fn shown(told: Told) -> TakeoverView {
    let Told { takeover, returned, drill } = told;
    let since = |ms: u64| takeover.unheard.saturating_add(ms);
    TakeoverView {
        at: takeover.at,
        from: takeover.from,
        by: takeover.by,
        unheard: takeover.unheard,
        drill,
        back_after: returned.map(|r| since(r.after)),
        master_after: returned.and_then(|r| r.master_after).map(since),
    }
}

impl Terminal {
    /// Writes into the own log what people should be able to read later.
    pub(super) fn note(&self, event: Event) {
        self.queue(vec![Job::Note { events: vec![event], staff: None, device: None }]);
    }
}
