//! From a command to events, or to a "no" in the restaurant's words. Pure: time, numbers' owner and identities come in
//! with the [`Context`]; nothing is changed here.

mod day;
mod devices;
mod floor;
mod kitchen;
mod lines;
mod merging;
mod money;
mod store;
mod terminals;
mod tray;

use crate::{
    check::Check,
    clock::{BusinessDay, Moment},
    command::Command,
    event::{Entry, Event},
    ids::*,
    late::Missing,
    rejection::Rejection,
    restaurant::Restaurant,
    settings::Settings,
    staff::Permission,
    text::is_note,
};

pub use lines::missing_choices;
pub(crate) use tray::needed_to_keep;

/// Who acts, where and when; supplied by the terminal, never by a client.
#[derive(Debug, Clone)]
pub struct Context {
    pub id: CommandId,
    pub now: Moment,
    pub day: BusinessDay,
    pub terminal: Origin,
    pub letter: char,
    /// Signed in on the device.
    pub actor: Option<StaffId>,
    /// Lent a permission with their PIN, already verified.
    pub approver: Option<StaffId>,
    pub device: DeviceId,
    /// Argon2id hash of the new PIN of `set_up` or `set_member`.
    pub pin_hash: Option<String>,
    /// The device that shows the code of `let_device_in`, with the hash of its secret.
    pub newcomer: Option<(DeviceId, String)>,
    /// Terminals of this restaurant that are out of reach and were last heard before now; a Z declares them.
    pub missing: Vec<Missing>,
}

impl Context {
    /// The events as this author's next entry would carry them, at a position no log has yet.
    fn entry(&self, seen: Vec<Dot>, events: Vec<Event>) -> Entry {
        Entry {
            dot: Dot { origin: self.terminal, seq: u64::MAX },
            cmd: self.id,
            at: self.now.at,
            off: self.now.offset,
            day: self.day,
            by: self.actor.clone(),
            device: None,
            seen,
            paper: None,
            again: false,
            events,
        }
    }
}

/// Decides one command.
///
/// # Errors
/// A [`Rejection`] when the restaurant's rules say no; nothing has changed then.
pub fn decide(restaurant: &Restaurant, command: &Command, context: &Context) -> Result<Vec<Event>, Rejection> {
    use Command::*;
    let desk = Desk { restaurant, context };
    if let SetUp { settings, owner, menu, floor, .. } = command {
        return desk.set_up(settings, owner, menu, floor);
    }
    restaurant.settings().ok_or(Rejection::NoStore)?;
    if let MoveCheck { check, table: None } = command
        && let Some(inside) = restaurant.check(*check).and_then(|check| check.inside)
    {
        return desk.leave_table(*check, inside.check);
    }
    match command {
        SetUp { .. } | SignIn { .. } | SignOut | Knock | LetThisDeviceIn { .. } => Ok(Vec::new()),
        ChangeSettings { .. }
        | PublishMenu { .. }
        | ImportMenu { .. }
        | PublishFloor { .. }
        | SetMember { .. }
        | ClockIn
        | ClockOut
        | SetStock { .. } => desk.store(command),
        OpenCheck { .. }
        | MoveCheck { .. }
        | NameCheck { .. }
        | SetCovers { .. }
        | HandOver { .. }
        | CancelCheck { .. }
        | AddLines { .. }
        | ChangeLine { .. }
        | RemoveLine { .. }
        | VoidLine { .. }
        | CompLine { .. }
        | HoldCourse { .. }
        | Fire { .. }
        | Bump { .. }
        | Recall { .. }
        | Carry { .. }
        | TakePayment { .. }
        | Refund { .. }
        | PrintReceipt { .. }
        | PrintBill { .. } => decide_on_check(restaurant, command, context),
        MergeChecks { from, into } => desk.merge(*from, *into),
        PartCheck { check } => desk.part(*check),
        MoveCash { .. } | CountDrawer { .. } | PrintX | CloseDay => desk.day(command),
        SettleConflict { conflict, how } => desk.settle_conflict(conflict, *how),
        // Where there is a restaurant, nobody is let into another one.
        OpenDoor | CloseDoor => Err(Rejection::AlreadySetUp),
        LetIn { .. }
        | SetTerminal { .. }
        | ShutOut { .. }
        | MakeMaster { .. }
        | HoldDrill
        | AddAddress { .. }
        | ForgetAddress { .. }
        | SeeAlarm { .. } => desk.terminals(command),
        LetDeviceIn { .. } | ShutDeviceOut { .. } | RequireProtection { .. } => desk.devices(command),
        Reprint { .. } | DropSlip { .. } => desk.must(Permission::TakeOrders).map(|_| Vec::new()),
        TestPrint { .. } => desk.must(Permission::EditStore).map(|_| Vec::new()),
    }
}

