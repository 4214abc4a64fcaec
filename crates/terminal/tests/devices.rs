//! Browsers on other machines: what they get before they are let in, with what, and after.

use std::{net::IpAddr, sync::Arc};

use domain::{
    command::{Command, Envelope},
    ids::{CommandId, Session},
    query::{Answer, Done, Outcome, Query, View},
    rejection::Rejection,
    view::{TerminalsView, WorkOf},
};
use serde_json::{Value, json};
use terminal::{Caller, Options, Terminal};

struct House {
    terminal: Arc<Terminal>,
    dir: tempfile::TempDir,
    n: u32,
}

impl House {
    fn open(set_up_anywhere: bool) -> House {
        let dir = tempfile::tempdir().expect("a folder");
        let options = Options { dir: dir.path().join("data"), name: "Bar".into(), max_bytes: None, set_up_anywhere };
        House { terminal: Terminal::open(options).expect("it opens"), dir, n: 0 }
    }

    fn demo() -> House {
        let house = House::open(false);
        terminal::demo::set_up(&house.terminal, "en", Some("127.0.0.1:9")).expect("the demo");
        house
    }

    fn says(&mut self, caller: &Caller, command: Value) -> Result<Done, Rejection> {
        self.n += 1;
        let command: Command = serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{e}: {command}"));
        let id = CommandId { session: Session(7), n: self.n };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        match self.terminal.dispatch(caller, envelope) {
            Outcome::Done(done) => Ok(*done),
            Outcome::Refused(refusal) => Err(refusal.why),
        }
    }

    fn asks(&self, caller: &Caller, query: Query) -> Result<View, Rejection> {
        match self.terminal.query(caller, query) {
            Answer::View(view) => Ok(view),
            Answer::Refused(refusal) => Err(refusal.why),
        }
    }

    /// Somebody with a PIN, on this device.
    fn sign_in(&mut self, caller: &Caller, staff: &str, pin: &str) -> Caller {
        let done = self.says(caller, json!({"sign_in": {"staff": staff, "pin": pin}})).expect("they may sign in");
        Caller { token: done.signed_in.map(|s| s.token), ..caller.clone() }
    }

    /// A browser asks to be let in; answers with what it sends from then on, and its code.
    fn knocks(&mut self, caller: &Caller) -> (Caller, String) {
        let knocked = self.says(caller, json!("knock")).expect("anybody may knock").knocked.expect("a code");
        (with(caller, knocked.key), knocked.code)
    }

    fn terminals(&self, caller: &Caller) -> TerminalsView {
        match self.asks(caller, Query::Terminals).expect("they may ask") {
            View::Terminals(view) => *view,
            other => panic!("{other:?}"),
        }
    }
}

/// The terminal's own window.
fn window() -> Caller {
    Caller { device: "window".into(), ..Caller::default() }
}

/// A browser on another machine.
fn at(last: u8) -> Caller {
    Caller { address: Some(IpAddr::from([192, 168, 1, last])), device: "browser".into(), ..Caller::default() }
}

fn with(caller: &Caller, key: String) -> Caller {
    Caller { device: key.split('.').next().unwrap_or_default().into(), device_key: Some(key), ..caller.clone() }
}

