//! What comes out of the kitchen. Dishes with parmesan, pecorino or gorgonzola are not marked vegetarian: their rennet
//! is an animal's. Fries are not marked gluten free: the fryer is shared with the squid.

use super::menu::{Dish, Section};
use crate::menu::{Allergen::*, Diet::*, Item};

pub(super) fn items() -> Vec<Item> {
    [menus(), starters(), pasta(), pizza(), mains(), sides(), desserts()]
        .into_iter()
        .flatten()
        .map(Dish::done)
        .collect()
}

/// Combos: each chosen component goes to its own station.
fn menus() -> Vec<Dish> {
    let menu = Section::food("menus", "kitchen", 2);
    vec![
        menu.item("lunch-menu", ["Lunch menu", "Menú del mediodía", "Mittagsmenü"], 1690)
            .asks(&["lunch-starter", "lunch-main", "menu-drink"])
            .favourite(),
        menu.item("pizza-menu", ["Pizza & drink", "Pizza y bebida", "Pizza & Getränk"], 1290)
            .asks(&["menu-pizza", "menu-drink"])
            .at("pizza"),
    ]
}

fn starters() -> Vec<Dish> {
    let cold = Section::food("starters", "cold", 1);
    let hot = Section::food("starters", "kitchen", 1);
    let small_large =
        |small, large| [("small", ["Small", "Pequeña", "Klein"], small), ("large", ["Large", "Grande", "Groß"], large)];
    vec![
        cold.item("olives", ["Marinated olives", "Aceitunas aliñadas", "Marinierte Oliven"], 420)
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        hot.item("focaccia", ["Rosemary focaccia", "Focaccia de romero", "Rosmarin-Focaccia"], 480)
            .at("pizza")
            .with(&[Gluten])
            .for_diets(&[Vegetarian, Vegan]),
        cold.item("bruschetta", ["Tomato bruschetta", "Bruschetta de tomate", "Tomaten-Bruschetta"], 690)
            .with(&[Gluten])
            .for_diets(&[Vegetarian, Vegan])
            .asks(&["leave-out"])
            .favourite(),
        cold.item(
            "burrata",
            ["Burrata with roast tomatoes", "Burrata con tomates asados", "Burrata mit Ofentomaten"],
            1150,
        )
        .kitchen("Burrata")
        .with(&[Milk])
        .for_diets(&[Vegetarian, GlutenFree]),
        cold.item("vitello-tonnato", ["Vitello tonnato", "Vitello tonnato", "Vitello tonnato"], 1250)
            .with(&[Eggs, Fish, Mustard, Celery, Sulphites])
            .for_diets(&[GlutenFree]),
        cold.item(
            "carpaccio",
            [
                "Beef carpaccio, rocket & parmesan",
                "Carpaccio de buey, rúcula y parmesano",
                "Rindercarpaccio, Rucola & Parmesan",
            ],
            1290,
        )
        .kitchen("Carpaccio")
        .with(&[Milk])
        .for_diets(&[GlutenFree]),
        hot.item("minestrone", ["Minestrone", "Minestrone", "Minestrone"], 650)
            .with(&[Celery])
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        hot.item(
            "calamari",
            ["Fried squid with aioli", "Calamares fritos con alioli", "Frittierte Calamari mit Aioli"],
            1090,
        )
        .kitchen("Calamari")
        .with(&[Gluten, Eggs, Molluscs])
        .favourite(),
        hot.item("garlic-prawns", ["Garlic prawns", "Gambas al ajillo", "Knoblauchgarnelen"], 1190)
            .kitchen("Gambas")
            .with(&[Gluten, Crustaceans, Sulphites]),
        cold.sizes("caesar-salad", ["Caesar salad", "Ensalada César", "Caesar Salad"], &small_large(790, 1190))
            .kitchen("Caesar")
            .with(&[Gluten, Eggs, Fish, Milk, Mustard])
            .asks(&["salad-extras"]),
        cold.sizes("mixed-salad", ["Mixed salad", "Ensalada mixta", "Gemischter Salat"], &small_large(590, 890))
            .for_diets(&[Vegetarian, Vegan, GlutenFree])
            .asks(&["dressing", "salad-extras"]),
    ]
}

