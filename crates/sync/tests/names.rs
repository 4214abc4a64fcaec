//! A link proves a key. Under which name its terminal may speak there: the one it is known by, one it came back under, and
//! nobody else's.

use std::collections::BTreeSet;

use domain::{
    chain::{Hash, START, chained},
    ids::Origin,
};
use sync::{Act, Body, Frame, Heads, Link, Log, Node, PROTOCOL, Rank, Role, Seal, Signature, Verdict};

const ME: Origin = Origin(1);
const BAR: Origin = Origin(2);
const TERRACE: Origin = Origin(3);
const NEW: Origin = Origin(9);
const LINK: Link = 20;

/// Names whose keys are known, and those that are one terminal's.
#[derive(Default)]
struct Known {
    names: BTreeSet<Origin>,
    one: Vec<[Origin; 2]>,
}

fn known(names: &[Origin], one: &[[Origin; 2]]) -> Known {
    Known { names: names.iter().copied().collect(), one: one.to_vec() }
}

fn signature(by: Origin, hash: &Hash) -> Signature {
    let mut sign = [by.0 as u8; 64];
    sign[..32].copy_from_slice(hash);
    Signature(sign)
}

impl Log for Known {
    fn entries(&self, _: Origin, _: u64, _: usize) -> Vec<Body> {
        Vec::new()
    }
    fn hash(&self, _: Origin, seq: u64) -> Option<Hash> {
        (seq == 0).then_some(START)
    }
    fn seals(&self, _: Origin, _: u64, _: u64) -> Vec<(u64, Signature)> {
        Vec::new()
    }
    fn sign(&self, _: u64, hash: &Hash) -> Signature {
        signature(ME, hash)
    }
    fn judge(&self, origin: Origin, seal: &Seal) -> Verdict {
        match (self.names.contains(&origin), signature(origin, &seal.hash) == seal.sign) {
            (false, _) => Verdict::NoKey,
            (true, true) => Verdict::Genuine,
            (true, false) => Verdict::Wrong,
        }
    }
    fn is_one(&self, a: Origin, b: Origin) -> bool {
        a == b || self.one.iter().any(|names| names.contains(&a) && names.contains(&b))
    }
    fn is_new(&self, origin: Origin) -> bool {
        !self.names.contains(&origin)
    }
}

fn role() -> Role {
    Role { epoch: 1, master: ME, pinned: false }
}

/// The bar's key is linked, and says that it is `me` and `was` somebody else.
fn hello(me: Origin, was: &[Origin], log: &Known) -> (Node, Vec<Act>) {
    let mut node = Node::new(ME, 7, 0, role(), Heads::new());
    node.up(LINK, BAR, 0, log);
    let rank = Rank { chosen: 0, origin: me };
    let (role, heads, was) = (role(), Heads::new(), was.to_vec());
    let hello = Frame::Hello { protocol: PROTOCOL, store: 7, me, rank, role, heads, seal: None, yours: None, was };
    let acts = node.frame(LINK, hello, 0, log);
    (node, acts)
}

fn is_closed(acts: &[Act]) -> bool {
    acts.iter().any(|act| matches!(act, Act::Close(..)))
}

/// Whether an entry of `origin` is stored that comes over the link, sealed or not.
fn stores(node: &mut Node, origin: Origin, sealed: bool, log: &Known) -> bool {
    let bodies = vec![Body::from(&b"two beers"[..])];
    let hash = chained(&START, &bodies[0]);
    let seals = if sealed { vec![(1, signature(origin, &hash))] } else { Vec::new() };
    let acts = node.frame(LINK, Frame::Entries { origin, first: 1, bodies, seals }, 1, log);
    acts.iter().any(|act| matches!(act, Act::Store { .. }))
}

#[test]
fn a_terminal_is_who_its_key_says() {
    let log = known(&[BAR, TERRACE], &[]);
    let (mut node, acts) = hello(BAR, &[], &log);
    assert!(!is_closed(&acts) && stores(&mut node, BAR, false, &log), "the link proves what its author sends");
    for (me, was) in [(TERRACE, vec![]), (TERRACE, vec![BAR]), (NEW, vec![]), (NEW, vec![TERRACE])] {
        let (_, acts) = hello(me, &was, &log);
        assert!(is_closed(&acts), "{me} that was {was:?}");
    }
}

#[test]
fn under_a_name_that_is_not_known_yet_only_seals_prove_anything() {
    let mut log = known(&[BAR, TERRACE], &[]);
    let (mut node, acts) = hello(NEW, &[BAR], &log);
    assert!(!is_closed(&acts), "what it brings along may tell who it is");
    assert!(!stores(&mut node, NEW, false, &log) && !stores(&mut node, NEW, true, &log));
    assert!(!stores(&mut node, BAR, false, &log), "nor is it still the bar");
    log.names.insert(NEW);
    assert!(!stores(&mut node, NEW, false, &log));
    assert!(stores(&mut node, NEW, true, &log));
}

#[test]
fn a_key_that_is_known_by_two_names_has_both() {
    let log = known(&[BAR, NEW, TERRACE], &[[BAR, NEW]]);
    for me in [BAR, NEW] {
        let (mut node, acts) = hello(me, &[], &log);
        assert!(!is_closed(&acts) && stores(&mut node, me, false, &log), "{me}");
    }
}
