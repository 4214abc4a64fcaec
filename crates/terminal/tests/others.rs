//! Terminals as programs of their own that speak over real sockets: joining by code, one restaurant, shut out.

mod house;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use house::{Client, House};
use printing::emulator::{Build, Emulator};
use serde_json::{Value, json};

/// How long anything may take; a bound for hanging tests, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
const ALONE: [&str; 3] = ["--peers", "127.0.0.1:0", "--no-discovery"];

fn demo(dir: &Path, printer: &str) -> House {
    House::with(dir, &[&["--demo", "--printer", printer, "--name", "Bar"][..], &ALONE].concat(), |_| {})
}

fn new(dir: &Path, name: &str) -> House {
    House::with(dir, &[&["--name", name][..], &ALONE].concat(), |_| {})
}

fn until<T>(what: &str, mut seen: impl FnMut() -> Option<T>) -> T {
    let begun = Instant::now();
    loop {
        if let Some(found) = seen() {
            return found;
        }
        assert!(begun.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

fn terminals(client: &Client) -> Value {
    client.view(json!("terminals"))
}

/// An alarm on the panel that nobody looked at yet.
fn alarm(client: &Client) -> Option<Value> {
    let works = client.view(json!("works"));
    works["works"].as_array()?.iter().find_map(|w| w["what"].get("alarm").cloned())
}

/// A manager at `bar` lets `new` in with the code it shows.
fn let_in(bar: &mut Client, new: &mut Client) {
    new.done(json!("open_door"));
    let shown = terminals(new);
    let code = shown["door"]["code"].as_str().expect("a code is shown").to_owned();
    let address = shown["listens"][0].as_str().expect("it listens").to_owned();
    bar.done(json!({"let_in": {"address": address, "code": code}}));
    until("it is let in", || terminals(bar)["joining"].get("let_in").cloned());
    until("it has come in", || new.view(json!("door"))["store"].as_str().map(str::to_owned));
}

#[test]
fn a_terminal_joins_with_a_code_and_both_are_one_restaurant() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), Emulator::start("127.0.0.1:0", Build::default()));
    let printer = printer.expect("the printer starts");
    let bar = demo(&dir.path().join("bar"), &printer.addr().to_string());
    let terrace = new(&dir.path().join("terrace"), "Terrace");
    let mut ana = bar.signed_in("ana", "1111");
    let mut stranger = terrace.client();
    assert_eq!(stranger.command(json!({"sign_in": {"staff": "ana", "pin": "1111"}})).code(), "no_store");

    // A wrong code lets nobody in and makes a new one.
    stranger.done(json!("open_door"));
    let shown = terminals(&stranger);
    let address = shown["listens"][0].as_str().expect("it listens").to_owned();
    let wrong = if shown["door"]["code"] == "1234 5678" { "8765 4321" } else { "1234 5678" };
    ana.done(json!({"let_in": {"address": address, "code": wrong}}));
    until("the code is wrong", || (terminals(&ana)["joining"] == "wrong_code").then_some(()));
    assert!(stranger.view(json!("door"))["store"].is_null());

    let_in(&mut ana, &mut stranger);
    let mut carla = comes_in(&terrace);
    let check = carla.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    carla.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}}));
    carla.done(json!({"fire": {"check": check, "what": "all"}}));
    assert!(printer.wait_for(1, PATIENCE), "the bar prints what the terrace fired");
    let seen = ana.view(json!({"check": {"check": check}}));
    assert_eq!((&seen["number"], seen["lines"].as_array().map(Vec::len)), (&json!({"letter": "B", "n": 1}), Some(1)));

    // Shut out: what it does from now on stays with it, and it hears nothing more.
    let list = terminals(&ana);
    let other = list["terminals"].as_array().expect("a list").iter().find(|t| t["letter"] == "B").expect("it is known");
    ana.done(json!({"shut_out": {"terminal": other["terminal"]}}));
    until("the link is cut", || {
        let list = terminals(&ana);
        let other = list["terminals"].as_array()?.iter().find(|t| t["letter"] == "B")?.clone();
        (other["shut_out"] == true && other["linked"] == false).then_some(())
    });
    let later = ana.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}}));
    let lost = carla.done(json!({"open_check": {"kind": "takeaway", "name": "Eve"}}));
    // Its calls are an alarm on the panel until somebody looked.
    let raised = until("somebody knocked", || alarm(&ana));
    assert_eq!(raised["name"], "Bar");
    assert!(raised["alarm"]["stranger"]["address"].is_string(), "{raised}");
    until("all were looked at", || match alarm(&ana) {
        Some(raised) => {
            ana.done(json!({"see_alarm": {"raised": raised["raised"]}}));
            None
        }
        None => Some(()),
    });
    assert_eq!(carla.query(json!({"check": {"check": later}})).code(), "unknown_check");
    assert_eq!(ana.query(json!({"check": {"check": lost}})).code(), "unknown_check");
}

