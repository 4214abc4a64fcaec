//! Who works tonight, and at which device.

use std::collections::BTreeMap;

use domain::{
    command::Approval,
    command::Command,
    ids::{Session, StaffId},
    query::{Done, Query, View},
    rejection::Refusal,
    staff::Role,
    view::{ConfigView, Person},
};

use super::{
    Args,
    client::{Client, Journal, ServiceError},
    till::Till,
};

/// Whose hands do something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hand {
    /// One of the waiters, by number.
    Waiter(usize),
    Manager,
    Kitchen,
    Bar,
}

/// Tills of one lane. Each lane has its own devices and sessions, as in a restaurant where several people tap at once.
pub struct Crew {
    waiters: Vec<Till>,
    manager: Till,
    kitchen: Till,
    bar: Till,
}

impl Crew {
    /// Finds waiters, a manager, a cook and a barkeeper among the staff. Sessions count up from `first`.
    ///
    /// # Errors
    /// When there is no store yet, nobody fits, or a PIN is missing.
    pub fn gather(args: &Args, lane: usize, first: u64, journal: Option<&Journal>) -> Result<Crew, ServiceError> {
        let mut door = Client::new(&args.url, "demo-door", args.tries, None)?;
        let View::Door(view) = door.query(&Query::Door)? else {
            return Err(ServiceError::BadAnswer("no door".into()));
        };
        if view.store.is_none() {
            return Err(ServiceError::NotReady("this terminal is not set up; start it with --demo".into()));
        }
        let mut session = first;
        let mut till = |person: &Person| -> Result<Till, ServiceError> {
            session += 1;
            let pin = args.pins.get(&person.id).cloned();
            let pin = pin.ok_or_else(|| ServiceError::NotReady(format!("--pins has no PIN of {}", person.id)))?;
            let device = format!("demo-{lane}-{}", person.id);
            let client = Client::new(&args.url, &device, args.tries, journal.cloned())?;
            Ok(Till::new(person.id.clone(), pin, Session(session), client)
                .with_token(args.tokens.get(&person.id).cloned()))
        };
        let of = |roles: &[Role]| view.people.iter().filter(|p| roles.contains(&p.role)).collect::<Vec<_>>();
        let boss = of(&[Role::Manager, Role::Owner]);
        let boss = boss.first().ok_or_else(|| ServiceError::NotReady("there is no manager".into()))?;
        let one = |role: Role| of(&[role]).first().copied().unwrap_or(boss);
        let mut serving = of(&[Role::Waiter]);
        if serving.is_empty() {
            serving.push(boss);
        }
        Ok(Crew {
            waiters: serving.into_iter().map(&mut till).collect::<Result<_, _>>()?,
            manager: till(boss)?,
            kitchen: till(one(Role::Kitchen))?,
            bar: till(one(Role::Bar))?,
        })
    }

    pub fn waiters(&self) -> usize {
        self.waiters.len()
    }

    pub fn waiter(&self, i: usize) -> StaffId {
        self.waiters[i % self.waiters.len()].staff.clone()
    }

    fn till(&mut self, hand: Hand) -> &mut Till {
        match hand {
            Hand::Waiter(i) => {
                let i = i % self.waiters.len();
                &mut self.waiters[i]
            }
            Hand::Manager => &mut self.manager,
            Hand::Kitchen => &mut self.kitchen,
            Hand::Bar => &mut self.bar,
        }
    }

    /// Does something, with the manager's word when `approved`.
    ///
    /// # Errors
    /// When there was no answer; a refusal is an answer.
    pub fn does(
        &mut self,
        hand: Hand,
        command: Command,
        approved: bool,
    ) -> Result<Result<Done, Refusal>, ServiceError> {
        let approval: Option<Approval> = approved.then(|| self.manager.approval());
        match approval {
            Some(by) => self.till(hand).does_approved(command, by),
            None => self.till(hand).does(command),
        }
    }

    /// Asks something.
    ///
    /// # Errors
    /// When it is refused or not answered.
    pub fn asks(&mut self, hand: Hand, query: &Query) -> Result<View, ServiceError> {
        self.till(hand).asks(query)
    }

    /// Settings, menu and floor.
    ///
    /// # Errors
    /// When it is refused or not answered.
    pub fn config(&mut self) -> Result<ConfigView, ServiceError> {
        match self.asks(Hand::Waiter(0), &Query::Config)? {
            View::Config(config) => Ok(*config),
            other => Err(ServiceError::BadAnswer(format!("{other:?} instead of the settings"))),
        }
    }

    /// Told apart from every other crew by its first session.
    pub fn name(&self) -> String {
        self.manager.session.to_string()
    }

    fn tills(&self) -> impl Iterator<Item = &Till> {
        self.waiters.iter().chain([&self.manager, &self.kitchen, &self.bar])
    }

    /// Commands by how they ended, over all tills.
    pub fn ended(&self) -> BTreeMap<String, u64> {
        let mut all = BTreeMap::new();
        for (how, n) in self.tills().flat_map(|t| &t.ended) {
            *all.entry(how.clone()).or_default() += n;
        }
        all
    }

    pub fn resent(&self) -> u64 {
        self.tills().map(Till::resent).sum()
    }
}
