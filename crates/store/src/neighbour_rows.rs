//! What this terminal is to the others: the restaurant it belongs to, the master it knows, and where others were found.

use domain::ids::Origin;
use rusqlite::{Connection, OptionalExtension, params};

use crate::StoreError;

/// The restaurant a terminal belongs to and the master it knows of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// The terminal that set the restaurant up gave it its id.
    pub store: Origin,
    pub epoch: u64,
    pub master: Origin,
    /// A person asked for this master.
    pub pinned: bool,
    /// The terminal that let this one in, with its public key, hex: whom to trust until the log has come over.
    pub sponsor: Option<(Origin, String)>,
}

/// A place where another terminal may be reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Neighbour {
    /// `host:port`.
    pub address: String,
    pub origin: Option<Origin>,
    /// A person typed it, so it is never forgotten by itself.
    pub typed: bool,
}

pub(crate) fn membership(db: &Connection) -> Result<Option<Membership>, StoreError> {
    let mut find = db.prepare_cached("SELECT store, epoch, master, pinned, sponsor, sponsor_key FROM membership")?;
    let row = find.query_row([], |r| {
        Ok(Membership {
            store: Origin(r.get::<_, i64>(0)? as u64),
            epoch: r.get::<_, i64>(1)? as u64,
            master: Origin(r.get::<_, i64>(2)? as u64),
            pinned: r.get(3)?,
            sponsor: r.get::<_, Option<i64>>(4)?.map(|o| Origin(o as u64)).zip(r.get(5)?),
        })
    });
    Ok(row.optional()?)
}

pub(crate) fn put_membership(db: &Connection, row: &Membership) -> Result<(), StoreError> {
    db.prepare_cached(
        "INSERT OR REPLACE INTO membership (one, store, epoch, master, pinned, sponsor, sponsor_key)
         VALUES (1, ?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        row.store.0 as i64,
        row.epoch as i64,
        row.master.0 as i64,
        row.pinned,
        row.sponsor.as_ref().map(|s| s.0.0 as i64),
        row.sponsor.as_ref().map(|s| s.1.as_str())
    ])?;
    Ok(())
}

/// The key (hex) of a terminal that was vouched for.
pub(crate) fn vouched(db: &Connection, origin: Origin) -> Result<Option<String>, StoreError> {
    let mut find = db.prepare_cached("SELECT key FROM vouched WHERE origin = ?1")?;
    Ok(find.query_row(params![origin.0 as i64], |r| r.get(0)).optional()?)
}

/// The terminal whose key (hex) that is, if it was vouched for.
pub(crate) fn vouched_for(db: &Connection, key: &str) -> Result<Option<Origin>, StoreError> {
    let mut find = db.prepare_cached("SELECT origin FROM vouched WHERE key = ?1")?;
    Ok(find.query_row(params![key], |r| r.get(0)).optional()?.map(|origin: i64| Origin(origin as u64)))
}

pub(crate) fn put_vouched(db: &Connection, origin: Origin, key: &str) -> Result<(), StoreError> {
    db.prepare_cached("INSERT OR REPLACE INTO vouched (origin, key) VALUES (?1, ?2)")?
        .execute(params![origin.0 as i64, key])?;
    Ok(())
}

pub(crate) fn neighbours(db: &Connection) -> Result<Vec<Neighbour>, StoreError> {
    let mut list = db.prepare_cached("SELECT address, origin, typed FROM neighbour ORDER BY address")?;
    let rows = list.query_map([], |r| {
        let origin = r.get::<_, Option<i64>>(1)?.map(|o| Origin(o as u64));
        Ok(Neighbour { address: r.get(0)?, origin, typed: r.get(2)? })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) fn put_neighbour(db: &Connection, row: &Neighbour) -> Result<(), StoreError> {
    // A terminal is in one place: what was discovered of it before is out of date.
    db.prepare_cached("DELETE FROM neighbour WHERE origin = ?1 AND typed = 0")?
        .execute(params![row.origin.map(|o| o.0 as i64)])?;
    db.prepare_cached(
        "INSERT INTO neighbour (address, origin, typed) VALUES (?1, ?2, ?3)
         ON CONFLICT (address) DO UPDATE SET origin = excluded.origin, typed = max(typed, excluded.typed)",
    )?
    .execute(params![row.address, row.origin.map(|o| o.0 as i64), row.typed])?;
    Ok(())
}

pub(crate) fn forget_neighbour(db: &Connection, address: &str) -> Result<(), StoreError> {
    db.prepare_cached("DELETE FROM neighbour WHERE address = ?1")?.execute(params![address])?;
    Ok(())
}
