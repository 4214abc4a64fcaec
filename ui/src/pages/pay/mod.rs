//! Pay: what is owed and by whom, how it is paid, and the receipt's picture beside it.

mod receipt;
mod split;
mod tender;

use std::{collections::BTreeSet, rc::Rc};

use domain::{
    command::{Command, NewTender},
    event::TenderKind,
    ids::CheckId,
    money::Money,
    query::Done,
    rejection::Refusal,
    view::{CheckState, CheckView, ConfigView},
};
use yew::prelude::*;

use crate::{
    app::{App, Top, use_keys},
    components::{Button, Chip, Empty, Ghosts, Kind, Mark, Tone, badge},
    format, i18n,
    icons::{Icon, icon},
    pages::floor,
    route::Route,
    t,
};
use split::{Payer, Split, Who};

#[derive(Properties, PartialEq)]
pub struct PayProps {
    pub check: CheckId,
}

/// What the parts of the page share.
#[derive(Clone)]
pub struct Desk {
    pub app: App,
    pub config: Rc<ConfigView>,
    pub check: CheckView,
    pub split: UseStateHandle<Split>,
    /// Which payer of the split is at the till.
    pub chosen: UseStateHandle<usize>,
    pub tip: UseStateHandle<Money>,
    /// Change of the last cash payment, to be shown until the next act.
    pub change: UseStateHandle<Option<Money>>,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        // A configuration that was asked anew is another one; to compare menus by their content costs more than to draw.
        Rc::ptr_eq(&self.config, &other.config)
            && self.app == other.app
            && self.check == other.check
            && self.split == other.split
            && self.chosen == other.chosen
            && self.tip == other.tip
            && self.change == other.change
    }
}

#[component]
pub fn PayPage(props: &PayProps) -> Html {
    let app = use_context::<App>();
    let split = use_state(|| None::<Split>);
    let real = use_state(Split::default);
    let chosen = use_state(|| 0usize);
    let tip = use_state(|| Money::ZERO);
    let change = use_state(|| None::<Money>);
    let desk = app.as_ref().and_then(|app| {
        Some(Desk {
            app: app.clone(),
            config: app.config()?,
            check: app.check(props.check)?,
            split: real.clone(),
            chosen,
            tip,
            change,
        })
    });
    // The split begins as the payments so far suggest, once the check is here.
    let begun = desk.as_ref().map(|d| split::begun(&d.check));
    use_effect_with(begun.is_some(), move |_| {
        if let (Some(begun), None) = (begun, &*split) {
            real.set(begun.clone());
            split.set(Some(begun));
        }
    });
    {
        let (app, check) = (app.clone(), props.check);
        use_keys(Callback::from(move |e: KeyboardEvent| {
            if let Some(app) = app.as_ref().filter(|_| e.key() == "Escape") {
                app.open(&Route::Order(check));
            }
        }));
    }
    match (app, desk) {
        (_, Some(desk)) => page(&desk),
        (Some(app), None) => {
            let missing = app.state().missing.contains(&props.check);
            let onback = Callback::from(move |()| app.open(&Route::Floor));
            let body = if missing {
                html! { <Empty icon={Icon::Receipt} title={t!("order.gone")} next={t!("order.gone_next")} /> }
            } else {
                html! { <Ghosts n={4} height={84} /> }
            };
            html! { <><Top title={t!("pay.title")} {onback} /><main class="page">{body}</main></> }
        }
        (None, None) => html! {},
    }
}

fn page(desk: &Desk) -> Html {
    let settled = desk.check.card.state == CheckState::Closed;
    let onback = {
        let (app, to) = (desk.app.clone(), if settled { Route::Floor } else { Route::Order(desk.check.card.check) });
        Callback::from(move |()| app.open(&to))
    };
    let middle = if settled {
        settled_panel(desk)
    } else if desk.check.lines.iter().all(|l| l.qty == 0) {
        html! { <section class="tender"><Empty icon={Icon::Receipt} title={t!("pay.nothing")} next={t!("pay.nothing_next")} /></section> }
    } else {
        html! { <tender::TenderPanel desk={desk.clone()} /> }
    };
    html! {
        <>
            <Top title={floor::place(&desk.app, &desk.check.card)} sub={t!("pay.title")} {onback} />
            <main class="page">
                <div class={classes!("pay", settled.then_some("settled"))}>
                    if !settled { {payers_panel(desk)} }
                    {middle}
                    <aside class="receipt-col scroll" aria-label={t!("pay.receipt")}>{receipt::picture(desk)}</aside>
                </div>
            </main>
        </>
    }
}

