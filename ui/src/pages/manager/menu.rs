//! The menu as one draft: items, categories, modifier groups, price lists and files, previewed and published together.

use std::{collections::BTreeSet, rc::Rc};

use domain::{
    command::Command,
    ids::{CategoryId, ItemId, PortionId, TaxId},
    menu::{Item, Menu, Portion},
    money::Money,
    settings::Settings,
    text::Text,
};
use yew::prelude::*;

use super::{
    draft::{self, Draft, PublishBar},
    head,
    menu_file::MenuFile,
    menu_groups::Groups,
    menu_item::{ItemSheet, tile},
    menu_lists::{Categories, PriceLists},
    menu_taxes::Taxes,
    use_app, words,
};
use crate::{
    components::{Button, Chip, Empty, Kind, Mark, Search, Sheet, Tab, Tabs, Tone, badge},
    format, i18n,
    icons::{Icon, category_icon, icon},
    route::Route,
    t,
};

#[derive(Properties, PartialEq)]
pub struct MenuPagesProps {
    /// The address after `menu/`: empty, `item/espresso`, `groups`, `categories`, `lists`, `file`.
    pub path: AttrValue,
}

#[component]
pub fn MenuPages(props: &MenuPagesProps) -> Html {
    let app = use_app();
    let config = app.config();
    let previewing = use_state(|| false);
    let published = use_memo(config.as_ref().map(|c| c.version), |_| config.as_ref().map(|c| Rc::new(c.menu.clone())));
    let (Some(config), Some(published)) = (config.clone(), (*published).clone()) else { return html! {} };
    let draft = Draft::of(draft::MENU, published, &app);
    let (page, rest) = props.path.split_once('/').unwrap_or((&props.path, ""));
    let page = if page == "item" { "" } else { page };
    let settings = Rc::new(config.settings.clone());
    let tab = |key: &str, label: String, n: usize| Tab {
        key: key.to_owned().into(),
        label: label.into(),
        n: if n > 0 { n.to_string().into() } else { AttrValue::default() },
    };
    let tabs = vec![
        tab("items", t!("man.menu.items"), draft.now.items.len()),
        tab("categories", t!("man.menu.categories"), draft.now.categories.len()),
        tab("groups", t!("man.menu.groups"), draft.now.groups.len()),
        tab("lists", t!("man.menu.lists"), draft.now.price_lists.len()),
        tab("taxes", t!("man.taxes"), draft.now.taxes.len()),
        tab("file", t!("man.menu.file"), 0),
    ];
    let onchoose = {
        let app = app.clone();
        Callback::from(move |key: AttrValue| {
            let path = if key == "items" { "menu".to_owned() } else { format!("menu/{key}") };
            app.open(&Route::Manager(path));
        })
    };
    let show = {
        let previewing = previewing.clone();
        Callback::from(move |()| previewing.set(true))
    };
    let hide = {
        let previewing = previewing.clone();
        Callback::from(move |()| previewing.set(false))
    };
    let diff = Diff::between(&draft.published, &draft.now);
    let faults = if draft.is_unsaved() { draft.now.faults_in(&settings) } else { Vec::new() };
    let (undo, discard, publish) = (draft.clone(), draft.clone(), draft.clone());
    html! {
        <div class="menu-pages drafted">
            <div class="scroll body">
                {head(&t!("man.menu"), html! {})}
                <Tabs {tabs} chosen={if page.is_empty() { "items".to_owned() } else { page.to_owned() }} {onchoose} name={t!("man.menu")} />
                { match page {
                    "categories" => html! { <Categories draft={draft.clone()} settings={settings.clone()} /> },
                    "groups" => html! { <Groups draft={draft.clone()} settings={settings.clone()} open={AttrValue::from(rest.to_owned())} /> },
                    "lists" => html! { <PriceLists draft={draft.clone()} settings={settings.clone()} /> },
                    "taxes" => html! { <Taxes draft={draft.clone()} settings={settings.clone()} /> },
                    "file" => html! { <MenuFile draft_open={draft.is_unsaved()} /> },
                    _ => html! { <Items draft={draft.clone()} settings={settings.clone()} open={AttrValue::from(rest.to_owned())} /> },
                }}
            </div>
            if draft.is_unsaved() {
                <PublishBar changes={diff.words()} faults={faults} overtaken={draft.overtaken} can_undo={draft.can_undo}
                    onundo={Callback::from(move |()| undo.undo())} ondiscard={Callback::from(move |()| discard.discard())}
                    onpublish={Callback::from(move |()| publish.publish(Command::PublishMenu { menu: Box::new((*publish.now).clone()) }))}
                    onpreview={show} />
            }
            if *previewing && draft.is_unsaved() { {preview(&draft, &diff, hide)} }
        </div>
    }
}

