//! Several terminals as one restaurant: real terminals on real files, over links in memory that a test can cut.

mod small_disk;
mod switch;

use std::{path::Path, sync::Arc, thread, time::Duration};

use domain::{
    command::{Command, Envelope},
    ids::{CommandId, Session},
    query::{Answer, Outcome, Query, Update, View, Wants},
    tickets::TAKEN_AFTER,
    view::{KitchenTicket, Work, WorkOf},
};
use serde_json::json;
use small_disk::Mounted;
use switch::{DUPLICATE, PATIENCE, Till, open, papers, printer_at, restaurant, same, until};
use terminal::{Caller, Newcomer, Subscription, Terminal};

#[test]
fn an_order_is_the_whole_restaurants_and_its_ticket_is_the_masters() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (_, tills) = restaurant(dir.path(), &["Bar", "Terrace", "Office"], &printer.addr().to_string());
    let [bar, terrace, office] = &tills[..] else { panic!("three") };
    let check = terrace.order("t7");
    assert!(printer.wait_for(1, PATIENCE), "its ticket is printed");
    bar.fire(check, "panna-cotta");
    assert!(printer.wait_for(2, PATIENCE), "what another terminal adds is printed too");
    until("the office knows of both", || office.check(check).lines.len() == 2);
    let due = office.check(check).bill.due;
    office.says(
        json!({"take_payment": {"check": check, "tender": {"card": {"reference": "7", "last4": "1234"}}, "amount": due}}),
    );
    same(&[bar, terrace, office]);
    assert!(papers(&printer).iter().all(|p| !p.contains(DUPLICATE)), "{:?}", papers(&printer));
    let number = |till: &Till| till.check(check).card.number.to_string();
    assert_eq!([bar, terrace, office].map(number), ["B1", "B1", "B1"]);
}

/// The next messages of a kitchen's screen until one is a ticket that is durable there, with those before it.
fn tickets(screen: &mut Subscription) -> Vec<KitchenTicket> {
    let mut seen = Vec::new();
    while seen.last().is_none_or(|t: &KitchenTicket| t.early) {
        let message = screen.next_blocking().expect("the terminal runs");
        if let Update::Ticket(ticket) = serde_json::from_str(&message).expect("an update") {
            seen.push(ticket);
        }
    }
    seen
}

#[test]
fn a_kitchens_screen_shows_a_ticket_before_its_terminal_wrote_it_and_says_so() {
    let dir = tempfile::tempdir().expect("a folder");
    let (_, tills) = restaurant(dir.path(), &["Bar", "Kitchen"], "127.0.0.1:9");
    let [bar, kitchen] = &tills[..] else { panic!("two") };
    let mut screen = kitchen.terminal.subscribe();
    screen.want(Wants { kitchen: true, ..Wants::default() });
    let check = bar.order("t7");
    for item in ["panna-cotta", "tiramisu", "tiramisu"] {
        let fires = |t: &KitchenTicket| (t.fire, t.station.clone());
        let seen = tickets(&mut screen);
        assert!(seen.iter().all(|t| t.check == check), "{seen:?}");
        let (early, durable) = seen.split_at(seen.len() - 1);
        assert_eq!(early.iter().map(fires).collect::<Vec<_>>(), durable.iter().map(fires).collect::<Vec<_>>());
        let as_written = |t: &KitchenTicket| KitchenTicket { early: false, ..t.clone() };
        assert_eq!(early.iter().map(as_written).collect::<Vec<_>>(), durable, "only the mark differs");
        bar.fire(check, item);
    }
}

#[test]
fn what_a_screen_was_shown_and_no_disk_took_is_taken_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let small = dir.path().join("Kitchen");
    std::fs::create_dir(&small).expect("a folder");
    let Some(_mounted) = Mounted::tmpfs(&small, "size=3m") else {
        eprintln!("not allowed to mount here");
        return;
    };
    let (_, tills) = restaurant(dir.path(), &["Bar", "Kitchen"], "127.0.0.1:9");
    let [bar, kitchen] = &tills[..] else { panic!("two") };
    let mut screen = kitchen.terminal.subscribe();
    screen.want(Wants { kitchen: true, ..Wants::default() });
    let mut shown: Vec<KitchenTicket> = Vec::new();
    let filled = |waits: &mut Vec<KitchenTicket>, screen: &mut Subscription| loop {
        let message = screen.next_blocking().expect("the terminal runs");
        match serde_json::from_str(&message).expect("an update") {
            Update::Ticket(ticket) if ticket.early => waits.push(ticket),
            Update::Ticket(ticket) => {
                waits.retain(|t| t.fire != ticket.fire);
                return false;
            }
            Update::Start { .. } if !waits.is_empty() => return true,
            _ => {}
        }
    };
    assert!(
        (0..2_000).any(|_| {
            bar.fire(bar.says(json!({"open_check": {"kind": "takeaway", "name": "Ada"}})), "tiramisu");
            filled(&mut shown, &mut screen)
        }),
        "it never was full"
    );
    let View::Kitchen(board) = kitchen.query(Query::Kitchen { station: None }) else { panic!("a board") };
    assert!(board.tickets.iter().all(|t| shown.iter().all(|s| s.fire != t.fire)), "the board has what the disk has");
}

