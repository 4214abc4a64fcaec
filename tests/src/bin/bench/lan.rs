//! A LAN of this machine with the real programs: how long tills do not see each other when the master dies, and what a
//! restaurant at rest costs.

use std::{path::Path, thread::sleep, time::Duration};

use anyhow::{Context, Result};
use restaurant_tests::lab::{
    Lab, impossible,
    takeover::{Blow, without_master},
};

use crate::{
    figures::{Table, median, quantile},
    folder,
};

const KILLS: usize = 50;
const TILLS: usize = 4;
/// A big house.
const AT_REST: usize = 10;
/// What people did last is printed, shown and stored by then.
const SETTLES: Duration = Duration::from_secs(15);
const LOOKS_FOR: Duration = Duration::from_secs(30);
/// Ticks of the processor's account a second, `USER_HZ` of proc(5).
const TICKS: f64 = 100.0;

/// The master is killed again and again while an order is taken elsewhere.
pub fn takeover(table: &mut Table, work: &Path) -> Result<()> {
    table.head(&format!("The master is killed {KILLS} times, {TILLS} terminals"));
    if let Some(why) = impossible() {
        table.note(&why);
        return Ok(());
    }
    let dir = folder(work)?;
    let mut lab = Lab::open(TILLS, dir.path(), Default::default())?;
    lab.join_all()?;
    let mut people = lab.people("ana")?;
    let (mut agreed, mut printed) = (Vec::new(), Vec::new());
    for nth in 0..KILLS {
        let blow = without_master(&mut lab, &mut people, &format!("#bench.{nth}"), Blow::Kill);
        let took = blow.with_context(|| format!("kill {nth}"))?;
        agreed.push(took.agreed);
        printed.push(took.printed);
    }
    let shown = |times: &mut Vec<Duration>| {
        let [p50, p99] = [0.5, 0.99].map(|share| quantile(times, share).as_secs_f64());
        (format!("p50 {p50:.2}  p99 {p99:.2} s"), p99)
    };
    let (words, p99) = shown(&mut agreed);
    table.row("until all others name one new master", words, "p99 <= 2 s", Some(p99 <= 2.0));
    table.row("until an order taken meanwhile is on paper", shown(&mut printed).0, "", None);
    Ok(())
}

/// Ten terminals that nobody touches.
pub fn idle(table: &mut Table, work: &Path) -> Result<()> {
    table.head(&format!("{AT_REST} terminals at rest"));
    if let Some(why) = impossible() {
        table.note(&why);
        return Ok(());
    }
    let dir = folder(work)?;
    let lab = Lab::open(AT_REST, dir.path(), Default::default())?;
    lab.join_all()?;
    lab.agreed(&mut lab.people("ana")?)?;
    sleep(SETTLES);
    let spent = || lab.machines.iter().map(|m| ticks(m.pid().context("it runs")?)).collect::<Result<Vec<_>>>();
    let before = spent()?;
    sleep(LOOKS_FOR);
    let after = spent()?;
    let share = |(before, after): (&f64, &f64)| (after - before) / TICKS / LOOKS_FOR.as_secs_f64() * 100.0;
    let mut shares: Vec<f64> = before.iter().zip(&after).map(share).collect();
    let sizes = lab.machines.iter().map(|m| memory(m.pid().context("it runs")?)).collect::<Result<Vec<_>>>()?;
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let (busiest, biggest) = (most(&shares), most(&sizes));
    let value = format!("middle {:.2} %, busiest {busiest:.2} %", median(&mut shares));
    table.row("of a core, each", value, "< 1 %", Some(busiest < 1.0));
    let value = format!("middle {:.1} MB, biggest {biggest:.1} MB", median(&mut sizes.clone()));
    table.row("memory, each", value, "< 48 MB", Some(biggest < 48.0));
    Ok(())
}

/// Processor time of a program so far, in the kernel too. proc(5): fields 14 and 15; the name before them may hold spaces.
fn ticks(pid: u32) -> Result<f64> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    Ok(fields.filter_map(|f| f.parse::<f64>().ok()).sum())
}

/// What it holds in memory, in MB.
fn memory(pid: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmRSS:")).context("no such field")?;
    Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
}
