//! What a chef, a guest with an allergy and a tax inspector would check on the demo's card.

use std::collections::BTreeSet;

use super::*;
use crate::{
    clock::{DateOrder, Moment},
    ids::{ItemId, StationId},
    menu::{Allergen, Choice, Diet, Group, Item},
    money::Money,
};

fn item(id: &str) -> Item {
    menu().item(&id.into()).cloned().unwrap_or_else(|| panic!("no item {id}"))
}

fn groups_of<'a>(menu: &'a crate::menu::Menu, item: &Item) -> Vec<&'a Group> {
    item.groups.iter().filter_map(|id| menu.group(id)).collect()
}

#[test]
fn the_card_may_be_published_and_is_worth_showing() {
    let menu = menu();
    assert_eq!(menu.faults(), Vec::<String>::new());
    assert!((60..=80).contains(&menu.items.len()), "{} items", menu.items.len());
    assert!(menu.items.iter().filter(|i| i.portions.len() > 1).count() >= 10);
    assert!((8..=20).contains(&menu.items.iter().filter(|i| i.favourite).count()));
    for category in &menu.categories {
        let shown = menu.items.iter().filter(|i| i.category == category.id && !i.hidden).count();
        assert!((2..=14).contains(&shown), "{} has {shown} items", category.id);
        assert!(!category.icon.is_empty());
    }
}

#[test]
fn every_name_is_there_in_every_language() {
    let menu = menu();
    let names = menu.items.iter().flat_map(|i| std::iter::once(&i.name).chain(i.portions.iter().map(|p| &p.name)));
    let groups = menu.groups.iter().flat_map(|g| std::iter::once(&g.name).chain(g.options.iter().map(|o| &o.name)));
    for name in names.chain(groups).chain(menu.categories.iter().map(|c| &c.name)) {
        assert_eq!(name.languages().count(), LANGUAGES.len(), "{name:?}");
        assert!(name.is_usable() && name.words().all(|w| !w.is_empty()), "{name:?}");
    }
}

#[test]
fn every_line_finds_its_station_and_every_station_has_work() {
    let used: BTreeSet<StationId> = menu().items.into_iter().map(|i| i.station).collect();
    let known: BTreeSet<StationId> = settings("en").stations.into_iter().map(|s| s.id).collect();
    assert_eq!(used, known);
}

#[test]
fn diets_and_allergens_agree() {
    use Allergen::*;
    let animal = [Crustaceans, Eggs, Fish, Milk, Molluscs];
    let flesh = [Crustaceans, Fish, Molluscs];
    for item in menu().items {
        let none_of = |list: &[Allergen]| !item.allergens.iter().any(|a| list.contains(a));
        let is = |diet| item.diets.contains(&diet);
        assert!(!is(Diet::Vegan) || is(Diet::Vegetarian) && none_of(&animal), "{} is not vegan", item.id);
        assert!(!is(Diet::Vegetarian) || none_of(&flesh), "{} is not vegetarian", item.id);
        assert!(!is(Diet::GlutenFree) || none_of(&[Gluten]), "{} is not gluten free", item.id);
        assert!(item.allergens.is_sorted(), "{} lists its allergens in the law's order", item.id);
    }
    for id in ["ribeye", "burger", "panna-cotta", "vitello-tonnato", "carbonara", "pizza-prosciutto"] {
        assert!(!item(id).diets.contains(&Diet::Vegetarian), "{id} has meat or gelatine");
    }
}

#[test]
fn a_component_of_a_set_menu_is_on_the_card_which_declares_its_allergens() {
    let menu = menu();
    for option in menu.groups.iter().flat_map(|g| &g.options).filter(|o| o.item.is_some()) {
        let item = option.item.as_ref().and_then(|id| menu.item(id)).expect("on the card");
        assert!(!item.hidden && option.allergens.is_empty(), "option {}", option.id);
        assert_eq!(option.id.0, item.id.0);
    }
}

