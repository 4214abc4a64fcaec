use domain::{
    chain::{Hash, START, chained},
    event::Entry,
    ids::{CheckId, CommandId, Dot, Origin},
};
use rusqlite::{OptionalExtension, params};

use crate::{
    ClosedRow, Membership, Neighbour, NewSlip, PinTry, Place, Seal, SlipRow, Snapshot, Store, StoreError, check_rows,
    done::Unlisted,
    door_rows, log, neighbour_rows, slip_rows,
    sql::{command_key, json, understood},
};

/// One transaction: everything in it becomes durable together at [`Batch::commit`], or nothing of it does.
/// Dropped without a commit, it is rolled back.
pub struct Batch<'a> {
    pub(crate) store: &'a mut Store,
    begun: bool,
    /// What memory knows as it was, to return to when this batch is not committed.
    before: Option<(Vec<log::Head>, u64, Unlisted)>,
    buffer: Vec<u8>,
}

/// An entry as it is stored.
#[derive(Debug, Clone, Copy)]
pub struct Bytes<'a> {
    pub body: &'a [u8],
    /// The hash of its log's chain before and behind it, if somebody worked it out already.
    pub link: Option<&'a [Hash; 2]>,
    /// Its author's signature, if there is one.
    pub seal: Option<&'a Seal>,
}

