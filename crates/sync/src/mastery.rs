//! Taking over from a master nobody hears, and handing the role back to the one a person chose.

use std::collections::BTreeSet;

use domain::ids::Origin;

use crate::{
    bounds::{MISSED, SETTLED, STEP},
    node::{Act, Node, Now},
    planted::Planted,
    role::Role,
};

impl Node {
    /// Whether this terminal hears the master, or is it.
    pub fn hears_master(&self) -> bool {
        self.is_master() || self.peers.values().any(|p| p.origin == Some(self.role.master))
    }

    /// A greater role that a peer told of holds here too, from now on and after a restart.
    pub(crate) fn adopt(&mut self, role: Role, acts: &mut Vec<Act>) {
        let last_wins = self.planting.has(Planted::LastRoleWins) && role.epoch == self.role.epoch;
        if role.beats(self.role) || last_wins && role != self.role {
            self.role = role;
            self.claim = self.claim.filter(|c| c.beats(role));
            self.missed_since = None;
            acts.push(Act::Keep(role));
        }
    }

    /// Nobody hears the master: the fittest of those who hear each other takes over, the next one if it does not.
    pub(crate) fn look_for_a_master(&mut self, now: Now, acts: &mut Vec<Act>) {
        let by_word = self.peers.values().any(|p| p.hears_master);
        if by_word && !self.hears_master() {
            self.note_word_of_master(now);
        }
        if self.hears_master() || by_word || self.claim.is_some() {
            self.missed_since = None;
            return;
        }
        let since = *self.missed_since.get_or_insert(now);
        // Terminals, not links: there can be two to one.
        let fitter: BTreeSet<Origin> =
            self.peers.values().filter(|p| p.rank.beats(self.rank)).filter_map(|p| p.origin).collect();
        if now >= since + MISSED + fitter.len() as u64 * STEP {
            self.claim_for(self.me, false, acts);
        }
    }

    /// A person makes a terminal master, until a person says otherwise or it is missed.
    pub fn appoint(&mut self, master: Origin) -> Vec<Act> {
        let mut acts = Vec::new();
        self.claim_for(master, true, &mut acts);
        acts
    }

    fn claim_for(&mut self, master: Origin, pinned: bool, acts: &mut Vec<Act>) {
        let next = u64::from(!self.planting.has(Planted::EpochReused));
        // A claim that is still on its way to the disk has used its epoch up.
        let used = self.claim.map_or(self.role.epoch, |claim| claim.epoch.max(self.role.epoch));
        let role = Role { epoch: used + next, master, pinned };
        if self.planting.has(Planted::TellsBeforeDisk) {
            self.role = role;
        }
        self.claim = Some(role);
        acts.push(Act::Keep(role));
    }

    /// A terminal that a person ranked higher gets the role when it holds everything and has for a while.
    pub(crate) fn hand_back(&mut self, now: Now, acts: &mut Vec<Act>) {
        self.give_to_the_chosen(now, acts);
        self.note_return(now, acts);
    }

    fn give_to_the_chosen(&mut self, now: Now, acts: &mut Vec<Act>) {
        let pinned = self.role.pinned && !self.planting.has(Planted::PinForgotten);
        if !self.is_master() || pinned || self.claim.is_some() || self.planting.has(Planted::NeverHandsBack) {
            return;
        }
        let settled = |since: Option<Now>| since.is_some_and(|since| since + SETTLED <= now);
        let ready = self.peers.values().filter(|p| p.rank.chosen > self.rank.chosen && settled(p.has_all_since));
        let fittest = ready.reduce(|a, b| if b.rank.beats(a.rank) { b } else { a }).and_then(|p| p.origin);
        if let Some(origin) = fittest {
            self.claim_for(origin, false, acts);
        }
    }
}
