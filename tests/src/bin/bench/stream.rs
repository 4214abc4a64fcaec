//! The dinner-service order stream: the same splitmix64 and the same draws in the same order as the Python generator it
//! was first written in, so that figures of different programs are about the same orders.

use domain::{
    command::{Command, NewLine, NewTender, Pick, What},
    event::{CheckKind, Part},
    floor::{Floor, Room, Shape, Table},
    ids::*,
    menu::{Category, Choice, Group, Item, Menu, Portion, Tax},
    money::{Money, Ppm},
    settings::Settings,
    text::Text,
};

/// Dishes, modifiers and what each modifier adds to the price.
const DISHES: u64 = 40;
const MODIFIERS: [(&str, i64); 12] = [
    ("no onion", 0),
    ("extra cheese", 150),
    ("gluten free", 200),
    ("medium rare", 0),
    ("well done", 0),
    ("sauce on the side", 0),
    ("no nuts (ALLERGY)", 0),
    ("oat milk", 50),
    ("large", 250),
    ("spicy", 0),
    ("half portion", -300),
    ("add bacon", 180),
];

pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Rng {
        Rng(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
}

/// A line of an order: dish, quantity, seat, modifiers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamLine {
    pub dish: u64,
    pub qty: u32,
    pub seat: u8,
    pub modifiers: Vec<u64>,
}

/// One order of the stream.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamOrder {
    pub covers: u16,
    pub lines: Vec<StreamLine>,
    pub cash: bool,
    pub tip: i64,
    pub total: i64,
}

/// Draws the next order, exactly as the generator does; draws that name ids and times are made and dropped.
pub fn order(rng: &mut Rng) -> StreamOrder {
    // t0, terminal, staff, table, id, covers, area
    for n in [20_000, 4, 8, 60] {
        rng.below(n);
    }
    rng.next();
    rng.next();
    let covers = 1 + rng.below(6) as u16;
    rng.below(3);
    let mut lines = Vec::new();
    for _ in 1..5 + rng.below(5) {
        rng.below(9_000);
        let dish = rng.below(DISHES);
        let qty = 1 + u32::from(rng.below(5) == 0);
        let modifiers: Vec<u64> = (0..rng.below(3)).map(|_| rng.below(MODIFIERS.len() as u64)).collect();
        lines.push(StreamLine { dish, qty, seat: 1 + rng.below(6) as u8, modifiers });
    }
    // sent, stations, ready, where, served, sat, tip, method, reference, card
    for n in [9_000, 3, 900_000, 3, 180_000, 2_400_000] {
        rng.below(n);
    }
    let tip = rng.below(6) as i64 * 100;
    let cash = rng.below(4) == 3;
    for n in [u64::MAX, 10_000, 30_000] {
        rng.below(n);
    }
    let total = total(&lines);
    StreamOrder { covers, lines, cash, tip, total }
}

/// What some lines come to. A dish halved twice costs nothing; it never costs less than nothing.
pub fn total(lines: &[StreamLine]) -> i64 {
    let modifiers = |line: &StreamLine| line.modifiers.iter().map(|m| MODIFIERS[*m as usize].1).sum::<i64>();
    lines.iter().map(|l| i64::from(l.qty) * (price(l.dish) + modifiers(l)).max(0)).sum()
}

fn price(dish: u64) -> i64 {
    350 + (dish as i64 * 137) % 2_600
}

fn words(text: &str) -> Text {
    Text::one("en", text)
}

/// The card the stream orders from.
pub fn menu() -> Menu {
    let tax = |id: &str, rate, letter| Tax { id: id.into(), name: words(id), rate: Ppm(rate), letter };
    let choice = |i: usize, (name, price): &(&str, i64)| Choice {
        id: format!("X{i:02}").as_str().into(),
        name: words(name),
        price: Money(*price),
        default: false,
        item: None,
        groups: Vec::new(),
        allergens: Vec::new(),
    };
    let item = |d: u64| Item {
        id: format!("M{d:03}").as_str().into(),
        name: words(&format!("Dish number {d}")),
        kitchen_name: None,
        category: "all".into(),
        portions: vec![Portion { id: "regular".into(), name: words("Regular"), price: Money(price(d)) }],
        groups: vec!["mods".into()],
        station: "kitchen".into(),
        tax: if (20..28).contains(&d) { "B" } else { "A" }.into(),
        tax_takeaway: None,
        allergens: Vec::new(),
        diets: Vec::new(),
        course: 1 + (d % 3) as u8,
        favourite: false,
        hidden: false,
    };
    Menu {
        categories: vec![Category { id: "all".into(), name: words("All"), icon: String::new() }],
        items: (0..DISHES).map(item).collect(),
        groups: vec![Group {
            id: "mods".into(),
            name: words("Modifiers"),
            min: 0,
            max: 4,
            options: MODIFIERS.iter().enumerate().map(|(i, m)| choice(i, m)).collect(),
        }],
        price_lists: Vec::new(),
        taxes: vec![tax("A", 90_000, 'A'), tax("B", 210_000, 'B')],
    }
}

