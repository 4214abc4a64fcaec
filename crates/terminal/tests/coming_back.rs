//! A terminal whose disk was restored from an old copy comes back by itself: real terminals on real files.

mod switch;

use std::{path::Path, sync::Arc};

use domain::{
    clock::Date,
    command::Command,
    event::Alarm,
    ids::CheckId,
    query::{Answer, Outcome, Query, View},
    rejection::Rejection,
    view::{TerminalView, WorkOf},
};
use printing::emulator::Emulator;
use serde_json::json;
use switch::{DUPLICATE, PATIENCE, Switch, Till, open, papers, printer_at, restaurant, same, until};
use tempfile::TempDir;

struct House {
    dir: TempDir,
    printer: Emulator,
    switch: Arc<Switch>,
}

fn house<const N: usize>(names: [&str; N]) -> (House, [Till; N]) {
    let (dir, printer) = (tempfile::tempdir().expect("a folder"), printer_at("127.0.0.1:0"));
    let (switch, tills) = restaurant(dir.path(), &names, &printer.addr().to_string());
    (House { dir, printer, switch }, tills.try_into().unwrap_or_else(|_| panic!("as many as were asked for")))
}

fn copied(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for file in std::fs::read_dir(from).expect("a folder").flatten() {
        std::fs::copy(file.path(), to.join(file.file_name())).expect("it is copied");
    }
}

impl House {
    fn start(&self, name: &str) -> Till {
        Till::start(open(self.dir.path(), name), &self.switch).sign_in()
    }

    /// Makes a copy of a terminal's disk.
    fn copy(&self, till: Till, others: &[&Till]) -> Till {
        till.stop(&self.switch, others);
        copied(&self.dir.path().join("Terrace"), &self.dir.path().join("copy"));
        self.start("Terrace")
    }

    /// Plays the copy back.
    fn restore(&self, till: Till, others: &[&Till]) -> Till {
        till.stop(&self.switch, others);
        let now = self.dir.path().join("Terrace");
        std::fs::remove_dir_all(&now).expect("it is lost");
        copied(&self.dir.path().join("copy"), &now);
        self.start("Terrace")
    }

    /// A copy of a terminal that knows nothing of what was ordered there since, and that order.
    fn old_copy(&self, till: Till, bar: &Till) -> (Till, CheckId) {
        let till = self.copy(till, &[bar]);
        self.switch.connect(bar, &till);
        let check = till.order("t7");
        same(&[bar, &till]);
        (self.restore(till, &[bar]), check)
    }

    /// A copy meets a terminal that lets it in, and never hears of it.
    fn loses_the_welcome(&self, copy: &Till, to: &Till) {
        *self.switch.loses_welcomes.lock().expect("no panic") = true;
        self.switch.connect(copy, to);
        until("it is let in", || terminals(to).iter().any(|t| t.letter == 'C'));
        until("it waits", || waits(copy));
    }

    /// Links two terminals; the first comes back by it, and is linked again.
    fn comes_back(&self, copy: &Till, to: &Till) {
        self.switch.connect(copy, to);
        until("it comes back", || copy.terminal.origin() != copy.origin);
        until("it takes orders", || matches!(copy.command(Command::ClockIn), Outcome::Done(_)));
        self.switch.cut(copy, to);
        self.switch.connect(copy, to);
    }
}

/// Whether a terminal takes no orders because it is an old copy.
fn waits(till: &Till) -> bool {
    matches!(till.command(Command::ClockIn), Outcome::Refused(r) if r.why == Rejection::OldCopy)
}

fn terminals(till: &Till) -> Vec<TerminalView> {
    match till.query(Query::Terminals) {
        View::Terminals(view) => view.terminals,
        other => panic!("{other:?}"),
    }
}

fn alarms(till: &Till) -> Vec<(String, Alarm)> {
    let View::Works(view) = till.query(Query::Works) else { panic!("a panel") };
    let alarm = |what| if let WorkOf::Alarm { name, alarm, .. } = what { Some((name, alarm)) } else { None };
    view.works.into_iter().filter_map(|work| alarm(work.what)).collect()
}

fn pay(till: &Till, check: CheckId) -> Option<String> {
    let due = till.check(check).bill.due;
    let tender = json!({"card": {"reference": "7", "last4": "1234"}});
    till.says(json!({"take_payment": {"check": check, "tender": tender, "amount": due}}));
    till.check(check).receipt.map(|r| r.to_string())
}

fn number(till: &Till, check: CheckId) -> String {
    till.check(check).card.number.to_string()
}

