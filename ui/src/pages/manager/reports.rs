//! Reports over any dates: a picture and a table of each cut, and the checks behind every bar.

use std::collections::BTreeMap;

use domain::{
    clock::Date,
    event::TenderKind,
    ids::*,
    money::Money,
    query::{Bar, Query, View},
    shift::{Book, Tally},
    view::{ConfigView, ReportView},
};
use yew::prelude::*;

use super::{
    charts::{self, Column, Rank},
    checks::check_rows,
    file, head,
    range::{self, Range, RangeChooser},
    remote,
    today::{average, hour_columns, per_check, short, sum, takeaway},
    use_app, words,
};
use crate::{
    app::{App, NoAnswer, use_view},
    components::{Button, Empty, Sheet, Tab, Tabs, figure},
    format,
    icons::Icon,
    route::Route,
    t,
};

/// One way to cut the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cut {
    Hours,
    Categories,
    Items,
    Staff,
    Tenders,
    Taxes,
    Voids,
    Comps,
}

impl Cut {
    const ALL: [Cut; 8] =
        [Cut::Hours, Cut::Categories, Cut::Items, Cut::Staff, Cut::Tenders, Cut::Taxes, Cut::Voids, Cut::Comps];

    fn key(self) -> &'static str {
        match self {
            Cut::Hours => "hours",
            Cut::Categories => "categories",
            Cut::Items => "items",
            Cut::Staff => "staff",
            Cut::Tenders => "tenders",
            Cut::Taxes => "taxes",
            Cut::Voids => "voids",
            Cut::Comps => "comps",
        }
    }

    fn label(self) -> String {
        match self {
            Cut::Hours => t!("man.by_hour"),
            Cut::Categories => t!("man.by_category"),
            Cut::Items => t!("man.by_item"),
            Cut::Staff => t!("man.by_staff"),
            Cut::Tenders => t!("man.tenders"),
            Cut::Taxes => t!("man.taxes"),
            Cut::Voids => t!("man.voids"),
            Cut::Comps => t!("man.comps"),
        }
    }

    /// The bar a key of this cut stands for; cuts without one have no checks to show.
    fn bar(self, key: &str) -> Option<Bar> {
        match self {
            Cut::Hours => key.parse().ok().map(Bar::Hour),
            Cut::Categories => Some(Bar::Category(key.into())),
            Cut::Items => Some(Bar::Item(key.into())),
            Cut::Staff => Some(Bar::Staff(key.into())),
            _ => None,
        }
    }
}

#[component]
pub fn Reports() -> Html {
    let app = use_app();
    let range = use_state(|| Range::Today);
    let cut = use_state(|| Cut::Hours);
    let behind = use_state(|| None::<(String, String)>);
    let today = app.config().map_or(Date(0), |c| c.day.date);
    let (from, to) = range.dates(today);
    let (report, again) = use_view(Query::Report { from, to });
    let Some(config) = app.config() else { return html! {} };
    let onrange = {
        let range = range.clone();
        Callback::from(move |r| range.set(r))
    };
    let oncut = {
        let cut = cut.clone();
        Callback::from(move |key: AttrValue| {
            cut.set(Cut::ALL.into_iter().find(|c| c.key() == key.as_str()).unwrap_or(Cut::Hours))
        })
    };
    let onpick = {
        let behind = behind.clone();
        Callback::from(move |picked: (String, String)| behind.set(Some(picked)))
    };
    let onclose = {
        let behind = behind.clone();
        Callback::from(move |()| behind.set(None))
    };
    let tools = html! { <Button label={t!("man.csv")} icon={Icon::Download} onclick={export(&app, from, to)} id="report-csv" /> };
    let drill = behind.as_ref().and_then(|(key, label)| Some((cut.bar(key)?, label.clone())));
    html! {
        <div class="reports scroll">
            {head(&format!("{} · {}", t!("man.reports"), range::words(from, to)), tools)}
            <RangeChooser range={*range} {today} onchange={onrange} />
            {remote(&report, &again, |view| {
                let View::Report(report) = view else { return None };
                Some(draw(&config, report, *cut, &oncut, &onpick, behind.as_ref().map(|b| b.0.as_str())))
            })}
            if let Some((bar, label)) = drill { <Behind {from} {to} {bar} {label} {onclose} /> }
        </div>
    }
}

