//! How a guest pays: exact cash in one tap, the next notes, a card, a voucher, and a tip.

use domain::{command::NewTender, money::Money, money::Ppm};
use yew::prelude::*;

use super::{Desk, current, split, take, who};
use crate::{
    components::{AmountPad, Button, Chip, Field, Kind, Sheet},
    format,
    icons::{Icon, icon},
    pages::order,
    t,
};

/// Quick amounts beside the exact one.
const QUICK: usize = 3;
/// Tips offered as shares of the amount.
const TIPS: [u32; 3] = [50_000, 100_000, 150_000];

/// What is being typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Typing {
    Nothing,
    Cash,
    Tip,
    Voucher,
}

#[derive(Properties, PartialEq)]
pub struct TenderProps {
    pub desk: Desk,
}

#[component]
pub fn TenderPanel(props: &TenderProps) -> Html {
    let desk = &props.desk;
    let typing = use_state(|| Typing::Nothing);
    let gaps = desk.check.lines.iter().filter(|l| l.qty > 0 && !l.missing.is_empty()).count();
    let Some(payer) = current(desk) else {
        return html! { <section class="tender"><p class="mute">{t!("pay.choose_items")}</p></section> };
    };
    let owes = payer.owes + *desk.tip;
    let offline = matches!(desk.app.state().link, crate::app::Link::Down { .. });
    let unfired: u32 = desk.check.lines.iter().map(order::unfired).sum();
    html! {
        <section class="tender scroll">
            <div class="owed">
                <span class="word">{if payer.who == split::Who::Everyone { t!("pay.owed") } else { t!("pay.owes", who = who(payer.who)) }}</span>
                <bdi class="value" data-testid="owes" aria-live="polite">{format::money(owes)}</bdi>
            </div>
            if let Some(change) = *desk.change {
                <div class="change" role="status"><span class="grow">{t!("pay.change")}</span><bdi class="value" data-testid="change">{format::money(change)}</bdi></div>
            }
            if offline { <p class="notice" data-tone="late">{icon(Icon::Offline, 20)}{t!("pay.offline")}</p> }
            if gaps > 0 { <p class="notice">{icon(Icon::Warning, 20)}{t!("no.choices_missing", n = gaps)}</p> }
            else if unfired > 0 { <p class="notice">{icon(Icon::Flame, 20)}{t!("pay.fires", n = unfired)}</p> }
            <div class="block"><h3>{t!("pay.cash")}</h3>{cash(desk, owes, &typing)}</div>
            <div class="block"><h3>{t!("pay.without_cash")}</h3>{other(desk, owes, &typing)}</div>
            <div class="block"><h3>{t!("pay.tip")}</h3>{tips(desk, payer.owes, &typing)}</div>
            {sheet(desk, owes, payer.owes, &typing)}
        </section>
    }
}

/// What exact cash would be, rounded to the smallest coin.
fn in_cash(desk: &Desk, owes: Money) -> Money {
    let tip = *desk.tip;
    (owes - tip).rounded_to(desk.check.terms.cash_step) + tip
}

fn cash(desk: &Desk, owes: Money, typing: &UseStateHandle<Typing>) -> Html {
    let exact = in_cash(desk, owes);
    let hand = |given: Money| {
        let desk = desk.clone();
        move |_: MouseEvent| take(&desk, NewTender::Cash { given })
    };
    let quick = split::quick_cash(exact, &desk.config.settings.notes, QUICK).into_iter().map(|given| {
        html! {
            <button key={given.0} class="tend" type="button" onclick={hand(given)} data-testid={format!("cash-{}", given.0)}>
                <span class="how">{t!("pay.back", amount = format::amount(given - exact))}</span><bdi class="amt">{format::amount(given)}</bdi>
            </button>
        }
    });
    let other = {
        let typing = typing.clone();
        move |_: MouseEvent| typing.set(Typing::Cash)
    };
    html! {
        <div class="tenders">
            <button class="tend first" type="button" onclick={hand(exact)} data-testid="cash-exact">
                <span class="how">{icon(Icon::Cash, 22)}{t!("pay.exact")}</span><bdi class="amt">{format::money(exact)}</bdi>
            </button>
            { for quick }
            <button class="tend" type="button" onclick={other} data-testid="cash-other">
                <span class="how">{t!("pay.other_cash")}</span><span class="amt">{"…"}</span>
            </button>
        </div>
    }
}

fn other(desk: &Desk, owes: Money, typing: &UseStateHandle<Typing>) -> Html {
    let card = {
        let desk = desk.clone();
        move |_: MouseEvent| take(&desk, NewTender::Card { reference: String::new(), last4: String::new() })
    };
    let voucher = {
        let typing = typing.clone();
        move |_: MouseEvent| typing.set(Typing::Voucher)
    };
    html! {
        <div class="tenders">
            <button class="tend wide" type="button" onclick={card} data-testid="card" title={t!("pay.card_hint")}>
                <span class="how">{icon(Icon::Card, 20)}{t!("pay.card")}</span><bdi class="amt">{format::amount(owes)}</bdi>
            </button>
            <button class="tend" type="button" onclick={voucher} data-testid="voucher">
                <span class="how">{icon(Icon::Voucher, 20)}{t!("pay.voucher")}</span><span class="amt">{"…"}</span>
            </button>
        </div>
    }
}

