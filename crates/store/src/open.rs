use std::{
    fs::{File, TryLockError},
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use domain::ids::Origin;
use rusqlite::{Connection, OptionalExtension, hooks::Wal, params};

use crate::{
    Batch, Head, OpenError, Readers, StoreError,
    done::{Newest, Unlisted},
    log,
};

/// Migrations in order; the n-th brings `user_version` to n.
const MIGRATIONS: [&str; 5] = [
    include_str!("../../../migrations/terminal/0001_first_store.sql"),
    include_str!("../../../migrations/terminal/0002_fewer_pages.sql"),
    include_str!("../../../migrations/terminal/0003_several_terminals.sql"),
    include_str!("../../../migrations/terminal/0004_seals.sql"),
    include_str!("../../../migrations/terminal/0005_coming_back.sql"),
];
/// How long a write waits for a checkpoint or a reader of another process (a backup tool).
const BUSY: Duration = Duration::from_millis(5_000);
/// Largest write-ahead log kept on disk after a checkpoint.
const WAL_KEEP: i64 = 16 << 20;
/// Prepared statements kept per connection; more than there are, so that none is ever prepared twice.
const STATEMENTS: usize = 64;
/// SQLite's page size here.
const PAGE: u64 = 4096;

const DATABASE: &str = "comanda.db";
const LOCK: &str = "lock";

/// Where a store lives and how large it may grow.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder; made when it does not exist.
    pub dir: PathBuf,
    /// The database never grows beyond this many bytes; `None` leaves it to the disk.
    pub max_bytes: Option<u64>,
    /// The id of this terminal's own log if the store is new: 40 random bits.
    pub new_origin: Origin,
}

/// The writing end of a store. There is one per data folder, ever: the folder is locked for as long as this lives.
pub struct Store {
    pub(crate) db: Connection,
    pub(crate) heads: Vec<Head>,
    pub(crate) next_job: u64,
    pub(crate) unlisted: Unlisted,
    pub(crate) newest: Newest,
    readers: Arc<Readers>,
    file: PathBuf,
    _lock: File,
}

impl Store {
    /// Opens the store of a folder, making or migrating it where needed. Reads as little as it can: the time it takes
    /// does not depend on how many orders are stored.
    pub fn open(options: &Options) -> Result<Store, OpenError> {
        let lock = lock(&options.dir)?;
        let file = options.dir.join(DATABASE);
        let fail = |e: StoreError| e.at_open(&file);
        let mut db = connect(&file).map_err(|e| fail(e.into()))?;
        migrate(&mut db, &file)?;
        let mut store = (|| {
            db.pragma_update(None, "journal_size_limit", WAL_KEEP)?;
            // Checkpoints are made by `Readers::checkpoint`, away from whoever waits for an answer.
            db.pragma_update(None, "wal_autocheckpoint", 0)?;
            if let Some(bytes) = options.max_bytes {
                db.pragma_update(None, "max_page_count", (bytes / PAGE).max(1) as i64)?;
            }
            check_small_tables(&db)?;
            adopt_origin(&db, options.new_origin)?;
            let readers = Arc::new(Readers::open(&file)?);
            let log_pages = readers.log_pages.clone();
            db.wal_hook(Some(move |_: &mut Wal, pages: i32| {
                log_pages.store(pages.max(0) as u64, Ordering::Relaxed);
                Ok(())
            }))?;
            Ok(Store {
                db,
                heads: Vec::new(),
                next_job: 1,
                unlisted: Unlisted::default(),
                newest: Newest::default(),
                readers,
                file: file.clone(),
                _lock: lock,
            })
        })()
        .map_err(fail)?;
        store.reread_heads().map_err(fail)?;
        Ok(store)
    }

    /// Where the log and the ledger end, read from the file itself: at the start and after a failed batch.
    pub fn reread_heads(&mut self) -> Result<(), StoreError> {
        self.heads = log::heads(&self.db)?;
        self.unlisted = Unlisted::read(&self.db, &self.heads)?;
        let last: Option<i64> = self.db.query_row("SELECT max(job) FROM slip", [], |r| r.get(0))?;
        self.next_job = last.unwrap_or(0) as u64 + 1;
        Ok(())
    }

