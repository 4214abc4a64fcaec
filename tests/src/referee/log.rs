//! The log's bytes, straight from the terminal's SQLite file.

use std::path::Path;

use anyhow::{Context, Result};
use rusqlite::{Connection, OpenFlags};

/// One row of the log table as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    /// Place in the table; ascending places are ascending entries of one log.
    pub place: i64,
    pub command: Vec<u8>,
    pub hash: Vec<u8>,
    pub body: Vec<u8>,
}

/// Reads the whole log of a terminal's data file, oldest first. The file is opened read-only.
pub fn read_log(file: &Path) -> Result<Vec<LogRow>> {
    let db = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY)
        .with_context(|| format!("opening {}", file.display()))?;
    let mut rows = db.prepare("SELECT at, cmd, hash, body FROM entry ORDER BY at")?;
    let log =
        rows.query_map([], |r| Ok(LogRow { place: r.get(0)?, command: r.get(1)?, hash: r.get(2)?, body: r.get(3)? }))?;
    Ok(log.collect::<Result<_, _>>()?)
}
