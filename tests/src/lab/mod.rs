//! A restaurant of real terminals on a real LAN of this machine: programs, sockets, multicast, cables to pull, a master to
//! kill. The stories in `tests/lan.rs` are told with it, and `cargo xtask lan` lets a person play with it.

mod machine;
mod network;
pub mod scan;
pub mod stories;
pub mod takeover;

use std::{
    path::Path,
    thread::sleep,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{command::Command as Order, ids::Origin, view::JoinStage};
use printing::emulator::{Build, Emulator};

pub use machine::{Machine, PAGES, PEERS, Standing};
pub use network::{MOST, Network, impossible};

use crate::house::Person;

/// How long anything may take; a bound for what hangs, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);

/// The restaurant. What is dropped first stands first: a terminal must not lose its network before it ends.
pub struct Lab {
    pub machines: Vec<Machine>,
    pub printer: Emulator,
    pub network: Network,
}

/// Waits for something to be there.
///
/// # Errors
/// When it never comes, or looking for it fails.
pub fn until<T>(what: &str, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look().with_context(|| format!("waiting: {what}"))? {
            return Ok(found);
        }
        if began.elapsed() > PATIENCE {
            bail!("never came: {what}");
        }
        sleep(POLL);
    }
}

impl Lab {
    /// A LAN with so many terminals, all started, on data in `folder`. The first one is the demo restaurant, the others
    /// are new unless they were let in on that data before.
    ///
    /// # Errors
    /// When there can be no network here, or a terminal does not open.
    pub fn open(terminals: usize, folder: &Path, paper: Build) -> Result<Lab> {
        let network = Network::build(terminals)?;
        let printer = Emulator::start(network.printer(), paper).context("the printer")?;
        let machine = |n: usize| {
            let demo = ["--demo".into(), "--printer".into(), network.printer().to_string()];
            // What people tap at a terminal's own screen comes to it from the desk here, over a cable.
            let words = if n == 1 { demo.to_vec() } else { vec!["--set-up-anywhere".into()] };
            Machine::new(n, network.namespace(n), [network.desk(n), network.address(n)], folder, words)
        };
        let machines = (1..=terminals).map(machine).collect();
        let mut lab = Lab { machines, printer, network };
        for machine in &mut lab.machines {
            machine.start().with_context(|| machine.name.clone())?;
        }
        lab.let_desk_in()?;
        Ok(lab)
    }

    /// People sit before a cable of their own: to the terminals theirs is a browser on another machine, to be let in once.
    fn let_desk_in(&mut self) -> Result<()> {
        let first = &self.machines[0];
        let knocked = first.stranger()?.done(Order::Knock)?.knocked.context("a code")?;
        first.let_device_in(&knocked.code, "Desk")?;
        for machine in &mut self.machines {
            machine.desk = Some(knocked.key.clone());
        }
        Ok(())
    }

    /// A terminal by its number, which counts from 1.
    ///
    /// # Errors
    /// When there is none of that number.
    pub fn machine(&mut self, number: usize) -> Result<&mut Machine> {
        let machine = number.checked_sub(1).and_then(|i| self.machines.get_mut(i));
        machine.with_context(|| format!("there is no terminal {number}"))
    }

    /// A manager at the first terminal lets all others in: each is found by its announcement alone and shows its code.
    ///
    /// # Errors
    /// When one of them is not found, or not let in.
    pub fn join_all(&self) -> Result<()> {
        let mut ana = self.machines[0].sign_in("ana")?;
        for machine in &self.machines[1..] {
            let mut new = machine.stranger()?;
            if new.terminals().is_err() {
                // It belongs to the restaurant already: a stranger is told nothing there.
                continue;
            }
            let_in(&mut ana, &mut new, machine).with_context(|| machine.name.clone())?;
        }
        Ok(())
    }

    /// Somebody signed in before each terminal that runs.
    ///
    /// # Errors
    /// When one of them may not.
    pub fn people(&self, staff: &str) -> Result<Vec<Person>> {
        self.machines.iter().filter(|m| m.is_running()).map(|m| m.sign_in(staff)).collect()
    }

    /// Waits until all these people's terminals are linked with each other and hold the same.
    ///
    /// # Errors
    /// When that never comes.
    pub fn agreed(&self, people: &mut [Person]) -> Result<Standing> {
        let all = people.len();
        until("all are linked, and hold the same", || {
            let standings = people.iter_mut().map(Person::standing).collect::<Result<Vec<_>>>()?;
            let one = &standings[0];
            let is_settled = |s: &Standing| {
                s.linked.len() + 1 == all
                    && s.behind == 0
                    && s.hears_master
                    && (s.master, s.epoch) == (one.master, one.epoch)
            };
            if !standings.iter().all(is_settled) {
                return Ok(None);
            }
            let digests = people.iter().map(|p| p.digest()).collect::<Result<Vec<_>>>()?;
            Ok(digests.iter().all(|d| *d == digests[0]).then(|| one.clone()))
        })
        .map_err(|e| match self.told(people) {
            Ok(told) => e.context(told),
            Err(_) => e,
        })
    }

    /// How each of these people's terminals sees the restaurant, one line each.
    fn told(&self, people: &mut [Person]) -> Result<String> {
        let told = people.iter_mut().map(|p| Ok(format!("{:?} {}", p.standing()?, p.digest()?)));
        Ok(told.collect::<Result<Vec<_>>>()?.join("\n"))
    }
}

/// `ana` lets the terminal before `new` in.
fn let_in(ana: &mut Person, new: &mut Person, machine: &Machine) -> Result<()> {
    new.done(Order::OpenDoor)?;
    let code = until("it shows a code", || Ok(new.terminals()?.door.map(|d| d.code)))?;
    let address = until("it is found on the LAN", || {
        let found = ana.terminals()?.found;
        Ok(found.into_iter().find(|f| f.name == machine.name).map(|f| f.address))
    })?;
    anyhow::ensure!(address == machine.address, "it announces {address}, but its cable has {}", machine.address);
    ana.done(Order::LetIn { address, code })?;
    until("it is let in", || {
        Ok(match ana.terminals()?.joining {
            JoinStage::LetIn { name, .. } => (name == machine.name).then_some(()),
            JoinStage::WrongCode | JoinStage::Failed { .. } => bail!("it was not let in"),
            _ => None,
        })
    })?;
    until("its people are known there", || Ok(machine.sign_in("ana").ok()))?;
    Ok(())
}

/// Which of these machines has a terminal of that name, by asking each.
///
/// # Errors
/// When one does not answer.
pub fn whose(people: &mut [Person], origin: Origin) -> Result<Option<usize>> {
    for (i, person) in people.iter_mut().enumerate() {
        if person.standing()?.me == origin {
            return Ok(Some(i));
        }
    }
    Ok(None)
}
