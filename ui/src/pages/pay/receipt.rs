//! The receipt's picture: the check as it will be printed, and once it is closed the paper itself.

use domain::{
    money::Money,
    paper::{Slip, Strip},
    query::{Query, View},
    settings::TaxMode,
    view::CheckState,
};
use yew::prelude::*;

use super::{Desk, kind_name};
use crate::{app::App, components::check_line, format, t};

/// Columns of a receipt printer when none is set up.
const COLUMNS: u8 = 42;

/// The picture beside the payment.
pub fn picture(desk: &Desk) -> Html {
    let closed = desk.check.card.state == CheckState::Closed;
    let waiting = desk.app.state().mirror.is_waiting(desk.check.card.check);
    if closed && !waiting {
        let settings = &desk.config.settings;
        let printer = settings.printers.iter().find(|p| Some(&p.id) == settings.receipt_printer.as_ref());
        return html! { <Printed check={desk.check.card.check} columns={printer.map_or(COLUMNS, |p| p.columns)} fallback={preview(desk)} /> };
    }
    preview(desk)
}

fn preview(desk: &Desk) -> Html {
    let (check, settings) = (&desk.check, &desk.config.settings);
    let inside = check.terms.tax == TaxMode::Inclusive;
    let tax = |t: &domain::event::TaxSum| {
        let rate = format::share(t.tax.rate);
        if inside {
            t!("pay.tax_inside", rate = rate, gross = format::amount(t.gross))
        } else {
            t!("pay.tax_added", rate = rate, net = format::amount(t.net))
        }
    };
    let row = |key: String, word: String, amount: Money| html! { <div key={key}><dt>{word}</dt><dd><bdi>{format::amount(amount)}</bdi></dd></div> };
    html! {
        <div class="ticket receipt" data-testid="receipt">
            <div class="head"><b>{&settings.name}</b>{ for settings.header.iter().map(|l| html! { <span>{l}<br /></span> }) }</div>
            <div class="lines">{ for check.lines.iter().filter(|l| l.qty > 0).map(|l| html! { <div key={l.id.to_string()}>{check_line(l, &[])}</div> }) }</div>
            <dl>
                { for check.bill.taxes.iter().enumerate().map(|(i, t)| row(format!("tax-{i}"), tax(t), t.amount)) }
                <div class="big"><dt>{t!("order.total")}</dt><dd><bdi>{format::money(check.bill.total)}</bdi></dd></div>
                { for check.payments.iter().map(|p| row(p.id.to_string(), kind_name(p.kind), p.amount)) }
                if check.bill.cash_rounding != Money::ZERO { {row("rounding".into(), t!("pay.rounding"), check.bill.cash_rounding)} }
            </dl>
            { for settings.footer.iter().map(|l| html! { <p class="footer">{l}</p> }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct PrintedProps {
    check: domain::ids::CheckId,
    columns: u8,
    fallback: Html,
}

/// The receipt exactly as the paper has it.
#[component]
fn Printed(props: &PrintedProps) -> Html {
    let slip = use_state(|| None);
    let app = use_context::<App>();
    {
        let slip = slip.clone();
        // Asked by hand: `use_view` would bring along how to copy every answer there is.
        use_effect_with(props.check, move |check| {
            let answered = Callback::from(move |answer| {
                if let Ok(View::Paper(receipt)) = answer {
                    slip.set(Some(receipt));
                }
            });
            if let Some(app) = app {
                app.ask(Query::Receipt { check: *check }, answered);
            }
        });
    }
    slip.as_ref().map_or_else(|| props.fallback.clone(), |slip| paper(slip, props.columns))
}

/// A slip as a picture: the same wrapping the printer gets, in a fixed-width face.
fn paper(slip: &Slip, columns: u8) -> Html {
    let strips = slip.lay_out(usize::from(columns));
    html! {
        <div class="ticket receipt paper-slip" style={format!("--columns: {columns}")} data-testid="paper">
            { for strips.iter().enumerate().map(|(i, s)| strip(i, s)) }
        </div>
    }
}

fn strip(i: usize, strip: &Strip) -> Html {
    match strip {
        Strip::Line { size, spans } => {
            let style = format!("--wide: {}; --high: {}", size.wide(), size.high());
            html! {
                <div key={i} class="pl" {style}>
                    { for spans.iter().enumerate().map(|(j, s)| {
                        let class = classes!(s.bold.then_some("b"), s.inverse.then_some("inv"));
                        html! { <span key={j} {class}>{&s.text}</span> }
                    })}
                </div>
            }
        }
        Strip::Rule => html! { <hr key={i} /> },
        Strip::DoubleRule => html! { <hr key={i} class="double" /> },
        Strip::Feed(n) => html! { <div key={i} style={format!("block-size: {n}em")}></div> },
        Strip::Qr(data) => html! { <div key={i} class="pl qr" title={data.clone()}>{"▦ "}{data}</div> },
        Strip::Cut | Strip::Drawer | Strip::Buzzer => html! {},
    }
}
