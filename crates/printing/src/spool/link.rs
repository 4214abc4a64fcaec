//! The connection to one printer and what it tells about itself.

use super::replies::{Replies, Reply};
use super::{Hindrance, Timings};
use crate::encode::status_request;
use std::io::{self, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream, ToSocketAddrs};
use std::time::{Duration, Instant, SystemTime};

/// How a printer is, and since when that is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What it said last.
    pub health: Health,
    /// Its roll is nearly used up.
    pub paper_low: bool,
    /// When it last answered anything; `None` if never since the start.
    pub proven: Option<SystemTime>,
}

/// Whether a printer can print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Health {
    /// Ready.
    Online,
    /// It cannot, because of this.
    Hindered(Hindrance),
    /// Connected, but this model cannot say how it is.
    Connected,
}

/// How long one read waits before the clock is looked at again.
const READ_STEP: Duration = Duration::from_millis(50);

/// An open connection.
pub(super) struct Link {
    stream: TcpStream,
    replies: Replies,
    /// The last automatic status.
    auto: Option<[u8; 4]>,
    timings: Timings,
    pub(super) last_used: Instant,
}

/// What a printer said to a round of questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Answered {
    pub hindrance: Option<Hindrance>,
    pub paper_low: bool,
}

impl Link {
    /// Connects within the time allowed. A host name may have several addresses; the first that answers is taken.
    pub(super) fn open(address: &str, timings: &Timings) -> io::Result<Link> {
        let mut last = io::Error::from(ErrorKind::AddrNotAvailable);
        for addr in address.to_socket_addrs()? {
            match TcpStream::connect_timeout(&addr, timings.connect) {
                Ok(stream) => {
                    stream.set_nodelay(true)?;
                    stream.set_read_timeout(Some(READ_STEP))?;
                    stream.set_write_timeout(Some(timings.write))?;
                    let timings = timings.clone();
                    return Ok(Link {
                        stream,
                        replies: Replies::default(),
                        auto: None,
                        timings,
                        last_used: Instant::now(),
                    });
                }
                Err(e) => last = e,
            }
        }
        Err(last)
    }

    /// Sends bytes.
    pub(super) fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes)
    }

    /// Asks for status; `None` when no answer comes in time.
    pub(super) fn ask(&mut self) -> io::Result<Option<Answered>> {
        // Whatever came in meanwhile must not be taken for the answer.
        while self.hear(Duration::ZERO)?.is_some() {}
        let mut bytes = [0u8; 5];
        for n in [1, 2, 4] {
            self.send(&status_request(n))?;
            let end = Instant::now() + self.timings.answer;
            bytes[usize::from(n)] = loop {
                match self.hear(end.saturating_duration_since(Instant::now()))? {
                    Some(Reply::Status(byte)) => break byte,
                    Some(_) => {}
                    None if Instant::now() >= end => return Ok(None),
                    None => {}
                }
            };
        }
        let [_, one, two, _, four] = bytes;
        let hindrance = if two & 0x04 != 0 {
            Some(Hindrance::CoverOpen)
        } else if two & 0x20 != 0 || four & 0x60 != 0 {
            Some(Hindrance::PaperOut)
        } else if one & 0x08 != 0 || two & 0x40 != 0 {
            Some(Hindrance::Offline)
        } else {
            None
        };
        Ok(Some(Answered { hindrance, paper_low: four & 0x0C != 0 }))
    }

    /// The next answer, waiting at most this long (or one short step).
    pub(super) fn hear(&mut self, patience: Duration) -> io::Result<Option<Reply>> {
        let end = Instant::now() + patience;
        let mut byte = [0];
        self.stream.set_nonblocking(patience.is_zero())?;
        loop {
            match self.stream.read(&mut byte) {
                Ok(0) => return Err(ErrorKind::ConnectionAborted.into()),
                Ok(_) => {
                    if let Some(reply) = self.replies.push(byte[0]) {
                        if let Reply::Auto(auto) = reply {
                            self.auto = Some(auto);
                        }
                        return Ok(Some(reply));
                    }
                }
                Err(e) if matches!(e.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                    if Instant::now() >= end {
                        return Ok(None);
                    }
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(e) => return Err(e),
            }
        }
    }

    /// What the last automatic status says stops the printer.
    pub(super) fn stopped_by(&self) -> Option<Hindrance> {
        let [first, _, third, _] = self.auto?;
        if first & 0x20 != 0 {
            Some(Hindrance::CoverOpen)
        } else if third & 0x0C != 0 {
            Some(Hindrance::PaperOut)
        } else if first & 0x08 != 0 {
            Some(Hindrance::Offline)
        } else {
            None
        }
    }

    /// Leaves politely: no unread answer turns the goodbye into a reset that could cost the printer its buffer.
    pub(super) fn close(mut self) {
        let _ = self.stream.set_nonblocking(false);
        let _ = self.stream.shutdown(Shutdown::Write);
        let end = Instant::now() + READ_STEP * 4;
        while Instant::now() < end && matches!(self.stream.read(&mut [0; 64]), Ok(1..)) {}
    }
}
