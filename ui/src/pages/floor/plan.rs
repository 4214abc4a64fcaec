//! The room drawn as it stands.

use domain::{
    floor::{Room, Shape, Table, Wall},
    money::Money,
    view::{CheckCard, CheckState},
};
use yew::prelude::*;

use super::{ago, is_mine, needs, open_table, place, state_icon, state_words};
use crate::{
    app::App,
    format,
    icons::{Icon, icon},
    t,
};

#[derive(Properties, PartialEq)]
pub struct PlanProps {
    pub room: Room,
    pub cards: Vec<CheckCard>,
    /// Tables of others step back.
    pub mine: bool,
}

#[component]
pub fn Plan(props: &PlanProps) -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let room = &props.room;
    html! {
        <div class="room">
            <div class="plan" style={format!("--w: {}; --h: {}", room.width.max(1), room.height.max(1))}>
                { for room.walls.iter().enumerate().map(|(i, w)| wall(room, i, w)) }
                { for room.tables.iter().map(|t| table(&app, room, t, &props.cards, props.mine)) }
            </div>
        </div>
    }
}

/// Where a thing stands, in shares of the room, so that it mirrors with the script.
fn stands(room: &Room, x: u16, y: u16, width: u16, height: u16) -> String {
    let share = |part: u16, whole: u16| {
        let thousandths = u32::from(part) * 100_000 / u32::from(whole.max(1));
        format!("{}.{:03}%", thousandths / 1_000, thousandths % 1_000)
    };
    format!(
        "inset-inline-start: {}; inset-block-start: {}; inline-size: {}; block-size: {}",
        share(x, room.width),
        share(y, room.height),
        share(width, room.width),
        share(height, room.height)
    )
}

fn wall(room: &Room, i: usize, wall: &Wall) -> Html {
    html! { <div key={i} class="wall" style={stands(room, wall.x, wall.y, wall.width, wall.height)}>{&wall.label}</div> }
}

fn table(app: &App, room: &Room, table: &Table, cards: &[CheckCard], mine: bool) -> Html {
    let mut here: Vec<&CheckCard> = cards.iter().filter(|c| c.table.as_ref() == Some(&table.id)).collect();
    // Its check was merged: its guests are on another table's bill. This table leads there, and what they need is said
    // there.
    let linked = cards.iter().find(|c| here.is_empty() && c.is_at(&table.id));
    here.extend(linked);
    let now = app.now().at;
    // With two checks at one table, the one that needs somebody speaks.
    let card = here.iter().copied().min_by_key(|c| needs::need(c, now).is_none());
    let tone =
        card.filter(|_| linked.is_none()).and_then(|c| needs::need(c, now)).map_or("", |(n, _)| n.tone().class());
    let others = mine && card.is_some_and(|c| !is_mine(app, &c.waiter));
    let class = classes!(
        "tbl",
        (table.shape == Shape::Round).then_some("round"),
        card.map(|_| "busy"),
        linked.map(|_| "linked"),
        others.then_some("others")
    );
    let checks: Vec<_> = here.iter().map(|c| c.check).collect();
    let total: Money = here.iter().map(|c| c.total).sum();
    let covers: u32 = here.iter().map(|c| u32::from(c.covers)).sum();
    let (opener, own) = (app.clone(), table.clone());
    let mut spoken = match card {
        Some(card) => format!(
            "{}, {}, {}, {}",
            t!("table.named", label = table.label),
            state_words(card),
            ago(card.opened, now),
            format::money(total)
        ),
        None => format!("{}, {}", t!("table.named", label = table.label), t!("floor.free")),
    };
    let with = linked.map(|c| t!("order.with", what = place(app, c)));
    if let Some(with) = &with {
        spoken = format!("{spoken}, {with}");
    }
    if here.len() > 1 {
        spoken = format!("{spoken}, {}", t!("floor.two", n = here.len()));
    }
    html! {
        <button key={table.id.to_string()} {class} type="button" data-tone={tone} data-testid={format!("table-{}", table.id)} aria-label={spoken}
            style={stands(room, table.x, table.y, table.width, table.height)} onclick={move |_: MouseEvent| open_table(&opener, &own, &checks)}>
            <span class="top-of">
                <span class="label">{&table.label}</span>
                { match (with, card) {
                    (Some(with), card) => html! { <span class="fact">{icon(Icon::Forward, 16)}<b class="roomy">{with}</b><b class="tight">{app.state().table_label(card.and_then(|c| c.table.as_ref()))}</b></span> },
                    (None, Some(card)) => facts(card, covers, total, now),
                    (None, None) => html! { <span class="fact"><span class="roomy">{t!("floor.seats", n = table.seats)}</span><span class="tight">{icon(Icon::Guests, 14)}{table.seats}</span></span> },
                }}
            </span>
            if here.len() > 1 { <span class="checks" title={t!("floor.two", n = here.len())}>{icon(Icon::Receipt, 14)}{here.len()}</span> }
            if card.is_some_and(|c| is_mine(app, &c.waiter)) { <span class="mine" aria-hidden="true"></span> }
        </button>
    }
}

/// State, elapsed time and how far the courses are of the check that speaks; guests and money of the whole table.
fn facts(card: &CheckCard, covers: u32, total: Money, now: i64) -> Html {
    html! {
        <>
            <span class="fact">{icon(state_icon(card.state), 16)}<b class="roomy">{state_words(card)}</b><span class="tight">{ago(card.opened, now)}</span></span>
            <span class="fact roomy">{ago(card.opened, now)}{" · "}{icon(Icon::Guests, 14)}{covers}</span>
            <bdi class="sum">{format::amount(total)}</bdi>
            if card.state != CheckState::Seated { {progress(card)} }
        </>
    }
}

/// Not fired, cooking, ready: a bar of three lengths that needs no reading.
fn progress(card: &CheckCard) -> Html {
    let part = |n: u32, class: &'static str| html! { if n > 0 { <i {class} style={format!("flex-grow: {n}")}></i> } };
    html! {
        <span class="pips" aria-hidden="true">
            {part(card.unfired, "")}{part(card.cooking, "now")}{part(card.ready, "done")}
        </span>
    }
}
