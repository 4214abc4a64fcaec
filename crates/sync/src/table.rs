//! Exactly one link per pair of terminals. Both may call each other; the rules below leave one link, the same one on
//! both sides, without either asking the other. Pure.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use domain::ids::Origin;

use crate::{bounds::MAX_LINKS, keys::PublicKey, peer::Link, pipe::Pipe};

/// A link that is there.
pub(crate) struct Live<P = Pipe> {
    pub origin: Origin,
    pub key: PublicKey,
    pub pipe: Arc<P>,
    /// Made by a call of this terminal, not of the other.
    pub called: bool,
}

/// The links of this terminal. Who calls says "go" only if it has no link to the other and is not calling it already,
/// so whoever is called may trust that an older link is dead. Of two calls that cross, the one of the smaller origin
/// stands: the smaller one answers none while it calls, nor while it has a link that it called for. If that link is
/// dead the beat will tell, and until then the greater one calls again.
pub(crate) struct Table<P = Pipe> {
    me: Origin,
    live: BTreeMap<Link, Live<P>>,
    calling: BTreeSet<Origin>,
    named: Link,
}

impl<P> Table<P> {
    pub fn new(me: Origin) -> Table<P> {
        Table { me, live: BTreeMap::new(), calling: BTreeSet::new(), named: 0 }
    }

    pub fn get(&self, link: Link) -> Option<Arc<P>> {
        self.live.get(&link).map(|l| l.pipe.clone())
    }

    pub fn all(&self) -> impl Iterator<Item = &Live<P>> {
        self.live.values()
    }

    /// Whether calling this terminal is of no use now.
    pub fn has(&self, origin: Origin) -> bool {
        origin == self.me || self.calling.contains(&origin) || self.live.values().any(|l| l.origin == origin)
    }

    /// Before "go" is said. If it may be said, [`Table::called`] must follow, whatever happens.
    pub fn may_call(&mut self, origin: Origin) -> bool {
        !self.has(origin) && self.calling.insert(origin)
    }

    /// A call came to its end; it made a link or not.
    pub fn called(&mut self, origin: Origin) {
        self.calling.remove(&origin);
    }

    /// A link that this terminal called for and was welcomed on. The other side took it as its only one, so here it
    /// replaces what the other's own call may have made meanwhile. What it replaces is to be closed by the caller.
    pub fn add_called(&mut self, live: Live<P>) -> Option<(Link, Vec<Arc<P>>)> {
        self.called(live.origin);
        self.replace(live)
    }

    /// A link that another terminal called for and said "go" on. What it replaces is to be closed by the caller.
    pub fn add_answered(&mut self, live: Live<P>) -> Option<(Link, Vec<Arc<P>>)> {
        let stands =
            self.calling.contains(&live.origin) || self.live.values().any(|l| l.called && l.origin == live.origin);
        if stands && self.me < live.origin || live.origin == self.me {
            return None;
        }
        self.replace(live)
    }

    fn replace(&mut self, live: Live<P>) -> Option<(Link, Vec<Arc<P>>)> {
        let old: Vec<Link> = self.live.iter().filter(|(_, l)| l.origin == live.origin).map(|(link, _)| *link).collect();
        let old = old.into_iter().filter_map(|link| self.remove(link)).map(|l| l.pipe).collect();
        Some((self.add(live)?, old))
    }

    fn add(&mut self, live: Live<P>) -> Option<Link> {
        if self.live.len() >= MAX_LINKS {
            return None;
        }
        self.named += 1;
        self.live.insert(self.named, live);
        Some(self.named)
    }

    pub fn remove(&mut self, link: Link) -> Option<Live<P>> {
        self.live.remove(&link)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: Origin = Origin(1);
    const GREAT: Origin = Origin(2);

    fn live(origin: Origin, call: u8) -> Live<u8> {
        Live { origin, key: PublicKey([0; 32]), pipe: Arc::new(call), called: false }
    }

    fn calls(table: &Table<u8>) -> Vec<u8> {
        table.all().map(|l| *l.pipe).collect()
    }

    /// Every order in which two crossing calls can go through their three steps ends with one and the same link.
    #[test]
    fn calls_that_cross_leave_one_link() {
        // Call 1 is the small one's, call 2 the great one's. Steps of a call: go, answered, welcomed.
        for order in 0u32..1 << 6 {
            let (mut small, mut great) = (Table::new(SMALL), Table::new(GREAT));
            let mut step = [0, 0];
            let mut taken = [false, false];
            let mut bits = order;
            while step != [3, 3] {
                let call = if step[0] == 3 || (step[1] < 3 && bits & 1 == 1) { 1 } else { 0 };
                bits >>= 1;
                let (me, other, name) =
                    if call == 0 { (&mut small, &mut great, 1) } else { (&mut great, &mut small, 2) };
                let (mine, theirs) = if call == 0 { (SMALL, GREAT) } else { (GREAT, SMALL) };
                match step[call] {
                    0 if !me.may_call(theirs) => step[call] = 2,
                    1 => taken[call] = other.add_answered(live(mine, name)).is_some(),
                    2 if taken[call] => {
                        let (_, replaced) = me.add_called(Live { called: true, ..live(theirs, name) }).unwrap();
                        // No link that both sides had used already is taken away.
                        assert!(replaced.iter().all(|old| !calls(other).contains(old)), "{order:06b}");
                    }
                    2 => me.called(theirs),
                    _ => {}
                }
                step[call] += 1;
            }
            let (small, great) = (calls(&small), calls(&great));
            assert_eq!(small, great, "{order:06b}");
            assert_eq!(small.len(), 1, "{order:06b}");
        }
    }

    #[test]
    fn whoever_calls_again_has_lost_the_old_link() {
        let mut table = Table::new(SMALL);
        let (first, old) = table.add_answered(live(GREAT, 1)).unwrap();
        assert!(old.is_empty() && !table.may_call(GREAT));
        let (second, old) = table.add_answered(live(GREAT, 2)).unwrap();
        assert_eq!((calls(&table), *old[0]), (vec![2], 1));
        assert!(second > first && table.remove(first).is_none());
        assert!(table.add_answered(live(SMALL, 3)).is_none(), "ourselves");
    }

    #[test]
    fn a_call_that_crossed_ours_is_late() {
        let mut table = Table::new(SMALL);
        assert!(table.may_call(GREAT) && table.add_answered(live(GREAT, 2)).is_none());
        let (link, _) = table.add_called(Live { called: true, ..live(GREAT, 1) }).unwrap();
        assert!(table.add_answered(live(GREAT, 2)).is_none());
        table.remove(link);
        assert!(table.add_answered(live(GREAT, 3)).is_some());
    }

    #[test]
    fn links_are_bounded() {
        let mut table = Table::new(Origin(0));
        for i in 1..=MAX_LINKS as u64 {
            assert!(table.add_answered(live(Origin(i), 0)).is_some());
        }
        assert!(table.add_answered(live(Origin(999), 0)).is_none());
    }
}
