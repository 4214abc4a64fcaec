//! Going over from one program to the other, when an address of the other one is opened.

use super::{
    App,
    sending::{BATCH, may_keep},
};
use crate::{
    backend::{device_key, file, moved_to},
    browser, i18n,
    route::Route,
    t,
};

impl App {
    /// Loads the program this address belongs to, if it is not this one. Nothing tapped here is lost: what the terminal has
    /// not answered is written down and delivered by the other program, and what may not be written down is waited for.
    pub(crate) fn go_over(&self) {
        let there = self.state().route.program();
        let stays = there == self.inner.program.name || self.state().going || !self.is_written_down();
        if stays {
            return;
        }
        if let Some((_, base)) = moved_to() {
            return self.go_along(&base);
        }
        self.change(|s| s.going = true);
        let app = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let texts = i18n::file_of(there, app.state().language);
            let files = [format!("{there}.js"), format!("{there}_bg.wasm"), texts];
            // Fetched before this program gives up its place: without the terminal one can at least stay here.
            let mut here = true;
            for name in &files {
                here = here && file(name).await.is_some();
            }
            let is_wanted = app.state().route.program() == there;
            if here && is_wanted {
                // Nothing is drawn any more that a tap on would be lost with this page.
                (app.inner.program.leave)();
                browser::reload();
                return;
            }
            app.change(|s| s.going = false);
            if is_wanted {
                app.toast(t!("status.down"));
                app.open_instead(&app.way_back());
            }
        });
    }

    /// This page moved to another terminal, which has the other program too; a page from there needs no PIN again. What is
    /// not answered yet cannot come along, so it is waited for.
    fn go_along(&self, base: &str) {
        let (token, route) = (self.token().unwrap_or_default(), self.state().route.hash());
        if self.state().outbox.is_empty() {
            (self.inner.program.leave)();
            // What stands behind the # is not sent to any terminal; `boot.js` takes it out of the address.
            let device = device_key().unwrap_or_default();
            browser::leave_for(&format!("{base}/#carry/{token}/{device}/{}", route.trim_start_matches("#/")));
        }
    }

    /// The last page of this program.
    fn way_back(&self) -> Route {
        let state = self.state();
        if state.before.program() == self.inner.program.name { state.before.clone() } else { state.route.clone() }
    }

    fn is_written_down(&self) -> bool {
        let state = self.state();
        state.outbox.len() <= BATCH && state.outbox.iter().all(|w| may_keep(&w.envelope))
    }
}
