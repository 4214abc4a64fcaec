//! The app's own words. Keys lead to texts in every language; a test refuses a key, a language or a placeholder that is missing.
//!
//! `t!("order.fire", n = 4)` answers in the language of this screen. `{n}` is filled in; forms are parted by `|` and chosen
//! by `n`: one and other in European languages, one, two, few and other in Arabic.

/// A table of keys, each with its text in every language. It becomes one string, read when the app starts: two thousand
/// addresses of strings would weigh more on the way to a telephone than finding them again.
macro_rules! texts {
    ($(($key:literal, [$($text:literal),+ $(,)?])),* $(,)?) => {
        concat!($($key, $("\0", $text,)+ "\n",)*)
    };
}

mod core;
pub mod devices;
mod kitchen;
pub mod manager;
pub mod manager_house;
mod order;
mod pay;
mod refusals;
pub mod setup;
pub mod terminals;
mod together;
pub mod tray;

pub mod refusal;

use std::{cell::Cell, collections::HashMap, fmt::Display};

/// A line for each key with its text in each language, in the order of [`Language::ALL`], as `texts!` writes it.
pub type Texts = &'static str;

/// What every screen needs. A program [brings](bring) the words of its own pages.
const TABLES: [Texts; 6] = [core::TEXTS, order::TEXTS, pay::TEXTS, kitchen::TEXTS, refusals::TEXTS, together::TEXTS];

/// A language of the screens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    #[default]
    En,
    Es,
    De,
    /// Also the check that every screen mirrors.
    Ar,
}

impl Language {
    pub const ALL: [Language; 4] = [Language::En, Language::Es, Language::De, Language::Ar];

    /// The language of a two-letter code or a locale such as `de-DE`.
    pub fn of(code: &str) -> Option<Language> {
        Self::ALL.into_iter().find(|l| code.split(['-', '_']).next() == Some(l.code()))
    }

    pub fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Es => "es",
            Language::De => "de",
            Language::Ar => "ar",
        }
    }

    /// What its speakers call it.
    pub fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Es => "Español",
            Language::De => "Deutsch",
            Language::Ar => "العربية",
        }
    }

    pub fn direction(self) -> &'static str {
        if self == Language::Ar { "rtl" } else { "ltr" }
    }

    /// Which of a text's forms goes with `n`.
    fn form(self, n: i64, forms: usize) -> usize {
        let wanted = match self {
            Language::Ar => match n {
                1 => 0,
                2 => 1,
                _ if (3..=10).contains(&(n % 100)) => 2,
                _ => 3,
            },
            _ => usize::from(n != 1),
        };
        wanted.min(forms.saturating_sub(1))
    }
}

thread_local! {
    static LANGUAGE: Cell<Language> = const { Cell::new(Language::En) };
    static BROUGHT: Cell<&'static [Texts]> = const { Cell::new(&[]) };
    static INDEX: HashMap<&'static str, &'static str> =
        TABLES.iter().chain(BROUGHT.get()).flat_map(|table| rows(table)).collect();
}

/// The keys of a table, each with its texts.
fn rows(table: Texts) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.lines().filter_map(|line| line.split_once('\0'))
}

/// More texts, to be brought before the first is asked for.
pub fn bring(texts: &'static [Texts]) {
    BROUGHT.set(texts);
}

/// The language of this screen.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Changes the language of everything drawn from now on.
pub fn speak(language: Language) {
    LANGUAGE.set(language);
}

/// A value to fill in. Numbers also choose the form.
pub struct Fill {
    text: String,
    number: Option<i64>,
}

/// Anything that can be filled into a text.
pub trait Fills {
    fn fill(&self) -> Fill;
}

macro_rules! number_fills {
    ($($kind:ty),*) => {$(
        impl Fills for $kind {
            fn fill(&self) -> Fill {
                Fill { text: self.to_string(), number: Some(*self as i64) }
            }
        }
    )*};
}
number_fills!(u8, u16, u32, u64, usize, i32, i64);

impl Fills for str {
    fn fill(&self) -> Fill {
        Fill { text: self.to_owned(), number: None }
    }
}
impl Fills for String {
    fn fill(&self) -> Fill {
        self.as_str().fill()
    }
}
impl<T: Fills + ?Sized> Fills for &T {
    fn fill(&self) -> Fill {
        (**self).fill()
    }
}

/// Anything with a text form, where the number must not choose the form.
pub fn shown(value: impl Display) -> String {
    value.to_string()
}

/// The text of a key in a language; the key itself when there is none, which a test makes impossible for keys in the code.
pub fn text_in(language: Language, key: &str, fills: &[(&str, Fill)]) -> String {
    let Some(texts) = INDEX.with(|index| index.get(key).copied()) else { return key.to_owned() };
    let text = texts.split('\0').nth(language as usize).unwrap_or_default();
    let forms: Vec<&str> = text.split('|').collect();
    let number = fills.iter().find_map(|(_, f)| f.number).unwrap_or(1);
    let mut out = forms[language.form(number, forms.len())].to_owned();
    for (name, fill) in fills {
        // Among words that run from the right, an amount or a name keeps its own order (Unicode UAX #9, isolates).
        let (open, close) = if language == Language::Ar { ("\u{2068}", "\u{2069}") } else { ("", "") };
        out = out.replace(&format!("{{{name}}}"), &[open, &fill.text, close].concat());
    }
    out
}

/// The text of a key in this screen's language: `t!("floor.guests", n = covers)`.
#[macro_export]
macro_rules! t {
    ($key:expr) => {
        $crate::i18n::text_in($crate::i18n::language(), $key, &[])
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::text_in(
            $crate::i18n::language(), $key,
            &[$((stringify!($name), $crate::i18n::Fills::fill(&$value))),+],
        )
    };
}

/// The restaurant's own words (item and room names) in this screen's language.
pub fn words(text: &domain::text::Text) -> String {
    text.get(language().code()).to_owned()
}

#[cfg(test)]
mod tests;