#[test]
fn a_browser_on_another_machine_is_told_nothing_before_it_is_let_in() {
    let mut house = House::demo();
    let stranger = at(44);
    for query in [Query::Door, Query::WhoAmI, Query::Terminals, Query::Floor, Query::Config, Query::Works] {
        assert_eq!(house.asks(&stranger, query), Err(Rejection::NewDevice));
    }
    for command in [json!({"sign_in": {"staff": "ana", "pin": "1111"}}), json!("open_door"), json!("clock_in")] {
        assert_eq!(house.says(&stranger, command), Err(Rejection::NewDevice));
    }
    let (asking, code) = house.knocks(&stranger);
    let (again, same) = house.knocks(&asking);
    assert_eq!((again.device_key, &same), (asking.device_key.clone(), &code), "a page that asks again keeps its code");
    assert_eq!(house.asks(&asking, Query::Door), Err(Rejection::NewDevice), "a code alone lets nobody in");

    // A waiter lets nobody in, and neither does a code that nobody shows.
    let (ana, carla) = (house.sign_in(&window(), "ana", "1111"), house.sign_in(&window(), "carla", "3333"));
    let let_in = |code: &str| json!({"let_device_in": {"code": code, "name": "Handheld 1", "work": "floor"}});
    assert!(matches!(house.says(&carla, let_in(&code)), Err(Rejection::NotAllowed { .. })));
    let wrong = if code == "123456" { "654321" } else { "123456" };
    assert_eq!(house.says(&ana, let_in(wrong)), Err(Rejection::WrongDeviceCode));
    assert_eq!(house.terminals(&ana).waiting.len(), 1);
    house.says(&ana, let_in(&format!("{} {}", &code[..3], &code[3..]))).expect("it is let in");
    assert_eq!(house.terminals(&ana).waiting.len(), 0);

    // From then on it is a screen like any other, and the log knows which.
    assert!(matches!(house.asks(&asking, Query::Door), Ok(View::Door(_))));
    let diego = house.sign_in(&asking, "diego", "4444");
    let check = house.says(&diego, json!({"open_check": {"kind": "takeaway", "name": "Ray"}})).expect("an order").check;
    let Ok(View::History(lines)) = house.asks(&ana, Query::History { check: check.expect("a check") }) else {
        panic!("a history")
    };
    assert_eq!(lines[0].device, Some("Handheld 1".into()));
    let secret = asking.device_key.clone().expect("a key").split_once('.').expect("two parts").1.to_owned();
    for file in std::fs::read_dir(house.dir.path().join("data")).expect("the data").flatten() {
        let bytes = std::fs::read(file.path()).expect("a file");
        assert!(!bytes.windows(64).any(|w| w == secret.as_bytes()), "the secret is in {:?}", file.path());
    }
}

#[test]
fn a_sign_in_stays_on_its_device_and_ends_with_it() {
    let mut house = House::demo();
    let ana = house.sign_in(&window(), "ana", "1111");
    let let_in = |house: &mut House, last| {
        let (device, code) = house.knocks(&at(last));
        house.says(&ana, json!({"let_device_in": {"code": code, "name": format!("H{last}")}})).expect("it is let in");
        device
    };
    let (one, other) = (let_in(&mut house, 1), let_in(&mut house, 2));
    let carla = house.sign_in(&one, "carla", "3333");
    assert!(house.asks(&carla, Query::Floor).is_ok());
    for thief in
        [Caller { token: carla.token.clone(), ..other.clone() }, Caller { token: carla.token.clone(), ..window() }]
    {
        assert_eq!(house.asks(&thief, Query::Floor), Err(Rejection::NotSignedIn));
    }
    house.says(&ana, json!({"shut_device_out": {"device": one.device}})).expect("it is shut out");
    assert_eq!(house.asks(&carla, Query::Floor), Err(Rejection::NewDevice));
    assert_eq!(house.says(&carla, json!("clock_in")), Err(Rejection::NewDevice));
    // It may ask again, under another name: the old one is gone for good.
    let (again, _) = house.knocks(&carla);
    assert_ne!(again.device, one.device);
    assert!(house.asks(&other, Query::Door).is_ok());
    let shown = house.terminals(&ana).devices;
    assert_eq!(shown.iter().map(|d| (d.name.as_str(), d.shut_out)).collect::<Vec<_>>(), [("H2", false), ("H1", true)]);
}

#[test]
fn whoever_comes_with_a_wrong_secret_is_written_down_a_bounded_number_of_times() {
    let mut house = House::demo();
    let ana = house.sign_in(&window(), "ana", "1111");
    let entries = |house: &House| house.terminal.heads().values().sum::<u64>();
    let before = entries(&house);
    for round in 0..3 {
        for last in 0..=255 {
            let forged = with(&at(last), format!("0000000{}.{}", round, "a".repeat(64)));
            assert_eq!(house.asks(&forged, Query::Door), Err(Rejection::NewDevice));
        }
    }
    assert_eq!(entries(&house) - before, 64);
    // A page that waits to be let in is no thief, and neither is one that never asked.
    let before = entries(&house);
    let (asking, _) = house.knocks(&at(9));
    assert_eq!(house.asks(&asking, Query::Door), Err(Rejection::NewDevice));
    assert_eq!(house.asks(&at(10), Query::Door), Err(Rejection::NewDevice));
    assert_eq!(entries(&house), before);
    assert!(house.asks(&ana, Query::Floor).is_ok());
}

