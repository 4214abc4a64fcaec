//! Tickets: one fire at one station, the same object on the screen and on paper.

use std::collections::BTreeMap;

use super::{AllDay, KitchenTicket, KitchenView, TicketLine, TicketOption, VoidSlip};
use crate::{
    check::{Check, Fire, Line},
    clock::{Millis, Moment},
    event::{ChosenOption, Void},
    ids::*,
    restaurant::Restaurant,
};

/// Bumped tickets offered for recall.
const DONE_SHOWN: usize = 12;
/// Minutes to "soon" and "late" of a station that is not in the settings any more.
const DEFAULT_AGES: (u16, u16) = (8, 15);

/// The board of one station, or of all.
pub fn kitchen_view(restaurant: &Restaurant, station: Option<&StationId>) -> KitchenView {
    let mut tickets: Vec<KitchenTicket> = Vec::new();
    let mut done: Vec<KitchenTicket> = Vec::new();
    for check in restaurant.wholes() {
        for ticket in tickets_of(restaurant, check).into_iter().filter(|t| station.is_none_or(|s| t.station == *s)) {
            if ticket.done { done.push(ticket) } else { tickets.push(ticket) }
        }
    }
    tickets.sort_by_key(|t| (t.fired, t.fire));
    done.retain(|t| t.done_at.is_some());
    done.sort_by_key(|t| std::cmp::Reverse(t.done_at));
    done.truncate(DONE_SHOWN);
    KitchenView { version: restaurant.version, all_day: all_day(&tickets), tickets, done }
}

/// What is still to be made over some tickets, most first.
pub fn all_day(tickets: &[KitchenTicket]) -> Vec<AllDay> {
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for line in tickets.iter().flat_map(|t| &t.lines).filter(|l| !l.ready && l.qty > 0) {
        *counts.entry(&line.name).or_default() += line.qty;
    }
    let mut all: Vec<AllDay> = counts.into_iter().map(|(name, qty)| AllDay { name: name.to_owned(), qty }).collect();
    all.sort_by(|a, b| b.qty.cmp(&a.qty).then_with(|| a.name.cmp(&b.name)));
    all
}

/// Tickets that a board may still show under this check and that are under another one since checks were merged or taken
/// apart: fire and station.
pub fn strayed_tickets(restaurant: &Restaurant, check: &Check) -> Vec<(FireId, StationId)> {
    let own = |fire: &FireId| check.inside.is_none() && check.fires.contains_key(fire);
    let circle = restaurant.circle(check.id).into_iter().filter_map(|id| restaurant.checks.get(&id));
    let fires = circle.flat_map(|c| &c.fires).filter(|(id, fire)| !fire.lines.is_empty() && !own(id));
    fires.flat_map(|(id, fire)| fire.stations().into_iter().map(|station| (*id, station))).collect()
}

/// All tickets of a check, done ones too. Those of a check that was merged into another are among that one's.
pub fn tickets_of(restaurant: &Restaurant, check: &Check) -> Vec<KitchenTicket> {
    if check.inside.is_some() {
        return Vec::new();
    }
    let fires = check.fires.iter().filter(|(_, fire)| !fire.lines.is_empty());
    fires
        .flat_map(|(id, fire)| fire.stations().into_iter().map(move |station| (id, station)))
        .filter_map(|(id, station)| ticket(restaurant, check, *id, &station))
        .collect()
}

