//! What clashed and what a tap does about it, in staff words.

use std::fmt::Display;

use domain::{
    conflict::Document,
    ids::Dot,
    view::{ConflictKind, ConflictView, Label, Resolution, WorkOf, WorksView},
};

use crate::{format, icons::Icon, t};

/// A name in its own script's direction, so that commas and order stay the sentence's.
fn apart(name: impl Display) -> String {
    format!("\u{2068}{name}\u{2069}")
}

fn joined<T: Display>(all: &[T]) -> String {
    all.iter().map(apart).collect::<Vec<_>>().join(crate::i18n::comma())
}

/// Labels of tables; one that is empty is no table.
fn tables(all: &[String]) -> String {
    let named: Vec<String> = all.iter().map(|label| table(label)).collect();
    joined(&named)
}

fn table(label: &str) -> String {
    if label.is_empty() { t!("tray.no_table") } else { label.to_owned() }
}

/// The sentence of an entry.
pub fn sentence(entry: &ConflictView) -> String {
    let number = joined(&entry.numbers);
    let lines = if entry.lines.is_empty() { t!("tray.something") } else { joined(&entry.lines) };
    let amount = format::money(entry.amount);
    match entry.kind {
        ConflictKind::MovedTwice => t!("tray.moved", number = number, tables = tables(&entry.tables)),
        ConflictKind::HandedOverTwice => t!("tray.handed", number = number, people = joined(&entry.people)),
        ConflictKind::SeatedTwice => t!("tray.seated", tables = tables(&entry.tables), number = number),
        ConflictKind::FiredTwice => t!("tray.fired", lines = lines, number = number),
        ConflictKind::VoidedWhileFired => t!("tray.voided", lines = lines, number = number),
        ConflictKind::RemovedWhileFired => t!("tray.removed", lines = lines, number = number),
        ConflictKind::LineChangedTwice => t!("tray.changed_line", lines = lines, number = number),
        ConflictKind::SettledTwice => t!("tray.settled", number = number, who = who_settled(entry), amount = amount),
        ConflictKind::PaidTooMuch => t!("tray.too_much", number = number, amount = amount),
        ConflictKind::PaidButOpen => t!("tray.paid_open", number = number),
        ConflictKind::GivenBackTwice => t!("tray.back_twice", number = number, amount = amount),
        ConflictKind::EditedAfterClosed => t!("tray.after", lines = lines, number = number, amount = amount),
        ConflictKind::CancelledWhileUsed => t!("tray.cancelled", number = number),
        ConflictKind::MergedTwice => match entry.numbers.last().filter(|on| **on != entry.numbers[0]) {
            Some(on) => t!("tray.merged_twice", number = nth(entry, 0), on = on.to_string()),
            None => t!("tray.merged_own", number = nth(entry, 0)),
        },
        ConflictKind::MergedInARound => t!("tray.round", number = number, first = nth(entry, 0)),
        ConflictKind::MergedWhileSettled => {
            t!("tray.merged_settled", first = nth(entry, 0), other = nth(entry, 1))
        }
        ConflictKind::MovedWhileMerged => {
            t!("tray.merged_moved", first = nth(entry, 0), other = nth(entry, 1), tables = tables(&entry.tables))
        }
        ConflictKind::ChangedTwice => t!("tray.document", what = document(entry)),
        ConflictKind::DayClosedTwice => t!("tray.day"),
    }
}

/// One of the numbers of the checks it is about.
fn nth(entry: &ConflictView, n: usize) -> String {
    entry.numbers.get(n).map(ToString::to_string).unwrap_or_default()
}

/// "Ana (A-000001), Bruno (B-000001)".
fn who_settled(entry: &ConflictView) -> String {
    let told = entry.receipts.iter().enumerate().map(|(i, receipt)| {
        // No line ends within a number.
        let receipt = receipt.to_string().replace('-', "-\u{2060}");
        match entry.people.get(i) {
            Some(who) => apart(format_args!("{who} ({receipt})")),
            None => apart(receipt),
        }
    });
    told.collect::<Vec<_>>().join(crate::i18n::comma())
}

