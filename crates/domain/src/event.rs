//! What happened. Kinds are frozen: the stored bytes of every kind are pinned by a snapshot test, new fields are
//! optional, and a correction is a further event, never an edit.

mod checks;

use serde::{Deserialize, Serialize};

use crate::{
    clock::{BusinessDay, Millis, Moment},
    conflict::How,
    devices::Paired,
    floor::Floor,
    ids::*,
    menu::{Allergen, Menu},
    money::{Money, Ppm},
    settings::{Settings, TaxMode, TaxRounding},
    shift::ZReport,
    staff::Member,
    terminals::{CameBack, Joined, TerminalCard},
    text::Text,
};

/// One command's whole effect: the unit that is stored, chained and replicated, so half a command can never exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub dot: Dot,
    pub cmd: CommandId,
    /// Wall clock of the author, for people only; see [`crate::clock`].
    pub at: i64,
    /// Minutes east of UTC at the author.
    #[serde(default)]
    pub off: i16,
    pub day: BusinessDay,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<StaffId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<DeviceId>,
    /// What the author had seen of the same check from *other* origins (its own earlier entries go without saying):
    /// causality, from which concurrency is told. Empty while a check lives on one terminal.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Dot>,
    /// Who makes the kitchen's tickets of it, when that is not the author; see [`crate::tickets`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paper: Option<Origin>,
    /// The command had been sent to another terminal that fell silent: its tickets may be on paper already.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub again: bool,
    pub events: Vec<Event>,
}

