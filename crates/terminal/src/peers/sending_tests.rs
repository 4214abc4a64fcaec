//! How own entries leave: what is for the kitchen at once, the rest together. And two threads in one instant, staged: what
//! nobody could be told of is said all the same, and nothing is said of a name the protocol does not have yet.

use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use domain::{
    command::{Command, Envelope},
    event::Alarm,
    ids::{CommandId, Origin, Session},
    query::{Done, Outcome},
};
use serde_json::{Value, json};
use sync::{Frame, Link};

use super::{Happening, Newcomer, Wires, protocol::Protocol};
use crate::{
    door::Caller,
    terminal::{Options, Terminal, lock},
};

/// How long anything may take before a test gives up; a bound for hanging tests, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
const LINK: Link = 1;
const OTHER: Origin = Origin(7);

/// A cable that hears nothing and can be held fast: whoever sends over it then stands still.
#[derive(Default)]
struct Cable {
    held: Mutex<()>,
    somebody_sends: AtomicBool,
    cut: AtomicBool,
}

impl Wires for Cable {
    fn send(&self, _: Link, _: Frame) {
        self.somebody_sends.store(true, Ordering::Release);
        drop(lock(&self.held));
    }

    fn close(&self, _: Link, _: &str) {}

    fn recheck(&self) {
        self.cut.store(true, Ordering::Release);
    }
}

fn open(dir: &Path, name: &str) -> Arc<Terminal> {
    let options = Options { dir: dir.join(name), name: name.into(), max_bytes: None, set_up_anywhere: false };
    Terminal::open(options).expect("it opens")
}

fn until(what: &str, mut is: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "never came: {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// How far the protocol knows this terminal's own log, if it is not being used.
fn known(terminal: &Terminal) -> Option<u64> {
    let protocol = terminal.peers.protocol.get()?.try_lock()?;
    protocol.node.heads().get(&terminal.origin()).copied()
}

fn write(terminal: &Terminal) -> u64 {
    let own = || terminal.heads().get(&terminal.origin()).copied().unwrap_or(0);
    let before = own();
    terminal.raise(Alarm::ForgedLog { origin: OTHER, seq: before, by: None, seals: Vec::new() });
    let after = own();
    assert_eq!(after, before + 1, "it is on the disk");
    after
}

/// Somebody at the terminal.
struct Waiter<'a> {
    terminal: &'a Terminal,
    caller: Caller,
    n: u32,
}

