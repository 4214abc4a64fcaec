//! Rows of closed checks: what the closed-checks list, the search and the bars of a report are answered from.

use domain::{clock::Date, ids::CheckId, query::Bar, view::ClosedCheck};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Place, StoreError,
    sql::{command_key, json, parse},
};

/// A closed check as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosedRow {
    pub shown: ClosedCheck,
    /// Local hour of closing.
    pub hour: u8,
    /// Categories and items sold, each once.
    pub categories: Vec<String>,
    pub items: Vec<String>,
    /// Words people search by; compared in lower case.
    pub find: String,
    /// Every entry about this check, ascending.
    pub places: Vec<Place>,
}

/// Which closed checks to list.
#[derive(Debug, Clone, PartialEq)]
pub struct Search {
    pub from: Date,
    pub to: Date,
    pub text: String,
    pub behind: Option<Bar>,
    /// The most rows.
    pub limit: usize,
}

fn barred(ids: &[String]) -> String {
    let mut text = String::from("|");
    for id in ids {
        text.push_str(id);
        text.push('|');
    }
    text
}

fn spaced(places: &[Place]) -> String {
    places.iter().map(Place::to_string).collect::<Vec<_>>().join(" ")
}

pub(crate) fn put(db: &Connection, row: &ClosedRow) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO closed_check (chk, date, closed, hour, staff, categories, items, find, row, places)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?
    .execute(params![
        command_key(row.shown.check),
        row.shown.day.date.0,
        row.shown.closed,
        row.hour,
        row.shown.waiter.0.as_str(),
        barred(&row.categories),
        barred(&row.items),
        row.find.to_lowercase(),
        json(&row.shown)?,
        spaced(&row.places),
    ])?;
    Ok(())
}

/// A check that was closed and is open again is no row of the list any more.
pub(crate) fn forget(db: &Connection, check: CheckId) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM closed_check WHERE chk = ?1")?.execute(params![command_key(check)])?;
    Ok(())
}

pub(crate) fn add_place(db: &Connection, check: CheckId, at: Place) -> Result<(), StoreError> {
    db.prepare_cached("UPDATE closed_check SET places = places || ' ' || ?2 WHERE chk = ?1")?
        .execute(params![command_key(check), at.to_string()])?;
    Ok(())
}

/// Where the entries of a closed check are; `None` when no such check was closed here.
pub(crate) fn places(db: &Connection, check: CheckId) -> Result<Option<Vec<Place>>, StoreError> {
    let text: Option<String> = db
        .prepare_cached("SELECT places FROM closed_check WHERE chk = ?1")?
        .query_row(params![command_key(check)], |r| r.get(0))
        .optional()?;
    let bad = |_| StoreError::Corrupt("the places of a closed check cannot be read".into());
    text.map(|t| t.split(' ').map(str::parse).collect::<Result<_, _>>().map_err(bad)).transpose()
}

/// Newest first.
pub(crate) fn list(db: &Connection, search: &Search) -> Result<Vec<ClosedCheck>, StoreError> {
    let (bar, value) = match &search.behind {
        None => ("", String::new()),
        Some(Bar::Hour(hour)) => ("AND hour = CAST(?4 AS INTEGER)", hour.to_string()),
        Some(Bar::Staff(staff)) => ("AND staff = ?4", staff.to_string()),
        Some(Bar::Category(id)) => ("AND instr(categories, ?4) > 0", format!("|{id}|")),
        Some(Bar::Item(id)) => ("AND instr(items, ?4) > 0", format!("|{id}|")),
    };
    let sql = format!(
        "SELECT row FROM closed_check WHERE date BETWEEN ?1 AND ?2 AND (?3 = '' OR instr(find, ?3) > 0)
         AND ?4 = ?4 {bar} ORDER BY date DESC, closed DESC LIMIT ?5"
    );
    let mut list = db.prepare_cached(&sql)?;
    let text = search.text.trim().to_lowercase();
    let mut rows = list.query(params![search.from.0, search.to.0, text, value, search.limit as i64])?;
    let mut checks = Vec::new();
    while let Some(row) = rows.next()? {
        checks.push(parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?.as_bytes())?);
    }
    Ok(checks)
}
