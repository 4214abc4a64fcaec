//! The whole store as one value: what is published, every open check, stock, the days. A fold over entries in which
//! order does not matter: the same entries make the same store, however the logs of several terminals interleave, and
//! [`Restaurant::digest`] says so in one number.

mod causes;
mod fold;
mod guests;
mod merging;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use self::guests::GuestNumbers;
use crate::{
    alarms::Alarms,
    check::{Check, Register},
    clock::{BusinessDay, Millis, Moment},
    conflict::How,
    devices::Devices,
    event::Movement,
    floor::Floor,
    ids::*,
    late::Posting,
    menu::Menu,
    money::Money,
    settings::Settings,
    shift::{Book, Drawer, ZReport},
    sign_ins::EndedSignIns,
    staff::Member,
    takeovers::Takeovers,
    terminals::Terminals,
    tickets::Duties,
};

/// Raised whenever a fold changes its meaning, so that a stored snapshot of the old meaning is rebuilt from the log.
pub const FOLD_VERSION: u32 = 7;
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
    /// Open checks, and closed ones whose tickets are not done or that were called back; each with its own facts alone.
    pub checks: BTreeMap<CheckId, Check>,
    /// The bills of checks that others were merged into, with everything on them; worked out from `checks`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    wholes: BTreeMap<CheckId, Box<Check>>,
    pub days: BTreeMap<BusinessDay, Day>,
    /// Highest numbers given, by terminal.
    pub counters: BTreeMap<char, Counters>,
    /// The last Z of each terminal.
    pub last_z: BTreeMap<char, Box<ZReport>>,
    pub last_closed: Option<BusinessDay>,
    /// Every day that has a Z, for ever, because an entry that arrives years late must not open its day again. One small
    /// row for each day the store was open.
    #[serde(default)]
    pub closed_days: BTreeSet<BusinessDay>,
    /// Settled conflicts that belong to no check: a day closed twice. A few a year.
    #[serde(default)]
    pub laid_aside: BTreeMap<ConflictId, How>,
    /// What entries did to the books, until a Z covers them; see [`crate::late`].
    #[serde(default)]
    pub postings: BTreeMap<Dot, Posting>,
    /// What the Zs so far cover of each log.
    #[serde(default)]
    pub z_seen: BTreeMap<Origin, u64>,
    /// The last entry folded of each log.
    #[serde(default)]
    pub heads: BTreeMap<Origin, u64>,
    /// Moves whenever settings, menu, floor or staff change; this terminal's own count.
    pub version: u64,
    /// Sales less refunds since the beginning; never resets.
    pub grand_total: Money,
    #[serde(default)]
    pub terminals: Terminals,
    #[serde(default)]
    pub ended_sign_ins: EndedSignIns,
    /// Browsers that were let in.
    #[serde(default)]
    pub devices: Devices,
    /// Whether browsers on other machines must be protected.
    #[serde(default)]
    pub(crate) protection: Register<bool>,
    /// Who makes the kitchen's tickets.
    #[serde(default)]
    pub duties: Duties,
    #[serde(default)]
    pub alarms: Alarms,
    #[serde(default)]
    pub takeovers: Takeovers,
}

/// How many of an item are left: what was said, less what was sold since.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Stock {
    pub said: Register<Said>,
    /// Units ever put on checks less taken off.
    pub sold: i64,
}

/// What somebody said of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    /// `None` is "plenty".
    pub left: Option<u32>,
    /// Units its author had seen sold; `None` in entries from before all units were counted.
    pub sold: Option<i64>,
}

/// Numbers a terminal has given out.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Counters {
    pub guests: GuestNumbers,
    pub receipt: u64,
    pub z: u64,
}

/// One business day.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Day {
    pub book: Book,
    /// What was done to drawers beside sales, by the command that asked, so that a command done in two logs counts once.
    pub moves: BTreeMap<CommandId, Moved>,
    pub counted: BTreeMap<char, Register<Money>>,
    pub receipts: BTreeMap<char, (u64, u64)>,
    /// Receipts that count for nothing; see [`crate::check::Annulled`].
    #[serde(default)]
    pub annulled: BTreeSet<ReceiptNumber>,
    /// Receipts that have another number on paper, with that one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub replaced: BTreeSet<(ReceiptNumber, ReceiptNumber)>,
    pub closed: bool,
    /// Its Zs by where they stand; more than one only when two terminals closed it without knowing of each other.
    #[serde(default)]
    pub closings: BTreeMap<Dot, Closing>,
}

/// A Z as far as it is needed to tell what came after it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    pub letter: char,
    pub n: u64,
    pub at: Millis,
    /// What it covers of each log.
    pub seen: Vec<Dot>,
    pub book: Box<Book>,
}

/// One opening of a drawer that was not a sale.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    pub dot: Dot,
    pub letter: char,
    pub movement: Movement,
    pub amount: Money,
}

impl Day {
    /// Every drawer that was touched or counted, as it stands.
    pub fn drawers(&self) -> BTreeMap<char, Drawer> {
        let mut drawers: BTreeMap<char, Drawer> = BTreeMap::new();
        for moved in self.moves.values() {
            let drawer = drawers.entry(moved.letter).or_default();
            match moved.movement {
                Movement::Float => drawer.float += moved.amount,
                Movement::PaidIn => drawer.paid_in += moved.amount,
                Movement::PaidOut => drawer.paid_out += moved.amount,
                Movement::NoSale => drawer.no_sales += 1,
            }
        }
        for (letter, counted) in &self.counted {
            drawers.entry(*letter).or_default().counted = counted.get().copied();
        }
        drawers
    }
}

