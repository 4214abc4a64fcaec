//! Who is at the door: PINs, the waiting after wrong ones, and whose sign-ins are good.
//!
//! Three counts of wrong PINs run side by side: of a person at one device, of a device, and of a person on devices where
//! that person never signed in before. So a guesser is slowed down wherever they stand, and nobody else is shut out: a
//! colleague on another device, or the person on their own, is never made to wait by it. Browsers that nobody let in, where a
//! manager may type a PIN to let them in, are counted all together instead of the third: what waits for longest is they.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
};

use domain::{
    Restaurant,
    clock::Millis,
    ids::{DeviceId, Origin, Session, StaffId},
};
use store::{Batch, PinTry, Readers, StoreError};
use sync::PublicKey;

use crate::sign_in::{SignIn, pin_mark};

/// Verified sign-ins remembered; beyond it all are verified anew.
const MAX_VERIFIED: usize = 1_000;
/// Rows of wrong PINs kept; beyond it the oldest are forgotten.
const MAX_TRIES: usize = 10_000;
const QUARTER_HOUR_MS: i64 = 15 * 60 * 1_000;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// How many wrong PINs are free, the longest wait after that (it doubles from one second), and how long after the last wait
/// all is forgotten.
struct Patience {
    free: u32,
    longest_s: u32,
    forget_ms: i64,
}

const PERSON_HERE: Patience = Patience { free: 3, longest_s: 60, forget_ms: QUARTER_HOUR_MS };
const DEVICE: Patience = Patience { free: 10, longest_s: 15, forget_ms: QUARTER_HOUR_MS };
const PERSON_ELSEWHERE: Patience = Patience { free: 20, longest_s: 60, forget_ms: QUARTER_HOUR_MS };
/// A hundred tries a day from however many addresses, so four digits last for weeks, with an alarm on every panel; a manager
/// who must wait types the device's code at a terminal.
const STRANGERS: Patience = Patience { free: 5, longest_s: 15 * 60, forget_ms: DAY_MS };

/// Who sends something: the token of their sign-in, what their device calls itself, and where it really is.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub token: Option<String>,
    /// The name and the secret of a browser that was let in, `name.secret`.
    pub device_key: Option<String>,
    pub device: DeviceId,
    /// The address it came from; `None` is this terminal's own window.
    pub address: Option<IpAddr>,
    /// Nobody on the way can read or change what it says.
    pub protected: bool,
}

/// Wrong PINs in memory, each also written to the store; and who may come in, taken from the restaurant whenever that
/// changes, so that looking at a token waits for nobody who is writing.
#[derive(Default)]
pub(crate) struct Door {
    admitted: Admitted,
    /// By the hash of the token.
    verified: HashMap<[u8; 32], SignIn>,
    /// When each device was last heard here.
    heard: HashMap<DeviceId, Millis>,
    tries: HashMap<String, PinTry>,
}

/// Whose sign-ins are good.
#[derive(Default)]
pub(crate) struct Admitted {
    /// The terminals that may give sign-ins.
    keys: HashMap<Origin, PublicKey>,
    /// What they are called.
    names: HashMap<Origin, String>,
    /// Who works here, with the mark of their PIN.
    pins: HashMap<StaffId, String>,
    ended: HashSet<Session>,
    /// The hashed secrets of devices that were let in.
    devices: HashMap<DeviceId, String>,
    /// Devices that were shut out: what was given on them is worth nothing on any other either.
    shut_out: HashSet<DeviceId>,
    /// There is a restaurant.
    founded: bool,
    /// Without one, any machine may set one up.
    set_up_anywhere: bool,
    /// Browsers on other machines must be protected.
    only_protected: bool,
}

/// The keys under which a try is counted.
struct Keys {
    person_here: String,
    device: String,
    person: String,
    /// Present when this person has signed in here before.
    proof: String,
    /// The device was not let in: then `person` stands for all such devices, and nothing is proof.
    stranger: bool,
}

impl Caller {
    /// This terminal's own window, or a browser on its own machine: they belong to it and need not be let in.
    pub(crate) fn is_own(&self) -> bool {
        self.address.is_none_or(|a| a.to_canonical().is_loopback())
    }

    /// Nobody can listen to what it says here.
    pub(crate) fn is_safe(&self) -> bool {
        self.is_own() || self.protected
    }

    /// Name and hashed secret of its device, as far as it says so.
    pub(crate) fn device_proof(&self) -> Option<(DeviceId, String)> {
        let (id, secret) = self.device_key.as_deref()?.split_once('.')?;
        // Names of devices are drawn like those of terminals.
        id.parse::<Origin>().ok()?;
        (secret.len() == SECRET_DIGITS).then(|| (id.into(), key_of(secret)))
    }
}

