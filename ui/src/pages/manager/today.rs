//! Today at a glance: to be read from two metres, in the middle of service.

use domain::{
    clock::Date,
    money::Money,
    query::{Query, View},
    shift::{Book, Tally},
    view::{ConfigView, TodayView},
};
use yew::prelude::*;

use super::{
    charts,
    charts::{Column, Rank},
    head, open, remote, use_app, words,
};
use crate::{
    app::{App, Remote, use_live, use_view},
    components::{Button, Empty},
    format,
    icons::{Icon, icon},
    t,
};

/// Items and staff shown; the reports have the rest.
const TOP: usize = 6;

#[component]
pub fn Today() -> Html {
    let app = use_app();
    let (today, again) = use_live(Query::Today);
    let date = app.config().map_or(Date(0), |c| c.day.date);
    let week_ago = Date(date.0 - 7);
    let (before, _) = use_view(Query::Report { from: week_ago, to: week_ago });
    let Some(config) = app.config() else { return html! {} };
    let before = match &before {
        Remote::Here(View::Report(report)) if report.book.sales.n > 0 => Some(report.book.clone()),
        _ => None,
    };
    remote(&today, &again, |view| {
        let View::Today(today) = view else { return None };
        Some(draw(&app, &config, today, before.as_ref()))
    })
}

fn draw(app: &App, config: &ConfigView, today: &TodayView, before: Option<&Book>) -> Html {
    let book = &today.book;
    let quiet = book.sales.n == 0 && today.open_checks == 0;
    html! {
        <div class="today scroll">
            {head(&words::business_day(today.day), html! { <Button label={t!("man.to_reports")} icon={Icon::Chart} onclick={open(app, "reports")} id="to-reports" /> })}
            { for today.unclosed.iter().filter(|d| **d != today.day).map(|day| html! {
                <div class="warn-line" role="alert" key={day.to_string()} data-testid="unclosed">
                    {icon(Icon::Warning, 28)}<p class="grow">{t!("man.unclosed", day = words::business_day(*day))}</p>
                    <Button label={t!("man.unclosed_do")} onclick={open(app, "day")} />
                </div>
            })}
            {glance(app, config, today, before)}
            if quiet {
                <Empty icon={Icon::Clock} title={t!("man.quiet")} next={t!("man.quiet_next")} />
            } else {
                <div class="pictures">
                    {hours_card(config, book, before)}
                    {tender_card(book)}
                    {items_card(config, book)}
                    {staff_card(config, book)}
                </div>
            }
        </div>
    }
}

fn glance(app: &App, config: &ConfigView, today: &TodayView, before: Option<&Book>) -> Html {
    let book = &today.book;
    let hour = app.now().hour();
    let until_now = before.map(|b| sales_until(b, hour, config.settings.cut_over));
    let given: Tally = sum(book.voids.values().chain(book.comps.values()));
    let (voids, comps) = (sum(book.voids.values()), sum(book.comps.values()));
    let refunds = sum(book.refunds.values());
    html! {
        <section class="glance" aria-label={t!("man.glance")}>
            <div class="big" data-testid="figure-sales">
                <span class="label">{t!("man.sales")}</span>
                <bdi class="value">{format::money(book.sales.amount)}</bdi>
                <span class="below">
                    {t!("man.checks_n", n = book.sales.n)}
                    if let Some(then) = until_now { {" · "}{compared(book.sales.amount, then)} }
                </span>
            </div>
            {tile("covers", &t!("man.covers"), &format::count(book.covers.max(0) as u64), takeaway(book))}
            {tile("average", &t!("man.average"), &average(book).map_or_else(|| "–".into(), format::money), per_check(book))}
            {tile("open", &t!("man.open_checks"), &today.open_checks.to_string(), t!("man.worth", amount = format::money(today.open_amount)))}
            {tile("given", &t!("man.voids_comps"), &format::money(given.amount),
                t!("man.voids_comps_n", voids = voids.n.to_string(), comps = comps.n.to_string()))}
            {tile("refunds", &t!("man.refunds"), &format::money(refunds.amount), t!("man.times", n = refunds.n))}
            <div class="tile-fig labour" data-testid="figure-labour">
                <span class="label">{t!("man.at_work")}</span>
                <span class="value">{today.clocked_in.len()}</span>
                <span class="below">
                    if today.clocked_in.is_empty() { {t!("man.nobody_clocked")} }
                    else { {today.clocked_in.iter().map(|s| words::person(config, s)).collect::<Vec<_>>().join(crate::i18n::comma())} }
                </span>
            </div>
        </section>
    }
}

fn tile(id: &str, label: &str, value: &str, below: String) -> Html {
    html! {
        <div class="tile-fig" data-testid={format!("figure-{id}")}>
            <span class="label">{label}</span><bdi class="value">{value}</bdi><span class="below">{below}</span>
        </div>
    }
}

/// The sum of several tallies.
pub fn sum<'a>(tallies: impl Iterator<Item = &'a Tally>) -> Tally {
    tallies.fold(Tally::default(), |all, t| Tally { n: all.n + t.n, amount: all.amount + t.amount })
}

