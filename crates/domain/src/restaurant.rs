//! The whole store as one value: what is published, every open check, stock, the days. A fold over entries in which
//! order does not matter within what one check, one item or one document is concerned.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    check::{Cause, Check, Register},
    clock::{BusinessDay, Date, Moment},
    event::{Entry, Event, Movement},
    floor::Floor,
    ids::*,
    menu::Menu,
    money::Money,
    settings::Settings,
    shift::{Book, Drawer, ZReport},
    staff::Member,
    terminals::Terminals,
    tickets::Duties,
};

/// Raised whenever a fold changes its meaning, so that a stored snapshot of the old meaning is rebuilt from the log.
pub const FOLD_VERSION: u32 = 1;
/// Closed checks kept in memory for recall and refund.
const CLOSED_KEPT: usize = 32;
/// Days whose books stay in memory after their Z.
const CLOSED_DAYS_KEPT: usize = 3;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Restaurant {
    pub settings: Register<Box<Settings>>,
    pub menu: Register<Box<Menu>>,
    pub floor: Register<Floor>,
    pub staff: BTreeMap<StaffId, Register<Member>>,
    pub clocked_in: BTreeMap<StaffId, Register<bool>>,
    pub stock: BTreeMap<ItemId, Stock>,
    /// Open checks, and closed ones whose tickets are not done or that were called back.
    pub checks: BTreeMap<CheckId, Check>,
    pub days: BTreeMap<BusinessDay, Day>,
    /// Highest numbers given, by terminal.
    pub counters: BTreeMap<char, Counters>,
    /// The last Z of each terminal.
    pub last_z: BTreeMap<char, Box<ZReport>>,
    pub last_closed: Option<BusinessDay>,
    /// Moves whenever settings, menu, floor or staff change.
    pub version: u64,
    /// Sales less refunds since the beginning; never resets.
    pub grand_total: Money,
    #[serde(default)]
    pub terminals: Terminals,
    /// Who makes the kitchen's tickets.
    #[serde(default)]
    pub duties: Duties,
}

/// How many of an item are left: what was said, less what was sold since.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stock {
    pub said: Register<(Option<u32>, i64)>,
    /// Units ever put on checks less taken off; only counted for items somebody counts.
    pub sold: i64,
}

/// Numbers a terminal has given out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    pub guest_date: Date,
    pub guest: u32,
    pub receipt: u64,
    pub z: u64,
}

/// One business day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Day {
    pub book: Book,
    pub drawers: BTreeMap<char, Drawer>,
    pub receipts: BTreeMap<char, (u64, u64)>,
    pub closed: bool,
}

/// What an entry changed, for whoever must tell screens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    pub checks: BTreeSet<CheckId>,
    pub stock: BTreeSet<ItemId>,
    pub config: bool,
    /// A terminal was let in, named or shut out.
    pub terminals: bool,
    pub day_closed: Option<BusinessDay>,
}

impl Stock {
    /// Units left; `None` is "plenty".
    pub fn left(&self) -> Option<u32> {
        let (left, sold_then) = *self.said.get()?;
        let since = (self.sold - sold_then).max(0);
        left.map(|l| u32::try_from(i64::from(l) - since).unwrap_or(0))
    }
}

