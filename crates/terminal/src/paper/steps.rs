//! What happens to a slip, each step a part of some transaction.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    clock::Moment,
    command::Command,
    event::{Event, SlipEnd, TicketOf},
    ids::{CommandId, PrinterId},
    rejection::Rejection,
    slips::SlipOrder,
    tickets::MAX_TRIES,
    view::{Reason, SlipKind, SlipState, SlipView},
};
use printing::spool::{Doubt, Outcome};
use store::{Batch, NewSlip, SlipRow, StoreError};

use super::{
    MAX_WAITING, MISSES_BEFORE_BACKUP,
    desk::{doubted, hindered},
    laid_out,
};
use crate::{
    state::State,
    terminal::{Terminal, lock},
};

/// A step of the spooler that must be durable.
pub(crate) enum PaperStep {
    /// The first byte is about to leave.
    Sending(u64),
    /// It did not leave: meanwhile somebody else may have printed the slip.
    Anew(u64),
    /// What became of it.
    Ended(u64, Outcome),
}

/// Slips changed by a batch, as they will be once it is committed.
#[derive(Default)]
pub(crate) struct Slips {
    rows: BTreeMap<u64, SlipRow>,
    /// Printers somebody says are mended: they are tried at once.
    mended: BTreeSet<PrinterId>,
    /// Printers with new work.
    busy: BTreeSet<PrinterId>,
}

impl Slips {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    pub fn jobs(&self) -> impl Iterator<Item = u64> {
        self.rows.keys().copied()
    }

    /// Another terminal may have printed what waits here for the kitchen.
    pub fn doubt(&mut self) {
        self.rows.values_mut().filter(|slip| is_for_doubt(slip)).for_each(|slip| slip.marked = true);
    }

    pub fn add(&mut self, other: Slips) {
        self.rows.extend(other.rows);
        self.mended.extend(other.mended);
        self.busy.extend(other.busy);
    }
}

/// Where slips come from.
pub(crate) struct Ordered {
    /// The command of the entry that asks for them.
    pub entry: CommandId,
    pub now: Moment,
    /// Another terminal may have printed them.
    pub marked: bool,
}

/// A step's answer: events to log, or a refusal.
pub(crate) type Decided = Result<Vec<Event>, Rejection>;

/// A kitchen's slip that waits: somebody else may print it.
pub(super) fn is_for_doubt(slip: &SlipRow) -> bool {
    slip.view.state == SlipState::Queued && slip.of.is_some()
}

fn is_live(slip: &SlipRow) -> bool {
    matches!(slip.view.state, SlipState::Queued | SlipState::Sending)
}

impl Terminal {
    /// A slip as this batch sees it.
    fn slip_row(&self, slips: &Slips, job: u64) -> Result<Option<SlipRow>, StoreError> {
        if let Some(slip) = slips.rows.get(&job) {
            return Ok(Some(slip.clone()));
        }
        let live = lock(&self.paper.live).get(&job).cloned();
        match live {
            Some(slip) => Ok(Some(slip)),
            None => self.readers.slip(job),
        }
    }

    fn put_slip(&self, tx: &mut Batch<'_>, slips: &mut Slips, slip: SlipRow) -> Result<(), StoreError> {
        tx.update_slip(&slip)?;
        slips.rows.insert(slip.view.job, slip);
        Ok(())
    }

    /// Queues the slips a command ordered.
    pub(crate) fn queue_slips(
        &self,
        tx: &mut Batch<'_>,
        state: &State,
        slips: &mut Slips,
        orders: &[SlipOrder],
        ordered: Ordered,
    ) -> Result<(), StoreError> {
        let Ordered { entry, now, marked } = ordered;
        for order in orders {
            let Some(paper) = laid_out(&state.restaurant, order, now) else { continue };
            let slip = NewSlip {
                printer: order.printer.clone(),
                backup: order.backup.clone(),
                kind: order.kind,
                check: order.check,
                title: order.title.clone(),
                of: order.content.station().map(|station| TicketOf { entry, station: station.clone() }),
                marked,
                slip: paper,
                queued: now.at,
            };
            self.queue_slip(tx, slips, &slip)?;
        }
        Ok(())
    }

