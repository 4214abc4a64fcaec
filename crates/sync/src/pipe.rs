//! One link's bytes, both ways. A small frame is packed, encrypted and written by the thread that sends it, so that an
//! order line costs no wake-up on this side; only what the socket does not take at once is left to the link's task.

use std::{
    collections::VecDeque,
    io,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use rustls::Connection;
use tokio::{net::TcpStream, sync::Notify, time::timeout};

use crate::{
    code::{CodeError, LEVEL, PLAIN_MAX, Packer, Unpacker, weight},
    tls::{Channel, Socket},
    wire::Frame,
};

/// Bytes waiting for a link, before packing. The protocol has far less on its way; beyond it sending is refused.
pub const WAITING_MAX: usize = 8 << 20;
/// A peer that takes nothing for so long while something waits is cut off.
pub const STALLED: Duration = Duration::from_secs(5);
/// Larger frames are packed by the link's task, because packing them takes longer than waking it.
pub const DIRECT_MAX: usize = 16 << 10;
/// Packed bytes handed to TLS at a time, so that what waits stays unpacked and countable.
const BATCH: usize = 64 << 10;
/// Reads before others on the same thread get their turn.
const READS: usize = 16;

/// Why a link ended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("closed here")]
    Closed,
    #[error("the other side ended it")]
    Ended,
    #[error("the connection broke: {0}")]
    Lost(io::ErrorKind),
    #[error("the other side took nothing for too long")]
    Stalled,
    #[error("what arrived is no frame: {0}")]
    Code(#[from] CodeError),
    #[error("what arrived is not encrypted as agreed: {0}")]
    Tls(String),
    #[error("its key is not paired any more")]
    Revoked,
    #[error("a newer link to the same terminal took its place")]
    Replaced,
}

impl From<io::Error> for Why {
    fn from(e: io::Error) -> Why {
        Why::Lost(e.kind())
    }
}

/// A frame that was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    #[error("there is no such link any more")]
    Gone,
    #[error("too much waits for this link already")]
    Full,
    #[error("no frame may be so big")]
    TooBig,
}

/// Bytes on the wire of all links so far, packed and encrypted, without what TCP and IP add.
#[derive(Debug, Default)]
pub struct Traffic {
    pub sent: AtomicU64,
    pub received: AtomicU64,
}

struct Out {
    traffic: Arc<Traffic>,
    tls: Connection,
    packer: Packer,
    waiting: VecDeque<(Frame, usize)>,
    /// Bytes of all that waits.
    weight: usize,
    /// The socket takes nothing just now; the link's task waits for it.
    blocked: bool,
    packed: Vec<u8>,
    closed: Option<Why>,
}

enum Pumped {
    All,
    Blocked,
}

pub(crate) struct Pipe {
    stream: TcpStream,
    out: Mutex<Out>,
    /// There is something to write for the link's task.
    more: Notify,
    closing: Notify,
    /// As `Out::closed`, for a look without the lock.
    closed: AtomicBool,
}

impl Pipe {
    /// `first` is written before any frame.
    pub fn new(channel: Channel, first: &[u8], traffic: Arc<Traffic>) -> Result<Pipe, Why> {
        let Channel { stream, mut tls, .. } = channel;
        tls.set_buffer_limit(None);
        io::Write::write_all(&mut tls.writer(), first)?;
        let out = Out {
            traffic,
            tls,
            packer: Packer::new(LEVEL)?,
            waiting: VecDeque::new(),
            weight: 0,
            blocked: false,
            packed: Vec::new(),
            closed: None,
        };
        let (more, closing, closed) = (Notify::new(), Notify::new(), AtomicBool::new(false));
        Ok(Pipe { stream, out: Mutex::new(out), more, closing, closed })
    }

    fn out(&self) -> std::sync::MutexGuard<'_, Out> {
        self.out.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends the link. The first reason given is the one that counts.
    pub fn close(&self, why: Why) {
        self.out().close(why);
        self.closed.store(true, Ordering::Release);
        self.closing.notify_one();
    }

    pub fn send(&self, frame: Frame) -> Result<(), SendError> {
        let bytes = weight(&frame);
        if bytes > PLAIN_MAX {
            return Err(SendError::TooBig);
        }
        let mut out = self.out();
        if out.closed.is_some() {
            return Err(SendError::Gone);
        }
        if out.weight + bytes > WAITING_MAX {
            return Err(SendError::Full);
        }
        let direct = out.waiting.is_empty() && !out.blocked && bytes <= DIRECT_MAX;
        out.weight += bytes;
        out.waiting.push_back((frame, bytes));
        if !direct {
            self.more.notify_one();
            return Ok(());
        }
        match out.pump(&self.stream) {
            Ok(Pumped::All) => Ok(()),
            Ok(Pumped::Blocked) => {
                self.more.notify_one();
                Ok(())
            }
            Err(why) => {
                drop(out);
                self.close(why);
                Err(SendError::Gone)
            }
        }
    }

