//! How a new terminal and a paired one come to trust each other's keys, by eight digits that a person reads off one
//! screen and types into the other. No sockets and no clock: bytes come in, bytes go out, and the types leave only one
//! order.
//!
//! The digits never travel, not even hashed: both sides run SPAKE2 over them (RFC 9382), whose outcome is equal only if
//! the digits were. Then each proves to the other that it has this outcome, over everything both must agree on: their
//! roles, both keys, both messages and a secret of their TLS connection. Who listens learns nothing to guess with; who
//! stands between them holds two TLS connections, so the proofs he passes on are wrong; who pretends to be one of them
//! has one guess per try. The inviter proves first, so only a proof can be a guess at the new terminal's digits.

use std::{fmt, net::SocketAddr, str::FromStr};

use spake2::{Ed25519Group, Identity, Password, Spake2};

use crate::keys::{Fingerprint, KeyError, PublicKey, random};

/// Wrong proofs before the digits are drawn anew.
pub const TRIES: u32 = 3;
/// Bytes of a message that carries numbers of the exchange.
pub const STEP_MAX: usize = 64;
/// Bytes of what either side tells the other when they trust each other.
pub const PAYLOAD_MAX: usize = 64 << 10;
/// Longest text of a QR that is looked at.
const INVITATION_MAX: usize = 200;

/// Why two terminals did not come to trust each other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PairingError {
    #[error("the code is eight digits")]
    BadCode,
    #[error("this is no invitation of a terminal")]
    BadInvitation,
    #[error("the other terminal said something that is not part of pairing")]
    Nonsense,
    #[error("the code is wrong, or somebody stands between the two terminals")]
    Wrong,
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// The eight digits. Text form: `12345678`; shown to people as `1234 5678`, which is read too.
#[derive(Clone, PartialEq, Eq)]
pub struct Code([u8; 8]);

impl Code {
    /// Drawn evenly.
    pub fn draw() -> Result<Code, KeyError> {
        const CODES: u32 = 100_000_000;
        loop {
            let drawn = u32::from_le_bytes(random()?);
            // What lies beyond the last full round would make small numbers likelier.
            if drawn < u32::MAX / CODES * CODES {
                let mut left = drawn % CODES;
                let mut digits = [0; 8];
                for digit in digits.iter_mut().rev() {
                    *digit = b'0' + (left % 10) as u8;
                    left /= 10;
                }
                return Ok(Code(digits));
            }
        }
    }

    /// As people read it.
    pub fn shown(&self) -> String {
        let text = self.to_string();
        format!("{} {}", &text[..4], &text[4..])
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|digit| write!(f, "{}", *digit as char))
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl FromStr for Code {
    type Err = PairingError;
    fn from_str(text: &str) -> Result<Code, PairingError> {
        let digits: Vec<u8> = text.bytes().filter(|b| !matches!(b, b' ' | b'-')).take(9).collect();
        let digits: [u8; 8] = digits.try_into().map_err(|_| PairingError::BadCode)?;
        if digits.iter().all(u8::is_ascii_digit) { Ok(Code(digits)) } else { Err(PairingError::BadCode) }
    }
}

/// What a new terminal's QR says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub address: SocketAddr,
    pub key: Fingerprint,
    pub code: Code,
}

impl fmt::Display for Invitation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "comanda:join?a={}&k={}&c={}", self.address, self.key, self.code)
    }
}

impl FromStr for Invitation {
    type Err = PairingError;
    fn from_str(text: &str) -> Result<Invitation, PairingError> {
        let bad = PairingError::BadInvitation;
        let fields = text.trim().strip_prefix("comanda:join?").filter(|_| text.len() <= INVITATION_MAX);
        let fields = fields.ok_or(bad.clone())?;
        let field = |name: char| {
            let of_name = |field: &&str| field.starts_with(name) && field[1..].starts_with('=');
            fields.split('&').find(of_name).map(|field| &field[2..]).ok_or(PairingError::BadInvitation)
        };
        Ok(Invitation {
            address: field('a')?.parse().map_err(|_| bad.clone())?,
            key: field('k')?.parse().map_err(|_| bad)?,
            code: field('c')?.parse()?,
        })
    }
}

/// What both sides of one connection see alike if nobody stands between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bond {
    pub inviter: PublicKey,
    pub newcomer: PublicKey,
    /// The secret of the TLS connection.
    pub channel: [u8; 32],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Inviter,
    Newcomer,
}

