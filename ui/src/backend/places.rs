//! Which of the restaurant's terminals this page works with. It begins at the one the page came from; when that falls
//! silent, all that are known are asked at once and the first that answers is taken. Nobody goes back by itself: where it
//! is well the page stays, or two half-dead terminals would toss it to and fro.

use std::{cell::RefCell, rc::Rc};

use domain::{
    query::Update,
    view::{Elsewhere, HereView},
};
use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::http;
use crate::{browser, json};

/// A terminal that says nothing for so long is passed over, in milliseconds.
const ANSWERS_WITHIN_MS: u32 = 1_200;
/// The last word on where else one can work, as the terminal sent it.
const KEPT: &str = "comanda.elsewhere";

#[derive(Default)]
struct Places {
    /// `https://192.168.1.20:7700` of another terminal; empty is where the page came from.
    base: String,
    /// What the terminal the page moved to is called.
    name: String,
}

thread_local! {
    static PLACES: RefCell<Places> = RefCell::default();
}

/// A path at the terminal the page works with.
pub fn address(path: &str) -> String {
    PLACES.with_borrow(|p| format!("{}{path}", p.base))
}

/// The address of a socket there.
pub fn socket(path: &str) -> String {
    let base = PLACES.with_borrow(|p| if p.base.is_empty() { browser::origin() } else { p.base.clone() });
    format!("{}{path}", base.replacen("http", "ws", 1))
}

/// The terminal the page moved to, by name and address; none where it came from.
pub fn moved_to() -> Option<(String, String)> {
    PLACES.with_borrow(|p| (!p.base.is_empty()).then(|| (p.name.clone(), p.base.clone())))
}

/// Keeps what the terminal said of the others, in its own words.
pub fn learn(words: &str) {
    browser::remember(KEPT, words);
}

fn known() -> Elsewhere {
    match browser::remembered(KEPT).and_then(|text| json::read::<Update>(&text)) {
        Some(Update::Elsewhere(elsewhere)) => elsewhere,
        _ => Elsewhere::default(),
    }
}

/// Finds a terminal that can be worked with. `Some(true)`: another one than before.
pub async fn find() -> Option<bool> {
    let Elsewhere { store, others } = known();
    let origin = browser::origin();
    let scheme = if origin.starts_with("https") { "https" } else { "http" };
    let present = PLACES.with_borrow(|p| p.base.clone());
    let mut bases = vec![present.clone(), String::new()];
    bases.extend(others.into_iter().map(|o| format!("{scheme}://{}", o.host)).filter(|base| *base != origin));
    bases.sort();
    bases.dedup();
    let found: Rc<RefCell<Option<(String, HereView)>>> = Rc::default();
    let left = Rc::new(RefCell::new(bases.len()));
    let race = Promise::new(&mut |resolve, _| {
        for base in &bases {
            let (base, found, left, resolve) = (base.clone(), found.clone(), left.clone(), resolve.clone());
            // Where nothing else is known, the terminal it came from is the restaurant.
            let fits = move |here: &HereView, base: &str| here.open && (here.store == store || base.is_empty());
            spawn_local(async move {
                let here = http::get(&format!("{base}/api/here"), ANSWERS_WITHIN_MS).await;
                let here = here.and_then(|text| json::read::<HereView>(&text)).filter(|here| fits(here, &base));
                *left.borrow_mut() -= 1;
                if let Some(here) = here.filter(|_| found.borrow().is_none()) {
                    *found.borrow_mut() = Some((base, here));
                }
                if found.borrow().is_some() || *left.borrow() == 0 {
                    let _ = resolve.call0(&JsValue::NULL);
                }
            });
        }
    });
    let _ = JsFuture::from(race).await;
    let (base, here) = found.take()?;
    let other = base != present;
    PLACES.with_borrow_mut(|p| (p.base, p.name) = (base, here.name));
    Some(other)
}
