//! One terminal: the restaurant in memory, the store beneath it, the people at its door and the screens that listen.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    thread::JoinHandle,
};

use domain::{
    ids::{CommandId, MAX_TOKEN, Origin, Session},
    view::{WorkOf, WorkState},
};
use parking_lot::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use store::{Batch, OpenError, Readers, Store, StoreError};
use sync::DeviceKey;

use crate::{
    authority::Protection,
    dispatch::Counter,
    door::{Admitted, Door},
    metrics::Metrics,
    news::{News, Subscription},
    paper::PaperDesk,
    peers::{Peers, identity},
    state::State,
};

/// How to open a terminal.
#[derive(Debug, Clone)]
pub struct Options {
    /// The data folder; made when it does not exist, and locked while the terminal runs.
    pub dir: PathBuf,
    /// What people call this terminal, "Bar".
    pub name: String,
    /// The database never grows beyond this many bytes; `None` leaves it to the disk.
    pub max_bytes: Option<u64>,
    /// While there is no restaurant here, another machine may set one up; otherwise only this terminal's own screen may.
    pub set_up_anywhere: bool,
}

/// A running terminal. Everything it does goes through [`Terminal::dispatch`], [`Terminal::query`] and
/// [`Terminal::subscribe`]; every face (window, HTTP) is these three.
pub struct Terminal {
    pub(crate) name: String,
    /// Without a restaurant, whoever comes first may set one up.
    pub(crate) set_up_anywhere: bool,
    pub(crate) readers: Arc<Readers>,
    /// Given on in turn: a till that writes one command after the other must not keep everybody else from looking.
    pub(crate) state: RwLock<State>,
    /// Locked before `state`, never after it.
    writer: parking_lot::Mutex<Store>,
    pub(crate) door: Mutex<Door>,
    /// What browsers on other machines know this restaurant by.
    pub(crate) protection: Mutex<Protection>,
    /// One PIN is checked at a time: bounded memory, and no guesser can try many at once.
    pub(crate) proving: Mutex<()>,
    pub(crate) counter: Counter,
    pub(crate) news: Arc<News>,
    pub(crate) paper: PaperDesk,
    pub(crate) metrics: Metrics,
    /// Held while screens are told something.
    pub(crate) publishing: Mutex<()>,
    /// What the look through the whole file found, in words.
    pub(crate) damage: Mutex<Option<String>>,
    /// This terminal's name in every log; another one when it comes back from an old copy.
    pub(crate) me: AtomicU64,
    /// Names this terminal's series of numbers.
    pub(crate) letter: RwLock<char>,
    pub(crate) key: DeviceKey,
    pub(crate) peers: Peers,
    /// Others hold more of this terminal's log than itself: it must write no more under this name.
    pub(crate) old_copy: AtomicBool,
    /// What worked when screens were last told.
    pub(crate) told_works: Mutex<Vec<(WorkOf, WorkState)>>,
    /// Alarms raised since the start, so that each is written down once.
    pub(crate) alarms: Mutex<BTreeSet<String>>,
    keeper: Mutex<Option<JoinHandle<()>>>,
    file: PathBuf,
    /// Commands of the terminal itself (what became of a slip) are named like anybody's.
    session: Session,
    commands: AtomicU32,
}