/// What an entry changed, for whoever must tell screens.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Touched {
    pub checks: BTreeSet<CheckId>,
    pub stock: BTreeSet<ItemId>,
    pub config: bool,
    /// A terminal was let in, named or shut out.
    pub terminals: bool,
    /// An alarm was raised or looked at.
    pub alarms: bool,
    /// Who may come in changed in another way: a sign-in ended, a device was let in or shut out.
    pub door: bool,
    pub day_closed: Option<BusinessDay>,
}

impl Stock {
    /// Units left; `None` is "plenty". Of what several people said without knowing of each other the smallest holds: an
    /// item that is out somewhere must not be sold because another terminal still had three.
    pub fn left(&self) -> Option<u32> {
        self.said.concurrent().filter_map(|said| self.left_of(said)).min()
    }

    fn left_of(&self, said: &Said) -> Option<u32> {
        let left = said.left?;
        // An old entry counted sales another way; only its "none left" still means something.
        let Some(sold_then) = said.sold else { return (left == 0).then_some(0) };
        let since = (self.sold - sold_then).max(0);
        Some(u32::try_from(i64::from(left) - since).unwrap_or(0))
    }
}

impl Restaurant {
    pub fn settings(&self) -> Option<&Settings> {
        self.settings.get().map(Box::as_ref)
    }

    /// Whether browsers on other machines must be protected. Where two terminals that did not see each other said
    /// different things, they must.
    pub fn only_protected(&self) -> bool {
        self.protection.writes().any(|(_, on)| *on)
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

    /// A check with what was merged into it. One that was merged itself is closed; see [`Restaurant::whole`].
    pub fn check(&self, id: CheckId) -> Option<&Check> {
        self.wholes.get(&id).map(Box::as_ref).or_else(|| self.checks.get(&id))
    }

    pub fn open_checks(&self) -> impl Iterator<Item = &Check> {
        self.wholes().filter(|c| !c.is_closed() && c.opened.is_some())
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

    /// Whether a day's figures are (still) kept in memory. They go once as many later days have their Z; this holds for
    /// ever from then on, so what arrives later still is left out just as what was there was let go.
    pub fn keeps(&self, day: BusinessDay) -> bool {
        let oldest = self.closed_days.iter().rev().nth(CLOSED_DAYS_KEPT - 1);
        !self.closed_days.contains(&day) || oldest.is_none_or(|oldest| day >= *oldest)
    }

    /// Puts a closed check, re-folded from its entries, back into memory so that it can be decided on. The next
    /// [`Restaurant::evict_done`] lets it go again when it is the oldest.
    pub fn recall_check(&mut self, check: Check) {
        let id = check.id;
        self.checks.entry(id).or_insert(check);
        self.arrange(&self.circle(id), id);
    }

    /// Checks an entry or a command about these ones has to do with that are not in memory: they must be recalled first,
    /// and then asked for again, because each may name further ones.
    pub fn missing_of(&self, checks: impl IntoIterator<Item = CheckId>) -> Vec<CheckId> {
        let further = |id: &CheckId| self.checks.get(id).is_none_or(Check::has_neighbours);
        // Mostly it is one check, here and never merged.
        let mut checks = checks.into_iter().filter(further).peekable();
        if checks.peek().is_none() {
            return Vec::new();
        }
        self.circle_of(checks).into_iter().filter(|id| !self.checks.contains_key(id)).collect()
    }

    /// Closed checks leave memory once the kitchen is done with them, but the last few stay for recall and refund. All
    /// closed checks of a closed day go. Those that have to do with each other through a merging go together.
    pub fn evict_done(&mut self) -> Vec<Check> {
        let last_closed = self.last_closed;
        let mut closed: Vec<(i64, CheckId, bool)> = (self.wholes())
            .filter_map(|c| c.closed_at().map(|(_, _, day)| (c.touched, c.id, last_closed.is_some_and(|l| day <= l))))
            .collect();
        closed.sort_unstable();
        let spare = closed.len().saturating_sub(CLOSED_KEPT);
        let mut gone: BTreeSet<CheckId> = (closed.iter().enumerate())
            .filter(|(i, (_, id, over))| *over || (*i < spare && self.check(*id).is_some_and(Check::kitchen_is_done)))
            // What is in the tray must be found until it is settled.
            .filter(|(_, (_, id, _))| self.check(*id).is_some_and(|c| !c.is_in_the_tray()))
            .map(|(_, (_, id, _))| *id)
            .collect();
        for id in gone.clone().into_iter().filter(|id| self.checks[id].has_neighbours()) {
            let circle = self.circle(id);
            let stays = |c: &&Check| c.inside.is_none() && !gone.contains(&c.id);
            let kept = circle.iter().filter_map(|id| self.checks.get(id)).any(|c| stays(&c));
            if kept || self.is_merging_in_the_tray(&circle) {
                gone.remove(&id);
            } else {
                gone.extend(circle);
            }
        }
        let gone: Vec<CheckId> = gone.into_iter().collect();
        self.duties.forget(&gone);
        gone.iter().for_each(|id| drop(self.wholes.remove(id)));
        gone.iter().filter_map(|id| self.checks.remove(id)).collect()
    }
}
