//! Firing, bumping, recalling, carrying.

use super::{Desk, missing_choices};
use crate::{
    check::{Check, Line},
    command::{Command, What},
    event::{Event, FiredLine},
    ids::*,
    rejection::Rejection,
    staff::Permission,
};

impl Desk<'_> {
    pub(super) fn kitchen(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::Fire { check, what } => {
                self.must(Permission::TakeOrders)?;
                self.fire(*check, what)
            }
            Command::Bump { check, fire, station, lines } => self.bump(*check, *fire, station, lines),
            Command::Recall { check, fire, station } => self.recall(*check, *fire, station),
            Command::Carry { check } => {
                self.must(Permission::RunKitchen)?;
                let found = self.whole(*check)?;
                let lines: Vec<LineId> = found.waiting_at_the_pass().map(|(id, _)| id).collect();
                if lines.is_empty() {
                    return Err(Rejection::UnknownTicket);
                }
                let homes = self.by_home(found, lines, |line| *line).into_iter();
                Ok(homes.map(|(check, lines)| Event::Carried { check, lines }).collect())
            }
            _ => Ok(Vec::new()),
        }
    }

    fn fire(&self, id: CheckId, what: &What) -> Result<Vec<Event>, Rejection> {
        let check = self.open_check(id)?;
        let next = unfired(check).map(|(_, line)| line.course_now()).min();
        let wanted = |id: &LineId, line: &Line| match what {
            What::All => !check.is_held(line.course_now()),
            What::Course(course) => line.course_now() == *course,
            What::Next => Some(line.course_now()) == next,
            What::Lines(lines) => lines.contains(id),
        };
        let lines: Vec<(LineId, &Line)> = unfired(check).filter(|(id, line)| wanted(id, line)).collect();
        let mut events = self.fire_lines(check, &lines)?;
        if events.is_empty() {
            return Err(Rejection::NothingToFire);
        }
        // Firing a held course by hand lets it go: what is added to it later is not held again.
        let mut held: Vec<u8> = lines.iter().map(|(_, l)| l.course_now()).filter(|c| check.is_held(*c)).collect();
        held.sort_unstable();
        held.dedup();
        events.extend(held.into_iter().map(|course| Event::CourseHeld { check: id, course, held: false }));
        Ok(events)
    }

    /// The events that fire these lines, one for each check they belong to; none when there are none.
    fn fire_lines(&self, check: &Check, lines: &[(LineId, &Line)]) -> Result<Vec<Event>, Rejection> {
        let menu = self.restaurant.menu().ok_or(Rejection::NoStore)?;
        let gaps: Vec<LineId> =
            lines.iter().filter(|(_, l)| !missing_choices(menu, l).is_empty()).map(|(id, _)| *id).collect();
        if !gaps.is_empty() {
            return Err(Rejection::ChoicesMissing { lines: gaps });
        }
        let settings = self.settings()?;
        let has_screen = |s: &StationId| settings.station(s).is_some_and(|s| s.screen);
        let fired: Vec<FiredLine> = lines
            .iter()
            .map(|(line, facts)| {
                let stations = facts.stations();
                let unscreened = stations.iter().filter(|s| !has_screen(s)).cloned().collect();
                FiredLine { line: *line, qty: facts.unfired_qty(), stations, unscreened }
            })
            .collect();
        let homes = self.by_home(check, fired, |fired| fired.line).into_iter();
        Ok(homes.map(|(check, lines)| Event::Fired { check, lines }).collect())
    }

    /// What settling a check still has to fire, so that nothing paid for is never cooked.
    pub(super) fn fire_the_rest(&self, check: &Check) -> Result<Vec<Event>, Rejection> {
        self.fire_lines(check, &unfired(check).collect::<Vec<_>>())
    }

    fn bump(&self, id: CheckId, fire: FireId, at: &StationId, lines: &[LineId]) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::RunKitchen)?;
        let check = self.whole(id)?;
        let found = check.fires.get(&fire).ok_or(Rejection::UnknownTicket)?;
        let here: Vec<LineId> = found.lines.iter().filter(|l| l.stations.contains(at)).map(|l| l.line).collect();
        if here.is_empty() {
            return Err(Rejection::UnknownTicket);
        }
        if let Some(stranger) = lines.iter().find(|l| !here.contains(l)) {
            return Err(Rejection::UnknownLine { line: *stranger });
        }
        let chosen = if lines.is_empty() { &here[..] } else { lines };
        let lines: Vec<LineId> = chosen.iter().copied().filter(|l| !found.is_ready(at, *l)).collect();
        if lines.is_empty() {
            return Err(Rejection::UnknownTicket);
        }
        Ok(self.bumped(check, fire, at, lines, true))
    }

    fn recall(&self, id: CheckId, fire: FireId, at: &StationId) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::RunKitchen)?;
        let check = self.whole(id)?;
        let found = check.fires.get(&fire).ok_or(Rejection::UnknownTicket)?;
        let here = found.lines.iter().filter(|l| l.stations.contains(at)).map(|l| l.line);
        let lines: Vec<LineId> = here.filter(|l| found.is_ready(at, *l)).collect();
        if lines.is_empty() {
            return Err(Rejection::NothingToRecall);
        }
        Ok(self.bumped(check, fire, at, lines, false))
    }

    fn bumped(&self, check: &Check, fire: FireId, at: &StationId, lines: Vec<LineId>, ready: bool) -> Vec<Event> {
        let homes = self.by_home(check, lines, |line| *line).into_iter();
        homes.map(|(check, lines)| Event::Bumped { check, fire, station: at.clone(), lines, ready }).collect()
    }
}

fn unfired(check: &Check) -> impl Iterator<Item = (LineId, &Line)> {
    check.lines.iter().filter(|(_, l)| l.unfired_qty() > 0).map(|(id, l)| (*id, l))
}
