use std::{
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use domain::{
    chain::Hash,
    clock::Date,
    event::Entry,
    ids::{CheckId, Dot, Origin},
    paper::Slip,
    reading::Reading,
    shift::ZReport,
    view::ClosedCheck,
};
use rusqlite::{Connection, OptionalExtension, params};

use crate::{
    Head, Membership, Neighbour, PinTry, Place, Seal, Search, SlipRow, Snapshot, StoreError, check_rows, door_rows,
    log, neighbour_rows, slip_rows,
    sql::{parse, understood},
};

/// Connections that only read. Bounded, because a forgotten reader would keep the write-ahead log from shrinking.
const READERS: usize = 2;
/// Bytes of one page in the write-ahead log, with its header (SQLite file format, section 4.1).
const FRAME: u64 = 4096 + 24;
/// Pages of the write-ahead log after which it is folded into the file: three quarters of its room, because others go
/// on writing while it is.
const LONG_LOG: u64 = crate::ahead::ROOM / 4 * 3 / FRAME;
/// So few pages are moved while nobody writes.
const REST: i64 = 64;
/// A house that writes faster than its disk moves is not chased for ever.
const MAX_MOVES: u32 = 4;

/// The reading end of a store: usable from any thread, never in a writer's way.
pub struct Readers {
    idle: Vec<Mutex<Connection>>,
    next: AtomicUsize,
    /// Pages in the write-ahead log after the last commit; none once all were folded into the file.
    pub(crate) log_pages: Arc<AtomicU64>,
}

impl Readers {
    pub(crate) fn open(file: &Path) -> Result<Readers, StoreError> {
        let mut idle = Vec::with_capacity(READERS);
        for _ in 0..READERS {
            let db = crate::open::connect(file)?;
            db.pragma_update(None, "query_only", true)?;
            idle.push(Mutex::new(db));
        }
        Ok(Readers { idle, next: AtomicUsize::new(0), log_pages: Arc::default() })
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, Connection> {
        if let Some(free) = self.idle.iter().find_map(|db| db.try_lock().ok()) {
            return free;
        }
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.idle.len();
        self.idle[turn].lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The stored fold, if one is there and whole.
    pub fn snapshot(&self) -> Result<Option<Snapshot>, StoreError> {
        let db = self.reader();
        let row: Option<(u32, String, Vec<u8>, [u8; 32])> = db
            .prepare_cached("SELECT fold, upto, body, hash FROM snapshot")?
            .query_row([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))
            .optional()?;
        let Some((fold, upto, body, hash)) = row else { return Ok(None) };
        if *blake3::hash(&body).as_bytes() != hash {
            return Ok(None);
        }
        Ok(Some(Snapshot { fold, upto: parse::<Vec<Dot>>(upto.as_bytes())?, body }))
    }

    /// Hands the entries of a log after number `after` to `see`, in order, each proved to follow the one before it.
    pub fn entries_after<E: From<StoreError>>(
        &self,
        head: &Head,
        after: u64,
        see: impl FnMut(Place, Reading) -> Result<(), E>,
    ) -> Result<(), E> {
        log::entries_after(&self.reader(), head, after, see)
    }

    /// Entries by their places, in the order asked for.
    pub fn entries_at(&self, places: &[Place]) -> Result<Vec<Entry>, StoreError> {
        let db = self.reader();
        let mut find = db.prepare_cached("SELECT body FROM entry WHERE at = ?1")?;
        places
            .iter()
            .map(|at| {
                let body: Option<Vec<u8>> = find.query_row(params![at], |r| r.get(0)).optional()?;
                let body = body.ok_or_else(|| StoreError::Corrupt(format!("entry {at} of the log is missing")))?;
                Ok(understood(&body))
            })
            .collect()
    }

    /// Consecutive entries of a log from number `first` on as their author wrote them: at least one if there is one,
    /// together about `room` bytes at most.
    pub fn bodies(&self, origin: Origin, first: u64, room: usize) -> Result<Vec<Arc<[u8]>>, StoreError> {
        log::bodies(&self.reader(), origin, first, room)
    }

    /// The hash of a log's chain at an entry; none where the entry is not held.
    pub fn hash_at(&self, origin: Origin, seq: u64) -> Result<Option<Hash>, StoreError> {
        log::hash_at(&self.reader(), origin, seq)
    }

    /// The seals kept of a log, from one entry to another, in order.
    pub fn seals(&self, origin: Origin, first: u64, last: u64) -> Result<Vec<(u64, Seal)>, StoreError> {
        log::seals(&self.reader(), origin, first, last)
    }

    /// The key (hex) of a terminal for which the one that let this terminal in vouched.
    pub fn vouched(&self, origin: Origin) -> Result<Option<String>, StoreError> {
        neighbour_rows::vouched(&self.reader(), origin)
    }

    /// Whose key (hex) that is, as the one that let this terminal in said.
    pub fn vouched_for(&self, key: &str) -> Result<Option<Origin>, StoreError> {
        neighbour_rows::vouched_for(&self.reader(), key)
    }

    /// The restaurant this terminal belongs to and the master it knew; `None` before it belongs to one.
    pub fn membership(&self) -> Result<Option<Membership>, StoreError> {
        neighbour_rows::membership(&self.reader())
    }

    /// Where other terminals may be reached.
    pub fn neighbours(&self) -> Result<Vec<Neighbour>, StoreError> {
        neighbour_rows::neighbours(&self.reader())
    }

    /// How many entries all logs hold.
    pub fn entry_count(&self) -> Result<u64, StoreError> {
        Ok(self.reader().query_row("SELECT count(*) FROM entry", [], |r| r.get::<_, i64>(0))? as u64)
    }

    /// Where the entries of a closed check are; `None` when no such check was closed here.
    pub fn places_of(&self, check: CheckId) -> Result<Option<Vec<Place>>, StoreError> {
        check_rows::places(&self.reader(), check)
    }

    /// Closed checks, newest first.
    pub fn closed_checks(&self, search: &Search) -> Result<Vec<ClosedCheck>, StoreError> {
        check_rows::list(&self.reader(), search)
    }

    /// Z reports of business dates, oldest first.
    pub fn z_reports(&self, from: Date, to: Date, limit: usize) -> Result<Vec<ZReport>, StoreError> {
        let db = self.reader();
        let mut list = db.prepare_cached(
            "SELECT z FROM (SELECT date, part, z FROM day_book WHERE date BETWEEN ?1 AND ?2
             ORDER BY date DESC, part DESC LIMIT ?3) ORDER BY date, part",
        )?;
        let mut rows = list.query(params![from.0, to.0, limit as i64])?;
        let mut reports = Vec::new();
        while let Some(row) = rows.next()? {
            reports.push(parse(row.get::<_, String>(0)?.as_bytes())?);
        }
        Ok(reports)
    }

    /// Slips that wait or were being sent, oldest first.
    pub fn waiting_slips(&self) -> Result<Vec<SlipRow>, StoreError> {
        slip_rows::waiting(&self.reader())
    }

    /// The newest slips, newest first.
    pub fn newest_slips(&self, limit: usize) -> Result<Vec<SlipRow>, StoreError> {
        slip_rows::newest(&self.reader(), limit)
    }

    pub fn slip(&self, job: u64) -> Result<Option<SlipRow>, StoreError> {
        slip_rows::one(&self.reader(), job)
    }

    /// What a slip says.
    pub fn slip_paper(&self, job: u64) -> Result<Option<Slip>, StoreError> {
        slip_rows::paper(&self.reader(), job)
    }

    pub fn pin_tries(&self) -> Result<Vec<PinTry>, StoreError> {
        door_rows::pin_tries(&self.reader())
    }

    /// Whether the write-ahead log should begin anew before it outgrows its room.
    pub fn log_is_long(&self) -> bool {
        self.log_pages.load(Ordering::Relaxed) >= LONG_LOG
    }

    /// Moves what it can of the write-ahead log into the file without making anyone wait. What was written meanwhile is
    /// moved too, until so little is left that nobody notices who moves that while nobody writes.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        let db = self.reader();
        db.pragma_update(None, "query_only", false)?;
        let moves = || db.query_row("PRAGMA wal_checkpoint(PASSIVE)", [], |row| row.get::<_, i64>(2));
        let mut done = Ok(());
        for _ in 0..MAX_MOVES {
            match moves() {
                Ok(moved) if self.log_pages.load(Ordering::Relaxed) as i64 > moved + REST => {}
                other => {
                    done = other.map(drop);
                    break;
                }
            }
        }
        db.pragma_update(None, "query_only", true)?;
        Ok(done?)
    }

    /// Looks through the whole file; takes as long as there are orders. `Err(Corrupt)` says what is wrong.
    pub fn quick_check(&self) -> Result<(), StoreError> {
        let verdict: String = self.reader().query_row("PRAGMA quick_check(1)", [], |r| r.get(0))?;
        if verdict == "ok" { Ok(()) } else { Err(StoreError::Corrupt(verdict)) }
    }
}
