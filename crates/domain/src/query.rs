//! Everything a screen can ask, and the stream of what changed.

use serde::{Deserialize, Serialize};

use crate::{
    check::Check,
    clock::{BusinessDay, Date},
    command::MenuFormat,
    ids::*,
    late::LateDay,
    menu::Menu,
    paper::Slip,
    rejection::Refusal,
    shift::ZReport,
    view::*,
};

/// The most rows one list answer holds.
pub const MAX_ROWS: usize = 500;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Query {
    /// Before sign-in: whether there is a store, its name and language, and who may sign in.
    Door,
    /// Settings, menu, floor, staff and stock: what a screen needs to work.
    Config,
    /// Every open check, in brief, with its table.
    Floor,
    Check {
        check: CheckId,
    },
    /// The facts of a check: what the app folds and predicts with.
    CheckFacts {
        check: CheckId,
    },
    /// Tickets of one station, or of all (expo).
    Kitchen {
        station: Option<StationId>,
    },
    Receipt {
        check: CheckId,
    },
    /// A slip of the ledger as it was printed.
    SlipPicture {
        job: u64,
    },
    /// Closed checks of a business date, newest first; `text` finds number, table, name, item or amount.
    ClosedChecks {
        from: Date,
        to: Date,
        #[serde(default)]
        text: String,
        /// Only checks behind this bar of a report.
        #[serde(default)]
        behind: Option<Bar>,
    },
    Today,
    Report {
        from: Date,
        to: Date,
    },
    ReportCsv {
        from: Date,
        to: Date,
    },
    XReport,
    ZReports,
    Slips,
    Printers,
    /// What happened to one check, in order, for whoever asks "who did that".
    History {
        check: CheckId,
    },
    ExportMenu {
        format: MenuFormat,
    },
    /// What an import would do, without doing it.
    TryImport {
        format: MenuFormat,
        text: String,
    },
    WhoAmI,
    /// What people did without knowing of each other that somebody must settle.
    Tray,
    /// The terminals of the restaurant. Asked without a sign-in only on a terminal that has none yet.
    Terminals,
    /// What works right now, each with the age of its last proof.
    Works,
    /// Entries of closed days that came after their Z.
    LateArrivals,
}

/// One bar of a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bar {
    Hour(u8),
    Category(CategoryId),
    Item(ItemId),
    Staff(StaffId),
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum View {
    Door(DoorView),
    Config(Box<ConfigView>),
    Floor(FloorView),
    Check(Box<CheckView>),
    CheckFacts(Box<Check>),
    Kitchen(KitchenView),
    Paper(Slip),
    ClosedChecks(Vec<ClosedCheck>),
    Today(Box<TodayView>),
    Report(Box<ReportView>),
    Text(String),
    XReport(Box<ZReport>),
    ZReports(Vec<ZReport>),
    Slips(Vec<SlipView>),
    Printers(Vec<PrinterView>),
    History(Vec<HistoryLine>),
    Import(ImportView),
    WhoAmI(Option<Person>),
    Tray(Vec<ConflictView>),
    Terminals(Box<TerminalsView>),
    Works(WorksView),
    LateArrivals(Vec<LateDay>),
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    Done(Box<Done>),
    Refused(Refusal),
}

/// What a done command made. The events behind it are durable.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Done {
    pub id: CommandId,
    /// The same command had been done before; this is its first answer again.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<CheckId>,
    /// After `open_check`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<GuestNumber>,
    /// After the payment that settled the check, and after a refund.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<ReceiptNumber>,
    /// After `sign_in`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_in: Option<SignedIn>,
    /// After `knock`, and after `set_up` from another machine, whose browser is let in with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub knocked: Option<Knocked>,
    /// After `close_day`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub z: Option<Box<ZReport>>,
    /// With `want_check`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facts: Option<Box<Check>>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SignedIn {
    pub token: String,
    pub person: Person,
}

/// What a new browser is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Knocked {
    /// Its name and its secret, for the `X-Device-Key` header from now on. Kept by the browser and by nobody else.
    pub key: String,
    /// Six digits for a manager to type; empty when it is let in already.
    pub code: String,
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    View(View),
    Refused(Refusal),
}

/// What a stream subscriber wants to hear of; sent by the screen, replaces what it wanted before.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Wants {
    #[serde(default)]
    pub floor: bool,
    /// Facts of these checks, whenever they change.
    #[serde(default)]
    pub checks: Vec<CheckId>,
    #[serde(default)]
    pub kitchen: bool,
    /// Only these stations' tickets; empty is all.
    #[serde(default)]
    pub stations: Vec<StationId>,
    #[serde(default)]
    pub slips: bool,
}

impl Wants {
    /// Whether it wants the tickets of this station.
    pub fn tickets_at(&self, station: &StationId) -> bool {
        self.kitchen && (self.stations.is_empty() || self.stations.contains(station))
    }
}

/// One changed thing, whole: a screen replaces what it had of it. Never a whole board.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Update {
    /// First message of a stream, and again after the terminal could not keep up with it: ask everything anew.
    Start {
        version: u64,
    },
    Card(CheckCard),
    /// The check is no longer open.
    CardGone(CheckId),
    Facts(Box<Check>),
    Ticket(KitchenTicket),
    /// The ticket left the board (bumped, voided).
    TicketGone {
        check: CheckId,
        fire: FireId,
        station: StationId,
    },
    Stock {
        item: ItemId,
        left: Option<u32>,
    },
    /// Settings, menu, floor or staff changed: ask `config` again.
    Config {
        version: u64,
    },
    Menu(Box<Menu>),
    Slip(SlipView),
    Printer(PrinterView),
    /// What works right now changed; sent to everybody.
    Works(WorksView),
    DayClosed {
        day: BusinessDay,
    },
    /// Where else this restaurant can be worked in, when the terminal that says so is gone.
    Elsewhere(Elsewhere),
    /// Nothing happened; the line is alive.
    Beat,
}
