//! What people ask of the network. Who may is decided in `domain`; here it is carried out, after the answer: nothing a
//! person taps waits for the network.

use std::net::SocketAddr;

use domain::{
    command::{Command, Envelope},
    ids::StaffId,
    query::Done,
    rejection::Rejection,
};
use store::StoreError;
use sync::pairing::Code;

use super::Happening;
use crate::terminal::Terminal;

impl Terminal {
    /// A new terminal's wish to be let in. Nobody is signed in there, and there is nothing yet that could be harmed.
    pub(crate) fn at_own_door(&self, envelope: &Envelope) -> Option<Result<Done, Rejection>> {
        let done = || Done { id: envelope.id, ..Done::default() };
        match envelope.command {
            Command::OpenDoor | Command::CloseDoor if self.is_member() => Some(Err(Rejection::AlreadySetUp)),
            Command::OpenDoor => Some(self.open_door().map(|()| done()).map_err(|e| {
                tracing::warn!("the door cannot be opened: {e}");
                Rejection::NoNetwork
            })),
            Command::CloseDoor => {
                self.shut_door();
                Some(Ok(done()))
            }
            _ => None,
        }
    }

    /// What is wrong with a wish before anybody is asked.
    pub(crate) fn fits_network(&self, command: &Command) -> Result<(), Rejection> {
        let address = |text: &str| text.trim().parse::<SocketAddr>().map(|_| ()).map_err(|_| Rejection::BadAddress);
        match command {
            Command::LetIn { address: text, code } => {
                address(text)?;
                code.parse::<Code>().map_err(|_| Rejection::BadCode)?;
                self.network().map(|_| ()).ok_or(Rejection::NoNetwork)
            }
            Command::AddAddress { address: text } => address(text),
            Command::HoldDrill => self.network().map(|_| ()).ok_or(Rejection::NoNetwork),
            _ => Ok(()),
        }
    }

    /// Carries out what was allowed and written down.
    pub(crate) fn act_on_network(&self, command: &Command, by: Option<&StaffId>) -> Result<(), StoreError> {
        match command {
            Command::LetIn { address, code } => {
                if let (Ok(address), Ok(code)) = (address.trim().parse(), code.parse()) {
                    self.peers.tell(Happening::Invite(address, code, by.cloned()));
                }
            }
            Command::AddAddress { address } => self.note_address(address.trim(), true)?,
            Command::ForgetAddress { address } => self.note_address(address.trim(), false)?,
            Command::MakeMaster { terminal } => {
                self.peers.tell(Happening::Appoint(*terminal));
            }
            Command::HoldDrill => {
                self.peers.tell(Happening::Drill);
            }
            _ => {}
        }
        Ok(())
    }
}

/// Whether a command is carried out on the network once it is written down.
pub(crate) fn is_for_network(command: &Command) -> bool {
    use Command::*;
    matches!(command, LetIn { .. } | AddAddress { .. } | ForgetAddress { .. } | MakeMaster { .. } | HoldDrill)
}
