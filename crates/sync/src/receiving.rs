//! What arrives is proved before it is stored: it follows what is here, and its author says so. What comes straight from
//! its author is proved by the link; what somebody passes on, by its author's seals.

use std::collections::BTreeMap;

use domain::{
    chain::{Hash, START, chained},
    ids::Origin,
};

use crate::{
    bounds::MAX_LOGS,
    node::{Act, Alarm, Log, Node, Now, last_of},
    peer::{Link, reach},
    planted::Planted,
    seal::{Seal, Signature, Verdict, is_milestone},
    wire::{Body, Frame, Heads},
};

/// Contradictions a person is told of; beyond it nobody reads on.
const MAX_CONTESTED: usize = 64;

/// Entries that arrived.
#[derive(Clone)]
pub(crate) struct Came {
    pub origin: Origin,
    pub first: u64,
    pub bodies: Vec<Body>,
    pub seals: Vec<(u64, Signature)>,
}

/// A seal proves all before it, so of many only those are looked at that are kept; one after another only if one of them
/// is not what it should be.
fn judge(author: Origin, bodies: &[Body], sealed: &[(usize, Seal)], log: &impl Log, proof: &mut Proof) {
    let is_kept = |(end, seal): &&(usize, Seal)| {
        sealed.last().is_some_and(|(last, _)| end == last) || is_milestone(seal.seq, bodies[end - 1].len())
    };
    let kept: Vec<_> = sealed.iter().filter(is_kept).collect();
    let all_genuine = kept.iter().all(|(_, seal)| log.judge(author, seal) == Verdict::Genuine);
    for (end, seal) in if all_genuine { kept } else { sealed.iter().collect() } {
        match if all_genuine { Verdict::Genuine } else { log.judge(author, seal) } {
            Verdict::Genuine => {
                proof.bodies = *end;
                proof.seals.push((seal.seq, seal.sign));
            }
            Verdict::NoKey => return,
            Verdict::Wrong => {
                proof.wrong = Some(*seal);
                return;
            }
        }
    }
}

/// How much of what arrived is proved.
struct Proof {
    /// So many bodies from the start on.
    bodies: usize,
    /// The hash before the first of all bodies, and behind each.
    chain: Vec<Hash>,
    seals: Vec<(u64, Signature)>,
    /// A seal that does not fit what is here.
    wrong: Option<Seal>,
}

impl Node {
    pub(crate) fn receive(&mut self, link: Link, mut came: Came, now: Now, log: &impl Log, acts: &mut Vec<Act>) {
        let (origin, first) = (came.origin, came.first);
        let known = reach(&self.storing, origin);
        let last = last_of(first, &came.bodies);
        if let Some(peer) = self.peers.get_mut(&link).filter(|_| last > reach(&self.mine, origin)) {
            peer.awaits.insert(origin);
            peer.took += came.bodies.iter().map(|b| b.len()).sum::<usize>();
        }
        let follows = (first <= known + 1 || self.planting.has(Planted::TakesGaps)) && last > known && first > 0;
        let welcome = (origin != self.me || self.planting.has(Planted::TakesOwnLog))
            && (known > 0 || self.storing.len() < MAX_LOGS);
        if !follows || !welcome {
            // A gap or a repetition: the sender learns what is here and goes on from there.
            return self.say_what_is_here(link, origin, acts);
        }
        if !self.planting.has(Planted::TakesTwice) {
            came.bodies.drain(..(known + 1).saturating_sub(first) as usize);
        }
        let start = first.max(known + 1);
        let Some(mut proof) = self.prove(link, &came, known, log) else {
            return self.say_what_is_here(link, origin, acts);
        };
        if let Some(said) = proof.wrong {
            self.contradicted(link, origin, said, log, acts);
        }
        if proof.bodies == 0 {
            return self.say_what_is_here(link, origin, acts);
        }
        came.bodies.truncate(proof.bodies);
        proof.chain.truncate(proof.bodies + 1);
        let last = if self.planting.has(Planted::TakesTwice) { last } else { last_of(start, &came.bodies) };
        self.storing.insert(origin, last);
        self.tips.extend(proof.chain.last().map(|tip| (origin, (last, *tip))));
        if self.planting.has(Planted::HoldsBeforeDisk) {
            std::sync::Arc::make_mut(&mut self.mine).insert(origin, last);
            self.changes += 1;
        }
        let came = Came { origin, first: start, bodies: came.bodies, seals: proof.seals };
        self.relay(link, &came, now, acts);
        acts.push(Act::Store { origin, first: start, bodies: came.bodies, chain: proof.chain, seals: came.seals });
    }

    /// A master passes on what was proved while its own disk is still writing it: whoever wrote it has it on theirs, and
    /// nobody is told that it is held here before it is. So the way over the master costs one disk's time less.
    fn relay(&mut self, from: Link, came: &Came, now: Now, acts: &mut Vec<Act>) {
        // Nobody takes from us what its author did not sign.
        let Some((sealed, _)) = came.seals.last().filter(|_| self.is_master()) else { return };
        if self.planting.has(Planted::RelaysNothing) {
            return;
        }
        let mut signed = came.clone();
        signed.bodies.truncate((*sealed + 1).saturating_sub(came.first) as usize);
        let sender = self.peers.get(&from).and_then(|p| p.origin);
        let newest: BTreeMap<Origin, Link> = self.peers().filter_map(|(l, p)| Some((p.origin?, l))).collect();
        for (origin, link) in newest {
            if Some(origin) != sender
                && origin != came.origin
                && let Some(peer) = self.peers.get_mut(&link)
            {
                peer.relay(link, &signed, now, acts);
            }
        }
    }

