//! A conflict is shown exactly where two people wrote the same without knowing of each other, as the simulation knows
//! it from what each author's disk held. The tray itself (`Restaurant::conflicts`) is compared here when it is there.

use std::collections::BTreeSet;

use domain::{
    event::Event,
    ids::{CheckId, Dot},
};

use super::Verdict;
use crate::{ledger::Ledger, world::World};

/// Writes to one register that no other write to it knew of.
fn blind(ledger: &Ledger, writes: &[Dot]) -> usize {
    let knew = |by: &Dot, of: &Dot| {
        by != of && ledger.at(*by).is_some_and(|w| w.knew.get(&of.origin).is_some_and(|head| *head >= of.seq))
    };
    writes.iter().filter(|w| !writes.iter().any(|by| knew(by, w))).count()
}

fn writes(ledger: &Ledger, check: CheckId, reach: &impl Fn(Dot) -> bool, which: fn(&Event) -> bool) -> Vec<Dot> {
    let of_check: BTreeSet<Dot> = ledger.of_check.get(&check).into_iter().flatten().copied().collect();
    let says = |dot: &Dot| {
        let entry = ledger.at(*dot).and_then(|w| w.entry.as_ref());
        entry.is_some_and(|e| e.events.iter().any(|ev| ev.check() == Some(check) && which(ev)))
    };
    of_check.into_iter().filter(|dot| reach(*dot) && says(dot)).collect()
}

pub fn is_right(world: &mut World) -> Verdict {
    let terminal = &world.terminals[0];
    let Some(running) = &terminal.running else { return Ok(()) };
    let reach = |dot: Dot| terminal.disk.kept.reach(dot.origin) >= dot.seq;
    for check in running.fold.restaurant.checks.values() {
        let tables = |e: &Event| matches!(e, Event::CheckOpened(_) | Event::CheckMoved { .. });
        let covers = |e: &Event| matches!(e, Event::CheckOpened(_) | Event::CoversSet { .. });
        let shown = [("table", check.table.concurrent().count()), ("covers", check.covers.concurrent().count())];
        let real = [tables as fn(&Event) -> bool, covers].map(|which| writes(&world.ledger, check.id, &reach, which));
        for ((name, shown), real) in shown.into_iter().zip(&real) {
            let real = blind(&world.ledger, real);
            if shown != real {
                let what = format!("check {} shows {shown} values of its {name} where {real} stand", check.id);
                return Err(("tray", what));
            }
        }
    }
    Ok(())
}
