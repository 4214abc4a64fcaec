//! Bytes back to paper: an ESC/POS reader written from the command reference, knowing nothing of `encode`.
//!
//! [`Parser`] takes the stream byte by byte, however it was cut into packets, and tells what the printer would do. [`RealTime`]
//! watches the same stream for the commands a printer obeys at once, even inside a picture. [`Sheet`] is the paper they print on.

mod png;
mod reading;
mod sheet;

pub use sheet::{Sheet, Ticket};

use crate::codepage::CodePage;

/// One thing the printer does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Op {
    /// `ESC @`: everything back to the start state.
    Init,
    /// A letter into the line buffer.
    Letter(char),
    /// End of line.
    LineFeed,
    /// So many lines of paper.
    FeedLines(u8),
    /// So many dots of paper.
    FeedDots(u8),
    /// Heavier strokes on or off.
    Bold(bool),
    /// Multiples of the letter cell.
    Size { wide: usize, high: usize },
    /// White on black on or off.
    Inverse(bool),
    /// 0 left, 1 middle, 2 right.
    Align(u8),
    /// A picture: bytes across, rows, and the dots, highest bit left.
    Raster { across: usize, rows: usize, data: Vec<u8> },
    /// Edge of a QR module in dots.
    QrModule(u8),
    /// Data for the next QR code.
    QrStore(Vec<u8>),
    /// Print the stored QR code.
    QrPrint,
    /// Cut.
    Cut,
    /// Drawer pin 2 (0) or 5 (1).
    Drawer(u8),
    /// Beep.
    Buzzer,
    /// Which changes the printer reports by itself; 0 is none.
    AutoStatus(u8),
    /// Answer this id once everything before is on paper.
    ProcessId([u8; 4]),
    /// `GS r n`: answer the paper (1) or drawer (2) sensor when the stream gets here.
    AskSensor(u8),
    /// `GS I n`: answer who made this printer (66) or what it is (67).
    AskName(u8),
    /// Next letter so many dots from the left edge.
    MoveTo(usize),
    /// Next letter so many dots further.
    MoveBy(usize),
    /// A setting without effect on the picture.
    Setting,
    /// Bytes no command of ours; shown, so that a stray byte never hides.
    Unknown(Vec<u8>),
}

/// Longest command kept while waiting for its end. A picture of 1,024 rows × 72 bytes is 74 kB.
const COMMAND_MAX: usize = 1 << 20;

/// Reads the printed stream.
#[derive(Debug)]
pub struct Parser {
    pending: Vec<u8>,
    page: CodePage,
}

impl Default for Parser {
    fn default() -> Parser {
        Parser { pending: Vec::new(), page: CodePage::Pc437 }
    }
}

/// What the first bytes of a command mean so far.
enum Step {
    /// Not enough bytes yet.
    More,
    /// A whole command.
    Done(Op),
    /// A whole command that shows nowhere and means nothing here.
    Quiet,
}

impl Parser {
    /// Takes one byte; gives what is complete with it.
    pub fn push(&mut self, byte: u8) -> Option<Op> {
        self.pending.push(byte);
        let step =
            if self.pending.len() > COMMAND_MAX { Step::Done(Op::Unknown(self.pending.clone())) } else { self.step() };
        match step {
            Step::More => None,
            Step::Quiet => {
                self.pending.clear();
                None
            }
            Step::Done(op) => {
                self.pending.clear();
                Some(op)
            }
        }
    }

    /// Takes many bytes.
    pub fn read(&mut self, bytes: &[u8]) -> Vec<Op> {
        bytes.iter().filter_map(|byte| self.push(*byte)).collect()
    }

    /// Whether a command has begun and not ended.
    pub fn is_mid_command(&self) -> bool {
        !self.pending.is_empty()
    }

    fn step(&mut self) -> Step {
        let page = self.page;
        match self.pending.as_slice() {
            [0x0A] => Step::Done(Op::LineFeed),
            [0x0D] => Step::Quiet,
            [0x10] | [0x10, 0x04 | 0x05] => Step::More,
            // Answered by `RealTime` already.
            [0x10, 0x04 | 0x05, _] => Step::Quiet,
            [0x10, 0x14, rest @ ..] if rest.len() < 3 => Step::More,
            [0x10, 0x14, ..] => Step::Quiet,
            [0x1B, ..] => self.escape(),
            [0x1C, b'.' | b'&'] => Step::Done(Op::Setting),
            [0x1C] | [0x1C, b'-' | b'C'] | [0x1C, b'S'] | [0x1C, b'S', _] => Step::More,
            [0x1C, b'-' | b'C', _] | [0x1C, b'S', _, _] => Step::Done(Op::Setting),
            [0x1C, b'(', rest @ ..] if rest.len() < 3 => Step::More,
            [0x1C, b'(', _, low, high, data @ ..] if data.len() < length(*low, *high) => Step::More,
            [0x1C, b'(', ..] => Step::Done(Op::Setting),
            [0x1D, ..] => self.group(),
            [byte] if *byte >= 0x20 => Step::Done(Op::Letter(page.char(*byte))),
            other => Step::Done(Op::Unknown(other.to_vec())),
        }
    }

