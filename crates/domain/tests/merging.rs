//! Two checks become one: on one terminal, and where two terminals that did not see each other merged, paid and moved.

mod world;

use domain::{check::Check, ids::*, money::Money, rejection::Rejection, view};
use world::World;

fn told(story: &str) -> World {
    let mut world = World::new();
    world.tell(story).unwrap_or_else(|no| panic!("{story}: {no}"));
    world
}

fn refusal(story: &str) -> String {
    let no = World::new().tell(story).expect_err("it is refused");
    no.to_string()
}

/// A bill as a waiter reads it: number, guests, lines with how far the kitchen is, total.
fn bill(world: &World, number: &str) -> String {
    let check = world.restaurant.check(world.numbered(number)).expect("the check is in memory");
    let shown = view::check_view(&world.restaurant, check);
    if let Some(inside) = shown.inside {
        assert_eq!((shown.bill.total, shown.lines.len()), (Money::ZERO, 0), "what is merged is on one bill only");
        return format!("{number} in {}", inside.number);
    }
    let state = |l: &view::LineView| format!("{:?}", l.state).to_lowercase();
    let lines: Vec<String> =
        shown.lines.iter().map(|l| format!("{} {} {}", l.qty, l.name.get("en"), state(l))).collect();
    let closed = if check.is_closed() { " closed" } else { "" };
    format!("{number}{closed}, {} guests: {} = {}", shown.card.covers, lines.join(", "), shown.bill.total.0)
}

#[track_caller]
fn check(story: &str, expected: &[&str]) {
    let world = told(story);
    let shown: Vec<String> = expected.iter().map(|line| bill(&world, line.split([' ', ',']).next().unwrap())).collect();
    assert_eq!(shown, expected, "{story}");
}

#[test]
fn what_was_on_two_bills_is_on_one_as_it_was() {
    check(
        "seat T1 2 | toast | fire | comp toast 50 | seat T2 3 | salad | at A1 | espresso oat | merge A2",
        &["A1 in A2", "A2, 5 guests: 1 toast cooking, 1 salad new, 1 espresso new = 1490"],
    );
    // The kitchen goes on with what it has, and what is new is fired from where it is now.
    check(
        "seat T1 2 | toast | fire | seat T2 3 | salad | at A1 | merge A2 | bump grill | at A2 | fire",
        &["A2, 5 guests: 1 toast ready, 1 salad cooking = 1485"],
    );
    check(
        "seat T1 2 | 2 toast | fire | seat T2 3 | at A1 | merge A2 | at A2 | void 1 toast | covers 4",
        &["A2, 4 guests: 1 toast cooking = 590"],
    );
    // Three tables; a bar tab goes along with what it was merged into.
    check(
        "seat T1 2 | toast | seat T2 3 | salad | takeaway | espresso | merge A2 | at A2 | merge A1",
        &["A2 in A1", "A3 in A1", "A1, 5 guests: 1 toast new, 1 salad new, 1 espresso new = 1735"],
    );
}

#[test]
fn a_course_that_was_held_stays_held() {
    check(
        "seat T1 2 | steak rare | hold 2 | seat T2 3 | salad | at A1 | merge A2 | at A2 | fire",
        &["A2, 5 guests: 1 steak held, 1 salad cooking = 3345"],
    );
    check(
        "seat T1 2 | steak rare | hold 2 | seat T2 3 | at A1 | merge A2 | at A2 | fire 2",
        &["A2, 5 guests: 1 steak cooking = 2450"],
    );
}

#[test]
fn a_mistake_is_mended_by_taking_them_apart() {
    let story = "seat T1 2 | toast | seat T2 3 | salad | at A1 | merge A2 | at A2 | fire | void 1 toast | espresso";
    check(
        &format!("{story} | at A1 | part"),
        &["A1, 2 guests: 0 toast voided = 0", "A2, 3 guests: 1 salad cooking, 1 espresso new = 1145"],
    );
    // Somebody sits there meanwhile: the check comes back without a table.
    let world = told("seat T1 2 | toast | seat T2 3 | at A1 | merge A2 | seat T1 4 | at A1 | part");
    assert_eq!(world.facts().table_now(), None);
}

