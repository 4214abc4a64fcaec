//! Browsers that are let in: a waiter's handheld, the kitchen's tablet. Each has a secret of its own; the log knows its
//! hash, so every terminal knows the device, and a copy of the log lets nobody in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    check::{Cause, Register},
    event::{Entry, Event},
    ids::DeviceId,
    let_in::LetIn,
};

/// Devices that may be let in at once.
pub const MAX_DEVICES: usize = 200;
/// The longest name of a device.
pub const MAX_NAME: usize = 40;

/// What a device is for: which page it opens with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeviceWork {
    #[default]
    Floor,
    Kitchen,
}

/// A device as it was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Paired {
    pub id: DeviceId,
    pub name: String,
    pub work: DeviceWork,
    /// BLAKE3 of its secret, hex. The secret has 256 random bits, so its hash needs no salt and no patience.
    pub key: String,
}

/// A device and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Device {
    #[serde(default)]
    paired: Register<Paired>,
    #[serde(default)]
    let_in: Register<LetIn>,
    /// Shut out for good: a lost one. It comes back only as a new one.
    #[serde(default)]
    pub revoked: bool,
}

/// All devices there ever were. A few dozen a year.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Devices(BTreeMap<DeviceId, Device>);

impl Device {
    pub fn paired(&self) -> Option<&Paired> {
        self.paired.get()
    }

    pub fn let_in(&self) -> Option<&LetIn> {
        self.let_in.get()
    }
}

impl Devices {
    pub fn get(&self, id: &DeviceId) -> Option<&Device> {
        self.0.get(id)
    }

    /// Every device that was let in, also those that were shut out: then `true`.
    pub fn iter(&self) -> impl Iterator<Item = (&Paired, bool)> {
        self.0.values().filter_map(|d| Some((d.paired()?, d.revoked)))
    }

    pub(crate) fn apply(&mut self, entry: &Entry, event: &Event) {
        match event {
            Event::DevicePaired { device } => {
                let known = self.0.entry(device.id.clone()).or_default();
                known.paired.set(&Cause::of(entry), device.as_ref().clone());
                known.let_in.set(&Cause::of(entry), LetIn::of(entry));
            }
            Event::DeviceRevoked { device } => self.0.entry(device.clone()).or_default().revoked = true,
            _ => {}
        }
    }

    pub(crate) fn register(&self, id: &DeviceId) -> Option<&Register<Paired>> {
        self.0.get(id).map(|d| &d.paired)
    }
}
