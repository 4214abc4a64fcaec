//! The examples of the API description, in the order in which they work: one evening of the demo restaurant, from the
//! first sign-in to the Z. A test plays them against a running terminal, so they cannot grow stale.

use domain::demo;
use serde_json::{Value, json};

/// One thing to send, with what it does in words.
pub struct Example {
    /// The variant's name, for example `open_check`.
    pub name: String,
    pub summary: &'static str,
    /// The body: an envelope or a query.
    pub body: Value,
    pub verb: Verb,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    Dispatch,
    Query,
}

/// The session part of the examples' command ids. A program of your own draws 40 random bits.
const SESSION: &str = "evenng01";

/// The first thing a new terminal is told. It works once, on an empty data folder.
pub fn set_up() -> Example {
    let body = json!({"set_up": {
        "settings": demo::settings("en"),
        "owner": {"id": "ana", "name": "Ana", "role": "owner"},
        "pin": "1111",
        "menu": menu(),
        "floor": floor(),
    }});
    command(0, "Sets an empty store up: settings, owner, menu and floor. First run only.", body)
}

/// The evening, in order. Everything after `sign_in` carries its token.
pub fn evening() -> Vec<Example> {
    let mut all = vec![query("Whether there is a store, and who may sign in. Needs no token.", json!("door"))];
    for part in [start(), order(), kitchen(), paying(), asking(), managing(), end()] {
        all.extend(part);
    }
    all
}

/// What needs another terminal to have any effect, so the evening of one cannot play it.
pub fn with_others() -> Vec<Example> {
    let other = "00000002";
    let address = "192.168.1.20:7710";
    vec![
        command(50, "On a terminal without a restaurant: shows a code. Needs no token.", json!("open_door")),
        command(51, "Shows no code any more.", json!("close_door")),
        command(
            52,
            "Lets the new terminal in that listens there and shows this code. How it goes is in the question terminals.",
            json!({"let_in": {"address": address, "code": "1234 5678"}}),
        ),
        command(
            53,
            "Names a terminal; the one with the greatest rank should be master.",
            json!({"set_terminal": {"terminal": other, "name": "Terrace", "rank": 1}}),
        ),
        command(54, "Makes a terminal master now.", json!({"make_master": {"terminal": other}})),
        command(
            55,
            "Unplugs the master for ten seconds and measures who takes over. While one drill runs, none begins.",
            json!("hold_drill"),
        ),
        command(
            56,
            "Calls this address when terminals cannot be discovered.",
            json!({"add_address": {"address": address}}),
        ),
        command(57, "Does not call it any more.", json!({"forget_address": {"address": address}})),
        command(62, "An alarm was looked at.", json!({"see_alarm": {"raised": "00000002:5"}})),
        command(59, "From a browser on another machine: asks to be let in, and shows a code.", json!("knock")),
        command(
            60,
            "Lets the device in that shows this code, at whichever terminal it asked.",
            json!({"let_device_in": {"code": "482 913", "name": "Handheld 1", "work": "floor"}}),
        ),
        command(
            63,
            "From a browser on another machine, over HTTPS: a manager lets it in there and then, with name and PIN.",
            json!({"let_this_device_in": {"manager": "Ana", "pin": "1111", "name": "Handheld 2", "work": "floor"}}),
        ),
        command(61, "Shuts a device out for good.", json!({"shut_device_out": {"device": "9f3k2m0a"}})),
        command(
            63,
            "Lets devices work over HTTPS only, or again over plain HTTP too.",
            json!({"require_protection": {"on": false}}),
        ),
        command(58, "Shuts a terminal out for good.", json!({"shut_out": {"terminal": other}})),
    ]
}

