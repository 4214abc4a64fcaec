//! Names and states in the manager's words.

use domain::{
    clock::{BusinessDay, Date, Millis},
    event::TenderKind,
    ids::*,
    menu::{Allergen, Diet},
    staff::Role,
    view::{ConfigView, PrinterState, SlipKind, SlipState},
};

use crate::{
    components::{Mark, Tone},
    format, i18n,
    icons::Icon,
    t,
};

pub fn weekday(n: u8) -> String {
    match n {
        0 => t!("man.weekday.mon"),
        1 => t!("man.weekday.tue"),
        2 => t!("man.weekday.wed"),
        3 => t!("man.weekday.thu"),
        4 => t!("man.weekday.fri"),
        5 => t!("man.weekday.sat"),
        _ => t!("man.weekday.sun"),
    }
}

/// Weekday and date.
pub fn day_long(date: Date) -> String {
    format!("{} {}", weekday(date.weekday()), format::date(date))
}

/// A business day; a second closing of the same date says so.
pub fn business_day(day: BusinessDay) -> String {
    if day.part > 1 { t!("man.day_part", day = day_long(day.date), n = day.part) } else { day_long(day.date) }
}

/// Minutes after midnight as people write them.
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// What a person typed as a time of day, in minutes after midnight.
pub fn read_clock(typed: &str) -> Option<u16> {
    let (h, m) = typed.split_once(':')?;
    let (h, m): (u16, u16) = (h.parse().ok()?, m.parse().ok()?);
    (h < 24 && m < 60).then_some(h * 60 + m)
}

/// How long ago, as people say it.
pub fn ago(then: Millis, now: Millis) -> String {
    match format::minutes_between(then, now) {
        0 => t!("man.ago_now"),
        n @ 1..=59 => t!("man.ago_min", n = n),
        n @ 60..=1439 => t!("man.ago_hours", n = n / 60),
        n => t!("man.ago_days", n = n / 1440),
    }
}

pub fn role(role: Role) -> String {
    match role {
        Role::Owner => t!("role.owner"),
        Role::Manager => t!("role.manager"),
        Role::Waiter => t!("role.waiter"),
        Role::Bar => t!("role.bar"),
        Role::Kitchen => t!("role.kitchen"),
        Role::Host => t!("role.host"),
    }
}

pub fn tender(kind: TenderKind) -> String {
    match kind {
        TenderKind::Cash => t!("pay.cash"),
        TenderKind::Card => t!("pay.card"),
        TenderKind::Voucher => t!("pay.voucher"),
    }
}

pub fn tender_icon(kind: TenderKind) -> Icon {
    match kind {
        TenderKind::Cash => Icon::Cash,
        TenderKind::Card => Icon::Card,
        TenderKind::Voucher => Icon::Voucher,
    }
}

pub fn item(config: &ConfigView, id: &ItemId) -> String {
    config.menu.item(id).map_or_else(|| id.to_string(), |i| i18n::words(&i.name))
}

pub fn category(config: &ConfigView, id: &CategoryId) -> String {
    config.menu.category(id).map_or_else(|| id.to_string(), |c| i18n::words(&c.name))
}

pub fn person(config: &ConfigView, id: &StaffId) -> String {
    config.staff.iter().find(|m| m.id == *id).map_or_else(|| id.to_string(), |m| m.name.clone())
}

/// Who did it; the till itself when nobody was signed in.
pub fn somebody(config: &ConfigView, id: Option<&StaffId>) -> String {
    id.map_or_else(|| t!("man.the_till"), |id| person(config, id))
}

pub fn table(config: &ConfigView, id: Option<&TableId>) -> Option<String> {
    let id = id?;
    let label = config.floor.table(id).map_or_else(|| id.to_string(), |t| t.label.clone());
    Some(t!("table.named", label = label))
}

pub fn printer(config: &ConfigView, id: &PrinterId) -> String {
    config.settings.printers.iter().find(|p| p.id == *id).map_or_else(|| id.to_string(), |p| p.name.clone())
}

pub fn printer_state(state: PrinterState) -> Mark {
    let (tone, icon, words) = match state {
        PrinterState::Ready => (Tone::Go, Icon::Works, t!("man.printer.ready")),
        PrinterState::Unproved => (Tone::Plain, Icon::Dots, t!("man.printer.unproved")),
        PrinterState::PaperLow => (Tone::Warm, Icon::Warning, t!("man.printer.paper_low")),
        PrinterState::PaperOut => (Tone::Late, Icon::Receipt, t!("man.printer.paper_out")),
        PrinterState::CoverOpen => (Tone::Late, Icon::Printer, t!("man.printer.cover_open")),
        PrinterState::Offline => (Tone::Late, Icon::Offline, t!("man.printer.offline")),
    };
    Mark { tone, icon, words }
}