impl<'a> Waiter<'a> {
    fn at(terminal: &'a Terminal) -> Waiter<'a> {
        let caller = Caller { device: "till".into(), ..Caller::default() };
        let mut waiter = Waiter { terminal, caller, n: 0 };
        let done = waiter.says(json!({"sign_in": {"staff": "ana", "pin": "1111"}}));
        waiter.caller.token = done.signed_in.map(|s| s.token);
        waiter
    }

    fn says(&mut self, command: Value) -> Box<Done> {
        self.n += 1;
        let command: Command = serde_json::from_value(command).expect("a command");
        let id = CommandId { session: Session(1_000), n: self.n };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        match self.terminal.dispatch(&self.caller, envelope) {
            Outcome::Done(done) => done,
            Outcome::Refused(refusal) => panic!("{}", refusal.message),
        }
    }
}

#[test]
fn what_is_for_the_kitchen_goes_at_once_and_takes_along_what_waited() {
    let dir = tempfile::tempdir().expect("a folder");
    let terminal = open(dir.path(), "Bar");
    crate::demo::set_up(&terminal, "en", None).expect("the demo");
    // Without the thread that would send what waits a moment later.
    let protocol = Protocol::of(&terminal, Arc::new(Cable::default())).expect("a protocol");
    assert!(terminal.peers.protocol.set(Arc::new(parking_lot::Mutex::new(protocol))).is_ok());
    terminal.peers.linked.store(true, Ordering::Release);
    let mut waiter = Waiter::at(&terminal);
    let unsent = || terminal.heads()[&terminal.origin()] - known(&terminal).expect("nobody else uses it");
    let busy = Duration::from_secs(3_600);

    let check = waiter.says(json!({"open_check": {"kind": "dine_in", "table": "7", "covers": 2}})).id;
    assert_eq!(unsent(), 0, "after a pause whoever wrote it sends it");
    *lock(&terminal.peers.sent_at) = Instant::now().checked_add(busy);
    waiter.says(json!({"add_lines": {"check": check, "lines": [{"item": "tiramisu"}]}}));
    waiter.says(json!({"add_lines": {"check": check, "lines": [{"item": "espresso"}]}}));
    assert_eq!(unsent(), 2, "what follows soon waits for more");
    waiter.says(json!({"fire": {"check": check, "what": "all"}}));
    assert_eq!(unsent(), 0, "what is fired does not");
}

#[test]
fn what_nobody_could_be_told_of_is_said_at_the_next_tick() {
    let check = |what: &str, misses: fn(&Terminal, &Cable) -> u64| {
        let dir = tempfile::tempdir().expect("a folder");
        let (terminal, cable) = (open(dir.path(), "Bar"), Arc::new(Cable::default()));
        crate::demo::set_up(&terminal, "en", None).expect("the demo");
        terminal.join_others(cable.clone()).expect("it joins");
        assert!(terminal.on_link(Happening::Up(LINK, OTHER)));
        let upto = misses(&terminal, &cable);
        until(what, || known(&terminal) == Some(upto));
        terminal.stop();
    };
    check("an entry written while the thread stood still behind a full line", |terminal, cable| {
        let held = lock(&cable.held);
        cable.somebody_sends.store(false, Ordering::Release);
        terminal.peers.tell(Happening::Face);
        until("the thread stands still", || cable.somebody_sends.load(Ordering::Acquire));
        while terminal.peers.tell(Happening::Face) {}
        let upto = write(terminal);
        drop(held);
        upto
    });
    check("an entry written in the moment the first link came up", |terminal, _| {
        // Whoever wrote it had looked for links before there was one.
        terminal.peers.linked.store(false, Ordering::Release);
        let upto = write(terminal);
        terminal.peers.linked.store(true, Ordering::Release);
        upto
    });
}

#[test]
fn a_terminal_that_comes_back_says_nothing_under_its_new_name_before_the_protocol_has_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (bar, till) = (open(dir.path(), "Bar"), open(dir.path(), "Till"));
    crate::demo::set_up(&bar, "en", None).expect("the demo");
    bar.join_others(Arc::new(Cable::default())).expect("it joins");
    let newcomer = Newcomer { origin: till.origin(), name: "Till".into() };
    let welcome = bar.let_in(&newcomer, &till.public_key(), Some("ana".into())).expect("it is let in");
    till.come_in(&welcome, &bar.public_key()).expect("it comes in");
    till.join_others(Arc::new(Cable::default())).expect("it joins");
    let was = till.origin();
    let upto = write(&till);

    let name = till.next_name(None).expect("a name");
    let back = bar.let_back_in(was, name, None, upto).expect("it is let in again");
    // The thread that takes it over waits for the protocol meanwhile, as in the instant between the two.
    let mut protocol = till.peers.protocol.get().expect("it speaks with others").lock();
    till.come_back(name, upto, &back).expect("it comes back");
    assert_eq!(till.origin(), name);
    protocol.own_entries(&till);
    let of = |origin: &Origin| protocol.node.heads().get(origin).copied();
    assert_eq!((protocol.node.me(), of(&name)), (was, None));
    drop(protocol);
    till.stop();
    bar.stop();
}

#[test]
fn who_is_shut_out_is_cut_off_before_that_is_answered_however_busy_the_protocol_is() {
    let dir = tempfile::tempdir().expect("a folder");
    let (bar, cable) = (open(dir.path(), "Bar"), Arc::new(Cable::default()));
    crate::demo::set_up(&bar, "en", None).expect("the demo");
    bar.join_others(cable.clone()).expect("it joins");
    let stolen = open(dir.path(), "Stolen");
    let newcomer = Newcomer { origin: stolen.origin(), name: "Stolen".into() };
    bar.let_in(&newcomer, &stolen.public_key(), Some("ana".into())).expect("it is let in");
    let mut ana = Waiter::at(&bar);
    let protocol = bar.peers.protocol.get().expect("it speaks with others").lock();
    cable.cut.store(false, Ordering::Release);
    ana.says(json!({"shut_out": {"terminal": stolen.origin()}}));
    assert!(cable.cut.load(Ordering::Acquire), "what is taken after the answer would reach it");
    drop(protocol);
    bar.stop();
}
