//! Where people did things without knowing of each other that cannot both stand without a word: the conflict tray.
//!
//! A conflict is told from the facts alone, so every terminal that holds the same entries shows the same tray, and it is
//! gone when the facts no longer clash: a later write that knew both, money given back. What no later fact can mend is
//! laid aside by a person ([`crate::event::Event::ConflictSettled`]). Nothing here is decided by a clock.

mod of_check;
mod of_merging;

use serde::{Deserialize, Serialize};

use crate::{
    check::{Check, Register},
    clock::BusinessDay,
    event::LineChange,
    ids::*,
    money::Money,
    restaurant::Restaurant,
};

/// What clashes, and the name under which it can be settled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Derived from what clashes: the same on every terminal, and another one when something further clashes.
    pub id: ConflictId,
    pub clash: Clash,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clash {
    /// One check was taken to several tables.
    MovedTwice {
        check: CheckId,
        tables: Vec<Option<TableId>>,
    },
    HandedOverTwice {
        check: CheckId,
        waiters: Vec<StaffId>,
    },
    /// Several open checks at one table.
    SeatedTwice {
        table: TableId,
        checks: Vec<CheckId>,
    },
    /// The same lines went to the kitchen twice. `second` is the fire that came on top.
    FiredTwice {
        check: CheckId,
        second: FireId,
        lines: Vec<LineId>,
    },
    /// One took it off, another had it cooked. A line removed whole is live again, a voided one is not.
    VoidedWhileFired {
        check: CheckId,
        line: LineId,
        qty: u32,
        removed: bool,
    },
    LineChangedTwice {
        check: CheckId,
        line: LineId,
        changes: Vec<LineChange>,
    },
    /// Both took the money and both gave a receipt.
    SettledTwice {
        check: CheckId,
        settlements: Vec<CommandId>,
        over: Money,
    },
    /// Payments on both sides are together more than the bill, or a settled bill became smaller on the other side.
    PaidTooMuch {
        check: CheckId,
        payments: Vec<PaymentId>,
        over: Money,
    },
    /// Payments on both sides are together exactly the bill, so nobody took the last one and nobody settled it.
    PaidButOpen {
        check: CheckId,
    },
    /// One payment was given back on both sides.
    GivenBackTwice {
        check: CheckId,
        payment: PaymentId,
        over: Money,
    },
    /// More was ordered on one side while the other settled.
    EditedAfterClosed {
        check: CheckId,
        lines: Vec<LineId>,
        due: Money,
    },
    /// Cancelled by one who did not know that it was used. It stays open.
    CancelledWhileUsed {
        check: CheckId,
    },
    /// Merged into several checks, or into one while it was taken out of another. It stands under one of them.
    MergedTwice {
        check: CheckId,
        /// `None` is on its own.
        ways: Vec<Option<CheckId>>,
    },
    /// Merged into each other; everything stands under the first.
    MergedInARound {
        checks: Vec<CheckId>,
    },
    /// One of both was settled by somebody who did not know of the merging, so both stand on their own.
    MergedWhileSettled {
        check: CheckId,
        into: CheckId,
    },
    /// Taken to a table by one who did not know that it was merged.
    MovedWhileMerged {
        check: CheckId,
        into: CheckId,
        table: TableId,
    },
    ChangedTwice {
        document: Document,
        writes: Vec<Dot>,
    },
    DayClosedTwice {
        day: BusinessDay,
        /// Terminal and number of each Z.
        zs: Vec<(char, u64)>,
    },
}

/// What a manager publishes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Document {
    Settings,
    Menu,
    Floor,
    Member(StaffId),
}

/// How a person settles what no ordinary command mends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum How {
    /// It is right as it stands, or was put right outside.
    Keep,
    /// What was ordered on a check that was settled elsewhere comes off it.
    TakeOff,
    /// What was ordered on a check that was settled elsewhere is given away.
    OnTheHouse,
    /// A void slip goes to the stations that were sent what had been voided.
    TellKitchen,
    /// This write of a document holds.
    Take(Dot),
    /// This check, which was taken out of a bill while somebody took the money for both, stands under it again.
    PutBack(CheckId),
}

impl Clash {
    /// The checks it is about.
    pub fn checks(&self) -> Vec<CheckId> {
        use Clash::*;
        match self {
            MovedTwice { check, .. }
            | HandedOverTwice { check, .. }
            | FiredTwice { check, .. }
            | VoidedWhileFired { check, .. }
            | LineChangedTwice { check, .. }
            | SettledTwice { check, .. }
            | PaidTooMuch { check, .. }
            | PaidButOpen { check }
            | GivenBackTwice { check, .. }
            | EditedAfterClosed { check, .. }
            | CancelledWhileUsed { check } => vec![*check],
            SeatedTwice { checks, .. } | MergedInARound { checks } => checks.clone(),
            MergedTwice { check, ways } => std::iter::once(*check).chain(ways.iter().flatten().copied()).collect(),
            MergedWhileSettled { check, into } | MovedWhileMerged { check, into, .. } => vec![*check, *into],
            ChangedTwice { .. } | DayClosedTwice { .. } => Vec::new(),
        }
    }

