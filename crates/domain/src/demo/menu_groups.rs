//! Modifier groups: forced ones ask before firing, priced ones add up, and a side that is a salad asks for its dressing.

use super::{Words, same, text};
use crate::{
    menu::{Allergen, Allergen::*, Choice, Group},
    money::Money,
};

pub(super) fn groups() -> Vec<Group> {
    vec![
        steak_temperature(),
        side_choice(),
        dressing(),
        sauces(),
        burger_extras(),
        pizza_extras(),
        leave_out(),
        pasta_extras(),
        salad_extras(),
        gelato_flavours(),
        coffee_milk(),
        tea_kind(),
        ice(),
        lunch_starter(),
        lunch_main(),
        menu_pizza(),
        menu_drink(),
    ]
}

fn group(id: &str, name: Words, min: u8, max: u8, options: Vec<Choice>) -> Group {
    Group { id: id.into(), name: text(name), min, max, options }
}

fn choice(id: &str, name: Words) -> Choice {
    Choice {
        id: id.into(),
        name: text(name),
        price: Money::ZERO,
        default: false,
        item: None,
        groups: Vec::new(),
        allergens: Vec::new(),
    }
}

fn priced(id: &str, name: Words, price: i64, allergens: &[Allergen]) -> Choice {
    Choice { price: Money(price), allergens: allergens.to_vec(), ..choice(id, name) }
}

/// A component of a combo: the item of the same name, with its surcharge. Its allergens are the item's.
fn component(item: &str, name: Words, price: i64) -> Choice {
    Choice { item: Some(item.into()), ..priced(item, name, price, &[]) }
}

fn asking(option: Choice, groups: &[&str]) -> Choice {
    Choice { groups: groups.iter().map(|g| (*g).into()).collect(), ..option }
}

fn by_default(option: Choice) -> Choice {
    Choice { default: true, ..option }
}

fn steak_temperature() -> Group {
    group(
        "steak-temperature",
        ["How cooked", "Punto de la carne", "Garstufe"],
        1,
        1,
        vec![
            choice("rare", ["Rare", "Poco hecho", "Blutig"]),
            choice("medium-rare", ["Medium rare", "Al punto menos", "Medium rare"]),
            choice("medium", ["Medium", "Al punto", "Medium"]),
            choice("medium-well", ["Medium well", "Hecho", "Medium well"]),
            choice("well-done", ["Well done", "Muy hecho", "Durchgebraten"]),
        ],
    )
}

fn side_choice() -> Group {
    group(
        "side-choice",
        ["Side", "Guarnición", "Beilage"],
        0,
        2,
        vec![
            by_default(choice("fries", ["Fries", "Patatas fritas", "Pommes frites"])),
            choice("rosemary-potatoes", ["Rosemary potatoes", "Patatas al romero", "Rosmarinkartoffeln"]),
            priced("grilled-vegetables", ["Grilled vegetables", "Verduras a la parrilla", "Grillgemüse"], 100, &[]),
            asking(choice("side-salad", ["Side salad", "Ensalada", "Beilagensalat"]), &["dressing"]),
        ],
    )
}

fn dressing() -> Group {
    group(
        "dressing",
        ["Dressing", "Aliño", "Dressing"],
        1,
        1,
        vec![
            priced(
                "vinaigrette",
                ["Mustard vinaigrette", "Vinagreta de mostaza", "Senf-Vinaigrette"],
                0,
                &[Mustard, Sulphites],
            ),
            priced("balsamic", ["Balsamic", "Balsámico", "Balsamico"], 0, &[Sulphites]),
            priced("caesar", ["Caesar", "César", "Caesar"], 50, &[Eggs, Fish, Milk, Mustard]),
            choice("lemon-oil", ["Lemon & oil", "Limón y aceite", "Zitrone & Öl"]),
            choice("no-dressing", ["No dressing", "Sin aliño", "Ohne Dressing"]),
        ],
    )
}

