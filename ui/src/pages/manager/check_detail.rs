//! One closed check: its receipt as paper, what may be done with it, and its history.

use std::{collections::BTreeMap, rc::Rc};

use domain::{
    command::Command,
    ids::{CheckId, LineId},
    query::{Query, View},
    view::{CheckState, CheckView, ConfigView},
};
use yew::prelude::*;

use super::{history, paper, refund::RefundSheet, remote, use_app, words};
use crate::{
    app::{App, Remote, use_view},
    components::{Button, Tab, Tabs},
    format, i18n,
    icons::Icon,
    t,
};

#[derive(Properties, PartialEq)]
pub struct CheckDetailProps {
    pub check: CheckId,
    /// Money was given back or a copy printed: lists around it are old.
    pub onchanged: Callback<()>,
}

#[component]
pub fn CheckDetail(props: &CheckDetailProps) -> Html {
    let app = use_app();
    let check = props.check;
    let (view, view_again) = use_view(Query::Check { check });
    let (receipt, receipt_again) = use_view(Query::Receipt { check });
    let (past, past_again) = use_view(Query::History { check });
    let face = use_state(|| AttrValue::Static("receipt"));
    let refunding = use_state(|| false);
    // The app predicts with the check's facts; without them it would refuse a refund before asking.
    {
        let app = app.clone();
        use_effect_with(check, move |check| app.fetch_check(*check));
    }
    let Some(config) = app.config() else { return html! {} };
    let all_again = {
        let (view, receipt, past, changed) =
            (view_again.clone(), receipt_again.clone(), past_again.clone(), props.onchanged.clone());
        Callback::from(move |()| [&view, &receipt, &past, &changed].into_iter().for_each(|c| c.emit(())))
    };
    let onface = {
        let face = face.clone();
        Callback::from(move |key| face.set(key))
    };
    let onrefund = {
        let refunding = refunding.clone();
        Callback::from(move |()| refunding.set(true))
    };
    let onclose = {
        let (refunding, again) = (refunding.clone(), all_again.clone());
        Callback::from(move |done: bool| {
            refunding.set(false);
            if done {
                again.emit(());
            }
        })
    };
    remote(&view, &view_again, |answer| {
        let View::Check(check) = answer else { return None };
        let tabs = vec![
            Tab { key: "receipt".into(), label: t!("man.receipt").into(), n: AttrValue::default() },
            Tab { key: "history".into(), label: t!("man.history").into(), n: AttrValue::default() },
        ];
        Some(html! {
            <article class="check-detail" data-testid="check-detail">
                {facts(&config, check)}
                {acts(&app, check, &onrefund, &all_again)}
                <Tabs {tabs} chosen={(*face).clone()} onchoose={onface} name={t!("man.check_faces")} />
                if *face == "history" { {history_of(&config, check, &past, &past_again)} } else { {receipt_of(&config, &receipt, &receipt_again)} }
                if *refunding { <RefundSheet check={Rc::new((**check).clone())} {onclose} /> }
            </article>
        })
    })
}

fn facts(config: &ConfigView, check: &CheckView) -> Html {
    let card = &check.card;
    let place = words::table(config, card.table.as_ref()).unwrap_or_else(|| t!("floor.takeaway"));
    let closed = check
        .closed
        .map_or_else(String::new, |at| format!("{} {}", format::date(format::date_of(at)), format::time(at)));
    html! {
        <header class="check-facts">
            <h2>{card.number.to_string()}<span>{place}</span></h2>
            <dl>
                if let Some(no) = check.receipt { <div><dt>{t!("man.receipt")}</dt><dd>{no.to_string()}</dd></div> }
                <div><dt>{t!("man.closed_at")}</dt><dd>{match (card.state, check.inside) {
                    (_, Some(into)) => t!("man.merged_into", number = into.number.to_string()),
                    (CheckState::Cancelled, _) => t!("state.cancelled"),
                    _ => closed,
                }}</dd></div>
                <div><dt>{t!("order.waiter")}</dt><dd>{words::person(config, &card.waiter)}</dd></div>
                <div><dt>{t!("man.covers")}</dt><dd>{card.covers}</dd></div>
                <div><dt>{t!("man.total")}</dt><dd class="big"><bdi>{format::money(check.bill.total)}</bdi></dd></div>
                if check.bill.refunded.0 > 0 { <div class="back"><dt>{t!("man.refunded")}</dt><dd><bdi>{format::money(-check.bill.refunded)}</bdi></dd></div> }
            </dl>
        </header>
    }
}

fn acts(app: &App, check: &CheckView, onrefund: &Callback<()>, again: &Callback<()>) -> Html {
    let id = check.card.check;
    let reprint = {
        let (app, again) = (app.clone(), again.clone());
        Callback::from(move |()| {
            let (said, again) = (app.clone(), again.clone());
            let then = Callback::from(move |answer: Result<_, _>| {
                if answer.is_ok() {
                    said.toast(t!("man.copy_printing"));
                    again.emit(());
                }
            });
            app.send_then(Command::PrintReceipt { check: id }, then);
        })
    };
    let refundable = check.payments.iter().any(|p| p.refundable.0 > 0);
    html! {
        <div class="row wrap">
            <Button label={if check.receipts_printed > 0 { t!("man.reprint_copy") } else { t!("pay.print_receipt") }} icon={Icon::Printer} onclick={reprint}
                disabled={check.receipt.is_none()} id="reprint" />
            <Button label={t!("man.refund")} icon={Icon::Undo} onclick={onrefund.clone()} disabled={!refundable} id="refund" />
        </div>
    }
}

fn receipt_of(config: &ConfigView, receipt: &Remote, again: &Callback<()>) -> Html {
    let columns =
        config.settings.receipt_printer.as_ref().and_then(|id| config.settings.printers.iter().find(|p| p.id == *id));
    let columns = columns.map_or(paper::COLUMNS, |p| usize::from(p.columns));
    remote(receipt, again, |view| {
        let View::Paper(slip) = view else { return None };
        Some(html! { <div class="paper-desk">{paper::slip(slip, columns)}</div> })
    })
}

fn history_of(config: &ConfigView, check: &CheckView, past: &Remote, again: &Callback<()>) -> Html {
    let names: BTreeMap<LineId, String> = check.lines.iter().map(|l| (l.id, i18n::words(&l.name))).collect();
    remote(past, again, |view| {
        let View::History(lines) = view else { return None };
        Some(html! {
            <ol class="history" data-testid="history">
                { for lines.iter().enumerate().map(|(i, line)| {
                    let (sign, words) = history::sentence(config, &names, line);
                    html! {
                        <li key={i}>
                            <span class="when">{format::time(line.at)}</span>{crate::icons::icon(sign, 20)}
                            <span class="what">{words}</span>
                            <span class="who">{words::somebody(config, line.by.as_ref())}if let Some(device) = &line.device { {" · "}{device.to_string()} }</span>
                        </li>
                    }
                })}
            </ol>
        })
    })
}