/// The payer at the till, or the next one who still owes.
pub fn current(desk: &Desk) -> Option<Payer> {
    let payers = split::payers(&desk.check, &desk.split);
    let at = payers.get(*desk.chosen).filter(|p| p.owes > Money::ZERO).cloned();
    at.or_else(|| payers.into_iter().find(|p| p.owes > Money::ZERO))
}

pub fn who(who: Who) -> String {
    match who {
        Who::Everyone => t!("pay.together"),
        Who::Share(n) => t!("pay.guest", n = n),
        Who::Seat(0) => t!("order.table"),
        Who::Seat(n) => t!("order.seat", n = n),
        Who::Chosen => t!("pay.chosen"),
    }
}

fn payers_panel(desk: &Desk) -> Html {
    let payers = split::payers(&desk.check, &desk.split);
    let at = current(desk);
    let by_item = matches!(*desk.split, Split::Items(_));
    html! {
        <section class="payers scroll">
            <h2>{t!("pay.who")}</h2>
            {ways(desk)}
            if by_item { {items(desk)} } else {
                { for payers.iter().enumerate().map(|(i, payer)| payer_row(desk, i, payer, at.as_ref() == Some(payer))) }
            }
            { for desk.check.payments.iter().filter(|_| matches!(*desk.split, Split::Together | Split::Items(_))).map(paid_row) }
        </section>
    }
}

/// The ways to split. One tap on ÷ 3 splits by three; the guests at the table are offered first.
fn ways(desk: &Desk) -> Html {
    let choose = |split: Split| {
        let desk = desk.clone();
        Callback::from(move |()| {
            desk.split.set(split.clone());
            desk.chosen.set(0);
            desk.change.set(None);
        })
    };
    let now = (*desk.split).clone();
    let covers = u8::try_from(desk.check.card.covers).unwrap_or(split::MAX_SHARES).clamp(2, split::MAX_SHARES);
    let mut shares: BTreeSet<u8> = BTreeSet::from([2, 3, 4, covers]);
    if let Split::Evenly(n) = now {
        shares.insert(n);
    }
    let seats = desk.check.lines.iter().any(|l| l.seat > 0);
    let by_item = matches!(now, Split::Items(_));
    html! {
        <div class="chips" role="group" aria-label={t!("pay.who")}>
            <Chip label={t!("pay.together")} on={now == Split::Together} onclick={choose(Split::Together)} id="split-together" />
            { for shares.into_iter().map(|n| html! {
                <Chip key={n} label={t!("pay.evenly", n = n)} name={t!("pay.evenly_name", n = n)} on={now == Split::Evenly(n)}
                    onclick={choose(Split::Evenly(n))} id={format!("split-{n}")} />
            })}
            <Chip label={t!("pay.by_seat")} icon={Icon::Seat} on={now == Split::Seats} disabled={!seats} onclick={choose(Split::Seats)} id="split-seat" />
            <Chip label={t!("pay.by_item")} icon={Icon::Menu} on={by_item} onclick={choose(Split::Items(BTreeSet::new()))} id="split-item" />
        </div>
    }
}

fn payer_row(desk: &Desk, i: usize, payer: &Payer, current: bool) -> Html {
    let done = payer.owes == Money::ZERO && payer.paid > Money::ZERO;
    let choose = {
        let desk = desk.clone();
        move |_: MouseEvent| {
            desk.chosen.set(i);
            desk.change.set(None);
        }
    };
    let paid = Mark { tone: Tone::Go, icon: Icon::Check, words: t!("pay.paid") };
    html! {
        <button key={i} class={classes!("payer", done.then_some("paid"))} type="button" disabled={done} onclick={choose}
            aria-pressed={if current { "true" } else { "false" }} data-testid={format!("payer-{}", i + 1)}>
            <span class="who">{who(payer.who)}</span>
            if done { {badge(&paid)} } else { <bdi class="amt">{format::money(payer.owes)}</bdi> }
            if payer.paid > Money::ZERO { <span class="how">{t!("pay.paid")}{" "}<bdi>{format::amount(payer.paid)}</bdi></span> }
        </button>
    }
}

