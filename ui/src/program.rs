//! The two programs the app is cut into, and what each of them can show and read.
//!
//! Everything else is the same in both. Whatever is named only here is left out of the other program by the linker; so what
//! the office alone needs must be reached through [`OFFICE`] and from nowhere else.

use domain::{
    check::Check,
    command::{Command, NewChange, NewTender},
    conflict::{Document, How},
    event::Part,
    ids::*,
    money::Money,
    paper::Slip,
    query::{Answer, Done, Outcome, SignedIn, View},
    rejection::Refusal,
    staff::Permission,
    view::*,
};
use serde::Deserialize;
use yew::prelude::*;

use crate::{
    i18n::{self, Texts},
    json,
    pages::{
        floor::FloorPage, kitchen::KitchenPage, lost, manager::ManagerPage, order::OrderPage, pay::PayPage,
        setup::SetUpPage, tray::TrayPage,
    },
    route::Route,
};

/// One of the two programs.
#[derive(Clone, Copy)]
pub struct Program {
    /// Of its files: `name.js` and `name_bg.wasm`. `ui/static/boot.js` chooses by the same rule as [`Route::program`].
    pub name: &'static str,
    /// The page of an address; nothing for an address of the other program.
    pub page: fn(&Route) -> Option<Html>,
    /// Reads the answer to a question any page of this program asks.
    pub answer: fn(&str) -> Option<Answer>,
    /// Reads the outcomes of commands.
    pub outcomes: fn(&str) -> Option<Vec<Outcome>>,
    /// Called before this program makes way for the other: what is kept a moment later is kept now.
    pub leave: fn(),
}

impl PartialEq for Program {
    fn eq(&self, other: &Program) -> bool {
        self.name == other.name
    }
}

pub const SERVICE: Program = Program {
    name: Route::SERVICE,
    page: service_page,
    answer: |text| json::read::<NearAnswer>(text).map(Answer::from),
    outcomes: |text| Some(json::read::<Vec<NearOutcome>>(text)?.into_iter().map(Outcome::from).collect()),
    leave: || {},
};

pub const OFFICE: Program = Program {
    name: Route::OFFICE,
    page: office_page,
    answer: json::read,
    outcomes: json::read,
    leave: crate::pages::manager::keep_drafts,
};

/// Words of the office's pages only.
pub const OFFICE_TEXTS: &[Texts] =
    &[i18n::setup::TEXTS, i18n::manager::TEXTS, i18n::manager_house::TEXTS, i18n::terminals::TEXTS];

fn service_page(route: &Route) -> Option<Html> {
    Some(match route {
        Route::Floor => html! { <FloorPage /> },
        Route::Order(check) => html! { <OrderPage key={check.to_string()} check={*check} /> },
        Route::Pay(check) => html! { <PayPage key={check.to_string()} check={*check} /> },
        Route::Kitchen(station) => html! { <KitchenPage station={station.clone()} /> },
        Route::Tray => html! { <TrayPage /> },
        Route::Lost => lost::page(),
        Route::Manager(_) | Route::SetUp => return None,
    })
}

fn office_page(route: &Route) -> Option<Html> {
    Some(match route {
        Route::SetUp => html! { <SetUpPage /> },
        Route::Manager(section) => html! { <ManagerPage section={section.clone()} /> },
        _ => return None,
    })
}

/// [`Answer`], as far as the pages of service ask.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NearAnswer {
    View(NearView),
    Refused(Refusal),
}

/// [`View`], as far as the pages of service ask.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NearView {
    Door(DoorView),
    Config(Box<ConfigView>),
    Floor(FloorView),
    CheckFacts(Box<Check>),
    Kitchen(KitchenView),
    Paper(Slip),
    Slips(Vec<SlipView>),
    Printers(Vec<PrinterView>),
    WhoAmI(Option<Person>),
    Tray(Vec<NearConflict>),
    Works(WorksView),
}

impl From<NearAnswer> for Answer {
    fn from(answer: NearAnswer) -> Answer {
        Answer::View(match answer {
            NearAnswer::Refused(refusal) => return Answer::Refused(refusal),
            NearAnswer::View(NearView::Door(door)) => View::Door(door),
            NearAnswer::View(NearView::Config(config)) => View::Config(config),
            NearAnswer::View(NearView::Floor(floor)) => View::Floor(floor),
            NearAnswer::View(NearView::CheckFacts(facts)) => View::CheckFacts(facts),
            NearAnswer::View(NearView::Kitchen(kitchen)) => View::Kitchen(kitchen),
            NearAnswer::View(NearView::Paper(slip)) => View::Paper(slip),
            NearAnswer::View(NearView::Slips(slips)) => View::Slips(slips),
            NearAnswer::View(NearView::Printers(printers)) => View::Printers(printers),
            NearAnswer::View(NearView::WhoAmI(person)) => View::WhoAmI(person),
            NearAnswer::View(NearView::Tray(tray)) => View::Tray(tray.into_iter().map(ConflictView::from).collect()),
            NearAnswer::View(NearView::Works(works)) => View::Works(works),
        })
    }
}

