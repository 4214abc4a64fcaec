//! A restaurant's terminals over a simulated network, with simulated disks and one clock. One seed, one trace.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque},
};

use domain::ids::Origin;
use sync::{Act, Body, Frame, Heads, Log, Node, Role};

const STORE: u64 = 7;
const TICK: u64 = 50;

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

#[derive(Default)]
struct Disk {
    logs: BTreeMap<Origin, Vec<Body>>,
    role: Option<Role>,
}

impl Log for Disk {
    fn entries(&self, origin: Origin, first: u64, room: usize) -> Vec<Body> {
        let mut left = room as i64;
        let all = self.logs.get(&origin).map_or(&[][..], Vec::as_slice);
        let from = all.iter().skip(first as usize - 1);
        from.take_while(|b| {
            let fits = left > 0;
            left -= b.len() as i64;
            fits
        })
        .cloned()
        .collect()
    }
}

struct Terminal {
    disk: Disk,
    node: Option<Node>,
    /// When the disk is done with what it was given so far: it writes one after the other.
    disk_free: u64,
    /// Raised at every start, so that what the disk answers to an earlier run is not heard.
    run: u64,
}

#[derive(Debug, Clone)]
enum Happens {
    Tick(usize),
    Order(usize),
    Stored { at: usize, run: u64, origin: Origin, first: u64, bodies: Vec<Body> },
    Kept { at: usize, run: u64, role: Role },
    Arrives { wire: u64, from: usize },
    Connect,
    Chaos,
}

struct Wire {
    ends: [usize; 2],
    /// Frames on their way, by sender; `None` is the end of the connection.
    on_way: [VecDeque<Option<Frame>>; 2],
    open: [bool; 2],
}

struct World {
    dice: Dice,
    now: u64,
    n: u64,
    queue: BinaryHeap<Reverse<(u64, u64)>>,
    what: BTreeMap<u64, Happens>,
    terminals: Vec<Terminal>,
    wires: BTreeMap<u64, Wire>,
    blocked: BTreeSet<(usize, usize)>,
    chaos: bool,
    masterless: u64,
    trace: u64,
}

fn origin(i: usize) -> Origin {
    Origin(i as u64 + 1)
}

impl World {
    fn new(seed: u64, count: usize) -> World {
        let mut world = World {
            dice: Dice(seed),
            now: 0,
            n: 0,
            queue: BinaryHeap::new(),
            what: BTreeMap::new(),
            terminals: Vec::new(),
            wires: BTreeMap::new(),
            blocked: BTreeSet::new(),
            chaos: true,
            masterless: 0,
            trace: 0,
        };
        for i in 0..count {
            world.terminals.push(Terminal { disk: Disk::default(), node: None, disk_free: 0, run: 0 });
            world.start(i);
            world.later(i as u64 * 7, Happens::Tick(i));
            world.later(200 + i as u64, Happens::Order(i));
        }
        world.later(1, Happens::Connect);
        world.later(3_000, Happens::Chaos);
        world
    }

    fn later(&mut self, delay: u64, what: Happens) {
        self.n += 1;
        self.queue.push(Reverse((self.now + delay, self.n)));
        self.what.insert(self.n, what);
    }

    fn start(&mut self, i: usize) {
        let terminal = &mut self.terminals[i];
        terminal.run += 1;
        let heads: Heads = terminal.disk.logs.iter().map(|(o, l)| (*o, l.len() as u64)).collect();
        let role = terminal.disk.role.unwrap_or(Role { epoch: 0, master: origin(0), pinned: false });
        terminal.node = Some(Node::new(origin(i), STORE, u8::from(i == 0), role, heads));
    }

    fn stop(&mut self, i: usize) {
        self.terminals[i].node = None;
        let wires: Vec<u64> = self.wires.iter().filter(|(_, w)| w.ends.contains(&i)).map(|(id, _)| *id).collect();
        for id in wires {
            self.hang_up(id, i);
        }
    }

    /// One end closes; the other hears of it when what was sent before has arrived.
    fn hang_up(&mut self, id: u64, end: usize) {
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let side = usize::from(wire.ends[1] == end);
        wire.open[side] = false;
        self.send(id, end, None);
    }

