//! Six real terminals on a real LAN of this machine: they find each other, serve together, lose their master in the
//! middle of the service, fall apart in two halves and come together again. Needs root, for network namespaces.

use std::{
    collections::{BTreeMap, BTreeSet},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use domain::{
    command::{Command as Order, NewTender, What},
    event::CheckKind,
    ids::{CheckId, ReceiptNumber, StationId},
    money::Money,
    query::{Query, View},
    view::{ConflictKind, KitchenView, TakeoverView, WorkOf},
};
use restaurant_tests::{
    audit::{commands_of, printed_twice, tags},
    house::{Person, folder},
    lab::{
        Lab, PAGES, PEERS, Standing, impossible,
        scan::{MDNS, WHO_IS_THERE, answer, echoes, open_ports, udp_ports},
        stories::play,
        takeover::{order, printed, renamed, tagged},
        until, whose,
    },
    referee::read_log,
};

/// The restaurant promises a new master within three seconds, which is measured and told; on a machine that does other
/// things as well, only a hang is a failure.
const GENEROUS: Duration = Duration::from_secs(15);
/// Between two orders of one waiter in the service during which the master dies.
const BETWEEN_ORDERS: Duration = Duration::from_millis(120);
/// Long enough for a terminal that wrongly misses the master to say so.
const WOBBLE: Duration = Duration::from_secs(2);
/// A ticket, and once more for each time a master was lost.
const COPIES: usize = 3;
/// How long after its start a terminal that comes back loses its power again, in milliseconds.
const POWER_CUTS: [u64; 4] = [300, 700, 1_100, 1_500];
/// Lines of a terminal's log that are told when a story ends badly.
const LAST_WORDS: usize = 25;

fn main() -> ExitCode {
    play(
        &[
            ("an_evening_of_six_terminals", an_evening_of_six_terminals),
            ("cables_are_pulled_and_plugged_in_again", cables_are_pulled_and_plugged_in_again),
            ("a_till_and_the_master_do_not_hear_each_other", a_till_and_the_master_do_not_hear_each_other),
            ("a_till_gets_another_address", a_till_gets_another_address),
            ("the_house_goes_dark", the_house_goes_dark),
            ("an_old_disk_is_played_back", an_old_disk_is_played_back),
            ("a_drill_is_told_wherever_it_is_started", a_drill_is_told_wherever_it_is_started),
            ("a_stranger_tries_every_port", a_stranger_tries_every_port),
        ],
        impossible(),
    )
}

/// The restaurant, the manager before each of its terminals, and what was promised to guests so far.
struct Evening {
    lab: Lab,
    people: Vec<Person>,
    /// Tags of what was fired.
    fired: BTreeSet<String>,
    /// Commands that were acknowledged.
    done: BTreeSet<String>,
    receipts: Vec<ReceiptNumber>,
    began: Instant,
}

impl Evening {
    fn open(terminals: usize, folder: &std::path::Path) -> Result<Evening> {
        let began = Instant::now();
        let lab = Lab::open(terminals, folder, Default::default())?;
        lab.join_all()?;
        let people = lab.people("ana")?;
        let mut evening =
            Evening { lab, people, fired: BTreeSet::new(), done: BTreeSet::new(), receipts: Vec::new(), began };
        evening.agreed()?;
        evening.nobody_is_alarmed()?;
        evening.tell("all are one restaurant");
        Ok(evening)
    }

    fn tell(&self, what: &str) {
        println!("{:>6.1} s  {what}", self.began.elapsed().as_secs_f32());
    }

    fn agreed(&mut self) -> Result<Standing> {
        self.lab.agreed(&mut self.people)
    }

    /// Nothing that only friends did is shown to people as an attack.
    fn nobody_is_alarmed(&mut self) -> Result<()> {
        let View::Works(view) = self.people[0].client.query(&Query::Works)? else { anyhow::bail!("no panel") };
        let alarms: Vec<_> = view.works.iter().filter(|w| matches!(w.what, WorkOf::Alarm { .. })).collect();
        ensure!(alarms.is_empty(), "{alarms:?}");
        Ok(())
    }

    /// Somebody at terminal `at` does something that must be done.
    fn does(&mut self, at: usize, command: Order) -> Result<domain::query::Done> {
        let done = self.people[at].done(command)?;
        self.done.insert(done.id.to_string());
        self.receipts.extend(done.receipt);
        Ok(done)
    }

    fn seat(&mut self, at: usize, table: &str, items: &[&str]) -> Result<(CheckId, Money)> {
        let seat =
            Order::OpenCheck { kind: CheckKind::DineIn, table: Some(table.into()), covers: 2, name: String::new() };
        let check = self.does(at, seat)?.check.context("a check")?;
        let lines = items.iter().map(|item| tagged(item, "")).collect();
        let facts = self.does(at, Order::AddLines { check, lines })?.facts.context("the check's facts")?;
        Ok((check, facts.bill().due))
    }

    fn order(&mut self, at: usize, tag: &str) -> Result<()> {
        let fire = order(&mut self.people[at], tag)?;
        self.done.insert(fire.to_string());
        self.fired.insert(tag.to_owned());
        Ok(())
    }

    fn kitchen(&mut self, at: usize) -> Result<KitchenView> {
        match self.people[at].client.query(&Query::Kitchen { station: None })? {
            View::Kitchen(view) => Ok(view),
            other => anyhow::bail!("asked for the kitchen, answered {other:?}"),
        }
    }

    /// Nothing that was promised is missing anywhere, and the kitchen got everything once.
    fn holds(&mut self) -> Result<()> {
        self.agreed()?;
        for tag in &self.fired {
            printed(&self.lab.printer, tag)?;
        }
        let papers: Vec<_> = self.lab.printer.tickets();
        let twice = printed_twice(papers.iter().map(|p| p.text.as_str()));
        ensure!(twice.is_empty(), "{twice:#?}");
        for tag in &self.fired {
            let copies = papers.iter().filter(|p| tags(&p.text).contains(&&tag[..])).count();
            ensure!(
                copies <= COPIES,
                "{tag} was printed {copies} times: a mark is no leave to bury a kitchen in paper"
            );
        }
        for machine in &self.lab.machines {
            let known = commands_of(&read_log(&machine.database())?);
            let lost: Vec<_> = self.done.difference(&known).collect();
            ensure!(lost.is_empty(), "{} does not know of {lost:?}", machine.name);
        }
        let unique: BTreeSet<_> = self.receipts.iter().collect();
        ensure!(unique.len() == self.receipts.len(), "a receipt's number was given twice: {:?}", self.receipts);
        let marked = papers.iter().filter(|p| p.text.contains("POSSIBLE DUPLICATE")).count();
        self.tell(&format!(
            "{} slips on paper, {marked} marked, {} commands everywhere",
            papers.len(),
            self.done.len()
        ));
        Ok(())
    }
}

/// Plays a story; when it ends badly, what the terminals said last is told too.
fn played(terminals: usize, story: impl FnOnce(&mut Evening) -> Result<()>) -> Result<()> {
    let folder = folder()?;
    let ended = Evening::open(terminals, folder.path()).and_then(|mut evening| story(&mut evening));
    for n in (1..=terminals).filter(|_| ended.is_err()) {
        let log = std::fs::read_to_string(folder.path().join(format!("{n}/log"))).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        println!("Terminal {n} said last:\n{}", lines[lines.len().saturating_sub(LAST_WORDS)..].join("\n"));
    }
    ended
}

fn an_evening_of_six_terminals() -> Result<()> {
    played(6, |evening| {
        orders_everywhere(evening)?;
        the_master_loses_its_power(evening)?;
        two_restaurants_for_a_while(evening)?;
        evening.holds()
    })
}

/// An order at each terminal, and a ticket fired at one that is bumped at another.
fn orders_everywhere(evening: &mut Evening) -> Result<()> {
    for at in 0..evening.people.len() {
        evening.order(at, &format!("#first.{at}"))?;
    }
    let (check, due) = evening.seat(1, "t1", &["olives", "bruschetta"])?;
    let fire = evening.does(1, Order::Fire { check, what: What::All })?.id;
    let station = until("the ticket is on the other terminal's board", || {
        Ok(evening.kitchen(4)?.tickets.into_iter().find(|t| t.fire == fire).map(|t| t.station))
    })?;
    evening.does(4, Order::Bump { check, fire, station: StationId::clone(&station), lines: Vec::new() })?;
    for at in [0, 1, 2, 3, 5] {
        until("the ticket is done everywhere", || {
            Ok(evening.kitchen(at)?.done.iter().any(|t| t.fire == fire).then_some(()))
        })?;
    }
    let tender = NewTender::Card { reference: String::new(), last4: String::new() };
    let pay =
        Order::TakePayment { check, tender, amount: due, tip: Money::ZERO, part: Default::default(), print: true };
    evening.does(2, pay)?;
    evening.holds()
}

/// SIGKILL for the master while everybody orders: the others go on, one of them takes over, and the old one comes back
/// as one of many.
fn the_master_loses_its_power(evening: &mut Evening) -> Result<()> {
    let before = evening.agreed()?;
    let at = whose(&mut evening.people, before.master)?.context("the master is one of them")?;
    let waiters = evening.people.iter().map(Person::beside).collect::<Result<Vec<_>>>()?;
    let closing = AtomicBool::new(false);
    let serve = |n: usize, mut waiter: Person| {
        let mut served = Vec::new();
        while !closing.load(Ordering::Relaxed) {
            let tag = format!("#kill.{n}.{}", served.len());
            match order(&mut waiter, &tag) {
                Ok(fire) => served.push((tag, fire.to_string())),
                // Whoever stands before the terminal that dies loses at most what was not acknowledged.
                Err(_) if n == at => break,
                Err(error) => return Err(error),
            }
            thread::sleep(BETWEEN_ORDERS);
        }
        Ok(served)
    };
    let serve = &serve;
    let Evening { lab, people, .. } = evening;
    let (took, served) = thread::scope(|service| -> Result<_> {
        let waiters: Vec<_> =
            waiters.into_iter().enumerate().map(|(n, waiter)| service.spawn(move || serve(n, waiter))).collect();
        thread::sleep(5 * BETWEEN_ORDERS);
        let killed = Instant::now();
        lab.machines[at].kill();
        let mut others: Vec<_> = people.iter_mut().enumerate().filter(|(i, _)| *i != at).map(|(_, p)| p).collect();
        let took = renamed(&mut others, before.master).map(|_| killed.elapsed());
        thread::sleep(5 * BETWEEN_ORDERS);
        closing.store(true, Ordering::Relaxed);
        let mut served = Vec::new();
        for waiter in waiters {
            served.extend(waiter.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))?);
        }
        Ok((took?, served))
    })?;
    evening.tell(&format!(
        "a new master {:.2} s after the SIGKILL, {} orders meanwhile",
        took.as_secs_f32(),
        served.len()
    ));
    ensure!(took < GENEROUS, "{took:?} without a master");
    for (tag, fire) in served {
        evening.fired.insert(tag);
        evening.done.insert(fire);
    }
    let new = evening.people[(at + 1) % 6].standing()?;
    evening.lab.machines[at].start()?;
    let after = evening.agreed()?;
    // Whoever is preferred gets the role back after some seconds, in an epoch of its own; nobody else does.
    let stayed = (after.master, after.epoch) == (new.master, new.epoch);
    let handed_back = (after.master, after.epoch) == (before.master, new.epoch + 1);
    ensure!(stayed || handed_back, "the old master changed who is: {new:?} {after:?}");
    evening.tell("the old master is back");
    let last = told_everywhere(evening, |t| t.from == before.master && t.back_after.is_some())?;
    ensure!(!last.drill && last.by == new.master, "{last:?} and {new:?}");
    // It may have been given the role since.
    ensure!(last.master_after.is_some() || !handed_back, "{last:?}, then {after:?}");
    evening.holds()
}