#[test]
fn when_the_master_dies_orders_go_on_and_it_gets_its_role_back() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace", "Office"], &printer.addr().to_string());
    let [bar, terrace, office]: [Till; 3] = tills.try_into().unwrap_or_else(|_| panic!("three"));
    bar.stop(&switch, &[&terrace, &office]);
    // Nobody is master yet. The order is taken all the same.
    let check = terrace.order("t7");
    office.order("t8");
    assert!(printer.wait_for(2, PATIENCE), "the new master prints");
    same(&[&terrace, &office]);

    let bar = Till::start(open(dir.path(), "Bar"), &switch).sign_in();
    switch.connect(&bar, &terrace);
    switch.connect(&bar, &office);
    same(&[&bar, &terrace, &office]);
    until("the bar is master again", || [&bar, &terrace, &office].iter().all(|t| t.terminal.master() == bar.origin));
    terrace.fire(check, "panna-cotta");
    assert!(printer.wait_for(3, PATIENCE), "{:#?}", papers(&printer));
    same(&[&bar, &terrace, &office]);
    assert!(papers(&printer).iter().all(|p| !p.contains(DUPLICATE)), "{:?}", papers(&printer));
}

#[test]
fn tickets_a_dead_master_left_are_printed_marked() {
    let dir = tempfile::tempdir().expect("a folder");
    // The printer is out of order, so the tickets wait.
    let address = printer_at("127.0.0.1:0").addr().to_string();
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &address);
    let [bar, terrace]: [Till; 2] = tills.try_into().unwrap_or_else(|_| panic!("two"));
    let check = terrace.order("t7");
    same(&[&bar, &terrace]);
    bar.stop(&switch, &[&terrace]);
    until("the terrace is master", || terrace.terminal.master() == terrace.origin);
    let printer = printer_at(&address);
    assert!(printer.wait_for(1, PATIENCE), "the new master prints what the old one had not");
    terrace.fire(check, "panna-cotta");
    assert!(printer.wait_for(2, PATIENCE));
    let marked: Vec<bool> = papers(&printer).iter().map(|p| p.contains(DUPLICATE)).collect();
    assert_eq!(marked, [true, false], "only what the dead one may have printed says so");
}

#[test]
fn a_ticket_whose_command_waited_for_the_disk_says_so_because_it_may_have_been_sent_elsewhere() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (_, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let bar = &tills[0];
    let check = bar.order("t7");
    bar.says(json!({"add_lines": {"check": check, "lines": [{"item": "panna-cotta"}]}}));
    let backup = rusqlite::Connection::open(bar.terminal.file()).expect("the store is opened beside");
    backup.execute_batch("BEGIN IMMEDIATE").expect("it is locked");
    thread::scope(|house| {
        house.spawn(|| bar.says(json!({"fire": {"check": check, "what": "all"}})));
        // As long as a terminal may be silent before another one takes its tickets over.
        thread::sleep(Duration::from_millis(TAKEN_AFTER + 200));
        backup.execute_batch("ROLLBACK").expect("it is let go");
    });
    assert!(printer.wait_for(2, PATIENCE));
    let marked: Vec<bool> = papers(&printer).iter().map(|p| p.contains(DUPLICATE)).collect();
    assert_eq!(marked, [false, true]);
}

