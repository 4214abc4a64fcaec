//! The spooler against the virtual printer over real sockets, one fault at a time.

use super::*;
use crate::emulator::{Build, Emulator, Fault, ProcessIds};
use domain::paper::{POSSIBLE_DUPLICATE, Row, SlipKind, Style};
use std::net::{SocketAddr, TcpStream};
use std::time::Instant;

/// How long a test waits before it gives up; no test asserts a time.
const PATIENCE: Duration = Duration::from_secs(30);

fn quick() -> Timings {
    let ms = Duration::from_millis;
    Timings {
        connect: ms(1000),
        write: ms(2000),
        answer: ms(400),
        proof: ms(1200),
        refill: ms(1500),
        back_off: (ms(20), ms(100)),
        probe: ms(100),
        idle_close: ms(60_000),
        linger: ms(50),
    }
}

/// A desk as a terminal keeps it, but on the back of an envelope.
#[derive(Default)]
struct Envelope {
    notes: Mutex<Notes>,
    changed: Condvar,
}

#[derive(Default)]
struct Notes {
    waiting: Vec<(PrinterId, Job)>,
    sent: Vec<u64>,
    outcomes: Vec<(u64, Outcome)>,
    healths: Vec<Health>,
    paper_low: bool,
    pen_broken: bool,
    shared: bool,
    /// Somebody else may have printed the next job since it was taken.
    doubts: bool,
}

impl JobDesk for Envelope {
    fn next(&self, printer: &PrinterId) -> Option<Job> {
        self.lock().waiting.iter().find(|(on, _)| on == printer).map(|(_, job)| job.clone())
    }

    fn sending(&self, _: &PrinterId, job: &Job) -> Result<Permit, NotRecorded> {
        let mut notes = self.lock();
        if notes.pen_broken {
            return Err(NotRecorded("no ink".into()));
        }
        if std::mem::take(&mut notes.doubts) {
            let (_, waiting) = notes.waiting.iter_mut().find(|(_, waiting)| waiting.id == job.id).expect("it waits");
            *waiting = Job { id: job.id, slip: job.slip.marked_possible_duplicate(), marked: true };
            return Ok(Permit::Anew);
        }
        notes.sent.push(job.id);
        Ok(Permit::Send)
    }

    fn outcome(&self, printer: &PrinterId, job: &Job, outcome: Outcome) {
        let mut notes = self.lock();
        notes.outcomes.push((job.id, outcome.clone()));
        match outcome {
            Outcome::NotSent(_) => {}
            Outcome::Printed | Outcome::Unknown(Doubt::CannotConfirm) => notes.waiting.retain(|(_, j)| j.id != job.id),
            Outcome::Unknown(_) => {
                notes.waiting.retain(|(_, j)| j.id != job.id);
                let again = Job { id: job.id + 100, slip: job.slip.marked_possible_duplicate(), marked: true };
                notes.waiting.insert(0, (printer.clone(), again));
            }
        }
        drop(notes);
        self.changed.notify_all();
    }

    fn shares(&self, _: &PrinterId) -> bool {
        self.lock().shared
    }

    fn status(&self, _: &PrinterId, status: Status) {
        let mut notes = self.lock();
        notes.paper_low = status.paper_low;
        if notes.healths.last() != Some(&status.health) {
            notes.healths.push(status.health);
        }
        drop(notes);
        self.changed.notify_all();
    }
}

impl Envelope {
    fn lock(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap()
    }

    /// Waits until the notes show it.
    fn until(&self, what: &str, shown: impl Fn(&Notes) -> bool) {
        let end = Instant::now() + PATIENCE;
        let mut notes = self.lock();
        while !shown(&notes) {
            assert!(Instant::now() < end, "never {what}: {:?} {:?}", notes.outcomes, notes.healths);
            notes = self.changed.wait_timeout(notes, Duration::from_millis(50)).unwrap().0;
        }
    }

    /// The outcomes of one job, repeats of "not sent" told once.
    fn of(&self, job: u64) -> Vec<Outcome> {
        let mut all: Vec<Outcome> =
            self.lock().outcomes.iter().filter(|(id, _)| *id == job).map(|(_, o)| o.clone()).collect();
        all.dedup();
        all
    }
}

