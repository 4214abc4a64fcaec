//! Who did what, in the restaurant's words.

use std::collections::BTreeMap;

use domain::{
    event::{CheckKind, Event, LineChange, SlipEnd},
    ids::LineId,
    money::Ppm,
    view::{ConfigView, HistoryLine},
};
use serde_json::json;

use super::words;
use crate::{format, i18n, icons::Icon, json::read, t};

/// The event of a history line: its data under its kind, or already the whole of it.
fn event(line: &HistoryLine) -> Option<Event> {
    // Read from text: a second kind of reader would carry every event's reading code twice into the bundle.
    let whole = json!({ line.kind.as_str(): line.data }).to_string();
    read(&whole).or_else(|| read::<Event>(&line.data.to_string()))
}

/// One sentence about one thing that happened, with its sign.
pub fn sentence(config: &ConfigView, names: &BTreeMap<LineId, String>, line: &HistoryLine) -> (Icon, String) {
    let said = event(line).map(|event| say(config, names, &event)).filter(|(_, words)| !words.is_empty());
    // A newer terminal may know more kinds; its own word is better than silence.
    said.unwrap_or_else(|| (Icon::Dots, line.kind.replace('_', " ")))
}

/// Empty words for a kind that belongs to no check.
fn say(config: &ConfigView, names: &BTreeMap<LineId, String>, event: &Event) -> (Icon, String) {
    let name = |id: &LineId| names.get(id).cloned().unwrap_or_else(|| t!("man.h.a_line"));
    let list = |ids: &[LineId]| ids.iter().map(name).collect::<Vec<_>>().join(i18n::comma());
    let table =
        |id: &Option<domain::ids::TableId>| words::table(config, id.as_ref()).unwrap_or_else(|| t!("man.h.no_table"));
    match event {
        Event::CheckOpened(o) if o.kind == CheckKind::Takeaway => (Icon::Bag, t!("floor.takeaway_new")),
        Event::CheckOpened(o) => (Icon::Plus, t!("man.h.opened", place = table(&o.table), n = o.covers)),
        Event::CheckMoved { table: to, .. } => (Icon::Move, t!("man.h.moved", place = table(to))),
        Event::CheckNamed { name, .. } => (Icon::Note, t!("man.h.named", name = name)),
        Event::CoversSet { covers, .. } => (Icon::Guests, t!("man.h.covers", n = covers)),
        Event::HandedOver { waiter, .. } => (Icon::Person, t!("man.h.handed", name = words::person(config, waiter))),
        Event::ChecksMerged { .. } => (Icon::Conflict, t!("man.h.merged")),
        Event::CheckParted { .. } => (Icon::Undo, t!("man.h.parted")),
        Event::CheckCancelled { .. } => (Icon::Bin, t!("man.h.cancelled")),
        Event::LinesAdded { lines, .. } => {
            let what: Vec<String> = lines.iter().map(|l| format!("{} {}", l.qty, i18n::words(&l.name))).collect();
            (Icon::Plus, t!("man.h.added", what = what.join(i18n::comma())))
        }
        Event::LineChanged { line, change, .. } => (Icon::Note, change_words(&name(line), change)),
        Event::LineRemoved { line, .. } => (Icon::Minus, t!("man.h.removed", what = name(line))),
        Event::LineVoided { line, void, .. } => {
            let what = format!("{} {}", void.qty, name(line));
            (
                Icon::Bin,
                t!("man.h.voided", what = what, why = void.reason, who = words::person(config, &void.approved_by)),
            )
        }
        Event::LineComped { line, comp, .. } => {
            let what = if comp.share == Ppm::WHOLE {
                name(line)
            } else {
                format!("{} {}", format::share(comp.share), name(line))
            };
            (
                Icon::Tip,
                t!("man.h.comped", what = what, why = comp.reason, who = words::person(config, &comp.approved_by)),
            )
        }
        Event::CourseHeld { course, held: true, .. } => (Icon::Hold, t!("man.h.held", course = words::course(*course))),
        Event::CourseHeld { course, .. } => (Icon::Forward, t!("man.h.released", course = words::course(*course))),
        Event::Fired { lines, .. } => {
            let what: Vec<String> = lines.iter().map(|l| format!("{} {}", l.qty, name(&l.line))).collect();
            (Icon::Flame, t!("man.h.fired", what = what.join(i18n::comma())))
        }
        Event::Bumped { station, lines, ready, .. } => {
            let at = config.settings.station(station).map_or_else(|| station.to_string(), |s| i18n::words(&s.name));
            if *ready {
                (Icon::Bell, t!("man.h.ready", what = list(lines), at = at))
            } else {
                (Icon::Undo, t!("man.h.recalled", what = list(lines), at = at))
            }
        }
        Event::Carried { lines, .. } => (Icon::Served, t!("man.h.carried", what = list(lines))),
        _ => money(config, event),
    }
}

fn change_words(name: &str, change: &LineChange) -> String {
    match change {
        LineChange::Qty(n) => t!("man.h.qty", what = name, qty = i18n::shown(n)),
        LineChange::Options(options) if options.is_empty() => t!("man.h.no_options", what = name),
        LineChange::Options(options) => {
            let chosen: Vec<String> = options.iter().map(|o| i18n::words(&o.name)).collect();
            t!("man.h.options", what = name, options = chosen.join(i18n::comma()))
        }
        LineChange::Note(note) => t!("man.h.note", what = name, note = note),
        LineChange::Allergy(allergy) => t!("man.h.allergy", what = name, allergy = allergy),
        LineChange::Seat(seat) => t!("man.h.seat", what = name, seat = i18n::shown(seat)),
        LineChange::Course(course) => t!("man.h.course", what = name, course = words::course(*course)),
    }
}

fn money(config: &ConfigView, event: &Event) -> (Icon, String) {
    match event {
        Event::PaymentTaken { payment, .. } => {
            let kind = payment.tender.kind();
            let mut said = t!("man.h.paid", amount = format::money(payment.amount), how = words::tender(kind));
            if payment.tip.0 > 0 {
                said = format!("{said} {}", t!("man.with_tips", amount = format::money(payment.tip)));
            }
            (words::tender_icon(kind), said)
        }
        Event::CheckSettled { receipt, total, .. } => {
            (Icon::Works, t!("man.h.settled", receipt = i18n::shown(receipt), amount = format::money(*total)))
        }
        Event::PaymentRefunded { refund, .. } => {
            let who = words::person(config, &refund.approved_by);
            (Icon::Undo, t!("man.h.refunded", amount = format::money(refund.amount), why = refund.reason, who = who))
        }
        Event::ReceiptPrinted { copy: 0, .. } => (Icon::Receipt, t!("man.h.receipt")),
        Event::ReceiptPrinted { copy, .. } => (Icon::Receipt, t!("man.h.copy", copy = i18n::shown(copy))),
        Event::BillPrinted { .. } => (Icon::Receipt, t!("man.h.bill")),
        Event::SlipEnded { printer, end, .. } => {
            let at = words::printer(config, printer);
            match end {
                SlipEnd::Printed => (Icon::Printer, t!("man.h.slip_printed", at = at)),
                SlipEnd::Unknown { .. } => (Icon::Warning, t!("man.h.slip_unknown", at = at)),
                SlipEnd::Dropped => (Icon::Bin, t!("man.h.slip_dropped", at = at)),
            }
        }
        // Kinds that belong to no check have no words here; their own name is said instead.
        _ => (Icon::Dots, String::new()),
    }
}