fn start() -> Vec<Example> {
    vec![
        command(
            1,
            "Signs in; the answer's token goes into the Authorization header.",
            json!({"sign_in": {"staff": "ana", "pin": "1111"}}),
        ),
        query("Who the token belongs to.", json!("who_am_i")),
        query("Settings, menu, floor, staff and stock: all a screen needs.", json!("config")),
        command(2, "Starts a shift.", json!("clock_in")),
        command(
            3,
            "Puts the opening float into the drawer. Amounts are minor units: 15000 is 150.00.",
            json!({"move_cash": {"movement": "float", "amount": 15000, "reason": ""}}),
        ),
    ]
}

fn order() -> Vec<Example> {
    vec![
        command(
            4,
            "Opens a check at a table. Its id is this command's id.",
            json!({"open_check": {"kind": "dine_in", "table": "t7", "covers": 3}}),
        ),
        command(5, "Names it.", json!({"name_check": {"check": id(4), "name": "Ms Ortega"}})),
        command(6, "Sets how many guests there are.", json!({"set_covers": {"check": id(4), "covers": 2}})),
        command(7, "Moves it to another table.", json!({"move_check": {"check": id(4), "table": "t8"}})),
        command(8, "Hands it to another waiter.", json!({"hand_over": {"check": id(4), "waiter": "carla"}})),
        command(
            9,
            "Adds lines. Never a price: the terminal takes it from the menu. A line's id is this command's id and its place.",
            json!({"add_lines": {"check": id(4), "lines": [
                {"item": "ribeye", "seat": 1, "options": [{"group": "steak-temperature", "option": "medium"}, {"group": "side-choice", "option": "fries"}], "allergy": "nuts"},
                {"item": "burger", "seat": 2, "note": "sauce on the side"},
                {"item": "tiramisu", "qty": 2},
                {"item": "caesar-salad", "portion": "small"},
            ]}}),
        ),
        command(
            10,
            "Changes a line before it is fired.",
            json!({"change_line": {"check": id(4), "line": line(9, 2), "change": {"qty": 1}}}),
        ),
        command(
            11,
            "Takes a line off before it is fired.",
            json!({"remove_line": {"check": id(4), "line": line(9, 3)}}),
        ),
        command(12, "Holds a course back.", json!({"hold_course": {"check": id(4), "course": 3, "held": true}})),
        query("Every open check in brief.", json!("floor")),
        query("One check, worked out in full.", json!({"check": {"check": id(4)}})),
        query(
            "The facts of a check, for programs that fold them themselves.",
            json!({"check_facts": {"check": id(4)}}),
        ),
    ]
}

fn kitchen() -> Vec<Example> {
    vec![
        command(
            13,
            "Fires everything that is not held: tickets are printed and shown. Also: {\"course\": 1}, \"next\", {\"lines\": […]}.",
            json!({"fire": {"check": id(4), "what": "all"}}),
        ),
        query("The tickets of one station; null is all.", json!({"kitchen": {"station": "grill"}})),
        command(14, "Bumps a whole ticket.", json!({"bump": {"check": id(4), "fire": id(13), "station": "grill"}})),
        command(15, "Takes the bump back.", json!({"recall": {"check": id(4), "fire": id(13), "station": "grill"}})),
        command(
            16,
            "Bumps one line.",
            json!({"bump": {"check": id(4), "fire": id(13), "station": "grill", "lines": [line(9, 0)]}}),
        ),
        command(17, "What was ready went to the guests.", json!({"carry": {"check": id(4)}})),
        command(
            18,
            "Voids a fired line, with a reason. Whoever lacks the permission adds \"approval\": {\"staff\", \"pin\"}.",
            json!({"void_line": {"check": id(4), "line": line(9, 1), "qty": 1, "reason": "Sent back"}}),
        ),
        command(
            19,
            "Gives a share of a line away: 500000 of 1000000 is half.",
            json!({"comp_line": {"check": id(4), "line": line(9, 2), "share": 500000, "reason": "Apology for the wait"}}),
        ),
        command(20, "Fires the next course, held or not.", json!({"fire": {"check": id(4), "what": "next"}})),
        command(
            21,
            "Counts an item down; 0 is 86, null is plenty.",
            json!({"set_stock": {"item": "cheese-board", "left": 4}}),
        ),
    ]
}

