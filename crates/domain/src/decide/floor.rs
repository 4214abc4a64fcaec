//! Opening, naming, moving and handing over checks.

use super::Desk;
use crate::{
    command::{Command, MAX_COVERS},
    event::{CheckKind, Event, Opened, Terms},
    ids::{CheckId, GuestNumber, StaffId, TableId},
    rejection::Rejection,
    staff::Permission,
    text::is_name,
};

impl Desk<'_> {
    pub(super) fn floor(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        let actor = self.must(Permission::TakeOrders)?;
        match command {
            Command::OpenCheck { kind, table, covers, name } => self.open(*kind, table.as_ref(), *covers, name, actor),
            Command::MoveCheck { check, table } => {
                self.open_check(*check)?;
                self.free_table(table.as_ref(), Some(*check))?;
                Ok(vec![Event::CheckMoved { check: *check, table: table.clone() }])
            }
            Command::NameCheck { check, name } => {
                self.open_check(*check)?;
                Ok(vec![Event::CheckNamed { check: *check, name: guest_name(name)? }])
            }
            Command::SetCovers { check, covers } => {
                let found = self.open_check(*check)?;
                Ok(self.covers(found, plausible_covers(*covers)?))
            }
            Command::HandOver { check, waiter } => {
                self.open_check(*check)?;
                if !self.may(waiter, Permission::TakeOrders) {
                    return Err(Rejection::UnknownStaff { staff: waiter.clone() });
                }
                Ok(vec![Event::HandedOver { check: *check, waiter: waiter.clone() }])
            }
            Command::CancelCheck { check } => {
                let found = self.open_check(*check)?;
                let kept = found.payments.keys().any(|p| !found.is_taken_back(*p));
                if kept || found.lines.values().any(|l| l.live_qty() > 0) {
                    return Err(Rejection::CheckNotEmpty);
                }
                Ok(vec![Event::CheckCancelled { check: *check }])
            }
            _ => Ok(Vec::new()),
        }
    }

    /// Guests whose check was merged leave the table they came from. Only the terminal knows such checks, so no screen
    /// needs this.
    pub(super) fn leave_table(&self, check: CheckId, into: CheckId) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::TakeOrders)?;
        self.open_check(into)?;
        Ok(vec![Event::CheckMoved { check, table: None }])
    }

    fn open(
        &self,
        kind: CheckKind,
        table: Option<&TableId>,
        covers: u16,
        name: &str,
        actor: &StaffId,
    ) -> Result<Vec<Event>, Rejection> {
        let settings = self.settings()?;
        self.free_table(table, None)?;
        let letter = self.context.letter;
        let n = self.restaurant.counters.get(&letter).map_or(1, |c| c.guests.next(self.context.day.date));
        Ok(vec![Event::CheckOpened(Opened {
            check: self.context.id,
            kind,
            number: GuestNumber { letter, n },
            table: table.cloned(),
            name: guest_name(name)?,
            covers: plausible_covers(covers)?,
            waiter: actor.clone(),
            terms: Terms { tax: settings.tax, rounding: settings.tax_rounding, cash_step: settings.cash_step },
        })])
    }

    /// A table holds one open check; whoever comes second is shown it instead of opening another without a word.
    pub(super) fn free_table(&self, table: Option<&TableId>, but: Option<CheckId>) -> Result<(), Rejection> {
        let Some(table) = table else { return Ok(()) };
        if self.restaurant.floor().and_then(|f| f.table(table)).is_none() {
            return Err(Rejection::UnknownTable { table: table.clone() });
        }
        match self.restaurant.open_checks().find(|c| c.table_now() == Some(table) && Some(c.id) != but) {
            Some(c) => Err(Rejection::TableTaken { table: table.clone(), check: c.id, number: c.number() }),
            None => Ok(()),
        }
    }
}

fn guest_name(name: &str) -> Result<String, Rejection> {
    if name.is_empty() || is_name(name) {
        Ok(name.trim().to_owned())
    } else {
        Err(Rejection::BadText { field: "name".into() })
    }
}

fn plausible_covers(covers: u16) -> Result<u16, Rejection> {
    if covers <= MAX_COVERS { Ok(covers) } else { Err(Rejection::BadQuantity { max: u32::from(MAX_COVERS) }) }
}
