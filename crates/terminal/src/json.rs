//! The two verbs as JSON texts: what HTTP and the desktop window both speak.

use domain::{
    command::Envelope,
    query::{Answer, Outcome, Query, Wants},
    rejection::Rejection,
};
use serde::de::DeserializeOwned;

use crate::{Caller, MAX_COMMANDS, Terminal, dispatch::refused, terminal::lock, zone::millis_now};

/// The largest body of a dispatch or query, in bytes; a menu import may bring [`MAX_IMPORT`].
pub const MAX_BODY: usize = 1 << 20;
pub const MAX_IMPORT: usize = 2 << 20;

/// One outcome, or the outcomes of an array in its order.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcomes {
    One(Box<Outcome>),
    Many(Vec<Outcome>),
}

impl Outcomes {
    /// As JSON text.
    pub fn text(&self) -> String {
        match self {
            Outcomes::One(outcome) => written(outcome),
            Outcomes::Many(outcomes) => written(outcomes),
        }
    }
}

impl Terminal {
    /// Does one envelope, or an array of at most [`MAX_COMMANDS`] of them.
    pub fn dispatch_json(&self, caller: &Caller, body: &[u8]) -> Outcomes {
        let many = body.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'[');
        let limit = if mentions_import(body) { MAX_IMPORT } else { MAX_BODY };
        if body.len() > limit {
            return Outcomes::One(Box::new(refused(Rejection::TooLarge { limit: limit as u64 })));
        }
        if !many {
            return Outcomes::One(Box::new(match parse::<Envelope>(body) {
                Ok(envelope) => self.dispatch(caller, envelope),
                Err(rejection) => refused(rejection),
            }));
        }
        match parse::<Vec<Envelope>>(body) {
            Ok(envelopes) if envelopes.len() > MAX_COMMANDS => {
                Outcomes::One(Box::new(refused(Rejection::TooLarge { limit: MAX_COMMANDS as u64 })))
            }
            Ok(envelopes) => Outcomes::Many(self.dispatch_all(caller, envelopes)),
            Err(rejection) => Outcomes::One(Box::new(refused(rejection))),
        }
    }

    /// Answers one query.
    pub fn query_json(&self, caller: &Caller, body: &[u8]) -> Answer {
        let limit = if mentions_import(body) { MAX_IMPORT } else { MAX_BODY };
        if body.len() > limit {
            return Answer::Refused(Rejection::TooLarge { limit: limit as u64 }.into());
        }
        match parse::<Query>(body) {
            Ok(query) => self.query(caller, query),
            Err(rejection) => Answer::Refused(rejection.into()),
        }
    }

    /// Reads what a screen wants to hear of. Only somebody who is signed in hears anything.
    ///
    /// # Errors
    /// [`Rejection::NotSignedIn`] and [`Rejection::Malformed`].
    pub fn wants_json(&self, caller: &Caller, body: &[u8]) -> Result<Wants, Rejection> {
        if lock(&self.door).who(caller, millis_now()).is_none() {
            return Err(Rejection::NotSignedIn);
        }
        parse(body)
    }
}

/// Whether a body is a menu import, the only thing that may be long. It is looked for near the start, so that a long
/// body of anything else is refused before it is parsed.
fn mentions_import(body: &[u8]) -> bool {
    const NEAR: usize = 200;
    let start = &body[..body.len().min(NEAR)];
    [&b"\"import_menu\""[..], &b"\"try_import\""[..]].iter().any(|name| start.windows(name.len()).any(|w| w == *name))
}

fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Rejection> {
    serde_json::from_slice(body).map_err(|e| Rejection::Malformed { what: e.to_string() })
}

/// A value as JSON text. What is written here is plain data with text keys, which can always be written.
pub fn written<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}