#[test]
fn a_table_whose_check_was_merged_is_in_use_until_its_guests_leave_it() {
    let mut world = told("seat T1 2 | toast | seat T2 3 | at A1 | merge A2");
    let (from, into) = (world.numbered("A1"), world.numbered("A2"));
    let at = |world: &World| {
        let card = view::check_card(world.restaurant.check(into).expect("in memory"));
        ["T1", "T2"].map(|table| card.is_at(&table.into()))
    };
    assert_eq!(at(&world), [true, true]);
    let sit = |check, table: Option<&str>| domain::command::Command::MoveCheck { check, table: table.map(Into::into) };
    let no = world.run(sit(from, Some("T3"))).expect_err("they sit with the others");
    assert_eq!(no.to_string(), "Check A1 was merged into A2. Go on there.");
    world.must(sit(from, None));
    assert_eq!(at(&world), [false, true]);
    // It can be given to others, and whoever is taken out of the bill again has no table.
    world.tell("seat T1 4 | at A1 | part").expect("both is done");
    assert_eq!((at(&world), world.facts().table_now()), ([false, true], None));
    // Once the bill is paid nothing is left to say.
    let mut world = told("seat T1 2 | toast | seat T2 3 | at A1 | merge A2 | at A2 | pay card");
    assert!(world.run(sit(world.numbered("A1"), None)).is_err());
}

#[test]
fn what_may_not_be_merged_says_why() {
    let two = "seat T1 2 | toast | seat T2 3 | salad | at A1";
    for (story, no) in [
        (format!("{two} | merge A1"), "A check cannot be merged into itself. Choose another one."),
        (
            format!("{two} | pay card of 2.00 | merge A2"),
            "A part of check A1 is paid. Settle it, or give the payment back first.",
        ),
        (format!("{two} | pay card | merge A2"), "Check A1 is closed. Open a new one, or refund it."),
        (format!("{two} | pay card | at A2 | merge A1"), "Check A1 is closed. Open a new one, or refund it."),
        (format!("{two} | merge A2 | espresso"), "Check A1 was merged into A2. Go on there."),
        (format!("{two} | merge A2 | at A2 | merge A1"), "Check A1 was merged into A2. Go on there."),
        (format!("{two} | part"), "Check A1 stands on its own already."),
        (
            format!("{two} | merge A2 | at A2 | pay card of 2.00 | at A1 | part"),
            "A part of check A2 is paid. Settle it, or give the payment back first.",
        ),
        (
            format!("{two} | merge A2 | at A2 | pay card | at A1 | part"),
            "Check A2 is closed. Open a new one, or refund it.",
        ),
    ] {
        assert_eq!(refusal(&story), no, "{story}");
    }
    // A payment that was given back whole hinders nobody.
    told(&format!("{two} | pay card of 2.00 | refund 2.00 | merge A2"));
}

#[test]
fn the_books_count_each_sale_once() {
    let merged = "seat T1 2 | toast | fire | seat T2 3 | salad | 2 espresso | at A1 | merge A2 | at A2 | void 1 toast | toast | \
                  pay card print";
    let world = told(merged);
    let day = world.restaurant.days.values().next().expect("a day").book.clone();
    assert_eq!((day.sales.n, day.sales.amount, day.covers), (1, Money(1985), 5));
    let (sold, tendered, tax): (i64, i64, i64) = (
        day.items.values().map(|t| t.amount.0).sum(),
        day.tenders.values().map(|t| t.amount.0).sum(),
        day.taxes.iter().map(|t| t.gross.0).sum(),
    );
    assert_eq!((sold, tendered, tax), (1985, 1985, 1985));
    assert_eq!(day.voids.values().map(|t| (t.n, t.amount.0)).collect::<Vec<_>>(), [(1, 590)]);
    assert_eq!(world.restaurant.grand_total, Money(1985));
    // A refund, and the list of closed checks, where the merged one is a row without figures.
    let mut world = world;
    world.tell("refund 5.00").expect("given back");
    assert_eq!(world.restaurant.grand_total, Money(1485));
    let row = |number: &str| {
        let check = world.restaurant.check(world.numbered(number)).expect("in memory");
        let row = view::closed_check(check, "en").expect("closed");
        (row.total.0, row.covers, row.cancelled, row.inside.map(|n| n.to_string()))
    };
    assert_eq!(row("A2"), (1985, 5, false, None));
    assert_eq!(row("A1"), (0, 0, false, Some("A2".into())));
}

