//! The app's own words: tables of keys, each with its text in every language, side by side so that they stay together.
//!
//! The app carries none of them. It knows each text by its [place], found while it is compiled; a key without a text does not
//! compile. `xtask/bundle` writes what stands at those places into a file for each language, and a screen loads the one it
//! speaks. So a page and its texts must come from one build: [`Book::mark`] tells.
//!
//! `{n}` is filled in; forms are parted by `|` and chosen by `n`: one and other in European languages, one, two, few and
//! other in Arabic.

/// A table of keys, each with its text in the order of [`LANGUAGES`].
macro_rules! texts {
    ($(($key:literal, [$en:literal, $es:literal, $de:literal, $ar:literal $(,)?])),* $(,)?) => {
        Table {
            keys: &[$($key),*],
            columns: [concat!($($en, "\n",)*), concat!($($es, "\n",)*), concat!($($de, "\n",)*), concat!($($ar, "\n",)*)],
        }
    };
}

mod core;
mod devices;
mod kitchen;
mod manager;
mod manager_house;
mod order;
mod pay;
mod refusals;
mod setup;
mod terminals;
mod together;
mod tray;

/// The languages of the screens, by their codes.
pub const LANGUAGES: [&str; 4] = ["en", "es", "de", "ar"];

/// Keys with their texts.
#[derive(Clone, Copy)]
pub struct Table {
    pub keys: &'static [&'static str],
    /// For each language the texts in the order of the keys, a line each.
    columns: [&'static str; LANGUAGES.len()],
}

/// The words of one of the app's programs.
pub struct Book {
    /// Its files are `texts/{name}.{language}.txt`, and this the program's own name.
    pub name: &'static str,
    pub tables: &'static [Table],
}

/// What every screen needs.
pub const SERVICE: Book = Book {
    name: "ui",
    tables: &[core::TEXTS, order::TEXTS, pay::TEXTS, kitchen::TEXTS, refusals::TEXTS, together::TEXTS],
};

/// What the office needs beside that.
pub const OFFICE: Book = Book {
    name: "office",
    tables: &[setup::TEXTS, manager::TEXTS, manager_house::TEXTS, terminals::TEXTS, devices::TEXTS, tray::TEXTS],
};

/// In the order of the places.
pub const BOOKS: [&Book; 2] = [&SERVICE, &OFFICE];

/// Where a text stands: its line in the files of a language, laid one behind the other in the order of [`BOOKS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place(u16);

impl Place {
    pub const fn line(self) -> usize {
        self.0 as usize
    }
}

/// Where the text of a key stands. To be asked while compiling: `const { texts::place("order.fire") }`.
///
/// # Panics
/// There is no such key, so that a page which names it does not compile.
pub const fn place(key: &str) -> Place {
    let wanted = hash(START, key);
    let mut at = 0;
    while at < COUNT {
        if KEYS[at] == wanted {
            return Place(at as u16);
        }
        at += 1;
    }
    panic!("no text has this key")
}

impl Book {
    /// Tells one build's words from another's: a page must not read lines out of a file that counts them differently.
    pub const fn mark(&self) -> u64 {
        let (mut mark, mut table) = (START, 0);
        while table < self.tables.len() {
            let Table { keys, columns } = &self.tables[table];
            let mut at = 0;
            while at < keys.len() {
                mark = hash(mark, keys[at]);
                at += 1;
            }
            let mut language = 0;
            while language < columns.len() {
                mark = hash(mark, columns[language]);
                language += 1;
            }
            table += 1;
        }
        mark
    }

    /// Its file in a language, by its place among [`LANGUAGES`]: the [mark](Book::mark), then a line for each text.
    pub fn in_language(&self, language: usize) -> String {
        let mut file = format!("{:016x}\n", self.mark());
        self.tables.iter().for_each(|table| file.push_str(table.columns[language]));
        file
    }
}

impl Table {
    /// Each key with its texts.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, [&'static str; LANGUAGES.len()])> {
        let mut columns = self.columns.map(str::lines);
        self.keys.iter().map(move |key| (*key, columns.each_mut().map(|lines| lines.next().unwrap_or_default())))
    }
}

const COUNT: usize = {
    let (mut count, mut book) = (0, 0);
    while book < BOOKS.len() {
        let mut table = 0;
        while table < BOOKS[book].tables.len() {
            count += BOOKS[book].tables[table].keys.len();
            table += 1;
        }
        book += 1;
    }
    assert!(count <= u16::MAX as usize);
    count
};

/// The hash of each key, in the order of the places: a thousand places are found without comparing texts.
const KEYS: &[u64; COUNT] = &{
    let (mut keys, mut at, mut book) = ([0; COUNT], 0, 0);
    while book < BOOKS.len() {
        let mut table = 0;
        while table < BOOKS[book].tables.len() {
            let of_table = BOOKS[book].tables[table].keys;
            let mut key = 0;
            while key < of_table.len() {
                keys[at] = hash(START, of_table[key]);
                (at, key) = (at + 1, key + 1);
            }
            table += 1;
        }
        book += 1;
    }
    keys
};

const START: u64 = 0xcbf2_9ce4_8422_2325;

/// FNV-1a, going on from `hash`.
const fn hash(mut hash: u64, text: &str) -> u64 {
    let (bytes, mut at) = (text.as_bytes(), 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

#[cfg(test)]
mod tests;
