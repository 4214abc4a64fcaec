//! Connections as they are made, used and lost.

use sync::{Frame, bounds};

use crate::{
    network::{Parcel, Way, Wire, travelled, weight},
    oracles::held,
    world::{Happens, World},
};

/// A blocked parcel is tried again after so long, as TCP does.
const AGAIN: u64 = 40;
/// One sign of life of so many is written and read again.
const READ_BACK: u64 = 61;
/// How often somebody without a connection dials.
const DIAL: u64 = 200;
/// What was pushed and not acknowledged in time is pushed again, while it may still be under way on a slow cable.
const MAX_ABOARD: usize = 4 * bounds::WINDOW;
/// What one link is handed at once: the window, and the last body may stand over it.
pub const MAX_BURST: usize = bounds::WINDOW + (100 << 10);

impl World {
    /// A frame leaves a terminal; what it says about its sender must be true.
    pub fn send(&mut self, link: u64, from: usize, frame: Frame) {
        let Some(wire) = self.network.wires.get_mut(&link) else { return };
        let side = wire.side_of(from);
        if !wire.open[side] {
            return;
        }
        let to = wire.ends[1 - side];
        if let Frame::Entries { origin, first, .. } = &frame
            && wire.said[1 - side].get(origin).is_some_and(|has| has >= first)
        {
            let what = format!("terminal {from} sends {origin} from {first} on to {to}, which said that it has it");
            return self.fail("resent", what);
        }
        if let Err((oracle, what)) = held::is_true(&mut self.terminals[from], &frame, &mut self.traffic) {
            self.fail(oracle, format!("terminal {from} to {to}: {what}"));
            return;
        }
        if let Err((oracle, what)) = self.traffic.count(to, &frame) {
            self.fail(oracle, format!("terminal {from} to {to}: {what}"));
            return;
        }
        self.network.frames += 1;
        let frame = if self.rogue == Some(from) { self.tamper(from, frame) } else { frame };
        // Writing and reading every sign of life would be most of the work here.
        let frame = if matches!(frame, Frame::Beat { .. }) && !self.network.frames.is_multiple_of(READ_BACK) {
            frame
        } else {
            match travelled(frame) {
                Ok(frame) => frame,
                Err(e) => return self.fail("frames", format!("a frame does not read back: {e}")),
            }
        };
        self.ship(link, side, Parcel::Frame(frame));
    }

    fn ship(&mut self, link: u64, side: usize, parcel: Parcel) {
        let Some(wire) = self.network.wires.get(&link) else { return };
        if wire.dead {
            return;
        }
        let (from, to) = (wire.ends[side], wire.ends[1 - side]);
        let due = self.now + self.network.latency(from, to, &mut self.dice);
        let Some(wire) = self.network.wires.get_mut(&link) else { return };
        let way = &mut wire.ways[side];
        let due = way.parcels.back().map_or(due, |(last, _)| due.max(*last));
        if let Parcel::Frame(frame) = &parcel {
            way.aboard += weight(frame);
        }
        way.parcels.push_back((due, parcel));
        let (first, aboard) = (way.parcels.len() == 1, way.aboard);
        if first {
            self.later(due - self.now, Happens::Arrives { wire: link, side });
        }
        if aboard > MAX_ABOARD {
            self.fail("in flight", format!("{aboard} bytes of entries on their way from terminal {from} to {to}"));
        }
    }

    pub fn arrives(&mut self, id: u64, side: usize) {
        let Some(wire) = self.network.wires.get_mut(&id) else { return };
        let (from, to) = (wire.ends[side], wire.ends[1 - side]);
        let asleep = self.terminals[to].sleeps_until.saturating_sub(self.now);
        if self.network.blocked.contains(&(from, to)) || asleep > 0 {
            self.later(AGAIN.max(asleep), Happens::Arrives { wire: id, side });
            return;
        }
        let way = &mut wire.ways[side];
        let Some((_, parcel)) = way.parcels.pop_front() else { return };
        if let Parcel::Frame(frame) = &parcel {
            way.aboard = way.aboard.saturating_sub(weight(frame));
        }
        if let Some((due, _)) = way.parcels.front() {
            let wait = due.saturating_sub(self.now);
            self.later(wait, Happens::Arrives { wire: id, side });
        }
        self.deliver(id, side, parcel);
    }

