//! What a manager does with a spreadsheet, and what goes wrong with it.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::{
    demo,
    ids::PortionId,
    menu::{Allergen, Diet, Portion, export},
    money::{Money, Ppm},
    text::Text,
};

fn settings() -> Settings {
    demo::settings("en")
}

/// A card of two dishes and a drink, with the demo's taxes and no price lists.
fn small() -> Menu {
    static CARD: LazyLock<Menu> = LazyLock::new(|| {
        let demo = demo::menu();
        let keep = ["bruschetta", "ribeye", "house-red"].map(ItemId::from);
        let items = demo.items.into_iter().filter(|i| keep.contains(&i.id)).collect();
        let groups = demo.groups.into_iter().filter(|g| g.options.iter().all(|o| o.item.is_none())).collect();
        Menu { items, groups, price_lists: Vec::new(), ..demo }
    });
    CARD.clone()
}

fn accepted(current: &Menu, sheet: &str) -> Menu {
    import(current, &settings(), MenuFormat::Csv, sheet).unwrap_or_else(|faults| panic!("{sheet}\n{faults:#?}"))
}

/// A file is refused with exactly these faults: line, first word of the column, and words of the sentence.
fn refused(format: MenuFormat, text: &str, expected: &[(u32, &str, &str)]) {
    let faults = import(&small(), &settings(), format, text).expect_err(text);
    let column = |f: &'_ ImportFault| f.column.split(' ').next().unwrap_or_default().to_owned();
    let places: Vec<(u32, String)> = faults.iter().map(|f| (f.line, column(f))).collect();
    let wanted: Vec<(u32, String)> = expected.iter().map(|(line, column, _)| (*line, (*column).to_owned())).collect();
    assert_eq!(places, wanted, "{text:.200}\n{faults:#?}");
    for (fault, (_, _, words)) in faults.iter().zip(expected) {
        assert!(fault.what.contains(words), "{text:.200}\n{fault:?} says nothing of {words:?}");
    }
    let view = try_import(&small(), &settings(), format, text);
    assert_eq!((view.faults, view.added.len() + view.changed.len() + view.removed.len()), (faults, 0), "trying agrees");
}

#[test]
fn the_demo_card_comes_back_as_it_went_out() {
    let menu = demo::menu();
    for format in [MenuFormat::Csv, MenuFormat::Json] {
        for language in ["en", "es", "de"] {
            let settings = demo::settings(language);
            let text = export(&menu, &settings, format);
            assert_eq!(import(&menu, &settings, format, &text), Ok(menu.clone()));
            let view = try_import(&menu, &settings, format, &text);
            assert!(
                view.faults.is_empty() && view.added.is_empty() && view.changed.is_empty() && view.removed.is_empty()
            );
        }
    }
}

#[test]
fn a_sheet_as_european_spreadsheets_write_it_is_read_too() {
    let text = export(&small(), &settings(), MenuFormat::Csv);
    let rows: Vec<String> = text
        .trim_start_matches('\u{feff}')
        .lines()
        .map(|line| {
            assert!(!line.contains('"'), "this card needs no quotes");
            let cells = line.split(',').map(|c| c.parse::<f64>().map_or(c.to_owned(), |_| c.replace('.', ",")));
            cells.collect::<Vec<_>>().join(";")
        })
        .collect();
    assert!(rows[1].contains(";6,90;"), "{}", rows[1]);
    assert_eq!(accepted(&small(), &rows.join("\r")), small());
}

#[test]
fn a_list_of_ids_and_prices_is_enough_to_raise_prices() {
    let sheet = "id,portion,price\nbruschetta,,7.20\nribeye,,28\nhouse-red,glass,4\nhouse-red,Bottle,17.50\nhouse-red,carafe,9.90\n";
    let menu = accepted(&small(), sheet);
    let mut expected = small();
    for (item, prices) in expected.items.iter_mut().zip([&[720][..], &[2800], &[400, 1750, 990]]) {
        if item.portions.len() == 3 {
            item.portions.swap(1, 2);
        }
        item.portions.iter_mut().zip(prices).for_each(|(portion, price)| portion.price = Money(*price));
    }
    assert_eq!(menu, expected, "everything else stays, and portions come in the sheet's order");
}

