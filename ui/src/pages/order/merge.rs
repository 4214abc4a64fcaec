//! Two checks become one: which other, what will result, one tap.

use domain::{command::Command, ids::CheckId, view::CheckCard};
use yew::prelude::*;

use super::Desk;
use crate::{
    components::{Button, Chip, Kind, Sheet},
    format,
    icons::Icon,
    pages::floor::{natural, place},
    route::Route,
    t,
};

#[derive(Properties, PartialEq)]
pub struct MergeProps {
    pub desk: Desk,
    pub onclose: Callback<()>,
}

/// Whether there is another open check to merge with.
pub fn is_possible(desk: &Desk) -> bool {
    desk.check.payments.is_empty() && !others(desk).is_empty()
}

/// The other open checks, as people look for tables.
fn others(desk: &Desk) -> Vec<CheckCard> {
    let state = desk.app.state();
    let mut cards: Vec<CheckCard> =
        state.cards.values().filter(|c| c.check != desk.check.card.check).cloned().collect();
    cards.sort_by(|a, b| natural(&state.table_label(a.table.as_ref()), &state.table_label(b.table.as_ref())));
    cards
}

/// The sheet that chooses the check to merge into. What will result stands there before the tap that does it.
#[component]
pub fn MergeSheet(props: &MergeProps) -> Html {
    let MergeProps { desk, onclose } = props;
    let chosen = use_state(|| None::<CheckId>);
    let cards = others(desk);
    let into = cards.iter().find(|c| Some(c.check) == *chosen).cloned();
    let chip = |card: &CheckCard| {
        let (id, on) = (card.check, Some(card.check) == *chosen);
        let (chosen, app) = (chosen.clone(), desk.app.clone());
        // Its lines are counted before anybody confirms.
        let onclick = move |()| {
            app.fetch_check(id);
            chosen.set(Some(id));
        };
        let label = format!("{} · {}", place(&desk.app, card), card.number);
        html! { <Chip key={id.to_string()} {label} {on} {onclick} id={format!("merge-{}", card.number)} /> }
    };
    let foot = into.as_ref().map(|into| {
        let (app, from, to) = (desk.app.clone(), desk.check.card.check, into.check);
        let label = t!("order.merge_into", what = place(&app, into));
        let onclick = move |()| {
            let page = app.clone();
            // From the one to the other, for whoever has not gone elsewhere meanwhile.
            let go = move |one, other| {
                if page.state().route == Route::Order(one) {
                    page.open_instead(&Route::Order(other));
                }
            };
            // Shown at once where this screen knows what it comes to.
            if app.check(to).is_some() {
                go(from, to);
            }
            let then = move |answer: Result<_, _>| if answer.is_ok() { go(from, to) } else { go(to, from) };
            app.send_then(Command::MergeChecks { from, into: to }, Callback::from(then));
        };
        html! { <Button {label} kind={Kind::Primary} wide=true {onclick} id="merge-confirm" /> }
    });
    html! {
        <Sheet title={t!("order.merge")} onclose={onclose.clone()} {foot} id="merge-sheet">
            <div class="block">
                <h3>{t!("order.merge_which")}</h3>
                <div class="chips">{ for cards.iter().map(chip) }</div>
            </div>
            { for into.map(|into| result(desk, &into)) }
        </Sheet>
    }
}

/// Both checks and what they come to together.
fn result(desk: &Desk, into: &CheckCard) -> Html {
    let from = &desk.check.card;
    let lines = |id: CheckId| desk.app.check(id).map(|c| c.lines.iter().filter(|l| l.qty > 0).map(|l| l.qty).sum());
    let (of_from, of_into): (Option<u32>, Option<u32>) = (lines(from.check), lines(into.check));
    let row = |class: &'static str, name: String, covers: u16, n: Option<u32>, total| {
        let n = n.map(|n| t!("order.items", n = n));
        let facts = [Some(t!("floor.guests", n = covers)), n].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        html! { <p {class}><b>{name}</b><span>{facts}</span><bdi class="num">{format::money(total)}</bdi></p> }
    };
    let both = of_from.zip(of_into).map(|(a, b)| a + b);
    html! {
        <div class="block merged" data-testid="merge-result">
            {row("", place(&desk.app, from), from.covers, of_from, from.total)}
            {row("", place(&desk.app, into), into.covers, of_into, into.total)}
            {row("sum", place(&desk.app, into), from.covers + into.covers, both, from.total + into.total)}
            <small class="mute">{t!("order.merge_how")}</small>
        </div>
    }
}

/// What was merged into this check, each with the tap that takes it out again.
pub fn taken_in(desk: &Desk, close: &Callback<()>) -> Html {
    let button = |(id, joined): (&CheckId, &domain::check::Joined)| {
        let (app, check, done) = (desk.app.clone(), *id, close.clone());
        let onclick = move |()| {
            app.send(Command::PartCheck { check });
            done.emit(());
        };
        let label = t!("order.part", what = named(desk, joined));
        html! {
            <>
                <Button key={id.to_string()} {label} icon={Icon::Undo} {onclick} id={format!("part-{}", joined.number)} />
                if joined.table.is_some() { {leave(desk, *id, joined, close)} }
            </>
        }
    };
    html! { <>{ for desk.check.joined.iter().map(button) }</> }
}

/// They all sit together now, and the table they left can be given to others.
fn leave(desk: &Desk, check: CheckId, joined: &domain::check::Joined, close: &Callback<()>) -> Html {
    let (app, close) = (desk.app.clone(), close.clone());
    let onclick = move |()| {
        app.send(Command::MoveCheck { check, table: None });
        close.emit(());
    };
    let label = t!("order.frees", what = named(desk, joined));
    html! { <Button {label} icon={Icon::Move} {onclick} id={format!("free-{}", joined.number)} /> }
}

/// The checks on this bill beside its own: "with Table 3".
pub fn with(desk: &Desk) -> Option<String> {
    let names: Vec<String> = desk.check.joined.values().map(|joined| named(desk, joined)).collect();
    (!names.is_empty()).then(|| t!("order.with", what = names.join(crate::i18n::comma())))
}

fn named(desk: &Desk, joined: &domain::check::Joined) -> String {
    match &joined.table {
        Some(table) => t!("table.named", label = desk.app.state().table_label(Some(table))),
        None => joined.number.to_string(),
    }
}
