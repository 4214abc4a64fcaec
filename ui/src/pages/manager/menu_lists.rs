//! Categories in the order of the rail, and price lists with their hours.

use std::rc::Rc;

use domain::{
    ids::{CategoryId, PriceListId},
    menu::{Category, ListPrice, Menu, PriceList, Window},
    money::Ppm,
    settings::Settings,
    text::Text,
};
use yew::prelude::*;

use super::{
    draft::Draft,
    menu_item::{PriceField, language_name, languages, write},
    use_app, words,
};
use crate::{
    components::{Button, Chip, Choice, Empty, Field, HoldButton, Kind, Mark, Select, Tone, badge},
    i18n,
    icons::{Icon, category_icon, icon},
    t,
};

/// Names of icons a category may have.
const ICONS: [&str; 9] = ["plate", "leaf", "fish", "flame", "cake", "glass", "cup", "star", "bag"];
/// New price lists begin as an after-work hour at half price.
const NEW_WINDOW: (u16, u16) = (17 * 60, 19 * 60);
const HALF: Ppm = Ppm(500_000);
const PERCENT: u32 = 10_000;

#[derive(Properties, PartialEq)]
pub struct ListsProps {
    pub draft: Draft<Menu>,
    pub settings: Rc<Settings>,
}

/// A change of the draft, made with a value of the page.
pub(super) fn act<T: 'static>(draft: &Draft<Menu>, change: impl Fn(&mut Menu, T) + 'static) -> Callback<T> {
    let draft = draft.clone();
    Callback::from(move |value: T| draft.change(|m| change(m, value)))
}

/// Categories: names, icons, order.
#[component]
pub fn Categories(props: &ListsProps) -> Html {
    let (draft, menu) = (&props.draft, &props.draft.now);
    let languages = languages(menu, &props.settings);
    let language = props.settings.language.clone();
    let add = act(draft, move |m: &mut Menu, ()| {
        let name = t!("man.menu.new_category");
        let id = CategoryId::from(words::id_from(&name, |id| m.category(&CategoryId::from(id.to_owned())).is_some()));
        m.categories.push(Category { id, name: Text::one(&language, &name), icon: "plate".into() });
    });
    let last = menu.categories.len().saturating_sub(1);
    html! {<>
        <div class="menu-tools"><p class="mute grow">{t!("man.menu.categories_what")}</p><Button label={t!("man.menu.new_category")} icon={Icon::Plus} onclick={add} id="new-category" /></div>
        if menu.categories.is_empty() { <Empty icon={Icon::List} title={t!("list.none")} /> }
        { for menu.categories.iter().enumerate().map(|(k, c)| {
            let used = menu.items.iter().filter(|i| i.category == c.id).count();
            html! {
                <section class="card form category" key={c.id.to_string()} data-testid={format!("category-{}", c.id)}>
                    <div class="row wrap head">
                        {icon(category_icon(&c.icon), 28)}<h3 class="grow">{i18n::words(&c.name)}{" "}<small class="mute">{t!("order.items", n = used)}</small></h3>
                        <Button label={t!("man.up")} icon={Icon::Up} bare=true kind={Kind::Plain} disabled={k == 0} onclick={act(draft, move |m: &mut Menu, ()| if k > 0 { m.categories.swap(k, k - 1) })} />
                        <Button label={t!("man.down")} icon={Icon::Down} bare=true kind={Kind::Plain} disabled={k == last} onclick={act(draft, move |m: &mut Menu, ()| if k + 1 < m.categories.len() { m.categories.swap(k, k + 1) })} />
                        if used == 0 { <HoldButton label={t!("man.remove")} icon={Icon::Bin} onhold={act(draft, move |m: &mut Menu, ()| { if k < m.categories.len() { m.categories.remove(k); } })} /> }
                    </div>
                    <div class="pairs">{ for languages.iter().map(|l| {
                        let key = l.clone();
                        html! { <Field key={l.clone()} label={t!("man.menu.name_in", language = language_name(l))} value={c.name.written_in(l).unwrap_or_default().to_owned()} max=80
                            oninput={act(draft, move |m: &mut Menu, v: String| if let Some(c) = m.categories.get_mut(k) { write(&mut c.name, &key, v) })} /> }
                    })}</div>
                    <div class="chips" role="group" aria-label={t!("man.menu.icon")}>{ for ICONS.iter().map(|name| html! {
                        <Chip key={*name} label="" name={*name} icon={category_icon(name)} on={c.icon == *name}
                            onclick={act(draft, move |m: &mut Menu, ()| if let Some(c) = m.categories.get_mut(k) { c.icon = (*name).to_owned() })} />
                    })}</div>
                </section>
            }
        })}
    </>}
}