impl Restaurant {
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.get().map(Box::as_ref)
    }

    pub fn menu(&self) -> Option<&Menu> {
        self.menu.get().map(Box::as_ref)
    }

    pub fn floor(&self) -> Option<&Floor> {
        self.floor.get()
    }

    pub fn member(&self, id: &StaffId) -> Option<&Member> {
        self.staff.get(id).and_then(Register::get)
    }

    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.staff.values().filter_map(Register::get)
    }

    pub fn is_clocked_in(&self, id: &StaffId) -> bool {
        self.clocked_in.get(id).and_then(Register::get).copied().unwrap_or(false)
    }

    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.checks.get(&id)
    }

    pub fn open_checks(&self) -> impl Iterator<Item = &Check> {
        self.checks.values().filter(|c| !c.is_closed() && c.opened.is_some())
    }

    pub fn left(&self, item: &ItemId) -> Option<u32> {
        self.stock.get(item).and_then(Stock::left)
    }

    /// The business day an act at `now` belongs to: its date by the cut-over hour, in a further part if that date (or a
    /// later one, when a clock ran ahead) is closed already.
    pub fn business_day(&self, now: Moment) -> BusinessDay {
        let date = now.business_date(self.settings().map_or(0, |s| s.cut_over));
        match self.last_closed {
            Some(last) if last.date >= date => BusinessDay { date: last.date, part: last.part.saturating_add(1) },
            _ => BusinessDay { date, part: 1 },
        }
    }

    /// Puts a closed check, re-folded from its entries, back into memory so that it can be decided on. The next
    /// [`Restaurant::evict_done`] lets it go again when it is the oldest.
    pub fn recall_check(&mut self, check: Check) {
        self.checks.entry(check.id).or_insert(check);
    }

    /// Closed checks leave memory once the kitchen is done with them, but the last few stay for recall and refund. All
    /// closed checks of a closed day go.
    pub fn evict_done(&mut self) -> Vec<CheckId> {
        let last_closed = self.last_closed;
        let mut closed: Vec<(i64, CheckId, bool)> = (self.checks.values())
            .filter_map(|c| c.closed_at().map(|(_, _, day)| (c.touched, c.id, last_closed.is_some_and(|l| day <= l))))
            .collect();
        closed.sort_unstable();
        let spare = closed.len().saturating_sub(CLOSED_KEPT);
        let gone: Vec<CheckId> = (closed.iter().enumerate())
            .filter(|(i, (_, id, over))| *over || (*i < spare && self.checks[id].kitchen_is_done()))
            .map(|(_, (_, id, _))| *id)
            .collect();
        gone.iter().for_each(|id| drop(self.checks.remove(id)));
        self.duties.forget(&gone);
        gone
    }

    /// BLAKE3 over the canonical JSON of the state.
    pub fn state_hash(&self) -> String {
        // State is plain data; writing it as JSON cannot fail.
        blake3::hash(&serde_json::to_vec(self).unwrap_or_default()).to_hex().to_string()
    }

    /// Folds one entry. Idempotent for checks, documents and numbers; a terminal never folds an entry twice all the
    /// same, because its log holds each position once.
    pub fn apply(&mut self, entry: &Entry) -> Touched {
        let mut touched = Touched::default();
        for (check, events) in by_check(entry) {
            match check {
                Some(id) => self.apply_to_check(entry, id, &events, &mut touched),
                None => events.iter().for_each(|event| self.apply_to_store(entry, event, &mut touched)),
            }
        }
        self.duties.apply(entry);
        touched
    }

    /// As [`Restaurant::apply`] without the books: a screen shows checks and what is published, but no day's figures.
    pub fn apply_on_screen(&mut self, entry: &Entry) {
        let mut touched = Touched::default();
        for (check, events) in by_check(entry) {
            match check {
                Some(id) => {
                    let mut check = self.checks.remove(&id).unwrap_or_else(|| Check::new(id));
                    self.fold(&mut check, entry, &events, &mut touched);
                    self.checks.insert(id, check);
                }
                None => events.iter().for_each(|event| self.publish(entry, event, &mut touched)),
            }
        }
    }

    fn apply_to_check(&mut self, entry: &Entry, id: CheckId, events: &[&Event], touched: &mut Touched) {
        let mut check = self.checks.remove(&id).unwrap_or_else(|| Check::new(id));
        let counts = check.is_closed() || events.iter().any(|e| moves_money(e));
        let before = if counts { check.contributions() } else { BTreeMap::new() };
        self.fold(&mut check, entry, events, touched);
        events.iter().for_each(|event| self.note_receipt(entry.day, event));
        if counts {
            self.settle_contribution(&before, &check.contributions());
        }
        touched.checks.insert(id);
        self.checks.insert(id, check);
    }

    /// Folds events into their check, and into the numbers and the stock that follow from it.
    fn fold(&mut self, check: &mut Check, entry: &Entry, events: &[&Event], touched: &mut Touched) {
        let held_before = units(check, &self.stock);
        for event in events {
            check.apply(entry, event);
            self.take_numbers(entry, event);
        }
        for (item, after) in units(check, &self.stock) {
            let change = after - held_before.get(&item).copied().unwrap_or(0);
            if change != 0 {
                self.stock.entry(item.clone()).or_default().sold += change;
                touched.stock.insert(item);
            }
        }
    }

    fn settle_contribution(&mut self, before: &BTreeMap<BusinessDay, Book>, after: &BTreeMap<BusinessDay, Book>) {
        for (sign, books) in [(-1, before), (1, after)] {
            for (day, book) in books {
                self.days.entry(*day).or_default().book.add(book, sign);
                let refunds: Money = book.refunds.values().map(|t| t.amount).sum();
                self.grand_total += Money((book.sales.amount - refunds).0 * sign);
            }
        }
    }

    fn take_numbers(&mut self, entry: &Entry, event: &Event) {
        match event {
            Event::CheckOpened(opened) => {
                let counters = self.counters.entry(opened.number.letter).or_default();
                if entry.day.date > counters.guest_date {
                    (counters.guest_date, counters.guest) = (entry.day.date, 0);
                }
                if entry.day.date == counters.guest_date {
                    counters.guest = counters.guest.max(opened.number.n);
                }
            }
            _ => {
                if let Some(receipt) = receipt_of(event) {
                    let counters = self.counters.entry(receipt.letter).or_default();
                    counters.receipt = counters.receipt.max(receipt.n);
                }
            }
        }
    }

    /// The day's books name its first and last receipt.
    fn note_receipt(&mut self, day: BusinessDay, event: &Event) {
        let Some(receipt) = receipt_of(event) else { return };
        let range = self.days.entry(day).or_default().receipts.entry(receipt.letter).or_insert((receipt.n, receipt.n));
        *range = (range.0.min(receipt.n), range.1.max(receipt.n));
    }

    fn apply_to_store(&mut self, entry: &Entry, event: &Event, touched: &mut Touched) {
        match event {
            Event::DrawerMoved { letter, movement, amount, .. } => {
                self.move_drawer(entry.day, *letter, *movement, *amount);
            }
            Event::DrawerCounted { letter, counted, day } => {
                self.days.entry(day.unwrap_or(entry.day)).or_default().drawers.entry(*letter).or_default().counted =
                    Some(*counted);
            }
            Event::DayClosed { z } => self.close_day(z, touched),
            Event::TerminalJoined { .. } | Event::TerminalSet { .. } | Event::TerminalRevoked { .. } => {
                self.terminals.apply(entry, event);
                touched.terminals = true;
            }
            _ => self.publish(entry, event, touched),
        }
        self.version += u64::from(touched.config);
    }

    /// What the manager published, who is there, what is left.
    fn publish(&mut self, entry: &Entry, event: &Event, touched: &mut Touched) {
        let cause = Cause { dot: entry.dot, seen: entry.seen.clone() };
        match event {
            Event::StoreSetUp { settings, letter } => {
                self.settings.set(&cause, settings.clone());
                self.counters.entry(*letter).or_default();
                touched.config = true;
            }
            Event::SettingsChanged { settings } => {
                self.settings.set(&cause, settings.clone());
                touched.config = true;
            }
            Event::MenuPublished { menu } => {
                self.menu.set(&cause, menu.clone());
                touched.config = true;
            }
            Event::FloorPublished { floor } => {
                self.floor.set(&cause, floor.clone());
                touched.config = true;
            }
            Event::MemberSet { member } => {
                self.staff.entry(member.id.clone()).or_default().set(&cause, member.clone());
                touched.config = true;
            }
            Event::ClockedIn { staff } => self.clocked_in.entry(staff.clone()).or_default().set(&cause, true),
            Event::ClockedOut { staff } => self.clocked_in.entry(staff.clone()).or_default().set(&cause, false),
            Event::StockSet { item, left, sold } => {
                self.stock.entry(item.clone()).or_default().said.set(&cause, (*left, *sold));
                touched.stock.insert(item.clone());
            }
            _ => {}
        }
    }

    fn move_drawer(&mut self, day: BusinessDay, letter: char, movement: Movement, amount: Money) {
        let drawer = self.days.entry(day).or_default().drawers.entry(letter).or_default();
        match movement {
            Movement::Float => drawer.float += amount,
            Movement::PaidIn => drawer.paid_in += amount,
            Movement::PaidOut => drawer.paid_out += amount,
            Movement::NoSale => drawer.no_sales += 1,
        }
    }

    fn close_day(&mut self, z: &ZReport, touched: &mut Touched) {
        self.days.entry(z.day).or_default().closed = true;
        let counters = self.counters.entry(z.letter).or_default();
        counters.z = counters.z.max(z.n);
        if self.last_z.get(&z.letter).is_none_or(|last| last.n < z.n) {
            self.last_z.insert(z.letter, Box::new(z.clone()));
        }
        self.last_closed = self.last_closed.max(Some(z.day));
        touched.day_closed = Some(z.day);
        let closed: Vec<BusinessDay> = self.days.iter().filter(|(_, d)| d.closed).map(|(day, _)| *day).collect();
        for day in closed.iter().rev().skip(CLOSED_DAYS_KEPT) {
            self.days.remove(day);
        }
    }
}