/// What all terminals tell of the last time the master was missed, once it is this.
fn told_everywhere(evening: &mut Evening, is_it: impl Fn(&TakeoverView) -> bool) -> Result<TakeoverView> {
    let last = until("all terminals tell the same of the last takeover", || {
        let views = evening.people.iter_mut().map(Person::terminals).collect::<Result<Vec<_>>>()?;
        let mut told = views.into_iter().map(|view| view.takeovers.into_iter().next());
        let first = told.next().flatten().filter(&is_it);
        Ok(first.filter(|first| told.all(|other| other.as_ref() == Some(first))))
    })?;
    let seconds = |ms: u64| ms as f32 / 1_000.0;
    evening.tell(&format!(
        "all tell of {:.2} s without a master, who was back after {:.2} s and master again after {:.2} s",
        seconds(last.unheard),
        seconds(last.back_after.unwrap_or(0)),
        seconds(last.master_after.unwrap_or(0)),
    ));
    Ok(last)
}

/// The switch breaks in two, three terminals on each side, and both sides serve table 7.
fn two_restaurants_for_a_while(evening: &mut Evening) -> Result<()> {
    let (seven, _) = evening.seat(0, "t7", &["bruschetta"])?;
    let (five, due) = evening.seat(3, "t5", &["olives"])?;
    let whole = evening.agreed()?;
    let master = whose(&mut evening.people, whole.master)?.context("the master is one of them")?;
    // The master keeps the printer.
    let right: Vec<usize> = (1..=3).map(|i| (master + i) % 6).collect();
    let (left, right_numbers) = (master, right.iter().map(|i| i + 1).collect::<Vec<_>>());
    let cut = Instant::now();
    evening.lab.network.split(&right_numbers)?;
    until("each half has a master and knows who is gone", || {
        let standings = evening.people.iter_mut().map(Person::standing).collect::<Result<Vec<_>>>()?;
        let halves: BTreeSet<_> = standings.iter().map(|s| s.master).collect();
        let apart = standings.iter().all(|s| s.linked.len() == 2 && s.hears_master);
        Ok((apart && halves.len() == 2).then_some(()))
    })?;
    evening.tell(&format!("two halves, each with its master, {:.2} s after the cut", cut.elapsed().as_secs_f32()));
    for (side, at, other, waiter) in [("left", left, (left + 5) % 6, "carla"), ("right", right[0], right[2], "diego")] {
        evening.does(at, Order::Fire { check: seven, what: What::All })?;
        evening.does(other, Order::AddLines { check: seven, lines: vec![tagged("tiramisu", "")] })?;
        evening.does(other, Order::HandOver { check: seven, waiter: waiter.into() })?;
        evening.seat(at, "t6", &["olives"])?;
        let tender = NewTender::Card { reference: String::new(), last4: String::new() };
        let pay = Order::TakePayment {
            check: five,
            tender,
            amount: due,
            tip: Money::ZERO,
            part: Default::default(),
            print: true,
        };
        evening.does(other, pay)?;
        evening.order(at, &format!("#{side}.{at}"))?;
        evening.order(other, &format!("#{side}.{other}"))?;
    }
    let healed = Instant::now();
    evening.lab.network.heal()?;
    evening.agreed()?;
    evening.tell(&format!("one restaurant again {:.2} s after the heal", healed.elapsed().as_secs_f32()));
    the_tray_shows(
        evening,
        &[
            ConflictKind::FiredTwice,
            ConflictKind::HandedOverTwice,
            ConflictKind::SeatedTwice,
            ConflictKind::SettledTwice,
        ],
    )
}

