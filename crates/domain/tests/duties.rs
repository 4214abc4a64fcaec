//! Whose duty the kitchen's tickets are after somebody else took them over.

mod world;

use domain::{
    event::{Entry, Event},
    ids::{Dot, Origin},
    tickets::NOBODY,
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

    let events = vec![Event::TicketsGoTo { entries: vec![cmd], to: taker.origin }];
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
