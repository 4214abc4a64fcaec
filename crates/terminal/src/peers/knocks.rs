//! New devices that ask to be let in. Each shows a short code; a manager types it at any terminal, because terminals tell
//! each other who is waiting. Nothing of it is written down before somebody is let in.

use std::{
    collections::BTreeMap,
    net::IpAddr,
    time::{Duration, Instant},
};

use domain::{
    ids::{DeviceId, Origin},
    view::WaitingDevice,
};
use sync::Knock;

/// New devices that may wait here at once; the one that asked longest ago makes room.
const MAX_WAITING: usize = 16;
/// Of one address: a page that was opened twice, not a flood.
const MAX_OF_ADDRESS: usize = 2;
/// A code is good for so long after its device last asked. Its page asks every few seconds.
const GOOD_FOR: Duration = Duration::from_secs(120);
/// New devices another terminal may tell of.
const MAX_TOLD: usize = MAX_WAITING;
/// Codes are six digits.
const CODES: u64 = 1_000_000;

struct Waiting {
    knock: Knock,
    address: IpAddr,
    asked: Instant,
}

/// Who waits, here and at the other terminals.
#[derive(Default)]
pub(crate) struct Knocks {
    own: Vec<Waiting>,
    others: BTreeMap<Origin, Vec<Knock>>,
}

impl Knocks {
    /// A device asks, for the first time or again; answers with its code and whether that is news. `draw` gives random
    /// numbers.
    pub fn ask(
        &mut self,
        id: &DeviceId,
        key: &str,
        address: IpAddr,
        draw: impl Fn() -> u64,
        now: Instant,
    ) -> (String, bool) {
        self.own.retain(|w| now.saturating_duration_since(w.asked) < GOOD_FOR);
        if let Some(known) = self.own.iter_mut().find(|w| w.knock.device == *id && w.knock.key == key) {
            known.asked = now;
            return (known.knock.code.clone(), false);
        }
        self.make_room(address);
        let code = loop {
            let code = format!("{:06}", draw() % CODES);
            if self.all().all(|k| k.code != code) {
                break code;
            }
        };
        let knock = Knock {
            device: id.clone(),
            key: key.to_owned(),
            code: code.clone(),
            address: address.to_canonical().to_string(),
        };
        self.own.push(Waiting { knock, address, asked: now });
        (code, true)
    }

    fn make_room(&mut self, address: IpAddr) {
        let of_address = self.own.iter().filter(|w| w.address == address).count();
        let goes = if of_address >= MAX_OF_ADDRESS {
            self.own.iter().position(|w| w.address == address)
        } else {
            (self.own.len() >= MAX_WAITING).then_some(0)
        };
        goes.map(|i| self.own.remove(i));
    }

    /// The device that shows this code, here or at another terminal.
    pub fn with_code(&self, code: &str) -> Option<(DeviceId, String)> {
        let digits: String = code.chars().filter(char::is_ascii_digit).collect();
        self.all().find(|k| k.code == digits).map(|k| (k.device.clone(), k.key.clone()))
    }

    pub fn waits(&self, id: &DeviceId, key: &str) -> bool {
        self.own.iter().any(|w| w.knock.device == *id && w.knock.key == key)
    }

    /// It was let in, or asks no more; the terminal it asked says so too, but only in a while.
    pub fn forget(&mut self, id: &DeviceId) {
        self.own.retain(|w| w.knock.device != *id);
        self.others.values_mut().for_each(|knocks| knocks.retain(|k| k.device != *id));
    }

    /// Those waiting here, for the other terminals.
    pub fn told(&self) -> Vec<Knock> {
        self.own.iter().filter(|w| w.asked.elapsed() < GOOD_FOR).map(|w| w.knock.clone()).collect()
    }

    /// Those waiting at another terminal.
    pub fn hear(&mut self, from: Origin, mut knocks: Vec<Knock>) {
        knocks.truncate(MAX_TOLD);
        self.others.insert(from, knocks);
    }

    pub fn shown(&self) -> Vec<WaitingDevice> {
        self.all().map(|k| WaitingDevice { address: k.address.clone() }).collect()
    }

    fn all(&self) -> impl Iterator<Item = &Knock> {
        self.own.iter().map(|w| &w.knock).chain(self.others.values().flatten())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(n: u8) -> IpAddr {
        IpAddr::from([192, 168, 1, n])
    }

    #[test]
    fn a_device_that_asks_again_keeps_its_code_and_strangers_push_nobody_else_out() {
        let (mut knocks, now) = (Knocks::default(), Instant::now());
        let draws = std::cell::Cell::new(0);
        let draw = || {
            draws.set(draws.get() + 1);
            // Every number twice: a code that somebody shows is not given again.
            draws.get() / 2
        };
        let (first, new) = knocks.ask(&"a".into(), "key", address(1), draw, now);
        assert!(new);
        assert_eq!(knocks.ask(&"a".into(), "key", address(1), draw, now), (first.clone(), false));
        for n in 0..100 {
            knocks.ask(&format!("b{n}").into(), "key", address(2), draw, now);
        }
        assert_eq!(knocks.shown().len(), 1 + MAX_OF_ADDRESS);
        assert_eq!(knocks.with_code(&first), Some(("a".into(), "key".into())));
        let codes: std::collections::BTreeSet<_> = knocks.told().into_iter().map(|k| k.code).collect();
        assert_eq!(codes.len(), 1 + MAX_OF_ADDRESS);
        for n in 0..200 {
            knocks.ask(&format!("c{n}").into(), "key", address(n), draw, now);
        }
        assert!(knocks.told().len() <= MAX_WAITING);
        knocks.ask(&"d".into(), "key", address(9), draw, now + GOOD_FOR);
        assert_eq!(knocks.shown().len(), 1, "a code of long ago is good no more");
    }

    #[test]
    fn a_code_shown_at_another_terminal_counts() {
        let mut knocks = Knocks::default();
        let knock = Knock { device: "a".into(), key: "k".into(), code: "482913".into(), address: "10.0.0.7".into() };
        knocks.hear(Origin(2), vec![knock; 100]);
        assert_eq!(knocks.with_code("482 913"), Some(("a".into(), "k".into())));
        assert_eq!(knocks.shown().len(), MAX_TOLD);
        knocks.forget(&"a".into());
        assert!(knocks.shown().is_empty(), "whoever was let in waits nowhere");
        knocks.hear(Origin(2), Vec::new());
        assert_eq!(knocks.with_code("482913"), None);
    }
}
