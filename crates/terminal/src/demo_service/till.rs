//! One person at one device: signs in with a PIN, numbers their commands, and sends each until it is answered.

use std::collections::BTreeMap;

use domain::{
    command::{Approval, Command, Envelope},
    ids::{CommandId, Session, StaffId},
    query::{Done, Outcome, Query, View},
    rejection::{Refusal, Rejection},
};

use super::client::{Client, ServiceError};

/// Signing in again because a session ended happens at most so often for one command.
const SIGN_INS: u32 = 2;

/// A person's hands on a device.
pub struct Till {
    pub staff: StaffId,
    pin: String,
    pub session: Session,
    n: u32,
    client: Client,
    /// Commands by how they ended: `done`, `repeated`, or the code of the refusal.
    pub ended: BTreeMap<String, u64>,
}

impl Till {
    /// Nothing is sent yet; the first command signs in, unless a token is given.
    pub fn new(staff: StaffId, pin: String, session: Session, client: Client) -> Till {
        Till { staff, pin, session, n: 0, client, ended: BTreeMap::new() }
    }

    pub fn with_token(mut self, token: Option<String>) -> Till {
        self.client.token = token;
        self
    }

    pub fn resent(&self) -> u64 {
        self.client.resent
    }

    /// The id the next command will have.
    fn next(&mut self) -> CommandId {
        self.n += 1;
        CommandId { session: self.session, n: self.n }
    }

    /// Does something; the answer carries the facts of the check when it is about one.
    ///
    /// # Errors
    /// A [`Refusal`] is an answer; an error means that there was none.
    pub fn does(&mut self, command: Command) -> Result<Result<Done, Refusal>, ServiceError> {
        self.send(command, None)
    }

    /// Does something with a colleague's permission.
    ///
    /// # Errors
    /// As [`Till::does`].
    pub fn does_approved(&mut self, command: Command, by: Approval) -> Result<Result<Done, Refusal>, ServiceError> {
        self.send(command, Some(by))
    }

    /// This person's word for somebody else's command.
    pub fn approval(&self) -> Approval {
        Approval { staff: self.staff.clone(), pin: self.pin.clone() }
    }

    fn send(&mut self, command: Command, approval: Option<Approval>) -> Result<Result<Done, Refusal>, ServiceError> {
        if self.client.token.is_none() {
            self.sign_in()?;
        }
        let want_check = command.check().is_some() || matches!(command, Command::OpenCheck { .. });
        let envelope = Envelope { id: self.next(), command, approval, want_check, again: false };
        let mut sign_ins = 0;
        loop {
            match self.client.dispatch(&envelope)? {
                Outcome::Done(done) => {
                    self.count(if done.repeated { "repeated" } else { "done" });
                    return Ok(Ok(*done));
                }
                Outcome::Refused(refusal) if refusal.why == Rejection::NotSignedIn && sign_ins < SIGN_INS => {
                    sign_ins += 1;
                    self.sign_in()?;
                }
                Outcome::Refused(refusal) => {
                    self.count(&code(&refusal.why));
                    return Ok(Err(refusal));
                }
            }
        }
    }

    /// Asks something.
    ///
    /// # Errors
    /// When it is refused or not answered.
    pub fn asks(&mut self, query: &Query) -> Result<View, ServiceError> {
        if self.client.token.is_none() && !matches!(query, Query::Door) {
            self.sign_in()?;
        }
        self.client.query(query)
    }

    fn sign_in(&mut self) -> Result<(), ServiceError> {
        let command = Command::SignIn { staff: self.staff.clone(), pin: self.pin.clone() };
        let envelope = Envelope { id: self.next(), command, approval: None, want_check: false, again: false };
        match self.client.dispatch(&envelope)? {
            Outcome::Done(done) => {
                let signed_in = done.signed_in.ok_or_else(|| ServiceError::BadAnswer("no token".into()))?;
                self.client.token = Some(signed_in.token);
                Ok(())
            }
            Outcome::Refused(why) => {
                Err(ServiceError::Refused { what: format!("signing in as {}", self.staff), why: Box::new(why) })
            }
        }
    }

    fn count(&mut self, how: &str) {
        *self.ended.entry(how.to_owned()).or_default() += 1;
    }
}

/// The code a program knows a refusal by.
pub fn code(why: &Rejection) -> String {
    let json = serde_json::to_value(why).unwrap_or_default();
    json["code"].as_str().unwrap_or("unknown").to_owned()
}
