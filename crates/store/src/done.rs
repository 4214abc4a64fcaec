//! Which entry a command made. A table of random keys costs every commit a page of its own beside the log's; so the
//! newest commands are kept in memory and written to it some hundreds at a time. What memory forgets in a crash is read
//! from the log again: `origin.listed` says how far the table has come.

use std::collections::HashMap;

use domain::ids::{CommandId, Session};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Head, Place, StoreError,
    log::{log_of, place, seq_of},
    sql::{command_key, read_command_key},
};

/// Commands kept in memory before they are written to the table together.
const LIST_EVERY: usize = 256;

/// Sessions whose newest command is kept in mind: more than a restaurant has screens. Beyond it all are looked up anew.
const SESSIONS: usize = 512;

type Key = [u8; 12];

/// The commands that are not in the table yet, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Unlisted(Vec<(Key, Place)>);

/// The highest number stored of each session lately seen. A screen counts its commands up, so a higher one is new and
/// need not be looked for. It may run ahead of the store when a batch is given up; that only costs a look.
#[derive(Debug, Default)]
pub(crate) struct Newest(HashMap<Session, u32>);

impl Newest {
    /// Whether a command cannot have been stored before.
    pub fn is_new(&mut self, db: &Connection, unlisted: &Unlisted, cmd: CommandId) -> Result<bool, StoreError> {
        if let Some(newest) = self.0.get(&cmd.session) {
            return Ok(cmd.n > *newest);
        }
        let [first, last] = [0, u32::MAX].map(|n| command_key(CommandId { session: cmd.session, n }));
        let mut find = db.prepare_cached("SELECT max(cmd) FROM done WHERE cmd BETWEEN ?1 AND ?2")?;
        let listed: Option<Vec<u8>> = find.query_row(params![first, last], |r| r.get(0))?;
        let listed = listed.map(|key| read_command_key(&key)).transpose()?;
        let waiting = unlisted.0.iter().map(|(key, _)| read_command_key(key)).collect::<Result<Vec<_>, _>>()?;
        let newest = waiting.into_iter().chain(listed).filter(|id| id.session == cmd.session).map(|id| id.n).max();
        if self.0.len() == SESSIONS {
            self.0.clear();
        }
        // A session without any command is kept out: its number 0 would still be new.
        let Some(newest) = newest else { return Ok(true) };
        self.0.insert(cmd.session, newest);
        Ok(cmd.n > newest)
    }

    /// Notes a command that was stored.
    pub fn note(&mut self, cmd: CommandId) {
        if let Some(newest) = self.0.get_mut(&cmd.session) {
            *newest = (*newest).max(cmd.n);
        }
    }
}

impl Newest {
    /// Forgets everything: commands that were stored are not any more.
    pub fn forget(&mut self) {
        self.0.clear();
    }
}

impl Unlisted {
    /// Commands of one log behind an entry are forgotten.
    pub fn leave(&mut self, of: i64, after: u64) {
        self.0.retain(|(_, at)| log_of(*at) != of || seq_of(*at) <= after);
    }

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
        if let Some((_, at)) = self.0.iter().find(|(k, _)| *k == key) {
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
        let mut list = db.prepare_cached("INSERT OR IGNORE INTO done (cmd, at) VALUES (?1, ?2)")?;
        // Each log's entries come in order, so the last one said is how far that log is listed.
        let mut origin = db.prepare_cached("UPDATE origin SET listed = ?1 WHERE no = ?2")?;
        let mut last: Option<Place> = None;
        for (key, at) in &self.0 {
            list.execute(params![key, at])?;
            if let Some(before) = last.filter(|before| log_of(*before) != log_of(*at)) {
                origin.execute(params![seq_of(before) as i64, log_of(before)])?;
            }
            last = Some(*at);
        }
        if let Some(at) = last {
            origin.execute(params![seq_of(at) as i64, log_of(at)])?;
        }
        self.0.clear();
        Ok(())
    }
}
