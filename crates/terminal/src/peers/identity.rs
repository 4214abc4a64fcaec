//! What this terminal is to others: its key, the restaurant it belongs to, the master it knows; and how it lets another
//! one in.

use std::{
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    os::unix::fs::OpenOptionsExt,
    path::Path,
    sync::atomic::Ordering,
};

use domain::{
    event::{Alarm, Event},
    ids::{Origin, StaffId},
    terminals::{Joined, Terminals},
};
use serde::{Deserialize, Serialize};
use store::{Membership, OpenError, StoreError};
use sync::{DeviceKey, Heads, PublicKey, Role};

use crate::{
    dispatch::Job,
    terminal::{Terminal, lock, read, write},
};

/// The secret of this terminal, beside the database and not inside it: a backup of the one must not be the other.
const KEY_FILE: &str = "device.key";

/// What a new terminal says of itself once both sides have proved that they know the code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Newcomer {
    pub origin: Origin,
    pub name: String,
}

/// What the terminal that lets it in answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Welcome {
    pub store: Origin,
    /// The restaurant's name, for the person who waits at the new terminal.
    pub restaurant: String,
    pub letter: char,
    pub sponsor: Origin,
    /// The port on which the sponsor is called; its address is the one it came from.
    #[serde(default)]
    pub port: Option<u16>,
    pub role: Role,
    /// The keys of all terminals there are, so that their logs can be proved before the one that names them is here.
    #[serde(default)]
    pub keys: Vec<(Origin, String)>,
}

/// Why a terminal was not let in, or did not come in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotLetIn {
    #[error("there is no restaurant here yet")]
    NoRestaurant,
    #[error("this terminal has no letter left to give; let the new one in at another terminal")]
    NoLetters,
    #[error("this terminal has a restaurant of its own; only a new one can join another")]
    OwnRestaurant,
    #[error("that terminal was let in before, with another key")]
    KnownOtherwise,
    #[error("it could not be written down: {0}")]
    NotKept(String),
}

/// Reads this terminal's key, or makes it.
///
/// # Errors
/// That the file cannot be read or written, or is no key.
pub(crate) fn device_key(dir: &Path) -> Result<DeviceKey, OpenError> {
    let file = dir.join(KEY_FILE);
    let failed = |why: String| OpenError::Failed(format!("{}: {why}", file.display()));
    match fs::read_to_string(&file) {
        Ok(text) => {
            // A seed has the text form of a public key: 32 bytes as hex.
            let seed: PublicKey = text.trim().parse().map_err(|e: sync::KeyError| failed(e.to_string()))?;
            DeviceKey::from_seed(seed.0).map_err(|e| failed(e.to_string()))
        }
        Err(e) if e.kind() == ErrorKind::NotFound => {
            let key = DeviceKey::generate().map_err(|e| failed(e.to_string()))?;
            keep_key(dir, &key).map_err(|e| failed(e.to_string()))?;
            Ok(key)
        }
        Err(e) => Err(failed(e.to_string())),
    }
}

/// Written whole or not at all: half a key would lock the terminal out of its restaurant.
fn keep_key(dir: &Path, key: &DeviceKey) -> std::io::Result<()> {
    let new = dir.join(format!("{KEY_FILE}.new"));
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    writeln!(file, "{}", PublicKey(*key.seed()))?;
    file.sync_all()?;
    fs::rename(&new, dir.join(KEY_FILE))?;
    File::open(dir)?.sync_all()
}

impl Terminal {
    /// This terminal's name in every log.
    pub fn origin(&self) -> Origin {
        Origin(self.me.load(Ordering::Acquire))
    }

    /// The public key others know this terminal by.
    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    /// How far each log reaches that is kept here.
    pub fn heads(&self) -> Heads {
        self.writer().heads().iter().filter(|h| h.seq > 0).map(|h| (h.origin, h.seq)).collect()
    }

    /// The restaurant this terminal belongs to. One that never joined another belongs to its own.
    pub(crate) fn membership(&self) -> Result<Membership, StoreError> {
        if let Some(member) = self.readers.membership()? {
            return Ok(member);
        }
        let me = self.origin();
        Ok(Membership { store: me, epoch: 0, master: me, pinned: false, sponsor: None })
    }

    /// The paired terminal that has a key; none if it is unknown or was shut out.
    pub fn knows(&self, key: &PublicKey) -> Option<Origin> {
        let key = key.to_string();
        let restaurant = &read(&self.state).restaurant;
        if let Some(origin) = restaurant.terminals.with_key(&key) {
            return Some(origin);
        }
        // Until the log has come over, the one that let this terminal in is all it knows.
        self.sponsor_with(&key).filter(|sponsor| restaurant.terminals.get(*sponsor).is_none())
    }

    fn sponsor_with(&self, key: &str) -> Option<Origin> {
        let (origin, own) = self.readers.membership().ok().flatten()?.sponsor?;
        (own == key).then_some(origin)
    }

    /// Whether this terminal was let into a restaurant whose log has not told of it yet, so not who else was let in either.
    pub(crate) fn is_coming_in(&self) -> bool {
        let was_let_in = self.membership().is_ok_and(|m| m.sponsor.is_some());
        was_let_in && read(&self.state).restaurant.terminals.get(self.origin()).is_none()
    }

