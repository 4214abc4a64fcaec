//! Event kinds are frozen. `frozen_events.jsonl` holds the stored bytes of one event of every kind, as first written;
//! they must read, and write back, unchanged for ever. A new kind appends a line; no line is ever edited.

mod world;

use std::collections::BTreeMap;

use domain::event::{Entry, Event};
use world::World;

const FROZEN: &str = include_str!("frozen_events.jsonl");
/// An entry as stored; what stands around the events is frozen too.
const FROZEN_ENTRY: &str = r#"{"dot":"00000001:7","cmd":"0000002a-3","at":1795287600000,"off":60,"day":"2026-11-21.2","by":"mia","device":"till","seen":["00000002:5"],"events":[{"clocked_in":{"staff":"mia"}}]}"#;

/// Exhaustive, so that a new kind cannot be forgotten here: it needs the next number and a line in the file.
fn kind(event: &Event) -> usize {
    use Event::*;
    match event {
        StoreSetUp { .. } => 0,
        SettingsChanged { .. } => 1,
        MenuPublished { .. } => 2,
        FloorPublished { .. } => 3,
        MemberSet { .. } => 4,
        ClockedIn { .. } => 5,
        ClockedOut { .. } => 6,
        SignInRefused { .. } => 7,
        StockSet { .. } => 8,
        CheckOpened(_) => 9,
        CheckMoved { .. } => 10,
        CheckNamed { .. } => 11,
        CoversSet { .. } => 12,
        HandedOver { .. } => 13,
        CheckCancelled { .. } => 14,
        LinesAdded { .. } => 15,
        LineChanged { .. } => 16,
        LineRemoved { .. } => 17,
        LineVoided { .. } => 18,
        LineComped { .. } => 19,
        CourseHeld { .. } => 20,
        Fired { .. } => 21,
        Bumped { .. } => 22,
        Carried { .. } => 23,
        PaymentTaken { .. } => 24,
        CheckSettled { .. } => 25,
        PaymentRefunded { .. } => 26,
        ReceiptPrinted { .. } => 27,
        BillPrinted { .. } => 28,
        DrawerMoved { .. } => 29,
        DrawerCounted { .. } => 30,
        DayClosed { .. } => 31,
        SlipEnded { .. } => 32,
        TicketsGoTo { .. } => 33,
        TerminalJoined { .. } => 34,
        TerminalSet { .. } => 35,
        TerminalRevoked { .. } => 36,
        AlarmRaised { .. } => 37,
        ConflictSettled { .. } => 38,
        SignInEnded { .. } => 39,
        DevicePaired { .. } => 40,
        DeviceRevoked { .. } => 41,
        AlarmSeen { .. } => 42,
        ProtectionRequired { .. } => 43,
        ChecksMerged { .. } => 44,
        CheckParted { .. } => 45,
        CameBack(_) => 46,
        TookOver { .. } => 47,
        MasterReturned { .. } => 48,
        DrillHeld { .. } => 49,
    }
}
const KINDS: usize = 50;

#[test]
fn stored_bytes_read_and_write_back_unchanged() {
    let mut kinds = BTreeMap::new();
    for line in FROZEN.lines() {
        let event: Event = serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}"));
        assert_eq!(serde_json::to_string(&event).expect("plain data"), line);
        *kinds.entry(kind(&event)).or_insert(0) += 1;
    }
    let missing: Vec<usize> = (0..KINDS).filter(|k| !kinds.contains_key(k)).collect();
    assert!(missing.is_empty(), "kinds without stored bytes: {missing:?}");
    let entry: Entry = serde_json::from_str(FROZEN_ENTRY).expect("the frozen entry reads");
    assert_eq!(serde_json::to_string(&entry).expect("plain data"), FROZEN_ENTRY);
}

/// Prints one event of each kind from a lived evening, for appending a new kind's line:
/// `cargo test -p domain --test frozen -- --ignored --nocapture`.
#[test]
#[ignore = "prints lines for the frozen file, checks nothing"]
fn print_one_of_each() {
    let mut world = World::new();
    world
        .tell(
            "stock steak 9 | float 100.00 | seat T1 2 | lunch salad steak/rare | 2 toast | qty toast 3 | salad | \
             take-off salad | hold 2 | fire | fire 2 | bump cold | bump grill | carry | void 1 toast | comp toast 50 | move T2 | bill | \
             pay cash 10.00 of 5.00 tip 1.00 | pay card print | refund 2.00 | seat T3 | cancel | paid-out 3.00 | count 95.00",
        )
        .expect("an evening");
    world.must(domain::command::Command::CloseDay);
    let mut kinds = BTreeMap::new();
    for event in world.log.iter().flat_map(|e| &e.events) {
        kinds.entry(kind(event)).or_insert(event);
    }
    for event in kinds.values() {
        println!("{}", serde_json::to_string(event).expect("plain data"));
    }
}
