//! The verbs over HTTP.

use gloo_timers::callback::Timeout;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, Headers, RequestInit, Response};

use super::{ANSWER_WITHIN_MS, Lost, device_key};

/// How long a file of some hundred kilobytes may take on a weak Wi-Fi, in milliseconds.
const FILE_WITHIN_MS: u32 = 20_000;

/// Posts JSON and reads JSON. Any answer of the terminal counts, whatever its status says: refusals are answers.
pub async fn post(path: &str, body: &str, token: Option<&str>) -> Result<String, Lost> {
    send(path, body, token).await.map_err(|_| Lost)
}

async fn send(path: &str, body: &str, token: Option<&str>) -> Result<String, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let headers = Headers::new()?;
    headers.set("Content-Type", "application/json")?;
    if let Some(token) = token {
        headers.set("Authorization", &format!("Bearer {token}"))?;
    }
    if let Some(key) = device_key() {
        headers.set("X-Device-Key", &key)?;
    }
    let abort = AbortController::new()?;
    let init = RequestInit::new();
    init.set_method("POST");
    init.set_headers(&headers);
    init.set_body(&JsValue::from_str(body));
    init.set_signal(Some(&abort.signal()));
    let patience = Timeout::new(ANSWER_WITHIN_MS, move || abort.abort());
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(path, &init)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    drop(patience);
    let json = response.headers().get("Content-Type")?.is_some_and(|t| t.contains("json"));
    if !json {
        // A proxy's error page is not the terminal's word.
        return Err(JsValue::NULL);
    }
    text.as_string().ok_or(JsValue::NULL)
}

/// A file beside the page; the browser keeps it for the next load.
pub async fn file(name: &str) -> Option<String> {
    get(name, FILE_WITHIN_MS).await
}

/// What lies at an address; nothing unless it comes whole and in time.
pub async fn get(address: &str, within: u32) -> Option<String> {
    fetch(address, within).await.ok().flatten()
}

async fn fetch(address: &str, within: u32) -> Result<Option<String>, JsValue> {
    let window = web_sys::window().ok_or(JsValue::NULL)?;
    let abort = AbortController::new()?;
    let init = RequestInit::new();
    init.set_signal(Some(&abort.signal()));
    let patience = Timeout::new(within, move || abort.abort());
    let response: Response = JsFuture::from(window.fetch_with_str_and_init(address, &init)).await?.dyn_into()?;
    let text = JsFuture::from(response.text()?).await?;
    drop(patience);
    Ok(text.as_string().filter(|_| response.ok()))
}
