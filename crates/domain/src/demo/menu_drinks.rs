//! What comes over the bar. Wine is not marked vegan: it may be fined with egg or milk.

use super::{
    Words,
    menu::{Dish, Section},
    same,
};
use crate::menu::{Allergen::*, Diet::*, Item};

pub(super) fn items() -> Vec<Item> {
    [coffee(), soft(), beer(), wine(), cocktails()].into_iter().flatten().map(Dish::done).collect()
}

fn coffee() -> Vec<Dish> {
    let coffee = Section::drinks("coffee");
    let milk = ["coffee-milk"];
    vec![
        coffee
            .sizes(
                "espresso",
                ["Espresso", "Café solo", "Espresso"],
                &[("single", ["Single", "Solo", "Einfach"], 160), ("double", ["Double", "Doble", "Doppelt"], 240)],
            )
            .for_diets(&[Vegetarian, Vegan, GlutenFree])
            .favourite(),
        coffee
            .item("americano", ["Americano", "Café americano", "Café Crème"], 190)
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
        coffee
            .item("macchiato", ["Macchiato", "Cortado", "Espresso Macchiato"], 180)
            .with(&[Milk])
            .for_diets(&[Vegetarian])
            .asks(&milk),
        coffee
            .item("cappuccino", same("Cappuccino"), 240)
            .with(&[Milk])
            .for_diets(&[Vegetarian])
            .asks(&milk)
            .favourite(),
        coffee
            .item("latte", ["Latte", "Café con leche", "Milchkaffee"], 260)
            .with(&[Milk])
            .for_diets(&[Vegetarian])
            .asks(&milk),
        coffee
            .item("tea", ["Pot of tea", "Tetera", "Kännchen Tee"], 290)
            .for_diets(&[Vegetarian, Vegan, GlutenFree])
            .asks(&["tea-kind"]),
    ]
}

fn soft() -> Vec<Dish> {
    let soft = Section::drinks("soft");
    let bottles = |small, large| [("small", same("33 cl"), small), ("large", same("75 cl"), large)];
    [
        soft.sizes("still-water", ["Still water", "Agua sin gas", "Stilles Wasser"], &bottles(220, 390)).favourite(),
        soft.sizes("sparkling-water", ["Sparkling water", "Agua con gas", "Mineralwasser"], &bottles(230, 410)),
        soft.item("cola", same("Cola"), 290).asks(&["ice"]).favourite(),
        soft.item("lemonade", ["House lemonade", "Limonada casera", "Hauslimonade"], 350).asks(&["ice"]),
        soft.item("orange-juice", ["Fresh orange juice", "Zumo de naranja natural", "Frischer Orangensaft"], 390),
        soft.item("tonic", ["Tonic water", "Tónica", "Tonic Water"], 290).asks(&["ice"]),
    ]
    .map(|dish| dish.for_diets(&[Vegetarian, Vegan, GlutenFree]))
    .into()
}

fn beer() -> Vec<Dish> {
    let beer = Section::drinks("beer");
    [
        beer.sizes(
            "lager",
            ["Draught lager", "Caña de barril", "Lager vom Fass"],
            &[("small", same("25 cl"), 260), ("large", same("50 cl"), 450)],
        )
        .favourite(),
        beer.item("wheat-beer", ["Wheat beer 50 cl", "Cerveza de trigo 50 cl", "Hefeweizen 50 cl"], 490),
        beer.item("ipa", ["IPA 33 cl", "IPA 33 cl", "IPA 33 cl"], 480),
        beer.item(
            "beer-free",
            ["Alcohol-free beer 33 cl", "Cerveza sin alcohol 33 cl", "Alkoholfreies Bier 33 cl"],
            320,
        ),
    ]
    .map(|dish| dish.with(&[Gluten]).for_diets(&[Vegetarian, Vegan]))
    .into()
}

fn wine() -> Vec<Dish> {
    let wine = Section::drinks("wine");
    const GLASS: Words = ["Glass", "Copa", "Glas"];
    const CARAFE: Words = ["Carafe 50 cl", "Jarra 50 cl", "Karaffe 50 cl"];
    const BOTTLE: Words = ["Bottle", "Botella", "Flasche"];
    let house = [("glass", GLASS, 380), ("carafe", CARAFE, 950), ("bottle", BOTTLE, 1690)];
    let fine = |glass, bottle| [("glass", GLASS, glass), ("bottle", BOTTLE, bottle)];
    [
        wine.sizes("house-red", ["House red", "Tinto de la casa", "Hauswein rot"], &house).favourite(),
        wine.sizes("house-white", ["House white", "Blanco de la casa", "Hauswein weiß"], &house).favourite(),
        wine.sizes("chianti", ["Chianti Classico", "Chianti Classico", "Chianti Classico"], &fine(590, 2690)),
        wine.sizes("albarino", ["Albariño", "Albariño", "Albariño"], &fine(520, 2390)),
        wine.sizes("prosecco", ["Prosecco", "Prosecco", "Prosecco"], &fine(490, 2290)),
    ]
    .map(|dish| dish.with(&[Sulphites]))
    .into()
}

fn cocktails() -> Vec<Dish> {
    let cocktails = Section::drinks("cocktails");
    vec![
        cocktails
            .item("spritz", ["Bitter orange spritz", "Spritz de naranja", "Bitterorangen-Spritz"], 750)
            .with(&[Sulphites])
            .favourite(),
        cocktails.item("negroni", same("Negroni"), 890).with(&[Sulphites]),
        cocktails.item("gin-tonic", ["Gin & tonic", "Gin-tonic", "Gin Tonic"], 890).for_diets(&[Vegetarian, Vegan]),
        cocktails.item("mojito", same("Mojito"), 850).for_diets(&[Vegetarian, Vegan]),
        cocktails
            .item("virgin-mojito", ["Virgin mojito", "Mojito sin alcohol", "Mojito alkoholfrei"], 650)
            .for_diets(&[Vegetarian, Vegan, GlutenFree]),
    ]
}
