//! What a node is told and asks, without a network. Signatures are the origin's number and the hash: who signs is not
//! what is tested with them.

use std::collections::BTreeSet;

use domain::{
    chain::{Hash, START},
    ids::Origin,
};
use sync::{Body, Frame, Heads, Log, PROTOCOL, Rank, Role, Seal, Signature, Verdict};

pub const RESTAURANT: u64 = 7;

pub fn signature(by: Origin, hash: &Hash) -> Signature {
    let mut sign = [by.0 as u8; 64];
    sign[..32].copy_from_slice(hash);
    Signature(sign)
}

/// The hello of a terminal that holds nothing, was never called otherwise, and was not ranked by anybody.
pub fn hello(me: Origin, role: Role) -> Frame {
    hello_of(Rank { chosen: 0, origin: me }, role, &[])
}

pub fn hello_of(rank: Rank, role: Role, was: &[Origin]) -> Frame {
    let (me, heads, was) = (rank.origin, Heads::new(), was.to_vec());
    let (protocol, store) = (PROTOCOL, RESTAURANT);
    Frame::Hello { protocol, store, me, rank, role, heads, seal: None, yours: None, was }
}

/// A disk on which nothing was written yet, at a terminal that knows the keys of some names.
#[derive(Default)]
pub struct Empty {
    pub me: Origin,
    pub names: BTreeSet<Origin>,
    /// Names that are one terminal's.
    pub one: Vec<[Origin; 2]>,
}

impl Log for Empty {
    fn entries(&self, _: Origin, _: u64, _: usize) -> Vec<Body> {
        Vec::new()
    }

    fn hash(&self, _: Origin, seq: u64) -> Option<Hash> {
        (seq == 0).then_some(START)
    }

    fn seals(&self, _: Origin, _: u64, _: u64) -> Vec<(u64, Signature)> {
        Vec::new()
    }

    fn sign(&self, _: u64, hash: &Hash) -> Signature {
        signature(self.me, hash)
    }

    fn judge(&self, origin: Origin, seal: &Seal) -> Verdict {
        match (self.names.contains(&origin), signature(origin, &seal.hash) == seal.sign) {
            (false, _) => Verdict::NoKey,
            (true, true) => Verdict::Genuine,
            (true, false) => Verdict::Wrong,
        }
    }

    fn is_one(&self, a: Origin, b: Origin) -> bool {
        a == b || self.one.iter().any(|names| names.contains(&a) && names.contains(&b))
    }

    fn is_new(&self, origin: Origin) -> bool {
        !self.names.contains(&origin)
    }
}
