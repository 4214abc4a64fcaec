//! A table in the demo restaurant, with a terminal behind it that answers when told to.

use domain::{
    Context, Restaurant,
    check::Check,
    clock::Moment,
    command::*,
    decide, demo,
    event::{CheckKind, Entry, Event, Part},
    ids::*,
    money::Money,
    rejection::Rejection,
    view::{CheckState, CheckView, ConfigView},
};

use super::{Hand, Mirror};

/// A Saturday at noon in Madrid.
const NOON: Moment = Moment { at: 1_795_258_800_000, offset: 60 };

/// One table and the screen that serves it.
pub struct Table {
    pub mirror: Mirror,
    pub check: CheckId,
    n: u32,
}

impl Table {
    pub const DRINK: &str = "cola";
    pub const STARTER: &str = "bruschetta";
    /// Has a forced choice.
    pub const STEAK: &str = "ribeye";

    pub fn opened() -> Table {
        let mut mirror = Mirror::new(Origin(7));
        mirror.configure(&config());
        let mut table = Table { mirror, check: CheckId::default(), n: 0 };
        table.check = table
            .does(Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() })
            .unwrap();
        table
    }

    /// Does something as the demo's first waiter.
    pub fn does(&mut self, command: Command) -> Result<CommandId, Rejection> {
        self.n += 1;
        let id = CommandId { session: Session(1), n: self.n };
        self.mirror.predict(&Envelope { id, command, approval: None, want_check: true, again: false }, hand())?;
        Ok(id)
    }

    pub fn order(&mut self, item: &str, qty: u32) {
        self.order_for(item, qty, 0);
    }

    pub fn order_for(&mut self, item: &str, qty: u32, seat: u8) {
        self.does(Command::AddLines { check: self.check, lines: vec![new_line(item, qty, seat)] }).unwrap();
    }

    pub fn fire(&mut self, what: What) {
        self.does(Command::Fire { check: self.check, what }).unwrap();
    }

    pub fn hold(&mut self, course: u8) {
        self.does(Command::HoldCourse { check: self.check, course, held: true }).unwrap();
    }

    pub fn pay(&mut self, amount: Money, part: Part) {
        let tender = NewTender::Card { reference: String::new(), last4: String::new() };
        let check = self.check;
        self.does(Command::TakePayment { check, tender, amount, tip: Money::ZERO, part, print: false }).unwrap();
    }

    pub fn facts(&self) -> Check {
        self.mirror.restaurant.check(self.check).unwrap().clone()
    }

    pub fn view(&self) -> CheckView {
        self.mirror.check(self.check).unwrap()
    }
}

fn staff() -> Vec<domain::staff::Member> {
    demo::staff().into_iter().map(|(member, _)| member).collect()
}

fn hand() -> Hand {
    let waiter = staff().into_iter().find(|m| m.role == domain::staff::Role::Waiter).unwrap();
    Hand { now: NOON, actor: Some(waiter.id) }
}

fn new_line(item: &str, qty: u32, seat: u8) -> NewLine {
    NewLine {
        item: item.into(),
        portion: None,
        qty,
        options: Vec::new(),
        seat,
        course: None,
        note: String::new(),
        allergy: String::new(),
    }
}

pub fn config() -> ConfigView {
    ConfigView {
        version: 1,
        letter: 'A',
        settings: demo::settings("en"),
        menu: demo::menu(),
        floor: demo::floor(),
        staff: staff(),
        stock: Vec::new(),
        day: Default::default(),
        now: NOON.at,
        offset: NOON.offset,
    }
}

/// The terminal behind the screen: decides the same commands with its own state.
struct Till {
    restaurant: Restaurant,
    seq: u64,
}

impl Till {
    fn new() -> Till {
        let config = config();
        let mut till = Till { restaurant: Restaurant::default(), seq: 0 };
        let mut events = vec![
            Event::StoreSetUp { letter: 'A', settings: Box::new(config.settings) },
            Event::MenuPublished { menu: Box::new(config.menu) },
        ];
        events.extend(config.staff.into_iter().map(|member| Event::MemberSet { member }));
        till.apply(CommandId::default(), events);
        till
    }

    fn apply(&mut self, cmd: CommandId, events: Vec<Event>) {
        self.seq += 1;
        let entry = Entry {
            dot: Dot { origin: Origin(99), seq: self.seq },
            cmd,
            at: NOON.at,
            off: NOON.offset,
            day: self.restaurant.business_day(NOON),
            by: hand().actor,
            device: None,
            seen: Vec::new(),
            paper: None,
            again: false,
            events,
        };
        self.restaurant.apply(&entry);
    }

    fn does(&mut self, n: u32, command: Command) -> Result<Check, Rejection> {
        let id = CommandId { session: Session(1), n };
        let context = Context {
            id,
            now: NOON,
            day: self.restaurant.business_day(NOON),
            terminal: Origin(99),
            letter: 'A',
            actor: hand().actor,
            approver: None,
            device: DeviceId::default(),
            pin_hash: None,
            newcomer: None,
            missing: Vec::new(),
        };
        let events = decide(&self.restaurant, &command, &context)?;
        let check = command.check().unwrap_or(id);
        self.apply(id, events);
        Ok(self.restaurant.check(check).unwrap().clone())
    }
}

