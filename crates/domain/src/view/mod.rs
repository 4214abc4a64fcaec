//! What screens and paper show: derived from state, never stored, everything already worked out.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    check::{Inside, Joined},
    clock::{BusinessDay, Date, Millis},
    devices::DeviceWork,
    event::{CheckKind, Part, TaxSum, TenderKind, Terms},
    floor::Floor,
    ids::*,
    menu::{Allergen, Menu},
    money::Money,
    settings::Settings,
    shift::{Book, Drawer},
    staff::{Member, Permission, Role},
    text::Text,
};

mod check;
mod kitchen;
mod reason;
mod terminals;
mod tray;

pub use check::{check_card, check_view, closed_check};
pub use kitchen::{all_day, kitchen_view, strayed_tickets, ticket, tickets_of, void_slips};
pub use reason::Reason;
pub use terminals::*;
pub use tray::{ConflictKind, ConflictView, Label, Resolution, tray};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DoorView {
    /// `None` until the store is set up.
    pub store: Option<String>,
    pub language: String,
    /// This terminal.
    pub terminal: String,
    pub letter: Option<char>,
    /// Active staff, by name.
    pub people: Vec<Person>,
    pub training: bool,
    /// What this device was let in for; none on the terminal's own machine.
    #[serde(default)]
    pub work: Option<DeviceWork>,
    /// While much is still on its way here; none once this terminal has caught up.
    #[serde(default)]
    pub coming: Option<Coming>,
    /// The app version, to notice an update.
    pub version: String,
}

