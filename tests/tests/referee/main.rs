//! Who watches the referee: an honest evening finds it silent, and every planted bug makes it name the right entry.

mod kitchen_table;

use domain::{
    command::{Command, NewChange, NewLine, NewTender, Pick, What},
    event::{CheckKind, Movement, Part},
    ids::*,
    money::{Money, Ppm},
    settings::{TaxMode, TaxRounding},
};
use kitchen_table::{House, row};
use restaurant_tests::referee::{Fault, LogRow, compare, recompute};
use serde_json::Value;

fn line(item: &str, qty: u32, options: &[(&str, &str)]) -> NewLine {
    let pick =
        |(group, option): &(&str, &str)| Pick { group: (*group).into(), option: (*option).into(), options: vec![] };
    NewLine {
        item: item.into(),
        portion: None,
        qty,
        options: options.iter().map(pick).collect(),
        seat: 0,
        course: None,
        note: String::new(),
        allergy: String::new(),
    }
}

fn open(house: &mut House, kind: CheckKind, lines: Vec<NewLine>) -> CheckId {
    let check = house.does(&Command::OpenCheck { kind, table: None, covers: 3, name: String::new() });
    house.does(&Command::AddLines { check, lines });
    check
}

fn due(house: &House, check: CheckId) -> Money {
    house.restaurant.check(check).expect("it was opened").bill().due
}

fn pay(house: &mut House, check: CheckId, amount: Money, tip: i64, cash: bool) -> PaymentId {
    let card = NewTender::Card { reference: String::new(), last4: "4242".into() };
    let tender = if cash { NewTender::Cash { given: Money(50_000) } } else { card };
    house.does(&Command::TakePayment { check, tender, amount, tip: Money(tip), part: Part::Whole, print: true })
}

/// Tables that are pushed together, one of them in vain.
fn merged(house: &mut House) {
    let [one, two, three] = [("ribeye", 1), ("spritz", 3), ("lager", 2)].map(|(item, qty)| {
        let options: &[_] = if item == "ribeye" { &[("steak-temperature", "rare"), ("sauces", "pepper")] } else { &[] };
        open(house, CheckKind::DineIn, vec![line(item, qty, options)])
    });
    house.does(&Command::Fire { check: one, what: What::All });
    let paid = pay(house, one, Money(300), 0, true);
    house.does(&Command::Refund { check: one, payment: paid, amount: Money(300), reason: "Wrong check".into() });
    house.does(&Command::MergeChecks { from: one, into: two });
    house.does(&Command::MergeChecks { from: three, into: two });
    house.does(&Command::AddLines { check: two, lines: vec![line("tiramisu", 2, &[])] });
    house.does(&Command::SetCovers { check: two, covers: 7 });
    let lager = LineId { by: CommandId { n: three.n + 1, ..three }, i: 0 };
    house.does(&Command::CompLine { check: two, line: lager, share: Ppm(500_000), reason: "On the house".into() });
    house.does(&Command::PartCheck { check: three });
    let spritz = LineId { by: CommandId { n: two.n + 1, ..two }, i: 0 };
    house.does(&Command::Fire { check: two, what: What::All });
    house.does(&Command::VoidLine { check: two, line: spritz, qty: 1, reason: "Complaint".into() });
    let all = due(house, two);
    let paid = pay(house, two, all, 120, true);
    house.does(&Command::Refund { check: two, payment: paid, amount: Money(250), reason: "Complaint".into() });
    let all = due(house, three);
    pay(house, three, all, 0, false);
}

