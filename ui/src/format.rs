//! Amounts, dates and times as the store's locale writes them. Pure; the screen's own locale is set once with [`set`].

use std::cell::RefCell;

use domain::{
    clock::{Date, DateOrder, Millis, Moment},
    money::{Currency, Money, Ppm},
};

/// How one locale writes numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marks {
    decimal: char,
    group: &'static str,
    /// Groups begin at this many digits before the point (Spanish leaves four-digit numbers alone).
    group_from: usize,
    symbol_first: bool,
    /// Between amount and symbol; narrow enough never to break.
    symbol_gap: &'static str,
    date: DateOrder,
}

const NBSP: &str = "\u{a0}";
const NARROW: &str = "\u{202f}";

impl Marks {
    /// The marks of a locale such as `de-DE`; unknown ones write like `en-GB`.
    pub fn of(locale: &str) -> Marks {
        let english = Marks {
            decimal: '.',
            group: ",",
            group_from: 4,
            symbol_first: true,
            symbol_gap: "",
            date: DateOrder::of(locale),
        };
        let comma = Marks { decimal: ',', group: ".", symbol_first: false, symbol_gap: NBSP, ..english };
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        match (language, locale) {
            (_, "de-CH" | "fr-CH" | "it-CH") => Marks { group: "’", symbol_gap: NBSP, ..english },
            (_, "de-AT") => Marks { symbol_first: true, ..comma },
            ("de" | "da" | "nb" | "fi" | "cs", _) => comma,
            ("es", "es-MX") => english,
            ("es" | "pt" | "it" | "el", _) => Marks { group_from: 5, ..comma },
            ("fr", _) => Marks { group: NARROW, ..comma },
            ("pl" | "ru" | "uk" | "bg" | "sv", _) => Marks { group: NBSP, ..comma },
            ("nl", _) => Marks { symbol_first: true, ..comma },
            ("tr", _) => Marks { symbol_gap: "", symbol_first: true, ..comma },
            ("ar" | "he" | "fa", _) => Marks { symbol_first: false, symbol_gap: NBSP, ..english },
            _ => english,
        }
    }

    /// Digits with groups, for counts.
    pub fn whole(&self, value: u64) -> String {
        let digits = value.to_string();
        if digits.len() < self.group_from {
            return digits;
        }
        let mut out = String::with_capacity(digits.len() + 4);
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push_str(self.group);
            }
            out.push(digit);
        }
        out
    }

    /// An amount without its symbol: `1.234,50`. The sign is a real minus.
    pub fn amount(&self, currency: &Currency, money: Money) -> String {
        let unit = 10u64.pow(u32::from(currency.digits.min(4)));
        let value = money.0.unsigned_abs();
        let sign = if money.0 < 0 { "\u{2212}" } else { "" };
        let whole = self.whole(value / unit);
        match usize::from(currency.digits.min(4)) {
            0 => format!("{sign}{whole}"),
            width => format!("{sign}{whole}{}{:0width$}", self.decimal, value % unit),
        }
    }

    /// An amount with its symbol on the locale's side: `1.234,50 €`, `$1,234.50`.
    pub fn money(&self, currency: &Currency, money: Money) -> String {
        let amount = self.amount(currency, money);
        let symbol = &currency.symbol;
        if !self.symbol_first {
            return format!("{amount}{}{symbol}", self.symbol_gap);
        }
        // A symbol of letters ("CHF") never touches its digits.
        let gap = if symbol.chars().all(is_letter) { NBSP } else { self.symbol_gap };
        match amount.strip_prefix('\u{2212}') {
            Some(rest) => format!("\u{2212}{symbol}{gap}{rest}"),
            None => format!("{symbol}{gap}{amount}"),
        }
    }

    /// A share such as `8,875 %`, without needless zeros.
    pub fn share(&self, share: Ppm) -> String {
        let (whole, rest) = (share.0 / 10_000, share.0 % 10_000);
        let rest = format!("{rest:04}");
        let rest = rest.trim_end_matches('0');
        let point = if rest.is_empty() { String::new() } else { format!("{}{rest}", self.decimal) };
        format!("{whole}{point}{NBSP}%")
    }

    /// A date in figures with its year.
    pub fn date(&self, date: Date) -> String {
        self.date.write(date)
    }

    /// What a person typed, as an amount: digits with at most one decimal mark, of either kind. `None` when it is not one.
    pub fn read_amount(&self, currency: &Currency, typed: &str) -> Option<Money> {
        let digits = usize::from(currency.digits.min(4));
        let typed: String = typed.trim().replace([' ', '\u{a0}', '\u{202f}', '’'], "");
        let point = typed.rfind(['.', ',']).filter(|at| {
            // "1.234" in a comma country is a thousand, "1.23" is not.
            let tail = typed.len() - at - 1;
            tail <= digits || typed.as_bytes()[*at] as char == self.decimal
        });
        let (whole, part) = match point {
            Some(at) => (&typed[..at], &typed[at + 1..]),
            None => (typed.as_str(), ""),
        };
        let whole: String = whole.chars().filter(|c| !matches!(c, '.' | ',')).collect();
        if part.len() > digits || (whole.is_empty() && part.is_empty()) {
            return None;
        }
        let minor: i64 = format!("{}{part:0<digits$}", if whole.is_empty() { "0" } else { &whole }).parse().ok()?;
        Some(Money(minor)).filter(|m| m.is_plausible())
    }
}

