//! A small restaurant for tests, driven by sentences: "seat T1 3 | 2 espresso | steak rare | fire | pay cash 50.00".
#![allow(dead_code, reason = "each test file uses its own part of the world")]

use domain::{
    Context, Restaurant,
    check::Check,
    clock::Moment,
    command::*,
    decide,
    event::{CheckKind, Entry, Event, Movement, Part},
    floor::{Floor, Room, Shape, Table},
    ids::*,
    menu::*,
    money::{Money, Ppm},
    rejection::Rejection,
    settings::{Settings, Station, TaxMode, TaxRounding},
    staff::{Member, Role},
    text::Text,
    view,
};

/// 2026-11-21 19:00 UTC, a Saturday.
pub const EVENING: i64 = 1_795_287_600_000;

fn en(words: &str) -> Text {
    Text::one("en", words)
}

pub fn settings(tax: TaxMode, rounding: TaxRounding, cash_step: i64) -> Settings {
    let base = domain::demo::settings("en");
    let station = |id: &str, screen| Station {
        id: id.into(),
        name: en(id),
        printer: base.receipt_printer.clone(),
        backup_printer: None,
        screen,
        soon_after: 8,
        late_after: 15,
    };
    let stations = vec![station("bar", false), station("grill", true), station("cold", true)];
    Settings { tax, tax_rounding: rounding, cash_step, stations, ..base }
}

fn item(id: &str, price: i64, station: &str, tax: &str, course: u8, groups: &[&str]) -> Item {
    Item {
        id: id.into(),
        name: en(id),
        kitchen_name: None,
        category: "all".into(),
        portions: vec![Portion { id: "one".into(), name: en("one"), price: Money(price) }],
        groups: groups.iter().map(|g| GroupId::from(*g)).collect(),
        station: station.into(),
        tax: tax.into(),
        tax_takeaway: None,
        allergens: Vec::new(),
        diets: Vec::new(),
        course,
        favourite: false,
        hidden: false,
    }
}

fn choice(id: &str, price: i64) -> Choice {
    Choice {
        id: id.into(),
        name: en(id),
        price: Money(price),
        default: false,
        item: None,
        groups: Vec::new(),
        allergens: Vec::new(),
    }
}

pub fn menu() -> Menu {
    let tax = |id: &str, rate, letter| Tax { id: id.into(), name: en(id), rate: Ppm(rate), letter };
    let group = |id: &str, min, max, options| Group { id: id.into(), name: en(id), min, max, options };
    Menu {
        categories: vec![Category { id: "all".into(), name: en("All"), icon: String::new() }],
        items: vec![
            item("espresso", 250, "bar", "drink", 0, &["milk"]),
            item("water", 333, "bar", "drink", 0, &[]),
            item("steak", 2450, "grill", "food", 2, &["done", "extras"]),
            item("salad", 895, "cold", "food", 1, &[]),
            item("toast", 590, "grill", "food", 1, &[]),
            item("lunch", 1500, "grill", "food", 2, &["starter", "main"]),
        ],
        groups: vec![
            group("milk", 0, 1, vec![choice("oat", 50)]),
            group("done", 1, 1, vec![choice("rare", 0), choice("medium", 0)]),
            group("extras", 0, 2, vec![choice("pepper", 150), choice("egg", 200), choice("less", -3000)]),
            group("starter", 1, 1, vec![Choice { item: Some("salad".into()), ..choice("salad", 0) }]),
            group(
                "main",
                1,
                1,
                vec![Choice { item: Some("steak".into()), groups: vec!["done".into()], ..choice("steak", 400) }],
            ),
        ],
        price_lists: Vec::new(),
        taxes: vec![tax("food", 100_000, 'A'), tax("drink", 210_000, 'B')],
    }
}

fn floor() -> Floor {
    let table = |n: u16| Table {
        id: format!("T{n}").into(),
        label: n.to_string(),
        seats: 4,
        shape: Shape::Round,
        x: n * 3,
        y: 0,
        width: 2,
        height: 2,
    };
    let tables = (1..=9).map(table).collect();
    Floor {
        rooms: vec![Room { id: "room".into(), name: en("Room"), width: 60, height: 20, tables, walls: Vec::new() }],
    }
}