fn export(app: &App, from: Date, to: Date) -> Callback<()> {
    let app = app.clone();
    Callback::from(move |()| {
        let say = app.clone();
        app.ask(
            Query::ReportCsv { from, to },
            Callback::from(move |answer: Result<View, NoAnswer>| match answer {
                Ok(View::Text(text)) => {
                    file::save(&format!("report-{from}-{to}.csv"), "text/csv", &text);
                    say.toast(t!("man.csv_saved"));
                }
                Ok(_) => say.toast(t!("man.strange_answer")),
                Err(no) => say.toast(no.sentence()),
            }),
        );
    })
}

fn draw(
    config: &ConfigView,
    report: &ReportView,
    cut: Cut,
    oncut: &Callback<AttrValue>,
    onpick: &Callback<(String, String)>,
    picked: Option<&str>,
) -> Html {
    let book = &report.book;
    if book.sales.n == 0 && book.voids.is_empty() && book.comps.is_empty() && book.refunds.is_empty() {
        return html! { <Empty icon={Icon::Chart} title={t!("man.no_sales", when = range::words(report.from, report.to))} next={t!("man.no_sales_next")} /> };
    }
    let tabs: Vec<Tab> = Cut::ALL
        .iter()
        .map(|c| Tab { key: c.key().into(), label: c.label().into(), n: AttrValue::default() })
        .collect();
    html! {<>
        {figures(report)}
        if report.days.len() > 1 { {days(report)} }
        <Tabs {tabs} chosen={cut.key()} onchoose={oncut.clone()} name={t!("man.cuts")} />
        <div class="cut" data-testid={format!("cut-{}", cut.key())}>{cut_of(config, book, cut, onpick, picked)}</div>
    </>}
}

fn figures(report: &ReportView) -> Html {
    let book = &report.book;
    let change = (report.before > Money::ZERO).then(|| {
        let percent = (report_sales(book) - report.before).scaled(100, report.before.0).0;
        let (mark, class) = if percent >= 0 { ("▲ +", "up") } else { ("▼ \u{2212}", "down") };
        html! { <span class={class}>{mark}{percent.abs()}{"\u{a0}% "}{t!("man.to_before", amount = format::money(report.before))}</span> }
    });
    let tips: Money = book.tenders.values().map(|t| t.tips).sum();
    let refunds = sum(book.refunds.values());
    let small = |words: String| Some(html! { <span class="below">{words}</span> });
    html! {
        <section class="card figures">
            {figure(&t!("man.sales"), &format::money(book.sales.amount), change)}
            {figure(&t!("nav.checks"), &format::count(book.sales.n.max(0) as u64), small(per_check(book)))}
            {figure(&t!("man.covers"), &format::count(book.covers.max(0) as u64), small(takeaway(book)))}
            {figure(&t!("man.average"), &average(book).map_or_else(|| "–".into(), format::money), None)}
            {figure(&t!("man.tips"), &format::money(tips), None)}
            {figure(&t!("man.refunds"), &format::money(refunds.amount), small(t!("man.times", n = refunds.n)))}
        </section>
    }
}

fn report_sales(book: &Book) -> Money {
    book.sales.amount
}

fn days(report: &ReportView) -> Html {
    let wide = report.days.len() > 14;
    let columns: Vec<Column> = report
        .days
        .iter()
        .map(|(date, amount, _)| {
            let (_, month, day) = date.civil();
            Column {
                key: date.to_string(),
                label: if wide {
                    format!("{day}.{month}.")
                } else {
                    format!("{} {day}.", words::weekday(date.weekday()).chars().take(3).collect::<String>())
                },
                value: amount.0,
                before: None,
                shown: short(*amount),
            }
        })
        .collect();
    html! { <section class="card"><h3>{t!("man.by_day")}</h3><div class="scroll">{charts::columns(&t!("man.by_day"), &columns, None, None)}</div></section> }
}

