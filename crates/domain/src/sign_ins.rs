//! Sign-ins that ended before their time. A sign-in is good at every terminal of the restaurant, because it is signed by
//! the terminal that gave it; so that it ends everywhere too, its end is an entry like any other.
//!
//! Only the ends people asked for are here. Those of a person who left, or whose PIN was changed, need no list: a sign-in
//! says for which PIN it was given, and who works here is known everywhere.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{clock::Millis, ids::Session};

/// Ended sign-ins that are remembered. A sign-in lasts for hours, so this is many days of a large house.
pub const MAX_ENDED: usize = 4_096;

/// Ended sign-ins with the moment from which they would not be good any more anyway.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct EndedSignIns(BTreeSet<(Millis, Session)>);

impl EndedSignIns {
    /// Of too many, those go that would have ended first. What is left is the same in whichever order they came.
    pub(crate) fn end(&mut self, sign_in: Session, until: Millis) {
        self.0.insert((until, sign_in));
        while self.0.len() > MAX_ENDED {
            self.0.pop_first();
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = Session> {
        self.0.iter().map(|(_, sign_in)| *sign_in)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_too_many_ended_sign_ins_the_same_are_left_in_any_order() {
        let all: Vec<(Session, Millis)> =
            (0..MAX_ENDED as u64 + 500).map(|n| (Session(n), (n as Millis * 7_919) % 10_007)).collect();
        let (mut one, mut other) = (EndedSignIns::default(), EndedSignIns::default());
        all.iter().for_each(|(sign_in, until)| one.end(*sign_in, *until));
        all.iter().rev().for_each(|(sign_in, until)| other.end(*sign_in, *until));
        assert_eq!(one, other);
        assert_eq!(one.iter().count(), MAX_ENDED);
    }
}
