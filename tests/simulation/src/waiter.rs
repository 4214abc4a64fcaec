//! People at their devices: they look at what their terminal shows and tap. A tap nobody answered is sent again.

use domain::{
    Restaurant,
    check::{Check, Fire},
    command::{Command, NewChange, NewLine, NewTender, What},
    event::{CheckKind, Movement, Part},
    ids::{CheckId, CommandId, FireId, ItemId, Session, TableId},
    money::Money,
};

use crate::{clock::Time, dice::Dice};

/// So many checks are open at once, or guests wait at the door.
const FULL_HOUSE: usize = 12;

/// What somebody wants done.
#[derive(Debug, Clone)]
pub enum Intent {
    Order(Box<Command>),
    /// Something only newer versions know.
    Whistle,
}

/// A tap that was not answered yet.
#[derive(Debug, Clone)]
pub struct Asked {
    pub id: CommandId,
    pub intent: Intent,
    /// Which terminal, and which start of it.
    pub of: (usize, u64),
    pub since: Time,
    /// It was sent to another terminal before.
    pub again: bool,
}

pub struct Waiter {
    pub session: Session,
    pub taps: u32,
    /// The terminal whose screen this is, or that the device was opened at.
    pub place: usize,
    /// A browser on a device of its own asks another terminal when its own is gone.
    pub roams: bool,
    pub asked: Option<Asked>,
    /// What was answered last.
    pub last: Option<Asked>,
}

impl Waiter {
    pub fn next_id(&mut self) -> CommandId {
        self.taps += 1;
        CommandId { session: self.session, n: self.taps }
    }
}

/// What the house offers.
pub struct Card {
    /// Dishes that ask for nothing, so that every one can be fired.
    pub items: Vec<ItemId>,
    pub tables: Vec<TableId>,
}

impl Card {
    pub fn of_the_demo() -> Card {
        let menu = domain::demo::menu();
        let asks = |item: &domain::menu::Item| {
            item.groups.iter().any(|g| menu.group(g).is_none_or(|g| g.min > 0 || g.options.iter().any(|o| o.default)))
        };
        let items = menu.items.iter().filter(|i| !asks(i)).map(|i| i.id.clone()).collect();
        let tables = domain::demo::floor().rooms.iter().flat_map(|r| r.tables.iter().map(|t| t.id.clone())).collect();
        Card { items, tables }
    }

    /// What somebody does next, given what the screen shows.
    pub fn idea(&self, restaurant: &Restaurant, dice: &mut Dice) -> Command {
        if dice.one_in(4)
            && let Some(bump) = bump(restaurant, dice)
        {
            return bump;
        }
        let open: Vec<&Check> = restaurant.open_checks().collect();
        if dice.one_in(12)
            && let Some(command) = merge(restaurant, &open, dice)
        {
            return command;
        }
        let table = dice.pick(&self.tables).cloned();
        let Some(check) = dice.pick(&open).copied().filter(|_| open.len() >= FULL_HOUSE || !dice.one_in(4)) else {
            let takeaway = dice.one_in(5);
            let kind = if takeaway { CheckKind::Takeaway } else { CheckKind::DineIn };
            let table = table.filter(|_| !takeaway);
            return Command::OpenCheck { kind, table, covers: dice.between(1, 7) as u16, name: String::new() };
        };
        self.about(check, table, dice)
    }

    /// What a manager does now and then: a new menu (the longest entry there is), what is left, the drawer, the day.
    pub fn chore(&self, dice: &mut Dice) -> Command {
        let item = dice.pick(&self.items).cloned().unwrap_or_default();
        let amount = Money(dice.between(1, 20_000) as i64);
        match dice.below(8) {
            0 | 1 => Command::PublishMenu { menu: Box::new(domain::demo::menu()) },
            2 | 3 => Command::SetStock { item, left: Some(dice.below(30) as u32).filter(|left| *left > 5) },
            4 => Command::MoveCash { movement: Movement::PaidIn, amount, reason: "Change".into() },
            5 | 6 => Command::CountDrawer { counted: amount },
            _ => Command::CloseDay,
        }
    }