/// One terminal, its log and the state folded from it.
#[derive(Clone)]
pub struct World {
    pub restaurant: Restaurant,
    pub log: Vec<Entry>,
    pub now: i64,
    pub actor: &'static str,
    pub approver: Option<&'static str>,
    pub origin: Origin,
    pub letter: char,
    /// Entries of its own log.
    pub seq: u64,
    pub n: u32,
    /// Terminals out of reach.
    pub missing: Vec<domain::late::Missing>,
    /// The check being worked on.
    pub check: CheckId,
}

impl World {
    pub fn new() -> World {
        World::with(TaxMode::Inclusive, TaxRounding::PerGroup, 1)
    }

    pub fn with(tax: TaxMode, rounding: TaxRounding, cash_step: i64) -> World {
        let mut world = World {
            restaurant: Restaurant::default(),
            log: Vec::new(),
            now: EVENING,
            actor: "mia",
            approver: None,
            origin: Origin(1),
            letter: 'A',
            seq: 0,
            n: 0,
            missing: Vec::new(),
            check: CommandId::default(),
        };
        let member = |id: &str, role| Member {
            id: id.into(),
            name: id.into(),
            role,
            pin_hash: "x".into(),
            active: true,
            language: String::new(),
        };
        let settings = settings(tax, rounding, cash_step);
        world.must(Command::SetUp {
            settings: Box::new(settings),
            owner: member("mia", Role::Owner),
            pin: "1111".into(),
            menu: Box::new(menu()),
            floor: floor(),
        });
        for (id, role) in [("wim", Role::Waiter), ("kai", Role::Kitchen), ("max", Role::Manager)] {
            world.must(Command::SetMember { member: member(id, role), pin: Some("2222".into()) });
        }
        world
    }

    pub fn moment(&self) -> Moment {
        Moment { at: self.now, offset: 0 }
    }

    /// Decides and, if allowed, folds.
    pub fn run(&mut self, command: Command) -> Result<Vec<Event>, Rejection> {
        self.n += 1;
        let id = CommandId { session: Session(self.origin.0), n: self.n };
        self.run_as(id, command)
    }

    /// As [`World::run`], for a command that another terminal may have been sent too.
    pub fn run_as(&mut self, id: CommandId, command: Command) -> Result<Vec<Event>, Rejection> {
        self.now += 1000;
        self.bring_back(command.checks());
        let context = self.context(id);
        let events = decide(&self.restaurant, &command, &context)?;
        if let Some(Event::CheckOpened(opened)) = events.first() {
            self.check = opened.check;
        }
        let entry = Entry {
            dot: Dot { origin: self.origin, seq: self.seq + 1 },
            cmd: id,
            at: self.now,
            off: 0,
            day: context.day,
            by: context.actor,
            device: Some(context.device),
            seen: self.restaurant.seen_by(self.origin, &events),
            paper: None,
            again: false,
            events: events.clone(),
        };
        self.seq += 1;
        self.restaurant.apply(&entry);
        self.log.push(entry);
        Ok(events)
    }

    pub fn context(&self, id: CommandId) -> Context {
        Context {
            id,
            now: self.moment(),
            day: self.restaurant.business_day(self.moment()),
            terminal: self.origin,
            letter: self.letter,
            actor: Some(self.actor.into()),
            approver: self.approver.map(StaffId::from),
            device: "till".into(),
            pin_hash: Some("hash".into()),
            newcomer: None,
            missing: self.missing.clone(),
        }
    }

    /// Folds an entry of another terminal, once.
    pub fn hear(&mut self, entry: &Entry) {
        if self.restaurant.heads.get(&entry.dot.origin).is_some_and(|seq| *seq >= entry.dot.seq) {
            return;
        }
        self.bring_back(entry.events.iter().flat_map(Event::checks));
        self.restaurant.apply(entry);
        self.log.push(entry.clone());
    }