/// Decides a command about one check, as [`decide`] does; any other command makes nothing here. Apart, because a screen
/// predicts only these and need not load the rules for menus, days and drawers.
///
/// # Errors
/// As [`decide`].
pub fn decide_on_check(restaurant: &Restaurant, command: &Command, context: &Context) -> Result<Vec<Event>, Rejection> {
    use Command::*;
    let desk = Desk { restaurant, context };
    restaurant.settings().ok_or(Rejection::NoStore)?;
    match command {
        OpenCheck { .. }
        | MoveCheck { .. }
        | NameCheck { .. }
        | SetCovers { .. }
        | HandOver { .. }
        | CancelCheck { .. } => desk.floor(command),
        AddLines { .. }
        | ChangeLine { .. }
        | RemoveLine { .. }
        | VoidLine { .. }
        | CompLine { .. }
        | HoldCourse { .. } => desk.lines(command),
        Fire { .. } | Bump { .. } | Recall { .. } | Carry { .. } => desk.kitchen(command),
        TakePayment { .. } | Refund { .. } | PrintReceipt { .. } | PrintBill { .. } => desk.money(command),
        _ => Ok(Vec::new()),
    }
}

/// A state and a context to decide in.
pub(crate) struct Desk<'a> {
    restaurant: &'a Restaurant,
    context: &'a Context,
}

impl<'a> Desk<'a> {
    fn settings(&self) -> Result<&'a Settings, Rejection> {
        self.restaurant.settings().ok_or(Rejection::NoStore)
    }

    fn actor(&self) -> Result<&'a StaffId, Rejection> {
        let actor = self.context.actor.as_ref().ok_or(Rejection::NotSignedIn)?;
        match self.restaurant.member(actor) {
            Some(member) if member.active => Ok(actor),
            _ => Err(Rejection::NotSignedIn),
        }
    }

    fn may(&self, who: &StaffId, permission: Permission) -> bool {
        self.restaurant.member(who).is_some_and(|m| m.active && m.role.may(permission))
    }

    /// The actor, who must have the permission themselves.
    fn must(&self, needs: Permission) -> Result<&'a StaffId, Rejection> {
        let actor = self.actor()?;
        if self.may(actor, needs) { Ok(actor) } else { Err(Rejection::NotAllowed { needs }) }
    }

    /// Whoever answers for it: the actor, or a colleague who lent the permission.
    fn approved(&self, needs: Permission) -> Result<StaffId, Rejection> {
        let actor = self.actor()?;
        if self.may(actor, needs) {
            return Ok(actor.clone());
        }
        match &self.context.approver {
            Some(approver) if self.may(approver, needs) => Ok(approver.clone()),
            Some(_) => Err(Rejection::NotAllowed { needs }),
            None => Err(Rejection::NeedsApproval { needs }),
        }
    }

    fn any_check(&self, id: CheckId) -> Result<&'a Check, Rejection> {
        self.restaurant.check(id).filter(|c| c.opened.is_some()).ok_or(Rejection::UnknownCheck { check: id })
    }

    fn open_check(&self, id: CheckId) -> Result<&'a Check, Rejection> {
        let check = self.any_check(id)?;
        if let Some(inside) = check.inside {
            return Err(Rejection::CheckMerged { number: check.number(), check: inside.check, into: inside.number });
        }
        if check.is_closed() { Err(Rejection::CheckClosed { number: check.number() }) } else { Ok(check) }
    }
}

fn note(field: &str, words: &str) -> Result<String, Rejection> {
    if is_note(words) { Ok(words.trim().to_owned()) } else { Err(Rejection::BadText { field: field.to_owned() }) }
}

/// A reason must say something.
fn reason(words: &str) -> Result<String, Rejection> {
    note("reason", words)
        .and_then(|r| if r.is_empty() { Err(Rejection::BadText { field: "reason".into() }) } else { Ok(r) })
}
