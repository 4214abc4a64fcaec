//! Several terminals as one restaurant: real terminals on real files, over links in memory that a test can cut.

mod small_disk;

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex,
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use domain::{
    command::{Command, Envelope},
    ids::{CheckId, CommandId, Origin, Session},
    query::{Answer, Outcome, Query, Update, View, Wants},
    rejection::Rejection,
    view::{CheckView, KitchenTicket},
};
use printing::emulator::{Build, Emulator};
use serde_json::{Value, json};
use small_disk::Mounted;
use sync::{Frame, Link};
use terminal::{Caller, Happening, Newcomer, Options, Subscription, Terminal, Wires};

/// How long anything may take before a test gives up; a bound for hanging tests, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);

/// Which links there are, and whose.
#[derive(Default)]
struct Switch {
    links: Mutex<BTreeMap<Link, [Origin; 2]>>,
    terminals: Mutex<BTreeMap<Origin, Arc<Terminal>>>,
    last: Mutex<Link>,
    /// This terminal alters what it passes on of others' logs.
    rogue: Mutex<Option<Origin>>,
}

/// One terminal's plug. What it sends travels on a thread of its own, as over a real cable.
struct Plug {
    switch: Arc<Switch>,
    me: Origin,
    cable: Sender<Happening>,
}

impl Switch {
    fn plug(self: &Arc<Switch>, me: Origin) -> Plug {
        let (cable, end) = channel::<Happening>();
        let switch = self.clone();
        thread::spawn(move || {
            for what in end {
                let (Happening::Frame(link, _) | Happening::Down(link)) = what else { continue };
                let other = switch.other(link, me);
                if matches!(what, Happening::Down(_)) {
                    switch.links.lock().expect("no panic").remove(&link);
                }
                other.map(|other| other.on_link(what));
            }
        });
        Plug { switch: self.clone(), me, cable }
    }

    fn other(&self, link: Link, me: Origin) -> Option<Arc<Terminal>> {
        let ends = *self.links.lock().expect("no panic").get(&link)?;
        let other = ends.into_iter().find(|o| *o != me)?;
        self.terminals.lock().expect("no panic").get(&other).cloned()
    }

    fn connect(&self, a: &Till, b: &Till) {
        let link = {
            let mut last = self.last.lock().expect("no panic");
            *last += 1;
            *last
        };
        // Nothing travels before both ends know of the link.
        let mut links = self.links.lock().expect("no panic");
        links.insert(link, [a.origin, b.origin]);
        for (end, other) in [(a, b), (b, a)] {
            end.terminal.on_link(Happening::Up(link, other.origin));
        }
    }

    fn cut(&self, a: &Till, b: &Till) {
        let both = |ends: &[Origin; 2]| ends.contains(&a.origin) && ends.contains(&b.origin);
        let gone: Vec<Link> = {
            let mut links = self.links.lock().expect("no panic");
            let gone = links.iter().filter(|(_, ends)| both(ends)).map(|(link, _)| *link).collect();
            links.retain(|_, ends| !both(ends));
            gone
        };
        for link in gone {
            for end in [a, b] {
                end.terminal.on_link(Happening::Down(link));
            }
        }
    }
}

impl Wires for Plug {
    fn send(&self, link: Link, mut frame: Frame) {
        if let Frame::Entries { origin, bodies, .. } = &mut frame
            && *origin != self.me
            && *self.switch.rogue.lock().expect("no panic") == Some(self.me)
        {
            for body in bodies {
                *body = String::from_utf8_lossy(body).replace("tiramisu", "truffles").into_bytes().into();
            }
        }
        // Whoever is gone hears nothing.
        let _ = self.cable.send(Happening::Frame(link, frame));
    }

    fn close(&self, link: Link, _: &str) {
        let _ = self.cable.send(Happening::Down(link));
    }

    fn recheck(&self) {}
}

/// A terminal with somebody at it.
struct Till {
    terminal: Arc<Terminal>,
    origin: Origin,
    caller: Caller,
    session: u64,
    n: Mutex<u32>,
}

fn open(dir: &Path, name: &str) -> Arc<Terminal> {
    let options = Options { dir: dir.join(name), name: name.into(), max_bytes: None };
    Terminal::open(options).expect("it opens")
}

