//! Comanda's screens: one app for the till's window and for browsers on the store's network, cut into two programs.
//!
//! A waiter's telephone loads [`service`] and never the manager's pages; [`office`] is loaded when one of those is opened.

mod app;
mod backend;
mod browser;
mod components;
mod format;
mod i18n;
mod icons;
mod json;
mod mirror;
mod pages;
mod program;
mod route;
mod theme;

/// Starts the screens of service: PIN, floor, order, pay, kitchen.
pub fn service() {
    start(program::SERVICE);
}

/// Starts the screens of the office: the manager's pages and the set-up.
pub fn office() {
    start(program::OFFICE);
}

fn start(program: program::Program) {
    app::begin_to_speak(program.words);
    yew::Renderer::<app::Root>::with_props(app::Start { program }).render();
}
