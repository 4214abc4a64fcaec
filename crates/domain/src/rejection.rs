//! A business "no": a code for programs, words and the next step for people.

mod told;

use serde::Serialize;

use crate::{ids::*, money::Money, staff::Permission};

/// Why a command was not done. Nothing happened and nothing was stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "code")]
pub enum Rejection {
    // Who
    NotSignedIn,
    NotAllowed {
        needs: Permission,
    },
    /// A colleague with this permission may approve it with a PIN.
    NeedsApproval {
        needs: Permission,
    },
    WrongPin {
        wait_s: u32,
    },
    TooManyTries {
        wait_s: u32,
    },
    WeakPin,
    /// A browser on another machine that nobody let in yet, or that was shut out.
    NewDevice,
    /// Another machine, while there is no restaurant here: that is set up at the terminal's own screen.
    SetUpElsewhere,
    /// Plain HTTP from another machine, in a restaurant that wants its devices protected.
    OnlyProtected,
    /// Asked on a page that it would end.
    WouldLockOut,
    /// No new device shows that code.
    WrongDeviceCode,
    // Bad input
    Malformed {
        what: String,
    },
    TooLarge {
        limit: u64,
    },
    BadText {
        field: String,
    },
    BadQuantity {
        max: u32,
    },
    BadAmount,
    BadCourse,
    LooksLikeCardNumber,
    // The store
    NoStore,
    AlreadySetUp,
    FaultyDocument {
        faults: Vec<String>,
    },
    ImportFaults {
        faults: Vec<crate::view::ImportFault>,
    },
    UnknownStaff {
        staff: StaffId,
    },
    LastOwner,
    UnknownPrinter {
        printer: PrinterId,
    },
    UnknownSlip {
        job: u64,
    },
    UnknownTerminal,
    /// A terminal cannot shut itself out.
    NotThisTerminal,
    /// Not eight digits.
    BadCode,
    /// Not `host:port`.
    BadAddress,
    /// This terminal speaks with no others.
    NoNetwork,
    /// Others hold more of this terminal's log than itself: it takes no orders until it came back under a new name.
    OldCopy,
    // A check
    UnknownCheck {
        check: CheckId,
    },
    CheckClosed {
        number: GuestNumber,
    },
    /// What was on it is on the bill of `check` now.
    CheckMerged {
        number: GuestNumber,
        check: CheckId,
        into: GuestNumber,
    },
    MergeSame,
    /// A part of the check is paid.
    MergePaid {
        number: GuestNumber,
    },
    /// Its taxes are worked out in another way, because the settings changed between.
    MergeTerms {
        number: GuestNumber,
    },
    NotMerged {
        number: GuestNumber,
    },
    UnknownTable {
        table: TableId,
    },
    /// Somebody else opened a check there; `check` is it.
    TableTaken {
        table: TableId,
        check: CheckId,
        number: GuestNumber,
    },
    UnknownItem {
        item: ItemId,
    },
    UnknownPortion {
        item: ItemId,
    },
    UnknownOption {
        option: OptionId,
    },
    TooManyChoices {
        group: GroupId,
        max: u8,
    },
    ItemOut {
        item: ItemId,
        left: u32,
    },
    UnknownLine {
        line: LineId,
    },
    LineFired {
        line: LineId,
    },
    LineGone {
        line: LineId,
    },
    TooManyLines {
        max: u32,
    },
    NothingToFire,
    /// Lines that still need a choice.
    ChoicesMissing {
        lines: Vec<LineId>,
    },
    VoidTooMany {
        left: u32,
    },
    CheckNotEmpty,
    UnknownTicket,
    NothingToRecall,
    // Money
    NothingDue,
    Overpaid {
        due: Money,
    },
    TooLittleCash {
        needed: Money,
    },
    UnknownPayment {
        payment: PaymentId,
    },
    RefundTooMuch {
        left: Money,
    },
    NothingToPrint,
    UnfiredLines {
        lines: u32,
    },
    NothingToClose,
    /// Settled meanwhile by somebody else, or by what people did.
    ConflictGone,
    DrawerNotCounted {
        letter: char,
    },
    // The machine
    /// The disk or database refused; nothing was accepted.
    StorageFull,
    StorageFailed {
        what: String,
    },
    Busy,
    NotHere {
        what: String,
    },
}

/// A rejection on its way to a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    #[serde(flatten)]
    pub why: Rejection,
    /// One English sentence with the next step; the app says it in its own language by `code`.
    pub message: String,
}

impl From<Rejection> for Refusal {
    fn from(why: Rejection) -> Refusal {
        Refusal { message: why.to_string(), why }
    }
}

