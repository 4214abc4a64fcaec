//! One lane's Saturday: parties come, eat and pay, each at its own time, one tap after the other.

use std::{
    collections::BTreeMap,
    thread::sleep,
    time::{Duration, Instant},
};

use domain::{
    check::Check,
    command::{Command, NewLine},
    event::CheckKind,
    floor::Table,
    ids::{FireId, ItemId, StationId, TableId},
    query::Done,
    rejection::{Refusal, Rejection},
    view::ConfigView,
};

use super::{
    appetite::{Rounds, choose},
    client::ServiceError,
    crew::{Crew, Hand},
    dice::Dice,
    guests::Party,
};

pub(super) const MINUTE: i64 = 60;
/// A party waits so often for a table, five minutes each time, before it takes its food away instead.
const WAITS: u32 = 8;
/// A dish that has run out is struck off the order and the rest sent again, so often at most.
const SUBSTITUTIONS: u32 = 20;

/// What happens next to a party, or in the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Task {
    Arrive(usize),
    Drinks(usize),
    Food(usize),
    FireNext(usize),
    Bump(usize, FireId, StationId),
    Carry(usize),
    Trouble(usize),
    After(usize),
    Bill(usize),
    Pay(usize),
    Complain(usize),
    Chore(usize),
}

/// A party in the house.
pub(super) struct Guests {
    pub party: Party,
    pub rounds: Rounds,
    pub table: Option<TableId>,
    /// The check as the terminal last told it.
    pub check: Option<Check>,
    pub waiter: usize,
    waits: u32,
    recalled: bool,
}

/// How fast the clock of the service runs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Speed {
    /// As fast as the terminal answers.
    Max,
    /// So many times as fast as a real Saturday.
    Times(f64),
}

pub(super) struct Evening<'a> {
    pub config: &'a ConfigView,
    pub crew: &'a mut Crew,
    pub dice: Dice,
    pub guests: Vec<Guests>,
    free: Vec<&'a Table>,
    agenda: BTreeMap<(i64, u64), Task>,
    tie: u64,
    pub now: i64,
    speed: Speed,
    /// Lane 0 also does what is done once in the house: 86, paid out, X.
    leads: bool,
    /// Start of the notes lines are told apart by, and how many there are.
    tag: Option<String>,
    tags: u64,
}

