//! Late arrivals: entries of a day that has its Z, which that Z did not cover because a terminal was out of reach. A Z is
//! never written anew; what came after it is named event by event, and once more on the next Z.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    check::covers,
    clock::{BusinessDay, Millis},
    event::{Entry, Event, Movement, TaxSum, TenderKind},
    ids::*,
    money::Money,
    restaurant::Restaurant,
    shift::Book,
};

/// What an entry did to the books, as far as it can be told from the entry alone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Posting {
    pub day: BusinessDay,
    pub at: Millis,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckId>,
    pub what: Vec<Posted>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Posted {
    Paid { letter: char, tender: TenderKind, amount: Money, tip: Money },
    Settled { receipt: ReceiptNumber, total: Money, taxes: Vec<TaxSum> },
    Refunded { letter: char, receipt: Option<ReceiptNumber>, amount: Money, taxes: Vec<TaxSum> },
    Voided { qty: u32, reason: String },
    Moved { letter: char, movement: Movement, amount: Money },
    Counted { letter: char, counted: Money },
}

/// One late arrival, named.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateEntry {
    pub dot: Dot,
    #[serde(flatten)]
    pub posting: Posting,
    /// `None` when the check is not in memory any more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<GuestNumber>,
}

/// Sums of late arrivals, as their entries state them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LateSums {
    /// Settled checks.
    pub sales: Money,
    /// Tips included.
    pub tenders: BTreeMap<TenderKind, Money>,
    pub taxes: Vec<TaxSum>,
    pub refunds: Money,
}

/// The part of a Z that names what came too late for the ones before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reconciliation {
    pub entries: Vec<LateEntry>,
    pub sums: LateSums,
}

/// A terminal nobody had heard from since before the day was closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Missing {
    pub letter: char,
    pub name: String,
    /// When it was last heard.
    pub heard: Millis,
}

/// A closed day whose books changed after its Z.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LateDay {
    pub day: BusinessDay,
    /// Terminal and number of its Z; two when it was closed twice.
    pub zs: Vec<(char, u64)>,
    pub entries: Vec<LateEntry>,
    pub sums: LateSums,
    /// What the books of the day say now beyond what its first Z states; `None` once the day has left memory.
    pub difference: Option<Box<Book>>,
}

impl Posting {
    /// What an entry does to the books of a day; most entries do nothing.
    pub(crate) fn of(entry: &Entry) -> Option<Posting> {
        let what: Vec<Posted> = entry.events.iter().filter_map(Posted::of).collect();
        let counted_for = entry.events.iter().find_map(|event| match event {
            Event::DrawerCounted { day, .. } => *day,
            _ => None,
        });
        let (at, by) = (entry.at, entry.by.clone());
        let check = entry.events.iter().find_map(Event::check);
        (!what.is_empty()).then(|| Posting { day: counted_for.unwrap_or(entry.day), at, by, check, what })
    }
}

impl Posted {
    fn of(event: &Event) -> Option<Posted> {
        Some(match event {
            Event::PaymentTaken { payment: p, .. } => {
                Posted::Paid { letter: p.letter, tender: p.tender.kind(), amount: p.amount, tip: p.tip }
            }
            Event::CheckSettled { receipt, total, taxes, .. } => {
                Posted::Settled { receipt: *receipt, total: *total, taxes: taxes.clone() }
            }
            Event::PaymentRefunded { refund: r, .. } => {
                Posted::Refunded { letter: r.letter, receipt: r.receipt, amount: r.amount, taxes: r.taxes.clone() }
            }
            Event::LineVoided { void, .. } => Posted::Voided { qty: void.qty, reason: void.reason.clone() },
            Event::DrawerMoved { letter, movement, amount, .. } => {
                Posted::Moved { letter: *letter, movement: *movement, amount: *amount }
            }
            Event::DrawerCounted { letter, counted, .. } => Posted::Counted { letter: *letter, counted: *counted },
            _ => return None,
        })
    }
}

impl LateSums {
    fn of(entries: &[LateEntry]) -> LateSums {
        let mut sums = LateSums::default();
        for posted in entries.iter().flat_map(|e| &e.posting.what) {
            match posted {
                Posted::Paid { tender, amount, tip, .. } => {
                    *sums.tenders.entry(*tender).or_default() += *amount + *tip;
                }
                Posted::Settled { total, taxes, .. } => {
                    sums.sales += *total;
                    add_taxes(&mut sums.taxes, taxes);
                }
                Posted::Refunded { amount, .. } => sums.refunds += *amount,
                Posted::Voided { .. } | Posted::Moved { .. } | Posted::Counted { .. } => {}
            }
        }
        sums
    }
}

