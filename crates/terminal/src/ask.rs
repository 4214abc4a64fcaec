//! Answers to questions: views folded from memory, lists read from the store. Asking never writes.

use domain::{
    Restaurant,
    check::Check,
    clock::{Date, Moment},
    ids::{CheckId, DeviceId, StaffId},
    menu,
    query::{Answer, MAX_ROWS, Query, View},
    rejection::Rejection,
    shift::{Book, DrawerCount},
    staff::{Permission, Role},
    view::{self, DoorView, DrawerView, FloorView, HistoryLine, ReportView, TodayView},
};
use store::Search;

use crate::{
    csv,
    dispatch::rejection_of,
    door::Caller,
    metrics::count,
    people,
    state::{State, recall},
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

/// The longest stretch of days one report covers.
const MAX_REPORT_DAYS: i32 = 800;
/// The most parts a business date can be closed in; a report that left one out would not add up.
const PARTS_PER_DAY: usize = u8::MAX as usize;
/// Slips the ledger page shows.
const SLIPS_SHOWN: usize = 200;

impl Terminal {
    /// Answers a question.
    pub fn query(&self, caller: &Caller, query: Query) -> Answer {
        count(&self.metrics.queries);
        match self.gate(caller).and_then(|()| self.look_up(caller, query)) {
            Ok(view) => Answer::View(view),
            Err(rejection) => Answer::Refused(rejection.into()),
        }
    }

    /// Who is signed in there, if they still work here.
    fn who_asks(&self, restaurant: &Restaurant, caller: &Caller) -> Option<StaffId> {
        let who = lock(&self.door).who(caller, millis_now());
        who.filter(|id| restaurant.member(id).is_some_and(|m| m.active))
    }

    /// What a person may hold against another terminal's to see that both know the same; nothing for a stranger.
    pub(crate) fn digest_for(&self, caller: &Caller) -> Option<String> {
        let state = read(&self.state);
        self.who_asks(&state.restaurant, caller).map(|_| state.restaurant.digest())
    }

    fn look_up(&self, caller: &Caller, query: Query) -> Result<View, Rejection> {
        let state = read(&self.state);
        let restaurant = &state.restaurant;
        let who = self.who_asks(restaurant, caller);
        match &query {
            Query::Door => return Ok(View::Door(self.door_view(restaurant, caller))),
            // Before there is a restaurant nobody can sign in, and there is nothing to hide.
            Query::Terminals if restaurant.settings().is_none() => {
                return Ok(View::Terminals(Box::new(self.terminals_view(&state))));
            }
            Query::WhoAmI => return Ok(View::WhoAmI(who.and_then(|id| people::person(restaurant, &id)))),
            _ => {}
        }
        restaurant.settings().ok_or(Rejection::NoStore)?;
        let role = who.and_then(|id| restaurant.member(&id)).map(|m| m.role).ok_or(Rejection::NotSignedIn)?;
        if let Some(needs) = needs(&query)
            && !role.may(needs)
        {
            return Err(Rejection::NotAllowed { needs });
        }
        let now = state.zone.now();
        match query {
            Query::Door | Query::WhoAmI => Err(Rejection::NotHere { what: "question".into() }),
            Query::Config => people::config(restaurant, *read(&self.letter), now)
                .map(|c| View::Config(Box::new(c)))
                .ok_or(Rejection::NoStore),
            Query::Floor => {
                let cards = restaurant.open_checks().map(view::check_card).collect();
                Ok(View::Floor(FloorView { version: state.version(), cards }))
            }
            Query::Kitchen { station } => Ok(View::Kitchen(view::kitchen_view(restaurant, station.as_ref()))),
            Query::Check { check } => {
                self.with_check(&state, check, |c| View::Check(Box::new(view::check_view(restaurant, c))))
            }
            Query::CheckFacts { check } => self.with_check(&state, check, |c| View::CheckFacts(Box::new(c.clone()))),
            Query::Receipt { check } => self.receipt(&state, check),
            Query::History { check } => self.history(&state, check),
            Query::Today => Ok(View::Today(Box::new(today(restaurant, role, now, *read(&self.letter))))),
            Query::XReport => {
                let day = restaurant.business_day(now);
                Ok(View::XReport(Box::new(restaurant.x_report(day, *read(&self.letter), now))))
            }
            Query::ExportMenu { format } => {
                let (menu, settings) = (restaurant.menu(), restaurant.settings());
                let (menu, settings) = menu.zip(settings).ok_or(Rejection::NoStore)?;
                Ok(View::Text(menu::export(menu, settings, format)))
            }
            Query::TryImport { format, text } => {
                let settings = restaurant.settings().ok_or(Rejection::NoStore)?;
                let current = restaurant.menu().cloned().unwrap_or_default();
                Ok(View::Import(menu::try_import(&current, settings, format, &text)))
            }
            Query::Report { from, to } => Ok(View::Report(Box::new(self.report(&state, from, to)?))),
            Query::ReportCsv { from, to } => {
                let settings = restaurant.settings().ok_or(Rejection::NoStore)?;
                Ok(View::Text(csv::report(&self.report(&state, from, to)?, &settings.currency)))
            }
            Query::ClosedChecks { .. } | Query::ZReports | Query::Slips | Query::SlipPicture { .. } => {
                drop(state);
                self.list(query)
            }
            Query::Printers => Ok(View::Printers(self.printers(&state))),
            Query::LateArrivals => Ok(View::LateArrivals(restaurant.late_arrivals())),
            Query::Tray => Ok(View::Tray(view::tray(restaurant))),
            Query::Terminals => Ok(View::Terminals(Box::new(self.terminals_view(&state)))),
            Query::Works => Ok(View::Works(self.works(&state))),
        }
    }

    fn door_view(&self, restaurant: &Restaurant, caller: &Caller) -> DoorView {
        let device = restaurant.devices.get(&caller.device).and_then(|d| d.paired());
        let door = people::door(restaurant, &self.name, *read(&self.letter));
        DoorView { work: device.map(|d| d.work), coming: *lock(&self.peers.coming), ..door }
    }

    /// What only the file knows; nobody's order waits for it.
    fn list(&self, query: Query) -> Result<View, Rejection> {
        match query {
            Query::ClosedChecks { from, to, text, behind } => {
                let search = Search { from, to, text, behind, limit: MAX_ROWS };
                self.readers.closed_checks(&search).map(View::ClosedChecks).map_err(rejection_of)
            }
            Query::ZReports => {
                let all = self.readers.z_reports(Date(0), Date(i32::MAX), MAX_ROWS);
                all.map(View::ZReports).map_err(rejection_of)
            }
            Query::Slips => self.slips(SLIPS_SHOWN).map(View::Slips),
            Query::SlipPicture { job } => {
                let paper = self.readers.slip_paper(job).map_err(rejection_of)?;
                paper.map(View::Paper).ok_or(Rejection::UnknownSlip { job })
            }
            _ => Err(Rejection::NotHere { what: "list".into() }),
        }
    }

    /// A check from memory, or folded again from the log when it left memory.
    pub(crate) fn with_check<T>(
        &self,
        state: &State,
        id: CheckId,
        show: impl FnOnce(&Check) -> T,
    ) -> Result<T, Rejection> {
        if let Some(check) = state.restaurant.check(id) {
            return Ok(show(check));
        }
        let mut aside = Restaurant::default();
        recall(&mut aside, vec![id], &self.readers, |_| true).map_err(rejection_of)?;
        aside.check(id).map(show).ok_or(Rejection::UnknownCheck { check: id })
    }

    fn history(&self, state: &State, id: CheckId) -> Result<View, Rejection> {
        // What was merged into it belongs to its story.
        let merged = self.with_check(state, id, |check| check.joined.keys().copied().collect::<Vec<_>>())?;
        let checks: Vec<CheckId> = [id].into_iter().chain(merged).collect();
        let mut places = Vec::new();
        for id in &checks {
            places.extend(match state.places_of(*id) {
                Some(places) => places.to_vec(),
                None => self.readers.places_of(*id).map_err(rejection_of)?.unwrap_or_default(),
            });
        }
        places.sort_unstable();
        places.dedup();
        let mut entries = self.readers.entries_at(&places).map_err(rejection_of)?;
        if checks.len() > 1 {
            entries.sort_by_key(|entry| entry.at);
        }
        let mut lines = Vec::new();
        for entry in entries {
            for event in entry.events.iter().filter(|e| checks.iter().any(|id| e.is_of(*id))) {
                let Some((kind, data)) = kind_and_data(event) else { continue };
                lines.push(HistoryLine {
                    at: entry.at,
                    by: entry.by.clone(),
                    device: entry.device.as_ref().map(|d| named(&state.restaurant, d)),
                    kind,
                    data,
                });
            }
        }
        Ok(View::History(lines))
    }

    fn report(&self, state: &State, from: Date, to: Date) -> Result<ReportView, Rejection> {
        let days = to.0.saturating_sub(from.0).saturating_add(1);
        if !(1..=MAX_REPORT_DAYS).contains(&days) {
            return Err(Rejection::Malformed { what: format!("a report covers 1 to {MAX_REPORT_DAYS} days") });
        }
        let (book, by_day) = self.books(state, from, to)?;
        let (before, _) = self.books(state, Date(from.0 - days), Date(from.0 - 1))?;
        Ok(ReportView { from, to, book, days: by_day, before: before.sales.amount })
    }

    /// The sum of all books of some dates, and each date's sales. Days in memory are taken from there, also closed ones:
    /// late arrivals are in them and never in their Z.
    #[allow(clippy::type_complexity)]
    fn books(
        &self,
        state: &State,
        from: Date,
        to: Date,
    ) -> Result<(Book, Vec<(Date, domain::money::Money, u32)>), Rejection> {
        let limit = (to.0 - from.0 + 1).max(1) as usize * PARTS_PER_DAY;
        let closed = self.readers.z_reports(from, to, limit).map_err(rejection_of)?;
        let days = &state.restaurant.days;
        let kept = days.iter().filter(|(day, _)| (from..=to).contains(&day.date)).map(|(day, d)| (day.date, &d.book));
        let gone = closed.iter().filter(|z| !days.contains_key(&z.day)).map(|z| (z.day.date, &z.book));
        let books = kept.chain(gone);
        let (mut sum, mut days) = (Book::default(), std::collections::BTreeMap::new());
        for (date, book) in books {
            sum.add(book, 1);
            let day: &mut (domain::money::Money, i64) = days.entry(date).or_default();
            day.0 += book.sales.amount;
            day.1 += book.sales.n;
        }
        let days = days.into_iter().map(|(date, (amount, n))| (date, amount, n.max(0) as u32)).collect();
        Ok((sum, days))
    }
}

/// A device as people call it; what is not let in goes by what it calls itself.
fn named(restaurant: &Restaurant, device: &DeviceId) -> DeviceId {
    let paired = restaurant.devices.get(device).and_then(|d| d.paired());
    paired.map_or_else(|| device.clone(), |d| d.name.as_str().into())
}

/// What one must be allowed to ask this; `None` is everybody who is signed in.
fn needs(query: &Query) -> Option<Permission> {
    match query {
        Query::Report { .. } | Query::ReportCsv { .. } | Query::XReport | Query::ZReports | Query::LateArrivals => {
            Some(Permission::CloseDay)
        }
        Query::Today => Some(Permission::RunDrawer),
        Query::ExportMenu { .. } | Query::TryImport { .. } => Some(Permission::EditStore),
        _ => None,
    }
}

fn today(restaurant: &Restaurant, role: Role, now: Moment, letter: char) -> TodayView {
    let day = restaurant.business_day(now);
    let x = restaurant.x_report(day, letter, now);
    // Blind: what should be there is shown only after somebody said what is.
    let drawer = |d: DrawerCount| DrawerView {
        letter: d.letter,
        expected: d.drawer.counted.map(|_| d.expected),
        drawer: d.drawer,
    };
    let open: Vec<_> = restaurant.open_checks().map(|c| c.bill().total).collect();
    let unclosed = restaurant.days.iter().filter(|(d, figures)| **d < day && !figures.closed);
    TodayView {
        day,
        book: if role.may(Permission::CloseDay) { x.book } else { Book::default() },
        open_checks: open.len() as u32,
        open_amount: open.into_iter().sum(),
        drawers: x.drawers.into_iter().map(drawer).collect(),
        clocked_in: restaurant.members().map(|m| &m.id).filter(|id| restaurant.is_clocked_in(id)).cloned().collect(),
        unclosed: unclosed.filter(|(_, figures)| **figures != Default::default()).map(|(d, _)| *d).collect(),
    }
}

/// An event's own name and data, out of its stored form `{"name": data}`.
fn kind_and_data(event: &domain::event::Event) -> Option<(String, serde_json::Value)> {
    match serde_json::to_value(event).ok()? {
        serde_json::Value::Object(one) => one.into_iter().next(),
        serde_json::Value::String(kind) => Some((kind, serde_json::Value::Null)),
        _ => None,
    }
}