#[test]
fn before_there_is_a_restaurant_only_the_terminals_own_screen_has_anything_to_say() {
    let mut house = House::open(false);
    // A device that was let in somewhere else, a listener's target over HTTPS, and one that never was anywhere.
    let secret = Caller { device_key: Some(format!("ab12.{}", "0".repeat(64))), ..at(21) };
    for browser in [at(20), secret, Caller { protected: true, ..at(22) }] {
        let refused = Err(Rejection::SetUpElsewhere);
        assert_eq!(house.asks(&browser, Query::Door).map(drop), refused, "{browser:?}: the door");
        assert_eq!(house.asks(&browser, Query::Terminals).map(drop), refused, "{browser:?}: the terminals");
        for command in [set_up(), json!("knock"), json!("open_door"), lets_in("Ana", "1111")] {
            assert_eq!(house.says(&browser, command.clone()).map(drop), refused, "{browser:?}: {command}");
        }
    }
    assert!(!house.terminal.is_set_up());
    house.says(&window(), set_up()).expect("its own screen sets it up");
    assert_eq!(house.asks(&at(20), Query::Door), Err(Rejection::NewDevice), "now others may ask to be let in");
}

fn set_up() -> Value {
    let owner = json!({"id": "ana", "name": "Ana", "role": "owner"});
    json!({"set_up": {
        "settings": domain::demo::settings("en"), "owner": owner, "pin": "1111",
        "menu": domain::demo::menu(), "floor": domain::demo::floor(),
    }})
}

#[test]
fn where_that_is_wanted_a_browser_sets_the_restaurant_up_from_another_machine_and_is_its_first_device() {
    let mut house = House::open(true);
    let browser = at(20);
    assert!(matches!(house.asks(&browser, Query::Door), Ok(View::Door(_))), "there is nothing to hide yet");
    let done = house.says(&browser, set_up()).expect("it is set up");
    let key = done.knocked.expect("it is let in with it").key;
    assert_eq!(house.asks(&browser, Query::Door), Err(Rejection::NewDevice), "from now on there is");
    let ana = house.sign_in(&with(&browser, key), "ana", "1111");
    assert_eq!(house.terminals(&ana).devices.len(), 1);
    // On the terminal's own machine nobody needs to be let in.
    let local = Caller { address: Some(IpAddr::from([127, 0, 0, 1])), ..window() };
    assert!(house.asks(&local, Query::Door).is_ok());
}

#[test]
fn where_only_protected_devices_work_the_others_are_told_nothing_and_nobody_is_locked_out() {
    let mut house = House::demo();
    let ana = house.sign_in(&window(), "ana", "1111");
    let (handheld, code) = house.knocks(&at(10));
    house
        .says(&ana, json!({"let_device_in": {"code": code, "name": "Handheld 1", "work": "floor"}}))
        .expect("it is let in");
    let plain = house.sign_in(&handheld, "ana", "1111");
    let protected = Caller { protected: true, ..plain.clone() };
    let require = |on: bool| json!({"require_protection": {"on": on}});

    assert_eq!(house.says(&plain, require(true)), Err(Rejection::WouldLockOut), "it would end its own page");
    assert!(house.asks(&plain, Query::Floor).is_ok(), "nothing changed");
    let carla = house.sign_in(&protected, "carla", "3333");
    assert!(matches!(
        house.says(&carla, require(true)),
        Err(Rejection::NotAllowed { .. } | Rejection::NeedsApproval { .. })
    ));

    house.says(&protected, require(true)).expect("a protected device may");
    assert!(house.terminals(&ana).only_protected);
    for (caller, query) in [(&plain, Query::Floor), (&plain, Query::Door), (&at(11), Query::Door)] {
        assert_eq!(house.asks(caller, query), Err(Rejection::OnlyProtected));
    }
    assert_eq!(house.says(&at(11), json!("knock")), Err(Rejection::OnlyProtected), "nor is a code given");
    let pin = json!({"sign_in": {"staff": "ana", "pin": "1111"}});
    assert_eq!(house.says(&plain, pin), Err(Rejection::OnlyProtected), "nor a PIN tried");
    let local = Caller { address: Some(IpAddr::from([127, 0, 0, 1])), ..ana.clone() };
    for caller in [&protected, &ana, &local] {
        assert!(house.asks(caller, Query::Floor).is_ok(), "{caller:?}");
    }
    let stranger = Caller { protected: true, ..at(12) };
    assert_eq!(house.asks(&stranger, Query::Door), Err(Rejection::NewDevice), "protected, but not let in");

    house.says(&ana, require(false)).expect("the till may switch it off");
    assert!(house.asks(&plain, Query::Floor).is_ok());
}