    /// Carries frames until the link ends; `heard` gets what arrives, in order, and nothing after the end.
    pub async fn run(&self, heard: impl FnMut(Frame)) -> Why {
        let why = tokio::select! {
            biased;
            why = self.until_closed() => why,
            why = self.write() => why,
            why = self.read(heard) => why.unwrap_or_else(|why| why),
        };
        self.close(why.clone());
        self.out().closed.clone().unwrap_or(why)
    }

    async fn until_closed(&self) -> Why {
        loop {
            if let Some(why) = self.out().closed.clone() {
                return why;
            }
            self.closing.notified().await;
        }
    }

    async fn write(&self) -> Why {
        loop {
            let pumped = self.out().pump(&self.stream);
            match pumped {
                Ok(Pumped::All) => self.more.notified().await,
                Ok(Pumped::Blocked) => match timeout(STALLED, self.stream.writable()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(e)) => return e.into(),
                    Err(_) => return Why::Stalled,
                },
                Err(why) => return why,
            }
        }
    }

    /// Ends well with the end of the other side.
    async fn read(&self, mut heard: impl FnMut(Frame)) -> Result<Why, Why> {
        let (mut unpacker, mut plain) = (Unpacker::new()?, Vec::new());
        loop {
            plain.clear();
            let taken = self.take(&mut plain)?;
            unpacker.feed(&plain);
            // Entries that came together are proved and stored together.
            let mut last: Option<Frame> = None;
            while let Some(frame) = unpacker.next_frame()? {
                let Some(frame) = (match &mut last {
                    Some(before) => before.join(frame),
                    None => Some(frame),
                }) else {
                    continue;
                };
                if let Some(whole) = last.replace(frame) {
                    self.tell(whole, &mut heard)?;
                }
            }
            last.map_or(Ok(()), |whole| self.tell(whole, &mut heard))?;
            match taken {
                Taken::Ended => return Ok(Why::Ended),
                Taken::Some => tokio::task::yield_now().await,
                Taken::All => self.stream.readable().await?,
            }
        }
    }

    fn tell(&self, frame: Frame, heard: &mut impl FnMut(Frame)) -> Result<(), Why> {
        if self.closed.load(Ordering::Acquire) {
            return Err(Why::Closed);
        }
        heard(frame);
        Ok(())
    }

    fn take(&self, plain: &mut Vec<u8>) -> Result<Taken, Why> {
        let mut out = self.out();
        let mut taken = Taken::Some;
        // What came along with the end of the handshake lies ready already.
        out.decrypted(plain)?;
        for _ in 0..READS {
            match out.tls.read_tls(&mut Socket(&self.stream)) {
                Ok(0) => {
                    taken = Taken::Ended;
                    break;
                }
                Ok(n) => {
                    out.traffic.received.fetch_add(n as u64, Ordering::Relaxed);
                    out.decrypted(plain)?;
                }
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                    taken = Taken::All;
                    break;
                }
                Err(e) => return Err(e.into()),
            }
        }
        if out.tls.wants_write() && !out.blocked {
            self.more.notify_one();
        }
        Ok(taken)
    }
}

/// How much of what arrived was taken.
enum Taken {
    All,
    Some,
    Ended,
}

impl Out {
    fn close(&mut self, why: Why) {
        self.closed.get_or_insert(why);
        self.waiting.clear();
        self.weight = 0;
    }

    fn decrypted(&mut self, plain: &mut Vec<u8>) -> Result<(), Why> {
        let state = self.tls.process_new_packets().map_err(|e| Why::Tls(e.to_string()))?;
        let start = plain.len();
        plain.resize(start + state.plaintext_bytes_to_read(), 0);
        Ok(io::Read::read_exact(&mut self.tls.reader(), &mut plain[start..])?)
    }

    /// Writes until nothing waits or the socket takes no more.
    fn pump(&mut self, stream: &TcpStream) -> Result<Pumped, Why> {
        if let Some(why) = &self.closed {
            return Err(why.clone());
        }
        loop {
            while self.tls.wants_write() {
                match self.tls.write_tls(&mut Socket(stream)) {
                    Ok(0) => return Err(Why::Ended),
                    Ok(n) => {
                        self.traffic.sent.fetch_add(n as u64, Ordering::Relaxed);
                    }
                    Err(e) if e.kind() == io::ErrorKind::WouldBlock => {
                        self.blocked = true;
                        return Ok(Pumped::Blocked);
                    }
                    Err(e) => return Err(e.into()),
                }
            }
            self.blocked = false;
            self.packed.clear();
            while self.packed.len() < BATCH {
                let Some((frame, bytes)) = self.waiting.pop_front() else { break };
                self.weight -= bytes;
                self.packer.pack(&frame, &mut self.packed)?;
            }
            if self.packed.is_empty() {
                return Ok(Pumped::All);
            }
            io::Write::write_all(&mut self.tls.writer(), &self.packed)?;
            if self.packed.capacity() > 4 * BATCH {
                self.packed = Vec::new();
            }
        }
    }
}
