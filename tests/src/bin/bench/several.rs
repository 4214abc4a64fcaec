//! Several terminals, with the floors of `floor.rs` in between: what a waiter's order costs on its way to another till.

use std::{
    collections::BTreeMap,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use domain::ids::FireId;

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
/// Orders while screens listen; of fewer, the slowest in a hundred would be the slowest of all.
const SCREEN_ORDERS: usize = 200;

fn shown(r: &Round) -> String {
    format!("p50 {:.3}  p99 {:.3} ms", r.p50, r.p99)
}

/// What the other till showed, and when, counted from before the command at the first till.
struct Seen {
    /// Durable at all three: every change one by one; flat out every ticket, because several changes are told together.
    durable: Round,
    /// Tickets, durable there or not yet.
    at_once: Round,
}

fn visible(trio: &Trio, orders: &[StreamOrder], session: u64, pace: Option<Duration>) -> Result<Seen> {
    let screen = Screen::at(trio.b()?, true, true);
    let (began, heard) = thread::scope(|house| {
        let heard = house.spawn(move || screen.hear(orders.len()));
        let began = sell(trio.a()?, orders, session, pace)?;
        Ok::<_, anyhow::Error>((began, heard.join().unwrap_or_else(|f| std::panic::resume_unwind(f))?))
    })?;
    let first = began.first().context("something is sold")?.1;
    let end = *heard.changes.last().context("something is heard")?;
    let firsts: BTreeMap<FireId, Instant> = heard.tickets.iter().rev().copied().collect();
    let mut earliest = firsts.clone();
    for (fire, at) in heard.early.iter().rev() {
        earliest.entry(*fire).and_modify(|known| *known = *at.min(known)).or_insert(*at);
    }
    let of = |seen: &BTreeMap<FireId, Instant>| -> Vec<Duration> {
        began.iter().filter_map(|(id, at)| Some(*seen.get(id)? - *at)).collect()
    };
    let durable = if pace.is_some() {
        // Two that came together are told as one; both are seen then.
        let is_told_alone = heard.changes.len() == began.len();
        let next =
            |i: usize, at| if is_told_alone { heard.changes.get(i) } else { heard.changes.iter().find(|h| **h > at) };
        began.iter().enumerate().filter_map(|(i, (_, at))| Some(*next(i, *at)? - *at)).collect()
    } else {
        of(&firsts)
    };
    let mut durable = Round::of(durable, end - first);
    durable.rate = began.len() as f64 / (end - first).as_secs_f64();
    Ok(Seen { durable, at_once: Round::of(of(&earliest), end - first) })
}

/// The floor over all rows, and over those that fire.
fn passed(work: &Path, rows: &[floor::Row], pace: Option<Duration>, kind: Kind) -> Result<[Round; 2]> {
    let dir = folder(work)?;
    let passed = floor::pass(dir.path(), rows, pace, kind)?;
    let fires = passed.visible.iter().zip(rows).filter(|(_, row)| row.fires).map(|(time, _)| *time).collect();
    Ok([Round::of(passed.visible, passed.all), Round::of(fires, passed.all)])
}

/// Twenty commands a second from one till to another through the hub.
pub fn paced(table: &mut Table, work: &Path) -> Result<()> {
    table.head("20 commands a second at one till, shown at another through the hub, durable at all");
    from_till_to_till(table, work, Some(PACE), PACED_ORDERS).map(drop)
}

/// As many as the first till can write.
pub fn flat_out(table: &mut Table, work: &Path) -> Result<()> {
    table.head("The same flat out");
    let (strict, ours) = from_till_to_till(table, work, None, FAST_ORDERS)?;
    let over = ours.rate / strict.rate;
    table.row("commands a second, strict floor", format!("{:.0}", strict.rate), "", None);
    table.row("commands a second, till to till", format!("{:.0}", ours.rate), "", None);
    table.row("  over the strict floor", format!("{over:.2} x"), ">= 0.8 x", Some(over >= 0.8));
    Ok(())
}

/// The strict floor, and ours.
fn from_till_to_till(table: &mut Table, work: &Path, pace: Option<Duration>, orders: usize) -> Result<(Round, Round)> {
    let dir = folder(work)?;
    let trio = Trio::open(dir.path())?;
    let orders = draw(&mut Rng::new(47), orders);
    let rows = floor::rows(&same_bytes(work, &orders)?)?;
    let mut all = [const { Vec::new() }; 4];
    let mut rate = Vec::new();
    rounds(table, work, |i| {
        let [every, fires] = passed(work, &rows, pace, Kind::Strict)?;
        rate.push(every.rate);
        all[0].push(if pace.is_some() { every } else { fires });
        all[1].push(passed(work, &rows, pace, Kind::Eager)?[1].clone());
        let seen = visible(&trio, &orders, 20_000 + i as u64, pace)?;
        all[2].push(seen.durable);
        all[3].push(seen.at_once);
        trio.settle()
    })?;
    let [mut strict, eager, ours, at_once] = all.map(|rounds| Round::median(&rounds));
    strict.rate = median(&mut rate);
    table.row("floor, strict", shown(&strict), "", None);
    table.row("till to till", shown(&ours), "", None);
    let (p50, p99) = (ours.p50 / strict.p50, ours.p99 / strict.p99);
    table.row("  p50 over the strict floor", format!("{p50:.2} x"), "<= 1.5 x", Some(p50 <= 1.5));
    table.row("  p99 over the strict floor", format!("{p99:.2} x"), "<= 2 x", Some(p99 <= 2.0));
    table.row("floor, eager, what is fired", shown(&eager), "", None);
    table.row("tickets on the screen, durable there or not yet", shown(&at_once), "", None);
    let p50 = at_once.p50 / eager.p50;
    table.row("  p50 over the eager floor", format!("{p50:.2} x"), "<= 1.5 x", Some(p50 <= 1.5));
    Ok((strict, ours))
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
    let fires: BTreeMap<_, _> = began.into_iter().collect();
    let heard = screens.end()?;
    ensure!(heard.len() == orders.len() * count, "{} tickets at {count} screens", heard.len());
    Ok(heard.into_iter().filter_map(|(fire, at)| Some(at - *fires.get(&fire)?)).collect())
}
