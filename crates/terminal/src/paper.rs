//! Paper: what must be printed is queued with the command that asked for it, and what became of it is logged.

use domain::{
    query::View,
    rejection::Rejection,
    view::{PrinterState, PrinterView},
};

use crate::{state::State, terminal::Terminal};

impl Terminal {
    pub(crate) fn slips_waiting(&self) -> u64 {
        0
    }

    pub(crate) fn printers(&self, state: &State) -> Vec<PrinterView> {
        let printers = state.restaurant.settings().map(|s| s.printers.as_slice()).unwrap_or_default();
        let unproved = |p: &domain::settings::Printer| PrinterView {
            printer: p.id.clone(),
            state: PrinterState::Unproved,
            why: String::new(),
            proved: None,
            waiting: 0,
        };
        printers.iter().map(unproved).collect()
    }

    pub(crate) fn receipt(&self, _state: &State, check: domain::ids::CheckId) -> Result<View, Rejection> {
        Err(Rejection::UnknownCheck { check })
    }
}
