//! A slip as ESC/POS bytes. Pure.
//!
//! The command bytes are written here by hand instead of through the `escpos` crate for three reasons measured on its
//! 0.20.1: its code pages send wrong bytes for `-` and `.`, a character a page lacks leaves as raw UTF-8, and control bytes
//! inside a dish name reach the printer as commands. Text is the part that must be right, and what is left is a dozen commands.
//!
//! Two rules hold for every slip: no byte below 0x20 comes from a text, and no character is lost. A line goes out as
//! text when one of the printer's code pages has every character of it, and is drawn otherwise.

use crate::bitmap::Bitmap;
use crate::codepage::CodePage;
use crate::font::{CELL_HIGH, CELL_WIDE, glyph};
use crate::profile::{Buzzer, DrawerPin, PrinterProfile, Proof};
use crate::script::{composed, visual};
use domain::paper::{QR_MAX, Size, Slip, Span, Strip, cell, clean};
use qrcodegen::{QrCode, QrCodeEcc};

/// Most rows in one raster command; more upsets small printers.
const RASTER_ROWS_MAX: usize = 1024;
/// Edge length of a QR module in dots where the paper allows it.
const QR_MODULE: usize = 6;
/// Lines fed on printers without a cutter, so that the last line passes the tear bar.
const TEAR_FEED: u8 = 5;

/// The whole job: initialise, print every row, leave the printer in its plain state. Does not ask for proof; see
/// [`process_id_request`] and [`status_request`].
pub fn encode(slip: &Slip, profile: &PrinterProfile) -> Vec<u8> {
    let mut job = Job { profile, bytes: Vec::new(), page: None, look: Look::default() };
    job.start();
    for strip in slip.lay_out(profile.paper.columns()) {
        job.strip(&strip);
    }
    job.bytes
}

/// `GS ( H` function 48: the printer answers `37 22 id 00` once everything sent before it is on paper.
/// Every byte of `id` must be printable ASCII.
pub fn process_id_request(id: [u8; 4]) -> [u8; 11] {
    let [a, b, c, d] = id;
    [0x1D, b'(', b'H', 6, 0, 0x30, 0x30, a, b, c, d]
}

/// `DLE EOT n`: asks for one status byte at once, even while the printer is busy or offline.
pub fn status_request(n: u8) -> [u8; 3] {
    [0x10, 0x04, n]
}

/// The look the printer is in, so that only changes are sent.
#[derive(Default, PartialEq, Clone, Copy)]
struct Look {
    size: Size,
    bold: bool,
    inverse: bool,
}

struct Job<'a> {
    profile: &'a PrinterProfile,
    bytes: Vec<u8>,
    page: Option<CodePage>,
    look: Look,
}

