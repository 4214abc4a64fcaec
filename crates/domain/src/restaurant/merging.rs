//! Which check stands under which. Every merging is a fact of two checks; who stands where follows from all of them, the
//! same wherever the same entries were folded:
//!
//! - Of mergings of one check whose authors did not know of each other, the one that was paid for holds, else the
//!   greatest position.
//! - A check that was settled by somebody who did not know of its merging stays on its own, and nothing comes onto a bill
//!   that was settled by somebody who did not know that it would, unless a person put it back there ([`How::PutBack`])
//!   because its money was taken along.
//! - Where checks were merged in a circle, the merging with the greatest position does not count.
//!
//! Each of these leaves an entry in the tray; see `conflict/of_merging.rs`.

use std::collections::{BTreeMap, BTreeSet};

use super::Restaurant;
use crate::{
    check::{Check, Inside, Settled, Stamped},
    conflict::How,
    ids::{CheckId, Dot, GuestNumber},
};

/// The number of a check whose opening is not here yet.
pub(crate) const NOT_OPENED: GuestNumber = GuestNumber { letter: '?', n: 0 };

/// A merging: where it stands, and under which check it puts its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Link {
    dot: Dot,
    to: CheckId,
}

/// Where the checks of a circle stand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Standing {
    /// The check each of those stands under that stand under one, and where its merging stands.
    pub under: BTreeMap<CheckId, (CheckId, Dot)>,
    /// Checks that were merged into each other, the one first whose merging does not count.
    pub rounds: Vec<Vec<CheckId>>,
    /// Mergings that do not count because one of both was settled by somebody who did not know of them.
    pub refused: Vec<(CheckId, CheckId)>,
}

impl Restaurant {
    /// All checks that have to do with each other through mergings that ever were, this one among them.
    pub fn circle(&self, of: CheckId) -> BTreeSet<CheckId> {
        self.circle_of([of])
    }

    pub(super) fn circle_of(&self, of: impl IntoIterator<Item = CheckId>) -> BTreeSet<CheckId> {
        let mut circle: BTreeSet<CheckId> = of.into_iter().collect();
        let further = |id: &CheckId| self.checks.get(id).into_iter().flat_map(Check::neighbours);
        // Most checks never had to do with another one.
        let mut open: Vec<CheckId> = circle.iter().flat_map(further).collect();
        while let Some(id) = open.pop() {
            if circle.insert(id) {
                open.extend(further(&id));
            }
        }
        circle
    }

    /// Works out anew where the checks of a circle stand, of which one has new facts, and the bills that follow.
    pub(super) fn arrange(&mut self, circle: &BTreeSet<CheckId>, changed: CheckId) {
        if circle.len() < 2 {
            return;
        }
        let standing = self.standing(circle);
        let mut bills: BTreeMap<CheckId, Vec<(CheckId, Dot)>> = BTreeMap::new();
        for (id, (root, merged)) in &standing.under {
            bills.entry(*root).or_default().push((*id, *merged));
        }
        for id in circle {
            let inside = standing.under.get(id).map(|(root, _)| Inside {
                check: *root,
                number: self.checks.get(root).map_or(NOT_OPENED, Check::number),
            });
            if let Some(check) = self.checks.get_mut(id) {
                check.inside = inside;
            }
        }
        for id in circle {
            let on_it = bills.get(id).map_or(&[][..], Vec::as_slice);
            if *id != changed && !on_it.iter().any(|(on, _)| *on == changed) && self.is_bill_of(*id, on_it) {
                continue;
            }
            self.wholes.remove(id);
            let mut whole = self.checks.get(id).filter(|_| !on_it.is_empty()).map(|own| Box::new(own.clone()));
            for (on, merged) in on_it {
                if let (Some(whole), Some(check)) = (&mut whole, self.checks.get(on)) {
                    whole.join(check, *merged);
                }
            }
            self.wholes.extend(whole.map(|whole| (*id, whole)));
        }
    }

    /// What a merging comes to on a screen that knows both checks: what was on one is on the other's bill, and it is no
    /// check of its own any more. What two checks could both say of one thing, and whether they may be merged, is the
    /// terminal's to say; [`Check::join`] is too long for a screen to load.
    pub fn join_on_screen(&mut self, from: CheckId, into: CheckId, merged: Dot) {
        if self.checks.contains_key(&into)
            && let Some(check) = self.checks.remove(&from)
            && let Some(bill) = self.checks.get_mut(&into)
        {
            bill.joined.insert(from, check.as_joined(merged));
            bill.joined.extend(check.joined);
            bill.lines.extend(check.lines);
            bill.fires.extend(check.fires);
        }
    }

    /// Whether the bill of a check is made of just these, merged where they are now.
    fn is_bill_of(&self, id: CheckId, on_it: &[(CheckId, Dot)]) -> bool {
        let Some(whole) = self.wholes.get(&id) else { return on_it.is_empty() };
        let joined = |(on, merged): &(CheckId, Dot)| whole.joined.get(on).is_some_and(|j| j.merged == *merged);
        whole.joined.len() == on_it.len() && on_it.iter().all(joined)
    }

    pub(crate) fn standing(&self, circle: &BTreeSet<CheckId>) -> Standing {
        let mut standing = Standing::default();
        let mut links: BTreeMap<CheckId, Link> = BTreeMap::new();
        for id in circle {
            let Some((link, counts)) = self.checks.get(id).and_then(|check| self.link(check)) else { continue };
            if counts {
                links.insert(*id, link);
            } else {
                standing.refused.push((*id, link.to));
            }
        }
        while let Some(round) = circle.iter().find_map(|id| round_of(*id, &links)) {
            links.remove(&round[0]);
            standing.rounds.push(round);
        }
        let roots: Vec<CheckId> = circle.iter().filter(|id| !links.contains_key(id)).copied().collect();
        for root in roots {
            self.put_under(root, root, &links, &mut standing);
        }
        standing
    }