/// One ticket.
pub fn ticket(restaurant: &Restaurant, check: &Check, fire_id: FireId, station: &StationId) -> Option<KitchenTicket> {
    let fire = check.fires.get(&fire_id)?;
    let settings = restaurant.settings()?;
    let language = settings.kitchen_language.as_str();
    let ages = settings.station(station).map_or(DEFAULT_AGES, |s| (s.soon_after, s.late_after));
    let label =
        |id: &TableId| restaurant.floor().and_then(|f| f.table(id)).map_or_else(|| id.to_string(), |t| t.label.clone());
    let waiter = check.waiter.get().and_then(|id| restaurant.member(id));
    let mut lines: Vec<TicketLine> = (fire.lines.iter())
        .filter(|l| l.stations.contains(station))
        .filter_map(|l| {
            let facts = check.lines.get(&l.line)?;
            Some(ticket_line(facts, l.line, station, language, check.wanted(&fire_id, l), l.qty, fire))
        })
        .collect();
    lines.sort_by_key(|l| (l.course, l.seat, l.line));
    let done = check.is_done_at(&fire_id, station);
    Some(KitchenTicket {
        check: check.id,
        fire: fire_id,
        station: station.clone(),
        kind: check.kind(),
        number: check.number(),
        table: check.table_now().map(label).unwrap_or_default(),
        name: check.name.get().cloned().unwrap_or_default(),
        covers: check.covers_now(),
        waiter: waiter.map(|m| m.name.clone()).unwrap_or_default(),
        fired: fire.at,
        fired_text: clock_text(fire.at, fire.off),
        lines,
        also_at: fire.stations().into_iter().filter(|s| s != station).collect(),
        done,
        done_at: fire.bumped.get(station).copied().filter(|_| done),
        soon_after: ages.0,
        late_after: ages.1,
        training: settings.training,
        early: false,
    })
}

fn clock_text(at: Millis, offset: i16) -> String {
    let minute = Moment { at, offset }.minute_of_day();
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

fn ticket_line(
    facts: &Line,
    id: LineId,
    station: &StationId,
    language: &str,
    wanted: u32,
    fired: u32,
    fire: &Fire,
) -> TicketLine {
    let what = facts.what();
    let name = what.map(|a| a.kitchen_name.clone().unwrap_or_else(|| a.name.get(language).to_owned()));
    TicketLine {
        line: id,
        qty: wanted,
        voided: fired.saturating_sub(wanted),
        name: name.unwrap_or_default(),
        portion: what.and_then(|a| a.portion_name.as_ref()).map(|n| n.get(language).to_owned()).unwrap_or_default(),
        options: ticket_options(facts.chosen(), station, language),
        note: facts.note.get().cloned().unwrap_or_default(),
        allergy: facts.allergy.get().cloned().unwrap_or_default(),
        seat: facts.seat.get().copied().unwrap_or(0),
        course: facts.course_now(),
        ready: fire.is_ready(station, id),
    }
}

/// A combo's components go to their own stations; everything else goes wherever the line goes.
fn ticket_options(chosen: &[ChosenOption], station: &StationId, language: &str) -> Vec<TicketOption> {
    let mut options = Vec::new();
    for option in chosen.iter().filter(|o| o.station.as_ref().is_none_or(|s| s == station)) {
        let component = option.station.is_some();
        options.push(TicketOption { name: option.name.get(language).to_owned(), depth: 0, component });
        for inner in &option.options {
            options.push(TicketOption { name: inner.name.get(language).to_owned(), depth: 1, component: false });
        }
    }
    options
}

/// The void slips of one void: one for each station that has the line, naming only that line.
pub fn void_slips(restaurant: &Restaurant, check: &Check, line: LineId, void: &Void, at: Moment) -> Vec<VoidSlip> {
    let fire = check.fires.iter().rev().find(|(_, f)| f.lines.iter().any(|l| l.line == line));
    let Some((fire_id, fire)) = fire else { return Vec::new() };
    let stations = fire.lines.iter().filter(|l| l.line == line).flat_map(|l| l.stations.iter());
    stations
        .filter_map(|station| {
            let mut ticket = ticket(restaurant, check, *fire_id, station)?;
            ticket.lines.retain(|l| l.line == line);
            let by = restaurant.member(&void.approved_by).map(|m| m.name.clone()).unwrap_or_default();
            let at_text = clock_text(at.at, at.offset);
            Some(VoidSlip { ticket, qty: void.qty, reason: void.reason.clone(), by, at_text })
        })
        .collect()
}
