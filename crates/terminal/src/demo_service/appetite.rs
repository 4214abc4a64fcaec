//! What guests choose from whatever card the store has.

use domain::{
    command::{NewLine, Pick},
    ids::{CategoryId, GroupId},
    menu::{Group, Item, Menu},
    settings::Settings,
};

use super::{dice::Dice, guests::Party};

/// A favourite is ordered so many times as often as another dish.
const FAVOURITE: u64 = 3;
/// Guests ask for a modifier nobody forced on them with one dish in four.
const MODIFIES: u64 = 250;
const HAS_NOTE: u64 = 50;
const HAS_ALLERGY: u64 = 20;
const ALLERGIES: [&str; 4] = ["Nuts", "Gluten", "Shellfish", "Milk"];

/// What a party orders, round by round.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rounds {
    pub drinks: Vec<NewLine>,
    pub food: Vec<NewLine>,
    /// Dessert and coffee.
    pub after: Vec<NewLine>,
}

/// What this party chooses. A pure function of the party and the card.
pub fn choose(menu: &Menu, settings: &Settings, party: &Party) -> Rounds {
    let mut hungry = Hungry { menu, settings, dice: Dice::new(party.taste) };
    let mut rounds = Rounds { drinks: Vec::new(), food: Vec::new(), after: Vec::new() };
    for seat in 1..=party.covers.min(99) as u8 {
        let (starter, dessert, coffee) = if party.lunch { (150, 200, 500) } else { (350, 300, 350) };
        if hungry.dice.chance(850) {
            rounds.drinks.extend(hungry.one_of(&["soft", "beer", "wine", "cocktails"], seat));
        }
        if hungry.dice.chance(starter) {
            rounds.food.extend(hungry.one_of(&["starters"], seat));
        }
        let mains: &[&str] =
            if party.lunch { &["menus", "pasta", "pizza", "mains"] } else { &["pasta", "pizza", "mains"] };
        rounds.food.extend(hungry.one_of(mains, seat));
        if hungry.dice.chance(100) {
            rounds.food.extend(hungry.one_of(&["sides"], seat));
        }
        if !party.takeaway && hungry.dice.chance(dessert) {
            rounds.after.extend(hungry.one_of(&["desserts"], seat));
        }
        if !party.takeaway && hungry.dice.chance(coffee) {
            rounds.after.extend(hungry.one_of(&["coffee"], seat));
        }
    }
    if party.covers > 2 && hungry.dice.chance(500) {
        // For the table: bottles and bread.
        let shared = hungry.one_of(&["soft", "wine"], 0);
        rounds.drinks.extend(shared.map(|line| NewLine { qty: 2, ..line }));
    }
    rounds
}

struct Hungry<'a> {
    menu: &'a Menu,
    settings: &'a Settings,
    dice: Dice,
}

impl Hungry<'_> {
    /// One dish of these categories; of any category when the card knows none of them.
    fn one_of(&mut self, categories: &[&str], seat: u8) -> Option<NewLine> {
        let wanted = |c: &CategoryId| categories.contains(&c.0.as_str());
        let mut dishes: Vec<&Item> = self.menu.items.iter().filter(|i| !i.hidden && wanted(&i.category)).collect();
        if dishes.is_empty() {
            dishes = self.menu.items.iter().filter(|i| !i.hidden).collect();
        }
        let weights: Vec<u64> = dishes.iter().map(|i| if i.favourite { FAVOURITE } else { 1 }).collect();
        let item = dishes[self.dice.weighted(&weights)?];
        let portion = match item.portions.len() {
            0 | 1 => None,
            // The first is the usual one.
            n if self.dice.chance(300) => item.portions.get(self.dice.below(n as u64) as usize).map(|p| p.id.clone()),
            _ => None,
        };
        let note = if self.dice.chance(HAS_NOTE) { self.note() } else { String::new() };
        let allergy = if self.dice.chance(HAS_ALLERGY) { self.dice.pick(&ALLERGIES).copied() } else { None };
        Some(NewLine {
            item: item.id.clone(),
            portion,
            qty: 1,
            options: self.options(&item.groups, true),
            seat,
            course: None,
            note,
            allergy: allergy.unwrap_or_default().to_owned(),
        })
    }

    fn note(&mut self) -> String {
        let preset = self.dice.pick(&self.settings.note_presets);
        preset.map(|words| words.get(&self.settings.language).to_owned()).unwrap_or_default()
    }

    /// The forced choices, and now and then one more.
    fn options(&mut self, groups: &[GroupId], nest: bool) -> Vec<Pick> {
        let mut picks = Vec::new();
        for group in groups.iter().filter_map(|id| self.menu.group(id)) {
            let extra = usize::from(group.min < group.max && self.dice.chance(MODIFIES));
            picks.extend(self.some_of(group, usize::from(group.min) + extra, nest));
        }
        picks
    }

    fn some_of(&mut self, group: &Group, count: usize, nest: bool) -> Vec<Pick> {
        let first = self.dice.below(group.options.len() as u64) as usize;
        let turned = group.options.iter().cycle().skip(first).take(count.min(group.options.len()));
        let chosen: Vec<_> = turned.collect();
        chosen
            .into_iter()
            .map(|choice| Pick {
                group: group.id.clone(),
                option: choice.id.clone(),
                options: if nest { self.options(&choice.groups, false) } else { Vec::new() },
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use domain::demo;

    use super::*;
    use crate::demo_service::guests::saturday;

    #[test]
    fn every_guest_eats_and_every_forced_choice_is_made() {
        let (menu, settings) = (demo::menu(), demo::settings("en"));
        let mut modified = 0;
        for party in saturday(5, 0, 500) {
            let rounds = choose(&menu, &settings, &party);
            assert_eq!(rounds, choose(&menu, &settings, &party), "choosing is a function of the party");
            assert!(rounds.food.len() >= usize::from(party.covers));
            for line in rounds.drinks.iter().chain(&rounds.food).chain(&rounds.after) {
                let item = menu.item(&line.item).expect("it is on the card");
                modified += usize::from(!line.options.is_empty());
                for group in item.groups.iter().filter_map(|g| menu.group(g)) {
                    let chosen = line.options.iter().filter(|p| p.group == group.id).count();
                    assert!((usize::from(group.min)..=usize::from(group.max)).contains(&chosen), "{}", item.id);
                }
            }
        }
        assert!(modified > 300, "{modified}");
    }
}