    /// Checks that left memory are folded again from their entries, as a terminal does.
    pub fn bring_back(&mut self, checks: impl Iterator<Item = CheckId>) {
        let wanted: Vec<CheckId> = checks.collect();
        let mut tried = Vec::new();
        while let Some(id) = self.restaurant.missing_of(wanted.clone()).into_iter().find(|id| !tried.contains(id)) {
            tried.push(id);
            let of_check = |e: &&Entry| e.events.iter().any(|ev| ev.is_of(id));
            let mut check = Check::new(id);
            for entry in self.log.iter().filter(of_check) {
                entry.events.iter().filter(|event| event.is_of(id)).for_each(|event| check.apply(entry, event));
            }
            if check.heads != Default::default() {
                self.restaurant.recall_check(check);
            }
        }
    }

    fn turn_to(&mut self, number: &str) -> Result<(), Rejection> {
        self.check = self.numbered(number);
        Ok(())
    }

    /// The check with a guest number.
    pub fn numbered(&self, number: &str) -> CheckId {
        let mut opened = self.log.iter().flat_map(|e| &e.events).filter_map(|event| match event {
            Event::CheckOpened(opened) => Some(opened),
            _ => None,
        });
        opened.find(|o| o.number.to_string() == number).expect("a check of that number").check
    }

    pub fn must(&mut self, command: Command) -> Vec<Event> {
        let said = format!("{command:?}");
        self.run(command).unwrap_or_else(|no| panic!("{no}\n{said}"))
    }

    pub fn facts(&self) -> &Check {
        self.restaurant.check(self.check).expect("the check is in memory")
    }

    pub fn view(&self) -> view::CheckView {
        view::check_view(&self.restaurant, self.facts())
    }

    /// The newest line of an item.
    pub fn line(&self, item: &str) -> LineId {
        let lines = self.facts().lines.iter().rev();
        *lines.clone().find(|(_, l)| l.what().is_some_and(|w| w.item.0 == item)).expect("the line is there").0
    }

    /// Runs a story of sentences parted by `|`; the first "no" ends it.
    pub fn tell(&mut self, story: &str) -> Result<(), Rejection> {
        story.split('|').map(str::trim).filter(|s| !s.is_empty()).try_for_each(|sentence| self.sentence(sentence))
    }

    fn sentence(&mut self, sentence: &str) -> Result<(), Rejection> {
        let words: Vec<&str> = sentence.split_whitespace().collect();
        let number = |i: usize| words.get(i).and_then(|w| w.parse::<u32>().ok()).unwrap_or(1);
        let check = self.check;
        let command = match words[0] {
            "as" => {
                self.actor = ["mia", "wim", "kai", "max"].into_iter().find(|n| *n == words[1]).expect("a known name");
                return Ok(());
            }
            "approver" => {
                self.approver = Some("max");
                return Ok(());
            }
            "later" => {
                self.now += i64::from(number(1)) * 60_000;
                return Ok(());
            }
            "seat" => open(CheckKind::DineIn, Some(words[1].into()), number(2) as u16),
            "takeaway" => open(CheckKind::Takeaway, None, 0),
            "at" => return self.turn_to(words[1]),
            "merge" => Command::MergeChecks { from: check, into: self.numbered(words[1]) },
            "part" => Command::PartCheck { check },
            "covers" => Command::SetCovers { check, covers: number(1) as u16 },
            "move" => Command::MoveCheck { check, table: Some(words[1].into()) },
            "hand" => Command::HandOver { check, waiter: words[1].into() },
            "allergy" => {
                Command::ChangeLine { check, line: self.line(words[1]), change: NewChange::Allergy(words[2].into()) }
            }
            "menu" => {
                let mut menu = menu();
                menu.items[0].portions[0].price += Money(i64::from(number(1)));
                Command::PublishMenu { menu: Box::new(menu) }
            }
            "named" => {
                let wim = self.restaurant.member(&"wim".into()).expect("wim works here").clone();
                Command::SetMember { member: Member { name: words[1].into(), ..wim }, pin: None }
            }
            "fire" => Command::Fire { check, what: what(words.get(1).copied()) },
            "hold" => Command::HoldCourse { check, course: number(1) as u8, held: true },
            "take-off" => Command::RemoveLine { check, line: self.line(words[1]) },
            "qty" => Command::ChangeLine { check, line: self.line(words[1]), change: NewChange::Qty(number(2)) },
            "void" => Command::VoidLine { check, line: self.line(words[2]), qty: number(1), reason: "wrong".into() },
            "comp" => Command::CompLine {
                check,
                line: self.line(words[1]),
                share: Ppm(number(2) * 10_000),
                reason: "late".into(),
            },
            "bump" | "recall" => self.at_pass(words[0], words[1]),
            "carry" => Command::Carry { check },
            "bill" => Command::PrintBill { check },
            "pay" => self.payment(&words),
            "refund" => Command::Refund {
                check,
                payment: *self.facts().payments.keys().next_back().expect("a payment"),
                amount: amount(words[1]),
                reason: "sorry".into(),
            },
            "stock" => Command::SetStock { item: words[1].into(), left: words.get(2).and_then(|w| w.parse().ok()) },
            "float" => Command::MoveCash { movement: Movement::Float, amount: amount(words[1]), reason: String::new() },
            "paid-out" => {
                Command::MoveCash { movement: Movement::PaidOut, amount: amount(words[1]), reason: "ice".into() }
            }
            "count" => Command::CountDrawer { counted: amount(words[1]) },
            "close-day" => Command::CloseDay,
            "cancel" => Command::CancelCheck { check },
            _ => Command::AddLines { check, lines: vec![new_line(&words)] },
        };
        self.run(command).map(|_| ())
    }

