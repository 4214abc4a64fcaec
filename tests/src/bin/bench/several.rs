//! Several terminals, with the floors of `floor.rs` in between: what a waiter's order costs on its way to another till.

use std::{path::Path, thread, time::Duration};

use anyhow::{Context, Result, ensure};

use crate::{
    draw,
    figures::{Round, Table, median, ms, quantile},
    floor::{self, Kind},
    folder, rounds, same_bytes,
    stream::{Rng, StreamOrder},
    trio::{Screen, Trio, sell},
};

/// Twenty a second: fifty times what a busy restaurant does.
const PACE: Duration = Duration::from_millis(50);
/// About 200 and 2,200 commands.
const PACED_ORDERS: usize = 18;
const FAST_ORDERS: usize = 200;
/// What is taken over by a till that was away.
const MISSED: usize = 1_000;
const SCREENS: [usize; 2] = [2, 32];
/// Orders while screens listen.
const SCREEN_ORDERS: usize = 40;

fn shown(r: &Round) -> String {
    format!("p50 {:.3}  p99 {:.3} ms", r.p50, r.p99)
}

/// From before a command at the first till until the other shows it, through the hub, durable at all three.
fn visible(trio: &Trio, orders: &[StreamOrder], session: u64, pace: Option<Duration>) -> Result<Round> {
    // One by one every change can be told from the next; flat out several are told together, but no ticket is lost.
    let screen = Screen::at(trio.b()?, true, pace.is_none());
    let (began, heard) = thread::scope(|house| {
        let heard = house.spawn(move || screen.hear(orders.len()));
        let began = sell(trio.a()?, orders, session, pace)?;
        Ok::<_, anyhow::Error>((began, heard.join().unwrap_or_else(|f| std::panic::resume_unwind(f))?))
    })?;
    let first = began.first().context("something is sold")?.1;
    let end = *heard.changes.last().context("something is heard")?;
    let times: Vec<Duration> = if pace.is_some() {
        // Two that came together are told as one; both are seen then.
        let is_told_alone = heard.changes.len() == began.len();
        let next =
            |i: usize, at| if is_told_alone { heard.changes.get(i) } else { heard.changes.iter().find(|h| **h > at) };
        began.iter().enumerate().filter_map(|(i, (_, at))| Some(*next(i, *at)? - *at)).collect()
    } else {
        let fired = |fire| began.iter().find(|(id, _)| *id == fire).map(|(_, at)| *at);
        let first_time = |i: usize| !heard.tickets[..i].iter().any(|(fire, _)| *fire == heard.tickets[i].0);
        let new = heard.tickets.iter().enumerate().filter(|(i, _)| first_time(*i)).map(|(_, ticket)| ticket);
        new.filter_map(|(fire, heard)| Some(*heard - fired(*fire)?)).collect()
    };
    let mut round = Round::of(times, end - first);
    round.rate = began.len() as f64 / (end - first).as_secs_f64();
    Ok(round)
}

fn passed(work: &Path, rows: &[floor::Row], pace: Option<Duration>, kind: Kind) -> Result<Round> {
    let dir = folder(work)?;
    let passed = floor::pass(dir.path(), rows, pace, kind)?;
    Ok(Round::of(passed.visible, passed.all))
}

/// From one till to another through the hub: `trio`, one by one and flat out.
pub fn from_till_to_till(table: &mut Table, work: &Path) -> Result<()> {
    let dir = folder(work)?;
    let trio = Trio::open(dir.path())?;
    let mut rng = Rng::new(47);
    for (pace, orders, title) in [
        (
            Some(PACE),
            PACED_ORDERS,
            "20 commands a second at one till, shown at another through the hub, durable at all",
        ),
        (None, FAST_ORDERS, "The same flat out"),
    ] {
        table.head(title);
        let orders = draw(&mut rng, orders);
        let rows = floor::rows(&same_bytes(work, &orders)?)?;
        let mut all = [const { Vec::new() }; 3];
        let session = if pace.is_some() { 20_000 } else { 30_000 };
        rounds(table, work, |i| {
            all[0].push(passed(work, &rows, pace, Kind::Strict)?);
            all[1].push(passed(work, &rows, pace, Kind::Eager)?);
            all[2].push(visible(&trio, &orders, session + i as u64, pace)?);
            trio.settle()
        })?;
        let [strict, eager, ours] = all.map(|rounds| Round::median(&rounds));
        table.row("floor, strict", shown(&strict), "", None);
        table.row("floor, eager", shown(&eager), "", None);
        table.row("till to till", shown(&ours), "", None);
        let (p50, p99) = (ours.p50 / strict.p50, ours.p99 / strict.p99);
        table.row("  p50 over the strict floor", format!("{p50:.2} x"), "<= 1.5 x", Some(p50 <= 1.5));
        table.row("  p99 over the strict floor", format!("{p99:.2} x"), "<= 2 x", Some(p99 <= 2.0));
        if pace.is_none() {
            let over = ours.rate / strict.rate;
            table.row("commands a second, strict floor", format!("{:.0}", strict.rate), "", None);
            table.row("commands a second, till to till", format!("{:.0}", ours.rate), "", None);
            table.row("  over the strict floor", format!("{over:.2} x"), ">= 0.8 x", Some(over >= 0.8));
        }
    }
    Ok(())
}