/// Three checks with everything that moves money, then a Z, then one more on the next part of the day.
fn evening(tax: TaxMode, rounding: TaxRounding, cash_step: i64) -> House {
    let mut house = House::new(tax, rounding, cash_step);
    let why = || "Complaint".to_owned();
    house.does(&Command::MoveCash { movement: Movement::Float, amount: Money(20_000), reason: String::new() });
    let steak = line("ribeye", 2, &[("steak-temperature", "rare"), ("sauces", "pepper")]);
    let seven = open(&mut house, CheckKind::DineIn, vec![steak, line("spritz", 3, &[]), line("tiramisu", 1, &[])]);
    let third = LineId { by: CommandId { n: seven.n + 1, ..seven }, i: 2 };
    house.does(&Command::ChangeLine { check: seven, line: third, change: NewChange::Qty(3) });
    house.does(&Command::Fire { check: seven, what: What::All });
    let spritz = LineId { i: 1, ..third };
    house.does(&Command::VoidLine { check: seven, line: spritz, qty: 1, reason: why() });
    house.does(&Command::CompLine { check: seven, line: third, share: Ppm(333_333), reason: "On the house".into() });
    let half = Money(due(&house, seven).0 / 2);
    let cash = pay(&mut house, seven, half, 150, true);
    let rest = due(&house, seven);
    let card = pay(&mut house, seven, rest, 333, false);
    house.does(&Command::Refund { check: seven, payment: card, amount: Money(777), reason: why() });
    house.does(&Command::Refund { check: seven, payment: cash, amount: Money(500), reason: why() });

    let bag = open(&mut house, CheckKind::Takeaway, vec![line("pizza-diavola", 2, &[]), line("lager", 1, &[])]);
    let all = due(&house, bag);
    let wrong = pay(&mut house, bag, Money(1_003), 0, true);
    house.does(&Command::Refund { check: bag, payment: wrong, amount: Money(1_003), reason: "Wrong check".into() });
    pay(&mut house, bag, all, 0, false);
    let empty =
        house.does(&Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 2, name: String::new() });
    house.does(&Command::CancelCheck { check: empty });
    merged(&mut house);
    house.does(&Command::MoveCash { movement: Movement::PaidOut, amount: Money(1_250), reason: "Ice".into() });
    house.does(&Command::CountDrawer { counted: Money(20_001) });
    house.does(&Command::CloseDay);
    let late = open(&mut house, CheckKind::DineIn, vec![line("negroni", 2, &[])]);
    let all = due(&house, late);
    pay(&mut house, late, all, 0, true);
    house
}

const MODES: [(TaxMode, TaxRounding, i64); 5] = [
    (TaxMode::Inclusive, TaxRounding::PerGroup, 1),
    (TaxMode::Inclusive, TaxRounding::PerLine, 5),
    (TaxMode::Exclusive, TaxRounding::PerGroup, 5),
    (TaxMode::Exclusive, TaxRounding::PerLine, 1),
    (TaxMode::Exclusive, TaxRounding::PerLine, 100),
];

fn faults(house: &House, tamper: impl Fn(&Value, &mut Value)) -> Vec<Fault> {
    let ledger = recompute(&house.log);
    let mut faults = ledger.faults.clone();
    let mut ask = |query: Value| {
        let mut answer = house.ask(&query)?;
        tamper(&query, &mut answer);
        Ok(answer)
    };
    faults.extend(compare(&ledger, "A", &mut ask).expect("every query is answered"));
    faults
}

#[test]
fn an_honest_evening_adds_up_under_every_tax_law() {
    for (tax, rounding, step) in MODES {
        let house = evening(tax, rounding, step);
        assert_eq!(faults(&house, |_, _| {}), Vec::new(), "{tax:?} {rounding:?} {step}");
        assert!(recompute(&house.log).postings.len() > 100, "and the referee did add something up");
    }
}

/// The evening's log with the first entry after the set-up that has `old` in its bytes edited, and every hash after it
/// made to fit again: a bug in the program, not a scratch on the disk. The number of that entry comes with it.
fn edited(old: &str, new: &str) -> (Vec<LogRow>, u64) {
    let house = evening(TaxMode::Inclusive, TaxRounding::PerGroup, 1);
    // The menu in the set-up has prices and rates too; the edit is meant for what happened after it.
    let mut log = vec![house.log[0].clone()];
    let mut at = None;
    for (seq, honest) in (2..).zip(&house.log[1..]) {
        let mut text = String::from_utf8_lossy(&honest.body).into_owned();
        if at.is_none() && text.contains(old) {
            text = text.replacen(old, new, 1);
            at = Some(seq);
        }
        log.push(row(log.last(), &String::from_utf8_lossy(&honest.command), text.into_bytes()));
    }
    (log, at.expect("the evening has such an entry"))
}

