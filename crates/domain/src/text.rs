//! Words of the restaurant itself (item names, room names) in the languages it uses.

use std::{collections::BTreeMap, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest name or note a person may write, in characters. Longer input is refused with a sentence, never cut.
pub const MAX_NAME: usize = 80;
/// The longest note on a line or reason for a correction.
pub const MAX_NOTE: usize = 200;

/// A text in one or more languages, by two-letter code; the first language of the store is always present. Shared, not
/// copied: a line takes the names of its item and options along through the log, the check and the tickets.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(Arc<BTreeMap<String, String>>);

impl Text {
    /// A text in one language.
    pub fn one(language: &str, words: &str) -> Text {
        Text(Arc::new(BTreeMap::from([(language.to_owned(), words.to_owned())])))
    }

    /// Writes the words of one language.
    pub fn set(&mut self, language: &str, words: String) {
        Arc::make_mut(&mut self.0).insert(language.to_owned(), words);
    }

    /// Leaves a language without words.
    pub fn remove(&mut self, language: &str) {
        Arc::make_mut(&mut self.0).remove(language);
    }

    /// The words by language code.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.0
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

impl From<BTreeMap<String, String>> for Text {
    fn from(words: BTreeMap<String, String>) -> Text {
        Text(Arc::new(words))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        self.0.serialize(s)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Text, D::Error> {
        BTreeMap::deserialize(d).map(Text::from)
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
