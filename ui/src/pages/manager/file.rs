//! Files out of and into the page.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{HtmlElement, HtmlInputElement};
use yew::Callback;

/// Hands the person a text as a file.
pub fn save(name: &str, kind: &str, text: &str) {
    let href = format!("data:{kind};charset=utf-8,{}", String::from(js_sys::encode_uri_component(text)));
    let Some(document) = web_sys::window().and_then(|w| w.document()) else { return };
    let link = document.create_element("a").and_then(|link| {
        link.set_attribute("href", &href)?;
        link.set_attribute("download", name)?;
        Ok(link)
    });
    if let Some(link) = link.ok().and_then(|l| l.dyn_into::<HtmlElement>().ok()) {
        link.click();
    }
}

/// Reads the file a person chose in a file field: its name and its text. Nothing is heard when it is not text.
pub fn read(input: &HtmlInputElement, heard: Callback<(String, String)>) {
    let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
    let name = file.name();
    // The same file may be chosen again after mending it.
    let field = input.clone();
    wasm_bindgen_futures::spawn_local(async move {
        let text: Result<JsValue, JsValue> = JsFuture::from(file.text()).await;
        field.set_value("");
        if let Some(text) = text.ok().and_then(|t| t.as_string()) {
            heard.emit((name, text));
        }
    });
}
