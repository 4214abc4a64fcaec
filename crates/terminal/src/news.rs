//! What screens hear: one changed thing at a time, built after the caller was answered, written once for everybody.

use std::{
    collections::HashMap,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{
    Restaurant,
    ids::{CheckId, FireId, StationId},
    query::{Update, Wants},
    view,
};
use tokio::sync::mpsc;

use crate::{
    dispatch::Changes,
    metrics::{Metrics, count},
    terminal::lock,
};

/// Messages a screen may be behind; one that is further behind starts anew instead of holding up memory.
const MAX_BEHIND: usize = 256;
/// Screens that may listen at once.
pub(crate) const MAX_LISTENERS: usize = 256;
/// With nobody listening the keeper is woken only after so many commands, to keep the store tidy.
const UNHEARD: u32 = 64;
/// The most checks one screen may want the facts of.
const MAX_CHECKS: usize = 64;

/// The news not told yet, and who listens.
pub(crate) struct News {
    untold: Mutex<Untold>,
    wake: Condvar,
    listeners: Mutex<Listeners>,
    /// Whether anybody listens; read where taking the lock of the listeners would make a caller wait.
    heard: AtomicBool,
}

#[derive(Default)]
struct Untold {
    changes: Changes,
    any: bool,
    /// Commands told since the keeper looked.
    unheard: u32,
    stopping: bool,
}

#[derive(Default)]
struct Listeners {
    all: Vec<Listener>,
    /// Kitchen tickets as last sent, so that only those that changed are sent. Forgotten when anybody's wants change.
    sent: HashMap<(CheckId, FireId, StationId), blake3::Hash>,
}

struct Listener {
    wants: Arc<Mutex<Wants>>,
    line: mpsc::Sender<Arc<str>>,
    /// Too far behind; is told to start anew as soon as there is room.
    lost: AtomicBool,
}

/// A message, written once for everybody who wants it.
struct Message {
    text: Arc<str>,
    audience: Audience,
}

/// Who wants to hear of something.
enum Audience {
    All,
    Floor,
    Check(CheckId),
    Station(StationId),
    Slips,
}

impl Audience {
    fn has(&self, wants: &Wants) -> bool {
        match self {
            Audience::All => true,
            Audience::Floor => wants.floor,
            Audience::Check(id) => wants.checks.contains(id),
            Audience::Station(station) => wants.tickets_at(station),
            Audience::Slips => wants.slips,
        }
    }
}

/// One screen's ear. Messages are [`Update`]s as JSON, the first is [`Update::Start`].
pub struct Subscription {
    wants: Arc<Mutex<Wants>>,
    messages: mpsc::Receiver<Arc<str>>,
    news: Arc<News>,
}

impl Subscription {
    /// What it wants to hear of from now on; replaces what it wanted before.
    pub fn want(&self, mut wants: Wants) {
        wants.checks.truncate(MAX_CHECKS);
        *lock(&self.wants) = wants;
        lock(&self.news.listeners).sent.clear();
    }

    /// The next message; `None` when the terminal stops.
    pub async fn next(&mut self) -> Option<Arc<str>> {
        self.messages.recv().await
    }

    /// The next messages, as many as lie ready, up to `limit`; `None` when the terminal stops.
    pub async fn next_many(&mut self, limit: usize) -> Option<Vec<Arc<str>>> {
        let mut messages = Vec::new();
        (self.messages.recv_many(&mut messages, limit).await > 0).then_some(messages)
    }

    /// [`Subscription::next`] for callers without a runtime.
    pub fn next_blocking(&mut self) -> Option<Arc<str>> {
        self.messages.blocking_recv()
    }
}

impl News {
    pub fn new() -> News {
        News {
            untold: Mutex::default(),
            wake: Condvar::new(),
            listeners: Mutex::default(),
            heard: AtomicBool::new(false),
        }
    }

    pub fn subscribe(self: &Arc<News>, version: u64) -> Subscription {
        let (line, messages) = mpsc::channel(MAX_BEHIND);
        let wants = Arc::new(Mutex::new(Wants::default()));
        let listener = Listener { wants: wants.clone(), line, lost: AtomicBool::new(false) };
        if let Some(start) = written(&Update::Start { version }) {
            // The channel is new and empty.
            let _ = listener.line.try_send(start);
        }
        let mut listeners = lock(&self.listeners);
        listeners.all.retain(|l| !l.line.is_closed());
        if !self.heard.swap(true, Ordering::Relaxed) {
            // What happened while nobody listened is no news: a screen asks for everything when it starts.
            let mut untold = lock(&self.untold);
            if !untold.any {
                untold.changes = Changes::default();
            }
        }
        // One too many is told to start and then that the stream ended, and tries again later.
        if listeners.all.len() < MAX_LISTENERS {
            listeners.all.push(listener);
        }
        drop(listeners);
        Subscription { wants, messages, news: self.clone() }
    }

    /// Whether anybody listens.
    pub fn is_heard(&self) -> bool {
        self.heard.load(Ordering::Relaxed)
    }

    pub fn listeners(&self) -> u64 {
        lock(&self.listeners).all.iter().filter(|l| !l.line.is_closed()).count() as u64
    }

    /// Notes what changed; cheap, because a caller stands before it.
    pub fn tell(&self, changes: Changes) {
        let urgent = changes.touched.config || self.is_heard();
        let wakes = !changes.is_arrival();
        let mut untold = lock(&self.untold);
        untold.changes.add(changes);
        untold.unheard += 1;
        if !urgent && untold.unheard < UNHEARD {
            return;
        }
        untold.any = true;
        drop(untold);
        if wakes {
            self.wake.notify_one();
        }
    }

    pub fn stop(&self) {
        lock(&self.untold).stopping = true;
        self.wake.notify_one();
        self.end();
    }

    /// Ends every subscription.
    pub fn end(&self) {
        lock(&self.listeners).all.clear();
    }

    /// Waits for news at most `patience`. `None` when the terminal stops.
    pub fn wait(&self, patience: Duration) -> Option<Option<Changes>> {
        let untold = lock(&self.untold);
        let waited = self.wake.wait_timeout_while(untold, patience, |u| !u.any && !u.stopping);
        let mut untold = waited.unwrap_or_else(std::sync::PoisonError::into_inner).0;
        if untold.stopping {
            return None;
        }
        if !std::mem::take(&mut untold.any) {
            return Some(None);
        }
        untold.unheard = 0;
        Some(Some(std::mem::take(&mut untold.changes)))
    }

    /// The news there is.
    pub fn take(&self) -> Changes {
        let mut untold = lock(&self.untold);
        (untold.any, untold.unheard) = (false, 0);
        std::mem::take(&mut untold.changes)
    }

    /// Whether some of the news is for the kitchen.
    pub fn is_urgent(&self) -> bool {
        lock(&self.untold).changes.urgent
    }

    /// The news there is, if the keeper was not woken for it.
    pub fn take_arrivals(&self) -> Option<Changes> {
        let mut untold = lock(&self.untold);
        if !untold.any || !untold.changes.is_arrival() {
            return None;
        }
        (untold.any, untold.unheard) = (false, 0);
        Some(std::mem::take(&mut untold.changes))
    }

    /// Tells everybody that the line is alive.
    pub fn beat(&self, metrics: &Metrics, version: u64) {
        self.send(metrics, version, message(&Update::Beat, Audience::All));
    }

    /// What changed, as far as anybody wants it.
    pub fn updates(&self, restaurant: &Restaurant, changes: &Changes) -> Vec<Update> {
        let wanted = self.wanted();
        let mut updates = Vec::new();
        for id in &changes.touched.checks {
            let Some(check) = restaurant.check(*id) else {
                updates.push(Update::CardGone(*id));
                continue;
            };
            if wanted.floor {
                let card = || Update::Card(view::check_card(check));
                updates.push(if check.is_closed() { Update::CardGone(*id) } else { card() });
            }
            if wanted.checks.contains(id) {
                updates.push(Update::Facts(Box::new(check.clone())));
            }
            if wanted.kitchen {
                let gone = |(fire, station)| Update::TicketGone { check: *id, fire, station };
                updates.extend(view::strayed_tickets(restaurant, check).into_iter().map(gone));
                updates.extend(view::tickets_of(restaurant, check).into_iter().map(Update::Ticket));
            }
        }
        for item in &changes.touched.stock {
            updates.push(Update::Stock { item: item.clone(), left: restaurant.left(item) });
        }
        if changes.touched.config {
            updates.push(Update::Config { version: restaurant.version });
        }
        updates.extend(changes.touched.day_closed.map(|day| Update::DayClosed { day }));
        updates
    }

    /// Tells it to whoever wants it, each screen all of it at once, so that it is woken once.
    pub fn publish(&self, metrics: &Metrics, version: u64, updates: Vec<Update>) {
        let mut messages = Vec::with_capacity(updates.len());
        for update in updates {
            messages.extend(match update {
                Update::Ticket(ticket) if ticket.done => {
                    self.ticket_message((ticket.check, ticket.fire, ticket.station), None)
                }
                Update::Ticket(ticket) => {
                    let key = (ticket.check, ticket.fire, ticket.station.clone());
                    self.ticket_message(key, Some(ticket))
                }
                Update::TicketGone { check, fire, station } => self.ticket_message((check, fire, station), None),
                Update::Card(_) | Update::CardGone(_) => message(&update, Audience::Floor),
                Update::Facts(ref check) => message(&update, Audience::Check(check.id)),
                _ => message(&update, Audience::All),
            });
        }
        self.send(metrics, version, messages);
    }

    /// Tells what became of a slip or a printer.
    pub fn publish_paper(&self, metrics: &Metrics, version: u64, update: &Update) {
        self.send(metrics, version, message(update, Audience::Slips));
    }

    /// Tells everybody something, whatever they want to hear of.
    pub fn publish_to_all(&self, metrics: &Metrics, version: u64, update: &Update) {
        self.send(metrics, version, message(update, Audience::All));
    }

    /// Shows tickets that came from another terminal and are not durable here yet; whether there were any. What is new
    /// goes out and is not noted as sent: it is told again when it is durable.
    pub fn show_early(&self, metrics: &Metrics, restaurant: &Restaurant, changes: &Changes) -> bool {
        if !self.wanted().kitchen {
            return false;
        }
        let mut messages = Vec::new();
        let checks = changes.touched.checks.iter().filter_map(|id| restaurant.check(*id));
        for mut ticket in checks.flat_map(|check| view::tickets_of(restaurant, check)).filter(|t| !t.done) {
            let key = (ticket.check, ticket.fire, ticket.station.clone());
            let sent = lock(&self.listeners).sent.get(&key).copied();
            if sent.is_some() && sent == written(&Update::Ticket(ticket.clone())).map(|text| hash(&text)) {
                continue;
            }
            ticket.early = true;
            let station = ticket.station.clone();
            messages.extend(message(&Update::Ticket(ticket), Audience::Station(station)));
        }
        let shown = !messages.is_empty();
        self.send(metrics, restaurant.version, messages);
        shown
    }

    /// What screens of its station are told of a ticket, if they were not told just that before. `None` is a ticket that is
    /// not on the board any more.
    fn ticket_message(
        &self,
        key: (CheckId, FireId, StationId),
        ticket: Option<view::KitchenTicket>,
    ) -> Option<Message> {
        let (check, fire, station) = key.clone();
        let gone = Update::TicketGone { check, fire, station: station.clone() };
        let message = message(&ticket.map_or(gone, Update::Ticket), Audience::Station(station))?;
        let hash = hash(&message.text);
        let known = lock(&self.listeners).sent.insert(key, hash) == Some(hash);
        (!known).then_some(message)
    }

    /// Everything anybody wants, to leave the rest unbuilt.
    fn wanted(&self) -> Wants {
        let mut wanted = Wants::default();
        for listener in &lock(&self.listeners).all {
            let wants = lock(&listener.wants);
            wanted.floor |= wants.floor;
            wanted.kitchen |= wants.kitchen;
            wanted.slips |= wants.slips;
            wanted.checks.extend(wants.checks.iter().copied());
        }
        wanted
    }

    pub fn wants_slips(&self) -> bool {
        self.wanted().slips
    }

    fn send(&self, metrics: &Metrics, version: u64, messages: impl IntoIterator<Item = Message>) {
        let messages: Vec<Message> = messages.into_iter().collect();
        let mut listeners = lock(&self.listeners);
        listeners.all.retain(|l| !l.line.is_closed());
        self.heard.store(!listeners.all.is_empty(), Ordering::Relaxed);
        for listener in &listeners.all {
            if listener.lost.load(Ordering::Relaxed) {
                let start = written(&Update::Start { version });
                if start.is_some_and(|s| listener.line.try_send(s).is_ok()) {
                    listener.lost.store(false, Ordering::Relaxed);
                }
                continue;
            }
            let wants = lock(&listener.wants);
            for message in messages.iter().filter(|m| m.audience.has(&wants)) {
                count(&metrics.updates);
                if listener.line.try_send(message.text.clone()).is_err() {
                    count(&metrics.overflows);
                    listener.lost.store(true, Ordering::Relaxed);
                    break;
                }
            }
        }
    }
}

fn message(update: &Update, audience: Audience) -> Option<Message> {
    written(update).map(|text| Message { text, audience })
}

fn hash(text: &str) -> blake3::Hash {
    blake3::hash(text.as_bytes())
}

fn written(update: &Update) -> Option<Arc<str>> {
    // Views are plain data with text keys; they can always be written.
    serde_json::to_string(update).ok().map(Arc::from)
}
