//! The menu as it is published: one document, so that a screen never sees half an edit.

mod csv;
mod export;
mod fits;
mod import;
mod price;
mod sheet;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use export::export;
pub use import::{MAX_IMPORT_FAULTS, import, try_import};
pub use price::{ListPrice, PriceList, Window};

use crate::{
    ids::{CategoryId, GroupId, ItemId, OptionId, PortionId, StationId, TaxId},
    money::{Money, Ppm},
    text::Text,
};

/// Bounds of one menu; a published menu beyond them is refused.
pub const MAX_ITEMS: usize = 2_000;
pub const MAX_GROUPS: usize = 500;

/// Everything that can be ordered.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Menu {
    /// In the order of the rail.
    pub categories: Vec<Category>,
    /// In the order of the grid.
    pub items: Vec<Item>,
    pub groups: Vec<Group>,
    #[serde(default)]
    pub price_lists: Vec<PriceList>,
    pub taxes: Vec<Tax>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Category {
    pub id: CategoryId,
    pub name: Text,
    /// An icon's name from the app's own set, or empty.
    #[serde(default)]
    pub icon: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    pub id: ItemId,
    pub name: Text,
    /// What the kitchen calls it, when shorter than the guest's name.
    #[serde(default)]
    pub kitchen_name: Option<String>,
    pub category: CategoryId,
    /// At least one; the first is the default.
    pub portions: Vec<Portion>,
    #[serde(default)]
    pub groups: Vec<GroupId>,
    pub station: StationId,
    pub tax: TaxId,
    /// Tax category when taken away, where the law differs.
    #[serde(default)]
    pub tax_takeaway: Option<TaxId>,
    #[serde(default)]
    pub allergens: Vec<Allergen>,
    #[serde(default)]
    pub diets: Vec<Diet>,
    /// The course it is usually served in, 1 first. 0 is "at once" (drinks).
    #[serde(default)]
    pub course: u8,
    #[serde(default)]
    pub favourite: bool,
    /// On the menu but not shown (seasonal).
    #[serde(default)]
    pub hidden: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Portion {
    pub id: PortionId,
    pub name: Text,
    pub price: Money,
}

/// A modifier group. `min` > 0 is a forced choice: it holds back firing, never adding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    pub id: GroupId,
    pub name: Text,
    pub min: u8,
    pub max: u8,
    pub options: Vec<Choice>,
}

/// One option of a group. A combo is an item whose groups' options name `item`: each chosen one goes to its own station.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    pub id: OptionId,
    pub name: Text,
    /// Added to the line's unit price; may be negative (half portion), never below zero in total.
    #[serde(default)]
    pub price: Money,
    /// Chosen unless the waiter says otherwise.
    #[serde(default)]
    pub default: bool,
    /// The component of a combo.
    #[serde(default)]
    pub item: Option<ItemId>,
    /// Groups of this option, one level deep.
    #[serde(default)]
    pub groups: Vec<GroupId>,
    #[serde(default)]
    pub allergens: Vec<Allergen>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tax {
    pub id: TaxId,
    pub name: Text,
    pub rate: Ppm,
    /// The letter that marks it on the receipt.
    pub letter: char,
}

/// The fourteen of Annex II of Regulation (EU) 1169/2011.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Allergen {
    Gluten,
    Crustaceans,
    Eggs,
    Fish,
    Peanuts,
    Soy,
    Milk,
    Nuts,
    Celery,
    Mustard,
    Sesame,
    Sulphites,
    Lupin,
    Molluscs,
}

