//! The power goes while people tap: the terminal is killed at a random moment, again and again, and nothing it ever
//! acknowledged may be missing, done twice or on paper twice without saying so.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use domain::ids::StaffId;
use printing::emulator::{Build, Emulator, Printed};
use restaurant_tests::{
    audit::{Acknowledged, acknowledged, fired_tags, lost, printed_twice, repeat_fault, tags},
    house::{House, folder},
    referee::{LogRow, read_log, recompute},
};
use serde_json::{Value, json};
use terminal::demo_service::{self, Args, Client};

/// Kills in all; `COMANDA_KILLS` says otherwise.
const KILLS: u64 = 500;
/// After so many kills a restaurant is looked at in full, and another one opens.
const KILLS_PER_HOUSE: u64 = 25;
/// Restaurants at the same time.
const HOUSES: u64 = 2;
/// Bytes the journal may grow by before a kill: up to about forty answers.
const MOST_ACKNOWLEDGED: u64 = 120_000;
/// A service that acknowledges less than it should is killed by then.
const LONGEST: Duration = Duration::from_secs(3);
/// Commands sent again after each kill, the last ones first.
const SENT_AGAIN: usize = 12;
/// Slips that may wait for the printer when the next service begins. People stop sending to a printer that is further
/// behind; a terminal that is sent more all the same gives up the oldest slips, and says so.
const MOST_WAITING: f64 = 100.0;
/// The printer has worked off what waits for it by then.
const PRINTS_WITHIN: Duration = Duration::from_secs(60);
/// People sign in once; a restart does not sign them out.
type Tokens = BTreeMap<StaffId, String>;

/// What is known of a restaurant from outside: what it acknowledged and what it printed.
#[derive(Default)]
struct Witness {
    done: Vec<Acknowledged>,
    papers: BTreeMap<u64, Arc<Printed>>,
}

/// splitmix64.
fn roll(seed: u64) -> u64 {
    let z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// One service on an open terminal, and its end. What was acknowledged is in `journal` afterwards.
fn play_and_kill(house: House, seed: u64, tokens: &Tokens, journal: &Path) -> Result<()> {
    let args = Args {
        url: house.url.clone(),
        seed,
        orders: 60,
        lanes: 3,
        tokens: tokens.clone(),
        journal: Some(journal.to_owned()),
        session: Some(roll(seed) >> 24),
        tries: 1,
        close: seed.is_multiple_of(4),
        tag_lines: true,
        ..Args::default()
    };
    let before = std::fs::metadata(journal).map_or(0, |m| m.len());
    let service = thread::spawn(move || demo_service::run(&args));
    // The moment is drawn in work done, not in time, so that a slow machine tests as much as a fast one; what is in
    // flight at that moment is drawn in time.
    let written = || std::fs::metadata(journal).map_or(0, |m| m.len());
    let (began, enough) = (Instant::now(), before + roll(seed ^ 0xA5) % MOST_ACKNOWLEDGED);
    while written() < enough && began.elapsed() < LONGEST && !service.is_finished() {
        thread::sleep(Duration::from_micros(300));
    }
    thread::sleep(Duration::from_micros(roll(seed ^ 0x5A) % 4_000));
    house.kill();
    // It ends because nobody answers any more; a refusal or nonsense would be news.
    match service.join() {
        Ok(Ok(_) | Err(demo_service::ServiceError::Unreachable { .. })) => Ok(()),
        Ok(Err(error)) => Err(error.into()),
        Err(fault) => std::panic::resume_unwind(fault),
    }
}

/// Sends the last acknowledged commands again; each must say that it was done before, with the same answer.
fn send_again(house: &House, tokens: &Tokens, done: &[Acknowledged]) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    let mut client = Client::new(&house.url, "auditor", 1, None)?;
    // Whoever signed in: the answer to a command that was done does not depend on who asks again.
    client.token = tokens.values().next().cloned();
    for first in done.iter().rev().take(SENT_AGAIN).filter(|d| d.sent["approval"].is_null()) {
        let again: Value = client.post("/api/dispatch", &first.sent)?;
        faults.extend(repeat_fault(first, &again));
    }
    Ok(faults)
}

