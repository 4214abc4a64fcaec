//! From the command to the paper: once, in order, and never twice without saying so.

mod house;

use std::{path::Path, time::Duration};

use house::{Client, House};
use printing::emulator::{Build, Emulator, Fault, ProcessIds};
use serde_json::{Value, json};

/// How long paper may take; a bound for hanging tests, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
const DUPLICATE: &str = "POSSIBLE DUPLICATE";

fn printer() -> Emulator {
    Emulator::start("127.0.0.1:0", Build::default()).expect("the printer starts")
}

fn house_with(dir: &Path, printer: &str) -> House {
    House::with(dir, &["--demo", "--printer", printer], |_| {})
}

fn papers(printer: &Emulator) -> Vec<String> {
    printer.tickets().iter().map(|t| t.text.clone()).collect()
}

/// Opens a check and fires one dish of the cold kitchen: one ticket.
fn fire(client: &mut Client) -> String {
    let check = client.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}}));
    client.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu", "qty": 2}]}}));
    client.done(json!({"fire": {"check": check, "what": "all"}}));
    check
}

/// Waits until the ledger says something.
fn until(client: &Client, what: &str, seen: impl Fn(&[Value]) -> bool) {
    let begun = std::time::Instant::now();
    loop {
        let slips = client.view(json!("slips"));
        let slips = slips.as_array().expect("a list");
        if seen(slips) {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "never {what}: {}", json!(slips));
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn all_are(state: &'static str) -> impl Fn(&[Value]) -> bool {
    move |slips| !slips.is_empty() && slips.iter().all(|s| s["state"] == json!(state))
}

#[test]
fn a_fire_prints_one_ticket_per_station_and_the_log_knows_it_was_printed() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer());
    let house = house_with(dir.path(), &printer.addr().to_string());
    let mut client = house.signed_in("carla", "3333");
    let check = client.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    client.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}, {"item": "espresso"}]}}));
    client.done(json!({"fire": {"check": check, "what": "all"}}));
    assert!(printer.wait_for(2, PATIENCE), "two stations, two tickets");
    until(&client, "printed", all_are("printed"));
    // Only what is new goes out with the next fire.
    client.done(json!({"add_lines": {"check": check, "lines": [{"item": "panna-cotta"}]}}));
    client.done(json!({"fire": {"check": check, "what": "all"}}));
    assert!(printer.wait_for(3, PATIENCE));
    let papers = papers(&printer);
    assert!(papers[2].contains("Panna") && !papers[2].contains("Tiramis"), "{}", papers[2]);
    until(&client, "printed", all_are("printed"));
    let history = client.view(json!({"history": {"check": check}}));
    let ends = history.as_array().expect("a list").iter().filter(|l| l["kind"] == json!("slip_ended")).count();
    assert_eq!(ends, 3);
    assert_eq!(
        client.get(&format!("/api/slips/1.png?token={}", client.token.clone().unwrap_or_default())).body[1..4],
        *b"PNG"
    );
    assert_eq!(house.client().get("/api/slips/1.png").code(), "not_signed_in");
}

#[test]
fn killed_while_printing_the_ticket_comes_again_and_says_so() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer());
    printer.inject(Fault::ProcessIds(ProcessIds::Never));
    let house = house_with(dir.path(), &printer.addr().to_string());
    let mut client = house.signed_in("carla", "3333");
    let check = fire(&mut client);
    assert!(printer.wait_for(1, PATIENCE), "it is on paper, but the terminal waits for the proof");
    let dir_again = house.kill();
    printer.inject(Fault::ProcessIds(ProcessIds::Prompt));
    let house = house_with(&dir_again, &printer.addr().to_string());
    client.address = house.address;
    assert!(printer.wait_for(2, PATIENCE));
    let papers = papers(&printer);
    assert!(!papers[0].contains(DUPLICATE) && papers[1].contains(DUPLICATE), "{papers:?}");
    until(&client, "printed", all_are("printed"));
    let history = client.view(json!({"history": {"check": check}})).to_string();
    assert!(history.contains("the terminal stopped while printing"), "{history}");
}

