//! Modifier groups and their options.

use std::rc::Rc;

use domain::{
    ids::{GroupId, ItemId, OptionId},
    menu::{Choice as Opt, Group, Menu},
    money::Money,
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
    components::{Button, Choice, Empty, Field, HoldButton, Kind, Select, Sheet, Toggle},
    format, i18n,
    icons::Icon,
    route::Route,
    t,
};

/// The most choices one group may ask for.
const MOST: u8 = 20;

#[derive(Properties, PartialEq)]
pub struct GroupsProps {
    pub draft: Draft<Menu>,
    pub settings: Rc<Settings>,
    /// The group being edited, or empty.
    pub open: AttrValue,
}

/// All groups; one opens as a sheet.
#[component]
pub fn Groups(props: &GroupsProps) -> Html {
    let app = use_app();
    let menu = &props.draft.now;
    let edit = {
        let app = app.clone();
        Callback::from(move |id: GroupId| app.open(&Route::Manager(format!("menu/groups/{id}"))))
    };
    let add = {
        let (draft, edit, language) = (props.draft.clone(), edit.clone(), props.settings.language.clone());
        Callback::from(move |()| {
            let name = t!("man.menu.new_group");
            let id =
                GroupId::from(words::id_from(&name, |id| draft.now.group(&GroupId::from(id.to_owned())).is_some()));
            let group =
                Group { id: id.clone(), name: Text::one(&language, &name), min: 0, max: 1, options: Vec::new() };
            draft.change(|m| m.groups.push(group));
            edit.emit(id);
        })
    };
    let open = menu.group(&GroupId::from(props.open.to_string())).cloned();
    html! {<>
        <div class="menu-tools"><p class="mute grow">{t!("man.menu.groups_what")}</p><Button label={t!("man.menu.new_group")} icon={Icon::Plus} onclick={add} id="new-group" /></div>
        if menu.groups.is_empty() { <Empty icon={Icon::List} title={t!("man.menu.no_groups")} /> }
        <div class="item-rows">{ for menu.groups.iter().map(|g| {
            let id = g.id.clone();
            let used = menu.items.iter().filter(|i| i.groups.contains(&g.id)).count();
            let options: Vec<String> = g.options.iter().map(|o| i18n::words(&o.name)).collect();
            html! {
                <button key={g.id.to_string()} type="button" class="item-row group" onclick={edit.reform(move |_: MouseEvent| id.clone())} data-testid={format!("group-{}", g.id)}>
                    <span class="name">{i18n::words(&g.name)}<small>{options.join(crate::i18n::comma())}</small></span>
                    <span class="facts">{asks(g)}</span>
                    <span class="facts">{t!("man.menu.used_by", n = used)}</span>
                </button>
            }
        })}</div>
        if let Some(group) = open { <GroupSheet draft={props.draft.clone()} settings={props.settings.clone()} id={group.id} onclose={super::open(&app, "menu/groups")} /> }
    </>}
}

/// How many must and may be chosen, in words.
fn asks(g: &Group) -> String {
    match (g.min, g.max) {
        (0, max) => t!("man.menu.up_to", n = max),
        (min, max) if min == max => t!("man.menu.exactly", n = min),
        (min, max) => t!("man.menu.between", min = i18n::shown(min), max = i18n::shown(max)),
    }
}

#[derive(Properties, PartialEq)]
struct GroupSheetProps {
    draft: Draft<Menu>,
    settings: Rc<Settings>,
    id: GroupId,
    onclose: Callback<()>,
}

#[derive(Clone)]
struct Pen {
    draft: Draft<Menu>,
    id: GroupId,
}

impl Pen {
    fn act<T: 'static>(&self, change: impl Fn(&mut Group, T) + 'static) -> Callback<T> {
        let pen = self.clone();
        Callback::from(move |value: T| {
            pen.draft.change(|menu| {
                if let Some(group) = menu.groups.iter_mut().find(|g| g.id == pen.id) {
                    change(group, value);
                }
            });
        })
    }

    fn option<T: 'static>(&self, k: usize, change: impl Fn(&mut Opt, T) + 'static) -> Callback<T> {
        self.act(move |g: &mut Group, value: T| {
            if let Some(option) = g.options.get_mut(k) {
                change(option, value);
            }
        })
    }
}