/// What the log itself has to say: numbers, chain, sums.
fn log_faults(log: &[LogRow]) -> Vec<String> {
    recompute(log).faults.iter().map(ToString::to_string).collect()
}

fn see_paper(printer: &Emulator, papers: &mut BTreeMap<u64, Arc<Printed>>) {
    papers.extend(printer.tickets().into_iter().map(|t| (t.id, t)));
}

/// One restaurant through its kills.
fn restaurant(first_seed: u64, kills: u64) -> Result<Witness> {
    let (data, printer) = (folder()?, Emulator::start("127.0.0.1:0", Build::default())?);
    let journal = data.path().join("journal");
    let mut house = House::open(data.path(), Some(printer.addr()))?;
    let tokens = house.tokens()?;
    let mut witness = Witness::default();
    for seed in first_seed..first_seed + kills {
        let database = house.database();
        play_and_kill(house, seed, &tokens, &journal)?;
        see_paper(&printer, &mut witness.papers);
        witness.done = acknowledged(&std::fs::read_to_string(&journal).unwrap_or_default())?;
        let log = read_log(&database)?;
        let gone = lost(&witness.done, &log);
        ensure!(gone.is_empty(), "kill {seed}: acknowledged but not in the log: {gone:?}");
        house = House::open(data.path(), None)?;
        let faults = send_again(&house, &tokens, &witness.done)?;
        ensure!(faults.is_empty(), "kill {seed}: {faults:#?}");
        printer_keeps_up(&house, MOST_WAITING)?;
    }
    last_look(&house, &printer, &mut witness)?;
    house.stop()?;
    Ok(witness)
}

