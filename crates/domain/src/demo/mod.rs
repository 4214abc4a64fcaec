//! The demo restaurant: a neighbourhood trattoria complete enough to run a whole evening on. Everything here is
//! invented; allergens and diets are what such a dish would really declare, because people will copy them.

mod floor;
mod menu;
mod menu_drinks;
mod menu_food;
mod menu_groups;
mod settings;
mod staff;

pub use floor::floor;
pub use menu::menu;
pub use settings::settings;
pub use staff::staff;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use crate::text::Text;

/// The languages of the demo's own words, in the order of every name in it.
const LANGUAGES: [&str; 3] = ["en", "es", "de"];

/// A name in the languages of [`LANGUAGES`].
type Words = [&'static str; LANGUAGES.len()];

fn text(words: Words) -> Text {
    let words: BTreeMap<String, String> =
        LANGUAGES.iter().zip(words).map(|(language, word)| ((*language).to_owned(), word.to_owned())).collect();
    Text::from(words)
}

/// A name that is the same in every language.
fn same(word: &'static str) -> Words {
    [word; LANGUAGES.len()]
}
