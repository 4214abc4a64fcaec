//! `comanda-terminal let-in`: lets a device in at a terminal that has no screen. Whoever runs it sits at the terminal's own
//! machine, which needs not be let in itself, and knows a manager's PIN.

use std::io::BufRead;

use domain::{
    command::{Command, Envelope},
    devices::DeviceWork,
    ids::{CommandId, MAX_TOKEN, Session},
    query::{Done, Outcome},
};
use lexopt::prelude::*;

use crate::demo_service::{Client, ServiceError};

/// How often an unanswered request is sent in all.
const TRIES: u32 = 3;

pub const USAGE: &str = "\
comanda-terminal let-in: lets the browser in that shows a code, where the terminal has no screen to type it on

  --code CODE      the six digits the browser shows
  --name NAME      what people call the device
  --as ID          who lets it in, by their id; their PIN is read from the first line of the input
  --kitchen        it opens with the kitchen's page
  --url URL        the terminal on this machine (default: http://127.0.0.1:7700)
";

/// Whom to let in, and who says so.
#[derive(Debug, Clone, Default)]
pub struct Args {
    url: String,
    code: String,
    name: String,
    staff: String,
    work: DeviceWork,
}

impl Args {
    /// Reads the words after `let-in`; `None` when help was asked for.
    ///
    /// # Errors
    /// When a word is not understood.
    pub fn parse(words: &mut lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
        let mut args = Args { url: "http://127.0.0.1:7700".into(), ..Args::default() };
        while let Some(word) = words.next()? {
            match word {
                Long("url") => args.url = words.value()?.string()?,
                Long("code") => args.code = words.value()?.string()?,
                Long("name") => args.name = words.value()?.string()?,
                Long("as") => args.staff = words.value()?.string()?,
                Long("kitchen") => args.work = DeviceWork::Kitchen,
                Short('h') | Long("help") => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(args))
    }
}

/// Lets the device in; the PIN is the first line of `input`, because what stands on a command line everybody may read.
///
/// # Errors
/// When the terminal does not answer, or says no.
pub fn run(args: &Args, input: &mut impl BufRead) -> Result<(), ServiceError> {
    let unread = |why: String| ServiceError::NotReady(format!("the PIN cannot be read: {why}"));
    let mut pin = String::new();
    input.read_line(&mut pin).map_err(|e| unread(e.to_string()))?;
    let mut client = Client::new(&args.url, "let-in", TRIES, None)?;
    let session = Session(getrandom::u64().map_err(|e| unread(e.to_string()))? & MAX_TOKEN);
    let mut n = 0;
    let mut done = |client: &mut Client, what: &str, command: Command| -> Result<Done, ServiceError> {
        n += 1;
        let id = CommandId { session, n };
        let envelope = Envelope { id, command, approval: None, want_check: false, again: false };
        match client.dispatch(&envelope)? {
            Outcome::Done(done) => Ok(*done),
            Outcome::Refused(why) => Err(ServiceError::Refused { what: what.into(), why: Box::new(why) }),
        }
    };
    let sign_in = Command::SignIn { staff: args.staff.as_str().into(), pin: pin.trim().into() };
    client.token = done(&mut client, "the sign-in", sign_in)?.signed_in.map(|s| s.token);
    let let_in = Command::LetDeviceIn { code: args.code.clone(), name: args.name.clone(), work: args.work };
    let said = done(&mut client, "the device", let_in).map(|_| ());
    done(&mut client, "the sign-out", Command::SignOut)?;
    said
}