#[test]
fn taps_show_at_once_and_the_answer_changes_nothing() {
    let mut table = Table::opened();
    table.order(Table::DRINK, 2);
    let believed = table.view();
    assert_eq!(believed.lines[0].qty, 2);
    assert!(table.mirror.is_waiting(table.check));
    let mut till = Till::new();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    till.does(1, open).unwrap();
    let add = Command::AddLines { check: table.check, lines: vec![new_line(Table::DRINK, 2, 0)] };
    let facts = till.does(2, add).unwrap();
    table.mirror.confirm(facts);
    for n in [1, 2] {
        table.mirror.answered(CommandId { session: Session(1), n });
    }
    assert!(!table.mirror.is_waiting(table.check));
    assert_eq!(table.view().lines, believed.lines);
    assert_eq!(table.view().bill, believed.bill);
}

#[test]
fn an_answer_to_the_first_tap_keeps_the_second() {
    let mut table = Table::opened();
    table.order(Table::DRINK, 1);
    table.order(Table::STARTER, 1);
    let mut till = Till::new();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    table.mirror.confirm(till.does(1, open).unwrap());
    table.mirror.answered(table.check);
    assert_eq!(table.view().lines.len(), 2, "both dishes stay while they are on their way");
    let add = Command::AddLines { check: table.check, lines: vec![new_line(Table::DRINK, 1, 0)] };
    table.mirror.confirm(till.does(2, add).unwrap());
    table.mirror.answered(CommandId { session: Session(1), n: 2 });
    let items: Vec<String> = table.view().lines.iter().map(|l| l.item.to_string()).collect();
    assert_eq!(items, [Table::DRINK, Table::STARTER]);
}

#[test]
fn a_refusal_undoes_only_its_own_tap() {
    let mut table = Table::opened();
    table.order(Table::DRINK, 1);
    table.order(Table::STARTER, 1);
    let mut till = Till::new();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    table.mirror.confirm(till.does(1, open).unwrap());
    table.mirror.answered(table.check);
    // The drink ran out a moment ago.
    table.mirror.answered(CommandId { session: Session(1), n: 2 });
    let items: Vec<String> = table.view().lines.iter().map(|l| l.item.to_string()).collect();
    assert_eq!(items, [Table::STARTER]);
}

#[test]
fn changes_by_this_screen_win_over_what_it_had_seen() {
    let mut table = Table::opened();
    let mut till = Till::new();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    table.mirror.confirm(till.does(1, open).unwrap());
    table.mirror.answered(table.check);
    let check = table.check;
    table.does(Command::SetCovers { check, covers: 6 }).unwrap();
    assert_eq!(table.view().card.covers, 6);
    assert_eq!(table.view().card.state, CheckState::Seated);
}

#[test]
fn older_facts_do_not_undo_newer_ones() {
    let mut table = Table::opened();
    let mut till = Till::new();
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    let early = till.does(1, open).unwrap();
    let covers = Command::SetCovers { check: table.check, covers: 2 };
    let late = till.does(2, covers).unwrap();
    table.mirror.answered(table.check);
    table.mirror.confirm(late);
    table.mirror.confirm(early);
    assert_eq!(table.view().card.covers, 2);
}

#[test]
fn stock_counts_down_while_taps_are_on_their_way() {
    let mut table = Table::opened();
    let item: ItemId = Table::STARTER.into();
    table.mirror.set_stock(&item, Some(2));
    table.order(Table::STARTER, 2);
    assert_eq!(table.mirror.left(&item), Some(0));
    let check = table.check;
    let more = Command::AddLines { check, lines: vec![new_line(Table::STARTER, 1, 0)] };
    assert!(matches!(table.does(more), Err(Rejection::ItemOut { left: 0, .. })));
    table.mirror.set_stock(&item, Some(5));
    assert_eq!(table.mirror.left(&item), Some(5));
}

#[test]
fn the_last_round_is_the_drinks() {
    let mut table = Table::opened();
    table.order(Table::DRINK, 3);
    table.fire(What::All);
    table.order(Table::STARTER, 1);
    table.fire(What::All);
    let round = table.mirror.last_round(table.check);
    assert_eq!(round.iter().map(|l| (l.item.to_string(), l.qty)).collect::<Vec<_>>(), [(Table::DRINK.to_owned(), 3)]);
}

