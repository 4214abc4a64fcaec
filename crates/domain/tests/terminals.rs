//! Several terminals with partial views: whatever they do and in whatever order entries reach them, those who hold the
//! same entries hold the same restaurant.

mod world;

use domain::{
    check::Check,
    command::{Command, What},
    event::{Entry, Event, Movement},
    ids::*,
    money::Money,
    restaurant::Restaurant,
};
use world::World;

const ON_A_CHECK: [&str; 27] = [
    "espresso",
    "2 espresso oat",
    "steak rare",
    "3 toast",
    "salad",
    "fire",
    "fire next",
    "hold 2",
    "qty toast 2",
    "qty toast 4",
    "take-off salad",
    "void 1 toast",
    "void 1 steak",
    "comp espresso 50",
    "bump grill",
    "recall grill",
    "carry",
    "bill",
    "move T2",
    "move T3",
    "move T4",
    "pay card of 3.00 tip 0.50",
    "pay cash 100.00 of 5.00",
    "pay card print",
    "pay cash 200.00",
    "refund 1.00",
    "cancel",
];
const IN_THE_STORE: [&str; 9] = [
    "stock steak 5",
    "stock toast 2",
    "stock steak 0",
    "stock steak",
    "float 10.00",
    "paid-out 1.00",
    "count 50.00",
    "count 20.00 | close-day",
    "later 900",
];

/// A xorshift: the same story for the same seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n
    }
    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
}

/// Terminals of one restaurant, and what each wrote.
struct House {
    dice: Dice,
    terminals: Vec<World>,
    /// Logs by origin, each in order; the first holds the set-up.
    logs: Vec<Vec<Entry>>,
    /// What was asked of somebody, for asking it of somebody else again.
    asked: Vec<(CommandId, Command)>,
}

impl House {
    fn new(seed: u64, terminals: usize) -> House {
        let first = World::new();
        let log = first.log.clone();
        let other = |i: usize| World {
            origin: Origin(1 + i as u64),
            letter: (b'A' + i as u8) as char,
            seq: 0,
            ..first.clone()
        };
        let mut all: Vec<World> = (1..terminals).map(other).collect();
        all.insert(0, first);
        let mut logs = vec![log];
        logs.resize(terminals, Vec::new());
        House { dice: Dice(seed * 2 + 0x9e37_79b9_7f4a_7c15), terminals: all, logs, asked: Vec::new() }
    }

    fn step(&mut self, twins: bool) {
        let i = self.dice.below(self.terminals.len());
        match self.dice.below(14) {
            0..=2 => self.exchange(i),
            4 => self.store(i),
            5 => drop(self.terminals[i].restaurant.evict_done()),
            6..=8 if twins => self.again(i),
            10 => drop(self.terminals[i].tell("count 20.00 | close-day")),
            9 => {
                let table = format!("seat T{} 2", 1 + self.dice.below(5));
                let _ = self.terminals[i].tell(&table);
            }
            _ => self.on_a_check(i),
        }
        self.collect(i);
    }

    fn on_a_check(&mut self, i: usize) {
        let sentence = *self.dice.of(&ON_A_CHECK);
        let mut checks: Vec<CheckId> =
            self.terminals[i].log.iter().flat_map(|e| e.events.iter().filter_map(Event::check)).collect();
        checks.dedup();
        let Some(check) = checks.len().checked_sub(1).map(|last| checks[last - self.dice.below(checks.len().min(6))])
        else {
            return;
        };
        let (merges, other) = (self.dice.below(10), checks[self.dice.below(checks.len())]);
        let world = &mut self.terminals[i];
        world.bring_back([check].into_iter());
        world.check = check;
        // A quarter of what happens on checks is about two of them.
        match merges {
            0 | 1 => return drop(world.run(Command::MergeChecks { from: check, into: other })),
            2 => return drop(world.run(Command::PartCheck { check })),
            _ => {}
        }
        if is_possible(world, sentence) {
            let _ = world.tell(sentence);
        }
    }

    fn store(&mut self, i: usize) {
        let world = &mut self.terminals[i];
        let command = match self.dice.below(8) {
            0 => {
                let name = format!("House of {}", world.letter);
                let settings = world.restaurant.settings().expect("it is set up").clone();
                Command::ChangeSettings { settings: Box::new(domain::settings::Settings { name, ..settings }) }
            }
            1 => {
                let mut menu = world.restaurant.menu().expect("it is set up").clone();
                menu.items[0].portions[0].price += Money(10);
                Command::PublishMenu { menu: Box::new(menu) }
            }
            2 => Command::PublishFloor { floor: world.restaurant.floor().expect("it is set up").clone() },
            3 => {
                let mut member = world.restaurant.member(&"wim".into()).expect("wim works here").clone();
                member.name = format!("Wim {}", world.letter);
                Command::SetMember { member, pin: None }
            }
            4 => Command::ClockIn,
            5 => Command::ClockOut,
            _ => {
                let sentence = *self.dice.of(&IN_THE_STORE);
                let _ = world.tell(sentence);
                return;
            }
        };
        let _ = world.run(command);
    }

