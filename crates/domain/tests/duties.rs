//! Whose duty the kitchen's tickets are after somebody else took them over.

mod world;

use std::collections::BTreeSet;

use domain::{
    event::{Entry, Event},
    ids::{Dot, Origin},
    tickets::{NOBODY, Standing, TAKEN_AFTER, Watch},
};
use world::World;

/// A terminal called `author` fires while it hears no master; one called `taker` holds the entry and takes its tickets.
/// Answers whose they are then, at the taker and for whoever hears of both in the other order.
fn taken_over(author: u64, taker: u64) -> [Origin; 2] {
    let first = World::new();
    let mut author = World { origin: Origin(author), seq: 0, ..first.clone() };
    let mut taker = World { origin: Origin(taker), seq: 0, ..first };
    let before = author.log.len();
    author.tell("seat T1 2 | toast | fire").expect("an order");
    let mut wrote = author.log.split_off(before);
    let fired = wrote.last_mut().expect("it fired");
    fired.paper = Some(NOBODY);
    let cmd = fired.cmd;
    wrote.iter().for_each(|entry| taker.hear(entry));

    let events = vec![Event::TicketsGoTo { entries: vec![cmd], to: taker.origin, again: true }];
    let dot = Dot { origin: taker.origin, seq: taker.seq + 1 };
    let seen = taker.restaurant.seen_by(taker.origin, &events);
    let taken = Entry { dot, cmd: taker.context(cmd).id, paper: None, seen, events, ..wrote[wrote.len() - 1].clone() };
    taker.restaurant.apply(&taken);

    let mut late = World::new().restaurant;
    late.apply(&taken);
    wrote.iter().for_each(|entry| drop(late.apply(entry)));
    [&taker.restaurant, &late].map(|known| known.duties.get(cmd).expect("a duty").whose())
}

#[test]
fn tickets_taken_over_stay_taken_whatever_the_terminals_are_called() {
    assert_eq!(taken_over(5, 9), [Origin(9); 2]);
    // Names are drawn at random: the taker's may be the smaller one, which wins no tie.
    assert_eq!(taken_over(9, 5), [Origin(5); 2]);
}

const MASTER: Origin = Origin(3);
/// A ticket waits so long for what is on it, in milliseconds.
const WAITS_FOR_LINES: u64 = 3_000;
const NONE: [bool; 0] = [];

/// What a terminal called `me` makes of an entry that arrives: the tickets it makes, with whether they are marked.
fn made(me: Origin, house: &mut World, entry: &Entry, fresh: bool) -> Vec<bool> {
    let before = house.restaurant.before(entry);
    house.hear(entry);
    house.restaurant.turned_to(me, &before, entry, fresh).iter().map(|t| t.marked).collect()
}

/// Two waiters' terminals 5 and 6 and a master; what 5 and then 6 write when each has heard the other.
fn served() -> (World, Vec<Entry>, Vec<Entry>) {
    let base = World::new();
    let mut five = World { origin: Origin(5), seq: 0, ..base.clone() };
    let mut six = World { origin: Origin(6), seq: 0, ..base.clone() };
    let before = five.log.len();
    five.tell("seat T1 2 | toast").expect("an order");
    let ordered = five.log.split_off(before);
    ordered.iter().for_each(|entry| six.hear(entry));
    (six.check, six.n) = (five.check, 100);
    let before = six.log.len();
    six.tell("fire").expect("it is fired");
    let mut fired = six.log.split_off(before);
    fired.iter_mut().for_each(|entry| entry.paper = Some(MASTER));
    (base, ordered, fired)
}

#[test]
fn a_fire_that_overtakes_its_lines_waits_for_them_and_not_for_ever() {
    let (base, ordered, fired) = served();
    let mut master = World { origin: MASTER, seq: 0, ..base };
    assert_eq!(made(MASTER, &mut master, &fired[0], true), NONE, "the ticket would name no dish");
    let mut late = master.clone();
    let arrivals: Vec<bool> = ordered.iter().flat_map(|entry| made(MASTER, &mut master, entry, true)).collect();
    assert_eq!(arrivals, [true], "it waited, so somebody may have taken it over");

    let (mut watch, heard) = (Watch::default(), BTreeSet::from([MASTER, Origin(5), Origin(6)]));
    let standing = Standing { master: MASTER, heard: true };
    let mut look = |late: &World, now| watch.look(&late.restaurant.duties, MASTER, standing, &heard, now);
    assert_eq!(look(&late, 0), None);
    assert_eq!(look(&late, WAITS_FOR_LINES - 1), None);
    let handing = look(&late, WAITS_FOR_LINES).expect("the kitchen is not left waiting");
    let events = vec![handing.event()];
    let mut hurried = Entry { dot: Dot { origin: MASTER, seq: 1 }, paper: None, events, ..fired[0].clone() };
    hurried.cmd.n = 999;
    assert_eq!(made(MASTER, &mut late, &hurried, true), [true]);
    let whole: Vec<bool> = ordered.iter().flat_map(|entry| made(MASTER, &mut late, entry, true)).collect();
    assert_eq!(whole, [true], "and once more when it is known what was ordered");
}

#[test]
fn only_what_nobody_can_have_taken_meanwhile_is_printed_unmarked() {
    for fresh in [true, false] {
        let (base, ordered, fired) = served();
        let mut master = World { origin: MASTER, seq: 0, ..base };
        ordered.iter().for_each(|entry| master.hear(entry));
        assert_eq!(made(MASTER, &mut master, &fired[0], fresh), [!fresh]);
        // The same tap, sent again to another terminal: its tickets were made here.
        let twin = Entry { dot: Dot { origin: Origin(7), seq: 1 }, again: true, ..fired[0].clone() };
        assert_eq!(made(MASTER, &mut master, &twin, true), NONE);
    }
}

#[test]
fn a_tap_known_from_a_terminal_that_died_is_printed_by_whoever_was_asked_again() {
    let (base, ordered, mut fired) = served();
    let mut master = World { origin: MASTER, seq: 0, ..base };
    ordered.iter().for_each(|entry| master.hear(entry));
    fired[0].paper = None;
    assert_eq!(made(MASTER, &mut master, &fired[0], true), NONE, "its author prints it");
    let twin = Entry { dot: Dot { origin: Origin(7), seq: 1 }, again: true, paper: Some(MASTER), ..fired[0].clone() };
    assert_eq!(made(MASTER, &mut master, &twin, true), [true], "or nobody would");
}

#[test]
fn the_tickets_of_a_terminal_that_is_gone_are_taken_though_others_wait_for_a_name() {
    let (base, ordered, mut fired) = served();
    let mut master = World { origin: MASTER, seq: 0, ..base };
    ordered.iter().for_each(|entry| master.hear(entry));
    fired[0].paper = Some(Origin(9));
    master.hear(&fired[0]);
    let mut waits = fired[0].clone();
    (waits.dot, waits.cmd.n, waits.paper) = (Dot { origin: Origin(5), seq: 90 }, 998, Some(NOBODY));
    master.hear(&waits);
    let (mut watch, heard) = (Watch::default(), BTreeSet::from([MASTER, Origin(5), Origin(6)]));
    let standing = Standing { master: MASTER, heard: true };
    let mut look = |now| watch.look(&master.restaurant.duties, MASTER, standing, &heard, now);
    assert_eq!(look(0), None);
    let taken = look(TAKEN_AFTER).expect("9 is not heard");
    assert_eq!((taken.entries, taken.to, taken.again), (vec![fired[0].cmd], MASTER, true));
}
