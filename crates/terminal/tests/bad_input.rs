//! What can be sent wrong, or go wrong around the terminal: each gets a typed refusal in staff words, and nothing is lost.

mod house;
mod small_disk;

use std::process::Stdio;

use house::{Client, House, free_port, program};
use serde_json::{Value, json};
use small_disk::Mounted;

struct Evening {
    // Before the folder: the terminal must end first.
    house: House,
    client: Client,
    check: String,
    _dir: tempfile::TempDir,
}

/// A demo terminal with a waiter signed in and a check open at table 7.
fn evening() -> Evening {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::demo(dir.path());
    let mut client = house.signed_in("carla", "3333");
    let check = client.done(json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 2}}));
    Evening { house, client, check, _dir: dir }
}

/// Entries in the log, as the terminal's own health tells.
fn entries(client: &Client) -> u64 {
    client.get("/health").json()["entries"].as_u64().expect("a count")
}

#[test]
fn each_wrong_command_is_refused_with_its_code_and_leaves_no_trace() {
    let Evening { mut client, check, house: _house, _dir } = evening();
    let lines = client.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}}));
    let line = format!("{lines}.0");
    let before = entries(&client);
    for (command, code) in wrong_commands(&check, &line) {
        let shown = command.to_string().chars().take(160).collect::<String>();
        let said = client.command(command);
        assert_eq!(said.code(), code, "{shown}");
        assert!(said.status >= 400, "{shown}: {}", said.status);
    }
    assert_eq!(entries(&client), before, "a refused command left something in the log");
    assert_eq!(client.view(json!({"check": {"check": check}}))["total"], json!(650), "the check is as it was");
}

/// What a waiter's session may not send, with the code of the answer. The line is one tiramisu.
fn wrong_commands(check: &str, line: &str) -> Vec<(Value, &'static str)> {
    let unknown = "zzzzzzzz-9";
    let add = |line: Value| json!({"add_lines": {"check": check, "lines": [line]}});
    let pay =
        |tender: Value, amount: i64| json!({"take_payment": {"check": check, "tender": tender, "amount": amount}});
    vec![
        // Kinds and shapes
        (json!({"make_coffee": {}}), "malformed"),
        (json!("open_check"), "malformed"),
        (json!(null), "malformed"),
        (json!({"open_check": {"kind": "dine_in", "table": "t8", "discount": 50}}), "malformed"),
        (json!({"open_check": {"kind": "drive_in"}}), "malformed"),
        // Quantities
        (add(json!({"item": "tiramisu", "qty": 0})), "bad_quantity"),
        (add(json!({"item": "tiramisu", "qty": 100})), "bad_quantity"),
        (add(json!({"item": "tiramisu", "qty": -1})), "malformed"),
        (add(json!({"item": "tiramisu", "qty": 0.001})), "malformed"),
        (add(json!({"item": "tiramisu", "qty": 99_999_999_999_u64})), "malformed"),
        (add(json!({"item": "tiramisu", "course": 200})), "bad_course"),
        (json!({"add_lines": {"check": check, "lines": vec![json!({"item": "tiramisu"}); 101]}}), "bad_quantity"),
        // A client's own idea of a price
        (add(json!({"item": "ribeye", "price": -1100})), "malformed"),
        (
            add(json!({"item": "ribeye", "options": [{"group": "sauces", "option": "pepper", "price": -2650}]})),
            "malformed",
        ),
        (add(json!({"item": "ribeye", "options": [{"group": "sauces", "option": "free-steak"}]})), "unknown_option"),
        // Ids
        (json!({"fire": {"check": unknown, "what": "all"}}), "unknown_check"),
        (json!({"fire": {"check": "not an id", "what": "all"}}), "malformed"),
        (add(json!({"item": "unicorn"})), "unknown_item"),
        (add(json!({"item": "tiramisu", "portion": "bucket"})), "unknown_portion"),
        (json!({"open_check": {"kind": "dine_in", "table": "t99"}}), "unknown_table"),
        (json!({"open_check": {"kind": "dine_in", "table": "t7"}}), "table_taken"),
        (json!({"remove_line": {"check": check, "line": format!("{unknown}.0")}}), "unknown_line"),
        (json!({"bump": {"check": check, "fire": unknown, "station": "grill"}}), "unknown_ticket"),
        (json!({"refund": {"check": check, "payment": unknown, "amount": 1, "reason": "x"}}), "unknown_payment"),
        (json!({"reprint": {"job": 4_711}}), "unknown_slip"),
        (json!({"hand_over": {"check": check, "waiter": "nobody"}}), "unknown_staff"),
        // Printer control bytes: the name of a guest cannot kick a drawer or cut the paper
        (json!({"name_check": {"check": check, "name": "\u{1b}p\u{0}\u{19}\u{fa}"}}), "bad_text"),
        (json!({"name_check": {"check": check, "name": "Ray\u{1d}V\u{1}"}}), "bad_text"),
        (add(json!({"item": "tiramisu", "note": "\u{1b}@"})), "bad_text"),
        (json!({"change_line": {"check": check, "line": line, "change": {"note": "a\u{10}\u{14}\u{1}"}}}), "bad_text"),
        (json!({"name_check": {"check": check, "name": "x".repeat(500)}}), "bad_text"),
        // Money
        (pay(json!({"cash": {"given": 650}}), -650), "bad_amount"),
        (pay(json!({"cash": {"given": 100}}), 650), "too_little_cash"),
        (pay(json!({"card": {}}), 100_000), "overpaid"),
        (pay(json!({"card": {"reference": "4111111111111111"}}), 650), "looks_like_card_number"),
        (json!({"void_line": {"check": check, "line": line, "qty": 5, "reason": "x"}}), "void_too_many"),
        // Who may
        (json!("close_day"), "not_allowed"),
        (
            json!({"set_member": {"member": {"id": "carla", "name": "Carla", "role": "owner"}, "pin": "0000"}}),
            "not_allowed",
        ),
        (json!({"publish_menu": {"menu": {"categories": [], "items": [], "groups": [], "taxes": []}}}), "not_allowed"),
        (json!({"test_print": {"printer": "kitchen"}}), "not_allowed"),
    ]
}

