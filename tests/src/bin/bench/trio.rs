//! Three real terminals in this program, linked over TCP as in a restaurant: two tills, and a hub that is master.

use std::{
    collections::VecDeque,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{
    command::Command,
    ids::{CommandId, FireId},
    query::{Answer, Query, Update, View, Wants},
    view::{JoinStage, TerminalsView},
};
use terminal::{NetworkSettings, Subscription};

use crate::{
    inside::{Inside, set_up},
    stream::{Counter, StreamOrder, commands, settings},
};

/// How long anything may take; a bound for what hangs, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two looks at whether a terminal holds everything. Each counts what is open there, so not too often.
const LOOKS_EVERY: Duration = Duration::from_millis(2);

pub struct Trio {
    pub hub: Inside,
    a: Option<Inside>,
    /// Away now and then.
    b: Option<Inside>,
    folders: [PathBuf; 2],
}

fn until<T>(what: &str, pause: Duration, mut look: impl FnMut() -> Result<Option<T>>) -> Result<T> {
    let began = Instant::now();
    loop {
        if let Some(found) = look()? {
            return Ok(found);
        }
        if began.elapsed() > PATIENCE {
            bail!("never came: {what}");
        }
        thread::sleep(pause);
    }
}

impl Inside {
    fn terminals(&self) -> Result<TerminalsView> {
        match self.terminal.query(&self.caller, Query::Terminals) {
            Answer::View(View::Terminals(view)) => Ok(*view),
            other => bail!("asked for terminals, answered {other:?}"),
        }
    }

    pub fn connect(&self) -> Result<()> {
        let here = "127.0.0.1:0".parse().context("an address")?;
        let settings = NetworkSettings::of(None, Some(here), false).context("a network")?;
        Ok(self.terminal.start_network(settings)?)
    }

    /// One of the terminal's counts, as it tells whoever watches over it.
    pub fn counted(&self, name: &str) -> Result<u64> {
        let text = self.terminal.metrics();
        let line = text.lines().find_map(|l| l.strip_prefix(name)?.strip_prefix(' ')).context("no such count")?;
        Ok(line.parse()?)
    }

    pub fn entries(&self) -> Result<u64> {
        self.counted("comanda_entries")
    }
}

/// Any name of a command that is not used twice in this program.
fn id(session: u64) -> CommandId {
    Counter::new((1 << 36) + session).next()
}

impl Trio {
    /// Opens the stream's restaurant on three terminals, let in by code as people do it.
    pub fn open(dir: &Path) -> Result<Trio> {
        let folders = [dir.join("a"), dir.join("b")];
        let mut hub = Inside::bare(&dir.join("hub"), "Hub")?;
        let Command::SetUp { owner, pin, menu, floor, .. } = set_up() else { bail!("another first command") };
        let mut quiet = settings();
        // Printers that are switched off would make entries of their own.
        quiet.printers.clear();
        quiet.stations.iter_mut().for_each(|s| (s.printer, s.backup_printer) = (None, None));
        quiet.receipt_printer = None;
        hub.does(id(0), Command::SetUp { settings: Box::new(quiet), owner, pin, menu, floor })?;
        hub.sign_in()?;
        hub.connect()?;
        let (mut a, mut b) = (Inside::bare(&folders[0], "A")?, Inside::bare(&folders[1], "B")?);
        for (n, new) in [(1, &mut a), (2, &mut b)] {
            join(&hub, new, n)?;
        }
        let trio = Trio { hub, a: Some(a), b: Some(b), folders };
        trio.settle()?;
        Ok(trio)
    }

    /// The first till.
    pub fn a(&self) -> Result<&Inside> {
        self.a.as_ref().context("the first till is away")
    }

    /// The other till.
    pub fn b(&self) -> Result<&Inside> {
        self.b.as_ref().context("the other till is away")
    }

    /// Waits until all are linked and hold the same.
    pub fn settle(&self) -> Result<()> {
        until("all hold the same", Duration::from_millis(20), || {
            let views = [self.hub.terminals()?, self.a()?.terminals()?, self.b()?.terminals()?];
            let others = |v: &TerminalsView| v.terminals.iter().filter(|t| !t.me).all(|t| t.linked && t.behind == 0);
            let of_hub = views.iter().all(|v| v.hears_master && v.master == views[0].me);
            // The tills need no link to each other: the hub is between them.
            let tills = views[1..].iter().all(|v| v.terminals.iter().any(|t| t.master && t.linked && t.behind == 0));
            Ok((of_hub && others(&views[0]) && tills).then_some(()))
        })
    }

    /// Closes the other till, lets the hub sell on and opens the till again: the time until it holds everything, and the
    /// bytes it received for that.
    pub fn catch_up(&mut self, orders: &[StreamOrder], session: u64) -> Result<(Duration, u64, u64)> {
        if let Some(b) = self.b.take() {
            b.terminal.stop();
        }
        let before = self.hub.entries()?;
        self.hub.fill_whole(orders, session)?;
        let all = self.hub.entries()?;
        // What the first till takes in is not to be timed with it.
        let a = self.a()?;
        until("the first till has it", Duration::from_millis(20), || Ok((a.entries()? == all).then_some(())))?;
        let mut b = Inside::bare(&self.folders[1], "B")?;
        let began = Instant::now();
        b.connect()?;
        until("it has caught up", LOOKS_EVERY, || Ok((b.entries()? == all).then_some(())))?;
        let took = began.elapsed();
        let received = b.counted("comanda_links_received_bytes")?;
        b.sign_in()?;
        self.b = Some(b);
        self.settle()?;
        Ok((took, received, all - before))
    }

    /// The first till sells alone and is plugged in then: the time until all tills hold it.
    pub fn push(&mut self, orders: &[StreamOrder], session: u64) -> Result<Duration> {
        if let Some(a) = self.a.take() {
            a.terminal.stop();
        }
        let mut a = Inside::bare(&self.folders[0], "A")?;
        a.sign_in()?;
        a.fill_whole(orders, session)?;
        let all = a.entries()?;
        let b = self.b()?;
        let began = Instant::now();
        a.connect()?;
        // Whoever becomes master meanwhile may write an entry about tickets.
        let hold = |till: &Inside| Ok::<_, anyhow::Error>(till.entries()? >= all);
        until("all have it", LOOKS_EVERY, || Ok((hold(&self.hub)? && hold(b)?).then_some(())))?;
        let took = began.elapsed();
        self.a = Some(a);
        self.settle()?;
        Ok(took)
    }
}

/// The hub lets a new terminal in, which shows a code.
fn join(hub: &Inside, new: &mut Inside, n: u64) -> Result<()> {
    new.connect()?;
    new.does(id(10 * n), Command::OpenDoor)?;
    let shown = new.terminals()?;
    let code = shown.door.context("it shows a code")?.code;
    let address = shown.listens.first().context("it listens")?.clone();
    hub.does(id(10 * n + 1), Command::LetIn { address, code })?;
    until("it is let in", Duration::from_millis(5), || {
        Ok(match hub.terminals()?.joining {
            JoinStage::LetIn { .. } => Some(()),
            JoinStage::WrongCode | JoinStage::Failed { .. } => bail!("it was not let in"),
            _ => None,
        })
    })?;
    let all = hub.entries()?;
    until("it has come in", Duration::from_millis(5), || Ok((new.entries()? >= all).then_some(())))?;
    new.sign_in()
}

/// What a screen at the other till heard, and when.
pub struct Screen {
    ear: Subscription,
}

/// When each thing came to a screen.
#[derive(Default)]
pub struct Heard {
    /// Every change of an open check, in order.
    pub changes: Vec<Instant>,
    pub tickets: Vec<(FireId, Instant)>,
    /// Those shown before they were durable there.
    pub early: Vec<(FireId, Instant)>,
    /// Checks that closed.
    pub gone: usize,
}

impl Screen {
    pub fn at(inside: &Inside, floor: bool, kitchen: bool) -> Screen {
        let ear = inside.terminal.subscribe();
        ear.want(Wants { floor, kitchen, ..Wants::default() });
        Screen { ear }
    }

    /// Listens until so many checks are closed.
    pub fn hear(mut self, closed: usize) -> Result<Heard> {
        let mut heard = Heard::default();
        while heard.gone < closed {
            let message = self.ear.next_blocking().context("the terminal stopped")?;
            let now = Instant::now();
            match serde_json::from_str(&message)? {
                Update::Card(_) => heard.changes.push(now),
                Update::CardGone(_) => {
                    heard.changes.push(now);
                    heard.gone += 1;
                }
                Update::Ticket(ticket) if ticket.early => heard.early.push((ticket.fire, now)),
                Update::Ticket(ticket) => heard.tickets.push((ticket.fire, now)),
                _ => {}
            }
        }
        Ok(heard)
    }
}

/// Orders that stand between being fired and being bumped, as in a full house; a ticket that went at once would not be
/// seen.
const OPEN: usize = 20;

/// The commands of some orders one after another at a till, one every `pace`, with the moment before each.
pub fn sell(
    till: &Inside,
    orders: &[StreamOrder],
    session: u64,
    pace: Option<Duration>,
) -> Result<Vec<(CommandId, Instant)>> {
    let (mut ids, mut began) = (Counter::new(session), Vec::new());
    let mut standing = VecDeque::new();
    let mut does = |commands: Vec<(CommandId, Command)>| -> Result<()> {
        for (id, command) in commands {
            let start = Instant::now();
            began.push((id, start));
            till.does(id, command)?;
            if let Some(left) = pace.and_then(|p| p.checked_sub(start.elapsed())) {
                thread::sleep(left);
            }
        }
        Ok(())
    };
    for order in orders {
        let mut first = commands(order, &mut ids);
        let fired = first.iter().position(|(_, c)| matches!(c, Command::Fire { .. })).context("it is fired")?;
        standing.push_back(first.split_off(fired + 1));
        does(first)?;
        if standing.len() > OPEN {
            standing.pop_front().map(&mut does).transpose()?;
        }
    }
    standing.into_iter().try_for_each(does)?;
    Ok(began)
}
