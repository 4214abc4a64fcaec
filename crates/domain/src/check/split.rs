//! Splitting a bill: evenly, by seat, by item. Shares always add up to the whole, by largest remainder.

use std::collections::{BTreeMap, BTreeSet};

use super::Check;
use crate::{
    event::{Part, Payment},
    ids::LineId,
    money::Money,
};

impl Check {
    /// Each line's part of the total, tax included. With tax inside the prices this is the line's own amount.
    pub fn line_shares(&self) -> BTreeMap<LineId, Money> {
        let live: Vec<(LineId, i64)> =
            self.lines.iter().filter(|(_, l)| l.live_qty() > 0).map(|(id, l)| (*id, l.amount().0)).collect();
        let weights: Vec<i64> = live.iter().map(|(_, amount)| *amount).collect();
        let parts = self.bill().total.allocate(&weights);
        live.iter().zip(parts).map(|((id, _), part)| (*id, part)).collect()
    }

    /// Each seat's part of the total. What stands on no seat (0) is shared evenly by all seats that ordered; it stays
    /// on 0 when nobody has a seat.
    pub fn seat_shares(&self) -> BTreeMap<u8, Money> {
        let mut seats: BTreeMap<u8, Money> = BTreeMap::new();
        for (id, share) in self.line_shares() {
            let seat = self.lines.get(&id).and_then(|l| l.seat.get()).copied().unwrap_or(0);
            *seats.entry(seat).or_default() += share;
        }
        if seats.len() > 1
            && let Some(common) = seats.remove(&0)
        {
            let parts = common.allocate(&vec![1; seats.len()]);
            seats.values_mut().zip(parts).for_each(|(seat, part)| *seat += part);
        }
        seats
    }

    /// What the next of `of` guests pays when the bill is shared evenly; the guests who paid so are counted.
    pub fn next_even_share(&self, of: u8) -> Money {
        let paid = self.kept_payments().filter(|(p, _)| p.part == Part::Share { of }).count();
        let left = usize::from(of).saturating_sub(paid).max(1);
        self.bill().due.allocate(&vec![1; left]).first().copied().unwrap_or_default()
    }

    /// What these seats still owe; seats that were paid for owe nothing more.
    pub fn owed_by_seats(&self, seats: &[u8]) -> Money {
        let paid = |p: &Payment| if let Part::Seats(seats) = &p.part { seats.clone() } else { Vec::new() };
        let paid: BTreeSet<u8> = self.kept_payments().flat_map(|(p, _)| paid(p)).collect();
        let shares = self.seat_shares();
        let wanted: BTreeSet<u8> = seats.iter().copied().filter(|s| !paid.contains(s)).collect();
        self.at_most_due(wanted.iter().filter_map(|s| shares.get(s)).copied().sum())
    }

    /// What these lines still cost; lines that were paid for cost nothing more.
    pub fn owed_for_lines(&self, lines: &[LineId]) -> Money {
        let paid = |p: &Payment| if let Part::Lines(lines) = &p.part { lines.clone() } else { Vec::new() };
        let paid: BTreeSet<LineId> = self.kept_payments().flat_map(|(p, _)| paid(p)).collect();
        let shares = self.line_shares();
        let wanted: BTreeSet<LineId> = lines.iter().copied().filter(|l| !paid.contains(l)).collect();
        self.at_most_due(wanted.iter().filter_map(|l| shares.get(l)).copied().sum())
    }

    fn at_most_due(&self, amount: Money) -> Money {
        amount.min(self.bill().due)
    }
}