fn ticket(dish: &str) -> Slip {
    let line = |text: &str| Row::Text { text: text.into(), style: Style::plain() };
    let mut rows = vec![line(dish)];
    rows.extend((0..12).map(|n| line(&format!("line {n}"))));
    rows.push(Row::Cut);
    Slip::new(SlipKind::Kitchen, rows)
}

struct Kitchen {
    printer: Emulator,
    desk: Arc<Envelope>,
    spooler: Option<Spooler>,
}

fn grill() -> PrinterId {
    PrinterId("grill".into())
}

impl Kitchen {
    fn with(build: Build, profile: PrinterProfile, before: &[Fault]) -> Kitchen {
        let printer = Emulator::start("127.0.0.1:0", build).unwrap();
        before.iter().for_each(|fault| printer.inject(fault.clone()));
        let desk = Arc::new(Envelope::default());
        let config = PrinterConfig { id: grill(), address: printer.addr().to_string(), profile };
        let spooler = Spooler::start_with(vec![config], desk.clone(), quick());
        Kitchen { printer, desk, spooler: Some(spooler) }
    }

    fn new(before: &[Fault]) -> Kitchen {
        Kitchen::with(Build::default(), PrinterProfile::epson_80(), before)
    }

    fn fire(&self, id: u64, dish: &str) {
        self.desk.lock().waiting.push((grill(), Job { id, slip: ticket(dish), marked: false }));
        self.spooler.as_ref().unwrap().wake(&grill());
    }

    fn until_ended(&self, job: u64) -> Outcome {
        let ended =
            |notes: &Notes| notes.outcomes.iter().any(|(id, o)| *id == job && !matches!(o, Outcome::NotSent(_)));
        self.desk.until("ended", ended);
        self.desk.of(job).pop().unwrap()
    }

    fn until_hindered(&self, job: u64, by: Hindrance) {
        self.desk.until("hindered", |notes| notes.outcomes.contains(&(job, Outcome::NotSent(by))));
    }

    fn papers(&self) -> Vec<String> {
        self.printer.tickets().iter().map(|ticket| ticket.text.clone()).collect()
    }
}

/// How often a dish is on paper, and how often on paper without the warning that it may be there twice.
fn cooked(papers: &[String], dish: &str) -> (usize, usize) {
    let with = papers.iter().filter(|paper| paper.contains(dish));
    (with.clone().count(), with.filter(|paper| !paper.contains(POSSIBLE_DUPLICATE)).count())
}

#[test]
fn jobs_are_printed_once_in_order_and_proven() {
    let kitchen = Kitchen::new(&[]);
    for n in 0..5 {
        kitchen.fire(n, &format!("Toast {n}"));
    }
    assert_eq!(kitchen.until_ended(4), Outcome::Printed);
    let papers = kitchen.papers();
    assert_eq!(papers.len(), 5);
    assert!(papers.iter().enumerate().all(|(n, paper)| paper.starts_with(&format!("Toast {n}\n"))), "{papers:?}");
    assert_eq!(kitchen.desk.lock().sent, [0, 1, 2, 3, 4]);
    assert!(kitchen.printer.tickets().iter().all(|ticket| ticket.strays.is_empty()));
}

#[test]
fn what_came_into_doubt_while_the_printer_was_asked_is_taken_anew() {
    let kitchen = Kitchen::new(&[]);
    kitchen.desk.lock().doubts = true;
    kitchen.fire(1, "Toast");
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
    assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 0));
    assert_eq!(kitchen.desk.lock().sent, [1]);
}

/// A printer serves one connection at a time, and a terminal that dies in silence never lets go of its own.
#[test]
fn a_printer_that_others_come_to_share_is_let_go() {
    let seldom = Timings { probe: PATIENCE * 10, ..quick() };
    let kitchen = Kitchen::new(&[]);
    let address = kitchen.printer.addr().to_string();
    let config = || PrinterConfig { id: grill(), address: address.clone(), profile: PrinterProfile::epson_80() };
    let Kitchen { printer: _printer, desk: idle, spooler } = kitchen;
    drop(spooler);
    let fire = |desk: &Envelope, spooler: &Spooler, id| {
        desk.lock().waiting.push((grill(), Job { id, slip: ticket("Toast"), marked: false }));
        spooler.wake(&grill());
        desk.until("printed", |notes| notes.outcomes.contains(&(id, Outcome::Printed)));
    };
    let first = Spooler::start_with(vec![config()], idle.clone(), seldom.clone());
    fire(&idle, &first, 1);
    // Only now another terminal joins.
    idle.lock().shared = true;
    let other = Arc::new(Envelope::default());
    let second = Spooler::start_with(vec![config()], other.clone(), seldom);
    fire(&other, &second, 2);
}

