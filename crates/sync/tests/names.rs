//! A link proves a key. Under which name its terminal may speak there: the one it is known by, one it came back under, and
//! nobody else's.

mod lab;

use domain::{
    chain::{START, chained},
    ids::Origin,
};
use lab::protocol::{Empty, RESTAURANT, hello_of, signature};
use sync::{Act, Body, Frame, Heads, Link, Node, Rank, Role};

const ME: Origin = Origin(1);
const BAR: Origin = Origin(2);
const TERRACE: Origin = Origin(3);
const NEW: Origin = Origin(9);
const LINK: Link = 20;

fn known(names: &[Origin], one: &[[Origin; 2]]) -> Empty {
    Empty { me: ME, names: names.iter().copied().collect(), one: one.to_vec() }
}

fn role() -> Role {
    Role { epoch: 1, master: ME, pinned: false }
}

/// The bar's key is linked, and says that it is `me` and `was` somebody else.
fn hello(me: Origin, was: &[Origin], log: &Empty) -> (Node, Vec<Act>) {
    let mut node = Node::new(ME, RESTAURANT, 0, role(), Heads::new());
    node.up(LINK, BAR, 0, log);
    let acts = node.frame(LINK, hello_of(Rank { chosen: 0, origin: me }, role(), was), 0, log);
    (node, acts)
}

fn is_closed(acts: &[Act]) -> bool {
    acts.iter().any(|act| matches!(act, Act::Close(..)))
}

/// Whether an entry of `origin` is stored that comes over the link, sealed or not.
fn stores(node: &mut Node, origin: Origin, sealed: bool, log: &Empty) -> bool {
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