#[test]
fn both_set_menus_send_each_component_to_its_own_station() {
    let menu = menu();
    let stations = |id: &str| -> BTreeSet<StationId> {
        let dish = menu.item(&id.into()).cloned().into_iter();
        dish.flat_map(|dish| groups_of(&menu, &dish).into_iter().flat_map(|g| &g.options).collect::<Vec<&Choice>>())
            .filter_map(|option| menu.item(option.item.as_ref()?))
            .map(|item| item.station.clone())
            .collect()
    };
    assert_eq!(stations("lunch-menu"), ["bar", "cold", "grill", "kitchen", "pizza"].map(StationId::from).into());
    assert_eq!(stations("pizza-menu"), ["bar", "pizza"].map(StationId::from).into());
    for id in ["lunch-menu", "pizza-menu"] {
        assert!(groups_of(&menu, &item(id)).iter().all(|g| (g.min, g.max) == (1, 1)), "{id} asks for every part");
    }
}

#[test]
fn a_steak_asks_how_it_is_cooked_and_a_salad_on_the_side_asks_for_its_dressing() {
    let menu = menu();
    let steak = item("ribeye");
    let temperature = groups_of(&menu, &steak)[0];
    assert_eq!((temperature.min, temperature.max, temperature.options.len()), (1, 1, 5));
    let side =
        groups_of(&menu, &steak)[1].options.iter().find(|o| !o.groups.is_empty()).expect("a side with a question");
    assert_eq!((side.id.0.as_str(), side.groups[0].0.as_str()), ("side-salad", "dressing"));
}

#[test]
fn defaults_never_exceed_what_a_group_allows() {
    for group in menu().groups {
        let ids: BTreeSet<_> = group.options.iter().map(|o| &o.id).collect();
        assert_eq!(ids.len(), group.options.len(), "options of {}", group.id);
        assert!(group.options.iter().filter(|o| o.default).count() <= usize::from(group.max), "{}", group.id);
    }
}

#[test]
fn happy_hour_and_lunch_cost_what_the_board_says() {
    let menu = menu();
    // (item, portion, day of November 2026 and local time, price in cent, price list)
    for (id, portion, (day, hour, minute), cents, list) in [
        ("negroni", "regular", (21, 16, 59), 890, None),
        ("negroni", "regular", (21, 17, 0), 445, Some("happy-hour")),
        ("lager", "large", (22, 18, 59), 225, Some("happy-hour")),
        ("lager", "large", (22, 19, 0), 450, None),
        ("house-red", "glass", (21, 18, 0), 380, None),
        ("lunch-menu", "regular", (20, 12, 0), 1390, Some("weekday-lunch")),
        ("lunch-menu", "regular", (21, 12, 0), 1690, None),
        ("espresso", "double", (20, 13, 0), 240, None),
        ("pizza-margherita", "large", (20, 13, 0), 1290, None),
    ] {
        let midnight = i64::from(crate::clock::Date::from_civil(2026, 11, day).expect("a date").0) * 86_400_000;
        let now = Moment { at: midnight + (hour * 60 + minute - 60) * 60_000, offset: 60 };
        let (price, from) = menu.price_at(&item(id), &portion.into(), now).expect("a price");
        assert_eq!(
            (price, from.map(|l| l.id.0.as_str())),
            (Money(cents), list),
            "{id} at {}",
            now.text(DateOrder::Iso)
        );
    }
}

#[test]
fn price_lists_name_items_and_portions_that_exist() {
    let menu = menu();
    for price in menu.price_lists.iter().flat_map(|l| &l.prices) {
        match price {
            crate::menu::ListPrice::Portion { item, portion, .. } => {
                let found = menu.item(item).is_some_and(|i| i.portions.iter().any(|p| p.id == *portion));
                assert!(found, "{item} {portion}");
            }
            crate::menu::ListPrice::Category { category, .. } => assert!(menu.category(category).is_some()),
        }
    }
}

#[test]
fn drinks_are_taxed_as_drinks_and_food_to_take_away_as_the_law_says() {
    for item in menu().items {
        let drink = item.station == StationId::from("bar");
        assert_eq!(item.tax.0, if drink { "drinks" } else { "food" }, "{}", item.id);
        assert_eq!(item.tax_takeaway.is_some(), !drink, "{}", item.id);
        assert_eq!(item.course == 0, drink, "{}", item.id);
    }
    assert!(menu().item(&ItemId::from("lager")).is_some());
}
