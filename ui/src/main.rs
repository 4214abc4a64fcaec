//! Comanda's screens: one app for the till's window and for browsers on the store's network.

mod app;
mod backend;
mod browser;
mod components;
mod format;
mod i18n;
mod icons;
mod mirror;
mod pages;
mod route;
mod theme;

fn main() {
    yew::Renderer::<app::Root>::new().render();
}
