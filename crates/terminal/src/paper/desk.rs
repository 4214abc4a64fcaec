//! Where the spooler's threads meet the terminal.

use std::{
    collections::BTreeSet,
    sync::{Arc, Weak},
    thread,
    time::UNIX_EPOCH,
};

use domain::{
    ids::PrinterId,
    query::{Outcome as Answer, Update},
    tickets::ASLEEP,
    view::{PrinterState, PrinterView, Reason, SlipKind, SlipState},
};
use printing::{
    PrinterProfile,
    spool::{Doubt, Health, Hindrance, Job, JobDesk, NotRecorded, Outcome, Permit, PrinterConfig, Spooler, Status},
};
use store::StoreError;

use super::PaperStep;
use crate::{
    dispatch,
    metrics::count,
    terminal::{Terminal, lock, read},
    zone::Since,
};

/// The terminal as the spooler sees it. It does not keep the terminal alive.
struct Desk(Weak<Terminal>);

impl JobDesk for Desk {
    fn next(&self, printer: &PrinterId) -> Option<Job> {
        let terminal = self.0.upgrade()?;
        let slip = {
            let live = lock(&terminal.paper.live);
            live.values().find(|s| s.view.printer == *printer && s.view.state == SlipState::Queued).cloned()
        }?;
        let job = slip.view.job;
        let paper = terminal.readers.slip_paper(job).inspect_err(|e| tracing::warn!("slip {job} cannot be read: {e}"));
        let mut paper = paper.ok().flatten()?;
        if let Some(from) = &slip.came_from {
            paper = paper.marked(&format!("BACKUP FROM {}", terminal.printer_name(from).to_uppercase()));
        }
        let marked = terminal.must_say_so(&slip);
        if marked {
            paper = paper.marked_possible_duplicate();
        }
        Some(Job { id: job, slip: paper, marked })
    }

    fn sending(&self, _: &PrinterId, job: &Job) -> Result<Permit, NotRecorded> {
        let terminal = self.0.upgrade().ok_or_else(|| NotRecorded("the terminal stopped".into()))?;
        terminal.mind_sleep();
        if !job.marked && terminal.must_be_taken_anew(job.id) {
            return Ok(Permit::Anew);
        }
        let since = Since::now();
        recorded(terminal.paper_job(PaperStep::Sending(job.id)))?;
        if job.marked || since.ms() < ASLEEP || !terminal.may_be_printed_elsewhere(job.id) {
            return Ok(Permit::Send);
        }
        recorded(terminal.paper_job(PaperStep::Anew(job.id)))?;
        Ok(Permit::Anew)
    }

    fn outcome(&self, _: &PrinterId, job: &Job, outcome: Outcome) {
        let Some(terminal) = self.0.upgrade() else { return };
        match outcome {
            Outcome::Printed => count(&terminal.metrics.slips_printed),
            Outcome::Unknown(_) => count(&terminal.metrics.slips_unknown),
            Outcome::NotSent(_) => {}
        }
        // Without a record the slip stays "sending" and counts as unknown after the next start, which is the truth.
        if let Answer::Refused(refusal) = terminal.paper_job(PaperStep::Ended(job.id, outcome)) {
            tracing::warn!("what became of slip {} could not be kept: {}", job.id, refusal.message);
        }
    }

    fn shares(&self, _: &PrinterId) -> bool {
        self.0.upgrade().is_some_and(|terminal| terminal.has_others())
    }

    fn status(&self, printer: &PrinterId, status: Status) {
        let Some(terminal) = self.0.upgrade() else { return };
        let (state, why) = match status.health {
            Health::Hindered(why) => (state_of(why), hindered(why)),
            Health::Online if status.paper_low => (PrinterState::PaperLow, Reason::PaperLow),
            Health::Online => (PrinterState::Ready, Reason::None),
            Health::Connected => (PrinterState::Unproved, Reason::None),
        };
        let proved = status.proven.and_then(|t| t.duration_since(UNIX_EPOCH).ok()).map(|d| d.as_millis() as i64);
        let view = PrinterView { printer: printer.clone(), state, why, proved, waiting: 0 };
        let before = lock(&terminal.paper.printers).insert(printer.clone(), view.clone());
        let told = |v: &PrinterView| (v.state, v.why.clone());
        if before.as_ref().map(told) != Some(told(&view)) {
            let update = Update::Printer(terminal.printer(printer));
            let version = read(&terminal.state).version();
            terminal.news.publish_paper(&terminal.metrics, version, &update);
            terminal.tell_works();
        }
    }
}

fn recorded(answer: Answer) -> Result<(), NotRecorded> {
    match answer {
        Answer::Done(_) => Ok(()),
        Answer::Refused(refusal) => Err(NotRecorded(refusal.message)),
    }
}