/// [`Outcome`] without the Z report, which only the office asks for.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NearOutcome {
    Done(Box<NearDone>),
    Refused(Refusal),
}

#[derive(Deserialize)]
struct NearDone {
    id: CommandId,
    #[serde(default)]
    repeated: bool,
    check: Option<CheckId>,
    number: Option<GuestNumber>,
    receipt: Option<ReceiptNumber>,
    signed_in: Option<SignedIn>,
    facts: Option<Box<Check>>,
}

impl From<NearOutcome> for Outcome {
    fn from(outcome: NearOutcome) -> Outcome {
        match outcome {
            NearOutcome::Refused(refusal) => Outcome::Refused(refusal),
            NearOutcome::Done(done) => {
                let NearDone { id, repeated, check, number, receipt, signed_in, facts } = *done;
                Outcome::Done(Box::new(Done { id, repeated, check, number, receipt, signed_in, z: None, facts }))
            }
        }
    }
}

/// [`ConflictView`] with the few commands a tap in the tray sends.
#[derive(Deserialize)]
struct NearConflict {
    id: ConflictId,
    kind: ConflictKind,
    message: String,
    checks: Vec<CheckId>,
    numbers: Vec<GuestNumber>,
    tables: Vec<String>,
    people: Vec<String>,
    lines: Vec<String>,
    receipts: Vec<ReceiptNumber>,
    amount: Money,
    #[serde(default)]
    document: Option<Document>,
    since: domain::clock::Millis,
    needs: Permission,
    resolutions: Vec<NearResolution>,
}

#[derive(Deserialize)]
struct NearResolution {
    label: Label,
    what: String,
    amount: Money,
    commands: Vec<NearCommand>,
}

/// [`Command`], as far as the tray offers it.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum NearCommand {
    MoveCheck {
        check: CheckId,
        table: Option<TableId>,
    },
    HandOver {
        check: CheckId,
        waiter: StaffId,
    },
    CancelCheck {
        check: CheckId,
    },
    ChangeLine {
        check: CheckId,
        line: LineId,
        change: NewChange,
    },
    VoidLine {
        check: CheckId,
        line: LineId,
        qty: u32,
        reason: String,
    },
    Bump {
        check: CheckId,
        fire: FireId,
        station: StationId,
        #[serde(default)]
        lines: Vec<LineId>,
    },
    TakePayment {
        check: CheckId,
        tender: NewTender,
        amount: Money,
        #[serde(default)]
        tip: Money,
        #[serde(default)]
        part: Part,
        #[serde(default)]
        print: bool,
    },
    Refund {
        check: CheckId,
        payment: PaymentId,
        amount: Money,
        reason: String,
    },
    SettleConflict {
        conflict: ConflictId,
        how: How,
    },
}

impl From<NearConflict> for ConflictView {
    fn from(near: NearConflict) -> ConflictView {
        let NearConflict {
            id,
            kind,
            message,
            checks,
            numbers,
            tables,
            people,
            lines,
            receipts,
            amount,
            document,
            since,
            needs,
            resolutions,
        } = near;
        let resolutions = resolutions
            .into_iter()
            .map(|r| Resolution {
                label: r.label,
                what: r.what,
                amount: r.amount,
                commands: r.commands.into_iter().map(Command::from).collect(),
            })
            .collect();
        ConflictView {
            id,
            kind,
            message,
            checks,
            numbers,
            tables,
            people,
            lines,
            receipts,
            amount,
            document,
            since,
            needs,
            resolutions,
        }
    }
}

