//! The real program over HTTP: callers, screens, starts.

use std::{
    path::Path,
    process::Command as Program,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use domain::{
    command::{Command, Envelope},
    query::{Outcome, Query},
};
use restaurant_tests::house::House;
use serde_json::Value;
use terminal::demo_service::Client;

use crate::{
    inside::{PIN, envelope, set_up},
    stream::{Counter, StreamLine, StreamOrder, commands, compact},
};

/// Between two orders of one till, so that the screens' own work (they run on this machine too) is not what is timed.
/// No restaurant fires a hundred orders a second.
const BREATH: Duration = Duration::from_millis(5);
const TRIES: u32 = 1;

/// A terminal with the stream's card, as a program of its own.
pub struct Outside {
    pub house: House,
    pub token: String,
}

impl Outside {
    pub fn open(dir: &Path) -> Result<Outside> {
        let house = House::open_with(dir, &[])?;
        let mut client = Client::new(&house.url, "set-up", TRIES, None)?;
        if matches!(client.query(&Query::Door)?, domain::query::View::Door(door) if door.store.is_none()) {
            done(client.dispatch(&envelope(Counter::new(1).next(), set_up()))?)?;
        }
        let token = house.sign_in("ana", PIN, 2)?.token;
        Ok(Outside { house, token })
    }

    pub fn client(&self, name: &str) -> Result<Client> {
        let mut client = Client::new(&self.house.url, name, TRIES, None)?;
        client.token = Some(self.token.clone());
        Ok(client)
    }

    /// Orders one after another, one request a command.
    pub fn play(&self, orders: &[StreamOrder], session: u64) -> Result<(Vec<Duration>, Duration)> {
        let (mut client, mut ids) = (self.client("caller")?, Counter::new(session));
        let (mut times, all) = (Vec::new(), Instant::now());
        for order in orders {
            for (id, command) in commands(order, &mut ids) {
                let began = Instant::now();
                done(client.dispatch(&envelope(id, command))?)?;
                times.push(began.elapsed());
            }
        }
        Ok((times, all.elapsed()))
    }

    pub fn play_together(
        &self,
        orders: &[StreamOrder],
        session: u64,
        callers: usize,
    ) -> Result<(Vec<Duration>, Duration)> {
        self.together(orders, callers, |part, i| self.play(part, session + i).map(|(times, _)| times))
    }

    /// Whole orders: opened, ordered, fired, bumped, carried and paid. One time an order.
    pub fn cycles(
        &self,
        orders: &[StreamOrder],
        session: u64,
        callers: usize,
        in_one_request: bool,
    ) -> Result<(Vec<Duration>, Duration)> {
        self.together(orders, callers, |part, i| {
            let (mut client, mut ids) = (self.client("caller")?, Counter::new(session + i));
            let mut times = Vec::with_capacity(part.len());
            for order in part {
                let cycle: Vec<Envelope> =
                    compact(order, &mut ids).into_iter().map(|(id, c)| envelope(id, c)).collect();
                let began = Instant::now();
                if in_one_request {
                    all_done(client.post("/api/dispatch", &cycle)?)?;
                } else {
                    for one in &cycle {
                        done(client.dispatch(one)?)?;
                    }
                }
                times.push(began.elapsed());
            }
            Ok(times)
        })
    }

    fn together(
        &self,
        orders: &[StreamOrder],
        callers: usize,
        play: impl Fn(&[StreamOrder], u64) -> Result<Vec<Duration>> + Sync,
    ) -> Result<(Vec<Duration>, Duration)> {
        let (all, play) = (Instant::now(), &play);
        let times = std::thread::scope(|house| {
            let parts = orders.chunks(orders.len().div_ceil(callers)).zip(0u64..);
            let hands: Vec<_> = parts.map(|(part, i)| house.spawn(move || play(part, i))).collect();
            hands
                .into_iter()
                .map(|h| h.join().unwrap_or_else(|f| std::panic::resume_unwind(f)))
                .collect::<Result<Vec<_>>>()
        })?;
        Ok((times.concat(), all.elapsed()))
    }

    /// Leaves so many checks open, each with some lines.
    pub fn leave_open(&self, orders: &[StreamOrder], session: u64) -> Result<()> {
        let (mut client, mut ids) = (self.client("caller")?, Counter::new(session));
        for order in orders {
            for (id, command) in compact(order, &mut ids).into_iter().take(3) {
                done(client.dispatch(&envelope(id, command))?)?;
            }
        }
        Ok(())
    }

    /// An order of six lines with four modifiers, opened and fired in one request, again and again; what it took. Each
    /// is paid untimed, so that the house stays as full as it was.
    pub fn six_lines(&self, times: usize, session: u64) -> Result<Vec<Duration>> {
        let line = |dish: u64| StreamLine {
            dish,
            qty: 1,
            seat: 1 + dish as u8 % 4,
            modifiers: if dish < 4 { vec![dish] } else { Vec::new() },
        };
        let lines: Vec<StreamLine> = (0..6).map(line).collect();
        let total = crate::stream::total(&lines);
        let order = StreamOrder { covers: 4, lines, cash: false, tip: 0, total };
        let (mut client, mut ids) = (self.client("caller")?, Counter::new(session));
        let mut took = Vec::with_capacity(times);
        for _ in 0..times {
            let mut cycle: Vec<Envelope> =
                compact(&order, &mut ids).into_iter().map(|(id, c)| envelope(id, c)).collect();
            let rest = cycle.split_off(3);
            let began = Instant::now();
            all_done(client.post("/api/dispatch", &cycle)?)?;
            took.push(began.elapsed());
            std::thread::sleep(BREATH);
            for one in &rest {
                done(client.dispatch(one)?)?;
            }
            std::thread::sleep(BREATH);
        }
        Ok(took)
    }

    /// Kitchen screens that listen until they are dropped.
    pub fn screens(&self, count: usize) -> Result<Screens> {
        let heard = Arc::new(AtomicU64::new(0));
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let mut hands = Vec::new();
        for _ in 0..count {
            let host = self.house.url.trim_start_matches("http://").to_owned();
            let mut screen = crate::screens::listen(&host, &self.token)?;
            let (heard, stop) = (heard.clone(), stop.clone());
            hands.push(std::thread::spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    match screen.read() {
                        Ok(_) => drop(heard.fetch_add(1, Ordering::Relaxed)),
                        Err(tungstenite::Error::Io(_)) => {}
                        Err(_) => break,
                    }
                }
            }));
        }
        Ok(Screens { heard, stop, hands })
    }
}

