//! `cargo xtask simulate`: many services on two threads, or one to look at, or the planted bugs.

use std::{
    process::ExitCode,
    sync::Mutex,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
    thread,
};

use simulation::{Evening, Options, evening, planted::Bug};

#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

const USAGE: &str = "\
cargo xtask simulate [--seeds N] [--from S] [--terminals N] [--hours H | --seconds S] [--stress]
                     many services; every broken rule with the command that shows it again. With --stress something is
                     wrong nearly all the time, otherwise about a third of it
cargo xtask simulate --seed S [--terminals N] [--hours H | --seconds S] [--stress] [--planted NAME] [--trace]
                     one service, with what happened in it
cargo xtask simulate --planted [NAME]
                     each planted bug, or one, and the rule that found it";

/// Services run side by side; each is one thread of events.
const THREADS: u64 = 2;
struct Wishes {
    seeds: u64,
    from: u64,
    one: Option<u64>,
    planted: Option<Option<Bug>>,
    options: Options,
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match wishes(&args) {
        Some(Wishes { one: Some(seed), options, .. }) => show(seed, &options),
        Some(Wishes { planted: Some(bug), .. }) => plant(bug),
        Some(wishes) => many(&wishes),
        None => {
            eprintln!("{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn wishes(args: &[String]) -> Option<Wishes> {
    let options = Options { stress: false, ..Options::of(3_600_000) };
    let mut wishes = Wishes { seeds: 1_000, from: 0, one: None, planted: None, options };
    let mut args = args.iter().peekable();
    while let Some(arg) = args.next() {
        let mut number = || args.next()?.parse::<u64>().ok();
        match arg.as_str() {
            "--seeds" => wishes.seeds = number()?,
            "--from" => wishes.from = number()?,
            "--seed" => wishes.one = Some(number()?),
            "--terminals" => wishes.options.terminals = number()? as usize,
            "--hours" => wishes.options.lasts = number()? * 3_600_000,
            "--seconds" => wishes.options.lasts = number()? * 1_000,
            "--stress" => wishes.options.stress = true,
            "--trace" => wishes.options.loud = true,
            "--planted" => {
                let name = args.next_if(|next| !next.starts_with("--"));
                let bug = name.map(|name| Bug::named(name));
                if bug == Some(None) {
                    eprintln!("There is no such bug; they are {}", names());
                    return None;
                }
                wishes.planted = Some(bug.flatten());
                wishes.options.bug = bug.flatten();
            }
            _ => return None,
        }
    }
    (wishes.options.terminals != 1).then_some(wishes)
}

fn names() -> String {
    Bug::all().into_iter().map(Bug::name).collect::<Vec<_>>().join(" ")
}

fn show(seed: u64, options: &Options) -> ExitCode {
    let done = evening(seed, options);
    println!("trace {:016x}, {} entries, {} frames", done.trace, done.entries, done.frames);
    match done.complaint(options) {
        Some(complaint) => {
            println!("{complaint}");
            ExitCode::FAILURE
        }
        None => ExitCode::SUCCESS,
    }
}

fn many(wishes: &Wishes) -> ExitCode {
    let (next, done) = (AtomicU64::new(wishes.from), Mutex::new(Vec::<Evening>::new()));
    let until = wishes.from + wishes.seeds;
    side_by_side(|| {
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= until {
                return;
            }
            let one = evening(seed, &wishes.options);
            if let Some(complaint) = one.complaint(&wishes.options) {
                println!("{complaint}");
            }
            if let Ok(mut all) = done.lock() {
                all.push(one);
            }
        }
    });
    let all = done.into_inner().unwrap_or_default();
    let sum = |what: fn(&Evening) -> u64| all.iter().map(what).sum::<u64>();
    let broken = all.iter().filter(|e| e.failure.is_some()).count();
    println!(
        "{} services, {:.1} hours, {} entries, {} frames, {:.2} sends for each entry and other terminal; {broken} broke a rule",
        all.len(),
        sum(|e| e.lasted) as f64 / 3_600_000.0,
        sum(|e| e.entries),
        sum(|e| e.frames),
        sum(|e| e.sent) as f64 / sum(|e| e.entries * (e.terminals as u64 - 1)).max(1) as f64,
    );
    if broken == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn plant(only: Option<Bug>) -> ExitCode {
    let bugs: Vec<Bug> = Bug::all().into_iter().filter(|b| only.is_none_or(|o| o == *b)).collect();
    let (next, missed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    side_by_side(|| {
        while let Some(bug) = bugs.get(next.fetch_add(1, Ordering::Relaxed)) {
            match bug.found().and_then(|e| e.complaint(&bug.options())) {
                Some(complaint) => println!("{:<22} found by {complaint}", bug.name()),
                None => {
                    missed.fetch_add(1, Ordering::Relaxed);
                    println!("{:<22} NOT FOUND", bug.name());
                }
            }
        }
    });
    let missed = missed.into_inner();
    println!("{} planted bugs, {missed} not found", bugs.len());
    if missed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Does the work on every thread.
fn side_by_side(work: impl Fn() + Sync) {
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(&work);
        }
    });
}