#[test]
fn a_terminal_that_keeps_to_itself_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let check = |name: &str, words: &[&str], alone: bool| {
        let house = House::with(&dir.path().join(name), &[&["--demo", "--no-discovery"][..], words].concat(), |_| {});
        let shown = terminals(&house.signed_in("ana", "1111"));
        assert_eq!(shown["alone"], alone, "{shown}");
        let listens = shown["listens"].as_array().expect("a list");
        assert_eq!(listens.is_empty(), alone, "{shown}");
        // Nobody can call "any address".
        assert!(listens.iter().all(|a| a.as_str().is_some_and(|a| !a.starts_with("0.0.0.0"))), "{shown}");
        assert_eq!(shown["pages"], json!([]), "its pages are for its own machine");
    };
    check("alone", &[], true);
    check("loop", &["--peers", "127.0.0.1:0"], false);
}

#[test]
fn nobody_joins_twice_and_a_restaurant_joins_no_other() {
    let dir = tempfile::tempdir().expect("a folder");
    let bar = demo(&dir.path().join("bar"), "127.0.0.1:9");
    let mut ana = bar.signed_in("ana", "1111");
    assert_eq!(ana.command(json!("open_door")).code(), "already_set_up");
    assert_eq!(ana.command(json!({"let_in": {"address": "bar", "code": "12345678"}})).code(), "bad_address");
    assert_eq!(ana.command(json!({"let_in": {"address": "127.0.0.1:9", "code": "1234"}})).code(), "bad_code");
    assert_eq!(bar.signed_in("carla", "3333").command(json!("hold_drill")).code(), "not_allowed");
    let me = terminals(&ana)["me"].clone();
    assert_eq!(ana.command(json!({"shut_out": {"terminal": me}})).code(), "not_this_terminal");
}

/// Carla signs in at a terminal that was just let in, as soon as it knows her: people come over one after the other.
fn comes_in(terrace: &House) -> Client {
    until("carla is known", || {
        let door = terrace.client().view(json!("door"));
        let known = door["people"].as_array().is_some_and(|p| p.iter().any(|p| p["id"] == "carla"));
        known.then(|| terrace.signed_in("carla", "3333"))
    })
}

#[test]
fn what_was_sold_alone_comes_over_and_a_killed_terminal_catches_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let bar = demo(&dir.path().join("bar"), "127.0.0.1:9");
    let terrace = new(&dir.path().join("terrace"), "Terrace");
    let mut ana = bar.signed_in("ana", "1111");
    let early = ana.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}}));
    let_in(&mut ana, &mut terrace.client());
    let carla = comes_in(&terrace);
    until("the early order is there", || carla.query(json!({"check": {"check": early}})).json().get("view").cloned());

    let at = terrace.kill();
    let meanwhile = ana.done(json!({"open_check": {"kind": "takeaway", "name": "Mia"}}));
    let terrace = new(&at, "Terrace");
    let carla = terrace.signed_in("carla", "3333");
    until("it catches up", || carla.query(json!({"check": {"check": meanwhile}})).json().get("view").cloned());
    let linked = |client: &Client| {
        let list = terminals(client);
        list["terminals"].as_array().is_some_and(|t| t.iter().all(|t| t["linked"] == true))
    };
    until("both see each other", || (linked(&ana) && linked(&carla)).then_some(()));
}

