//! A sign-in: what a person at a screen holds after a right PIN. It is signed by the terminal that gave it and good at
//! every terminal of the restaurant, so a handheld whose terminal dies goes on at another one without a PIN.
//!
//! It names the PIN it was given for, by a mark of the stored hash: with another PIN, or without the person, it is worth
//! nothing anywhere, and nobody has to be told. Nothing of it is stored; a terminal that starts anew verifies it again.

use domain::{
    clock::Millis,
    ids::{DeviceId, Origin, Session, StaffId},
};
use serde::{Deserialize, Serialize};
use sync::{DeviceKey, PublicKey};

use crate::authority::{hex, unhex};

/// What the signature is for.
const PURPOSE: &str = "sign-in 1";
/// How long a sign-in lasts: longer than any shift.
const LASTS_MS: Millis = 16 * 60 * 60 * 1_000;
/// The longest text that is looked at: names and ids within their bounds stay far below.
const MAX_TEXT: usize = 2_048;

/// What a sign-in says. Text form: its JSON and the signature, both as hex, with a point between them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SignIn {
    /// The terminal that gave it.
    pub by: Origin,
    pub id: Session,
    pub staff: StaffId,
    /// What the screen called itself.
    pub screen: DeviceId,
    pub issued: Millis,
    pub until: Millis,
    /// See [`pin_mark`].
    pub pin: String,
}

impl SignIn {
    pub fn new(by: Origin, id: Session, staff: &StaffId, screen: &DeviceId, pin_hash: &str, now: Millis) -> SignIn {
        let (staff, screen, pin) = (staff.clone(), screen.clone(), pin_mark(pin_hash));
        SignIn { by, id, staff, screen, issued: now, until: now + LASTS_MS, pin }
    }

    /// The token for the screen.
    pub fn signed(&self, key: &DeviceKey) -> String {
        // Plain data with text keys can always be written.
        let said = serde_json::to_vec(self).unwrap_or_default();
        format!("{}.{}", hex(&said), key.sign(PURPOSE, &said))
    }

    /// Reads a token; `key_of` gives the key of a terminal whose sign-ins are good.
    pub fn read(token: &str, key_of: impl FnOnce(Origin) -> Option<PublicKey>) -> Option<SignIn> {
        if token.len() > MAX_TEXT {
            return None;
        }
        let (said, signature) = token.split_once('.')?;
        let (said, signature) = (unhex(said)?, signature.parse().ok()?);
        let sign_in: SignIn = serde_json::from_slice(&said).ok()?;
        key_of(sign_in.by)?.signed(PURPOSE, &said, &signature).then_some(sign_in)
    }
}

/// Changes with the PIN, also when the same digits are chosen again (the hash is salted), and tells nothing of it.
pub(crate) fn pin_mark(pin_hash: &str) -> String {
    let hash = blake3::derive_key("comanda 2026 mark of a PIN in a sign-in", pin_hash.as_bytes());
    hex(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_as_its_terminal_wrote_it_and_in_no_other_way() {
        let (bar, thief) = (DeviceKey::generate().expect("a key"), DeviceKey::generate().expect("a key"));
        let ana = SignIn::new(Origin(7), Session(9), &"ana".into(), &"till".into(), "$argon2id$…", 1_000);
        let known = |origin: Origin| (origin == Origin(7)).then(|| bar.public());
        let token = ana.signed(&bar);
        assert_eq!(SignIn::read(&token, known), Some(ana.clone()));
        let owner = SignIn { staff: "owner".into(), ..ana.clone() };
        let forged = owner.signed(&bar);
        let (said, _) = forged.split_once('.').expect("two parts");
        let (_, signature) = token.split_once('.').expect("two parts");
        let stranger = SignIn { by: Origin(8), ..ana.clone() };
        let check = |bad: String| assert_eq!(SignIn::read(&bad, known), None, "{bad}");
        check(format!("{said}.{signature}"));
        check(ana.signed(&thief));
        check(stranger.signed(&bar));
        check(token[1..].to_owned());
        check(format!("{token}0"));
        check("é.é".repeat(40));
        check(String::new());
        check("0".repeat(MAX_TEXT + 1));
        assert_ne!(pin_mark("$a$one"), pin_mark("$a$two"));
    }
}
