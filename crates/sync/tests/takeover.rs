//! What whoever takes over tells of it: once, from whom, after how long, and what became of the old master. The clock is
//! the test's.

mod lab;

use std::sync::Arc;

use domain::{event::Event, ids::Origin};
use lab::protocol::{Empty, RESTAURANT, hello_of};
use sync::{
    Act, Frame, Heads, Link, Node, Now, Rank, Role,
    bounds::{BEAT, DEAD, MISSED, SETTLED, TICK},
};

const HUB: Origin = Origin(1);
const BAR: Origin = Origin(2);
const TERRACE: Origin = Origin(3);
/// A disk needs so long to keep a role.
const DISK: Now = 4;

/// The bar's terminal, and what it told so far.
struct Bar {
    node: Node,
    now: Now,
    told: Vec<Event>,
    disk: Empty,
}

impl Bar {
    fn open() -> Bar {
        let role = Role { epoch: 1, master: HUB, pinned: false };
        let known = Empty { me: BAR, names: [HUB, BAR, TERRACE].into(), one: Vec::new() };
        Bar { node: Node::new(BAR, RESTAURANT, 0, role, Heads::new()), now: 10_000, told: Vec::new(), disk: known }
    }

    fn act(&mut self, acts: Vec<Act>) {
        for act in acts {
            match act {
                Act::Keep(role) => {
                    self.now += DISK;
                    let acts = self.node.kept(role, self.now);
                    self.act(acts);
                }
                Act::Note(event) => self.told.push(event),
                _ => {}
            }
        }
    }

    fn meets(&mut self, who: Origin, chosen: u8) {
        let hello = hello_of(Rank { chosen, origin: who }, self.node.role(), &[]);
        let mut acts = self.node.up(who.0 as Link, who, self.now, &self.disk);
        acts.extend(self.node.frame(who.0 as Link, hello, self.now, &self.disk));
        self.act(acts);
    }

    fn loses(&mut self, who: Origin) {
        self.node.down(who.0 as Link);
    }

    /// So long these give signs of life, as ranked, and say whether they hear the master.
    fn passes(&mut self, ms: Now, heard: &[(Origin, u8, bool)]) {
        let end = self.now + ms;
        while self.now < end {
            let due = self.now.is_multiple_of(BEAT);
            for (who, chosen, hears_master) in heard.iter().filter(|_| due) {
                let (rank, role) = (Rank { chosen: *chosen, origin: *who }, self.node.role());
                let beat = Frame::Beat { rank, role, hears_master: *hears_master, heads: Arc::new(Heads::new()) };
                let acts = self.node.frame(who.0 as Link, beat, self.now, &self.disk);
                self.act(acts);
            }
            self.now = self.now - self.now % TICK + TICK;
            let acts = self.node.tick(self.now, &self.disk);
            self.act(acts);
        }
    }

    fn unheard(&self) -> Now {
        let [Event::TookOver { epoch: 2, from: HUB, unheard }] = self.told[..] else { panic!("{:?}", self.told) };
        unheard
    }
}

/// What is measured may be late by a sign of life and some looks at the clock.
fn is_about(ms: Now, expected: Now) -> bool {
    (expected..=expected + BEAT + 3 * TICK).contains(&ms)
}

/// The bar after its master, ranked so, fell silent for this long.
fn after_a_takeover(silent: Now) -> Bar {
    let mut bar = Bar::open();
    bar.meets(HUB, 1);
    bar.passes(2_000, &[(HUB, 1, true)]);
    bar.passes(silent, &[]);
    bar
}

#[test]
fn a_master_that_falls_silent_is_told_with_how_long_it_was_not_heard() {
    let bar = after_a_takeover(5_000);
    assert!(is_about(bar.unheard(), DEAD + MISSED), "{:?}", bar.told);
}

#[test]
fn a_link_that_ends_is_missed_since_it_was_heard_last() {
    let mut bar = Bar::open();
    bar.meets(HUB, 1);
    bar.passes(2_000, &[(HUB, 1, true)]);
    bar.loses(HUB);
    bar.passes(5_000, &[]);
    assert!(is_about(bar.unheard(), MISSED), "{:?}", bar.told);
}