fn state_of(why: Hindrance) -> PrinterState {
    match why {
        Hindrance::PaperOut => PrinterState::PaperOut,
        Hindrance::CoverOpen => PrinterState::CoverOpen,
        _ => PrinterState::Offline,
    }
}

/// Why nothing was sent, for screens.
pub(super) fn hindered(why: Hindrance) -> Reason {
    match why {
        Hindrance::Unreachable => Reason::Unreachable,
        Hindrance::Silent => Reason::Silent,
        Hindrance::PaperOut => Reason::PaperOut,
        Hindrance::CoverOpen => Reason::CoverOpen,
        Hindrance::Offline => Reason::Offline,
        Hindrance::NotRecorded => Reason::NotRecorded,
    }
}

/// Why nobody knows whether a slip was printed, for screens.
pub(super) fn doubted(why: Doubt) -> Reason {
    match why {
        Doubt::NoAnswer => Reason::NotConfirmed,
        Doubt::ConnectionLost => Reason::ConnectionLost,
        Doubt::PaperOutMidJob => Reason::PaperOutMidJob,
        Doubt::CoverOpenedMidJob => Reason::CoverOpenedMidJob,
        Doubt::CannotConfirm => Reason::CannotConfirm,
        Doubt::FoundAfterRestart => Reason::FoundAfterRestart,
    }
}

impl Terminal {
    fn paper_job(&self, step: PaperStep) -> Answer {
        let answers = self.queue(vec![dispatch::Job::Paper(step)]);
        answers.into_iter().next().unwrap_or_else(|| dispatch::refused(domain::rejection::Rejection::Busy))
    }

    pub(crate) fn has_others(&self) -> bool {
        read(&self.state).restaurant.terminals.present().count() > 1
    }

    fn printer_name(&self, id: &PrinterId) -> String {
        let state = read(&self.state);
        let settings = state.restaurant.settings();
        let printer = settings.and_then(|s| s.printers.iter().find(|p| p.id == *id));
        printer.map_or_else(|| id.to_string(), |p| p.name.clone())
    }

    /// Takes up the slips an earlier run left: those that were being sent may be on paper.
    pub(crate) fn find_slips(&self) -> Result<(), StoreError> {
        let waiting = self.readers.waiting_slips()?;
        let sending: Vec<u64> =
            waiting.iter().filter(|s| s.view.state == SlipState::Sending).map(|s| s.view.job).collect();
        let drawers: Vec<u64> = (waiting.iter())
            .filter(|s| s.view.state == SlipState::Queued && s.view.what == SlipKind::Drawer)
            .map(|s| s.view.job)
            .collect();
        *lock(&self.paper.live) = waiting.into_iter().map(|s| (s.view.job, s)).collect();
        if self.has_others() {
            self.doubt_slips(self.last_slip());
        }
        for job in sending {
            self.paper_job(PaperStep::Ended(job, Outcome::Unknown(Doubt::FoundAfterRestart)));
        }
        for job in drawers {
            self.paper_job(PaperStep::Ended(job, Outcome::NotSent(Hindrance::Offline)));
        }
        Ok(())
    }

    /// Starts a thread per printer, or anew when the printers of the settings changed.
    pub(crate) fn serve_printers(self: &Arc<Self>) {
        let printers = {
            let state = read(&self.state);
            state.restaurant.settings().map(|s| s.printers.clone()).unwrap_or_default()
        };
        if lock(&self.paper.spooler).as_ref().is_some_and(|(served, _)| *served == printers) {
            return;
        }
        let terminal = self.clone();
        // Ending the old threads may take as long as a printer takes to answer; nobody else waits for it.
        let changing = thread::Builder::new().name("printers".into()).spawn(move || {
            let mut spooler = lock(&terminal.paper.spooler);
            drop(spooler.take());
            let configs = printers
                .iter()
                .map(|p| PrinterConfig { id: p.id.clone(), address: p.address.clone(), profile: PrinterProfile::of(p) })
                .collect();
            *spooler = Some((printers, Spooler::start(configs, Arc::new(Desk(Arc::downgrade(&terminal))))));
        });
        if let Err(e) = changing {
            tracing::error!("the printers cannot be served: {e}");
        }
    }

    /// Tells printers' threads that there is work, or that they are mended. While the printers change, they look by
    /// themselves.
    pub(super) fn ring(&self, busy: &BTreeSet<PrinterId>, mended: &BTreeSet<PrinterId>) {
        if busy.is_empty() && mended.is_empty() {
            return;
        }
        if let Ok(spooler) = self.paper.spooler.try_lock()
            && let Some((_, spooler)) = spooler.as_ref()
        {
            busy.iter().for_each(|printer| spooler.wake(printer));
            mended.iter().for_each(|printer| spooler.try_now(printer));
        }
    }

    /// Stops the printers' threads after the slips in hand.
    pub(crate) fn leave_printers(&self) {
        let spooler = lock(&self.paper.spooler).take();
        drop(spooler);
    }
}
