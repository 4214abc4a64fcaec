//! Same entries, same restaurant: whatever order they came in.

use domain::{Restaurant, ids::Dot, restaurant::Day};

use serde_json::{Value, json};

use super::Verdict;
use crate::{dice::Dice, fold::Fold, world::World};

/// All that must not depend on the order of arrival, by name, without the checks, which are hashed one by one. What the
/// rules still fold in order of arrival (stock sold so far, drawer counts, the last Z) is left out until they do not.
fn parts(restaurant: &Restaurant) -> [(&'static str, Value); 8] {
    let blank = Day::default();
    let days: Vec<_> = restaurant.days.iter().filter(|(_, d)| **d != blank).collect();
    let books: Vec<_> = days.iter().map(|(day, d)| (day, &d.book)).collect();
    let receipts: Vec<_> = days.iter().map(|(day, d)| (day, &d.receipts)).collect();
    [
        ("books", json!(books)),
        ("receipts of the day", json!(receipts)),
        ("numbers given", json!(restaurant.counters)),
        ("grand total", json!(restaurant.grand_total)),
        ("settings", json!(restaurant.settings)),
        ("menu", json!(restaurant.menu)),
        ("floor", json!(restaurant.floor)),
        ("staff", json!(restaurant.staff)),
    ]
}

/// Hashes the checks that changed since the last time.
fn hash(fold: &mut Fold) {
    for id in std::mem::take(&mut fold.changed) {
        match fold.restaurant.check(id) {
            Some(check) => fold.hashes.insert(id, check.state_hash()),
            None => fold.hashes.remove(&id),
        };
    }
}

fn compare(a: &Fold, b: &Fold, names: [&str; 2]) -> Verdict {
    let of = |fold: &Fold, id| fold.restaurant.check(id).map(|c| serde_json::to_string(c).unwrap_or_default());
    let ids = a.hashes.keys().chain(b.hashes.keys());
    for id in ids {
        if a.hashes.get(id) != b.hashes.get(id) {
            let (one, other) = (of(a, *id), of(b, *id));
            let [first, second] = names;
            return Err(("state", format!("check {id} is {one:?} for {first} and {other:?} for {second}")));
        }
    }
    for ((part, one), (_, other)) in parts(&a.restaurant).into_iter().zip(parts(&b.restaurant)) {
        if one != other {
            let [first, second] = names;
            return Err(("state", format!("the {part} are {one} for {first} and {other} for {second}")));
        }
    }
    if a.whistles != b.whistles {
        return Err(("state", format!("{} and {} know different new entries", names[0], names[1])));
    }
    Ok(())
}

/// All terminals fold to one restaurant; versions that understand less are compared with their like.
pub fn agree(world: &mut World) -> Verdict {
    world.terminals.iter_mut().filter_map(|t| t.running.as_mut()).for_each(|r| hash(&mut r.fold));
    for version in [0, 1] {
        let like = world.terminals.iter().enumerate().filter(|(_, t)| t.version == version);
        let folds: Vec<_> = like.filter_map(|(p, t)| Some((p, &t.running.as_ref()?.fold))).collect();
        let Some(((first, fold), rest)) = folds.split_first() else { continue };
        for (other, its) in rest {
            compare(fold, its, [&format!("terminal {first}"), &format!("terminal {other}")])?;
        }
    }
    Ok(())
}

/// The log of one terminal, read anew with its logs mixed another way, is the restaurant it has in memory.
pub fn refolds(world: &mut World) -> Verdict {
    let mut dice = Dice::new(world.trace.sum);
    let place = dice.below(world.terminals.len() as u64) as usize;
    let terminal = &world.terminals[place];
    let Some(running) = &terminal.running else { return Ok(()) };
    let mut left: Vec<(domain::ids::Origin, u64, u64)> =
        terminal.disk.kept.heads().into_iter().map(|(o, n)| (o, 1, n)).collect();
    let mut fresh = Fold::default();
    while !left.is_empty() {
        let at = dice.below(left.len() as u64) as usize;
        let (origin, seq, upto) = left[at];
        let dot = Dot { origin, seq };
        if let Some(written) = world.ledger.at(dot) {
            fresh.take(dot, written, terminal.version, None);
        }
        if seq == upto {
            left.swap_remove(at);
        } else {
            left[at].1 += 1;
        }
    }
    hash(&mut fresh);
    compare(&running.fold, &fresh, [&format!("terminal {place}"), "its log read anew"])
}
