//! The app's own words in this screen's language.
//!
//! `t!("order.fire", n = 4)` answers in the language of this screen; `n` is filled in and chooses the form. The texts stand
//! in `ui/texts`, and a key that is missing there does not compile. A page brings along the language it begins with and
//! fetches the others when it has nothing else to do ([`learn`]).

pub mod reason;
pub mod refusal;

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
};

use texts::Place;

/// What a program knows of its words while it has none: of which files, and from which build (`texts::Book`).
pub struct Words {
    name: &'static str,
    mark: u64,
}

impl Words {
    pub const fn of(book: &texts::Book) -> Words {
        Words { name: book.name, mark: book.mark() }
    }

    /// The file's address beside the page.
    pub fn file(&self, language: Language) -> String {
        file_of(self.name, language)
    }
}

/// Where the words of a program lie.
pub fn file_of(program: &str, language: Language) -> String {
    format!("texts/{program}.{}.txt", language.code())
}

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
    static TEXTS: RefCell<Known> = RefCell::new(begin_with());
}

/// For each language the texts by their places; none of a language that was not fetched yet.
type Known = [Vec<&'static str>; Language::ALL.len()];

#[cfg(not(test))]
fn begin_with() -> Known {
    Known::default()
}
#[cfg(test)]
use tests::begin_with;

/// Takes in a language: the file of each of this program's [`Words`], in their order. False if a file is not this build's;
/// then the language stays unknown.
pub fn learn(language: Language, words: &[Words], files: &[String]) -> bool {
    let own = |(words, file): (&Words, &String)| -> Option<String> {
        let (mark, texts) = file.split_once('\n')?;
        (mark == format!("{:016x}", words.mark)).then(|| texts.to_owned())
    };
    let Some(texts) = words.iter().zip(files).map(own).collect::<Option<Vec<_>>>() else { return false };
    let all_there = texts.len() == words.len();
    if all_there {
        // Kept for as long as the page lives, and learnt once.
        let texts = texts.concat().leak().lines().collect();
        TEXTS.with_borrow_mut(|known| known[language as usize] = texts);
    }
    all_there
}

/// Whether this screen could speak a language now.
pub fn knows(language: Language) -> bool {
    TEXTS.with_borrow(|known| !known[language as usize].is_empty())
}

/// The language of this screen.
pub fn language() -> Language {
    LANGUAGE.get()
}

/// Changes the language of everything drawn from now on.
pub fn speak(language: Language) {
    LANGUAGE.set(language);
}

/// What stands between the names of a list, with its space.
pub fn comma() -> &'static str {
    if LANGUAGE.get() == Language::Ar { "، " } else { ", " }
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

/// The text of a place in a language.
pub fn text_in(language: Language, place: Place, fills: &[(&str, Fill)]) -> String {
    let text = TEXTS.with_borrow(|known| known[language as usize].get(place.line()).copied()).unwrap_or_default();
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
        $crate::i18n::text_in($crate::i18n::language(), const { texts::place($key) }, &[])
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::i18n::text_in(
            $crate::i18n::language(), const { texts::place($key) },
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