    fn queue_slip(&self, tx: &mut Batch<'_>, slips: &mut Slips, slip: &NewSlip) -> Result<(), StoreError> {
        if let Some(mut oldest) = self.one_too_many(slips, &slip.printer) {
            oldest.view.state = SlipState::Dropped;
            oldest.view.ended = Some(slip.queued);
            oldest.view.why = Reason::TooManyWaited;
            self.put_slip(tx, slips, oldest)?;
        }
        let job = tx.queue_slip(slip)?;
        let view = SlipView {
            job,
            printer: slip.printer.clone(),
            what: slip.kind,
            check: slip.check,
            title: slip.title.clone(),
            state: SlipState::Queued,
            queued: slip.queued,
            ended: None,
            why: Reason::None,
            tries: 0,
        };
        slips.busy.insert(slip.printer.clone());
        slips.rows.insert(
            job,
            SlipRow { view, backup: slip.backup.clone(), came_from: None, marked: slip.marked, of: slip.of.clone() },
        );
        Ok(())
    }

    /// The oldest slip that waits for a printer, when as many wait as may.
    fn one_too_many(&self, slips: &Slips, printer: &PrinterId) -> Option<SlipRow> {
        let live = lock(&self.paper.live);
        let waits = |s: &&SlipRow| s.view.printer == *printer && s.view.state == SlipState::Queued;
        let mut waiting: BTreeMap<u64, &SlipRow> = live.iter().map(|(job, s)| (*job, s)).collect();
        waiting.extend(slips.rows.iter().map(|(job, s)| (*job, s)));
        let mut waiting = waiting.into_values().filter(waits);
        let oldest = waiting.next()?;
        (waiting.count() + 1 >= MAX_WAITING).then(|| oldest.clone())
    }

    /// The paper commands a person gives; `None` when a command is none of them.
    pub(crate) fn paper_command(
        &self,
        tx: &mut Batch<'_>,
        state: &State,
        slips: &mut Slips,
        command: &Command,
        now: Moment,
    ) -> Result<Decided, StoreError> {
        match command {
            Command::Reprint { job } => self.reprint(tx, slips, *job, now),
            Command::DropSlip { job } => self.drop_slip(tx, slips, *job, now),
            Command::TestPrint { printer } => {
                let known = state.restaurant.settings().is_some_and(|s| s.printers.iter().any(|p| p.id == *printer));
                Ok(if known { Ok(Vec::new()) } else { Err(Rejection::UnknownPrinter { printer: printer.clone() }) })
            }
            _ => Ok(Ok(Vec::new())),
        }
    }

    fn reprint(&self, tx: &mut Batch<'_>, slips: &mut Slips, job: u64, now: Moment) -> Result<Decided, StoreError> {
        let Some(slip) = self.slip_row(slips, job)? else { return Ok(Err(Rejection::UnknownSlip { job })) };
        if is_live(&slip) {
            // It is on its way; asking again means "the printer is mended, try now".
            slips.mended.insert(slip.view.printer);
            return Ok(Ok(Vec::new()));
        }
        let Some(paper) = self.readers.slip_paper(job)? else { return Ok(Err(Rejection::UnknownSlip { job })) };
        let paper = match slip.view.state {
            SlipState::Unknown => paper.marked_possible_duplicate(),
            SlipState::Dropped => paper,
            _ => paper.marked("COPY"),
        };
        let again = NewSlip {
            printer: slip.came_from.unwrap_or(slip.view.printer),
            backup: slip.backup,
            kind: slip.view.what,
            check: slip.view.check,
            title: slip.view.title,
            of: slip.of,
            marked: false,
            slip: paper,
            queued: now.at,
        };
        self.queue_slip(tx, slips, &again)?;
        Ok(Ok(Vec::new()))
    }

    fn drop_slip(&self, tx: &mut Batch<'_>, slips: &mut Slips, job: u64, now: Moment) -> Result<Decided, StoreError> {
        let Some(mut slip) = self.slip_row(slips, job)? else { return Ok(Err(Rejection::UnknownSlip { job })) };
        match slip.view.state {
            SlipState::Sending => return Ok(Err(Rejection::Busy)),
            SlipState::Printed | SlipState::Dropped => return Ok(Err(Rejection::UnknownSlip { job })),
            SlipState::Queued | SlipState::Unknown => {}
        }
        slip.view.state = SlipState::Dropped;
        slip.view.ended = Some(now.at);
        let event = ended(&slip, SlipEnd::Dropped);
        self.put_slip(tx, slips, slip)?;
        Ok(Ok(vec![event]))
    }

