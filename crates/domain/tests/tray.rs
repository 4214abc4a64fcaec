//! The conflict tray: two terminals that did not see each other, healed, and what staff read then. The first story is
//! what both saw, the others are told at A and at B while they were apart.

mod world;

use domain::{
    command::Command,
    conflict::How,
    ids::*,
    money::Money,
    view::{self, ConflictView, Label},
};
use world::World;

struct House {
    a: World,
    b: World,
}

impl House {
    fn apart(before: &str, at_a: &str, at_b: &str) -> House {
        let mut a = World::new();
        a.tell(before).expect("before they parted");
        let mut b = World { origin: Origin(2), letter: 'B', seq: 0, ..a.clone() };
        a.tell(at_a).unwrap_or_else(|no| panic!("at A: {no}"));
        b.tell(at_b).unwrap_or_else(|no| panic!("at B: {no}"));
        House { a, b }
    }

    /// Each hears what the other wrote.
    fn heal(mut self) -> House {
        let (of_a, of_b) = (self.a.log.clone(), self.b.log.clone());
        of_b.iter().for_each(|entry| self.a.hear(entry));
        of_a.iter().for_each(|entry| self.b.hear(entry));
        assert_eq!(self.a.restaurant.digest(), self.b.restaurant.digest());
        assert_eq!(view::tray(&self.a.restaurant), view::tray(&self.b.restaurant));
        self
    }

    fn tray(&self) -> Vec<ConflictView> {
        view::tray(&self.a.restaurant)
    }

    /// One tap on the first entry of the tray.
    fn tap(&mut self, label: Label) {
        let found = self.tray().remove(0).resolutions.into_iter().find(|r| r.label == label);
        for command in found.unwrap_or_else(|| panic!("{label:?} is offered")).commands {
            self.a.must(command);
        }
    }
}

/// An entry of the tray: the sentence, then what can be tapped.
fn told(tray: &[ConflictView]) -> String {
    let tap = |r: &view::Resolution| {
        let label = serde_json::to_value(r.label).expect("a label is data");
        let amount = if r.amount == Money::ZERO { String::new() } else { r.amount.0.to_string() };
        [label.as_str().unwrap_or("?"), &r.what, &amount]
            .into_iter()
            .filter(|w| !w.is_empty())
            .collect::<Vec<_>>()
            .join(" ")
    };
    let taps = |c: &ConflictView| c.resolutions.iter().map(tap).collect::<Vec<_>>().join(", ");
    tray.iter().map(|c| format!("{} [{}]", c.message, taps(c))).collect::<Vec<_>>().join("\n")
}

#[track_caller]
fn check(before: &str, at_a: &str, at_b: &str, expected: &str) {
    let house = House::apart(before, at_a, at_b).heal();
    assert_eq!(told(&house.tray()), expected, "{before} / {at_a} / {at_b}");
}

#[test]
fn on_the_floor() {
    check(
        "seat T1 | toast",
        "move T2",
        "move T3",
        "Check A1 was moved to table 2 and to table 3. Where do they sit? [sit_at 2, sit_at 3]",
    );
    check(
        "seat T1",
        "hand wim",
        "hand max",
        "Check A1 was handed to wim and to max. Who serves it? [served_by wim, served_by max]",
    );
    check(
        "",
        "seat T5 2",
        "seat T5 4 | toast",
        "Table 5 was seated twice: checks A1 and B1. [cancel A1, leave_table B1, keep]",
    );
    check("seat T1", "cancel", "toast", "Check A1 was cancelled while somebody ordered on it. It stays open. [keep]");
}

#[test]
fn in_the_kitchen() {
    check(
        "seat T1 | toast | salad",
        "fire",
        "fire",
        "1 toast, 1 salad of check A1 went to the kitchen twice. [drop_ticket, keep]",
    );
    check(
        "seat T1 | 2 toast",
        "void 1 toast",
        "fire",
        "1 toast of check A1 was voided while somebody fired it. It is off the bill, but the kitchen has it. [tell_kitchen, keep]",
    );
    check(
        "seat T1 | toast",
        "take-off toast",
        "fire",
        "1 toast of check A1 was taken off while somebody fired it. The kitchen has it, and it is on the bill. [void, keep]",
    );
    check(
        "seat T1 | toast",
        "qty toast 2",
        "qty toast 3",
        "3 toast of check A1 was changed twice: “2” and “3”. [want 2, want 3]",
    );
    check(
        "seat T1 | toast",
        "allergy toast nuts",
        "allergy toast milk",
        "1 toast of check A1 was changed twice: “nuts” and “milk”. [want nuts, want milk]",
    );
}

