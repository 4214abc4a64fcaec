//! The floor beneath it all: the disk alone, and SQLite writing the same bytes one row a transaction.

use std::{
    fs::File,
    io::Write,
    path::Path,
    time::{Duration, Instant},
};

use anyhow::Result;
use rusqlite::{Connection, params};

use crate::figures::quantile;

/// What the disk takes for one small durable write.
pub fn fdatasync(folder: &Path) -> Result<Duration> {
    let file = folder.join("fdatasync");
    let mut out = File::create(&file)?;
    let mut times = Vec::new();
    for _ in 0..200 {
        let began = Instant::now();
        out.write_all(&[b'x'; 266])?;
        out.sync_data()?;
        times.push(began.elapsed());
    }
    std::fs::remove_file(file)?;
    Ok(quantile(&mut times, 0.5))
}

/// A plain table in WAL mode with full synchronisation.
pub struct Raw(Connection);

impl Raw {
    pub fn new(folder: &Path) -> Result<Raw> {
        let db = Connection::open(folder.join("raw.db"))?;
        db.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
             CREATE TABLE IF NOT EXISTS entry (at INTEGER PRIMARY KEY, body BLOB NOT NULL);",
        )?;
        Ok(Raw(db))
    }

    /// Each body a row, each row a transaction.
    pub fn write(&self, bodies: &[Vec<u8>]) -> Result<(Vec<Duration>, Duration)> {
        let mut insert = self.0.prepare("INSERT INTO entry (body) VALUES (?1)")?;
        let (mut times, all) = (Vec::with_capacity(bodies.len()), Instant::now());
        for body in bodies {
            let began = Instant::now();
            insert.execute(params![body])?;
            times.push(began.elapsed());
        }
        Ok((times, all.elapsed()))
    }
}
