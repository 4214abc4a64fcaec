//! The paper document: what a slip says, before any printer or screen is chosen.
//!
//! A [`Slip`] is a list of [`Row`]s that know nothing of widths. [`Slip::lay_out`] wraps them for a paper of so many columns into
//! [`Strip`]s, and both faces draw those: the screen as a monospaced preview, `printing` as printer commands. One wrapping
//! for both is what makes the preview the truth. No I/O here.

use serde::{Deserialize, Serialize};

/// One piece of paper, from its top edge to its cut.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slip {
    /// What the slip is for; decides nothing about its look.
    pub kind: SlipKind,
    /// Top to bottom.
    pub rows: Vec<Row>,
}

/// What a slip is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipKind {
    /// Cook this.
    Kitchen,
    /// Do not cook that any more.
    Void,
    /// The guest's bill before payment.
    Bill,
    /// Proof of payment.
    Receipt,
    /// X, Z and other counts for the manager.
    Report,
    /// A test page, or anything else.
    Other,
}

/// One row of a slip. Texts may hold anything a person typed: control characters are dropped when the slip is laid out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Row {
    /// A paragraph; wraps between words.
    Text { text: String, style: Style },
    /// Words on the left, usually an amount on the right. The right side is never clipped; the left side wraps.
    Columns { left: String, right: String, style: Style },
    /// A dish or a modifier: quantity, hanging name, optional amount at the right edge. `indent` counts levels below the dish.
    Item { qty: String, name: String, amount: Option<String>, indent: u8, style: Style },
    /// A thin line across the paper.
    Rule,
    /// A thick line across the paper.
    DoubleRule,
    /// So many empty lines.
    Feed(u8),
    /// A QR code, centred. At most [`QR_MAX`] bytes, longer data is not printed.
    Qr { data: String },
    /// Feed past the cutter and cut.
    Cut,
    /// Open the cash drawer.
    Drawer,
    /// Call the kitchen.
    Buzzer,
}

/// Longest text of a QR row, in bytes: still readable by a phone at 58 mm.
pub const QR_MAX: usize = 300;

/// How a row looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Style {
    /// Heavier strokes.
    #[serde(skip_serializing_if = "is_usual")]
    pub bold: bool,
    /// Letter size; every size still fits the same paper, with fewer columns.
    #[serde(skip_serializing_if = "is_usual")]
    pub size: Size,
    /// Where the text stands. Only `Row::Text` listens.
    #[serde(skip_serializing_if = "is_usual")]
    pub align: Align,
    /// White on black across the whole paper: allergies, VOID, POSSIBLE DUPLICATE.
    #[serde(skip_serializing_if = "is_usual")]
    pub inverse: bool,
}

/// Every slip is stored, and most of its rows look as rows usually do; saying so each time would be half of its bytes.
fn is_usual<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Letter size, as multiples of the printer's own character cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// 1 × 1.
    #[default]
    Normal,
    /// Normal width, double height: long names a cook can read at arm's length.
    Tall,
    /// 2 × 2.
    Double,
    /// 3 × 3: the table number.
    Triple,
}

impl Size {
    /// Cells one character takes in width.
    pub const fn wide(self) -> usize {
        match self {
            Size::Normal | Size::Tall => 1,
            Size::Double => 2,
            Size::Triple => 3,
        }
    }

    /// Cells one character takes in height.
    pub const fn high(self) -> usize {
        match self {
            Size::Normal => 1,
            Size::Tall | Size::Double => 2,
            Size::Triple => 3,
        }
    }
}

/// Where a text stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Align {
    /// At the left edge.
    #[default]
    Left,
    /// In the middle.
    Center,
    /// At the right edge.
    Right,
}

impl Style {
    /// The plain style.
    pub const fn plain() -> Style {
        Style { bold: false, size: Size::Normal, align: Align::Left, inverse: false }
    }

    /// The same, bold.
    pub const fn bold(mut self) -> Style {
        self.bold = true;
        self
    }

    /// The same, in another size.
    pub const fn size(mut self, size: Size) -> Style {
        self.size = size;
        self
    }

    /// The same, in the middle.
    pub const fn center(mut self) -> Style {
        self.align = Align::Center;
        self
    }

