//! Browsers on other machines: nobody is told anything, and no PIN is tried, before a manager let the device in.

use std::time::Instant;

use domain::{
    Restaurant,
    command::{Command, Envelope},
    devices::{DeviceWork, Paired},
    event::{Alarm, Event},
    ids::{CommandId, DeviceId, MAX_TOKEN, Origin, StaffId},
    let_in::LetIn,
    query::{Done, Knocked, Outcome},
    rejection::Rejection,
    view::{DeviceView, LetInView},
};

use crate::{
    Caller,
    dispatch::{Ask, Job},
    door::key_of,
    peers::Happening,
    state::State,
    terminal::{Terminal, lock},
    zone::millis_now,
};

/// Addresses of rejected devices that are written down in one run; each costs a place in the log.
const MAX_REPORTED: usize = 64;

/// What a manager says at a new browser (`Command::LetThisDeviceIn`).
pub(crate) struct Vouched {
    pub manager: String,
    pub pin: String,
    pub name: String,
    pub work: DeviceWork,
}

impl Terminal {
    /// Refuses whoever comes from a machine that was not let in.
    pub(crate) fn gate(&self, caller: &Caller) -> Result<(), Rejection> {
        self.hears(caller)?;
        let lets_in = || lock(&self.door).lets_in(caller, millis_now());
        if lets_in() {
            return Ok(());
        }
        if let (Some((id, key)), Some(address)) = (caller.device_proof(), caller.address)
            && !lock(&self.peers.knocks).waits(&id, &key)
            && !self.is_coming_in()
        {
            // The log may have told of it in this very moment.
            if lets_in() {
                return Ok(());
            }
            self.report_rejected(address.to_canonical().to_string());
        }
        Err(Rejection::NewDevice)
    }

    /// Refuses other machines while there is no restaurant, and what others on the network could read where the
    /// restaurant wants its devices protected.
    pub(crate) fn hears(&self, caller: &Caller) -> Result<(), Rejection> {
        let door = lock(&self.door);
        match (door.serves(caller), door.hears(caller)) {
            (false, _) => Err(Rejection::SetUpElsewhere),
            (true, false) => Err(Rejection::OnlyProtected),
            (true, true) => Ok(()),
        }
    }

    /// Refuses to require protection where that would end the page that asks, or could be had nowhere.
    pub(crate) fn locks_nobody_out(&self, caller: &Caller) -> Result<(), Rejection> {
        if self.root().is_none() {
            return Err(Rejection::NotHere { what: "authority".into() });
        }
        if caller.is_safe() { Ok(()) } else { Err(Rejection::WouldLockOut) }
    }

    pub(crate) fn report_rejected(&self, address: String) {
        let reported = lock(&self.alarms).iter().filter(|a| a.starts_with("RejectedDevice")).count();
        if reported < MAX_REPORTED {
            self.raise(Alarm::RejectedDevice { address });
        }
    }

    /// A new browser asks to be let in. Asking again keeps its code for as long as it asks.
    pub(crate) fn knock(&self, caller: &Caller, id: CommandId) -> Result<Done, Rejection> {
        self.hears(caller)?;
        let Some(address) = caller.address.filter(|_| self.gate(caller).is_err()) else {
            return Ok(Done { id, ..Done::default() });
        };
        let (device, key, text) = self.newcomer(caller)?;
        let draw = || getrandom::u64().unwrap_or_default();
        let (code, news) = lock(&self.peers.knocks).ask(&device, &key, address, draw, Instant::now());
        if news {
            self.peers.tell(Happening::Face);
        }
        Ok(Done { id, knocked: Some(Knocked { key: text, code }), ..Done::default() })
    }

    /// What a browser that is not let in calls itself, or is to be called from now on.
    fn newcomer(&self, caller: &Caller) -> Result<(DeviceId, String, String), Rejection> {
        let known = caller.device_proof().filter(|(device, _)| !lock(&self.door).knows(device));
        match (known, &caller.device_key) {
            (Some((device, key)), Some(text)) => Ok((device, key, text.clone())),
            _ => new_device(),
        }
    }

