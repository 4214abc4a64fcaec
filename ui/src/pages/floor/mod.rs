//! The floor: the room as it is, and what needs me now.

mod list;
mod needs;
mod plan;

pub use needs::natural;

use domain::{
    clock::Millis,
    command::Command,
    event::CheckKind,
    floor::{Room, Table},
    ids::{CheckId, RoomId, StaffId},
    view::{CheckCard, CheckState},
};
use yew::prelude::*;

use crate::{
    app::{App, Top},
    browser,
    components::{Button, Chip, Empty, Ghosts, Tab, Tabs},
    format, i18n,
    icons::{Icon, icon},
    route::Route,
    t,
};

const LAST_ROOM: &str = "comanda.room";
const AS_LIST: &str = "comanda.floor";

/// How the floor is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    pub mine: bool,
    pub list: bool,
}

#[component]
pub fn FloorPage() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let look = use_state(|| Look {
        mine: false,
        list: browser::remembered(AS_LIST).map_or_else(browser::is_narrow, |as_| as_ == "list"),
    });
    let room = use_state(|| browser::remembered(LAST_ROOM).map(RoomId::from));
    let Some(config) = app.config() else {
        return html! { <><Top title={t!("nav.floor")} /><main class="page"><Ghosts n={5} height={84} /></main></> };
    };
    let chosen = config.floor.rooms.iter().find(|r| Some(&r.id) == room.as_ref()).or(config.floor.rooms.first());
    let cards = cards(&app, look.mine);
    let all_cards = self::cards(&app, false);
    let title = chosen.map_or_else(|| t!("nav.floor"), |r| i18n::words(&r.name));
    let sub = chosen.map(|r| occupancy(r, &all_cards)).unwrap_or_default();
    let tabs: Vec<Tab> = config
        .floor
        .rooms
        .iter()
        .map(|r| Tab {
            key: r.id.to_string().into(),
            label: i18n::words(&r.name).into(),
            n: busy(r, &all_cards).into(),
        })
        .collect();
    let onchoose = {
        let room = room.clone();
        Callback::from(move |key: AttrValue| {
            browser::remember(LAST_ROOM, &key);
            room.set(Some(RoomId::from(key.to_string())));
        })
    };
    let takeaway = {
        let app = app.clone();
        Callback::from(move |()| open_takeaway(&app))
    };
    let body = match chosen {
        _ if look.list => html! { <list::TableList rooms={config.floor.rooms.clone()} {cards} mine={look.mine} /> },
        Some(room) => {
            html! { <>{needs_panel(&app, &cards)}<plan::Plan room={room.clone()} cards={all_cards} mine={look.mine} /></> }
        }
        None => {
            html! { <>{needs_panel(&app, &cards)}<Empty icon={Icon::Floor} title={t!("floor.empty")} next={t!("floor.empty_next")} /></> }
        }
    };
    html! {
        <>
            <Top {title} {sub} />
            <main class="page">
                <div class="floor">
                    <div class="bar">
                        <Tabs {tabs} chosen={chosen.map(|r| r.id.to_string()).unwrap_or_default()} {onchoose} name={t!("nav.floor")} />
                        <span class="grow"></span>
                        {looks(&look)}
                        <Button label={t!("floor.takeaway")} icon={Icon::Bag} onclick={takeaway} id="takeaway" />
                    </div>
                    {body}
                </div>
            </main>
        </>
    }
}

fn looks(look: &UseStateHandle<Look>) -> Html {
    let now = **look;
    let mine = {
        let look = look.clone();
        move |()| look.set(Look { mine: !now.mine, ..now })
    };
    let list = {
        let look = look.clone();
        move |()| {
            browser::remember(AS_LIST, if now.list { "plan" } else { "list" });
            look.set(Look { list: !now.list, ..now });
        }
    };
    html! {
        <>
            <Chip label={t!("floor.mine")} icon={Icon::Person} on={now.mine} onclick={mine} id="floor-mine" />
            <Chip label={t!("floor.list")} icon={Icon::List} on={now.list} onclick={list} id="floor-list" />
        </>
    }
}

/// Open checks, mine or everybody's, in the order they were opened.
fn cards(app: &App, mine: bool) -> Vec<CheckCard> {
    let state = app.state();
    let me = state.me.as_ref().map(|p| p.id.clone());
    let is_open = |c: &&CheckCard| !matches!(c.state, CheckState::Closed | CheckState::Cancelled | CheckState::Merged);
    let is_mine = |c: &&CheckCard| !mine || Some(&c.waiter) == me.as_ref();
    let mut cards: Vec<CheckCard> = state.cards.values().filter(is_open).filter(is_mine).cloned().collect();
    cards.sort_by_key(|c| (c.opened, c.check));
    cards
}

fn occupied(room: &Room, cards: &[CheckCard]) -> usize {
    room.tables.iter().filter(|t| cards.iter().any(|c| c.is_at(&t.id))).count()
}

fn busy(room: &Room, cards: &[CheckCard]) -> String {
    format!("{}/{}", occupied(room, cards), room.tables.len())
}

fn occupancy(room: &Room, cards: &[CheckCard]) -> String {
    t!("floor.busy", n = i18n::shown(occupied(room, cards)), of = i18n::shown(room.tables.len()))
}

