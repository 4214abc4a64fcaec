//! What happens once in the house whoever comes: the float, what runs out, the ice that is bought, and the closing.

use domain::{
    command::Command,
    event::{CheckKind, Movement, Part},
    ids::{CheckId, ItemId},
    money::Money,
    query::{Query, View},
    shift::ZReport,
    view::ConfigView,
};

use super::{
    client::ServiceError,
    crew::{Crew, Hand},
    dice::Dice,
    evening::{Evening, MINUTE},
};

const HOUR: i64 = 60 * MINUTE;
/// What lies in the drawer in the morning.
const FLOAT: Money = Money(20_000);

/// When chores are done, in seconds since midnight; their place in the list is their number.
const TIMES: [i64; 7] = [16 * HOUR, 17 * HOUR, 18 * HOUR, 19 * HOUR + 30 * MINUTE, 20 * HOUR, 21 * HOUR, 22 * HOUR];

pub(super) fn plan(at: &mut dyn FnMut(i64, usize)) {
    TIMES.iter().enumerate().for_each(|(i, when)| at(*when, i));
}

pub(super) fn chore(evening: &mut Evening<'_>, which: usize) -> Result<(), ServiceError> {
    let cash = |movement, amount, reason: &str| Command::MoveCash { movement, amount, reason: reason.to_owned() };
    let item = evening.any_item().unwrap_or_else(|| ItemId("tiramisu".into()));
    let (hand, command) = match which {
        0 => (Hand::Manager, Command::PrintX),
        1 => (Hand::Bar, cash(Movement::PaidIn, Money(5_000), "Change from the bank")),
        2 => (Hand::Kitchen, Command::SetStock { item: "tiramisu".into(), left: Some(10) }),
        3 => (Hand::Bar, cash(Movement::PaidOut, Money(1_850), "Ice")),
        4 => (Hand::Kitchen, Command::SetStock { item, left: Some(0) }),
        5 => (Hand::Bar, cash(Movement::NoSale, Money::ZERO, "Change for a guest")),
        _ => {
            let out: Vec<ItemId> = match evening.crew.asks(Hand::Kitchen, &Query::Config)? {
                View::Config(config) => config.stock.into_iter().map(|(item, _)| item).collect(),
                _ => Vec::new(),
            };
            for item in out {
                let _ = evening.crew.does(Hand::Kitchen, Command::SetStock { item, left: None }, false)?;
            }
            return Ok(());
        }
    };
    evening.crew.does(hand, command, false).map(drop)
}

/// The morning: people clock in, the float goes into the drawer.
pub(super) fn open_the_house(crew: &mut Crew) -> Result<(), ServiceError> {
    for hand in crew_of(crew) {
        let _ = crew.does(hand, Command::ClockIn, false)?;
    }
    let float = Command::MoveCash { movement: Movement::Float, amount: FLOAT, reason: String::new() };
    crew.does(Hand::Manager, float, false).map(drop)
}

/// The night: the drawer is counted blind, the day is closed, people go home.
pub(super) fn close_the_house(crew: &mut Crew, dice: &mut Dice, letter: char) -> Result<Option<ZReport>, ServiceError> {
    let expected = match crew.asks(Hand::Manager, &Query::XReport)? {
        View::XReport(x) => x.drawers.iter().find(|d| d.letter == letter).map(|d| d.expected),
        _ => None,
    };
    // People miscount a little, now and then.
    let off = if dice.chance(300) { dice.between(-250, 250) } else { 0 };
    let counted = Money((expected.unwrap_or(FLOAT).0 + off).max(0));
    let _ = crew.does(Hand::Manager, Command::CountDrawer { counted }, false)?;
    let closed = crew.does(Hand::Manager, Command::CloseDay, false)?;
    for hand in crew_of(crew) {
        let _ = crew.does(hand, Command::ClockOut, false)?;
    }
    closed
        .map(|done| done.z.map(|z| *z))
        .map_err(|why| ServiceError::Refused { what: "closing the day".into(), why: Box::new(why) })
}

fn crew_of(crew: &Crew) -> Vec<Hand> {
    (0..crew.waiters()).map(Hand::Waiter).chain([Hand::Manager, Hand::Kitchen, Hand::Bar]).collect()
}

/// Regulars whose check stays open over the Z: it belongs to the day that settles it.
pub(super) fn open_tab(crew: &mut Crew, config: &ConfigView) -> Result<Option<CheckId>, ServiceError> {
    let name = "Regulars".to_owned();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 2, name };
    let Ok(done) = crew.does(Hand::Waiter(0), open, false)? else { return Ok(None) };
    let wine = config.menu.items.iter().find(|i| i.groups.is_empty() && !i.hidden).map(|i| i.id.clone());
    if let Some(item) = wine {
        let line = domain::command::NewLine {
            item,
            portion: None,
            qty: 2,
            options: Vec::new(),
            seat: 0,
            course: None,
            note: String::new(),
            allergy: String::new(),
        };
        let _ = crew.does(Hand::Waiter(0), Command::AddLines { check: done.id, lines: vec![line] }, false)?;
    }
    Ok(Some(done.id))
}

/// The regulars pay the day after.
pub(super) fn pay_tab(crew: &mut Crew, check: CheckId) -> Result<(), ServiceError> {
    let View::CheckFacts(facts) = crew.asks(Hand::Waiter(0), &Query::CheckFacts { check })? else { return Ok(()) };
    let tender = domain::command::NewTender::Card { reference: String::new(), last4: String::new() };
    let (amount, tip, part) = (facts.bill().due, Money(200), Part::Whole);
    let pay = Command::TakePayment { check, tender, amount, tip, part, print: false };
    crew.does(Hand::Waiter(0), pay, false).map(drop)
}