    /// Whether whoever let this terminal in vouched for a key of which no log tells yet: a moment after it came in, the
    /// others call. A terminal that was shut out had a key too, so this is not enough to link. Whoever let this terminal in
    /// is known from the start.
    pub fn awaits(&self, key: &PublicKey) -> bool {
        let key = key.to_string();
        let vouched = self.readers.vouched_for(&key).ok().flatten();
        vouched.is_some_and(|origin| read(&self.state).restaurant.terminals.get(origin).is_none())
            && self.sponsor_with(&key).is_none()
    }

    /// Whether a terminal of this name may be one of the restaurant's.
    pub(super) fn expects(&self, origin: Origin) -> bool {
        // One that is not known yet may be: the log that tells of it is still on its way.
        !read(&self.state).restaurant.terminals.is_shut_out(origin)
    }

    /// The first terminal of a restaurant lets itself in, when there is a restaurant; whether it just did.
    pub(super) fn found(&self) -> bool {
        let me = self.origin();
        let is_founder = self.membership().is_ok_and(|m| m.store == me);
        let known = {
            let state = read(&self.state);
            state.restaurant.settings().is_none() || state.restaurant.terminals.get(me).is_some()
        };
        if is_founder && !known {
            let terminal = Box::new(Terminals::first(me, &self.name, &self.public_key().to_string()));
            let events = vec![Event::TerminalJoined { terminal }];
            self.queue(vec![Job::Note { events, staff: None, device: None }]);
        }
        is_founder && !known
    }

    /// Lets a terminal in whose key a person (`by`) vouched for. Saying it twice lets it in once.
    ///
    /// # Errors
    /// [`NotLetIn`]; nothing was written then.
    pub fn let_in(&self, newcomer: &Newcomer, key: &PublicKey, by: Option<StaffId>) -> Result<Welcome, NotLetIn> {
        let member = self.membership().map_err(|e| NotLetIn::NotKept(e.to_string()))?;
        let (me, key) = (self.origin(), key.to_string());
        let (joined, restaurant) = {
            let state = read(&self.state);
            let settings = state.restaurant.settings().ok_or(NotLetIn::NoRestaurant)?;
            let known = state.restaurant.terminals.get(newcomer.origin).and_then(|t| t.joined().cloned());
            let joined = match known {
                Some(joined) if joined.key == key => Ok(joined),
                Some(_) => return Err(NotLetIn::KnownOtherwise),
                None => Err(state.restaurant.terminals.let_in(me, newcomer.origin, &newcomer.name, &key)),
            };
            (joined, settings.name.clone())
        };
        let joined = match joined {
            Ok(joined) => joined,
            Err(None) => return Err(NotLetIn::NoLetters),
            Err(Some(new)) => self.write_in(new, by)?,
        };
        let role = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
        let keys = {
            let state = read(&self.state);
            let joined = state.restaurant.terminals.iter().filter_map(|(_, t)| t.joined());
            joined.map(|j| (j.origin, j.key.clone())).collect()
        };
        let (store, letter, port) = (member.store, joined.letter, self.port());
        Ok(Welcome { store, restaurant, letter, sponsor: me, port, role, keys })
    }

    fn write_in(&self, new: Joined, by: Option<StaffId>) -> Result<Joined, NotLetIn> {
        let events = vec![Event::TerminalJoined { terminal: Box::new(new.clone()) }];
        let said = self.queue(vec![Job::Note { events, staff: by, device: None }]);
        match said.as_slice() {
            [domain::query::Outcome::Done(_)] => Ok(new),
            _ => Err(NotLetIn::NotKept("the store is not available".into())),
        }
    }

    /// Comes into a restaurant that let this terminal in.
    ///
    /// # Errors
    /// [`NotLetIn::OwnRestaurant`], or that it could not be made durable.
    pub fn come_in(&self, welcome: &Welcome, sponsor_key: &PublicKey) -> Result<(), NotLetIn> {
        let failed = |e: StoreError| NotLetIn::NotKept(e.to_string());
        let mut store = self.writer();
        if store.heads().iter().any(|h| h.seq > 0) {
            return Err(NotLetIn::OwnRestaurant);
        }
        store.set_letter(welcome.letter).map_err(failed)?;
        let Role { epoch, master, pinned } = welcome.role;
        let sponsor = Some((welcome.sponsor, sponsor_key.to_string()));
        let mut batch = store.batch();
        let member = Membership { store: welcome.store, epoch, master, pinned, sponsor };
        batch.put_membership(&member).and_then(|()| batch.put_vouched(&welcome.keys)).map_err(failed)?;
        batch.commit().map_err(failed)?;
        *write(&self.letter) = welcome.letter;
        Ok(())
    }

    /// Makes durable who is master. A lesser role than the one kept is left alone.
    pub(super) fn keep_role(&self, role: Role) -> Result<(), StoreError> {
        let member = self.membership()?;
        let kept = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
        if !role.beats(kept) {
            return Ok(());
        }
        let mut store = self.writer();
        let mut batch = store.batch();
        let Role { epoch, master, pinned } = role;
        batch.put_membership(&Membership { epoch, master, pinned, ..member })?;
        batch.commit()
    }

    /// Writes down something that a person must hear of.
    pub(crate) fn raise(&self, alarm: Alarm) {
        tracing::error!("alarm: {alarm:?}");
        if lock(&self.alarms).insert(format!("{alarm:?}")) {
            self.queue(vec![Job::Note { events: vec![Event::AlarmRaised { alarm }], staff: None, device: None }]);
        }
    }
}