#[test]
fn a_printer_that_says_why_it_cannot_print_gets_nothing_until_it_is_mended() {
    for (fault, by) in [(Fault::PaperOut, Hindrance::PaperOut), (Fault::CoverOpen, Hindrance::CoverOpen)] {
        let kitchen = Kitchen::new(&[fault]);
        kitchen.fire(1, "Toast");
        kitchen.until_hindered(1, by);
        assert!(kitchen.desk.lock().sent.is_empty(), "nothing leaves while {by}");
        kitchen.printer.inject(Fault::Repaired);
        assert_eq!(kitchen.until_ended(1), Outcome::Printed);
        assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 1));
        assert!(kitchen.desk.lock().healths.ends_with(&[Health::Hindered(by), Health::Online]));
    }
}

#[test]
fn silence_and_deafness_before_a_job_keep_it_back() {
    for fault in [Fault::Silence, Fault::Deaf] {
        let kitchen = Kitchen::new(&[fault]);
        kitchen.fire(1, "Toast");
        kitchen.until_hindered(1, Hindrance::Silent);
        assert!(kitchen.desk.lock().sent.is_empty());
        kitchen.printer.inject(Fault::Repaired);
        assert_eq!(kitchen.until_ended(1), Outcome::Printed);
        assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 1));
    }
}

#[test]
fn paper_ending_mid_job_is_waited_for_and_a_quick_refill_costs_nothing() {
    let kitchen = Kitchen::new(&[Fault::PaperOutAfterLines(5)]);
    kitchen.fire(1, "Toast");
    let out = Health::Hindered(Hindrance::PaperOut);
    kitchen.desk.until("out of paper", |notes| notes.healths.contains(&out));
    kitchen.printer.inject(Fault::Repaired);
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
    assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 1));
}

#[test]
fn paper_ending_mid_job_for_long_is_unknown_and_the_reprint_says_so() {
    let kitchen = Kitchen::new(&[Fault::PaperOutAfterLines(5)]);
    kitchen.fire(1, "Toast");
    assert_eq!(kitchen.until_ended(1), Outcome::Unknown(Doubt::PaperOutMidJob));
    kitchen.until_hindered(101, Hindrance::PaperOut);
    kitchen.printer.inject(Fault::Repaired);
    assert_eq!(kitchen.until_ended(101), Outcome::Printed);
    let (all, unmarked) = cooked(&kitchen.papers(), "Toast");
    assert!(all >= 1 && unmarked <= 1, "{:?}", kitchen.papers());
}

#[test]
fn whatever_leaves_without_proof_is_unknown_and_cooked_unmarked_at_most_once() {
    let check = |fault: Fault, doubt: Doubt| {
        let kitchen = Kitchen::new(&[]);
        kitchen.fire(1, "Soup");
        assert_eq!(kitchen.until_ended(1), Outcome::Printed);
        kitchen.printer.inject(fault.clone());
        kitchen.fire(2, "Toast");
        assert_eq!(kitchen.until_ended(2), Outcome::Unknown(doubt), "{fault:?}");
        kitchen.printer.inject(Fault::Repaired);
        assert_eq!(kitchen.until_ended(102), Outcome::Printed, "{fault:?}");
        let papers = kitchen.papers();
        let (all, unmarked) = cooked(&papers, "Toast");
        assert!(all >= 1 && unmarked <= 1, "{fault:?}: {papers:?}");
    };
    check(Fault::ProcessIds(ProcessIds::Never), Doubt::NoAnswer);
    check(Fault::ProcessIds(ProcessIds::Late { ms: 2500 }), Doubt::NoAnswer);
    check(Fault::ResetAfter(100), Doubt::ConnectionLost);
}

#[test]
fn a_proof_that_is_a_little_late_is_still_a_proof() {
    let kitchen = Kitchen::new(&[Fault::ProcessIds(ProcessIds::Late { ms: 300 })]);
    kitchen.fire(1, "Toast");
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
}