/// Of the symbols of currencies: whatever is no sign. Latin ends its signs at `¿`; most of the others have a block of their
/// own (Unicode, Currency Symbols).
fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || c > '¿' && !matches!(c, '฿' | '៛' | '\u{20a0}'..='\u{20cf}' | '﷼' | '￠'..='￦')
}

/// The store's formats as this screen uses them.
#[derive(Debug, Clone)]
pub struct Formats {
    pub marks: Marks,
    pub currency: Currency,
    /// Minutes east of UTC at the store now.
    pub offset: i16,
}

thread_local! {
    static FORMATS: RefCell<Formats> = RefCell::new(Formats {
        marks: Marks::of("en-GB"),
        currency: Currency { code: "EUR".into(), digits: 2, symbol: "€".into() },
        offset: 0,
    });
}

/// Sets what every later call writes with; done when the store's settings arrive.
pub fn set(locale: &str, currency: &Currency, offset: i16) {
    FORMATS.with_borrow_mut(|f| *f = Formats { marks: Marks::of(locale), currency: currency.clone(), offset });
}

fn with<T>(f: impl FnOnce(&Formats) -> T) -> T {
    FORMATS.with_borrow(f)
}

/// An amount with the store's symbol.
pub fn money(amount: Money) -> String {
    with(|f| f.marks.money(&f.currency, amount))
}

/// An amount without a symbol, for columns.
pub fn amount(amount: Money) -> String {
    with(|f| f.marks.amount(&f.currency, amount))
}

/// A count with the locale's groups.
pub fn count(n: u64) -> String {
    with(|f| f.marks.whole(n))
}

pub fn share(share: Ppm) -> String {
    with(|f| f.marks.share(share))
}

/// What a person typed, in the store's currency.
pub fn read_amount(typed: &str) -> Option<Money> {
    with(|f| f.marks.read_amount(&f.currency, typed))
}

/// Digits behind the point of the store's currency.
pub fn digits() -> u8 {
    with(|f| f.currency.digits)
}

/// Local time of day, `19:05`.
pub fn time(at: Millis) -> String {
    with(|f| {
        let minute = Moment { at, offset: f.offset }.minute_of_day();
        format!("{:02}:{:02}", minute / 60, minute % 60)
    })
}

pub fn date(date: Date) -> String {
    with(|f| f.marks.date(date))
}

/// The local date of a moment.
pub fn date_of(at: Millis) -> Date {
    with(|f| Moment { at, offset: f.offset }.date())
}

/// Whole minutes between two moments; 0 when a clock was wrong.
pub fn minutes_between(from: Millis, to: Millis) -> u32 {
    u32::try_from((to - from) / 60_000).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn eur() -> Currency {
        Currency { code: "EUR".into(), digits: 2, symbol: "€".into() }
    }

    #[test]
    fn every_locale_writes_money_its_own_way() {
        let check = |locale: &str, currency: Currency, minor: i64, written: &str| {
            assert_eq!(
                Marks::of(locale).money(&currency, Money(minor)).replace([' ', '\u{202f}', '\u{a0}'], "_"),
                written,
                "{locale}"
            );
        };
        let of = |code: &str, digits, symbol: &str| Currency { code: code.into(), digits, symbol: symbol.into() };
        check("de-DE", eur(), 123_450, "1.234,50_€");
        check("es-ES", eur(), 123_450, "1234,50_€");
        check("es-ES", eur(), 1_234_550, "12.345,50_€");
        check("en-GB", of("GBP", 2, "£"), -5, "\u{2212}£0.05");
        check("en-US", of("USD", 2, "$"), 123_456_789, "$1,234,567.89");
        check("de-CH", of("CHF", 2, "CHF"), 123_450, "CHF_1’234.50");
        check("fr-FR", eur(), 123_450, "1_234,50_€");
        check("ja-JP", of("JPY", 0, "¥"), 1200, "¥1,200");
        check("de-AT", of("PLN", 2, "zł"), 500, "zł_5,00");
        check("nl-NL", of("THB", 2, "฿"), 500, "฿_5,00");
        check("en-GB", of("INR", 2, "₹"), 500, "₹5.00");
        check("ar-AE", of("KWD", 3, "د.ك"), 12_005, "12.005_د.ك");
    }

    #[test]
    fn typed_amounts_are_read_or_refused() {
        let check = |locale: &str, typed: &str, minor: Option<i64>| {
            assert_eq!(Marks::of(locale).read_amount(&eur(), typed), minor.map(Money), "{locale} {typed:?}");
        };
        check("de-DE", "12,5", Some(1250));
        check("de-DE", "12.50", Some(1250));
        check("de-DE", "1.234", Some(123_400));
        check("de-DE", "1.234,5", Some(123_450));
        check("en-GB", "1,234.50", Some(123_450));
        check("en-GB", ".5", Some(50));
        check("en-GB", "20", Some(2000));
        check("en-GB", "1.999", None);
        check("en-GB", "", None);
        check("en-GB", "-3", None);
        check("en-GB", "12a", None);
    }

    #[test]
    fn shares_dates_and_times() {
        assert_eq!(Marks::of("de-DE").share(Ppm(88_750)), "8,875\u{a0}%");
        assert_eq!(Marks::of("en-US").share(Ppm(190_000)), "19\u{a0}%");
        let date = Date::from_civil(2026, 11, 5).unwrap();
        assert_eq!(Marks::of("en-US").date(date), "11/05/2026");
        assert_eq!(Marks::of("de-DE").date(date), "05.11.2026");
        assert_eq!(minutes_between(1000, 200_000), 3);
        assert_eq!(minutes_between(200_000, 1000), 0);
    }
}
