//! How a ticket stands and in which order tickets hang. Pure.

use domain::{
    clock::Millis,
    ids::StationId,
    view::{AllDay, KitchenTicket},
};

use crate::format;

/// How urgent a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    OnTime,
    Soon,
    Late,
}

impl Age {
    pub fn name(self) -> &'static str {
        match self {
            Age::OnTime => "ok",
            Age::Soon => "soon",
            Age::Late => "late",
        }
    }
}

/// Minutes since it was fired, and what that means at its station.
pub fn age(ticket: &KitchenTicket, now: Millis) -> (u32, Age) {
    let minutes = format::minutes_between(ticket.fired, now);
    let age = if ticket.late_after > 0 && minutes >= u32::from(ticket.late_after) {
        Age::Late
    } else if ticket.soon_after > 0 && minutes >= u32::from(ticket.soon_after) {
        Age::Soon
    } else {
        Age::OnTime
    };
    (minutes, age)
}

/// How much of its time a ticket has used, 0 to 100.
pub fn used(ticket: &KitchenTicket, now: Millis) -> u32 {
    let allowed = u32::from(ticket.late_after).max(1) * 60;
    let seconds = u32::try_from((now - ticket.fired) / 1000).unwrap_or(0);
    (seconds * 100 / allowed).min(100)
}

/// The tickets of a station (or all), the oldest first; of one moment, by guest number, so that they never jump.
pub fn hung(tickets: impl Iterator<Item = KitchenTicket>, station: Option<&StationId>) -> Vec<KitchenTicket> {
    let mut hung: Vec<KitchenTicket> = tickets.filter(|t| !t.done && station.is_none_or(|s| t.station == *s)).collect();
    hung.sort_by(|a, b| (a.fired, a.number, &a.station).cmp(&(b.fired, b.number, &b.station)));
    hung
}

/// What is still to be made over all tickets, most first.
pub fn all_day(tickets: &[KitchenTicket]) -> Vec<AllDay> {
    domain::view::all_day(tickets)
}

/// Units a bump would finish.
pub fn open_units(ticket: &KitchenTicket) -> u32 {
    ticket.lines.iter().filter(|l| !l.ready).map(|l| l.qty).sum()
}