    /// Commands that begin with ESC.
    fn escape(&mut self) -> Step {
        match self.pending.get(1..).unwrap_or_default() {
            [] => Step::More,
            [b'@'] => {
                self.page = CodePage::Pc437;
                Step::Done(Op::Init)
            }
            [b'2'] => Step::Done(Op::Setting),
            [b't' | b'E' | b'a' | b'd' | b'J' | b'R' | b'3' | b'M' | b'-' | b'G' | b'{' | b' ' | b'!'] => Step::More,
            [b't', n] => match CodePage::from_number(*n) {
                Some(page) => {
                    self.page = page;
                    Step::Done(Op::Setting)
                }
                None => Step::Done(Op::Unknown(self.pending.clone())),
            },
            [b'E' | b'G', n] => Step::Done(Op::Bold(n & 1 == 1)),
            [b'a', n] => Step::Done(Op::Align(n % 48)),
            [b'd', n] => Step::Done(Op::FeedLines(*n)),
            [b'J', n] => Step::Done(Op::FeedDots(*n)),
            [b'R' | b'3' | b'M' | b'-' | b'{' | b' ' | b'!', _] => Step::Done(Op::Setting),
            [b'$' | b'\\'] | [b'$' | b'\\', _] => Step::More,
            [b'$', low, high] => Step::Done(Op::MoveTo(length(*low, *high))),
            [b'\\', low, high] => Step::Done(Op::MoveBy(length(*low, *high))),
            [b'p'] | [b'p', _] | [b'p', _, _] => Step::More,
            [b'p', pin, _, _] => Step::Done(Op::Drawer(pin % 48)),
            [b'B'] | [b'B', _] => Step::More,
            [b'B', _, _] => Step::Done(Op::Buzzer),
            [b'('] | [b'(', _] | [b'(', _, _] => Step::More,
            [b'(', function, low, high, data @ ..] => match (data.len() < length(*low, *high), function) {
                (true, _) => Step::More,
                (false, b'A') => Step::Done(Op::Buzzer),
                (false, _) => Step::Done(Op::Unknown(self.pending.clone())),
            },
            _ => Step::Done(Op::Unknown(self.pending.clone())),
        }
    }

    /// Commands that begin with GS.
    fn group(&mut self) -> Step {
        match self.pending.get(1..).unwrap_or_default() {
            [] | [b'!' | b'B' | b'a' | b'r' | b'I' | b'V'] => Step::More,
            [b'!', n] => Step::Done(Op::Size { wide: usize::from(n >> 4) + 1, high: usize::from(n & 0x0F) + 1 }),
            [b'B', n] => Step::Done(Op::Inverse(n & 1 == 1)),
            [b'a', n] => Step::Done(Op::AutoStatus(*n)),
            [b'r', n] => Step::Done(Op::AskSensor(n % 48)),
            [b'I', n] => Step::Done(Op::AskName(*n)),
            [b'V', 0 | 1 | 48 | 49] => Step::Done(Op::Cut),
            [b'V', 65 | 66] => Step::More,
            [b'V', 65 | 66, _] => Step::Done(Op::Cut),
            [b'L' | b'W' | b'P', rest @ ..] if rest.len() < 2 => Step::More,
            [b'L' | b'W' | b'P', ..] => Step::Done(Op::Setting),
            [b'v', rest @ ..] if rest.len() < 6 => Step::More,
            [b'v', b'0', _, xl, xh, yl, yh, data @ ..] => {
                let (across, rows) = (length(*xl, *xh), length(*yl, *yh));
                if data.len() < across * rows {
                    return Step::More;
                }
                Step::Done(Op::Raster { across, rows, data: data.to_vec() })
            }
            [b'(', rest @ ..] if rest.len() < 3 => Step::More,
            [b'(', function, low, high, data @ ..] => {
                if data.len() < length(*low, *high) {
                    return Step::More;
                }
                match (function, data) {
                    (b'H', [0x30, 0x30, a, b, c, d]) => Step::Done(Op::ProcessId([*a, *b, *c, *d])),
                    (b'k', [0x31, 0x43, n]) => Step::Done(Op::QrModule(*n)),
                    (b'k', [0x31, 0x50, 0x30, data @ ..]) => Step::Done(Op::QrStore(data.to_vec())),
                    (b'k', [0x31, 0x51, _]) => Step::Done(Op::QrPrint),
                    (b'k', [0x31, 0x41 | 0x45, ..]) => Step::Done(Op::Setting),
                    _ => Step::Done(Op::Unknown(self.pending.clone())),
                }
            }
            _ => Step::Done(Op::Unknown(self.pending.clone())),
        }
    }
}

fn length(low: u8, high: u8) -> usize {
    usize::from(u16::from_le_bytes([low, high]))
}

/// A command obeyed the moment its last byte arrives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtOnce {
    /// `DLE EOT n`, n 1 to 4.
    Status(u8),
    /// `DLE DC4 1 m t`: opens the drawer.
    Drawer(u8),
}

/// Watches every received byte for real-time commands, wherever they stand.
#[derive(Debug, Default)]
pub struct RealTime {
    last: [u8; 5],
}

impl RealTime {
    /// Takes one byte of the stream.
    pub fn push(&mut self, byte: u8) -> Option<AtOnce> {
        self.last.rotate_left(1);
        self.last[4] = byte;
        match self.last {
            [_, _, 0x10, 0x04, n @ 1..=4] => Some(AtOnce::Status(n)),
            [0x10, 0x14, 1, pin @ 0..=1, 1..=8] => Some(AtOnce::Drawer(pin)),
            _ => None,
        }
    }
}

/// Reads a whole stream onto paper: every ticket up to its cut, and what was printed after the last cut.
pub fn decode(bytes: &[u8], paper: domain::paper::Paper) -> Vec<Ticket> {
    let mut parser = Parser::default();
    let mut sheet = Sheet::new(paper);
    let mut tickets: Vec<Ticket> =
        bytes.iter().filter_map(|byte| parser.push(*byte)).filter_map(|op| sheet.print(&op)).collect();
    tickets.extend(sheet.tear_off());
    tickets
}

#[cfg(test)]
mod tests;