fn printer_keeps_up(house: &House, most: f64) -> Result<()> {
    let began = Instant::now();
    while house.metric("comanda_slips_waiting")? > most {
        ensure!(began.elapsed() < PRINTS_WITHIN, "too many slips still wait for the printer");
        thread::sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// After the last kill everything that waits is printed, then log and paper are held against each other.
fn last_look(house: &House, printer: &Emulator, witness: &mut Witness) -> Result<()> {
    printer_keeps_up(house, 0.0)?;
    see_paper(printer, &mut witness.papers);
    let log = read_log(&house.database())?;
    let faults = log_faults(&log);
    ensure!(faults.is_empty(), "the log: {faults:#?}");
    let twice = printed_twice(witness.papers.values().map(|p| p.text.as_str()));
    ensure!(twice.is_empty(), "{twice:#?}");
    let on_paper: BTreeSet<&str> = witness.papers.values().flat_map(|p| tags(&p.text)).collect();
    let fired = fired_tags(&log);
    let never: Vec<&String> = fired.iter().filter(|t| !on_paper.contains(t.as_str())).collect();
    if let Some(tag) = never.first() {
        let slips = slips_with(&house.database(), tag)?;
        bail!("of {} fired lines {} never came to paper: {never:?}; the ledger: {slips:#?}", fired.len(), never.len());
    }
    Ok(())
}

/// What the ledger has of the slips with a tag on them, for whoever must find out where they went.
fn slips_with(database: &Path, tag: &str) -> Result<Vec<String>> {
    let db = rusqlite::Connection::open_with_flags(database, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let mut find = db.prepare("SELECT job, state, marked, tries, why, CAST(body AS TEXT) FROM slip")?;
    let row = |r: &rusqlite::Row<'_>| -> rusqlite::Result<(String, String)> {
        let (job, state, marked): (i64, i64, bool) = (r.get(0)?, r.get(1)?, r.get(2)?);
        let (tries, why): (i64, String) = (r.get(3)?, r.get(4)?);
        Ok((format!("job {job} state {state} marked {marked} tries {tries} why {why:?}"), r.get(5)?))
    };
    let slips = find.query_map([], row)?.collect::<rusqlite::Result<Vec<_>>>()?;
    Ok(slips
        .into_iter()
        .filter(|(_, body)| body.contains(tag))
        .map(|(ledger, body)| format!("{ledger}: {body}"))
        .collect())
}

#[test]
fn five_hundred_kills_lose_nothing_and_print_nothing_twice_unmarked() -> Result<()> {
    let kills = std::env::var("COMANDA_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let houses = kills.div_ceil(KILLS_PER_HOUSE);
    let began = Instant::now();
    let work = |worker: u64| -> Result<[usize; 3]> {
        let mut seen = [0; 3];
        for house in (worker..houses).step_by(HOUSES as usize) {
            let left = (kills - house * KILLS_PER_HOUSE).min(KILLS_PER_HOUSE);
            let witness =
                restaurant(1 + house * KILLS_PER_HOUSE, left).with_context(|| format!("restaurant {house}"))?;
            let marked = witness.papers.values().filter(|p| p.text.contains("POSSIBLE DUPLICATE")).count();
            [witness.done.len(), witness.papers.len(), marked].iter().zip(&mut seen).for_each(|(n, sum)| *sum += n);
        }
        Ok(seen)
    };
    let seen = thread::scope(|all| {
        let workers: Vec<_> = (0..HOUSES).map(|worker| all.spawn(move || work(worker))).collect();
        workers
            .into_iter()
            .map(|w| w.join().unwrap_or_else(|f| std::panic::resume_unwind(f)))
            .collect::<Result<Vec<_>>>()
    })?;
    let [done, papers, marked] = seen.iter().fold([0; 3], |a, b| std::array::from_fn(|i| a[i] + b[i]));
    println!(
        "{kills} kills in {:.0} s: {done} acknowledged commands, {papers} slips, {marked} of them marked",
        began.elapsed().as_secs_f32()
    );
    ensure!(done > kills as usize, "so few commands between kills prove nothing: {done}");
    Ok(())
}

/// The auditor itself: what it must notice, planted.
#[test]
fn the_auditor_notices_what_was_planted() -> Result<()> {
    let (data, printer) = (folder()?, Emulator::start("127.0.0.1:0", Build::default())?);
    let house = House::open(data.path(), Some(printer.addr()))?;
    let (journal, tokens) = (data.path().join("journal"), house.tokens()?);
    let args = Args {
        url: house.url.clone(),
        orders: 4,
        tokens: tokens.clone(),
        journal: Some(journal.clone()),
        tag_lines: true,
        ..Args::default()
    };
    demo_service::run(&args)?;
    let done = acknowledged(&std::fs::read_to_string(&journal)?)?;
    let log = read_log(&house.database())?;
    assert!(done.len() > 40 && lost(&done, &log).is_empty() && log_faults(&log).is_empty());
    assert_eq!(send_again(&house, &tokens, &done)?, Vec::<String>::new());

    let invented = Acknowledged { sent: json!({ "id": "00000000-99" }), answer: json!({ "id": "00000000-99" }) };
    assert_eq!(lost(&[invented], &log), ["00000000-99"], "an acknowledged command that is nowhere");
    let mut forgetful = log.clone();
    let id = done[20].id().as_bytes();
    forgetful.retain(|row| !row.body.windows(id.len()).any(|w| w == id));
    assert!(lost(&done, &forgetful).contains(&done[20].id()), "an entry that did not survive");

    let mut other = done[done.len() - 1].clone();
    other.answer["check"] = json!("00000000-1");
    assert_eq!(send_again(&house, &tokens, &[other])?.len(), 1, "another answer the second time");
    let mut fresh = done[0].clone();
    fresh.sent["id"] = json!("00000000-77");
    assert_eq!(send_again(&house, &tokens, &[fresh])?.len(), 1, "done again instead of repeated");

    last_look(&house, &printer, &mut Witness::default())?;
    let papers: Vec<String> = printer.tickets().iter().map(|p| p.text.clone()).collect();
    let ticket = papers.iter().find(|p| !tags(p).is_empty()).context("a kitchen ticket")?;
    let with = |more: String| printed_twice(papers.iter().map(String::as_str).chain([more.as_str()])).len();
    assert_eq!(with(ticket.clone()), tags(ticket).len(), "a ticket that came twice, unmarked");
    assert_eq!(with(format!("POSSIBLE DUPLICATE\n{ticket}")), 0, "a marked one is honest");
    Ok(())
}