    /// This terminal's own log.
    pub fn mine(&self) -> &Head {
        // `adopt_origin` ran before the heads were read, so there is always one.
        self.heads.iter().find(|h| h.mine).unwrap_or(&self.heads[0])
    }

    /// Every log in this store.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    pub fn readers(&self) -> Arc<Readers> {
        self.readers.clone()
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Begins a transaction. It takes the write lock only when something is written.
    pub fn batch(&mut self) -> Batch<'_> {
        Batch::new(self)
    }

    /// Gives this terminal's series its letter. Part of setting the store up.
    pub fn set_letter(&mut self, letter: char) -> Result<(), StoreError> {
        self.db.execute("UPDATE origin SET letter = ?1 WHERE mine = 1", params![letter.to_string()])?;
        for head in self.heads.iter_mut().filter(|h| h.mine) {
            head.letter = letter;
        }
        Ok(())
    }

    /// Folds the write-ahead log into the file and empties it: the clean way to stop.
    pub fn checkpoint_fully(&self) -> Result<(), StoreError> {
        Ok(self.db.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?)
    }
}

fn lock(dir: &Path) -> Result<File, OpenError> {
    let folder = |why: std::io::Error| match why.kind() {
        std::io::ErrorKind::StorageFull => OpenError::Full(dir.to_owned()),
        _ => OpenError::Folder { dir: dir.to_owned(), why: why.to_string() },
    };
    std::fs::create_dir_all(dir).map_err(folder)?;
    let lock = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK)).map_err(folder)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse(dir.to_owned())),
        Err(TryLockError::Error(why)) => Err(folder(why)),
    }
}

pub(crate) fn connect(file: &Path) -> Result<Connection, rusqlite::Error> {
    let db = Connection::open(file)?;
    db.busy_timeout(BUSY)?;
    db.set_prepared_statement_cache_capacity(STATEMENTS);
    db.query_row("PRAGMA journal_mode = WAL", [], |_| Ok(()))?;
    // An acknowledged order survives a power cut: every commit is synced before it returns.
    db.pragma_update(None, "synchronous", "FULL")?;
    Ok(db)
}

fn migrate(db: &mut Connection, file: &Path) -> Result<(), OpenError> {
    let fail = |e: rusqlite::Error| StoreError::from(e).at_open(file);
    let found: i64 = db.query_row("PRAGMA user_version", [], |r| r.get(0)).map_err(fail)?;
    let known = MIGRATIONS.len() as i64;
    if found > known {
        return Err(OpenError::Newer { found, known });
    }
    for (done, sql) in MIGRATIONS.iter().enumerate().skip(found.max(0) as usize) {
        let tx = db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).map_err(fail)?;
        tx.execute_batch(sql).map_err(fail)?;
        tx.pragma_update(None, "user_version", done as i64 + 1).map_err(fail)?;
        tx.commit().map_err(fail)?;
    }
    Ok(())
}

/// Looks through the tables that must be whole for the terminal to start. The long ones (entry, closed_check) are
/// checked in the background by [`Readers::quick_check`], because that takes as long as there are orders.
fn check_small_tables(db: &Connection) -> Result<(), StoreError> {
    for table in [
        "origin",
        "snapshot",
        "day_book",
        "session",
        "pin_try",
        "membership",
        "neighbour",
        "vouched",
        "coming_back",
        "stale_check",
    ] {
        let verdict: String = db.query_row(&format!("PRAGMA quick_check('{table}')"), [], |r| r.get(0))?;
        if verdict != "ok" {
            return Err(StoreError::Corrupt(verdict));
        }
    }
    Ok(())
}

fn adopt_origin(db: &Connection, new: Origin) -> Result<(), StoreError> {
    let mine: Option<i64> = db.query_row("SELECT no FROM origin WHERE mine = 1", [], |r| r.get(0)).optional()?;
    if mine.is_none() {
        db.execute("INSERT INTO origin (id, letter, mine) VALUES (?1, 'A', 1)", params![new.0 as i64])?;
    }
    Ok(())
}