/// How a slip is. A drawer opens; it does not lie on paper.
pub fn slip_state(kind: SlipKind, state: SlipState) -> Mark {
    let (tone, icon, words) = match state {
        SlipState::Queued => (Tone::Cool, Icon::Clock, t!("man.slip.queued")),
        SlipState::Sending => (Tone::Cool, Icon::Printer, t!("man.slip.sending")),
        SlipState::Printed if kind == SlipKind::Drawer => (Tone::Go, Icon::Works, t!("man.slip.opened")),
        SlipState::Printed => (Tone::Go, Icon::Works, t!("man.slip.printed")),
        SlipState::Unknown => (Tone::Warm, Icon::Warning, t!("man.slip.unknown")),
        SlipState::Dropped => (Tone::Plain, Icon::Bin, t!("man.slip.dropped")),
    };
    Mark { tone, icon, words }
}

pub fn slip_kind(kind: SlipKind) -> String {
    match kind {
        SlipKind::Ticket => t!("man.slipkind.ticket"),
        SlipKind::Void => t!("man.slipkind.void"),
        SlipKind::Receipt => t!("man.slipkind.receipt"),
        SlipKind::Bill => t!("man.slipkind.bill"),
        SlipKind::Report => t!("man.slipkind.report"),
        SlipKind::Drawer => t!("man.slipkind.drawer"),
        SlipKind::Test => t!("man.slipkind.test"),
    }
}

pub fn allergen(allergen: Allergen) -> String {
    match allergen {
        Allergen::Gluten => t!("alg.gluten"),
        Allergen::Crustaceans => t!("alg.crustaceans"),
        Allergen::Eggs => t!("alg.eggs"),
        Allergen::Fish => t!("alg.fish"),
        Allergen::Peanuts => t!("alg.peanuts"),
        Allergen::Soy => t!("alg.soy"),
        Allergen::Milk => t!("alg.milk"),
        Allergen::Nuts => t!("alg.nuts"),
        Allergen::Celery => t!("alg.celery"),
        Allergen::Mustard => t!("alg.mustard"),
        Allergen::Sesame => t!("alg.sesame"),
        Allergen::Sulphites => t!("alg.sulphites"),
        Allergen::Lupin => t!("alg.lupin"),
        Allergen::Molluscs => t!("alg.molluscs"),
    }
}

pub fn diet(diet: Diet) -> String {
    match diet {
        Diet::Vegetarian => t!("man.diet.vegetarian"),
        Diet::Vegan => t!("man.diet.vegan"),
        Diet::GlutenFree => t!("man.diet.gluten_free"),
        Diet::Halal => t!("man.diet.halal"),
        Diet::Kosher => t!("man.diet.kosher"),
    }
}

pub fn course(n: u8) -> String {
    match n {
        0 => t!("order.course.0"),
        1 => t!("order.course.1"),
        2 => t!("order.course.2"),
        3 => t!("order.course.3"),
        n => t!("order.course.n", n = n),
    }
}

/// A name as an id: lower case letters and digits with dashes, and a number when it is taken.
pub fn id_from(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let dashed: String = name.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    let parts: Vec<&str> = dashed.split('-').filter(|p| !p.is_empty()).collect();
    let base: String = parts.join("-").chars().take(30).collect();
    let base = if base.is_empty() { "new".to_owned() } else { base };
    if !taken(&base) {
        return base;
    }
    (2u32..).map(|n| format!("{base}-{n}")).find(|id| !taken(id)).unwrap_or(base)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_ids_nobody_has() {
        let check = |name: &str, taken: &[&str], id: &str| assert_eq!(id_from(name, |t| taken.contains(&t)), id);
        check("Steak & Pommes", &[], "steak-pommes");
        check("Steak", &["steak"], "steak-2");
        check("Steak", &["steak", "steak-2"], "steak-3");
        check("  ", &[], "new");
    }

    #[test]
    fn times_of_day_read_back() {
        for minute in [0, 240, 1439] {
            assert_eq!(read_clock(&clock(minute)), Some(minute));
        }
        for bad in ["", "24:00", "12", "12:60", "x:1"] {
            assert_eq!(read_clock(bad), None, "{bad}");
        }
    }
}