#[test]
fn checks_that_were_merged_leave_memory_and_come_back_together() {
    let mut world =
        told("seat T1 2 | toast | seat T2 3 | salad | at A1 | merge A2 | at A2 | pay card | count 0 | close-day");
    let before = bill(&world, "A2");
    let gone: Vec<CheckId> = world.restaurant.evict_done().into_iter().map(|c| c.id).collect();
    assert_eq!(gone.len(), 2);
    let (a1, a2) = (world.numbered("A1"), world.numbered("A2"));
    world.bring_back([a1].into_iter());
    assert!(world.restaurant.check(a2).is_some(), "one brings the other");
    assert_eq!(bill(&world, "A2"), before);
}

#[test]
fn the_kitchen_gets_one_ticket_for_what_is_fired_together() {
    let mut world = told("seat T1 2 | toast | seat T2 3 | 2 toast | salad | at A1 | merge A2 | at A2");
    let slips = |world: &mut World, command: domain::command::Command| {
        let events = world.must(command.clone());
        let context = world.context(CommandId { session: Session(world.origin.0), n: world.n });
        let slips = domain::slips::slips_for(&world.restaurant, &command, &context, &events);
        slips.iter().map(|s| (s.kind, s.title.clone())).collect::<Vec<_>>()
    };
    let check = world.check;
    let fired = slips(&mut world, domain::command::Command::Fire { check, what: domain::command::What::All });
    let ticket = |at: &str| (view::SlipKind::Ticket, format!("2 · A2 · {at}"));
    assert_eq!(fired, [ticket("cold"), ticket("grill")]);
    let tickets = view::kitchen_view(&world.restaurant, Some(&"grill".into())).tickets;
    assert_eq!(tickets.iter().map(|t| t.lines.len()).collect::<Vec<_>>(), [2]);
    // A void of what A1 had brought goes to its station.
    let line = *world.facts().lines.iter().find(|(_, l)| l.live_qty() == 1).expect("one toast").0;
    let void = domain::command::Command::VoidLine { check, line, qty: 1, reason: "wrong".into() };
    assert_eq!(slips(&mut world, void), [(view::SlipKind::Void, "2 · A2 · grill".into())]);
}

/// Two terminals that did not see each other, healed: the tray, and every bill.
struct House {
    a: World,
    b: World,
}

impl House {
    fn apart(before: &str, at_a: &str, at_b: &str) -> House {
        let mut a = told(before);
        let mut b = World { origin: Origin(2), letter: 'B', seq: 0, ..a.clone() };
        a.tell(at_a).unwrap_or_else(|no| panic!("at A: {no}"));
        b.tell(at_b).unwrap_or_else(|no| panic!("at B: {no}"));
        let (of_a, of_b) = (a.log.clone(), b.log.clone());
        of_b.iter().for_each(|entry| a.hear(entry));
        of_a.iter().for_each(|entry| b.hear(entry));
        assert_eq!(a.restaurant.digest(), b.restaurant.digest());
        assert_eq!(view::tray(&a.restaurant), view::tray(&b.restaurant));
        House { a, b }
    }

    fn tray(&self) -> Vec<view::ConflictView> {
        view::tray(&self.a.restaurant)
    }

    fn bills(&self) -> String {
        let numbers = self.a.log.iter().flat_map(|e| &e.events).filter_map(|event| match event {
            domain::event::Event::CheckOpened(opened) => Some(opened.number.to_string()),
            _ => None,
        });
        numbers.map(|number| bill(&self.a, &number)).collect::<Vec<_>>().join("; ")
    }

    fn owed_and_paid(&self) -> (i64, i64) {
        let bills = || self.a.restaurant.wholes().map(Check::bill);
        (bills().map(|b| b.total.0).sum(), bills().map(|b| b.paid.0).sum())
    }
}

