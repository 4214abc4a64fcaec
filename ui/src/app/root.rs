//! The root of the page: owns the app, listens to the address and the clock, and draws the shell.

use gloo_timers::callback::Interval;
use wasm_bindgen::{JsCast, closure::Closure};
use yew::prelude::*;

use super::{App, shell::Shell};
use crate::{backend::Backend, browser, program::Program, route::Route};

/// Ages are shown in minutes; this keeps them right.
const TICK_MS: u32 = 10_000;

pub enum Said {
    Redraw,
    Moved,
}

pub struct Root {
    app: App,
    version: u64,
    _tick: Interval,
    _moved: Closure<dyn FnMut()>,
}

#[derive(Properties, PartialEq)]
pub struct Start {
    pub program: Program,
}

impl Component for Root {
    type Message = Said;
    type Properties = Start;

    fn create(ctx: &Context<Self>) -> Self {
        let app = App::new(ctx.props().program, Backend::here(), ctx.link().callback(|()| Said::Redraw));
        app.dress();
        app.knock();
        app.learn_languages();
        // The address may have changed while this program was on its way.
        app.go_over();
        let link = ctx.link().clone();
        let moved = Closure::<dyn FnMut()>::new(move || link.send_message(Said::Moved));
        if let Some(window) = web_sys::window() {
            window.set_onhashchange(Some(moved.as_ref().unchecked_ref()));
        }
        let link = ctx.link().clone();
        let tick = Interval::new(TICK_MS, move || link.send_message(Said::Redraw));
        Root { app, version: 0, _tick: tick, _moved: moved }
    }

    fn update(&mut self, _: &Context<Self>, said: Said) -> bool {
        if let Said::Moved = said {
            let route = Route::read(&browser::hash());
            if self.app.state().route != route {
                self.app.arrived(route);
            }
        }
        self.version += 1;
        true
    }

    fn view(&self, _: &Context<Self>) -> Html {
        let language = self.app.state().language.code();
        html! {
            <ContextProvider<App> context={self.app.at_version(self.version)}>
                <Shell key={language} />
            </ContextProvider<App>>
        }
    }
}