    /// Where a check says it went, and whether that counts: not when it was settled itself, nor when what is to take it in
    /// was, by somebody who did not know.
    fn link(&self, check: &Check) -> Option<(Link, bool)> {
        let rank =
            |(cause, to): (&crate::check::Cause, &Option<CheckId>)| {
                let paid_for =
                    match to {
                        None => 1,
                        Some(to) => match self.checks.get(to) {
                            Some(into) if into.is_settled() => {
                                if into.settled_knowing(cause.dot) || check.is_put_back() { 2 } else { 0 }
                            }
                            _ => 1,
                        },
                    };
                (paid_for, cause.dot, *to)
            };
        let (paid_for, dot, to) = check.merged.writes().map(rank).max()?;
        let to = to?;
        // Until its opening is here nobody could see what stands under it.
        self.checks.get(&to).filter(|into| into.opened.is_some())?;
        Some((Link { dot, to }, paid_for > 0 && !check.is_settled()))
    }

    /// Puts whatever leads to `at` under `root`, or, where the bill of `root` was settled by somebody who did not know,
    /// leaves it where it is, with what leads to it.
    fn put_under(&self, root: CheckId, at: CheckId, links: &BTreeMap<CheckId, Link>, standing: &mut Standing) {
        for (id, link) in links.iter().filter(|(_, link)| link.to == at) {
            let settled = self.checks.get(&root).filter(|check| check.is_settled());
            let put_back = || self.checks.get(id).is_some_and(Check::is_put_back);
            if settled.is_some_and(|check| !check.settled_knowing(link.dot)) && !put_back() {
                standing.refused.push((*id, at));
                self.put_under(*id, *id, links, standing);
            } else {
                standing.under.insert(*id, (root, link.dot));
                self.put_under(root, *id, links, standing);
            }
        }
    }

    /// Checks that were taken out of this bill by somebody who did not know that the money for them was just being taken, and
    /// on which nothing was paid since: what is too much on the bill is what they come to.
    pub(crate) fn taken_out_while_paid(&self, of: CheckId) -> Vec<CheckId> {
        let Some(bill) = self.checks.get(&of) else { return Vec::new() };
        let is_one = |check: &&Check| {
            let merged = check.merges.get(&of).filter(|_| check.merged.writes().all(|(_, to)| to.is_none()));
            let paid = |dot| bill.payments.values().any(|p| p.knows(dot));
            let unknown = |dot| bill.payments.values().all(|p| !p.knows(dot));
            merged.is_some_and(|m| paid(m.dot))
                && check.merged.writes().all(|(parted, _)| unknown(parted.dot))
                && !check.is_closed()
                && check.payments.keys().all(|p| check.is_taken_back(*p))
                && self.whole(check.id).is_some_and(|whole| whole.joined.is_empty())
        };
        bill.taken_in.iter().filter_map(|id| self.checks.get(id)).filter(is_one).map(|check| check.id).collect()
    }

    /// The bill a check is on, with everything on it: its own, or that of the check it was merged into.
    pub fn whole(&self, id: CheckId) -> Option<&Check> {
        let root = self.checks.get(&id)?.inside.map_or(id, |inside| inside.check);
        self.check(root)
    }

    /// Every bill once, with everything on it.
    pub fn wholes(&self) -> impl Iterator<Item = &Check> {
        let own = self.checks.values().filter(|check| check.inside.is_none());
        own.map(|check| self.wholes.get(&check.id).map_or(check, Box::as_ref))
    }

    /// The check among those of one bill on which a line was ordered; what happens to the line is written there, so that
    /// it goes wherever that check goes.
    pub(crate) fn home_of(&self, whole: &Check, has: impl Fn(&Check) -> bool) -> CheckId {
        let among = whole.joined.keys().filter_map(|id| self.checks.get(id));
        among.into_iter().find(|check| has(check)).map_or(whole.id, |check| check.id)
    }
}

impl Check {
    /// Checks this one ever had to do with through a merging.
    fn neighbours(&self) -> impl Iterator<Item = CheckId> {
        self.merges.keys().chain(&self.taken_in).copied()
    }

    /// Whether it ever had to do with another check.
    pub fn has_neighbours(&self) -> bool {
        self.neighbours().next().is_some()
    }

    /// Whether a person put it back onto a bill that was settled for it too.
    fn is_put_back(&self) -> bool {
        self.laid_aside.values().any(|how| *how == How::PutBack(self.id))
    }

    /// Whether somebody who settled it first knew of what stands at `dot`. Who settled it once more, to collect a rest, may
    /// have heard of it since.
    fn settled_knowing(&self, dot: Dot) -> bool {
        let first =
            |s: &&Stamped<Settled>| !self.settled.values().any(|other| other.dot != s.dot && s.knows(other.dot));
        self.settled.values().filter(first).any(|s| s.knows(dot))
    }
}

/// The circle of links a check is on, beginning with the link of the greatest position.
fn round_of(id: CheckId, links: &BTreeMap<CheckId, Link>) -> Option<Vec<CheckId>> {
    let mut round = vec![id];
    let mut at = links.get(&id)?.to;
    while at != id {
        if round.contains(&at) {
            return None;
        }
        round.push(at);
        at = links.get(&at)?.to;
    }
    let last = round.iter().enumerate().max_by_key(|(_, id)| links.get(id).map(|link| link.dot))?.0;
    round.rotate_left(last);
    Some(round)
}
