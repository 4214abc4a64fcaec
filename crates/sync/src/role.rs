//! Who is master. Any terminal can be; nobody's consent is needed, because two at once are harmless: the greater epoch
//! wins when they meet, and all a second master can cost is a second ticket that says so.

use std::cmp::Reverse;

use domain::ids::Origin;
use serde::{Deserialize, Serialize};

/// Who was made master, and how many times that changed. Persisted before it is told to anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Role {
    pub epoch: u64,
    pub master: Origin,
    /// A person asked for this master: it is not handed back by itself.
    #[serde(default)]
    pub pinned: bool,
}

/// How fit a terminal is to be master. Greater is fitter: what a person chose, then the smaller id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rank {
    /// Chosen by a person: a wired till before a handheld.
    pub chosen: u8,
    pub origin: Origin,
}

impl Role {
    /// Whether this role replaces the other where both are known. Of two of one epoch the smaller id wins, and of two for
    /// the same terminal the one a person asked for: everywhere the same.
    pub fn beats(self, other: Role) -> bool {
        (self.epoch, Reverse(self.master), self.pinned) > (other.epoch, Reverse(other.master), other.pinned)
    }
}

impl Rank {
    /// Whether this terminal should be master rather than the other.
    pub fn beats(self, other: Rank) -> bool {
        (self.chosen, Reverse(self.origin)) > (other.chosen, Reverse(other.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_any_two_different_roles_exactly_one_wins() {
        let mut roles = Vec::new();
        for (epoch, master) in [(1, 7), (1, 8), (2, 7), (2, 8)] {
            roles.extend([false, true].map(|pinned| Role { epoch, master: Origin(master), pinned }));
        }
        for (a, b) in roles.iter().flat_map(|a| roles.iter().map(move |b| (*a, *b))) {
            assert_eq!(a.beats(b) as u8 + b.beats(a) as u8, u8::from(a != b), "{a:?} {b:?}");
        }
        // The rules and a person may make the same terminal master at once, on both sides of a dead switch.
        assert!(roles[1].beats(roles[0]));
    }
}