fn add_taxes(to: &mut Vec<TaxSum>, taxes: &[TaxSum]) {
    for tax in taxes {
        match to.iter_mut().find(|t| t.tax == tax.tax) {
            Some(sum) => {
                sum.net += tax.net;
                sum.amount += tax.amount;
                sum.gross += tax.gross;
            }
            None => to.push(tax.clone()),
        }
    }
    to.sort_by(|a, b| a.tax.cmp(&b.tax));
}

impl Restaurant {
    /// Notes what an entry did to the books, until a Z covers it.
    pub(crate) fn post(&mut self, entry: &Entry) {
        if let Some(posting) = Posting::of(entry)
            && self.awaits_a_z(entry.dot, posting.day)
        {
            self.postings.insert(entry.dot, posting);
        }
    }

    /// Lets go of what a Z has covered meanwhile.
    pub(crate) fn forget_covered(&mut self) {
        let all = std::mem::take(&mut self.postings);
        self.postings = all.into_iter().filter(|(dot, posting)| self.awaits_a_z(*dot, posting.day)).collect();
    }

    /// Whether an entry is still to be accounted for: its day is open; or the Z of its day did not cover it, which the
    /// page of late arrivals shows while the day is in memory; or no Z at all has. This only ever turns from yes to no,
    /// so it does not matter in which order entries and Zs arrive. At most the days without a Z are held, and what came
    /// late until the next Z.
    fn awaits_a_z(&self, dot: Dot, day: BusinessDay) -> bool {
        if !self.closed_days.contains(&day) {
            return true;
        }
        match self.days.get(&day).filter(|_| self.keeps(day)) {
            Some(figures) => !figures.closings.values().any(|z| covers(&z.seen, dot)),
            None => !self.is_on_a_z(dot),
        }
    }

    /// Whether any Z covers an entry: as part of its day, or as a late arrival.
    fn is_on_a_z(&self, dot: Dot) -> bool {
        self.z_seen.get(&dot.origin).is_some_and(|seq| *seq >= dot.seq)
    }

    fn late_entry(&self, dot: Dot, posting: &Posting) -> LateEntry {
        let opened = posting.check.and_then(|id| self.check(id)).and_then(|check| check.opened.as_ref());
        LateEntry { dot, posting: posting.clone(), number: opened.map(|o| o.what.number) }
    }

    /// The page of late arrivals: every closed day with entries its Z does not cover.
    pub fn late_arrivals(&self) -> Vec<LateDay> {
        let mut days: BTreeMap<BusinessDay, Vec<LateEntry>> = BTreeMap::new();
        for (dot, posting) in self.postings.iter().filter(|(_, p)| self.closed_days.contains(&p.day)) {
            days.entry(posting.day).or_default().push(self.late_entry(*dot, posting));
        }
        days.into_iter()
            .map(|(day, mut entries)| {
                entries.sort_by_key(|e| (e.posting.at, e.dot));
                let figures = self.days.get(&day);
                let zs = figures.into_iter().flat_map(|f| f.closings.values()).map(|z| (z.letter, z.n)).collect();
                let difference = figures.and_then(|f| {
                    let mut now = f.book.clone();
                    now.add(&f.closings.values().next()?.book, -1);
                    Some(Box::new(now))
                });
                LateDay { day, zs, sums: LateSums::of(&entries), entries, difference }
            })
            .collect()
    }

    /// What came too late for the Zs before, for the next one; `None` when nothing did.
    pub(crate) fn reconciliation(&self) -> Option<Box<Reconciliation>> {
        let late = self.postings.iter().filter(|(dot, p)| self.closed_days.contains(&p.day) && !self.is_on_a_z(**dot));
        let mut entries: Vec<LateEntry> = late.map(|(dot, posting)| self.late_entry(*dot, posting)).collect();
        entries.sort_by_key(|e| (e.posting.at, e.dot));
        let sums = LateSums::of(&entries);
        (!entries.is_empty()).then(|| Box::new(Reconciliation { entries, sums }))
    }
}
