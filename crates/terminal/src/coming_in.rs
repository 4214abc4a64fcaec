//! Coming in: PINs proved, sign-ins given, renewed and ended.

use domain::{
    command::{Command, Envelope},
    event::Event,
    ids::{CommandId, MAX_TOKEN, Session, StaffId},
    query::{Done, Outcome, SignedIn},
    rejection::Rejection,
    staff::{Member, Permission},
};

use crate::{
    dispatch::{Job, rejection_of},
    door::Caller,
    metrics::count,
    people, pin,
    sign_in::SignIn,
    terminal::{Terminal, lock, read},
    zone::millis_now,
};

/// Stands in the log where a PIN was tried for a name nobody has.
const NOBODY: &str = "?";

impl Terminal {
    /// A new PIN ends all sign-ins given for the old one; whoever changed their own gets a new one with the answer.
    pub(crate) fn renew(
        &self,
        caller: &Caller,
        own_pins: &[(CommandId, StaffId)],
        mut outcomes: Vec<Outcome>,
    ) -> Vec<Outcome> {
        for (id, staff) in own_pins {
            let done = outcomes.iter_mut().find_map(|o| match o {
                Outcome::Done(done) if done.id == *id && !done.repeated => Some(done),
                _ => None,
            });
            if let Some(done) = done {
                done.signed_in = self.signed_in(caller, staff).ok();
            }
        }
        outcomes
    }

    /// Who sets the restaurant up from another machine goes on there.
    pub(crate) fn let_founder_in(
        &self,
        caller: &Caller,
        founders: Vec<(CommandId, Member)>,
        mut outcomes: Vec<Outcome>,
    ) -> Vec<Outcome> {
        for (id, owner) in founders {
            for outcome in &mut outcomes {
                if let Outcome::Done(done) = outcome
                    && done.id == id
                    && !done.repeated
                {
                    done.knocked = self.first_device(caller, &owner.id, &owner.name);
                }
            }
        }
        outcomes
    }

    /// Checks a person's PIN.
    pub(crate) fn prove(&self, caller: &Caller, staff: &StaffId, pin: &str) -> Result<(), Rejection> {
        let member = read(&self.state).restaurant.member(staff).cloned();
        let member = member.filter(|m| m.active).ok_or_else(|| Rejection::UnknownStaff { staff: staff.clone() })?;
        self.try_pin(caller, staff, &member.pin_hash, pin)
    }

    /// Compares a PIN with a stored hash, counts it, and writes down that it was wrong.
    fn try_pin(&self, caller: &Caller, staff: &StaffId, hash: &str, pin: &str) -> Result<(), Rejection> {
        let _one_at_a_time = lock(&self.proving);
        let wait_s = lock(&self.door).wait(staff, caller, millis_now());
        if wait_s > 0 {
            return Err(Rejection::TooManyTries { wait_s });
        }
        let fitted = pin::fits(pin, hash);
        let wait_s = self
            .at_the_door(|door, batch| door.record(batch, staff, caller, fitted, millis_now()))
            .map_err(rejection_of)?;
        if fitted {
            return Ok(());
        }
        count(&self.metrics.wrong_pins);
        let note = Event::SignInRefused { staff: staff.clone() };
        self.queue(vec![Job::Note { events: vec![note], staff: None, device: Some(caller.device.clone()) }]);
        Err(Rejection::WrongPin { wait_s })
    }

    /// Checks the PIN of a manager at a browser that nobody let in, and answers with who they are. Whether it was the name or
    /// the PIN that was wrong, or whether they may at all, is told to nobody and takes as long.
    pub(crate) fn prove_manager(&self, caller: &Caller, name: &str, pin: &str) -> Result<StaffId, Rejection> {
        let same = |one: &str| one.to_lowercase() == name.trim().to_lowercase();
        let mut named = {
            let restaurant = &read(&self.state).restaurant;
            let managers = restaurant.members().filter(|m| m.active && m.role.may(Permission::EditStore));
            managers.filter(|m| same(&m.name) || same(&m.id.0)).cloned().collect::<Vec<_>>()
        };
        let manager = named.pop().filter(|_| named.is_empty());
        let tried = match &manager {
            Some(manager) => self.try_pin(caller, &manager.id, &manager.pin_hash, pin),
            None => self.try_pin(caller, &NOBODY.into(), pin::hash_of_nobody(), pin),
        };
        if let (Err(Rejection::WrongPin { wait_s: 1.. }), Some(address)) = (&tried, caller.address) {
            self.report_rejected(address.to_canonical().to_string());
        }
        tried.and_then(|()| manager.map(|m| m.id).ok_or(Rejection::WrongPin { wait_s: 0 }))
    }

    pub(crate) fn sign_in(
        &self,
        caller: &Caller,
        id: CommandId,
        staff: &StaffId,
        pin: &str,
    ) -> Result<Done, Rejection> {
        if read(&self.state).restaurant.settings().is_none() {
            return Err(Rejection::NoStore);
        }
        self.prove(caller, staff, pin)?;
        let signed_in = Some(self.signed_in(caller, staff)?);
        Ok(Done { id, signed_in, ..Done::default() })
    }

    /// A sign-in for a person who has proved to be there.
    fn signed_in(&self, caller: &Caller, staff: &StaffId) -> Result<SignedIn, Rejection> {
        let unknown = || Rejection::UnknownStaff { staff: staff.clone() };
        let (member, person) = {
            let restaurant = &read(&self.state).restaurant;
            let member = restaurant.member(staff).cloned().ok_or_else(unknown)?;
            (member, people::person(restaurant, staff).ok_or_else(unknown)?)
        };
        let no = |what: String| Rejection::StorageFailed { what };
        let id = Session(getrandom::u64().map_err(|e| no(format!("no random numbers: {e}")))? & MAX_TOKEN);
        let sign_in = SignIn::new(self.origin(), id, staff, &caller.device, &member.pin_hash, millis_now());
        let token = sign_in.signed(&self.key);
        Ok(SignedIn { token, person })
    }

    /// Ends a sign-in at every terminal. Whoever is not signed in has nothing to end.
    pub(crate) fn sign_out(&self, caller: &Caller, id: CommandId) -> Result<Done, Rejection> {
        let sign_in = lock(&self.door).sign_in(caller, millis_now());
        if let Some(SignIn { id, until, staff, .. }) = sign_in {
            let events = vec![Event::SignInEnded { sign_in: id, until }];
            let note = Job::Note { events, staff: Some(staff), device: Some(caller.device.clone()) };
            if let Some(Outcome::Refused(refusal)) = self.queue(vec![note]).pop() {
                return Err(refusal.why);
            }
        }
        Ok(Done { id, ..Done::default() })
    }
}

/// Who sets a restaurant up.
pub(crate) fn founder(envelope: &Envelope) -> Option<(CommandId, Member)> {
    match &envelope.command {
        Command::SetUp { owner, .. } => Some((envelope.id, owner.clone())),
        _ => None,
    }
}

/// Whose PIN a command changes.
pub(crate) fn new_pin(envelope: &Envelope) -> Option<(CommandId, StaffId)> {
    match &envelope.command {
        Command::SetMember { member, pin: Some(_) } => Some((envelope.id, member.id.clone())),
        _ => None,
    }
}