#[component]
fn GroupSheet(props: &GroupSheetProps) -> Html {
    let menu = props.draft.now.clone();
    let Some(group) = menu.group(&props.id).cloned() else { return html! {} };
    let pen = Pen { draft: props.draft.clone(), id: props.id.clone() };
    let languages = languages(&menu, &props.settings);
    let remove = {
        let (draft, id, onclose) = (props.draft.clone(), props.id.clone(), props.onclose.clone());
        Callback::from(move |()| {
            draft.change(|m| remove_group(m, &id));
            onclose.emit(());
        })
    };
    let numbers: Vec<Choice> =
        (0..=MOST).map(|n| Choice { value: n.to_string().into(), label: n.to_string().into() }).collect();
    let set_min = pen.act(|g: &mut Group, v: String| {
        if let Ok(n) = v.parse() {
            g.min = n;
            g.max = g.max.max(n);
        }
    });
    let set_max = pen.act(|g: &mut Group, v: String| {
        if let Ok(n) = v.parse::<u8>() {
            g.max = n.max(1);
            g.min = g.min.min(g.max);
        }
    });
    let foot = html! {<>
        <HoldButton label={t!("man.remove")} icon={Icon::Bin} onhold={remove} id="remove-group" /><span class="grow"></span>
        <Button label={t!("done")} kind={Kind::Primary} onclick={props.onclose.clone()} id="group-done" />
    </>};
    html! {
        <Sheet title={i18n::words(&group.name)} onclose={props.onclose.clone()} {foot} id="group-sheet">
            { for languages.iter().map(|l| {
                let key = l.clone();
                html! { <Field key={l.clone()} label={t!("man.menu.name_in", language = language_name(l))} value={group.name.written_in(l).unwrap_or_default().to_owned()} max=80
                    oninput={pen.act(move |g: &mut Group, v: String| write(&mut g.name, &key, v))} /> }
            })}
            <div class="pairs">
                <Select label={t!("man.menu.at_least")} choices={numbers.clone()} value={group.min.to_string()} onchange={set_min} hint={Some(AttrValue::from(t!("man.menu.forced_hint")))} id="group-min" />
                <Select label={t!("man.menu.at_most")} choices={numbers[1..].to_vec()} value={group.max.to_string()} onchange={set_max} id="group-max" />
            </div>
            <section class="block">
                <h3>{t!("man.menu.options")}</h3>
                { for group.options.iter().enumerate().map(|(k, o)| option(&pen, &menu, &languages, k, o)) }
                <div><Button label={t!("man.menu.add_option")} icon={Icon::Plus} kind={Kind::Plain} onclick={add_option(&pen)} id="add-option" /></div>
            </section>
        </Sheet>
    }
}

fn add_option(pen: &Pen) -> Callback<()> {
    pen.act(|g: &mut Group, ()| {
        let id =
            words::id_from(&format!("option-{}", g.options.len() + 1), |id| g.options.iter().any(|o| o.id.0 == id));
        g.options.push(Opt {
            id: OptionId::from(id),
            name: Text::default(),
            price: Money::ZERO,
            default: false,
            item: None,
            groups: Vec::new(),
            allergens: Vec::new(),
        });
    })
}

fn option(pen: &Pen, menu: &Menu, languages: &[String], k: usize, o: &Opt) -> Html {
    let items: Vec<Choice> = std::iter::once(Choice { value: "".into(), label: t!("man.menu.no_component").into() })
        .chain(menu.items.iter().map(|i| Choice { value: i.id.to_string().into(), label: i18n::words(&i.name).into() }))
        .collect();
    let remove = pen.act(move |g: &mut Group, ()| {
        if k < g.options.len() {
            g.options.remove(k);
        }
    });
    let extra = if o.price == Money::ZERO { String::new() } else { format!(" {}", format::amount(o.price)) };
    html! {
        <details class="option" key={o.id.to_string()} open={o.name.is_empty()}>
            <summary><span class="grow">{i18n::words(&o.name)}</span><bdi>{extra}</bdi></summary>
            { for languages.iter().map(|l| {
                let key = l.clone();
                html! { <Field key={l.clone()} label={t!("man.menu.name_in", language = language_name(l))} value={o.name.written_in(l).unwrap_or_default().to_owned()} max=80
                    oninput={pen.option(k, move |o, v: String| write(&mut o.name, &key, v))} /> }
            })}
            <PriceField label={t!("man.menu.extra_price")} value={o.price} signed=true onchange={pen.option(k, |o, m: Money| o.price = m)} />
            <Select label={t!("man.menu.component")} choices={items} value={o.item.as_ref().map_or_else(String::new, |i| i.to_string())}
                onchange={pen.option(k, |o, v: String| o.item = (!v.is_empty()).then_some(ItemId::from(v)))} />
            <Toggle label={t!("man.menu.default")} on={o.default} onchange={pen.option(k, |o, on: bool| o.default = on)} />
            <div><Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} onclick={remove} /></div>
        </details>
    }
}

/// A group that goes is taken from every item and option that named it.
fn remove_group(menu: &mut Menu, id: &GroupId) {
    menu.groups.retain(|g| g.id != *id);
    menu.items.iter_mut().for_each(|i| i.groups.retain(|g| g != id));
    menu.groups.iter_mut().flat_map(|g| &mut g.options).for_each(|o| o.groups.retain(|g| g != id));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_removed_group_is_named_nowhere() {
        let mut menu = domain::demo::menu();
        let ids: Vec<GroupId> = menu.groups.iter().map(|g| g.id.clone()).collect();
        for id in ids {
            remove_group(&mut menu, &id);
            assert_eq!(menu.faults(), Vec::<String>::new(), "{id}");
        }
    }
}
