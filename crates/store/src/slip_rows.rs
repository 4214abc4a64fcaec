//! The ticket ledger, which is also the print outbox.

use domain::{
    event::TicketOf,
    ids::{CheckId, PrinterId},
    paper::Slip,
    view::{SlipKind, SlipState, SlipView},
};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::{
    StoreError,
    sql::{command_key, json, parse, read_command_key},
};

/// A slip to be printed.
#[derive(Debug, Clone, PartialEq)]
pub struct NewSlip {
    pub printer: PrinterId,
    /// Where it goes when `printer` cannot print.
    pub backup: Option<PrinterId>,
    pub kind: SlipKind,
    pub check: Option<CheckId>,
    pub title: String,
    /// The kitchen ticket it is.
    pub of: Option<TicketOf>,
    /// Somebody else may have printed it already, so it says POSSIBLE DUPLICATE.
    pub marked: bool,
    pub slip: Slip,
    pub queued: i64,
}

/// A slip of the ledger, without its paper.
#[derive(Debug, Clone, PartialEq)]
pub struct SlipRow {
    pub view: SlipView,
    pub backup: Option<PrinterId>,
    /// The printer it was meant for, when it went to the backup instead.
    pub came_from: Option<PrinterId>,
    /// An earlier try may be on paper already, so this one says POSSIBLE DUPLICATE.
    pub marked: bool,
    /// The kitchen ticket it is.
    pub of: Option<TicketOf>,
}

const COLUMNS: &str =
    "job, printer, backup, state, kind, chk, title, marked, tries, why, queued, ended, came_from, entry, station";

pub(crate) fn insert(db: &Connection, job: u64, slip: &NewSlip) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT INTO slip (job, printer, backup, state, kind, chk, title, queued, body, marked, entry, station)
         VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?
    .execute(params![
        job as i64,
        slip.printer.0.as_str(),
        slip.backup.as_ref().map(|p| p.0.as_str()),
        json(&slip.kind)?,
        slip.check.map(command_key),
        slip.title,
        slip.queued,
        json(&slip.slip)?,
        slip.marked,
        slip.of.as_ref().map(|of| command_key(of.entry)),
        slip.of.as_ref().map(|of| of.station.0.as_str()),
    ])?;
    Ok(())
}

pub(crate) fn update(db: &Connection, slip: &SlipRow) -> Result<(), StoreError> {
    let view = &slip.view;
    db.prepare_cached(
        "UPDATE slip SET printer = ?2, state = ?3, marked = ?4, tries = ?5, why = ?6, ended = ?7, backup = ?8, came_from = ?9
         WHERE job = ?1",
    )?
    .execute(params![
        view.job as i64,
        view.printer.0.as_str(),
        state_number(view.state),
        slip.marked,
        view.tries,
        String::from(view.why.clone()),
        view.ended,
        slip.backup.as_ref().map(|p| p.0.as_str()),
        slip.came_from.as_ref().map(|p| p.0.as_str()),
    ])?;
    Ok(())
}

fn state_number(state: SlipState) -> i64 {
    match state {
        SlipState::Queued => 0,
        SlipState::Sending => 1,
        SlipState::Printed => 2,
        SlipState::Unknown => 3,
        SlipState::Dropped => 4,
    }
}

fn read(row: &Row<'_>) -> Result<SlipRow, StoreError> {
    let state = match row.get::<_, i64>(3)? {
        0 => SlipState::Queued,
        1 => SlipState::Sending,
        2 => SlipState::Printed,
        3 => SlipState::Unknown,
        _ => SlipState::Dropped,
    };
    let check: Option<Vec<u8>> = row.get(5)?;
    let of = match (row.get::<_, Option<Vec<u8>>>(13)?, row.get::<_, Option<String>>(14)?) {
        (Some(entry), Some(station)) => Some(TicketOf { entry: read_command_key(&entry)?, station: station.into() }),
        _ => None,
    };
    Ok(SlipRow {
        view: SlipView {
            job: row.get::<_, i64>(0)? as u64,
            printer: row.get::<_, String>(1)?.into(),
            what: parse(row.get::<_, String>(4)?.as_bytes())?,
            check: check.map(|key| read_command_key(&key)).transpose()?,
            title: row.get(6)?,
            state,
            queued: row.get(10)?,
            ended: row.get(11)?,
            why: row.get::<_, String>(9)?.into(),
            tries: row.get(8)?,
        },
        backup: row.get::<_, Option<String>>(2)?.map(PrinterId::from),
        came_from: row.get::<_, Option<String>>(12)?.map(PrinterId::from),
        marked: row.get(7)?,
        of,
    })
}

fn collect(db: &Connection, sql: &str, params: impl rusqlite::Params) -> Result<Vec<SlipRow>, StoreError> {
    let mut found = db.prepare_cached(sql)?;
    let mut rows = found.query(params)?;
    let mut slips = Vec::new();
    while let Some(row) = rows.next()? {
        slips.push(read(row)?);
    }
    Ok(slips)
}

/// Slips that wait or were being sent, oldest first.
pub(crate) fn waiting(db: &Connection) -> Result<Vec<SlipRow>, StoreError> {
    collect(db, &format!("SELECT {COLUMNS} FROM slip WHERE state < 2 ORDER BY job"), [])
}

/// The newest slips, newest first.
pub(crate) fn newest(db: &Connection, limit: usize) -> Result<Vec<SlipRow>, StoreError> {
    collect(db, &format!("SELECT {COLUMNS} FROM slip ORDER BY job DESC LIMIT ?1"), params![limit as i64])
}

pub(crate) fn one(db: &Connection, job: u64) -> Result<Option<SlipRow>, StoreError> {
    Ok(collect(db, &format!("SELECT {COLUMNS} FROM slip WHERE job = ?1"), params![job as i64])?.pop())
}

/// What a slip says.
pub(crate) fn paper(db: &Connection, job: u64) -> Result<Option<Slip>, StoreError> {
    let body: Option<String> = db
        .prepare_cached("SELECT body FROM slip WHERE job = ?1")?
        .query_row(params![job as i64], |r| r.get(0))
        .optional()?;
    body.map(|b| parse(b.as_bytes())).transpose()
}
