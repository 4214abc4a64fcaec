use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::program::OFFICE_TEXTS;

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

#[test]
fn every_text_is_there_in_every_language_with_the_same_gaps() {
    let mut seen = BTreeSet::new();
    for (key, texts) in TABLES.iter().chain(OFFICE_TEXTS).flat_map(|table| rows(table)) {
        assert!(seen.insert(key), "{key} is there twice");
        let texts: Vec<&str> = texts.split('\0').collect();
        assert_eq!(texts.len(), Language::ALL.len(), "{key}");
        let wanted = placeholders(texts[0]);
        for (language, text) in Language::ALL.iter().zip(texts) {
            assert!(!text.trim().is_empty(), "{key} has no {language:?}");
            let forms = text.split('|').count();
            let most = if *language == Language::Ar { 4 } else { 2 };
            assert!(forms <= most, "{key} has {forms} forms in {language:?}");
            // The form for one may say "one" instead of the number.
            let gaps = placeholders(text);
            assert_eq!(gaps, wanted, "{key} in {language:?}");
        }
    }
}

fn sources(dir: &Path, out: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(dir).unwrap().map(Result::unwrap) {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs")
            && !path.ends_with("i18n/mod.rs")
            && !path.ends_with("i18n/tests.rs")
        {
            let text = fs::read_to_string(&path).unwrap();
            out.push((path, text));
        }
    }
}

#[test]
fn every_key_in_the_code_has_a_text_in_its_program() {
    let mut files = Vec::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src")), &mut files);
    let knows = |tables: &[Texts], key: &str| tables.iter().any(|table| rows(table).any(|(k, _)| k == key));
    let mut asked = [0, 0];
    for (path, text) in &files {
        let office =
            ["pages/manager/", "pages/setup/", "pages/tray/"].iter().any(|part| path.to_string_lossy().contains(part));
        for key in text.split("t!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            // `format!("…` ends in t!(" too; keys are lower-case words with dots.
            if key.contains('.') && key.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')) {
                let has = knows(&TABLES, key) || office && knows(OFFICE_TEXTS, key);
                assert!(has, "{key} has no text where {} is shown", path.display());
                asked[usize::from(office)] += 1;
            }
        }
    }
    assert!(asked.iter().all(|n| *n > 50), "the search found only {asked:?} keys");
}

#[test]
fn numbers_choose_the_form() {
    let check = |language, n: u32, said: &str| {
        assert_eq!(text_in(language, "floor.guests", &[("n", n.fill())]), said);
    };
    check(Language::En, 1, "1 guest");
    check(Language::En, 4, "4 guests");
    check(Language::De, 1, "1 Gast");
    check(Language::De, 0, "0 Gäste");
    check(Language::Es, 2, "2 comensales");
    check(Language::Ar, 2, "ضيفان (\u{2068}2\u{2069})");
    check(Language::Ar, 5, "\u{2068}5\u{2069} ضيوف");
    check(Language::Ar, 11, "\u{2068}11\u{2069} ضيفًا");
}