fn sauces() -> Group {
    group(
        "sauces",
        ["Sauce", "Salsa", "Soße"],
        0,
        2,
        vec![
            priced("pepper", ["Pepper sauce", "Salsa de pimienta", "Pfeffersoße"], 220, &[Milk, Celery, Sulphites]),
            priced("gorgonzola", ["Gorgonzola sauce", "Salsa gorgonzola", "Gorgonzolasoße"], 250, &[Milk]),
            priced("chimichurri", same("Chimichurri"), 150, &[Sulphites]),
        ],
    )
}

fn burger_extras() -> Group {
    group(
        "burger-extras",
        ["Extras", "Extras", "Extras"],
        0,
        4,
        vec![
            priced("cheddar", ["Cheddar", "Cheddar", "Cheddar"], 120, &[Milk]),
            priced("bacon", ["Bacon", "Beicon", "Bacon"], 150, &[]),
            priced("fried-egg", ["Fried egg", "Huevo frito", "Spiegelei"], 150, &[Eggs]),
            priced("double-patty", ["Second patty", "Doble carne", "Zweites Patty"], 450, &[]),
        ],
    )
}

fn pizza_extras() -> Group {
    group(
        "pizza-extras",
        ["Extra topping", "Ingrediente extra", "Extra-Belag"],
        0,
        5,
        vec![
            priced("mozzarella", ["Extra mozzarella", "Extra de mozzarella", "Extra Mozzarella"], 150, &[Milk]),
            priced("mushrooms", ["Mushrooms", "Champiñones", "Champignons"], 120, &[]),
            priced("salami", ["Spicy salami", "Salami picante", "Scharfe Salami"], 200, &[]),
            priced("ham", ["Ham", "Jamón cocido", "Schinken"], 180, &[]),
            priced("anchovies", ["Anchovies", "Anchoas", "Sardellen"], 180, &[Fish]),
            priced("rocket", ["Rocket", "Rúcula", "Rucola"], 120, &[]),
        ],
    )
}

fn leave_out() -> Group {
    group(
        "leave-out",
        ["Leave out", "Sin", "Weglassen"],
        0,
        4,
        vec![
            choice("no-onion", ["No onion", "Sin cebolla", "Ohne Zwiebel"]),
            choice("no-garlic", ["No garlic", "Sin ajo", "Ohne Knoblauch"]),
            choice("no-cheese", ["No cheese", "Sin queso", "Ohne Käse"]),
            choice("no-tomato", ["No tomato", "Sin tomate", "Ohne Tomate"]),
        ],
    )
}

fn pasta_extras() -> Group {
    group(
        "pasta-extras",
        ["Extras", "Extras", "Extras"],
        0,
        3,
        vec![
            priced("parmesan", ["Extra parmesan", "Extra de parmesano", "Extra Parmesan"], 100, &[Milk]),
            choice("chilli", ["Chilli oil", "Aceite picante", "Chiliöl"]),
            priced("gluten-free-pasta", ["Gluten-free pasta", "Pasta sin gluten", "Glutenfreie Pasta"], 200, &[]),
            choice("no-garlic", ["No garlic", "Sin ajo", "Ohne Knoblauch"]),
        ],
    )
}

fn salad_extras() -> Group {
    group(
        "salad-extras",
        ["On top", "Por encima", "Dazu"],
        0,
        3,
        vec![
            priced("chicken", ["Grilled chicken", "Pollo a la parrilla", "Gegrilltes Hähnchen"], 350, &[]),
            priced("prawns", ["Prawns", "Gambas", "Garnelen"], 450, &[Crustaceans, Sulphites]),
            priced("avocado", ["Avocado", "Aguacate", "Avocado"], 250, &[]),
            choice("no-onion", ["No onion", "Sin cebolla", "Ohne Zwiebel"]),
        ],
    )
}

fn gelato_flavours() -> Group {
    group(
        "gelato-flavours",
        ["Flavours", "Sabores", "Sorten"],
        1,
        2,
        vec![
            priced("vanilla", ["Vanilla", "Vainilla", "Vanille"], 0, &[Eggs, Milk]),
            priced("chocolate", ["Chocolate", "Chocolate", "Schokolade"], 0, &[Eggs, Soy, Milk]),
            priced("pistachio", ["Pistachio", "Pistacho", "Pistazie"], 60, &[Eggs, Milk, Nuts]),
            choice("strawberry", ["Strawberry sorbet", "Sorbete de fresa", "Erdbeersorbet"]),
            choice("lemon", ["Lemon sorbet", "Sorbete de limón", "Zitronensorbet"]),
        ],
    )
}