impl<'a> Batch<'a> {
    pub(crate) fn new(store: &'a mut Store) -> Batch<'a> {
        Batch { store, begun: false, before: None, buffer: Vec::new() }
    }

    /// Takes the write lock, once; every write does it by itself. Doing it before the first look-up saves that look-up a
    /// transaction of its own. `IMMEDIATE`, because a later upgrade would fail at once instead of waiting.
    pub fn begin(&mut self) -> Result<(), StoreError> {
        if !self.begun {
            self.store.db.prepare_cached("BEGIN IMMEDIATE")?.execute([])?;
            self.begun = true;
            self.before = Some((self.store.heads.clone(), self.store.next_job, self.store.unlisted.clone()));
        }
        Ok(())
    }

    /// The end of this terminal's own log, with what this batch appended.
    pub fn mine(&self) -> &crate::Head {
        self.store.mine()
    }

    /// The sequence number the next own entry will have.
    pub fn next_seq(&self) -> u64 {
        self.store.mine().seq + 1
    }

    /// The entry a command made, when it was done before (also earlier in this batch).
    pub fn entry_of(&mut self, cmd: CommandId) -> Result<Option<Entry>, StoreError> {
        let Some(at) = self.place_of(cmd)? else { return Ok(None) };
        let mut find = self.store.db.prepare_cached("SELECT body FROM entry WHERE at = ?1")?;
        let body: Option<Vec<u8>> = find.query_row(params![at], |r| r.get(0)).optional()?;
        Ok(body.map(|b| understood(&b)))
    }

    fn place_of(&mut self, cmd: CommandId) -> Result<Option<Place>, StoreError> {
        let Store { db, unlisted, newest, .. } = &mut *self.store;
        if newest.is_new(db, unlisted, cmd)? { Ok(None) } else { unlisted.find(db, cmd) }
    }

    /// Appends to this terminal's own log; it must be the next entry there, and its command must be new.
    pub fn append(&mut self, entry: &Entry) -> Result<Place, StoreError> {
        self.begin()?;
        if self.place_of(entry.cmd)?.is_some() {
            return Err(StoreError::Failed(format!("the command {} was done before", entry.cmd)));
        }
        let mut body = std::mem::take(&mut self.buffer);
        body.clear();
        serde_json::to_writer(&mut body, entry).map_err(|e| StoreError::Failed(e.to_string()))?;
        let at = self.write_entry(entry.dot, entry.cmd, Bytes { body: &body, link: None, seal: None })?;
        self.buffer = body;
        self.store.unlisted.add(&self.store.db, entry.cmd, at)?;
        self.store.newest.note(entry.cmd);
        Ok(at)
    }

    /// The bytes of the own entry appended last.
    pub fn appended(&self) -> &[u8] {
        &self.buffer
    }

    /// Appends an entry of another terminal to the log it belongs to, exactly as its author wrote it; it must be the next
    /// one there. Its command may stand in another log too: somebody sent it to two terminals. The first one here is the
    /// one [`Batch::entry_of`] finds.
    ///
    /// Tells where it lies, and whether its command was done in no log here before.
    pub fn ingest(&mut self, dot: Dot, cmd: CommandId, bytes: Bytes<'_>) -> Result<(Place, bool), StoreError> {
        self.begin()?;
        self.follow(dot.origin)?;
        let new = self.place_of(cmd)?.is_none();
        let at = self.write_entry(dot, cmd, bytes)?;
        if new {
            self.store.unlisted.add(&self.store.db, cmd, at)?;
            self.store.newest.note(cmd);
        }
        Ok((at, new))
    }

    /// Keeps the log of another terminal from now on.
    fn follow(&mut self, origin: Origin) -> Result<(), StoreError> {
        if self.store.heads.iter().any(|h| h.origin == origin) {
            return Ok(());
        }
        let db = &self.store.db;
        db.prepare_cached("INSERT INTO origin (id, letter, mine) VALUES (?1, '?', 0)")?
            .execute(params![origin.0 as i64])?;
        let no = db.last_insert_rowid();
        self.store.heads.push(log::Head { no, origin, letter: '?', mine: false, seq: 0, hash: START });
        Ok(())
    }

    fn write_entry(&mut self, dot: Dot, cmd: CommandId, bytes: Bytes<'_>) -> Result<Place, StoreError> {
        let Bytes { body, link, seal } = bytes;
        let Some(head) = self.store.heads.iter_mut().find(|h| h.origin == dot.origin) else {
            return Err(StoreError::Failed(format!("the log of {} is not kept here", dot.origin)));
        };
        if dot.seq != head.seq + 1 {
            return Err(StoreError::Failed(format!("entry {} does not follow {}", dot.seq, head.seq)));
        }
        let hash = match link {
            None => chained(&head.hash, body),
            Some([before, behind]) if *before == head.hash => *behind,
            Some(_) => return Err(StoreError::Failed(format!("entry {} is of another chain", dot.seq))),
        };
        let at = log::place(head.no, dot.seq);
        self.store
            .db
            .prepare_cached("INSERT INTO entry (at, cmd, hash, body, seal) VALUES (?1, ?2, ?3, ?4, ?5)")?
            .execute(params![at, command_key(cmd), hash, body, seal])?;
        head.seq = dot.seq;
        head.hash = hash;
        Ok(at)
    }

    /// Forgets the seal of an entry after which a later one is sealed, unless the entry has so many bytes.
    pub fn forget_seal(&mut self, dot: Dot, unless: usize) -> Result<(), StoreError> {
        self.begin()?;
        let Some(head) = self.store.heads.iter().find(|h| h.origin == dot.origin) else { return Ok(()) };
        self.store
            .db
            .prepare_cached("UPDATE entry SET seal = NULL WHERE at = ?1 AND length(body) < ?2")?
            .execute(params![head.place(dot.seq), unless as i64])?;
        Ok(())
    }

    /// Trusts these terminals' keys (hex) until the log tells of them: the one that let this terminal in vouched for
    /// them.
    pub fn put_vouched(&mut self, keys: &[(Origin, String)]) -> Result<(), StoreError> {
        self.begin()?;
        for (origin, key) in keys {
            neighbour_rows::put_vouched(&self.store.db, *origin, key)?;
        }
        Ok(())
    }

    /// Keeps the restaurant this terminal belongs to and the master it knows.
    pub fn put_membership(&mut self, row: &Membership) -> Result<(), StoreError> {
        self.begin()?;
        neighbour_rows::put_membership(&self.store.db, row)
    }

    pub fn put_neighbour(&mut self, row: &Neighbour) -> Result<(), StoreError> {
        self.begin()?;
        neighbour_rows::put_neighbour(&self.store.db, row)
    }

    pub fn forget_neighbour(&mut self, address: &str) -> Result<(), StoreError> {
        self.begin()?;
        neighbour_rows::forget_neighbour(&self.store.db, address)
    }

    /// Takes a check that is open again off the list of closed ones.
    pub fn forget_closed(&mut self, check: CheckId) -> Result<(), StoreError> {
        self.begin()?;
        check_rows::forget(&self.store.db, check)
    }

    /// Writes or replaces what lists and reports show of a closed check.
    pub fn put_closed(&mut self, row: &ClosedRow) -> Result<(), StoreError> {
        self.begin()?;
        check_rows::put(&self.store.db, row)
    }

    /// A later entry of a closed check that changes nothing its row shows (a receipt was printed).
    pub fn add_place(&mut self, check: CommandId, at: Place) -> Result<(), StoreError> {
        self.begin()?;
        check_rows::add_place(&self.store.db, check, at)
    }

    /// Keeps the Z report of a closed business day.
    pub fn put_day(&mut self, z: &domain::shift::ZReport) -> Result<(), StoreError> {
        self.begin()?;
        self.store
            .db
            .prepare_cached("INSERT OR REPLACE INTO day_book (date, part, z) VALUES (?1, ?2, ?3)")?
            .execute(params![z.day.date.0, z.day.part, json(z)?])?;
        Ok(())
    }

    /// Queues a slip and names its job. Job numbers are never used twice.
    pub fn queue_slip(&mut self, slip: &NewSlip) -> Result<u64, StoreError> {
        self.begin()?;
        let job = self.store.next_job;
        slip_rows::insert(&self.store.db, job, slip)?;
        self.store.next_job += 1;
        Ok(job)
    }

    /// Writes a slip's state, tries, printer, mark and reason.
    pub fn update_slip(&mut self, slip: &SlipRow) -> Result<(), StoreError> {
        self.begin()?;
        slip_rows::update(&self.store.db, slip)
    }

    /// Forgets ended slips beyond the newest `keep`; the newest of all always stays, so that its number stays taken.
    pub fn forget_old_slips(&mut self, keep: u64) -> Result<(), StoreError> {
        self.begin()?;
        let oldest = self.store.next_job.saturating_sub(keep.max(1)) as i64;
        self.store.db.prepare_cached("DELETE FROM slip WHERE job < ?1 AND state >= 2")?.execute(params![oldest])?;
        Ok(())
    }

    pub fn put_snapshot(&mut self, snapshot: &Snapshot) -> Result<(), StoreError> {
        self.begin()?;
        let hash = *blake3::hash(&snapshot.body).as_bytes();
        self.store
            .db
            .prepare_cached("INSERT OR REPLACE INTO snapshot (one, fold, upto, body, hash) VALUES (1, ?1, ?2, ?3, ?4)")?
            .execute(params![snapshot.fold, json(&snapshot.upto)?, snapshot.body, hash])?;
        Ok(())
    }

    pub fn put_pin_try(&mut self, row: &PinTry) -> Result<(), StoreError> {
        self.begin()?;
        door_rows::put_pin_try(&self.store.db, row)
    }

    pub fn clear_pin_try(&mut self, who: &str) -> Result<(), StoreError> {
        self.begin()?;
        door_rows::clear_pin_try(&self.store.db, who)
    }

    /// Makes the batch durable: one commit, one fsync. A batch that wrote nothing costs nothing.
    pub fn commit(mut self) -> Result<(), StoreError> {
        if !self.begun {
            return Ok(());
        }
        self.store.db.prepare_cached("COMMIT")?.execute([])?;
        self.begun = false;
        self.before = None;
        Ok(())
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        if !self.begun {
            return;
        }
        // A failed commit may already have rolled back; a second ROLLBACK is then refused, which is as good.
        if let Ok(mut rollback) = self.store.db.prepare_cached("ROLLBACK") {
            let _ = rollback.execute([]);
        }
        if let Some((heads, next_job, unlisted)) = self.before.take() {
            self.store.heads = heads;
            self.store.next_job = next_job;
            self.store.unlisted = unlisted;
        }
    }
}
