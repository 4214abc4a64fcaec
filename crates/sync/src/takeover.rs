//! What whoever takes over tells people of it: from whom, after how long a silence, and whether the old master came back.
//! No rule looks at it.

use domain::{event::Event, ids::Origin};

use crate::{
    bounds::{BEAT, DEAD, SELDOM, SETTLED},
    node::{Act, Node, Now},
    role::Role,
};

/// A peer that still says that it hears the master so long after this terminal heard it last has heard it since: it would
/// have given it up, and said so, before.
const WORD_IS_NEWER: Now = DEAD + 2 * SELDOM * BEAT;

/// The master that is heard, and the one this terminal took over from.
#[derive(Debug, Default)]
pub(crate) struct Tenure {
    heard: Option<Heard>,
    taken: Option<Taken>,
}

/// Who was heard as master since this terminal started, and when last.
#[derive(Debug, Clone, Copy)]
struct Heard {
    who: Origin,
    at: Now,
    /// Others said so; there is no link to it.
    by_word: bool,
}

/// A takeover whose old master is not back yet.
#[derive(Debug, Clone, Copy)]
struct Taken {
    epoch: u64,
    from: Origin,
    at: Now,
    /// Since when there is a link to it again.
    linked: Option<Now>,
}

impl Node {
    /// Remembers when the master was heard, before its link is forgotten.
    pub(crate) fn note_signs_of_life(&mut self) {
        let master = self.role.master;
        let heard = self.peers.values().filter(|p| p.origin == Some(master)).map(|p| p.heard).max();
        if let Some(at) = heard {
            self.tenure.heard = Some(Heard { who: master, at, by_word: false });
        }
    }

    /// Others hear the master although this terminal does not.
    pub(crate) fn note_word_of_master(&mut self, now: Now) {
        let master = self.role.master;
        if self.tenure.heard.is_none_or(|h| h.who != master || h.by_word || h.at + WORD_IS_NEWER <= now) {
            self.tenure.heard = Some(Heard { who: master, at: now, by_word: true });
        }
    }

    /// A role is durable; called before it holds. A terminal tells of its own claims only, and once of each: what another
    /// one claimed is told by that one. Where the old master was not heard since the start nobody knows how long it was
    /// missed, and a terminal that is started alone each morning would tell it each morning.
    pub(crate) fn begin_tenure(&mut self, role: Role, now: Now) -> Option<Event> {
        if self.claim != Some(role) || !role.beats(self.role) {
            return None;
        }
        let (taken, from) = (self.tenure.taken.take(), self.role.master);
        if role.master == self.me && !role.pinned {
            let heard = self.tenure.heard.filter(|h| h.who == from)?;
            self.tenure.taken = Some(Taken { epoch: role.epoch, from, at: now, linked: None });
            return Some(Event::TookOver { epoch: role.epoch, from, unheard: now.saturating_sub(heard.at) });
        }
        let taken = taken.filter(|t| t.from == role.master && t.epoch == self.role.epoch)?;
        Some(taken.returned(now, Some(now)))
    }

    /// Tells that the old master is back and has everything, unless it gets the role at this moment.
    pub(crate) fn note_return(&mut self, now: Now, acts: &mut Vec<Act>) {
        let (now_master, claim) = ((self.is_master(), self.role.epoch), self.claim);
        let Some(taken) = self.tenure.taken.as_mut().filter(|t| now_master == (true, t.epoch)) else {
            self.tenure.taken = None;
            return;
        };
        let mut links = self.peers.values().filter(|p| p.origin == Some(taken.from)).peekable();
        taken.linked = links.peek().and(taken.linked.or(Some(now)));
        let settled = links.any(|p| p.has_all_since.is_some_and(|since| since + SETTLED <= now));
        // Where it is given the role, that is told along, once it is durable.
        if settled && claim.is_none_or(|c| c.master != taken.from) {
            acts.push(Act::Note(taken.returned(now, None)));
            self.tenure.taken = None;
        }
    }
}

impl Taken {
    fn returned(self, now: Now, master: Option<Now>) -> Event {
        let after = |then: Now| then.saturating_sub(self.at);
        let (after, master_after) = (after(self.linked.unwrap_or(now)), master.map(after));
        Event::MasterReturned { epoch: self.epoch, after, master_after }
    }
}
