//! The paper in the printer: what the head burns, where the drawer opened, and the same as text.

use super::{Op, png, reading};
use crate::bitmap::Bitmap;
use crate::encode::draw_qr;
use crate::font::{CELL_HIGH, CELL_WIDE, glyph};
use domain::paper::{Paper, Size, cell};
use qrcodegen::{QrCode, QrCodeEcc};

/// Dots fed so that the last line passes the knife.
const KNIFE_FEED: usize = 40;
/// Dots of paper shown above the first line.
const TOP_EDGE: usize = 28;
/// Longest ticket kept as a picture, in dots (about 2.5 m). What follows is still read as text.
const PICTURE_MAX: usize = 20_000;

/// A cut piece of paper.
#[derive(Debug, Clone)]
pub struct Ticket {
    /// The paper read line by line; drawn lines are read from their dots.
    pub text: String,
    /// The paper as the eye sees it.
    pub picture: Bitmap,
    /// How often the drawer was kicked while this was printed.
    pub drawer_kicks: u32,
    /// How often it beeped.
    pub beeps: u32,
    /// Bytes that were no known command.
    pub strays: Vec<u8>,
}

impl Ticket {
    /// The picture as a PNG file.
    pub fn png(&self) -> Vec<u8> {
        png::paper(&self.picture)
    }
}

#[derive(Clone, Copy)]
struct Look {
    bold: bool,
    inverse: bool,
    wide: usize,
    high: usize,
}

const PLAIN: Look = Look { bold: false, inverse: false, wide: 1, high: 1 };

/// Paper while it is being printed.
pub struct Sheet {
    paper: Paper,
    look: Look,
    align: u8,
    line: Vec<(char, Look)>,
    qr: Vec<u8>,
    qr_module: u8,
    /// Dots printed so far, and what was burned on them.
    at: usize,
    ticket: Ticket,
    touched: bool,
}

impl Sheet {
    /// A fresh roll.
    pub fn new(paper: Paper) -> Sheet {
        Sheet {
            paper,
            look: PLAIN,
            align: 0,
            line: Vec::new(),
            qr: Vec::new(),
            qr_module: 3,
            at: TOP_EDGE,
            ticket: blank(paper),
            touched: false,
        }
    }

    /// Prints; a cut gives the finished ticket.
    pub fn print(&mut self, op: &Op) -> Option<Ticket> {
        match op {
            Op::Init => {
                self.line.clear();
                (self.look, self.align) = (PLAIN, 0);
            }
            Op::Letter(c) => self.letter(*c),
            Op::LineFeed => self.end_line(),
            Op::FeedLines(lines) => {
                self.flush_line();
                for _ in 0..*lines {
                    self.ticket.text.push('\n');
                    self.at += self.pitch();
                }
            }
            Op::FeedDots(dots) => {
                self.flush_line();
                self.at += usize::from(*dots);
            }
            Op::Bold(on) => self.look.bold = *on,
            Op::Inverse(on) => self.look.inverse = *on,
            Op::Size { wide, high } => (self.look.wide, self.look.high) = (*wide, *high),
            Op::Align(n) => self.align = *n,
            Op::Raster { across, rows, data } => self.raster(*across, *rows, data),
            Op::QrModule(n) => self.qr_module = *n,
            Op::QrStore(data) => self.qr = data.clone(),
            Op::QrPrint => self.qr(),
            Op::Drawer(_) => self.ticket.drawer_kicks += 1,
            Op::Buzzer => self.ticket.beeps += 1,
            Op::Unknown(bytes) => self.ticket.strays.extend(bytes),
            Op::Cut => {
                self.flush_line();
                return self.tear_off();
            }
            Op::MoveTo(dots) => self.blanks_to(*dots),
            Op::MoveBy(dots) => self.blanks_to(self.used() * CELL_WIDE + dots),
            Op::AutoStatus(_) | Op::ProcessId(_) | Op::AskSensor(_) | Op::AskName(_) | Op::Setting => {}
        }
        None
    }

    /// Takes what is printed so far, if anything is.
    pub fn tear_off(&mut self) -> Option<Ticket> {
        self.flush_line();
        let kicked = self.ticket.drawer_kicks > 0 || self.ticket.beeps > 0;
        if !self.touched && !kicked {
            return None;
        }
        let mut ticket = std::mem::replace(&mut self.ticket, blank(self.paper));
        ticket.picture.grow((self.at + KNIFE_FEED).min(PICTURE_MAX));
        (self.at, self.touched) = (TOP_EDGE, false);
        Some(ticket)
    }

    fn pitch(&self) -> usize {
        if self.paper == Paper::Mm80At180 { 30 } else { 34 }
    }

