//! The floor as a list, for phones: what needs somebody first, then busy tables, then free ones, as people count.

use domain::{
    floor::{Room, Table},
    ids::TableId,
    view::CheckCard,
};
use yew::prelude::*;

use super::{ago, natural, needs, open_table, place, state_icon, state_words, why};
use crate::{
    app::App,
    components::{Mark, Tone, badge},
    format,
    route::Route,
    t,
};

#[derive(Properties, PartialEq)]
pub struct ListProps {
    pub rooms: Vec<Room>,
    pub cards: Vec<CheckCard>,
    pub mine: bool,
}

#[component]
pub fn TableList(props: &ListProps) -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let now = app.now().at;
    let (mut needy, mut calm): (Vec<&CheckCard>, Vec<&CheckCard>) =
        props.cards.iter().partition(|c| needs::need(c, now).is_some());
    needy.sort_by_key(|c| needs::need(c, now).map(|(n, m)| (n, std::cmp::Reverse(m))));
    calm.sort_by(|a, b| natural(&place(&app, a), &place(&app, b)));
    let mut free: Vec<&Table> = props
        .rooms
        .iter()
        .flat_map(|r| &r.tables)
        .filter(|t| !app.state().cards.values().any(|c| c.is_at(&t.id)))
        .collect();
    free.sort_by(|a, b| natural(&a.label, &b.label));
    html! {
        <div class="tlist scroll">
            if !needy.is_empty() { <h2 class="list-head">{t!("floor.needs")}</h2> }
            { for needy.iter().map(|c| row(&app, c)) }
            if !calm.is_empty() { <h2 class="list-head">{t!("floor.all")}</h2> }
            { for calm.iter().map(|c| row(&app, c)) }
            if !props.mine && !free.is_empty() {
                <h2 class="list-head">{t!("floor.free")}</h2>
                { for free.iter().map(|t| free_row(&app, t)) }
            }
            if needy.is_empty() && calm.is_empty() && (props.mine || free.is_empty()) { <p class="mute">{t!("list.none")}</p> }
        </div>
    }
}

fn row(app: &App, card: &CheckCard) -> Html {
    let now = app.now().at;
    let need = needs::need(card, now);
    let (tone, words) = match need {
        Some((need, minutes)) => (need.tone(), why(need, card, minutes)),
        None => (Tone::Plain, state_words(card)),
    };
    let mark = Mark { tone, icon: need.map_or(state_icon(card.state), |(n, _)| n.icon()), words };
    let label = match &card.table {
        Some(table) => app.state().table_label(Some(table)),
        None => card.number.to_string(),
    };
    let (opener, check) = (app.clone(), card.check);
    html! {
        <button key={card.check.to_string()} class="trow" type="button" data-testid={format!("row-{label}")}
            onclick={move |_: MouseEvent| opener.open(&Route::Order(check))}>
            <span class="label">{label}</span>
            <span class="facts">{badge(&mark)}</span>
            <span class="facts">
                { for card.also.iter().map(|table| html! { <span>{with(app, table)}</span> }) }
                if !card.name.is_empty() { <span>{&card.name}</span> }
                <span>{ago(card.opened, now)}</span><span>{t!("floor.guests", n = card.covers)}</span>
                <span>{app.state().staff_name(&card.waiter)}</span>
            </span>
            <bdi class="sum">{format::amount(card.total)}</bdi>
        </button>
    }
}

/// "with Table 4".
fn with(app: &App, table: &TableId) -> String {
    t!("order.with", what = t!("table.named", label = app.state().table_label(Some(table))))
}

fn free_row(app: &App, table: &Table) -> Html {
    let (opener, own) = (app.clone(), table.clone());
    html! {
        <button key={table.id.to_string()} class="trow free" type="button" data-testid={format!("row-{}", table.label)}
            onclick={move |_: MouseEvent| open_table(&opener, &own, &[])}>
            <span class="label">{&table.label}</span>
            <span class="facts">{t!("floor.free")}</span>
            <span class="facts">{t!("floor.seats", n = table.seats)}</span>
        </button>
    }
}