/// One try: its message is sent, the other's is awaited.
pub struct Try {
    side: Side,
    bond: Bond,
    spake: Spake2<Ed25519Group>,
    sent: Vec<u8>,
}

impl Try {
    /// Begins a try; the bytes are for the other side.
    pub fn begin(side: Side, code: &Code, bond: Bond) -> (Try, Vec<u8>) {
        let password = Password::new(code.0);
        let (inviter, newcomer) = (Identity::new(&bond.inviter.0), Identity::new(&bond.newcomer.0));
        let (spake, sent) = match side {
            Side::Inviter => Spake2::start_a(&password, &inviter, &newcomer),
            Side::Newcomer => Spake2::start_b(&password, &inviter, &newcomer),
        };
        (Try { side, bond, spake, sent: sent.clone() }, sent)
    }

    /// Takes the other's message.
    pub fn meet(self, heard: &[u8]) -> Result<Proofs, PairingError> {
        let agreed = self.spake.finish(heard).map_err(|_| PairingError::Nonsense)?;
        let (inviter, newcomer) = match self.side {
            Side::Inviter => (&self.sent[..], heard),
            Side::Newcomer => (heard, &self.sent[..]),
        };
        let proof = |role: &str| {
            let mut hash = blake3::Hasher::new_derive_key("comanda 2026 proof of a pairing");
            let parts = [
                &agreed,
                role.as_bytes(),
                &self.bond.inviter.0,
                &self.bond.newcomer.0,
                &self.bond.channel,
                inviter,
                newcomer,
            ];
            for part in parts {
                hash.update(&(part.len() as u64).to_le_bytes());
                hash.update(part);
            }
            hash.finalize()
        };
        let (inviter, newcomer) = (proof("inviter"), proof("newcomer"));
        Ok(match self.side {
            Side::Inviter => Proofs { mine: inviter, theirs: newcomer },
            Side::Newcomer => Proofs { mine: newcomer, theirs: inviter },
        })
    }
}

/// What each side shows the other. The newcomer shows its own only after [`Proofs::check`].
pub struct Proofs {
    mine: blake3::Hash,
    theirs: blake3::Hash,
}

impl Proofs {
    pub fn mine(&self) -> [u8; 32] {
        *self.mine.as_bytes()
    }

    /// Whether the other's proof is right, compared in constant time.
    pub fn check(&self, heard: &[u8]) -> Result<(), PairingError> {
        let heard: [u8; 32] = heard.try_into().map_err(|_| PairingError::Nonsense)?;
        if self.theirs == blake3::Hash::from_bytes(heard) { Ok(()) } else { Err(PairingError::Wrong) }
    }
}

/// The digits a new terminal shows, and how often they were got wrong.
#[derive(Debug)]
pub struct Shown {
    code: Code,
    wrong: u32,
}

impl Shown {
    pub fn new() -> Result<Shown, PairingError> {
        Ok(Shown { code: Code::draw()?, wrong: 0 })
    }

    pub fn code(&self) -> &Code {
        &self.code
    }

