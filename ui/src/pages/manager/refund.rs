//! Giving money back: which payment, how much, why. Approval is asked for by the app when the person may not do it alone.

use std::rc::Rc;

use domain::{
    command::Command,
    money::Money,
    view::{CheckView, PaymentView},
};
use yew::prelude::*;

use super::{noted, use_app, use_once, words};
use crate::{
    components::{AmountPad, Button, Chip, Field, Kind, Sheet},
    format, i18n,
    icons::icon,
    t,
};

#[derive(Properties, PartialEq)]
pub struct RefundSheetProps {
    pub check: Rc<CheckView>,
    /// True when money was given back.
    pub onclose: Callback<bool>,
}

#[component]
pub fn RefundSheet(props: &RefundSheetProps) -> Html {
    let app = use_app();
    let open: Vec<&PaymentView> = props.check.payments.iter().filter(|p| p.refundable.0 > 0).collect();
    let first = open.first().map(|p| (p.id, p.refundable));
    let payment = use_state(|| first.map(|f| f.0));
    let amount = use_state(|| first.map_or(Money::ZERO, |f| f.1));
    let reason = use_state(String::new);
    let given = t!("man.refund_done", amount = format::money(*amount));
    let (busy, send) = use_once(noted(given, &app, &props.onclose.reform(|()| true)));
    let Some(config) = app.config() else { return html! {} };
    let chosen = open.iter().find(|p| Some(p.id) == *payment).copied();
    let most = chosen.map_or(Money::ZERO, |p| p.refundable);
    let too_much = *amount > most;
    let ready = chosen.is_some() && amount.0 > 0 && !too_much && !reason.trim().is_empty() && !busy;
    let pick = |p: &PaymentView| {
        let (payment, amount, id, all) = (payment.clone(), amount.clone(), p.id, p.refundable);
        Callback::from(move |()| {
            payment.set(Some(id));
            amount.set(all);
        })
    };
    let onamount = {
        let amount = amount.clone();
        Callback::from(move |m| amount.set(m))
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |r: String| reason.set(r))
    };
    let give = chosen.map_or_else(Callback::noop, |p| {
        let (check, payment, amount, reason) = (props.check.card.check, p.id, *amount, (*reason).clone());
        send.reform(move |()| Command::Refund { check, payment, amount, reason: reason.clone() })
    });
    let onenter = ready.then(|| give.clone());
    let foot = html! {
        <Button label={t!("man.refund_amount", amount = format::money(*amount))} kind={Kind::Primary} big=true wide=true disabled={!ready} onclick={give} id="refund-now" />
    };
    html! {
        <Sheet title={t!("man.refund_of", number = i18n::shown(props.check.card.number))} onclose={props.onclose.reform(|()| false)} {foot} id="refund-sheet">
            <section class="block">
                <h3>{t!("man.which_payment")}</h3>
                <div class="chips">{ for open.iter().map(|p| html! {
                    <Chip key={p.id.to_string()} label={format!("{} {}", words::tender(p.kind), format::time(p.at))} on={Some(p.id) == *payment}
                        extra={format::money(p.refundable)} icon={words::tender_icon(p.kind)} onclick={pick(p)} />
                })}</div>
            </section>
            <section class="block">
                <h3>{t!("man.why")}</h3>
                <div class="chips">{ for config.settings.refund_reasons.iter().map(|r| {
                    let words = i18n::words(r);
                    let set = words.clone();
                    html! { <Chip key={words.clone()} on={*reason == words} label={words.clone()} onclick={onreason.reform(move |()| set.clone())} /> }
                })}</div>
                <Field label={t!("man.other_reason")} value={(*reason).clone()} oninput={onreason} max=200 id="refund-reason" />
            </section>
            <section class="block">
                <h3>{t!("man.how_much")}</h3>
                <div class="amount-line"><bdi class="value">{format::money(*amount)}</bdi>
                    if too_much { <span class="fault" role="alert">{icon(crate::icons::Icon::Warning, 18)}{t!("no.refund_too_much", left = format::money(most))}</span> }
                    else { <span class="mute">{t!("man.of_amount", amount = format::money(most))}</span> }
                </div>
                <AmountPad value={*amount} onchange={onamount} {onenter} />
            </section>
        </Sheet>
    }
}
