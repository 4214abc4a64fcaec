//! Settling what is in the conflict tray and no ordinary command mends.

use super::Desk;
use crate::{
    check::Check,
    conflict::{Clash, Conflict, Document, How},
    event::{Comp, Event, Void},
    ids::{CheckId, ConflictId, Dot, LineId},
    money::Ppm,
    rejection::Rejection,
    staff::Permission,
};

/// What stands on a line that was taken off or given away because the check was settled elsewhere.
const REASON: &str = "ordered while the check was settled";

impl Desk<'_> {
    pub(super) fn settle_conflict(&self, id: &ConflictId, how: How) -> Result<Vec<Event>, Rejection> {
        self.actor()?;
        let Some(conflict) = self.restaurant.conflict(id) else {
            // Laid aside already, or mended by what people did: there is nothing left to leave as it is.
            return if how == How::Keep { Ok(Vec::new()) } else { Err(Rejection::ConflictGone) };
        };
        match (&conflict.clash, how) {
            (clash, How::Keep) => {
                self.approved(needed_to_keep(clash))?;
                Ok(vec![laid_aside(&conflict, how, None)])
            }
            (Clash::EditedAfterClosed { check, lines, .. }, How::TakeOff | How::OnTheHouse) if !lines.is_empty() => {
                let mut events = self.let_go(*check, lines, how)?;
                events.push(laid_aside(&conflict, how, None));
                Ok(events)
            }
            (Clash::PaidTooMuch { check, .. }, How::PutBack(back)) => {
                self.approved(needed_to_keep(&conflict.clash))?;
                if !self.restaurant.taken_out_while_paid(*check).contains(&back) {
                    return Err(Rejection::ConflictGone);
                }
                // What is too much now is not settled by this: if any of it stays, that is told anew.
                let merged = Event::ChecksMerged { check: back, into: *check };
                let settled =
                    Event::ConflictSettled { conflict: conflict.id.clone(), how, check: Some(back), line: None };
                Ok(vec![merged, settled])
            }
            (Clash::VoidedWhileFired { line, removed: false, .. }, How::TellKitchen) => {
                self.must(Permission::TakeOrders)?;
                Ok(vec![laid_aside(&conflict, how, Some(*line))])
            }
            (Clash::ChangedTwice { document, writes }, How::Take(dot)) if writes.contains(&dot) => {
                self.take_document(document, dot)
            }
            _ => Err(Rejection::ConflictGone),
        }
    }

    /// Lines that were ordered on one side while the other settled, taken off or given away.
    fn let_go(&self, check: CheckId, lines: &[LineId], how: How) -> Result<Vec<Event>, Rejection> {
        let approved_by = self.approved(Permission::Correct)?;
        let found = self.any_check(check)?;
        let (reason, by) = (|| REASON.to_owned(), || approved_by.clone());
        let let_go = |id: &LineId| {
            let line = found.lines.get(id)?;
            let check = self.home(found, *id);
            let rest = Ppm(Ppm::WHOLE.0 - line.comp_share().0);
            Some(match how {
                How::OnTheHouse => Event::LineComped {
                    check,
                    line: *id,
                    comp: Comp { share: rest, reason: reason(), approved_by: by() },
                },
                _ => {
                    let (qty, fired) = (line.live_qty(), line.fired_qty() > 0);
                    Event::LineVoided {
                        check,
                        line: *id,
                        void: Void { qty, reason: reason(), approved_by: by(), fired },
                    }
                }
            })
        };
        Ok(lines.iter().filter_map(let_go).collect())
    }

    /// The chosen version is published anew, by somebody who knew all of them.
    fn take_document(&self, document: &Document, dot: Dot) -> Result<Vec<Event>, Rejection> {
        let store = self.restaurant;
        self.must(if matches!(document, Document::Member(_)) { Permission::EditStaff } else { Permission::EditStore })?;
        let event = match document {
            Document::Settings => {
                store.settings.written_at(dot).map(|s| Event::SettingsChanged { settings: s.clone() })
            }
            Document::Menu => store.menu.written_at(dot).map(|m| Event::MenuPublished { menu: m.clone() }),
            Document::Floor => store.floor.written_at(dot).map(|f| Event::FloorPublished { floor: f.clone() }),
            Document::Member(id) => {
                let written = store.staff.get(id).and_then(|member| member.written_at(dot));
                written.map(|m| Event::MemberSet { member: m.clone() })
            }
        };
        Ok(vec![event.ok_or(Rejection::ConflictGone)?])
    }

    /// A check that may be paid on: an open one, or a settled one on which the other side had ordered more.
    pub(super) fn payable_check(&self, id: CheckId) -> Result<&Check, Rejection> {
        let check = self.any_check(id)?;
        if check.is_settled() && check.bill().due.0 > 0 { Ok(check) } else { self.open_check(id) }
    }
}

fn laid_aside(conflict: &Conflict, how: How, line: Option<LineId>) -> Event {
    Event::ConflictSettled { conflict: conflict.id.clone(), how, check: conflict.clash.checks().first().copied(), line }
}

/// What one must be allowed, or be lent, to leave a conflict as it stands.
pub(crate) fn needed_to_keep(clash: &Clash) -> Permission {
    match clash {
        Clash::DayClosedTwice { .. } => Permission::CloseDay,
        Clash::ChangedTwice { document: Document::Member(_), .. } => Permission::EditStaff,
        Clash::ChangedTwice { .. } => Permission::EditStore,
        clash if clash.is_about_money() => Permission::Refund,
        _ => Permission::TakeOrders,
    }
}
