//! From an envelope to a durable answer.

use std::{
    collections::BTreeSet,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, atomic::Ordering},
};

use domain::{
    Context,
    check::Check,
    command::{Command, Envelope},
    decide,
    event::{Entry, Event},
    ids::{CheckId, CommandId, DeviceId, Dot, StaffId},
    query::{Done, Outcome, Update},
    rejection::Rejection,
    restaurant::Touched,
    slips::{is_for_the_kitchen, slips_for},
    staff::Member,
    tickets::TAKEN_AFTER,
};
use parking_lot::{MutexGuard, RwLockWriteGuard};
use store::{Batch, Store, StoreError};
use sync::Body;

use crate::{
    closed,
    coming_in::{founder, new_pin},
    devices::Vouched,
    door::{Admitted, Caller},
    line::{Line, Waiter},
    metrics::count,
    paper::{Ordered, PaperStep, Slips},
    peers::{Arrived, Happening, is_for_network},
    pin,
    state::State,
    terminal::{Terminal, lock, read, write},
    zone::{Zone, millis_now},
};

/// The most commands one call may bring.
pub const MAX_COMMANDS: usize = 64;

/// What stands in line for the store.
pub(crate) enum Job {
    Command(Box<Ask>),
    /// What the spooler did.
    Paper(PaperStep),
    /// Something the terminal itself noticed.
    Note {
        events: Vec<Event>,
        staff: Option<StaffId>,
        device: Option<DeviceId>,
    },
    /// Entries of other terminals.
    Ingest(Vec<Arc<Arrived>>),
}

/// A command whose sender is known.
pub(crate) struct Ask {
    pub envelope: Envelope,
    pub actor: Option<StaffId>,
    pub approver: Option<StaffId>,
    pub device: DeviceId,
    pub pin_hash: Option<String>,
    /// The device that shows the code of `let_device_in`.
    pub newcomer: Option<(DeviceId, String)>,
}

pub(crate) type Counter = Line<Vec<Job>, Vec<Outcome>>;

/// What a batch changed, to be told once it is durable.
#[derive(Default)]
pub(crate) struct Changes {
    pub touched: Touched,
    pub slips: Slips,
    /// Somebody here waits for an answer, which goes out before the news.
    pub answered: bool,
    /// Something came from another terminal; the thread that stored it tells the screens.
    pub arrived: bool,
    /// Own entries, as they were written.
    pub own: Vec<Body>,
    /// Something is for the kitchen.
    pub urgent: bool,
    /// Checks whose rows among the closed ones may have changed; written before the batch is durable.
    pub rows: BTreeSet<CheckId>,
}

impl Terminal {
    /// Does one command. Returns after its effect is on the disk, or with the reason why nothing happened.
    pub fn dispatch(&self, caller: &Caller, envelope: Envelope) -> Outcome {
        self.dispatch_all(caller, vec![envelope]).pop().unwrap_or_else(|| refused(Rejection::Busy))
    }

    /// Does several commands in order, together in one transaction. One refused does not hinder the next.
    pub fn dispatch_all(&self, caller: &Caller, envelopes: Vec<Envelope>) -> Vec<Outcome> {
        if envelopes.len() > MAX_COMMANDS {
            let limit = MAX_COMMANDS as u64;
            return envelopes.iter().map(|_| refused(Rejection::TooLarge { limit })).collect();
        }
        let mut outcomes: Vec<Option<Outcome>> = Vec::with_capacity(envelopes.len());
        let mut jobs = Vec::new();
        let me = lock(&self.door).who(caller, millis_now());
        let own_pins: Vec<(CommandId, StaffId)> =
            envelopes.iter().filter_map(new_pin).filter(|(_, staff)| Some(staff) == me.as_ref()).collect();
        let founders: Vec<(CommandId, Member)> = envelopes.iter().filter_map(founder).collect();
        let wishes: Vec<Envelope> = envelopes.iter().filter(|e| is_for_network(&e.command)).cloned().collect();
        for envelope in envelopes {
            match self.prepare(caller, envelope) {
                Prepared::Job(job) => {
                    jobs.push(job);
                    outcomes.push(None);
                }
                Prepared::Answered(outcome) => {
                    // A sign-in changes who the later commands come from, so what stands before it is done first.
                    self.fill(&mut outcomes, std::mem::take(&mut jobs));
                    outcomes.push(Some(*outcome));
                }
            }
        }
        self.fill(&mut outcomes, jobs);
        let outcomes: Vec<Outcome> = outcomes.into_iter().flatten().collect();
        let outcomes = self.renew(caller, &own_pins, outcomes);
        let outcomes = self.let_founder_in(caller, founders, outcomes);
        self.carry_out(&wishes, me.as_ref(), &outcomes);
        for outcome in &outcomes {
            count(match outcome {
                Outcome::Done(done) if done.repeated => &self.metrics.repeated,
                Outcome::Done(_) => &self.metrics.done,
                Outcome::Refused(_) => &self.metrics.refused,
            });
        }
        outcomes
    }