    /// The same, white on black.
    pub const fn inverse(mut self) -> Style {
        self.inverse = true;
        self
    }
}

/// The roll in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 58 mm, 384 dots, 32 columns.
    Mm58,
    /// 80 mm on a 180 dpi head, 512 dots, 42 columns.
    Mm80At180,
    /// 80 mm on a 203 dpi head, 576 dots, 48 columns.
    #[default]
    Mm80,
}

impl Paper {
    /// Characters of normal size in one line.
    pub const fn columns(self) -> usize {
        match self {
            Paper::Mm58 => 32,
            Paper::Mm80At180 => 42,
            Paper::Mm80 => 48,
        }
    }

    /// Printable dots in one line.
    pub const fn dots(self) -> usize {
        match self {
            Paper::Mm58 => 384,
            Paper::Mm80At180 => 512,
            Paper::Mm80 => 576,
        }
    }
}

/// A slip row after wrapping: what really lands on the paper, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Strip {
    /// One line of text of one size. Leading blanks already place it; never wider than the paper.
    Line { size: Size, spans: Vec<Span> },
    /// A thin line across the paper.
    Rule,
    /// A thick line across the paper.
    DoubleRule,
    /// So many empty lines.
    Feed(u8),
    /// A QR code, centred.
    Qr(String),
    /// Cut here.
    Cut,
    /// Open the cash drawer.
    Drawer,
    /// Call the kitchen.
    Buzzer,
}

/// A run of characters of one look within a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Free of control characters, in reading order.
    pub text: String,
    /// Heavier strokes.
    pub bold: bool,
    /// White on black.
    pub inverse: bool,
}

/// The banner of a reprint whose first printing is unproven.
pub const POSSIBLE_DUPLICATE: &str = "POSSIBLE DUPLICATE";

impl Slip {
    /// A slip of this kind with these rows.
    pub fn new(kind: SlipKind, rows: Vec<Row>) -> Slip {
        Slip { kind, rows }
    }

    /// The reprint of a slip that may already be on paper. It says so on top and does not open the drawer again:
    /// a drawer that opens by itself minutes later is money lying open.
    pub fn marked_possible_duplicate(&self) -> Slip {
        let mut slip = self.marked(POSSIBLE_DUPLICATE);
        slip.rows.retain(|row| *row != Row::Drawer);
        slip
    }

    /// The same slip under an inverse banner: `COPY`, `TRAINING`, `BACKUP FROM GRILL`.
    pub fn marked(&self, banner: &str) -> Slip {
        let style = Style::plain().bold().size(Size::Double).center().inverse();
        let mut rows = vec![Row::Text { text: banner.to_owned(), style }];
        rows.extend(self.rows.iter().cloned());
        Slip { kind: self.kind, rows }
    }

    /// Wraps the slip for a paper of `columns` normal characters. Nothing is ever clipped: what does not fit goes on.
    pub fn lay_out(&self, columns: usize) -> Vec<Strip> {
        let mut strips = Vec::new();
        for row in &self.rows {
            match row {
                Row::Text { text, style } => lay_text(&mut strips, text, *style, columns),
                Row::Columns { left, right, style } => {
                    let body = Body { lead: String::new(), name: left, amount: Some(right), style: *style };
                    lay_body(&mut strips, body, columns);
                }
                Row::Item { qty, name, amount, indent, style } => {
                    let lead = lead(qty, *indent, style.size);
                    let body = Body { lead, name, amount: amount.as_deref(), style: *style };
                    lay_body(&mut strips, body, columns);
                }
                Row::Rule => strips.push(Strip::Rule),
                Row::DoubleRule => strips.push(Strip::DoubleRule),
                Row::Feed(lines) => strips.push(Strip::Feed(*lines)),
                Row::Qr { data } if data.len() <= QR_MAX => strips.push(Strip::Qr(data.clone())),
                Row::Qr { .. } => {}
                Row::Cut => strips.push(Strip::Cut),
                Row::Drawer => strips.push(Strip::Drawer),
                Row::Buzzer => strips.push(Strip::Buzzer),
            }
        }
        strips
    }