/// Price lists: when they hold and what they change.
#[component]
pub fn PriceLists(props: &ListsProps) -> Html {
    let app = use_app();
    let (draft, menu) = (&props.draft, &props.draft.now);
    let now = app.now();
    let language = props.settings.language.clone();
    let add = act(draft, move |m: &mut Menu, ()| {
        let name = t!("man.menu.new_list");
        let id = PriceListId::from(words::id_from(&name, |id| m.price_lists.iter().any(|l| l.id.0 == id)));
        let prices = m
            .categories
            .first()
            .map(|c| ListPrice::Category { category: c.id.clone(), share: HALF })
            .into_iter()
            .collect();
        let windows = vec![Window { weekdays: Vec::new(), from: NEW_WINDOW.0, to: NEW_WINDOW.1 }];
        m.price_lists.push(PriceList { id, name: Text::one(&language, &name), windows, prices });
    });
    html! {<>
        <div class="menu-tools"><p class="mute grow">{t!("man.menu.lists_what")}</p><Button label={t!("man.menu.new_list")} icon={Icon::Plus} onclick={add} id="new-list" /></div>
        if menu.price_lists.is_empty() { <Empty icon={Icon::Clock} title={t!("man.menu.no_lists")} next={t!("man.menu.no_lists_next")} /> }
        { for menu.price_lists.iter().enumerate().map(|(k, l)| {
            let mark = if l.is_active(now) {
                Mark { tone: Tone::Go, icon: Icon::Works, words: t!("man.menu.list_on") }
            } else {
                Mark { tone: Tone::Plain, icon: Icon::Clock, words: t!("man.menu.list_off") }
            };
            html! {
                <section class="card form" key={l.id.to_string()} data-testid={format!("list-{}", l.id)}>
                    <div class="row wrap head"><h3 class="grow">{i18n::words(&l.name)}</h3>{badge(&mark)}
                        <HoldButton label={t!("man.remove")} icon={Icon::Bin} onhold={act(draft, move |m: &mut Menu, ()| { if k < m.price_lists.len() { m.price_lists.remove(k); } })} /></div>
                    <Field label={t!("man.name")} value={l.name.get(&props.settings.language).to_owned()} max=80 oninput={
                        let key = props.settings.language.clone();
                        list(draft, k, move |l, v: String| write(&mut l.name, &key, v))
                    } />
                    { for l.windows.iter().enumerate().map(|(w, window)| window_row(draft, k, w, window)) }
                    <div><Button label={t!("man.menu.add_window")} icon={Icon::Plus} kind={Kind::Plain} onclick={list(draft, k, |l, ()| l.windows.push(Window { weekdays: Vec::new(), from: NEW_WINDOW.0, to: NEW_WINDOW.1 }))} /></div>
                    <h3>{t!("man.menu.prices")}</h3>
                    { for l.prices.iter().enumerate().map(|(p, price)| price_row(draft, menu, k, p, price)) }
                    <div>{add_price(draft, menu, k, l)}</div>
                </section>
            }
        })}
    </>}
}

fn list<T: 'static>(draft: &Draft<Menu>, k: usize, change: impl Fn(&mut PriceList, T) + 'static) -> Callback<T> {
    act(draft, move |m: &mut Menu, value: T| {
        if let Some(list) = m.price_lists.get_mut(k) {
            change(list, value);
        }
    })
}

