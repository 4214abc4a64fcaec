//! Whether a menu fits the store it is for: what [`Menu::faults`] alone cannot know, and what only an outside file gets
//! wrong.

use std::collections::BTreeSet;

use super::{ListPrice, Menu, PriceList};
use crate::{money::Ppm, settings::Settings, text::is_name};

const MINUTES_OF_A_DAY: u16 = 24 * 60;

impl Menu {
    /// Everything wrong with this document in this store, in the restaurant's words; empty when it may be published.
    pub fn faults_in(&self, settings: &Settings) -> Vec<String> {
        let mut faults = self.faults();
        for item in &self.items {
            let mut say = |what: String| faults.push(format!("item '{}' {what}", item.id));
            if settings.station(&item.station).is_none() {
                say(format!("is made at station '{}', which does not exist", item.station));
            }
            if item.kitchen_name.as_ref().is_some_and(|name| !is_name(name)) {
                say("has a kitchen name that cannot be printed".into());
            }
            let mut seen = BTreeSet::new();
            for portion in &item.portions {
                if !seen.insert(&portion.id) {
                    say(format!("has portion '{}' twice", portion.id));
                }
                if item.portions.len() > 1 && !portion.name.is_usable() {
                    say(format!("has portion '{}' without a name", portion.id));
                }
            }
        }
        for group in &self.groups {
            let ids: BTreeSet<_> = group.options.iter().map(|o| &o.id).collect();
            if ids.len() < group.options.len() {
                faults.push(format!("modifier group '{}' has two options of the same id", group.id));
            }
        }
        for list in &self.price_lists {
            self.list_faults(list, &mut faults);
        }
        faults
    }

    fn list_faults(&self, list: &PriceList, faults: &mut Vec<String>) {
        let mut say = |what: String| faults.push(format!("price list '{}' {what}", list.id));
        if !list.name.is_usable() {
            say("needs a name".into());
        }
        if list.windows.iter().any(|w| w.from > MINUTES_OF_A_DAY || w.to > MINUTES_OF_A_DAY) {
            say("has hours outside the day".into());
        }
        if list.windows.iter().any(|w| w.weekdays.iter().any(|day| *day > 6)) {
            say("has a day that is not in the week".into());
        }
        for price in &list.prices {
            match price {
                ListPrice::Portion { item, portion, price } => {
                    if !self.item(item).is_some_and(|i| i.portions.iter().any(|p| p.id == *portion)) {
                        say(format!("prices '{item}' in portion '{portion}', which is not on the menu"));
                    }
                    if !price.is_plausible() {
                        say(format!("has a price of '{item}' below zero or beyond reason"));
                    }
                }
                ListPrice::Category { category, share } => {
                    if self.category(category).is_none() {
                        say(format!("prices category '{category}', which does not exist"));
                    }
                    if *share > Ppm(10 * Ppm::WHOLE.0) {
                        say(format!("asks more than ten times the price of '{category}'"));
                    }
                }
            }
        }
    }
}