#[test]
fn a_hand_written_sheet_makes_a_card() {
    let sheet = "Name,Category,Portion,Price,Station,Tax,Allergens,Diets,Course,Favourite\r\n\
        Käsespätzle,Hearty things,,\"11,90\",hot kitchen,food,\"gluten, eggs, dairy\",vegetarian,2,yes\r\n\
        Most,Beer,Glass,2.80,bar,Drinks,,,,\r\n\
        Most,Beer,Jug (1 l),9.50,,,,,,\r\n\
        ,,,,,,,,,\r\n\
        Tomato bruschetta,Starters,,7,cold,food,gluten,vegan,1,\r\n";
    let menu = accepted(&small(), sheet);
    let [spaetzle, most, bruschetta] = menu.items.as_slice() else { panic!("{} items", menu.items.len()) };
    assert_eq!((spaetzle.id.0.as_str(), spaetzle.category.0.as_str()), ("käsespätzle", "hearty-things"));
    assert_eq!(menu.categories.last().map(|c| c.name.get("en")), Some("Hearty things"), "a new category is made");
    assert_eq!(menu.categories.len(), small().categories.len() + 1);
    assert_eq!(spaetzle.allergens, [Allergen::Gluten, Allergen::Eggs, Allergen::Milk]);
    assert_eq!((spaetzle.station.0.as_str(), spaetzle.portions[0].id.0.as_str()), ("kitchen", "regular"));
    assert_eq!((spaetzle.course, spaetzle.favourite, spaetzle.diets.as_slice()), (2, true, &[Diet::Vegetarian][..]));
    let portions = [("glass", "Glass", 280), ("jug-1-l", "Jug (1 l)", 950)].map(|(id, name, price)| Portion {
        id: id.into(),
        name: Text::one("en", name),
        price: Money(price),
    });
    assert_eq!((most.portions.as_slice(), most.category.0.as_str()), (&portions[..], "beer"));
    assert_eq!(bruschetta.id.0, "bruschetta", "the item of that name keeps its id");
    assert_eq!(bruschetta.groups, small().items[0].groups, "the sheet does not speak of groups");
    assert_eq!(bruschetta.name.get("es"), "Bruschetta de tomate");
    assert_eq!(bruschetta.diets, [Diet::Vegan], "a column that is there says everything");
}

#[test]
fn trying_shows_what_would_come_change_and_go() {
    let sheet = "id,name,category,price,station,tax\nribeye,,mains,30,grill,food\nsoup,Soup,starters,6,kitchen,food\n";
    let view = try_import(&small(), &settings(), MenuFormat::Csv, sheet);
    assert_eq!(view.faults.len(), 1, "the ribeye would lose its name: {:?}", view.faults);
    let sheet = sheet.replace("ribeye,,", "ribeye,Ribeye,");
    let view = try_import(&small(), &settings(), MenuFormat::Csv, &sheet);
    let ids = |list: &[ItemId]| list.iter().map(|i| i.to_string()).collect::<Vec<_>>();
    assert_eq!((view.faults.as_slice(), ids(&view.added)), (&[][..], vec!["soup".to_owned()]));
    assert_eq!(
        (ids(&view.changed), ids(&view.removed)),
        (vec!["ribeye".into()], vec!["bruschetta".into(), "house-red".into()])
    );
}

#[test]
fn a_price_list_forgets_what_is_gone_and_a_set_menu_does_not() {
    let mut menu = small();
    let price = |item: &str, portion: &str| ListPrice::Portion {
        item: item.into(),
        portion: PortionId::from(portion),
        price: Money(100),
    };
    menu.price_lists = demo::menu().price_lists;
    menu.price_lists[1].prices = vec![price("ribeye", "regular"), price("house-red", "glass")];
    let after = accepted(&menu, "id,price\nribeye,30\n");
    assert_eq!(after.price_lists[1].prices, [price("ribeye", "regular")]);
    assert_eq!(after.price_lists[0], menu.price_lists[0]);

    let faults = import(&demo::menu(), &settings(), MenuFormat::Csv, "id,price\nribeye,30\n").expect_err("combos");
    assert!(faults.iter().any(|f| f.line == 0 && f.what.contains("'lunch-starter'")), "{faults:#?}");
}

