//! Z reports: the chain, and one report as paper.

use std::collections::BTreeMap;

use domain::{
    money::Money,
    query::{Query, View},
    shift::{DrawerCount, Tally, ZReport},
    view::ConfigView,
};
use yew::prelude::*;

use super::{
    day::difference,
    late::{LateArrivals, on_the_z},
    remote,
    today::sum,
    use_app, words,
};
use crate::{
    app::use_live,
    components::{Empty, Mark, Sheet, Tone, badge},
    format, i18n,
    icons::Icon,
    t,
};

/// How a report stands in the chain of its terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Link {
    Intact,
    /// Its own figures do not match its hash.
    Changed,
    /// It does not name the report before it.
    Broken,
}

/// How each report stands, in the order given. Where the one before is not in the list, only the report itself is judged.
fn links(reports: &[ZReport]) -> Vec<Link> {
    let by_number: BTreeMap<(char, u64), &ZReport> = reports.iter().map(|z| ((z.letter, z.n), z)).collect();
    let first: BTreeMap<char, u64> = reports.iter().rev().fold(BTreeMap::new(), |mut first, z| {
        let n = first.entry(z.letter).or_insert(z.n);
        *n = (*n).min(z.n);
        first
    });
    reports
        .iter()
        .map(|z| {
            let before = by_number.get(&(z.letter, z.n.saturating_sub(1)));
            if !z.is_intact() {
                Link::Changed
            } else if match before {
                Some(before) => z.previous == before.hash,
                None if z.n == 1 => z.previous.is_empty(),
                // Older ones were not asked for; a gap in the middle is one.
                None => first.get(&z.letter) == Some(&z.n),
            } {
                Link::Intact
            } else {
                Link::Broken
            }
        })
        .collect()
}

#[component]
pub fn ZReports() -> Html {
    let app = use_app();
    let (reports, again) = use_live(Query::ZReports);
    let open = use_state(|| None::<ZReport>);
    let Some(config) = app.config() else { return html! {} };
    let onclose = {
        let open = open.clone();
        Callback::from(move |()| open.set(None))
    };
    let list = remote(&reports, &again, |view| {
        let View::ZReports(reports) = view else { return None };
        if reports.is_empty() {
            return Some(html! { <Empty icon={Icon::List} title={t!("man.no_z")} next={t!("man.no_z_next")} /> });
        }
        let mut reports = reports.clone();
        reports.sort_by_key(|z| std::cmp::Reverse((z.at, z.n)));
        let links = links(&reports);
        let bad = links.iter().filter(|l| **l != Link::Intact).count();
        let mark = if bad == 0 {
            Mark { tone: Tone::Go, icon: Icon::Works, words: t!("man.chain_ok", n = reports.len()) }
        } else {
            Mark { tone: Tone::Late, icon: Icon::Warning, words: t!("man.chain_bad", n = bad) }
        };
        Some(html! {<>
            <p data-testid="chain">{badge(&mark)}</p>
            <div class="z-rows">
                { for reports.iter().zip(&links).map(|(z, link)| {
                    let (open, this) = (open.clone(), z.clone());
                    row(&config, z, *link, Callback::from(move |_: MouseEvent| open.set(Some(this.clone()))))
                })}
            </div>
        </>})
    });
    html! {<>
        <LateArrivals />
        <section class="card z-list">
            <h3>{t!("man.z_reports")}</h3>
            {list}
            if let Some(z) = &*open {
                <Sheet title={t!("man.z_title", n = z.n)} {onclose} id="z-sheet"><div class="paper-desk">{report_paper(&config, z)}</div></Sheet>
            }
        </section>
    </>}
}

fn row(config: &ConfigView, z: &ZReport, link: Link, onclick: Callback<MouseEvent>) -> Html {
    let mark = match link {
        Link::Intact => None,
        Link::Changed => Some(Mark { tone: Tone::Late, icon: Icon::Warning, words: t!("man.z_changed") }),
        Link::Broken => Some(Mark { tone: Tone::Late, icon: Icon::Warning, words: t!("man.z_broken") }),
    };
    let counted: Vec<Money> = z.drawers.iter().filter_map(|d| d.difference).collect();
    html! {
        <button key={format!("{}{}", z.letter, z.n)} type="button" class="z-row" {onclick} data-testid={format!("z-{}", z.n)}>
            <span class="no">{"Z "}{z.n}</span>
            <span class="place">{words::business_day(z.day)}</span>
            <bdi class="sum">{format::money(z.book.sales.amount)}</bdi>
            <span class="facts">{t!("man.checks_n", n = z.book.sales.n)}{" · "}{words::somebody(config, z.by.as_ref())}{" · "}{format::time(z.at)}</span>
            <span class="marks">
                { for mark.as_ref().map(badge) }
                if !counted.is_empty() { {difference(counted.into_iter().sum())} }
                if z.carried_over > 0 { {badge(&Mark { tone: Tone::Cool, icon: Icon::Forward, words: t!("man.carried", n = z.carried_over) })} }
            </span>
        </button>
    }
}

