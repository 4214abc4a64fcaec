//! The columns of a menu sheet and the words in its cells: one row is one portion of one item.

use super::{Allergen, Diet};
use crate::money::{Currency, MAX_AMOUNT, Money};

/// The id and name an item's only portion gets when the sheet does not say.
pub(super) const ONLY_PORTION: &str = "regular";
/// Between several words of one cell.
pub(super) const BETWEEN: &str = " | ";

/// One column, by its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Column {
    Id,
    /// `name_es`; a plain `name` is in the store's language.
    Name(String),
    Category,
    Portion,
    /// `portion_es`.
    PortionName(String),
    Price,
    Station,
    Tax,
    TaxTakeaway,
    Allergens,
    Diets,
    Course,
    Groups,
    Favourite,
    KitchenName,
    Hidden,
}

const PLAIN: [(&str, Column); 14] = [
    ("id", Column::Id),
    ("category", Column::Category),
    ("portion", Column::Portion),
    ("price", Column::Price),
    ("station", Column::Station),
    ("tax", Column::Tax),
    ("tax_takeaway", Column::TaxTakeaway),
    ("allergens", Column::Allergens),
    ("diets", Column::Diets),
    ("course", Column::Course),
    ("groups", Column::Groups),
    ("favourite", Column::Favourite),
    ("kitchen_name", Column::KitchenName),
    ("hidden", Column::Hidden),
];