    fn letter(&mut self, c: char) {
        if self.used() + cell(c) * self.look.wide > self.paper.dots() / CELL_WIDE {
            self.end_line();
        }
        self.line.push((c, self.look));
    }

    /// Cells of the line used so far.
    fn used(&self) -> usize {
        self.line.iter().map(|(c, look)| cell(*c) * look.wide).sum()
    }

    /// Fills up to a position with blanks; the nearest whole cell is near enough for the eye.
    fn blanks_to(&mut self, dots: usize) {
        let cells = (dots.min(self.paper.dots()) + CELL_WIDE / 2) / CELL_WIDE;
        self.line.extend((self.used()..cells).map(|_| (' ', PLAIN)));
    }

    fn flush_line(&mut self) {
        if !self.line.is_empty() {
            self.end_line();
        }
    }

    fn end_line(&mut self) {
        self.touched = true;
        let line = std::mem::take(&mut self.line);
        let high = line.iter().map(|(_, look)| look.high).max().unwrap_or(1) * CELL_HIGH;
        let wide: usize = line.iter().map(|(c, look)| cell(*c) * look.wide * CELL_WIDE).sum();
        let mut left = self.indent(wide);
        let text: String = line.iter().map(|(c, _)| *c).collect();
        let blanks = if self.align == 0 { 0 } else { left / CELL_WIDE };
        self.say(&format!("{}{text}", " ".repeat(blanks)));
        if self.at + high < PICTURE_MAX {
            self.ticket.picture.grow(self.at + high);
            for (c, look) in line {
                // Letters stand on one foot line, whatever their height.
                let top = self.at + high - look.high * CELL_HIGH;
                self.ticket.picture.stamp(&glyph(c, size_of(look), look.bold), left, top);
                let step = cell(c) * look.wide * CELL_WIDE;
                if look.inverse {
                    self.ticket.picture.invert(left, top, step, look.high * CELL_HIGH);
                }
                left += step;
            }
        }
        self.at += high.max(self.pitch());
    }

    fn indent(&self, wide: usize) -> usize {
        let free = self.paper.dots().saturating_sub(wide);
        match self.align {
            1 => free / 2,
            2 => free,
            _ => 0,
        }
    }

    fn say(&mut self, line: &str) {
        self.ticket.text.push_str(line.trim_end());
        self.ticket.text.push('\n');
    }

    fn raster(&mut self, across: usize, rows: usize, data: &[u8]) {
        self.flush_line();
        self.touched = true;
        let picture = dots(across, rows, data);
        // Who draws must keep `10 04` and its kin out of pictures, usually by one more dot; read the line without that dot too.
        let mut plain = data.to_vec();
        for at in 1..plain.len() {
            if plain[at - 1] == 0x18 && matches!(plain[at], 0x04 | 0x05 | 0x14) {
                plain[at - 1] = 0x10;
            }
        }
        let read = reading::line(&picture, &dots(across, rows, &plain));
        self.say(&read.unwrap_or_else(|| format!("[picture {}x{rows}]", across * 8)));
        self.stamp(&picture);
    }

    fn qr(&mut self) {
        self.flush_line();
        self.touched = true;
        let Ok(text) = std::str::from_utf8(&self.qr) else { return };
        let Ok(code) = QrCode::encode_text(text, QrCodeEcc::Medium) else { return };
        let picture = draw_qr(&code, usize::from(self.qr_module));
        let text = format!("[QR {text}]");
        self.say(&text);
        self.stamp(&picture);
        self.at += 8;
    }

    fn stamp(&mut self, picture: &Bitmap) {
        if self.at + picture.height() < PICTURE_MAX {
            self.ticket.picture.grow(self.at + picture.height());
            self.ticket.picture.stamp(picture, self.indent(picture.width()), self.at);
        }
        self.at += picture.height();
    }
}

fn dots(across: usize, rows: usize, data: &[u8]) -> Bitmap {
    let mut picture = Bitmap::new(across * 8, rows);
    for (index, byte) in data.iter().enumerate() {
        for bit in (0..8).filter(|bit| byte >> (7 - bit) & 1 == 1) {
            picture.darken(index % across * 8 + bit, index / across, 255);
        }
    }
    picture
}

fn blank(paper: Paper) -> Ticket {
    Ticket { text: String::new(), picture: Bitmap::new(paper.dots(), 0), drawer_kicks: 0, beeps: 0, strays: Vec::new() }
}

/// The letter size nearest to the multiples asked for; printers allow up to 8 × 8, our slips use four of them.
fn size_of(look: Look) -> Size {
    match (look.wide, look.high) {
        (1, 1) => Size::Normal,
        (1, _) => Size::Tall,
        (2, _) => Size::Double,
        _ => Size::Triple,
    }
}
