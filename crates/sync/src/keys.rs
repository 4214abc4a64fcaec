//! Who a terminal is: an ed25519 key made when it was installed. Peers know each other's public keys since they were
//! paired and trust nothing else: no name, no address, no authority that signs.

use std::{fmt, str::FromStr, sync::Arc};

use domain::ids::Origin;
use rustls::{
    SignatureScheme,
    crypto::ring::{default_provider, sign::any_eddsa_type},
    pki_types::PrivatePkcs8KeyDer,
    sign::SigningKey,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::seal::Signature;

/// What a public ed25519 key is wrapped in (RFC 8410), always the same.
pub(crate) const SPKI_HEAD: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
/// What an ed25519 seed is wrapped in (RFC 5958), always the same.
const PKCS8_HEAD: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A key that could not be made or read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    #[error("the system gives no random numbers: {0}")]
    NoRandomness(String),
    #[error("the seed makes no key: {0}")]
    BadSeed(String),
    #[error("'{0}' is not a public key")]
    BadPublicKey(String),
    #[error("'{0}' is not the fingerprint of a key")]
    BadFingerprint(String),
}

/// A purpose has a length before it, so no purpose with its message reads as another one. TLS begins what it signs with
/// spaces, which no purpose does.
fn signed_bytes(purpose: &str, message: &[u8]) -> Vec<u8> {
    [b"comanda ", &(purpose.len() as u32).to_be_bytes()[..], purpose.as_bytes(), message].concat()
}

/// Random bytes of the system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], KeyError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| KeyError::NoRandomness(e.to_string()))?;
    Ok(bytes)
}

/// The secret of this terminal. Its seed is the caller's to keep, readable by nobody else.
#[derive(Clone)]
pub struct DeviceKey {
    seed: [u8; 32],
    public: PublicKey,
    signer: Arc<dyn SigningKey>,
}

impl DeviceKey {
    pub fn generate() -> Result<DeviceKey, KeyError> {
        DeviceKey::from_seed(random()?)
    }

    pub fn from_seed(seed: [u8; 32]) -> Result<DeviceKey, KeyError> {
        let pkcs8 = [&PKCS8_HEAD[..], &seed].concat();
        let signer = any_eddsa_type(&PrivatePkcs8KeyDer::from(pkcs8)).map_err(|e| KeyError::BadSeed(e.to_string()))?;
        let spki = signer.public_key();
        let public = spki.as_deref().and_then(PublicKey::from_spki);
        let public = public.ok_or_else(|| KeyError::BadSeed("no public key".to_owned()))?;
        Ok(DeviceKey { seed, public, signer })
    }

    pub fn seed(&self) -> &[u8; 32] {
        &self.seed
    }

    pub fn public(&self) -> PublicKey {
        self.public
    }

    /// Signs a message that is meant for one purpose only: what was signed for another one is no proof here.
    pub fn sign(&self, purpose: &str, message: &[u8]) -> Signature {
        // An ed25519 key signs anything and always gives 64 bytes; zeros would be refused by everybody.
        let signer = self.signer.choose_scheme(&[SignatureScheme::ED25519]);
        let sign = signer.and_then(|signer| signer.sign(&signed_bytes(purpose, message)).ok()).unwrap_or_default();
        Signature(sign.try_into().unwrap_or([0; 64]))
    }

    pub(crate) fn signer(&self) -> Arc<dyn SigningKey> {
        self.signer.clone()
    }
}

/// Never the seed: keys end up in logs.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.public)
    }
}

/// What others know of a terminal's key. Text form: 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicKey(pub [u8; 32]);

impl PublicKey {
    pub(crate) fn from_spki(spki: &[u8]) -> Option<PublicKey> {
        spki.strip_prefix(&SPKI_HEAD[..])?.try_into().ok().map(PublicKey)
    }

    /// Whether the holder of this key signed this message for this purpose.
    pub fn signed(&self, purpose: &str, message: &[u8], sign: &Signature) -> bool {
        let known = default_provider().signature_verification_algorithms.mapping;
        let of_ed25519 = known.iter().find(|(scheme, _)| *scheme == SignatureScheme::ED25519);
        let algorithms = of_ed25519.map_or(&[][..], |(_, algorithms)| algorithms);
        let bytes = signed_bytes(purpose, message);
        algorithms.iter().any(|a| a.verify_signature(&self.0, &bytes, &sign.0).is_ok())
    }

    pub fn fingerprint(&self) -> Fingerprint {
        let hash = blake3::derive_key("comanda 2026 fingerprint of a device key", &self.0);
        Fingerprint(std::array::from_fn(|i| hash[i]))
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({self})")
    }
}