impl Job<'_> {
    fn send(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
    }

    fn start(&mut self) {
        self.send(&[0x1B, b'@']);
        if self.profile.proof == Proof::ProcessId {
            // `ESC @` just switched the automatic status back off.
            self.send(&[0x1D, b'a', 0x0F]);
        }
        // Leave two-byte Chinese mode, which many printers wake up in and which swallows every byte above 0x7F.
        self.send(&[0x1C, b'.']);
        // The USA set: in the others `#`, `$`, `@` or `{` print as something else.
        self.send(&[0x1B, b'R', 0]);
    }

    fn strip(&mut self, strip: &Strip) {
        match strip {
            Strip::Line { size, spans } => self.line(*size, spans),
            Strip::Rule => self.rule('─', '-'),
            Strip::DoubleRule => self.rule('═', '='),
            Strip::Feed(lines) => self.feed(*lines),
            Strip::Qr(data) => self.qr(data),
            Strip::Cut if self.profile.cutter => self.send(&[0x1D, b'V', 66, 0]),
            Strip::Cut => self.feed(TEAR_FEED),
            Strip::Drawer => match self.profile.drawer {
                // 50 ms on, 500 ms off, in units of 2 ms.
                Some(DrawerPin::Two) => self.send(&[0x1B, b'p', 0, 25, 250]),
                Some(DrawerPin::Five) => self.send(&[0x1B, b'p', 1, 25, 250]),
                None => {}
            },
            Strip::Buzzer => match self.profile.buzzer {
                Buzzer::None => {}
                Buzzer::EscB => self.send(&[0x1B, b'B', 2, 2]),
                Buzzer::Epson => self.send(&[0x1B, b'(', b'A', 4, 0, 97, 1, 2, 2]),
            },
        }
    }

    fn feed(&mut self, lines: u8) {
        self.set_look(Look::default());
        if lines > 0 {
            self.send(&[0x1B, b'd', lines]);
        }
    }

    fn rule(&mut self, drawn: char, plain: char) {
        let columns = self.profile.paper.columns();
        let has = self.profile.pages.first().is_some_and(|page| page.byte(drawn).is_some());
        let text = String::from(if has { drawn } else { plain }).repeat(columns);
        self.line(Size::Normal, &[Span { text, bold: false, inverse: false }]);
    }

    fn line(&mut self, size: Size, spans: &[Span]) {
        // The layout cleaned the text already; doing it again here makes the promise independent of who built the strip.
        let spans: Vec<Span> =
            spans.iter().map(|span| Span { text: composed(&clean(&span.text)), ..span.clone() }).collect();
        let fits = |page: &CodePage| spans.iter().all(|span| span.text.chars().all(|c| page.byte(c).is_some()));
        let current = self.page.filter(|page| fits(page));
        match current.or_else(|| self.profile.pages.iter().copied().find(|page| fits(page))) {
            Some(page) => self.text_line(page, size, &spans),
            None => self.drawn_line(size, &spans),
        }
    }

    fn text_line(&mut self, page: CodePage, size: Size, spans: &[Span]) {
        if self.page != Some(page) {
            self.page = Some(page);
            self.send(&[0x1B, b't', page.number()]);
        }
        for span in spans {
            self.set_look(Look { size, bold: span.bold, inverse: span.inverse });
            self.bytes.extend(span.text.chars().filter_map(|c| page.byte(c)));
        }
        self.send(b"\n");
    }

    fn set_look(&mut self, look: Look) {
        let before = std::mem::replace(&mut self.look, look);
        if before.bold != look.bold {
            self.send(&[0x1B, b'E', u8::from(look.bold)]);
        }
        if before.size != look.size {
            self.send(&[0x1D, b'!', size_byte(look.size)]);
        }
        if before.inverse != look.inverse {
            self.send(&[0x1D, b'B', u8::from(look.inverse)]);
        }
    }

    fn drawn_line(&mut self, size: Size, spans: &[Span]) {
        self.set_look(Look::default());
        let picture = draw_line(size, spans, self.profile.paper.dots());
        self.raster(&picture);
    }

    /// `GS v 0`, in pieces a small printer can hold.
    fn raster(&mut self, picture: &Bitmap) {
        let across = picture.width().div_ceil(8);
        for top in (0..picture.height()).step_by(RASTER_ROWS_MAX) {
            let rows = (picture.height() - top).min(RASTER_ROWS_MAX);
            let [across_low, across_high] = two_bytes(across);
            let [rows_low, rows_high] = two_bytes(rows);
            self.send(&[0x1D, b'v', b'0', 0, across_low, across_high, rows_low, rows_high]);
            let mut data = Vec::with_capacity(across * rows);
            for y in top..top + rows {
                for byte in 0..across {
                    let bits = (0..8).fold(0u8, |bits, bit| bits << 1 | u8::from(picture.dot(byte * 8 + bit, y)));
                    data.push(bits);
                }
            }
            defuse(&mut data);
            self.bytes.append(&mut data);
        }
    }

    fn qr(&mut self, data: &str) {
        let data = clean(data);
        if data.is_empty() || data.len() > QR_MAX {
            return;
        }
        let Ok(code) = QrCode::encode_text(&data, QrCodeEcc::Medium) else { return };
        let modules = usize::try_from(code.size()).unwrap_or(1);
        let module = QR_MODULE.min(self.profile.paper.dots() / (modules + 8)).max(1);
        self.set_look(Look::default());
        if self.profile.native_qr {
            self.send(&[0x1B, b'a', 1]);
            self.send(&[0x1D, b'(', b'k', 4, 0, 0x31, 0x41, 0x32, 0]);
            self.send(&[0x1D, b'(', b'k', 3, 0, 0x31, 0x43, u8::try_from(module).unwrap_or(3)]);
            self.send(&[0x1D, b'(', b'k', 3, 0, 0x31, 0x45, 0x31]);
            let [low, high] = two_bytes(data.len() + 3);
            self.send(&[0x1D, b'(', b'k', low, high, 0x31, 0x50, 0x30]);
            self.send(data.as_bytes());
            self.send(&[0x1D, b'(', b'k', 3, 0, 0x31, 0x51, 0x30]);
            self.send(&[0x1B, b'a', 0]);
        } else {
            let dots = self.profile.paper.dots();
            let mut picture = Bitmap::new(dots, modules * module);
            picture.stamp(&draw_qr(&code, module), (dots - modules * module) / 2, 0);
            self.raster(&picture);
        }
    }
}

