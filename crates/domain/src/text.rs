//! Words of the restaurant itself (item names, room names) in the languages it uses.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The longest name or note a person may write, in characters. Longer input is refused with a sentence, never cut.
pub const MAX_NAME: usize = 80;
/// The longest note on a line or reason for a correction.
pub const MAX_NOTE: usize = 200;

/// A text in one or more languages, by two-letter code; the first language of the store is always present.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Text(pub BTreeMap<String, String>);

impl Text {
    /// A text in one language.
    pub fn one(language: &str, words: &str) -> Text {
        Text(BTreeMap::from([(language.to_owned(), words.to_owned())]))
    }

    /// The words in `language`, else in English, else in whatever there is.
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).or_else(|| self.0.values().next()).map_or("", String::as_str)
    }

    /// True when at least one language has words and none is longer than [`MAX_NAME`].
    pub fn is_usable(&self) -> bool {
        self.0.values().any(|w| !w.trim().is_empty()) && self.0.values().all(|w| is_name(w) || w.is_empty())
    }
}

/// True for a name a person could have meant: visible, within [`MAX_NAME`], without control characters.
pub fn is_name(words: &str) -> bool {
    !words.trim().is_empty() && words.chars().count() <= MAX_NAME && !words.chars().any(char::is_control)
}

/// True for a note: within [`MAX_NOTE`] and without control characters, because a note is printed.
pub fn is_note(words: &str) -> bool {
    words.chars().count() <= MAX_NOTE && !words.chars().any(char::is_control)
}
