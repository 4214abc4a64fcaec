//! Paper: what must be printed is queued in the same transaction as the command that asked for it; what became of it
//! comes back through the same counter and is logged. The rule kept here: bytes that may be on paper are known to be so
//! before they leave, so that nothing is ever printed twice without saying so.

mod desk;
mod doubt;
mod steps;

use std::{
    collections::{BTreeMap, HashMap},
    sync::Mutex,
};

use domain::{
    Restaurant,
    ids::{CheckId, PrinterId},
    paper::Slip,
    query::{Query, Update, View},
    rejection::Rejection,
    settings::Printer,
    slips::{SlipContent, SlipOrder},
    view::{self, PrinterState, PrinterView, Reason, SlipKind, SlipView},
};
use printing::{PrinterProfile, decode::decode, encode, layout, spool::Spooler};
use store::SlipRow;

pub(crate) use steps::{Ordered, PaperStep, Slips};

use crate::{
    dispatch::rejection_of,
    state::State,
    terminal::{Terminal, lock, read},
};

/// Slips a printer may keep waiting. When one more comes the oldest is given up: a printer that was dead for a night
/// must not print the night.
const MAX_WAITING: usize = printing::spool::QUEUE_MAX;
/// Times a slip could not be sent after which it goes to the backup printer.
const MISSES_BEFORE_BACKUP: u32 = 2;

/// The slips on their way and the printers they go to.
#[derive(Default)]
pub(crate) struct PaperDesk {
    /// Slips that wait or are being sent, as the store has them.
    live: Mutex<BTreeMap<u64, SlipRow>>,
    /// How often in a row a waiting slip could not be sent. Nothing is lost by forgetting it.
    misses: Mutex<HashMap<u64, u32>>,
    printers: Mutex<HashMap<PrinterId, PrinterView>>,
    /// The running spooler with the printers it was started for.
    spooler: Mutex<Option<(Vec<Printer>, Spooler)>>,
}

impl Terminal {
    pub(crate) fn slips_waiting(&self) -> u64 {
        lock(&self.paper.live).len() as u64
    }

    /// How every printer of the settings is, as far as it proved it.
    pub(crate) fn printers(&self, state: &State) -> Vec<PrinterView> {
        let printers = state.restaurant.settings().map(|s| s.printers.as_slice()).unwrap_or_default();
        printers.iter().map(|p| self.printer(&p.id)).collect()
    }

    fn printer(&self, id: &PrinterId) -> PrinterView {
        let waiting = lock(&self.paper.live).values().filter(|s| s.view.printer == *id).count() as u32;
        let known = lock(&self.paper.printers).get(id).cloned();
        let unproved = || PrinterView {
            printer: id.clone(),
            state: PrinterState::Unproved,
            why: Reason::None,
            proved: None,
            waiting: 0,
        };
        PrinterView { waiting, ..known.unwrap_or_else(unproved) }
    }

    /// The newest slips of the ledger; those on their way as memory knows them, which is newer.
    pub(crate) fn slips(&self, limit: usize) -> Result<Vec<SlipView>, Rejection> {
        let mut slips = self.readers.newest_slips(limit).map_err(rejection_of)?;
        let live = lock(&self.paper.live);
        for slip in &mut slips {
            if let Some(now) = live.get(&slip.view.job) {
                *slip = now.clone();
            }
        }
        Ok(slips.into_iter().map(|s| s.view).collect())
    }

    /// The receipt of a check as it would be printed.
    pub(crate) fn receipt(&self, state: &State, id: CheckId) -> Result<View, Rejection> {
        let restaurant = &state.restaurant;
        let (check, settled) = self.with_check(state, id, |c| (view::check_view(restaurant, c), c.is_settled()))?;
        let check = Box::new(check);
        let (kind, content) = if settled {
            (SlipKind::Receipt, SlipContent::Receipt { check, copy: 0 })
        } else {
            (SlipKind::Bill, SlipContent::Bill { check })
        };
        let order = order(PrinterId::default(), kind, content);
        layout::slip(restaurant, &order, state.zone.now()).map(View::Paper).ok_or(Rejection::NoStore)
    }

    /// The picture of a slip as its printer would print it, as PNG.
    ///
    /// # Errors
    /// [`Rejection::UnknownSlip`], or that the ledger cannot be read.
    pub fn slip_picture(&self, caller: &crate::Caller, job: u64) -> Result<Vec<u8>, Rejection> {
        let slip = match self.query(caller, Query::SlipPicture { job }) {
            domain::query::Answer::View(View::Paper(slip)) => slip,
            domain::query::Answer::View(_) => return Err(Rejection::UnknownSlip { job }),
            domain::query::Answer::Refused(refusal) => return Err(refusal.why),
        };
        let printer = self.readers.slip(job).map_err(rejection_of)?.map(|s| s.view.printer);
        let profile = {
            let state = read(&self.state);
            let settings = state.restaurant.settings();
            settings.and_then(|s| s.printers.iter().find(|p| Some(&p.id) == printer.as_ref())).map(PrinterProfile::of)
        }
        .unwrap_or_else(PrinterProfile::epson_80);
        let tickets = decode(&encode(&slip, &profile), profile.paper);
        tickets.first().map(|t| t.png()).ok_or(Rejection::UnknownSlip { job })
    }

    /// What became of a slip, for the screens that show the ledger.
    pub(crate) fn slip_update(&self, job: u64) -> Option<Update> {
        let live = lock(&self.paper.live).get(&job).cloned();
        let slip = live.or_else(|| {
            self.readers.slip(job).inspect_err(|e| tracing::warn!("slip {job} cannot be read: {e}")).ok().flatten()
        });
        slip.map(|s| Update::Slip(s.view))
    }
}

fn order(printer: PrinterId, kind: SlipKind, content: SlipContent) -> SlipOrder {
    SlipOrder { printer, backup: None, kind, check: None, title: String::new(), content }
}

/// Lays a slip out; `None` only before the store is set up.
pub(crate) fn laid_out(restaurant: &Restaurant, order: &SlipOrder, now: domain::clock::Moment) -> Option<Slip> {
    layout::slip(restaurant, order, now)
}
