//! The demo's card: categories, taxes, price lists, and how a dish is written down here.

use super::{Words, menu_drinks, menu_food, menu_groups, same, text};
use crate::{
    menu::{Allergen, Category, Diet, Item, ListPrice, Menu, Portion, PriceList, Tax, Window},
    money::{Money, Ppm},
};

/// The demo's menu: about 70 items in English, Spanish and German, prices in euro with the tax inside.
pub fn menu() -> Menu {
    Menu {
        categories: categories(),
        items: [menu_food::items(), menu_drinks::items()].concat(),
        groups: menu_groups::groups(),
        price_lists: vec![happy_hour(), weekday_lunch()],
        taxes: vec![
            tax("food", ["Food", "Comida", "Speisen"], 100_000, 'A'),
            tax("drinks", ["Drinks", "Bebidas", "Getränke"], 210_000, 'B'),
            tax("takeaway", ["Food to take away", "Comida para llevar", "Speisen außer Haus"], 40_000, 'C'),
        ],
    }
}

fn categories() -> Vec<Category> {
    [
        ("menus", "star", ["Set menus", "Menús", "Menüs"]),
        ("starters", "leaf", ["Starters", "Entrantes", "Vorspeisen"]),
        ("pasta", "pasta", ["Pasta & rice", "Pasta y arroz", "Pasta & Reis"]),
        ("pizza", "pizza", ["Pizza", "Pizza", "Pizza"]),
        ("mains", "grill", ["Mains", "Segundos", "Hauptgerichte"]),
        ("sides", "vegetables", ["Sides", "Guarniciones", "Beilagen"]),
        ("desserts", "dessert", ["Desserts", "Postres", "Desserts"]),
        ("coffee", "coffee", ["Coffee & tea", "Café y té", "Kaffee & Tee"]),
        ("soft", "drinks", ["Soft drinks", "Refrescos", "Alkoholfrei"]),
        ("beer", "beer", ["Beer", "Cerveza", "Bier"]),
        ("wine", "wine", ["Wine", "Vino", "Wein"]),
        ("cocktails", "glass", ["Cocktails", "Cócteles", "Cocktails"]),
    ]
    .map(|(id, icon, name)| Category { id: id.into(), name: text(name), icon: icon.into() })
    .to_vec()
}

fn tax(id: &str, name: Words, rate: u32, letter: char) -> Tax {
    Tax { id: id.into(), name: text(name), rate: Ppm(rate), letter }
}

/// 17 to 19 h every day: cocktails and beer at half price.
fn happy_hour() -> PriceList {
    let half = |category: &str| ListPrice::Category { category: category.into(), share: Ppm(500_000) };
    PriceList {
        id: "happy-hour".into(),
        name: text(same("Happy hour")),
        windows: vec![Window { weekdays: Vec::new(), from: 17 * 60, to: 19 * 60 }],
        prices: vec![half("cocktails"), half("beer")],
    }
}

/// Monday to Friday, 12 to 16 h.
fn weekday_lunch() -> PriceList {
    let price = |item: &str, portion: &str, price| ListPrice::Portion {
        item: item.into(),
        portion: portion.into(),
        price: Money(price),
    };
    PriceList {
        id: "weekday-lunch".into(),
        name: text(["Weekday lunch", "Mediodía laborable", "Mittagstisch"]),
        windows: vec![Window { weekdays: vec![0, 1, 2, 3, 4], from: 12 * 60, to: 16 * 60 }],
        prices: vec![
            price("lunch-menu", "regular", 1390),
            price("pizza-margherita", "regular", 790),
            price("espresso", "single", 120),
        ],
    }
}

/// What the dishes of one part of the card have in common.
pub(super) struct Section {
    pub category: &'static str,
    pub station: &'static str,
    pub tax: &'static str,
    pub tax_takeaway: Option<&'static str>,
    pub course: u8,
}

impl Section {
    /// Food of `course`, cooked at `station`.
    pub fn food(category: &'static str, station: &'static str, course: u8) -> Section {
        Section { category, station, tax: "food", tax_takeaway: Some("takeaway"), course }
    }

    /// Drinks, poured at the bar at once.
    pub fn drinks(category: &'static str) -> Section {
        Section { category, station: "bar", tax: "drinks", tax_takeaway: None, course: 0 }
    }

    /// An item with one portion.
    pub fn item(&self, id: &str, name: Words, price: i64) -> Dish {
        self.sizes(id, name, &[("regular", ["Regular", "Normal", "Normal"], price)])
    }

    /// An item with several portions, the usual one first.
    pub fn sizes(&self, id: &str, name: Words, portions: &[(&str, Words, i64)]) -> Dish {
        let portion = |(id, name, price): &(&str, Words, i64)| Portion {
            id: (*id).into(),
            name: text(*name),
            price: Money(*price),
        };
        Dish(Item {
            id: id.into(),
            name: text(name),
            kitchen_name: None,
            category: self.category.into(),
            portions: portions.iter().map(portion).collect(),
            groups: Vec::new(),
            station: self.station.into(),
            tax: self.tax.into(),
            tax_takeaway: self.tax_takeaway.map(Into::into),
            allergens: Vec::new(),
            diets: Vec::new(),
            course: self.course,
            favourite: false,
            hidden: false,
        })
    }
}

/// An item as it is written down, one property after the other.
pub(super) struct Dish(Item);

impl Dish {
    /// Declares allergens, in the order of the law.
    pub fn with(mut self, allergens: &[Allergen]) -> Dish {
        self.0.allergens = allergens.to_vec();
        self.0.allergens.sort();
        self
    }
    pub fn for_diets(mut self, diets: &[Diet]) -> Dish {
        self.0.diets = diets.to_vec();
        self
    }
    pub fn asks(mut self, groups: &[&str]) -> Dish {
        self.0.groups = groups.iter().map(|g| (*g).into()).collect();
        self
    }
    pub fn at(mut self, station: &str) -> Dish {
        self.0.station = station.into();
        self
    }
    pub fn kitchen(mut self, name: &str) -> Dish {
        self.0.kitchen_name = Some(name.to_owned());
        self
    }
    pub fn favourite(mut self) -> Dish {
        self.0.favourite = true;
        self
    }
    pub fn hidden(mut self) -> Dish {
        self.0.hidden = true;
        self
    }
    pub fn done(self) -> Item {
        self.0
    }
}
