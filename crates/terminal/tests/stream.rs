//! Screens hear one changed thing at a time, and only what they asked for.

mod house;

use std::net::TcpStream;

use house::{Client, House};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

/// Messages read until the wanted one must have come.
const MANY: usize = 2_000;

struct Screen(WebSocket<TcpStream>);

impl Screen {
    fn join(client: &Client, wants: Value) -> Screen {
        let address =
            format!("ws://{}/api/stream?token={}", client.address, client.token.as_deref().unwrap_or_default());
        let stream = TcpStream::connect(client.address).expect("the terminal listens");
        stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).expect("a time-out can be set");
        let (socket, _) = tungstenite::client(address, stream).expect("the stream is joined");
        let mut screen = Screen(socket);
        assert!(screen.next().get("start").is_some(), "the first message is a start");
        screen.want(wants);
        assert_eq!(screen.next(), json!("beat"), "the wants hold from here on");
        screen
    }

    fn want(&mut self, wants: Value) {
        self.0.send(Message::text(wants.to_string())).expect("wants are sent");
    }

    fn next(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.0.read().expect("a message") {
                return serde_json::from_str(&text).expect("JSON");
            }
        }
    }

    /// Everything up to and with the next message of a kind.
    fn until(&mut self, kind: &str) -> (Vec<Value>, Value) {
        let mut before = Vec::new();
        for _ in 0..MANY {
            let message = self.next();
            match message.get(kind) {
                Some(found) => return (before, found.clone()),
                None => before.push(message),
            }
        }
        panic!("no {kind} among {before:?}");
    }
}

fn fired(client: &mut Client, item: &str) -> (String, String) {
    let check = client.done(json!({"open_check": {"kind": "takeaway", "name": "Ray"}}));
    client.done(json!({"add_lines": {"check": check, "lines": [{"item": item}]}}));
    let fire = client.done(json!({"fire": {"check": check, "what": "all"}}));
    (check, fire)
}

#[test]
fn a_kitchen_screen_hears_its_tickets_and_not_the_board() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut waiter = house.signed_in("carla", "3333");
    for _ in 0..5 {
        fired(&mut waiter, "tiramisu");
    }
    let mut cook = house.signed_in("giulia", "7777");
    let mut screen = Screen::join(&cook, json!({"kitchen": true, "stations": ["cold"]}));
    let (check, fire) = fired(&mut waiter, "tiramisu");
    let (_, ticket) = screen.until("ticket");
    assert_eq!(ticket["fire"], json!(fire), "not the five that were there before");
    fired(&mut waiter, "espresso");
    cook.done(json!({"bump": {"check": check, "fire": fire, "station": "cold"}}));
    let (before, gone) = screen.until("ticket_gone");
    assert_eq!((&gone["check"], &gone["station"]), (&json!(check), &json!("cold")));
    assert!(before.iter().all(|m| m.get("ticket").is_none() && m.get("card").is_none()), "{before:?}");
    cook.done(json!({"recall": {"check": check, "fire": fire, "station": "cold"}}));
    let (_, ticket) = screen.until("ticket");
    assert_eq!(ticket["fire"], json!(fire));
}

#[test]
fn a_floor_hears_cards_facts_stock_and_settings() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut owner = house.signed_in("ana", "1111");
    let check = owner.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    let mut screen = Screen::join(&owner, json!({"floor": true, "checks": [check]}));
    let add = json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}});
    owner.done(add.clone());
    let (_, card) = screen.until("card");
    assert_eq!((&card["check"], &card["unfired"]), (&json!(check), &json!(1)));
    let (_, facts) = screen.until("facts");
    assert_eq!(facts["id"], json!(check));
    owner.done(json!({"set_stock": {"item": "tiramisu", "left": 0}}));
    assert_eq!(screen.until("stock").1, json!({"item": "tiramisu", "left": 0}));
    assert_eq!(owner.command(add).code(), "item_out");
    owner.done(json!({"fire": {"check": check, "what": "all"}}));
    owner.done(json!({"take_payment": {"check": check, "tender": {"card": {}}, "amount": 650}}));
    assert_eq!(screen.until("card_gone").1, json!(check));
    let member = json!({"id": "ines", "name": "Inés", "role": "waiter"});
    owner.done(json!({"set_member": {"member": member, "pin": "9999"}}));
    assert!(screen.until("config").1["version"].is_u64());
}

#[test]
fn a_screen_that_does_not_read_is_told_to_start_anew_and_holds_nobody_up() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut waiter = house.signed_in("carla", "3333");
    let check = waiter.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    let lines: Vec<Value> = (0..100).map(|_| json!({"item": "tiramisu", "note": "x".repeat(200)})).collect();
    waiter.done(json!({"add_lines": {"check": check, "lines": lines}}));
    let mut screen = Screen::join(&waiter, json!({"checks": [check]}));
    // Each name makes a message of some 100 kB nobody reads: the socket fills, then the terminal's own 256.
    let metrics = |client: &Client| String::from_utf8_lossy(&client.get("/metrics").body).into_owned();
    let overflowed = |text: &str| !text.contains("comanda_stream_overflows_total 0\n");
    let mut n = 0;
    while !overflowed(&metrics(&waiter)) {
        n += 1;
        assert!(n < 2_000, "it never fell behind");
        waiter.done(json!({"name_check": {"check": check, "name": format!("Ray {n}")}}));
    }
    let reading = std::thread::spawn(move || {
        screen.until("start");
    });
    // Once it reads again, the next thing that happens tells it to start anew.
    while !reading.is_finished() {
        waiter.done(json!({"name_check": {"check": check, "name": "Ray"}}));
    }
    reading.join().expect("it was told");
}

#[test]
fn nobody_listens_without_a_sign_in_and_nonsense_ends_the_line() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let stream = TcpStream::connect(house.address).expect("the terminal listens");
    let refused = tungstenite::client(format!("ws://{}/api/stream", house.address), stream).map(|_| ());
    assert!(refused.is_err_and(|e| e.to_string().contains("401")));
    let client = house.signed_in("carla", "3333");
    let mut screen = Screen::join(&client, json!({"floor": true}));
    screen.want(json!("everything"));
    let closed = loop {
        match screen.0.read() {
            Ok(Message::Close(frame)) => break frame.expect("a reason"),
            Ok(_) => {}
            Err(e) => panic!("{e}"),
        }
    };
    assert!(closed.reason.contains("invalid type"), "{closed:?}");
}
