use std::collections::{BTreeMap, BTreeSet};

use super::*;

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn rows() -> impl Iterator<Item = (&'static str, [&'static str; LANGUAGES.len()])> {
    BOOKS.iter().flat_map(|book| book.tables).flat_map(Table::rows)
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_gaps() {
    let mut seen = BTreeSet::new();
    for (key, texts) in rows() {
        assert!(seen.insert(key), "{key} is there twice");
        let wanted = placeholders(texts[0]);
        for (language, text) in LANGUAGES.iter().zip(texts) {
            assert!(!text.trim().is_empty(), "{key} has no text in {language}");
            let forms = text.split('|').count();
            let most = if *language == "ar" { 4 } else { 2 };
            assert!(forms <= most, "{key} has {forms} forms in {language}");
            // The form for one may say "one" instead of the number.
            assert_eq!(placeholders(text), wanted, "{key} in {language}");
        }
    }
    assert_eq!(seen.len(), COUNT);
}

#[test]
fn a_key_leads_to_the_line_its_text_stands_on() {
    let files: Vec<Vec<String>> = (0..LANGUAGES.len())
        .map(|language| {
            let files = BOOKS.map(|book| book.in_language(language));
            files.iter().flat_map(|file| file.lines().skip(1)).map(str::to_owned).collect()
        })
        .collect();
    let mut hashes = BTreeMap::new();
    for (key, texts) in rows() {
        assert_eq!(hashes.insert(hash(START, key), key), None, "{key} is taken for another key");
        for (file, text) in files.iter().zip(texts) {
            assert_eq!(file[place(key).line()], text, "{key}");
        }
    }
}

#[test]
fn files_of_two_builds_are_told_apart() {
    const BEFORE: Book = Book { name: "a", tables: &[texts![("yes", ["Yes", "Sí", "Ja", "نعم"])]] };
    const AFTER: Book = Book { name: "a", tables: &[texts![("yes", ["Yes", "Sí", "Jawohl", "نعم"])]] };
    assert_ne!(BEFORE.in_language(0).lines().next(), AFTER.in_language(0).lines().next());
    assert_eq!(BEFORE.in_language(2).lines().nth(1), Some("Ja"));
}
