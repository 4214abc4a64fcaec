//! One check as a set of facts. Lines, fires, voids, payments are facts with ids and only ever grow in number; table,
//! name, covers, waiter, quantity, note are registers. Folding commutes: the same entries in any order, repeated or
//! not, make the same check (property-tested in `tests/`).

mod bill;
mod fold;
mod joined;
mod lines;
mod register;
mod split;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use joined::{Inside, Joined};
pub use register::{Cause, Register, covers};

use crate::{
    clock::{BusinessDay, Millis},
    conflict::How,
    event::*,
    ids::*,
    money::Money,
};

/// Everything known about one check. Screens do not read what only books, the tray and the bills of merged checks are made
/// from; the terminal works those out for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    pub id: CheckId,
    /// `None` while later entries arrived before the opening one.
    pub opened: Option<Stamped<Opened>>,
    #[serde(default)]
    pub table: Register<Option<TableId>>,
    #[serde(default)]
    pub name: Register<String>,
    #[serde(default)]
    pub covers: Register<u16>,
    #[serde(default)]
    pub waiter: Register<StaffId>,
    #[serde(default)]
    pub held: BTreeMap<u8, Register<bool>>,
    #[serde(default)]
    pub lines: BTreeMap<LineId, Line>,
    #[serde(default)]
    pub fires: BTreeMap<FireId, Fire>,
    #[serde(default)]
    pub payments: BTreeMap<PaymentId, Stamped<Payment>>,
    #[serde(default)]
    pub refunds: BTreeMap<PaymentId, Stamped<Refund>>,
    /// More than one only when two terminals settled it without knowing of each other.
    #[serde(default)]
    pub settled: BTreeMap<CommandId, Stamped<Settled>>,
    #[serde(default)]
    pub cancelled: BTreeMap<CommandId, Stamped<()>>,
    /// Receipts printed, by the command that asked.
    #[serde(default)]
    pub receipts: BTreeMap<CommandId, u32>,
    /// Lines carried to the guests, by the command that said so.
    #[serde(default)]
    pub carried: BTreeMap<CommandId, Vec<LineId>>,
    #[serde(default)]
    pub bills: BTreeMap<CommandId, Millis>,
    /// The last entry of this check seen from each origin.
    #[serde(default)]
    pub heads: BTreeMap<Origin, u64>,
    /// What the authors of its entries had seen of other logs. Whoever has seen an entry passes this on with it, so that
    /// "knows of" holds along a chain also where an entry in the middle arrives last.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub told: BTreeMap<Origin, u64>,
    /// Receipts that count for nothing, because the command that made them was done in another log too.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annulled: BTreeMap<Dot, Annulled>,
    /// Conflicts of this check that a person settled.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub laid_aside: BTreeMap<ConflictId, How>,
    /// The check this one was merged into; `None` when it was taken apart again.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "Register::is_unset")]
    pub merged: Register<Option<CheckId>>,
    /// When it was merged, by the check it was merged into; of several times the latest position.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub merges: BTreeMap<CheckId, Stamped<()>>,
    /// Checks that were ever merged into this one.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub taken_in: BTreeSet<CheckId>,
    /// The check it stands under now; worked out by [`crate::Restaurant`] from what all of them say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
    /// The checks that stand under this one now, when this is a whole bill and not a check's own facts.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub joined: BTreeMap<CheckId, Joined>,
    /// The latest wall clock of any of its entries; for people.
    #[serde(default)]
    pub touched: Millis,
}

/// A fact with its circumstances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamped<T> {
    pub at: Millis,
    pub off: i16,
    pub day: BusinessDay,
    pub by: Option<StaffId>,
    pub dot: Dot,
    /// What of the check its author had seen from other logs.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Dot>,
    pub what: T,
}

impl<T> Stamped<T> {
    pub fn new(entry: &Entry, what: T) -> Stamped<T> {
        let seen = entry.seen.clone();
        Stamped { at: entry.at, off: entry.off, day: entry.day, by: entry.by.clone(), dot: entry.dot, seen, what }
    }

    /// Whether its author knew of what stands at `other`.
    pub fn knows(&self, other: Dot) -> bool {
        (self.dot.origin == other.origin && self.dot.seq >= other.seq) || covers(&self.seen, other)
    }
}

/// A fiscal number given out for nothing: a browser's command was done by two terminals and counts once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annulled {
    pub receipt: ReceiptNumber,
    pub day: BusinessDay,
    pub command: CommandId,
}

/// What was true when the check was settled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    pub receipt: ReceiptNumber,
    pub total: Money,
    pub taxes: Vec<TaxSum>,
}

/// A line and all that happened to it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Line {
    #[serde(default)]
    pub added: Option<Box<Stamped<AddedLine>>>,
    #[serde(default)]
    pub qty: Register<u32>,
    #[serde(default)]
    pub options: Register<Vec<ChosenOption>>,
    #[serde(default)]
    pub note: Register<String>,
    #[serde(default)]
    pub allergy: Register<String>,
    #[serde(default)]
    pub seat: Register<u8>,
    #[serde(default)]
    pub course: Register<u8>,
    #[serde(default)]
    pub removed: BTreeMap<CommandId, Millis>,
    /// Units fired, by fire.
    #[serde(default)]
    pub fired: BTreeMap<FireId, u32>,
    #[serde(default)]
    pub voids: BTreeMap<CommandId, Stamped<Void>>,
    #[serde(default)]
    pub comps: BTreeMap<CommandId, Stamped<Comp>>,
}

