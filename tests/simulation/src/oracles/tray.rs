//! A conflict is shown exactly where two people wrote the same without knowing of each other, as the simulation knows
//! it from what each author's disk held: in the registers, and in the tray that managers see.

use std::collections::BTreeSet;

use domain::{
    check::Check,
    conflict::Clash,
    event::{Event, LineChange},
    ids::{CheckId, Dot},
};

use super::Verdict;
use crate::{ledger::Ledger, world::World};

/// Writes to one register that no other write to it knew of. A person knew of what their terminal had; and of what the
/// authors of that had known of the same check, because entries of several logs need not arrive in the order of causes.
fn blind(ledger: &Ledger, of_check: &[Dot], writes: &[Dot], chains: bool) -> usize {
    let knew = |by: &Dot, of: &Dot| {
        by != of && ledger.at(*by).is_some_and(|w| w.knew.get(&of.origin).is_some_and(|head| *head >= of.seq))
    };
    let knew_by_chain = |by: &Dot, of: &Dot| {
        let mut known: BTreeSet<Dot> = BTreeSet::from([*by]);
        let mut next = vec![*by];
        while let Some(dot) = next.pop() {
            next.extend(of_check.iter().filter(|d| knew(&dot, d) && known.insert(**d)));
        }
        by != of && known.contains(of)
    };
    let knows = |by: &Dot, of: &Dot| knew(by, of) || chains && knew_by_chain(by, of);
    writes.iter().filter(|w| !writes.iter().any(|by| knows(by, w))).count()
}

pub fn is_right(world: &mut World) -> Verdict {
    let terminal = &world.terminals[0];
    let Some(running) = &terminal.running else { return Ok(()) };
    let ledger = &world.ledger;
    for check in running.fold.restaurant.checks.values() {
        let held = |dot: &&Dot| terminal.disk.kept.reach(dot.origin) >= dot.seq;
        let of = |id: &CheckId| -> Vec<Dot> {
            ledger.of_check.get(id).into_iter().flatten().filter(held).copied().collect()
        };
        let of_check = of(&check.id);
        // Where checks were merged, people knew of one through the other.
        let of_circle: Vec<Dot> = running.fold.restaurant.circle(check.id).iter().flat_map(of).collect();
        let says = |which: fn(&Event) -> bool| -> Vec<Dot> {
            let entry = |dot: &Dot| ledger.at(*dot).and_then(|w| w.entry.as_ref());
            let here = |e: &Event| e.check() == Some(check.id) && which(e);
            of_check.iter().filter(|dot| entry(dot).is_some_and(|e| e.events.iter().any(here))).copied().collect()
        };
        let registers = [
            ("table", check.table.concurrent().count(), says(|e| matches!(e, Event::CheckMoved { .. }))),
            (
                "merging",
                check.merged.concurrent().count(),
                says(|e| matches!(e, Event::ChecksMerged { .. } | Event::CheckParted { .. })),
            ),
            ("number of guests", check.covers.concurrent().count(), says(|e| matches!(e, Event::CoversSet { .. }))),
        ];
        for (name, shown, changes) in registers {
            // What a check began with stands until somebody changes it.
            let begun = usize::from(check.opened.is_some() && name != "merging");
            let real = |of: &[Dot], chains| blind(ledger, of, &changes, chains).max(begun);
            if ![real(&of_check, false), real(&of_check, true), real(&of_circle, true)].contains(&shown) {
                let stand = real(&of_check, true);
                let what = format!("check {} shows {shown} values of its {name} where {stand} stand", check.id);
                return Err(("tray", what));
            }
        }
    }
    Ok(())
}