impl Entry {
    pub fn moment(&self) -> Moment {
        Moment { at: self.at, offset: self.off }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    // The store
    StoreSetUp {
        letter: char,
        settings: Box<Settings>,
    },
    SettingsChanged {
        settings: Box<Settings>,
    },
    MenuPublished {
        menu: Box<Menu>,
    },
    FloorPublished {
        floor: Floor,
    },
    MemberSet {
        member: Member,
    },
    ClockedIn {
        staff: StaffId,
    },
    ClockedOut {
        staff: StaffId,
    },
    SignInRefused {
        staff: StaffId,
    },
    /// A person locked a screen: this sign-in is good at no terminal any more. `until` is when it would have ended.
    SignInEnded {
        sign_in: Session,
        until: Millis,
    },
    /// `left` of an item remain from now on (0 is 86, `None` is "plenty"). `sold` is how many the author had seen sold
    /// in all, so that sales nobody had told it about yet still count against `left`.
    StockSet {
        item: ItemId,
        left: Option<u32>,
        sold: i64,
        /// `sold` counts every unit since the beginning. Without it, it counted from when somebody first counted the item.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        all: bool,
    },

    // A check
    CheckOpened(Opened),
    CheckMoved {
        check: CheckId,
        table: Option<TableId>,
    },
    CheckNamed {
        check: CheckId,
        name: String,
    },
    CoversSet {
        check: CheckId,
        covers: u16,
    },
    HandedOver {
        check: CheckId,
        waiter: StaffId,
    },
    /// Nothing was sold: no live line, no payment.
    CheckCancelled {
        check: CheckId,
    },
    /// `check` stands under `into` from now on: what is on it is on that bill.
    ChecksMerged {
        check: CheckId,
        into: CheckId,
    },
    /// `check` stands on its own again.
    CheckParted {
        check: CheckId,
        out_of: CheckId,
    },
    LinesAdded {
        check: CheckId,
        lines: Vec<AddedLine>,
    },
    LineChanged {
        check: CheckId,
        line: LineId,
        change: LineChange,
    },
    /// Taken off before it was fired.
    LineRemoved {
        check: CheckId,
        line: LineId,
    },
    LineVoided {
        check: CheckId,
        line: LineId,
        void: Void,
    },
    LineComped {
        check: CheckId,
        line: LineId,
        comp: Comp,
    },
    CourseHeld {
        check: CheckId,
        course: u8,
        held: bool,
    },

    // The kitchen
    Fired {
        check: CheckId,
        lines: Vec<FiredLine>,
    },
    /// `ready` false is a recall.
    Bumped {
        check: CheckId,
        fire: FireId,
        station: StationId,
        lines: Vec<LineId>,
        ready: bool,
    },

    /// What was ready has been carried to the guests.
    Carried {
        check: CheckId,
        lines: Vec<LineId>,
    },

    // Money
    PaymentTaken {
        check: CheckId,
        payment: Payment,
    },
    /// The last payment made the check whole: it is closed and has its fiscal number.
    CheckSettled {
        check: CheckId,
        receipt: ReceiptNumber,
        total: Money,
        taxes: Vec<TaxSum>,
        /// The number it has on paper, where that was given at an old copy of the terminal; see [`crate::retelling`].
        #[serde(default, skip_serializing_if = "Option::is_none")]
        was: Option<ReceiptNumber>,
    },
    PaymentRefunded {
        check: CheckId,
        refund: Refund,
    },
    /// `copy` 0 is the original.
    ReceiptPrinted {
        check: CheckId,
        copy: u32,
    },
    BillPrinted {
        check: CheckId,
    },
    DrawerMoved {
        letter: char,
        movement: Movement,
        amount: Money,
        reason: String,
    },
    /// `day` is set when the count is for an earlier day that still waits for its Z.
    DrawerCounted {
        letter: char,
        counted: Money,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        day: Option<BusinessDay>,
    },
    DayClosed {
        z: Box<ZReport>,
    },

    /// A person settled what was in the conflict tray. `check` is one of those it is about, `line` what the kitchen must be
    /// told of.
    ConflictSettled {
        conflict: ConflictId,
        how: How,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        check: Option<CheckId>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        line: Option<LineId>,
    },

    // Paper
    /// How a slip ended; `job` is the terminal's own number of it.
    SlipEnded {
        job: u64,
        printer: PrinterId,
        check: Option<CheckId>,
        /// The kitchen ticket it was.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<TicketOf>,
        end: SlipEnd,
    },
    /// Whose duty the kitchen tickets of these entries are from now on; see [`crate::tickets`].
    TicketsGoTo {
        entries: Vec<CommandId>,
        to: Origin,
        /// They may be on paper already.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        again: bool,
    },

    // Terminals
    /// The author let a terminal in (the first one: itself).
    TerminalJoined {
        terminal: Box<Joined>,
    },
    TerminalSet {
        origin: Origin,
        card: TerminalCard,
    },
    /// Shut out for good.
    TerminalRevoked {
        origin: Origin,
    },
    /// A browser was let in.
    DevicePaired {
        device: Box<Paired>,
    },
    /// Shut out for good.
    DeviceRevoked {
        device: DeviceId,
    },
    /// Browsers on other machines must be protected from now on, or need not be.
    ProtectionRequired {
        on: bool,
    },
    /// Something at the author that a person must hear of.
    AlarmRaised {
        alarm: Alarm,
    },
    /// A person looked at an alarm, and at those of the same terminal before it.
    AlarmSeen {
        raised: Dot,
    },
    /// The author was restored from an old copy of itself, and writes under this name from now on.
    CameBack(CameBack),
    /// The author became master in this epoch because nobody heard the one before; once at most for each epoch. See
    /// [`crate::takeovers`].
    TookOver {
        epoch: u64,
        from: Origin,
        /// Milliseconds since the old master was last heard.
        unheard: u64,
    },
    /// Whom the author took over from is back, with everything; once at most for each epoch. Both in milliseconds since the
    /// takeover.
    MasterReturned {
        epoch: u64,
        after: u64,
        /// When it was given the role; `None` if the author keeps it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        master_after: Option<u64>,
    },
    /// The author, master of this epoch, was unplugged from the others on purpose.
    DrillHeld {
        epoch: u64,
    },
}

/// A kitchen ticket, named by the command of the entry that asked for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TicketOf {
    pub entry: CommandId,
    pub station: StationId,
}

/// What no rule can put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// Others hold more of a terminal's log than itself: it was restored from a backup, or copied.
    OwnLogIsLonger {
        here: u64,
        there: u64,
        /// The name it has from now on, said by whoever let it in under that; without one it is the author.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        of: Option<Origin>,
    },
    /// Somebody without a known key tried to link, or a terminal that was shut out.
    Stranger { address: String, why: String },
    /// A code was typed wrongly too often while a terminal wanted to join.
    CodeGuessed { address: String },
    /// A browser came with the secret of a device that was never let in, or was shut out.
    RejectedDevice { address: String },
    /// A terminal sent entries that cannot be its own, or contradict what it sent before.
    ForgedLog {
        origin: Origin,
        seq: u64,
        /// Who said so.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        by: Option<Origin>,
        /// The author's seals that do not fit together, the one held here first: position and signature.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        seals: Vec<String>,
    },
}

/// How a check began, with the terms that hold for it to its end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Opened {
    pub check: CheckId,
    pub kind: CheckKind,
    pub number: GuestNumber,
    pub table: Option<TableId>,
    #[serde(default)]
    pub name: String,
    pub covers: u16,
    pub waiter: StaffId,
    pub terms: Terms,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckKind {
    DineIn,
    Takeaway,
}