fn pasta() -> Vec<Dish> {
    let pasta = Section::food("pasta", "kitchen", 2);
    let extras = ["pasta-extras"];
    vec![
        pasta
            .item("carbonara", ["Spaghetti carbonara", "Espaguetis carbonara", "Spaghetti Carbonara"], 1290)
            .kitchen("Carbonara")
            .with(&[Gluten, Eggs, Milk])
            .asks(&extras)
            .favourite(),
        pasta
            .item("ragu", ["Tagliatelle al ragù", "Tagliatelle al ragú", "Tagliatelle al Ragù"], 1350)
            .kitchen("Ragù")
            .with(&[Gluten, Eggs, Milk, Celery, Sulphites])
            .asks(&extras),
        pasta
            .item("arrabbiata", ["Penne all'arrabbiata", "Penne a la arrabbiata", "Penne all'arrabbiata"], 1090)
            .kitchen("Arrabbiata")
            .with(&[Gluten])
            .for_diets(&[Vegetarian, Vegan])
            .asks(&extras),
        pasta
            .item(
                "gnocchi",
                ["Gnocchi, gorgonzola & walnuts", "Ñoquis de gorgonzola y nueces", "Gnocchi, Gorgonzola & Walnüsse"],
                1390,
            )
            .kitchen("Gnocchi gorgo")
            .with(&[Gluten, Eggs, Milk, Nuts]),
        pasta
            .item("vongole", ["Linguine with clams", "Linguine con almejas", "Linguine mit Venusmuscheln"], 1590)
            .kitchen("Vongole")
            .with(&[Gluten, Molluscs, Sulphites])
            .asks(&extras),
        pasta.item("lasagne", ["Lasagne", "Lasaña", "Lasagne"], 1290).with(&[Gluten, Eggs, Milk, Celery, Sulphites]),
        pasta
            .item("risotto", ["Wild mushroom risotto", "Risotto de setas", "Waldpilzrisotto"], 1450)
            .kitchen("Risotto funghi")
            .with(&[Milk, Celery, Sulphites])
            .for_diets(&[GlutenFree]),
    ]
}

fn pizza() -> Vec<Dish> {
    let pizza = Section::food("pizza", "pizza", 2);
    let groups = ["pizza-extras", "leave-out"];
    let regular_large = |regular, large| {
        [("regular", ["Regular", "Normal", "Normal"], regular), ("large", ["Large", "Grande", "Groß"], large)]
    };
    vec![
        pizza
            .sizes("pizza-marinara", ["Pizza marinara", "Pizza marinara", "Pizza Marinara"], &regular_large(850, 1150))
            .with(&[Gluten])
            .for_diets(&[Vegetarian, Vegan]),
        pizza
            .sizes(
                "pizza-margherita",
                ["Pizza margherita", "Pizza margarita", "Pizza Margherita"],
                &regular_large(950, 1290),
            )
            .with(&[Gluten, Milk])
            .for_diets(&[Vegetarian])
            .favourite(),
        pizza
            .sizes("pizza-diavola", ["Pizza diavola", "Pizza diávola", "Pizza Diavola"], &regular_large(1150, 1490))
            .with(&[Gluten, Milk])
            .favourite(),
        pizza
            .item(
                "pizza-napoletana",
                ["Pizza napoletana, anchovies", "Pizza napolitana, anchoas", "Pizza Napoli, Sardellen"],
                1120,
            )
            .with(&[Gluten, Fish, Milk]),
        pizza
            .item(
                "pizza-prosciutto",
                ["Pizza ham & mushrooms", "Pizza jamón y champiñones", "Pizza Schinken & Pilze"],
                1190,
            )
            .with(&[Gluten, Milk]),
        pizza
            .item("pizza-formaggi", ["Pizza four cheeses", "Pizza cuatro quesos", "Pizza vier Käse"], 1220)
            .with(&[Gluten, Milk]),
        pizza
            .item("pizza-ortolana", ["Pizza garden vegetables", "Pizza de verduras", "Pizza Gartengemüse"], 1150)
            .with(&[Gluten, Milk])
            .for_diets(&[Vegetarian]),
    ]
    .into_iter()
    .map(|dish| dish.asks(&groups))
    .chain([pizza.item("calzone", ["Calzone", "Calzone", "Calzone"], 1250).with(&[Gluten, Milk]).asks(&["leave-out"])])
    .collect()
}