impl Till {
    fn start(terminal: Arc<Terminal>, switch: &Arc<Switch>) -> Till {
        let origin = terminal.origin();
        switch.terminals.lock().expect("no panic").insert(origin, terminal.clone());
        terminal.join_others(Arc::new(switch.plug(origin))).expect("it joins");
        let caller = Caller { device: "till".into(), ..Caller::default() };
        Till { terminal, origin, caller, session: origin.0, n: Mutex::new(0) }
    }

    fn sign_in(mut self) -> Till {
        until("the people are known", || matches!(self.query(Query::Door), View::Door(d) if d.store.is_some()));
        match self.command(Command::SignIn { staff: "ana".into(), pin: "1111".into() }) {
            Outcome::Done(done) => self.caller.token = done.signed_in.map(|s| s.token),
            Outcome::Refused(refusal) => panic!("{}", refusal.message),
        }
        self
    }

    fn command(&self, command: Command) -> Outcome {
        let id = {
            let mut n = self.n.lock().expect("no panic");
            *n += 1;
            CommandId { session: Session(self.session), n: *n }
        };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        self.terminal.dispatch(&self.caller, envelope)
    }

    fn does(&self, command: Command) -> CommandId {
        match self.command(command.clone()) {
            Outcome::Done(done) => done.id,
            Outcome::Refused(refusal) => panic!("{command:?}: {}", refusal.message),
        }
    }

    fn query(&self, query: Query) -> View {
        match self.terminal.query(&self.caller, query) {
            Answer::View(view) => view,
            Answer::Refused(refusal) => panic!("{}", refusal.message),
        }
    }

