//! Real terminals on real files, over links in memory that a test can cut, and somebody at each of them.
#![allow(dead_code, reason = "each test file uses its own part of it")]

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use domain::{
    command::{Command, Envelope},
    ids::{CheckId, CommandId, Origin, Session},
    query::{Answer, Outcome, Query, View},
    view::CheckView,
};
use printing::emulator::{Build, Emulator};
use serde_json::{Value, json};
use sync::{Frame, Link};
use terminal::{Caller, Happening, Newcomer, Options, Terminal, Wires};

/// How long anything may take before a test gives up; a bound for hanging tests, not a measurement.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// Which links there are, and whose.
#[derive(Default)]
pub struct Switch {
    links: Mutex<BTreeMap<Link, [Origin; 2]>>,
    terminals: Mutex<BTreeMap<Origin, Arc<Terminal>>>,
    last: Mutex<Link>,
    /// This terminal alters what it passes on of others' logs.
    pub rogue: Mutex<Option<Origin>>,
    /// What a terminal that comes back is answered gets lost.
    pub loses_welcomes: Mutex<bool>,
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

    pub fn connect(&self, a: &Till, b: &Till) {
        let link = {
            let mut last = self.last.lock().expect("no panic");
            *last += 1;
            *last
        };
        // Nothing travels before both ends know of the link.
        let mut links = self.links.lock().expect("no panic");
        links.insert(link, [a.origin, b.origin]);
        for (end, other) in [(a, b), (b, a)] {
            // As a keyring does: a key is known by the name it had last, as far as this end has heard.
            let known = end.terminal.knows(&other.terminal.public_key());
            let who = known.unwrap_or_else(|| other.terminal.origin());
            end.terminal.on_link(Happening::Up(link, who));
        }
    }

    pub fn cut(&self, a: &Till, b: &Till) {
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
        if matches!(frame, Frame::Parted { welcome: Some(_), .. })
            && *self.switch.loses_welcomes.lock().expect("no panic")
        {
            return;
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
pub struct Till {
    pub terminal: Arc<Terminal>,
    /// As it was called when it was plugged in.
    pub origin: Origin,
    pub caller: Caller,
    session: u64,
    n: Mutex<u32>,
}

pub fn open(dir: &Path, name: &str) -> Arc<Terminal> {
    let options = Options { dir: dir.join(name), name: name.into(), max_bytes: None, set_up_anywhere: false };
    Terminal::open(options).expect("it opens")
}

impl Till {
    pub fn start(terminal: Arc<Terminal>, switch: &Arc<Switch>) -> Till {
        let origin = terminal.origin();
        switch.terminals.lock().expect("no panic").insert(origin, terminal.clone());
        terminal.join_others(Arc::new(switch.plug(origin))).expect("it joins");
        let caller = Caller { device: "till".into(), ..Caller::default() };
        // Whoever sits down at a screen draws a session of their own, also at a terminal that was played back.
        static SESSIONS: AtomicU64 = AtomicU64::new(1_000);
        let session = SESSIONS.fetch_add(1, Ordering::Relaxed);
        Till { terminal, origin, caller, session, n: Mutex::new(0) }
    }

    pub fn sign_in(mut self) -> Till {
        until("the people are known", || matches!(self.query(Query::Door), View::Door(d) if d.store.is_some()));
        match self.command(Command::SignIn { staff: "ana".into(), pin: "1111".into() }) {
            Outcome::Done(done) => self.caller.token = done.signed_in.map(|s| s.token),
            Outcome::Refused(refusal) => panic!("{}", refusal.message),
        }
        self
    }

    pub fn command(&self, command: Command) -> Outcome {
        let id = {
            let mut n = self.n.lock().expect("no panic");
            *n += 1;
            CommandId { session: Session(self.session), n: *n }
        };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        self.terminal.dispatch(&self.caller, envelope)
    }

    pub fn does(&self, command: Command) -> CommandId {
        match self.command(command.clone()) {
            Outcome::Done(done) => done.id,
            Outcome::Refused(refusal) => panic!("{command:?}: {}", refusal.message),
        }
    }

    pub fn query(&self, query: Query) -> View {
        match self.terminal.query(&self.caller, query) {
            Answer::View(view) => view,
            Answer::Refused(refusal) => panic!("{}", refusal.message),
        }
    }

    pub fn says(&self, command: Value) -> CommandId {
        self.does(serde_json::from_value(command.clone()).unwrap_or_else(|e| panic!("{e}: {command}")))
    }

    /// Seats guests and fires one dish of the cold kitchen: one ticket.
    pub fn order(&self, table: &str) -> CheckId {
        let check = self.says(json!({"open_check": {"kind": "dine_in", "table": table, "covers": 2}}));
        self.fire(check, "tiramisu");
        check
    }

    pub fn fire(&self, check: CheckId, item: &str) {
        self.says(json!({"add_lines": {"check": check, "lines": [{"item": item}]}}));
        self.says(json!({"fire": {"check": check, "what": "all"}}));
    }

    pub fn check(&self, check: CheckId) -> CheckView {
        match self.query(Query::Check { check }) {
            View::Check(view) => *view,
            other => panic!("{other:?}"),
        }
    }

    /// How many lines of a check are here; none when it is not here.
    pub fn lines(&self, check: CheckId) -> usize {
        match self.terminal.query(&self.caller, Query::Check { check }) {
            Answer::View(View::Check(view)) => view.lines.len(),
            _ => 0,
        }
    }

    /// Pulls the plug.
    pub fn stop(self, switch: &Switch, others: &[&Till]) {
        others.iter().for_each(|other| switch.cut(&self, other));
        switch.terminals.lock().expect("no panic").remove(&self.origin);
        self.terminal.stop();
        let gone = Arc::downgrade(&self.terminal);
        drop(self);
        until("the terminal is gone", || gone.strong_count() == 0);
    }
}

pub fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

pub fn same(tills: &[&Till]) {
    let digest = |t: &Till| t.terminal.digest();
    until("all hold the same", || tills.iter().all(|t| digest(t) == digest(tills[0])));
}

/// A demo restaurant with its first terminal and others that were let in, all linked.
pub fn restaurant(dir: &Path, names: &[&str], printer: &str) -> (Arc<Switch>, Vec<Till>) {
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

pub fn papers(printer: &Emulator) -> Vec<String> {
    printer.tickets().iter().map(|t| t.text.clone()).collect()
}

pub fn printer_at(address: &str) -> Emulator {
    Emulator::start(address, Build::default()).expect("the printer starts")
}

pub const DUPLICATE: &str = "POSSIBLE DUPLICATE";