/// One sending to the kitchen.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Fire {
    pub at: Millis,
    pub off: i16,
    pub by: Option<StaffId>,
    /// Where it stands; `None` while only a bump of it arrived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<Cause>,
    pub lines: Vec<FiredLine>,
    /// Ready or not, by station and line.
    #[serde(default)]
    pub ready: BTreeMap<StationId, BTreeMap<LineId, Register<bool>>>,
    /// The last time something was bumped or recalled, by station.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default)]
    pub bumped: BTreeMap<StationId, Millis>,
}

impl Check {
    pub fn new(id: CheckId) -> Check {
        Check {
            id,
            opened: None,
            table: Register::default(),
            name: Register::default(),
            covers: Register::default(),
            waiter: Register::default(),
            held: BTreeMap::new(),
            lines: BTreeMap::new(),
            fires: BTreeMap::new(),
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            settled: BTreeMap::new(),
            cancelled: BTreeMap::new(),
            receipts: BTreeMap::new(),
            carried: BTreeMap::new(),
            bills: BTreeMap::new(),
            heads: BTreeMap::new(),
            told: BTreeMap::new(),
            annulled: BTreeMap::new(),
            laid_aside: BTreeMap::new(),
            merged: Register::default(),
            merges: BTreeMap::new(),
            taken_in: BTreeSet::new(),
            inside: None,
            joined: BTreeMap::new(),
            touched: 0,
        }
    }

    pub fn terms(&self) -> Terms {
        self.opened.as_ref().map_or(
            Terms {
                tax: crate::settings::TaxMode::Inclusive,
                rounding: crate::settings::TaxRounding::PerGroup,
                cash_step: 1,
            },
            |o| o.what.terms,
        )
    }

    pub fn number(&self) -> GuestNumber {
        self.opened.as_ref().map_or(GuestNumber { letter: '?', n: 0 }, |o| o.what.number)
    }

    pub fn kind(&self) -> CheckKind {
        self.opened.as_ref().map_or(CheckKind::DineIn, |o| o.what.kind)
    }

    pub fn table_now(&self) -> Option<&TableId> {
        self.table.get().and_then(Option::as_ref)
    }

    pub fn is_settled(&self) -> bool {
        !self.settled.is_empty()
    }

    /// Settled, cancelled or merged into another check: no more lines, fires or payments.
    pub fn is_closed(&self) -> bool {
        self.is_settled() || self.is_cancelled() || self.inside.is_some()
    }

    /// Whether it was closed at some time, though it may be open again since.
    pub fn was_closed(&self) -> bool {
        !self.cancelled.is_empty() || !self.merges.is_empty()
    }

    /// Cancelled for good. Only an empty check is ever cancelled, so whoever ordered, paid or merged on it meanwhile did not know,
    /// and the check stays open for them.
    pub fn is_cancelled(&self) -> bool {
        self.standing_cancel().is_some()
    }

    fn standing_cancel(&self) -> Option<&Stamped<()>> {
        self.cancelled.values().find(|c| {
            let ordered = self.lines.values().filter_map(|l| l.added.as_ref()).map(|a| a.dot);
            let merged = self.joined.values().map(|joined| joined.merged);
            ordered.chain(self.payments.values().map(|p| p.dot)).chain(merged).all(|dot| c.knows(dot))
        })
    }

    /// Whether the check adds anything to the books.
    pub fn has_figures(&self) -> bool {
        let voided = || self.lines.values().any(|l| !l.voids.is_empty());
        !self.settled.is_empty() || !self.payments.is_empty() || !self.refunds.is_empty() || voided()
    }

    pub fn is_held(&self, course: u8) -> bool {
        self.held.get(&course).and_then(|r| r.get()).copied().unwrap_or(false)
    }

    /// When it was closed, with the circumstances.
    pub fn closed_at(&self) -> Option<(Millis, i16, BusinessDay)> {
        let cancelled = || self.standing_cancel().map(|s| (s.at, s.off, s.day));
        if self.inside.is_some() {
            return self.merges.values().max_by_key(|m| m.dot).map(|m| (m.at, m.off, m.day));
        }
        self.sale().map(|s| (s.at, s.off, s.day)).or_else(cancelled)
    }

    /// What the author of a next entry has seen of this check, of every log.
    pub fn seen(&self) -> impl Iterator<Item = Dot> {
        self.heads.iter().chain(&self.told).map(|(origin, seq)| Dot { origin: *origin, seq: *seq })
    }

    /// BLAKE3 over the canonical JSON of the facts: equal facts, equal hash.
    pub fn state_hash(&self) -> String {
        // Facts are plain data; writing them as JSON cannot fail.
        blake3::hash(&serde_json::to_vec(self).unwrap_or_default()).to_hex().to_string()
    }
}
