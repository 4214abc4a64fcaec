//! Terminals on the loopback interface, and people who are none.
#![allow(dead_code, reason = "each test file uses its part")]

pub mod protocol;
pub mod raw;

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use domain::ids::Origin;
use sync::{Body, DeviceKey, Frame, Heard, Keyring, Lan, Link, PublicKey, Settings};

/// Long enough for a loaded machine; nothing waits for it unless something is wrong.
pub const PATIENCE: Duration = Duration::from_secs(30);
pub const STORE: u64 = 4711;

#[derive(Default)]
pub struct Ring(Mutex<BTreeMap<PublicKey, Origin>>, Mutex<Vec<PublicKey>>);

impl Ring {
    pub fn pair(&self, key: PublicKey, origin: Origin) {
        self.0.lock().unwrap().insert(key, origin);
    }

    /// Somebody trusted said that it is paired.
    pub fn vouch(&self, key: PublicKey) {
        self.1.lock().unwrap().push(key);
    }

    pub fn revoke(&self, key: PublicKey) {
        self.0.lock().unwrap().remove(&key);
    }
}

impl Keyring for Ring {
    fn knows(&self, key: &PublicKey) -> Option<Origin> {
        self.0.lock().unwrap().get(key).copied()
    }

    fn expects(&self, origin: Origin) -> bool {
        self.0.lock().unwrap().values().any(|o| *o == origin)
    }

    fn awaits(&self, key: &PublicKey) -> bool {
        self.knows(key).is_none() && self.1.lock().unwrap().contains(key)
    }
}

pub struct Terminal {
    pub lan: Lan,
    pub origin: Origin,
    pub key: DeviceKey,
    pub ring: Arc<Ring>,
    heard: mpsc::Receiver<Heard>,
}

pub fn settings(origin: u64, key: &DeviceKey, ring: &Arc<Ring>) -> Settings {
    Settings {
        listen: vec!["127.0.0.1:0".parse().unwrap()],
        key: key.clone(),
        me: Origin(origin),
        store: Some(STORE),
        name: format!("till {origin}"),
        keyring: ring.clone(),
        discovery: false,
        interfaces: Vec::new(),
    }
}

impl Terminal {
    pub fn new(origin: u64) -> Terminal {
        Terminal::with(origin, |_| {})
    }

    pub fn with(origin: u64, change: impl FnOnce(&mut Settings)) -> Terminal {
        let (key, ring) = (DeviceKey::generate().unwrap(), Arc::new(Ring::default()));
        let mut settings = settings(origin, &key, &ring);
        change(&mut settings);
        let (tell, heard) = mpsc::channel();
        let lan = Lan::start(settings, move |h| {
            let _ = tell.send(h);
        });
        Terminal { lan: lan.unwrap(), origin: Origin(origin), key, ring, heard }
    }

    /// One that takes the next frame only when the last was asked for.
    pub fn slow(origin: u64) -> Terminal {
        let (key, ring) = (DeviceKey::generate().unwrap(), Arc::new(Ring::default()));
        let (tell, heard) = mpsc::sync_channel(1);
        let lan = Lan::start(settings(origin, &key, &ring), move |h| {
            let _ = tell.send(h);
        });
        Terminal { lan: lan.unwrap(), origin: Origin(origin), key, ring, heard }
    }

    pub fn address(&self) -> SocketAddr {
        self.lan.addresses()[0]
    }

    pub fn pair_with(&self, other: &Terminal) {
        self.ring.pair(other.key.public(), other.origin);
        other.ring.pair(self.key.public(), self.origin);
    }

