//! A day closed while a terminal was out of reach: the Z says so, what comes later is named event by event, and the next Z
//! accounts for it.

mod world;

use domain::{
    event::{Event, TenderKind},
    ids::*,
    late::{LateDay, LateEntry, Missing, Posted},
    money::Money,
    shift::ZReport,
};
use world::World;

fn close(world: &mut World) -> ZReport {
    world.tell("count 0").expect("counted");
    close_uncounted(world)
}

fn close_uncounted(world: &mut World) -> ZReport {
    let events = world.must(domain::command::Command::CloseDay);
    let Some(Event::DayClosed { z }) = events.into_iter().next() else { panic!("closing the day makes a Z") };
    assert!(z.is_intact());
    *z
}

fn hear_each_other(a: &mut World, b: &mut World) {
    let (of_a, of_b) = (a.log.clone(), b.log.clone());
    of_b.iter().for_each(|entry| a.hear(entry));
    of_a.iter().for_each(|entry| b.hear(entry));
    assert_eq!(a.restaurant.digest(), b.restaurant.digest());
}

fn told(entries: &[LateEntry]) -> Vec<String> {
    let tell = |posted: &Posted| match posted {
        Posted::Paid { letter, tender, amount, tip } => format!("{letter}: {tender:?} {} tip {}", amount.0, tip.0),
        Posted::Settled { receipt, total, taxes } => format!("{receipt}: {} tax {}", total.0, taxes[0].amount.0),
        Posted::Refunded { letter, amount, .. } => format!("{letter}: back {}", amount.0),
        Posted::Voided { qty, reason } => format!("void {qty} {reason}"),
        Posted::Moved { letter, movement, amount } => format!("{letter}: {movement:?} {}", amount.0),
        Posted::Counted { letter, counted } => format!("{letter}: counted {}", counted.0),
    };
    let number = |e: &LateEntry| e.number.map_or_else(|| "-".to_owned(), |n| n.to_string());
    let what = |e: &LateEntry| e.posting.what.iter().map(tell).collect::<Vec<_>>().join(", ");
    entries.iter().map(|e| format!("{} {}", number(e), what(e))).collect()
}

/// A closed the day, B sold an hour before and was not heard.
fn b_was_missing() -> (World, World, ZReport) {
    let mut a = World::new();
    a.tell("seat T1 | toast").expect("ordered");
    let mut b = World { origin: Origin(2), letter: 'B', seq: 0, ..a.clone() };
    a.tell("pay card").expect("paid");
    b.tell("float 20.00 | seat T2 | 2 espresso | pay cash 10.00 tip 1.00").expect("sold on B");
    a.missing = vec![Missing { letter: 'B', name: "Terrace".into(), heard: a.now - 3_600_000 }];
    let z = close(&mut a);
    a.missing.clear();
    (a, b, z)
}

#[test]
fn the_z_declares_who_is_missing_and_late_arrivals_are_named() {
    let (mut a, mut b, z) = b_was_missing();
    assert_eq!(z.missing.iter().map(|m| (m.letter, m.name.as_str())).collect::<Vec<_>>(), [('B', "Terrace")]);
    assert_eq!((z.book.sales.amount, z.seen.len()), (Money(590), 1), "what was out of reach is not in it");
    assert!(a.restaurant.late_arrivals().is_empty());

    hear_each_other(&mut a, &mut b);
    for world in [&a, &b] {
        let late = world.restaurant.late_arrivals();
        let [LateDay { day, zs, entries, sums, difference }] = &late[..] else { panic!("one day") };
        assert_eq!((*day, &zs[..]), (z.day, &[('A', 1)][..]));
        assert_eq!(told(entries), ["- B: Float 2000", "B1 B: Cash 500 tip 100, B-000001: 500 tax 87"]);
        assert_eq!((sums.sales, sums.tenders.get(&TenderKind::Cash)), (Money(500), Some(&Money(600))));
        let difference = difference.as_ref().expect("the day is in memory");
        assert_eq!((difference.sales.n, difference.sales.amount), (1, Money(500)), "the books say what the Z does not");
    }
    let kept = a.restaurant.last_z.get(&'A').expect("the Z");
    assert!(**kept == z && kept.is_intact(), "the Z stays as it is");
}