/// Opens the check of a table, or a new one: one tap either way.
pub fn open_table(app: &App, table: &Table, checks: &[CheckId]) {
    let check = match checks {
        [] => {
            let table_id = Some(table.id.clone());
            app.send(Command::OpenCheck {
                kind: CheckKind::DineIn,
                table: table_id,
                covers: u16::from(table.seats),
                name: String::new(),
            })
        }
        [first, ..] => *first,
    };
    app.open(&Route::Order(check));
}

fn open_takeaway(app: &App) {
    let check = app.send(Command::OpenCheck { kind: CheckKind::Takeaway, table: None, covers: 0, name: String::new() });
    app.open(&Route::Order(check));
}

pub fn ago(from: Millis, now: Millis) -> String {
    long(format::minutes_between(from, now))
}

/// "12 min" or "1 h 5 min".
fn long(minutes: u32) -> String {
    if minutes < 60 { t!("minutes", n = minutes) } else { t!("hours_minutes", h = minutes / 60, m = minutes % 60) }
}

/// "Table 7", "Takeaway B12" or the name a check was given.
pub fn place(app: &App, card: &CheckCard) -> String {
    let state = app.state();
    match (&card.table, card.name.is_empty()) {
        (Some(table), _) => t!("table.named", label = state.table_label(Some(table))),
        (None, false) => card.name.clone(),
        (None, true) => format!("{} {}", t!("floor.takeaway"), card.number),
    }
}

fn why(need: needs::Need, card: &CheckCard, minutes: u32) -> String {
    match need {
        needs::Need::Ready(n) => t!("floor.ready", n = n),
        needs::Need::Slow => t!("floor.slow", since = long(minutes)),
        needs::Need::Pay => t!("floor.paying", due = format::money(card.due)),
        needs::Need::Unfired(n) => t!("floor.unfired", n = n),
        needs::Need::Seated => t!("floor.seated"),
    }
}

fn needs_panel(app: &App, cards: &[CheckCard]) -> Html {
    let now = app.now().at;
    let mut needs: Vec<_> = cards.iter().filter_map(|c| needs::need(c, now).map(|(n, m)| (n, m, c))).collect();
    needs.sort_by_key(|(need, minutes, _)| (*need, std::cmp::Reverse(*minutes)));
    let loose = cards.iter().filter(|c| c.table.is_none() && needs::need(c, now).is_none());
    html! {
        <aside class="needs scroll">
            <h2>{t!("floor.needs")}</h2>
            if needs.is_empty() { <p class="mute">{t!("floor.calm")}</p> }
            { for needs.iter().map(|(need, minutes, card)| need_row(app, card, Some((*need, *minutes)))) }
            { for loose.map(|card| need_row(app, card, None)) }
        </aside>
    }
}

/// One check that needs somebody, or one that has no table to be found at.
fn need_row(app: &App, card: &CheckCard, need: Option<(needs::Need, u32)>) -> Html {
    let state = app.state();
    let label = match &card.table {
        Some(table) => state.table_label(Some(table)),
        None => card.number.to_string(),
    };
    let tone = need.map_or("", |(n, _)| n.tone().class());
    let words = need.map_or_else(|| state_words(card), |(n, m)| why(n, card, m));
    let who = who(&state.staff_name(&card.waiter), card);
    let since = need.map_or_else(|| ago(card.opened, app.now().at), |(_, m)| long(m));
    let (app, check) = (app.clone(), card.check);
    html! {
        <button key={card.check.to_string()} class="need" type="button" data-tone={tone} data-testid={format!("need-{label}")}
            onclick={move |_: MouseEvent| app.open(&Route::Order(check))}>
            <span class="t">{label}</span>
            <span class="why">{ for need.map(|(n, _)| icon(n.icon(), 16)) }{words}</span>
            <span class="who">{who}</span><span class="since">{since}</span>
        </button>
    }
}

fn who(waiter: &str, card: &CheckCard) -> String {
    let guests = (card.covers > 0).then(|| t!("floor.guests", n = card.covers));
    let name = (!card.name.is_empty()).then(|| card.name.clone());
    [Some(waiter.to_owned()).filter(|w| !w.is_empty()), guests, name]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" · ")
}

/// A check's state in one or two words.
pub fn state_words(card: &CheckCard) -> String {
    match card.state {
        CheckState::Seated => t!("state.seated"),
        CheckState::Ordering => t!("state.ordering"),
        CheckState::Ordered => t!("state.ordered"),
        CheckState::FoodReady => t!("state.food_ready"),
        CheckState::Served => t!("state.served"),
        CheckState::Paying => t!("state.paying"),
        CheckState::Closed => t!("state.closed"),
        CheckState::Cancelled => t!("state.cancelled"),
        CheckState::Merged => t!("state.merged"),
    }
}

/// The sign of a state, the same wherever a check is shown.
pub fn state_icon(state: CheckState) -> Icon {
    match state {
        CheckState::Seated => Icon::Guests,
        CheckState::Ordering => Icon::Note,
        CheckState::Ordered => Icon::Flame,
        CheckState::FoodReady => Icon::Bell,
        CheckState::Served => Icon::Served,
        CheckState::Paying => Icon::Cash,
        CheckState::Closed => Icon::Check,
        CheckState::Cancelled => Icon::Bin,
        CheckState::Merged => Icon::Forward,
    }
}

/// True when a check is this person's.
pub fn is_mine(app: &App, waiter: &StaffId) -> bool {
    app.state().me.as_ref().is_some_and(|me| me.id == *waiter)
}