/// Lines to choose from when guests pay by item.
fn items(desk: &Desk) -> Html {
    let Split::Items(chosen) = &*desk.split else { return html! {} };
    let row = |(line, amount): (&domain::view::LineView, Money)| {
        let on = chosen.contains(&line.id);
        let toggle = {
            let (split, mut next, id) = (desk.split.clone(), chosen.clone(), line.id);
            if !next.remove(&id) {
                next.insert(id);
            }
            move |_: MouseEvent| split.set(Split::Items(next.clone()))
        };
        html! {
            <button key={line.id.to_string()} class="payer" type="button" aria-pressed={if on { "true" } else { "false" }} onclick={toggle}
                data-testid={format!("pay-line-{}", line.item)}>
                <span class="who">{line.qty}{" "}{i18n::words(&line.name)}</span><bdi class="amt">{format::amount(amount)}</bdi>
            </button>
        }
    };
    html! {
        <>
            if chosen.is_empty() { <p class="mute small">{t!("pay.choose_items")}</p> }
            { for split::unpaid_lines(&desk.check).into_iter().map(row) }
        </>
    }
}

fn paid_row(payment: &domain::view::PaymentView) -> Html {
    html! {
        <div key={payment.id.to_string()} class="payer paid">
            <span class="who">{kind_name(payment.kind)}</span><bdi class="amt">{format::amount(payment.amount)}</bdi>
            if payment.tip > Money::ZERO { <span class="how">{t!("pay.tip")}{" "}<bdi>{format::amount(payment.tip)}</bdi></span> }
        </div>
    }
}

/// What people call a way of paying.
pub fn kind_name(kind: TenderKind) -> String {
    match kind {
        TenderKind::Cash => t!("pay.cash"),
        TenderKind::Card => t!("pay.card"),
        TenderKind::Voucher => t!("pay.voucher"),
    }
}

/// Takes a payment from the payer at the till.
pub fn take(desk: &Desk, tender: NewTender) {
    let Some(payer) = current(desk) else { return };
    // The prediction is shown at once; the drawer and the change wait for nothing.
    let before = desk.check.payments.len();
    let id = desk.check.card.check;
    let app = desk.app.clone();
    let change_back = desk.change.clone();
    let then = Callback::from(move |answer: Result<Done, Refusal>| {
        if answer.is_err() {
            change_back.set(None);
        }
    });
    let cash = matches!(tender, NewTender::Cash { .. });
    let command =
        Command::TakePayment { check: id, tender, amount: payer.owes, tip: *desk.tip, part: payer.part, print: true };
    app.send_then(command, then);
    if let Some(check) = app.check(id).filter(|c| c.payments.len() > before) {
        let change =
            check.payments.iter().find(|p| !desk.check.payments.iter().any(|q| q.id == p.id)).map(|p| p.change);
        desk.change.set(change.filter(|c| cash && *c > Money::ZERO));
    }
    desk.tip.set(Money::ZERO);
    if let Split::Items(_) = *desk.split {
        desk.split.set(Split::Items(BTreeSet::new()));
    }
}

/// Everything is paid: change to hand back, the receipt, and the way to the next table.
fn settled_panel(desk: &Desk) -> Html {
    let id = desk.check.card.check;
    let change: Money = desk.check.payments.last().map(|p| p.change).unwrap_or_default();
    let floor = {
        let app = desk.app.clone();
        move |()| app.open(&Route::Floor)
    };
    let print = {
        let app = desk.app.clone();
        move |()| {
            app.send(Command::PrintReceipt { check: id });
            app.toast(t!("pay.printed"));
        }
    };
    let printed = desk.check.receipts_printed > 0;
    let waiting = desk.app.state().mirror.is_waiting(id);
    html! {
        <section class="tender scroll" data-testid="settled">
            <div class="owed"><span class="word">{icon(Icon::Check, 28)}{t!("pay.settled")}</span><bdi class="value">{format::money(desk.check.bill.total)}</bdi></div>
            if change > Money::ZERO {
                <div class="change" role="status"><span class="grow">{t!("pay.change")}</span><bdi class="value" data-testid="change">{format::money(change)}</bdi></div>
            }
            { for desk.check.payments.iter().map(paid_row) }
            if waiting { <p class="mute small" role="status">{t!("pay.waiting")}</p> }
            <div class="row wrap">
                <Button label={t!("pay.to_floor")} kind={Kind::Primary} big=true icon={Icon::Floor} onclick={floor} id="to-floor" />
                <Button label={if printed { t!("pay.print_copy") } else { t!("pay.print_receipt") }} big=true icon={Icon::Printer} disabled={waiting}
                    onclick={print} id="print-receipt" />
            </div>
        </section>
    }
}