fn tray(house: &House) -> String {
    let tap = |r: &view::Resolution| {
        let label = serde_json::to_value(r.label).expect("a label is data");
        let words = [label.as_str().unwrap_or("?"), &r.what].into_iter().filter(|w| !w.is_empty());
        words.collect::<Vec<_>>().join(" ")
    };
    let taps = |c: &view::ConflictView| c.resolutions.iter().map(tap).collect::<Vec<_>>().join(", ");
    house.tray().iter().map(|c| format!("{} [{}]", c.message, taps(c))).collect::<Vec<_>>().join("\n")
}

const TWO: &str = "seat T1 2 | toast | seat T2 3 | salad";
const THREE: &str = "seat T1 2 | toast | seat T2 3 | salad | seat T3 4 | espresso";

/// What both saw, what each did then, the bills and the tray that follow.
const APART: &[(&str, &str, &str, &str, &str)] = &[
    (
        THREE,
        "at A1 | merge A2",
        "at A1 | merge A3",
        "A1 in A3; A2, 3 guests: 1 salad new = 895; A3, 6 guests: 1 toast new, 1 espresso new = 840",
        "Check A1 was merged into A2 and into A3. It is on the bill of A3. [on_check A2, on_check A3]",
    ),
    (
        TWO,
        "at A1 | merge A2",
        "at A2 | merge A1",
        "A1 in A2; A2, 5 guests: 1 toast new, 1 salad new = 1485",
        "Checks A2 and A1 were merged into each other. Everything is on A2. [on_check A2, on_check A1]",
    ),
    (TWO, "at A1 | merge A2", "at A1 | merge A2", "A1 in A2; A2, 5 guests: 1 toast new, 1 salad new = 1485", ""),
    // What was done to it on the other side is on the bill too.
    (
        TWO,
        "at A1 | merge A2",
        "at A1 | 2 espresso | fire | void 1 toast",
        "A1 in A2; A2, 5 guests: 0 toast voided, 1 salad new, 2 espresso ready = 1395",
        "",
    ),
    (
        TWO,
        "at A1 | merge A2 | at A2 | fire",
        "at A1 | fire",
        "A1 in A2; A2, 5 guests: 1 toast cooking, 1 salad cooking = 1485",
        "1 toast of check A2 went to the kitchen twice. [drop_ticket, keep]",
    ),
    (
        TWO,
        "at A1 | merge A2",
        "at A1 | move T5",
        "A1 in A2; A2, 5 guests: 1 toast new, 1 salad new = 1485",
        "Check A1 was moved to table 5 while it was merged into A2. It is on the bill of A2. [sit_at 5, keep]",
    ),
    // A part that was paid on the other side counts.
    (
        TWO,
        "at A1 | merge A2",
        "at A1 | pay card of 2.00",
        "A1 in A2; A2, 5 guests: 1 toast new, 1 salad new = 1485",
        "",
    ),
    (
        TWO,
        "at A1 | merge A2",
        "at A1 | pay card",
        "A1 closed, 2 guests: 1 toast cooking = 590; A2, 3 guests: 1 salad new = 895",
        "Check A1 was merged into A2 while one of both was settled. Each stands on its own. [keep]",
    ),
    (
        TWO,
        "at A1 | merge A2",
        "at A2 | pay card",
        "A1, 2 guests: 1 toast new = 590; A2 closed, 3 guests: 1 salad cooking = 895",
        "Check A1 was merged into A2 while one of both was settled. Each stands on its own. [keep]",
    ),
    // Both sides were paid in full, one for both: it was sold once, and too much was taken.
    (
        TWO,
        "at A1 | merge A2 | at A2 | pay card",
        "at A1 | pay card",
        "A1 closed, 2 guests: 1 toast cooking = 590; A2 closed, 3 guests: 1 salad cooking = 895",
        "More was paid on check A2 than it comes to: 5.90 too much. [give_back mia, keep]",
    ),
    (
        TWO,
        "at A1 | merge A2 | at A2 | pay card",
        "at A1 | espresso",
        "A1 in A2; A2 closed, 5 guests: 1 toast cooking, 1 salad cooking, 1 espresso new = 1735",
        "1 espresso came onto check A2 while it was settled. 2.50 is still owed. [collect_card, collect_cash, on_the_house, take_off, keep]",
    ),
    (
        THREE,
        "at A1 | merge A2 | at A2 | pay card",
        "at A1 | merge A3",
        "A1 in A2; A2 closed, 5 guests: 1 toast cooking, 1 salad cooking = 1485; A3, 4 guests: 1 espresso new = 250",
        "Check A1 was merged into A2 and into A3. It is on the bill of A2. [keep]",
    ),
    (
        "seat T1 2 | toast | seat T2 3",
        "at A1 | merge A2",
        "at A2 | cancel",
        "A1 in A2; A2, 5 guests: 1 toast new = 590",
        "Check A2 was cancelled while somebody ordered on it. It stays open. [keep]",
    ),
    (
        "seat T1 2 | seat T2 3 | salad",
        "at A1 | merge A2",
        "at A1 | cancel",
        "A1 in A2; A2, 3 guests: 1 salad new = 895",
        "",
    ),
    // Taken apart here, paid for there.
    (
        "seat T1 2 | toast | seat T2 3 | salad | at A1 | merge A2",
        "at A1 | part",
        "at A2 | pay card",
        "A1, 2 guests: 1 toast cooking = 590; A2 closed, 3 guests: 1 salad cooking = 895",
        "More was paid on check A2 than it comes to: 5.90 too much. [put_back A1, give_back mia, keep]",
    ),
    (
        "seat T1 2 | toast | seat T2 3 | salad | seat T3 4 | at A1 | merge A2",
        "at A1 | part",
        "at A1 | part | merge A3",
        "A1 in A3; A2, 3 guests: 1 salad new = 895; A3, 6 guests: 1 toast new = 590",
        "Check A1 was merged into none and into A3. It is on the bill of A3. [on_its_own, on_check A3]",
    ),
    (
        THREE,
        "at A1 | merge A2",
        "at A2 | merge A3",
        "A1 in A3; A2 in A3; A3, 9 guests: 1 toast new, 1 salad new, 1 espresso new = 1735",
        "",
    ),
];