    fn at_pass(&self, verb: &str, station: &str) -> Command {
        let (check, station) = (self.check, StationId::from(station));
        let here = |(_, f): &(&FireId, &domain::check::Fire)| f.stations().contains(&station);
        let fire = *self.facts().fires.iter().rev().find(here).expect("a ticket is there").0;
        match verb {
            "bump" => Command::Bump { check, fire, station, lines: Vec::new() },
            _ => Command::Recall { check, fire, station },
        }
    }

    /// `pay cash 50.00 [of 12.00] [tip 2.00]`; without `of` everything that is due.
    pub fn payment(&self, words: &[&str]) -> Command {
        let after = |word: &str| words.iter().position(|w| *w == word).map(|i| amount(words[i + 1]));
        let tender = match words[1] {
            "cash" => NewTender::Cash { given: amount(words[2]) },
            "card" => NewTender::Card { reference: "auth 4711".into(), last4: "4242".into() },
            _ => NewTender::Voucher { code: "GIFT".into() },
        };
        Command::TakePayment {
            check: self.check,
            tender,
            amount: after("of").unwrap_or(self.facts().bill().due),
            tip: after("tip").unwrap_or_default(),
            part: Part::Whole,
            print: words.contains(&"print"),
        }
    }
}

pub fn open(kind: CheckKind, table: Option<TableId>, covers: u16) -> Command {
    Command::OpenCheck { kind, table, covers, name: String::new() }
}

fn what(word: Option<&str>) -> What {
    match word {
        None => What::All,
        Some("next") => What::Next,
        Some(course) => What::Course(course.parse().expect("a course")),
    }
}

/// `[qty] item [option …]`; an option `a/b` is option `b` inside option `a`.
pub fn new_line(words: &[&str]) -> NewLine {
    let (qty, rest) = match words[0].parse() {
        Ok(qty) => (qty, &words[1..]),
        Err(_) => (1, words),
    };
    let menu = menu();
    let group_of = |option: &str| {
        let has = |g: &&Group| g.options.iter().any(|o| o.id.0 == option);
        menu.groups.iter().find(has).map_or_else(|| "none".into(), |g| g.id.clone())
    };
    let pick = |word: &&str| {
        let (outer, inner) = word.split_once('/').unwrap_or((word, ""));
        let inner = inner.split('/').filter(|o| !o.is_empty());
        let options = inner.map(|o| Pick { group: group_of(o), option: o.into(), options: Vec::new() }).collect();
        Pick { group: group_of(outer), option: outer.into(), options }
    };
    NewLine {
        item: rest[0].into(),
        portion: None,
        qty,
        options: rest[1..].iter().map(pick).collect(),
        seat: 0,
        course: None,
        note: String::new(),
        allergy: String::new(),
    }
}

/// `12.50` as 1250.
pub fn amount(words: &str) -> Money {
    Money(words.replace('.', "").parse().expect("an amount"))
}