/// Exactly these conflicts, the same ones on all terminals.
fn the_tray_shows(evening: &mut Evening, expected: &[ConflictKind]) -> Result<()> {
    let mut trays = BTreeMap::new();
    for (person, machine) in evening.people.iter_mut().zip(&evening.lab.machines) {
        let View::Tray(tray) = person.client.query(&Query::Tray)? else { anyhow::bail!("no tray") };
        let mut kinds: Vec<String> = tray.iter().map(|c| format!("{:?}", c.kind)).collect();
        kinds.sort();
        let mut expected: Vec<String> = expected.iter().map(|kind| format!("{kind:?}")).collect();
        expected.sort();
        ensure!(kinds == expected, "in the tray of {}: {tray:#?}", machine.name);
        let ids: BTreeSet<_> = tray.iter().map(|c| c.id.clone()).collect();
        trays.insert(ids, machine.name.clone());
    }
    ensure!(trays.len() == 1, "trays differ: {trays:?}");
    evening.tell("the tray shows what clashed, and nothing else");
    Ok(())
}

/// The cable of a till, and then the master's.
fn cables_are_pulled_and_plugged_in_again() -> Result<()> {
    played(3, |evening| {
        for (what, number) in [("a follower", 3), ("the master", 1)] {
            evening.lab.network.pull(number)?;
            until("it is alone", || Ok(evening.people[number - 1].standing()?.linked.is_empty().then_some(())))?;
            evening.order(number - 1, &format!("#alone.{number}"))?;
            evening.order(1, &format!("#without.{number}"))?;
            let plugged = Instant::now();
            evening.lab.network.plug(number)?;
            evening.agreed()?;
            let took = plugged.elapsed().as_secs_f32();
            evening.tell(&format!("{what} is linked again {took:.2} s after its cable was plugged in"));
            evening.holds()?;
        }
        Ok(())
    })
}

