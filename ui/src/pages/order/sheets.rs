//! The sheets of the order page: the check itself, corrections with a reason, notes, and counted stock.

use domain::{
    command::{Command, NewChange},
    ids::{ItemId, LineId},
    money::Ppm,
    text::Text,
    view::LineView,
};
use yew::prelude::*;

use super::{Desk, Open, line_name, menu::allergen, merge};
use crate::{
    components::{Button, Chip, Field, HoldButton, Kind, Sheet},
    i18n,
    icons::Icon,
    pages::floor::natural,
    route::Route,
    t,
};

/// The sheet that is open, if any.
pub fn open_sheet(desk: &Desk) -> Html {
    let line = |id: &LineId| desk.check.lines.iter().find(|l| l.id == *id).cloned();
    let desk = desk.clone();
    match (*desk.open).clone() {
        Open::None => html! {},
        Open::CheckMenu => html! { <CheckSheet {desk} /> },
        Open::Merge => html! { <merge::MergeSheet onclose={closer(&desk)} {desk} /> },
        Open::Void(id) => line(&id).map(|line| html! { <CorrectSheet {desk} {line} comp=false /> }).unwrap_or_default(),
        Open::Comp(id) => line(&id).map(|line| html! { <CorrectSheet {desk} {line} comp=true /> }).unwrap_or_default(),
        Open::Note(id) => line(&id).map(|line| html! { <NoteSheet {desk} {line} allergy=false /> }).unwrap_or_default(),
        Open::Allergy(id) => {
            line(&id).map(|line| html! { <NoteSheet {desk} {line} allergy=true /> }).unwrap_or_default()
        }
        Open::Stock(item) => html! { <StockSheet {desk} {item} /> },
    }
}

fn closer(desk: &Desk) -> Callback<()> {
    let open = desk.open.clone();
    Callback::from(move |()| open.set(Open::None))
}

#[derive(Properties, PartialEq)]
struct DeskProps {
    desk: Desk,
}

#[component]
fn CheckSheet(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let (app, card) = (&desk.app, &desk.check.card);
    let id = card.check;
    let name = use_state(|| card.name.clone());
    let covers = |n: u16| {
        let app = app.clone();
        move |()| {
            app.send(Command::SetCovers { check: id, covers: n });
        }
    };
    let bill = {
        let (app, close) = (app.clone(), closer(desk));
        move |()| {
            app.send(Command::PrintBill { check: id });
            app.toast(t!("order.bill_printed"));
            close.emit(());
        }
    };
    let to_merge = {
        let open = desk.open.clone();
        move |()| open.set(Open::Merge)
    };
    let cancel = {
        let (app, close) = (app.clone(), closer(desk));
        move |()| {
            let (floor, close) = (app.clone(), close.clone());
            let then = Callback::from(move |answer: Result<_, _>| {
                if answer.is_ok() {
                    floor.open_instead(&Route::Floor);
                }
                close.emit(());
            });
            app.send_then(Command::CancelCheck { check: id }, then);
        }
    };
    let rename = {
        let (app, name, close) = (app.clone(), name.clone(), closer(desk));
        Callback::from(move |()| {
            app.send(Command::NameCheck { check: id, name: (*name).clone() });
            close.emit(());
        })
    };
    let typed = {
        let name = name.clone();
        Callback::from(move |words| name.set(words))
    };
    let empty = desk.check.lines.iter().all(|l| l.qty == 0);
    html! {
        <Sheet title={crate::pages::floor::place(app, card)} onclose={closer(desk)} id="check-sheet">
            <div class="block">
                <h3>{t!("order.covers")}</h3>
                <div class="stepper">
                    <Button label={t!("pay.fewer_guests")} icon={Icon::Minus} bare=true disabled={card.covers == 0} onclick={covers(card.covers.saturating_sub(1))} />
                    <span class="n" data-testid="covers">{card.covers}</span>
                    <Button label={t!("pay.more_guests")} icon={Icon::Plus} bare=true onclick={covers(card.covers + 1)} id="more-guests" />
                </div>
            </div>
            <Button label={t!("order.print_bill")} icon={Icon::Printer} disabled={empty} onclick={bill} id="print-bill" />
            <div class="block"><h3>{t!("order.move")}</h3>{tables(desk)}</div>
            <Button label={t!("order.merge")} icon={Icon::Conflict} disabled={!merge::is_possible(desk)} onclick={to_merge} id="merge-check" />
            {merge::taken_in(desk, &closer(desk))}
            <div class="block"><h3>{t!("order.hand_over")}</h3>{colleagues(desk)}</div>
            <Field label={t!("order.name")} value={(*name).clone()} oninput={typed} onenter={rename.clone()} max={80} id="check-name" />
            if *name != card.name { <Button label={t!("save")} kind={Kind::Primary} onclick={rename} /> }
            <span class="apart"></span>
            <HoldButton label={t!("order.cancel_check")} icon={Icon::Bin} disabled={!empty} onhold={cancel} id="cancel-check" />
        </Sheet>
    }
}