    /// The slip as plain text, for logs, tests and readers that cannot show sizes.
    pub fn to_text(&self, columns: usize) -> String {
        let mut out = String::new();
        for strip in self.lay_out(columns) {
            match strip {
                Strip::Line { spans, .. } => {
                    let line: String = spans.iter().map(|span| span.text.as_str()).collect();
                    out.push_str(line.trim_end());
                    out.push('\n');
                }
                Strip::Rule => out.push_str(&format!("{}\n", "-".repeat(columns))),
                Strip::DoubleRule => out.push_str(&format!("{}\n", "=".repeat(columns))),
                Strip::Feed(lines) => out.extend((0..lines).map(|_| '\n')),
                Strip::Qr(data) => out.push_str(&format!("[QR {data}]\n")),
                Strip::Cut | Strip::Drawer | Strip::Buzzer => {}
            }
        }
        out
    }
}

/// Blanks and quantity before a name. Small print keeps two cells for the quantity so that names stand under each other.
fn lead(qty: &str, indent: u8, size: Size) -> String {
    let qty = clean(qty);
    let level = " ".repeat(usize::from(indent) * if size.wide() > 1 { 2 } else { 3 });
    if qty.is_empty() {
        return level;
    }
    let room: usize = if size.wide() > 1 { 1 } else { 2 };
    let blanks = " ".repeat(room.saturating_sub(cells(&qty)));
    format!("{level}{blanks}{qty} ")
}

fn lay_text(strips: &mut Vec<Strip>, text: &str, style: Style, columns: usize) {
    let room = (columns / style.size.wide()).max(1);
    // White on black needs a black edge, or its first letter bleeds into the paper.
    let edge = usize::from(style.inverse && room > 2);
    for line in wrap(&clean(text), room - 2 * edge) {
        let free = (room - 2 * edge).saturating_sub(cells(&line));
        let before = edge
            + match style.align {
                Align::Left => 0,
                Align::Center => free / 2,
                Align::Right => free,
            };
        let mut line = format!("{}{line}", " ".repeat(before));
        if style.inverse {
            line.push_str(&" ".repeat(room.saturating_sub(cells(&line))));
        }
        push_line(strips, style, vec![(line, style.bold)]);
    }
}

/// A name with something before it (quantity) and something after it (amount).
struct Body<'a> {
    lead: String,
    name: &'a str,
    amount: Option<&'a str>,
    style: Style,
}

fn lay_body(strips: &mut Vec<Strip>, body: Body<'_>, columns: usize) {
    let style = body.style;
    let room = (columns / style.size.wide()).max(1);
    let amount = body.amount.map(clean).unwrap_or_default();
    let mut body = body;
    if cells(&body.lead) + MIN_NAME_CELLS > room {
        // An absurd quantity takes its own lines rather than push the name off the paper.
        for part in wrap(&std::mem::take(&mut body.lead), room) {
            push_line(strips, style, vec![(part, true)]);
        }
    }
    let lead_cells = cells(&body.lead);
    // The amount shares the last line of the name when at least a few letters fit beside it; else it gets its own line.
    let beside = if amount.is_empty() { 0 } else { cells(&amount) + 1 };
    let shares = lead_cells + beside + MIN_NAME_CELLS <= room || beside == 0;
    let name_room = if shares { room - lead_cells - beside } else { room - lead_cells };
    let lines = wrap(&clean(body.name), name_room.max(1));
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.into_iter().enumerate() {
        let mut text = line;
        if index == last && shares && beside > 0 {
            text = format!("{text}{}", right_aligned(&amount, room - lead_cells - cells(&text)));
        } else if style.inverse {
            text.push_str(&" ".repeat((room - lead_cells).saturating_sub(cells(&text))));
        }
        let before = if index == 0 { body.lead.clone() } else { " ".repeat(lead_cells) };
        // The quantity is always bold: it is read first.
        push_line(strips, style, vec![(before, true), (text, style.bold)]);
    }
    if !shares {
        for part in wrap(&amount, room) {
            push_line(strips, style, vec![(right_aligned(&part, room), style.bold)]);
        }
    }
}

/// Fewest cells a name may be squeezed into beside its amount.
const MIN_NAME_CELLS: usize = 6;

fn right_aligned(text: &str, room: usize) -> String {
    format!("{}{text}", " ".repeat(room.saturating_sub(cells(text))))
}

