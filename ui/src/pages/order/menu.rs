//! The menu: categories as a rail, items as a dense grid, search as one types, 86 in two taps.

use std::collections::BTreeMap;

use domain::{
    command::Command,
    ids::{CategoryId, ItemId},
    menu::{Allergen, Item},
    text::Text,
};
use yew::prelude::*;

use super::{Desk, Open, add, check::DeskProps, plan};
use crate::{
    browser,
    components::{Button, Empty, Search},
    format, i18n,
    icons::{Icon, category_icon, icon},
    t,
};

/// Stock at or below this is worth showing on the tile.
const FEW: u32 = 10;
const LAST_CATEGORY: &str = "comanda.category";

/// What the grid shows.
#[derive(Debug, Clone, PartialEq)]
enum Shelf {
    Favourites,
    Category(CategoryId),
}

#[component]
pub fn MenuColumn(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let text = use_state(String::new);
    let shelf = use_state(|| first_shelf(desk));
    // As it was when this shelf was opened: a dish that is tapped must not move the others away under the finger.
    let recent = use_memo((desk.check.card.check, (*shelf).clone()), |_| desk.app.state().recent.clone());
    let found: Vec<&Item> = if text.is_empty() { Vec::new() } else { search(desk, &text) };
    let oninput = {
        let text = text.clone();
        Callback::from(move |typed| text.set(typed))
    };
    let onenter = {
        let (desk, text, first) = (desk.clone(), text.clone(), found.first().map(|i| (*i).clone()));
        Callback::from(move |()| {
            if let Some(item) = &first {
                add(&desk, item);
                text.set(String::new());
            }
        })
    };
    let count = {
        let counting = desk.counting.clone();
        move |()| counting.set(!*counting)
    };
    let ordered = on_check(desk);
    let grid = if text.is_empty() {
        shelves(desk, &shelf, &recent, &ordered)
    } else if found.is_empty() {
        html! { <Empty icon={Icon::Search} title={t!("order.found_none", text = text.as_str())} /> }
    } else {
        html! { <div class="menu-grid">{ for found.iter().map(|item| tile(desk, item, &ordered)) }</div> }
    };
    html! {
        <section class={classes!("menucol", desk.counting.then_some("counting"))} aria-label={t!("order.search")}>
            <div class="tools">
                <Search label={t!("order.search")} value={(*text).clone()} {oninput} {onenter} id="menu-search" />
                <Button label={t!("order.out")} onclick={count} id="mode-86" />
            </div>
            if *desk.counting { <p class="notice count-note" role="status">{icon(Icon::Warning, 20)}{t!("order.count_mode")}</p> }
            {rail(desk, &shelf, &text)}
            <div class="grid-scroll scroll">{grid}</div>
        </section>
    }
}

fn has_favourites(desk: &Desk) -> bool {
    desk.config.menu.items.iter().any(|i| i.favourite && !i.hidden)
}

fn first_shelf(desk: &Desk) -> Shelf {
    let known =
        browser::remembered(LAST_CATEGORY).map(CategoryId::from).filter(|id| desk.config.menu.category(id).is_some());
    match (known, desk.config.menu.categories.first()) {
        (Some(id), _) => Shelf::Category(id),
        (None, _) if has_favourites(desk) => Shelf::Favourites,
        (None, Some(first)) => Shelf::Category(first.id.clone()),
        (None, None) => Shelf::Favourites,
    }
}

fn rail(desk: &Desk, shelf: &UseStateHandle<Shelf>, text: &UseStateHandle<String>) -> Html {
    let stop = |to: Shelf, name: Icon, label: String, id: String| {
        let on = **shelf == to && text.is_empty();
        let (shelf, text) = (shelf.clone(), text.clone());
        let onclick = move |_: MouseEvent| {
            if let Shelf::Category(id) = &to {
                browser::remember(LAST_CATEGORY, &id.0);
            }
            text.set(String::new());
            shelf.set(to.clone());
        };
        html! {
            <button key={id.clone()} class="cat" type="button" role="tab" aria-selected={if on { "true" } else { "false" }} {onclick} data-testid={id}>
                {icon(name, 18)}<span>{label}</span>
            </button>
        }
    };
    html! {
        <div class="cats scroll" role="tablist">
            if has_favourites(desk) { {stop(Shelf::Favourites, Icon::Star, t!("order.favourites"), "cat-favourites".into())} }
            { for desk.config.menu.categories.iter().map(|c| {
                stop(Shelf::Category(c.id.clone()), category_icon(&c.icon), i18n::words(&c.name), format!("cat-{}", c.id))
            })}
        </div>
    }
}