    /// A step of the spooler. The events are what the log should know.
    pub(crate) fn paper_step(
        &self,
        tx: &mut Batch<'_>,
        slips: &mut Slips,
        step: PaperStep,
        now: Moment,
    ) -> Result<Decided, StoreError> {
        let (PaperStep::Sending(job) | PaperStep::Anew(job) | PaperStep::Ended(job, _)) = step;
        let Some(mut slip) = self.slip_row(slips, job)? else { return Ok(Err(Rejection::UnknownSlip { job })) };
        let outcome = match step {
            PaperStep::Sending(_) if slip.view.state == SlipState::Queued => {
                slip.view.state = SlipState::Sending;
                slip.view.tries += 1;
                self.put_slip(tx, slips, slip)?;
                return Ok(Ok(Vec::new()));
            }
            PaperStep::Anew(_) => {
                (slip.view.state, slip.marked) = (SlipState::Queued, true);
                self.put_slip(tx, slips, slip)?;
                return Ok(Ok(Vec::new()));
            }
            // Somebody gave it up while the printer was being asked.
            PaperStep::Sending(_) => return Ok(Err(Rejection::UnknownSlip { job })),
            PaperStep::Ended(_, outcome) => outcome,
        };
        match outcome {
            Outcome::Printed => {
                slip.view.state = SlipState::Printed;
                slip.view.ended = Some(now.at);
                slip.view.why = Reason::None;
                let event = ended(&slip, SlipEnd::Printed);
                self.put_slip(tx, slips, slip)?;
                Ok(Ok(vec![event]))
            }
            Outcome::Unknown(doubt) => self.unknown(tx, slips, slip, doubt, now),
            Outcome::NotSent(hindrance) => {
                self.not_sent(tx, slips, slip, hindered(hindrance), now)?;
                Ok(Ok(Vec::new()))
            }
        }
    }

    fn unknown(
        &self,
        tx: &mut Batch<'_>,
        slips: &mut Slips,
        mut slip: SlipRow,
        doubt: Doubt,
        now: Moment,
    ) -> Result<Decided, StoreError> {
        let event = ended(&slip, SlipEnd::Unknown { why: doubt.to_string() });
        slip.view.why = doubted(doubt);
        let kitchen = matches!(slip.view.what, SlipKind::Ticket | SlipKind::Void);
        if kitchen && doubt != Doubt::CannotConfirm && slip.view.tries < MAX_TRIES {
            // The kitchen must not miss it; the paper says that it may have it already.
            slip.view.state = SlipState::Queued;
            slip.marked = true;
        } else {
            slip.view.state = SlipState::Unknown;
            slip.view.ended = Some(now.at);
        }
        self.put_slip(tx, slips, slip)?;
        Ok(Ok(vec![event]))
    }

    /// Nothing left this terminal. Kept in memory only, because nothing is lost by forgetting it, unless the slip goes
    /// elsewhere.
    fn not_sent(
        &self,
        tx: &mut Batch<'_>,
        slips: &mut Slips,
        mut slip: SlipRow,
        why: Reason,
        now: Moment,
    ) -> Result<(), StoreError> {
        slip.view.state = SlipState::Queued;
        slip.view.why = why;
        if slip.view.what == SlipKind::Drawer {
            // A drawer that springs open a minute later is worse than one that stays shut.
            slip.view.state = SlipState::Dropped;
            slip.view.ended = Some(now.at);
            return self.put_slip(tx, slips, slip);
        }
        let misses = {
            let mut misses = lock(&self.paper.misses);
            let misses = misses.entry(slip.view.job).or_default();
            *misses += 1;
            *misses
        };
        if let Some(backup) = slip.backup.clone().filter(|_| misses >= MISSES_BEFORE_BACKUP) {
            lock(&self.paper.misses).remove(&slip.view.job);
            let meant = std::mem::replace(&mut slip.view.printer, backup);
            // If the backup fails too, it may go back.
            slip.backup = Some(meant.clone());
            slip.came_from = match slip.came_from.take() {
                Some(first) if first == slip.view.printer => None,
                Some(first) => Some(first),
                None => Some(meant),
            };
            slips.busy.insert(slip.view.printer.clone());
            return self.put_slip(tx, slips, slip);
        }
        slips.rows.insert(slip.view.job, slip);
        Ok(())
    }

    /// Takes a committed batch's slips into memory and rings at their printers.
    pub(crate) fn take_slips(&self, slips: &Slips) {
        {
            let mut live = lock(&self.paper.live);
            for (job, slip) in &slips.rows {
                if is_live(slip) {
                    live.insert(*job, slip.clone());
                } else {
                    live.remove(job);
                    lock(&self.paper.misses).remove(job);
                }
            }
        }
        self.ring(&slips.busy, &slips.mended);
    }
}

fn ended(slip: &SlipRow, end: SlipEnd) -> Event {
    Event::SlipEnded {
        job: slip.view.job,
        printer: slip.view.printer.clone(),
        check: slip.view.check,
        of: slip.of.clone(),
        end,
    }
}
