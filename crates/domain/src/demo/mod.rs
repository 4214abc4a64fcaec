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

use crate::text::Text;

/// The languages of the demo's own words, in the order of every name in it.
const LANGUAGES: [&str; 3] = ["en", "es", "de"];

/// A name in the languages of [`LANGUAGES`].
type Words = [&'static str; LANGUAGES.len()];

fn text(words: Words) -> Text {
    LANGUAGES.into_iter().zip(words).collect()
}

/// A name that is the same in every language.
fn same(word: &'static str) -> Words {
    [word; LANGUAGES.len()]
}