/// Free tables, as people count.
fn tables(desk: &Desk) -> Html {
    let state = desk.app.state();
    let mut free: Vec<_> = desk
        .config
        .floor
        .rooms
        .iter()
        .flat_map(|r| &r.tables)
        .filter(|t| !state.cards.values().any(|c| c.table.as_ref() == Some(&t.id)))
        .collect();
    free.sort_by(|a, b| natural(&a.label, &b.label));
    let chips = free.into_iter().map(|table| {
        let (app, close, id) = (desk.app.clone(), closer(desk), desk.check.card.check);
        let to = table.id.clone();
        let onclick = move |()| {
            app.send(Command::MoveCheck { check: id, table: Some(to.clone()) });
            close.emit(());
        };
        html! { <Chip key={table.id.to_string()} label={table.label.clone()} {onclick} id={format!("move-{}", table.id)} /> }
    });
    html! { <div class="chips">{ for chips }</div> }
}

fn colleagues(desk: &Desk) -> Html {
    let others =
        desk.config.staff.iter().filter(|m| {
            m.active && m.id != desk.check.card.waiter && m.role.may(domain::staff::Permission::TakeOrders)
        });
    let chips = others.map(|member| {
        let (app, close, check) = (desk.app.clone(), closer(desk), desk.check.card.check);
        let waiter = member.id.clone();
        let onclick = move |()| {
            app.send(Command::HandOver { check, waiter: waiter.clone() });
            close.emit(());
        };
        html! { <Chip key={member.id.to_string()} label={member.name.clone()} {onclick} /> }
    });
    html! { <div class="chips">{ for chips }</div> }
}

#[derive(Properties, PartialEq)]
struct CorrectProps {
    desk: Desk,
    line: LineView,
    /// On the house instead of taken off.
    comp: bool,
}