#[test]
fn with_money() {
    check(
        "seat T1 | toast",
        "pay card tip 1.00",
        "as wim | pay cash 10.00",
        "Check A1 was settled twice: by mia (A-000001) and by wim (B-000001). 5.90 too much was paid. [give_back mia 690, give_back wim 590, keep]",
    );
    check(
        "seat T1 | toast",
        "pay card of 3.00",
        "pay card of 4.00",
        "More was paid on check A1 than it comes to: 1.10 too much. [give_back mia 300, give_back mia 400, keep]",
    );
    check(
        "seat T1 | toast",
        "pay card of 2.90",
        "pay card of 3.00",
        "Check A1 is paid in full, but nobody settled it. [settle]",
    );
    check(
        "seat T1 | 2 toast | salad",
        "void 1 toast",
        "pay card",
        "More was paid on check A1 than it comes to: 5.90 too much. [give_back mia 590, keep]",
    );
    check(
        "seat T1 | toast",
        "pay card",
        "2 espresso | fire",
        "2 espresso came onto check A1 while it was settled. 5.00 is still owed. [collect_card 500, collect_cash 500, on_the_house, take_off, keep]",
    );
    check(
        "seat T1 | toast | pay card of 2.00",
        "refund 2.00",
        "refund 2.00",
        "A payment of check A1 was given back twice: 2.00 too much. [keep]",
    );
    check(
        "seat T1 | toast | pay card | count 0 | later 1",
        "close-day",
        "close-day",
        "2026-11-21 was closed twice: Z 1 of A and Z 1 of B. Give both to the bookkeeper. [keep]",
    );
}

#[test]
fn what_is_published() {
    check(
        "",
        "menu 10",
        "menu 20",
        "The menu was changed on two terminals. Choose which version holds. [take_version 00000001:5, take_version 00000002:1]",
    );
    check(
        "",
        "named Bianca",
        "named Bruno",
        "Bruno was changed on two terminals. Choose which version holds. [take_version Bianca, take_version Bruno]",
    );
}

#[test]
fn nothing_false() {
    // Both did the same, or what does not clash.
    check("seat T1 | toast", "move T2", "move T2", "");
    check("seat T1 | toast", "2 espresso", "salad | fire", "");
    check("seat T1 | toast", "fire", "comp toast 50", "");
    check("seat T1 | 2 toast | fire", "void 1 toast", "bump grill", "");
    check("seat T1 | toast", "pay card", "", "");
    check("seat T1 | toast", "pay card of 3.00", "pay card of 2.00", "");
    check("seat T1 | 2 toast", "fire | void 1 toast", "", "");
    check("stock toast 5", "stock toast 3", "stock toast 0", "");
    check("seat T1", "seat T2 | toast", "seat T3 | salad", "");
    check("float 10.00", "as wim", "as max", "");
}

#[test]
fn who_knew_of_the_other_makes_no_conflict() {
    let mut house = House::apart("seat T1 | toast", "move T2", "").heal();
    house.b.tell("move T3 | fire").expect("B knows of table 2");
    let mut house = house.heal();
    house.a.tell("void 1 toast | move T4").expect("A knows of the fire and of table 3");
    assert_eq!(told(&house.heal().tray()), "");
}

/// Every tap that is offered works, and empties the tray for everybody.
#[test]
fn one_tap_settles_it() {
    let stories = [
        ("seat T1 | toast", "move T2", "move T3"),
        ("seat T1", "hand wim", "hand max"),
        ("", "seat T5 2", "seat T5 4 | toast"),
        ("seat T1", "cancel", "toast"),
        ("seat T1 | toast | salad", "fire", "fire"),
        ("seat T1 | 2 toast", "void 1 toast", "fire"),
        ("seat T1 | toast", "take-off toast", "fire"),
        ("seat T1 | steak rare", "allergy steak nuts", "allergy steak milk"),
        ("seat T1 | toast", "qty toast 2", "qty toast 3"),
        ("seat T1 | toast", "pay card tip 1.00", "pay cash 10.00"),
        ("seat T1 | toast", "pay card of 3.00", "pay card of 4.00"),
        ("seat T1 | toast", "pay card of 2.90", "pay card of 3.00"),
        ("seat T1 | 2 toast | salad", "void 1 toast", "pay card"),
        ("seat T1 | toast", "pay card", "2 espresso | fire"),
        ("seat T1 | toast | pay card of 2.00", "refund 2.00", "refund 2.00"),
        ("seat T1 | toast | pay card | count 0 | later 1", "close-day", "close-day"),
        ("", "menu 10", "menu 20"),
        ("", "named Bianca", "named Bruno"),
    ];
    for (before, at_a, at_b) in stories {
        let taps = House::apart(before, at_a, at_b).heal().tray().remove(0).resolutions.len();
        assert!(taps > 0, "{at_a} / {at_b}: nothing is offered");
        for i in 0..taps {
            let mut house = House::apart(before, at_a, at_b).heal();
            house.a.actor = "mia";
            let tapped = house.tray().remove(0).resolutions.remove(i);
            for command in tapped.commands {
                house.a.run(command).unwrap_or_else(|no| panic!("{at_a} / {at_b}, {:?}: {no}", tapped.label));
            }
            house.a.restaurant.evict_done();
            let house = house.heal();
            assert_eq!(told(&house.tray()), "", "{before} / {at_a} / {at_b}: after {:?} {}", tapped.label, tapped.what);
        }
    }
}

