//! Reading a rejection back. Written by hand: what serde derives for a kind told by a field among others holds everything
//! in between and reads it a second time, which was a tenth of the app that a waiter's telephone loads.

use serde::{
    Deserialize, Deserializer,
    de::{self, MapAccess, SeqAccess, Visitor, value::MapAccessDeserializer},
};

use super::{Refusal, Rejection};
use crate::{ids::*, money::Money, staff::Permission, view::ImportFault};

/// All that any rejection tells; which of it is there follows from the code.
#[derive(Deserialize)]
struct Told {
    code: String,
    message: Option<String>,
    needs: Option<Permission>,
    wait_s: Option<u32>,
    what: Option<String>,
    limit: Option<u64>,
    field: Option<String>,
    max: Option<u32>,
    faults: Option<Faults>,
    staff: Option<StaffId>,
    printer: Option<PrinterId>,
    job: Option<u64>,
    check: Option<CheckId>,
    number: Option<GuestNumber>,
    into: Option<GuestNumber>,
    table: Option<TableId>,
    item: Option<ItemId>,
    option: Option<OptionId>,
    group: Option<GroupId>,
    left: Option<Left>,
    line: Option<LineId>,
    lines: Option<Lines>,
    due: Option<Money>,
    needed: Option<Money>,
    payment: Option<PaymentId>,
    letter: Option<char>,
}

/// Units or money.
#[derive(Deserialize)]
#[serde(transparent)]
struct Left(i64);

/// Which lines, or how many.
enum Lines {
    These(Vec<LineId>),
    Many(u32),
}

#[derive(Deserialize)]
#[serde(transparent)]
struct Faults(Vec<Fault>);

/// A sentence, or a place in a file with one.
enum Fault {
    Said(String),
    At(ImportFault),
}

macro_rules! rejections {
    ($($code:literal $variant:ident { $($field:ident),* })*) => {
        impl Told {
            fn rejection(self) -> Option<Rejection> {
                Some(match self.code.as_str() {
                    $($code => Rejection::$variant { $($field: meant(self.$field)?),* },)*
                    _ => return None,
                })
            }
        }

        #[cfg(test)]
        const CODES: &[&str] = &[$($code),*];

        /// Does not compile when a rejection is missing here.
        #[cfg(test)]
        fn code(rejection: &Rejection) -> &'static str {
            match rejection {
                $(Rejection::$variant { .. } => $code,)*
            }
        }
    };
}

rejections! {
    "not_signed_in" NotSignedIn {}
    "not_allowed" NotAllowed { needs }
    "needs_approval" NeedsApproval { needs }
    "wrong_pin" WrongPin { wait_s }
    "too_many_tries" TooManyTries { wait_s }
    "weak_pin" WeakPin {}
    "new_device" NewDevice {}
    "set_up_elsewhere" SetUpElsewhere {}
    "only_protected" OnlyProtected {}
    "would_lock_out" WouldLockOut {}
    "wrong_device_code" WrongDeviceCode {}
    "malformed" Malformed { what }
    "too_large" TooLarge { limit }
    "bad_text" BadText { field }
    "bad_quantity" BadQuantity { max }
    "bad_amount" BadAmount {}
    "bad_course" BadCourse {}
    "looks_like_card_number" LooksLikeCardNumber {}
    "no_store" NoStore {}
    "already_set_up" AlreadySetUp {}
    "faulty_document" FaultyDocument { faults }
    "import_faults" ImportFaults { faults }
    "unknown_staff" UnknownStaff { staff }
    "last_owner" LastOwner {}
    "unknown_printer" UnknownPrinter { printer }
    "unknown_slip" UnknownSlip { job }
    "unknown_terminal" UnknownTerminal {}
    "not_this_terminal" NotThisTerminal {}
    "bad_code" BadCode {}
    "bad_address" BadAddress {}
    "no_network" NoNetwork {}
    "old_copy" OldCopy {}
    "unknown_check" UnknownCheck { check }
    "check_closed" CheckClosed { number }
    "check_merged" CheckMerged { number, check, into }
    "merge_same" MergeSame {}
    "merge_paid" MergePaid { number }
    "merge_terms" MergeTerms { number }
    "not_merged" NotMerged { number }
    "unknown_table" UnknownTable { table }
    "table_taken" TableTaken { table, check, number }
    "unknown_item" UnknownItem { item }
    "unknown_portion" UnknownPortion { item }
    "unknown_option" UnknownOption { option }
    "too_many_choices" TooManyChoices { group, max }
    "item_out" ItemOut { item, left }
    "unknown_line" UnknownLine { line }
    "line_fired" LineFired { line }
    "line_gone" LineGone { line }
    "too_many_lines" TooManyLines { max }
    "nothing_to_fire" NothingToFire {}
    "choices_missing" ChoicesMissing { lines }
    "void_too_many" VoidTooMany { left }
    "check_not_empty" CheckNotEmpty {}
    "unknown_ticket" UnknownTicket {}
    "nothing_to_recall" NothingToRecall {}
    "nothing_due" NothingDue {}
    "overpaid" Overpaid { due }
    "too_little_cash" TooLittleCash { needed }
    "unknown_payment" UnknownPayment { payment }
    "refund_too_much" RefundTooMuch { left }
    "nothing_to_print" NothingToPrint {}
    "unfired_lines" UnfiredLines { lines }
    "nothing_to_close" NothingToClose {}
    "conflict_gone" ConflictGone {}
    "drawer_not_counted" DrawerNotCounted { letter }
    "storage_full" StorageFull {}
    "storage_failed" StorageFailed { what }
    "busy" Busy {}
    "not_here" NotHere { what }
}

