//! One item of the menu: everything about it, with its tile as guests' waiters will see it.

use std::{collections::BTreeSet, rc::Rc};

use domain::{
    ids::*,
    menu::{Allergen, Diet, Item, Menu, Portion},
    money::Money,
    settings::Settings,
    text::Text,
};
use yew::prelude::*;

use super::{draft::Draft, words};
use crate::{
    components::{Button, Chip, Choice, Field, HoldButton, Kind, Select, Sheet, Toggle},
    format,
    i18n::{self, Language},
    icons::Icon,
    t,
};

const DIETS: [Diet; 5] = [Diet::Vegetarian, Diet::Vegan, Diet::GlutenFree, Diet::Halal, Diet::Kosher];
/// Courses offered for an item; more can be chosen on the order page.
const COURSES: std::ops::RangeInclusive<u8> = 0..=4;

/// An item as the order page draws it.
pub fn tile(item: &Item) -> Html {
    let price = item.portions.iter().map(|p| p.price).min().unwrap_or(Money::ZERO);
    let several = item.portions.len() > 1;
    html! {
        <div class={classes!("tile", item.hidden.then_some("out"))} data-testid="tile-preview">
            <span class="name">{i18n::words(&item.name)}</span>
            <span class="foot">
                <span class="algs">{ for item.allergens.iter().map(|a| html! { <span key={words::allergen(*a)}>{words::allergen(*a)}</span> }) }</span>
                <bdi class="price">{if several { t!("man.menu.from", price = format::amount(price)) } else { format::amount(price) }}</bdi>
            </span>
        </div>
    }
}

/// The languages the menu is written in, the store's first.
pub fn languages(menu: &Menu, settings: &Settings) -> Vec<String> {
    let used: BTreeSet<&str> =
        menu.items.iter().flat_map(|i| i.name.languages()).filter(|l| *l != settings.language).collect();
    std::iter::once(settings.language.as_str()).chain(used).map(str::to_owned).collect()
}

/// What speakers of a language call it; its code when the app does not speak it.
pub fn language_name(code: &str) -> String {
    Language::of(code).map_or_else(|| code.to_owned(), |l| l.own_name().to_owned())
}

/// Puts words of one language into a text; an emptied one goes.
pub fn write(text: &mut Text, language: &str, words: String) {
    if words.is_empty() {
        text.remove(language);
    } else {
        text.set(language, &words);
    }
}

#[derive(Properties, PartialEq)]
pub struct PriceFieldProps {
    pub label: AttrValue,
    pub value: Money,
    pub onchange: Callback<Money>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// Below zero is meant (a half portion costs less).
    #[prop_or_default]
    pub signed: bool,
}

/// An amount typed in the store's way. What was typed stays as it was typed.
#[component]
pub fn PriceField(props: &PriceFieldProps) -> Html {
    let typed = use_state(|| None::<String>);
    let read = {
        let signed = props.signed;
        move |text: &str| {
            let rest = text.trim().trim_start_matches(['-', '\u{2212}']);
            let less = rest.len() < text.trim().len();
            let amount = format::read_amount(rest)?;
            if !less { Some(amount) } else { signed.then_some(-amount) }
        }
    };
    // Another item, or an undo: what was typed is no longer what is meant.
    let value = match &*typed {
        Some(text) if read(text) == Some(props.value) || read(text).is_none() => text.clone(),
        _ => format::amount(props.value),
    };
    let fault = read(&value).is_none().then(|| AttrValue::from(t!("man.menu.bad_price")));
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |text: String| {
            if let Some(amount) = read(&text) {
                onchange.emit(amount);
            }
            typed.set(Some(text));
        })
    };
    html! { <Field label={props.label.clone()} {value} {oninput} keyboard="decimal" {fault} id={props.id.clone()} /> }
}

#[derive(Properties, PartialEq)]
pub struct ItemSheetProps {
    pub draft: Draft<Menu>,
    pub settings: Rc<Settings>,
    pub id: ItemId,
    pub onclose: Callback<()>,
}

/// Changes the item of this sheet in the draft.
#[derive(Clone)]
struct Pen {
    draft: Draft<Menu>,
    id: ItemId,
}

