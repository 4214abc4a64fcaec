//! What is typed goes to what is on top: to a sheet while one is open, otherwise to the page.

use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

use crate::browser;

/// Moves the page's keys to a callback while the page is shown and no sheet covers it. Keys typed into a field never
/// arrive.
#[hook]
pub fn use_keys(pressed: Callback<KeyboardEvent>) {
    use_sheet_keys(Callback::from(move |event| {
        if browser::top_sheet().is_none() {
            pressed.emit(event);
        }
    }));
}

/// As [`use_keys`], for what may lie in a sheet and looks itself whether that is the one on top.
#[hook]
pub fn use_sheet_keys(pressed: Callback<KeyboardEvent>) {
    let newest = use_mut_ref(|| pressed.clone());
    *newest.borrow_mut() = pressed;
    use_effect_with((), move |()| {
        let heard = Closure::<dyn FnMut(KeyboardEvent)>::new(move |event: KeyboardEvent| {
            if !browser::is_typing() && !event.ctrl_key() && !event.meta_key() && !event.alt_key() {
                let pressed = newest.borrow().clone();
                pressed.emit(event);
            }
        });
        let window = web_sys::window();
        if let Some(window) = &window {
            let _ = window.add_event_listener_with_callback("keydown", heard.as_ref().unchecked_ref());
        }
        move || {
            if let Some(window) = window {
                let _ = window.remove_event_listener_with_callback("keydown", heard.as_ref().unchecked_ref());
            }
        }
    });
}
