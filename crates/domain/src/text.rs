//! Words of the restaurant itself (item names, room names) in the languages it uses.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use smol_str::SmolStr;

/// The longest name or note a person may write, in characters. Longer input is refused with a sentence, never cut.
pub const MAX_NAME: usize = 80;
/// The longest note on a line or reason for a correction.
pub const MAX_NOTE: usize = 200;

/// A text in one or more languages, by two-letter code; the first language of the store is always present. Shared, not
/// copied: a line takes the names of its item and options along through the log, the check and the tickets. Kept as one
/// short sorted list, because every line that arrives from another terminal brings some.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text(Arc<[(SmolStr, SmolStr)]>);

impl Text {
    /// A text in one language.
    pub fn one(language: &str, words: &str) -> Text {
        Text::from_iter([(language, words)])
    }

    /// Writes the words of one language.
    pub fn set(&mut self, language: &str, words: &str) {
        *self = self.all().chain([(language, words)]).collect();
    }

    /// Leaves a language without words.
    pub fn remove(&mut self, language: &str) {
        *self = self.all().filter(|(code, _)| *code != language).collect();
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Language codes and words, by code.
    pub fn all(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(language, words)| (language.as_str(), words.as_str()))
    }

    pub fn languages(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(language, _)| language)
    }

    /// The words in every language.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.all().map(|(_, words)| words)
    }

    /// The words in `language` and no other.
    pub fn written_in(&self, language: &str) -> Option<&str> {
        self.all().find(|(code, _)| *code == language).map(|(_, words)| words)
    }

    /// The words in `language`, else in English, else in whatever there is.
    pub fn get(&self, language: &str) -> &str {
        self.written_in(language).or_else(|| self.written_in("en")).or_else(|| self.words().next()).unwrap_or_default()
    }

    /// True when at least one language has words and none is longer than [`MAX_NAME`].
    pub fn is_usable(&self) -> bool {
        self.words().any(|w| !w.trim().is_empty()) && self.words().all(|w| is_name(w) || w.is_empty())
    }
}

/// Of two words for one language the later ones hold.
fn put(all: &mut Vec<(SmolStr, SmolStr)>, language: SmolStr, words: SmolStr) {
    match all.binary_search_by(|(code, _)| code.cmp(&language)) {
        Ok(at) => all[at].1 = words,
        Err(at) => all.insert(at, (language, words)),
    }
}

impl<L: Into<SmolStr>, W: Into<SmolStr>> FromIterator<(L, W)> for Text {
    fn from_iter<I: IntoIterator<Item = (L, W)>>(words: I) -> Text {
        let mut all = Vec::new();
        words.into_iter().for_each(|(language, words)| put(&mut all, language.into(), words.into()));
        Text(all.into())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_map(self.all())
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(d: D) -> Result<Text, D::Error> {
        struct ByLanguage;
        impl<'de> de::Visitor<'de> for ByLanguage {
            type Value = Text;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("words by language")
            }
            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
                let mut all = Vec::new();
                while let Some((language, words)) = map.next_entry()? {
                    put(&mut all, language, words);
                }
                Ok(Text(all.into()))
            }
        }
        d.deserialize_map(ByLanguage)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_kept_by_language_whatever_order_they_come_in() {
        let read = |text: &str| serde_json::from_str::<Text>(text).expect("words");
        let text = read(r#"{"es":"Pan","de":"Brot","en":"Bread"}"#);
        assert_eq!(text, Text::from_iter([("de", "Brot"), ("en", "Bread"), ("es", "Pan")]));
        assert_eq!(serde_json::to_string(&text).expect("JSON"), r#"{"de":"Brot","en":"Bread","es":"Pan"}"#);
        assert_eq!(read(r#"{"en":"Loaf","en":"Bread"}"#), Text::one("en", "Bread"), "the later words hold");
        assert_eq!((text.get("de"), text.get("fr"), read("{}").get("de")), ("Brot", "Bread", ""));
        assert_eq!((text.written_in("de"), text.written_in("fr")), (Some("Brot"), None));
        assert!(serde_json::from_str::<Text>(r#"["Bread"]"#).is_err());

        let mut changed = text.clone();
        changed.set("en", "Roll");
        changed.set("fr", "Petit pain");
        changed.remove("es");
        assert_eq!(changed.all().collect::<Vec<_>>(), [("de", "Brot"), ("en", "Roll"), ("fr", "Petit pain")]);
        assert_eq!(text.get("en"), "Bread", "what was shared stays");
    }
}
