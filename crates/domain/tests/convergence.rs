//! Any order and any repetition of one check's entries folds to the same facts, also when two terminals worked on it
//! without seeing each other; and the sums of money hold whatever people do.

mod world;

use std::collections::BTreeMap;

use domain::{check::Check, event::Entry, ids::*, money::Money};
use proptest::prelude::*;
use world::World;

const SENTENCES: [&str; 24] = [
    "espresso",
    "2 espresso oat",
    "steak rare",
    "3 toast",
    "salad",
    "lunch salad steak/rare",
    "fire",
    "fire next",
    "hold 2",
    "qty toast 2",
    "take-off salad",
    "void 1 toast",
    "void 1 steak",
    "comp espresso 50",
    "comp steak 25",
    "bump grill",
    "recall grill",
    "carry",
    "move T2",
    "move T3",
    "pay card of 3.00 tip 0.50",
    "pay cash 100.00 of 5.00",
    "pay card",
    "refund 1.00",
];

/// Runs what is possible of a story; what is refused changes nothing.
fn live_through(world: &mut World, story: &[usize]) {
    for i in story {
        let sentence = SENTENCES[*i];
        let named = sentence.split_whitespace().find(|w| ["toast", "steak", "salad", "espresso"].contains(w));
        let needs_line = ["qty", "take-off", "void", "comp"].iter().any(|v| sentence.starts_with(v));
        let has = |item: &str| world.facts().lines.values().any(|l| l.what().is_some_and(|w| w.item.0 == item));
        let needs_ticket = sentence.starts_with("bump") || sentence.starts_with("recall");
        let at_grill = world.facts().fires.values().any(|f| f.stations().contains(&"grill".into()));
        let no_payment = sentence.starts_with("refund") && world.facts().payments.is_empty();
        if (needs_line && !named.is_some_and(has)) || (needs_ticket && !at_grill) || no_payment {
            continue;
        }
        let _ = world.tell(sentence);
    }
}

fn of_check(log: &[Entry], check: CheckId) -> Vec<Entry> {
    log.iter().filter(|e| e.events.iter().any(|ev| ev.check() == Some(check))).cloned().collect()
}

fn folded(check: CheckId, entries: impl Iterator<Item = Entry>) -> Check {
    let mut facts = Check::new(check);
    for entry in entries {
        for event in entry.events.iter().filter(|e| e.check() == Some(check)) {
            facts.apply(&entry, event);
        }
    }
    facts
}

/// Two terminals that start from one check and do not see each other; then the union of what they wrote.
fn two_sides(first: &[usize], left: &[usize], right: &[usize]) -> (CheckId, Vec<Entry>) {
    let mut here = World::new();
    here.tell("seat T1 2").expect("seated");
    live_through(&mut here, first);
    let mut there = here.clone();
    let shared = here.log.len();
    (there.origin, there.letter) = (Origin(2), 'B');
    live_through(&mut here, left);
    live_through(&mut there, right);
    let check = here.check;
    let mut all = of_check(&here.log, check);
    all.extend(of_check(&there.log[shared..], check));
    (check, all)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_order_and_repetition_is_the_same_check(
        first in prop::collection::vec(0..SENTENCES.len(), 0..8),
        left in prop::collection::vec(0..SENTENCES.len(), 0..10),
        right in prop::collection::vec(0..SENTENCES.len(), 0..10),
        seed in any::<u64>(),
    ) {
        let (check, entries) = two_sides(&first, &left, &right);
        let straight = folded(check, entries.iter().cloned());
        let mut shuffled: Vec<(u64, Entry)> = entries.iter().chain(&entries).cloned().enumerate()
            .map(|(i, e)| ((i as u64 + 1).wrapping_mul(seed | 1).rotate_left(29), e)).collect();
        shuffled.sort_by_key(|(key, _)| *key);
        let other = folded(check, shuffled.into_iter().map(|(_, e)| e));
        prop_assert_eq!(straight.state_hash(), other.state_hash());
        prop_assert_eq!(straight.contributions(), other.contributions());
    }

    #[test]
    fn money_holds_whatever_people_do(story in prop::collection::vec(0..SENTENCES.len(), 0..30)) {
        let mut world = World::new();
        world.tell("seat T1 2").expect("seated");
        live_through(&mut world, &story);
        let check = world.facts();
        let bill = check.bill();
        prop_assert_eq!(bill.taxes.iter().map(|t| t.net + t.amount).sum::<Money>(), bill.total);
        let lines: Money = check.lines.values().map(|l| l.amount()).sum();
        prop_assert_eq!(lines, bill.subtotal - bill.comped);
        prop_assert_eq!(bill.total, lines, "tax is inside the prices here");
        prop_assert!(bill.due >= Money::ZERO && bill.paid <= bill.total);
        prop_assert!(!check.is_settled() || bill.due == Money::ZERO);
        for (id, payment) in &check.payments {
            let back: Money = check.refunds.values().filter(|r| r.what.payment == *id).map(|r| r.what.amount).sum();
            prop_assert!(back <= payment.what.amount + payment.what.tip, "a refund never exceeds its payment");
        }
        let day = world.restaurant.days.values().fold(domain::shift::Book::default(), |mut sum, d| {
            sum.add(&d.book, 1);
            sum
        });
        let mut expected = domain::shift::Book::default();
        check.contributions().values().for_each(|b| expected.add(b, 1));
        prop_assert_eq!(day, expected, "the day is the sum of its checks");
    }

    #[test]
    fn refunds_in_steps_give_back_exactly_the_taxes_of_the_sale(steps in prop::collection::vec(1i64..900, 1..12)) {
        let mut world = World::new();
        world.tell("seat T1 | 3 espresso oat | steak rare | 2 water | pay card").expect("paid");
        let sale = world.view().bill;
        let mut left = sale.total.0;
        for step in steps.into_iter().chain([i64::MAX]) {
            let amount = step.min(left);
            if amount > 0 {
                world.tell(&format!("refund {amount}")).expect("refunded");
            }
            left -= amount;
        }
        let mut back: BTreeMap<TaxId, (Money, Money)> = BTreeMap::new();
        for tax in world.view().refunds.iter().flat_map(|r| &r.taxes) {
            let sums = back.entry(tax.tax.id.clone()).or_default();
            *sums = (sums.0 + tax.amount, sums.1 + tax.gross);
        }
        let sold = sale.taxes.iter().map(|t| (t.tax.id.clone(), (t.amount, t.gross))).collect();
        prop_assert_eq!(back, sold);
        prop_assert!(world.tell("refund 0.01").is_err(), "nothing is left to give back");
    }
}
