//! A virtual ESC/POS printer on a TCP port: prints to pictures, answers like an Epson, and fails on request.
//!
//! The part over the network behaves as measured on network cards of the TM series: several connections are accepted, only the
//! first prints, the others wait unread until it closes. Whatever was received stays in the printer's buffer when the paper
//! ends or the connection goes, and is printed once the fault is repaired.

mod faults;
mod mechanism;
mod web;

pub use faults::{Condition, Fault, ProcessIds};
pub use mechanism::Printed;
pub use web::serve;

use crate::decode::{AtOnce, RealTime};
use domain::paper::Paper;
use mechanism::Mechanism;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// A connection on which nothing came for so long is closed, as network printers do (theirs is often longer: 90 s).
const IDLE: Duration = Duration::from_secs(25);
/// Connections a network card holds at once; one more is closed at once.
const CONNECTIONS_MAX: usize = 3;
/// How often a connection looks for faults and status changes.
const TICK: Duration = Duration::from_millis(10);
/// Tickets kept for the page.
const TICKETS_KEPT: usize = 300;

/// How the printer is built.
#[derive(Debug, Clone, Default)]
pub struct Build {
    /// Roll and head.
    pub paper: Paper,
    /// Old or cheap: knows no process ids.
    pub without_process_ids: bool,
    /// Where each ticket is also written as `NNNN.png` and `NNNN.txt`.
    pub out: Option<PathBuf>,
    /// Print each ticket's text on standard output.
    pub echo: bool,
}

/// A running virtual printer; stops when dropped.
pub struct Emulator {
    shared: Arc<Shared>,
    addr: SocketAddr,
    acceptor: Option<JoinHandle<()>>,
}

/// What the connections, the page and the test hold in common.
pub(crate) struct Shared {
    build: Build,
    state: Mutex<State>,
    changed: Condvar,
    /// Counts tickets and faults; the page waits on it.
    version: watch::Sender<u64>,
    stopping: AtomicBool,
    /// Raised to break every open connection.
    broken: AtomicU64,
}

struct State {
    condition: Condition,
    mechanism: Mechanism,
    tickets: Vec<Arc<Printed>>,
    /// Connections open, and the one that prints.
    open: Vec<u64>,
}

