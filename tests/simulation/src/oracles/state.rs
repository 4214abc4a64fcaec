//! Same entries, same restaurant: whatever order they came in.

use domain::{Restaurant, ids::Dot};
use serde_json::{Value, json};

use super::Verdict;
use crate::{dice::Dice, fold::Fold, world::World};

/// Letters of a check that are shown when it differs.
const SHOWN: usize = 400;

/// What is let go by both stood still since it was compared.
fn compare(a: &Fold, b: &Fold, names: [&str; 2]) -> Verdict {
    let only_there = b.restaurant.checks.keys().filter(|id| !a.restaurant.checks.contains_key(id));
    for id in a.restaurant.checks.keys().chain(only_there) {
        let (one, other) = (a.check(*id), b.check(*id));
        if one != other {
            let [first, second] = names;
            let shown = |check| format!("{check:?}").chars().take(SHOWN).collect::<String>();
            let (one, other) = (shown(one), shown(other));
            return Err(("state", format!("check {id} is {one} for {first} and {other} for {second}")));
        }
    }
    if !a.restaurant.is_same_as(&b.restaurant) {
        return Err(("state", difference(&a.restaurant, &b.restaurant, names)));
    }
    if a.whistles != b.whistles {
        return Err(("state", format!("{} and {} know different new entries", names[0], names[1])));
    }
    Ok(())
}

/// Which part of two restaurants differs.
fn difference(a: &Restaurant, b: &Restaurant, [first, second]: [&str; 2]) -> String {
    let parts = |r: &Restaurant| -> Value {
        json!({ "books": r.days.iter().collect::<Vec<_>>(), "numbers": r.counters, "total": r.grand_total,
            "stock": r.stock, "last Z": r.last_z, "staff": r.staff, "clocked in": r.clocked_in,
            "settings": r.settings, "menu": r.menu, "floor": r.floor })
    };
    let (a, b) = (parts(a), parts(b));
    let differs = a.as_object().into_iter().flatten().find(|(part, value)| b[part.as_str()] != **value);
    match differs {
        Some((part, value)) => format!("the {part}: {value} for {first}, {} for {second}", b[part.as_str()]),
        None => format!("the digests of {first} and {second}"),
    }
}

/// All terminals fold to one restaurant; versions that understand less are compared with their like.
pub fn agree(world: &mut World) -> Verdict {
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
    compare(&running.fold, &fresh, [&format!("terminal {place}"), "its log read anew"])
}