    fn send(&mut self, id: u64, from: usize, frame: Option<Frame>) {
        let latency = 1 + self.dice.below(4);
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let side = usize::from(wire.ends[1] == from);
        wire.on_way[side].push_back(frame);
        if wire.on_way[side].len() == 1 {
            self.later(latency, Happens::Arrives { wire: id, from });
        }
    }

    fn arrives(&mut self, id: u64, from: usize) {
        let Some(wire) = self.wires.get_mut(&id) else { return };
        let side = usize::from(wire.ends[1] == from);
        let to = wire.ends[1 - side];
        if self.blocked.contains(&(from, to)) {
            // TCP sends again and again until it is through.
            self.later(50, Happens::Arrives { wire: id, from });
            return;
        }
        let frame = wire.on_way[side].pop_front();
        if !wire.on_way[side].is_empty() {
            self.later(0, Happens::Arrives { wire: id, from });
        }
        let hears = self.wires[&id].open[1 - side];
        match frame {
            Some(Some(frame)) if hears => {
                self.trace = self.trace.wrapping_mul(31).wrapping_add(self.now ^ (to as u64) << 50);
                let terminal = &mut self.terminals[to];
                if let Some(node) = &mut terminal.node {
                    let acts = node.frame(id, frame, self.now, &terminal.disk);
                    self.act(to, acts);
                }
            }
            Some(None) => {
                if hears {
                    if let Some(node) = &mut self.terminals[to].node {
                        node.down(id);
                    }
                }
                self.wires.remove(&id);
            }
            _ => {}
        }
    }

    fn disk(&mut self, at: usize) -> u64 {
        let took = 1 + self.dice.below(3);
        let free = &mut self.terminals[at].disk_free;
        *free = (*free).max(self.now) + took;
        *free - self.now
    }

    fn act(&mut self, at: usize, acts: Vec<Act>) {
        let run = self.terminals[at].run;
        for act in acts {
            match act {
                Act::Send(link, frame) => self.send(link, at, Some(frame)),
                Act::Store { origin, first, bodies } => {
                    let delay = self.disk(at);
                    self.later(delay, Happens::Stored { at, run, origin, first, bodies });
                }
                Act::Keep(role) => {
                    let delay = self.disk(at);
                    self.later(delay, Happens::Kept { at, run, role });
                }
                Act::Close(link, _) => self.hang_up(link, at),
                Act::Alarm(alarm) => panic!("{alarm:?}"),
            }
        }
    }

    fn connect(&mut self) {
        for a in 0..self.terminals.len() {
            for b in a + 1..self.terminals.len() {
                let open = |w: &Wire| w.ends == [a, b] && w.open == [true, true];
                let reach = !self.blocked.contains(&(a, b)) && !self.blocked.contains(&(b, a));
                let alive = self.terminals[a].node.is_some() && self.terminals[b].node.is_some();
                if !alive || !reach || self.wires.values().any(open) {
                    continue;
                }
                self.n += 1;
                let id = self.n;
                let wire = Wire { ends: [a, b], on_way: Default::default(), open: [true, true] };
                self.wires.insert(id, wire);
                for end in [a, b] {
                    let acts = self.terminals[end].node.as_mut().map(|n| n.up(id, self.now)).unwrap_or_default();
                    self.act(end, acts);
                }
            }
        }
    }

    fn chaos(&mut self) {
        let n = self.terminals.len() as u64;
        match self.dice.below(6) {
            0 => {
                let i = self.dice.below(n) as usize;
                self.stop(i);
            }
            1 | 2 => {
                for i in 0..n as usize {
                    if self.terminals[i].node.is_none() {
                        self.start(i);
                    }
                }
            }
            3 => {
                let side = self.dice.next();
                let one_way = self.dice.one_in(3);
                for a in 0..n as usize {
                    for b in 0..n as usize {
                        if (side >> a & 1) != (side >> b & 1) && (!one_way || side >> a & 1 == 1) {
                            self.blocked.insert((a, b));
                        }
                    }
                }
            }
            _ => self.blocked.clear(),
        }
    }