/// An entry's events in runs: those of one check together, so that its contribution is worked out once.
fn by_check(entry: &Entry) -> Vec<(Option<CheckId>, Vec<&Event>)> {
    let mut runs: Vec<(Option<CheckId>, Vec<&Event>)> = Vec::with_capacity(1);
    for event in &entry.events {
        // A slip's end is about paper, not about the check's facts.
        let check = if matches!(event, Event::SlipEnded { .. }) { None } else { event.check() };
        match runs.last_mut() {
            Some((id, events)) if *id == check => events.push(event),
            _ => runs.push((check, vec![event])),
        }
    }
    runs
}

fn receipt_of(event: &Event) -> Option<ReceiptNumber> {
    match event {
        Event::CheckSettled { receipt, .. } => Some(*receipt),
        Event::PaymentRefunded { refund, .. } => refund.receipt,
        _ => None,
    }
}

fn moves_money(event: &Event) -> bool {
    matches!(
        event,
        Event::PaymentTaken { .. }
            | Event::CheckSettled { .. }
            | Event::PaymentRefunded { .. }
            | Event::LineVoided { .. }
    )
}

/// Units a check holds of the items somebody counts.
fn units(check: &Check, counted: &BTreeMap<ItemId, Stock>) -> BTreeMap<ItemId, i64> {
    let mut units = BTreeMap::new();
    if counted.is_empty() {
        return units;
    }
    for line in check.lines.values() {
        if let Some(added) = line.what().filter(|a| counted.contains_key(&a.item)) {
            *units.entry(added.item.clone()).or_default() += i64::from(line.live_qty());
        }
    }
    units
}