impl Pen {
    fn act<T: 'static>(&self, change: impl Fn(&mut Item, T) + 'static) -> Callback<T> {
        let pen = self.clone();
        Callback::from(move |value: T| {
            pen.draft.change(|menu| {
                if let Some(item) = menu.items.iter_mut().find(|i| i.id == pen.id) {
                    change(item, value);
                }
            });
        })
    }
}

#[component]
pub fn ItemSheet(props: &ItemSheetProps) -> Html {
    let menu = props.draft.now.clone();
    let pen = Pen { draft: props.draft.clone(), id: props.id.clone() };
    let Some(item) = menu.item(&props.id).cloned() else { return html! {} };
    let languages = languages(&menu, &props.settings);
    let remove = {
        let (draft, id, onclose) = (props.draft.clone(), props.id.clone(), props.onclose.clone());
        Callback::from(move |()| {
            draft.change(|m| m.items.retain(|i| i.id != id));
            onclose.emit(());
        })
    };
    let foot = html! {<>
        <HoldButton label={t!("man.remove")} icon={Icon::Bin} onhold={remove} id="remove-item" />
        <span class="grow"></span>
        <Button label={t!("done")} kind={Kind::Primary} onclick={props.onclose.clone()} id="item-done" />
    </>};
    html! {
        <Sheet title={i18n::words(&item.name)} onclose={props.onclose.clone()} {foot} id="item-sheet">
            <div class="tile-stage">{tile(&item)}<p class="hint">{t!("man.menu.tile_hint")}</p></div>
            <section class="block">
                { for languages.iter().map(|l| {
                    let key = l.clone();
                    html! {
                        <Field key={l.clone()} label={t!("man.menu.name_in", language = language_name(l))} value={item.name.written_in(l).unwrap_or_default().to_owned()} max=80
                            oninput={pen.act(move |i, v: String| write(&mut i.name, &key, v))} id={format!("name-{l}")} />
                    }
                })}
                <Field label={t!("man.menu.kitchen_name")} value={item.kitchen_name.clone().unwrap_or_default()} hint={Some(AttrValue::from(t!("man.menu.kitchen_hint")))} max=80
                    oninput={pen.act(|i, v: String| i.kitchen_name = (!v.is_empty()).then_some(v))} id="kitchen-name" />
            </section>
            {portions(&pen, &item, &languages)}
            {places(&pen, &item, &menu, &props.settings)}
            {groups(&pen, &item, &menu)}
            {facts(&pen, &item)}
        </Sheet>
    }
}

fn portions(pen: &Pen, item: &Item, languages: &[String]) -> Html {
    let single = item.portions.len() == 1;
    let language = languages.first().cloned().unwrap_or_default();
    let add = pen.act(|i: &mut Item, ()| {
        let n = i.portions.len() + 1;
        let id = words::id_from(&format!("portion-{n}"), |id| i.portions.iter().any(|p| p.id.0 == id));
        let price = i.portions.last().map_or(Money::ZERO, |p| p.price);
        i.portions.push(Portion { id: PortionId::from(id), name: Text::default(), price });
    });
    html! {
        <section class="block">
            <h3>{t!("man.menu.prices")}</h3>
            { for item.portions.iter().enumerate().map(|(k, p)| {
                let key = language.clone();
                let put = move |i: &mut Item, m: Money| if let Some(p) = i.portions.get_mut(k) { p.price = m };
                html! {
                    <div class="list-item portion" key={p.id.to_string()}>
                        if !single {
                            <Field label={t!("man.menu.portion")} value={p.name.get(&language).to_owned()} max=80
                                oninput={pen.act(move |i: &mut Item, v: String| if let Some(p) = i.portions.get_mut(k) { write(&mut p.name, &key, v) })} />
                        }
                        <PriceField label={t!("man.menu.price")} value={p.price} onchange={pen.act(put)} id={format!("price-{k}")} />
                        if !single {
                            <Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={pen.act(move |i: &mut Item, ()| { if i.portions.len() > 1 { i.portions.remove(k); } })} />
                        }
                    </div>
                }
            })}
            <div><Button label={t!("man.menu.add_portion")} icon={Icon::Plus} kind={Kind::Plain} onclick={add} id="add-portion" /></div>
        </section>
    }
}

