//! Who may let devices in and shut them out. Which device shows a code is the terminal's to know; here is only who may ask
//! for it, and what is written down.

use super::Desk;
use crate::{
    command::Command,
    devices::{DeviceWork, MAX_DEVICES, MAX_NAME, Paired},
    event::Event,
    ids::DeviceId,
    rejection::Rejection,
    staff::Permission,
};

impl Desk<'_> {
    pub(super) fn devices(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::EditStore)?;
        match command {
            Command::LetDeviceIn { name, work, .. } => self.let_device_in(name, *work),
            Command::ShutDeviceOut { device } => self.shut_device_out(device),
            Command::RequireProtection { on } if *on != self.restaurant.only_protected() => {
                Ok(vec![Event::ProtectionRequired { on: *on }])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn let_device_in(&self, name: &str, work: DeviceWork) -> Result<Vec<Event>, Rejection> {
        let name = name.trim();
        if !crate::text::is_name(name) || name.chars().count() > MAX_NAME {
            return Err(Rejection::BadText { field: "name".into() });
        }
        let (id, key) = self.context.newcomer.clone().ok_or(Rejection::WrongDeviceCode)?;
        if self.restaurant.devices.iter().filter(|(_, revoked)| !revoked).count() >= MAX_DEVICES {
            return Err(Rejection::TooLarge { limit: MAX_DEVICES as u64 });
        }
        Ok(vec![Event::DevicePaired { device: Box::new(Paired { id, name: name.into(), work, key }) }])
    }

    fn shut_device_out(&self, device: &DeviceId) -> Result<Vec<Event>, Rejection> {
        match self.restaurant.devices.get(device) {
            Some(known) if known.paired().is_some() && !known.revoked => {
                Ok(vec![Event::DeviceRevoked { device: device.clone() }])
            }
            _ => Err(Rejection::NotHere { what: "device".into() }),
        }
    }
}