impl Terminal {
    /// Opens a data folder and starts the thread that tells screens the news and keeps the store tidy.
    ///
    /// # Errors
    /// See [`OpenError`]; nothing was changed then.
    pub fn open(options: Options) -> Result<Arc<Terminal>, OpenError> {
        let failed = |e: getrandom::Error| OpenError::Failed(format!("no random numbers: {e}"));
        let random = || getrandom::u64().map(|n| n & MAX_TOKEN).map_err(failed);
        let store = Store::open(&store::Options {
            dir: options.dir.clone(),
            max_bytes: options.max_bytes,
            new_origin: Origin(random()?),
        })?;
        let file = store.file().to_owned();
        let (readers, me, store_letter) = (store.readers(), store.mine().origin, store.mine().letter);
        let key = identity::device_key(&options.dir)?;
        let (state, door) = State::load(&store)
            .and_then(|state| {
                let admitted = Admitted::of(&state.restaurant, me, key.public(), options.set_up_anywhere);
                Ok((state, Door::load(&readers, admitted)?))
            })
            .map_err(|e| e.at_open(&file))?;
        let terminal = Arc::new(Terminal {
            name: options.name,
            set_up_anywhere: options.set_up_anywhere,
            news: Arc::new(News::new()),
            readers,
            state: RwLock::new(state),
            writer: parking_lot::Mutex::new(store),
            door: Mutex::new(door),
            protection: Mutex::new(Protection::load(&options.dir)),
            proving: Mutex::new(()),
            counter: Counter::new(),
            paper: PaperDesk::default(),
            metrics: Metrics::default(),
            publishing: Mutex::new(()),
            damage: Mutex::new(None),
            me: AtomicU64::new(me.0),
            letter: RwLock::new(store_letter),
            key,
            peers: Peers::new(),
            old_copy: AtomicBool::new(false),
            told_works: Mutex::default(),
            alarms: Mutex::default(),
            keeper: Mutex::new(None),
            file,
            session: Session(random()?),
            commands: AtomicU32::new(0),
        });
        terminal.finish_coming_back().map_err(|e| e.at_open(&terminal.file))?;
        terminal.find_slips().map_err(|e| e.at_open(&terminal.file))?;
        terminal.serve_printers();
        let keeper = crate::keeper::start(&terminal).map_err(|e| OpenError::Failed(e.to_string()))?;
        *lock(&terminal.keeper) = Some(keeper);
        Ok(terminal)
    }

    /// Listens to what changes; see [`Subscription`].
    pub fn subscribe(&self) -> Subscription {
        self.news.subscribe(read(&self.state).version())
    }

    /// The database file.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// True once there is a restaurant in this store.
    pub fn is_set_up(&self) -> bool {
        read(&self.state).restaurant.settings().is_some()
    }

    /// Ends every stream, so that a face can close its connections.
    pub fn end_streams(&self) {
        self.news.end();
    }

    /// Stops cleanly: the state is stored, the write-ahead log emptied. Commands are still answered until the last
    /// handle is dropped, only the next start is slower for them.
    pub fn stop(&self) {
        self.leave_others();
        self.leave_printers();
        self.news.stop();
        if let Some(keeper) = lock(&self.keeper).take() {
            // A keeper that panicked has already said so; there is nothing left to wait for.
            let _ = keeper.join();
        }
        let mut store = self.writer();
        let kept = crate::keeper::keep_state(&mut store, &mut write(&self.state));
        if let Err(e) = kept.and_then(|()| store.checkpoint_fully()) {
            tracing::warn!("the store could not be tidied while stopping: {e}");
        }
    }

    pub(crate) fn writer(&self) -> parking_lot::MutexGuard<'_, Store> {
        self.writer.lock()
    }

    /// A small write beside the log: wrong PINs. Durable when it returns.
    pub(crate) fn at_the_door<T>(
        &self,
        act: impl FnOnce(&mut Door, &mut Batch<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let mut store = self.writer();
        let mut door = lock(&self.door);
        let mut batch = store.batch();
        let done = act(&mut door, &mut batch).and_then(|done| batch.commit().map(|()| done));
        if done.is_err() {
            door.reread(&self.readers);
        }
        done
    }

    /// A name for something the terminal itself does.
    pub(crate) fn own_command(&self) -> CommandId {
        CommandId { session: self.session, n: self.commands.fetch_add(1, Ordering::Relaxed) + 1 }
    }
}

/// A lock whose holder panicked still holds whole data: every write to it is made to the file first or reloaded.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read()
}

pub(crate) fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write()
}
