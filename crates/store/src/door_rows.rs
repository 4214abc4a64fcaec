//! Wrong PINs.

use rusqlite::{Connection, params};

use crate::StoreError;

/// Wrong PINs in a row by or at `who` (the terminal's own key of a person, a device, or both).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinTry {
    pub who: String,
    pub fails: u32,
    /// No further try before this moment, milliseconds since 1970.
    pub until: i64,
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
