//! The row that lists and reports keep of a closed check.

use std::collections::BTreeSet;

use domain::{Restaurant, check::Check, clock::Moment, view};
use store::{ClosedRow, Place};

/// `None` while the check is open.
pub(crate) fn row_of(restaurant: &Restaurant, check: &Check, places: &[Place]) -> Option<ClosedRow> {
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
            for words in what.name.all().values() {
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