#[test]
fn on_both_sides_of_a_dead_switch() {
    for (before, at_a, at_b, bills, told) in APART {
        let house = House::apart(before, at_a, at_b);
        assert_eq!((house.bills().as_str(), tray(&house).as_str()), (*bills, *told), "{before} / {at_a} / {at_b}");
    }
}

#[test]
fn every_tap_works_and_empties_the_tray_and_nothing_is_owed_twice() {
    for (before, at_a, at_b, _, told) in APART.iter().filter(|story| !story.4.is_empty()) {
        let fresh = || House::apart(before, at_a, at_b);
        for i in 0..fresh().tray()[0].resolutions.len() {
            let mut house = fresh();
            let (owed, paid) = house.owed_and_paid();
            let tapped = house.tray().remove(0).resolutions.remove(i);
            for command in &tapped.commands {
                house.a.run(command.clone()).unwrap_or_else(|no| panic!("{told} {:?}: {no}", tapped.label));
            }
            assert_eq!(tray(&house), "", "{told} after {:?} {}", tapped.label, tapped.what);
            let after = house.owed_and_paid();
            match tapped.label {
                view::Label::GiveBack => assert_eq!(after, (owed, paid - 590)),
                view::Label::CollectCard | view::Label::CollectCash => assert_eq!(after, (owed, owed)),
                view::Label::TakeOff | view::Label::OnTheHouse => assert_eq!(after, (paid, paid)),
                // It is all on one bill, and nobody is asked for it again.
                view::Label::PutBack => {
                    assert_eq!(after, (owed, paid));
                    assert!(house.bills().starts_with("A1 in A2; A2"), "{}", house.bills());
                }
                _ => assert_eq!(after, (owed, paid), "{told} {:?}", tapped.label),
            }
        }
    }
}