#[test]
fn what_is_not_even_a_command_is_refused_the_same_way() {
    let Evening { client, house: _house, check: _check, _dir } = evening();
    let deep = "[".repeat(100_000);
    let cases: [(&[u8], &str); 9] = [
        (b"", "malformed"),
        (b"{", "malformed"),
        (b"{\"id\":\"evenng01-1\"}", "malformed"),
        (b"\xff\xfe\x00", "malformed"),
        (b"{\"id\":\"evenng01-1\",\"command\":\"clock_in\",\"admin\":true}", "malformed"),
        (b"{\"id\":\"iiiiiiii-1\",\"command\":\"clock_in\"}", "malformed"),
        (b"[1,2,3]", "malformed"),
        (deep.as_bytes(), "malformed"),
        (b"null", "malformed"),
    ];
    for (body, code) in cases {
        let said = client.post("/api/dispatch", body);
        assert_eq!(
            (said.status, said.code().as_str()),
            (400, code),
            "{}",
            String::from_utf8_lossy(&body[..body.len().min(60)])
        );
    }
    assert_eq!(client.query(json!({"kitchen": {"station": 7}})).code(), "malformed");
    assert_eq!(client.query(json!("everything")).code(), "malformed");
    assert_eq!(client.get("/api/nothing").code(), "not_here");
    assert_eq!(client.get("/order/9f3k2m0a-17").status, 307, "a page's address without its # leads to the page");
    assert_eq!(client.get("/nothing.js").status, 404);
    assert_eq!(client.query(json!({"report": {"from": "2026-02-30", "to": "2026-03-01"}})).code(), "malformed");
}

#[test]
fn a_note_of_ten_megabytes_is_refused_and_the_next_order_goes_through() {
    let Evening { mut client, check, house: _house, _dir } = evening();
    let add = |note: &str| json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu", "note": note}]}});
    let said = client.command(add(&"salt ".repeat(2 << 20)));
    assert_eq!((said.status, said.code().as_str()), (413, "too_large"));
    let said = client.command(add(&"x".repeat(1_100_000)));
    assert_eq!((said.status, said.code().as_str()), (413, "too_large"), "over one MiB, under the import's limit");
    client.done(add("no salt"));
}

#[test]
fn too_many_commands_at_once_are_refused_whole() {
    let Evening { mut client, check, house: _house, _dir } = evening();
    let many: Vec<Value> = (0..65)
        .map(|_| json!({"id": client.next_id(), "command": {"name_check": {"check": check, "name": "Ray"}}}))
        .collect();
    let said = client.post("/api/dispatch", json!(many).to_string().as_bytes());
    assert_eq!(said.code(), "too_large");
    let said = client.post("/api/dispatch", json!(many[..64]).to_string().as_bytes()).json();
    assert_eq!(said.as_array().map(Vec::len), Some(64));
}