    /// What people asked of the network begins once it is written down.
    fn carry_out(&self, wishes: &[Envelope], by: Option<&StaffId>, outcomes: &[Outcome]) {
        for wish in wishes {
            let was_done = |o: &Outcome| matches!(o, Outcome::Done(done) if done.id == wish.id && !done.repeated);
            if outcomes.iter().any(was_done)
                && let Err(e) = self.act_on_network(&wish.command, by)
            {
                tracing::error!("what was asked of the network could not be kept: {e}");
            }
        }
    }

    /// Queues jobs and puts their answers where answers are missing.
    fn fill(&self, outcomes: &mut [Option<Outcome>], jobs: Vec<Job>) {
        if jobs.is_empty() {
            return;
        }
        let mut answers = self.queue(jobs).into_iter();
        for missing in outcomes.iter_mut().filter(|o| o.is_none()) {
            *missing = answers.next();
        }
    }

    pub(crate) fn queue(&self, jobs: Vec<Job>) -> Vec<Outcome> {
        let asked = jobs.len();
        self.counter
            .queue(jobs, |batch| self.serve(batch))
            .unwrap_or_else(|| (0..asked).map(|_| refused(Rejection::Busy)).collect())
    }

    /// Everything that must not happen while the store is held: looking at PINs and tokens.
    fn prepare(&self, caller: &Caller, envelope: Envelope) -> Prepared {
        match envelope.command {
            Command::Knock => return Prepared::answered(self.knock(caller, envelope.id)),
            Command::LetThisDeviceIn { manager, pin, name, work } => {
                let vouched = Vouched { manager, pin, name, work };
                return Prepared::answered(self.let_in_here(caller, envelope.id, vouched));
            }
            _ => {}
        }
        if let Err(rejection) = self.gate(caller) {
            return Prepared::answered(Err(rejection));
        }
        if let Some(answer) = self.at_own_door(&envelope) {
            return Prepared::answered(answer);
        }
        let prepared = match &envelope.command {
            Command::SignIn { staff, pin } => {
                return Prepared::answered(self.sign_in(caller, envelope.id, staff, pin));
            }
            Command::SignOut => return Prepared::answered(self.sign_out(caller, envelope.id)),
            _ => self.ask(caller, &envelope),
        };
        match prepared {
            Ok((actor, approver, pin_hash)) => Prepared::Job(Job::Command(Box::new(Ask {
                newcomer: match &envelope.command {
                    Command::LetDeviceIn { code, .. } => lock(&self.peers.knocks).with_code(code),
                    _ => None,
                },
                envelope,
                actor,
                approver,
                device: caller.device.clone(),
                pin_hash,
            }))),
            Err(rejection) => Prepared::Answered(Box::new(refused(rejection))),
        }
    }

