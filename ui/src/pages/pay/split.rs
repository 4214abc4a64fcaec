//! Who owes what when a check is split: by even shares, by seats, by items. Sums always add up to what is due. Pure.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Part,
    ids::LineId,
    money::Money,
    view::{CheckView, LineView},
};

/// How the guests want to pay.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Split {
    #[default]
    Together,
    Evenly(u8),
    Seats,
    /// The lines this guest pays for.
    Items(BTreeSet<LineId>),
}

/// One guest's part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payer {
    pub part: Part,
    pub who: Who,
    /// Still to be paid.
    pub owes: Money,
    pub paid: Money,
}

/// Whom a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    Everyone,
    Share(u8),
    /// 0 is the table's own lines.
    Seat(u8),
    Chosen,
}

/// The most even shares.
pub const MAX_SHARES: u8 = 20;

/// How a check's payments so far suggest it is being split: the next guest wants the same way.
pub fn begun(check: &CheckView) -> Split {
    match check.payments.last().map(|p| &p.part) {
        Some(Part::Share { of }) => Split::Evenly(*of),
        Some(Part::Seats(_)) => Split::Seats,
        Some(Part::Lines(_)) => Split::Items(BTreeSet::new()),
        _ => Split::Together,
    }
}

/// What every line weighs in the total, tax included, by largest remainder.
fn line_shares(check: &CheckView) -> Vec<(&LineView, Money)> {
    let lines: Vec<&LineView> = check.lines.iter().filter(|l| l.qty > 0).collect();
    let weights: Vec<i64> = lines.iter().map(|l| l.amount.0).collect();
    lines.into_iter().zip(check.bill.total.allocate(&weights)).collect()
}

/// The parts of a split, in the order guests sit. What is paid already is counted against its own part first.
pub fn payers(check: &CheckView, split: &Split) -> Vec<Payer> {
    match split {
        Split::Together => {
            vec![Payer { part: Part::Whole, who: Who::Everyone, owes: check.bill.due, paid: check.bill.paid }]
        }
        Split::Evenly(of) => even(check, *of),
        Split::Seats => seats(check),
        Split::Items(chosen) => {
            let open = unpaid_lines(check);
            let mine = open.iter().filter(|(l, _)| chosen.contains(&l.id));
            let owes = mine.map(|(_, amount)| *amount).sum::<Money>().min(check.bill.due);
            let part = Part::Lines(chosen.iter().copied().collect());
            vec![Payer { part, who: Who::Chosen, owes, paid: Money::ZERO }]
        }
    }
}

/// Shares already taken keep their amounts; what is due now is shared evenly among the others.
fn even(check: &CheckView, of: u8) -> Vec<Payer> {
    let taken: Vec<Money> = check
        .payments
        .iter()
        .filter(|p| p.part == Part::Share { of } && p.refundable > Money::ZERO)
        .map(|p| p.amount)
        .take(usize::from(of))
        .collect();
    let left = usize::from(of) - taken.len();
    let shares = check.bill.due.allocate(&vec![1; left]);
    let paid = taken.into_iter().map(|paid| (Money::ZERO, paid));
    let open = shares.into_iter().map(|owes| (owes, Money::ZERO));
    (1u8..)
        .zip(paid.chain(open))
        .map(|(n, (owes, paid))| Payer { part: Part::Share { of }, who: Who::Share(n), owes, paid })
        .collect()
}

fn seats(check: &CheckView) -> Vec<Payer> {
    let mut owed: BTreeMap<u8, Money> = BTreeMap::new();
    for (line, amount) in line_shares(check) {
        *owed.entry(line.seat).or_default() += amount;
    }
    let mut paid: BTreeMap<u8, Money> = BTreeMap::new();
    for payment in check.payments.iter().filter(|p| p.refundable > Money::ZERO) {
        if let Part::Seats(seats) = &payment.part {
            let weights: Vec<i64> = seats.iter().map(|s| owed.get(s).map_or(0, |m| m.0)).collect();
            for (seat, part) in seats.iter().zip(payment.amount.allocate(&weights)) {
                *paid.entry(*seat).or_default() += part;
            }
        }
    }
    let mut due = check.bill.due;
    let mut payers: Vec<Payer> = owed
        .into_iter()
        .map(|(seat, whole)| {
            let paid = paid.get(&seat).copied().unwrap_or_default();
            // Never more than is due in all, for example after an amount was paid towards the whole.
            let owes = Money((whole - paid).0.max(0)).min(due);
            due -= owes;
            Payer { part: Part::Seats(vec![seat]), who: Who::Seat(seat), owes, paid }
        })
        .collect();
    if let Some(last) = payers.iter_mut().rev().find(|p| p.owes > Money::ZERO).filter(|_| due > Money::ZERO) {
        last.owes += due;
    }
    payers
}