#[test]
fn the_same_command_twice_is_done_once_and_two_equal_orders_are_two() {
    let Evening { mut client, check, house: _house, _dir } = evening();
    let order = json!({"add_lines": {"check": check, "lines": [{"item": "espresso"}]}});
    let envelope = json!({"id": client.next_id(), "command": order}).to_string();
    let first = client.post("/api/dispatch", envelope.as_bytes()).json();
    let again = client.post("/api/dispatch", envelope.as_bytes()).json();
    assert_eq!(first["done"].get("repeated"), None);
    assert_eq!(again["done"]["repeated"], json!(true));
    // The guest at seat two wants exactly the same: another intent, another id.
    client.done(order);
    let lines = client.view(json!({"check": {"check": check}}))["lines"].as_array().map(Vec::len);
    assert_eq!(lines, Some(2));
    // A payment whose answer was lost is sent again.
    client.done(json!({"fire": {"check": check, "what": "all"}}));
    let due = client.view(json!({"check": {"check": check}}))["due"].clone();
    let id = client.next_id();
    let pay = json!({"take_payment": {"check": check, "tender": {"cash": {"given": due}}, "amount": due}});
    let pay = json!({"id": id, "command": pay}).to_string();
    let first = client.post("/api/dispatch", pay.as_bytes()).json();
    let again = client.post("/api/dispatch", pay.as_bytes()).json();
    assert_eq!(first["done"]["receipt"]["n"], json!(1));
    assert_eq!((&again["done"]["receipt"], &again["done"]["repeated"]), (&first["done"]["receipt"], &json!(true)));
}

#[test]
fn fifty_wrong_pins_stop_the_guesser_and_nobody_else() {
    let Evening { house, mut client, check: _check, _dir } = evening();
    let mut guesser = house.client();
    let mut codes = std::collections::BTreeMap::<String, u32>::new();
    for guess in 0..50 {
        let said = guesser.command(json!({"sign_in": {"staff": "bruno", "pin": format!("{:04}", 9_000 + guess)}}));
        *codes.entry(said.code()).or_default() += 1;
    }
    assert!(codes["too_many_tries"] >= 40, "{codes:?}");
    assert!(codes["wrong_pin"] <= 10, "{codes:?}");
    let right = guesser.command(json!({"sign_in": {"staff": "bruno", "pin": "2222"}}));
    assert_eq!(
        (right.status, right.code().as_str()),
        (429, "too_many_tries"),
        "not even the right PIN helps a guesser"
    );
    // A colleague at the very same device, and whoever is signed in already, are not made to wait.
    let mut colleague = house.client();
    colleague.sign_in("diego", "4444");
    client.done(json!("clock_in"));
    // A restart does not forgive.
    let dir = house.kill();
    let house = House::demo(&dir);
    let mut guesser = house.client();
    let said = guesser.command(json!({"sign_in": {"staff": "bruno", "pin": "2222"}}));
    assert_eq!(said.code(), "too_many_tries");
    drop(house);
}

#[test]
fn a_void_needs_somebody_who_may_and_their_right_pin() {
    let Evening { mut client, check, house: _house, _dir } = evening();
    let lines = client.done(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu", "qty": 2}]}}));
    client.done(json!({"fire": {"check": check, "what": "all"}}));
    let void = json!({"void_line": {"check": check, "line": format!("{lines}.0"), "qty": 1, "reason": "Sent back"}});
    assert_eq!(client.command(void.clone()).code(), "needs_approval");
    let approved = |client: &mut Client, staff: &str, pin: &str| {
        let id = client.next_id();
        let body = json!({"id": id, "command": void, "approval": {"staff": staff, "pin": pin}});
        client.post("/api/dispatch", body.to_string().as_bytes())
    };
    assert_eq!(approved(&mut client, "bruno", "0000").code(), "wrong_pin");
    assert_eq!(approved(&mut client, "diego", "4444").code(), "not_allowed", "a waiter cannot lend what he has not");
    let done = approved(&mut client, "bruno", "2222").json();
    assert!(done.get("done").is_some(), "{done}");
    let history = client.view(json!({"history": {"check": check}})).to_string();
    assert!(
        history.contains("bruno") && !history.contains("2222"),
        "who approved it is kept, the PIN never: {history}"
    );
}

#[test]
fn a_token_is_worth_nothing_after_sign_out_and_a_made_up_one_never() {
    let Evening { mut client, house, check: _check, _dir } = evening();
    assert_eq!(client.view(json!("who_am_i"))["id"], json!("carla"));
    client.done(json!("sign_out"));
    assert_eq!(client.query(json!("floor")).code(), "not_signed_in");
    client.token = Some("0".repeat(64));
    assert_eq!(client.command(json!("clock_in")).code(), "not_signed_in");
    // A new PIN ends the sign-ins made with the old one.
    let mut owner = house.signed_in("ana", "1111");
    let diego = house.signed_in("diego", "4444");
    owner.done(json!({"set_member": {"member": {"id": "diego", "name": "Diego", "role": "waiter"}, "pin": "4545"}}));
    assert_eq!(diego.query(json!("floor")).code(), "not_signed_in");
}

/// Starts a terminal that must not start; answers with what it says.
fn fails_to_start(arguments: &[&str]) -> String {
    let output = program().args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).output().expect("it runs");
    assert!(!output.status.success(), "it started");
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_second_terminal_on_the_same_folder_or_port_says_what_to_do() {
    let Evening { house, mut client, check: _check, _dir } = evening();
    let (dir, other) = (house.dir.to_string_lossy().into_owned(), free_port().to_string());
    let said = fails_to_start(&["--data", &dir, "--listen", &other]);
    assert!(said.contains("in use by another Comanda"), "{said}");
    let elsewhere = tempfile::tempdir().expect("a folder");
    let said = fails_to_start(&["--data", &elsewhere.path().to_string_lossy(), "--listen", &house.address.to_string()]);
    assert!(said.contains("is taken by another program"), "{said}");
    assert_eq!(std::fs::read_dir(elsewhere.path()).expect("it is there").count(), 0, "no data was made for nothing");
    client.done(json!("clock_in"));
}

#[test]
fn a_damaged_database_is_kept_and_named() {
    let Evening { house, client: _client, check: _check, _dir } = evening();
    let dir = house.end();
    let file = dir.join("comanda.db");
    let whole = std::fs::read(&file).expect("the database is there");
    type Damage = fn(&mut Vec<u8>);
    let damages: [(&str, Damage); 3] = [
        ("its head", |b| b[..100].fill(0x55)),
        ("a page of the log", |b| {
            let (at, middle) = (b.len() / 4096 / 2, 4096);
            for page in at.saturating_sub(8)..at + 8 {
                b[page * middle..page * middle + 200].fill(0xAA);
            }
        }),
        ("its end", |b| b.truncate(b.len() / 3)),
    ];
    for (what, damage) in damages {
        let mut bytes = whole.clone();
        damage(&mut bytes);
        std::fs::write(&file, &bytes).expect("it can be damaged");
        let data = dir.to_string_lossy().into_owned();
        let said = fails_to_start(&["--data", &data, "--listen", "127.0.0.1:0"]);
        assert!(said.contains("is damaged") && said.contains("restore the last"), "{what}: {said}");
        assert_eq!(std::fs::read(&file).expect("it is kept"), bytes, "{what}: the file was touched");
    }
}

#[test]
fn a_full_disk_refuses_orders_and_loses_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let house = House::with(dir.path(), &["--demo", "--max-size", "1", "--printer", "127.0.0.1:9"], |_| {});
    fills_up(house, |house| House::with(&house.kill(), &["--demo", "--printer", "127.0.0.1:9"], |_| {}));
}