impl std::fmt::Display for Rejection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        use Rejection::*;
        match self {
            NotSignedIn => write!(f, "Please sign in first."),
            NewDevice => write!(f, "This device is new here. Let it in at a terminal first, on the Terminals page."),
            SetUpElsewhere => {
                write!(f, "There is no restaurant here yet. Set it up at this terminal's own screen.")
            }
            OnlyProtected => {
                write!(f, "Only protected devices work here. Open protect.html at this address; it says how.")
            }
            WouldLockOut => {
                write!(f, "That would end this very page. Do it at a till, or on a device that is protected.")
            }
            WrongDeviceCode => write!(f, "No new device shows that code. Read it from its screen again."),
            NotAllowed { .. } => write!(f, "Your role may not do this. Ask a manager."),
            NeedsApproval { .. } => write!(f, "This needs a manager's approval. Ask one to enter their PIN."),
            WrongPin { wait_s: 0 } => write!(f, "That PIN does not fit. Try again."),
            WrongPin { wait_s } => write!(f, "That PIN does not fit. Try again in {wait_s} s."),
            TooManyTries { wait_s } => write!(f, "Too many tries. Wait {wait_s} s, or ask a manager."),
            WeakPin => write!(f, "A PIN has 4 to 8 digits."),
            Malformed { what } => write!(f, "The request could not be read: {what}."),
            TooLarge { limit } => write!(f, "That is too long. At most {limit} bytes fit."),
            BadText { field } => {
                write!(f, "The {field} is too long or has characters that cannot be printed. Shorten it.")
            }
            BadQuantity { max } => write!(f, "A quantity is a whole number from 1 to {max}."),
            BadAmount => write!(f, "That amount cannot be right. Enter it again."),
            BadCourse => write!(f, "There is no such course. Choose 1 to 9."),
            LooksLikeCardNumber => {
                write!(f, "That looks like a card number. Enter only the slip's reference and the last four digits.")
            }
            NoStore => write!(f, "This terminal is not set up yet. Start with the set-up page."),
            AlreadySetUp => write!(f, "This terminal is already set up. Change it on the settings page."),
            FaultyDocument { faults } => write!(f, "This cannot be published: {}.", faults.join("; ")),
            ImportFaults { faults } => write!(f, "Nothing was imported: {} lines need mending.", faults.len()),
            UnknownStaff { .. } => write!(f, "There is nobody with that name here."),
            LastOwner => write!(f, "Somebody must stay owner. Make another person owner first."),
            UnknownPrinter { .. } => write!(f, "There is no such printer. Look at the printers page."),
            UnknownTerminal => write!(f, "There is no such terminal. Look at the terminals page."),
            NotThisTerminal => write!(f, "A terminal cannot shut itself out. Do it at another terminal."),
            BadCode => write!(f, "A code has eight digits. Read it from the new terminal again."),
            BadAddress => write!(f, "That is no address. It looks like 192.168.1.20:7710."),
            OldCopy => {
                write!(f, "This terminal was restored from an old copy and is catching up. Try again in a few seconds.")
            }
            NoNetwork => {
                write!(f, "This terminal keeps to itself: it was started alone or as a demo. Start it the usual way.")
            }
            UnknownSlip { .. } => write!(f, "That slip is not in the ledger any more."),
            UnknownCheck { .. } => write!(f, "That check is not here. Go back to the floor and open it again."),
            CheckClosed { number } => write!(f, "Check {number} is closed. Open a new one, or refund it."),
            CheckMerged { number, into, .. } => write!(f, "Check {number} was merged into {into}. Go on there."),
            MergeSame => write!(f, "A check cannot be merged into itself. Choose another one."),
            MergePaid { number } => {
                write!(f, "A part of check {number} is paid. Settle it, or give the payment back first.")
            }
            MergeTerms { number } => {
                write!(f, "The tax rules changed since check {number} was opened. Settle it alone.")
            }
            NotMerged { number } => write!(f, "Check {number} stands on its own already."),
            UnknownTable { .. } => write!(f, "That table is not on the floor plan."),
            TableTaken { number, .. } => write!(f, "Somebody opened check {number} at this table. Show it."),
            UnknownItem { .. } => write!(f, "That item is not on the menu any more."),
            UnknownPortion { .. } => write!(f, "That size is not on the menu any more. Choose another."),
            UnknownOption { .. } => write!(f, "That choice does not belong to this item."),
            TooManyChoices { max, .. } => write!(f, "At most {max} of these can be chosen. Take one off first."),
            ItemOut { left: 0, .. } => write!(f, "That item has run out. Remove or swap it."),
            ItemOut { left, .. } => write!(f, "Only {left} of that item are left. Lower the quantity."),
            UnknownLine { .. } => write!(f, "That line is not on this check."),
            LineFired { .. } => write!(f, "The kitchen has this already. Void it instead."),
            LineGone { .. } => write!(f, "That line was taken off already."),
            TooManyLines { max } => write!(f, "A check holds at most {max} lines. Open another check."),
            NothingToFire => write!(f, "There is nothing new to fire."),
            ChoicesMissing { lines } => {
                write!(f, "{} lines still need a choice before they can be fired.", lines.len())
            }
            VoidTooMany { left } => write!(f, "Only {left} of these are left to void."),
            CheckNotEmpty => write!(f, "There are still items on this check. Void them or take payment."),
            UnknownTicket => write!(f, "That ticket is not on this station."),
            NothingToRecall => write!(f, "That ticket was not bumped."),
            NothingDue => write!(f, "Nothing is owed on this check."),
            Overpaid { .. } => write!(f, "That is more than is owed. Enter the rest as a tip."),
            TooLittleCash { .. } => write!(f, "That is not enough cash for this amount."),
            UnknownPayment { .. } => write!(f, "That payment is not on this check."),
            RefundTooMuch { .. } => write!(f, "That is more than can still be given back."),
            NothingToPrint => write!(f, "There is nothing to print yet."),
            UnfiredLines { lines } => write!(f, "{lines} lines were never fired. Fire or remove them before payment."),
            NothingToClose => write!(f, "Nothing happened since the last Z. There is nothing to close."),
            ConflictGone => write!(f, "That was settled already. Look at the tray again."),
            DrawerNotCounted { letter } => write!(f, "Drawer {letter} is not counted yet. Count it first."),
            StorageFull => write!(
                f,
                "This terminal's disk is full. Nothing was lost, but nothing more can be taken. Free some space and try again."
            ),
            StorageFailed { what } => write!(
                f,
                "This terminal could not store that: {what}. Nothing was accepted. Try again, then use another terminal."
            ),
            Busy => write!(f, "This terminal is very busy. Try again."),
            NotHere { what } => write!(f, "There is no {what} here."),
        }
    }
}
