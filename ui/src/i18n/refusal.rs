//! Puts a refusal into this screen's language. Codes nobody translated fall back to the sentence the terminal sent.

use domain::{
    ids::ItemId,
    rejection::{Refusal, Rejection},
    staff::Permission,
};

use crate::{format, t};

/// What a permission lets one do, after "may".
pub fn permission(permission: Permission) -> String {
    match permission {
        Permission::TakeOrders => t!("may.take_orders"),
        Permission::TakePayments => t!("may.take_payments"),
        Permission::RunKitchen => t!("may.run_kitchen"),
        Permission::Correct => t!("may.correct"),
        Permission::Refund => t!("may.refund"),
        Permission::RunDrawer => t!("may.run_drawer"),
        Permission::CloseDay => t!("may.close_day"),
        Permission::EditStore => t!("may.edit_store"),
        Permission::EditStaff => t!("may.edit_staff"),
    }
}

/// One sentence with the next step. `item` names an item by its id.
pub fn sentence(refusal: &Refusal, item: impl Fn(&ItemId) -> String) -> String {
    use Rejection::*;
    match &refusal.why {
        NotSignedIn => t!("no.not_signed_in"),
        NotAllowed { needs } => t!("no.not_allowed", needs = permission(*needs)),
        NeedsApproval { .. } => t!("no.needs_approval"),
        WrongPin { wait_s: 0 } => t!("no.wrong_pin"),
        WrongPin { wait_s } => t!("no.wrong_pin_wait", n = wait_s),
        TooManyTries { wait_s } => t!("no.too_many_tries", n = wait_s),
        WeakPin => t!("no.weak_pin"),
        why @ (NewDevice | SetUpElsewhere | OnlyProtected | WouldLockOut | WrongDeviceCode) => coming_in(why),
        BadText { .. } => t!("no.bad_text"),
        BadQuantity { max } => t!("no.bad_quantity", max = max),
        BadAmount => t!("no.bad_amount"),
        BadCourse => t!("no.bad_course"),
        LooksLikeCardNumber => t!("no.card_number"),
        NoStore => t!("no.no_store"),
        AlreadySetUp => t!("no.already_set_up"),
        FaultyDocument { faults } => t!("no.faulty", faults = faults.join("; ")),
        ImportFaults { faults } => t!("no.import_faults", n = faults.len()),
        UnknownStaff { .. } => t!("no.unknown_staff"),
        LastOwner => t!("no.last_owner"),
        UnknownPrinter { .. } => t!("no.unknown_printer"),
        UnknownTerminal => t!("no.unknown_terminal"),
        NotThisTerminal => t!("no.not_this_terminal"),
        BadCode => t!("no.bad_code"),
        BadAddress => t!("no.bad_address"),
        NoNetwork => t!("no.no_network"),
        OldCopy => t!("no.old_copy"),
        UnknownCheck { .. } => t!("no.unknown_check"),
        CheckClosed { number } => t!("no.check_closed", number = number.to_string()),
        why @ (CheckMerged { .. } | MergeSame | MergePaid { .. } | MergeTerms { .. } | NotMerged { .. }) => {
            merging(why)
        }
        UnknownTable { .. } => t!("no.unknown_table"),
        TableTaken { number, .. } => t!("no.table_taken", number = number.to_string()),
        UnknownItem { .. } | UnknownPortion { .. } => t!("no.unknown_item"),
        UnknownOption { .. } => t!("no.unknown_option"),
        TooManyChoices { max, .. } => t!("no.too_many_choices", max = max),
        ItemOut { item: id, left: 0 } => t!("no.item_out", item = item(id)),
        ItemOut { item: id, left } => t!("no.item_left", item = item(id), left = left),
        UnknownLine { .. } => t!("no.unknown_line"),
        LineFired { .. } => t!("no.line_fired"),
        LineGone { .. } => t!("no.line_gone"),
        TooManyLines { max } => t!("no.too_many_lines", max = max),
        NothingToFire => t!("no.nothing_to_fire"),
        ChoicesMissing { lines } => t!("no.choices_missing", n = lines.len()),
        VoidTooMany { left } => t!("no.void_too_many", left = left),
        CheckNotEmpty => t!("no.not_empty"),
        UnknownTicket => t!("no.unknown_ticket"),
        NothingToRecall => t!("no.nothing_to_recall"),
        NothingDue => t!("no.nothing_due"),
        Overpaid { due } => t!("no.overpaid", due = format::money(*due)),
        TooLittleCash { needed } => t!("no.too_little_cash", needed = format::money(*needed)),
        UnknownPayment { .. } => t!("no.unknown_payment"),
        RefundTooMuch { left } => t!("no.refund_too_much", left = format::money(*left)),
        NothingToPrint => t!("no.nothing_to_print"),
        UnfiredLines { lines } => t!("no.unfired_lines", n = lines),
        NothingToClose => t!("no.nothing_to_close"),
        ConflictGone => t!("no.conflict_gone"),
        DrawerNotCounted { letter } => t!("no.drawer_not_counted", letter = letter.to_string()),
        StorageFull => t!("no.storage_full"),
        StorageFailed { .. } => t!("no.storage_failed"),
        Busy => t!("no.busy"),
        _ => refusal.message.clone(),
    }
}

/// Why a browser on another machine is not heard, or not let in.
fn coming_in(why: &Rejection) -> String {
    match why {
        Rejection::SetUpElsewhere => t!("no.set_up_elsewhere"),
        Rejection::OnlyProtected => t!("no.only_protected"),
        Rejection::WouldLockOut => t!("no.would_lock_out"),
        Rejection::WrongDeviceCode => t!("no.wrong_device_code"),
        _ => t!("no.new_device"),
    }
}

/// Why checks are not merged, or not taken apart.
fn merging(why: &Rejection) -> String {
    match why {
        Rejection::CheckMerged { number, into, .. } => {
            t!("no.check_merged", number = number.to_string(), into = into.to_string())
        }
        Rejection::MergePaid { number } => t!("no.merge_paid", number = number.to_string()),
        Rejection::MergeTerms { number } => t!("no.merge_terms", number = number.to_string()),
        Rejection::NotMerged { number } => t!("no.not_merged", number = number.to_string()),
        _ => t!("no.merge_same"),
    }
}