/// Lines nobody has paid for by item yet, with what they cost.
pub fn unpaid_lines(check: &CheckView) -> Vec<(&LineView, Money)> {
    let paid: BTreeSet<LineId> = check
        .payments
        .iter()
        .filter(|p| p.refundable > Money::ZERO)
        .flat_map(|p| if let Part::Lines(lines) = &p.part { lines.clone() } else { Vec::new() })
        .collect();
    line_shares(check).into_iter().filter(|(l, _)| !paid.contains(&l.id)).collect()
}

/// Round amounts a guest may hand over for `due`, next ones first, at most `n`: coins aside, made of the store's notes.
pub fn quick_cash(due: Money, notes: &[Money], n: usize) -> Vec<Money> {
    let mut amounts: Vec<Money> = notes
        .iter()
        .filter(|note| note.0 > 0)
        .map(|note| Money((due.0 + note.0 - 1) / note.0 * note.0))
        .filter(|amount| *amount > due)
        .collect();
    amounts.sort();
    amounts.dedup();
    amounts.truncate(n);
    amounts
}

#[cfg(test)]
mod tests {
    use domain::command::What;

    use super::*;
    use crate::mirror::tests::Table;

    fn euros(payers: &[Payer]) -> Vec<i64> {
        payers.iter().map(|p| p.owes.0).collect()
    }

    #[test]
    fn even_shares_add_up_and_shrink_as_they_are_paid() {
        let mut table = Table::opened();
        table.order(Table::DRINK, 1);
        table.fire(What::All);
        let check = table.view();
        let due = check.bill.due;
        let shares = payers(&check, &Split::Evenly(3));
        assert_eq!(shares.iter().map(|p| p.owes).sum::<Money>(), due);
        table.pay(shares[0].owes, shares[0].part.clone());
        let check = table.view();
        assert_eq!(begun(&check), Split::Evenly(3));
        let rest = payers(&check, &Split::Evenly(3));
        assert_eq!(rest[0].owes, Money::ZERO);
        assert_eq!(rest[0].paid, shares[0].owes);
        assert_eq!(rest.iter().map(|p| p.owes).sum::<Money>(), check.bill.due);
        assert_eq!(rest.len(), 3);
    }

    #[test]
    fn seats_pay_for_what_they_had_and_the_table_for_the_rest() {
        let mut table = Table::opened();
        table.order_for(Table::DRINK, 1, 1);
        table.order_for(Table::STARTER, 1, 2);
        table.order(Table::DRINK, 1);
        let check = table.view();
        let seats = payers(&check, &Split::Seats);
        assert_eq!(seats.iter().map(|p| p.who).collect::<Vec<_>>(), [Who::Seat(0), Who::Seat(1), Who::Seat(2)]);
        assert_eq!(euros(&seats).iter().sum::<i64>(), check.bill.due.0);
        assert_eq!(seats[0].owes, seats[1].owes);
        table.pay(seats[1].owes, seats[1].part.clone());
        let after = payers(&table.view(), &Split::Seats);
        assert_eq!(after[1].owes, Money::ZERO);
        assert_eq!(euros(&after).iter().sum::<i64>(), table.view().bill.due.0);
    }

    #[test]
    fn items_paid_for_are_not_offered_again() {
        let mut table = Table::opened();
        table.order_for(Table::DRINK, 2, 1);
        table.order_for(Table::STARTER, 1, 2);
        let check = table.view();
        let first = check.lines[0].id;
        let chosen = payers(&check, &Split::Items(BTreeSet::from([first])));
        table.pay(chosen[0].owes, chosen[0].part.clone());
        let check = table.view();
        assert_eq!(unpaid_lines(&check).len(), 1);
        assert!(unpaid_lines(&check).iter().all(|(l, _)| l.id != first));
    }

    #[test]
    fn guests_hand_over_the_next_notes() {
        let notes = [500, 1000, 2000, 5000].map(Money);
        for (due, offered) in [
            (3703, vec![4000, 5000]),
            (2000, vec![5000]),
            (420, vec![500, 1000, 2000]),
            (5001, vec![5500, 6000, 10000]),
        ] {
            let amounts: Vec<i64> = quick_cash(Money(due), &notes, 3).into_iter().map(|m| m.0).collect();
            assert_eq!(amounts, offered, "for {due}");
        }
    }
}
