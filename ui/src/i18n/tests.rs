use std::{
    fs,
    path::{Path, PathBuf},
};

use super::*;
use crate::program::OFFICE;

/// On the host the texts are at hand.
pub(super) fn begin_with() -> Known {
    Language::ALL.map(|language| {
        let files = texts::BOOKS.map(|book| book.in_language(language as usize));
        files.iter().flat_map(|file| file.clone().leak().lines().skip(1)).collect()
    })
}

#[test]
fn languages_stand_in_the_order_of_their_texts() {
    assert_eq!(Language::ALL.map(Language::code), texts::LANGUAGES);
    assert_eq!(Language::ALL.map(|l| l as usize), [0, 1, 2, 3]);
}

#[test]
fn a_language_is_learnt_whole_and_from_this_build_only() {
    TEXTS.set(Known::default());
    let files = texts::BOOKS.map(|book| book.in_language(Language::De as usize));
    let check = |files: &[String], learnt: bool| {
        assert_eq!(learn(Language::De, OFFICE.words, files), learnt, "{:.40}", files.concat());
        assert_eq!(knows(Language::De), learnt);
    };
    check(&[], false);
    check(&files[..1], false);
    check(&[files[1].clone(), files[0].clone()], false);
    check(&[files[0].clone(), format!("0{}", files[1])], false);
    check(&[files[0].clone(), "Not found".into()], false);
    check(&files, true);
    assert!(!knows(Language::En));
    assert_eq!(text_in(Language::De, texts::place("close"), &[]), "Schließen");
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
    let knows = |book: &texts::Book, key: &str| book.tables.iter().any(|table| table.keys.contains(&key));
    let mut asked = [0, 0];
    for (path, text) in &files {
        let office =
            ["pages/manager/", "pages/setup/", "pages/tray/"].iter().any(|part| path.to_string_lossy().contains(part));
        for key in text.split("t!(\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            // `format!("…` ends in t!(" too; keys are lower-case words with dots.
            if key.contains('.') && key.chars().all(|c| c.is_ascii_lowercase() || matches!(c, '.' | '_')) {
                let has = knows(&texts::SERVICE, key) || office && knows(&texts::OFFICE, key);
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
        assert_eq!(text_in(language, texts::place("floor.guests"), &[("n", n.fill())]), said);
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