fn window_row(draft: &Draft<Menu>, k: usize, w: usize, window: &Window) -> Html {
    let set = |change: fn(&mut Window, u16)| {
        list(draft, k, move |l, v: String| {
            if let (Some(window), Some(minute)) = (l.windows.get_mut(w), words::read_clock(&v)) {
                change(window, minute);
            }
        })
    };
    let day = |d: u8| {
        list(draft, k, move |l, ()| {
            let Some(window) = l.windows.get_mut(w) else { return };
            // Empty means every day: the first tap leaves the others on.
            if window.weekdays.is_empty() {
                window.weekdays = (0..7).collect();
            }
            match window.weekdays.iter().position(|x| *x == d) {
                Some(at) => {
                    window.weekdays.remove(at);
                }
                None => window.weekdays.push(d),
            }
            window.weekdays.sort_unstable();
            if window.weekdays.len() == 7 {
                window.weekdays.clear();
            }
        })
    };
    let on = |d: u8| window.weekdays.is_empty() || window.weekdays.contains(&d);
    html! {
        <div class="list-item window" key={w}>
            <div class="chips" role="group" aria-label={t!("man.menu.weekdays")}>{ for (0..7u8).map(|d| html! {
                <Chip key={d} label={words::weekday(d).chars().take(2).collect::<String>()} name={words::weekday(d)} on={on(d)} onclick={day(d)} />
            })}</div>
            <Field label={t!("man.menu.from_time")} kind="time" value={words::clock(window.from)} oninput={set(|w, m| w.from = m)} />
            <Field label={t!("man.menu.to_time")} kind="time" value={words::clock(window.to % 1440)} oninput={set(|w, m| w.to = m)}
                hint={(window.to < window.from).then(|| AttrValue::from(t!("man.menu.past_midnight")))} />
            <Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={list(draft, k, move |l, ()| { if w < l.windows.len() { l.windows.remove(w); } })} />
        </div>
    }
}

fn price_row(draft: &Draft<Menu>, menu: &Menu, k: usize, p: usize, price: &ListPrice) -> Html {
    let remove = list(draft, k, move |l, ()| {
        if p < l.prices.len() {
            l.prices.remove(p);
        }
    });
    let row = match price {
        ListPrice::Category { category, share } => {
            let name = menu.category(category).map_or_else(|| category.to_string(), |c| i18n::words(&c.name));
            let set = list(draft, k, move |l, v: String| {
                if let (Some(ListPrice::Category { share, .. }), Ok(percent)) = (l.prices.get_mut(p), v.parse::<u32>())
                {
                    *share = Ppm(percent.min(100) * PERCENT);
                }
            });
            html! {<><span class="grow">{name}</span><Field label={t!("man.menu.share")} keyboard="numeric" value={(share.0 / PERCENT).to_string()} oninput={set} /></>}
        }
        ListPrice::Portion { item, portion, price } => {
            let found = menu.item(item);
            let name = found.map_or_else(|| item.to_string(), |i| i18n::words(&i.name));
            let size = found
                .filter(|i| i.portions.len() > 1)
                .and_then(|i| i.portions.iter().find(|q| q.id == *portion))
                .map(|q| i18n::words(&q.name));
            let set = list(draft, k, move |l, m| {
                if let Some(ListPrice::Portion { price, .. }) = l.prices.get_mut(p) {
                    *price = m;
                }
            });
            html! {<><span class="grow">{name}if let Some(size) = size { {", "}{size} }</span><PriceField label={t!("man.menu.price")} value={*price} onchange={set} /></>}
        }
    };
    html! {
        <div class="list-item price" key={p}>{row}<Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={remove} /></div>
    }
}

/// Categories and items not in the list yet, to be added.
fn add_price(draft: &Draft<Menu>, menu: &Menu, k: usize, l: &PriceList) -> Html {
    let has_category =
        |id: &CategoryId| l.prices.iter().any(|p| matches!(p, ListPrice::Category { category, .. } if category == id));
    let categories = menu.categories.iter().filter(|c| !has_category(&c.id)).map(|c| Choice {
        value: format!("c/{}", c.id).into(),
        label: t!("man.menu.whole_category", name = i18n::words(&c.name)).into(),
    });
    let items =
        menu.items.iter().map(|i| Choice { value: format!("i/{}", i.id).into(), label: i18n::words(&i.name).into() });
    let choices: Vec<Choice> = std::iter::once(Choice { value: "".into(), label: t!("man.menu.choose_what").into() })
        .chain(categories)
        .chain(items)
        .collect();
    let menu = draft.now.clone();
    let add = list(draft, k, move |l, v: String| match v.split_once('/') {
        Some(("c", id)) => l.prices.push(ListPrice::Category { category: id.into(), share: HALF }),
        Some(("i", id)) => {
            let portions = menu.item(&id.into()).into_iter().flat_map(|i| &i.portions);
            for p in portions {
                let known = l
                    .prices
                    .iter()
                    .any(|x| matches!(x, ListPrice::Portion { item, portion, .. } if item.0 == id && *portion == p.id));
                if !known {
                    l.prices.push(ListPrice::Portion { item: id.into(), portion: p.id.clone(), price: p.price });
                }
            }
        }
        _ => {}
    });
    html! { <Select label={t!("man.menu.add_price")} {choices} value="" onchange={add} /> }
}
