//! The drawer and the closing of the day.

use super::{Desk, reason};
use crate::{
    clock::BusinessDay,
    command::Command,
    event::{Event, Movement},
    ids::{Dot, ReceiptNumber},
    money::Money,
    rejection::Rejection,
    restaurant::{Day, Restaurant},
    shift::{DrawerCount, ZReport},
    staff::Permission,
};

impl Desk<'_> {
    pub(super) fn day(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        let letter = self.context.letter;
        match command {
            Command::MoveCash { movement, amount, reason: why } => {
                self.approved(Permission::RunDrawer)?;
                let sensible = match movement {
                    Movement::NoSale => *amount == Money::ZERO,
                    Movement::Float => amount.is_plausible(),
                    Movement::PaidIn | Movement::PaidOut => amount.is_plausible() && amount.0 > 0,
                };
                if !sensible {
                    return Err(Rejection::BadAmount);
                }
                let reason = if *movement == Movement::Float { String::new() } else { reason(why)? };
                Ok(vec![Event::DrawerMoved { letter, movement: *movement, amount: *amount, reason }])
            }
            Command::CountDrawer { counted } => {
                self.must(Permission::RunDrawer)?;
                if !counted.is_plausible() {
                    return Err(Rejection::BadAmount);
                }
                // The count belongs to the day that is closed next, or a day nobody counted in time could never be closed.
                let today = self.context.day;
                let day = self.restaurant.day_to_close(today).map(|(day, _)| day).filter(|day| *day != today);
                Ok(vec![Event::DrawerCounted { letter, counted: *counted, day }])
            }
            Command::PrintX => self.must(Permission::CloseDay).map(|_| Vec::new()),
            Command::CloseDay => self.close(),
            _ => Ok(Vec::new()),
        }
    }

    fn close(&self) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::CloseDay)?;
        let today = self.context.day;
        let blank = Day::default();
        let (day, figures) = match self.restaurant.day_to_close(today) {
            Some(open) => open,
            // What came late need not wait until something else is sold.
            None if self.restaurant.reconciliation().is_some() => (today, &blank),
            None => return Err(Rejection::NothingToClose),
        };
        let own = drawer_counts(figures).into_iter().find(|d| d.letter == self.context.letter);
        if own.is_some_and(|d| d.drawer.counted.is_none()) {
            return Err(Rejection::DrawerNotCounted { letter: self.context.letter });
        }
        let mut z = self.restaurant.x_report(day, self.context.letter, self.context.now);
        let last = self.restaurant.last_z.get(&self.context.letter);
        z.n = self.restaurant.counters.get(&self.context.letter).map_or(0, |c| c.z) + 1;
        z.seen = self.restaurant.heads.iter().map(|(origin, seq)| Dot { origin: *origin, seq: *seq }).collect();
        z.missing = self.context.missing.clone();
        z.by = self.context.actor.clone();
        z.previous = last.map(|l| l.hash.clone()).unwrap_or_default();
        Ok(vec![Event::DayClosed { z: Box::new(z.sealed()) }])
    }
}

/// Drawers that held cash or were touched; with what should lie in them.
fn drawer_counts(day: &Day) -> Vec<DrawerCount> {
    let drawers = day.drawers();
    let mut letters: Vec<char> = drawers.keys().chain(day.book.drawer_cash.keys()).copied().collect();
    letters.sort_unstable();
    letters.dedup();
    letters
        .into_iter()
        .map(|letter| {
            let drawer = drawers.get(&letter).cloned().unwrap_or_default();
            let cash = day.book.drawer_cash.get(&letter).copied().unwrap_or_default();
            let expected = drawer.expected(cash);
            DrawerCount { letter, expected, difference: drawer.counted.map(|c| c - expected), drawer }
        })
        .collect()
}

impl Restaurant {
    /// The earliest day up to `today` that had any business and no Z yet.
    pub fn day_to_close(&self, today: BusinessDay) -> Option<(BusinessDay, &Day)> {
        let blank = Day::default();
        self.days.iter().find(|(day, d)| **day <= today && !d.closed && **d != blank).map(|(day, d)| (*day, d))
    }

    /// The figures of a day as they stand: an X report. Closing turns it into a Z.
    pub fn x_report(&self, day: BusinessDay, letter: char, now: crate::clock::Moment) -> ZReport {
        let blank = Day::default();
        let figures = self.days.get(&day).unwrap_or(&blank);
        let number = |letter: char, n: u64| ReceiptNumber { letter, n };
        let receipts = figures.receipts.iter().map(|(l, (a, b))| (number(*l, *a), number(*l, *b))).collect();
        ZReport {
            n: 0,
            letter,
            day,
            at: now.at,
            offset: now.offset,
            by: None,
            book: figures.book.clone(),
            drawers: drawer_counts(figures),
            receipts,
            carried_over: self.open_checks().count() as u32,
            grand_total: self.grand_total,
            seen: Vec::new(),
            missing: Vec::new(),
            annulled: figures.annulled.iter().copied().collect(),
            replaced: figures.replaced.iter().copied().collect(),
            late: self.reconciliation(),
            previous: String::new(),
            hash: String::new(),
        }
    }
}