impl FromStr for PublicKey {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<PublicKey, KeyError> {
        let bad = || KeyError::BadPublicKey(text.chars().take(80).collect());
        let digits = text.as_bytes();
        if digits.len() != 64 {
            return Err(bad());
        }
        let mut key = [0; 32];
        for (byte, pair) in key.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |d: u8| (d as char).to_digit(16).map(|d| d as u8);
            *byte = digit(pair[0]).zip(digit(pair[1])).map(|(high, low)| high << 4 | low).ok_or_else(bad)?;
        }
        Ok(PublicKey(key))
    }
}

impl Serialize for PublicKey {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for PublicKey {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<PublicKey, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

/// 80 bits of a key that people compare by eye: four groups of four letters. Text form: `k3f0-9q2m-…`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(pub [u8; 10]);

/// Crockford's letters, as in ids: none of them looks like another.
const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = self.0.iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
        for i in 0..16 {
            let letter = LETTERS[(bits >> (75 - 5 * i) & 31) as usize] as char;
            write!(f, "{}{letter}", if i > 0 && i % 4 == 0 { "-" } else { "" })?;
        }
        Ok(())
    }
}

impl FromStr for Fingerprint {
    type Err = KeyError;
    fn from_str(text: &str) -> Result<Fingerprint, KeyError> {
        let bad = || KeyError::BadFingerprint(text.chars().take(40).collect());
        let mut bits = 0u128;
        let letters: Vec<u8> = text.bytes().filter(|b| *b != b'-').collect();
        if letters.len() != 16 {
            return Err(bad());
        }
        for letter in letters {
            let digit = LETTERS.iter().position(|l| *l == letter.to_ascii_lowercase()).ok_or_else(bad)?;
            bits = bits << 5 | digit as u128;
        }
        Ok(Fingerprint(std::array::from_fn(|i| (bits >> (72 - 8 * i)) as u8)))
    }
}

/// Whom this terminal is paired with. Asked at every handshake and by [`crate::Lan::recheck`], so it may change at any
/// time. It must answer at once: no lock that it takes may be held by whoever calls a [`crate::Lan`].
pub trait Keyring: Send + Sync {
    /// The paired terminal that has this key; none if it is unknown or revoked.
    fn knows(&self, key: &PublicKey) -> Option<Origin>;

    /// Whether a terminal of this name is paired: others that say they are ours are not even dialled.
    fn expects(&self, origin: Origin) -> bool;

    /// Whether somebody trusted said that a key is paired while the news of it is still on its way here: its terminal is
    /// not linked yet, but no stranger either. Once it is known, it is not awaited any more.
    fn awaits(&self, key: &PublicKey) -> bool;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_is_a_key_and_a_key_has_a_text() {
        // RFC 8032, test 1.
        let seed: PublicKey = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60".parse().unwrap();
        let key = DeviceKey::from_seed(seed.0).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(key.public().to_string(), public);
        assert_eq!(serde_json::from_str::<PublicKey>(&format!("\"{public}\"")).unwrap(), key.public());
        assert!(!format!("{key:?}").contains("9d61b19d"));
        assert!("d75a".parse::<PublicKey>().is_err());
        assert!("é".repeat(32).parse::<PublicKey>().is_err());
    }

    #[test]
    fn a_signature_is_good_for_its_key_its_message_and_its_purpose_only() {
        let (key, other) = (DeviceKey::generate().unwrap(), DeviceKey::generate().unwrap());
        let signature = key.sign("sign-in", b"ana");
        assert!(key.public().signed("sign-in", b"ana", &signature));
        assert!(!key.public().signed("sign-in", b"bob", &signature));
        assert!(!key.public().signed("sign-i", b"nana", &signature));
        assert!(!key.public().signed("seal", b"ana", &signature));
        assert!(!other.public().signed("sign-in", b"ana", &signature));
    }

    #[test]
    fn a_fingerprint_is_read_as_it_is_shown() {
        let print = DeviceKey::generate().unwrap().public().fingerprint();
        let text = print.to_string();
        assert_eq!((text.len(), text.matches('-').count()), (19, 3));
        assert_eq!(text.parse::<Fingerprint>(), Ok(print));
        assert_eq!(text.replace('-', "").to_uppercase().parse::<Fingerprint>(), Ok(print));
        assert!("abcd".parse::<Fingerprint>().is_err());
        assert_ne!(print, DeviceKey::generate().unwrap().public().fingerprint());
    }
}