/// Void or comp: how many, why. A tap on a reason does it; where approval is needed, a colleague's PIN follows.
#[component]
fn CorrectSheet(props: &CorrectProps) -> Html {
    let CorrectProps { desk, line, comp } = props;
    let qty = use_state(|| line.qty);
    let reasons: &[Text] = if *comp { &desk.config.settings.comp_reasons } else { &desk.config.settings.void_reasons };
    let reason = |(i, text): (usize, &Text)| {
        let words = i18n::words(text);
        let (desk, line, comp, qty, why) = (desk.clone(), line.clone(), *comp, *qty, words.clone());
        let onclick = move |()| {
            let (check, line) = (desk.check.card.check, line.id);
            let command = if comp {
                Command::CompLine { check, line, share: Ppm::WHOLE, reason: why.clone() }
            } else {
                Command::VoidLine { check, line, qty, reason: why.clone() }
            };
            desk.open.set(Open::None);
            desk.app.send(command);
        };
        html! { <Button key={i} label={words} wide=true {onclick} id={format!("reason-{i}")} /> }
    };
    let step = |to: u32| {
        let qty = qty.clone();
        move |()| qty.set(to)
    };
    let name = line_name(line);
    let title = if *comp { t!("order.comp_line", what = name) } else { t!("order.void_line", what = name) };
    html! {
        <Sheet {title} onclose={closer(desk)} center=true id="correct-sheet">
            if !comp && line.qty > 1 {
                <div class="block">
                    <h3>{t!("order.how_many")}</h3>
                    <div class="stepper">
                        <Button label={t!("order.less")} icon={Icon::Minus} bare=true disabled={*qty <= 1} onclick={step(*qty - 1)} />
                        <span class="n">{*qty}</span>
                        <Button label={t!("order.one_more")} icon={Icon::Plus} bare=true disabled={*qty >= line.qty} onclick={step(*qty + 1)} />
                    </div>
                </div>
            }
            <div class="block"><h3>{t!("order.why")}</h3>{ for reasons.iter().enumerate().map(reason) }</div>
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct NoteProps {
    desk: Desk,
    line: LineView,
    allergy: bool,
}

#[component]
fn NoteSheet(props: &NoteProps) -> Html {
    let NoteProps { desk, line, allergy } = props;
    let words = use_state(|| if *allergy { line.allergy.clone() } else { line.note.clone() });
    let put = {
        let (desk, id, allergy) = (desk.clone(), line.id, *allergy);
        Callback::from(move |words: String| {
            let change = if allergy { NewChange::Allergy(words) } else { NewChange::Note(words) };
            desk.app.send(Command::ChangeLine { check: desk.check.card.check, line: id, change });
            desk.open.set(Open::None);
        })
    };
    let save = {
        let (put, words) = (put.clone(), words.clone());
        Callback::from(move |()| put.emit((*words).clone()))
    };
    let typed = {
        let words = words.clone();
        Callback::from(move |w| words.set(w))
    };
    let quick = domain::menu::Allergen::ALL.into_iter().map(|a| {
        let word = allergen(a);
        let onclick = {
            let (put, word) = (put.clone(), word.clone());
            move |()| put.emit(word.clone())
        };
        html! { <Chip key={word.clone()} label={word.clone()} {onclick} /> }
    });
    let label = if *allergy { t!("order.allergy") } else { t!("order.note") };
    let foot =
        html! { <Button label={t!("save")} kind={Kind::Primary} wide=true onclick={save.clone()} id="save-note" /> };
    html! {
        <Sheet title={line_name(line)} onclose={closer(desk)} center=true {foot} id="note-sheet">
            if *allergy { <div class="chips">{ for quick }</div> }
            <Field {label} value={(*words).clone()} oninput={typed} onenter={save} autofocus=true max={200} id="note" />
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct StockProps {
    desk: Desk,
    item: ItemId,
}

/// How many of an item are left.
#[component]
fn StockSheet(props: &StockProps) -> Html {
    let StockProps { desk, item } = props;
    let set = |left: Option<u32>| {
        let (desk, item) = (desk.clone(), item.clone());
        move |()| {
            desk.app.send(Command::SetStock { item: item.clone(), left });
            desk.app.change(|s| s.mirror.set_stock(&item, left));
            desk.open.set(Open::None);
        }
    };
    let now = desk.app.state().mirror.left(item);
    let chip = |n: u32| {
        let label = if n == 0 { t!("order.out") } else { n.to_string() };
        html! { <Chip key={n} {label} on={now == Some(n)} onclick={set(Some(n))} id={format!("stock-{n}")} /> }
    };
    html! {
        <Sheet title={desk.app.state().item_name(item)} onclose={closer(desk)} center=true id="stock-sheet">
            <div class="block">
                <h3>{t!("order.stock")}</h3>
                <div class="chips">
                    { for [0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20].into_iter().map(chip) }
                    <Chip label={t!("order.plenty")} on={now.is_none()} onclick={set(None)} id="stock-plenty" />
                </div>
            </div>
        </Sheet>
    }
}