impl Column {
    /// The column with this heading; spaces and capitals do not matter.
    pub fn of(heading: &str, language: &str) -> Option<Column> {
        let heading = heading.trim().to_lowercase().replace([' ', '-'], "_");
        if let Some((_, column)) = PLAIN.iter().find(|(word, _)| *word == heading) {
            return Some(column.clone());
        }
        let in_language = |code: &str| {
            ((2..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
                .then(|| code.replace('_', "-"))
        };
        match heading.split_once('_') {
            None if heading == "name" => Some(Column::Name(language.to_owned())),
            Some(("name", code)) => in_language(code).map(Column::Name),
            Some(("portion", code)) => in_language(code).map(Column::PortionName),
            _ => None,
        }
    }

    pub fn heading(&self) -> String {
        match self {
            Column::Name(code) => format!("name_{code}"),
            Column::PortionName(code) => format!("portion_{code}"),
            plain => PLAIN.iter().find(|(_, c)| c == plain).map_or_else(String::new, |(word, _)| (*word).to_owned()),
        }
    }

    /// Whether the column says something of a portion; the others say it of the whole item.
    pub fn is_of_portion(&self) -> bool {
        matches!(self, Column::Portion | Column::PortionName(_) | Column::Price)
    }

    /// All columns of an exported sheet with these languages.
    pub fn all(languages: &[String]) -> Vec<Column> {
        let mut columns = vec![Column::Id];
        columns.extend(languages.iter().cloned().map(Column::Name));
        columns.extend([Column::Category, Column::Portion]);
        columns.extend(languages.iter().cloned().map(Column::PortionName));
        let known = |c: &Column| columns.contains(c);
        let rest: Vec<Column> = PLAIN.iter().map(|(_, c)| c.clone()).filter(|c| !known(c)).collect();
        columns.extend(rest);
        columns
    }
}

/// The law's names first, which are written; then what people also write.
const ALLERGENS: [(&str, Allergen); 22] = [
    ("gluten", Allergen::Gluten),
    ("crustaceans", Allergen::Crustaceans),
    ("eggs", Allergen::Eggs),
    ("fish", Allergen::Fish),
    ("peanuts", Allergen::Peanuts),
    ("soy", Allergen::Soy),
    ("milk", Allergen::Milk),
    ("nuts", Allergen::Nuts),
    ("celery", Allergen::Celery),
    ("mustard", Allergen::Mustard),
    ("sesame", Allergen::Sesame),
    ("sulphites", Allergen::Sulphites),
    ("lupin", Allergen::Lupin),
    ("molluscs", Allergen::Molluscs),
    ("egg", Allergen::Eggs),
    ("peanut", Allergen::Peanuts),
    ("soya", Allergen::Soy),
    ("dairy", Allergen::Milk),
    ("lactose", Allergen::Milk),
    ("tree_nuts", Allergen::Nuts),
    ("sulfites", Allergen::Sulphites),
    ("mollusks", Allergen::Molluscs),
];

const DIETS: [(&str, Diet); 5] = [
    ("vegetarian", Diet::Vegetarian),
    ("vegan", Diet::Vegan),
    ("gluten_free", Diet::GlutenFree),
    ("halal", Diet::Halal),
    ("kosher", Diet::Kosher),
];

/// What a cell with several words says, or the word nobody knows.
fn words<T: Copy + PartialEq>(known: &[(&str, T)], cell: &str) -> Result<Vec<T>, String> {
    let mut found = Vec::new();
    for part in cell.split(['|', ',', ';', '/']).map(str::trim).filter(|p| !p.is_empty()) {
        let word = part.to_lowercase().replace([' ', '-'], "_");
        let (_, meant) = known.iter().find(|(w, _)| *w == word).ok_or_else(|| part.to_owned())?;
        if !found.contains(meant) {
            found.push(*meant);
        }
    }
    Ok(found)
}

fn written<T: Copy + PartialEq>(known: &[(&str, T)], list: &[T]) -> String {
    let word = |t: &T| known.iter().find(|(_, k)| k == t).map_or("", |(w, _)| *w);
    list.iter().map(word).collect::<Vec<_>>().join(BETWEEN)
}

pub(super) fn read_allergens(cell: &str) -> Result<Vec<Allergen>, String> {
    words(&ALLERGENS, cell).map_err(|word| {
        let all: Vec<&str> = ALLERGENS[..Allergen::ALL.len()].iter().map(|(w, _)| *w).collect();
        format!("'{word}' is not an allergen; write {}", all.join(", "))
    })
}

pub(super) fn read_diets(cell: &str) -> Result<Vec<Diet>, String> {
    words(&DIETS, cell).map_err(|word| {
        let all: Vec<&str> = DIETS.iter().map(|(w, _)| *w).collect();
        format!("'{word}' is not a diet; write {}", all.join(", "))
    })
}

pub(super) fn write_allergens(list: &[Allergen]) -> String {
    written(&ALLERGENS, list)
}

pub(super) fn write_diets(list: &[Diet]) -> String {
    written(&DIETS, list)
}

/// Yes or no as people mark it; an empty cell is no.
pub(super) fn read_yes(cell: &str) -> Result<bool, String> {
    match cell.to_lowercase().as_str() {
        "" | "no" | "false" | "0" | "nein" | "non" => Ok(false),
        "yes" | "true" | "1" | "x" | "sí" | "si" | "ja" | "oui" => Ok(true),
        _ => Err(format!("'{cell}' is neither yes nor no")),
    }
}

pub(super) fn write_yes(yes: bool) -> String {
    if yes { "yes".into() } else { String::new() }
}

/// An amount as people type it, with a point or a comma before the minor units, and with or without the currency.
pub(super) fn read_price(cell: &str, currency: &Currency) -> Result<Money, String> {
    let digits = usize::from(currency.digits.min(4));
    let example = currency.plain(Money(1250));
    let mut words = cell;
    for sign in [currency.symbol.as_str(), currency.code.as_str()] {
        words = words.trim().trim_start_matches(sign).trim_end_matches(sign).trim();
    }
    if words.starts_with('-') {
        return Err("a price is never below zero".into());
    }
    let (whole, part) = words.split_once(['.', ',']).unwrap_or((words, ""));
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !is_number(whole) || words.len() > whole.len() && !is_number(part) {
        return Err(format!("'{cell}' is not a price; write it without thousands marks, for example {example}"));
    }
    if part.len() > digits {
        return Err(match digits {
            0 => format!("{} has no decimal places; write {example}", currency.code),
            _ => format!("{} has {digits} decimal places; write for example {example}", currency.code),
        });
    }
    let minor = format!("{whole}{part:0<digits$}");
    match minor.parse::<i64>() {
        Ok(amount) if amount <= MAX_AMOUNT => Ok(Money(amount)),
        _ => Err("this price is beyond reason".into()),
    }
}

/// Words as an id: small letters and digits of any script, with single dashes between them.
pub(super) fn slug(words: &str) -> String {
    let lower = words.to_lowercase();
    lower.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn currency(code: &str, digits: u8, symbol: &str) -> Currency {
        Currency { code: code.into(), digits, symbol: symbol.into() }
    }

    #[test]
    fn prices_are_read_as_people_type_them() {
        let euro = currency("EUR", 2, "€");
        let check = |cell: &str, cents: Option<i64>| {
            assert_eq!(read_price(cell, &euro).ok(), cents.map(Money), "{cell:?}");
        };
        check("12.50", Some(1250));
        check("12,50", Some(1250));
        check("12,5", Some(1250));
        check("12", Some(1200));
        check("0", Some(0));
        check("€ 3.20", Some(320));
        check("3,20\u{a0}€", Some(320));
        check("EUR 3.20", Some(320));
        check("1000000000.00", Some(MAX_AMOUNT));
        for bad in [
            "",
            "€",
            "-1",
            "-0.50",
            "1.234",
            "1.234,50",
            "1,234.50",
            "1 200",
            "12.",
            ".5",
            "1e3",
            "0x10",
            "٣",
            "12.5o",
            "1000000000.01",
            "99999999999999999999",
            "NaN",
            "+5",
            "12.50.1",
            "= 1",
        ] {
            check(bad, None);
        }
        assert_eq!(read_price("1200", &currency("JPY", 0, "¥")), Ok(Money(1200)));
        assert!(read_price("12.50", &currency("JPY", 0, "¥")).is_err());
        assert_eq!(read_price("1.250", &currency("KWD", 3, "KD")), Ok(Money(1250)));
        assert_eq!(read_price("8.75", &currency("USD", 2, "$")), Ok(Money(875)));
    }

    #[test]
    fn every_allergen_and_diet_has_its_word() {
        assert_eq!(read_allergens(&write_allergens(&Allergen::ALL)), Ok(Allergen::ALL.to_vec()));
        assert_eq!(
            read_allergens("Milk, tree nuts;GLUTEN/soya | dairy"),
            Ok(vec![Allergen::Milk, Allergen::Nuts, Allergen::Gluten, Allergen::Soy])
        );
        assert_eq!(read_diets("Gluten-free, vegan"), Ok(vec![Diet::GlutenFree, Diet::Vegan]));
        assert!(read_allergens("milk glutten").is_err_and(|e| e.contains("'milk glutten'")));
        for (word, allergen) in ALLERGENS.iter().take(Allergen::ALL.len()) {
            assert_eq!(serde_json::to_value(allergen).ok(), Some((*word).into()), "the same word as in JSON");
        }
        for (word, diet) in DIETS {
            assert_eq!(serde_json::to_value(diet).ok(), Some(word.into()), "the same word as in JSON");
        }
    }

    #[test]
    fn headings_are_known_in_any_dress() {
        for (heading, column) in [
            ("ID", Some(Column::Id)),
            (" Price ", Some(Column::Price)),
            ("Tax takeaway", Some(Column::TaxTakeaway)),
            ("name", Some(Column::Name("de".into()))),
            ("Name_ES", Some(Column::Name("es".into()))),
            ("portion", Some(Column::Portion)),
            ("portion_pt-br", Some(Column::PortionName("pt-br".into()))),
            ("alergens", None),
            ("name_", None),
            ("", None),
        ] {
            assert_eq!(Column::of(heading, "de"), column, "{heading}");
        }
        for column in Column::all(&["en".into(), "pt-br".into()]) {
            assert_eq!(Column::of(&column.heading(), "xx"), Some(column));
        }
    }

    #[test]
    fn ids_come_from_words() {
        for (words, id) in
            [("Fish & Chips", "fish-chips"), ("Käsespätzle!", "käsespätzle"), ("寿司", "寿司"), (" -- ", "")]
        {
            assert_eq!(slug(words), id);
        }
    }
}