    /// The first that `pick` wants of what is heard from now on.
    pub fn wait<T>(&self, what: &str, mut pick: impl FnMut(&Heard) -> Option<T>) -> T {
        let until = Instant::now() + PATIENCE;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            let heard =
                self.heard.recv_timeout(left).unwrap_or_else(|e| panic!("{} never heard {what}: {e}", self.origin));
            if let Some(picked) = pick(&heard) {
                return picked;
            }
        }
    }

    pub fn up(&self) -> Link {
        self.wait("a link", |h| if let Heard::Up { link, .. } = h { Some(*link) } else { None })
    }

    pub fn down(&self, link: Link) -> sync::Why {
        self.wait("an end", |h| match h {
            Heard::Down { link: l, why } if *l == link => Some(why.clone()),
            _ => None,
        })
    }

    pub fn frame(&self) -> (Link, Frame) {
        self.wait("a frame", |h| match h {
            Heard::Frame { link, frame } => Some((*link, frame.clone())),
            _ => None,
        })
    }

    /// All that was heard and not asked for yet.
    pub fn rest(&self) -> Vec<Heard> {
        self.heard.try_iter().collect()
    }

    /// That no link came up and no frame arrived among what was not asked for yet.
    pub fn is_untouched(&self) {
        for heard in self.rest() {
            assert!(!matches!(heard, Heard::Up { .. } | Heard::Frame { .. }), "{heard:?}");
        }
    }
}

/// An entry as a terminal writes it on a busy evening, of about 320 bytes: six screens, thirty open checks, 120 dishes.
pub fn order(n: u64) -> Vec<u8> {
    let drawn = noise(n ^ 0x5eed_0f0a, 8);
    let [screen, check, item, seat, kind, early, late, who] = std::array::from_fn(|i| u64::from(drawn[i]));
    let (screen, item) = (0x9a3f_27d1_u64.wrapping_mul(screen % 6 + 1) & 0xff_ffff_ffff, item % 120);
    let at = 1_763_712_000_000 + n * 2_700 + early * 10 + late;
    let (check, by) = (n / 40 * 40 + check % 30, ["mia", "jon", "ada", "kim"][who as usize % 4]);
    let session = Origin(screen);
    let what = match kind % 4 {
        0 => format!(
            r#"{{"fired":{{"check":"{session}-{check}","lines":[{{"line":"{session}-{n}.0","qty":1,"stations":["grill"]}},{{"line":"{session}-{}.0","qty":2,"stations":["bar"]}}]}}}}"#,
            n - n.min(2)
        ),
        _ => {
            let dish =
                ["Espresso", "Risotto ai funghi", "Beer 0.4", "Mixed salad", "Steak", "Panna cotta"][item as usize % 6];
            let station = ["bar", "grill", "cold"][item as usize % 3];
            let price = 180 + item * 35;
            format!(
                concat!(
                    r#"{{"lines_added":{{"check":"{}-{}","lines":[{{"id":"{}-{}.0","item":"it{}","name":{{"en":"{} {}"}},"#,
                    r#""category":"c{}","price":{},"tax":{{"id":"food","rate":100000,"letter":"A"}},"station":"{}","qty":1,"seat":{}}}]}}}}"#
                ),
                session,
                check,
                session,
                n,
                item,
                dish,
                item,
                item / 10,
                price,
                station,
                seat % 4,
            )
        }
    };
    let head =
        format!(r#"{{"dot":"k3f09q2m:{n}","cmd":"{session}-{n}","at":{at},"off":60,"day":"2026-11-21","by":"{by}""#);
    format!(r#"{head},"events":[{what}]}}"#).into_bytes()
}

/// Bytes that cannot be packed, the same for the same `seed`.
pub fn noise(mut seed: u64, len: usize) -> Vec<u8> {
    let next = || {
        seed = seed.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (seed >> 56) as u8
    };
    std::iter::repeat_with(next).take(len).collect()
}

pub fn entries(origin: u64, first: u64, bodies: Vec<Vec<u8>>) -> Frame {
    Frame::Entries {
        origin: Origin(origin),
        first,
        bodies: bodies.into_iter().map(Body::from).collect(),
        seals: Vec::new(),
    }
}
