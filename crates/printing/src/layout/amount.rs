//! Amounts and rates as the store's locale writes them, with characters every receipt printer has: a plain minus, plain blanks.

use domain::money::{Currency, Money, Ppm};

/// How one store writes amounts.
pub(super) struct Amounts<'a> {
    currency: &'a Currency,
    decimal: char,
    group: char,
    symbol_first: bool,
}

impl<'a> Amounts<'a> {
    pub(super) fn of(locale: &str, currency: &'a Currency) -> Amounts<'a> {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        let (decimal, group, symbol_first) = match (language, locale) {
            (_, "de-CH" | "fr-CH" | "it-CH") => ('.', '\'', true),
            (_, "es-MX") => ('.', ',', true),
            (_, "de-AT") | ("nl" | "tr", _) => (',', '.', true),
            ("de" | "es" | "pt" | "it" | "el" | "da", _) => (',', '.', false),
            ("fr" | "pl" | "ru" | "uk" | "bg" | "sv" | "nb" | "fi" | "cs", _) => (',', ' ', false),
            _ => ('.', ',', true),
        };
        Amounts { currency, decimal, group, symbol_first }
    }

    /// `1.234,50`, for columns.
    pub(super) fn plain(&self, amount: Money) -> String {
        let digits = usize::from(self.currency.digits.min(4));
        let unit = 10u64.pow(u32::from(self.currency.digits.min(4)));
        let value = amount.0.unsigned_abs();
        let sign = if amount.0 < 0 { "-" } else { "" };
        let whole = self.grouped(value / unit);
        if digits == 0 {
            format!("{sign}{whole}")
        } else {
            format!("{sign}{whole}{}{:0digits$}", self.decimal, value % unit)
        }
    }

    /// With the currency: `1.234,50 €`, `$1,234.50`.
    pub(super) fn with_symbol(&self, amount: Money) -> String {
        let (plain, symbol) = (self.plain(amount), &self.currency.symbol);
        if !self.symbol_first {
            return format!("{plain} {symbol}");
        }
        let gap = if symbol.chars().all(char::is_alphabetic) { " " } else { "" };
        match plain.strip_prefix('-') {
            Some(rest) => format!("-{symbol}{gap}{rest}"),
            None => format!("{symbol}{gap}{plain}"),
        }
    }

    /// `8,875 %`.
    pub(super) fn rate(&self, rate: Ppm) -> String {
        let rest = format!("{:04}", rate.0 % 10_000);
        match rest.trim_end_matches('0') {
            "" => format!("{} %", rate.0 / 10_000),
            rest => format!("{}{}{rest} %", rate.0 / 10_000, self.decimal),
        }
    }

    fn grouped(&self, whole: u64) -> String {
        let digits = whole.to_string();
        let mut out = String::new();
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(self.group);
            }
            out.push(digit);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_as_people_there_write_them() {
        let currency = |digits, symbol: &str| Currency { code: "XXX".into(), digits, symbol: symbol.into() };
        let check = |locale: &str, currency: &Currency, amount: i64, expected: &str| {
            assert_eq!(Amounts::of(locale, currency).with_symbol(Money(amount)), expected);
        };
        check("de-DE", &currency(2, "€"), 123_450, "1.234,50 €");
        check("en-US", &currency(2, "$"), -5, "-$0.05");
        check("ja-JP", &currency(0, "¥"), 1_200_000, "¥1,200,000");
        check("fr-FR", &currency(2, "€"), 1_000_000, "10 000,00 €");
        check("ar-KW", &currency(3, "KD"), 1_234, "KD 1.234");
        check("de-CH", &currency(2, "CHF"), 104_550, "CHF 1'045.50");
        assert_eq!(Amounts::of("en-US", &currency(2, "$")).rate(Ppm(88_750)), "8.875 %");
        assert_eq!(Amounts::of("de-DE", &currency(2, "€")).rate(Ppm(190_000)), "19 %");
    }
}