/// Something between a till and the master is broken, and nothing else: the restaurant keeps its master, because others
/// hear it, and what is ordered at the till goes round.
fn a_till_and_the_master_do_not_hear_each_other() -> Result<()> {
    played(3, |evening| {
        let before = evening.agreed()?;
        evening.lab.network.deafen(1, 2)?;
        until("the two have no link", || Ok((evening.people[1].standing()?.linked.len() == 1).then_some(())))?;
        evening.order(1, "#round.1")?;
        evening.order(2, "#round.2")?;
        printed(&evening.lab.printer, "#round.1")?;
        printed(&evening.lab.printer, "#round.2")?;
        thread::sleep(WOBBLE);
        for person in &mut evening.people {
            let now = person.standing()?;
            ensure!((now.master, now.epoch) == (before.master, before.epoch), "another master: {before:?} {now:?}");
        }
        evening.tell("the way round works");

        // Now nobody hears the master, but all others hear each other.
        evening.lab.network.deafen(1, 3)?;
        let took = Instant::now();
        until("the two others have a master of their own", || {
            let (two, three) = (evening.people[1].standing()?, evening.people[2].standing()?);
            Ok((two.master == three.master && two.master != before.master && three.hears_master).then_some(()))
        })?;
        evening.tell(&format!("a new master {:.2} s after the old one fell silent", took.elapsed().as_secs_f32()));
        evening.order(0, "#silent.0")?;
        evening.order(1, "#silent.1")?;
        evening.lab.network.undeafen(1, 2)?;
        evening.lab.network.undeafen(1, 3)?;
        evening.holds()
    })
}

