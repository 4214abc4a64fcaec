//! Who may let terminals in, name them, shut them out and choose the master. What happens on the network then is the
//! terminal's; here is only who may ask for it, and what is written down.

use super::Desk;
use crate::{
    command::Command,
    event::Event,
    ids::Origin,
    rejection::Rejection,
    staff::Permission,
    terminals::{MAX_NAME, TerminalCard},
};

/// The highest rank a terminal can be given.
pub const MAX_RANK: u8 = 9;

impl Desk<'_> {
    pub(super) fn terminals(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::EditStore)?;
        match command {
            Command::SetTerminal { terminal, name, rank } => {
                self.known(*terminal)?;
                let name = name.trim();
                if !crate::text::is_name(name) || name.chars().count() > MAX_NAME {
                    return Err(Rejection::BadText { field: "name".into() });
                }
                let card = TerminalCard { name: name.into(), rank: (*rank).min(MAX_RANK) };
                Ok(vec![Event::TerminalSet { origin: *terminal, card }])
            }
            Command::ShutOut { terminal } => {
                self.known(*terminal)?;
                let all = &self.restaurant.terminals;
                if *terminal == self.context.terminal || all.is_one(*terminal, self.context.terminal) {
                    return Err(Rejection::NotThisTerminal);
                }
                Ok(vec![Event::TerminalRevoked { origin: *terminal }])
            }
            Command::MakeMaster { terminal } => self.known(*terminal).map(|()| Vec::new()),
            Command::SeeAlarm { raised } => Ok(vec![Event::AlarmSeen { raised: *raised }]),
            _ => Ok(Vec::new()),
        }
    }

    fn known(&self, terminal: Origin) -> Result<(), Rejection> {
        match self.restaurant.terminals.get(terminal) {
            Some(t) if t.joined().is_some() && !self.restaurant.terminals.is_shut_out(terminal) => Ok(()),
            _ => Err(Rejection::UnknownTerminal),
        }
    }
}
