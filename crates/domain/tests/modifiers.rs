//! Modifiers on the demo's card: forced, optional, nested once, and the components of a set menu.

mod world;

use domain::{
    command::{Command, NewChange, NewLine, Pick},
    demo,
    ids::StationId,
    view::LineView,
};
use world::World;

fn trattoria() -> World {
    let mut world = World::new();
    world.must(Command::ChangeSettings { settings: Box::new(demo::settings("en")) });
    world.must(Command::PublishMenu { menu: Box::new(demo::menu()) });
    world.tell("seat T1 2").expect("a table");
    world
}

/// `group=option` or `group=option(group=option)`.
fn pick(words: &str) -> Pick {
    let (outer, inner) = words.strip_suffix(')').and_then(|w| w.split_once('(')).unwrap_or((words, ""));
    let (group, option) = outer.split_once('=').expect("group=option");
    let options = inner.split(',').filter(|w| !w.is_empty()).map(pick).collect();
    Pick { group: group.into(), option: option.into(), options }
}

fn picks(words: &str) -> Vec<Pick> {
    words.split_whitespace().map(pick).collect()
}

/// Adds an item with these options and tells what the line became: price, options, open choices; or the "no".
fn added(world: &mut World, item: &str, options: &str) -> String {
    let line: NewLine =
        serde_json::from_value(serde_json::json!({ "item": item, "options": picks(options) })).expect("a line");
    match world.run(Command::AddLines { check: world.check, lines: vec![line] }) {
        Ok(_) => told(world, item),
        Err(no) => serde_json::to_value(&no).expect("data")["code"].as_str().unwrap_or_default().to_owned(),
    }
}

fn told(world: &World, item: &str) -> String {
    let id = world.line(item);
    let view = world.view();
    let line: &LineView = view.lines.iter().find(|l| l.id == id).expect("on the check");
    let options: Vec<String> =
        line.options.iter().map(|o| format!("{}{}", "-".repeat(usize::from(o.depth)), o.option)).collect();
    let missing: Vec<&str> = line.missing.iter().map(|g| g.0.as_str()).collect();
    format!("{} [{}] missing [{}]", line.each.0, options.join(" "), missing.join(" "))
}

#[track_caller]
fn check(item: &str, options: &str, expected: &str) {
    assert_eq!(added(&mut trattoria(), item, options), expected, "{item} {options}");
}

#[test]
fn a_tap_adds_with_the_usual_and_leaves_a_gap_for_what_must_be_asked() {
    check("ribeye", "", "2650 [fries] missing [steak-temperature]");
    check("ribeye", "steak-temperature=rare", "2650 [rare fries] missing []");
    check("chicken", "", "1590 [fries] missing []");
    check("cappuccino", "", "240 [] missing []");
    check("tea", "", "290 [] missing [tea-kind]");
    check("gelato", "", "480 [] missing [gelato-flavours]");
}

#[test]
fn priced_options_add_up_and_replace_the_usual() {
    check("cappuccino", "coffee-milk=oat", "280 [oat] missing []");
    check("chicken", "side-choice=grilled-vegetables", "1690 [grilled-vegetables] missing []");
    check("chicken", "side-choice=fries side-choice=grilled-vegetables", "1690 [fries grilled-vegetables] missing []");
    check(
        "burger",
        "burger-extras=bacon burger-extras=fried-egg leave-out=no-onion",
        "1790 [fries bacon fried-egg no-onion] missing []",
    );
    check("gelato", "gelato-flavours=pistachio gelato-flavours=lemon", "540 [pistachio lemon] missing []");
}

#[test]
fn a_salad_on_the_side_asks_for_its_dressing() {
    check("chicken", "side-choice=side-salad", "1590 [side-salad] missing [dressing]");
    check("chicken", "side-choice=side-salad(dressing=caesar)", "1640 [side-salad -caesar] missing []");
    check("mixed-salad", "", "590 [] missing [dressing]");
}

#[test]
fn what_does_not_belong_is_refused() {
    check("ribeye", "steak-temperature=blue", "unknown_option");
    check("ribeye", "pizza-extras=ham", "unknown_option");
    check("chicken", "side-choice=fries(dressing=caesar)", "unknown_option");
    check("chicken", "side-choice=side-salad(sauces=pepper)", "unknown_option");
    check("ribeye", "steak-temperature=rare steak-temperature=medium", "too_many_choices");
    check("chicken", "side-choice=side-salad(dressing=caesar,dressing=balsamic)", "too_many_choices");
    check("gelato", "gelato-flavours=lemon gelato-flavours=lemon gelato-flavours=vanilla", "too_many_choices");
}

#[test]
fn an_open_choice_holds_back_firing_until_it_is_made() {
    let mut world = trattoria();
    added(&mut world, "ribeye", "");
    assert_eq!(
        world.tell("fire").map_err(|no| no.to_string()),
        Err("1 lines still need a choice before they can be fired.".into())
    );
    let line = world.line("ribeye");
    let options = NewChange::Options(picks("steak-temperature=medium side-choice=side-salad(dressing=lemon-oil)"));
    world.must(Command::ChangeLine { check: world.check, line, change: options });
    assert_eq!(told(&world, "ribeye"), "2650 [medium side-salad -lemon-oil] missing []");
    world.tell("fire").expect("nothing is open any more");
}

#[test]
fn a_set_menu_is_one_price_and_each_part_goes_to_its_own_station() {
    let mut world = trattoria();
    check("lunch-menu", "", "1690 [] missing [lunch-starter lunch-main menu-drink]");
    let choice =
        "lunch-starter=side-salad(dressing=balsamic) lunch-main=tagliata(steak-temperature=rare) menu-drink=house-red";
    assert_eq!(
        added(&mut world, "lunch-menu", choice),
        "2270 [side-salad -balsamic tagliata -rare house-red] missing []"
    );
    let stations = world.facts().lines[&world.line("lunch-menu")].stations();
    assert_eq!(stations, ["bar", "cold", "grill"].map(StationId::from));
    check(
        "lunch-menu",
        "lunch-starter=minestrone lunch-main=tagliata menu-drink=cola",
        "2190 [minestrone tagliata cola] missing [steak-temperature]",
    );
}

#[test]
fn a_line_declares_the_allergens_of_all_that_is_chosen() {
    let mut world = trattoria();
    let declared = |world: &World, item: &str| {
        let id = world.line(item);
        let view = world.view();
        let line = view.lines.iter().find(|l| l.id == id).expect("on the check");
        let names: std::collections::BTreeSet<String> =
            line.allergens.iter().map(|a| format!("{a:?}").to_lowercase()).collect();
        names.into_iter().collect::<Vec<_>>().join(" ")
    };
    added(&mut world, "ribeye", "steak-temperature=rare sauces=pepper");
    assert_eq!(declared(&world, "ribeye"), "celery milk sulphites");
    added(&mut world, "chicken", "side-choice=side-salad(dressing=caesar)");
    assert_eq!(declared(&world, "chicken"), "eggs fish milk mustard");
    added(&mut world, "pizza-menu", "menu-pizza=pizza-diavola menu-drink=lager");
    assert_eq!(declared(&world, "pizza-menu"), "gluten milk");
}