/// Every entry of the tray has two people behind it who did not know of each other; and who moved or settled one check
/// without knowing of each other finds it there.
pub fn is_real_and_whole(world: &mut World) -> Verdict {
    let terminal = &world.terminals[0];
    let Some(running) = &terminal.running else { return Ok(()) };
    let restaurant = &running.fold.restaurant;
    let held = |dot: &&Dot| terminal.disk.kept.reach(dot.origin) >= dot.seq;
    let entries = |check: &CheckId| -> Vec<Dot> {
        world.ledger.of_check.get(check).into_iter().flatten().filter(held).copied().collect()
    };
    let tray = restaurant.conflicts();
    for conflict in &tray {
        let checks: BTreeSet<CheckId> =
            conflict.clash.checks().into_iter().flat_map(|check| restaurant.circle(check)).collect();
        let behind: Vec<Dot> = checks.iter().flat_map(entries).collect();
        // One person alone can bring this about: what was not paid for yet came off the check.
        let came_off = matches!(conflict.clash, Clash::PaidButOpen { .. }) && takes_off(&world.ledger, &behind);
        // What the author of a payment had seen may have been lost with the only disk that held it.
        let lost = checks.iter().any(|check| is_lost(&world.ledger, check));
        if !checks.is_empty() && !came_off && !lost && !has_strangers(&world.ledger, &behind) {
            return Err(("tray", format!("all knew of each other, but the tray shows {:?}", conflict.clash)));
        }
    }
    let shown = |check: &Check, which: fn(&Clash) -> bool| {
        tray.iter().any(|c| which(&c.clash) && c.clash.checks().contains(&check.id))
    };
    for check in restaurant.wholes() {
        let mut tables: Vec<_> = check.table.concurrent().collect();
        tables.dedup();
        let moved = tables.len() > 1 && !check.is_closed();
        if moved != shown(check, |c| matches!(c, Clash::MovedTwice { .. })) {
            let what = format!("check {} stands at {tables:?}, and the tray says otherwise", check.id);
            return Err(("tray", what));
        }
        let over = check.bill().due.0 < 0;
        let paid = |c: &Clash| matches!(c, Clash::SettledTwice { .. } | Clash::PaidTooMuch { .. });
        if over && !shown(check, paid) {
            return Err(("tray", format!("check {} is paid twice, and the tray does not say so", check.id)));
        }
    }
    Ok(())
}

/// Every line and every payment is on exactly one bill, however checks were merged.
pub fn is_sold_once(world: &mut World) -> Verdict {
    for (place, terminal) in world.terminals.iter().enumerate() {
        let Some(running) = &terminal.running else { continue };
        let restaurant = &running.fold.restaurant;
        for check in restaurant.checks.values().filter(|c| c.has_neighbours()) {
            let of_circle = restaurant.circle(check.id);
            let circle: Vec<&Check> = restaurant.wholes().filter(|whole| of_circle.contains(&whole.id)).collect();
            let bills = |has: &dyn Fn(&Check) -> bool| circle.iter().filter(|bill| has(bill)).count();
            let lines = check.lines.iter().filter(|(_, line)| line.added.is_some());
            let line = lines.map(|(id, _)| (id, bills(&|bill| bill.lines.contains_key(id)))).find(|(_, n)| *n != 1);
            let paid = check.payments.keys().map(|id| (id, bills(&|bill| bill.payments.contains_key(id))));
            if let Some((id, n)) = line {
                return Err(("merging", format!("line {id} is on {n} bills at terminal {place}")));
            }
            if let Some((id, n)) = paid.into_iter().find(|(_, n)| *n != 1) {
                return Err(("merging", format!("payment {id} is on {n} bills at terminal {place}")));
            }
        }
    }
    Ok(())
}

/// Whether entries of a check were lost with the only disk that held them.
fn is_lost(ledger: &Ledger, check: &CheckId) -> bool {
    ledger.of_check.get(check).into_iter().flatten().any(|dot| dot.seq > ledger.owed(dot.origin))
}

/// Whether one of these entries makes a check smaller.
fn takes_off(ledger: &Ledger, dots: &[Dot]) -> bool {
    let events = dots.iter().filter_map(|dot| ledger.at(*dot)?.entry.as_ref()).flat_map(|entry| &entry.events);
    let smaller = |event: &Event| {
        let qty = matches!(event, Event::LineChanged { change: LineChange::Qty(_), .. });
        qty || matches!(event, Event::LineVoided { .. } | Event::LineRemoved { .. })
    };
    events.into_iter().any(smaller)
}

/// Whether two of these entries were written by people of whom neither knew of the other.
fn has_strangers(ledger: &Ledger, dots: &[Dot]) -> bool {
    let knew = |by: &Dot, of: &Dot| {
        let head = ledger.at(*by).and_then(|w| w.knew.get(&of.origin)).copied().unwrap_or(0);
        head >= of.seq || by.origin == of.origin && by.seq > of.seq
    };
    dots.iter().any(|a| dots.iter().any(|b| a != b && !knew(a, b) && !knew(b, a)))
}