fn push_line(strips: &mut Vec<Strip>, style: Style, parts: Vec<(String, bool)>) {
    let mut spans: Vec<Span> = Vec::new();
    for (text, bold) in parts.into_iter().filter(|(text, _)| !text.is_empty()) {
        // A blank that must not break has done its work.
        let text = text.replace('\u{a0}', " ");
        match spans.last_mut() {
            // Blank quantities and equal looks melt into one run: fewer commands on the wire, one element on the screen.
            Some(last) if last.bold == bold || last.text.trim().is_empty() => {
                last.text.push_str(&text);
                last.bold = bold;
            }
            _ => spans.push(Span { text, bold, inverse: style.inverse }),
        }
    }
    strips.push(Strip::Line { size: style.size, spans });
}

/// Drops what must never reach a printer or a preview: C0 and C1 controls and the invisible marks that reorder text
/// (a name could otherwise print a price backwards). Tabs and line breaks become blanks; a blank that must not break stays one until the line is laid out.
pub fn clean(text: &str) -> String {
    text.chars()
        .filter_map(|c| match c {
            '\t' | '\n' | '\r' | '\u{2028}' | '\u{2029}' => Some(' '),
            '\u{202f}' => Some('\u{a0}'),
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{ad}' => None,
            c if c.is_control() => None,
            c => Some(c),
        })
        .collect()
}