    #[allow(clippy::type_complexity)]
    fn ask(
        &self,
        caller: &Caller,
        envelope: &Envelope,
    ) -> Result<(Option<StaffId>, Option<StaffId>, Option<String>), Rejection> {
        self.fits_network(&envelope.command)?;
        let actor = lock(&self.door).who(caller, millis_now());
        let approver = match &envelope.approval {
            Some(approval) if actor.is_some() => {
                self.prove(caller, &approval.staff, &approval.pin)?;
                Some(approval.staff.clone())
            }
            _ => None,
        };
        let pin_hash = match &envelope.command {
            Command::SetUp { pin, settings, .. } => {
                known_zone(&settings.time_zone)?;
                if read(&self.state).restaurant.settings().is_some() {
                    return Err(Rejection::AlreadySetUp);
                }
                Some(pin::hash_pin(pin)?)
            }
            Command::SetMember { pin: Some(pin), .. } => {
                actor.as_ref().ok_or(Rejection::NotSignedIn)?;
                Some(pin::hash_pin(pin)?)
            }
            Command::RequireProtection { on: true } => {
                self.locks_nobody_out(caller)?;
                None
            }
            Command::ChangeSettings { settings } => {
                known_zone(&settings.time_zone)?;
                None
            }
            _ => None,
        };
        Ok((actor, approver, pin_hash))
    }

    /// Serves everybody in a batch with one transaction.
    fn serve(&self, batch: &[Arc<Waiter<Vec<Job>, Vec<Outcome>>>]) {
        let asks: Vec<Vec<Job>> = batch.iter().map(|w| lock(&w.ask).take().unwrap_or_default()).collect();
        let counts: Vec<usize> = asks.iter().map(Vec::len).collect();
        let mut store = self.writer();
        let mut state = write(&self.state);
        let (mut changes, mut shown_early) = (Changes::default(), false);
        // Whether own entries are to be sent from here, and are urgent.
        let mut sends = None;
        // A bug in a rule must cost one transaction, not the terminal.
        let served = catch_unwind(AssertUnwindSafe(|| {
            let mut tx = store.batch();
            tx.begin()?;
            let answers = asks
                .into_iter()
                .map(|jobs| jobs.into_iter().map(|job| self.run(&mut tx, &mut state, &mut changes, job)).collect())
                .collect::<Result<Vec<Vec<Outcome>>, StoreError>>()?;
            closed::put_rows(&mut tx, &state, std::mem::take(&mut changes.rows))?;
            shown_early = changes.is_arrival() && self.show_early(&state, &changes);
            tx.commit().map(|()| answers)
        }))
        .unwrap_or_else(|_| Err(StoreError::Failed("a fault in this program".into())));
        match served {
            Ok(answers) => {
                count(&self.metrics.batches);
                for (waiter, answers) in batch.iter().zip(answers) {
                    *lock(&waiter.answer) = Some(answers);
                }
                let own = store.mine().seq;
                if changes.touched.config || changes.touched.terminals || changes.touched.door {
                    self.admit(&state);
                }
                RwLockWriteGuard::unlock_fair(state);
                if changes.touched.terminals {
                    self.peers.cut_off();
                }
                let urgent = changes.urgent;
                sends = self.peers.wrote(own, std::mem::take(&mut changes.own), urgent).then_some(urgent);
                if changes.touched.terminals || changes.touched.config {
                    self.peers.tell(Happening::Members);
                }
                if batch.iter().any(|waiter| waiter.since.ms() >= TAKEN_AFTER) && self.has_others() {
                    // Whoever waited so long for an answer may have asked another terminal meanwhile.
                    changes.slips.doubt();
                }
                self.take_slips(&changes.slips);
                self.news.tell(changes);
            }
            Err(error) => {
                self.take_back(&mut store, &mut state, shown_early, &error);
                let rejection = rejection_of(error);
                for (waiter, n) in batch.iter().zip(counts) {
                    *lock(&waiter.answer) = Some((0..n).map(|_| refused(rejection.clone())).collect());
                }
            }
        }
        MutexGuard::unlock_fair(store);
        if let Some(urgent) = sends {
            self.send_own(urgent);
        }
    }

    /// Nothing was stored: memory ran ahead of the disk, and only the disk counts.
    fn take_back(&self, store: &mut Store, state: &mut State, shown_early: bool, error: &StoreError) {
        count(&self.metrics.store_failures);
        tracing::error!("nothing was stored: {error}");
        match store.reread_heads().and_then(|()| State::load(store)) {
            Ok(reloaded) => {
                *state = reloaded;
                self.admit(state);
            }
            Err(e) => tracing::error!("and the store cannot be read back: {e}"),
        }
        if shown_early {
            // What screens were shown is not on the disk: they ask for everything anew.
            let version = state.version();
            self.news.publish_to_all(&self.metrics, version, &Update::Start { version });
        }
    }

