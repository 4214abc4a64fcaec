//! `cargo xtask lan`: a restaurant of several terminals on a LAN of this machine, to play with. With `--kills` it measures
//! takeovers instead and ends.

mod play;

use std::{process::ExitCode, time::Instant};

use anyhow::{Context, Result, bail};
use restaurant_tests::lab::{
    Lab, MOST, impossible,
    takeover::{self, Blow},
};

const USAGE: &str = "\
cargo xtask lan [--terminals N]            a restaurant of N terminals (default: 4) on a LAN of this machine, to play with
cargo xtask lan --kills N [--terminals N]  kills the master N times and tells how long the others were without one
cargo xtask lan --pulls N [--terminals N]  the same with its cable, of which the others are told nothing
";

/// What the person asked for.
struct Asked {
    terminals: usize,
    /// How often the master is taken out, and how.
    blows: Option<(Blow, usize)>,
}

fn asked(mut words: impl Iterator<Item = String>) -> Result<Option<Asked>> {
    let mut asked = Asked { terminals: 4, blows: None };
    while let Some(word) = words.next() {
        let mut number = || -> Result<usize> {
            words.next().and_then(|n| n.parse().ok()).with_context(|| format!("{word} wants a number"))
        };
        match &word[..] {
            "--terminals" => asked.terminals = number()?,
            "--kills" => asked.blows = Some((Blow::Kill, number()?)),
            "--pulls" => asked.blows = Some((Blow::Pull, number()?)),
            "--help" | "-h" => return Ok(None),
            other => bail!("`{other}` is not understood\n\n{USAGE}"),
        }
    }
    let least = if asked.blows.is_some() { 3 } else { 1 };
    if !(least..=MOST).contains(&asked.terminals) {
        bail!("a LAN for this has {least} to {MOST} terminals");
    }
    Ok(Some(asked))
}

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lan: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<()> {
    let Some(asked) = asked(std::env::args().skip(1))? else {
        print!("{USAGE}");
        return Ok(());
    };
    if let Some(why) = impossible() {
        bail!("{why}");
    }
    match asked.blows {
        Some((blow, times)) => measure(asked.terminals, blow, times),
        None => play::stay(asked.terminals),
    }
}

fn measure(terminals: usize, blow: Blow, times: usize) -> Result<()> {
    let what = if blow == Blow::Kill { "kill" } else { "pull" };
    if cfg!(debug_assertions) {
        println!("This is a debug build: a release build answers faster.");
    }
    let folder = restaurant_tests::house::folder()?;
    let mut lab = Lab::open(terminals, folder.path(), Default::default())?;
    lab.join_all()?;
    let mut people = lab.people("ana")?;
    let (began, mut seen) = (Instant::now(), Vec::new());
    for nth in 1..=times {
        let takeover = takeover::without_master(&mut lab, &mut people, &format!("#{what}.{nth}"), blow)
            .with_context(|| format!("{what} {nth}"))?;
        println!(
            "{what} {nth:>3}: a new master after {:.2} s, the order on paper after {:.2} s",
            takeover.agreed.as_secs_f32(),
            takeover.printed.as_secs_f32()
        );
        seen.push(takeover);
    }
    println!("\n{times} times {what}, {terminals} terminals, {:.0} s", began.elapsed().as_secs_f32());
    println!("{}", takeover::told("until all others name one new master", seen.iter().map(|t| t.agreed).collect()));
    println!(
        "{}",
        takeover::told("until an order taken meanwhile is on paper", seen.iter().map(|t| t.printed).collect())
    );
    Ok(())
}