fn document(entry: &ConflictView) -> String {
    match &entry.document {
        Some(Document::Menu) => t!("tray.menu"),
        Some(Document::Floor) => t!("tray.floor"),
        Some(Document::Member(_)) => t!("tray.member"),
        Some(Document::Settings) | None => t!("tray.settings"),
    }
}

/// The sign of what clashed, the same as elsewhere for that thing.
pub fn sign(kind: ConflictKind) -> Icon {
    match kind {
        ConflictKind::MovedTwice => Icon::Move,
        ConflictKind::HandedOverTwice => Icon::Person,
        ConflictKind::SeatedTwice => Icon::Guests,
        ConflictKind::FiredTwice | ConflictKind::VoidedWhileFired | ConflictKind::RemovedWhileFired => Icon::Flame,
        ConflictKind::LineChangedTwice => Icon::Note,
        ConflictKind::SettledTwice
        | ConflictKind::PaidTooMuch
        | ConflictKind::PaidButOpen
        | ConflictKind::GivenBackTwice
        | ConflictKind::EditedAfterClosed => Icon::Cash,
        ConflictKind::CancelledWhileUsed => Icon::Receipt,
        ConflictKind::MergedTwice
        | ConflictKind::MergedInARound
        | ConflictKind::MergedWhileSettled
        | ConflictKind::MovedWhileMerged => Icon::Conflict,
        ConflictKind::ChangedTwice => Icon::Menu,
        ConflictKind::DayClosedTwice => Icon::Drawer,
    }
}

/// What the tap will do. `works` knows the other terminals by name.
pub fn tap(entry: &ConflictView, resolution: &Resolution, works: Option<&WorksView>) -> String {
    let (what, amount) = (&resolution.what, format::money(resolution.amount));
    match resolution.label {
        Label::SitAt if what.is_empty() => t!("tray.tap.no_table"),
        Label::SitAt => t!("tray.tap.sit", what = what),
        Label::ServedBy => t!("tray.tap.serve", what = what),
        Label::LeaveTable => t!("tray.tap.leave", what = what),
        Label::OnCheck => t!("tray.tap.on", what = what),
        Label::OnItsOwn => t!("tray.tap.own"),
        Label::PutBack => t!("tray.tap.put_back", what = what),
        Label::Cancel => t!("tray.tap.cancel", what = what),
        Label::DropTicket => t!("tray.tap.drop"),
        Label::Void => t!("tray.tap.void"),
        Label::TellKitchen => t!("tray.tap.tell"),
        Label::Want => t!("tray.tap.want", what = what),
        Label::GiveBack => t!("tray.tap.back", amount = amount, what = what),
        Label::CollectCash => t!("tray.tap.cash", amount = amount),
        Label::CollectCard => t!("tray.tap.card", amount = amount),
        Label::TakeOff => t!("tray.tap.off"),
        Label::OnTheHouse => t!("tray.tap.house"),
        Label::Settle => t!("tray.tap.settle"),
        Label::TakeVersion => version(entry, what, works),
        Label::Keep => t!("tray.tap.keep"),
    }
}

