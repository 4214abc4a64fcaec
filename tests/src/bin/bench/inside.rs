//! A terminal in this process: what a command costs without any network.

use std::{
    net::IpAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{
    command::{Command, Envelope},
    ids::CommandId,
    query::Outcome,
    staff::{Member, Role},
};
use terminal::{Caller, MAX_COMMANDS, Options, Terminal};

use crate::stream::{Counter, Rng, StreamOrder, commands, compact, floor, menu, order, settings};

pub const PIN: &str = "1111";

/// A terminal with the stream's card, and its owner signed in.
pub struct Inside {
    pub terminal: Arc<Terminal>,
    pub caller: Caller,
}

pub fn envelope(id: CommandId, command: Command) -> Envelope {
    Envelope { id, command, approval: None, want_check: false, again: false }
}

/// The first command of a store of the stream's.
pub fn set_up() -> Command {
    let owner = Member {
        id: "ana".into(),
        name: "Ana".into(),
        role: Role::Owner,
        pin_hash: String::new(),
        active: true,
        language: String::new(),
    };
    let (settings, menu) = (Box::new(settings()), Box::new(menu()));
    Command::SetUp { settings, owner, pin: PIN.into(), menu, floor: floor() }
}

impl Inside {
    /// A terminal that belongs to no restaurant yet, or to the one on its disk.
    pub fn bare(dir: &Path, name: &str) -> Result<Inside> {
        let options = Options { dir: dir.to_owned(), name: name.into(), max_bytes: None, set_up_anywhere: false };
        let terminal = Terminal::open(options)?;
        let here: IpAddr = [127, 0, 0, 1].into();
        let caller = Caller { device: "bench".into(), address: Some(here), ..Caller::default() };
        Ok(Inside { terminal, caller })
    }

    pub fn open(dir: &Path) -> Result<Inside> {
        let mut inside = Inside::bare(dir, "Bench")?;
        inside.does(Counter::new(1).next(), set_up())?;
        inside.sign_in()?;
        Ok(inside)
    }

    pub fn sign_in(&mut self) -> Result<()> {
        static SIGN_INS: AtomicU64 = AtomicU64::new(1 << 32);
        let id = Counter::new(SIGN_INS.fetch_add(1, Ordering::Relaxed)).next();
        let sign_in = Command::SignIn { staff: "ana".into(), pin: PIN.into() };
        let Outcome::Done(done) = self.terminal.dispatch(&self.caller, envelope(id, sign_in)) else {
            bail!("the owner may not sign in");
        };
        self.caller.token = Some(done.signed_in.context("a token")?.token);
        Ok(())
    }

    pub fn does(&self, id: CommandId, command: Command) -> Result<()> {
        match self.terminal.dispatch(&self.caller, envelope(id, command)) {
            Outcome::Done(_) => Ok(()),
            Outcome::Refused(no) => bail!("refused: {}", no.message),
        }
    }

    /// Orders one after another, each command timed.
    pub fn play(&self, orders: &[StreamOrder], session: u64) -> Result<(Vec<Duration>, Duration)> {
        let mut ids = Counter::new(session);
        let (mut times, all) = (Vec::new(), Instant::now());
        for order in orders {
            for (id, command) in commands(order, &mut ids) {
                let began = Instant::now();
                self.does(id, command)?;
                times.push(began.elapsed());
            }
        }
        Ok((times, all.elapsed()))
    }

    /// The same from several callers at once.
    pub fn play_together(
        &self,
        orders: &[StreamOrder],
        session: u64,
        callers: usize,
    ) -> Result<(Vec<Duration>, Duration)> {
        let all = Instant::now();
        let share = orders.len().div_ceil(callers);
        let times = std::thread::scope(|house| {
            let play = |(i, part): (usize, &[StreamOrder])| {
                let (part, session) = (part.to_vec(), session + i as u64);
                house.spawn(move || self.play(&part, session).map(|(times, _)| times))
            };
            let hands: Vec<_> = orders.chunks(share).enumerate().map(play).collect();
            hands
                .into_iter()
                .map(|h| h.join().unwrap_or_else(|f| std::panic::resume_unwind(f)))
                .collect::<Result<Vec<_>>>()
        })?;
        Ok((times.concat(), all.elapsed()))
    }

    /// Stores orders quickly: five commands an order, many commands a transaction.
    pub fn fill(&self, orders: usize, seed: u64) -> Result<()> {
        let (mut rng, mut ids) = (Rng::new(seed), Counter::new(seed << 8 | 0xF));
        let mut batch = Vec::new();
        for _ in 0..orders {
            batch.extend(compact(&order(&mut rng), &mut ids).into_iter().map(|(id, c)| envelope(id, c)));
            if batch.len() + 6 > MAX_COMMANDS {
                self.all_done(std::mem::take(&mut batch))?;
            }
        }
        self.all_done(batch)
    }

    /// Stores orders quickly, each command an entry as people make them.
    pub fn fill_whole(&self, orders: &[StreamOrder], session: u64) -> Result<()> {
        let mut ids = Counter::new(session);
        let all: Vec<Envelope> =
            orders.iter().flat_map(|o| commands(o, &mut ids)).map(|(id, c)| envelope(id, c)).collect();
        all.chunks(MAX_COMMANDS).try_for_each(|some| self.all_done(some.to_vec()))
    }

    fn all_done(&self, batch: Vec<Envelope>) -> Result<()> {
        for outcome in self.terminal.dispatch_all(&self.caller, batch) {
            if let Outcome::Refused(no) = outcome {
                bail!("refused: {}", no.message);
            }
        }
        Ok(())
    }
}