/// What publishing would change.
#[derive(Debug, Default, PartialEq)]
struct Diff {
    added: Vec<ItemId>,
    changed: Vec<ItemId>,
    removed: Vec<ItemId>,
    /// Categories, groups, lists, taxes or the order.
    rest: bool,
}

impl Diff {
    fn between(old: &Menu, new: &Menu) -> Diff {
        let ids = |m: &Menu| m.items.iter().map(|i| i.id.clone()).collect::<BTreeSet<_>>();
        let (before, after) = (ids(old), ids(new));
        let order = |m: &Menu, both: &BTreeSet<ItemId>| {
            m.items.iter().filter(|i| both.contains(&i.id)).map(|i| i.id.clone()).collect::<Vec<_>>()
        };
        let both: BTreeSet<ItemId> = before.intersection(&after).cloned().collect();
        Diff {
            added: after.difference(&before).cloned().collect(),
            removed: before.difference(&after).cloned().collect(),
            changed: both.iter().filter(|id| old.item(id) != new.item(id)).cloned().collect(),
            rest: old.categories != new.categories
                || old.groups != new.groups
                || old.price_lists != new.price_lists
                || old.taxes != new.taxes
                || order(old, &both) != order(new, &both),
        }
    }

    fn words(&self) -> String {
        let mut parts = Vec::new();
        if !self.changed.is_empty() {
            parts.push(t!("man.menu.n_changed", n = self.changed.len()));
        }
        if !self.added.is_empty() {
            parts.push(t!("man.menu.n_added", n = self.added.len()));
        }
        if !self.removed.is_empty() {
            parts.push(t!("man.menu.n_removed", n = self.removed.len()));
        }
        if self.rest {
            parts.push(t!("man.menu.rest_changed"));
        }
        parts.join(crate::i18n::comma())
    }
}

