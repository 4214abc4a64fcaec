//! The terminal's own thread: tells screens the news after the callers were answered, and keeps the store tidy.

use std::{
    io,
    sync::{Arc, Weak},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use store::{Store, StoreError};

use crate::{
    dispatch::Changes,
    state::State,
    terminal::{Terminal, lock, read, write},
};

/// News of a command waits this long, so that the answer to its caller goes out first and a burst is told once. What came
/// from another terminal was on its way long enough.
const LINGER: Duration = Duration::from_micros(500);
/// A sign of life for every screen.
const BEAT: Duration = Duration::from_secs(10);
/// Nothing for this long counts as quiet.
const QUIET: Duration = Duration::from_secs(5);
/// Entries after which the folded state is stored anew even if it is never quiet, so that a start reads at most so many.
/// Callers wait while it is written down, so a busy house is not asked often; no restaurant is busy for so long.
const SNAPSHOT_EVERY: u64 = 8_192;
/// Entries worth storing the state for in a quiet moment.
const SNAPSHOT_WHEN_QUIET: u64 = 128;
/// Entries after which closed checks are let go.
const EVICT_EVERY: u64 = 128;
/// Slips the ledger keeps at least.
const SLIPS_KEPT: u64 = 5_000;
/// After the start, the whole file is looked through once, in a quiet moment not before this.
const LOOK_THROUGH_AFTER: Duration = Duration::from_secs(60);

pub(crate) fn start(terminal: &Arc<Terminal>) -> io::Result<JoinHandle<()>> {
    let (terminal, news) = (Arc::downgrade(terminal), terminal.news.clone());
    thread::Builder::new().name("keeper".into()).spawn(move || {
        make_room(&terminal);
        let mut duty = Duty::new();
        while let Some(changes) = news.wait(duty.patience()) {
            if changes.as_ref().is_some_and(|c| c.answered) {
                thread::sleep(LINGER);
            }
            if duty.turn(&terminal, changes).is_none() {
                break;
            }
        }
    })
}

/// Room for the write-ahead log, in pieces, so that whoever orders first after the start hardly waits for it.
fn make_room(terminal: &Weak<Terminal>) {
    while let Some(terminal) = terminal.upgrade() {
        match terminal.writer().make_room() {
            Ok(true) => {}
            Ok(false) => break,
            Err(e) => {
                tracing::warn!("no room was made for what will be written: {e}");
                break;
            }
        }
    }
    let log = terminal.upgrade().and_then(|t| t.writer().log_handle());
    if let Some(Err(e)) = log.map(|log| log.sync_all()) {
        tracing::warn!("the room for what will be written is not durable: {e}");
    }
}

struct Duty {
    started: Instant,
    last_beat: Instant,
    last_news: Instant,
    evicted_at: u64,
    looked_through: bool,
}

impl Duty {
    fn new() -> Duty {
        let now = Instant::now();
        Duty { started: now, last_beat: now, last_news: now, evicted_at: 0, looked_through: false }
    }

    fn patience(&self) -> Duration {
        QUIET.min(BEAT.saturating_sub(self.last_beat.elapsed()))
    }

    /// `None` when the terminal is gone.
    fn turn(&mut self, terminal: &Weak<Terminal>, changes: Option<Changes>) -> Option<()> {
        let terminal = terminal.upgrade()?;
        let quiet = changes.is_none() && self.last_news.elapsed() >= QUIET;
        if let Some(mut changes) = changes {
            self.last_news = Instant::now();
            // What was told while the answers went out belongs to the same news.
            changes.add(terminal.news.take());
            terminal.publish(&changes);
            if changes.touched.config {
                terminal.serve_printers();
            }
        }
        if self.last_beat.elapsed() >= BEAT {
            self.last_beat = Instant::now();
            terminal.tell_works();
            terminal.news.beat(&terminal.metrics, read(&terminal.state).version());
        }
        if let Err(e) = self.tidy(&terminal, quiet) {
            tracing::warn!("the store could not be tidied: {e}");
        }
        Some(())
    }

    fn tidy(&mut self, terminal: &Arc<Terminal>, quiet: bool) -> Result<(), StoreError> {
        let (version, since) = {
            let state = read(&terminal.state);
            (state.version(), state.since_snapshot)
        };
        if version >= self.evicted_at + EVICT_EVERY {
            write(&terminal.state).evict();
            self.evicted_at = version;
        }
        if since >= SNAPSHOT_EVERY || (quiet && since >= SNAPSHOT_WHEN_QUIET) {
            let mut store = terminal.writer();
            keep_state(&mut store, &mut write(&terminal.state))?;
        }
        if terminal.readers.log_is_long() {
            // Most of it while others write, and what they wrote meanwhile while nobody does.
            terminal.readers.checkpoint()?;
            terminal.writer().checkpoint_rest()?;
        }
        if quiet && !self.looked_through && self.started.elapsed() >= LOOK_THROUGH_AFTER {
            self.looked_through = true;
            look_through(terminal);
        }
        Ok(())
    }
}

/// Stores the folded state, so that the next start need not read the log behind it.
pub(crate) fn keep_state(store: &mut Store, state: &mut State) -> Result<(), StoreError> {
    if state.since_snapshot == 0 {
        return Ok(());
    }
    state.evict();
    let snapshot = state.snapshot()?;
    let mut batch = store.batch();
    batch.put_snapshot(&snapshot)?;
    batch.forget_old_slips(SLIPS_KEPT)?;
    batch.commit()?;
    state.since_snapshot = 0;
    Ok(())
}

impl Terminal {
    /// Shows kitchens what is about to be written, unless other news is just being told: whoever tells it waits for the
    /// state, which is held here.
    pub(crate) fn show_early(&self, state: &State, changes: &Changes) -> bool {
        let Ok(_in_order) = self.publishing.try_lock() else { return false };
        self.news.is_heard() && self.news.show_early(&self.metrics, &state.restaurant, changes)
    }

    /// Tells screens what changed.
    pub(crate) fn publish(&self, changes: &Changes) {
        // Whoever is second sees the newer state: a screen must not be told the older one last.
        let _in_order = lock(&self.publishing);
        if self.news.is_heard() {
            // The state is held only while the updates are built from it, not while they are written and sent.
            let (version, updates) = {
                let state = read(&self.state);
                (state.version(), self.news.updates(&state.restaurant, changes))
            };
            self.news.publish(&self.metrics, version, updates);
        }
        if changes.touched.alarms {
            self.tell_works();
        }
        if changes.slips.is_empty() || !self.news.wants_slips() {
            return;
        }
        let version = read(&self.state).version();
        for update in changes.slips.jobs().filter_map(|job| self.slip_update(job)) {
            self.news.publish_paper(&self.metrics, version, &update);
        }
    }
}

/// Looks through the whole file away from everybody; what it finds is shown by `/health`.
fn look_through(terminal: &Arc<Terminal>) {
    let terminal = terminal.clone();
    let looked = thread::Builder::new().name("look-through".into()).spawn(move || {
        if let Err(damage) = terminal.readers.quick_check() {
            tracing::error!("{damage}. Copy {} somewhere safe and restore a backup", terminal.file().display());
            *lock(&terminal.damage) = Some(damage.to_string());
        }
    });
    if let Err(e) = looked {
        tracing::warn!("the file could not be looked through: {e}");
    }
}
