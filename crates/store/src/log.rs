//! The event log: appended to by [`crate::Batch`], read here.

use std::sync::Arc;

use domain::{
    chain::{Hash, START, chained},
    ids::{Dot, Origin},
    reading::{Reading, read_entry},
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{StoreError, sql::SEQ_BITS};

/// What an author signs its log with at an entry; see `sync`.
pub type Seal = [u8; 64];

/// A position in the log table: `origin.no << 40 | seq`.
pub type Place = i64;

/// The end of one origin's log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub(crate) no: i64,
    pub origin: Origin,
    pub letter: char,
    pub mine: bool,
    /// Number of the last entry; 0 before the first.
    pub seq: u64,
    /// Hash of the last entry; zeroes before the first.
    pub hash: Hash,
}

/// The folded state as it was stored, with the dots it had folded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snapshot {
    /// The version of the fold that made it; another version is worthless and is rebuilt from the log.
    pub fold: u32,
    pub upto: Vec<Dot>,
    pub body: Vec<u8>,
}

impl Head {
    /// Where an entry of this log lies, or the end of it so far.
    pub fn place(&self, seq: u64) -> Place {
        place(self.no, seq)
    }
}

/// Names the log a place is in, in this store only.
pub fn log_of(at: Place) -> i64 {
    at >> SEQ_BITS
}

pub(crate) fn place(no: i64, seq: u64) -> Place {
    no << SEQ_BITS | seq as i64
}

pub(crate) fn seq_of(at: Place) -> u64 {
    (at & ((1 << SEQ_BITS) - 1)) as u64
}

pub(crate) fn heads(db: &Connection) -> Result<Vec<Head>, StoreError> {
    let mut origins = db.prepare_cached("SELECT no, id, letter, mine FROM origin ORDER BY no")?;
    let mut rows = origins.query([])?;
    let mut heads = Vec::new();
    while let Some(row) = rows.next()? {
        let no: i64 = row.get(0)?;
        let last: Option<(i64, Hash)> = db
            .prepare_cached("SELECT at, hash FROM entry WHERE at > ?1 AND at < ?2 ORDER BY at DESC LIMIT 1")?
            .query_row(params![place(no, 0), place(no + 1, 0)], |r| Ok((r.get(0)?, r.get(1)?)))
            .optional()?;
        let (seq, hash) = last.map_or((0, START), |(at, hash)| (seq_of(at), hash));
        let letter: String = row.get(2)?;
        heads.push(Head {
            no,
            origin: Origin(row.get::<_, i64>(1)? as u64),
            letter: letter.chars().next().unwrap_or('A'),
            mine: row.get(3)?,
            seq,
            hash,
        });
    }
    Ok(heads)
}

fn number_of(db: &Connection, origin: Origin) -> Result<Option<i64>, StoreError> {
    let mut find = db.prepare_cached("SELECT no FROM origin WHERE id = ?1")?;
    Ok(find.query_row(params![origin.0 as i64], |r| r.get(0)).optional()?)
}

/// The hash of one log at an entry; none where it is not held.
pub(crate) fn hash_at(db: &Connection, origin: Origin, seq: u64) -> Result<Option<Hash>, StoreError> {
    if seq == 0 {
        return Ok(Some(START));
    }
    let Some(no) = number_of(db, origin)? else { return Ok(None) };
    let mut find = db.prepare_cached("SELECT hash FROM entry WHERE at = ?1")?;
    Ok(find.query_row(params![place(no, seq)], |r| r.get(0)).optional()?)
}

/// The seals kept of one log from one entry to another, in order.
pub(crate) fn seals(db: &Connection, origin: Origin, first: u64, last: u64) -> Result<Vec<(u64, Seal)>, StoreError> {
    let Some(no) = number_of(db, origin)? else { return Ok(Vec::new()) };
    let mut list =
        db.prepare_cached("SELECT at, seal FROM entry WHERE at BETWEEN ?1 AND ?2 AND seal IS NOT NULL ORDER BY at")?;
    let rows = list.query_map(params![place(no, first), place(no, last)], |r| Ok((seq_of(r.get(0)?), r.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The bodies of one log from number `first` on, together about `room` bytes at most.
pub(crate) fn bodies(db: &Connection, origin: Origin, first: u64, room: usize) -> Result<Vec<Arc<[u8]>>, StoreError> {
    let Some(no) = number_of(db, origin)? else { return Ok(Vec::new()) };
    let mut list = db.prepare_cached("SELECT body FROM entry WHERE at >= ?1 AND at < ?2 ORDER BY at")?;
    let mut rows = list.query(params![place(no, first), place(no + 1, 0)])?;
    let (mut bodies, mut bytes) = (Vec::new(), 0);
    while bytes < room
        && let Some(row) = rows.next()?
    {
        let body = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
        bytes += body.len();
        bodies.push(body.into());
    }
    Ok(bodies)
}

/// Hands the entries of one log after `after` to `see`, in order, each proved to follow the one before it.
pub(crate) fn entries_after<E: From<StoreError>>(
    db: &Connection,
    head: &Head,
    after: u64,
    mut see: impl FnMut(Place, Reading) -> Result<(), E>,
) -> Result<(), E> {
    let failed = |e: rusqlite::Error| StoreError::from(e);
    let before: Option<Hash> = db
        .prepare_cached("SELECT hash FROM entry WHERE at = ?1")
        .and_then(|mut s| s.query_row(params![place(head.no, after)], |r| r.get(0)).optional())
        .map_err(failed)?;
    let mut previous = match (before, after) {
        (Some(hash), _) => hash,
        (None, 0) => START,
        (None, _) => return Err(StoreError::Corrupt(format!("entry {after} of the log is missing")).into()),
    };
    let mut rows =
        db.prepare("SELECT at, hash, body FROM entry WHERE at > ?1 AND at < ?2 ORDER BY at").map_err(failed)?;
    let mut rows = rows.query(params![place(head.no, after), place(head.no + 1, 0)]).map_err(failed)?;
    let mut expected = after + 1;
    while let Some(row) = rows.next().map_err(failed)? {
        let at: Place = row.get(0).map_err(failed)?;
        let body = row.get_ref(2).and_then(|b| Ok(b.as_blob()?)).map_err(failed)?;
        let hash = chained(&previous, body);
        if seq_of(at) != expected || row.get::<_, Hash>(1).map_err(failed)? != hash {
            return Err(StoreError::Corrupt(format!("entry {expected} of the log was changed or is missing")).into());
        }
        see(at, read_entry(Dot { origin: head.origin, seq: expected }, body))?;
        previous = hash;
        expected += 1;
    }
    Ok(())
}