/// A router that lost its memory gives a till another address in the middle of the service.
fn a_till_gets_another_address() -> Result<()> {
    played(3, |evening| {
        let address = evening.lab.network.move_to(3, 77)?;
        let moved = Instant::now();
        until("all know where it is now", || {
            let mut known = Vec::new();
            for person in &mut evening.people[..2] {
                let other = person.terminals()?.terminals.into_iter().find(|t| t.letter == 'C');
                known.extend(other.filter(|t| t.linked).and_then(|t| t.address));
            }
            Ok((known.len() == 2 && known.iter().all(|k| *k == address.to_string())).then_some(()))
        })?;
        evening.agreed()?;
        evening.tell(&format!("linked again {:.2} s after the address changed", moved.elapsed().as_secs_f32()));
        evening.order(2, "#moved.2")?;
        evening.holds()
    })
}

/// The power of the whole house: all terminals at once, and all again.
fn the_house_goes_dark() -> Result<()> {
    played(3, |evening| {
        evening.order(1, "#before.1")?;
        evening.lab.machines.iter_mut().for_each(|m| m.kill());
        for machine in &mut evening.lab.machines {
            machine.start()?;
        }
        let started = Instant::now();
        evening.agreed()?;
        evening.tell(&format!("all are linked again {:.2} s after they started", started.elapsed().as_secs_f32()));
        evening.order(2, "#after.2")?;
        evening.holds()
    })
}