/// An X or Z report as a piece of paper.
pub fn report_paper(config: &ConfigView, z: &ZReport) -> Html {
    let book = &z.book;
    let at = format!("{} {}", format::date(format::date_of(z.at)), format::time(z.at));
    let row = |label: String, n: Option<i64>, amount: Money| {
        html! {<>
            <dt>{label}if let Some(n) = n { <span class="x">{" × "}{n}</span> }</dt><dd><bdi>{format::money(amount)}</bdi></dd>
        </>}
    };
    let tallies = |title: String, tallies: Vec<(String, Tally)>| {
        let any = !tallies.is_empty();
        html! { if any { <dl><dt class="title">{title}</dt><dd></dd>{ for tallies.into_iter().map(|(k, t)| row(k, Some(t.n), t.amount)) }</dl> } }
    };
    let tips: Money = book.tenders.values().map(|t| t.tips).sum();
    html! {
        <div class="receipt ticket" data-testid="report-paper">
            <div class="head">
                <b>{if z.n == 0 { t!("man.x_title") } else { t!("man.z_title", n = z.n) }}</b>
                {&config.settings.name}<br />{words::business_day(z.day)}<br />{at}{" · "}{words::somebody(config, z.by.as_ref())}
            </div>
            <dl>
                <dt class="big">{t!("man.sales")}</dt><dd class="big"><bdi>{format::money(book.sales.amount)}</bdi></dd>
                <dt>{t!("nav.checks")}</dt><dd>{book.sales.n}</dd>
                <dt>{t!("man.covers")}</dt><dd>{book.covers}</dd>
                if book.takeaway.n > 0 { {row(t!("floor.takeaway"), Some(book.takeaway.n), book.takeaway.amount)} }
            </dl>
            <dl>
                { for book.tenders.iter().map(|(k, t)| row(words::tender(*k), Some(t.n), t.amount)) }
                if tips > Money::ZERO { {row(t!("man.tips"), None, tips)} }
                if book.cash_rounding != Money::ZERO { {row(t!("pay.rounding"), None, book.cash_rounding)} }
            </dl>
            <dl>
                { for book.taxes.iter().map(|t| row(format!("{} {} · {} {}", t.tax.letter, format::share(t.tax.rate), t!("man.net"), format::amount(t.net)), None, t.amount)) }
                { for book.refund_taxes.iter().map(|t| row(format!("{} {} · {}", t.tax.letter, format::share(t.tax.rate), t!("man.refunds")), None, -t.amount)) }
            </dl>
            {tallies(t!("man.voids"), book.voids.iter().map(|(k, t)| (k.clone(), *t)).collect())}
            {tallies(t!("man.comps"), book.comps.iter().map(|(k, t)| (k.clone(), *t)).collect())}
            {tallies(t!("man.refunds"), book.refunds.iter().map(|(k, t)| (words::tender(*k), *t)).collect())}
            { for z.drawers.iter().map(drawer) }
            <dl>
                { for z.receipts.iter().map(|(a, b)| html! {<><dt>{t!("man.receipts")}</dt><dd>{a.to_string()}{" – "}{b.to_string()}</dd></>}) }
                <dt>{t!("man.carried_over")}</dt><dd>{z.carried_over}</dd>
                {row(t!("man.grand_total"), None, z.grand_total)}
            </dl>
            {on_the_z(z)}
            if z.n > 0 { <p class="hash">{t!("man.sealed")}{" "}<code>{z.hash.chars().take(16).collect::<String>()}</code>
                if !z.previous.is_empty() { {" ← "}<code>{z.previous.chars().take(16).collect::<String>()}</code> }</p> }
            if sum(book.voids.values()).n == 0 && z.n == 0 { <p class="hash">{t!("man.x_note")}</p> }
        </div>
    }
}

fn drawer(d: &DrawerCount) -> Html {
    let row = |label: String, amount: Money| html! {<><dt>{label}</dt><dd><bdi>{format::money(amount)}</bdi></dd></>};
    html! {
        <dl key={d.letter.to_string()}>
            <dt class="title">{t!("man.drawer", letter = i18n::shown(d.letter))}</dt><dd></dd>
            {row(t!("man.float"), d.drawer.float)}{row(t!("man.paid_in"), d.drawer.paid_in)}{row(t!("man.paid_out"), -d.drawer.paid_out)}
            // Blind until counted, on paper as on the screen.
            { match (d.drawer.counted, d.difference) {
                (Some(counted), Some(diff)) => html! {<>{row(t!("man.expected"), d.expected)}{row(t!("man.counted"), counted)}{row(t!("man.difference"), diff)}</>},
                _ => html! {<><dt>{t!("man.counted")}</dt><dd>{t!("man.not_counted")}</dd></>},
            }}
        </dl>
    }
}

#[cfg(test)]
mod tests {
    use domain::shift::Book;

    use super::*;

    fn z(n: u64, previous: &str) -> ZReport {
        ZReport {
            n,
            letter: 'A',
            day: "2026-11-21".parse().unwrap(),
            at: i64::try_from(n).unwrap(),
            offset: 0,
            by: None,
            book: Book::default(),
            drawers: Vec::new(),
            receipts: Vec::new(),
            carried_over: 0,
            grand_total: Money(100),
            seen: Vec::new(),
            missing: Vec::new(),
            annulled: Vec::new(),
            replaced: Vec::new(),
            late: None,
            previous: previous.into(),
            hash: String::new(),
        }
        .sealed()
    }

    #[test]
    fn a_chain_shows_what_was_touched() {
        let one = z(1, "");
        let two = z(2, &one.hash);
        let three = z(3, &two.hash);
        assert_eq!(links(&[three.clone(), two.clone(), one.clone()]), [Link::Intact; 3]);
        assert_eq!(links(&[three.clone(), two.clone()]), [Link::Intact; 2], "older ones were not asked for");
        let raised = ZReport { grand_total: Money(900), ..two.clone() };
        assert_eq!(links(&[three.clone(), raised, one.clone()]), [Link::Intact, Link::Changed, Link::Intact]);
        assert_eq!(links(&[three, one]), [Link::Broken, Link::Intact], "one is missing");
    }
}
