//! Of two lines of one log one holds: the entries of the other are set aside, and what was derived from them goes.
//! Whoever wrote it gets a new name for what it writes from now on.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    chain::Hash,
    clock::BusinessDay,
    event::Entry,
    ids::{CheckId, CommandId, Dot, Origin},
    reading::{Reading, read_entry},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Batch, Bytes, Place, Readers, Seal, Store, StoreError,
    log::{self, place, seq_of},
    sql::{command_key, json, parse, read_command_key},
};

/// Entries that were set aside: where they stood, and what they say.
pub type Aside = Vec<(u64, Reading)>;

impl Batch<'_> {
    /// Takes what stands in a log after an entry off it and keeps it aside. Of what was derived from it, go the commands,
    /// the stored state and the Zs; rows of closed checks are seen to by [`Batch::move_places`].
    pub fn set_aside(&mut self, origin: Origin, upto: u64) -> Result<Aside, StoreError> {
        self.begin()?;
        let Store { db, heads, unlisted, newest, .. } = &mut *self.store;
        let Some(head) = heads.iter_mut().find(|h| h.origin == origin && h.seq > upto) else { return Ok(Vec::new()) };
        let (from, end) = (place(head.no, upto), place(head.no + 1, 0));
        let mut aside = Vec::new();
        {
            let mut list = db.prepare("SELECT at, cmd, hash, body FROM entry WHERE at > ?1 AND at < ?2 ORDER BY at")?;
            let mut keep =
                db.prepare("INSERT INTO set_aside (origin, seq, cmd, hash, body) VALUES (?1, ?2, ?3, ?4, ?5)")?;
            let mut undo = db.prepare("DELETE FROM done WHERE cmd = ?1 AND at = ?2")?;
            let mut rows = list.query(params![from, end])?;
            while let Some(row) = rows.next()? {
                let (at, cmd): (Place, Vec<u8>) = (row.get(0)?, row.get(1)?);
                let (hash, body): (Hash, Vec<u8>) = (row.get(2)?, row.get(3)?);
                keep.execute(params![origin.0 as i64, seq_of(at) as i64, cmd, hash, body])?;
                undo.execute(params![cmd, at])?;
                aside.push((seq_of(at), read_entry(Dot { origin, seq: seq_of(at) }, &body)));
            }
        }
        db.execute("DELETE FROM entry WHERE at > ?1 AND at < ?2", params![from, end])?;
        db.execute("UPDATE origin SET listed = min(listed, ?1) WHERE no = ?2", params![upto as i64, head.no])?;
        unlisted.leave(head.no, upto);
        newest.forget();
        head.seq = upto;
        head.hash = log::hash_at(db, origin, upto)?.ok_or_else(|| missing(upto))?;
        forget_state(db, origin, upto)?;
        forget_days(db, &aside)?;
        Ok(aside)
    }

    /// The rows of these checks name entries where they stand now: those of one log after `upto` at another place, or
    /// nowhere. The checks are noted, to be written anew once they are folded.
    pub fn move_places(
        &mut self,
        checks: &BTreeSet<CheckId>,
        (origin, upto): (Origin, u64),
        moved: &BTreeMap<u64, Place>,
    ) -> Result<(), StoreError> {
        self.begin()?;
        let db = &self.store.db;
        let Some(head) = self.store.heads.iter().find(|h| h.origin == origin) else { return Ok(()) };
        let gone = place(head.no, upto) + 1..place(head.no + 1, 0);
        for check in checks {
            let key = command_key(*check);
            db.prepare_cached("INSERT OR IGNORE INTO stale_check (chk) VALUES (?1)")?.execute(params![key])?;
            let mut find = db.prepare_cached("SELECT places FROM closed_check WHERE chk = ?1")?;
            let Some(places) = find.query_row(params![key], |r| r.get::<_, String>(0)).optional()? else { continue };
            let stand = |at: Place| if gone.contains(&at) { moved.get(&seq_of(at)).copied() } else { Some(at) };
            let places: BTreeSet<Place> =
                places.split(' ').filter_map(|at| at.parse().ok()).filter_map(stand).collect();
            if places.is_empty() {
                db.prepare_cached("DELETE FROM closed_check WHERE chk = ?1")?.execute(params![key])?;
            } else {
                let places = places.iter().map(Place::to_string).collect::<Vec<_>>().join(" ");
                db.prepare_cached("UPDATE closed_check SET places = ?2 WHERE chk = ?1")?
                    .execute(params![key, places])?;
            }
        }
        Ok(())
    }

    /// From now on this terminal writes under another name, with a letter of its own; the log it wrote until now is one of
    /// many. It gets the seals that others' logs have, because nobody else hands it out sealed any more.
    pub fn rename(
        &mut self,
        new: Origin,
        letter: char,
        seal: impl Fn(Origin, u64, &Hash) -> Seal,
        is_kept: impl Fn(u64, usize) -> bool,
    ) -> Result<(), StoreError> {
        self.begin()?;
        let db = &self.store.db;
        let Some(old) = self.store.heads.iter().find(|h| h.mine).cloned() else { return Ok(()) };
        {
            let mut list = db.prepare("SELECT at, hash, length(body) FROM entry WHERE at > ?1 AND at < ?2")?;
            let mut put = db.prepare("UPDATE entry SET seal = ?2 WHERE at = ?1")?;
            let mut sealed = Vec::new();
            let mut rows = list.query(params![place(old.no, 0), place(old.no + 1, 0)])?;
            while let Some(row) = rows.next()? {
                let (at, hash, length): (Place, Hash, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let seq = seq_of(at);
                if seq == old.seq || is_kept(seq, length as usize) {
                    sealed.push((at, seal(old.origin, seq, &hash)));
                }
            }
            for (at, seal) in sealed {
                put.execute(params![at, seal])?;
            }
        }
        db.execute("UPDATE origin SET mine = 0", [])?;
        db.execute(
            "INSERT INTO origin (id, letter, mine) VALUES (?1, ?2, 1)",
            params![new.0 as i64, letter.to_string()],
        )?;
        let no = db.last_insert_rowid();
        self.store.heads.iter_mut().for_each(|h| h.mine = false);
        let hash = domain::chain::START;
        self.store.heads.push(log::Head { no, origin: new, letter, mine: true, seq: 0, hash });
        Ok(())
    }

    /// As [`Batch::append`], of something that was done before: its command may stand in another log too.
    pub fn append_again(&mut self, entry: &Entry) -> Result<Place, StoreError> {
        let body = serde_json::to_vec(entry).map_err(|e| StoreError::Failed(e.to_string()))?;
        self.ingest(entry.dot, entry.cmd, Bytes { body: &body, link: None, seal: None }).map(|(at, _)| at)
    }

    /// What stands in a log is found by its commands, if nothing else is any more.
    pub fn list_again(&mut self, origin: Origin, commands: &BTreeSet<CommandId>) -> Result<(), StoreError> {
        self.begin()?;
        let Some(head) = self.store.heads.iter().find(|h| h.origin == origin).cloned() else { return Ok(()) };
        let mut found = Vec::new();
        {
            let mut list = self.store.db.prepare("SELECT at, cmd FROM entry WHERE at > ?1 AND at < ?2")?;
            let mut rows = list.query(params![place(head.no, 0), place(head.no + 1, 0)])?;
            while let Some(row) = rows.next()? {
                let cmd = read_command_key(&row.get::<_, Vec<u8>>(1)?)?;
                found.extend(commands.contains(&cmd).then_some((cmd, row.get::<_, Place>(0)?)));
            }
        }
        for (cmd, at) in found {
            self.store
                .db
                .prepare_cached("INSERT OR IGNORE INTO done (cmd, at) VALUES (?1, ?2)")?
                .execute(params![command_key(cmd), at])?;
        }
        Ok(())
    }

    /// Keeps the name under which this terminal asks to be let in again. It is drawn once.
    pub fn put_next_name(&mut self, name: Origin) -> Result<(), StoreError> {
        self.begin()?;
        self.store
            .db
            .prepare_cached("INSERT OR REPLACE INTO coming_back (one, name) VALUES (1, ?1)")?
            .execute(params![name.0 as i64])?;
        Ok(())
    }

    /// All that follows from coming back is done.
    pub fn forget_next_name(&mut self) -> Result<(), StoreError> {
        self.begin()?;
        self.store.db.prepare_cached("DELETE FROM coming_back")?.execute([])?;
        Ok(())
    }

    /// The rows of this check are written anew.
    pub fn forget_stale(&mut self, check: CheckId) -> Result<(), StoreError> {
        self.begin()?;
        self.store.db.prepare_cached("DELETE FROM stale_check WHERE chk = ?1")?.execute(params![command_key(check)])?;
        Ok(())
    }
}