fn meant<A, B: TryFrom<A>>(told: Option<A>) -> Option<B> {
    told.and_then(|told| B::try_from(told).ok())
}

impl TryFrom<Left> for u32 {
    type Error = ();
    fn try_from(left: Left) -> Result<u32, ()> {
        u32::try_from(left.0).map_err(|_| ())
    }
}

impl From<Left> for Money {
    fn from(left: Left) -> Money {
        Money(left.0)
    }
}

impl TryFrom<Lines> for Vec<LineId> {
    type Error = ();
    fn try_from(lines: Lines) -> Result<Self, ()> {
        if let Lines::These(ids) = lines { Ok(ids) } else { Err(()) }
    }
}

impl TryFrom<Lines> for u32 {
    type Error = ();
    fn try_from(lines: Lines) -> Result<Self, ()> {
        if let Lines::Many(n) = lines { Ok(n) } else { Err(()) }
    }
}

impl TryFrom<Faults> for Vec<String> {
    type Error = ();
    fn try_from(faults: Faults) -> Result<Self, ()> {
        let said = |fault| if let Fault::Said(words) = fault { Ok(words) } else { Err(()) };
        faults.0.into_iter().map(said).collect()
    }
}

impl TryFrom<Faults> for Vec<ImportFault> {
    type Error = ();
    fn try_from(faults: Faults) -> Result<Self, ()> {
        let at = |fault| if let Fault::At(place) = fault { Ok(place) } else { Err(()) };
        faults.0.into_iter().map(at).collect()
    }
}

impl<'de> Deserialize<'de> for Lines {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Lines;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("lines, or how many")
            }
            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Lines, E> {
                u32::try_from(n).map(Lines::Many).map_err(|_| E::custom("too many lines"))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Lines, A::Error> {
                let mut these = Vec::new();
                while let Some(line) = seq.next_element()? {
                    these.push(line);
                }
                Ok(Lines::These(these))
            }
        }
        d.deserialize_any(Either)
    }
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Fault;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a sentence, or a place with one")
            }
            fn visit_str<E: de::Error>(self, words: &str) -> Result<Fault, E> {
                Ok(Fault::Said(words.to_owned()))
            }
            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Fault, A::Error> {
                ImportFault::deserialize(MapAccessDeserializer::new(map)).map(Fault::At)
            }
        }
        d.deserialize_any(Either)
    }
}

fn unreadable<E: de::Error>() -> E {
    E::custom("no rejection this version knows, or one without what it tells")
}

impl<'de> Deserialize<'de> for Rejection {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Told::deserialize(d)?.rejection().ok_or_else(unreadable)
    }
}

impl<'de> Deserialize<'de> for Refusal {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let mut told = Told::deserialize(d)?;
        let message = told.message.take().ok_or_else(|| de::Error::missing_field("message"))?;
        Ok(Refusal { why: told.rejection().ok_or_else(unreadable)?, message })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// Everything any rejection tells, for those that count lines and for those that name them.
    fn everything(code: &str, names: bool) -> Value {
        let (line, place) = ("9f3k2m0a-17.0", json!({ "line": 3, "column": "price", "what": "not a price" }));
        let lines = if names { json!([line]) } else { json!(4) };
        let faults = if code == "import_faults" { json!([place]) } else { json!(["no name"]) };
        json!({
            "code": code, "message": "No.", "needs": "take_orders", "wait_s": 5, "what": "disk", "limit": 9, "field": "name",
            "max": 7, "faults": faults, "staff": "ana", "printer": "bar", "job": 8, "check": "9f3k2m0a-17",
            "number": { "letter": "A", "n": 3 }, "into": { "letter": "B", "n": 5 }, "table": "t1", "item": "cola", "option": "rare", "group": "steak",
            "left": 2, "line": line, "lines": lines, "due": 100, "needed": 200, "payment": "9f3k2m0a-18", "letter": "B",
            "new": [{ "from": "a later version" }],
        })
    }

    #[test]
    fn every_rejection_reads_back() {
        for wanted in CODES {
            let written = everything(wanted, *wanted == "choices_missing").to_string();
            let refusal: Refusal = serde_json::from_str(&written).unwrap_or_else(|e| panic!("{wanted}: {e}"));
            assert_eq!(code(&refusal.why), *wanted);
            let again = serde_json::to_value(&refusal).unwrap();
            assert_eq!(again["code"], json!(wanted), "written under the code it is read by");
            assert_eq!(again["message"], json!("No."));
            let whole = everything(wanted, *wanted == "choices_missing");
            for (name, told) in again.as_object().unwrap() {
                assert_eq!(whole[name], *told, "{wanted} {name}");
            }
            assert_eq!(serde_json::from_value::<Rejection>(again).unwrap(), refusal.why);
        }
    }

    #[test]
    fn what_is_missing_is_not_made_up() {
        for bad in [
            r#"{"code":"wrong_pin"}"#,
            r#"{"code":"no_such"}"#,
            r#"{"wait_s":1}"#,
            r#"{"code":"unfired_lines","lines":[]}"#,
        ] {
            assert!(serde_json::from_str::<Rejection>(bad).is_err(), "{bad}");
        }
    }
}