#[test]
fn both_sides_of_a_dead_switch_serve_one_table() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace] = &tills[..] else { panic!("two") };
    let check = bar.order("t7");
    same(&[bar, terrace]);
    switch.cut(bar, terrace);
    bar.fire(check, "panna-cotta");
    terrace.fire(check, "tiramisu");
    assert!(printer.wait_for(3, PATIENCE), "each side prints its own: {:?}", papers(&printer));
    switch.connect(bar, terrace);
    same(&[bar, terrace]);
    assert_eq!(terrace.check(check).lines.len(), 3, "all that was ordered is there");
    until("one is master", || bar.terminal.master() == terrace.terminal.master());
    let papers = papers(&printer);
    assert_eq!(papers.len(), 3, "{papers:?}");
    // The terrace's own waited until it had a master; on a slow machine longer than a ticket may without being marked.
    let (marked, unmarked): (Vec<_>, Vec<_>) = papers.iter().partition(|p| p.contains(DUPLICATE));
    assert!(marked.len() <= 1 && marked.iter().all(|p| p.contains("Tiramis")), "{papers:?}");
    assert!(unmarked.iter().any(|p| p.contains("Panna cotta")), "{papers:?}");
}

#[test]
fn what_is_passed_on_is_believed_only_as_its_author_wrote_it() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace", "Office"], &printer.addr().to_string());
    let [bar, terrace, office]: [Till; 3] = tills.try_into().unwrap_or_else(|_| panic!("three"));
    switch.cut(&bar, &office);
    let check = bar.order("t7");
    until("it is passed on", || office.lines(check) == 1);

    assert!(!office.terminal.heads().contains_key(&office.origin));
    *switch.rogue.lock().expect("no panic") = Some(terrace.origin);
    bar.fire(check, "tiramisu");
    let own = terrace.order("t8");
    until("the terrace's own order arrives", || office.lines(own) == 1);
    // What the terrace made of the bar's order is kept by nobody. The office, which did nothing itself, writes that down.
    until("an alarm is raised", || office.terminal.heads().contains_key(&office.origin));
    assert_eq!(office.lines(check), 1);

    switch.connect(&bar, &office);
    until("the author itself is believed", || office.lines(check) == 2);
    *switch.rogue.lock().expect("no panic") = None;
    same(&[&bar, &terrace, &office]);
}

/// A terminal that somebody let in, and that has not heard of anything else yet.
fn newcomer(dir: &Path, by: &Till) -> Arc<Terminal> {
    let office = open(dir, "Office");
    let newcomer = Newcomer { origin: office.origin(), name: "Office".into() };
    let welcome = by.terminal.let_in(&newcomer, &office.public_key(), None).expect("it is let in");
    office.come_in(&welcome, &by.terminal.public_key()).expect("it comes in");
    office
}

#[test]
fn a_newcomer_believes_the_logs_of_those_who_are_away() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace]: [Till; 2] = tills.try_into().unwrap_or_else(|_| panic!("two"));
    let check = bar.order("t7");
    same(&[&bar, &terrace]);
    bar.stop(&switch, &[&terrace]);
    until("the terrace is master", || terrace.terminal.master() == terrace.origin);
    let office = Till::start(newcomer(dir.path(), &terrace), &switch);
    switch.connect(&terrace, &office);
    let office = office.sign_in();
    same(&[&terrace, &office]);
    assert_eq!(office.lines(check), 1);
}

#[test]
fn the_others_are_no_strangers_to_a_newcomer_before_the_log_has_told_of_them() {
    let dir = tempfile::tempdir().expect("a folder");
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], "127.0.0.1:9");
    let [bar, terrace] = &tills[..] else { panic!("two") };
    let office = newcomer(dir.path(), bar);
    let keys = [&bar.terminal, &terrace.terminal, &open(dir.path(), "Thief")].map(|terminal| terminal.public_key());
    let [of_bar, of_terrace, unknown] = keys;
    let stands = |key| (office.knows(key), office.awaits(key));
    assert_eq!(stands(&of_terrace), (None, true));
    assert_eq!(stands(&of_bar), (Some(bar.origin), false), "who let it in");
    assert_eq!(stands(&unknown), (None, false));
    let till = Till::start(office.clone(), &switch);
    switch.connect(bar, &till);
    until("the log tells of it", || stands(&of_terrace) == (Some(terrace.origin), false));
    bar.does(Command::ShutOut { terminal: terrace.origin });
    until("it is shut out", || stands(&of_terrace) == (None, false));
}

