//! The floor beneath several terminals: a till, a hub and another till that do nothing but write and pass on. Threads of
//! this program, each with a database of its own in WAL mode with full synchronisation, over TCP on this machine.
//!
//! *strict*: the hub commits before it passes on, the other till commits before it shows. *eager*: both pass on or show
//! what arrived and commit then. The first till always commits before it sends. Whoever receives commits what has
//! arrived together.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use rusqlite::{Connection, params};

/// Frame: length, then the row's number, both little-endian `u32`; the body follows.
const HEAD: usize = 8;
/// Rows a transaction in a catch-up.
const AT_ONCE: usize = 1_000;
const LEVEL: i32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Strict,
    Eager,
}

/// A row as it is stored: a name for it, the check it belongs to, and the body of an entry.
pub struct Row {
    name: String,
    check: String,
    body: Vec<u8>,
    /// It fires something.
    pub fires: bool,
}

/// The rows that hold these entries.
pub fn rows(bodies: &[Vec<u8>]) -> Result<Vec<Row>> {
    let row = |body: &Vec<u8>| {
        let entry: serde_json::Value = serde_json::from_slice(body).context("an entry")?;
        let word = |field: &str| entry[field].to_string();
        Ok(Row { name: word("cmd"), check: check_of(&entry), body: body.clone(), fires: fires(&entry) })
    };
    bodies.iter().map(row).collect()
}

fn fires(entry: &serde_json::Value) -> bool {
    entry["events"].as_array().is_some_and(|events| events.iter().any(|e| e.get("fired").is_some()))
}

fn check_of(entry: &serde_json::Value) -> String {
    let named = |event: &serde_json::Value| {
        let fields = event.as_object()?.values().next()?;
        Some(fields.get("check").unwrap_or(&entry["cmd"]).to_string())
    };
    entry["events"].get(0).and_then(named).unwrap_or_default()
}

/// What passing some rows from the first till to the other took.
pub struct Passed {
    /// From before the first till wrote it until the other shows it, row by row.
    pub visible: Vec<Duration>,
    /// From the first row until the other till holds all.
    pub all: Duration,
}

struct Disk(Connection);

impl Disk {
    fn new(dir: &Path, who: &str) -> Result<Disk> {
        let db = Connection::open(dir.join(format!("{who}.db")))?;
        db.execute_batch(
            "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
             CREATE TABLE events (seq INTEGER PRIMARY KEY, id TEXT, ord TEXT, body TEXT); CREATE INDEX ix ON events (ord);",
        )?;
        Ok(Disk(db))
    }

    fn write(&self, row: &Row) -> Result<()> {
        let mut insert = self.0.prepare_cached("INSERT INTO events (id, ord, body) VALUES (?1, ?2, ?3)")?;
        insert.execute(params![row.name, row.check, row.body])?;
        Ok(())
    }

    fn write_all(&self, rows: &[Row], numbers: &[u32]) -> Result<()> {
        self.0.execute_batch("BEGIN")?;
        numbers.iter().try_for_each(|n| self.write(&rows[*n as usize]))?;
        Ok(self.0.execute_batch("COMMIT")?)
    }
}

/// One end of a connection that reads whole frames, as many as have arrived.
struct Ear {
    stream: TcpStream,
    waiting: Vec<u8>,
    read: usize,
}

impl Ear {
    fn new(stream: TcpStream) -> Ear {
        Ear { stream, waiting: vec![0; 8 << 20], read: 0 }
    }

    /// The frames' bytes and the numbers of their rows; none at the end.
    fn frames(&mut self) -> Result<Option<(Vec<u8>, Vec<u32>)>> {
        loop {
            let n = self.stream.read(&mut self.waiting[self.read..])?;
            if n == 0 {
                return Ok(None);
            }
            self.read += n;
            let (mut at, mut numbers) = (0, Vec::new());
            while let Some(head) = self.waiting[at..self.read].first_chunk::<HEAD>() {
                let word = |i: usize| u32::from_le_bytes([head[i], head[i + 1], head[i + 2], head[i + 3]]);
                let end = at + HEAD + word(0) as usize;
                if end > self.read {
                    break;
                }
                numbers.push(word(4));
                at = end;
            }
            if at > 0 {
                let whole = self.waiting[..at].to_vec();
                self.waiting.copy_within(at..self.read, 0);
                self.read -= at;
                return Ok(Some((whole, numbers)));
            }
        }
    }
}

