//! The drill: the master is unplugged from the others on purpose, so that people have seen the restaurant go on before
//! the evening when it must. Only the links are cut; whoever works at the master goes on working, as with a pulled cable.

use std::time::Instant;

use domain::view::DrillView;
use sync::{Frame, Now};

use super::{driver::Driver, seen::Drill};
use crate::terminal::{Terminal, lock};

/// How long the master stays unplugged, in milliseconds: long enough to take an order meanwhile.
const UNPLUGGED: Now = 10_000;
/// The longest another terminal may ask for.
const LONGEST: Now = 60_000;
/// A drill that does not end well ends here.
const OVER: Now = 90_000;

impl Driver {
    pub(super) fn begin_drill(&mut self, terminal: &Terminal) {
        if self.drill.as_ref().is_some_and(|d| d.view.running) {
            return;
        }
        let mut protocol = self.protocol.lock();
        let was = protocol.node.role().master;
        let view = DrillView { running: true, was, took_over: None, after: None, back_after: None };
        let link = protocol.node.peers().find(|(_, p)| p.origin == Some(was)).map(|(link, _)| link);
        if was == self.me {
            protocol.unplug(UNPLUGGED);
        } else if let Some(link) = link {
            protocol.send(link, Frame::Unplug { ms: UNPLUGGED });
        } else {
            return;
        }
        drop(protocol);
        self.drill = Some(Drill { begun: Instant::now(), view });
        self.show_drill(terminal);
    }

    /// A drill that another terminal asked for.
    pub(super) fn unplug(&mut self, ms: Now) {
        let mut protocol = self.protocol.lock();
        if protocol.node.is_master() {
            protocol.unplug(ms.min(LONGEST));
        }
    }

    /// Looks how far a running drill has come.
    pub(super) fn watch_drill(&mut self, terminal: &Terminal) {
        let Some(drill) = self.drill.as_mut().filter(|d| d.view.running) else { return };
        let protocol = self.protocol.lock();
        let (role, hears) = (protocol.node.role(), protocol.node.hears_master());
        drop(protocol);
        let passed = drill.begun.elapsed().as_millis() as Now;
        let view = &mut drill.view;
        if role.master != view.was && hears && view.took_over.is_none() {
            view.took_over = Some(role.master);
            // The unplugged one only learns of it afterwards.
            view.after = (view.was != self.me).then_some(passed);
        } else if role.master == view.was && hears && view.took_over.is_some() {
            view.back_after = Some(passed);
            view.running = false;
        } else if passed > OVER {
            view.running = false;
        } else {
            return;
        }
        self.show_drill(terminal);
    }

    fn show_drill(&self, terminal: &Terminal) {
        *lock(&terminal.peers.drill) = self.drill.as_ref().map(|d| d.view.clone());
    }
}