/// The real thing, where this machine lets a test mount a small file system.
#[test]
fn a_full_file_system_refuses_orders_and_loses_none() {
    let dir = tempfile::tempdir().expect("a folder");
    let mounted = Mounted::tmpfs(dir.path(), "size=3m");
    let Some(mounted) = mounted else {
        eprintln!("not allowed to mount here; the cap on the database's size is tested all the same");
        return;
    };
    let house = House::with(&dir.path().join("data"), &["--demo", "--printer", "127.0.0.1:9"], |_| {});
    fills_up(house, |house| {
        mounted.grow("size=30m");
        house
    });
}

/// Orders until there is no room; then none more, none lost; and with room again they go on.
fn fills_up(house: House, room_again: impl FnOnce(House) -> House) {
    let mut client = house.signed_in("carla", "3333");
    let open = json!({"open_check": {"kind": "takeaway", "name": "x".repeat(80)}});
    let mut acknowledged = Vec::new();
    let refused = loop {
        let many: Vec<Value> = (0..32).map(|_| json!({"id": client.next_id(), "command": open})).collect();
        let said = client.post("/api/dispatch", json!(many).to_string().as_bytes()).json();
        let done = said.as_array().expect("an array").iter().filter_map(|o| o["done"]["check"].as_str());
        let before = acknowledged.len();
        acknowledged.extend(done.map(str::to_owned));
        assert!(acknowledged.len() < 100_000, "it never filled");
        if acknowledged.len() == before {
            break said[0].clone();
        }
    };
    assert_eq!(refused["refused"]["code"], json!("storage_full"), "{refused}");
    while client.command(open.clone()).status == 200 {}
    let said = client.command(open.clone());
    assert_eq!((said.status, said.code().as_str()), (507, "storage_full"));
    let floor = |client: &Client| client.view(json!("floor"))["cards"].as_array().map_or(0, Vec::len);
    let shown = floor(&client);
    assert!(shown >= acknowledged.len(), "{shown} of {}", acknowledged.len());
    assert_eq!(client.command(open.clone()).code(), "storage_full", "it stays refused");
    assert_eq!(floor(&client), shown, "what was refused is not shown");
    let house = room_again(house);
    client.address = house.address;
    assert_eq!(floor(&client), shown, "nothing was lost");
    for check in [acknowledged.first(), acknowledged.last()].into_iter().flatten() {
        assert_eq!(client.view(json!({"check": {"check": check}}))["check"], json!(check));
    }
    client.done(open);
}