    /// A manager stands before a new browser and lets it in with name and PIN, where nobody can hear them.
    pub(crate) fn let_in_here(&self, caller: &Caller, id: CommandId, vouched: Vouched) -> Result<Done, Rejection> {
        self.hears(caller)?;
        if !caller.is_safe() {
            return Err(Rejection::OnlyProtected);
        }
        if self.gate(caller).is_ok() {
            return Ok(Done { id, ..Done::default() });
        }
        let Vouched { manager, pin, name, work } = vouched;
        let (device, key, text) = self.newcomer(caller)?;
        let staff = self.prove_manager(caller, &manager, &pin)?;
        // From here on it is as if the manager had typed the code at a terminal.
        let command = Command::LetDeviceIn { code: String::new(), name, work };
        let ask = Ask {
            envelope: Envelope { id, command, approval: None, want_check: false, again: false },
            actor: Some(staff),
            approver: None,
            device: device.clone(),
            pin_hash: None,
            newcomer: Some((device, key)),
        };
        match self.queue(vec![Job::Command(Box::new(ask))]).pop() {
            Some(Outcome::Done(done)) => {
                Ok(Done { knocked: Some(Knocked { key: text, code: String::new() }), ..*done })
            }
            Some(Outcome::Refused(refusal)) => Err(refusal.why),
            None => Err(Rejection::Busy),
        }
    }

    /// The browser that set the restaurant up from another machine is its first device.
    pub(crate) fn first_device(&self, caller: &Caller, owner: &StaffId, name: &str) -> Option<Knocked> {
        if caller.is_own() {
            return None;
        }
        let (id, key, text) = new_device().ok()?;
        let device = Box::new(Paired { id, name: name.to_owned(), work: DeviceWork::Floor, key });
        let events = vec![Event::DevicePaired { device }];
        let note = Job::Note { events, staff: Some(owner.clone()), device: Some(caller.device.clone()) };
        let done = matches!(self.queue(vec![note]).as_slice(), [Outcome::Done(_)]);
        done.then(|| Knocked { key: text, code: String::new() })
    }

    /// Every device that was let in, those that were shut out last.
    pub(crate) fn device_views(&self, state: &State) -> Vec<DeviceView> {
        let (door, now) = (lock(&self.door), millis_now());
        let heard = |id: &DeviceId| door.heard(id).map(|at| u64::try_from(now - at).unwrap_or(0));
        let let_in = |id: &DeviceId| state.restaurant.devices.get(id).and_then(|d| d.let_in());
        let mut all: Vec<DeviceView> = (state.restaurant.devices.iter())
            .map(|(d, shut_out)| DeviceView {
                device: d.id.clone(),
                name: d.name.clone(),
                work: d.work,
                shut_out,
                heard: heard(&d.id),
                let_in: let_in(&d.id).map(|l| let_in_view(&state.restaurant, l)),
            })
            .collect();
        all.sort_by(|a, b| (a.shut_out, &a.name, &a.device).cmp(&(b.shut_out, &b.name, &b.device)));
        all
    }
}

/// With the name of whoever let it in.
pub(crate) fn let_in_view(restaurant: &Restaurant, let_in: &LetIn) -> LetInView {
    let by = let_in.by.as_ref().map(|id| restaurant.member(id).map_or_else(|| id.to_string(), |m| m.name.clone()));
    LetInView { by, at: let_in.at }
}

/// Name, hashed secret, and both as the browser keeps them.
fn new_device() -> Result<(DeviceId, String, String), Rejection> {
    let failed = |e: getrandom::Error| Rejection::StorageFailed { what: format!("no random numbers: {e}") };
    let id = Origin(getrandom::u64().map_err(failed)? & MAX_TOKEN).to_string();
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(failed)?;
    let secret = blake3::Hash::from_bytes(bytes).to_hex().to_string();
    Ok((id.as_str().into(), key_of(&secret), format!("{id}.{secret}")))
}