    /// Money is at stake, so whoever settles it needs a manager's permission.
    pub fn is_about_money(&self) -> bool {
        use Clash::*;
        matches!(
            self,
            SettledTwice { .. }
                | PaidTooMuch { .. }
                | PaidButOpen { .. }
                | GivenBackTwice { .. }
                | EditedAfterClosed { .. }
        )
    }
}

/// A name made of what clashes.
fn named(clash: Clash, kind: &str, parts: &[&dyn ToString]) -> Conflict {
    let mut hasher = blake3::Hasher::new();
    hasher.update(kind.as_bytes());
    for part in parts {
        hasher.update(b"/");
        hasher.update(part.to_string().as_bytes());
    }
    let id = hasher.finalize().to_hex();
    Conflict { id: ConflictId(id[..16].into()), clash }
}

/// Many ids as one part of a name.
fn all<T: ToString>(parts: impl IntoIterator<Item = T>) -> String {
    parts.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join(",")
}

/// Different values written by people who did not know of each other; the same value twice is no clash.
fn differing<T: PartialEq>(register: &Register<T>) -> Vec<(Dot, &T)> {
    let mut found: Vec<(Dot, &T)> = Vec::new();
    for (cause, value) in register.writes() {
        if !found.iter().any(|(_, known)| *known == value) {
            found.push((cause.dot, value));
        }
    }
    if found.len() > 1 { found } else { Vec::new() }
}

impl Restaurant {
    /// Everything in the tray: computed from the facts, the same wherever the same entries were folded.
    pub fn conflicts(&self) -> Vec<Conflict> {
        let mut all: Vec<Conflict> = self.wholes().flat_map(Check::conflicts).collect();
        all.extend(self.merging_conflicts());
        all.extend(self.seated_twice());
        all.extend(self.changed_twice());
        all.extend(self.closed_twice());
        all.retain(|conflict| !self.is_settled(conflict));
        all
    }

    /// A conflict of the tray by its name.
    pub fn conflict(&self, id: &ConflictId) -> Option<Conflict> {
        self.conflicts().into_iter().find(|conflict| conflict.id == *id)
    }

    fn is_settled(&self, conflict: &Conflict) -> bool {
        let at_check = |id| self.check(id).is_some_and(|check| check.laid_aside.contains_key(&conflict.id));
        self.laid_aside.contains_key(&conflict.id) || conflict.clash.checks().into_iter().any(at_check)
    }

    fn seated_twice(&self) -> Vec<Conflict> {
        let mut tables: std::collections::BTreeMap<&TableId, Vec<CheckId>> = std::collections::BTreeMap::new();
        for check in self.open_checks() {
            if let Some(table) = check.table_now() {
                tables.entry(table).or_default().push(check.id);
            }
        }
        // Nobody can seat a second party knowingly: a table holds one open check.
        let clashes = tables.into_iter().filter(|(_, checks)| checks.len() > 1);
        clashes
            .map(|(table, checks)| {
                let ids = all(&checks);
                named(Clash::SeatedTwice { table: table.clone(), checks }, "seated_twice", &[table, &ids])
            })
            .collect()
    }

    fn changed_twice(&self) -> Vec<Conflict> {
        let dots = |writes: Vec<Dot>, document: Document| (document, writes);
        let mut found = vec![
            dots(differing(&self.settings).into_iter().map(|(dot, _)| dot).collect(), Document::Settings),
            dots(differing(&self.menu).into_iter().map(|(dot, _)| dot).collect(), Document::Menu),
            dots(differing(&self.floor).into_iter().map(|(dot, _)| dot).collect(), Document::Floor),
        ];
        for (id, member) in &self.staff {
            found.push(dots(differing(member).into_iter().map(|(dot, _)| dot).collect(), Document::Member(id.clone())));
        }
        found.retain(|(_, writes)| !writes.is_empty());
        found
            .into_iter()
            .map(|(document, writes)| {
                let ids = all(&writes);
                named(Clash::ChangedTwice { document, writes }, "changed_twice", &[&ids])
            })
            .collect()
    }

    fn closed_twice(&self) -> Vec<Conflict> {
        let twice = self.days.iter().filter(|(_, figures)| figures.closings.len() > 1);
        twice
            .map(|(day, figures)| {
                let ids = all(figures.closings.keys());
                let zs = figures.closings.values().map(|z| (z.letter, z.n)).collect();
                named(Clash::DayClosedTwice { day: *day, zs }, "day_closed_twice", &[day, &ids])
            })
            .collect()
    }
}