/// A till that was away takes over what was sold; a till that was away brings what it sold.
pub fn catch_up(table: &mut Table, work: &Path) -> Result<()> {
    table.head("1,000 orders missed, durable at a till that was away");
    let dir = folder(work)?;
    let mut trio = Trio::open(dir.path())?;
    let mut rng = Rng::new(48);
    let rows = floor::rows(&same_bytes(work, &draw(&mut rng, MISSED))?)?;
    let [mut base, mut base_bytes, mut pulled, mut bytes, mut pushed] = [const { Vec::new() }; 5];
    rounds(table, work, |i| {
        let floor_dir = folder(work)?;
        let (took, travelled) = floor::catch_up(floor_dir.path(), &rows)?;
        base.push(ms(took) / rows.len() as f64 * 1e3);
        base_bytes.push(travelled as f64 / rows.len() as f64);
        let (took, travelled, entries) = trio.catch_up(&draw(&mut rng, MISSED), 40_000 + i as u64)?;
        pulled.push(ms(took) / entries as f64 * 1e3);
        bytes.push(travelled as f64 / entries as f64);
        let took = trio.push(&draw(&mut rng, MISSED), 50_000 + i as u64)?;
        pushed.push(ms(took) / entries as f64 * 1e3);
        Ok(())
    })?;
    let [base, base_bytes, pulled, bytes, pushed] =
        [base, base_bytes, pulled, bytes, pushed].map(|mut values| median(&mut values));
    table.row("floor (zstd, 1,000 rows a transaction)", format!("{base:.1} us an entry"), "", None);
    table.row("catch-up", format!("{pulled:.1} us an entry"), "", None);
    let over = pulled / base;
    table.row("  over the floor", format!("{over:.2} x"), "<= 2 x", Some(over <= 2.0));
    table.row("bytes on the wire, floor", format!("{base_bytes:.1} an entry"), "", None);
    table.row("bytes on the wire", format!("{bytes:.1} an entry"), "<= 37", Some(bytes <= 37.0));
    let more = pushed / pulled;
    table.row("push, until all tills have it", format!("{pushed:.1} us an entry"), "", None);
    table.row("  over the catch-up", format!("{more:.2} x"), "<= 2.5 x", Some(more <= 2.5));
    Ok(())
}

/// Kitchen screens at the hub, few and many, while the other till sells.
pub fn screens(table: &mut Table, work: &Path) -> Result<()> {
    table.head("Kitchen screens at the hub while a till sells flat out");
    let dir = folder(work)?;
    let trio = Trio::open(dir.path())?;
    let mut rng = Rng::new(49);
    let mut found = [const { Vec::new() }; 2];
    let mut commits = Vec::new();
    rounds(table, work, |i| {
        for (which, count) in SCREENS.into_iter().enumerate() {
            let orders = draw(&mut rng, SCREEN_ORDERS);
            let session = 60_000 + (2 * i + which) as u64;
            let before = [trio.hub.counted("comanda_commits_total")?, trio.hub.entries()?];
            let mut times = at_screens(&trio, &orders, session, count)?;
            trio.settle()?;
            let after = [trio.hub.counted("comanda_commits_total")?, trio.hub.entries()?];
            commits.push((after[0] - before[0]) as f64 / (after[1] - before[1]) as f64);
            found[which].push(ms(quantile(&mut times, 0.99)));
        }
        Ok(())
    })?;
    let [few, many] = found.map(|mut values| median(&mut values));
    table.row(format!("{} screens, p99", SCREENS[0]), format!("{few:.3} ms"), "", None);
    table.row(format!("{} screens, p99", SCREENS[1]), format!("{many:.3} ms"), "", None);
    let over = many / few;
    table.row("  many over few", format!("{over:.2} x"), "<= 2 x", Some(over <= 2.0));
    let commits = median(&mut commits);
    table.row("commits of the hub an entry", format!("{commits:.2}"), "<= 1", Some(commits <= 1.0));
    Ok(())
}

/// From firing at the till until a screen has the ticket, for each ticket and each screen.
fn at_screens(trio: &Trio, orders: &[StreamOrder], session: u64, count: usize) -> Result<Vec<Duration>> {
    let screens = crate::screens::Screens::at(&trio.hub, count)?;
    let began = sell(trio.a()?, orders, session, None)?;
    let fires: std::collections::BTreeMap<_, _> = began.into_iter().collect();
    let heard = screens.end()?;
    ensure!(heard.len() == orders.len() * count, "{} tickets at {count} screens", heard.len());
    Ok(heard.into_iter().filter_map(|(fire, at)| Some(at - *fires.get(&fire)?)).collect())
}
