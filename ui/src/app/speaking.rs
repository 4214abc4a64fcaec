//! Which language this screen speaks. The page comes with one (`ui/static/boot.js` chooses it by what this screen was set to,
//! else by the browser); the others are fetched when nothing else is to be done, so that a person can change over while the
//! terminal is out of reach.

use gloo_timers::future::TimeoutFuture;
use js_sys::{Array, Reflect};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

use super::App;
use crate::{
    backend, browser,
    i18n::{self, Language, Words},
    t,
};

/// What this screen was set to, for `boot.js`.
const LANGUAGE: &str = "comanda.language";
/// Where `boot.js` leaves the files of the language the page begins with.
const BROUGHT: &str = "comandaTexts";
/// How long a page works before it fetches the languages it does not speak, in milliseconds: what it shows first comes first.
const OTHERS_AFTER_MS: u32 = 2_000;
/// How long it waits before it asks again for those it could not get.
const AGAIN_AFTER_MS: u32 = 15_000;

/// Takes in the texts the page came with. Without them, or with those of another build, nothing can be shown: `boot.js`
/// then says to load the page again.
pub fn begin_to_speak(words: &[Words]) {
    let brought = web_sys::window().and_then(|window| Reflect::get(&window, &BROUGHT.into()).ok());
    let files = brought.and_then(|files| files.dyn_into::<Array>().ok()).unwrap_or_default();
    let files: Vec<String> = files.iter().filter_map(|file| file.as_string()).collect();
    if !i18n::learn(App::first_language(), words, &files) {
        wasm_bindgen::throw_str("the texts are not of this build");
    }
}

impl App {
    /// The language the page came in.
    pub(crate) fn first_language() -> Language {
        browser::root_attribute("lang").and_then(|code| Language::of(&code)).unwrap_or_default()
    }

    /// Changes this screen's language, at once if it is known here.
    pub fn speak(&self, language: Language) {
        browser::remember(LANGUAGE, language.code());
        if i18n::knows(language) {
            return self.turn_to(language);
        }
        let app = self.clone();
        spawn_local(async move {
            let here = app.fetch_language(language).await;
            if browser::remembered(LANGUAGE).is_none_or(|wanted| wanted == language.code()) {
                if here { app.turn_to(language) } else { app.toast(t!("me.language_away")) }
            }
        });
    }

    fn turn_to(&self, language: Language) {
        self.change(|s| s.language = language);
        self.dress();
    }

    /// Fetches, while the page has nothing else to do, every language it does not know yet.
    pub(crate) fn learn_languages(&self) {
        let app = self.clone();
        spawn_local(async move {
            TimeoutFuture::new(OTHERS_AFTER_MS).await;
            while !Language::ALL.into_iter().all(i18n::knows) {
                let mut here = true;
                for language in Language::ALL {
                    here = here && (i18n::knows(language) || app.fetch_language(language).await);
                }
                if !here {
                    TimeoutFuture::new(AGAIN_AFTER_MS).await;
                }
            }
        });
    }

    async fn fetch_language(&self, language: Language) -> bool {
        let words = self.inner.program.words;
        let mut files = Vec::new();
        for one in words {
            let Some(file) = backend::file(&one.file(language)).await else { return false };
            files.push(file);
        }
        i18n::learn(language, words, &files)
    }
}