fn coffee_milk() -> Group {
    group(
        "coffee-milk",
        ["Milk", "Leche", "Milch"],
        0,
        1,
        vec![
            priced("oat", ["Oat milk", "Bebida de avena", "Hafermilch"], 40, &[Gluten]),
            priced("soy", ["Soy milk", "Bebida de soja", "Sojamilch"], 40, &[Soy]),
            priced("lactose-free", ["Lactose-free milk", "Leche sin lactosa", "Laktosefreie Milch"], 0, &[Milk]),
            choice("decaf", ["Decaf", "Descafeinado", "Entkoffeiniert"]),
        ],
    )
}

fn tea_kind() -> Group {
    group(
        "tea-kind",
        ["Which tea", "Qué té", "Welcher Tee"],
        1,
        1,
        vec![
            choice("black", ["Black tea", "Té negro", "Schwarztee"]),
            choice("green", ["Green tea", "Té verde", "Grüner Tee"]),
            choice("peppermint", ["Peppermint", "Menta", "Pfefferminze"]),
            choice("camomile", ["Camomile", "Manzanilla", "Kamille"]),
        ],
    )
}

fn ice() -> Group {
    group(
        "ice",
        ["Ice & lemon", "Hielo y limón", "Eis & Zitrone"],
        0,
        2,
        vec![choice("no-ice", ["No ice", "Sin hielo", "Ohne Eis"]), choice("lemon", ["Lemon", "Limón", "Zitrone"])],
    )
}

fn lunch_starter() -> Group {
    group(
        "lunch-starter",
        ["Starter", "Primero", "Vorspeise"],
        1,
        1,
        vec![
            component("minestrone", same("Minestrone"), 0),
            component("bruschetta", ["Tomato bruschetta", "Bruschetta de tomate", "Tomaten-Bruschetta"], 0),
            asking(component("side-salad", ["Side salad", "Ensalada", "Beilagensalat"], 0), &["dressing"]),
        ],
    )
}

fn lunch_main() -> Group {
    group(
        "lunch-main",
        ["Main", "Segundo", "Hauptgang"],
        1,
        1,
        vec![
            component("arrabbiata", ["Penne all'arrabbiata", "Penne a la arrabbiata", "Penne all'arrabbiata"], 0),
            component("pizza-margherita", ["Pizza margherita", "Pizza margarita", "Pizza Margherita"], 0),
            component("chicken", ["Lemon chicken", "Pollo al limón", "Zitronenhähnchen"], 150),
            asking(
                component("tagliata", ["Beef tagliata", "Tagliata de ternera", "Rinder-Tagliata"], 500),
                &["steak-temperature"],
            ),
        ],
    )
}

fn menu_pizza() -> Group {
    group(
        "menu-pizza",
        same("Pizza"),
        1,
        1,
        vec![
            component("pizza-margherita", ["Pizza margherita", "Pizza margarita", "Pizza Margherita"], 0),
            component("pizza-marinara", ["Pizza marinara", "Pizza marinara", "Pizza Marinara"], 0),
            component("pizza-diavola", ["Pizza diavola", "Pizza diávola", "Pizza Diavola"], 150),
            component("pizza-ortolana", ["Pizza garden vegetables", "Pizza de verduras", "Pizza Gartengemüse"], 150),
        ],
    )
}

fn menu_drink() -> Group {
    group(
        "menu-drink",
        ["Drink", "Bebida", "Getränk"],
        1,
        1,
        vec![
            component("still-water", ["Still water", "Agua sin gas", "Stilles Wasser"], 0),
            component("cola", same("Cola"), 0),
            component("lager", ["Draught lager 25 cl", "Caña 25 cl", "Lager vom Fass 25 cl"], 0),
            component("house-red", ["Glass of house red", "Copa de tinto", "Glas Hauswein rot"], 80),
            component("house-white", ["Glass of house white", "Copa de blanco", "Glas Hauswein weiß"], 80),
        ],
    )
}