/// Listening screens.
pub struct Screens {
    pub heard: Arc<AtomicU64>,
    stop: Arc<std::sync::atomic::AtomicBool>,
    hands: Vec<std::thread::JoinHandle<()>>,
}

impl Drop for Screens {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.hands.drain(..).for_each(|h| drop(h.join()));
    }
}

fn done(outcome: Outcome) -> Result<()> {
    match outcome {
        Outcome::Done(_) => Ok(()),
        Outcome::Refused(no) => bail!("refused: {}", no.message),
    }
}

fn all_done(outcomes: Vec<Outcome>) -> Result<()> {
    outcomes.into_iter().try_for_each(done)
}

/// From starting the program to its first answer, and what it holds in memory then and at most.
pub fn start(dir: &Path) -> Result<(Duration, f64, f64)> {
    let began = Instant::now();
    let house = House::open_with(dir, &[])?;
    Client::new(&house.url, "first", TRIES, None)?.query(&Query::Door)?;
    let took = began.elapsed();
    let status = std::fs::read_to_string(format!("/proc/{}/status", house.pid()))?;
    let mb = |field: &str| -> Result<f64> {
        let line = status.lines().find_map(|l| l.strip_prefix(field)).context("no such field")?;
        Ok(line.trim_start_matches(':').trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    };
    let memory = (mb("VmRSS")?, mb("VmHWM")?);
    house.stop()?;
    Ok((took, memory.0, memory.1))
}

/// Calls of fsync and fdatasync for each of some lone commands, as the kernel saw them; `None` without strace.
pub fn syncs_per_action(outside: &Outside, order: &StreamOrder, session: u64) -> Result<Option<f64>> {
    const ACTIONS: usize = 60;
    let log = tempfile::NamedTempFile::new()?;
    let pid = outside.house.pid().to_string();
    let mut tracer = Program::new("strace");
    tracer.args(["-f", "-qq", "-e", "trace=fsync,fdatasync", "-p", &pid, "-o"]).arg(log.path());
    let Ok(mut tracer) = tracer.spawn() else { return Ok(None) };
    std::thread::sleep(Duration::from_millis(700));
    let (mut client, mut ids) = (outside.client("caller")?, Counter::new(session));
    let open = compact(order, &mut ids).swap_remove(0);
    let check = open.0;
    done(client.dispatch(&envelope(open.0, open.1))?)?;
    std::thread::sleep(Duration::from_millis(100));
    let lines_before = std::fs::read_to_string(log.path())?.lines().count();
    for line in order.lines.iter().cycle().take(ACTIONS) {
        let command = Command::AddLines { check, lines: vec![crate::stream::new_line(line)] };
        done(client.dispatch(&envelope(ids.next(), command))?)?;
    }
    std::thread::sleep(Duration::from_millis(100));
    let calls = std::fs::read_to_string(log.path())?;
    let calls = calls.lines().skip(lines_before).filter(|l| l.contains("sync(") && !l.contains("resumed")).count();
    Program::new("kill").args(["-INT", &tracer.id().to_string()]).status()?;
    tracer.wait()?;
    Ok(Some(calls as f64 / ACTIONS as f64))
}

/// A program of the pages as it travels, its JavaScript and its wasm together, in kB; `None` when it is not built.
pub fn program_size(pages: &Path, name: &str) -> Option<f64> {
    let packed = |file: String| std::fs::metadata(pages.join(file)).ok().map(|m| m.len() as f64 / 1000.0);
    Some(packed(format!("{name}.js.gz"))? + packed(format!("{name}_bg.wasm.gz"))?)
}

/// The style sheets as they travel, in kB.
pub fn styles_size(pages: &Path) -> Result<f64> {
    let mut sum = 0;
    for file in std::fs::read_dir(pages.join("css"))? {
        let file = file?;
        if file.path().extension().is_some_and(|x| x == "gz") {
            sum += file.metadata()?.len();
        }
    }
    Ok(sum as f64 / 1000.0)
}

/// Bytes of a stored log: how many entries, their own bytes, and the whole file's.
pub fn stored(dir: &Path) -> Result<(u64, u64, u64)> {
    let file = dir.join("comanda.db");
    let db = rusqlite::Connection::open_with_flags(&file, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let (n, bytes): (i64, i64) =
        db.query_row("SELECT count(*), sum(length(body)) FROM entry", [], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok((n as u64, bytes as u64, std::fs::metadata(&file)?.len()))
}

/// The bodies of a log, oldest first.
pub fn bodies(dir: &Path) -> Result<Vec<Vec<u8>>> {
    let log = restaurant_tests::referee::read_log(&dir.join("comanda.db"))?;
    let entry = |body: &[u8]| serde_json::from_slice::<Value>(body).is_ok_and(|e| e["cmd"] != Value::Null);
    Ok(log.into_iter().map(|r| r.body).filter(|b| entry(b)).collect())
}
