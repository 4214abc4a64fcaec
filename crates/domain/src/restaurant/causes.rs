//! What an author has seen, and whether two terminals hold the same.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{Counters, Day, Restaurant, Stock};
use crate::{
    alarms::Alarms,
    check::{Check, Register},
    clock::BusinessDay,
    conflict::How,
    devices::Devices,
    event::Event,
    floor::Floor,
    ids::*,
    late::Posting,
    menu::Menu,
    money::Money,
    settings::Settings,
    shift::ZReport,
    sign_ins::EndedSignIns,
    staff::Member,
    takeovers::Takeovers,
    terminals::Terminals,
};

/// What is equal wherever the same entries were folded; in this order it is hashed.
#[derive(Serialize, PartialEq)]
struct Shared<'a> {
    heads: &'a BTreeMap<Origin, u64>,
    settings: &'a Register<Box<Settings>>,
    menu: &'a Register<Box<Menu>>,
    floor: &'a Register<Floor>,
    staff: &'a BTreeMap<StaffId, Register<Member>>,
    clocked_in: &'a BTreeMap<StaffId, Register<bool>>,
    stock: BTreeMap<&'a ItemId, &'a Stock>,
    checks: Vec<&'a Check>,
    days: Vec<(BusinessDay, &'a Day)>,
    closed_days: &'a BTreeSet<BusinessDay>,
    counters: &'a BTreeMap<char, Counters>,
    last_z: &'a BTreeMap<char, Box<ZReport>>,
    last_closed: Option<BusinessDay>,
    grand_total: Money,
    terminals: &'a Terminals,
    ended_sign_ins: &'a EndedSignIns,
    devices: &'a Devices,
    protection: &'a Register<bool>,
    laid_aside: &'a BTreeMap<ConflictId, How>,
    tray: Vec<ConflictId>,
    postings: &'a BTreeMap<Dot, Posting>,
    z_seen: &'a BTreeMap<Origin, u64>,
    alarms: &'a Alarms,
    takeovers: &'a Takeovers,
}

impl Restaurant {
    /// What the author of an entry with these events has seen, in other logs than its own, of the checks and documents
    /// they write: of each log the highest position. It holds too what the authors of those had seen, so that "knows of"
    /// carries on along a chain. Empty while what is written has lived on one terminal only.
    pub fn seen_by(&self, me: Origin, events: &[Event]) -> Vec<Dot> {
        let mut seen: BTreeMap<Origin, u64> = BTreeMap::new();
        for dot in events.iter().flat_map(|event| self.writes_before(event)).filter(|dot| dot.origin != me) {
            let seq = seen.entry(dot.origin).or_default();
            *seq = (*seq).max(dot.seq);
        }
        seen.into_iter().map(|(origin, seq)| Dot { origin, seq }).collect()
    }

    /// Positions of what stands where this event writes.
    fn writes_before(&self, event: &Event) -> Vec<Dot> {
        match event {
            // Paper is nobody's fact.
            Event::SlipEnded { .. } => Vec::new(),
            Event::StoreSetUp { .. } | Event::SettingsChanged { .. } => dots(Some(&self.settings)),
            Event::MenuPublished { .. } => dots(Some(&self.menu)),
            Event::FloorPublished { .. } => dots(Some(&self.floor)),
            Event::MemberSet { member } => dots(self.staff.get(&member.id)),
            Event::ClockedIn { staff } | Event::ClockedOut { staff } => dots(self.clocked_in.get(staff)),
            Event::StockSet { item, .. } => dots(self.stock.get(item).map(|s| &s.said)),
            Event::TerminalJoined { .. }
            | Event::TerminalRevoked { .. }
            | Event::CameBack(_)
            | Event::SignInEnded { .. } => Vec::new(),
            Event::DevicePaired { device } => dots(self.devices.register(&device.id)),
            Event::DeviceRevoked { .. } => Vec::new(),
            Event::ProtectionRequired { .. } => dots(Some(&self.protection)),
            Event::TerminalSet { origin, .. } => dots(self.terminals.get(*origin).map(|t| &t.card)),
            Event::TicketsGoTo { entries, .. } => entries
                .iter()
                .filter_map(|id| self.duties.get(*id))
                .flat_map(|duty| dots(Some(duty.register())))
                .collect(),
            // Which day is meant follows from the entry; a count of another day does no harm.
            Event::DrawerCounted { letter, .. } => {
                self.days.values().flat_map(|day| dots(day.counted.get(letter))).collect()
            }
            // Whoever writes on a check has seen all of its bill.
            _ => event.checks().filter_map(|id| self.whole(id)).flat_map(Check::seen).collect(),
        }
    }

    /// BLAKE3, hex, over everything that must be equal on terminals which hold the same entries: what is published, who is
    /// there, stock, numbers, the books and drawers of the days in memory, every open check with all its facts, and which
    /// conflicts are in the tray, and what no Z covers yet.
    ///
    /// Left out is what each terminal does at its own pace: closed checks (they leave memory at different times; their
    /// money is in the books), days and items nothing was left of, and the screens' version.
    pub fn digest(&self) -> String {
        // State is plain data with text keys; writing it as JSON cannot fail.
        blake3::hash(&serde_json::to_vec(&self.shared()).unwrap_or_default()).to_hex().to_string()
    }

    /// Whether the digests of both are equal, without writing either out.
    pub fn is_same_as(&self, other: &Restaurant) -> bool {
        self.shared() == other.shared()
    }

    fn shared(&self) -> Shared<'_> {
        let blank = Day::default();
        Shared {
            heads: &self.heads,
            settings: &self.settings,
            menu: &self.menu,
            floor: &self.floor,
            staff: &self.staff,
            clocked_in: &self.clocked_in,
            stock: self.stock.iter().filter(|(_, s)| **s != Stock::default()).collect(),
            checks: self.wholes().filter(|c| !c.is_closed()).collect(),
            days: self.days.iter().filter(|(_, d)| **d != blank).map(|(day, d)| (*day, d)).collect(),
            closed_days: &self.closed_days,
            counters: &self.counters,
            last_z: &self.last_z,
            last_closed: self.last_closed,
            grand_total: self.grand_total,
            terminals: &self.terminals,
            ended_sign_ins: &self.ended_sign_ins,
            devices: &self.devices,
            protection: &self.protection,
            laid_aside: &self.laid_aside,
            postings: &self.postings,
            z_seen: &self.z_seen,
            alarms: &self.alarms,
            takeovers: &self.takeovers,
            tray: self.conflicts().into_iter().map(|c| c.id).collect(),
        }
    }
}

/// Positions of a register's writes, and what their authors had seen.
fn dots<T>(register: Option<&Register<T>>) -> Vec<Dot> {
    let causes = register.into_iter().flat_map(Register::writes).map(|(cause, _)| cause);
    causes.flat_map(|c| std::iter::once(c.dot).chain(c.seen.iter().copied())).collect()
}