fn tips(desk: &Desk, owes: Money, typing: &UseStateHandle<Typing>) -> Html {
    let set = |tip: Money| {
        let handle = desk.tip.clone();
        move |()| handle.set(tip)
    };
    let share = |ppm: u32| {
        let tip = Ppm(ppm).of(owes);
        html! {
            <Chip key={ppm} label={format::share(Ppm(ppm))} extra={format::amount(tip)} on={*desk.tip == tip} onclick={set(tip)} id={format!("tip-{}", ppm / 10_000)} />
        }
    };
    // "Make it 40": the next round amount is how people tip without counting.
    let round = split::quick_cash(owes, &desk.config.settings.notes, 1).into_iter().next();
    let known = *desk.tip == Money::ZERO
        || TIPS.iter().any(|p| Ppm(*p).of(owes) == *desk.tip)
        || round.is_some_and(|r| r - owes == *desk.tip);
    let more = {
        let typing = typing.clone();
        move |()| typing.set(Typing::Tip)
    };
    html! {
        <div class="chips" role="group" aria-label={t!("pay.tip")}>
            <Chip label={t!("pay.no_tip")} on={*desk.tip == Money::ZERO} onclick={set(Money::ZERO)} id="tip-0" />
            { for TIPS.into_iter().map(share) }
            { for round.map(|r| html! {
                <Chip label={t!("pay.round_to", amount = format::amount(r))} extra={format::amount(r - owes)} on={*desk.tip == r - owes && r > owes} onclick={set(r - owes)} id="tip-round" />
            })}
            <Chip label={t!("pay.other_tip")} on={!known} extra={(!known).then(|| AttrValue::from(format::amount(*desk.tip)))} onclick={more} id="tip-other" />
        </div>
    }
}

fn sheet(desk: &Desk, owes: Money, bill: Money, typing: &UseStateHandle<Typing>) -> Html {
    let onclose = {
        let typing = typing.clone();
        Callback::from(move |()| typing.set(Typing::Nothing))
    };
    let (desk, exact) = (desk.clone(), in_cash(desk, owes));
    match **typing {
        Typing::Nothing => html! {},
        Typing::Cash => html! { <CashSheet {desk} {exact} {onclose} /> },
        Typing::Tip => html! { <TipSheet {desk} {bill} {onclose} /> },
        Typing::Voucher => html! { <VoucherSheet {desk} {owes} {onclose} /> },
    }
}

#[derive(Properties, PartialEq)]
struct CashProps {
    desk: Desk,
    exact: Money,
    onclose: Callback<()>,
}

#[component]
fn CashSheet(props: &CashProps) -> Html {
    let CashProps { desk, exact, onclose } = props;
    let given = use_state(|| Money::ZERO);
    let enough = *given >= *exact;
    let done = {
        let (desk, given, onclose) = (desk.clone(), *given, onclose.clone());
        Callback::from(move |()| {
            onclose.emit(());
            take(&desk, NewTender::Cash { given });
        })
    };
    let typed = {
        let given = given.clone();
        Callback::from(move |amount| given.set(amount))
    };
    let onenter = enough.then(|| done.clone());
    let below = if enough {
        t!("pay.back", amount = format::amount(*given - *exact))
    } else {
        t!("pay.too_little", amount = format::amount(*exact - *given))
    };
    let foot = html! {
        <Button kind={Kind::Primary} big=true wide=true disabled={!enough} label={t!("pay.take_cash", amount = format::money(*given))} onclick={done} id="take-cash" />
    };
    html! {
        <Sheet title={t!("pay.given")} onclose={onclose.clone()} center=true {foot} id="cash-sheet">
            <div class="typed"><bdi class="value">{format::money(*given)}</bdi><span class="mute">{below}</span></div>
            <AmountPad value={*given} onchange={typed} {onenter} />
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct TipProps {
    desk: Desk,
    bill: Money,
    onclose: Callback<()>,
}

#[component]
fn TipSheet(props: &TipProps) -> Html {
    let TipProps { desk, bill, onclose } = props;
    let tip = use_state(|| *desk.tip);
    let typed = {
        let tip = tip.clone();
        Callback::from(move |amount| tip.set(amount))
    };
    let done = {
        let (handle, tip, onclose) = (desk.tip.clone(), *tip, onclose.clone());
        Callback::from(move |()| {
            handle.set(tip);
            onclose.emit(());
        })
    };
    let foot = html! { <Button kind={Kind::Primary} big=true wide=true label={t!("done")} onclick={done.clone()} id="tip-done" /> };
    html! {
        <Sheet title={t!("pay.tip")} onclose={onclose.clone()} center=true {foot}>
            <div class="typed"><bdi class="value">{format::money(*tip)}</bdi><bdi class="mute">{format::money(*bill + *tip)}</bdi></div>
            <AmountPad value={*tip} onchange={typed} onenter={done} />
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct VoucherProps {
    desk: Desk,
    owes: Money,
    onclose: Callback<()>,
}

#[component]
fn VoucherSheet(props: &VoucherProps) -> Html {
    let VoucherProps { desk, owes, onclose } = props;
    let code = use_state(String::new);
    let done = {
        let (desk, code, onclose) = (desk.clone(), code.clone(), onclose.clone());
        Callback::from(move |()| {
            if !code.trim().is_empty() {
                onclose.emit(());
                take(&desk, NewTender::Voucher { code: code.trim().to_owned() });
            }
        })
    };
    let typed = {
        let code = code.clone();
        Callback::from(move |words| code.set(words))
    };
    let foot = html! {
        <Button kind={Kind::Primary} big=true wide=true disabled={code.trim().is_empty()} label={t!("pay.voucher_take", amount = format::money(*owes))}
            onclick={done.clone()} id="take-voucher" />
    };
    html! {
        <Sheet title={t!("pay.voucher")} onclose={onclose.clone()} center=true {foot}>
            <Field label={t!("pay.voucher_code")} value={(*code).clone()} oninput={typed} onenter={done} autofocus=true max={40} id="voucher-code" />
        </Sheet>
    }
}
