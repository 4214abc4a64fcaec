//! Time as data: what a terminal stamps on an entry. Nothing here reads a clock, and no fold orders by these values.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// Milliseconds since 1970-01-01 UTC.
pub type Millis = i64;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

/// A moment with the store's distance from UTC at that moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Moment {
    pub at: Millis,
    /// Minutes east of UTC.
    pub offset: i16,
}

impl Moment {
    fn local(self) -> i64 {
        self.at + i64::from(self.offset) * MINUTE
    }

    /// Minutes since local midnight, 0..1440.
    pub fn minute_of_day(self) -> u16 {
        (self.local().rem_euclid(DAY) / MINUTE) as u16
    }

    /// Local hour, 0..24.
    pub fn hour(self) -> u8 {
        (self.minute_of_day() / 60) as u8
    }

    /// Monday is 0.
    pub fn weekday(self) -> u8 {
        // 1970-01-01 was a Thursday.
        ((self.local().div_euclid(DAY) + 3).rem_euclid(7)) as u8
    }

    /// The calendar date on the wall.
    pub fn date(self) -> Date {
        Date(self.local().div_euclid(DAY) as i32)
    }

    /// The business date: a sale at 01:30 with a cut-over at 04:00 still belongs to yesterday.
    pub fn business_date(self, cut_over_minute: u16) -> Date {
        Date((self.local() - i64::from(cut_over_minute) * MINUTE).div_euclid(DAY) as i32)
    }

    /// Local time, such as `2026-11-21 19:05`.
    pub fn text(self, dates: DateOrder) -> String {
        let minute = self.minute_of_day();
        format!("{} {:02}:{:02}", dates.write(self.date()), minute / 60, minute % 60)
    }
}

/// A calendar date: days since 1970-01-01. Text form `2026-11-21`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Date(pub i32);

impl Date {
    /// Year, month (1..=12), day (1..=31), after Howard Hinnant's `civil_from_days`.
    pub fn civil(self) -> (i32, u8, u8) {
        let z = i64::from(self.0) + 719_468;
        let era = z.div_euclid(146_097);
        let doe = z.rem_euclid(146_097);
        let yoe = (doe - doe / 1460 + doe / 36_524 - doe / 146_096) / 365;
        let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
        let mp = (5 * doy + 2) / 153;
        let month = if mp < 10 { mp + 3 } else { mp - 9 };
        let year = yoe + era * 400 + i64::from(month <= 2);
        (year as i32, month as u8, (doy - (153 * mp + 2) / 5 + 1) as u8)
    }

    /// The inverse of [`Date::civil`]; `None` when there is no such day.
    pub fn from_civil(year: i32, month: u8, day: u8) -> Option<Date> {
        let y = i64::from(year) - i64::from(month <= 2);
        let era = y.div_euclid(400);
        let yoe = y.rem_euclid(400);
        let mp = (i64::from(month) + 9) % 12;
        let doy = (153 * mp + 2) / 5 + i64::from(day) - 1;
        let date = Date((era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468) as i32);
        (date.civil() == (year, month, day)).then_some(date)
    }

    /// Monday is 0.
    pub fn weekday(self) -> u8 {
        (self.0 + 3).rem_euclid(7) as u8
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl FromStr for Date {
    type Err = crate::ids::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bad = || crate::ids::BadId(text.chars().take(20).collect());
        let mut parts = text.splitn(3, '-').map(str::parse::<i32>);
        match (parts.next(), parts.next(), parts.next()) {
            (Some(Ok(y)), Some(Ok(m @ 1..=12)), Some(Ok(d @ 1..=31))) if (1970..=9999).contains(&y) => {
                Date::from_civil(y, m as u8, d as u8).ok_or_else(bad)
            }
            _ => Err(bad()),
        }
    }
}

impl Serialize for Date {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

/// How a locale writes a date in figures, after Unicode CLDR.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateOrder {
    DayMonth(char),
    MonthDay(char),
    Iso,
}

impl DateOrder {
    /// The order of a locale such as `de-DE`; unknown ones write like `en-GB`.
    pub fn of(locale: &str) -> DateOrder {
        let language = locale.split(['-', '_']).next().unwrap_or_default();
        match (language, locale) {
            (_, "en-US") => DateOrder::MonthDay('/'),
            (_, "fr-CH" | "it-CH") => DateOrder::DayMonth('.'),
            ("de" | "da" | "nb" | "fi" | "cs" | "pl" | "ru" | "uk" | "bg" | "tr", _) => DateOrder::DayMonth('.'),
            ("nl", _) => DateOrder::DayMonth('-'),
            ("sv" | "ja" | "zh", _) => DateOrder::Iso,
            _ => DateOrder::DayMonth('/'),
        }
    }

    /// With the year in full.
    pub fn write(self, date: Date) -> String {
        let (year, month, day) = date.civil();
        match self {
            DateOrder::DayMonth(c) => format!("{day:02}{c}{month:02}{c}{year}"),
            DateOrder::MonthDay(c) => format!("{month:02}{c}{day:02}{c}{year}"),
            DateOrder::Iso => date.to_string(),
        }
    }
}

/// What one Z report closes: a business date, and which closing of that date (1 unless the store sold again after its Z).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct BusinessDay {
    pub date: Date,
    pub part: u8,
}

impl fmt::Display for BusinessDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.date)?;
        if self.part > 1 { write!(f, ".{}", self.part) } else { Ok(()) }
    }
}

impl FromStr for BusinessDay {
    type Err = crate::ids::BadId;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (date, part) = text.split_once('.').unwrap_or((text, "1"));
        let part = part.parse().map_err(|_| crate::ids::BadId(text.chars().take(20).collect()))?;
        Ok(Self { date: date.parse()?, part })
    }
}

impl Serialize for BusinessDay {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for BusinessDay {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        String::deserialize(d)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sale_after_midnight_belongs_to_the_evening() {
        // 2026-11-22 01:30 in Berlin (UTC+1).
        let late = Moment { at: 1_795_307_400_000, offset: 60 };
        assert_eq!(late.text(DateOrder::Iso), "2026-11-22 01:30");
        assert_eq!(late.business_date(4 * 60).to_string(), "2026-11-21");
        assert_eq!((late.weekday(), late.hour()), (6, 1));
    }

    #[test]
    fn dates_read_back_what_they_wrote() {
        for days in (0..60_000).step_by(17) {
            assert_eq!(Date(days).to_string().parse(), Ok(Date(days)));
        }
        assert!("2026-02-30".parse::<Date>().is_err());
        assert_eq!("2026-11-21.2".parse::<BusinessDay>().map(|d| d.part), Ok(2));
    }
}