/// Hex digits of a device's secret.
const SECRET_DIGITS: usize = 64;

/// What is kept of a device's secret.
pub(crate) fn key_of(secret: &str) -> String {
    blake3::hash(secret.as_bytes()).to_hex().to_string()
}

impl Keys {
    fn new(staff: &StaffId, caller: &Caller, stranger: bool) -> Keys {
        let place = caller.address.map_or_else(|| "window".to_owned(), |a| a.to_string());
        Keys {
            // Of strangers nobody shall learn which names there are.
            person_here: if stranger { format!("@stranger@{place}") } else { format!("{staff}@{place}") },
            device: format!("@{place}"),
            person: if stranger { "@strangers".to_owned() } else { staff.to_string() },
            stranger,
            proof: format!("{staff}@{place} was here"),
        }
    }
}

impl Door {
    pub fn load(readers: &Readers, admitted: Admitted) -> Result<Door, StoreError> {
        let tries = readers.pin_tries()?.into_iter().map(|t| (t.who.clone(), t));
        Ok(Door { admitted, verified: HashMap::new(), heard: HashMap::new(), tries: tries.collect() })
    }

    /// Reads the wrong PINs again after a write that failed: what memory says must be what the file says.
    pub fn reread(&mut self, readers: &Readers) {
        if let Ok(tries) = readers.pin_tries() {
            self.tries = tries.into_iter().map(|t| (t.who.clone(), t)).collect();
        }
    }

    /// Seconds until a PIN of this person may be tried here; 0 is now.
    pub fn wait(&self, staff: &StaffId, caller: &Caller, now: i64) -> u32 {
        let keys = self.keys(staff, caller);
        let mut held = vec![&keys.person_here, &keys.device];
        if !self.was_here(&keys) {
            held.push(&keys.person);
        }
        let until = held.iter().filter_map(|k| self.tries.get(*k)).map(|t| t.until).max().unwrap_or(0);
        u32::try_from((until - now + 999).max(0) / 1_000).unwrap_or(u32::MAX)
    }

    /// Keeps the outcome of a PIN that was checked; answers with the seconds to wait before the next try.
    pub fn record(
        &mut self,
        batch: &mut Batch<'_>,
        staff: &StaffId,
        caller: &Caller,
        fitted: bool,
        now: i64,
    ) -> Result<u32, StoreError> {
        let keys = self.keys(staff, caller);
        if fitted {
            if self.tries.remove(&keys.person_here).is_some() {
                batch.clear_pin_try(&keys.person_here)?;
            }
            if !keys.stranger && !self.was_here(&keys) {
                self.write(batch, PinTry { who: keys.proof, fails: 0, until: now })?;
            }
            return Ok(0);
        }
        let proven = self.was_here(&keys);
        let elsewhere = if keys.stranger { &STRANGERS } else { &PERSON_ELSEWHERE };
        let here = self.count(batch, keys.person_here, &PERSON_HERE, now)?;
        let device = self.count(batch, keys.device, &DEVICE, now)?;
        let person = if proven { 0 } else { self.count(batch, keys.person, elsewhere, now)? };
        Ok(here.max(device).max(person))
    }

    fn keys(&self, staff: &StaffId, caller: &Caller) -> Keys {
        Keys::new(staff, caller, !self.admitted.lets_in(caller))
    }

    fn was_here(&self, keys: &Keys) -> bool {
        !keys.stranger && self.tries.contains_key(&keys.proof)
    }

    fn count(&mut self, batch: &mut Batch<'_>, who: String, patience: &Patience, now: i64) -> Result<u32, StoreError> {
        let before = self.tries.get(&who).filter(|t| t.until + patience.forget_ms > now).map_or(0, |t| t.fails);
        let fails = before.saturating_add(1);
        let wait_s = match fails.checked_sub(patience.free) {
            None => 0,
            Some(beyond) => 1u32.checked_shl(beyond).unwrap_or(u32::MAX).clamp(1, patience.longest_s),
        };
        self.write(batch, PinTry { who, fails, until: now + i64::from(wait_s) * 1_000 })?;
        Ok(wait_s)
    }

    fn write(&mut self, batch: &mut Batch<'_>, row: PinTry) -> Result<(), StoreError> {
        if self.tries.len() >= MAX_TRIES
            && let Some(oldest) = self.tries.values().min_by_key(|t| t.until).map(|t| t.who.clone())
        {
            batch.clear_pin_try(&oldest)?;
            self.tries.remove(&oldest);
        }
        if self.tries.get(&row.who) != Some(&row) {
            batch.put_pin_try(&row)?;
            self.tries.insert(row.who.clone(), row);
        }
        Ok(())
    }