/// A QR code as dots, without its quiet zone.
pub(crate) fn draw_qr(code: &QrCode, module: usize) -> Bitmap {
    let modules = usize::try_from(code.size()).unwrap_or(0);
    let mut picture = Bitmap::new(modules * module, modules * module);
    for y in 0..modules * module {
        for x in 0..modules * module {
            let at = |dot: usize| i32::try_from(dot / module).unwrap_or(-1);
            if code.get_module(at(x), at(y)) {
                picture.darken(x, y, 255);
            }
        }
    }
    picture
}

/// Dots a line of this size takes in height. A line never stands closer to the next than a sixth of an inch, the printers' own pitch.
pub fn line_pitch(size: Size, dots_across: usize) -> usize {
    let sixth_of_an_inch = if dots_across == 512 { 30 } else { 34 };
    (CELL_HIGH * size.high()).max(sixth_of_an_inch)
}

/// Draws a line on the same grid the printer's own letters stand on.
fn draw_line(size: Size, spans: &[Span], dots: usize) -> Bitmap {
    let mut picture = Bitmap::new(dots, line_pitch(size, dots));
    let whole: String = spans.iter().map(|span| span.text.as_str()).collect();
    let looks: Vec<(bool, bool)> =
        spans.iter().flat_map(|span| span.text.chars().map(|_| (span.bold, span.inverse))).collect();
    let step = CELL_WIDE * size.wide();
    let mut left = 0;
    let mut under = 0;
    for (index, c) in visual(&whole).into_iter().enumerate() {
        let (bold, inverse) = looks.get(index).copied().unwrap_or_default();
        let wide = cell(c) * step;
        if wide == 0 {
            // A mark goes over the letter before it.
            picture.stamp(&glyph(c, size, bold).burned(), under, 0);
            continue;
        }
        picture.stamp(&glyph(c, size, bold).burned(), left, 0);
        if inverse {
            picture.invert(left, 0, wide, CELL_HIGH * size.high());
        }
        under = left;
        left += wide;
    }
    picture
}

/// Printers run `DLE EOT`, `DLE ENQ` and `DLE DC4` (the drawer!) wherever those bytes appear, even inside a picture.
/// One dot beside them keeps the picture a picture.
fn defuse(data: &mut [u8]) {
    for at in 1..data.len() {
        if data[at - 1] == 0x10 && matches!(data[at], 0x04 | 0x05 | 0x14) {
            data[at - 1] = 0x18;
        }
    }
}

fn size_byte(size: Size) -> u8 {
    match size {
        Size::Normal => 0x00,
        Size::Tall => 0x01,
        Size::Double => 0x11,
        Size::Triple => 0x22,
    }
}

/// A length as printers want it, low byte first. All lengths here are bounded far below 65 536.
fn two_bytes(n: usize) -> [u8; 2] {
    u16::try_from(n).unwrap_or(u16::MAX).to_le_bytes()
}

#[cfg(test)]
mod tests;