#[test]
fn what_was_paid_along_is_put_back_only_where_nobody_knew() {
    let offered = |before: &str, at_a: &str, at_b: &str| {
        let house = House::apart(before, at_a, at_b);
        tray(&house).contains("put_back")
    };
    let merged = format!("{TWO} | at A1 | merge A2");
    // Some of the money for both, and the bill is still open.
    assert!(offered(&merged, "at A1 | part", "at A2 | pay card of 10.00"));
    // Ordered on meanwhile, it goes back with what was ordered, which is still owed.
    let mut house = House::apart(&merged, "at A1 | part | espresso", "at A2 | pay card");
    let tapped = house.tray().remove(0).resolutions.remove(0);
    tapped.commands.into_iter().for_each(|command| drop(house.a.must(command)));
    assert_eq!(
        tray(&house),
        "1 espresso came onto check A2 while it was settled. 2.50 is still owed. [collect_card, collect_cash, on_the_house, take_off, keep]"
    );
    // It was paid for itself meanwhile, or is on yet another bill: then the money is what there is too much of.
    assert!(!offered(&merged, "at A1 | part | pay card", "at A2 | pay card"));
    assert!(!offered(&format!("{merged} | seat T3 4"), "at A1 | part | merge A3", "at A2 | pay card"));
    // Too much was paid, but nothing was taken out.
    assert!(!offered(&merged, "at A2 | pay card of 10.00", "at A2 | pay card"));
    // Whoever took the money had seen it go.
    let mut seen = told(&format!("{merged} | part | at A2 | pay card of 8.00"));
    let mut other = World { origin: Origin(2), letter: 'B', seq: 0, ..seen.clone() };
    other.tell("at A2 | pay card").expect("paid there");
    seen.tell("at A2 | pay card").expect("paid here");
    other.log.iter().for_each(|entry| seen.hear(entry));
    let house = House { a: seen, b: other };
    assert!(!tray(&house).is_empty() && !tray(&house).contains("put_back"), "{}", tray(&house));
}

#[test]
fn where_the_tap_says_is_where_it_is() {
    for (story, number, on) in
        [(0, "A2", "A1 in A2"), (0, "A3", "A1 in A3"), (1, "A1", "A2 in A1"), (1, "A2", "A1 in A2")]
    {
        let (before, at_a, at_b, ..) = APART[story];
        let mut house = House::apart(before, at_a, at_b);
        let tapped = house.tray().remove(0).resolutions.into_iter().find(|r| r.what == number).expect("it is offered");
        tapped.commands.into_iter().for_each(|command| drop(house.a.must(command)));
        assert!(house.bills().contains(on), "{}", house.bills());
        let (news, from) = (house.a.log.clone(), house.b.log.len());
        news[from.min(news.len())..].iter().for_each(|entry| house.b.hear(entry));
        assert_eq!(house.a.restaurant.digest(), house.b.restaurant.digest());
    }
}

#[test]
fn three_that_were_merged_in_a_circle_are_one_bill() {
    let mut a = told(THREE);
    let side = |origin, letter| World { origin: Origin(origin), letter, seq: 0, ..a.clone() };
    let (mut b, mut c) = (side(2, 'B'), side(3, 'C'));
    a.tell("at A1 | merge A2").expect("merged at A");
    b.tell("at A2 | merge A3").expect("merged at B");
    c.tell("at A3 | merge A1").expect("merged at C");
    let logs = [a.log.clone(), b.log.clone(), c.log.clone()];
    for world in [&mut a, &mut b, &mut c] {
        logs.iter().flatten().for_each(|entry| world.hear(entry));
    }
    assert_eq!(a.restaurant.digest(), b.restaurant.digest());
    assert_eq!(b.restaurant.digest(), c.restaurant.digest());
    let house = House { a, b };
    assert_eq!(house.bills(), "A1 in A3; A2 in A3; A3, 9 guests: 1 toast new, 1 salad new, 1 espresso new = 1735");
    assert_eq!(
        tray(&house),
        "Checks A3 and A1 and A2 were merged into each other. Everything is on A3. [on_check A3, on_check A1, on_check A2]"
    );
}

#[test]
fn a_check_opened_under_other_tax_rules_stands_alone() {
    let mut world = told(TWO);
    let mut settings = world.restaurant.settings().expect("set up").clone();
    settings.tax = domain::settings::TaxMode::Exclusive;
    world.must(domain::command::Command::ChangeSettings { settings: Box::new(settings) });
    let no = world.tell("seat T3 2 | merge A1").expect_err("refused");
    assert!(matches!(no, Rejection::MergeTerms { .. }), "{no}");
}
