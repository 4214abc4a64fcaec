//! The manager's pictures: hours against the same day last week, ranks with long names, and how people paid.

use domain::{event::TenderKind, money::Money, shift::TenderTally};
use std::collections::BTreeMap;
use yew::prelude::*;

use super::words;
use crate::{format, icons::icon, t};

/// One hour or one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    pub key: String,
    pub label: String,
    pub value: i64,
    /// The same hour a week before, drawn as an outline behind the bar.
    pub before: Option<i64>,
    /// The value as a person reads it.
    pub shown: String,
}

const STEP: i64 = 76;
const BAR: i64 = 52;
const HEIGHT: i64 = 190;
const TOP: i64 = 30;
/// Fewer columns than this still get the width of so many, so that two hours do not become two towers.
const LEAST: i64 = 8;
/// A picture of hours shows at least so many of them.
const LEAST_HOURS: u8 = 10;

/// Standing bars; each with something in it is a button (`data-testid="bar-KEY"`).
pub fn columns(title: &str, columns: &[Column], picked: Option<&str>, onpick: Option<&Callback<String>>) -> Html {
    let most = columns.iter().map(|c| c.value.max(c.before.unwrap_or(0))).max().unwrap_or(0).max(1);
    let width = (columns.len() as i64).max(LEAST) * STEP;
    let tall = |value: i64| if value <= 0 { 0 } else { (value.saturating_mul(HEIGHT) / most).max(3) };
    let floor = TOP + HEIGHT;
    let draw = |(i, c): (usize, &Column)| {
        let x = i as i64 * STEP + (STEP - BAR) / 2;
        let middle = (x + BAR / 2).to_string();
        let (h, g) = (tall(c.value), tall(c.before.unwrap_or(0)));
        let class = classes!("bar", (picked == Some(c.key.as_str())).then_some("pick"));
        let act = onpick.filter(|_| c.value > 0).cloned();
        let (click, press, key, same) = (act.clone(), act.clone(), c.key.clone(), c.key.clone());
        html! {
            <g key={c.key.clone()} role={act.is_some().then_some("button")} tabindex={act.is_some().then_some("0")} class={act.is_some().then_some("act")}
                aria-label={format!("{}: {}", c.label, c.shown)} data-testid={format!("bar-{}", c.key)}
                onclick={move |_: MouseEvent| if let Some(act) = &click { act.emit(key.clone()) }}
                onkeydown={move |e: KeyboardEvent| if let (Some(act), "Enter" | " ") = (&press, e.key().as_str()) { e.prevent_default(); act.emit(same.clone()) }}>
                <rect x={(x - (STEP - BAR) / 2).to_string()} y="0" width={STEP.to_string()} height={(floor + 34).to_string()} fill="transparent" />
                <rect x={(x - 5).to_string()} y={(floor - g).to_string()} width={(BAR + 10).to_string()} height={g.to_string()} rx="4" class="then" />
                <rect x={x.to_string()} y={(floor - h).to_string()} width={BAR.to_string()} height={h.to_string()} rx="4" {class} />
                if c.value > 0 { <text x={middle.clone()} y={(floor - h - 9).to_string()} text-anchor="middle" class="v">{&c.shown}</text> }
                <text x={middle} y={(floor + 24).to_string()} text-anchor="middle">{&c.label}</text>
            </g>
        }
    };
    html! {
        <svg class="chart cols" viewBox={format!("0 0 {width} {}", floor + 34)} role="group" aria-label={title.to_owned()} dir="ltr"
            style={format!("max-inline-size: {}px", width * 5 / 4)}>
            <line x1="0" x2={width.to_string()} y1={floor.to_string()} y2={floor.to_string()} class="axis" />
            { for columns.iter().enumerate().map(draw) }
        </svg>
    }
}

/// One row of a rank.
#[derive(Debug, Clone, PartialEq)]
pub struct Rank {
    pub key: String,
    pub label: String,
    pub value: i64,
    /// The value as a person reads it.
    pub shown: String,
    /// How many, in small print.
    pub n: String,
}