/// Breaks a clean text into lines of at most `room` cells: between words, else after a hyphen, else anywhere. Never loses a
/// character but blanks at a break. An empty text is one empty line.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let blank = usize::from(!line.is_empty());
        if cells(&line) + blank + cells(word) <= room {
            line.extend(std::iter::repeat_n(' ', blank));
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for part in hyphen_parts(word) {
            if cells(&line) + cells(part) > room && !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in part.chars() {
                if cells(&line) + cell(c) > room && !line.is_empty() {
                    lines.push(std::mem::take(&mut line));
                }
                line.push(c);
            }
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// `Tomaten-Bruschetta` as `Tomaten-`, `Bruschetta`. A hyphen beside a digit is a minus or a number and holds together.
fn hyphen_parts(word: &str) -> impl Iterator<Item = &str> {
    let letters = |text: &str, from_end: bool| {
        let c = if from_end { text.chars().next_back() } else { text.chars().next() };
        c.is_some_and(is_letter)
    };
    let mut start = 0;
    let breaks: Vec<usize> = word
        .match_indices('-')
        .filter(|(at, _)| letters(&word[..*at], true) && letters(&word[at + 1..], false))
        .map(|(at, _)| at + 1)
        .collect();
    breaks.into_iter().chain([word.len()]).map(move |end| {
        let part = &word[start..end];
        start = end;
        part
    })
}

/// What a word is broken beside. Every character of a script other than Latin counts as a letter: the tables that know better
/// weigh more than the rest of this file in a browser.
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii()
}

/// Cells a text takes at normal size.
pub fn cells(text: &str) -> usize {
    text.chars().map(cell).sum()
}

/// Cells one character takes: 0 for marks that sit on the character before, 2 for East Asian wide ones and pictures, else 1.
pub fn cell(c: char) -> usize {
    match u32::from(c) {
        0x0300..=0x036F | 0x0483..=0x0489 | 0x0591..=0x05BD | 0x05BF | 0x05C1 | 0x05C2 | 0x05C4 | 0x05C5 | 0x05C7 => 0,
        0x0610..=0x061A | 0x064B..=0x065F | 0x0670 | 0x06D6..=0x06DC | 0x06DF..=0x06E4 | 0x06E7 | 0x06E8 => 0,
        0x0E31 | 0x0E34..=0x0E3A | 0x0E47..=0x0E4E | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x20D0..=0x20FF => 0,
        0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xE0100..=0xE01EF => 0,
        0x1100..=0x115F | 0x2E80..=0x303E | 0x3041..=0xA4CF | 0xA960..=0xA97F | 0xAC00..=0xD7A3 => 2,
        0xF900..=0xFAFF | 0xFE30..=0xFE6F | 0xFF00..=0xFF60 | 0xFFE0..=0xFFE6 => 2,
        0x1F300..=0x1FAFF | 0x20000..=0x3FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(qty: &str, name: &str, amount: &str, indent: u8, size: Size) -> Row {
        let amount = (!amount.is_empty()).then(|| amount.to_owned());
        Row::Item { qty: qty.into(), name: name.into(), amount, indent, style: Style::plain().size(size) }
    }

    fn check(row: Row, columns: usize, paper: &[&str]) {
        let text = Slip::new(SlipKind::Other, vec![row]).to_text(columns);
        assert_eq!(text.lines().collect::<Vec<_>>(), paper);
    }

    #[test]
    fn rows_wrap_and_never_clip() {
        check(item("2", "Espresso", "6.40", 0, Size::Normal), 20, &[" 2 Espresso     6.40"]);
        check(
            item("1", "Wiener Schnitzel vom Kalb", "24.90", 0, Size::Normal),
            20,
            &[" 1 Wiener", "   Schnitzel", "   vom Kalb    24.90"],
        );
        check(item("", "kein Knoblauch", "", 1, Size::Normal), 20, &["   kein Knoblauch"]);
        check(item("12", "Käsespätzle", "", 0, Size::Double), 20, &["12 Käsespä", "   tzle"]);
        check(item("2", "Tomaten-Bruschetta", "", 0, Size::Normal), 16, &[" 2 Tomaten-", "   Bruschetta"]);
        check(
            item("1", "寿司盛り合わせ特上", "30.00", 0, Size::Normal),
            20,
            &[" 1 寿司盛り合", "   わせ特上    30.00"],
        );
        let columns =
            |left: &str, right: &str| Row::Columns { left: left.into(), right: right.into(), style: Style::plain() };
        check(columns("Total", "1 234.50"), 16, &["Total   1 234.50"]);
        check(columns("Total", "EUR 1234567.50"), 16, &["Total", "  EUR 1234567.50"]);
        check(columns("Gift card ending 4432", "-5.00"), 16, &["Gift card", "ending", "4432       -5.00"]);
        let text = |text: &str, style| Row::Text { text: text.into(), style };
        check(text("Table 7", Style::plain().center()), 15, &["    Table 7"]);
        check(text("two\nlines\u{1b}p\u{0}", Style::plain()), 15, &["two linesp"]);
        check(text("", Style::plain()), 15, &[""]);
    }

    #[test]
    fn inverse_rows_fill_the_paper() {
        let style = Style::plain().inverse().center().size(Size::Double);
        let strips = Slip::new(SlipKind::Void, vec![Row::Text { text: "VOID".into(), style }]).lay_out(32);
        let [Strip::Line { spans, .. }] = strips.as_slice() else { panic!("one line expected, got {strips:?}") };
        assert_eq!(spans[0].text, "      VOID      ");
    }

    #[test]
    fn a_possible_duplicate_says_so_first_and_leaves_the_drawer_shut() {
        let slip =
            Slip::new(SlipKind::Receipt, vec![Row::Drawer, item("1", "Toast", "4.00", 0, Size::Normal), Row::Cut]);
        let again = slip.marked_possible_duplicate();
        assert!(again.to_text(48).trim_start().starts_with(POSSIBLE_DUPLICATE));
        assert!(!again.rows.contains(&Row::Drawer));
        assert_eq!(again.rows.len(), slip.rows.len());
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_paper_and_no_letter_is_lost(
            qty in "[0-9]{0,20}", name in "\\PC{0,60}", amount in "[-0-9.,€ ]{0,12}", indent in 0u8..3,
            columns in prop::sample::select(vec![32usize, 42, 48]),
            size in prop::sample::select(vec![Size::Normal, Size::Tall, Size::Double, Size::Triple]),
        ) {
            let slip = Slip::new(SlipKind::Kitchen, vec![item(&qty, &name, &amount, indent, size)]);
            let mut paper = String::new();
            for strip in slip.lay_out(columns) {
                let Strip::Line { spans, .. } = strip else { panic!("only lines expected") };
                let line: String = spans.into_iter().map(|span| span.text).collect();
                prop_assert!(cells(&line) * size.wide() <= columns, "{line:?} is too wide for {columns}");
                paper.push_str(&line);
            }
            let letters = |text: &str| clean(text).chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect::<String>();
            prop_assert_eq!(letters(&paper), letters(&format!("{qty}{name}{amount}")));
        }
    }
}
