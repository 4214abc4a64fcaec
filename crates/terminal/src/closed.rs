//! The rows that lists and reports keep of closed checks and days.

use std::collections::BTreeSet;

use domain::{
    Restaurant,
    check::Check,
    clock::Moment,
    event::{Entry, Event},
    ids::CheckId,
    view,
};
use store::{Batch, ClosedRow, Place, StoreError};

use crate::{
    dispatch::Changes,
    state::{State, checks_of, only_paper},
};

/// Rows derived from an entry: only the closing of a check or of a day writes any. Those of checks wait for the end of
/// the transaction, because what follows on a check's closing (a slip's end, tickets bumped) mostly comes with it.
pub(crate) fn project(
    tx: &mut Batch<'_>,
    state: &State,
    changes: &mut Changes,
    entry: &Entry,
    at: Place,
) -> Result<(), StoreError> {
    let checks = checks_of(entry);
    if only_paper(entry) {
        for id in checks.iter().filter(|id| state.restaurant.check(**id).is_none()) {
            tx.add_place(*id, at)?;
        }
    }
    changes.rows.extend(checks);
    for event in &entry.events {
        if let Event::DayClosed { z } = event {
            tx.put_day(z)?;
        }
    }
    Ok(())
}

/// Rows of closed checks, as they are now.
pub(crate) fn put_rows(tx: &mut Batch<'_>, state: &State, mut checks: BTreeSet<CheckId>) -> Result<(), StoreError> {
    let is_merged = |id: &CheckId| state.restaurant.checks.get(id).is_some_and(Check::has_neighbours);
    if checks.iter().any(is_merged) {
        // What is written on one check may close, open or change the bills of those it was merged with.
        checks = checks.iter().flat_map(|id| state.restaurant.circle(*id)).collect();
    }
    for id in checks {
        match (state.restaurant.check(id), state.places_of(id)) {
            (Some(check), Some(places)) if check.is_closed() => {
                if let Some(row) = row_of(&state.restaurant, check, places) {
                    tx.put_closed(&row)?;
                }
            }
            (Some(check), _) if check.was_closed() => tx.forget_closed(id)?,
            _ => {}
        }
    }
    Ok(())
}

/// `None` while the check is open.
fn row_of(restaurant: &Restaurant, check: &Check, places: &[Place]) -> Option<ClosedRow> {
    let settings = restaurant.settings()?;
    let shown = view::closed_check(check, &settings.language)?;
    let (at, offset, _) = check.closed_at()?;
    let (mut categories, mut items) = (BTreeSet::new(), BTreeSet::new());
    let table = shown.table.as_ref().and_then(|id| restaurant.floor()?.table(id)).map_or("", |t| t.label.as_str());
    let waiter = restaurant.member(&shown.waiter).map_or("", |m| m.name.as_str());
    let on_paper = || {
        let replaced = &restaurant.days.get(&shown.day)?.replaced;
        replaced.iter().find(|(receipt, _)| Some(*receipt) == shown.receipt).map(|(_, was)| was.to_string())
    };
    let mut find = format!(
        "{} {} {} {table} {} {waiter} {}",
        shown.number,
        shown.receipt.map(|r| r.to_string()).unwrap_or_default(),
        on_paper().unwrap_or_default(),
        shown.name,
        settings.currency.plain(shown.total),
    );
    // What is on a check that was merged is found under the one it is on.
    for line in check.lines.values().filter(|l| check.inside.is_none() && l.live_qty() > 0) {
        let Some(what) = line.what() else { continue };
        if items.insert(what.item.to_string()) {
            for words in what.name.words() {
                find.push(' ');
                find.push_str(words);
            }
        }
        categories.insert(what.category.to_string());
    }
    Some(ClosedRow {
        hour: Moment { at, offset }.hour(),
        categories: categories.into_iter().collect(),
        items: items.into_iter().collect(),
        find,
        places: places.to_vec(),
        shown,
    })
}
