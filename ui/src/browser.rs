//! The few things asked of the browser itself. Everything here answers quietly when there is no browser (host tests).

use js_sys::JsString;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Storage, Window};

fn window() -> Option<Window> {
    // On the host there is no global object to ask; `web_sys::window` would abort there.
    if cfg!(target_arch = "wasm32") { web_sys::window() } else { None }
}

fn storage() -> Option<Storage> {
    window()?.local_storage().ok().flatten()
}

/// `text` in small letters. The browser knows the letters of every script; Rust's own tables of them would travel with
/// the page, twelve kilobytes of what may be four hundred.
pub fn lower(text: &str) -> String {
    if cfg!(target_arch = "wasm32") { JsString::from(text).to_lower_case().into() } else { text.to_lowercase() }
}

/// `text` in capitals.
pub fn upper(text: &str) -> String {
    if cfg!(target_arch = "wasm32") { JsString::from(text).to_upper_case().into() } else { text.to_uppercase() }
}

/// A value this device kept, if storage is allowed.
pub fn remembered(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

/// Keeps a value on this device. A full or forbidden storage is no reason to stop working.
pub fn remember(key: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(key, value);
    }
}

pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

pub fn prefers_dark() -> bool {
    window().and_then(|w| w.match_media("(prefers-color-scheme: dark)").ok().flatten()).is_some_and(|m| m.matches())
}

pub fn set_root_attribute(name: &str, value: &str) {
    if let Some(root) = window().and_then(|w| w.document()).and_then(|d| d.document_element()) {
        let _ = root.set_attribute(name, value);
    }
}

pub fn root_attribute(name: &str) -> Option<String> {
    window()?.document()?.document_element()?.get_attribute(name)
}

pub fn set_title(title: &str) {
    if let Some(document) = window().and_then(|w| w.document()) {
        document.set_title(title);
    }
}

/// Where the page came from: `http://192.168.1.20:7700`.
pub fn origin() -> String {
    window().and_then(|w| w.location().origin().ok()).unwrap_or_default()
}

/// What travels between this page and its terminal can be read by others on the network.
pub fn is_unprotected() -> bool {
    is_plain(&origin())
}

/// Plain HTTP to another machine; the terminal's own machine and its window are not the network.
fn is_plain(origin: &str) -> bool {
    let Some(host) = origin.strip_prefix("http://") else { return false };
    !(host.starts_with("127.")
        || host.starts_with("localhost")
        || host.starts_with("[::1]")
        || host.starts_with("tauri."))
}

/// Leaves for another address.
pub fn leave_for(address: &str) {
    if let Some(window) = window() {
        let _ = window.location().assign(address);
    }
}

/// The part after `#`.
pub fn hash() -> String {
    window().and_then(|w| w.location().hash().ok()).unwrap_or_default()
}

pub fn set_hash(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(hash);
    }
}

/// Changes the address without a step in the browser's history.
pub fn replace_hash(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().replace(hash);
    }
}

/// Loads the page anew, at the same address.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}

/// The sheet above all others.
pub fn top_sheet() -> Option<web_sys::Element> {
    let sheets = window()?.document()?.get_elements_by_class_name("sheet");
    sheets.item(sheets.length().checked_sub(1)?)
}

/// A sheet lies over `element`, which is not in it.
pub fn is_covered(element: &web_sys::Element) -> bool {
    top_sheet().is_some_and(|sheet| !sheet.contains(Some(element)))
}

/// Nothing has the focus: what had it is gone from the page.
pub fn is_unfocused() -> bool {
    let document = window().and_then(|w| w.document());
    document.is_some_and(|d| d.active_element().is_none_or(|e| e.tag_name() == "BODY"))
}

/// The page is in front of somebody's eyes, not behind another tab.
pub fn is_seen() -> bool {
    !window().and_then(|w| w.document()).is_some_and(|d| d.hidden())
}

/// Milliseconds since 1970 by this device's clock.
pub fn now() -> i64 {
    if cfg!(target_arch = "wasm32") { js_sys::Date::now() as i64 } else { 0 }
}

/// 40 random bits for a session's name.
pub fn random_40_bits() -> u64 {
    let mut bytes = [0u8; 5];
    let filled =
        window().and_then(|w| w.crypto().ok()).is_some_and(|c| c.get_random_values_with_u8_array(&mut bytes).is_ok());
    if !filled && cfg!(target_arch = "wasm32") {
        // Plain HTTP on an old browser: still unlikely enough to meet on one LAN in one day.
        bytes.iter_mut().for_each(|b| *b = (js_sys::Math::random() * 256.0) as u8);
    }
    bytes.iter().fold(0, |all, b| all << 8 | u64::from(*b))
}

/// True while a person types in a field, where keys are letters and not commands.
pub fn is_typing() -> bool {
    window()
        .and_then(|w| w.document())
        .and_then(|d| d.active_element())
        .is_some_and(|e| matches!(e.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT"))
}

/// Moves the keyboard to an element of the page.
pub fn focus(selector: &str) {
    let element = window().and_then(|w| w.document()).and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = element.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Scrolls the newest line of a list into view, without moving anything else.
pub fn reveal(selector: &str) {
    let element = window().and_then(|w| w.document()).and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(element) = element {
        let options = web_sys::ScrollIntoViewOptions::new();
        options.set_block(web_sys::ScrollLogicalPosition::Nearest);
        element.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

/// True on a phone held upright.
pub fn is_narrow() -> bool {
    window().and_then(|w| w.inner_width().ok()).and_then(|w| w.as_f64()).is_some_and(|w| w < 720.0)
}

#[cfg(test)]
mod tests {
    use super::is_plain;

    #[test]
    fn only_plain_http_to_another_machine_is_unprotected() {
        for (origin, plain) in [
            ("http://192.168.1.20:7700", true),
            ("http://till.local:7700", true),
            ("https://192.168.1.20:7700", false),
            ("http://127.0.0.1:7700", false),
            ("http://localhost:7700", false),
            ("http://[::1]:7700", false),
            ("http://tauri.localhost", false),
            ("tauri://localhost", false),
        ] {
            assert_eq!(is_plain(origin), plain, "{origin}");
        }
    }
}