    /// Notes a wrong proof for `code`. New digits are drawn, and true is answered, when there were too many. A proof
    /// for digits that were already replaced changes nothing.
    pub fn was_wrong(&mut self, code: &Code) -> Result<bool, PairingError> {
        if *code != self.code {
            return Ok(false);
        }
        self.wrong += 1;
        if self.wrong < TRIES {
            return Ok(false);
        }
        *self = Shown::new()?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const INVITER: PublicKey = PublicKey([1; 32]);
    const NEWCOMER: PublicKey = PublicKey([2; 32]);
    const BOND: Bond = Bond { inviter: INVITER, newcomer: NEWCOMER, channel: [3; 32] };

    fn code(text: &str) -> Code {
        text.parse().unwrap()
    }

    /// What each side says of the other's proof, the inviter first.
    fn pair(
        at_inviter: (&str, Bond),
        at_newcomer: (&str, Bond),
    ) -> (Result<(), PairingError>, Result<(), PairingError>) {
        let (inviter, to_newcomer) = Try::begin(Side::Inviter, &code(at_inviter.0), at_inviter.1);
        let (newcomer, to_inviter) = Try::begin(Side::Newcomer, &code(at_newcomer.0), at_newcomer.1);
        let (inviter, newcomer) = (inviter.meet(&to_inviter).unwrap(), newcomer.meet(&to_newcomer).unwrap());
        (inviter.check(&newcomer.mine()), newcomer.check(&inviter.mine()))
    }

    #[test]
    fn the_same_digits_on_the_same_connection_agree() {
        assert_eq!(pair(("12345678", BOND), ("1234 5678", BOND)), (Ok(()), Ok(())));
    }

    #[test]
    fn anything_that_differs_is_noticed_by_both() {
        let wrong = (Err(PairingError::Wrong), Err(PairingError::Wrong));
        assert_eq!(pair(("12345678", BOND), ("12345679", BOND)), wrong);
        // A man in the middle who passes everything on: his own keys, and two connections.
        let between = PublicKey([9; 32]);
        assert_eq!(
            pair(("12345678", Bond { newcomer: between, ..BOND }), ("12345678", Bond { inviter: between, ..BOND })),
            wrong
        );
        assert_eq!(pair(("12345678", BOND), ("12345678", Bond { channel: [4; 32], ..BOND })), wrong);
    }

    #[test]
    fn a_proof_is_not_good_for_the_other_side_nor_again() {
        let begin = |side| Try::begin(side, &code("12345678"), BOND);
        let ((inviter, a), (newcomer, b)) = (begin(Side::Inviter), begin(Side::Newcomer));
        let (inviter, newcomer) = (inviter.meet(&b).unwrap(), newcomer.meet(&a).unwrap());
        assert_eq!(inviter.check(&inviter.mine()), Err(PairingError::Wrong));
        assert_eq!(newcomer.check(&newcomer.mine()), Err(PairingError::Wrong));
        // The recorded words of this inviter, said to the newcomer's next try.
        let (again, _) = begin(Side::Newcomer);
        assert_eq!(again.meet(&a).unwrap().check(&inviter.mine()), Err(PairingError::Wrong));
        // A message of one's own kind is no answer.
        assert_eq!(begin(Side::Newcomer).0.meet(&b).err(), Some(PairingError::Nonsense));
    }

    #[test]
    fn cut_messages_are_nonsense() {
        let (_, message) = Try::begin(Side::Newcomer, &code("12345678"), BOND);
        for len in 0..message.len() {
            let (inviter, _) = Try::begin(Side::Inviter, &code("12345678"), BOND);
            assert_eq!(inviter.meet(&message[..len]).err(), Some(PairingError::Nonsense), "{len}");
        }
        let (inviter, _) = Try::begin(Side::Inviter, &code("12345678"), BOND);
        assert_eq!(inviter.meet(&message).unwrap().check(&[0; 31]), Err(PairingError::Nonsense));
    }

    #[test]
    fn three_wrong_proofs_use_up_the_digits() {
        let mut shown = Shown::new().unwrap();
        let first = shown.code().clone();
        assert_eq!(shown.was_wrong(&first), Ok(false));
        assert_eq!(shown.was_wrong(&first), Ok(false));
        assert_eq!(shown.was_wrong(&first), Ok(true));
        assert_ne!(*shown.code(), first);
        // A try that began before the digits changed.
        assert_eq!(shown.was_wrong(&first), Ok(false));
        assert_eq!(shown.wrong, 0);
    }

    #[test]
    fn an_invitation_is_read_as_it_is_written() {
        let text = "comanda:join?a=192.0.2.7:4700&k=k3f0-9q2m-0000-zzzz&c=01234567";
        let read: Invitation = text.parse().unwrap();
        assert_eq!(read.to_string(), text);
        assert_eq!(read.code.shown(), "0123 4567");
        let six = "comanda:join?c=01234567&x=new&k=k3f0-9q2m-0000-zzzz&a=[fe80::1%3]:4700";
        assert_eq!(six.parse::<Invitation>().unwrap().address.to_string(), "[fe80::1%3]:4700");
        let bad = ["", "comanda:join?", "comanda:join?a=1&k=2&c=3", "http://comanda/", "comanda:join?é=1&c"];
        bad.iter().for_each(|text| assert!(text.parse::<Invitation>().is_err(), "{text}"));
        assert!(format!("{text}&z={}", "9".repeat(400)).parse::<Invitation>().is_err());
    }

    proptest! {
        #[test]
        fn garbage_never_panics(text in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..70)) {
            let _ = format!("comanda:join?{text}").parse::<Invitation>();
            let _ = text.parse::<Code>();
            let _ = Try::begin(Side::Inviter, &code("12345678"), BOND).0.meet(&bytes).map(|p| p.check(&bytes));
        }
    }
}
