//! What a terminal did at an old copy of itself is told again under its new name: nothing that was done is lost, nothing
//! counts twice, no number is given twice, and whoever must look at something finds it.

mod world;

use std::collections::BTreeSet;

use domain::{
    Restaurant,
    conflict::Clash,
    event::{Entry, Event},
    ids::*,
    money::Money,
    reading::Reading,
    retelling::Retelling,
};
use world::World;

const NEW: Origin = Origin(7);

/// A terminal that was restored, the line the others hold of it, and what it did beside that.
struct Restored {
    /// All that was there when the copy was made.
    shared: Vec<Entry>,
    main: World,
    copy: World,
}

/// The second terminal of a restaurant, as it went on, and as it was played back and went on then.
fn restored(before: &str, main: &str, copy: &str) -> Restored {
    let mut bar = World::new();
    bar.tell("seat T9").expect("the bar has guests of its own");
    let mut here = World { origin: Origin(2), letter: 'B', seq: 0, ..bar };
    here.tell(before).expect("before the copy was made");
    // Taps after it are other taps.
    let mut old = World { n: here.n + 1_000, ..here.clone() };
    let shared = here.log.clone();
    here.tell(main).expect("what the others know");
    old.tell(copy).expect("what nobody knows");
    Restored { shared, main: here, copy: old }
}

impl Restored {
    fn upto(&self) -> u64 {
        self.shared.iter().filter(|e| e.dot.origin == Origin(2)).count() as u64
    }

    fn line(&self, of: &World) -> Vec<Entry> {
        of.log[self.shared.len()..].to_vec()
    }

    /// The other line, told again.
    fn told(&self) -> (Vec<Entry>, u64) {
        let mut telling = Retelling::new(Origin(2), self.upto(), NEW, 'C');
        let mut told = Vec::new();
        for entry in self.line(&self.copy) {
            let next = told.len() as u64 + 1;
            told.extend(telling.tell(Reading { entry, not_understood: 0 }, next));
        }
        (told, telling.left())
    }

    /// What everybody has in the end, whichever line came first.
    fn whole(&self) -> World {
        let (told, _) = self.told();
        let mut in_order = self.main.clone();
        told.iter().for_each(|entry| in_order.hear(entry));
        let mut other = World { log: Vec::new(), restaurant: Restaurant::default(), ..self.main.clone() };
        self.shared.iter().chain(&told).chain(&self.line(&self.main)).for_each(|entry| other.hear(entry));
        assert_eq!(in_order.restaurant.digest(), other.restaurant.digest(), "whatever came first");
        in_order
    }
}

#[test]
fn what_was_sold_at_the_copy_is_sold_once_with_numbers_of_the_new_series() {
    let story = restored(
        "seat T1 | toast | pay card",
        "seat T2 | steak rare | pay card | seat T3 | salad",
        "seat T4 | 2 espresso | fire | pay cash 10.00 tip 1.00 | seat T5 | water",
    );
    let whole = story.whole();
    let day = whole.restaurant.days.values().next().expect("a day");
    assert_eq!((day.book.sales.n, day.book.sales.amount), (3, Money(590 + 2450 + 500)));
    assert_eq!(day.book.drawer_cash.values().copied().sum::<Money>(), Money(600), "the money that was taken stands");
    let receipts: Vec<String> = day.receipts.values().map(|(a, b)| format!("{a:?}-{b:?}")).collect();
    assert_eq!(receipts, ["1-2", "1-1"], "B goes to where the others know of, C begins");
    let replaced: Vec<String> = day.replaced.iter().map(|(now, was)| format!("{was} is {now}")).collect();
    assert_eq!(replaced, ["B-000002 is C-000001"], "the number on paper is another guest's in the books");
    let z = whole.restaurant.x_report(*whole.restaurant.days.keys().next().expect("a day"), 'A', whole.moment());
    assert_eq!(z.replaced.len(), 1, "the Z says so");
    let open: BTreeSet<(String, String)> = (whole.restaurant.open_checks())
        .map(|c| (c.number().to_string(), c.name.get().cloned().unwrap_or_default()))
        .collect();
    let named = |number: &str, name: &str| (number.to_owned(), name.to_owned());
    assert_eq!(open, BTreeSet::from([named("A1", ""), named("B3", ""), named("C2", "B3")]));
}

#[test]
fn tickets_of_what_is_told_again_may_be_on_paper() {
    let story = restored("seat T1 | toast", "fire", "steak rare | fire | void 1 steak");
    let (told, left) = story.told();
    assert_eq!((told.len(), left), (3, 0));
    assert!(told.iter().all(|entry| entry.again), "whoever makes them says so");
    let upto = Dot { origin: Origin(2), seq: story.upto() };
    assert!(told.iter().all(|entry| entry.seen.contains(&upto)), "what was there before the copy was known");
}

#[test]
fn two_who_did_not_know_of_each_other_are_in_the_tray() {
    let story = restored("seat T1 | toast", "move T2", "move T3");
    let whole = story.whole();
    let tray = whole.restaurant.conflicts();
    assert!(matches!(tray.as_slice(), [one] if matches!(one.clash, Clash::MovedTwice { .. })), "{tray:?}");
}

#[test]
fn what_happened_before_the_copy_yields_to_what_was_done_there() {
    let story = restored("seat T1 | toast | move T2", "seat T6", "move T3");
    let whole = story.whole();
    assert!(whole.restaurant.conflicts().is_empty(), "{:?}", whole.restaurant.conflicts());
    let check = story.copy.check;
    assert_eq!(
        whole.restaurant.check(check).expect("it is open").table_now().map(ToString::to_string),
        Some("T3".into())
    );
}