    /// The door learns who may come in before anybody is answered.
    pub(crate) fn admit(&self, state: &State) {
        self.renew_keys(&state.restaurant);
        let admitted = Admitted::of(&state.restaurant, self.origin(), self.key.public(), self.set_up_anywhere);
        lock(&self.door).admit(admitted);
        let mut knocks = lock(&self.peers.knocks);
        state.restaurant.devices.iter().for_each(|(device, _)| knocks.forget(&device.id));
    }

    fn run(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        job: Job,
    ) -> Result<Outcome, StoreError> {
        // Whatever this terminal wrote now would contradict what others hold of it already.
        if self.old_copy.load(Ordering::Acquire) && !matches!(job, Job::Ingest(_)) {
            return Ok(refused(Rejection::OldCopy));
        }
        match job {
            Job::Command(ask) => {
                changes.answered = true;
                self.run_command(tx, state, changes, *ask)
            }
            Job::Paper(step) => {
                let (id, now) = (self.own_command(), state.zone.now());
                let events = match self.paper_step(tx, &mut changes.slips, step, now)? {
                    Ok(events) => events,
                    Err(rejection) => return Ok(refused(rejection)),
                };
                if !events.is_empty() {
                    self.record(tx, state, changes, Facts { id, by: None, device: None, now, again: false, events })?;
                }
                Ok(Outcome::Done(Box::new(Done { id, ..Done::default() })))
            }
            Job::Ingest(arrived) => {
                changes.arrived = true;
                self.take_in(tx, state, changes, &arrived)?;
                Ok(Outcome::Done(Box::default()))
            }
            Job::Note { events, staff, device } => {
                let id = self.own_command();
                self.record(
                    tx,
                    state,
                    changes,
                    Facts { id, by: staff, device, now: state.zone.now(), again: false, events },
                )?;
                Ok(Outcome::Done(Box::new(Done { id, ..Done::default() })))
            }
        }
    }

    fn run_command(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        ask: Ask,
    ) -> Result<Outcome, StoreError> {
        let Ask {
            envelope: Envelope { id, command, want_check, again, .. },
            actor,
            approver,
            device,
            pin_hash,
            newcomer,
        } = ask;
        if let Some(entry) = tx.entry_of(id)? {
            return self.answer(state, &entry, true, want_check, command.check());
        }
        state.bring_back(command.checks(), &self.readers)?;
        let zone = match &command {
            // The first entry already carries the time zone it brings.
            Command::SetUp { settings, .. } => Zone::named(&settings.time_zone).unwrap_or_default(),
            _ => state.zone,
        };
        let now = zone.now();
        let context = Context {
            id,
            now,
            day: state.restaurant.business_day(now),
            terminal: tx.mine().origin,
            letter: tx.mine().letter,
            actor,
            approver,
            device,
            pin_hash,
            newcomer,
            missing: if matches!(command, Command::CloseDay) { self.missing(state) } else { Vec::new() },
        };
        let events = match decide(&state.restaurant, &command, &context) {
            Ok(events) => events,
            Err(rejection) => return Ok(refused(rejection)),
        };
        let events = match self.paper_command(tx, state, &mut changes.slips, &command, now)? {
            Ok(more) => [events, more].concat(),
            Err(rejection) => return Ok(refused(rejection)),
        };
        let (by, device) = (context.actor.clone(), Some(context.device.clone()));
        let facts = Facts { id, by, device, now, again, events };
        let entry = self.record(tx, state, changes, facts)?;
        let mut orders = slips_for(&state.restaurant, &command, &context, &entry.events);
        if entry.events.iter().any(is_for_the_kitchen) {
            // The kitchen's slips are made by whoever has the duty.
            orders.retain(|slip| slip.content.station().is_none());
        }
        self.queue_slips(tx, state, &mut changes.slips, &orders, Ordered { entry: id, now, marked: again })?;
        self.answer(state, &entry, false, want_check, command.check())
    }

