//! The calm indicator's one sentence: nothing while all works, else what does not and what still does.

use domain::view::{PrinterState, PrinterView, SlipState, WorkOf, WorkState};

use super::{Link, State, works};
use crate::{backend::moved_to, t};

/// A break or an unanswered tap younger than this is not worth a word, in milliseconds.
pub const SILENCE_MS: u32 = 2_000;

/// How loud the indicator is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Loud {
    Ok,
    Warn,
    Down,
}

impl Loud {
    pub fn name(self) -> &'static str {
        match self {
            Loud::Ok => "ok",
            Loud::Warn => "warn",
            Loud::Down => "down",
        }
    }
}

/// What the header says now; it names the terminal when that is not the one the page came from.
pub fn status(state: &State, device_now: i64) -> (Loud, String) {
    let (loud, words) = of_this(state, device_now);
    match moved_to() {
        Some((name, _)) => (loud, format!("{} {words}", t!("status.moved", name = name))),
        None => (loud, words),
    }
}

fn of_this(state: &State, device_now: i64) -> (Loud, String) {
    let silent_since = match state.link {
        Link::Down { since } => Some(since),
        _ => state.sending.then_some(state.sent_at),
    };
    if silent_since.is_some_and(|since| device_now - since > i64::from(SILENCE_MS)) {
        let n = state.outbox.len();
        let words = if n > 0 { t!("status.waiting", n = n) } else { t!("status.down") };
        let age = u64::try_from(device_now - state.heard_at).unwrap_or(0);
        return (Loud::Down, format!("{words} {}", t!("status.old", ago = works::span(age))));
    }
    if state.link == Link::Joining && state.me.is_some() && state.config.is_none() {
        return (Loud::Ok, t!("status.joining"));
    }
    let broken = state.printers.values().filter_map(|p| Some((p, printer_words(state, p)?)));
    // A printer that stands still matters more than one that warns.
    if let Some((_, words)) = broken.min_by_key(|(p, _)| p.state == PrinterState::PaperLow) {
        return (Loud::Warn, words);
    }
    if let Some(slip) = state.slips.values().find(|s| s.state == SlipState::Unknown) {
        return (Loud::Warn, t!("status.slip_unknown", what = slip.title));
    }
    // Printers have spoken above, each with what its paper does meanwhile.
    let told = state.works.iter().flat_map(|(view, _)| &view.works);
    let broken = told.filter(|w| !matches!(w.what, WorkOf::Printer { .. }) && works::is_broken(w));
    if let Some(work) = broken.max_by_key(|w| (w.state, matches!(w.what, WorkOf::Orders | WorkOf::Storage))) {
        let stops = work.state == WorkState::Down && matches!(work.what, WorkOf::Orders | WorkOf::Storage);
        return (if stops { Loud::Down } else { Loud::Warn }, works::trouble(work));
    }
    (Loud::Ok, t!("status.ok"))
}

fn printer_words(state: &State, printer: &PrinterView) -> Option<String> {
    let config = state.config.as_ref()?;
    let name = config.settings.printers.iter().find(|p| p.id == printer.printer).map(|p| p.name.clone())?;
    let what = match printer.state {
        PrinterState::Unproved | PrinterState::Ready => return None,
        PrinterState::PaperLow => return Some(t!("status.printer.paper_low", printer = name)),
        PrinterState::PaperOut => t!("status.printer.paper_out", printer = name),
        PrinterState::CoverOpen => t!("status.printer.cover_open", printer = name),
        PrinterState::Offline => t!("status.printer.offline", printer = name),
    };
    let stations = config.settings.stations.iter().filter(|s| s.printer.as_ref() == Some(&printer.printer));
    let mut backups = stations.filter_map(|s| s.backup_printer.as_ref()).filter(|b| {
        state
            .printers
            .get(*b)
            .is_none_or(|p| matches!(p.state, PrinterState::Ready | PrinterState::PaperLow | PrinterState::Unproved))
    });
    let still = match backups.next().and_then(|b| config.settings.printers.iter().find(|p| p.id == *b)) {
        Some(backup) => t!("status.printer.backup", backup = backup.name),
        None => t!("status.printer.wait"),
    };
    Some(format!("{what} {still}"))
}