    /// Who may come in changed; what was verified before is looked at anew.
    pub fn admit(&mut self, admitted: Admitted) {
        self.admitted = admitted;
        self.verified.clear();
    }

    /// The sign-in behind a token, if it is good here and now. The signature is verified once; later calls cost a hash.
    /// What was given on a device is good on that device only.
    pub fn sign_in(&mut self, caller: &Caller, now: Millis) -> Option<SignIn> {
        let token = caller.token.as_deref()?;
        if !self.lets_in(caller, now) {
            return None;
        }
        let hash = *blake3::hash(token.as_bytes()).as_bytes();
        if !self.verified.contains_key(&hash) {
            let sign_in = SignIn::read(token, |by| self.admitted.keys.get(&by).copied())?;
            if !self.admitted.fits(&sign_in) {
                return None;
            }
            if self.verified.len() >= MAX_VERIFIED {
                self.verified.clear();
            }
            self.verified.insert(hash, sign_in);
        }
        let elsewhere = |s: &&SignIn| self.admitted.devices.contains_key(&s.screen) && s.screen != caller.device;
        self.verified.get(&hash).filter(|s| s.until > now && !elsewhere(s)).cloned()
    }

    /// Whether the machine it comes from may ask anything at all.
    pub fn lets_in(&mut self, caller: &Caller, now: Millis) -> bool {
        let lets_in = self.admitted.hears(caller) && self.admitted.lets_in(caller);
        if lets_in && self.admitted.devices.contains_key(&caller.device) {
            self.heard.insert(caller.device.clone(), now);
        }
        lets_in
    }

    /// Whether what it says is listened to at all, let in or not.
    pub fn hears(&self, caller: &Caller) -> bool {
        self.admitted.hears(caller)
    }

    /// Whether there is anything for it here: without a restaurant only who may set one up.
    pub fn serves(&self, caller: &Caller) -> bool {
        self.admitted.serves(caller)
    }

    /// A device of this name was let in or shut out: no other may have it.
    pub fn knows(&self, id: &DeviceId) -> bool {
        self.admitted.devices.contains_key(id) || self.admitted.shut_out.contains(id)
    }

    /// When a device was last heard here.
    pub fn heard(&self, id: &DeviceId) -> Option<Millis> {
        self.heard.get(id).copied()
    }

    /// What a terminal of the restaurant is called; none if it was shut out.
    pub fn terminal_name(&self, origin: Origin) -> Option<&str> {
        self.admitted.names.get(&origin).map(String::as_str)
    }

    /// Who signed in with this token and still is.
    pub fn who(&mut self, caller: &Caller, now: Millis) -> Option<StaffId> {
        self.sign_in(caller, now).map(|s| s.staff)
    }
}

impl Admitted {
    /// `me` signs sign-ins with `key` before any log tells of it.
    pub fn of(restaurant: &Restaurant, me: Origin, key: PublicKey, set_up_anywhere: bool) -> Admitted {
        let trusted = || restaurant.terminals.iter().filter(|(o, _)| !restaurant.terminals.is_shut_out(*o));
        let devices = || restaurant.devices.iter();
        let keys = trusted().filter_map(|(origin, t)| Some((origin, t.joined()?.key.parse().ok()?)));
        let pins = restaurant.members().filter(|m| m.active).map(|m| (m.id.clone(), pin_mark(&m.pin_hash)));
        Admitted {
            keys: keys.chain([(me, key)]).collect(),
            names: trusted().map(|(origin, t)| (origin, t.name().to_owned())).collect(),
            pins: pins.collect(),
            ended: restaurant.ended_sign_ins.iter().collect(),
            devices: devices().filter(|(_, gone)| !gone).map(|(d, _)| (d.id.clone(), d.key.clone())).collect(),
            shut_out: devices().filter(|(_, gone)| *gone).map(|(d, _)| d.id.clone()).collect(),
            founded: restaurant.settings().is_some(),
            set_up_anywhere,
            only_protected: restaurant.only_protected(),
        }
    }

    fn fits(&self, sign_in: &SignIn) -> bool {
        self.pins.get(&sign_in.staff) == Some(&sign_in.pin)
            && !self.ended.contains(&sign_in.id)
            && !self.shut_out.contains(&sign_in.screen)
    }

    fn hears(&self, caller: &Caller) -> bool {
        !self.only_protected || caller.is_safe()
    }

    fn lets_in(&self, caller: &Caller) -> bool {
        let has = |(id, key): (DeviceId, String)| self.devices.get(&id) == Some(&key);
        let sets_up = !self.founded && self.set_up_anywhere;
        sets_up || caller.is_own() || caller.device_proof().is_some_and(has)
    }

    fn serves(&self, caller: &Caller) -> bool {
        self.founded || self.set_up_anywhere || caller.is_own()
    }
}