/// One cent, number or flag is wrong in the log itself: the referee names that entry and says what.
#[test]
fn a_bug_in_what_is_stored_is_named() {
    for (old, new, says) in [
        (r#""total":"#, r#""total":1"#, "settles at"),
        (r#""rate":210000"#, r#""rate":210001"#, "is taxed"),
        (r#""price":2650"#, r#""price":2649"#, "the menu says"),
        (r#""receipt":{"letter":"A","n":2}"#, r#""receipt":{"letter":"A","n":3}"#, "gap or a repeat"),
        (r#""number":{"letter":"A","n":2}"#, r#""number":{"letter":"A","n":1}"#, "given twice"),
        (r#""amount":777,"#, r#""amount":77700,"#, "gives back"),
        (r#""amount":777,"#, r#""amount":778,"#, "refunded taxes"),
        (r#""sales":{"n":4,"#, r#""sales":{"n":5,"#, "the hash of Z 1"),
        (r#""given":50000"#, r#""given":50001"#, "cash does not add up"),
        (r#""qty":1,"reason":"Complaint""#, r#""qty":9,"reason":"Complaint""#, "voids 9"),
        (r#""copy":0"#, r#""copy":1"#, "copy 1 follows 0"),
        (r#""previous":"""#, r#""previous":"00""#, "does not follow from Z 0"),
    ] {
        let (log, entry) = edited(old, new);
        let found = recompute(&log).faults;
        let named = found.iter().any(|f| f.entry == Some(entry) && f.what.contains(says));
        assert!(named, "{old} -> {new} in entry {entry}: {found:#?}");
    }
}

#[test]
fn a_scratch_on_the_disk_breaks_the_chain_at_its_entry() {
    let mut house = evening(TaxMode::Inclusive, TaxRounding::PerGroup, 1);
    let row = &mut house.log[6];
    let last = row.body.len() - 2;
    row.body[last] = b' ';
    assert!(recompute(&house.log).faults.iter().any(|f| f.entry == Some(7) && f.what.contains("hash")));
    let mut house = evening(TaxMode::Inclusive, TaxRounding::PerGroup, 1);
    house.log.remove(6);
    assert!(recompute(&house.log).faults.iter().any(|f| f.entry == Some(7)));
}

/// The log is right but the program adds it up wrongly: the referee names the entry that makes the difference.
#[test]
fn a_bug_in_the_books_is_traced_to_its_entry() {
    let house = evening(TaxMode::Inclusive, TaxRounding::PerGroup, 1);
    let with = |words: &str| {
        let has = |r: &LogRow| String::from_utf8_lossy(&r.body).contains(words);
        house.log.iter().position(has).map(|i| i as u64 + 1)
    };
    let (payment, refund) = (with(r#""tip":333"#), with(r#""amount":777,"#));
    let paid = recompute(&house.log)
        .checks
        .values()
        .flat_map(|c| c.payments.values())
        .find(|p| p.tip == 333)
        .map(|p| p.amount);
    let paid = paid.expect("the second guest tipped");
    for (query, path, add, entry) in [
        ("report", "/view/report/book/tenders/card/amount", -paid, payment),
        ("report", "/view/report/book/refunds/card/amount", 777, refund),
        ("report", "/view/report/book/refunds/cash/amount", -1000, with(r#""amount":500,"reason"#)),
        ("z_reports", "/view/z_reports/0/book/sales/amount", 1, with("day_closed")),
        ("check", "/view/check/bill/total", 1, None),
        ("check", "/view/check/bill/taxes/0/amount", -1, None),
        ("closed_checks", "/view/closed_checks/0/tips", 1, None),
    ] {
        let found = faults(&house, |asked, answer| {
            let is = asked.as_str() == Some(query) || asked.get(query).is_some();
            if let Some(cell) = answer.pointer_mut(path).filter(|_| is) {
                *cell = Value::from(cell.as_i64().expect("a sum") + add);
            }
        });
        assert!(!found.is_empty(), "{query} {path} {add:+} was not noticed");
        assert!(
            entry.is_none() || found.iter().any(|f| f.entry == entry),
            "{path} is not traced to {entry:?}: {found:#?}"
        );
    }
    let lost = faults(&house, |_, answer| {
        if let Some(rows) = answer.pointer_mut("/view/closed_checks").and_then(Value::as_array_mut) {
            rows.pop();
        }
    });
    assert!(lost.iter().any(|f| f.what.contains("is not listed")), "{lost:#?}");
}
