//! Seals: an author signs its log, so that whoever passes it on can prove whose it is.
//!
//! A seal is a signature over the chain's hash at one entry, so it covers every entry before it. The author signs when it
//! hands entries out, not when it writes them. A seal is kept at every milestone and at the end of a log; so whoever passes
//! a log on always has a sealed entry to stop at, and a catch-up costs about two bytes an entry more.

use std::{fmt, str::FromStr};

use domain::{chain::Hash, ids::Origin};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Every so many entries the seal is kept for good …
const EVERY: u64 = 64;
/// … and at every entry of so many bytes, so that the stretch between two seals fits into a window.
pub const BIG: usize = 4 << 10;

/// What a seal's signature is for; see [`crate::DeviceKey::sign`].
pub const PURPOSE: &str = "seal of a log";

/// An ed25519 signature. Text form: 128 hex digits.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

/// A log up to an entry, as its author signed it.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seal {
    pub seq: u64,
    #[serde(with = "hex")]
    pub hash: Hash,
    pub sign: Signature,
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({} ", self.seq)?;
        write_hex(&self.hash[..4], f)?;
        write!(f, "… ")?;
        write_hex(&self.sign.0[..4], f)?;
        write!(f, "…)")
    }
}

/// What a seal turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    Genuine,
    /// Of somebody else, or over something else.
    Wrong,
    /// The key of the log's author is not known here (yet).
    NoKey,
}

/// Whether the seal of an entry is kept when later ones come.
pub fn is_milestone(seq: u64, body: usize) -> bool {
    seq.is_multiple_of(EVERY) || body >= BIG
}

/// What is signed.
pub fn signed(store: u64, origin: Origin, seq: u64, hash: &Hash) -> Vec<u8> {
    [&store.to_le_bytes()[..], &origin.0.to_le_bytes(), &seq.to_le_bytes(), hash].concat()
}

fn write_hex(bytes: &[u8], to: &mut fmt::Formatter<'_>) -> fmt::Result {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [0; 64];
    for piece in bytes.chunks(text.len() / 2) {
        for (pair, byte) in text.chunks_exact_mut(2).zip(piece) {
            pair.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
        // Only ASCII is ever put in.
        to.write_str(std::str::from_utf8(&text[..2 * piece.len()]).unwrap_or_default())?;
    }
    Ok(())
}

fn read_hex<const N: usize>(text: &str) -> Option<[u8; N]> {
    let digits = text.as_bytes();
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let digit = |d: u8| (d as char).to_digit(16).map(|d| d as u8);
        *byte = digit(pair[0])? << 4 | digit(pair[1])?;
    }
    Some(bytes)
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_hex(&self.0, f)
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

impl FromStr for Signature {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Signature, &'static str> {
        read_hex(text).map(Signature).ok_or("no signature")
    }
}

impl Serialize for Signature {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Signature {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Signature, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

pub(crate) mod hex {
    use super::*;

    struct Shown<'a>(&'a Hash);

    impl fmt::Display for Shown<'_> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write_hex(self.0, f)
        }
    }

    pub fn serialize<S: Serializer>(hash: &Hash, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&Shown(hash))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Hash, D::Error> {
        read_hex(&String::deserialize(d)?).ok_or_else(|| de::Error::custom("no hash"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DeviceKey;

    #[test]
    fn a_seal_is_good_for_one_place_of_one_log_of_one_restaurant() {
        let (key, other) = (DeviceKey::generate().unwrap(), DeviceKey::generate().unwrap());
        let (origin, hash) = (Origin(7), [5; 32]);
        let sign = key.sign(PURPOSE, &signed(1, origin, 64, &hash));
        let check = |key: &DeviceKey, message: Vec<u8>| key.public().signed(PURPOSE, &message, &sign);
        assert!(check(&key, signed(1, origin, 64, &hash)));
        assert!(!check(&other, signed(1, origin, 64, &hash)));
        assert!(!check(&key, signed(2, origin, 64, &hash)));
        assert!(!check(&key, signed(1, Origin(8), 64, &hash)));
        assert!(!check(&key, signed(1, origin, 65, &hash)));
        assert!(!check(&key, signed(1, origin, 64, &[6; 32])));
        let seal = Seal { seq: 64, hash, sign };
        let text = serde_json::to_string(&seal).unwrap();
        assert_eq!(serde_json::from_str::<Seal>(&text).unwrap(), seal);
    }
}