#[test]
fn a_copy_that_did_nothing_goes_on_under_a_new_name() {
    let (house, [bar, terrace]) = house(["Bar", "Terrace"]);
    let (terrace, check) = house.old_copy(terrace, &bar);
    assert_eq!(terrace.lines(check), 0, "the copy does not know of it");
    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    assert_eq!(terrace.lines(check), 1, "what it did before came from the bar");
    let new = terrace.order("t8");
    assert_eq!(number(&terrace, new), "C1", "a series nobody used");
    same(&[&bar, &terrace]);

    until("the bar shows its link", || terminals(&bar).iter().all(|t| t.linked));
    let shown: Vec<(char, String)> = terminals(&bar).into_iter().map(|t| (t.letter, t.name)).collect();
    assert_eq!(shown, [('A', "Bar".into()), ('C', "Terrace".into())], "the old name stands nowhere");
    for till in [&bar, &terrace] {
        let told = |(name, alarm): &(String, Alarm)| name == "Terrace" && matches!(alarm, Alarm::OwnLogIsLonger { .. });
        assert!(alarms(till).iter().any(told), "{:?}", alarms(till));
        let View::Works(view) = till.query(Query::Works) else { panic!("a panel") };
        let others = view.works.iter().filter(|w| matches!(w.what, WorkOf::Terminal { .. })).count();
        assert_eq!(others, 1, "nobody is missed");
    }
    pay(&bar, check);
    bar.says(json!({"count_drawer": {"counted": 0}}));
    let Outcome::Done(done) = bar.command(Command::CloseDay) else { panic!("the day can be closed") };
    assert!(done.z.expect("a Z").missing.is_empty(), "and none is missing in the Z");
}

#[test]
fn what_was_done_at_the_copy_is_everybodys() {
    let (house, [bar, terrace]) = house(["Bar", "Terrace"]);
    let before = terrace.order("t1");
    same(&[&bar, &terrace]);
    let terrace = house.copy(terrace, &[&bar]);
    house.switch.connect(&bar, &terrace);
    let known = terrace.order("t7");
    assert_eq!(pay(&terrace, known).as_deref(), Some("B-000001"));
    same(&[&bar, &terrace]);
    assert!(house.printer.wait_for(2, PATIENCE), "both tickets are on paper");

    let terrace = house.restore(terrace, &[&bar]);
    let paid = terrace.order("t2");
    assert_eq!(pay(&terrace, paid).as_deref(), Some("B-000001"), "it knows no better");
    let opened = terrace.order("t3");
    terrace.fire(before, "panna-cotta");
    assert!(house.printer.wait_for(5, PATIENCE), "the copy prints by itself: {:?}", papers(&house.printer));
    assert_eq!([number(&terrace, paid), number(&terrace, opened)], ["B2", "B3"]);

    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    for till in [&bar, &terrace] {
        assert_eq!(till.lines(before), 2, "what was added at the copy");
        assert_eq!(till.check(known).receipt.map(|r| r.to_string()).as_deref(), Some("B-000001"));
        assert_eq!(till.check(paid).receipt.map(|r| r.to_string()).as_deref(), Some("C-000001"), "not given twice");
        assert_eq!([number(till, paid), number(till, opened)], ["C1", "C2"]);
        assert_eq!(till.check(opened).card.name, "B3", "as it hangs in the kitchen");
    }
    let (text, behind) = ("B-000001".to_owned(), None);
    let closed = match terrace.query(Query::ClosedChecks { from: Date(0), to: Date(50_000), text, behind }) {
        View::ClosedChecks(list) => list,
        other => panic!("{other:?}"),
    };
    assert_eq!(closed.len(), 2, "a guest with that paper is found, whichever of the two it is");
    // Nothing waits, so whatever is printed from here on is new.
    let new = terrace.order("t8");
    same(&[&bar, &terrace]);
    until("its ticket is printed", || papers(&house.printer).iter().any(|p| p.contains(&number(&terrace, new))));
    let twice = papers(&house.printer).into_iter().skip(5).filter(|p| !p.contains(&number(&terrace, new)));
    assert!(twice.clone().all(|p| p.contains(DUPLICATE)), "{:?}", twice.collect::<Vec<_>>());
}

#[test]
fn whoever_crashes_while_it_comes_back_comes_back_once() {
    let (house, [bar, terrace]) = house(["Bar", "Terrace"]);
    let (terrace, _) = house.old_copy(terrace, &bar);
    let done = terrace.order("t2");
    house.loses_the_welcome(&terrace, &bar);
    terrace.stop(&house.switch, &[&bar]);
    let terrace = house.start("Terrace");
    assert_eq!(terrace.lines(done), 1, "nothing has changed yet");
    *house.switch.loses_welcomes.lock().expect("no panic") = false;
    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    let letters: String = terminals(&bar).iter().map(|t| t.letter).collect();
    assert_eq!(letters, "AC", "under one name");
    assert_eq!(bar.lines(done), 1);
    // And it is that one after the next start too.
    let name = terrace.terminal.origin();
    terrace.stop(&house.switch, &[&bar]);
    let terrace = house.start("Terrace");
    assert_eq!(terrace.terminal.origin(), name);
    house.switch.connect(&terrace, &bar);
    same(&[&bar, &terrace]);
}

