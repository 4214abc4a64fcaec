//! The two programs the app is cut into, and what each of them can show and read.
//!
//! Everything else is the same in both. Whatever is named only here is left out of the other program by the linker; so what
//! the office alone needs must be reached through [`OFFICE`] and from nowhere else.

use domain::{
    check::Check,
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
    i18n::Words,
    json,
    pages::{
        floor::FloorPage,
        kitchen::KitchenPage,
        lost,
        manager::ManagerPage,
        order::OrderPage,
        pay::PayPage,
        setup::{NewDevicePage, SetUpPage},
        tray::TrayPage,
    },
    route::Route,
};

/// One of the two programs.
#[derive(Clone, Copy)]
pub struct Program {
    /// Of its files: `name.js` and `name_bg.wasm`. `ui/static/boot.js` chooses by the same rule as [`Route::program`].
    pub name: &'static str,
    /// What it says, file by file.
    pub words: &'static [Words],
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
    words: &const { [Words::of(&texts::SERVICE)] },
    page: service_page,
    answer: |text| json::read::<NearAnswer>(text).map(Answer::from),
    outcomes: |text| Some(json::read::<Vec<NearOutcome>>(text)?.into_iter().map(Outcome::from).collect()),
    leave: || {},
};

pub const OFFICE: Program = Program {
    name: Route::OFFICE,
    words: &const { [Words::of(&texts::SERVICE), Words::of(&texts::OFFICE)] },
    page: office_page,
    answer: json::read,
    outcomes: json::read,
    leave: crate::pages::manager::keep_drafts,
};

fn service_page(route: &Route) -> Option<Html> {
    Some(match route {
        Route::Floor => html! { <FloorPage /> },
        Route::Order(check) => html! { <OrderPage key={check.to_string()} check={*check} /> },
        Route::Pay(check) => html! { <PayPage key={check.to_string()} check={*check} /> },
        Route::Kitchen(station) => html! { <KitchenPage station={station.clone()} /> },
        Route::Lost => lost::page(),
        Route::Manager(_) | Route::SetUp | Route::Device | Route::Tray => return None,
    })
}

fn office_page(route: &Route) -> Option<Html> {
    Some(match route {
        Route::SetUp => html! { <SetUpPage /> },
        Route::Device => html! { <NewDevicePage /> },
        Route::Tray => html! { <TrayPage /> },
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
                Outcome::Done(Box::new(Done {
                    id,
                    repeated,
                    check,
                    number,
                    receipt,
                    signed_in,
                    knocked: None,
                    z: None,
                    facts,
                }))
            }
        }
    }
}

/// [`ConflictView`], as far as the header counts what is for whom; the page that settles it is the office's.
#[derive(Deserialize)]
struct NearConflict {
    id: ConflictId,
    kind: ConflictKind,
    needs: Permission,
}

impl From<NearConflict> for ConflictView {
    fn from(near: NearConflict) -> ConflictView {
        ConflictView {
            id: near.id,
            kind: near.kind,
            message: String::new(),
            checks: Vec::new(),
            numbers: Vec::new(),
            tables: Vec::new(),
            people: Vec::new(),
            lines: Vec::new(),
            receipts: Vec::new(),
            amount: Money::ZERO,
            document: None,
            since: 0,
            needs: near.needs,
            resolutions: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::rejection::Rejection;

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
        check(View::Tray(vec![conflict()]));
        check(View::Works(works()));
        let refused = Answer::Refused(Rejection::NotSignedIn.into());
        assert_eq!((SERVICE.answer)(&serde_json::to_string(&refused).unwrap()), Some(refused));
    }

    /// One entry, as far as service reads it.
    fn conflict() -> ConflictView {
        NearConflict { id: "moved:1".into(), kind: ConflictKind::MovedTwice, needs: Permission::TakeOrders }.into()
    }

    fn works() -> WorksView {
        let work = |what| Work { what, state: WorkState::Degraded, proved: Some(5), why: Reason::Unreachable };
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
            knocked: None,
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
            "#/device",
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