fn wire() -> Result<(TcpStream, TcpStream)> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let there = TcpStream::connect(listener.local_addr()?)?;
    let (here, _) = listener.accept()?;
    here.set_nodelay(true)?;
    there.set_nodelay(true)?;
    Ok((here, there))
}

/// Passes all rows on, one every `pace`, or as fast as the first till commits.
pub fn pass(dir: &Path, rows: &[Row], pace: Option<Duration>, kind: Kind) -> Result<Passed> {
    let (from_a, mut to_hub) = wire()?;
    let (mut to_b, from_hub) = wire()?;
    let disks = [Disk::new(dir, "a")?, Disk::new(dir, "hub")?, Disk::new(dir, "b")?];
    let [a, hub, b] = disks;
    thread::scope(|house| {
        house.spawn(move || -> Result<()> {
            let mut ear = Ear::new(from_a);
            while let Some((bytes, numbers)) = ear.frames()? {
                if kind == Kind::Eager {
                    to_b.write_all(&bytes)?;
                }
                hub.write_all(rows, &numbers)?;
                if kind == Kind::Strict {
                    to_b.write_all(&bytes)?;
                }
            }
            Ok(())
        });
        let shown = house.spawn(move || -> Result<(Vec<Instant>, Instant)> {
            let (mut ear, mut shown) = (Ear::new(from_hub), Vec::new());
            while let Some((_, numbers)) = ear.frames()? {
                if kind == Kind::Strict {
                    b.write_all(rows, &numbers)?;
                }
                shown.resize(shown.len() + numbers.len(), Instant::now());
                if kind == Kind::Eager {
                    b.write_all(rows, &numbers)?;
                }
            }
            Ok((shown, Instant::now()))
        });
        let mut began = Vec::new();
        for (n, row) in (0u32..).zip(rows) {
            let start = Instant::now();
            began.push(start);
            a.write(row)?;
            let frame = [&(row.body.len() as u32).to_le_bytes()[..], &n.to_le_bytes(), &row.body].concat();
            to_hub.write_all(&frame)?;
            if let Some(left) = pace.and_then(|p| p.checked_sub(start.elapsed())) {
                thread::sleep(left);
            }
        }
        drop(to_hub);
        let (shown, end) = shown.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault))?;
        let visible = shown.iter().zip(&began).map(|(shown, began)| *shown - *began).collect();
        Ok(Passed { visible, all: end - began[0] })
    })
}

/// A till takes over everything from a hub that has it on its disk; the time until it is durable there, and the bytes
/// that travelled.
pub fn catch_up(dir: &Path, rows: &[Row]) -> Result<(Duration, usize)> {
    let (hub, b) = (Disk::new(dir, "hub")?, Disk::new(dir, "b")?);
    hub.write_all(rows, &(0..rows.len() as u32).collect::<Vec<_>>())?;
    let (mut here, mut there) = wire()?;
    thread::scope(|house| {
        let began = Instant::now();
        house.spawn(move || -> Result<()> {
            let mut plain = Vec::new();
            let mut read = hub.0.prepare("SELECT body FROM events ORDER BY seq")?;
            let mut found = read.query([])?;
            while let Some(row) = found.next()? {
                let body = row.get_ref(0)?.as_bytes()?;
                plain.extend_from_slice(&(body.len() as u32).to_le_bytes());
                plain.extend_from_slice(body);
            }
            Ok(here.write_all(&zstd::bulk::compress(&plain, LEVEL)?)?)
        });
        let mut packed = Vec::new();
        there.read_to_end(&mut packed)?;
        let plain = zstd::stream::decode_all(&packed[..])?;
        let bodies = cut(&plain);
        for (bodies, rows) in bodies.chunks(AT_ONCE).zip(rows.chunks(AT_ONCE)) {
            b.0.execute_batch("BEGIN")?;
            for (body, row) in bodies.iter().zip(rows) {
                let mut insert = b.0.prepare_cached("INSERT INTO events (id, ord, body) VALUES (?1, ?2, ?3)")?;
                insert.execute(params![row.name, row.check, body])?;
            }
            b.0.execute_batch("COMMIT")?;
        }
        Ok((began.elapsed(), packed.len()))
    })
}

fn cut(mut plain: &[u8]) -> Vec<&[u8]> {
    let mut bodies = Vec::new();
    while let Some((len, rest)) = plain.split_first_chunk::<4>() {
        let (body, rest) = rest.split_at(u32::from_le_bytes(*len) as usize);
        bodies.push(body);
        plain = rest;
    }
    bodies
}