fn mains() -> Vec<Dish> {
    let grill = Section::food("mains", "grill", 2);
    vec![
        grill
            .item("ribeye", ["Ribeye steak 300 g", "Entrecot 300 g", "Ribeye-Steak 300 g"], 2650)
            .kitchen("RIBEYE 300")
            .for_diets(&[GlutenFree])
            .asks(&["steak-temperature", "side-choice", "sauces"])
            .favourite(),
        grill
            .item(
                "tagliata",
                [
                    "Beef tagliata, rocket & parmesan",
                    "Tagliata de ternera, rúcula y parmesano",
                    "Rinder-Tagliata, Rucola & Parmesan",
                ],
                2290,
            )
            .kitchen("TAGLIATA")
            .with(&[Milk])
            .for_diets(&[GlutenFree])
            .asks(&["steak-temperature", "side-choice"]),
        grill
            .item(
                "lamb-chops",
                ["Lamb chops with mint", "Chuletillas de cordero con menta", "Lammkoteletts mit Minze"],
                2190,
            )
            .kitchen("LAMB")
            .for_diets(&[GlutenFree])
            .asks(&["steak-temperature", "side-choice", "sauces"]),
        grill
            .item("burger", ["House burger", "Hamburguesa de la casa", "Hausburger"], 1490)
            .kitchen("BURGER")
            .with(&[Gluten, Eggs, Milk, Mustard, Sesame])
            .asks(&["side-choice", "burger-extras", "leave-out"]),
        grill
            .item("chicken", ["Lemon chicken", "Pollo al limón", "Zitronenhähnchen"], 1590)
            .kitchen("CHICKEN")
            .for_diets(&[GlutenFree])
            .asks(&["side-choice", "sauces"]),
        grill
            .item("sea-bass", ["Grilled sea bass", "Lubina a la parrilla", "Gegrillter Wolfsbarsch"], 2150)
            .kitchen("BASS")
            .with(&[Fish])
            .for_diets(&[GlutenFree])
            .asks(&["side-choice"]),
        grill
            .item(
                "cauliflower",
                ["Cauliflower steak, romesco", "Filete de coliflor, romesco", "Blumenkohlsteak, Romesco"],
                1490,
            )
            .kitchen("CAULIFLOWER")
            .with(&[Gluten, Nuts, Sulphites])
            .for_diets(&[Vegetarian, Vegan])
            .asks(&["side-choice"]),
        grill
            .item("parmigiana", ["Aubergine parmigiana", "Berenjenas a la parmesana", "Auberginen-Parmigiana"], 1390)
            .at("kitchen")
            .with(&[Gluten, Milk]),
    ]
}

fn sides() -> Vec<Dish> {
    let side = Section::food("sides", "kitchen", 2);
    vec![
        side.item("fries", ["Fries", "Patatas fritas", "Pommes frites"], 420).for_diets(&[Vegetarian, Vegan]),
        side.item("rosemary-potatoes", ["Rosemary potatoes", "Patatas al romero", "Rosmarinkartoffeln"], 450)
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        side.item("grilled-vegetables", ["Grilled vegetables", "Verduras a la parrilla", "Grillgemüse"], 520)
            .at("grill")
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        side.item("side-salad", ["Side salad", "Ensalada de guarnición", "Beilagensalat"], 420)
            .at("cold")
            .for_diets(&[Vegetarian, Vegan, GlutenFree])
            .asks(&["dressing"]),
        side.item("bread", ["Bread basket", "Cesta de pan", "Brotkorb"], 280)
            .at("cold")
            .with(&[Gluten])
            .for_diets(&[Vegetarian, Vegan]),
    ]
}

fn desserts() -> Vec<Dish> {
    let dessert = Section::food("desserts", "cold", 3);
    vec![
        dessert
            .item("tiramisu", ["Tiramisù", "Tiramisú", "Tiramisu"], 650)
            .with(&[Gluten, Eggs, Milk, Sulphites])
            .for_diets(&[Vegetarian])
            .favourite(),
        dessert
            .item("panna-cotta", ["Panna cotta, berries", "Panna cotta, frutos rojos", "Panna cotta, Beeren"], 590)
            .with(&[Milk])
            .for_diets(&[GlutenFree]),
        dessert
            .item("fondant", ["Warm chocolate fondant", "Coulant de chocolate", "Warmes Schokoküchlein"], 720)
            .at("kitchen")
            .with(&[Gluten, Eggs, Soy, Milk])
            .for_diets(&[Vegetarian]),
        dessert
            .item("gelato", ["Gelato, two scoops", "Helado, dos bolas", "Eis, zwei Kugeln"], 480)
            .for_diets(&[Vegetarian])
            .asks(&["gelato-flavours"]),
        dessert
            .item("lemon-sorbet", ["Lemon sorbet", "Sorbete de limón", "Zitronensorbet"], 450)
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        dessert
            .item("cheese-board", ["Cheese board", "Tabla de quesos", "Käseteller"], 980)
            .with(&[Gluten, Milk, Nuts]),
        dessert
            .item("panettone", ["Christmas panettone", "Panettone navideño", "Weihnachts-Panettone"], 620)
            .with(&[Gluten, Eggs, Milk, Sulphites])
            .for_diets(&[Vegetarian])
            .hidden(),
    ]
}
