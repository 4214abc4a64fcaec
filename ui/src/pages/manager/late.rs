//! What reached this terminal after the Z of its day, because another one was out of reach: entry by entry, so that
//! nobody has to guess why a day's books say more than its Z.

use domain::{
    late::{LateDay, LateEntry, LateSums, Posted},
    money::Money,
    query::{Query, View},
    shift::ZReport,
    view::ConfigView,
};
use yew::prelude::*;

use super::{use_app, words};
use crate::{
    app::{Remote, use_live},
    components::{Mark, Tone, badge},
    format, i18n,
    icons::Icon,
    t,
};

/// Nothing at all where nothing was late, which is nearly always.
#[component]
pub fn LateArrivals() -> Html {
    let app = use_app();
    let (late, _) = use_live(Query::LateArrivals);
    let Some(config) = app.config() else { return html! {} };
    let Remote::Here(View::LateArrivals(days)) = &late else { return html! {} };
    html! { <>{ for days.iter().map(|day| day_card(&config, day)) }</> }
}

fn day_card(config: &ConfigView, late: &LateDay) -> Html {
    let more = late.difference.as_ref().map(|book| book.sales.amount);
    let mark = Mark { tone: Tone::Warm, icon: Icon::Warning, words: t!("man.late_n", n = late.entries.len()) };
    html! {
        <section class="card z-list" key={late.day.to_string()} data-testid="late">
            <h3>{t!("man.late_title", day = words::business_day(late.day))}</h3>
            <p>{badge(&mark)}</p>
            <p>{t!("man.late_why")}</p>
            if let Some(more) = more { <p><b>{t!("man.late_more", amount = format::money(more))}</b></p> }
            {sums(&late.sums)}
            <div class="z-rows">{ for late.entries.iter().map(|entry| row(config, entry)) }</div>
        </section>
    }
}

fn sums(sums: &LateSums) -> Html {
    let row = |label: String, amount: Money| html! {<><dt>{label}</dt><dd><bdi>{format::money(amount)}</bdi></dd></>};
    html! {
        <dl class="late-sums">
            {row(t!("man.sales"), sums.sales)}
            { for sums.tenders.iter().map(|(kind, amount)| row(words::tender(*kind), *amount)) }
            if sums.refunds != Money::ZERO { {row(t!("man.refunds"), -sums.refunds)} }
        </dl>
    }
}

fn row(config: &ConfigView, late: &LateEntry) -> Html {
    let posting = &late.posting;
    let number = late.number.map(|n| n.to_string()).unwrap_or_default();
    html! {
        <div class="z-row" key={late.dot.to_string()}>
            <span class="no">{number}</span>
            <span class="place">{ posting.what.iter().map(said).collect::<Vec<_>>().join(" · ") }</span>
            <span class="facts">{format::time(posting.at)}{" · "}{words::somebody(config, posting.by.as_ref())}</span>
        </div>
    }
}

fn said(what: &Posted) -> String {
    match what {
        Posted::Paid { letter, tender, amount, .. } => {
            let how = format!("{} {}", words::tender(*tender), i18n::shown(letter));
            t!("man.h.paid", amount = format::money(*amount), how = how)
        }
        Posted::Settled { receipt, total, .. } => {
            t!("man.h.settled", receipt = i18n::shown(receipt), amount = format::money(*total))
        }
        Posted::Refunded { amount, .. } => format!("{} {}", t!("man.refunds"), format::money(*amount)),
        Posted::Voided { qty, reason } => format!("{} × {qty}: {reason}", t!("man.voids")),
        Posted::Moved { letter, amount, .. } => {
            format!("{} {}", t!("man.drawer", letter = i18n::shown(letter)), format::money(*amount))
        }
        Posted::Counted { letter, counted } => {
            let drawer = t!("man.drawer", letter = i18n::shown(letter));
            format!("{drawer}, {} {}", t!("man.counted"), format::money(*counted))
        }
    }
}

/// What a Z says of others: who was not heard, which numbers count for nothing, what it accounts for late.
pub fn on_the_z(z: &ZReport) -> Html {
    let late = z.late.as_ref().filter(|late| !late.entries.is_empty());
    html! {<>
        if !z.missing.is_empty() {
            <dl><dt class="title">{t!("man.z_missing")}</dt><dd></dd>
                { for z.missing.iter().map(|m| {
                    let heard = if m.heard > 0 { format::time(m.heard) } else { "–".into() };
                    html! {<><dt>{format!("{} {}", m.letter, m.name)}</dt><dd>{heard}</dd></>}
                }) }
            </dl>
        }
        if !z.annulled.is_empty() {
            <dl><dt class="title">{t!("man.z_annulled")}</dt><dd></dd>
                { for z.annulled.iter().map(|n| html! {<><dt>{n.to_string()}</dt><dd></dd></>}) }
            </dl>
        }
        if !z.replaced.is_empty() {
            <dl><dt class="title">{t!("man.z_replaced")}</dt><dd></dd>
                { for z.replaced.iter().map(|(n, was)| html! {<><dt>{was.to_string()}</dt><dd>{n.to_string()}</dd></>}) }
            </dl>
        }
        if let Some(late) = late {
            <div><b>{t!("man.late_n", n = late.entries.len())}</b>{sums(&late.sums)}</div>
        }
    </>}
}