#[test]
fn every_fault_of_a_sheet_is_named_by_line_and_column() {
    let csv = |text: &str, expected: &[(u32, &str, &str)]| refused(MenuFormat::Csv, text, expected);
    csv("", &[(0, "", "nothing")]);
    csv("\r\n,,\r\n", &[(0, "", "nothing")]);
    csv("id,prize\nribeye,30\n", &[(1, "prize", "no such column"), (1, "price", "none for the price")]);
    csv("id,price,ID\n", &[(1, "ID", "twice")]);
    csv("category,price\n", &[(1, "name", "name or the id")]);
    csv("id,price\nribeye,\"30\n", &[(2, "", "never closed")]);
    csv("id,price\nribeye,\"30\"x\n", &[(2, "", "closing quote")]);
    csv("id,price\nribeye,30,31\n", &[(2, "", "more cells")]);
    csv("id,price\n,30\n", &[(2, "id", "needs an id or a name")]);
    csv("id,price\nribeye,\n\nhouse-red,ten\n", &[(2, "price", "no price"), (4, "price", "'ten' is not a price")]);
    csv("id,price\nribeye,-1\nribeye,2\n", &[(2, "price", "below zero"), (3, "portion", "twice")]);
    csv("id,price\nribeye,12.345\n", &[(2, "price", "12.50")]);
    csv("id,name,price\nribeye,Rib\u{7}eye,30\n", &[(2, "name_en", "cannot be printed")]);
    csv(
        "id,name,price\nribeye,\"Rib\neye\",30\nhouse-red,,4\n",
        &[(2, "name_en", "line breaks"), (4, "name_en", "needs a name")],
    );
    csv(&format!("id,name,price\nribeye,{},30\n", "x".repeat(81)), &[(2, "name_en", "80 characters")]);
    csv("id,price,allergens\nribeye,30,glutten\n", &[(2, "allergens", "'glutten' is not an allergen")]);
    csv("id,price,diets\nribeye,30,paleo\n", &[(2, "diets", "'paleo' is not a diet")]);
    csv("id,price,course\nribeye,30,10\n", &[(2, "course", "not a course")]);
    csv("id,price,hidden\nribeye,30,maybe\n", &[(2, "hidden", "neither yes nor no")]);
    csv("id,price,groups\nribeye,30,sauces | spices\n", &[(2, "groups", "'spices'")]);
    csv("id,price,tax\nribeye,30,luxury\n", &[(2, "tax", "food, drinks, takeaway")]);
    csv("id,price,tax_takeaway\nribeye,30,luxury\n", &[(2, "tax_takeaway", "'luxury'")]);
    csv("id,price,station\nribeye,30,gril\n", &[(2, "station", "grill, kitchen, cold, pizza, bar")]);
    csv("id,price,category\nribeye,30,\n", &[(2, "category", "needs a category")]);
    csv("id,price,category\nribeye,30,!!\n", &[(2, "category", "'!!'")]);
    csv("id,portion,price,course\nribeye,small,30,2\nribeye,large,40,3\n", &[(3, "course", "line 2")]);
    csv("id,portion,price\nribeye,???,30\n", &[(2, "portion", "'???'")]);
    csv(
        "id,portion,portion_en,price\nsmall,a,,3\n",
        &[
            (2, "name_en", "needs a name"),
            (2, "category", "needs a category"),
            (2, "station", "needs a station"),
            (2, "tax", "needs a tax"),
        ],
    );
    csv("id,portion,price\nribeye,,30\nribeye,Glass,4\n,,5\n", &[(4, "id", "needs an id")]);
}

/// The small card as JSON, beginning otherwise.
fn text_with(head: &str) -> String {
    export(&small(), &settings(), MenuFormat::Json).replacen('{', head, 1)
}

fn line_of(text: &str, words: &str) -> u32 {
    1 + text.lines().position(|line| line.contains(words)).expect("a line") as u32
}