fn paying() -> Vec<Example> {
    vec![
        command(22, "Prints the bill for the guests to look at.", json!({"print_bill": {"check": id(4)}})),
        command(
            23,
            "Records a card payment made on the bank's terminal, with a tip. Never a card number.",
            json!({"take_payment": {"check": id(4), "tender": {"card": {"reference": "auth 4711", "last4": "1881"}}, "amount": 2000, "tip": 200}}),
        ),
        command(
            24,
            "Takes the rest in cash: the check is settled and gets its receipt number; the receipt is printed.",
            json!({"take_payment": {"check": id(4), "tender": {"cash": {"given": 1000}}, "amount": 975, "print": true}}),
        ),
        query("The receipt as it is printed.", json!({"receipt": {"check": id(4)}})),
        command(25, "Prints the receipt again; it says COPY.", json!({"print_receipt": {"check": id(4)}})),
        command(
            26,
            "Gives a part of a payment back, with a reason.",
            json!({"refund": {"check": id(4), "payment": id(24), "amount": 500, "reason": "Charged too much"}}),
        ),
        command(27, "Opens a check to take away.", json!({"open_check": {"kind": "takeaway", "name": "Ray"}})),
        command(28, "Closes a check on which nothing was sold.", json!({"cancel_check": {"check": id(27)}})),
        command(70, "Opens a check to merge.", json!({"open_check": {"kind": "takeaway", "name": "Kim", "covers": 2}})),
        command(71, "Opens the check it is merged into.", json!({"open_check": {"kind": "takeaway", "name": "Lee"}})),
        command(
            72,
            "Merges two checks: what is on the one is on the bill of the other.",
            json!({"merge_checks": {"from": id(70), "into": id(71)}}),
        ),
        command(73, "Takes a merged check apart again.", json!({"part_check": {"check": id(70)}})),
        command(74, "Closes the one again.", json!({"cancel_check": {"check": id(70)}})),
        command(75, "And the other.", json!({"cancel_check": {"check": id(71)}})),
    ]
}

fn asking() -> Vec<Example> {
    let days = json!({"from": "2026-11-01", "to": "2026-11-30"});
    let with = |more: Value| {
        let mut all = days.clone();
        if let (Some(all), Value::Object(more)) = (all.as_object_mut(), more) {
            all.extend(more);
        }
        all
    };
    vec![
        query("What happened to a check, in order.", json!({"history": {"check": id(4)}})),
        query("Closed checks by date and words.", json!({"closed_checks": with(json!({"text": "ribeye"}))})),
        query(
            "Closed checks behind one bar of a report.",
            json!({"closed_checks": with(json!({"behind": {"item": "tiramisu"}}))}),
        ),
        query("Today so far.", json!("today")),
        query("Sales of some days.", json!({"report": days.clone()})),
        query("The same as a sheet.", json!({"report_csv": days})),
        query("An X report: the day's figures without closing it.", json!("x_report")),
        query("All Z reports.", json!("z_reports")),
        query("The ledger of slips, newest first.", json!("slips")),
        query("What a slip says. Its picture is at /api/slips/2.png.", json!({"slip_picture": {"job": 2}})),
        query("How the printers are, and when they last proved it.", json!("printers")),
    ]
}