#[test]
fn a_check_paid_on_both_lines_is_paid_twice_and_somebody_is_told() {
    let story = restored("seat T1 | toast", "pay card", "pay cash 10.00");
    let whole = story.whole();
    let check = whole.restaurant.check(story.copy.check).expect("in memory");
    assert_eq!(check.bill().due, Money(-590), "both payments stand");
    let tray = whole.restaurant.conflicts();
    assert!(tray.iter().any(|c| c.clash.is_about_money()), "{tray:?}");
}

#[test]
fn a_tap_that_reached_others_too_counts_once() {
    let mut story = restored("seat T1 | toast", "later 1", "later 1");
    // The browser heard no answer from the copy and went to another terminal.
    let (id, pay) = (CommandId { session: Session(9), n: 1 }, story.copy.payment(&["pay", "cash", "10.00"]));
    let mut bar = World { origin: Origin(3), letter: 'D', seq: 0, ..story.main.clone() };
    story.copy.run_as(id, pay.clone()).expect("paid at the copy");
    let known = bar.log.len();
    bar.run_as(id, pay).expect("paid at the bar");
    bar.log[known..].iter().for_each(|entry| story.main.hear(entry));
    let whole = story.whole();
    let check = whole.restaurant.check(story.copy.check).expect("in memory");
    assert_eq!((check.bill().paid, check.bill().due), (Money(590), Money(0)));
    let day = whole.restaurant.days.values().next().expect("a day");
    assert_eq!(day.book.sales.n, 1);
    let explained = day.annulled.len() + day.replaced.len();
    assert!(explained >= 2, "the number of the one that does not count, and the one on paper: {day:?}");
}

#[test]
fn a_day_closed_at_the_copy_is_not_closed_and_its_sales_stand() {
    let story = restored("seat T1 | toast", "seat T2 | salad", "pay card | count 0 | close-day");
    let (told, left) = story.told();
    assert_eq!(left, 1, "the Z");
    assert!(told.iter().flat_map(|e| &e.events).all(|event| !matches!(event, Event::DayClosed { .. })));
    let whole = story.whole();
    assert!(whole.restaurant.closed_days.is_empty());
    assert_eq!(whole.restaurant.days.values().map(|d| d.book.sales.n).sum::<i64>(), 1);
}

#[test]
fn what_is_told_again_of_an_alarm_still_names_it() {
    use domain::event::Alarm;
    let mut story = restored("seat T1", "later 1", "later 1");
    let alarm = Event::AlarmRaised { alarm: Alarm::CodeGuessed { address: "192.168.1.9".into() } };
    let raised = Dot { origin: Origin(2), seq: story.upto() + 1 };
    let entry = |seq, event| Entry { dot: Dot { seq, ..raised }, events: vec![event], ..story.shared[0].clone() };
    let events = [entry(raised.seq, alarm), entry(raised.seq + 1, Event::AlarmSeen { raised })];
    for (n, mut entry) in events.into_iter().enumerate() {
        entry.cmd = CommandId { session: Session(77), n: n as u32 + 1 };
        story.copy.hear(&entry);
    }
    assert_eq!(story.whole().restaurant.alarms.open().count(), 0, "somebody had looked at it");
}

/// A xorshift: the same stories every time.
struct Dice(u64);

impl Dice {
    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        all[(self.0 >> 11) as usize % all.len()]
    }
}

/// Sentences that are always allowed after one another on a fresh check.
const ORDERS: [&str; 5] = ["toast", "2 espresso oat", "steak rare", "salad", "lunch salad steak/rare"];
const THEN: [&str; 5] = ["fire", "comp toast 50", "pay card", "pay cash 100.00 tip 1.00", "bill"];

#[test]
fn whatever_was_done_at_the_copy_is_all_there() {
    for seed in 1..60 {
        let mut dice = Dice(seed * 2 + 0x9e37_79b9_7f4a_7c15);
        let mut story = |tables: std::ops::Range<u8>| -> String {
            let checks = tables.map(|n| {
                let (order, then) = (dice.of(&ORDERS), dice.of(&THEN));
                format!("seat T{n} 2 | toast | {order} | {then}")
            });
            checks.collect::<Vec<_>>().join(" | ")
        };
        let story = restored(&story(1..4), &story(4..7), &story(4..7));
        let whole = story.whole();
        let facts = |world: &World, of: &Entry| {
            let check = of.events.iter().find_map(Event::check)?;
            let check = world.restaurant.check(check)?;
            let bill = check.bill();
            Some((check.id, check.lines.len(), bill.total, bill.paid, bill.due, check.is_settled(), check.fires.len()))
        };
        for of in [&story.main, &story.copy] {
            for entry in &story.line(of) {
                assert_eq!(facts(of, entry), facts(&whole, entry), "seed {seed}");
            }
        }
        let numbers: Vec<String> = (whole.log.iter().flat_map(|e| &e.events))
            .filter_map(|event| match event {
                Event::CheckOpened(opened) => Some(opened.number.to_string()),
                Event::CheckSettled { receipt, .. } => Some(receipt.to_string()),
                _ => None,
            })
            .collect();
        assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), numbers.len(), "seed {seed}: {numbers:?}");
    }
}