#[test]
fn the_next_z_accounts_for_them_once() {
    let (mut a, mut b, first) = b_was_missing();
    hear_each_other(&mut a, &mut b);
    a.tell("later 1500 | seat T1 | salad | pay card").expect("the next day");
    let second = close(&mut a);
    assert_eq!(
        (second.book.sales.amount, &second.previous),
        (Money(895), &first.hash),
        "its own figures are its own day's"
    );
    let late = second.late.expect("it names what came late");
    assert_eq!(late.entries.len(), 2);
    assert_eq!((late.sums.sales, late.entries[1].posting.day), (Money(500), first.day));
    assert_eq!(second.grand_total, Money(590 + 500 + 895));

    hear_each_other(&mut a, &mut b);
    a.tell("later 1500 | seat T1 | salad | pay card").expect("a third day");
    assert_eq!(close(&mut a).late, None, "once");
    hear_each_other(&mut a, &mut b);
    assert_eq!(a.restaurant.late_arrivals().len(), 1, "the page still shows it while the day is in memory");
    for _ in 0..2 {
        a.tell("later 1500 | seat T1 | salad | pay card").expect("more days");
        close(&mut a);
    }
    hear_each_other(&mut a, &mut b);
    assert!(a.restaurant.late_arrivals().is_empty() && a.restaurant.postings.is_empty());
}

#[test]
fn they_can_be_accounted_for_before_anything_else_is_sold() {
    let (mut a, mut b, first) = b_was_missing();
    assert_eq!(a.tell("close-day"), Err(domain::rejection::Rejection::NothingToClose));
    hear_each_other(&mut a, &mut b);
    let second = close_uncounted(&mut a);
    assert_eq!((second.book.sales.n, second.grand_total, &second.previous), (0, Money(590 + 500), &first.hash));
    assert_eq!(second.late.map(|late| late.sums.sales), Some(Money(500)));
    assert_eq!(a.tell("close-day"), Err(domain::rejection::Rejection::NothingToClose));
    hear_each_other(&mut a, &mut b);
}

#[test]
fn a_terminal_that_returns_after_weeks_is_accounted_for_too() {
    let (mut a, mut b, _) = b_was_missing();
    for _ in 0..5 {
        a.tell("later 1500 | seat T1 | salad | pay card").expect("days without B");
        close(&mut a);
    }
    hear_each_other(&mut a, &mut b);
    let late = a.restaurant.late_arrivals();
    assert_eq!(late[0].difference, None, "the day has left memory");
    assert_eq!(told(&late[0].entries)[1], "B1 B: Cash 500 tip 100, B-000001: 500 tax 87");
    a.tell("later 1500 | seat T1 | salad | pay card").expect("the day B is back");
    let z = close(&mut a);
    assert_eq!(z.late.map(|l| l.sums.sales), Some(Money(500)));
    assert_eq!(z.grand_total, Money(590 + 500 + 6 * 895), "nothing is lost");
    hear_each_other(&mut a, &mut b);
    assert!(b.restaurant.postings.is_empty() && b.restaurant.late_arrivals().is_empty());
}

#[test]
fn what_the_z_covers_is_never_late_also_for_who_hears_the_z_first() {
    let mut a = World::new();
    a.tell("seat T1 | toast | pay card").expect("sold");
    let z = close(&mut a);
    let mut b = World { origin: Origin(2), letter: 'B', seq: 0, ..World::new() };
    b.restaurant = domain::Restaurant::default();
    b.log.clear();
    a.log.iter().for_each(|entry| b.hear(entry));
    assert!(b.restaurant.late_arrivals().is_empty() && z.late.is_none() && z.missing.is_empty());
}
