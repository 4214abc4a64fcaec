//! What works right now. Nothing here is remembered as "ok": everything is looked at, or says how old its proof is.

use std::sync::atomic::Ordering;

use domain::{
    alarms::Raised,
    event::Alarm,
    ids::Dot,
    query::Update,
    view::{PrinterState, Reason, Work, WorkOf, WorkState, WorksView},
};

use crate::{
    state::State,
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

/// A printer that proved nothing for so long, in milliseconds, is said to be unproved: its look comes every 20 s.
const STALE: u64 = 60_000;
/// Alarms the panel shows, the newest.
const ALARMS_SHOWN: usize = 4;

impl Terminal {
    pub(crate) fn works(&self, state: &State) -> WorksView {
        let works = |what| Work { what, state: WorkState::Works, proved: Some(0), why: Reason::None };
        let mut all = vec![if self.old_copy.load(Ordering::Acquire) {
            Work { state: WorkState::Down, why: Reason::OldCopy, ..works(WorkOf::Orders) }
        } else {
            works(WorkOf::Orders)
        }];
        all.push(match lock(&self.damage).clone() {
            Some(why) => Work { state: WorkState::Down, why: Reason::Said(why), ..works(WorkOf::Storage) },
            None => works(WorkOf::Storage),
        });
        all.extend(self.peer_works(state));
        all.extend(self.printer_works(state));
        let count = u32::try_from(self.news.listeners()).unwrap_or(u32::MAX);
        all.push(works(WorkOf::Screens { count }));
        all.extend(alarm_works(state));
        if state.not_understood > 0 {
            let what = WorkOf::UpToDate { unread: state.not_understood };
            all.push(Work { state: WorkState::Degraded, ..works(what) });
        }
        for what in [WorkOf::Card, WorkOf::Cloud] {
            all.push(Work { what, state: WorkState::NotSetUp, proved: None, why: Reason::None });
        }
        WorksView { works: all }
    }

    /// Tells every screen when something began or ceased to work. Ages alone are no news: screens count them up.
    pub(crate) fn tell_works(&self) {
        let (version, view) = {
            let state = read(&self.state);
            (state.version(), self.works(&state))
        };
        let states = view.works.iter().map(|w| (w.what.clone(), w.state)).collect();
        let before = std::mem::replace(&mut *lock(&self.told_works), states);
        if before != *lock(&self.told_works) {
            self.news.publish_to_all(&self.metrics, version, &Update::Works(view));
        }
    }

    fn printer_works(&self, state: &State) -> Vec<Work> {
        let now = millis_now();
        let printers = state.restaurant.settings().map(|s| s.printers.as_slice()).unwrap_or_default();
        let shown = self.printers(state).into_iter().zip(printers);
        shown
            .map(|(view, printer)| {
                let proved = view.proved.map(|at| u64::try_from(now - at).unwrap_or(0));
                let state = match view.state {
                    PrinterState::Ready if proved.is_some_and(|age| age > STALE) => WorkState::Degraded,
                    PrinterState::Ready => WorkState::Works,
                    PrinterState::PaperLow | PrinterState::Unproved => WorkState::Degraded,
                    PrinterState::PaperOut | PrinterState::CoverOpen | PrinterState::Offline => WorkState::Down,
                };
                let what = WorkOf::Printer { printer: printer.id.clone(), name: printer.name.clone() };
                Work { what, state, proved, why: view.why }
            })
            .collect()
    }
}

fn alarm_works(state: &State) -> Vec<Work> {
    let (now, terminals) = (millis_now(), &state.restaurant.terminals);
    let mut open: Vec<_> = state.restaurant.alarms.open().collect();
    open.sort_by_key(|(_, raised)| std::cmp::Reverse(raised.at));
    open.truncate(ALARMS_SHOWN);
    let work = |(dot, raised): (Dot, &Raised)| {
        let about = if let Alarm::OwnLogIsLonger { of: Some(of), .. } = raised.alarm { of } else { dot.origin };
        let name = terminals.get(about).map(|t| t.name().to_owned()).unwrap_or_default();
        let what = WorkOf::Alarm { raised: dot, at: raised.at, name, alarm: raised.alarm.clone() };
        let age = u64::try_from(now - raised.at).unwrap_or(0);
        Work { what, state: WorkState::Degraded, proved: Some(age), why: Reason::None }
    };
    open.into_iter().map(work).collect()
}