/// Money rules stamped on the check, so that a settings change never moves an open bill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    pub tax: TaxMode,
    pub rounding: TaxRounding,
    pub cash_step: i64,
}

/// A line with everything a later reprint, refund or audit needs, stamped when it was added.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddedLine {
    pub id: LineId,
    pub item: ItemId,
    pub portion: PortionId,
    pub name: Text,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kitchen_name: Option<String>,
    /// Empty when the item has a single portion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub portion_name: Option<Text>,
    pub category: CategoryId,
    /// Price of one, without options.
    pub price: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_list: Option<PriceListId>,
    pub tax: LineTax,
    pub station: StationId,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergens: Vec<Allergen>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChosenOption>,
    pub qty: u32,
    /// 0 is "the table".
    #[serde(default)]
    pub seat: u8,
    #[serde(default)]
    pub course: u8,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// An allergy of the guest: printed inverse, never to be overlooked.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub allergy: String,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineTax {
    pub id: TaxId,
    pub rate: Ppm,
    pub letter: char,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenOption {
    pub group: GroupId,
    pub option: OptionId,
    pub name: Text,
    /// Of one, for one of the line.
    #[serde(default)]
    pub price: Money,
    /// The station of a combo's component; `None` stays with the line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station: Option<StationId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub allergens: Vec<Allergen>,
    /// Options of this option (nested once).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub options: Vec<ChosenOption>,
}

/// An edit of a line before it is fired (seat may change later too).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineChange {
    Qty(u32),
    Options(Vec<ChosenOption>),
    Note(String),
    Allergy(String),
    Seat(u8),
    Course(u8),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Void {
    pub qty: u32,
    pub reason: String,
    pub approved_by: StaffId,
    /// The kitchen had it already: a void slip goes to its stations.
    pub fired: bool,
}

/// A line given away in part or whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comp {
    pub share: Ppm,
    pub reason: String,
    pub approved_by: StaffId,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FiredLine {
    pub line: LineId,
    pub qty: u32,
    /// Every station that gets a ticket for it.
    pub stations: Vec<StationId>,
    /// Stations among them without a screen: done when fired.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unscreened: Vec<StationId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    pub tender: Tender,
    /// Towards the bill.
    pub amount: Money,
    #[serde(default)]
    pub tip: Money,
    /// Cash rounding: what the guest pays beyond `amount` (or less) because small coins do not exist.
    #[serde(default)]
    pub rounding: Money,
    /// Whose drawer or card terminal.
    pub letter: char,
    #[serde(default)]
    pub part: Part,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tender {
    Cash {
        given: Money,
        change: Money,
    },
    /// A payment made on the bank's own terminal and recorded here. Never a card number.
    Card {
        reference: String,
        last4: String,
    },
    Voucher {
        code: String,
    },
}

/// The kinds of tender, as reports group them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TenderKind {
    Cash,
    Card,
    Voucher,
}

impl Tender {
    pub fn kind(&self) -> TenderKind {
        match self {
            Tender::Cash { .. } => TenderKind::Cash,
            Tender::Card { .. } => TenderKind::Card,
            Tender::Voucher { .. } => TenderKind::Voucher,
        }
    }
}

/// What a payment was for, so that the next guest's share can be told.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// An amount of the whole.
    #[default]
    Whole,
    /// One of `of` even shares.
    Share {
        of: u8,
    },
    Seats(Vec<u8>),
    Lines(Vec<LineId>),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TaxSum {
    pub tax: LineTax,
    pub net: Money,
    pub amount: Money,
    pub gross: Money,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refund {
    pub payment: PaymentId,
    pub amount: Money,
    pub reason: String,
    pub approved_by: StaffId,
    /// `None` when a payment was taken back while the check was still open: no sale was made yet, so none is refunded.
    pub receipt: Option<ReceiptNumber>,
    /// The drawer the cash came from.
    pub letter: char,
    /// The refunded amount by tax group, by largest remainder of the sale's groups.
    pub taxes: Vec<TaxSum>,
    /// As [`Event::CheckSettled`] says; screens do not read it.
    #[cfg_attr(target_family = "wasm", serde(skip_deserializing))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<ReceiptNumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    Float,
    PaidIn,
    PaidOut,
    /// The drawer was opened without a sale; the amount is zero.
    NoSale,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipEnd {
    /// The printer itself said so.
    Printed,
    /// Bytes left, no proof came: it may or may not be on paper.
    Unknown { why: String },
    /// A person gave it up.
    Dropped,
}
