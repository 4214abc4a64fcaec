//! The demo restaurant, set up on first start through the same commands a person would use.

use domain::{
    command::{Command, Envelope},
    demo,
    query::Outcome,
    rejection::Refusal,
};

use crate::{Caller, Terminal};

/// Sets an empty store up as the demo restaurant; does nothing when it is set up already.
///
/// # Errors
/// The refusal of the command that was not done.
pub fn set_up(terminal: &Terminal, language: &str, printer: Option<&str>) -> Result<(), Box<Refusal>> {
    if terminal.is_set_up() {
        return Ok(());
    }
    let mut settings = demo::settings(language);
    if let Some(address) = printer {
        settings.printers.iter_mut().for_each(|p| p.address = address.to_owned());
    }
    let mut caller = Caller { device: "demo".into(), ..Caller::default() };
    let mut people = demo::staff().into_iter();
    let Some((owner, pin)) = people.next() else { return Ok(()) };
    let (staff, owner_pin) = (owner.id.clone(), pin.to_owned());
    let set_up = Command::SetUp {
        settings: Box::new(settings),
        owner,
        pin: owner_pin.clone(),
        menu: Box::new(demo::menu()),
        floor: demo::floor(),
    };
    done(terminal, &caller, set_up)?;
    caller.token = done(terminal, &caller, Command::SignIn { staff, pin: owner_pin })?;
    for (member, pin) in people {
        done(terminal, &caller, Command::SetMember { member, pin: Some(pin.to_owned()) })?;
    }
    done(terminal, &caller, Command::SignOut)?;
    Ok(())
}

/// Does one command; answers with the token it gave, if any.
fn done(terminal: &Terminal, caller: &Caller, command: Command) -> Result<Option<String>, Box<Refusal>> {
    let envelope = Envelope { id: terminal.own_command(), command, approval: None, want_check: false, again: false };
    match terminal.dispatch(caller, envelope) {
        Outcome::Done(done) => Ok(done.signed_in.map(|s| s.token)),
        Outcome::Refused(refusal) => Err(Box::new(refusal)),
    }
}

/// The demo's people and PINs in one line.
pub fn people() -> String {
    let person = |(member, pin): (domain::staff::Member, &str)| {
        format!("{} {pin} ({})", member.name, format!("{:?}", member.role).to_lowercase())
    };
    demo::staff().into_iter().map(person).collect::<Vec<_>>().join(", ")
}
