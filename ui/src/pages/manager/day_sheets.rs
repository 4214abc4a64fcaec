//! Cash into and out of the drawer, the blind count, and the X.

use domain::{
    command::Command,
    event::Movement,
    money::Money,
    query::{Query, View},
};
use yew::prelude::*;

use super::{noted, remote, use_app, use_once, zreports::report_paper};
use crate::{
    app::use_live,
    components::{AmountPad, Button, Chip, Field, Kind, Sheet},
    format,
    icons::Icon,
    t,
};

#[derive(Properties, PartialEq)]
pub struct CashSheetProps {
    pub movement: Movement,
    pub onclose: Callback<()>,
}

/// One movement of cash, with its amount and its reason where they are needed.
#[component]
pub fn CashSheet(props: &CashSheetProps) -> Html {
    let app = use_app();
    let amount = use_state(|| Money::ZERO);
    let reason = use_state(String::new);
    let movement = props.movement;
    let (title, hint, act) = match movement {
        Movement::Float => {
            (t!("man.do_float"), t!("man.float_hint"), t!("man.float_now", amount = format::money(*amount)))
        }
        Movement::PaidIn => {
            (t!("man.do_paid_in"), t!("man.paid_in_hint"), t!("man.paid_in_now", amount = format::money(*amount)))
        }
        Movement::PaidOut => {
            (t!("man.do_paid_out"), t!("man.paid_out_hint"), t!("man.paid_out_now", amount = format::money(*amount)))
        }
        Movement::NoSale => (t!("man.do_open"), t!("man.open_hint"), t!("man.open_now")),
    };
    let usual = match movement {
        Movement::PaidIn => vec![t!("man.why_change"), t!("man.why_correction")],
        Movement::PaidOut => vec![t!("man.why_supplier"), t!("man.why_bank"), t!("man.why_tips")],
        Movement::NoSale => vec![t!("man.why_change"), t!("man.why_check_drawer")],
        Movement::Float => Vec::new(),
    };
    let needs_reason = movement != Movement::Float;
    let needs_amount = matches!(movement, Movement::PaidIn | Movement::PaidOut);
    let (busy, send) = use_once(noted(t!("man.noted"), &app, &props.onclose));
    let ready = !busy && (!needs_reason || !reason.trim().is_empty()) && (!needs_amount || amount.0 > 0);
    let send = {
        let (amount, reason) = (*amount, (*reason).clone());
        send.reform(move |()| Command::MoveCash { movement, amount, reason: reason.clone() })
    };
    let onamount = {
        let amount = amount.clone();
        Callback::from(move |m| amount.set(m))
    };
    let onreason = {
        let reason = reason.clone();
        Callback::from(move |r: String| reason.set(r))
    };
    let onenter = ready.then(|| send.clone());
    let foot = html! { <Button label={act} kind={Kind::Primary} big=true wide=true disabled={!ready} onclick={send} id="cash-now" /> };
    html! {
        <Sheet {title} onclose={props.onclose.clone()} {foot} id="cash-sheet">
            <p class="mute">{hint}</p>
            if movement != Movement::NoSale {
                <div class="amount-line"><bdi class="value">{format::money(*amount)}</bdi></div>
                <AmountPad value={*amount} onchange={onamount} {onenter} />
            }
            if needs_reason {
                <section class="block">
                    <h3>{t!("man.why")}</h3>
                    <div class="chips">{ for usual.into_iter().map(|r| {
                        let set = r.clone();
                        html! { <Chip key={r.clone()} on={*reason == r} label={r.clone()} onclick={onreason.reform(move |()| set.clone())} /> }
                    })}</div>
                    <Field label={t!("man.other_reason")} value={(*reason).clone()} oninput={onreason.clone()} max=200 id="cash-reason" />
                </section>
            }
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
pub struct CountSheetProps {
    pub onclose: Callback<()>,
}

/// The blind count: what lies there first, what should lie there afterwards.
#[component]
pub fn CountSheet(props: &CountSheetProps) -> Html {
    let app = use_app();
    let amount = use_state(|| Money::ZERO);
    let (busy, send) = use_once(noted(t!("man.count_noted"), &app, &props.onclose));
    let send = {
        let counted = *amount;
        send.reform(move |()| Command::CountDrawer { counted })
    };
    let onenter = (!busy).then(|| send.clone());
    let onamount = {
        let amount = amount.clone();
        Callback::from(move |m| amount.set(m))
    };
    let foot = html! {
        <Button label={t!("man.count_now", amount = format::money(*amount))} kind={Kind::Primary} big=true wide=true disabled={busy} onclick={send} id="count-now" />
    };
    html! {
        <Sheet title={t!("man.count")} onclose={props.onclose.clone()} {foot} id="count-sheet">
            <p class="mute">{t!("man.blind_how")}</p>
            <div class="amount-line"><bdi class="value" data-testid="counted">{format::money(*amount)}</bdi></div>
            <AmountPad value={*amount} onchange={onamount} {onenter} />
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
pub struct XSheetProps {
    pub onclose: Callback<()>,
}

/// The day so far, as it would be closed now.
#[component]
pub fn XSheet(props: &XSheetProps) -> Html {
    let app = use_app();
    let (x, again) = use_live(Query::XReport);
    let (busy, send) = use_once(noted(t!("man.x_printing"), &app, &Callback::noop()));
    let Some(config) = app.config() else { return html! {} };
    let print = send.reform(|()| Command::PrintX);
    let foot = html! { <Button label={t!("man.print")} icon={Icon::Printer} wide=true disabled={busy} onclick={print} id="print-x" /> };
    html! {
        <Sheet title={t!("man.x_report")} onclose={props.onclose.clone()} {foot} id="x-sheet">
            {remote(&x, &again, |view| {
                let View::XReport(x) = view else { return None };
                Some(html! { <div class="paper-desk">{report_paper(&config, x)}</div> })
            })}
        </Sheet>
    }
}
