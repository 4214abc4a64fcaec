//! Names of things. Everything a person creates is named by the command that created it, so a screen knows the id of
//! what it made before any terminal answered, and a command sent twice can never create two things.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;

/// Crockford's base 32, lower case: no `i l o u`, so an id read aloud over the pass is hard to get wrong.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const WIDTH: usize = 8;
/// What a letter stands for; [`NO_DIGIT`] for those that are not in the alphabet. Many ids are read for every entry.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut i = 0;
    while i < ALPHABET.len() {
        digits[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    digits
};
const NO_DIGIT: u8 = u8::MAX;
/// Largest value of a 40-bit id.
pub const MAX_TOKEN: u64 = (1 << 40) - 1;

/// An id that could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not a valid id")]
pub struct BadId(pub String);

/// Text of an id as it is put together: every id fits, and nothing is allocated. Ids are written many times an order.
struct Letters {
    text: [u8; LONGEST],
    len: usize,
}

/// `session-n.i` at its longest: 8 + 1 + 10 + 1 + 5; a dot's `origin:seq` is 8 + 1 + 20.
const LONGEST: usize = 29;

impl Letters {
    fn new() -> Letters {
        Letters { text: [0; LONGEST], len: 0 }
    }

    fn letter(mut self, letter: u8) -> Letters {
        self.text[self.len] = letter;
        self.len += 1;
        self
    }

    fn token(mut self, value: u64) -> Letters {
        for i in (0..WIDTH).rev() {
            self = self.letter(ALPHABET[(value >> (5 * i) & 31) as usize]);
        }
        self
    }

    fn number(mut self, value: u64) -> Letters {
        let mut unit = 1;
        while value / unit >= 10 {
            unit *= 10;
        }
        while unit > 0 {
            self = self.letter(b'0' + (value / unit % 10) as u8);
            unit /= 10;
        }
        self
    }

    fn as_str(&self) -> &str {
        // Only ASCII is ever put in.
        std::str::from_utf8(&self.text[..self.len]).unwrap_or_default()
    }
}

fn read_token(text: &str) -> Result<u64, BadId> {
    if text.len() != WIDTH {
        return Err(BadId(text.into()));
    }
    text.bytes().try_fold(0u64, |value, byte| match DIGITS[usize::from(byte)] {
        NO_DIGIT => Err(BadId(text.into())),
        digit => Ok(value << 5 | u64::from(digit)),
    })
}

macro_rules! as_string {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.letters().as_str())
            }
        }
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                s.serialize_str(self.letters().as_str())
            }
        }
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                struct Text;
                impl de::Visitor<'_> for Text {
                    type Value = $name;
                    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                        f.write_str(concat!("a ", stringify!($name), " as text"))
                    }
                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                d.deserialize_str(Text)
            }
        }
    };
}

macro_rules! token {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(pub u64);
        impl $name {
            fn letters(self) -> Letters {
                Letters::new().token(self.0)
            }
        }
        impl FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                read_token(text).map(Self)
            }
        }
        as_string!($name);
    };
}

token! {
    /// A terminal's own log: 40 random bits, drawn once when the terminal is installed.
    Origin
}
token! {
    /// One run of one screen (a page load, a script): 40 random bits. Its commands count up from 1.
    Session
}

/// Position of an entry: which log, and its place there (from 1, without gaps). Text form: `origin:seq`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Dot {
    pub origin: Origin,
    pub seq: u64,
}

impl Dot {
    fn letters(self) -> Letters {
        self.origin.letters().letter(b':').number(self.seq)
    }
}

impl FromStr for Dot {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId(text.chars().take(40).collect());
        let (origin, seq) = text.split_once(':').ok_or_else(bad)?;
        Ok(Self { origin: origin.parse()?, seq: seq.parse().map_err(|_| bad())? })
    }
}
as_string!(Dot);

/// One human intent. The idempotency key from the tap to the cloud, and the name of whatever the command creates.
/// Text form: `session-n`, for example `9f3k2m0a-17`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CommandId {
    pub session: Session,
    pub n: u32,
}

impl CommandId {
    fn letters(self) -> Letters {
        self.session.letters().letter(b'-').number(self.n.into())
    }
}

impl FromStr for CommandId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId(text.chars().take(40).collect());
        let (session, n) = text.split_once('-').ok_or_else(bad)?;
        Ok(Self { session: session.parse().map_err(|_| bad())?, n: n.parse().map_err(|_| bad())? })
    }
}
as_string!(CommandId);

/// A check is named by the command that opened it.
pub type CheckId = CommandId;
/// A payment or refund is named by the command that took it.
pub type PaymentId = CommandId;
/// A fire (one sending to the kitchen) is named by its command.
pub type FireId = CommandId;

/// A line: the command that added it and its place in that command. Text form: `session-n.i`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineId {
    pub by: CommandId,
    pub i: u16,
}

impl LineId {
    fn letters(self) -> Letters {
        self.by.letters().letter(b'.').number(self.i.into())
    }
}

impl FromStr for LineId {
    type Err = BadId;
    fn from_str(text: &str) -> Result<Self, BadId> {
        let bad = || BadId(text.chars().take(40).collect());
        let (by, i) = text.split_once('.').ok_or_else(bad)?;
        Ok(Self { by: by.parse()?, i: i.parse().map_err(|_| bad())? })
    }
}
as_string!(LineId);

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub SmolStr);
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }
        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }
    )*};
}

name! {
    /// An item of the menu, for example `espresso`.
    ItemId,
    /// A size or serving of an item, for example `glass`.
    PortionId,
    CategoryId,
    /// A modifier group, for example `steak-temperature`.
    GroupId,
    /// An option of a modifier group.
    OptionId,
    PriceListId,
    /// A tax category, for example `food`.
    TaxId,
    /// A kitchen station: where lines are cooked, for example `grill`.
    StationId,
    PrinterId,
    RoomId,
    TableId,
    StaffId,
    /// Something in the conflict tray; derived from what clashes.
    ConflictId,
    /// A device that sends commands (the till itself, a handheld's browser).
    DeviceId,
}

/// The short number guests hear: the terminal's letter and a counter that starts again each business day, "B17".
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct GuestNumber {
    pub letter: char,
    pub n: u32,
}

impl fmt::Display for GuestNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.letter, self.n)
    }
}

/// The gapless fiscal number of a terminal's series, printed as `B-000042`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ReceiptNumber {
    pub letter: char,
    pub n: u64,
}

impl fmt::Display for ReceiptNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{:06}", self.letter, self.n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_what_they_wrote_and_refuse_the_rest() {
        let id = LineId { by: CommandId { session: Session(MAX_TOKEN - 5), n: 17 }, i: 2 };
        assert_eq!(id.to_string().parse::<LineId>(), Ok(id));
        for (n, i) in [(0, 0), (9, 9), (10, 10), (99, 100), (u32::MAX, u16::MAX)] {
            let id = LineId { by: CommandId { session: Session(n.into()), n }, i };
            assert_eq!(id.to_string(), format!("{}-{n}.{i}", Session(n.into())));
            assert_eq!(id.to_string().parse::<LineId>(), Ok(id));
        }
        let dot = Dot { origin: Origin(MAX_TOKEN), seq: u64::MAX };
        assert_eq!(dot.to_string(), "zzzzzzzz:18446744073709551615");
        for bad in ["", "-", "zzzzzzzz", "iiiiiiii-1", "00000000-x", "00000000-1.70000", "00000000-99999999999"] {
            assert!(bad.parse::<LineId>().is_err(), "{bad}");
        }
    }
}