#[test]
fn every_fault_of_a_json_menu_is_named_by_place() {
    let json = |text: &str, expected: &[(u32, &str, &str)]| refused(MenuFormat::Json, text, expected);
    json("", &[(1, "character", "EOF")]);
    json("{\n  \"items\": [\n", &[(3, "character", "EOF")]);
    json("[]", &[(1, "character", "invalid length")]);
    let deep = |n| text_with(&format!("{{\"x\": {}{},", "[".repeat(n), "]".repeat(n)));
    json(&deep(3), &[(0, "menu.x", "no such field")]);
    json(&deep(500), &[(1, "character", "recursion limit")]);
    let text = text_with("{");
    json(&text.replacen("\"course\"", "\"curse\"", 1), &[(0, "menu.items[0].curse", "no such field")]);
    json(
        &text.replacen("Tomato bruschetta", "Tomato\\u001b@", 1),
        &[(0, "menu.items[0].name.en", "cannot be printed")],
    );
    let broken = text.replacen("\"gluten\"", "\"glutten\"", 1);
    json(&broken, &[(line_of(&broken, "glutten"), "character", "unknown variant `glutten`")]);
    json(&text.replacen("\"station\": \"grill\"", "\"station\": \"smoker\"", 1), &[(0, "", "'smoker'")]);
    json(&text.replacen("\"price\": 690", "\"price\": -690", 1), &[(0, "", "below zero")]);
    let broken = text.replacen("\"price\": 690", "\"price\": 6.90", 1);
    json(&broken, &[(line_of(&broken, "6.90"), "character", "floating point")]);
    json(&text.replacen("\"id\": \"glass\"", "\"id\": \"bottle\"", 1), &[(0, "", "twice")]);
}

#[test]
fn a_thousand_faults_are_bounded_and_nothing_slips_through_behind_them() {
    let mut sheet = String::from("id,price\n");
    for i in 0..1000 {
        sheet.push_str(&format!("dish-{i},x\n"));
    }
    sheet.push_str("ribeye,30\n");
    let faults = import(&small(), &settings(), MenuFormat::Csv, &sheet).expect_err("faults");
    assert_eq!(faults.len(), MAX_IMPORT_FAULTS);
    let mut sheet = String::from("id,name,category,price,station,tax\n");
    for i in 0..2001 {
        sheet.push_str(&format!("dish-{i},Dish {i},mains,10,grill,food\n"));
    }
    refused(MenuFormat::Csv, &sheet, &[(0, "", "at most 2000 items")]);
}

#[test]
fn formulas_are_words_like_any_other() {
    let sheet = "id,name,price\nribeye,=1+1,30\n";
    assert_eq!(accepted(&small(), sheet).items[0].name.get("en"), "=1+1");
}

#[test]
fn a_portion_without_words_is_enough_while_it_is_the_only_one() {
    let mut menu = small();
    menu.items[0].portions[0].name = Text::default();
    let text = export(&menu, &settings(), MenuFormat::Csv);
    assert_eq!(accepted(&menu, &text), menu);
    menu.items[2].portions[1].name = Text::default();
    assert!(menu.faults_in(&settings()).iter().any(|f| f.contains("without a name")));
}

fn words() -> impl Strategy<Value = String> {
    "[A-Za-zéßñ寿🍕0-9\"',;|/=+@ -]{1,24}".prop_filter_map("blank", |w| {
        let words = w.trim().to_owned();
        (!words.is_empty()).then_some(words)
    })
}

fn text() -> impl Strategy<Value = Text> {
    prop::collection::btree_map(prop::sample::select(vec!["en", "es", "de", "pt-br"]), words(), 1..4)
        .prop_map(Text::from_iter)
}

fn some_of<T: Clone + std::fmt::Debug + 'static>(all: Vec<T>) -> impl Strategy<Value = Vec<T>> {
    let most = all.len().min(4);
    prop::sample::subsequence(all, 0..=most).prop_shuffle()
}

fn portions() -> impl Strategy<Value = Vec<Portion>> {
    let amount = prop_oneof![0i64..10_000, 0..=crate::money::MAX_AMOUNT];
    prop::collection::btree_map(words(), (text(), amount), 1..4).prop_map(|portions| {
        portions
            .into_iter()
            .map(|(id, (name, price))| Portion { id: id.as_str().into(), name, price: Money(price) })
            .collect()
    })
}