#[test]
fn killed_while_waiting_for_the_printer_it_comes_once_and_unmarked() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = house::free_port();
    let house = house_with(dir.path(), &address.to_string());
    let mut client = house.signed_in("carla", "3333");
    fire(&mut client);
    until(&client, "tried", |slips| slips[0]["state"] == json!("queued") && slips[0]["why"] != json!(""));
    let printers = client.view(json!("printers"));
    assert_eq!((&printers[0]["state"], &printers[0]["waiting"]), (&json!("offline"), &json!(1)));
    let dir_again = house.kill();
    let printer = Emulator::start(address, Build::default()).expect("the printer is switched on");
    let house = house_with(&dir_again, &address.to_string());
    client.address = house.address;
    until(&client, "printed", all_are("printed"));
    let papers = papers(&printer);
    assert_eq!(papers.len(), 1);
    assert!(!papers[0].contains(DUPLICATE), "{}", papers[0]);
}

#[test]
fn a_ticket_without_proof_comes_again_marked_and_a_receipt_waits_for_a_person() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer());
    let house = house_with(dir.path(), &printer.addr().to_string());
    let mut client = house.signed_in("ana", "1111");
    // The connection breaks in the middle of the ticket, once.
    printer.inject(Fault::ResetAfter(120));
    let check = fire(&mut client);
    until(&client, "printed", all_are("printed"));
    let last = papers(&printer).pop().expect("a ticket");
    assert!(last.contains(DUPLICATE), "{last}");
    printer.inject(Fault::ProcessIds(ProcessIds::Never));
    client.done(json!({"take_payment": {"check": check, "tender": {"card": {}}, "amount": 1300, "print": true}}));
    until(&client, "unknown", |slips| slips[0]["what"] == json!("receipt") && slips[0]["state"] == json!("unknown"));
    printer.inject(Fault::ProcessIds(ProcessIds::Prompt));
    let receipt = client.view(json!("slips"))[0]["job"].clone();
    client.done(json!({"reprint": {"job": receipt}}));
    until(&client, "reprinted", |slips| slips[0]["state"] == json!("printed"));
    assert!(papers(&printer).pop().expect("a receipt").contains(DUPLICATE));
    client.done(json!({"drop_slip": {"job": receipt}}));
    assert_eq!(client.command(json!({"drop_slip": {"job": receipt}})).code(), "unknown_slip", "once is enough");
    client.done(json!({"reprint": {"job": 1}}));
    until(&client, "copied", |slips| slips[0]["state"] == json!("printed") && slips[0]["job"] != receipt);
    assert!(papers(&printer).pop().expect("a copy").contains("COPY"));
}

#[test]
fn a_printer_without_paper_hands_its_tickets_to_the_backup() {
    let (dir, grill, bar) = (tempfile::tempdir().expect("a folder"), printer(), printer());
    let house = house_with(dir.path(), &grill.addr().to_string());
    let mut client = house.signed_in("ana", "1111");
    let mut settings = client.view(json!("config"))["settings"].clone();
    let mut second = settings["printers"][0].clone();
    second["id"] = json!("bar");
    second["name"] = json!("Bar");
    second["address"] = json!(bar.addr().to_string());
    settings["printers"].as_array_mut().expect("a list").push(second);
    for station in settings["stations"].as_array_mut().expect("a list") {
        station["backup_printer"] = json!("bar");
    }
    client.done(json!({"change_settings": {"settings": settings}}));
    grill.inject(Fault::PaperOut);
    fire(&mut client);
    assert!(bar.wait_for(1, PATIENCE));
    let paper = papers(&bar).remove(0);
    assert!(paper.contains("BACKUP FROM KITCHEN") && !paper.contains(DUPLICATE), "{paper}");
    until(&client, "printed", all_are("printed"));
    grill.inject(Fault::Repaired);
    fire(&mut client);
    assert!(grill.wait_for(1, PATIENCE), "mended, it gets its own tickets again");
    assert_eq!(papers(&bar).len(), 1);
}

#[test]
fn a_drawer_does_not_spring_open_when_the_printer_comes_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let address = house::free_port();
    let house = house_with(dir.path(), &address.to_string());
    let mut client = house.signed_in("ana", "1111");
    client.done(json!({"move_cash": {"movement": "no_sale", "amount": 0, "reason": "change"}}));
    until(&client, "given up", all_are("dropped"));
    let printer = Emulator::start(address, Build::default()).expect("the printer is switched on");
    client.done(json!({"test_print": {"printer": "kitchen"}}));
    assert!(printer.wait_for(1, PATIENCE));
    assert_eq!(printer.tickets()[0].drawer_kicks, 0);
}