impl From<NearCommand> for Command {
    fn from(near: NearCommand) -> Command {
        match near {
            NearCommand::MoveCheck { check, table } => Command::MoveCheck { check, table },
            NearCommand::HandOver { check, waiter } => Command::HandOver { check, waiter },
            NearCommand::CancelCheck { check } => Command::CancelCheck { check },
            NearCommand::ChangeLine { check, line, change } => Command::ChangeLine { check, line, change },
            NearCommand::VoidLine { check, line, qty, reason } => Command::VoidLine { check, line, qty, reason },
            NearCommand::Bump { check, fire, station, lines } => Command::Bump { check, fire, station, lines },
            NearCommand::TakePayment { check, tender, amount, tip, part, print } => {
                Command::TakePayment { check, tender, amount, tip, part, print }
            }
            NearCommand::Refund { check, payment, amount, reason } => {
                Command::Refund { check, payment, amount, reason }
            }
            NearCommand::SettleConflict { conflict, how } => Command::SettleConflict { conflict, how },
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::{command::Pick, rejection::Rejection};

    use super::*;
    use crate::mirror::tests::Table;

    #[test]
    fn service_reads_what_its_pages_ask() {
        let mut table = Table::opened();
        table.order(Table::DRINK, 1);
        let check = |view: View| {
            let answer = Answer::View(view);
            let text = serde_json::to_string(&answer).unwrap();
            assert!((SERVICE.answer)(&text) == Some(answer), "{text}");
        };
        check(View::CheckFacts(Box::new(table.facts())));
        check(View::Slips(Vec::new()));
        check(View::Printers(Vec::new()));
        check(View::WhoAmI(None));
        check(View::Tray(vec![conflict(&table)]));
        check(View::Works(works()));
        let refused = Answer::Refused(Rejection::NotSignedIn.into());
        assert_eq!((SERVICE.answer)(&serde_json::to_string(&refused).unwrap()), Some(refused));
    }

    /// One entry with every kind of command the tray offers.
    fn conflict(table: &Table) -> ConflictView {
        let check = table.check;
        let line = LineId { by: check, i: 0 };
        let pick = Pick { group: "cooking".into(), option: "rare".into(), options: Vec::new() };
        let conflict = ConflictId("moved:1".into());
        let commands = vec![
            Command::MoveCheck { check, table: None },
            Command::HandOver { check, waiter: "ana".into() },
            Command::CancelCheck { check },
            Command::ChangeLine { check, line, change: NewChange::Options(vec![pick]) },
            Command::VoidLine { check, line, qty: 1, reason: "taken off".into() },
            Command::Bump { check, fire: check, station: "grill".into(), lines: vec![line] },
            Command::TakePayment {
                check,
                tender: NewTender::Cash { given: Money(0) },
                amount: Money(5),
                tip: Money(0),
                part: Part::Whole,
                print: true,
            },
            Command::Refund { check, payment: check, amount: Money(5), reason: "paid twice".into() },
            Command::SettleConflict { conflict: conflict.clone(), how: How::Take(Dot { origin: Origin(1), seq: 5 }) },
        ];
        ConflictView {
            id: conflict,
            kind: ConflictKind::ChangedTwice,
            message: "The menu was changed on two terminals.".into(),
            checks: vec![check],
            numbers: vec![GuestNumber { letter: 'A', n: 2 }],
            tables: vec!["T1".into(), String::new()],
            people: vec!["Ana".into()],
            lines: vec!["2 Toast".into()],
            receipts: vec![ReceiptNumber { letter: 'A', n: 9 }],
            amount: Money(690),
            document: Some(Document::Member("ana".into())),
            since: 5,
            needs: Permission::EditStaff,
            resolutions: vec![Resolution { label: Label::TakeVersion, what: "Ana".into(), amount: Money(0), commands }],
        }
    }

    fn works() -> WorksView {
        let work = |what| Work { what, state: WorkState::Degraded, proved: Some(5), why: "why".into() };
        let (terminal, name) = (Origin(7), "Bar".to_owned());
        WorksView {
            works: vec![
                work(WorkOf::Orders),
                work(WorkOf::Terminal { terminal, name: name.clone() }),
                work(WorkOf::Clock { name, ahead: -40 }),
                work(WorkOf::UpToDate { unread: 3 }),
            ],
        }
    }

    #[test]
    fn service_reads_outcomes() {
        let table = Table::opened();
        let done = Done {
            id: table.check,
            repeated: true,
            check: Some(table.check),
            number: Some(GuestNumber { letter: 'A', n: 2 }),
            receipt: Some(ReceiptNumber { letter: 'A', n: 9 }),
            signed_in: None,
            z: None,
            facts: Some(Box::new(table.facts())),
        };
        let outcomes = vec![Outcome::Done(Box::new(done)), Outcome::Refused(Rejection::Busy.into())];
        assert!((SERVICE.outcomes)(&serde_json::to_string(&outcomes).unwrap()) == Some(outcomes));
    }

    #[test]
    fn every_address_has_a_page_in_its_own_program_only() {
        for hash in [
            "",
            "#/floor",
            "#/order/9f3k2m0a-17",
            "#/pay/9f3k2m0a-17",
            "#/kitchen",
            "#/what",
            "#/setup",
            "#manager/menu",
            "#/tray",
        ] {
            let route = Route::read(hash);
            for program in [SERVICE, OFFICE] {
                assert_eq!(
                    (program.page)(&route).is_some(),
                    program.name == route.program(),
                    "{hash} {}",
                    program.name
                );
            }
        }
    }
}