/// Lying bars with names that wrap; each is a button when there is something behind it (`data-testid="bar-KEY"`).
pub fn ranks(title: &str, rows: &[Rank], picked: Option<&str>, onpick: Option<&Callback<String>>) -> Html {
    let most = rows.iter().map(|r| r.value).max().unwrap_or(0).max(1);
    let draw = |r: &Rank| {
        let permille = (r.value.max(0).saturating_mul(1000) / most).max(i64::from(r.value > 0) * 4);
        let inner = html! {<>
            <span class="name">{&r.label}</span><span class="n">{&r.n}</span><bdi class="sum">{&r.shown}</bdi>
            <svg class="track" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width="1000" height="10" class="soft" /><rect width={permille.to_string()} height="10" class="bar" />
            </svg>
        </>};
        match onpick {
            Some(onpick) => {
                let key = r.key.clone();
                let pressed = if picked == Some(r.key.as_str()) { "true" } else { "false" };
                html! {
                    <button key={r.key.clone()} type="button" class="rank" aria-pressed={pressed} data-testid={format!("bar-{}", r.key)}
                        onclick={onpick.reform(move |_: MouseEvent| key.clone())}>{inner}</button>
                }
            }
            None => {
                html! { <div key={r.key.clone()} class="rank" data-testid={format!("bar-{}", r.key)}>{inner}</div> }
            }
        }
    };
    html! { <div class="ranks" role="group" aria-label={title.to_owned()}>{ for rows.iter().map(draw) }</div> }
}

/// One band cut by kind of tender, told apart by pattern as much as by colour, with the words below.
pub fn tenders(tenders: &BTreeMap<TenderKind, TenderTally>) -> Html {
    let total: i64 = tenders.values().map(|t| t.amount.0.max(0)).sum::<i64>().max(1);
    let mut x = 0;
    let bands: Vec<Html> = tenders
        .iter()
        .map(|(kind, tally)| {
            let w = tally.amount.0.max(0).saturating_mul(1000) / total;
            let at = x;
            x += w;
            html! { <rect key={pattern(*kind)} x={at.to_string()} width={w.to_string()} height="36" fill={format!("url(#{})", pattern(*kind))} class="edge" /> }
        })
        .collect();
    html! {
        <div class="tender-band">
            <svg viewBox="0 0 1000 36" preserveAspectRatio="none" role="img" aria-label={t!("man.tenders")}>
                <defs>{ for [TenderKind::Cash, TenderKind::Card, TenderKind::Voucher].map(pattern_of) }</defs>
                { for bands }
            </svg>
            <ul>
                { for tenders.iter().map(|(kind, tally)| html! {
                    <li key={pattern(*kind)} data-testid={pattern(*kind)}>
                        <svg class="swatch" viewBox="0 0 20 20" aria-hidden="true"><rect width="20" height="20" fill={format!("url(#{})", pattern(*kind))} class="edge" /></svg>
                        {icon(words::tender_icon(*kind), 20)}<span class="name">{words::tender(*kind)}</span>
                        <span class="n">{t!("man.times", n = tally.n)}</span>
                        <bdi class="sum">{format::money(tally.amount)}</bdi>
                        if tally.tips > Money::ZERO { <span class="tips">{t!("man.with_tips", amount = format::money(tally.tips))}</span> }
                    </li>
                })}
            </ul>
        </div>
    }
}

fn pattern(kind: TenderKind) -> &'static str {
    match kind {
        TenderKind::Cash => "tender-cash",
        TenderKind::Card => "tender-card",
        TenderKind::Voucher => "tender-voucher",
    }
}

/// Solid, stripes, dots.
fn pattern_of(kind: TenderKind) -> Html {
    let drawn = match kind {
        TenderKind::Cash => html! { <rect width="10" height="10" class="ink" /> },
        TenderKind::Card => {
            html! {<><rect width="10" height="10" class="pale" /><rect width="5" height="10" class="ink" /></>}
        }
        TenderKind::Voucher => {
            html! {<><rect width="10" height="10" class="pale" /><circle cx="5" cy="5" r="2.4" class="ink" /></>}
        }
    };
    html! { <pattern id={pattern(kind)} key={pattern(kind)} width="10" height="10" patternUnits="userSpaceOnUse">{drawn}</pattern> }
}

/// Hours as a business day runs: from the cut-over on, without the empty ones before the first and after the last.
pub fn hours_in_order(hours: &[u8], cut_over_minute: u16) -> Vec<u8> {
    let first = (cut_over_minute / 60) as u8;
    let place = |h: u8| (h + 24 - first) % 24;
    let (Some(from), Some(to)) = (hours.iter().map(|h| place(*h)).min(), hours.iter().map(|h| place(*h)).max()) else {
        return Vec::new();
    };
    // The evening ahead is part of the picture: two hours alone would be two towers.
    let to = to.max(from + LEAST_HOURS - 1).min(23);
    (from..=to).map(|p| (p + first) % 24).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_run_from_the_cut_over_past_midnight() {
        let check = |hours: &[u8], cut_over: u16, order: &[u8]| assert_eq!(hours_in_order(hours, cut_over), order);
        check(&[], 240, &[]);
        check(&[19], 240, &[19, 20, 21, 22, 23, 0, 1, 2, 3]);
        check(&[0, 22], 240, &[22, 23, 0, 1, 2, 3]);
        check(&[1, 12, 13], 240, &[12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 0, 1]);
        check(&[0, 2], 0, &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
}