    fn says(&self, command: Value) -> CommandId {
        self.does(serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{e}: {command}")))
    }

    /// Seats guests and fires one dish of the cold kitchen: one ticket.
    fn order(&self, table: &str) -> CheckId {
        let check = self.says(json!({"open_check": {"kind": "dine_in", "table": table, "covers": 2}}));
        self.fire(check, "tiramisu");
        check
    }

    fn fire(&self, check: CheckId, item: &str) {
        self.says(json!({"add_lines": {"check": check, "lines": [{"item": item}]}}));
        self.says(json!({"fire": {"check": check, "what": "all"}}));
    }

    fn check(&self, check: CheckId) -> CheckView {
        match self.query(Query::Check { check }) {
            View::Check(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    /// How many lines of a check are here; none when it is not here.
    fn lines(&self, check: CheckId) -> usize {
        match self.terminal.query(&self.caller, Query::Check { check }) {
            Answer::View(View::Check(view)) => view.lines.len(),
            _ => 0,
        }
    }

    /// Pulls the plug.
    fn stop(self, switch: &Switch, others: &[&Till]) {
        others.iter().for_each(|other| switch.cut(&self, other));
        switch.terminals.lock().expect("no panic").remove(&self.origin);
        self.terminal.stop();
        let gone = Arc::downgrade(&self.terminal);
        drop(self);
        until("the terminal is gone", || gone.strong_count() == 0);
    }
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

fn same(tills: &[&Till]) {
    let digest = |t: &Till| t.terminal.digest();
    until("all hold the same", || tills.iter().all(|t| digest(t) == digest(tills[0])));
}

/// A demo restaurant with its first terminal and others that were let in, all linked.
fn restaurant(dir: &Path, names: &[&str], printer: &str) -> (Arc<Switch>, Vec<Till>) {
    let switch = Arc::new(Switch::default());
    let first = open(dir, names[0]);
    terminal::demo::set_up(&first, "en", Some(printer)).expect("the demo");
    let mut tills = vec![Till::start(first.clone(), &switch).sign_in()];
    for name in &names[1..] {
        let new = open(dir, name);
        let newcomer = Newcomer { origin: new.origin(), name: (*name).into() };
        let welcome = first.let_in(&newcomer, &new.public_key(), Some("ana".into())).expect("it is let in");
        new.come_in(&welcome, &first.public_key()).expect("it comes in");
        let till = Till::start(new, &switch);
        tills.iter().for_each(|other| switch.connect(other, &till));
        tills.push(till.sign_in());
    }
    same(&tills.iter().collect::<Vec<_>>());
    (switch, tills)
}

fn papers(printer: &Emulator) -> Vec<String> {
    printer.tickets().iter().map(|t| t.text.clone()).collect()
}

fn printer_at(address: &str) -> Emulator {
    Emulator::start(address, Build::default()).expect("the printer starts")
}

const DUPLICATE: &str = "POSSIBLE DUPLICATE";

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

/// The second terminal as it was before its last order, which the first one holds; not linked.
fn an_old_copy(dir: &Path, switch: &Arc<Switch>, bar: &Till, terrace: Till) -> Till {
    terrace.stop(switch, &[bar]);
    let (now, copy) = (dir.join("Terrace"), dir.join("copy"));
    let copied = |from: &Path, to: &Path| {
        std::fs::create_dir_all(to).expect("a folder");
        for file in std::fs::read_dir(from).expect("a folder").flatten() {
            std::fs::copy(file.path(), to.join(file.file_name())).expect("it is copied");
        }
    };
    copied(&now, &copy);
    let terrace = Till::start(open(dir, "Terrace"), switch).sign_in();
    switch.connect(bar, &terrace);
    terrace.order("t7");
    same(&[bar, &terrace]);
    terrace.stop(switch, &[bar]);
    std::fs::remove_dir_all(&now).expect("it is lost");
    copied(&copy, &now);
    Till::start(open(dir, "Terrace"), switch).sign_in()
}

#[test]
fn a_terminal_restored_from_an_old_copy_writes_nothing() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace]: [Till; 2] = tills.try_into().unwrap_or_else(|_| panic!("two"));
    let terrace = an_old_copy(dir.path(), &switch, &bar, terrace);
    switch.connect(&bar, &terrace);
    let wish = || terrace.command(Command::ClockIn);
    until("it notices", || matches!(wish(), Outcome::Refused(r) if r.why == Rejection::OldCopy));
}

#[test]
fn an_old_copy_that_wrote_on_is_told_so_and_overwrites_nothing() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace]: [Till; 2] = tills.try_into().unwrap_or_else(|_| panic!("two"));
    let terrace = an_old_copy(dir.path(), &switch, &bar, terrace);
    // Nobody tells it yet; it takes more orders than it had written before.
    for table in 1..6 {
        terrace.order(&format!("t{table}"));
    }
    let held = bar.terminal.heads()[&terrace.origin];
    assert!(terrace.terminal.heads()[&terrace.origin] > held, "only the chain can tell");
    let theirs = terrace.terminal.digest();
    switch.connect(&bar, &terrace);
    let wish = || terrace.command(Command::ClockIn);
    until("it notices", || matches!(wish(), Outcome::Refused(r) if r.why == Rejection::OldCopy));
    // The link goes on: what the bar does still arrives.
    let check = bar.order("t8");
    until("the order is there", || terrace.lines(check) == 1);
    assert_eq!(bar.terminal.heads()[&terrace.origin], held, "nothing was stored over what was there");
    assert_ne!(terrace.terminal.digest(), theirs);
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

#[test]
fn a_newcomer_believes_the_logs_of_those_who_are_away() {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &["Bar", "Terrace"], &printer.addr().to_string());
    let [bar, terrace]: [Till; 2] = tills.try_into().unwrap_or_else(|_| panic!("two"));
    let check = bar.order("t7");
    same(&[&bar, &terrace]);
    bar.stop(&switch, &[&terrace]);
    until("the terrace is master", || terrace.terminal.master() == terrace.origin);
    let office = open(dir.path(), "Office");
    let newcomer = Newcomer { origin: office.origin(), name: "Office".into() };
    let welcome = terrace.terminal.let_in(&newcomer, &office.public_key(), None).expect("it is let in");
    office.come_in(&welcome, &terrace.terminal.public_key()).expect("it comes in");
    let office = Till::start(office, &switch);
    switch.connect(&terrace, &office);
    let office = office.sign_in();
    same(&[&terrace, &office]);
    assert_eq!(office.lines(check), 1);
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
    let (_, tills) = restaurant(dir.path(), &["Bar", "Terrace"], "127.0.0.1:9");
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
