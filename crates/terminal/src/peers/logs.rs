//! The logs as the protocol sees them: on the disk, with the keys of those who wrote them.

use std::sync::{Arc, Weak};

use domain::{Restaurant, chain::Hash, ids::Origin};
use store::{Readers, StoreError};
use sync::{Body, DeviceKey, Log, PublicKey, SEAL, Seal, Signature, Verdict, signed};

use crate::terminal::{Terminal, lock, read};

pub(super) struct Logs {
    readers: Arc<Readers>,
    terminal: Weak<Terminal>,
    key: DeviceKey,
    me: Origin,
    /// The restaurant for which seals are made.
    store: u64,
}

impl Logs {
    pub fn of(terminal: &Arc<Terminal>) -> Result<Logs, StoreError> {
        terminal.renew_keys(&read(&terminal.state).restaurant);
        Ok(Logs {
            readers: terminal.readers.clone(),
            terminal: Arc::downgrade(terminal),
            key: terminal.key.clone(),
            me: terminal.origin(),
            store: terminal.membership()?.store.0,
        })
    }

    fn read<T: Default>(&self, origin: Origin, what: Result<T, StoreError>) -> T {
        what.unwrap_or_else(|e| {
            tracing::warn!("the log of {origin} cannot be read for another terminal: {e}");
            T::default()
        })
    }
}

impl Log for Logs {
    fn entries(&self, origin: Origin, first: u64, room: usize) -> Vec<Body> {
        let fresh = |terminal: Arc<Terminal>| lock(&terminal.peers.fresh).entries(first, room);
        let fresh = if origin == self.me { self.terminal.upgrade().and_then(fresh) } else { None };
        fresh.unwrap_or_else(|| self.read(origin, self.readers.bodies(origin, first, room)))
    }

    fn hash(&self, origin: Origin, seq: u64) -> Option<Hash> {
        self.read(origin, self.readers.hash_at(origin, seq))
    }

    fn seals(&self, origin: Origin, first: u64, last: u64) -> Vec<(u64, Signature)> {
        let seals = self.read(origin, self.readers.seals(origin, first, last));
        seals.into_iter().map(|(seq, seal)| (seq, Signature(seal))).collect()
    }

    fn sign(&self, seq: u64, hash: &Hash) -> Signature {
        self.key.sign(SEAL, &signed(self.store, self.me, seq, hash))
    }

    fn judge(&self, origin: Origin, seal: &Seal) -> Verdict {
        let key = self.terminal.upgrade().and_then(|terminal| terminal.key_of(origin));
        match key {
            None => Verdict::NoKey,
            Some(key) if key.signed(SEAL, &signed(self.store, origin, seal.seq, &seal.hash), &seal.sign) => {
                Verdict::Genuine
            }
            Some(_) => Verdict::Wrong,
        }
    }

    fn is_one(&self, a: Origin, b: Origin) -> bool {
        a == b || self.terminal.upgrade().is_some_and(|t| read(&t.state).restaurant.terminals.is_one(a, b))
    }

    fn is_new(&self, origin: Origin) -> bool {
        self.terminal.upgrade().is_some_and(|terminal| terminal.key_of(origin).is_none())
    }
}

impl Terminal {
    /// The key with which a terminal seals its log; also of one that was shut out, for what it wrote before.
    fn key_of(&self, origin: Origin) -> Option<PublicKey> {
        if origin == self.origin() {
            return Some(self.public_key());
        }
        let vouched = || self.readers.vouched(origin).ok().flatten()?.parse().ok();
        lock(&self.peers.keys).get(&origin).copied().or_else(vouched)
    }

    /// Keeps the keys of all terminals apart from the state: that is held while something is written, and meanwhile what
    /// arrives is proved already.
    pub(crate) fn renew_keys(&self, restaurant: &Restaurant) {
        let keys = restaurant.terminals.iter().filter_map(|(origin, t)| Some((origin, t.joined()?.key.parse().ok()?)));
        *lock(&self.peers.keys) = keys.collect();
    }
}