fn cut_of(
    config: &ConfigView,
    book: &Book,
    cut: Cut,
    onpick: &Callback<(String, String)>,
    picked: Option<&str>,
) -> Html {
    match cut {
        Cut::Hours => hours(config, book, onpick, picked),
        Cut::Categories => {
            let label = |id: &CategoryId| words::category(config, id);
            ranked(&cut.label(), &book.categories, label, |n| t!("man.sold_n", n = n), Some(onpick), picked)
        }
        Cut::Items => {
            let label = |id: &ItemId| words::item(config, id);
            ranked(&cut.label(), &book.items, label, |n| t!("man.sold_n", n = n), Some(onpick), picked)
        }
        Cut::Staff => {
            let label = |id: &StaffId| words::person(config, id);
            ranked(&cut.label(), &book.staff, label, |n| t!("man.checks_n", n = n), Some(onpick), picked)
        }
        Cut::Tenders => tenders(book),
        Cut::Taxes => taxes(config, book),
        Cut::Voids => ranked(&cut.label(), &book.voids, Clone::clone, |n| t!("man.times", n = n), None, None),
        Cut::Comps => ranked(&cut.label(), &book.comps, Clone::clone, |n| t!("man.times", n = n), None, None),
    }
}

fn hours(config: &ConfigView, book: &Book, onpick: &Callback<(String, String)>, picked: Option<&str>) -> Html {
    let columns = hour_columns(config, book, None);
    let pick = onpick.reform(|key: String| {
        let next = key.parse::<u8>().map_or(0, |h| (h + 1) % 24);
        let label = format!("{key}–{next}");
        (key, label)
    });
    let rows = charts::hours_in_order(&book.hours.keys().copied().collect::<Vec<_>>(), config.settings.cut_over);
    html! {<>
        <section class="card"><div class="scroll">{charts::columns(&t!("man.by_hour"), &columns, picked, Some(&pick))}</div><p class="hint">{t!("man.tap_bar")}</p></section>
        {table(&t!("man.hour"), &t!("nav.checks"), rows.iter().filter(|h| book.hours.contains_key(h)).map(|h| {
            let t = book.hours.get(h).copied().unwrap_or_default();
            (format!("{h}:00–{}:00", (h + 1) % 24), t.n, t.amount)
        }))}
    </>}
}

/// A rank with its table below; with `onpick` every bar leads to the checks behind it.
fn ranked<K: Ord + std::fmt::Display>(
    title: &str,
    tallies: &BTreeMap<K, Tally>,
    label: impl Fn(&K) -> String,
    n: impl Fn(i64) -> String,
    onpick: Option<&Callback<(String, String)>>,
    picked: Option<&str>,
) -> Html {
    if tallies.is_empty() {
        return html! { <section class="card"><p class="mute">{t!("man.none_of_these")}</p></section> };
    }
    let mut rows: Vec<(&K, &Tally)> = tallies.iter().collect();
    rows.sort_by_key(|(_, t)| std::cmp::Reverse((t.amount, t.n)));
    let total: i64 = rows.iter().map(|(_, t)| t.amount.0).sum::<i64>().max(1);
    let shown: Vec<Rank> = rows
        .iter()
        .map(|(k, t)| {
            let percent = t.amount.scaled(1000, total).0;
            Rank {
                key: k.to_string(),
                label: label(k),
                value: t.amount.0,
                shown: format::money(t.amount),
                n: format!(
                    "{} · {}",
                    n(t.n),
                    format::share(domain::money::Ppm(u32::try_from(percent * 1000).unwrap_or(0)))
                ),
            }
        })
        .collect();
    let names: BTreeMap<String, String> = shown.iter().map(|r| (r.key.clone(), r.label.clone())).collect();
    let pick = onpick.map(|p| {
        p.reform(move |key: String| {
            let label = names.get(&key).cloned().unwrap_or_default();
            (key, label)
        })
    });
    html! {
        <section class="card">
            {charts::ranks(title, &shown, picked, pick.as_ref())}
            if onpick.is_some() { <p class="hint">{t!("man.tap_bar")}</p> }
        </section>
    }
}

fn table(first: &str, second: &str, rows: impl Iterator<Item = (String, i64, Money)>) -> Html {
    html! {
        <section class="card scroll">
            <table class="table">
                <thead><tr><th>{first}</th><th class="r">{second}</th><th class="r">{t!("man.sales")}</th></tr></thead>
                <tbody>{ for rows.map(|(label, n, amount)| html! {
                    <tr key={label.clone()}><td>{label}</td><td class="r">{n}</td><td class="r"><bdi>{format::money(amount)}</bdi></td></tr>
                })}</tbody>
            </table>
        </section>
    }
}