/// The tiles as they will be, beside what they were.
fn preview(draft: &Draft<Menu>, diff: &Diff, onclose: Callback<()>) -> Html {
    let publish = {
        let (draft, onclose) = (draft.clone(), onclose.clone());
        Callback::from(move |()| {
            draft.publish(Command::PublishMenu { menu: Box::new((*draft.now).clone()) });
            onclose.emit(());
        })
    };
    let pair = |id: &ItemId| {
        html! {
            <div class="pair" key={id.to_string()}>
                { draft.published.item(id).map_or_else(|| html! { <div class="tile none">{t!("man.menu.is_new")}</div> }, tile) }
                {icon(Icon::Forward, 24)}
                { draft.now.item(id).map_or_else(|| html! { <div class="tile none">{t!("man.menu.is_gone")}</div> }, tile) }
            </div>
        }
    };
    let foot = html! { <Button label={t!("man.publish")} kind={Kind::Primary} wide=true onclick={publish} id="publish-preview" /> };
    html! {
        <Sheet title={t!("man.preview")} {onclose} {foot} id="menu-preview">
            <p class="mute">{t!("man.menu.preview_what")}{" "}{diff.words()}</p>
            { for diff.changed.iter().chain(&diff.added).chain(&diff.removed).map(pair) }
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct ItemsProps {
    draft: Draft<Menu>,
    settings: Rc<Settings>,
    /// The item being edited, or empty.
    open: AttrValue,
}

/// Items by category, found by name.
#[component]
fn Items(props: &ItemsProps) -> Html {
    let app = use_app();
    let text = use_state(String::new);
    let category = use_state(|| None::<CategoryId>);
    let menu = &props.draft.now;
    let oninput = {
        let text = text.clone();
        Callback::from(move |t| text.set(t))
    };
    let wanted = text.trim().to_lowercase();
    let shown: Vec<&Item> = menu
        .items
        .iter()
        .filter(|i| category.as_ref().is_none_or(|c| i.category == *c))
        .filter(|i| {
            wanted.is_empty() || i.id.0.contains(&wanted) || i.name.words().any(|n| n.to_lowercase().contains(&wanted))
        })
        .collect();
    let edit = {
        let app = app.clone();
        Callback::from(move |id: ItemId| app.open(&Route::Manager(format!("menu/item/{id}"))))
    };
    let add = {
        let (draft, edit, category, language) =
            (props.draft.clone(), edit.clone(), (*category).clone(), props.settings.language.clone());
        let settings = props.settings.clone();
        Callback::from(move |()| {
            if let Some(item) = new_item(&draft.now, &settings, category.clone(), &language) {
                let id = item.id.clone();
                draft.change(|m| m.items.push(item));
                edit.emit(id);
            }
        })
    };
    let close = super::open(&app, "menu");
    let chip = |id: Option<CategoryId>, label: String, sign: Option<Icon>| {
        let (category, on) = (category.clone(), *category == id);
        html! { <Chip key={label.clone()} label={label.clone()} {on} icon={sign} onclick={Callback::from(move |()| category.set(id.clone()))} /> }
    };
    let sections: Vec<(Option<&domain::menu::Category>, Vec<&Item>)> = menu
        .categories
        .iter()
        .map(|c| (Some(c), shown.iter().copied().filter(|i| i.category == c.id).collect::<Vec<_>>()))
        .chain([(None, shown.iter().copied().filter(|i| menu.category(&i.category).is_none()).collect())])
        .filter(|(_, items)| !items.is_empty())
        .collect();
    let open = menu.item(&ItemId::from(props.open.to_string())).is_some();
    html! {<>
        <div class="menu-tools">
            <Search label={t!("order.search")} value={(*text).clone()} {oninput} id="find-item" />
            <Button label={t!("man.menu.new_item")} icon={Icon::Plus} onclick={add} disabled={menu.categories.is_empty() || menu.taxes.is_empty()} id="new-item" />
        </div>
        <div class="chips one">
            {chip(None, t!("floor.all"), None)}
            { for menu.categories.iter().map(|c| chip(Some(c.id.clone()), i18n::words(&c.name), Some(category_icon(&c.icon)))) }
        </div>
        if shown.is_empty() {
            <Empty icon={Icon::Menu} title={if menu.items.is_empty() { t!("man.menu.empty") } else { t!("order.found_none", text = text.trim()) }} next={t!("man.menu.empty_next")} />
        }
        { for sections.into_iter().map(|(category, items)| html! {
            <section class="item-section" key={category.map_or_else(String::new, |c| c.id.to_string())}>
                <h3>{category.map_or_else(|| t!("man.menu.no_category"), |c| i18n::words(&c.name))}</h3>
                <div class="item-rows">{ for items.into_iter().map(|i| item_row(&props.draft, i, &edit)) }</div>
            </section>
        })}
        if open { <ItemSheet draft={props.draft.clone()} settings={props.settings.clone()} id={ItemId::from(props.open.to_string())} onclose={close} /> }
    </>}
}

fn new_item(menu: &Menu, settings: &Settings, category: Option<CategoryId>, language: &str) -> Option<Item> {
    let name = t!("man.menu.new_item");
    let station = settings.stations.first()?.id.clone();
    let tax: TaxId = menu.taxes.first()?.id.clone();
    Some(Item {
        id: ItemId::from(words::id_from(&name, |id| menu.item(&ItemId::from(id.to_owned())).is_some())),
        name: Text::one(language, &name),
        kitchen_name: None,
        category: category.or_else(|| menu.categories.first().map(|c| c.id.clone()))?,
        portions: vec![Portion {
            id: PortionId::from("portion"),
            name: Text::one(language, &name),
            price: Money::ZERO,
        }],
        groups: Vec::new(),
        station,
        tax,
        tax_takeaway: None,
        allergens: Vec::new(),
        diets: Vec::new(),
        course: 0,
        favourite: false,
        // Nobody can order it before its price is right.
        hidden: true,
    })
}

fn item_row(draft: &Draft<Menu>, item: &Item, edit: &Callback<ItemId>) -> Html {
    let id = item.id.clone();
    let prices: Vec<String> = item.portions.iter().map(|p| format::amount(p.price)).collect();
    let touched = draft.published.item(&item.id) != Some(item);
    html! {
        <button key={item.id.to_string()} type="button" class={classes!("item-row", item.hidden.then_some("hidden"))} data-testid={format!("item-{}", item.id)}
            onclick={edit.reform(move |_: MouseEvent| id.clone())}>
            <span class="name">{i18n::words(&item.name)}</span>
            <span class="marks">
                if touched { {badge(&Mark { tone: Tone::Warm, icon: Icon::Note, words: t!("man.menu.edited") })} }
                if item.favourite { {badge(&Mark { tone: Tone::Plain, icon: Icon::Star, words: t!("man.menu.favourite") })} }
                if item.hidden { {badge(&Mark { tone: Tone::Plain, icon: Icon::Eye, words: t!("man.menu.hidden") })} }
            </span>
            <bdi class="sum">{prices.join(" / ")}</bdi>
        </button>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_diff_names_what_publishing_changes() {
        let old = domain::demo::menu();
        let mut new = old.clone();
        assert_eq!(Diff::between(&old, &new), Diff::default());
        let gone = new.items.remove(0).id;
        new.items[0].portions[0].price += Money(10);
        new.items.last_mut().unwrap().id = "brand-new".into();
        let last = old.items.last().unwrap().id.clone();
        let diff = Diff::between(&old, &new);
        assert_eq!(diff.changed, [new.items[0].id.clone()]);
        assert_eq!(diff.added, ["brand-new".into()]);
        assert!(diff.removed.contains(&gone) && diff.removed.contains(&last) && !diff.rest);
        new.categories.pop();
        assert!(Diff::between(&old, &new).rest);
    }
}