#[test]
fn a_terminal_restored_again_and_again_comes_back_each_time() {
    let (house, [bar, mut terrace]) = house(["Bar", "Terrace"]);
    terrace = house.copy(terrace, &[&bar]);
    let mut done = Vec::new();
    for table in ["t1", "t2", "t3"] {
        house.switch.connect(&bar, &terrace);
        done.push(terrace.order(table));
        same(&[&bar, &terrace]);
        terrace = house.restore(terrace, &[&bar]);
        done.push(terrace.order(table));
        house.comes_back(&terrace, &bar);
        same(&[&bar, &terrace]);
        house.switch.cut(&terrace, &bar);
    }
    assert!(done.iter().all(|check| bar.lines(*check) == 1), "all that was ordered");
    let names: Vec<String> = terminals(&bar).into_iter().map(|t| t.name).collect();
    assert_eq!(names, ["Bar", "Terrace"], "it is one terminal");
}

#[test]
fn who_took_the_copys_line_first_takes_the_one_that_holds() {
    let (house, [bar, terrace, office]) = house(["Bar", "Terrace", "Office"]);
    let terrace = house.copy(terrace, &[&bar, &office]);
    house.switch.cut(&bar, &office);
    house.switch.connect(&bar, &terrace);
    let known = terrace.order("t7");
    same(&[&bar, &terrace]);
    let terrace = house.restore(terrace, &[&bar]);
    house.switch.connect(&terrace, &office);
    let (beside, paid) = (terrace.order("t2"), terrace.order("t3"));
    pay(&terrace, paid);
    same(&[&terrace, &office]);
    assert_eq!([office.lines(known), office.lines(beside)], [0, 1], "the office holds the other line");
    house.switch.cut(&terrace, &office);

    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    house.switch.connect(&office, &bar);
    // It hears of both lines, sets its own aside and begins anew.
    let came = |till: &Till| till.terminal.heads().contains_key(&terrace.terminal.origin());
    until("the office hears of it", || came(&office));
    until("it holds no other line", || {
        house.switch.cut(&office, &bar);
        house.switch.connect(&office, &bar);
        std::thread::sleep(std::time::Duration::from_millis(300));
        office.terminal.digest() == bar.terminal.digest()
    });
    same(&[&bar, &terrace, &office]);
    for till in [&bar, &terrace, &office] {
        assert_eq!([till.lines(known), till.lines(beside), till.lines(paid)], [1, 1, 1]);
        assert_eq!(till.check(paid).receipt.map(|r| r.letter), Some('D'));
    }
    // What it holds now it holds after a start too.
    let digest = office.terminal.digest();
    office.stop(&house.switch, &[&bar]);
    let office = house.start("Office");
    assert_eq!(office.terminal.digest(), digest);
}

#[test]
fn whoever_is_shut_out_is_so_under_every_name() {
    let (house, [bar, terrace]) = house(["Bar", "Terrace"]);
    let (terrace, _) = house.old_copy(terrace, &bar);
    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    let (key, old, new) = (terrace.terminal.public_key(), terrace.origin, terrace.terminal.origin());
    assert_eq!(bar.terminal.knows(&key), Some(new));
    let knows_sign_in = |till: &Till| matches!(bar.terminal.query(&till.caller, Query::Floor), Answer::View(_));
    assert!(knows_sign_in(&terrace), "who signed in there is known everywhere");
    bar.does(Command::ShutOut { terminal: old });
    assert_eq!(bar.terminal.knows(&key), None, "a thief with an old disk has the same key");
    assert!(!knows_sign_in(&terrace));
}

#[test]
fn whoever_is_alone_goes_on() {
    let (house, [bar, terrace]) = house(["Bar", "Terrace"]);
    let (terrace, _) = house.old_copy(terrace, &bar);
    house.loses_the_welcome(&terrace, &bar);
    house.switch.cut(&terrace, &bar);
    until("it takes orders again", || matches!(terrace.command(Command::ClockIn), Outcome::Done(_)));
    let done = terrace.order("t2");
    *house.switch.loses_welcomes.lock().expect("no panic") = false;
    house.comes_back(&terrace, &bar);
    same(&[&bar, &terrace]);
    assert_eq!(bar.lines(done), 1);
}