impl Readers {
    /// See [`Batch::put_next_name`]. It stays after the name is this terminal's until [`Batch::forget_next_name`].
    pub fn next_name(&self) -> Result<Option<Origin>, StoreError> {
        let db = self.reader();
        let mut find = db.prepare_cached("SELECT name FROM coming_back")?;
        Ok(find.query_row([], |r| r.get::<_, i64>(0)).optional()?.map(|name| Origin(name as u64)))
    }

    /// Checks whose rows must be written anew.
    pub fn stale_checks(&self) -> Result<Vec<CheckId>, StoreError> {
        let db = self.reader();
        let mut list = db.prepare_cached("SELECT chk FROM stale_check")?;
        let keys = list.query_map([], |r| r.get::<_, Vec<u8>>(0))?.collect::<Result<Vec<_>, _>>()?;
        keys.iter().map(|key| read_command_key(key)).collect()
    }

    /// How many entries were ever set aside.
    pub fn set_aside_count(&self) -> Result<u64, StoreError> {
        Ok(self.reader().query_row("SELECT count(*) FROM set_aside", [], |r| r.get::<_, i64>(0))? as u64)
    }
}

fn missing(seq: u64) -> StoreError {
    StoreError::Corrupt(format!("entry {seq} of the log is missing"))
}