impl<'a> Evening<'a> {
    pub fn new(
        config: &'a ConfigView,
        crew: &'a mut Crew,
        dice: Dice,
        parties: Vec<Party>,
        (lane, lanes): (usize, usize),
        speed: Speed,
    ) -> Evening<'a> {
        let tables = config.floor.rooms.iter().flat_map(|r| &r.tables);
        let free = tables.enumerate().filter(|(i, _)| i % lanes == lane).map(|(_, t)| t).collect();
        let waiters = crew.waiters();
        let mut evening = Evening {
            config,
            crew,
            dice,
            guests: Vec::new(),
            free,
            agenda: BTreeMap::new(),
            tie: 0,
            now: 0,
            speed,
            leads: lane == 0,
            tag: None,
            tags: 0,
        };
        for (i, party) in parties.into_iter().enumerate() {
            let rounds = choose(&config.menu, &config.settings, &party);
            evening.plan_at(party.arrives, Task::Arrive(i));
            let guests =
                Guests { party, rounds, table: None, check: None, waiter: i % waiters, waits: 0, recalled: false };
            evening.guests.push(guests);
        }
        evening
    }

    /// Gives every line a note of its own that starts with `tag`.
    pub fn tagged(mut self, tag: Option<String>) -> Evening<'a> {
        self.tag = tag;
        self
    }

    fn plan_at(&mut self, when: i64, task: Task) {
        self.tie += 1;
        self.agenda.insert((when, self.tie), task);
    }

    pub fn plan(&mut self, minutes: i64, task: Task) {
        let spread = self.dice.between(0, MINUTE - 1);
        self.plan_at(self.now + minutes * MINUTE + spread, task);
    }

    /// Plays until the last guests are gone.
    pub fn play(&mut self) -> Result<(), ServiceError> {
        if self.leads {
            super::chores::plan(&mut |when, i| self.plan_at(when, Task::Chore(i)));
        }
        let began = Instant::now();
        let opens = self.agenda.keys().next().map_or(0, |(when, _)| *when);
        while let Some(((when, _), task)) = self.agenda.pop_first() {
            self.now = when;
            if let Speed::Times(factor) = self.speed {
                let due = Duration::from_secs_f64((when - opens) as f64 / factor.max(0.001));
                sleep(due.saturating_sub(began.elapsed()));
            }
            self.step(task)?;
        }
        Ok(())
    }

    fn step(&mut self, task: Task) -> Result<(), ServiceError> {
        match task {
            Task::Arrive(g) => self.arrive(g),
            Task::Drinks(g) => self.drinks(g),
            Task::Food(g) => self.food(g),
            Task::FireNext(g) => self.fire_next(g),
            Task::Bump(g, fire, station) => self.bump(g, fire, &station),
            Task::Carry(g) => self.carry(g),
            Task::Trouble(g) => self.trouble(g),
            Task::After(g) => self.after(g),
            Task::Bill(g) => self.bill(g),
            Task::Pay(g) => self.pay(g),
            Task::Complain(g) => self.complain(g),
            Task::Chore(i) => super::chores::chore(self, i),
        }
    }

    pub fn check(&self, g: usize) -> Option<&Check> {
        self.guests[g].check.as_ref()
    }

    /// Does something about a party's check and keeps what the terminal says of it.
    pub fn tap(
        &mut self,
        g: usize,
        hand: Hand,
        command: Command,
        approved: bool,
    ) -> Result<Result<Done, Refusal>, ServiceError> {
        let answer = self.crew.does(hand, command, approved)?;
        if let Ok(done) = &answer
            && let Some(facts) = &done.facts
        {
            self.guests[g].check = Some((**facts).clone());
        }
        Ok(answer)
    }

    pub fn hand(&self, g: usize) -> Hand {
        Hand::Waiter(self.guests[g].waiter)
    }

    fn arrive(&mut self, g: usize) -> Result<(), ServiceError> {
        let Party { covers, takeaway, whims, .. } = self.guests[g].party.clone();
        let table = if takeaway { None } else { self.find_table(usize::from(covers)) };
        if table.is_none() && !takeaway {
            self.guests[g].waits += 1;
            self.guests[g].party.takeaway = self.guests[g].waits > WAITS;
            self.plan(5, Task::Arrive(g));
            return Ok(());
        }
        let kind = if takeaway { CheckKind::Takeaway } else { CheckKind::DineIn };
        let name = if takeaway { ["Mia", "Noah", "Lea", "Omar", "Ida"][g % 5].to_owned() } else { String::new() };
        let command = Command::OpenCheck { kind, table: table.clone(), covers, name };
        match self.tap(g, self.hand(g), command, false)? {
            Ok(_) => self.guests[g].table = table,
            // Somebody else seated people there; this table stays off our list tonight.
            Err(Refusal { why: Rejection::TableTaken { .. }, .. }) => {
                self.plan(1, Task::Arrive(g));
                return Ok(());
            }
            Err(_) => return Ok(()),
        }
        match (takeaway, whims.walks_out) {
            (true, _) => self.plan(1, Task::Food(g)),
            (false, true) => self.plan(12, Task::Pay(g)),
            (false, false) => self.plan(2, Task::Drinks(g)),
        }
        Ok(())
    }

    /// The smallest free table that seats them, or the largest of all.
    fn find_table(&mut self, covers: usize) -> Option<TableId> {
        let fits = |t: &&Table| usize::from(t.seats) >= covers;
        let best = self.free.iter().copied().filter(fits).min_by_key(|t| t.seats);
        let table = best.or_else(|| self.free.iter().copied().max_by_key(|t| t.seats))?;
        self.free.retain(|t| t.id != table.id);
        Some(table.id.clone())
    }

    pub fn leave_table(&mut self, g: usize) {
        let id = self.guests[g].table.take();
        let tables = self.config.floor.rooms.iter().flat_map(|r| &r.tables);
        self.free.extend(tables.filter(|t| Some(&t.id) == id.as_ref()));
    }

    /// Another table for people who move; theirs becomes free.
    pub fn change_table(&mut self, g: usize) -> Option<TableId> {
        let to = self.find_table(usize::from(self.guests[g].party.covers))?;
        self.leave_table(g);
        self.guests[g].table = Some(to.clone());
        Some(to)
    }

    fn drinks(&mut self, g: usize) -> Result<(), ServiceError> {
        let lines = self.guests[g].rounds.drinks.clone();
        if self.add(g, lines)? {
            self.fire(g, domain::command::What::All)?;
        }
        self.plan(6, Task::Food(g));
        Ok(())
    }

    /// Adds lines; what has run out is left off. False when nothing was added.
    pub fn add(&mut self, g: usize, mut lines: Vec<NewLine>) -> Result<bool, ServiceError> {
        if let Some(tag) = &self.tag {
            for line in &mut lines {
                self.tags += 1;
                line.note = format!("#{tag}.{}", self.tags);
            }
        }
        for _ in 0..SUBSTITUTIONS {
            let Some(check) = self.check(g).map(|c| c.id).filter(|_| !lines.is_empty()) else { return Ok(false) };
            let command = Command::AddLines { check, lines: lines.clone() };
            match self.tap(g, self.hand(g), command, false)? {
                Ok(_) => return Ok(true),
                Err(Refusal { why: Rejection::ItemOut { item, .. }, .. }) => lines.retain(|l| l.item != item),
                Err(_) => return Ok(false),
            }
        }
        Ok(false)
    }

    /// Fires, and lets every station that got a ticket start cooking.
    pub fn fire(&mut self, g: usize, what: domain::command::What) -> Result<bool, ServiceError> {
        let Some(check) = self.check(g).map(|c| c.id) else { return Ok(false) };
        match self.tap(g, self.hand(g), Command::Fire { check, what }, false)? {
            Ok(done) => {
                self.cook(g, done.id);
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Plans when each station is done with a fire.
    pub fn cook(&mut self, g: usize, fire: FireId) {
        let stations = self.check(g).and_then(|c| c.fires.get(&fire)).map(domain::check::Fire::stations);
        for station in stations.unwrap_or_default() {
            let minutes = match station.0.as_str() {
                "bar" => self.dice.between(2, 7),
                "cold" => self.dice.between(4, 10),
                "grill" => self.dice.between(9, 20),
                _ => self.dice.between(7, 17),
            };
            self.plan(minutes, Task::Bump(g, fire, station));
        }
    }

    fn bump(&mut self, g: usize, fire: FireId, station: &StationId) -> Result<(), ServiceError> {
        let Some(check) = self.check(g) else { return Ok(()) };
        let id = check.id;
        let Some(facts) = check.fires.get(&fire).filter(|_| !check.is_done_at(&fire, station)) else { return Ok(()) };
        let here = facts.lines.iter().filter(|l| l.stations.contains(station) && !facts.is_ready(station, l.line));
        let waiting: Vec<_> = here.map(|l| l.line).collect();
        let hand = if station.0 == "bar" { Hand::Bar } else { Hand::Kitchen };
        let bump = |lines| Command::Bump { check: id, fire, station: station.clone(), lines };
        if waiting.len() > 1 && self.dice.chance(150) {
            let _ = self.tap(g, hand, bump(vec![waiting[0]]), false)?;
        }
        let _ = self.tap(g, hand, bump(Vec::new()), false)?;
        if self.guests[g].party.whims.kitchen_recalls && !self.guests[g].recalled {
            self.guests[g].recalled = true;
            let recall = Command::Recall { check: id, fire, station: station.clone() };
            let _ = self.tap(g, hand, recall, false)?;
            self.plan(2, Task::Bump(g, fire, station.clone()));
            return Ok(());
        }
        self.plan(1, Task::Carry(g));
        Ok(())
    }

    fn carry(&mut self, g: usize) -> Result<(), ServiceError> {
        let Some(check) = self.check(g).filter(|c| c.waiting_at_the_pass().next().is_some()).map(|c| c.id) else {
            return Ok(());
        };
        self.tap(g, self.hand(g), Command::Carry { check }, false).map(drop)
    }

    /// An item somebody ordered tonight, for the chores.
    pub fn any_item(&mut self) -> Option<ItemId> {
        let items: Vec<&ItemId> = self.config.menu.items.iter().filter(|i| !i.hidden).map(|i| &i.id).collect();
        self.dice.pick(&items).map(|i| (*i).clone())
    }
}