fn shelves(desk: &Desk, shelf: &Shelf, recent: &[ItemId], ordered: &BTreeMap<ItemId, u32>) -> Html {
    let menu = &desk.config.menu;
    let of = |wanted: &dyn Fn(&Item) -> bool| -> Vec<Item> {
        menu.items.iter().filter(|i| !i.hidden && wanted(i)).cloned().collect()
    };
    let block = |head: Option<String>, items: &[Item]| {
        html! {
            <>
                { for head.map(|h| html! { <h2 class="menu-head">{h}</h2> }) }
                { for items.iter().map(|i| tile(desk, i, ordered)) }
            </>
        }
    };
    let blocks = match shelf {
        Shelf::Category(id) => block(None, &of(&|i| i.category == *id)),
        Shelf::Favourites => {
            let recent: Vec<Item> = recent.iter().filter_map(|id| menu.item(id)).cloned().collect();
            let favourites = of(&|i| i.favourite && !recent.iter().any(|r| r.id == i.id));
            let recent_head = (!recent.is_empty()).then(|| t!("order.recent"));
            let head = (!recent.is_empty()).then(|| t!("order.favourites"));
            html! { <>{block(recent_head, &recent)}{block(head, &favourites)}</> }
        }
    };
    html! { <div class="menu-grid">{blocks}</div> }
}

/// Items whose name in this screen's language, or in any of the menu's, begins with what was typed.
fn search<'a>(desk: &'a Desk, text: &str) -> Vec<&'a Item> {
    let finds = |words: &Text| words.words().any(|name| plan::finds(text, name));
    desk.config.menu.items.iter().filter(|i| !i.hidden && finds(&i.name)).collect()
}

/// Units of each item on the check that are not fired yet: the count on the tile.
fn on_check(desk: &Desk) -> BTreeMap<ItemId, u32> {
    let mut counts = BTreeMap::new();
    for line in &desk.check.lines {
        *counts.entry(line.item.clone()).or_default() += plan::unfired(line);
    }
    counts
}

fn tile(desk: &Desk, item: &Item, ordered: &BTreeMap<ItemId, u32>) -> Html {
    let left = desk.app.state().mirror.left(&item.id);
    let out = left == Some(0);
    let count = ordered.get(&item.id).copied().unwrap_or(0);
    let price = item
        .portions
        .first()
        .and_then(|p| desk.config.menu.price_at(item, &p.id, desk.app.now()))
        .map(|(price, _)| format::amount(price))
        .unwrap_or_default();
    let onclick = {
        let (desk, item) = (desk.clone(), item.clone());
        move |_: MouseEvent| if *desk.counting { count_out(&desk, &item, left) } else { add(&desk, &item) }
    };
    let onlong = {
        let (open, id) = (desk.open.clone(), item.id.clone());
        move |e: MouseEvent| {
            // A long press on a touch screen is a context menu: how many are left?
            e.prevent_default();
            open.set(Open::Stock(id.clone()));
        }
    };
    html! {
        <button key={item.id.to_string()} class={classes!("tile", out.then_some("out"))} type="button" {onclick} oncontextmenu={onlong}
            disabled={out && !*desk.counting} data-testid={format!("item-{}", item.id)}>
            <span class="name">{i18n::words(&item.name)}</span>
            <span class="foot">
                { match left {
                    Some(0) => html! { <span class="badge inverse">{t!("order.out")}</span> },
                    Some(n) if n <= FEW => html! { <span class="badge warm">{t!("order.left", n = n)}</span> },
                    _ => html! { <span class="algs">{allergens(&item.allergens)}</span> },
                }}
                <bdi class="price">{price}</bdi>
            </span>
            if count > 0 { <span class="count">{count}</span> }
        </button>
    }
}

/// Second tap of an 86: the item is out everywhere, or back.
fn count_out(desk: &Desk, item: &Item, left: Option<u32>) {
    let out = left == Some(0);
    let now = if out { None } else { Some(0) };
    desk.app.send(Command::SetStock { item: item.id.clone(), left: now });
    desk.app.change(|s| s.mirror.set_stock(&item.id, now));
    desk.counting.set(false);
    let name = i18n::words(&item.name);
    let app = desk.app.clone();
    let (id, before) = (item.id.clone(), left);
    let undo = Callback::from(move |()| {
        app.send(Command::SetStock { item: id.clone(), left: before });
        app.change(|s| s.mirror.set_stock(&id, before));
    });
    let words = if out { t!("order.back_now", item = name) } else { t!("order.out_now", item = name) };
    desk.app.toast_with(words, t!("undo"), undo);
}

fn allergens(all: &[Allergen]) -> String {
    all.iter().map(|a| allergen(*a)).collect::<Vec<_>>().join(" ")
}

/// An allergen's everyday word.
pub fn allergen(allergen: Allergen) -> String {
    match allergen {
        Allergen::Gluten => t!("alg.gluten"),
        Allergen::Crustaceans => t!("alg.crustaceans"),
        Allergen::Eggs => t!("alg.eggs"),
        Allergen::Fish => t!("alg.fish"),
        Allergen::Peanuts => t!("alg.peanuts"),
        Allergen::Soy => t!("alg.soy"),
        Allergen::Milk => t!("alg.milk"),
        Allergen::Nuts => t!("alg.nuts"),
        Allergen::Celery => t!("alg.celery"),
        Allergen::Mustard => t!("alg.mustard"),
        Allergen::Sesame => t!("alg.sesame"),
        Allergen::Sulphites => t!("alg.sulphites"),
        Allergen::Lupin => t!("alg.lupin"),
        Allergen::Molluscs => t!("alg.molluscs"),
    }
}
