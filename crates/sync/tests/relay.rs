//! A master passes on what arrives before its own disk has it, and nobody mistakes that for holding it.

mod lab;

use std::collections::BTreeMap;

use domain::{
    chain::{Hash, START, chained},
    ids::Origin,
};
use lab::protocol::{RESTAURANT, hello, signature};
use sync::{Act, Body, Frame, Heads, Link, Log, Node, Rank, Role, Seal, Signature, Verdict, bounds};

const HUB: Origin = Origin(1);
const BAR: Origin = Origin(2);
const TERRACE: Origin = Origin(3);
const TO_BAR: Link = 20;
const TO_TERRACE: Link = 30;

/// A disk in memory.
#[derive(Default)]
struct Disk(BTreeMap<Origin, Vec<Body>>);

impl Log for Disk {
    fn entries(&self, origin: Origin, first: u64, _: usize) -> Vec<Body> {
        self.0.get(&origin).map_or(Vec::new(), |log| log[first as usize - 1..].to_vec())
    }

    fn hash(&self, origin: Origin, seq: u64) -> Option<Hash> {
        let log = self.0.get(&origin).map_or(&[][..], Vec::as_slice);
        Some(log.get(..seq as usize)?.iter().fold(START, |hash, body| chained(&hash, body)))
    }

    fn seals(&self, origin: Origin, first: u64, last: u64) -> Vec<(u64, Signature)> {
        (first..=last).filter_map(|seq| Some((seq, signature(origin, &self.hash(origin, seq)?)))).collect()
    }

    fn sign(&self, _: u64, hash: &Hash) -> Signature {
        signature(HUB, hash)
    }

    fn judge(&self, origin: Origin, said: &Seal) -> Verdict {
        if signature(origin, &said.hash) == said.sign { Verdict::Genuine } else { Verdict::Wrong }
    }
}

fn role() -> Role {
    Role { epoch: 1, master: HUB, pinned: false }
}

/// The first entries of the bar, sealed at the last.
fn orders(bodies: &[&str]) -> Frame {
    let bodies: Vec<Body> = bodies.iter().map(|b| Body::from(b.as_bytes())).collect();
    let hash = bodies.iter().fold(START, |hash, body| chained(&hash, body));
    Frame::Entries { origin: BAR, first: 1, seals: vec![(bodies.len() as u64, signature(BAR, &hash))], bodies }
}

/// A terminal with links to two others.
fn node(me: Origin, others: [(Link, Origin); 2], disk: &Disk) -> Node {
    let mut node = Node::new(me, RESTAURANT, 0, role(), Heads::new());
    for (link, who) in others {
        node.up(link, who, 0, disk);
        node.frame(link, hello(who, role()), 0, disk);
    }
    node
}

fn sent(acts: &[Act], to: Link) -> Vec<&Frame> {
    acts.iter()
        .filter_map(|act| if let Act::Send(link, frame) = act { (*link == to).then_some(frame) } else { None })
        .collect()
}

#[test]
fn what_arrives_goes_on_at_once_and_is_told_to_be_here_only_when_it_is() {
    let mut disk = Disk::default();
    let mut hub = node(HUB, [(TO_BAR, BAR), (TO_TERRACE, TERRACE)], &disk);
    let order = orders(&["two beers", "a soup"]);

    let acts = hub.frame(TO_BAR, order.clone(), 10, &disk);
    assert_eq!(sent(&acts, TO_TERRACE), [&order], "it goes on as it came");
    assert!(sent(&acts, TO_BAR).is_empty(), "nobody is told that it is here: {acts:?}");
    let passed_on = acts.iter().position(|a| matches!(a, Act::Send(..)));
    let stored = acts.iter().position(|a| matches!(a, Act::Store { .. }));
    assert!(passed_on < stored, "the way to the others is not behind the disk's: {acts:?}");

    let Frame::Entries { bodies, .. } = order else { panic!("entries") };
    disk.0.insert(BAR, bodies);
    let acts = hub.stored(BAR, 2, 11, &disk);
    assert!(sent(&acts, TO_TERRACE).is_empty(), "nothing goes twice: {acts:?}");
    let acts = hub.tick(bounds::TICK, &disk);
    let told = sent(&acts, TO_BAR);
    assert!(matches!(told[..], [Frame::Have { heads }] if heads[&BAR] == 2), "now it is told: {acts:?}");
}

