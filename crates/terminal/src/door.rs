//! Who is at the door: PINs, the waiting after wrong ones, and who is signed in where.
//!
//! Three counts of wrong PINs run side by side: of a person at one device, of a device, and of a person on devices where
//! that person never signed in before. So a guesser is slowed down wherever they stand, and nobody else is shut out: a
//! colleague on another device, or the person on their own, is never made to wait by it.

use std::{collections::HashMap, net::IpAddr};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use domain::{
    ids::{DeviceId, StaffId},
    rejection::Rejection,
};
use store::{Batch, PinTry, Readers, SessionRow, StoreError};

/// How long a sign-in lasts: longer than any shift.
const SESSION_MS: i64 = 16 * 60 * 60 * 1_000;
/// People signed in at once; beyond it the sign-in that ends first ends now.
const MAX_SESSIONS: usize = 1_000;
/// Rows of wrong PINs kept; beyond it the oldest are forgotten.
const MAX_TRIES: usize = 10_000;
/// Wrong PINs are forgotten this long after the last wait was over.
const FORGET_MS: i64 = 15 * 60 * 1_000;
/// A PIN's digits.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// How many wrong PINs are free, and the longest wait after that (it doubles from one second).
struct Patience {
    free: u32,
    longest_s: u32,
}

const PERSON_HERE: Patience = Patience { free: 3, longest_s: 60 };
const DEVICE: Patience = Patience { free: 10, longest_s: 15 };
const PERSON_ELSEWHERE: Patience = Patience { free: 20, longest_s: 60 };

/// Who sends something: the token of their sign-in, what their device calls itself, and where it really is.
#[derive(Debug, Clone, Default)]
pub struct Caller {
    pub token: Option<String>,
    pub device: DeviceId,
    /// The address it came from; `None` is this terminal's own window.
    pub address: Option<IpAddr>,
}

/// Sessions and wrong PINs in memory; every change is also written to the store.
#[derive(Default)]
pub(crate) struct Door {
    sessions: HashMap<[u8; 32], SessionRow>,
    tries: HashMap<String, PinTry>,
}

/// The keys under which a try is counted.
struct Keys {
    person_here: String,
    device: String,
    person: String,
    /// Present when this person has signed in here before.
    proof: String,
}

impl Keys {
    fn new(staff: &StaffId, caller: &Caller) -> Keys {
        let place = caller.address.map_or_else(|| "window".to_owned(), |a| a.to_string());
        Keys {
            person_here: format!("{staff}@{place}"),
            device: format!("@{place}"),
            person: staff.to_string(),
            proof: format!("{staff}@{place} was here"),
        }
    }
}

impl Door {
    pub fn load(readers: &Readers, now: i64) -> Result<Door, StoreError> {
        let sessions = readers.sessions()?.into_iter().filter(|s| s.expires > now).map(|s| (s.token_hash, s));
        let tries = readers.pin_tries()?.into_iter().map(|t| (t.who.clone(), t));
        Ok(Door { sessions: sessions.collect(), tries: tries.collect() })
    }

    /// Who signed in with this token and still is.
    pub fn who(&self, caller: &Caller, now: i64) -> Option<StaffId> {
        let session = self.sessions.get(&token_hash(caller.token.as_deref()?))?;
        (session.expires > now).then(|| session.staff.clone())
    }

    /// Seconds until a PIN of this person may be tried here; 0 is now.
    pub fn wait(&self, staff: &StaffId, caller: &Caller, now: i64) -> u32 {
        let keys = Keys::new(staff, caller);
        let mut held = vec![&keys.person_here, &keys.device];
        if !self.tries.contains_key(&keys.proof) {
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
        let keys = Keys::new(staff, caller);
        if fitted {
            if self.tries.remove(&keys.person_here).is_some() {
                batch.clear_pin_try(&keys.person_here)?;
            }
            if !self.tries.contains_key(&keys.proof) {
                self.write(batch, PinTry { who: keys.proof, fails: 0, until: now })?;
            }
            return Ok(0);
        }
        let proven = self.tries.contains_key(&keys.proof);
        let here = self.count(batch, keys.person_here, &PERSON_HERE, now)?;
        let device = self.count(batch, keys.device, &DEVICE, now)?;
        let person = if proven { 0 } else { self.count(batch, keys.person, &PERSON_ELSEWHERE, now)? };
        Ok(here.max(device).max(person))
    }

    fn count(&mut self, batch: &mut Batch<'_>, who: String, patience: &Patience, now: i64) -> Result<u32, StoreError> {
        let before = self.tries.get(&who).filter(|t| t.until + FORGET_MS > now).map_or(0, |t| t.fails);
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

    /// Lets a person in and makes their token.
    pub fn sign_in(
        &mut self,
        batch: &mut Batch<'_>,
        staff: &StaffId,
        device: &DeviceId,
        now: i64,
    ) -> Result<String, StoreError> {
        let token = random_token()?;
        if self.sessions.len() >= MAX_SESSIONS
            && let Some(oldest) = self.sessions.values().min_by_key(|s| s.expires).map(|s| s.token_hash)
        {
            batch.end_session(&oldest)?;
            self.sessions.remove(&oldest);
        }
        let row = SessionRow {
            token_hash: token_hash(&token),
            staff: staff.clone(),
            device: device.clone(),
            expires: now + SESSION_MS,
        };
        batch.forget_sessions(now)?;
        batch.put_session(&row)?;
        self.sessions.retain(|_, s| s.expires > now);
        self.sessions.insert(row.token_hash, row);
        Ok(token)
    }

    pub fn sign_out(&mut self, batch: &mut Batch<'_>, caller: &Caller) -> Result<(), StoreError> {
        if let Some(token) = &caller.token {
            let hash = token_hash(token);
            batch.end_session(&hash)?;
            self.sessions.remove(&hash);
        }
        Ok(())
    }

    /// Ends every sign-in of a person but the caller's own: their PIN was changed, or they left.
    pub fn sign_out_everywhere(
        &mut self,
        batch: &mut Batch<'_>,
        staff: &StaffId,
        caller: &Caller,
    ) -> Result<(), StoreError> {
        let own = caller.token.as_deref().map(token_hash);
        let gone: Vec<[u8; 32]> = self
            .sessions
            .values()
            .filter(|s| s.staff == *staff)
            .map(|s| s.token_hash)
            .filter(|h| Some(*h) != own)
            .collect();
        for hash in gone {
            batch.end_session(&hash)?;
            self.sessions.remove(&hash);
        }
        Ok(())
    }
}

/// Hashes a PIN for keeping.
///
/// # Errors
/// [`Rejection::WeakPin`] unless it has 4 to 8 digits.
pub(crate) fn hash_pin(pin: &str) -> Result<String, Rejection> {
    if !PIN_DIGITS.contains(&pin.len()) || !pin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Rejection::WeakPin);
    }
    let hash = Argon2::default().hash_password(pin.as_bytes());
    hash.map(|h| h.to_string()).map_err(|e| Rejection::StorageFailed { what: format!("the PIN cannot be hashed: {e}") })
}

/// Whether a PIN fits a hash; takes some hundredths of a second on purpose.
pub(crate) fn fits(pin: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| Argon2::default().verify_password(pin.as_bytes(), &hash).is_ok())
}

fn token_hash(token: &str) -> [u8; 32] {
    *blake3::hash(token.as_bytes()).as_bytes()
}

fn random_token() -> Result<String, StoreError> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|e| StoreError::Failed(format!("no random numbers: {e}")))?;
    Ok(blake3::Hash::from_bytes(bytes).to_hex().to_string())
}