#[test]
fn the_chosen_master_that_comes_back_is_told_with_when_and_when_it_had_its_role_again() {
    let mut bar = after_a_takeover(6_000);
    let (away, role) = (bar.now, bar.node.role());
    bar.meets(HUB, 1);
    bar.passes(6_000, &[(HUB, 1, true)]);
    let Some(Event::MasterReturned { epoch: 2, after, master_after: Some(master_after) }) = bar.told.pop() else {
        panic!("{:?}", bar.told)
    };
    let in_office = 6_000 - bar.unheard();
    assert!(is_about(after, in_office), "{after} of {in_office} since {away}");
    // The link is seen by the next look at the clock.
    assert!(is_about(master_after + TICK, after + SETTLED), "{after} {master_after}");
    assert_eq!((role.epoch, bar.node.role().epoch, bar.node.role().master), (2, 3, HUB));
    bar.passes(10_000, &[(HUB, 1, true)]);
    assert_eq!(bar.told.len(), 1, "it is told once: {:?}", bar.told);
}

#[test]
fn one_that_nobody_ranked_higher_comes_back_as_one_of_many() {
    let mut bar = after_a_takeover(6_000);
    bar.meets(HUB, 0);
    bar.passes(10_000, &[(HUB, 0, true)]);
    let Some(Event::MasterReturned { epoch: 2, after, master_after: None }) = bar.told.pop() else {
        panic!("{:?}", bar.told)
    };
    assert!(after < 6_000, "{after}");
    assert!(bar.node.is_master());
    bar.unheard();
}

#[test]
fn a_link_that_comes_and_goes_is_not_back() {
    let mut bar = after_a_takeover(6_000);
    for _ in 0..5 {
        bar.meets(HUB, 1);
        bar.passes(SETTLED / 2, &[(HUB, 1, true)]);
        bar.loses(HUB);
        bar.passes(1_000, &[]);
    }
    bar.unheard();
}

#[test]
fn in_a_network_that_flaps_each_epoch_is_told_once() {
    let mut bar = Bar::open();
    for n in 0..20 {
        bar.meets(HUB, 1);
        bar.passes(6_000, &[(HUB, 1, true)]);
        bar.loses(HUB);
        bar.passes(if n % 2 == 0 { MISSED / 2 } else { 3_000 }, &[]);
    }
    let took = bar.told.iter().filter(|e| matches!(e, Event::TookOver { .. })).count();
    let back = bar.told.iter().filter(|e| matches!(e, Event::MasterReturned { .. })).count();
    // The last one is still away; a short one is missed by nobody.
    assert_eq!((took, back), (10, 9), "{:?}", bar.told);
    assert_eq!(bar.node.role().epoch, 1 + took as u64 + back as u64, "{:?}", bar.told);
}

#[test]
fn whoever_starts_alone_tells_nothing() {
    let mut bar = Bar::open();
    bar.passes(5_000, &[]);
    assert!(bar.node.is_master());
    assert_eq!(bar.told, []);
    // Nor when the old master turns up later.
    bar.meets(HUB, 1);
    bar.passes(6_000, &[(HUB, 1, true)]);
    assert_eq!((bar.told, bar.node.role().master), (Vec::new(), HUB));
}

#[test]
fn whom_a_person_appoints_takes_nothing_over() {
    let mut bar = Bar::open();
    bar.meets(HUB, 1);
    bar.passes(2_000, &[(HUB, 1, true)]);
    let acts = bar.node.appoint(BAR);
    bar.act(acts);
    bar.passes(5_000, &[(HUB, 1, true)]);
    assert!(bar.node.is_master());
    assert_eq!(bar.told, []);
}

#[test]
fn a_master_heard_by_word_of_others_only_is_missed_since_they_said_so_last() {
    let mut bar = Bar::open();
    bar.meets(HUB, 1);
    bar.meets(TERRACE, 0);
    bar.passes(2_000, &[(HUB, 1, true), (TERRACE, 0, true)]);
    bar.loses(HUB);
    bar.passes(60_000, &[(TERRACE, 0, true)]);
    assert_eq!(bar.told, []);
    bar.passes(5_000, &[(TERRACE, 0, false)]);
    assert!(is_about(bar.unheard(), MISSED), "{:?}", bar.told);
}

#[test]
fn peers_that_do_not_know_yet_do_not_make_a_dead_master_look_alive() {
    let mut bar = Bar::open();
    bar.meets(HUB, 1);
    bar.meets(TERRACE, 0);
    bar.passes(2_000, &[(HUB, 1, true), (TERRACE, 0, true)]);
    // The terrace gives it up a moment later.
    bar.passes(DEAD, &[(TERRACE, 0, true)]);
    bar.passes(5_000, &[(TERRACE, 0, false)]);
    assert!(is_about(bar.unheard(), DEAD + MISSED), "{:?}", bar.told);
}