/// A member of staff as a screen may know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    pub id: StaffId,
    pub name: String,
    pub role: Role,
    pub clocked_in: bool,
    pub permissions: Vec<Permission>,
    #[serde(default)]
    pub language: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConfigView {
    pub version: u64,
    pub letter: char,
    pub settings: Settings,
    pub menu: Menu,
    pub floor: Floor,
    /// Without PIN hashes.
    pub staff: Vec<Member>,
    /// Items that are counted or out.
    pub stock: Vec<(ItemId, u32)>,
    pub day: BusinessDay,
    /// The terminal's clock when it answered, with its distance from UTC in minutes.
    pub now: Millis,
    pub offset: i16,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FloorView {
    pub version: u64,
    pub cards: Vec<CheckCard>,
}

/// An open check in brief: what the floor shows of a table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckCard {
    pub check: CheckId,
    pub kind: CheckKind,
    pub number: GuestNumber,
    pub table: Option<TableId>,
    /// Tables of the checks that were merged into it: somebody sits there, whose bill is this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<TableId>,
    pub name: String,
    pub covers: u16,
    pub waiter: StaffId,
    pub state: CheckState,
    pub opened: Millis,
    /// The last time anyone did anything to it.
    pub touched: Millis,
    pub total: Money,
    pub due: Money,
    /// Units not fired yet, in the kitchen, ready to be carried.
    pub unfired: u32,
    pub cooking: u32,
    pub ready: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CheckState {
    /// Open, nothing ordered.
    Seated,
    /// Lines not fired yet, nothing in the kitchen.
    Ordering,
    /// The kitchen has it.
    Ordered,
    /// Something waits at the pass.
    FoodReady,
    /// Everything was carried; they eat.
    Served,
    /// The bill was printed or a part is paid.
    Paying,
    Closed,
    Cancelled,
    /// On the bill of another check.
    Merged,
}

/// A check, worked out in full.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckView {
    #[serde(flatten)]
    pub card: CheckCard,
    pub terms: Terms,
    pub lines: Vec<LineView>,
    /// Held courses.
    pub held: Vec<u8>,
    pub bill: Bill,
    pub payments: Vec<PaymentView>,
    pub refunds: Vec<RefundView>,
    pub receipt: Option<ReceiptNumber>,
    pub closed: Option<Millis>,
    pub receipts_printed: u32,
    /// The check it was merged into.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<Inside>,
    /// Checks that were merged into it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub joined: BTreeMap<CheckId, Joined>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LineView {
    pub id: LineId,
    pub item: ItemId,
    pub portion: PortionId,
    pub name: Text,
    pub portion_name: Option<Text>,
    pub category: CategoryId,
    /// Still to be paid for: added less voided.
    pub qty: u32,
    pub voided: u32,
    pub fired: u32,
    pub ready: u32,
    pub seat: u8,
    pub course: u8,
    pub note: String,
    pub allergy: String,
    pub allergens: Vec<Allergen>,
    pub options: Vec<OptionView>,
    /// Price of one with its options.
    pub each: Money,
    /// `each × qty` less what was comped.
    pub amount: Money,
    pub comped: Money,
    pub void_reason: String,
    pub comp_reason: String,
    pub price_list: Option<PriceListId>,
    pub tax_letter: char,
    pub state: LineState,
    /// Forced choices still open; the line cannot be fired.
    pub missing: Vec<GroupId>,
    pub added: Millis,
    pub by: Option<StaffId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    New,
    /// New, in a held course.
    Held,
    Cooking,
    Ready,
    Voided,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct OptionView {
    pub group: GroupId,
    pub option: OptionId,
    pub name: Text,
    pub price: Money,
    /// 0 for an option, 1 for an option's option.
    pub depth: u8,
}

/// The sums of a check.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bill {
    /// Lines before comps, without added tax.
    pub subtotal: Money,
    pub comped: Money,
    pub taxes: Vec<TaxSum>,
    /// What the guests owe in all, tax included.
    pub total: Money,
    pub paid: Money,
    pub tips: Money,
    pub cash_rounding: Money,
    pub due: Money,
    /// `due` as it would be paid in cash.
    pub due_cash: Money,
    pub refunded: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PaymentView {
    pub id: PaymentId,
    pub kind: TenderKind,
    pub amount: Money,
    pub tip: Money,
    pub rounding: Money,
    pub given: Money,
    pub change: Money,
    pub reference: String,
    pub part: Part,
    pub at: Millis,
    pub by: Option<StaffId>,
    /// What may still be given back.
    pub refundable: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RefundView {
    pub id: PaymentId,
    pub payment: PaymentId,
    pub kind: TenderKind,
    pub amount: Money,
    pub reason: String,
    /// `None` when the payment was taken back before the check was closed.
    pub receipt: Option<ReceiptNumber>,
    pub at: Millis,
    pub by: Option<StaffId>,
    pub taxes: Vec<TaxSum>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KitchenView {
    pub version: u64,
    /// In order of need: oldest first.
    pub tickets: Vec<KitchenTicket>,
    /// What is still to be made, over all tickets.
    pub all_day: Vec<AllDay>,
    /// The last ones bumped, newest first, for recall.
    pub done: Vec<KitchenTicket>,
}

/// One fire at one station: the same object on the screen and on paper.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KitchenTicket {
    pub check: CheckId,
    pub fire: FireId,
    pub station: StationId,
    pub kind: CheckKind,
    pub number: GuestNumber,
    /// The table's label, empty for takeaway.
    pub table: String,
    pub name: String,
    pub covers: u16,
    /// The waiter's name.
    pub waiter: String,
    pub fired: Millis,
    /// Local time it was fired, `19:05`.
    pub fired_text: String,
    pub lines: Vec<TicketLine>,
    /// Other stations that have a part of the same fire.
    pub also_at: Vec<StationId>,
    /// All live lines are ready.
    pub done: bool,
    /// When the last line was bumped.
    pub done_at: Option<Millis>,
    pub soon_after: u16,
    pub late_after: u16,
    pub training: bool,
    /// It came from another terminal, whose disk has it, and this one's disk is writing it just now. The same ticket
    /// follows without this, or the stream starts anew.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub early: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketLine {
    pub line: LineId,
    /// Fired less voided.
    pub qty: u32,
    pub voided: u32,
    /// In the kitchen's language.
    pub name: String,
    pub portion: String,
    pub options: Vec<TicketOption>,
    pub note: String,
    pub allergy: String,
    pub seat: u8,
    pub course: u8,
    pub ready: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TicketOption {
    pub name: String,
    pub depth: u8,
    /// An option that takes something away ("no onion") is as important as one that adds.
    pub component: bool,
}

/// What a station must stop making.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct VoidSlip {
    pub ticket: KitchenTicket,
    pub qty: u32,
    pub reason: String,
    pub by: String,
    pub at_text: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AllDay {
    pub name: String,
    pub qty: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ClosedCheck {
    pub check: CheckId,
    pub number: GuestNumber,
    pub receipt: Option<ReceiptNumber>,
    pub day: BusinessDay,
    pub table: Option<TableId>,
    pub name: String,
    pub covers: u16,
    pub waiter: StaffId,
    pub opened: Millis,
    pub closed: Millis,
    pub total: Money,
    pub tips: Money,
    pub refunded: Money,
    pub tenders: Vec<TenderKind>,
    /// What was on it, for finding: "2 Espresso, Steak".
    pub summary: String,
    pub cancelled: bool,
    /// The check it was merged into; its figures are on that one's row.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inside: Option<GuestNumber>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TodayView {
    pub day: BusinessDay,
    /// Empty for whoever may not close the day.
    pub book: Book,
    pub open_checks: u32,
    /// Totals of checks still open.
    pub open_amount: Money,
    /// The drawers somebody touched today.
    pub drawers: Vec<DrawerView>,
    pub clocked_in: Vec<StaffId>,
    /// Earlier business days that still wait for their Z.
    pub unclosed: Vec<BusinessDay>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct DrawerView {
    pub letter: char,
    #[serde(flatten)]
    pub drawer: Drawer,
    /// What should lie in it; hidden until somebody counted, because counting is blind.
    pub expected: Option<Money>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReportView {
    pub from: Date,
    pub to: Date,
    pub book: Book,
    /// Sales of each date, in order.
    pub days: Vec<(Date, Money, u32)>,
    /// Of the same number of days before.
    pub before: Money,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlipView {
    pub job: u64,
    pub printer: PrinterId,
    pub what: SlipKind,
    pub check: Option<CheckId>,
    /// "Table 7 · B17 · Grill".
    pub title: String,
    pub state: SlipState,
    pub queued: Millis,
    pub ended: Option<Millis>,
    /// Why it is where it is, when that is not good.
    pub why: Reason,
    pub tries: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipKind {
    Ticket,
    Void,
    Receipt,
    Bill,
    Report,
    Drawer,
    Test,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipState {
    Queued,
    /// Bytes may be leaving; found after a crash it means "unknown".
    Sending,
    Printed,
    Unknown,
    Dropped,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrinterView {
    pub printer: PrinterId,
    pub state: PrinterState,
    pub why: Reason,
    /// When it last proved that it works; never a guess.
    pub proved: Option<Millis>,
    pub waiting: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PrinterState {
    /// Not asked yet.
    Unproved,
    Ready,
    PaperLow,
    PaperOut,
    CoverOpen,
    Offline,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryLine {
    pub at: Millis,
    pub by: Option<StaffId>,
    pub device: Option<DeviceId>,
    /// The event kind, for the app to put into words.
    pub kind: String,
    /// The event's own data.
    pub data: serde_json::Value,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ImportView {
    pub faults: Vec<ImportFault>,
    pub added: Vec<ItemId>,
    pub changed: Vec<ItemId>,
    pub removed: Vec<ItemId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFault {
    /// From 1; 0 when it is about the whole.
    pub line: u32,
    pub column: String,
    pub what: String,
}