impl Allergen {
    pub const ALL: [Allergen; 14] = {
        use Allergen::*;
        [Gluten, Crustaceans, Eggs, Fish, Peanuts, Soy, Milk, Nuts, Celery, Mustard, Sesame, Sulphites, Lupin, Molluscs]
    };
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Diet {
    Vegetarian,
    Vegan,
    GlutenFree,
    Halal,
    Kosher,
}

impl Menu {
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|i| i.id == *id)
    }
    pub fn group(&self, id: &GroupId) -> Option<&Group> {
        self.groups.iter().find(|g| g.id == *id)
    }
    pub fn tax(&self, id: &TaxId) -> Option<&Tax> {
        self.taxes.iter().find(|t| t.id == *id)
    }
    pub fn category(&self, id: &CategoryId) -> Option<&Category> {
        self.categories.iter().find(|c| c.id == *id)
    }

    /// Everything wrong with this document, in the restaurant's words; empty when it may be published.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.items.len() > MAX_ITEMS || self.groups.len() > MAX_GROUPS {
            faults.push(format!("a menu holds at most {MAX_ITEMS} items and {MAX_GROUPS} modifier groups"));
        }
        doubles(&mut faults, "category", self.categories.iter().map(|c| &c.id.0));
        doubles(&mut faults, "item", self.items.iter().map(|i| &i.id.0));
        doubles(&mut faults, "modifier group", self.groups.iter().map(|g| &g.id.0));
        doubles(&mut faults, "tax", self.taxes.iter().map(|t| &t.id.0));
        for item in &self.items {
            self.item_faults(item, &mut faults);
        }
        for group in &self.groups {
            self.group_faults(group, &mut faults);
        }
        for category in &self.categories {
            if !category.name.is_usable() {
                faults.push(format!("category '{}' needs a name", category.id));
            }
        }
        if let Some(tax) = self.taxes.iter().find(|t| t.rate > Ppm::WHOLE) {
            faults.push(format!("tax '{}' is above 100 %", tax.id));
        }
        faults
    }

    fn item_faults(&self, item: &Item, faults: &mut Vec<String>) {
        let mut say = |what: String| faults.push(format!("item '{}' {what}", item.id));
        if !item.name.is_usable() {
            say("needs a name of at most 80 characters".into());
        }
        if self.category(&item.category).is_none() {
            say(format!("is in category '{}', which does not exist", item.category));
        }
        if item.portions.is_empty() {
            say("needs at least one portion with a price".into());
        }
        if item.portions.iter().any(|p| !p.price.is_plausible()) {
            say("has a price below zero or beyond reason".into());
        }
        for tax in std::iter::once(&item.tax).chain(&item.tax_takeaway) {
            if self.tax(tax).is_none() {
                say(format!("has tax category '{tax}', which does not exist"));
            }
        }
        for group in item.groups.iter().filter(|g| self.group(g).is_none()) {
            say(format!("has modifier group '{group}', which does not exist"));
        }
    }

    fn group_faults(&self, group: &Group, faults: &mut Vec<String>) {
        let mut say = |what: String| faults.push(format!("modifier group '{}' {what}", group.id));
        if group.max < group.min || group.max == 0 {
            say(format!("asks for at least {} and at most {} choices", group.min, group.max));
        }
        if usize::from(group.min) > group.options.len() {
            say(format!("asks for {} choices but has {}", group.min, group.options.len()));
        }
        for option in &group.options {
            if !option.name.is_usable() {
                say(format!("has option '{}' without a name", option.id));
            }
            if option.item.as_ref().is_some_and(|i| self.item(i).is_none()) {
                say(format!("has option '{}' of an item that does not exist", option.id));
            }
            for nested in &option.groups {
                match self.group(nested) {
                    None => say(format!("has option '{}' with unknown group '{nested}'", option.id)),
                    Some(g) if g.options.iter().any(|o| !o.groups.is_empty()) => {
                        say(format!("nests '{nested}' more than one level deep"));
                    }
                    Some(_) => {}
                }
            }
        }
    }
}

fn doubles<'a>(faults: &mut Vec<String>, what: &str, ids: impl Iterator<Item = &'a smol_str::SmolStr>) {
    let mut seen = BTreeMap::new();
    for id in ids {
        let count = seen.entry(id).or_insert(0u32);
        *count += 1;
        if *count == 2 {
            faults.push(format!("two of {what} '{id}'"));
        }
    }
}