    /// Somebody's browser sends a command again, to another terminal, because its own died.
    fn again(&mut self, i: usize) {
        let Some(check) = self.terminals[i].log.iter().rev().flat_map(|e| &e.events).find_map(Event::check) else {
            return;
        };
        let commands = [
            Command::Fire { check, what: What::All },
            Command::MoveCash { movement: Movement::PaidOut, amount: Money(100), reason: "ice".into() },
            Command::CancelCheck { check },
            Command::PrintBill { check },
            Command::Carry { check },
            Command::CloseDay,
        ];
        let n = self.asked.len() as u32;
        let (id, command) = match self.dice.below(2) {
            0 if n > 0 => self.dice.of(&self.asked[self.asked.len().saturating_sub(4)..]).clone(),
            _ => {
                let id = CommandId { session: Session(99), n };
                let world = &mut self.terminals[i];
                world.bring_back([check].into_iter());
                world.check = check;
                let payable = world.facts().bill().due > Money(0);
                let command = match self.dice.below(8) {
                    0..=2 if payable => world.payment(&["pay", "card"]),
                    0..=2 => Command::AddLines { check, lines: vec![world::new_line(&["2", "toast"])] },
                    3 => world::open(domain::event::CheckKind::DineIn, Some("T9".into()), 2),
                    _ => self.dice.of(&commands).clone(),
                };
                self.asked.push((id, command.clone()));
                (id, command)
            }
        };
        let world = &mut self.terminals[i];
        let known = command.check().is_none_or(|c| world.log.iter().any(|e| e.events.iter().any(|ev| ev.is_of(c))));
        if known && !world.log.iter().any(|e| e.cmd == id) {
            let _ = world.run_as(id, command);
        }
    }

    /// Notes what a terminal wrote.
    fn collect(&mut self, i: usize) {
        let (world, log) = (&self.terminals[i], &mut self.logs[i]);
        let known = log.len() as u64;
        log.extend(world.log.iter().filter(|e| e.dot.origin == world.origin && e.dot.seq > known).cloned());
    }

    /// A terminal hears a little more of somebody's log, now and then something twice.
    fn exchange(&mut self, i: usize) {
        let from = self.dice.below(self.logs.len());
        let world = &mut self.terminals[i];
        let heard = world.restaurant.heads.get(&Origin(1 + from as u64)).copied().unwrap_or(0) as usize;
        let more = 1 + self.dice.below(12);
        for entry in self.logs[from].iter().skip(heard.saturating_sub(2)).take(more) {
            world.hear(entry);
        }
    }

    /// Everything in an order of its own: logs in order, origins as the dice fall; now and then memory is tidied.
    fn retold(&mut self) -> Restaurant {
        let mut world =
            World { origin: Origin(77), seq: 0, log: Vec::new(), restaurant: Restaurant::default(), ..World::new() };
        let mut next = vec![0; self.logs.len()];
        while next.iter().zip(&self.logs).any(|(n, log)| *n < log.len()) {
            let from = self.dice.below(self.logs.len());
            let run = 1 + self.dice.below(9);
            for entry in self.logs[from].iter().skip(next[from]).take(run) {
                world.hear(entry);
                next[from] += 1;
            }
            if self.dice.below(4) == 0 {
                world.restaurant.evict_done();
            }
        }
        world.restaurant
    }
}

fn is_possible(world: &World, sentence: &str) -> bool {
    let facts = world.facts();
    let starts = |verbs: &[&str]| verbs.iter().any(|v| sentence.starts_with(v));
    let named = ["toast", "steak", "salad", "espresso"].into_iter().find(|item| sentence.contains(item));
    let has = |item| facts.lines.values().any(|l| l.what().is_some_and(|w| w.item.0 == item));
    let at_grill = facts.fires.values().any(|f| f.stations().contains(&"grill".into()));
    !(starts(&["qty", "take-off", "void", "comp"]) && !named.is_some_and(has)
        || starts(&["bump", "recall"]) && !at_grill
        || starts(&["refund"]) && facts.payments.is_empty())
}