/// Sales per guest at a table; takeaway has no guests.
pub fn average(book: &Book) -> Option<Money> {
    (book.covers > 0).then(|| (book.sales.amount - book.takeaway.amount).scaled(1, book.covers))
}

pub fn per_check(book: &Book) -> String {
    if book.sales.n == 0 {
        return t!("man.no_check_yet");
    }
    t!("man.per_check", amount = format::money(book.sales.amount.scaled(1, book.sales.n)))
}

pub fn takeaway(book: &Book) -> String {
    if book.takeaway.n > 0 { t!("man.and_takeaway", n = book.takeaway.n) } else { t!("man.no_takeaway") }
}

/// What another day had sold by the beginning of this hour and within it: whole hours, so that it never flatters.
fn sales_until(book: &Book, hour: u8, cut_over_minute: u16) -> Money {
    let first = (cut_over_minute / 60) as u8;
    let place = |h: u8| (h + 24 - first) % 24;
    book.hours.iter().filter(|(h, _)| place(**h) < place(hour)).map(|(_, t)| t.amount).sum()
}

fn compared(now: Money, then: Money) -> Html {
    if then == Money::ZERO {
        return html! {};
    }
    let words = if now >= then {
        t!("man.ahead", amount = format::money(now - then))
    } else {
        t!("man.behind", amount = format::money(then - now))
    };
    let mark = if now >= then { "▲ " } else { "▼ " };
    html! { <span class={if now >= then { "up" } else { "down" }}>{mark}{words}</span> }
}

/// Columns of the hours of a book, with another day behind them.
pub fn hour_columns(config: &ConfigView, book: &Book, before: Option<&Book>) -> Vec<Column> {
    let all: Vec<u8> = book.hours.keys().chain(before.iter().flat_map(|b| b.hours.keys())).copied().collect();
    let amount = |b: &Book, h: u8| b.hours.get(&h).map_or(0, |t| t.amount.0);
    charts::hours_in_order(&all, config.settings.cut_over)
        .into_iter()
        .map(|h| Column {
            key: h.to_string(),
            label: format!("{h}–{}", (h + 1) % 24),
            value: amount(book, h),
            before: before.map(|b| amount(b, h)),
            shown: short(Money(amount(book, h))),
        })
        .collect()
}

/// Whole units, for the top of a bar.
pub fn short(amount: Money) -> String {
    let unit = 10i64.pow(u32::from(format::digits()));
    format::count((amount.0.max(0) + unit / 2).unsigned_abs() / unit.unsigned_abs())
}

fn hours_card(config: &ConfigView, book: &Book, before: Option<&Book>) -> Html {
    let columns = hour_columns(config, book, before);
    html! {
        <section class="card hours">
            <h3>{t!("man.by_hour")}</h3>
            {charts::columns(&t!("man.by_hour"), &columns, None, None)}
            if before.is_some() { <p class="key"><i class="then"></i>{t!("man.week_ago")}</p> }
        </section>
    }
}

fn tender_card(book: &Book) -> Html {
    html! {
        <section class="card tenders-card">
            <h3>{t!("man.tenders")}</h3>
            if book.tenders.is_empty() { <p class="mute">{t!("man.no_payment_yet")}</p> } else { {charts::tenders(&book.tenders)} }
        </section>
    }
}

fn items_card(config: &ConfigView, book: &Book) -> Html {
    let mut items: Vec<_> = book.items.iter().collect();
    items.sort_by_key(|(_, t)| std::cmp::Reverse((t.amount, t.n)));
    let rows: Vec<Rank> = items
        .into_iter()
        .take(TOP)
        .map(|(id, t)| Rank {
            key: id.to_string(),
            label: words::item(config, id),
            value: t.amount.0,
            shown: format::money(t.amount),
            n: t!("man.sold_n", n = t.n),
        })
        .collect();
    html! {
        <section class="card">
            <h3>{t!("man.top_items")}</h3>
            if rows.is_empty() { <p class="mute">{t!("man.nothing_sold")}</p> } else { {charts::ranks(&t!("man.top_items"), &rows, None, None)} }
        </section>
    }
}

fn staff_card(config: &ConfigView, book: &Book) -> Html {
    let mut staff: Vec<_> = book.staff.iter().collect();
    staff.sort_by_key(|(_, t)| std::cmp::Reverse((t.amount, t.n)));
    let rows: Vec<Rank> = staff
        .into_iter()
        .take(TOP)
        .map(|(id, t)| Rank {
            key: id.to_string(),
            label: words::person(config, id),
            value: t.amount.0,
            shown: format::money(t.amount),
            n: t!("man.checks_n", n = t.n),
        })
        .collect();
    html! {
        <section class="card">
            <h3>{t!("man.by_staff")}</h3>
            if rows.is_empty() { <p class="mute">{t!("man.nothing_sold")}</p> } else { {charts::ranks(&t!("man.by_staff"), &rows, None, None)} }
        </section>
    }
}