impl Emulator {
    /// Switches the printer on.
    pub fn start(listen: impl ToSocketAddrs, build: Build) -> io::Result<Emulator> {
        let listener = TcpListener::bind(listen)?;
        listener.set_nonblocking(true)?;
        let addr = listener.local_addr()?;
        let state = State {
            condition: Condition::default(),
            mechanism: Mechanism::new(build.paper),
            tickets: Vec::new(),
            open: Vec::new(),
        };
        let shared = Arc::new(Shared {
            build,
            state: Mutex::new(state),
            changed: Condvar::new(),
            version: watch::Sender::new(0),
            stopping: AtomicBool::new(false),
            broken: AtomicU64::new(0),
        });
        let acceptor = thread::Builder::new().name("printer-accept".into()).spawn({
            let shared = Arc::clone(&shared);
            move || accept(&listener, &shared)
        })?;
        Ok(Emulator { shared, addr, acceptor: Some(acceptor) })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Makes something go wrong, or puts it right.
    pub fn inject(&self, fault: Fault) {
        self.shared.inject(fault);
    }

    /// Every ticket so far, oldest first.
    pub fn tickets(&self) -> Vec<Arc<Printed>> {
        self.shared.lock().tickets.clone()
    }

    /// Waits until so many tickets are printed; false when `patience` runs out first.
    pub fn wait_for(&self, tickets: usize, patience: Duration) -> bool {
        let end = Instant::now() + patience;
        let mut state = self.shared.lock();
        while state.tickets.len() < tickets {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            state = self.shared.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    pub(crate) fn shared(&self) -> Arc<Shared> {
        Arc::clone(&self.shared)
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shared.stopping.store(true, Ordering::SeqCst);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn announce(&self) {
        self.version.send_modify(|version| *version += 1);
        self.changed.notify_all();
    }

    pub(crate) fn inject(&self, fault: Fault) {
        let mut state = self.lock();
        if fault == Fault::PowerCycle {
            self.broken.fetch_add(1, Ordering::SeqCst);
            let paper = state.mechanism.power_cycle();
            self.keep(&mut state, paper);
        }
        state.condition.take(fault);
        drop(state);
        self.announce();
    }

    /// Files finished tickets: for the page, on disk, on standard output.
    fn keep(&self, state: &mut State, tickets: Vec<Printed>) {
        for ticket in tickets {
            if self.build.echo {
                println!("── ticket {} ── {} bytes\n{}", ticket.id, ticket.bytes, ticket.text);
            }
            if let Some(out) = &self.build.out {
                let name = |ending| out.join(format!("{:04}.{ending}", ticket.id));
                // A full disk must not stop the printer; the page still has the ticket.
                let _ = std::fs::write(name("png"), &ticket.png);
                let _ = std::fs::write(name("txt"), &ticket.text);
            }
            state.tickets.push(Arc::new(ticket));
            let surplus = state.tickets.len().saturating_sub(TICKETS_KEPT);
            state.tickets.drain(..surplus);
        }
    }

    /// Lets the head work through the buffer; gives the bytes the printer answers.
    fn work(&self, state: &mut State) -> Vec<mechanism::Answer> {
        let State { condition, mechanism, .. } = state;
        let (tickets, answers) = mechanism.work(condition);
        let news = !tickets.is_empty();
        self.keep(state, tickets);
        if news {
            self.announce();
        }
        answers
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    let mut number = 0;
    while !shared.stopping.load(Ordering::SeqCst) {
        match listener.accept() {
            Ok((stream, _)) => {
                number += 1;
                let mut state = shared.lock();
                if state.open.len() >= CONNECTIONS_MAX {
                    continue;
                }
                state.open.push(number);
                drop(state);
                let shared = Arc::clone(shared);
                thread::spawn(move || {
                    let mut connection = Connection::new(stream, number, &shared);
                    // An error here is the client going away, which the printer does not mind.
                    let _ = connection.run();
                    connection.close();
                });
            }
            Err(_) => thread::sleep(TICK),
        }
    }
}

/// One client on the wire.
struct Connection<'a> {
    stream: TcpStream,
    number: u64,
    shared: &'a Shared,
    broken: u64,
    real_time: RealTime,
    /// The automatic status last sent, once the client asked for it.
    told: Option<[u8; 4]>,
    /// Process ids answered later, with their time.
    late: Vec<(Instant, [u8; 4])>,
}

impl Connection<'_> {
    fn new(stream: TcpStream, number: u64, shared: &Shared) -> Connection<'_> {
        let broken = shared.broken.load(Ordering::SeqCst);
        Connection { stream, number, shared, broken, real_time: RealTime::default(), told: None, late: vec![] }
    }

    fn run(&mut self) -> io::Result<()> {
        self.stream.set_nonblocking(false)?;
        self.stream.set_nodelay(true)?;
        self.stream.set_read_timeout(Some(TICK))?;
        self.stream.set_write_timeout(Some(Duration::from_secs(1)))?;
        let mut buffer = [0; 512];
        let mut heard = Instant::now();
        while !self.shared.stopping.load(Ordering::SeqCst) && self.shared.broken.load(Ordering::SeqCst) == self.broken {
            // Only the oldest connection is read; a deaf printer reads none.
            let (mine, deaf) = {
                let state = self.shared.lock();
                (state.open.first() == Some(&self.number), state.condition.deaf)
            };
            if !mine || deaf {
                thread::sleep(TICK);
                heard = Instant::now();
                continue;
            }
            match self.stream.read(&mut buffer) {
                Ok(0) => return Ok(()),
                Ok(n) => {
                    heard = Instant::now();
                    self.receive(&buffer[..n])?;
                }
                // A caller that lost its address never ends its connection, and others wait behind it.
                Err(_) if heard.elapsed() > IDLE => return Ok(()),
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => self.receive(&[])?,
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    fn receive(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut state = self.shared.lock();
        let mut reply = Vec::new();
        for byte in bytes {
            if let Some(left) = &mut state.condition.reset_after {
                *left = left.saturating_sub(1);
                if *left == 0 {
                    state.condition.reset_after = None;
                    self.shared.work(&mut state);
                    return Err(ErrorKind::ConnectionReset.into());
                }
            }
            match self.real_time.push(*byte) {
                Some(AtOnce::Status(n)) => reply.push(state.condition.status(n)),
                Some(AtOnce::Drawer(_)) => state.mechanism.kick(),
                None => {}
            }
            state.mechanism.take(*byte);
        }
        for answer in self.shared.work(&mut state) {
            match answer {
                mechanism::Answer::AutoStatus(on) => self.told = on.then_some([0; 4]),
                mechanism::Answer::Bytes(bytes) => reply.extend(bytes),
                mechanism::Answer::ProcessId(_) if self.shared.build.without_process_ids => {}
                mechanism::Answer::ProcessId(id) => match state.condition.process_ids {
                    ProcessIds::Prompt => reply.extend(process_id(id)),
                    ProcessIds::Late { ms } => self.late.push((Instant::now() + Duration::from_millis(ms), id)),
                    ProcessIds::Never => {}
                },
            }
        }
        let auto = state.condition.auto_status();
        if self.told.is_some_and(|told| told != auto) {
            self.told = Some(auto);
            reply.extend(auto);
        }
        let silent = state.condition.silent;
        drop(state);
        let now = Instant::now();
        reply.extend(self.late.iter().filter(|(due, _)| *due <= now).flat_map(|(_, id)| process_id(*id)));
        self.late.retain(|(due, _)| *due > now);
        if silent || reply.is_empty() { Ok(()) } else { self.stream.write_all(&reply) }
    }

    /// Gives the printer to the next connection. Paper that was printed but not cut is shown as it hangs out.
    fn close(&mut self) {
        let mut state = self.shared.lock();
        let printing = state.open.first() == Some(&self.number);
        state.open.retain(|number| *number != self.number);
        if printing {
            self.shared.work(&mut state);
            let hanging = state.mechanism.tear_off();
            self.shared.keep(&mut state, hanging);
        }
        drop(state);
        self.shared.announce();
    }
}

fn process_id(id: [u8; 4]) -> [u8; 7] {
    [0x37, 0x22, id[0], id[1], id[2], id[3], 0]
}
