//! The order page: the check on one side, the menu on the other, the last line's choices between them.

mod check;
mod menu;
mod merge;
mod plan;
mod sheets;
mod strip;

use std::rc::Rc;

use domain::{
    command::{Command, NewChange, NewLine},
    ids::{CheckId, ItemId, LineId},
    view::{CheckState, CheckView, ConfigView},
};
use yew::prelude::*;

use crate::{
    app::{App, Top, use_keys},
    browser,
    components::{Button, Empty, Ghosts, Kind},
    format, i18n,
    icons::{Icon, icon},
    pages::floor,
    route::Route,
    t,
};

pub use plan::{course_name, unfired};

/// Items kept in the "recent" row.
const MAX_RECENT: usize = 8;

/// Which sheet is open over the page.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Open {
    #[default]
    None,
    CheckMenu,
    Merge,
    Void(LineId),
    Comp(LineId),
    Note(LineId),
    Allergy(LineId),
    Stock(ItemId),
}

#[derive(Properties, PartialEq)]
pub struct OrderProps {
    pub check: CheckId,
}

/// What the parts of the page share.
#[derive(Clone)]
pub struct Desk {
    pub app: App,
    pub config: Rc<ConfigView>,
    pub check: CheckView,
    pub chosen: UseStateHandle<Option<LineId>>,
    pub seat: UseStateHandle<u8>,
    pub open: UseStateHandle<Open>,
    pub drawer: UseStateHandle<bool>,
    /// Tapping an item marks it as run out instead of adding it.
    pub counting: UseStateHandle<bool>,
}

impl PartialEq for Desk {
    fn eq(&self, other: &Desk) -> bool {
        // A configuration that was asked anew is another one; to compare menus by their content costs more than to draw.
        Rc::ptr_eq(&self.config, &other.config)
            && self.app == other.app
            && self.check == other.check
            && self.chosen == other.chosen
            && self.seat == other.seat
            && self.open == other.open
            && self.drawer == other.drawer
            && self.counting == other.counting
    }
}

#[component]
pub fn OrderPage(props: &OrderProps) -> Html {
    let app = use_context::<App>();
    let chosen = use_state(|| None::<LineId>);
    let seat = use_state(|| 0u8);
    let open = use_state(Open::default);
    let drawer = use_state(|| false);
    let counting = use_state(|| false);
    let desk = app.as_ref().and_then(|app| {
        Some(Desk {
            app: app.clone(),
            config: app.config()?,
            check: app.check(props.check)?,
            chosen,
            seat,
            open,
            drawer,
            counting,
        })
    });
    // Once it is drawn: the line just added, or grown by a choice, comes into view.
    let shown = desk.as_ref().and_then(|d| d.check.lines.iter().find(|l| Some(l.id) == *d.chosen).cloned());
    use_effect_with(shown, |_| browser::reveal(".check-line[aria-current=true]"));
    use_keys(keys(desk.clone()));
    match (app, desk) {
        (_, Some(desk)) => page(&desk),
        (Some(app), None) => absent(&app, props.check),
        (None, None) => html! {},
    }
}