fn places(pen: &Pen, item: &Item, menu: &Menu, settings: &Settings) -> Html {
    let choice = |id: &str, name: &Text| Choice { value: id.to_owned().into(), label: i18n::words(name).into() };
    let categories: Vec<Choice> = menu.categories.iter().map(|c| choice(&c.id.0, &c.name)).collect();
    let stations: Vec<Choice> = settings.stations.iter().map(|s| choice(&s.id.0, &s.name)).collect();
    let tax = |t: &domain::menu::Tax| Choice {
        value: t.id.to_string().into(),
        label: format!("{} {}", i18n::words(&t.name), format::share(t.rate)).into(),
    };
    let taxes: Vec<Choice> = menu.taxes.iter().map(tax).collect();
    let takeaway: Vec<Choice> = std::iter::once(Choice { value: "".into(), label: t!("man.menu.same_tax").into() })
        .chain(menu.taxes.iter().map(tax))
        .collect();
    html! {
        <section class="block pairs">
            <Select label={t!("man.menu.category")} choices={categories} value={item.category.to_string()} onchange={pen.act(|i, v: String| i.category = CategoryId::from(v))} id="item-category" />
            <Select label={t!("man.menu.station")} choices={stations} value={item.station.to_string()} onchange={pen.act(|i, v: String| i.station = StationId::from(v))} id="item-station" />
            <Select label={t!("man.tax")} choices={taxes} value={item.tax.to_string()} onchange={pen.act(|i, v: String| i.tax = TaxId::from(v))} id="item-tax" />
            <Select label={t!("man.menu.tax_takeaway")} choices={takeaway} value={item.tax_takeaway.as_ref().map_or_else(String::new, |t| t.to_string())}
                onchange={pen.act(|i, v: String| i.tax_takeaway = (!v.is_empty()).then_some(TaxId::from(v)))} id="item-tax-takeaway" />
        </section>
    }
}

fn groups(pen: &Pen, item: &Item, menu: &Menu) -> Html {
    html! {
        <section class="block">
            <h3>{t!("man.menu.groups")}</h3>
            if menu.groups.is_empty() { <p class="mute">{t!("man.menu.no_groups")}</p> }
            <div class="chips">{ for menu.groups.iter().map(|g| {
                let id = g.id.clone();
                let onclick = pen.act(move |i: &mut Item, ()| flip(&mut i.groups, &id));
                html! { <Chip key={g.id.to_string()} label={i18n::words(&g.name)} on={item.groups.contains(&g.id)} {onclick} /> }
            })}</div>
        </section>
    }
}

fn flip<T: PartialEq + Clone>(list: &mut Vec<T>, value: &T) {
    match list.iter().position(|v| v == value) {
        Some(at) => {
            list.remove(at);
        }
        None => list.push(value.clone()),
    }
}

fn facts(pen: &Pen, item: &Item) -> Html {
    html! {<>
        <section class="block">
            <h3>{t!("man.menu.allergens")}</h3>
            <div class="chips">{ for Allergen::ALL.into_iter().map(|a| html! {
                <Chip key={words::allergen(a)} label={words::allergen(a)} on={item.allergens.contains(&a)}
                    onclick={pen.act(move |i: &mut Item, ()| { flip(&mut i.allergens, &a); i.allergens.sort(); })} />
            })}</div>
        </section>
        <section class="block">
            <h3>{t!("man.menu.diets")}</h3>
            <div class="chips">{ for DIETS.into_iter().map(|d| html! {
                <Chip key={words::diet(d)} label={words::diet(d)} on={item.diets.contains(&d)} onclick={pen.act(move |i: &mut Item, ()| { flip(&mut i.diets, &d); i.diets.sort(); })} />
            })}</div>
        </section>
        <section class="block">
            <h3>{t!("order.course")}</h3>
            <div class="chips">{ for COURSES.map(|c| html! {
                <Chip key={c} label={words::course(c)} on={item.course == c} onclick={pen.act(move |i: &mut Item, ()| i.course = c)} />
            })}</div>
        </section>
        <section class="block">
            <Toggle label={t!("man.menu.favourite_do")} on={item.favourite} onchange={pen.act(|i: &mut Item, on| i.favourite = on)} id="item-favourite" />
            <Toggle label={t!("man.menu.hidden_do")} on={item.hidden} onchange={pen.act(|i: &mut Item, on| i.hidden = on)} id="item-hidden" />
        </section>
    </>}
}