    fn deliver(&mut self, id: u64, side: usize, parcel: Parcel) {
        let Some(wire) = self.network.wires.get_mut(&id) else { return };
        let to = wire.ends[1 - side];
        if !wire.open[1 - side] {
            return;
        }
        self.trace.mix(self.now << 8 | to as u64);
        if let Parcel::Frame(Frame::Hello { heads, .. }) = &parcel {
            wire.said[side].clone_from(heads);
        }
        match parcel {
            Parcel::Frame(frame) => {
                self.meets(to, &frame);
                let local = self.local(to);
                let terminal = &mut self.terminals[to];
                if let Some(running) = &mut terminal.running {
                    let acts = running.node.frame(id, frame, local, &terminal.disk);
                    self.act(to, acts);
                }
            }
            Parcel::End => {
                wire.open[1 - side] = false;
                if wire.open == [false, false] {
                    self.network.wires.remove(&id);
                }
                if let Some(running) = &mut self.terminals[to].running {
                    running.node.down(id);
                }
                self.lost_contact(to);
            }
        }
    }

    /// A restored terminal crosses those off whom it has met.
    fn meets(&mut self, place: usize, frame: &Frame) {
        if let Frame::Hello { me, .. } = frame
            && !self.terminals[place].must_meet.is_empty()
            && let Some(met) = self.terminals.iter().position(|t| t.origin == *me)
        {
            self.terminals[place].must_meet.remove(&met);
        }
    }

    /// One end closes. The other hears of it after what was sent before, unless the power went.
    pub fn let_go(&mut self, id: u64, place: usize, unsaid: bool) {
        let Some(wire) = self.network.wires.get_mut(&id) else { return };
        let side = wire.side_of(place);
        if !std::mem::replace(&mut wire.open[side], false) {
            return;
        }
        if wire.open == [false, false] {
            self.network.wires.remove(&id);
        } else if unsaid {
            wire.dead = true;
            wire.ways = Default::default();
        } else {
            self.ship(id, side, Parcel::End);
        }
    }

    /// The connection breaks: what was under way is lost, and both ends are told.
    pub fn reset(&mut self, id: u64) {
        let Some(wire) = self.network.wires.remove(&id) else { return };
        for side in [0, 1] {
            if let (true, Some(running)) = (wire.open[side], &mut self.terminals[wire.ends[side]].running) {
                running.node.down(id);
                self.lost_contact(wire.ends[side]);
            }
        }
    }

    /// Whoever has no connection to somebody dials; when both do at once there are two.
    pub fn dial(&mut self) {
        self.later(DIAL, Happens::Dial);
        let links = self.network.links();
        let lacks = |from, to| links.binary_search(&(from, to)).is_err();
        for a in self.places() {
            for b in self.places().skip(a + 1) {
                let up = self.terminals[a].is_up(self.now) && self.terminals[b].is_up(self.now);
                if !up || !self.network.joins(a, b) {
                    continue;
                }
                let dials = [lacks(a, b), lacks(b, a)];
                if dials[0] || dials[1] {
                    self.connect(a, b);
                }
                if dials == [true, true] && self.dice.one_in(4) {
                    self.connect(a, b);
                }
            }
        }
    }

    pub fn connect(&mut self, a: usize, b: usize) {
        let id = self.next_number();
        let ways = [Way::default(), Way::default()];
        self.network
            .wires
            .insert(id, Wire { ends: [a, b], ways, open: [true, true], said: Default::default(), dead: false });
        for (place, other) in [(a, b), (b, a)] {
            let (local, who) = (self.local(place), self.terminals[other].origin);
            let terminal = &mut self.terminals[place];
            if let Some(running) = &mut terminal.running {
                let acts = running.node.up(id, who, local, &terminal.disk);
                self.act(place, acts);
            }
        }
    }
}