    fn say_what_is_here(&self, link: Link, origin: Origin, acts: &mut Vec<Act>) {
        let heads = Heads::from([(origin, reach(&self.mine, origin))]);
        acts.push(Act::Send(link, Frame::Have { heads }));
    }

    /// Goes along the chain from what is here. None when this disk cannot be read.
    fn prove(&self, link: Link, came: &Came, known: u64, log: &impl Log) -> Option<Proof> {
        let Came { origin, first, bodies, seals } = came;
        let peer = self.peers.get(&link)?;
        let sender = peer.origin?;
        let is_author = sender == *origin && peer.who == *origin;
        let tip = self.tips.get(origin).filter(|(seq, _)| *seq == known).map(|(_, hash)| *hash);
        let before = tip.or_else(|| log.hash(*origin, known))?;
        let mut hash = if self.planting.has(Planted::ChainForgotten) { START } else { before };
        let mut chain = Vec::with_capacity(bodies.len() + 1);
        chain.push(hash);
        let bent = self.planting.has(Planted::TakesGaps) && *first > known + 1
            || self.planting.has(Planted::TakesTwice) && *first <= known
            || self.planting.has(Planted::SealUnchecked);
        if bent {
            return Some(Proof { bodies: bodies.len(), chain, seals: Vec::new(), wrong: None });
        }
        let author = if self.planting.has(Planted::SealOfAnyone) { sender } else { *origin };
        let mut ahead = seals.iter().skip_while(|(seq, _)| *seq <= known).peekable();
        let mut sealed = Vec::new();
        for (n, body) in bodies.iter().enumerate() {
            let seq = *first.max(&(known + 1)) + n as u64;
            hash = chained(&hash, body);
            chain.push(hash);
            if let Some((_, sign)) = ahead.next_if(|(at, _)| *at == seq) {
                sealed.push((n + 1, Seal { seq, hash, sign: *sign }));
            }
        }
        let mut proof = Proof { bodies: 0, chain, seals: Vec::new(), wrong: None };
        judge(author, bodies, &sealed, log, &mut proof);
        let forks = self.planting.has(Planted::TakesForks);
        if is_author && (proof.wrong.is_none() || forks) && proof.bodies < bodies.len() {
            proof.bodies = bodies.len();
        }
        Some(proof)
    }

    /// The end of a log as it is held here, if it is sealed.
    pub(crate) fn seal_here(&self, origin: Origin, log: &impl Log) -> Option<Seal> {
        let seq = reach(&self.mine, origin);
        let (_, sign) = log.seals(origin, seq, seq).pop()?;
        Some(Seal { seq, hash: log.hash(origin, seq)?, sign })
    }

    /// Somebody's idea of a log does not fit what is here: it is shown what is, and a person is told.
    fn contradicted(&mut self, link: Link, origin: Origin, said: Seal, log: &impl Log, acts: &mut Vec<Act>) {
        let held = self.seal_here(origin, log);
        acts.extend(held.map(|seal| Act::Send(link, Frame::Held { origin, seal: Box::new(seal) })));
        let Some(by) = self.peers.get(&link).and_then(|p| p.origin) else { return };
        if self.contested.len() < MAX_CONTESTED && self.contested.insert((origin, by)) {
            let (held, said) = (held.map(Box::new), Box::new(said));
            acts.push(Act::Alarm(Alarm::Contradiction { origin, by, held, said }));
        }
    }

    /// What a terminal says of its own log when it greets, against what is held of it here.
    pub(crate) fn compare(&mut self, link: Link, who: Origin, said: Option<Seal>, log: &impl Log, acts: &mut Vec<Act>) {
        let here = reach(&self.mine, who);
        let differs = |said: &Seal| said.seq <= here && log.hash(who, said.seq) != Some(said.hash);
        if let Some(said) = said.filter(|said| differs(said) && log.judge(who, said) == Verdict::Genuine) {
            self.part(link, who);
            self.contradicted(link, who, said, log, acts);
        }
    }

    /// A peer shows what it holds of a log that does not fit what was said of it here.
    pub(crate) fn held_elsewhere(
        &mut self,
        link: Link,
        origin: Origin,
        seal: Seal,
        log: &impl Log,
        acts: &mut Vec<Act>,
    ) {
        let here = reach(&self.mine, origin);
        let fits = seal.seq <= here && log.hash(origin, seal.seq) == Some(seal.hash);
        let comparable = origin == self.me || seal.seq <= here;
        if fits || !comparable || log.judge(origin, &seal) != Verdict::Genuine {
            return;
        }
        if origin == self.me {
            return self.is_old_copy(here, seal.seq, acts);
        }
        if self.part(link, origin) {
            self.contradicted(link, origin, seal, log, acts);
        }
    }

    /// Two lines of one log: neither side pushes it to the other any more; the link's other logs go on.
    fn part(&mut self, link: Link, origin: Origin) -> bool {
        self.peers.get_mut(&link).is_some_and(|peer| peer.part(origin))
    }

    /// This terminal wrote, under its name, something else than it holds now. It says so once.
    pub(crate) fn is_old_copy(&mut self, here: u64, there: u64, acts: &mut Vec<Act>) {
        if !self.alarmed && !self.planting.has(Planted::NoAlarm) {
            self.alarmed = true;
            acts.push(Act::Alarm(Alarm::OwnLogIsLonger { here, there }));
        }
    }
}