    /// Appends events as one entry, folds them and writes what follows from them.
    fn record(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        facts: Facts,
    ) -> Result<Entry, StoreError> {
        let Facts { id, by, device, now, again, events } = facts;
        let origin = tx.mine().origin;
        let seen = state.restaurant.seen_by(origin, &events);
        let entry = Entry {
            dot: Dot { origin, seq: tx.next_seq() },
            cmd: id,
            at: now.at,
            off: now.offset,
            day: state.restaurant.business_day(now),
            by,
            device,
            seen,
            paper: self.peers.paper_for(origin, &events),
            again,
            events,
        };
        let at = tx.append(&entry)?;
        changes.own.push(tx.appended().into());
        let before = state.restaurant.before(&entry);
        let touched = state.fold(&entry, at);
        closed::project(tx, state, changes, &entry, at)?;
        changes.folded(&entry, touched);
        self.make_turned(tx, state, changes, &entry, &before, true)?;
        Ok(entry)
    }

    /// The answer a command's entry stands for, the first time and every time it is sent again.
    fn answer(
        &self,
        state: &mut State,
        entry: &Entry,
        repeated: bool,
        want_check: bool,
        check: Option<CheckId>,
    ) -> Result<Outcome, StoreError> {
        let mut done = Done { id: entry.cmd, repeated, check, ..Done::default() };
        for event in &entry.events {
            done.check = done.check.or(event.check());
            match event {
                Event::CheckOpened(opened) => done.number = Some(opened.number),
                Event::CheckSettled { receipt, .. } => done.receipt = Some(*receipt),
                Event::PaymentRefunded { refund, .. } => done.receipt = refund.receipt,
                Event::DayClosed { z } => done.z = Some(z.clone()),
                _ => {}
            }
        }
        if let (true, Some(id)) = (want_check, done.check) {
            state.bring_back([id], &self.readers)?;
            done.facts = state.restaurant.check(id).map(|c: &Check| Box::new(c.clone()));
        }
        Ok(Outcome::Done(Box::new(done)))
    }
}

/// What an entry is made of.
struct Facts {
    id: CommandId,
    by: Option<StaffId>,
    device: Option<DeviceId>,
    now: domain::clock::Moment,
    again: bool,
    events: Vec<Event>,
}

enum Prepared {
    Job(Job),
    Answered(Box<Outcome>),
}

impl Prepared {
    fn answered(done: Result<Done, Rejection>) -> Prepared {
        Prepared::Answered(Box::new(match done {
            Ok(done) => Outcome::Done(Box::new(done)),
            Err(rejection) => refused(rejection),
        }))
    }
}

impl Changes {
    /// Nothing but checks from another terminal: no caller's answer to wait for, nothing for the keeper to see to.
    pub fn is_arrival(&self) -> bool {
        let keepers = self.touched.config || self.touched.alarms || !self.slips.is_empty();
        self.arrived && !self.answered && !keepers
    }

    pub fn add(&mut self, other: Changes) {
        self.touch(other.touched);
        self.slips.add(other.slips);
        self.answered |= other.answered;
        self.arrived |= other.arrived;
        self.urgent |= other.urgent;
    }

    /// Notes what folding an entry touched.
    pub fn folded(&mut self, entry: &Entry, touched: Touched) {
        self.touch(touched);
        self.urgent |= entry.events.iter().any(is_for_the_kitchen);
    }

    fn touch(&mut self, touched: Touched) {
        self.touched.checks.extend(touched.checks);
        self.touched.stock.extend(touched.stock);
        self.touched.config |= touched.config;
        self.touched.terminals |= touched.terminals;
        self.touched.alarms |= touched.alarms;
        self.touched.door |= touched.door;
        self.touched.day_closed = touched.day_closed.or(self.touched.day_closed);
    }
}

pub(crate) fn refused(rejection: Rejection) -> Outcome {
    Outcome::Refused(rejection.into())
}

pub(crate) fn rejection_of(error: StoreError) -> Rejection {
    match error {
        StoreError::Full => Rejection::StorageFull,
        StoreError::Corrupt(what) | StoreError::Failed(what) => Rejection::StorageFailed { what },
    }
}

fn known_zone(name: &str) -> Result<(), Rejection> {
    match Zone::named(name) {
        Some(_) => Ok(()),
        None => Err(Rejection::FaultyDocument { faults: vec![format!("there is no time zone '{name}'")] }),
    }
}
