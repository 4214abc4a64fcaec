//! `cargo xtask bench`: medians of interleaved rounds on the order stream, with raw SQLite writing the same bytes beside
//! them in the same run. Names of parts on the command line run only those:
//! `commands callers full restart size`, and of several terminals `paced flat-out catch-up
//! screens takeover idle`.
//! `COMANDA_BENCH_FOLDER` measures on another disk than the one that holds the build.

mod figures;
mod floor;
mod inside;
mod lan;
mod outside;
mod raw;
mod screens;
mod several;
mod stream;
mod trio;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, Result};
use figures::{Round, SLOW_DISK, Table, median, ms, processor, quantile};
use inside::Inside;
use outside::Outside;
use raw::{Raw, fdatasync};
use stream::{Rng, StreamOrder, order};

const ROUNDS: usize = 7;
/// Orders a round; about 1,100 commands.
const ORDERS: usize = 100;
const CALLERS: usize = 16;
/// A round on a slow disk is tried again so often; if the disk stays slow, a few rounds are measured on it all the same.
const SECOND_CHANCES: usize = 14;
const SLOW_ROUNDS: usize = 2;
/// No disk makes a write durable in less.
const NO_DISK: Duration = Duration::from_micros(20);
/// What is stored before the starts are measured.
const FEW: usize = 1_000;
const MANY: usize = 100_000;
const STARTS: usize = 7;

fn main() -> Result<()> {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |part: &str| asked.is_empty() || asked.iter().any(|a| a == part);
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../target/bench");
    let work = std::env::var_os("COMANDA_BENCH_FOLDER").map_or_else(beside, PathBuf::from);
    std::fs::create_dir_all(&work)?;
    if cfg!(debug_assertions) {
        println!("This is a debug build: its figures mean nothing. Use cargo xtask bench.");
    }
    let mut table = Table::default();
    let disk = fdatasync(&work)?;
    println!("Disk: fdatasync p50 {:.3} ms", ms(disk));
    if disk < NO_DISK {
        println!("This is no disk but memory: what is said over raw SQLite means nothing here.");
    }
    if wanted("commands") {
        commands(&mut table, &work)?;
    }
    if wanted("callers") {
        callers(&mut table, &work)?;
    }
    if wanted("full") {
        full_house(&mut table, &work)?;
    }
    if wanted("restart") {
        restart(&mut table, &work)?;
    }
    if wanted("size") {
        sizes(&mut table, &work)?;
    }
    if wanted("paced") {
        several::paced(&mut table, &work)?;
    }
    if wanted("flat-out") {
        several::flat_out(&mut table, &work)?;
    }
    if wanted("catch-up") {
        several::catch_up(&mut table, &work)?;
    }
    if wanted("screens") {
        several::screens(&mut table, &work)?;
    }
    if wanted("takeover") {
        lan::takeover(&mut table, &work)?;
    }
    if wanted("idle") {
        lan::idle(&mut table, &work)?;
    }
    println!("\n{} goals missed", table.missed());
    Ok(())
}

fn folder(work: &Path) -> Result<tempfile::TempDir> {
    tempfile::tempdir_in(work).context("a folder for the measurements")
}

/// Rounds on a disk that was fast enough, with how many were not.
fn rounds(table: &Table, work: &Path, mut round: impl FnMut(usize) -> Result<()>) -> Result<()> {
    let (mut good, mut slow) = (0, Vec::new());
    let mut disk = Vec::new();
    while good < if slow.len() == SECOND_CHANCES { SLOW_ROUNDS } else { ROUNDS } {
        let sync = fdatasync(work)?;
        if sync > SLOW_DISK && slow.len() < SECOND_CHANCES {
            slow.push(ms(sync));
            continue;
        }
        disk.push(ms(sync));
        round(good)?;
        good += 1;
    }
    let waited = slow.len();
    table.note(&format!(
        "{good} rounds, fdatasync p50 {:.3} ms; {waited} tries discarded because the disk took more than {:.0} ms{}",
        median(&mut disk),
        ms(SLOW_DISK),
        if waited == SECOND_CHANCES { "; then measured on the slow disk all the same" } else { "" }
    ));
    Ok(())
}

fn draw(rng: &mut Rng, n: usize) -> Vec<StreamOrder> {
    (0..n).map(|_| order(rng)).collect()
}

/// What a terminal writes for these orders, to be written by plain SQLite.
fn same_bytes(work: &Path, orders: &[StreamOrder]) -> Result<Vec<Vec<u8>>> {
    let dir = folder(work)?;
    let inside = Inside::open(dir.path())?;
    inside.play(orders, 77)?;
    let set_up = 1;
    Ok(outside::bodies(dir.path())?.into_iter().skip(set_up).collect())
}