/// A version by the terminal it was written at; a person's by the name it gives them.
fn version(entry: &ConflictView, what: &str, works: Option<&WorksView>) -> String {
    let Ok(dot) = what.parse::<Dot>() else { return t!("tray.tap.take", what = what) };
    let others: Vec<_> = works
        .iter()
        .flat_map(|w| &w.works)
        .filter_map(|w| match &w.what {
            WorkOf::Terminal { terminal, name } => Some((*terminal, name)),
            _ => None,
        })
        .collect();
    let place = entry.resolutions.iter().position(|r| r.what == what).unwrap_or(0) + 1;
    match others.iter().find(|(terminal, _)| *terminal == dot.origin) {
        Some((_, name)) => t!("tray.tap.take_from", name = name),
        None if others.is_empty() => t!("tray.tap.take", what = place.to_string()),
        None => t!("tray.tap.take_here"),
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        ids::{GuestNumber, Origin, ReceiptNumber},
        money::Money,
        staff::Permission,
        view::{Reason, Work, WorkState},
    };

    use super::*;

    fn entry(kind: ConflictKind) -> ConflictView {
        ConflictView {
            id: "x".into(),
            kind,
            message: String::new(),
            checks: Vec::new(),
            numbers: vec![GuestNumber { letter: 'A', n: 1 }],
            tables: vec!["T2".into(), String::new()],
            people: vec!["Mia".into(), "Wim".into()],
            lines: vec!["2 Toast".into()],
            receipts: vec![ReceiptNumber { letter: 'A', n: 1 }, ReceiptNumber { letter: 'B', n: 1 }],
            amount: Money(590),
            document: Some(Document::Menu),
            since: 0,
            needs: Permission::TakeOrders,
            resolutions: Vec::new(),
        }
    }

    fn resolution(label: Label, what: &str) -> Resolution {
        Resolution { label, what: what.into(), amount: Money(590), commands: Vec::new() }
    }

    #[test]
    fn every_kind_of_entry_has_words() {
        use ConflictKind::*;
        let kinds = [
            MovedTwice,
            HandedOverTwice,
            SeatedTwice,
            FiredTwice,
            VoidedWhileFired,
            RemovedWhileFired,
            LineChangedTwice,
            SettledTwice,
            PaidTooMuch,
            PaidButOpen,
            GivenBackTwice,
            EditedAfterClosed,
            CancelledWhileUsed,
            MergedTwice,
            MergedInARound,
            MergedWhileSettled,
            MovedWhileMerged,
            ChangedTwice,
            DayClosedTwice,
        ];
        let mut seen = std::collections::BTreeSet::new();
        for kind in kinds {
            let words = sentence(&entry(kind));
            assert!(words.contains(' ') && !words.contains(['{', '}']), "{kind:?}: {words}");
            assert!(seen.insert(words), "{kind:?} reads like another");
        }
        let said = sentence(&entry(SettledTwice)).replace('\u{a0}', " ");
        let said = said.replace(['\u{2060}', '\u{2068}', '\u{2069}'], "");
        assert_eq!(said, "Check A1 was settled twice: Mia (A-000001), Wim (B-000001). €5.90 too much was paid.");
    }

    #[test]
    fn a_check_that_went_several_ways_is_told_with_where_it_is() {
        let number = |n| GuestNumber { letter: 'A', n };
        let said = |numbers: &[u32]| {
            let numbers = numbers.iter().map(|n| number(*n)).collect();
            sentence(&ConflictView { numbers, ..entry(ConflictKind::MergedTwice) })
        };
        assert_eq!(said(&[2, 1, 3, 3]), "Check A2 was merged in different ways. It is on the bill of A3 now.");
        assert_eq!(said(&[2, 1, 2]), "Check A2 was merged in different ways. It stands on its own now.");
    }

    #[test]
    fn every_tap_says_what_it_does() {
        use Label::*;
        let labels = [
            SitAt,
            ServedBy,
            LeaveTable,
            OnCheck,
            OnItsOwn,
            PutBack,
            Cancel,
            DropTicket,
            Void,
            TellKitchen,
            Want,
            GiveBack,
            CollectCash,
            CollectCard,
            TakeOff,
            OnTheHouse,
            Settle,
            TakeVersion,
            Keep,
        ];
        let entry = entry(ConflictKind::MovedTwice);
        let mut seen = std::collections::BTreeSet::new();
        for label in labels {
            let words = tap(&entry, &resolution(label, "B7"), None);
            assert!(!words.contains("tray.") && !words.contains(['{', '}']), "{label:?}: {words}");
            assert!(seen.insert(words), "{label:?} reads like another");
        }
        assert_eq!(tap(&entry, &resolution(SitAt, ""), None), "No table");
    }

    #[test]
    fn a_version_is_named_by_its_terminal() {
        let mut entry = entry(ConflictKind::ChangedTwice);
        let (here, there) = ("00000001:5", "00000002:1");
        entry.resolutions = vec![resolution(Label::TakeVersion, here), resolution(Label::TakeVersion, there)];
        let terrace = WorkOf::Terminal { terminal: Origin(2), name: "Terrace".into() };
        let works =
            WorksView { works: vec![Work { what: terrace, state: WorkState::Works, proved: None, why: Reason::None }] };
        assert_eq!(tap(&entry, &entry.resolutions[0], Some(&works)), "The version made here");
        assert_eq!(tap(&entry, &entry.resolutions[1], Some(&works)), "The version of Terrace");
        assert_eq!(tap(&entry, &entry.resolutions[1], None), "Version 2");
    }
}