#[test]
fn money_that_was_paid_twice_goes_back_without_undoing_the_sale() {
    let mut house = House::apart("seat T1 | toast", "pay cash 10.00", "pay card tip 1.00").heal();
    let of = |house: &House| {
        let day = house.a.restaurant.days.values().next().expect("a day").book.clone();
        let cash: i64 = day.drawer_cash.values().map(|m| m.0).sum();
        (day.sales.n, day.sales.amount.0, cash, day.tenders.values().map(|t| t.amount.0 + t.tips.0).sum::<i64>())
    };
    assert_eq!(of(&house), (1, 590, 590, 590 + 690), "sold once, paid twice");
    house.tap(Label::GiveBack);
    assert_eq!(of(&house), (1, 590, 0, 690), "the cash went back; the card stays, with its tip");
    assert_eq!(house.a.restaurant.grand_total, Money(590));
    assert_eq!(house.a.view().receipt.map(|r| r.to_string()).as_deref(), Some("B-000001"), "the one that holds");
    assert_eq!(told(&house.heal().tray()), "");
}

#[test]
fn what_was_ordered_while_the_check_was_settled_is_collected_on_a_further_receipt() {
    let mut house = House::apart("seat T1 | toast", "pay card", "2 espresso | fire").heal();
    house.tap(Label::CollectCard);
    let check = house.a.facts();
    let sold: Vec<(String, i64)> =
        check.settled.values().map(|s| (s.what.receipt.to_string(), s.what.total.0)).collect();
    assert_eq!(sold, [("A-000001".to_owned(), 590), ("A-000002".to_owned(), 500)]);
    let book = &house.a.restaurant.days.values().next().expect("a day").book;
    assert_eq!(
        (book.sales.n, book.sales.amount, book.tenders.values().next().map(|t| t.amount)),
        (1, Money(1090), Some(Money(1090)))
    );
}

#[test]
fn only_who_may_settles_it_and_only_once() {
    let code = |r: Result<Vec<domain::event::Event>, domain::rejection::Rejection>| {
        let no = r.err().map(|no| serde_json::to_value(&no).expect("data")["code"].as_str().map(str::to_owned));
        no.flatten().unwrap_or_else(|| "done".into())
    };
    let mut house = House::apart("seat T1 | toast", "pay card", "espresso | pay cash 20.00").heal();
    let conflict = house.tray().remove(0).id;
    let keep = || Command::SettleConflict { conflict: conflict.clone(), how: How::Keep };
    house.a.actor = "wim";
    assert_eq!(code(house.a.run(keep())), "needs_approval");
    house.a.approver = Some("max");
    assert_eq!(code(house.a.run(keep())), "done");
    assert_eq!(told(&house.tray()), "");
    assert_eq!(code(house.a.run(keep())), "done", "nothing is left to keep");
    let take_off = Command::SettleConflict { conflict: conflict.clone(), how: How::TakeOff };
    assert_eq!(code(house.a.run(take_off)), "conflict_gone");
}

#[test]
fn a_closed_check_stays_in_memory_while_it_is_in_the_tray() {
    let mut house = House::apart("seat T1 | toast", "pay card", "pay cash 10.00").heal();
    let check = house.a.check;
    house.a.tell("count 0 | close-day").expect("closed");
    house.a.restaurant.evict_done();
    assert!(house.a.restaurant.check(check).is_some());
    house.tap(Label::Keep);
    house.a.restaurant.evict_done();
    assert!(house.a.restaurant.check(check).is_none());
}

#[test]
fn the_kitchen_is_told_on_paper_what_was_voided_behind_its_back() {
    let mut house = House::apart("seat T1 | 2 toast", "void 1 toast", "fire").heal();
    let conflict = house.tray().remove(0).id;
    let command = Command::SettleConflict { conflict, how: How::TellKitchen };
    let events = house.a.must(command.clone());
    let context = house.a.context(CommandId { session: Session(9), n: 1 });
    let slips = domain::slips::slips_for(&house.a.restaurant, &command, &context, &events);
    let printed: Vec<_> = slips.iter().map(|s| (s.kind, s.title.as_str())).collect();
    assert_eq!(printed, [(view::SlipKind::Void, "1 · A1 · grill")]);
}
