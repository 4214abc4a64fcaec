use domain::{
    Restaurant, demo,
    event::{Entry, Event},
    ids::*,
    query::{Done, Outcome, Update},
    rejection::{Refusal, Rejection},
    view::{CheckView, ConfigView},
};
use serde::{Serialize, de::DeserializeOwned};

use super::read;
use crate::mirror::tests::{Table, config};

/// What is written is read back, and a text cut short anywhere is not.
fn check<T: Serialize + DeserializeOwned + PartialEq>(value: &T) {
    let what = std::any::type_name::<T>();
    let text = serde_json::to_string(value).unwrap();
    assert!(serde_json::from_str::<T>(&text).is_ok_and(|read| read == *value), "{what} is fit to be read");
    assert!(read::<T>(&text).as_ref() == Some(value), "{what}");
    let pretty = serde_json::to_string_pretty(value).unwrap();
    assert!(read::<T>(&pretty).as_ref() == Some(value), "{what} with spaces");
    let step = text.len() / 200 + 1;
    for cut in (0..text.len()).step_by(step).filter(|at| text.is_char_boundary(*at)) {
        assert!(read::<T>(&text[..cut]).is_none(), "{what} cut short at {cut}");
    }
}

#[test]
fn what_a_terminal_says_is_read() {
    check(&ConfigView { day: "2026-11-21.1".parse().unwrap(), ..config() });
    let mut table = Table::opened();
    table.order(Table::DRINK, 2);
    table.hold(1);
    check::<CheckView>(&table.view());
    let facts = table.facts();
    check(&Update::Facts(Box::new(facts.clone())));
    check(&Update::Beat);
    check(&Update::Stock { item: "cola".into(), left: Some(4_000_000_000) });
    check(&vec![Outcome::Done(Box::new(Done { facts: Some(Box::new(facts)), ..Done::default() }))]);
    check(&demo::menu());
}

#[test]
fn every_kind_of_event_is_read() {
    for line in include_str!("../../../crates/domain/tests/frozen_events.jsonl").lines() {
        let event: Event = serde_json::from_str(line).unwrap();
        check(&event);
    }
    let entry = r#"{"dot":"00000001:7","cmd":"0000002a-3","at":-5,"off":60,"day":"2026-11-21.2","by":null,"new":[{"a":[1.5e3,"]"]},{}],"events":[]}"#;
    assert_eq!(read::<Entry>(entry), serde_json::from_str(entry).ok());
}

#[test]
fn letters_and_numbers() {
    let text = |json: &str, meant: Option<&str>| assert_eq!(read::<String>(json).as_deref(), meant, "{json}");
    text(r#""a\"\\\/\n\t\r\b\f""#, Some("a\"\\/\n\t\r\u{8}\u{c}"));
    text(r#""\u00e9 \uD83C\uDF55 ñ عربي""#, Some("é 🍕 ñ عربي"));
    text(r#""\ud83c""#, None);
    text(r#""\uD83C\u0041""#, None);
    text(r#""a" "b""#, None);
    text("7", None);
    let number = |json: &str, meant: Option<i64>| assert_eq!(read::<i64>(json), meant, "{json}");
    number(" -12 ", Some(-12));
    number("-9223372036854775808", Some(i64::MIN));
    number("9223372036854775808", None);
    number("1.5", None);
    number("-", None);
    assert_eq!(read::<u8>("256"), None);
    assert_eq!(read::<u64>("18446744073709551615"), Some(u64::MAX));
    assert_eq!(read::<u64>("-1"), None);
    assert_eq!(read::<std::collections::BTreeMap<u8, bool>>(r#"{"3":true,"4":false}"#).map(|m| m.len()), Some(2));
    assert_eq!(
        read::<serde_json::Value>(r#"[1,-2,"x",null,{"a":true}]"#),
        serde_json::from_str(r#"[1,-2,"x",null,{"a":true}]"#).ok()
    );
}

#[test]
fn endless_nesting_is_refused() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(read::<serde_json::Value>(&deep(50)).is_some());
    assert!(read::<serde_json::Value>(&deep(100_000)).is_none());
}

#[test]
fn a_refusal_is_read() {
    let refused = Restaurant::default();
    let command = domain::command::Command::SignOut;
    let context = domain::Context {
        id: CommandId::default(),
        now: Default::default(),
        day: Default::default(),
        terminal: Origin(1),
        letter: 'A',
        actor: None,
        approver: None,
        device: DeviceId::default(),
        pin_hash: None,
        newcomer: None,
        missing: Vec::new(),
    };
    let why = domain::decide(&refused, &command, &context).unwrap_err();
    check(&Refusal::from(why));
    check(&Refusal::from(Rejection::TableTaken {
        table: "t1".into(),
        check: CommandId::default(),
        number: GuestNumber { letter: 'A', n: 3 },
    }));
}
