//! Sessions and wrong PINs.

use domain::ids::{DeviceId, StaffId};
use rusqlite::{Connection, params};

use crate::StoreError;

/// Somebody signed in on a device. The token itself is never stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    pub token_hash: [u8; 32],
    pub staff: StaffId,
    pub device: DeviceId,
    /// Milliseconds since 1970.
    pub expires: i64,
}

/// Wrong PINs in a row by or at `who` (the terminal's own key of a person, a device, or both).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinTry {
    pub who: String,
    pub fails: u32,
    /// No further try before this moment, milliseconds since 1970.
    pub until: i64,
}

pub(crate) fn put_session(db: &Connection, row: &SessionRow) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO session (token, staff, device, expires) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![row.token_hash, row.staff.0.as_str(), row.device.0.as_str(), row.expires])?;
    Ok(())
}

pub(crate) fn end_session(db: &Connection, token: &[u8; 32]) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM session WHERE token = ?1")?.execute(params![token])?;
    Ok(())
}

pub(crate) fn forget_sessions(db: &Connection, now: i64) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM session WHERE expires < ?1")?.execute(params![now])?;
    Ok(())
}

pub(crate) fn sessions(db: &Connection) -> Result<Vec<SessionRow>, StoreError> {
    let mut all = db.prepare_cached("SELECT token, staff, device, expires FROM session")?;
    let rows = all.query_map([], |r| {
        Ok(SessionRow {
            token_hash: r.get(0)?,
            staff: r.get::<_, String>(1)?.into(),
            device: r.get::<_, String>(2)?.into(),
            expires: r.get(3)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn put_pin_try(db: &Connection, row: &PinTry) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO pin_try (who, fails, until) VALUES (?1, ?2, ?3)")?
        .execute(params![row.who, row.fails, row.until])?;
    Ok(())
}

pub(crate) fn clear_pin_try(db: &Connection, who: &str) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM pin_try WHERE who = ?1")?.execute(params![who])?;
    Ok(())
}

pub(crate) fn pin_tries(db: &Connection) -> Result<Vec<PinTry>, StoreError> {
    let mut all = db.prepare_cached("SELECT who, fails, until FROM pin_try")?;
    let rows = all.query_map([], |r| Ok(PinTry { who: r.get(0)?, fails: r.get(1)?, until: r.get(2)? }))?;
    Ok(rows.collect::<Result<_, _>>()?)
}
