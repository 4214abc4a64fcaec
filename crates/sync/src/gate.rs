//! What strangers may cost. Whoever has not proved a key yet gets little: few connections at once, few a second, three
//! seconds each, and never the places kept for addresses that paired terminals came from before.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::IpAddr,
    time::{Duration, Instant},
};

/// Handshakes at once.
pub const HANDSHAKES_MAX: usize = 128;
/// Further handshakes at once for addresses that a paired terminal came from.
pub const KNOWN_MAX: usize = 32;
/// Handshakes at once from one address.
pub const PER_ADDRESS: usize = 8;
/// New connections from one address at once …
pub const BURST: f64 = 24.0;
/// … and per second in the long run.
pub const PER_SECOND: f64 = 12.0;
/// Addresses remembered.
pub const ADDRESSES_MAX: usize = 1024;

/// Lets a number of things happen at once and a number per second.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bucket {
    left: f64,
    filled: Instant,
}

impl Bucket {
    pub fn new(burst: f64, now: Instant) -> Bucket {
        Bucket { left: burst, filled: now }
    }

    pub fn take(&mut self, burst: f64, per_second: f64, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled).as_secs_f64();
        self.left = (self.left + passed * per_second).min(burst);
        self.filled = now;
        let some = self.left >= 1.0;
        if some {
            self.left -= 1.0;
        }
        some
    }
}

struct Seen {
    bucket: Bucket,
    open: usize,
}

/// An IPv6 network gives every guest as many addresses as he likes, but of one /64.
fn whole(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(six) => {
            let mut octets = six.octets();
            octets[8..].fill(0);
            IpAddr::from(octets)
        }
        four => four,
    }
}

pub(crate) struct Gate {
    seen: BTreeMap<IpAddr, Seen>,
    known: BTreeSet<IpAddr>,
    strangers: usize,
    friends: usize,
}

/// A place taken at the gate, given back by [`Gate::leave`].
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Place {
    address: IpAddr,
    known: bool,
}

impl Gate {
    pub fn new() -> Gate {
        Gate { seen: BTreeMap::new(), known: BTreeSet::new(), strangers: 0, friends: 0 }
    }

    /// A connection arrived; without a place it is to be dropped.
    pub fn enter(&mut self, address: IpAddr, now: Instant) -> Option<Place> {
        let address = whole(address);
        let known = self.known.contains(&address);
        if !self.seen.contains_key(&address) && self.seen.len() >= ADDRESSES_MAX {
            let full = Duration::from_secs_f64(BURST / PER_SECOND);
            self.seen.retain(|_, s| s.open > 0 || now.saturating_duration_since(s.bucket.filled) < full);
            if self.seen.len() >= ADDRESSES_MAX && !known {
                return None;
            }
        }
        let seen = self.seen.entry(address).or_insert_with(|| Seen { bucket: Bucket::new(BURST, now), open: 0 });
        let room = if known { self.friends < KNOWN_MAX } else { self.strangers < HANDSHAKES_MAX };
        if !room || seen.open >= PER_ADDRESS || !seen.bucket.take(BURST, PER_SECOND, now) {
            return None;
        }
        seen.open += 1;
        *(if known { &mut self.friends } else { &mut self.strangers }) += 1;
        Some(Place { address, known })
    }

    /// The connection is verified, or gone.
    pub fn leave(&mut self, place: &Place, verified: bool) {
        if let Some(seen) = self.seen.get_mut(&place.address) {
            seen.open = seen.open.saturating_sub(1);
        }
        let count = if place.known { &mut self.friends } else { &mut self.strangers };
        *count = count.saturating_sub(1);
        if verified && self.known.len() < ADDRESSES_MAX {
            self.known.insert(place.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(i: u32) -> IpAddr {
        IpAddr::from((0x0a00_0000 + i).to_be_bytes())
    }

    #[test]
    fn one_address_gets_few_places_and_gets_them_back() {
        let (mut gate, now) = (Gate::new(), Instant::now());
        let places: Vec<Place> = (0..100).filter_map(|_| gate.enter(address(1), now)).collect();
        assert_eq!(places.len(), PER_ADDRESS);
        assert!(gate.enter(address(2), now).is_some());
        places.iter().for_each(|p| gate.leave(p, false));
        let again = (0..100).filter_map(|_| gate.enter(address(1), now).map(|p| gate.leave(&p, false))).count();
        assert_eq!(again, BURST as usize - PER_ADDRESS);
        assert!(gate.enter(address(1), now + Duration::from_secs(1)).is_some());
    }

    #[test]
    fn many_strangers_leave_room_for_friends() {
        let (mut gate, now) = (Gate::new(), Instant::now());
        let place = gate.enter(address(1), now).unwrap();
        gate.leave(&place, true);
        let strangers = (2..5_000).filter(|i| gate.enter(address(*i), now).is_some()).count();
        assert_eq!(strangers, HANDSHAKES_MAX);
        assert!(gate.seen.len() <= ADDRESSES_MAX);
        assert!(gate.enter(address(1), now).is_some());
    }

    #[test]
    fn a_network_of_many_addresses_is_one() {
        let (mut gate, now) = (Gate::new(), Instant::now());
        let places =
            (0..100u128).filter(|i| gate.enter(IpAddr::from((0xfd00u128 << 112 | i).to_be_bytes()), now).is_some());
        assert_eq!(places.count(), PER_ADDRESS);
        assert!(gate.enter("::ffff:10.0.0.1".parse().unwrap(), now).is_some());
        assert!(gate.seen.contains_key(&address(1)));
    }
}
