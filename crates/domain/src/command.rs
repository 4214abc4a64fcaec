//! Everything a person can do. A command names things and quantities; prices, times and numbers are the terminal's.

use serde::{Deserialize, Serialize};

use crate::{
    conflict::How,
    devices::DeviceWork,
    event::{CheckKind, Movement, Part, TenderKind},
    floor::Floor,
    ids::*,
    menu::Menu,
    money::{Money, Ppm},
    settings::Settings,
    staff::Member,
};

/// The most lines one command may add.
pub const MAX_LINES_PER_COMMAND: usize = 100;
/// The most of one item on one line.
pub const MAX_QTY: u32 = 99;
/// The most lines a check may hold.
pub const MAX_LINES_PER_CHECK: usize = 400;
pub const MAX_COVERS: u16 = 200;
pub const MAX_COURSE: u8 = 9;

/// A command on its way: what a screen sends.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    pub id: CommandId,
    pub command: Command,
    /// Somebody with the permission lends it for this one command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Ask for the check's facts after the command, so that a screen needs no second question.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub want_check: bool,
    /// Another terminal was sent this and did not answer any more, so it may have been done there. What has to be done anew
    /// here then says so on paper.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    pub staff: StaffId,
    pub pin: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Command {
    // The store
    /// First run only.
    SetUp {
        settings: Box<Settings>,
        owner: Member,
        pin: String,
        menu: Box<Menu>,
        floor: Floor,
    },
    ChangeSettings {
        settings: Box<Settings>,
    },
    PublishMenu {
        menu: Box<Menu>,
    },
    /// CSV or JSON text; all of it is published or none.
    ImportMenu {
        format: MenuFormat,
        text: String,
    },
    PublishFloor {
        floor: Floor,
    },
    /// `pin` `None` keeps the old one.
    SetMember {
        member: Member,
        pin: Option<String>,
    },
    /// Answers with a token for the `Authorization: Bearer` header.
    SignIn {
        staff: StaffId,
        pin: String,
    },
    SignOut,
    ClockIn,
    ClockOut,
    /// 0 is 86; `None` is "plenty again".
    SetStock {
        item: ItemId,
        left: Option<u32>,
    },

    // A check
    OpenCheck {
        kind: CheckKind,
        #[serde(default)]
        table: Option<TableId>,
        #[serde(default)]
        covers: u16,
        #[serde(default)]
        name: String,
    },
    MoveCheck {
        check: CheckId,
        table: Option<TableId>,
    },
    NameCheck {
        check: CheckId,
        name: String,
    },
    SetCovers {
        check: CheckId,
        covers: u16,
    },
    HandOver {
        check: CheckId,
        waiter: StaffId,
    },
    CancelCheck {
        check: CheckId,
    },
    /// Two checks become one: what is on `from` is on the bill of `into`.
    MergeChecks {
        from: CheckId,
        into: CheckId,
    },
    /// A check that was merged into another stands on its own again, with all that is its own.
    PartCheck {
        check: CheckId,
    },
    AddLines {
        check: CheckId,
        lines: Vec<NewLine>,
    },
    ChangeLine {
        check: CheckId,
        line: LineId,
        change: NewChange,
    },
    RemoveLine {
        check: CheckId,
        line: LineId,
    },
    VoidLine {
        check: CheckId,
        line: LineId,
        qty: u32,
        reason: String,
    },
    CompLine {
        check: CheckId,
        line: LineId,
        share: Ppm,
        reason: String,
    },
    HoldCourse {
        check: CheckId,
        course: u8,
        held: bool,
    },

    // The kitchen
    Fire {
        check: CheckId,
        what: What,
    },
    /// `lines` empty bumps the whole ticket.
    Bump {
        check: CheckId,
        fire: FireId,
        station: StationId,
        #[serde(default)]
        lines: Vec<LineId>,
    },
    Recall {
        check: CheckId,
        fire: FireId,
        station: StationId,
    },
    /// Everything ready went to the guests.
    Carry {
        check: CheckId,
    },

    // Money
    TakePayment {
        check: CheckId,
        tender: NewTender,
        /// Towards the bill.
        amount: Money,
        #[serde(default)]
        tip: Money,
        #[serde(default)]
        part: Part,
        /// Print the receipt when this settles the check.
        #[serde(default)]
        print: bool,
    },
    /// On an open check it takes the whole payment back; on a closed one it refunds up to what was paid.
    Refund {
        check: CheckId,
        payment: PaymentId,
        amount: Money,
        reason: String,
    },
    /// The first is the original, every further one says COPY.
    PrintReceipt {
        check: CheckId,
    },
    /// The bill for the guests to look at; not a receipt.
    PrintBill {
        check: CheckId,
    },
    MoveCash {
        movement: Movement,
        amount: Money,
        reason: String,
    },
    /// Blind: the count is given before the expected amount is shown.
    CountDrawer {
        counted: Money,
    },
    PrintX,
    CloseDay,
    // Terminals
    /// On a terminal without a restaurant: shows a code with which a manager lets it into theirs. Nobody is signed in
    /// there yet.
    OpenDoor,
    CloseDoor,
    /// Lets the new terminal in that listens at `address` (`host:port`) and shows this code. How it goes is in
    /// `terminals`.
    LetIn {
        address: String,
        code: String,
    },
    /// Greater `rank` is rather master; 0 only in need.
    SetTerminal {
        terminal: Origin,
        name: String,
        rank: u8,
    },
    /// For good: a stolen terminal comes back only as a new one.
    ShutOut {
        terminal: Origin,
    },
    MakeMaster {
        terminal: Origin,
    },
    /// Unplugs the master from the others for some seconds, on purpose, and measures how the restaurant goes on.
    HoldDrill,
    /// Where a terminal is on a network that lets none be discovered.
    AddAddress {
        address: String,
    },
    ForgetAddress {
        address: String,
    },
    /// An alarm was looked at, and those of the same terminal before it: they leave the panel everywhere.
    SeeAlarm {
        raised: Dot,
    },

    // Devices
    /// A browser that is not let in asks to be; it is answered with a code for people, and a secret for itself.
    Knock,
    /// Lets the browser in that shows this code, here or at another terminal.
    LetDeviceIn {
        code: String,
        name: String,
        #[serde(default)]
        work: DeviceWork,
    },
    /// Lets the browser in that says this, because a manager stands before it: their name as colleagues know it, and their
    /// PIN. Heard only where nobody else can hear it, and never told whether name or PIN was wrong.
    LetThisDeviceIn {
        manager: String,
        pin: String,
        name: String,
        #[serde(default)]
        work: DeviceWork,
    },
    /// For good: a lost device comes back only as a new one.
    ShutDeviceOut {
        device: DeviceId,
    },
    /// Whether browsers on other machines must be protected. Switched on only where that locks nobody out: at a terminal
    /// itself or on a device that is protected.
    RequireProtection {
        on: bool,
    },

    /// Settles what is in the conflict tray. `keep` of something settled meanwhile changes nothing.
    SettleConflict {
        conflict: ConflictId,
        how: How,
    },

    // Paper
    /// Prints a slip of the ledger again, marked as a copy.
    Reprint {
        job: u64,
    },
    /// Gives up a slip that cannot be printed.
    DropSlip {
        job: u64,
    },
    TestPrint {
        printer: PrinterId,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MenuFormat {
    Csv,
    Json,
}

/// What to add. No price: a client's idea of a price is not asked for, and an unknown field is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewLine {
    pub item: ItemId,
    /// `None` is the item's first portion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portion: Option<PortionId>,
    #[serde(default = "one")]
    pub qty: u32,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Pick>,
    #[serde(default)]
    pub seat: u8,
    /// `None` is the item's usual course.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub course: Option<u8>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub allergy: String,
}

fn one() -> u32 {
    1
}

/// A chosen option, with the options of its own groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pick {
    pub group: GroupId,
    pub option: OptionId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<Pick>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NewChange {
    Qty(u32),
    /// All options of the line anew.
    Options(Vec<Pick>),
    Note(String),
    Allergy(String),
    Seat(u8),
    Course(u8),
}

/// What to fire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum What {
    /// Everything unfired whose course is not held.
    All,
    Course(u8),
    /// The lowest course that still has unfired lines, held or not: "fire next".
    Next,
    Lines(Vec<LineId>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum NewTender {
    /// What the guest handed over; change is worked out.
    Cash {
        given: Money,
    },
    Card {
        #[serde(default)]
        reference: String,
        #[serde(default)]
        last4: String,
    },
    Voucher {
        code: String,
    },
}

impl NewTender {
    pub fn kind(&self) -> TenderKind {
        match self {
            NewTender::Cash { .. } => TenderKind::Cash,
            NewTender::Card { .. } => TenderKind::Card,
            NewTender::Voucher { .. } => TenderKind::Voucher,
        }
    }
}

impl Command {
    /// The checks a command is about.
    pub fn checks(&self) -> impl Iterator<Item = CheckId> {
        let other = if let Command::MergeChecks { from, .. } = self { Some(*from) } else { None };
        self.check().into_iter().chain(other)
    }

    /// The check a command is about, if any; of two the one that stays.
    pub fn check(&self) -> Option<CheckId> {
        use Command::*;
        match self {
            MoveCheck { check, .. }
            | NameCheck { check, .. }
            | SetCovers { check, .. }
            | HandOver { check, .. }
            | CancelCheck { check }
            | PartCheck { check }
            | MergeChecks { into: check, .. }
            | AddLines { check, .. }
            | ChangeLine { check, .. }
            | RemoveLine { check, .. }
            | VoidLine { check, .. }
            | CompLine { check, .. }
            | HoldCourse { check, .. }
            | Fire { check, .. }
            | Bump { check, .. }
            | Recall { check, .. }
            | Carry { check }
            | TakePayment { check, .. }
            | Refund { check, .. }
            | PrintReceipt { check }
            | PrintBill { check } => Some(*check),
            _ => None,
        }
    }
}