fn commands(table: &mut Table, work: &Path) -> Result<()> {
    table.head("One command, one caller (ms; raw is SQLite WAL FULL, one row a transaction, the same bytes)");
    let mut rng = Rng::new(42);
    let bodies = same_bytes(work, &draw(&mut rng, ORDERS))?;
    let (raw_dir, in_dir, out_dir) = (folder(work)?, folder(work)?, folder(work)?);
    let (raw, inside, outside) =
        (Raw::new(raw_dir.path())?, Inside::open(in_dir.path())?, Outside::open(out_dir.path())?);
    let (mut floor, mut here, mut http) = (Vec::new(), Vec::new(), Vec::new());
    let mut busy = [(Duration::ZERO, 0); 2];
    let mut spent = |which: usize, since: Duration, n: usize| {
        busy[which] = (busy[which].0 + processor().saturating_sub(since), busy[which].1 + n);
    };
    rounds(table, work, |i| {
        let orders = draw(&mut rng, ORDERS);
        let since = processor();
        let (times, all) = raw.write(&bodies)?;
        spent(0, since, times.len());
        floor.push(Round::of(times, all));
        let since = processor();
        let (times, all) = inside.play(&orders, 100 + i as u64)?;
        spent(1, since, times.len());
        here.push(Round::of(times, all));
        let (times, all) = outside.play(&orders, 100 + i as u64)?;
        http.push(Round::of(times, all));
        Ok(())
    })?;
    let (floor, here, http) = (Round::median(&floor), Round::median(&here), Round::median(&http));
    let times = |r: &Round| format!("p50 {:.3}  p99 {:.3}", r.p50, r.p99);
    table.row("raw SQLite commit", times(&floor), "", None);
    let (p50, p99) = (here.p50 / floor.p50, here.p99 / floor.p99);
    table.row("dispatch in process", times(&here), "", None);
    table.row("  p50 over raw", format!("{p50:.2} x"), "<= 1.25 x", Some(p50 <= 1.25));
    table.row("  p99 over raw", format!("{p99:.2} x"), "<= 2 x", Some(p99 <= 2.0));
    table.row("dispatch over HTTP", times(&http), "", None);
    let rate = here.rate / floor.rate;
    table.row("raw commits a second", format!("{:.0}", floor.rate), "", None);
    table.row("commands a second, in process", format!("{:.0}", here.rate), "", None);
    table.row("  over raw", format!("{rate:.2} x"), ">= 0.8 x", Some(rate >= 0.8));
    table.row("commands a second, over HTTP", format!("{:.0}", http.rate), "", None);
    let [raw_us, ours_us] = busy.map(|(time, n)| ms(time) * 1e3 / n as f64);
    table.row("processor time a command, raw and ours", format!("{raw_us:.0} us, {ours_us:.0} us"), "", None);
    let syncs = outside::syncs_per_action(&outside, &draw(&mut rng, 1)[0], 9_000)?;
    let shown = syncs.map_or("strace is not here".into(), |n| format!("{n:.2}"));
    table.row("fsyncs a lone action", shown, "1", syncs.map(|n| (n - 1.0).abs() < 0.02));
    Ok(())
}

fn callers(table: &mut Table, work: &Path) -> Result<()> {
    table.head("16 callers");
    let mut rng = Rng::new(43);
    let bodies = same_bytes(work, &draw(&mut rng, ORDERS))?;
    let (raw_dir, in_dir, out_dir) = (folder(work)?, folder(work)?, folder(work)?);
    let (raw, inside, outside) =
        (Raw::new(raw_dir.path())?, Inside::open(in_dir.path())?, Outside::open(out_dir.path())?);
    let mut all = [const { Vec::new() }; 5];
    rounds(table, work, |i| {
        let (orders, session) = (draw(&mut rng, CALLERS * 20), 1_000 + 100 * i as u64);
        let (times, took) = raw.write(&bodies)?;
        all[0].push(Round::of(times, took));
        let (times, took) = inside.play_together(&orders, session, CALLERS)?;
        all[1].push(Round::of(times, took));
        let (times, took) = outside.play_together(&orders, session, CALLERS)?;
        all[2].push(Round::of(times, took));
        let (times, took) = outside.cycles(&orders, session + 30, CALLERS, false)?;
        all[3].push(Round::of(times, took));
        let (times, took) = outside.cycles(&orders, session + 60, CALLERS, true)?;
        all[4].push(Round::of(times, took));
        Ok(())
    })?;
    let [floor, here, http, cycles, batches] = all.map(|rounds| Round::median(&rounds));
    let shown = |r: &Round| format!("{:.0}/s, p99 {:.2} ms", r.rate, r.p99);
    table.row("raw commits, one caller", shown(&floor), "", None);
    let over = here.rate / floor.rate;
    table.row("commands in process, 16 callers", shown(&here), "", None);
    table.row("  over raw from one caller", format!("{over:.2} x"), ">= 3 x", Some(over >= 3.0));
    table.row("commands over HTTP, 16 callers", shown(&http), "", None);
    let goal = |r: &Round| Some(r.rate >= 1_000.0);
    table.row("full cycles over HTTP, a request each command (6)", shown(&cycles), ">= 1,000/s", goal(&cycles));
    table.row("full cycles over HTTP, a request each order", shown(&batches), ">= 1,000/s", goal(&batches));
    Ok(())
}

