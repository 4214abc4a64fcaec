//! From when to when: the ranges a manager asks for, and their chooser.

use domain::clock::Date;
use yew::prelude::*;

use crate::{
    components::{Chip, Field},
    format, t,
};

/// The longest range one may ask for, in days.
const MAX_DAYS: i32 = 366;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    Today,
    Yesterday,
    /// Since Monday.
    Week,
    Last7,
    Last30,
    Custom(Date, Date),
}

impl Range {
    const NAMED: [Range; 5] = [Range::Today, Range::Yesterday, Range::Week, Range::Last7, Range::Last30];

    /// First and last business date, both within.
    pub fn dates(self, today: Date) -> (Date, Date) {
        let back = |n: i32| Date(today.0 - n);
        match self {
            Range::Today => (today, today),
            Range::Yesterday => (back(1), back(1)),
            Range::Week => (back(i32::from(today.weekday())), today),
            Range::Last7 => (back(6), today),
            Range::Last30 => (back(29), today),
            Range::Custom(from, to) => (from.min(to), from.max(to).min(Date(from.min(to).0 + MAX_DAYS - 1))),
        }
    }

    fn label(self) -> String {
        match self {
            Range::Today => t!("man.range.today"),
            Range::Yesterday => t!("man.range.yesterday"),
            Range::Week => t!("man.range.week"),
            Range::Last7 => t!("man.range.last7"),
            Range::Last30 => t!("man.range.last30"),
            Range::Custom(..) => t!("man.range.custom"),
        }
    }

    fn id(self) -> &'static str {
        match self {
            Range::Today => "today",
            Range::Yesterday => "yesterday",
            Range::Week => "week",
            Range::Last7 => "last7",
            Range::Last30 => "last30",
            Range::Custom(..) => "custom",
        }
    }
}

/// A range in words: one date, or first and last.
pub fn words(from: Date, to: Date) -> String {
    if from == to { super::words::day_long(from) } else { format!("{} – {}", format::date(from), format::date(to)) }
}

#[derive(Properties, PartialEq)]
pub struct RangeChooserProps {
    pub range: Range,
    pub today: Date,
    pub onchange: Callback<Range>,
}

/// Chips for the usual ranges and two dates for the others.
#[component]
pub fn RangeChooser(props: &RangeChooserProps) -> Html {
    let (from, to) = props.range.dates(props.today);
    let custom = matches!(props.range, Range::Custom(..));
    let set = |pick: fn(Date, Date, Date) -> Range| {
        let onchange = props.onchange.clone();
        Callback::from(move |typed: String| {
            if let Ok(date) = typed.parse::<Date>() {
                onchange.emit(pick(date, from, to));
            }
        })
    };
    html! {
        <div class="range">
            <div class="chips one" role="group" aria-label={t!("man.range")}>
                { for Range::NAMED.into_iter().map(|r| html! {
                    <Chip key={r.id()} label={r.label()} on={props.range == r} onclick={props.onchange.reform(move |()| r)} id={format!("range-{}", r.id())} />
                })}
                <Chip label={t!("man.range.custom")} on={custom} onclick={props.onchange.reform(move |()| Range::Custom(from, to))} id="range-custom" />
            </div>
            if custom {
                <div class="row dates">
                    <Field label={t!("man.range.from")} kind="date" value={from.to_string()} oninput={set(|d, _, to| Range::Custom(d, to.max(d)))} id="range-from" />
                    <Field label={t!("man.range.to")} kind="date" value={to.to_string()} oninput={set(|d, from, _| Range::Custom(from.min(d), d))} id="range-to" />
                </div>
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_end_with_today_and_begin_where_people_expect() {
        // A Saturday.
        let today: Date = "2026-11-21".parse().unwrap();
        let check = |range: Range, from: &str, to: &str| {
            assert_eq!(range.dates(today), (from.parse().unwrap(), to.parse().unwrap()), "{range:?}");
        };
        check(Range::Today, "2026-11-21", "2026-11-21");
        check(Range::Yesterday, "2026-11-20", "2026-11-20");
        check(Range::Week, "2026-11-16", "2026-11-21");
        check(Range::Last7, "2026-11-15", "2026-11-21");
        check(Range::Last30, "2026-10-23", "2026-11-21");
        let custom = |a: &str, b: &str| Range::Custom(a.parse().unwrap(), b.parse().unwrap());
        check(custom("2026-11-03", "2026-11-01"), "2026-11-01", "2026-11-03");
        check(custom("2020-01-01", "2026-11-01"), "2020-01-01", "2020-12-31");
    }
}