fn page(desk: &Desk) -> Html {
    let (check, card) = (&desk.check, &desk.check.card);
    let closed = matches!(card.state, CheckState::Closed | CheckState::Cancelled | CheckState::Merged);
    if closed {
        return closed_page(desk);
    }
    let onback = to_floor(&desk.app);
    let waiter = desk.app.state().staff_name(&card.waiter);
    let more = {
        let open = desk.open.clone();
        move |_: MouseEvent| open.set(Open::CheckMenu)
    };
    let opened = floor::ago(card.opened, desk.app.now().at);
    let sub = [Some(opened), Some(waiter), merge::with(desk)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    html! {
        <>
            <Top title={floor::place(&desk.app, card)} {sub} {onback}>
                <button class="top-btn" type="button" data-testid="check-menu" aria-label={t!("order.check_menu")} onclick={more}>
                    {icon(Icon::Guests, 20)}<span class="num">{card.covers}</span><span class="wide">{icon(Icon::Dots, 20)}</span>
                </button>
            </Top>
            <main class="page">
                <div class="order">
                    <check::CheckColumn desk={desk.clone()} />
                    <strip::Strip desk={desk.clone()} />
                    <menu::MenuColumn desk={desk.clone()} />
                    {handle(desk)}
                </div>
                {sheets::open_sheet(desk)}
            </main>
            <span class="vh" data-testid="confirmed">{ if desk.app.state().mirror.is_waiting(check.card.check) { "0" } else { "1" } }</span>
        </>
    }
}

/// The drawer's handle on a phone: how much, how many, and the primary action within the thumb's reach.
fn handle(desk: &Desk) -> Html {
    let n: u32 = desk.check.lines.iter().map(|l| l.qty).sum();
    let total = format::money(desk.check.bill.total);
    let show = {
        let drawer = desk.drawer.clone();
        move |_: MouseEvent| drawer.set(true)
    };
    html! {
        <div class="handle">
            <button class="open" type="button" data-testid="show-check" aria-label={t!("order.show_check", n = n, total = total)} onclick={show}>
                <span class="count num">{n}</span><bdi class="sum">{total.clone()}</bdi>
            </button>
            {check::primary(desk, false)}
        </div>
    }
}

fn to_floor(app: &App) -> Callback<()> {
    let app = app.clone();
    Callback::from(move |()| app.open(&Route::Floor))
}

/// The check is not here (yet).
fn absent(app: &App, check: CheckId) -> Html {
    let missing = app.state().missing.contains(&check);
    let body = if missing {
        html! {
            <Empty icon={Icon::Receipt} title={t!("order.gone")} next={t!("order.gone_next")}>
                <Button label={t!("nav.floor")} kind={Kind::Primary} onclick={to_floor(app)} />
            </Empty>
        }
    } else {
        html! { <Ghosts n={6} height={56} /> }
    };
    html! { <><Top title={t!("order.check_menu")} onback={to_floor(app)} /><main class="page">{body}</main></> }
}

/// A closed check is looked at, not changed; paying shows its receipt.
fn closed_page(desk: &Desk) -> Html {
    let (app, id) = (desk.app.clone(), desk.check.card.check);
    let receipt = Callback::from(move |()| app.open_instead(&Route::Pay(id)));
    let settled = desk.check.card.state == CheckState::Closed;
    let title = match desk.check.inside {
        Some(inside) => t!("order.merged_into", number = inside.number.to_string()),
        None if settled => t!("pay.settled"),
        None => t!("state.cancelled"),
    };
    let go_on = desk.check.inside.map(|inside| {
        let app = desk.app.clone();
        let onclick = Callback::from(move |()| app.open_instead(&Route::Order(inside.check)));
        html! { <Button label={t!("show_it")} kind={Kind::Primary} {onclick} id="go-on" /> }
    });
    let to_tables = if go_on.is_some() { Kind::Quiet } else { Kind::Primary };
    html! {
        <>
            <Top title={floor::place(&desk.app, &desk.check.card)} onback={to_floor(&desk.app)} />
            <main class="page">
                <Empty icon={Icon::Receipt} {title}>
                    if settled { <Button label={t!("pay.receipt")} icon={Icon::Receipt} onclick={receipt} /> }
                    { for go_on }
                    <Button label={t!("nav.floor")} kind={to_tables} onclick={to_floor(&desk.app)} />
                </Empty>
            </main>
        </>
    }
}

/// Adds an item at once with its defaults; the same item again raises the quantity.
pub fn add(desk: &Desk, item: &domain::menu::Item) {
    let (id, seat) = (desk.check.card.check, *desk.seat);
    // The newest belief, not the one this frame was drawn from: taps may come faster than frames.
    let Some(now) = desk.app.check(id) else { return };
    match plan::same_line(&now, &desk.config.menu, item, seat) {
        Some(line) => {
            let (line, qty) = (line.id, line.qty + 1);
            desk.app.send(Command::ChangeLine { check: id, line, change: NewChange::Qty(qty) });
            desk.chosen.set(Some(line));
        }
        None => {
            let line = NewLine {
                item: item.id.clone(),
                portion: None,
                qty: 1,
                options: Vec::new(),
                seat,
                course: None,
                note: String::new(),
                allergy: String::new(),
            };
            let by = desk.app.send(Command::AddLines { check: id, lines: vec![line] });
            desk.chosen.set(Some(LineId { by, i: 0 }));
        }
    }
    desk.app.change(|s| {
        s.recent.retain(|r| *r != item.id);
        s.recent.insert(0, item.id.clone());
        s.recent.truncate(MAX_RECENT);
    });
}

/// Fires what the primary action says, or pays.
pub fn act(desk: &Desk) {
    let id = desk.check.card.check;
    let Some(now) = desk.app.check(id) else { return };
    match plan::next(&now) {
        plan::Next::Fire { what, .. } => {
            desk.app.send(Command::Fire { check: id, what });
            desk.chosen.set(None);
        }
        plan::Next::Choose(_, line) => {
            desk.chosen.set(Some(line));
            desk.drawer.set(false);
        }
        plan::Next::Pay => desk.app.open(&Route::Pay(id)),
        plan::Next::Nothing => {}
    }
}

/// The last round once more; one tap adds it, one more fires it.
pub fn same_again(desk: &Desk) {
    let id = desk.check.card.check;
    let lines = desk.app.state().mirror.last_round(id);
    if lines.is_empty() {
        return;
    }
    let names: Vec<String> =
        lines.iter().map(|l| format!("{} {}", l.qty, desk.app.state().item_name(&l.item))).collect();
    let n = lines.len();
    let by = desk.app.send(Command::AddLines { check: id, lines });
    let app = desk.app.clone();
    let undo = Callback::from(move |()| {
        for i in 0..n {
            app.send(Command::RemoveLine { check: id, line: LineId { by, i: i as u16 } });
        }
    });
    desk.app.toast_with(names.join(crate::i18n::comma()), t!("undo"), undo);
}

fn keys(desk: Option<Desk>) -> Callback<KeyboardEvent> {
    Callback::from(move |e: KeyboardEvent| {
        let Some(desk) = &desk else { return };
        if *desk.open != Open::None {
            return;
        }
        match e.key().as_str() {
            "/" => {
                e.prevent_default();
                browser::focus("[data-testid=menu-search]");
            }
            "F2" => act(desk),
            "F4" => desk.app.open(&Route::Pay(desk.check.card.check)),
            "Escape" => desk.app.open(&Route::Floor),
            key => digit(desk, key),
        }
    })
}

/// A digit sets the quantity of the chosen line.
fn digit(desk: &Desk, key: &str) {
    let digit = key.parse::<u32>().ok().filter(|d| key.len() == 1 && *d > 0);
    let (Some(qty), Some(line)) = (digit, *desk.chosen) else { return };
    desk.app.send(Command::ChangeLine { check: desk.check.card.check, line, change: NewChange::Qty(qty) });
}

/// The name of a line for sentences: "2 Espresso".
pub fn line_name(line: &domain::view::LineView) -> String {
    format!("{} {}", line.qty, i18n::words(&line.name))
}