#[test]
fn what_a_disk_refused_was_passed_on_all_the_same_and_is_asked_for_again() {
    let disk = Disk::default();
    let mut hub = node(HUB, [(TO_BAR, BAR), (TO_TERRACE, TERRACE)], &disk);
    let acts = hub.frame(TO_BAR, orders(&["two beers"]), 10, &disk);
    assert_eq!(sent(&acts, TO_TERRACE).len(), 1);
    hub.not_stored(BAR);
    let acts = hub.frame(TO_BAR, orders(&["two beers"]), 20, &disk);
    assert!(
        acts.iter().any(|a| matches!(a, Act::Store { first: 1, .. })),
        "it is stored when it comes again: {acts:?}"
    );
    assert!(sent(&acts, TO_TERRACE).is_empty(), "and not passed on twice: {acts:?}");
}

#[test]
fn what_a_disk_refused_comes_again_however_busy_the_rest_of_the_house_is() {
    let mut disk = Disk::default();
    let mut hub = node(HUB, [(TO_BAR, BAR), (TO_TERRACE, TERRACE)], &disk);
    let order = orders(&["two beers"]);
    let Frame::Entries { bodies, .. } = &order else { panic!("entries") };
    disk.0.insert(BAR, bodies.clone());
    hub.frame(TO_BAR, order.clone(), 0, &disk);
    hub.stored(BAR, 1, 0, &disk);
    // The terrace never says that it holds the bar's order, while it sells on itself.
    let mut again = Vec::new();
    for n in 1..=2 * bounds::AGAIN / bounds::BEAT {
        let heads = Heads::from([(TERRACE, n)]);
        again.extend(hub.frame(TO_TERRACE, Frame::Have { heads }, n * bounds::BEAT, &disk));
        again.extend(hub.tick(n * bounds::BEAT, &disk));
    }
    let told = sent(&again, TO_TERRACE);
    assert!(told.contains(&&order), "{told:?}");
}

#[test]
fn only_what_its_author_sealed_is_passed_on() {
    let disk = Disk::default();
    let mut hub = node(HUB, [(TO_BAR, BAR), (TO_TERRACE, TERRACE)], &disk);
    let Frame::Entries { origin, first, mut bodies, seals } = orders(&["two beers"]) else { panic!("entries") };
    bodies.push(Body::from(&b"not sealed yet"[..]));
    let acts = hub.frame(TO_BAR, Frame::Entries { origin, first, bodies, seals }, 10, &disk);
    let told = sent(&acts, TO_TERRACE);
    assert!(matches!(told[..], [Frame::Entries { bodies, .. }] if bodies.len() == 1), "{acts:?}");
    assert!(acts.iter().any(|a| matches!(a, Act::Store { bodies, .. } if bodies.len() == 2)), "{acts:?}");
}

#[test]
fn whoever_passes_entries_on_need_not_hold_them() {
    let mut disk = Disk::default();
    let mut terrace = node(TERRACE, [(TO_BAR, BAR), (TO_TERRACE, HUB)], &disk);
    let lacks =
        |terrace: &Node| terrace.peers().find(|(_, p)| p.origin == Some(HUB)).map(|(_, p)| p.lacks(terrace.heads()));
    let order = orders(&["two beers"]);
    terrace.frame(TO_TERRACE, order.clone(), 10, &disk);
    let Frame::Entries { bodies, .. } = order else { panic!("entries") };
    disk.0.insert(BAR, bodies);
    let acts = terrace.stored(BAR, 1, 11, &disk);
    assert!(
        sent(&acts, TO_TERRACE).iter().all(|f| !matches!(f, Frame::Entries { .. })),
        "it comes from there: {acts:?}"
    );
    assert_eq!(lacks(&terrace), Some(1), "but whether it is there was not said");

    // Its disk refused it, and the bar died: the terrace is the only one that has the order.
    let mut again = Vec::new();
    for now in (0..2 * bounds::AGAIN).step_by(bounds::TICK as usize) {
        again.extend(terrace.frame(TO_TERRACE, beat(Heads::new()), now, &disk));
        again.extend(terrace.tick(now, &disk));
    }
    assert!(sent(&again, TO_TERRACE).iter().any(|f| matches!(f, Frame::Entries { .. })), "it is brought back");

    terrace.frame(TO_TERRACE, beat(Heads::from([(BAR, 1)])), 2 * bounds::AGAIN, &disk);
    assert_eq!(lacks(&terrace), Some(0));
}

fn beat(heads: Heads) -> Frame {
    Frame::Beat { rank: Rank { chosen: 0, origin: HUB }, role: role(), hears_master: true, heads: heads.into() }
}