#[test]
fn a_sign_in_is_good_at_every_terminal_and_so_is_its_end() {
    let dir = tempfile::tempdir().expect("a folder");
    let bar = demo(&dir.path().join("bar"), "127.0.0.1:9");
    let terrace = new(&dir.path().join("terrace"), "Terrace");
    let mut ana = bar.signed_in("ana", "1111");
    let_in(&mut ana, &mut terrace.client());
    let at_terrace = |client: &Client| client.at(&terrace);
    let is_in = |client: &Client, who: &str| client.query(json!("who_am_i")).json()["view"]["who_am_i"]["id"] == who;
    let out = |client: &Client| {
        let said = client.query(json!("floor")).json();
        (said["refused"]["code"] == "not_signed_in").then_some(())
    };

    // Given at the bar, good at the terrace, for work too.
    let mut carla = at_terrace(&bar.signed_in("carla", "3333"));
    until("the sign-in is known there", || is_in(&carla, "carla").then_some(()));
    carla.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}}));

    // Ended there, it ends at the bar, and nobody else's does.
    let diego = bar.signed_in("diego", "4444");
    carla.done(json!("sign_out"));
    assert_eq!(carla.query(json!("floor")).code(), "not_signed_in");
    until("the end is known at the bar", || out(&carla.at(&bar)));
    assert!(is_in(&diego, "diego") && is_in(&at_terrace(&diego), "diego"));

    // A new PIN ends those of its person everywhere; whoever changed it goes on with a new one.
    let said =
        ana.command(json!({"set_member": {"member": {"id": "ana", "name": "Ana", "role": "owner"}, "pin": "1212"}}));
    assert_eq!(ana.query(json!("floor")).code(), "not_signed_in");
    until("the old sign-in ends at the terrace", || out(&at_terrace(&ana)));
    ana.token = said.json()["done"]["signed_in"]["token"].as_str().map(str::to_owned);
    until("the new one is good at both", || (is_in(&ana, "ana") && is_in(&at_terrace(&ana), "ana")).then_some(()));

    // What a terminal gave that is shut out later is worth nothing any more.
    let stolen = terrace.signed_in("diego", "4444").at(&bar);
    assert!(is_in(&stolen, "diego"));
    let list = terminals(&ana);
    let other = list["terminals"].as_array().expect("a list").iter().find(|t| t["letter"] == "B").expect("it is known");
    ana.done(json!({"shut_out": {"terminal": other["terminal"]}}));
    assert_eq!(stolen.query(json!("floor")).code(), "not_signed_in");
    assert!(is_in(&diego, "diego"));
}

#[test]
fn one_port_speaks_plainly_and_protected_and_every_terminal_has_the_restaurants_root() {
    let dir = tempfile::tempdir().expect("a folder");
    let bar = demo(&dir.path().join("bar"), "127.0.0.1:9");
    let terrace = new(&dir.path().join("terrace"), "Terrace");
    assert_eq!(terrace.client().get("/authority.crt").status, 404, "there is no restaurant yet to vouch for");
    let root = bar.client().get("/authority.crt");
    assert_eq!(root.status, 200);
    let_in(&mut bar.signed_in("ana", "1111"), &mut terrace.client());
    until("the terrace has the same root", || (terrace.client().get("/authority.crt").body == root.body).then_some(()));
    for house in [&bar, &terrace] {
        let said =
            protected(house.address, &root.body, "GET /api/here HTTP/1.1\r\nHost: till\r\nConnection: close\r\n\r\n");
        assert!(said.starts_with("HTTP/1.1 200") && said.contains("\"open\":true"), "{said}");
    }
    let stranger = House::demo(&dir.path().join("other"));
    let other = stranger.client().get("/authority.crt").body;
    assert_ne!(other, root.body);
}

/// Asks as a device does that trusts this root and nothing else.
fn protected(address: std::net::SocketAddr, root: &[u8], request: &str) -> String {
    use std::io::{Read, Write};
    let mut roots = rustls::RootCertStore::empty();
    roots.add(root.to_vec().into()).expect("it is a root");
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let client = rustls::ClientConnection::new(std::sync::Arc::new(config), address.ip().into()).expect("a client");
    let stream = std::net::TcpStream::connect(address).expect("it listens");
    stream.set_read_timeout(Some(PATIENCE)).expect("a time-out can be set");
    let mut line = rustls::StreamOwned::new(client, stream);
    line.write_all(request.as_bytes()).expect("it is trusted");
    let mut said = Vec::new();
    // The terminal closes the connection without a farewell; what it said is there.
    let _ = line.read_to_end(&mut said);
    String::from_utf8_lossy(&said).into_owned()
}