/// Merged or not, every line and every payment is on exactly one bill.
fn sold_once(restaurant: &Restaurant) {
    let bills: Vec<&Check> = restaurant.wholes().collect();
    for check in restaurant.checks.values() {
        let on = |has: &dyn Fn(&Check) -> bool| bills.iter().filter(|bill| has(bill)).count();
        for (id, line) in check.lines.iter().filter(|(_, line)| line.added.is_some()) {
            assert_eq!(on(&|bill| bill.lines.get(id).is_some_and(|l| l.amount() == line.amount())), 1, "line {id}");
        }
        for id in check.payments.keys() {
            assert_eq!(on(&|bill| bill.payments.contains_key(id)), 1, "payment {id}");
        }
    }
    assert!(restaurant.open_checks().all(|open| open.inside.is_none()));
}

/// Who differs from whom, and in what.
#[track_caller]
fn same(told: &str, a: &Restaurant, b: &Restaurant) {
    if a.digest() == b.digest() {
        return;
    }
    let [a, b] = [a, b].map(|r| serde_json::to_value(r).expect("plain data"));
    let (a, b) = (a.as_object().expect("an object"), b.as_object().expect("an object"));
    let differs = |(key, value): &(&String, &serde_json::Value)| {
        b[*key] != **value && !["version", "checks"].contains(&key.as_str())
    };
    if let Some((key, value)) = a.iter().find(differs) {
        panic!("{told}: {key} differs\n{value}\n{}", b[key]);
    }
    for (id, check) in a["checks"].as_object().expect("checks") {
        let other = &b["checks"][id];
        assert!(other.is_null() || other == check, "{told}: check {id}\n{check}\n{other}");
    }
    panic!("{told}: the digests differ");
}

fn play(seeds: std::ops::Range<u64>, twins: bool) {
    let mut wrote = 0;
    for seed in seeds {
        let mut house = House::new(seed, 2 + seed as usize % 3);
        (0..120).for_each(|_| house.step(twins));
        let told: Vec<Restaurant> = (0..3).map(|_| house.retold()).collect();
        let logs = house.logs.clone();
        for world in &mut house.terminals {
            logs.iter().flatten().for_each(|entry| world.hear(entry));
        }
        told.iter().for_each(sold_once);
        for (i, other) in told.iter().chain(house.terminals.iter().map(|w| &w.restaurant)).enumerate() {
            same(&format!("seed {seed}, {i}"), &told[0], other);
        }
        wrote += logs.iter().map(Vec::len).sum::<usize>();
    }
    assert!(wrote > 1000, "the stories are about something: {wrote} entries");
}

#[test]
fn terminals_that_hold_the_same_entries_hold_the_same_restaurant() {
    play(1..45, false);
}

#[test]
fn also_when_a_browser_sent_its_command_to_two_of_them() {
    play(100..145, true);
}

#[test]
fn a_command_done_by_two_terminals_counts_once_and_the_number_given_for_nothing_is_known() {
    let mut a = World::new();
    a.tell("seat T1 | toast").expect("ordered");
    let mut b = World { origin: Origin(2), letter: 'B', seq: 0, ..a.clone() };
    let (id, pay) = (CommandId { session: Session(9), n: 1 }, a.payment(&["pay", "cash", "10.00"]));
    let (ours, theirs) = (a.log.len(), b.log.len());
    a.run_as(id, pay.clone()).expect("paid at A, whose answer was lost");
    b.run_as(id, pay).expect("paid at B");
    let (of_a, of_b) = (a.log[ours..].to_vec(), b.log[theirs..].to_vec());
    of_b.iter().for_each(|e| a.hear(e));
    of_a.iter().for_each(|e| b.hear(e));
    for world in [&a, &b] {
        let (check, day) = (world.facts(), world.restaurant.days.values().next().expect("a day"));
        assert_eq!((check.bill().paid, check.bill().due), (Money(590), Money(0)));
        assert_eq!((day.book.sales.n, day.book.sales.amount), (1, Money(590)));
        assert_eq!(day.book.drawer_cash.iter().collect::<Vec<_>>(), [(&'A', &Money(590))]);
        let annulled: Vec<String> = day.annulled.iter().map(ToString::to_string).collect();
        assert_eq!(annulled, ["B-000001"], "the other number means nothing");
        assert_eq!(world.view().receipt.map(|r| r.to_string()).as_deref(), Some("A-000001"));
    }
    assert_eq!(a.restaurant.digest(), b.restaurant.digest());
}