fn full_house(table: &mut Table, work: &Path) -> Result<()> {
    table.head("An order of 6 lines with 4 modifiers, opened and fired in one request over HTTP, 40 checks open");
    let dir = folder(work)?;
    let outside = Outside::open(dir.path())?;
    outside.leave_open(&draw(&mut Rng::new(44), 40), 500)?;
    let mut found = [Vec::new(), Vec::new()];
    let mut heard = 0;
    rounds(table, work, |i| {
        for (which, screens) in [0, 8].into_iter().enumerate() {
            let listening = outside.screens(screens)?;
            let mut times = outside.six_lines(100, 600 + (2 * i + which) as u64)?;
            heard += listening.heard.load(std::sync::atomic::Ordering::Relaxed);
            found[which].push([0.5, 0.99].map(|q| ms(quantile(&mut times, q))));
        }
        Ok(())
    })?;
    let at = |which: usize, q: usize| median(&mut found[which].iter().map(|r: &[f64; 2]| r[q]).collect::<Vec<_>>());
    for (which, screens) in [(0, 0), (1, 8)] {
        let value = format!("p50 {:.3}  p99 {:.3} ms", at(which, 0), at(which, 1));
        table.row(format!("with {screens} kitchen screens"), value, "p50 <= 1 ms", Some(at(which, 0) <= 1.0));
    }
    let more = at(1, 0) / at(0, 0);
    table.row("  8 screens over none", format!("{more:.2} x"), "the same", Some(more <= 1.1));
    table.note(&format!("the screens heard {heard} updates"));
    Ok(())
}

fn restart(table: &mut Table, work: &Path) -> Result<()> {
    table.head("Start to first answer, with orders stored");
    let mut found = Vec::new();
    let dirs = [(FEW, folder(work)?), (MANY, folder(work)?)];
    for (orders, dir) in &dirs {
        let inside = Inside::open(dir.path())?;
        inside.fill(*orders, 45)?;
        inside.terminal.stop();
        found.push((Vec::new(), Vec::new(), Vec::new()));
    }
    for _ in 0..STARTS {
        for (i, (_, dir)) in dirs.iter().enumerate() {
            let (took, rss, most) = outside::start(dir.path())?;
            found[i].0.push(ms(took));
            found[i].1.push(rss);
            found[i].2.push(most);
        }
    }
    let figures: Vec<[f64; 3]> = found.iter_mut().map(|(t, r, h)| [median(t), median(r), median(h)]).collect();
    for ((orders, _), [took, rss, most]) in dirs.iter().zip(&figures) {
        let value = format!("{took:.1} ms, {rss:.1} MB (peak {most:.1})");
        let goal = (*orders == MANY).then_some(*took <= 50.0 && *most <= 48.0);
        table.row(format!("{orders} orders"), value, if goal.is_some() { "50 ms, 48 MB" } else { "" }, goal);
    }
    let more = [0, 1].map(|i| figures[1][i] / figures[0][i]);
    let value = format!("{:.2} x, {:.2} x", more[0], more[1]);
    table.row("  time and memory, many over few", value, "<= 1.2 x", Some(more.iter().all(|m| *m <= 1.2)));
    let (entries, bytes, file) = outside::stored(dirs[1].1.path())?;
    let each = |n: u64| n as f64 / entries as f64;
    let value = format!("{:.0} B, of them {:.0} B its own", each(file), each(bytes));
    table.row(format!("on disk an entry ({entries} entries)"), value, "", None);
    Ok(())
}

fn sizes(table: &mut Table, work: &Path) -> Result<()> {
    table.head("Size");
    let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../dist/ui");
    match (outside::program_size(&pages, "ui"), outside::program_size(&pages, "office")) {
        (Some(service), Some(office)) => {
            let goal = Some(service <= 400.0);
            table.row("pages of the service, first load, gzipped", format!("{service:.0} kB"), "<= 400 kB", goal);
            table.row("pages of the office, gzipped", format!("{office:.0} kB"), "", None);
            table.row("style sheets, gzipped", format!("{:.0} kB", outside::styles_size(&pages)?), "", None);
        }
        _ => table.note("the pages are not built: cargo xtask ui"),
    }
    let dir = folder(work)?;
    let inside = Inside::open(dir.path())?;
    inside.play(&draw(&mut Rng::new(46), 500), 800)?;
    inside.terminal.stop();
    let (entries, bytes, file) = outside::stored(dir.path())?;
    let value =
        format!("{:.0} B, of them {:.0} B its own", file as f64 / entries as f64, bytes as f64 / entries as f64);
    table.row(format!("on disk an entry, command by command ({entries})"), value, "", None);
    Ok(())
}