#[test]
fn what_a_screen_sends_again_elsewhere_is_one_order_and_its_second_ticket_says_so() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace] = &tills[..] else { panic!("two") };
    let check = bar.order("t7");
    assert!(printer.wait_for(1, PATIENCE), "the first course is on paper");
    same(&[bar, terrace]);
    bar.says(json!({"add_lines": {"check": check, "lines": [{"item": "panna-cotta"}]}}));
    same(&[bar, terrace]);
    // The screen fires at the bar, hears no answer and goes over to the terrace, which has not heard of it.
    switch.cut(bar, terrace);
    let fire = Envelope {
        id: CommandId { session: Session(9), n: 1 },
        command: serde_json::from_value(json!({"fire": {"check": check, "what": "all"}})).expect("a command"),
        approval: None,
        want_check: false,
        again: false,
    };
    let done = |outcome: Outcome| match outcome {
        Outcome::Done(done) => done.repeated,
        Outcome::Refused(refusal) => panic!("{}", refusal.message),
    };
    assert!(!done(bar.terminal.dispatch(&bar.caller, fire.clone())));
    assert!(printer.wait_for(2, PATIENCE), "the bar printed it before it died");
    let again = Envelope { again: true, ..fire };
    assert!(!done(terrace.terminal.dispatch(&terrace.caller, again.clone())));
    assert!(printer.wait_for(3, PATIENCE), "the terrace cannot know, so it prints");
    switch.connect(bar, terrace);
    same(&[bar, terrace]);
    assert!(done(bar.terminal.dispatch(&bar.caller, again)), "one command is done once");
    let marked: Vec<bool> = papers(&printer).iter().map(|p| p.contains(DUPLICATE)).collect();
    assert_eq!(marked, [false, false, true], "{:?}", papers(&printer));
    let fired = |till: &Till| till.check(check).lines.iter().map(|l| l.fired).collect::<Vec<_>>();
    assert_eq!([fired(bar), fired(terrace)], [[1, 1], [1, 1]]);
}

#[test]
fn a_device_let_in_at_one_terminal_is_let_in_and_shut_out_at_all() {
    let dir = tempfile::tempdir().expect("a folder");
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], "127.0.0.1:9");
    let [bar, terrace] = &tills[..] else { panic!("two") };
    let mut handheld = Caller { address: Some([192, 168, 1, 44].into()), ..Caller::default() };
    let ask = |till: &Till, caller: &Caller, n, command: Command| {
        let id = CommandId { session: Session(11), n };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        till.terminal.dispatch(caller, envelope)
    };
    let Outcome::Done(done) = ask(terrace, &handheld, 1, Command::Knock) else { panic!("it may knock") };
    let knocked = done.knocked.expect("a code");
    handheld.device = knocked.key.split('.').next().expect("a name").into();
    handheld.device_key = Some(knocked.key);
    // The code stands on a page of the terrace and is typed at the bar.
    let let_in = Command::LetDeviceIn { code: knocked.code, name: "Handheld 1".into(), work: Default::default() };
    until(
        "the bar knows who waits",
        || matches!(bar.query(Query::Terminals), View::Terminals(v) if v.waiting.len() == 1),
    );
    bar.does(let_in);
    let knows = |till: &Till| matches!(till.terminal.query(&handheld, Query::Door), Answer::View(_));
    until("both let it in", || knows(bar) && knows(terrace));
    until("nobody waits any more", || {
        tills.iter().all(|t| matches!(t.query(Query::Terminals), View::Terminals(v) if v.waiting.is_empty()))
    });
    // It goes over to a terminal that came in just now and has not heard of it: refused, but nobody is alarmed.
    let office = Till::start(newcomer(dir.path(), bar), &switch);
    assert!(!knows(&office));
    switch.connect(bar, &office);
    until("the office lets it in", || knows(&office));
    let is_alarm = |work: &Work| matches!(work.what, WorkOf::Alarm { .. });
    assert!(matches!(bar.query(Query::Works), View::Works(v) if !v.works.iter().any(is_alarm)));
    let sign_in = Command::SignIn { staff: "carla".into(), pin: "3333".into() };
    let Outcome::Done(done) = ask(terrace, &handheld, 2, sign_in) else { panic!("a person may sign in") };
    let carla = Caller { token: done.signed_in.map(|s| s.token), ..handheld.clone() };
    let works = |till: &Till| matches!(till.terminal.query(&carla, Query::Floor), Answer::View(_));
    until("a sign-in of the device is good at both", || works(bar) && works(terrace));
    terrace.does(Command::ShutDeviceOut { device: handheld.device.clone() });
    assert!(!works(terrace) && !knows(terrace));
    until("it is shut out at the bar too", || !works(bar) && !knows(bar));
    // What was given on it is worth nothing on another machine either.
    let thief = Caller { token: carla.token.clone(), ..Caller::default() };
    assert!(matches!(terrace.terminal.query(&thief, Query::Floor), Answer::Refused(_)));
}