    fn about(&self, found: &Check, table: Option<TableId>, dice: &mut Dice) -> Command {
        let check = found.id;
        let line = found.lines.iter().find(|(_, l)| l.live_qty() > 0).map(|(id, _)| *id);
        let ticket = found.fires.iter().next_back().and_then(|(id, f)| Some((*id, f.stations().first()?.clone())));
        match (dice.below(16), line, ticket) {
            (5 | 6, Some(_), _) => Command::Fire { check, what: What::All },
            (7, _, Some((fire, station))) => Command::Bump { check, fire, station, lines: Vec::new() },
            (8, _, Some((fire, station))) if dice.one_in(3) => Command::Recall { check, fire, station },
            (8, _, _) => Command::MoveCheck { check, table },
            (9, Some(line), _) => {
                let change = match dice.below(3) {
                    0 => NewChange::Qty(dice.between(1, 5) as u32),
                    1 => NewChange::Note("No salt".into()),
                    _ => NewChange::Seat(dice.between(1, 5) as u8),
                };
                Command::ChangeLine { check, line, change }
            }
            (10, _, _) => Command::SetCovers { check, covers: dice.between(1, 9) as u16 },
            (11, Some(line), _) if dice.one_in(2) => Command::RemoveLine { check, line },
            (11, Some(line), _) => Command::VoidLine { check, line, qty: 1, reason: "Sent back".into() },
            (12..=15, Some(_), _) => pay(found, dice),
            _ => {
                let lines = (0..dice.between(1, 4)).filter_map(|_| dice.pick(&self.items)).map(line_of).collect();
                Command::AddLines { check, lines }
            }
        }
    }
}

/// A ticket that is not done of some check; those that are paid have some too.
fn bump(restaurant: &Restaurant, dice: &mut Dice) -> Option<Command> {
    let nth = dice.below(restaurant.checks.len() as u64) as usize;
    let check = restaurant.checks.values().nth(nth)?;
    let waits = |(fire, sent): (&FireId, &Fire)| {
        let station = sent.stations().into_iter().find(|s| !check.is_done_at(fire, s))?;
        Some(Command::Bump { check: check.id, fire: *fire, station, lines: Vec::new() })
    };
    check.fires.iter().find_map(waits)
}

/// Two tables are pushed together, or go apart again.
fn merge(restaurant: &Restaurant, open: &[&Check], dice: &mut Dice) -> Option<Command> {
    let merged: Vec<CheckId> = restaurant.checks.values().filter(|c| c.inside.is_some()).map(|c| c.id).collect();
    if dice.one_in(4)
        && let Some(check) = dice.pick(&merged)
    {
        return Some(Command::PartCheck { check: *check });
    }
    let (from, into) = (dice.pick(open)?.id, dice.pick(open)?.id);
    (from != into).then_some(Command::MergeChecks { from, into })
}

fn line_of(item: &ItemId) -> NewLine {
    NewLine {
        item: item.clone(),
        portion: None,
        qty: 1,
        options: Vec::new(),
        seat: 0,
        course: None,
        note: String::new(),
        allergy: String::new(),
    }
}

fn pay(found: &Check, dice: &mut Dice) -> Command {
    let (check, due) = (found.id, found.bill().due);
    let paid = found.payments.iter().find(|(id, _)| found.refundable(**id) > Money::ZERO);
    if let (Some((payment, _)), true) = (paid, dice.one_in(8)) {
        let (payment, amount) = (*payment, found.refundable(*payment));
        return Command::Refund { check, payment, amount, reason: "Charged too much".into() };
    }
    let amount = if dice.one_in(4) { Money(due.0 / 2) } else { due };
    let cash = NewTender::Cash { given: Money(due.0 + 100) };
    let card = NewTender::Card { reference: "auth 4711".into(), last4: "4242".into() };
    let tender = if dice.one_in(2) { cash } else { card };
    Command::TakePayment { check, tender, amount, tip: Money::ZERO, part: Part::Whole, print: dice.one_in(2) }
}
