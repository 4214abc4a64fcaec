//! What `cargo test` simulates: some hundred short services, and every planted bug. `cargo xtask simulate` does thousands
//! of hours.

use std::{
    collections::BTreeMap,
    sync::Mutex,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use simulation::{Options, evening, planted::Bug};

const SERVICES: usize = 120;
const SECONDS: u64 = 60;

/// Does all of it on two threads; the answer is what went wrong.
fn each(count: usize, work: impl Fn(usize) -> Option<String> + Sync) -> Vec<String> {
    let (next, wrong) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= count {
                        return;
                    }
                    wrong.lock().expect("nobody panicked").extend(work(i));
                }
            });
        }
    });
    wrong.into_inner().expect("nobody panicked")
}

#[test]
fn every_service_ends_as_one_restaurant() {
    let options = Options::of(SECONDS * 1_000);
    let wrong = each(SERVICES, |seed| evening(seed as u64, &options).complaint(&options));
    assert!(wrong.is_empty(), "{} of {SERVICES} services:\n{}", wrong.len(), wrong.join("\n"));
}

/// The services that find the bugs hold every rule when no bug is planted, or a broken rule would prove nothing.
#[test]
fn every_planted_bug_is_found_and_nothing_without_one() {
    let bugs = Bug::all();
    assert!(bugs.len() >= 20);
    let services = Mutex::new(BTreeMap::new());
    let wrong = each(bugs.len(), |i| {
        let Some(found) = bugs[i].found() else { return Some(format!("{} is not found", bugs[i].name())) };
        let sound = Options { bug: None, ..bugs[i].options() };
        services.lock().expect("nobody panicked").insert(found.seed, sound);
        None
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let services: Vec<(u64, Options)> = services.into_inner().expect("nobody panicked").into_iter().collect();
    let wrong = each(services.len(), |i| evening(services[i].0, &services[i].1).complaint(&services[i].1));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_seed_one_trace() {
    let options = Options::of(60_000);
    for seed in 0..6 {
        let (one, other) = (evening(seed, &options), evening(seed, &options));
        assert_eq!((one.trace, one.frames, one.entries), (other.trace, other.frames, other.entries), "seed {seed}");
    }
    assert_ne!(evening(0, &options).trace, evening(5, &options).trace);
}