pub fn floor() -> Floor {
    let table = |n: u16| Table {
        id: format!("t{n}").as_str().into(),
        label: n.to_string(),
        seats: 4,
        shape: Shape::Rect,
        x: n % 10 * 4,
        y: n / 10 * 4,
        width: 3,
        height: 3,
    };
    let tables = (0..60).map(table).collect();
    Floor { rooms: vec![Room { id: "main".into(), name: words("Main"), width: 40, height: 24, tables, walls: vec![] }] }
}

/// The demo's settings with the stream's one kitchen: a screen and a printer that is switched off.
pub fn settings() -> Settings {
    let mut settings = domain::demo::settings("en");
    settings.stations.retain(|s| s.id.0 == "kitchen");
    settings.printers.iter_mut().for_each(|p| p.address = "127.0.0.1:9".into());
    settings
}

/// Names commands: one session, counting up.
pub struct Counter {
    session: u64,
    n: u32,
}

impl Counter {
    pub fn new(session: u64) -> Counter {
        Counter { session, n: 0 }
    }

    pub fn next(&mut self) -> CommandId {
        self.n += 1;
        CommandId { session: Session(self.session), n: self.n }
    }
}

pub fn new_line(line: &StreamLine) -> NewLine {
    let pick = |m: &u64| Pick { group: "mods".into(), option: format!("X{m:02}").as_str().into(), options: Vec::new() };
    NewLine {
        item: format!("M{:03}", line.dish).as_str().into(),
        portion: None,
        qty: line.qty,
        options: line.modifiers.iter().map(pick).collect(),
        seat: line.seat,
        course: None,
        note: String::new(),
        allergy: String::new(),
    }
}

/// An order as the commands of people: opened, line after line, fired, bumped, carried, paid. The stream's `ready` and
/// `served` are the bump and the carrying; its payment and closing are one command here.
pub fn commands(order: &StreamOrder, ids: &mut Counter) -> Vec<(CommandId, Command)> {
    let check = ids.next();
    let mut all = vec![(check, open(order))];
    for line in &order.lines {
        all.push((ids.next(), Command::AddLines { check, lines: vec![new_line(line)] }));
    }
    finish(order, check, ids, &mut all);
    all
}

/// The same order with all its lines in one command: five commands in all.
pub fn compact(order: &StreamOrder, ids: &mut Counter) -> Vec<(CommandId, Command)> {
    let check = ids.next();
    let lines = order.lines.iter().map(new_line).collect();
    let mut all = vec![(check, open(order)), (ids.next(), Command::AddLines { check, lines })];
    finish(order, check, ids, &mut all);
    all
}

fn open(order: &StreamOrder) -> Command {
    Command::OpenCheck { kind: CheckKind::DineIn, table: None, covers: order.covers, name: String::new() }
}

fn finish(order: &StreamOrder, check: CheckId, ids: &mut Counter, all: &mut Vec<(CommandId, Command)>) {
    let fire = ids.next();
    all.push((fire, Command::Fire { check, what: What::All }));
    let bump = Command::Bump { check, fire, station: "kitchen".into(), lines: Vec::new() };
    all.push((ids.next(), bump));
    all.push((ids.next(), Command::Carry { check }));
    all.push((ids.next(), pay(order, check)));
}

pub fn pay(order: &StreamOrder, check: CheckId) -> Command {
    let card = NewTender::Card { reference: String::new(), last4: "4242".into() };
    let tender = if order.cash { NewTender::Cash { given: Money(1_000_000) } } else { card };
    let (amount, tip) = (Money(order.total), Money(order.tip));
    Command::TakePayment { check, tender, amount, tip, part: Part::Whole, print: false }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The figures the Python generator prints for its first orders with seed 42.
    #[test]
    fn the_first_orders_are_the_generators() {
        let mut rng = Rng::new(42);
        let orders: Vec<StreamOrder> = (0..1_000).map(|_| order(&mut rng)).collect();
        let totals: Vec<i64> = orders[..5].iter().map(|o| o.total).collect();
        assert_eq!(totals, [5_278, 7_472, 9_190, 19_051, 13_921]);
        // open, lines, sent, ready, served, payment, close
        assert_eq!(orders.iter().map(|o| o.lines.len() + 6).sum::<usize>(), 11_988);
    }
}