    fn happen(&mut self, what: Happens) {
        match what {
            Happens::Tick(i) => {
                let terminal = &mut self.terminals[i];
                if let Some(node) = &mut terminal.node {
                    let acts = node.tick(self.now, &terminal.disk);
                    self.act(i, acts);
                }
                self.later(TICK, Happens::Tick(i));
            }
            Happens::Order(i) => {
                if self.chaos {
                    let delay = 50 + self.dice.below(400);
                    self.later(delay, Happens::Order(i));
                }
                let terminal = &mut self.terminals[i];
                if let Some(node) = &mut terminal.node {
                    let log = terminal.disk.logs.entry(origin(i)).or_default();
                    log.push(format!("{i}:{}", log.len() + 1).into_bytes().into());
                    let upto = log.len() as u64;
                    let acts = node.stored(origin(i), upto, self.now, &terminal.disk);
                    self.act(i, acts);
                }
            }
            Happens::Stored { at, run, origin, first, bodies } => {
                let terminal = &mut self.terminals[at];
                if terminal.run != run || terminal.node.is_none() {
                    return;
                }
                let log = terminal.disk.logs.entry(origin).or_default();
                assert_eq!(log.len() as u64 + 1, first, "stored out of turn");
                log.extend(bodies);
                let upto = log.len() as u64;
                let (now, disk) = (self.now, &terminal.disk);
                let acts = terminal.node.as_mut().map(|n| n.stored(origin, upto, now, disk)).unwrap_or_default();
                self.act(at, acts);
            }
            Happens::Kept { at, run, role } => {
                let terminal = &mut self.terminals[at];
                if terminal.run != run {
                    return;
                }
                if terminal.disk.role.is_none_or(|r| role.beats(r)) {
                    terminal.disk.role = Some(role);
                }
                let now = self.now;
                let acts = terminal.node.as_mut().map(|n| n.kept(role, now)).unwrap_or_default();
                self.act(at, acts);
            }
            Happens::Arrives { wire, from } => self.arrives(wire, from),
            Happens::Connect => {
                self.connect();
                self.later(300, Happens::Connect);
            }
            Happens::Chaos => {
                if self.chaos {
                    self.chaos();
                    let delay = 500 + self.dice.below(4_000);
                    self.later(delay, Happens::Chaos);
                }
            }
        }
    }

    fn run_until(&mut self, end: u64) {
        while let Some(Reverse((at, n))) = self.queue.peek().copied() {
            if at > end {
                break;
            }
            self.queue.pop();
            self.now = at;
            if let Some(what) = self.what.remove(&n) {
                self.happen(what);
            }
        }
        self.now = end;
    }

    fn heal(&mut self) {
        self.chaos = false;
        self.blocked.clear();
        for i in 0..self.terminals.len() {
            if self.terminals[i].node.is_none() {
                self.start(i);
            }
        }
    }

    fn judge(&self, seed: u64) -> Result<(), String> {
        let first = &self.terminals[0];
        for (i, terminal) in self.terminals.iter().enumerate() {
            let node = terminal.node.as_ref().ok_or("a terminal is down")?;
            for o in 0..self.terminals.len() {
                let own = self.terminals[o].disk.logs.get(&origin(o)).map_or(0, Vec::len);
                let here = terminal.disk.logs.get(&origin(o)).map_or(0, Vec::len);
                if own != here {
                    return Err(format!("seed {seed}: terminal {i} has {here} of {own} entries of {o}"));
                }
            }
            if terminal.disk.logs != first.disk.logs {
                return Err(format!("seed {seed}: terminal {i} holds other bytes"));
            }
            let role = first.node.as_ref().map(Node::role);
            if Some(node.role()) != role {
                return Err(format!(
                    "seed {seed}: terminal {i} takes {:?} for master, the first {role:?}",
                    node.role()
                ));
            }
        }
        Ok(())
    }
}

fn evening(seed: u64, count: usize) -> (Result<(), String>, u64) {
    let mut world = World::new(seed, count);
    world.run_until(60_000);
    world.heal();
    world.run_until(70_000);
    let _ = world.masterless;
    (world.judge(seed), world.trace)
}

#[test]
fn every_evening_ends_with_one_restaurant() {
    let mut bad = Vec::new();
    for seed in 0..300 {
        let (verdict, _) = evening(seed, 2 + (seed % 5) as usize);
        bad.extend(verdict.err());
    }
    assert!(bad.is_empty(), "{} of 300: {:#?}", bad.len(), &bad[..bad.len().min(5)]);
}

#[test]
fn one_seed_one_trace() {
    assert_eq!(evening(5, 4).1, evening(5, 4).1);
}