fn managing() -> Vec<Example> {
    let csv = "id,name_en,category,portion,portion_en,price,station,tax\nespresso,Espresso,coffee,single,Single,1.90,bar,drinks\n";
    vec![
        command(29, "Prints a test page.", json!({"test_print": {"printer": "kitchen"}})),
        command(30, "Prints a slip again, marked; one that still waits is tried now.", json!({"reprint": {"job": 2}})),
        command(
            31,
            "Gives up a slip that cannot be printed. (Refused when it was printed meanwhile.)",
            json!({"drop_slip": {"job": 2}}),
        ),
        command(32, "Prints an X report.", json!("print_x")),
        command(
            33,
            "Adds or changes a person; a null pin keeps the old one.",
            json!({"set_member": {"member": {"id": "ines", "name": "Inés", "role": "waiter"}, "pin": "9999"}}),
        ),
        command(
            34,
            "Changes the settings: the whole document.",
            json!({"change_settings": {"settings": demo::settings("en")}}),
        ),
        query("The menu as a sheet.", json!({"export_menu": {"format": "csv"}})),
    ]
    .into_iter()
    .chain([
        command(35, "Publishes a menu: the whole document.", json!({"publish_menu": {"menu": menu()}})),
        query(
            "What an import would do, with every fault and its line.",
            json!({"try_import": {"format": "csv", "text": csv}}),
        ),
        command(
            36,
            "Imports the items of a menu from a sheet, all of it or nothing. What the sheet does not list goes.",
            json!({"import_menu": {"format": "csv", "text": csv}}),
        ),
        command(37, "Publishes a floor: the whole document.", json!({"publish_floor": {"floor": floor()}})),
    ])
    .collect()
}

fn end() -> Vec<Example> {
    vec![
        command(
            38,
            "Counts the drawer, blind: what should be there is shown after it.",
            json!({"count_drawer": {"counted": 15475}}),
        ),
        query("What several terminals did without knowing of each other.", json!("tray")),
        command(
            42,
            "Lays something of the tray aside: it is right as it stands. The tray names the conflict, and other ways.",
            json!({"settle_conflict": {"conflict": "5f0c1d2e3b4a6978", "how": "keep"}}),
        ),
        query("What works right now, each with the age of its last proof in milliseconds.", json!("works")),
        query("The terminals of the restaurant, and new ones that want in.", json!("terminals")),
        query("What reached this terminal after the Z of its day.", json!("late_arrivals")),
        command(39, "Closes the day with a Z.", json!("close_day")),
        command(40, "Ends a shift.", json!("clock_out")),
        command(41, "Signs out; the token is worth nothing now.", json!("sign_out")),
    ]
}

fn id(n: u32) -> String {
    format!("{SESSION}-{n}")
}

fn line(n: u32, i: u16) -> String {
    format!("{SESSION}-{n}.{i}")
}

/// The name of an externally tagged variant.
fn name_of(variant: &Value) -> String {
    match variant {
        Value::String(name) => name.clone(),
        other => other.as_object().and_then(|o| o.keys().next()).cloned().unwrap_or_default(),
    }
}

fn command(n: u32, summary: &'static str, command: Value) -> Example {
    let name = name_of(&command);
    Example { name, summary, body: json!({"id": id(n), "command": command}), verb: Verb::Dispatch }
}

fn query(summary: &'static str, query: Value) -> Example {
    Example { name: name_of(&query), summary, body: query, verb: Verb::Query }
}

/// The smallest menu one can sell from.
fn menu() -> Value {
    json!({
        "categories": [{"id": "coffee", "name": {"en": "Coffee"}}],
        "items": [{
            "id": "espresso", "name": {"en": "Espresso"}, "category": "coffee", "station": "bar", "tax": "drinks",
            "portions": [{"id": "single", "name": {"en": "Single"}, "price": 180}],
        }],
        "groups": [],
        "taxes": [{"id": "drinks", "name": {"en": "Drinks"}, "rate": 210_000, "letter": "B"}],
    })
}

fn floor() -> Value {
    json!({"rooms": [{"id": "room", "name": {"en": "Room"}, "width": 40, "height": 24, "tables": [
        {"id": "t7", "label": "7", "seats": 4, "shape": "rect", "x": 2, "y": 2, "width": 6, "height": 4},
        {"id": "t8", "label": "8", "seats": 2, "shape": "round", "x": 12, "y": 2, "width": 4, "height": 4},
    ]}]})
}