#[test]
fn the_list_says_who_let_a_device_in_and_when() {
    let mut house = House::demo();
    let ana = house.sign_in(&window(), "ana", "1111");
    let (_, code) = house.knocks(&at(10));
    house
        .says(&ana, json!({"let_device_in": {"code": code, "name": "Handheld 1", "work": "floor"}}))
        .expect("it is let in");
    let View::Config(config) = house.asks(&ana, Query::Config).expect("she may ask") else { panic!("no config") };
    let told = house.terminals(&ana).devices.remove(0).let_in.expect("it was written down");
    assert_eq!(told.by.as_deref(), Some("Ana"));
    assert!((0..60_000).contains(&(config.now - told.at)), "a moment ago: {}", config.now - told.at);
}

/// A new browser over HTTPS, which already shows its code.
fn protected(house: &mut House, last: u8) -> Caller {
    house.knocks(&Caller { protected: true, ..at(last) }).0
}

fn lets_in(manager: &str, pin: &str) -> Value {
    json!({"let_this_device_in": {"manager": manager, "pin": pin, "name": "Handheld 2", "work": "floor"}})
}

#[test]
fn a_manager_lets_a_device_in_on_the_device_itself_where_nobody_hears_the_pin() {
    let mut house = House::demo();
    let (plain, _) = house.knocks(&at(10));
    assert_eq!(house.says(&plain, lets_in("Ana", "1111")), Err(Rejection::OnlyProtected));
    assert_eq!(house.asks(&plain, Query::Door), Err(Rejection::NewDevice));

    let device = protected(&mut house, 11);
    let done = house.says(&device, lets_in(" ana ", "1111")).expect("she is a manager");
    let knocked = done.knocked.expect("its key");
    assert_eq!((Some(knocked.key), knocked.code.as_str()), (device.device_key.clone(), ""));
    assert!(matches!(house.asks(&device, Query::Door), Ok(View::Door(_))));
    let again = house.says(&device, lets_in("Ana", "0000")).expect("it is in already, and nothing is tried");
    assert_eq!(again.knocked, None);

    let ana = house.sign_in(&window(), "ana", "1111");
    let told = house.terminals(&ana);
    assert_eq!((told.devices.len(), told.devices[0].name.as_str()), (1, "Handheld 2"));
    assert_eq!(told.devices[0].let_in.as_ref().expect("written down").by.as_deref(), Some("Ana"));
}

#[test]
fn at_a_new_device_nobody_learns_who_works_here() {
    let wrong = Err(Rejection::WrongPin { wait_s: 0 });
    let check = |manager: &str, pin: &str| {
        let mut house = House::demo();
        let device = protected(&mut house, 10);
        assert_eq!(house.says(&device, lets_in(manager, pin)), wrong, "{manager} {pin}");
        assert_eq!(house.asks(&device, Query::Door), Err(Rejection::NewDevice), "{manager} {pin}");
    };
    check("Ana", "2222");
    check("Nobody", "1111");
    check("", "1111");
    check("Ana", "");
    // A waiter's PIN is right, and opens nothing.
    check("Carla", "3333");
}

#[test]
fn who_guesses_pins_at_new_devices_waits_whatever_address_they_come_from() {
    let mut house = House::demo();
    let mut refused = Vec::new();
    for (last, manager) in (20..40).zip(["Ana", "Nobody"].iter().cycle()) {
        let device = protected(&mut house, last);
        refused.push(house.says(&device, lets_in(manager, "9999")).expect_err("a wrong PIN"));
    }
    assert_eq!(refused[..4], vec![Rejection::WrongPin { wait_s: 0 }; 4]);
    assert_eq!(refused[4], Rejection::WrongPin { wait_s: 1 });
    assert!(matches!(refused[19], Rejection::TooManyTries { .. }), "{:?}", refused[19]);
    let device = protected(&mut house, 50);
    assert!(
        matches!(house.says(&device, lets_in("Ana", "1111")), Err(Rejection::TooManyTries { .. })),
        "right, too early"
    );

    // Whoever belongs here is not made to wait, the alarm stands on the panel, and the code still lets a device in.
    let ana = house.sign_in(&window(), "ana", "1111");
    let Ok(View::Works(works)) = house.asks(&ana, Query::Works) else { panic!("a panel") };
    let alarms = works.works.iter().filter(|w| matches!(&w.what, WorkOf::Alarm { .. })).count();
    assert_eq!(alarms, 1);
    let (device, code) = house.knocks(&device);
    house
        .says(&ana, json!({"let_device_in": {"code": code, "name": "Handheld 3", "work": "floor"}}))
        .expect("by its code");
    assert!(house.asks(&device, Query::Door).is_ok());
}
