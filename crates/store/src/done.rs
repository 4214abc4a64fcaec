//! Which entry a command made. A table of random keys costs every commit a page of its own beside the log's; so the
//! newest commands are kept in memory and written to it some dozens at a time. What memory forgets in a crash is read
//! from the log again: `origin.listed` says how far the table has come.

use rusqlite::{Connection, OptionalExtension, params};

use domain::ids::CommandId;

use crate::{
    Head, Place, StoreError,
    log::{place, seq_of},
    sql::command_key,
};

/// Commands kept in memory before they are written to the table together.
const LIST_EVERY: usize = 64;

type Key = [u8; 12];

/// The commands that are not in the table yet, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unlisted(Vec<(Key, Place)>);

impl Unlisted {
    /// Reads what the table lacks.
    pub fn read(db: &Connection, heads: &[Head]) -> Result<Unlisted, StoreError> {
        let mut found = Vec::new();
        for head in heads {
            let listed: i64 = db
                .prepare_cached("SELECT listed FROM origin WHERE no = ?1")?
                .query_row(params![head.no], |r| r.get(0))?;
            let mut rows = db.prepare_cached("SELECT cmd, at FROM entry WHERE at > ?1 AND at < ?2 ORDER BY at")?;
            let (after, end) = (place(head.no, listed as u64), place(head.no + 1, 0));
            for row in rows.query_map(params![after, end], |r| Ok((r.get(0)?, r.get(1)?)))? {
                found.push(row?);
            }
        }
        Ok(Unlisted(found))
    }

    /// The place of the entry a command made.
    pub fn find(&self, db: &Connection, cmd: CommandId) -> Result<Option<Place>, StoreError> {
        let key = command_key(cmd);
        if let Some((_, at)) = self.0.iter().rev().find(|(k, _)| *k == key) {
            return Ok(Some(*at));
        }
        let mut find = db.prepare_cached("SELECT at FROM done WHERE cmd = ?1")?;
        Ok(find.query_row(params![key], |r| r.get(0)).optional()?)
    }

    /// Notes a command whose entry was just written; now and then writes all of them down. Part of a transaction.
    pub fn add(&mut self, db: &Connection, cmd: CommandId, at: Place) -> Result<(), StoreError> {
        self.0.push((command_key(cmd), at));
        if self.0.len() < LIST_EVERY {
            return Ok(());
        }
        let mut list = db.prepare_cached("INSERT INTO done (cmd, at) VALUES (?1, ?2)")?;
        // Each log's entries come in order, so the last one said is how far that log is listed.
        let mut origin = db.prepare_cached("UPDATE origin SET listed = ?1 WHERE no = ?2")?;
        let mut last: Option<Place> = None;
        for (key, at) in &self.0 {
            list.execute(params![key, at])?;
            if let Some(before) = last.filter(|before| no_of(*before) != no_of(*at)) {
                origin.execute(params![seq_of(before) as i64, no_of(before)])?;
            }
            last = Some(*at);
        }
        if let Some(at) = last {
            origin.execute(params![seq_of(at) as i64, no_of(at)])?;
        }
        self.0.clear();
        Ok(())
    }
}

fn no_of(at: Place) -> i64 {
    at >> crate::sql::SEQ_BITS
}
