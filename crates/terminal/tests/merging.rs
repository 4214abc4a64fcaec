//! Merged checks on a real terminal: over a power cut, after they were paid and left memory, and in the list of closed ones.

mod house;

use house::{Client, House};
use serde_json::{Value, json};

fn seat(client: &mut Client, covers: u8, item: &str) -> String {
    let check = client.done(json!({"open_check": {"kind": "takeaway", "name": item, "covers": covers}}));
    client.done(json!({"add_lines": {"check": check, "lines": [{"item": item}]}}));
    check
}

fn bill(client: &Client, check: &str) -> (i64, usize, u64) {
    let view = client.view(json!({"check": {"check": check}}));
    let lines = view["lines"].as_array().map_or(0, Vec::len);
    (view["bill"]["total"].as_i64().unwrap(), lines, view["covers"].as_u64().unwrap())
}

/// Rows of the list of closed checks: name, total, and whether it was merged.
fn closed(client: &Client) -> Vec<(String, i64, bool)> {
    let all = json!({"closed_checks": {"from": "2020-01-01", "to": "2030-01-01", "text": "", "behind": null}});
    let rows = client.view(all);
    let row =
        |r: &Value| (r["name"].as_str().unwrap().to_owned(), r["total"].as_i64().unwrap(), !r["inside"].is_null());
    let mut rows: Vec<_> = rows.as_array().unwrap().iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn what_was_merged_stays_one_bill_over_a_power_cut_and_comes_back_together_for_a_refund() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut ana = house.signed_in("ana", "1111");
    let (one, two) = (seat(&mut ana, 2, "olives"), seat(&mut ana, 3, "espresso"));
    let (olives, espresso) = (bill(&ana, &one).0, bill(&ana, &two).0);
    ana.done(json!({"fire": {"check": one, "what": "all"}}));
    ana.done(json!({"merge_checks": {"from": one, "into": two}}));
    assert_eq!((bill(&ana, &one).0, bill(&ana, &two)), (0, (olives + espresso, 2, 5)));
    assert_eq!(closed(&ana), [("olives".into(), 0, true)]);
    assert_eq!(ana.command(json!({"add_lines": {"check": one, "lines": [{"item": "cola"}]}})).code(), "check_merged");

    house.kill();
    let house = House::with(dir.path(), &[], |_| {});
    let mut ana = ana.at(&house);
    assert_eq!(bill(&ana, &two), (olives + espresso, 2, 5));
    ana.done(json!({"part_check": {"check": one}}));
    assert_eq!((bill(&ana, &one).0, bill(&ana, &two).0), (olives, espresso));
    assert_eq!(closed(&ana), [], "a check that is open again is not listed as closed");

    ana.done(json!({"merge_checks": {"from": one, "into": two}}));
    let due = olives + espresso;
    let card = json!({"card": {"reference": "", "last4": ""}});
    let payment = ana.done(json!({"take_payment": {"check": two, "tender": card, "amount": due}}));
    ana.done(json!({"count_drawer": {"counted": 0}}));
    ana.done(json!("close_day"));
    assert_eq!(closed(&ana), [("espresso".into(), due, false), ("olives".into(), 0, true)]);

    house.kill();
    let house = House::with(dir.path(), &[], |_| {});
    let mut ana = ana.at(&house);
    assert_eq!(bill(&ana, &two), (due, 2, 5), "folded again from the log of both");
    let refund = json!({"refund": {"check": two, "payment": payment, "amount": 100, "reason": "cold"}});
    ana.done(refund);
    let z = ana.view(json!("z_reports"));
    assert_eq!((z[0]["book"]["sales"]["n"].as_i64(), z[0]["book"]["sales"]["amount"].as_i64()), (Some(1), Some(due)));
    let history = ana.view(json!({"history": {"check": two}}));
    let kinds: Vec<&str> = history.as_array().unwrap().iter().filter_map(|h| h["kind"].as_str()).collect();
    assert_eq!(kinds.iter().filter(|k| **k == "lines_added").count(), 2, "{kinds:?}");
}
