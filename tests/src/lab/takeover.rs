//! How long a restaurant is without a master when the master loses its power, and how long an order waits for its paper
//! then: measured, not promised.

use std::{
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{
    command::{Command as Order, NewLine, What},
    event::CheckKind,
    ids::{FireId, Origin},
};
use printing::emulator::Emulator;

use super::{Lab, PATIENCE, whose};
use crate::{audit::tags, house::Person};

/// Looking often costs the terminals time; this is a twentieth of what is looked for.
const LOOKS_EVERY: Duration = Duration::from_millis(10);

/// What happens to the master.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Blow {
    /// SIGKILL. The system closes its connections, so the others hear of it.
    Kill,
    /// Its cable is pulled, or its power: nobody hears of anything.
    Pull,
}

/// What one blow cost, both times from the blow on.
#[derive(Debug, Clone, Copy)]
pub struct Takeover {
    /// Until every other terminal names the same new master.
    pub agreed: Duration,
    /// Until an order taken elsewhere at that moment is on paper.
    pub printed: Duration,
}

/// An order for the kitchen that can be told from all others on paper by its tag.
///
/// # Errors
/// When it is refused or not answered.
pub fn order(waiter: &mut Person, tag: &str) -> Result<FireId> {
    let new = Order::OpenCheck { kind: CheckKind::Takeaway, table: None, covers: 0, name: "Lab".into() };
    let check = waiter.done(new)?.check.context("a check")?;
    waiter.done(Order::AddLines { check, lines: vec![tagged("olives", tag)] })?;
    Ok(waiter.done(Order::Fire { check, what: What::All })?.id)
}

/// One of an item with a tag as its note.
pub fn tagged(item: &str, tag: &str) -> NewLine {
    NewLine {
        item: item.into(),
        portion: None,
        qty: 1,
        options: Vec::new(),
        seat: 0,
        course: None,
        note: tag.to_owned(),
        allergy: String::new(),
    }
}

/// Waits until a tag is on paper.
///
/// # Errors
/// When it never is.
pub fn printed(printer: &Emulator, tag: &str) -> Result<()> {
    let began = Instant::now();
    while !printer.tickets().iter().rev().any(|t| tags(&t.text).contains(&tag)) {
        if began.elapsed() > PATIENCE {
            bail!("{tag} never came to paper");
        }
        thread::sleep(LOOKS_EVERY);
    }
    Ok(())
}

/// Waits until all these terminals name one master, and not `old`.
///
/// # Errors
/// When they never do.
pub fn renamed(people: &mut [&mut Person], old: Origin) -> Result<Origin> {
    let began = Instant::now();
    loop {
        let mut named = Vec::new();
        for person in people.iter_mut() {
            let standing = person.standing()?;
            named.push(standing.hears_master.then_some(standing.master).filter(|m| *m != old));
        }
        if let Some(Some(master)) = named.first().filter(|first| named.iter().all(|n| n == *first)) {
            return Ok(*master);
        }
        if began.elapsed() > PATIENCE {
            bail!("they name {named:?} as master");
        }
        thread::sleep(LOOKS_EVERY);
    }
}

/// Takes the master out while an order is taken at another terminal, waits for both, brings it back and waits until all
/// is as before. `people` stand before all terminals in their order.
///
/// # Errors
/// When no terminal takes over, or the order is not printed.
pub fn without_master(lab: &mut Lab, people: &mut [Person], tag: &str, blow: Blow) -> Result<Takeover> {
    let old = lab.agreed(people)?.master;
    let at = whose(people, old)?.context("the master is one of them")?;
    let Lab { machines, printer, network } = &mut *lab;
    let mut others: Vec<&mut Person> =
        people.iter_mut().enumerate().filter(|(i, _)| *i != at).map(|(_, person)| person).collect();
    let mut waiter = others.last().context("somebody else")?.beside()?;
    let struck = Instant::now();
    match blow {
        Blow::Kill => machines[at].kill(),
        Blow::Pull => network.pull(at + 1)?,
    }
    let (agreed, printed) = thread::scope(|both| {
        let paper = both.spawn(|| {
            order(&mut waiter, tag)?;
            printed(printer, tag).map(|()| struck.elapsed())
        });
        let agreed = renamed(&mut others, old).map(|_| struck.elapsed());
        (agreed, paper.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)))
    });
    match blow {
        Blow::Kill => machines[at].start()?,
        Blow::Pull => network.plug(at + 1)?,
    }
    let takeover = Takeover { agreed: agreed?, printed: printed? };
    lab.agreed(people)?;
    Ok(takeover)
}

/// The median and the worst but one in a hundred, in words.
pub fn told(what: &str, mut times: Vec<Duration>) -> String {
    times.sort();
    let at =
        |share: usize| times.get((times.len() * share).div_ceil(100).saturating_sub(1)).copied().unwrap_or_default();
    let worst = times.last().copied().unwrap_or_default();
    format!(
        "{what}: p50 {:.2} s, p99 {:.2} s, worst {:.2} s of {}",
        at(50).as_secs_f32(),
        at(99).as_secs_f32(),
        worst.as_secs_f32(),
        times.len()
    )
}