#[test]
fn what_was_merged_is_one_check_and_less_again_when_it_is_taken_out() {
    let mut table = Table::opened();
    let (mut till, open) = (Till::new(), |covers| Command::OpenCheck {
        kind: CheckKind::DineIn,
        table: None,
        covers,
        name: String::new(),
    });
    let add = |check, item| Command::AddLines { check, lines: vec![new_line(item, 1, 0)] };
    let first = table.check;
    let second = CommandId { session: Session(1), n: 2 };
    for (n, command) in [(1, open(4)), (2, open(3)), (3, add(first, Table::DRINK)), (4, add(second, Table::STARTER))] {
        table.mirror.confirm(till.does(n, command).unwrap());
    }
    table.mirror.answered(first);
    table.check = second;
    table.mirror.confirm(till.does(5, Command::MergeChecks { from: first, into: second }).unwrap());
    let shown = |table: &Table| (table.view().lines.len(), table.view().card.covers);
    assert_eq!(shown(&table), (2, 7));
    // A tap on what came from the other check shows at once.
    let line = table.view().lines.iter().find(|l| l.item.0 == Table::DRINK).unwrap().id;
    table.does(Command::ChangeLine { check: second, line, change: NewChange::Qty(3) }).unwrap();
    assert_eq!(table.view().lines.iter().map(|l| l.qty).max(), Some(3));
    till.does(6, Command::PartCheck { check: first }).unwrap();
    table.mirror.confirm(till.restaurant.check(second).unwrap().clone());
    assert_eq!(shown(&table), (1, 3));
}

/// Two tables with a drink and a starter, both confirmed; the first is the screen's.
fn two_tables() -> (Table, Till, CheckId, CheckId) {
    let (mut table, mut till) = (Table::opened(), Till::new());
    let open = Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: 4, name: String::new() };
    let add = |check, item| Command::AddLines { check, lines: vec![new_line(item, 1, 0)] };
    let (first, second) = (table.check, CommandId { session: Session(1), n: 2 });
    let commands = [open.clone(), open, add(first, Table::DRINK), add(second, Table::STARTER)];
    for (n, command) in (1..).zip(commands) {
        table.mirror.confirm(till.does(n, command).unwrap());
    }
    table.mirror.answered(first);
    table.n = 4;
    (table, till, first, second)
}

fn items(table: &Table, check: CheckId) -> Option<Vec<(String, u32)>> {
    let view = table.mirror.check(check).filter(|view| view.card.check == check)?;
    Some(view.lines.iter().map(|l| (l.item.0.to_string(), l.qty)).collect())
}

#[test]
fn a_merged_check_is_on_the_other_bill_at_once_and_the_answer_changes_nothing() {
    let (mut table, mut till, first, second) = two_tables();
    // On its way before the merging, and after it.
    table.order(Table::STEAK, 2);
    let merge = Command::MergeChecks { from: first, into: second };
    let id = table.does(merge.clone()).unwrap();
    table.check = second;
    table.order(Table::DRINK, 5);
    assert_eq!(items(&table, first), None);
    assert_eq!(table.mirror.check(first), table.mirror.check(second), "whoever opens it is shown the bill");
    let (believed, bill) = (table.view(), items(&table, second).unwrap());
    assert_eq!(bill.len(), 4);
    assert_eq!((believed.card.covers, believed.joined.len()), (8, 1));
    assert!(table.mirror.is_waiting(second));

    // Every answer alone keeps what is still on its way.
    let steak = Command::AddLines { check: first, lines: vec![new_line(Table::STEAK, 2, 0)] };
    let cola = Command::AddLines { check: second, lines: vec![new_line(Table::DRINK, 5, 0)] };
    for (n, command) in [(5, steak), (id.n, merge), (7, cola)] {
        table.mirror.confirm(till.does(n, command).unwrap());
        table.mirror.answered(CommandId { session: Session(1), n });
        assert_eq!(items(&table, second).as_ref(), Some(&bill), "after answer {n}");
    }
    assert_eq!(table.view().bill, believed.bill);
    assert!(!table.mirror.is_waiting(second));
}

#[test]
fn a_merging_that_is_refused_leaves_two_checks() {
    let (mut table, _, first, second) = two_tables();
    let before = [first, second].map(|check| items(&table, check));
    let id = table.does(Command::MergeChecks { from: first, into: second }).unwrap();
    table.check = second;
    let line = table.view().lines.iter().find(|l| l.item.0 == Table::DRINK).unwrap().id;
    let change = table.does(Command::ChangeLine { check: second, line, change: NewChange::Qty(3) }).unwrap();
    table.mirror.answered(id);
    assert_eq!(table.mirror.check(first).unwrap().card.check, first);
    assert_eq!([first, second].map(|check| items(&table, check)), before);
    table.mirror.answered(change);
    assert_eq!([first, second].map(|check| items(&table, check)), before);
}

#[test]
fn what_the_stream_tells_of_a_merged_check_does_not_take_it_off_the_bill() {
    let (mut table, mut till, first, second) = two_tables();
    table.does(Command::MergeChecks { from: first, into: second }).unwrap();
    let add = Command::AddLines { check: first, lines: vec![new_line(Table::STEAK, 1, 0)] };
    table.mirror.confirm(till.does(9, add).unwrap());
    assert_eq!(items(&table, first), None);
    assert_eq!(items(&table, second).unwrap().len(), 3, "what somebody else ordered there meanwhile is on it too");
    assert!(!table.mirror.knows(first), "and nothing is predicted on it alone");
}