#[test]
fn the_first_job_after_a_power_cycle_is_lost_by_the_printer_but_not_by_us() {
    let kitchen = Kitchen::new(&[]);
    kitchen.fire(1, "Soup");
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
    kitchen.printer.inject(Fault::PowerCycle);
    kitchen.fire(2, "Toast");
    assert_eq!(kitchen.until_ended(2), Outcome::Unknown(Doubt::NoAnswer));
    assert_eq!(kitchen.until_ended(102), Outcome::Printed);
    assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 0), "only the marked reprint is on paper");
}

#[test]
fn another_till_on_the_printer_blocks_it_and_is_waited_for() {
    let printer = Emulator::start("127.0.0.1:0", Build::default()).unwrap();
    let other = TcpStream::connect(printer.addr()).unwrap();
    std::thread::sleep(Duration::from_millis(100));
    let desk = Arc::new(Envelope::default());
    let config =
        PrinterConfig { id: grill(), address: printer.addr().to_string(), profile: PrinterProfile::epson_80() };
    let spooler = Some(Spooler::start_with(vec![config], desk.clone(), quick()));
    let kitchen = Kitchen { printer, desk, spooler };
    kitchen.fire(1, "Toast");
    kitchen.until_hindered(1, Hindrance::Silent);
    drop(other);
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
    assert_eq!(cooked(&kitchen.papers(), "Toast"), (1, 1));
}

#[test]
fn a_dead_printer_holds_up_nobody_else() {
    let kitchen = Kitchen::new(&[]);
    let nowhere = SocketAddr::from(([127, 0, 0, 1], 9));
    let bar = PrinterId("bar".into());
    let config = |id: &PrinterId, address: SocketAddr| PrinterConfig {
        id: id.clone(),
        address: address.to_string(),
        profile: PrinterProfile::epson_80(),
    };
    let desk = Arc::new(Envelope::default());
    desk.lock().waiting.push((bar.clone(), Job { id: 1, slip: ticket("Beer"), marked: false }));
    desk.lock().waiting.push((grill(), Job { id: 2, slip: ticket("Toast"), marked: false }));
    drop(kitchen.spooler);
    let printers = vec![config(&bar, nowhere), config(&grill(), kitchen.printer.addr())];
    let _spooler = Spooler::start_with(printers, desk.clone(), quick());
    desk.until("the grill printed", |notes| notes.outcomes.contains(&(2, Outcome::Printed)));
    desk.until("the bar gave up", |notes| notes.outcomes.contains(&(1, Outcome::NotSent(Hindrance::Unreachable))));
}

#[test]
fn nothing_leaves_that_was_not_written_down_first() {
    let kitchen = Kitchen::new(&[]);
    kitchen.desk.lock().pen_broken = true;
    kitchen.fire(1, "Toast");
    kitchen.until_hindered(1, Hindrance::NotRecorded);
    assert!(kitchen.papers().is_empty());
    kitchen.desk.lock().pen_broken = false;
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
}

#[test]
fn printers_that_prove_less_are_believed_less() {
    let check = |profile: PrinterProfile, fault: Option<Fault>, outcome: Outcome| {
        let build = Build { without_process_ids: true, ..Build::default() };
        let faults: Vec<Fault> = fault.into_iter().collect();
        let kitchen = Kitchen::with(build, profile.clone(), &faults);
        kitchen.fire(1, "Toast");
        assert_eq!(kitchen.until_ended(1), outcome, "{} {faults:?}", profile.name);
    };
    check(PrinterProfile::generic_80(), None, Outcome::Printed);
    let late = Some(Fault::PaperOutAfterLines(3));
    check(PrinterProfile::generic_80(), late, Outcome::Unknown(Doubt::PaperOutMidJob));
    let mute = PrinterProfile { proof: crate::profile::Proof::Nothing, ..PrinterProfile::generic_80() };
    check(mute, Some(Fault::Silence), Outcome::Unknown(Doubt::CannotConfirm));
    // Sold as an Epson, but it never proves anything.
    check(PrinterProfile::epson_80(), None, Outcome::Unknown(Doubt::NoAnswer));
}

#[test]
fn low_paper_is_told_while_printing_goes_on() {
    let kitchen = Kitchen::new(&[Fault::PaperLow]);
    kitchen.fire(1, "Toast");
    assert_eq!(kitchen.until_ended(1), Outcome::Printed);
    kitchen.desk.until("low paper told", |notes| notes.paper_low);
}