/// A stored state that has folded what was set aside is worthless.
fn forget_state(db: &Connection, origin: Origin, upto: u64) -> Result<(), StoreError> {
    let found: Option<String> = db.query_row("SELECT upto FROM snapshot", [], |r| r.get(0)).optional()?;
    let Some(found) = found else { return Ok(()) };
    let folded: Vec<Dot> = parse(found.as_bytes())?;
    if folded.iter().any(|dot| dot.origin == origin && dot.seq > upto) {
        db.execute("DELETE FROM snapshot", [])?;
    }
    Ok(())
}

/// Days whose Z was set aside have the Z of another log, or none.
fn forget_days(db: &Connection, aside: &Aside) -> Result<(), StoreError> {
    let closed = |entry: &Entry| -> Vec<BusinessDay> {
        let days = entry.events.iter().filter_map(|event| match event {
            domain::event::Event::DayClosed { z } => Some(z.day),
            _ => None,
        });
        days.collect()
    };
    let days: BTreeSet<BusinessDay> = aside.iter().flat_map(|(_, reading)| closed(&reading.entry)).collect();
    if days.is_empty() {
        return Ok(());
    }
    for day in &days {
        db.execute("DELETE FROM day_book WHERE date = ?1 AND part = ?2", params![day.date.0, day.part])?;
    }
    // Years of entries are looked through for it, once in a restaurant's life.
    let mut list = db.prepare("SELECT body FROM entry WHERE instr(body, CAST('\"day_closed\"' AS BLOB)) > 0")?;
    let mut rows = list.query([])?;
    while let Some(row) = rows.next()? {
        let entry = crate::sql::understood(&row.get::<_, Vec<u8>>(0)?);
        for event in &entry.events {
            if let domain::event::Event::DayClosed { z } = event
                && days.contains(&z.day)
            {
                db.prepare_cached("INSERT OR REPLACE INTO day_book (date, part, z) VALUES (?1, ?2, ?3)")?
                    .execute(params![z.day.date.0, z.day.part, json(z)?])?;
            }
        }
    }
    Ok(())
}
