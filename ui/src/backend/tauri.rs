//! The verbs over the desktop window's bridge, `window.__TAURI__`: commands `dispatch` and `query` with `{ body, token }`.

use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::Lost;

fn bridge(part: &str) -> Option<JsValue> {
    let window = web_sys::window()?;
    let tauri = Reflect::get(&window, &"__TAURI__".into()).ok().filter(JsValue::is_object)?;
    Reflect::get(&tauri, &part.into()).ok().filter(JsValue::is_object)
}

pub fn is_here() -> bool {
    cfg!(target_arch = "wasm32") && bridge("core").is_some()
}

/// Calls a command of the shell with a JSON text and gets a JSON text back.
pub async fn call(verb: &str, body: &str, token: Option<&str>) -> Result<String, Lost> {
    let args = Object::new();
    let token = token.map_or(JsValue::NULL, JsValue::from_str);
    let set = |name: &str, value: &JsValue| Reflect::set(&args, &name.into(), value).map_err(|_| Lost);
    set("body", &body.into())?;
    set("token", &token)?;
    let promise = invoke("core", "invoke", &[verb.into(), args.clone().into()]).ok_or(Lost)?;
    JsFuture::from(promise).await.ok().and_then(|answer| answer.as_string()).ok_or(Lost)
}

/// Listens to an event of the shell; the answer is the promise of a function that stops listening.
pub fn listen(event: &str, heard: &Function) -> Option<Promise> {
    invoke("event", "listen", &[event.into(), heard.into()])
}

fn invoke(part: &str, name: &str, args: &[JsValue]) -> Option<Promise> {
    let part = bridge(part)?;
    let function: Function = Reflect::get(&part, &name.into()).ok()?.dyn_into().ok()?;
    let args: Array = args.iter().cloned().collect();
    function.apply(&part, &args).ok()?.dyn_into().ok()
}
