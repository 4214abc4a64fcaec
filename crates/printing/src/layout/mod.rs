//! What each paper says and how it looks: the restaurant's views as slips. Pure.
//!
//! One language of shapes on all of them: the biggest thing on a paper is what it is looked for by (table and number in the kitchen,
//! the total for the guest), white on black is only for what must not be overlooked (allergies, VOID, COPY, TRAINING).

mod amount;
mod kitchen;
mod receipt;
mod report;
mod words;

use amount::Amounts;
use domain::clock::{BusinessDay, DateOrder, Millis, Moment};
use domain::event::TenderKind;
use domain::ids::StaffId;
use domain::paper::{Row, Size, Slip, SlipKind, Style};
use domain::restaurant::Restaurant;
use domain::settings::Settings;
use domain::slips::{SlipContent, SlipOrder};
use words::Words;

/// Lays out any slip the domain ordered. `now` is printed on papers that carry no time of their own. `None` only before the store is set up.
pub fn slip(restaurant: &Restaurant, order: &SlipOrder, now: Moment) -> Option<Slip> {
    let settings = restaurant.settings()?;
    let kitchen = matches!(order.content, SlipContent::Ticket(_) | SlipContent::Void(_) | SlipContent::Test);
    let language = if kitchen { &settings.kitchen_language } else { &settings.language };
    let desk = Desk {
        restaurant,
        settings,
        language,
        words: Words::of(language),
        amounts: Amounts::of(&settings.locale, &settings.currency),
        dates: DateOrder::of(&settings.locale),
        now,
    };
    Some(match &order.content {
        SlipContent::Ticket(ticket) => desk.ticket(ticket),
        SlipContent::Void(void) => desk.void(void),
        SlipContent::Receipt { check, copy } => desk.receipt(check, *copy),
        SlipContent::Refund { check, refund } => desk.refund(check, *refund),
        SlipContent::Bill { check } => desk.bill(check),
        SlipContent::Report(z) => desk.report(z),
        SlipContent::Drawer => Slip::new(SlipKind::Other, vec![Row::Drawer]),
        SlipContent::Test => desk.test(),
    })
}

/// What every layout needs at hand.
struct Desk<'a> {
    restaurant: &'a Restaurant,
    settings: &'a Settings,
    language: &'a str,
    words: &'static Words,
    amounts: Amounts<'a>,
    dates: DateOrder,
    now: Moment,
}

impl Desk<'_> {
    fn person(&self, id: &StaffId) -> String {
        self.restaurant.member(id).map_or_else(|| id.to_string(), |member| member.name.clone())
    }

    fn tender(&self, kind: TenderKind) -> &'static str {
        match kind {
            TenderKind::Cash => self.words.cash,
            TenderKind::Card => self.words.card,
            TenderKind::Voucher => self.words.voucher,
        }
    }

    /// Local time of something that happened around now. Near enough: a check does not live across a clock change often, and the
    /// fiscal time is the one in the log.
    fn time(&self, at: Millis) -> String {
        Moment { at, offset: self.now.offset }.text(self.dates)
    }

    /// A day may be closed twice; the second closing says so.
    fn day(&self, day: BusinessDay) -> String {
        let date = self.dates.write(day.date);
        if day.part > 1 { format!("{date} ({})", day.part) } else { date }
    }

    /// The store's name and address.
    fn letterhead(&self) -> Vec<Row> {
        let mut rows = vec![text(&self.settings.name, Style::plain().bold().size(Size::Double).center())];
        rows.extend(self.settings.header.iter().map(|line| text(line, Style::plain().center())));
        rows.push(Row::Feed(1));
        rows
    }

    fn training(&self, training: bool) -> Vec<Row> {
        if training { vec![text(self.words.training, LOUD)] } else { Vec::new() }
    }

    fn test(&self) -> Slip {
        let mut rows = self.letterhead();
        rows.extend([
            text(self.words.test_page, Style::plain().bold().size(Size::Double).center()),
            text(&self.now.text(self.dates), Style::plain().center()),
            Row::DoubleRule,
            text("Käsespätzle · Żurek · Crème brûlée · ¡Olé!", Style::plain()),
            text("寿司 · Борщ · Μουσακάς · 김치찌개 · حمص", Style::plain().size(Size::Tall)),
            item("2", "Tall", 0, Style::plain().size(Size::Tall)),
            item("2", "Double", 0, Style::plain().bold().size(Size::Double)),
            text(self.words.allergy, Style::plain().bold().size(Size::Double).inverse()),
            columns("0123456789", &self.amounts.with_symbol(domain::money::Money(123_450)), Style::plain()),
            Row::Rule,
            text(self.words.test_reads, Style::plain().center()),
            Row::Buzzer,
            Row::Cut,
        ]);
        Slip::new(SlipKind::Other, rows)
    }
}

/// White on black, big, in the middle.
const LOUD: Style = Style::plain().bold().size(Size::Double).center().inverse();

fn text(text: &str, style: Style) -> Row {
    Row::Text { text: text.to_owned(), style }
}

fn columns(left: &str, right: &str, style: Style) -> Row {
    Row::Columns { left: left.to_owned(), right: right.to_owned(), style }
}

fn item(qty: &str, name: &str, indent: u8, style: Style) -> Row {
    Row::Item { qty: qty.to_owned(), name: name.to_owned(), amount: None, indent, style }
}

/// Joins what is there.
fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join(" · ")
}