fn any_item() -> impl Strategy<Value = Item> {
    let demo = demo::menu();
    let one_of = |ids: Vec<String>| prop::sample::select(ids);
    let taxes: Vec<String> = demo.taxes.iter().map(|t| t.id.to_string()).collect();
    let places = (
        one_of(demo.categories.iter().map(|c| c.id.to_string()).collect()),
        one_of(settings().stations.iter().map(|s| s.id.to_string()).collect()),
        one_of(taxes.clone()),
        prop::option::of(one_of(taxes)),
        some_of(demo.groups.iter().map(|g| g.id.clone()).collect()),
    );
    let diets = vec![Diet::Vegetarian, Diet::Vegan, Diet::GlutenFree, Diet::Halal, Diet::Kosher];
    let marks = (some_of(Allergen::ALL.to_vec()), some_of(diets), 0u8..10, any::<bool>(), any::<bool>());
    (words(), text(), prop::option::of(words()), portions(), places, marks).prop_map(
        |(id, name, kitchen_name, portions, places, (allergens, diets, course, favourite, hidden))| Item {
            id: id.as_str().into(),
            name,
            kitchen_name,
            category: places.0.as_str().into(),
            portions,
            groups: places.4,
            station: places.1.as_str().into(),
            tax: places.2.as_str().into(),
            tax_takeaway: places.3.map(|t| t.as_str().into()),
            allergens,
            diets,
            course,
            favourite,
            hidden,
        },
    )
}

proptest! {
    #[test]
    fn what_goes_out_comes_back(items in prop::collection::vec(any_item(), 1..8), digits in 0u8..5) {
        let mut settings = settings();
        settings.currency.digits = digits;
        let base = small();
        let mut seen = BTreeSet::new();
        let items: Vec<Item> = items.into_iter().filter(|i| seen.insert(i.id.clone())).collect();
        // Combos of the demo's groups would point at dishes this card does not have.
        let mut groups = demo::menu().groups;
        groups.iter_mut().flat_map(|g| &mut g.options).for_each(|o| o.item = None);
        let menu = Menu { items, groups, ..base };
        prop_assert_eq!(menu.faults_in(&settings), Vec::<String>::new());
        let empty = Menu { items: Vec::new(), ..menu.clone() };
        for format in [MenuFormat::Csv, MenuFormat::Json] {
            let text = export(&menu, &settings, format);
            prop_assert_eq!(import(&menu, &settings, format, &text), Ok(menu.clone()), "over itself");
            prop_assert_eq!(import(&empty, &settings, format, &text), Ok(menu.clone()), "into an empty card");
        }
    }

    #[test]
    fn no_file_at_all_makes_the_import_stumble(text in "[a-z0-9,;\"|.\n\r\t{}\\[\\]: -]{0,80}") {
        for format in [MenuFormat::Csv, MenuFormat::Json] {
            for head in ["", "id,name,price,station,category,tax\n", "{\"items\":"] {
                match import(&small(), &settings(), format, &format!("{head}{text}")) {
                    Ok(menu) => prop_assert_eq!(menu.faults_in(&settings()), Vec::<String>::new()),
                    Err(faults) => prop_assert!((1..=MAX_IMPORT_FAULTS).contains(&faults.len())),
                }
            }
        }
    }
}

#[test]
fn a_menu_must_fit_its_store() {
    let check = |change: &dyn Fn(&mut Menu), words: &str| {
        let mut menu = demo::menu();
        change(&mut menu);
        let faults = menu.faults_in(&settings());
        assert!(faults.iter().any(|f| f.contains(words)), "{words}: {faults:?}");
    };
    check(&|m| m.items[0].station = "smoker".into(), "station 'smoker'");
    check(&|m| m.items[0].kitchen_name = Some("\u{1b}p".into()), "kitchen name");
    check(&|m| m.groups[0].options[1].id = m.groups[0].options[0].id.clone(), "two options");
    check(&|m| m.price_lists[0].windows[0].to = 1441, "hours outside the day");
    check(&|m| m.price_lists[0].windows[0].weekdays = vec![7], "not in the week");
    check(&|m| m.price_lists[0].name = Text::default(), "needs a name");
    check(
        &|m| m.price_lists[0].prices = vec![ListPrice::Category { category: "brunch".into(), share: Ppm(1) }],
        "category 'brunch'",
    );
    check(
        &|m| m.price_lists[0].prices = vec![ListPrice::Category { category: "beer".into(), share: Ppm(u32::MAX) }],
        "ten times",
    );
    let priced = |portion: &str, price| ListPrice::Portion {
        item: "espresso".into(),
        portion: portion.into(),
        price: Money(price),
    };
    check(&|m| m.price_lists[0].prices = vec![priced("triple", 1)], "portion 'triple'");
    check(&|m| m.price_lists[0].prices = vec![priced("single", -1)], "below zero");
}