fn tenders(book: &Book) -> Html {
    let refund = |kind: &TenderKind| book.refunds.get(kind).copied().unwrap_or_default();
    html! {<>
        <section class="card">{charts::tenders(&book.tenders)}</section>
        <section class="card scroll">
            <table class="table">
                <thead><tr><th>{t!("man.tender")}</th><th class="r">{t!("man.payments")}</th><th class="r">{t!("man.amount")}</th><th class="r">{t!("man.tips")}</th><th class="r">{t!("man.refunds")}</th></tr></thead>
                <tbody>
                    { for book.tenders.iter().map(|(kind, t)| html! {
                        <tr key={words::tender(*kind)}><td>{words::tender(*kind)}</td><td class="r">{t.n}</td><td class="r"><bdi>{format::money(t.amount)}</bdi></td>
                            <td class="r"><bdi>{format::money(t.tips)}</bdi></td><td class="r"><bdi>{format::money(refund(kind).amount)}</bdi></td></tr>
                    })}
                    if book.cash_rounding != Money::ZERO {
                        <tr><td>{t!("pay.rounding")}</td><td class="r"></td><td class="r"><bdi>{format::money(book.cash_rounding)}</bdi></td><td class="r"></td><td class="r"></td></tr>
                    }
                </tbody>
            </table>
        </section>
    </>}
}

fn taxes(config: &ConfigView, book: &Book) -> Html {
    let name = |id: &TaxId| config.menu.tax(id).map_or_else(|| id.to_string(), |t| crate::i18n::words(&t.name));
    let row = |t: &domain::shift::TaxTally, back: bool| {
        let sign = |m: Money| if back { -m } else { m };
        html! {
            <tr key={format!("{}{}{back}", t.tax.id, t.tax.rate.0)}>
                <td>{t.tax.letter}{" · "}{name(&t.tax.id)}{" "}{format::share(t.tax.rate)}if back { {" · "}{t!("man.refunds")} }</td>
                <td class="r"><bdi>{format::money(sign(t.net))}</bdi></td><td class="r"><bdi>{format::money(sign(t.amount))}</bdi></td><td class="r"><bdi>{format::money(sign(t.gross))}</bdi></td>
            </tr>
        }
    };
    let total = |pick: fn(&domain::shift::TaxTally) -> Money| {
        let sold: Money = book.taxes.iter().map(pick).sum();
        let back: Money = book.refund_taxes.iter().map(pick).sum();
        format::money(sold - back)
    };
    html! {
        <section class="card scroll">
            <table class="table">
                <thead><tr><th>{t!("man.taxes")}</th><th class="r">{t!("man.net")}</th><th class="r">{t!("man.tax")}</th><th class="r">{t!("man.gross")}</th></tr></thead>
                <tbody>{ for book.taxes.iter().map(|t| row(t, false)) }{ for book.refund_taxes.iter().map(|t| row(t, true)) }</tbody>
                <tfoot><tr><td>{t!("man.total")}</td><td class="r"><bdi>{total(|t| t.net)}</bdi></td><td class="r"><bdi>{total(|t| t.amount)}</bdi></td><td class="r"><bdi>{total(|t| t.gross)}</bdi></td></tr></tfoot>
            </table>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BehindProps {
    from: Date,
    to: Date,
    bar: Bar,
    label: AttrValue,
    onclose: Callback<()>,
}

/// The checks behind a bar.
#[component]
fn Behind(props: &BehindProps) -> Html {
    let app = use_app();
    let (checks, again) = use_view(Query::ClosedChecks {
        from: props.from,
        to: props.to,
        text: String::new(),
        behind: Some(props.bar.clone()),
    });
    let onopen = {
        let app = app.clone();
        Callback::from(move |id: CheckId| app.open(&Route::Manager(format!("checks/{id}"))))
    };
    let Some(config) = app.config() else { return html! {} };
    html! {
        <Sheet title={props.label.clone()} onclose={props.onclose.clone()} id="behind">
            <p class="mute">{t!("man.behind_bar", when = range::words(props.from, props.to))}</p>
            {remote(&checks, &again, |view| {
                let View::ClosedChecks(checks) = view else { return None };
                Some(check_rows(&config, checks, None, &onopen))
            })}
        </Sheet>
    }
}