/// The first terminal of the restaurant, its master, is played back from an image of its disk, takes orders and money before
/// its cable is plugged in again, and loses its power again and again while it comes back.
fn an_old_disk_is_played_back() -> Result<()> {
    played(3, |evening| {
        let image = folder()?;
        evening.order(0, "#first.0")?;
        evening.agreed()?;
        evening.lab.machines[0].kill();
        let data = evening.lab.machines[0].data();
        copied(&data, image.path())?;
        evening.lab.machines[0].start()?;
        evening.agreed()?;
        evening.order(0, "#known.0")?;
        evening.order(1, "#known.1")?;
        evening.agreed()?;

        evening.lab.machines[0].kill();
        std::fs::remove_dir_all(&data)?;
        copied(image.path(), &data)?;
        evening.lab.network.pull(1)?;
        evening.lab.machines[0].start()?;
        let (check, due) = evening.seat(0, "t5", &["tiramisu"])?;
        let tender = NewTender::Card { reference: "7".into(), last4: "1234".into() };
        let (tip, part) = (Money::ZERO, Default::default());
        evening.does(0, Order::TakePayment { check, tender, amount: due, tip, part, print: false })?;
        evening.order(0, "#beside.0")?;
        evening.order(2, "#meanwhile.2")?;

        let plugged = Instant::now();
        evening.lab.network.plug(1)?;
        for ms in POWER_CUTS {
            thread::sleep(Duration::from_millis(ms));
            evening.lab.machines[0].kill();
            evening.lab.machines[0].start()?;
        }
        let letter = until("it has a series of its own", || {
            Ok(Some(evening.people[0].standing()?.letter).filter(|letter| *letter != 'A'))
        })?;
        evening
            .tell(&format!("it is {letter} {:.2} s after its cable was plugged in", plugged.elapsed().as_secs_f32()));
        let now = evening.agreed()?;
        ensure!(now.terminals == 3, "{} terminals stand there, and there are three", now.terminals);
        until("it is master again", || {
            Ok((evening.agreed()?.master == evening.people[0].standing()?.me).then_some(()))
        })?;
        evening.order(0, "#after.0")?;
        evening.holds()
    })
}

fn copied(from: &std::path::Path, to: &std::path::Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for file in std::fs::read_dir(from)? {
        let file = file?;
        std::fs::copy(file.path(), to.join(file.file_name()))?;
    }
    Ok(())
}

/// A drill that is started at the master itself, and one at another terminal: whoever started it reads the whole result
/// there, and everybody the same of it.
fn a_drill_is_told_wherever_it_is_started() -> Result<()> {
    played(3, |evening| {
        let mut epoch = evening.agreed()?.epoch;
        for at in [0, 2] {
            let before = evening.agreed()?;
            let was = whose(&mut evening.people, before.master)?.context("the master is one of them")?;
            ensure!(was == 0, "the first terminal is master: {before:?}");
            evening.people[at].done(Order::HoldDrill)?;
            until("the master is unplugged", || Ok(evening.people[was].standing()?.linked.is_empty().then_some(())))?;
            evening.order(was, &format!("#unplugged.{at}"))?;
            evening.order(1, &format!("#drill.{at}"))?;
            let drill =
                until("the drill ends", || Ok(evening.people[at].terminals()?.drill.filter(|drill| !drill.running)))?;
            let told = drill.takeover.context("whoever took over told it")?;
            ensure!(drill.was == before.master && drill.took_over == Some(told.by), "{told:?} of {before:?}");
            ensure!(told.from == before.master && told.by != told.from && told.drill, "{told:?} of {before:?}");
            let order = [Some(1), Some(told.unheard), told.back_after, told.master_after];
            ensure!(order.is_sorted() && !order.contains(&None), "{told:?}");
            let last = told_everywhere(evening, |last| *last == told)?;
            let after = evening.agreed()?;
            ensure!((after.master, after.epoch) == (before.master, epoch + 2), "{before:?} {after:?} {last:?}");
            epoch = after.epoch;
            evening.holds()?;
        }
        Ok(())
    })
}

/// Somebody who reaches a terminal over the network, and whom nobody let in, tries every port and asks whatever answers.
fn a_stranger_tries_every_port() -> Result<()> {
    played(2, |evening| {
        evening.order(1, "#secret.1")?;
        let at = evening.lab.network.desk(2);
        let open = open_ports(at);
        ensure!(open == [PAGES, PEERS], "what takes a connection: {open:?}");

        let mut secrets = vec!["#secret.1".to_owned(), "comanda_entries".to_owned()];
        secrets.extend(domain::demo::staff().into_iter().map(|(member, _)| member.name));
        let gets = ["/", "/api/here", "/health", "/metrics", "/authority.json", "/authority.crt", "/api/stream"];
        let asks = [r#""door""#, r#""floor""#, r#""tray""#, r#""terminals""#, r#"{"kitchen":{"station":null}}"#];
        let sign_in = r#"{"id":"0000000a-1","command":{"sign_in":{"staff":"ana","pin":"1111"}}}"#;
        let post = |path: &str, body: &str| {
            let length = body.len();
            let kind = "content-type: application/json";
            format!(
                "POST {path} HTTP/1.1\r\nhost: {at}:{PAGES}\r\n{kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
            )
        };
        let get = |path: &&str| format!("GET {path} HTTP/1.1\r\nhost: {at}:{PAGES}\r\nconnection: close\r\n\r\n");
        let mut said: Vec<(u16, String)> = gets.iter().map(|path| (PAGES, get(path))).collect();
        said.extend(asks.iter().map(|query| (PAGES, post("/api/query", query))));
        said.push((PAGES, post("/api/dispatch", sign_in)));
        let noise = ["GET / HTTP/1.1\r\n\r\n", "g", "\u{16}\u{3}\u{1}", "{\"hello\":{}}\n"];
        said.extend(noise.iter().flat_map(|noise| [(PAGES, (*noise).to_owned()), (PEERS, (*noise).to_owned())]));
        for (port, said) in said {
            let heard = answer((at, port).into(), said.as_bytes())?;
            let told = secrets.iter().find(|secret| heard.contains(secret.as_str()));
            ensure!(told.is_none(), "{port} told {told:?} to {said:?}: {heard}");
            ensure!(!heard.contains("\"token\""), "{port} let a stranger in: {heard}");
            ensure!(port != PEERS || heard.len() < 1_000, "{} bytes for {said:?}", heard.len());
        }
        evening.tell("two ports answer, and neither says anything of the restaurant");

        let terminal = evening.lab.machines[1].pid().context("it runs")?;
        let hears = udp_ports(terminal)?;
        ensure!(hears == BTreeSet::from([MDNS]), "UDP is heard at {hears:?}");
        for said in [WHO_IS_THERE, b"\0", b"{\"hello\":{}}"] {
            for (port, heard) in echoes(at, 1..=u16::MAX, said)? {
                let told = secrets.iter().find(|secret| heard.contains(secret.as_str()));
                ensure!(port == MDNS && told.is_none(), "{port} told {told:?} to {said:?}: {heard}");
            }
        }
        evening.tell("of UDP only the announcements are heard, and they say nothing of the restaurant");
        evening.holds()
    })
}
