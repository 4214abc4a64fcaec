//! The app's one state and the handle pages hold to it.
//!
//! Pages read [`App::state`] while drawing and call verbs (`send`, `open`, `toast`) from their callbacks. A handle always
//! reaches the newest state, so a callback made three frames ago cannot act on an old one.

mod approval;
mod going;
mod hearing;
mod keys;
mod root;
mod sending;
mod shell;
mod speaking;
pub mod state;
mod status;
mod view;
mod works;

use std::{
    cell::{Ref, RefCell},
    rc::Rc,
};

use domain::{
    clock::Moment,
    devices::DeviceWork,
    ids::{CheckId, CommandId, Session},
    query::{Query, View, Wants},
    rejection::{Refusal, Rejection},
    staff::Role,
    view::{ConfigView, Person},
};
use yew::prelude::*;

pub use keys::{use_keys, use_sheet_keys};
pub use root::{Root, Start};
pub use shell::{Top, languages, themes};
pub use speaking::begin_to_speak;
pub use state::{ApprovalAsk, Link, State, Toast};
pub use view::{Polled, Remote, use_live, use_polled, use_view};
pub use works::{in_the_clear, span};

use crate::{
    backend::{Backend, Stream},
    browser, format,
    i18n::{self, Language},
    mirror::Hand,
    program::Program,
    route::Route,
    t,
    theme::Theme,
};

const TOKEN: &str = "comanda.token";
/// Says how a device is protected.
pub const PROTECT: &str = "/protect.html";
/// How long a message stays, in milliseconds; one with something to do stays longer.
const TOAST_MS: u32 = 4_000;
const TOAST_WITH_ACT_MS: u32 = 9_000;
const MAX_TOASTS: usize = 3;

/// Why a question has no answer.
#[derive(Debug, Clone, PartialEq)]
pub enum NoAnswer {
    Refused(Refusal),
    Lost,
}

impl NoAnswer {
    /// The sentence for people.
    pub fn sentence(&self) -> String {
        match self {
            NoAnswer::Refused(refusal) => i18n::refusal::sentence(refusal, |item| item.to_string()),
            NoAnswer::Lost => t!("status.down"),
        }
    }
}

struct Inner {
    backend: Backend,
    state: RefCell<State>,
    stream: RefCell<Option<Stream>>,
    redraw: Callback<()>,
    program: Program,
}

/// A handle to the app. Equal handles mean nothing has changed since.
#[derive(Clone)]
pub struct App {
    inner: Rc<Inner>,
    version: u64,
}

impl PartialEq for App {
    fn eq(&self, other: &App) -> bool {
        self.version == other.version && Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl App {
    /// The app on this screen; `redraw` is called whenever something to be seen has changed.
    pub fn new(program: Program, backend: Backend, redraw: Callback<()>) -> App {
        let session = Session(browser::random_40_bits());
        let state = State::new(session, browser::remembered(TOKEN));
        App {
            inner: Rc::new(Inner { backend, state: RefCell::new(state), stream: RefCell::new(None), redraw, program }),
            version: 0,
        }
    }

    pub(crate) fn at_version(&self, version: u64) -> App {
        App { inner: self.inner.clone(), version }
    }

    /// The newest state. Do not hold it across a verb.
    pub fn state(&self) -> Ref<'_, State> {
        self.inner.state.borrow()
    }

    pub(crate) fn change<T>(&self, change: impl FnOnce(&mut State) -> T) -> T {
        let result = change(&mut self.inner.state.borrow_mut());
        self.inner.redraw.emit(());
        result
    }

    fn token(&self) -> Option<String> {
        self.state().token.clone()
    }

    // ---- where and who ----

    /// Shows a page.
    pub fn open(&self, route: &Route) {
        browser::set_hash(&route.hash());
        self.arrived(route.clone());
    }

    /// Shows a page in place of this one, so that Back does not return here.
    pub fn open_instead(&self, route: &Route) {
        browser::replace_hash(&route.hash());
        self.arrived(route.clone());
    }

    pub(crate) fn arrived(&self, route: Route) {
        self.change(|s| {
            if s.route != route {
                s.before = std::mem::replace(&mut s.route, route);
                (s.sheet_open, s.works_open) = (false, false);
            }
        });
        self.listen();
        self.go_over();
    }

    /// What this address shows; nothing while the app goes over to the program that has it.
    pub(crate) fn page(&self, route: &Route) -> Html {
        (self.inner.program.page)(route).unwrap_or_else(|| shell::elsewhere(self))
    }

    pub fn me(&self) -> Option<Person> {
        self.state().me.clone()
    }

    pub fn config(&self) -> Option<Rc<ConfigView>> {
        self.state().config.clone()
    }

    /// The store's time now, by the terminal's clock.
    pub fn now(&self) -> Moment {
        self.state().now()
    }

    pub(crate) fn hand(&self) -> Hand {
        let state = self.state();
        Hand { now: state.now(), actor: state.me.as_ref().map(|p| p.id.clone()) }
    }

    pub(crate) fn next_id(&self) -> CommandId {
        let mut state = self.inner.state.borrow_mut();
        state.counter += 1;
        CommandId { session: state.session, n: state.counter }
    }

    /// A person signed in here.
    pub(crate) fn signed_in(&self, token: String, person: Person) {
        browser::remember(TOKEN, &token);
        if let Some(language) = Language::of(&person.language) {
            self.speak(language);
        }
        let for_kitchen = self.state().door.as_ref().is_some_and(|d| d.work == Some(DeviceWork::Kitchen));
        let cooks = person.role == Role::Kitchen || for_kitchen;
        self.change(|s| (s.token, s.me) = (Some(token), Some(person)));
        self.begin();
        // The floor has nothing for a cook.
        if cooks && self.state().route == Route::Floor {
            self.open_instead(&Route::Kitchen(None));
        }
    }

    /// Locks this screen. What is on its way is still delivered.
    pub fn lock(&self) {
        browser::forget(TOKEN);
        if let Some(stream) = self.inner.stream.borrow_mut().take() {
            stream.leave();
        }
        self.change(State::forget_person);
        self.knock();
    }

    /// The terminal does not know this browser: it was never let in, or shut out.
    pub(crate) fn unknown_here(&self) {
        browser::forget(TOKEN);
        if let Some(stream) = self.inner.stream.borrow_mut().take() {
            stream.leave();
        }
        self.change(State::forget_person);
        self.change(|s| s.link = Link::Live);
        if self.state().route != Route::Device {
            self.open_instead(&Route::Device);
        }
    }

    pub fn wear(&self, theme: Theme) {
        theme.wear();
        self.change(|s| s.theme = theme);
    }

    /// Puts language, direction and theme on the page.
    pub(crate) fn dress(&self) {
        let (language, theme) = (self.state().language, self.state().theme);
        i18n::speak(language);
        browser::set_root_attribute("lang", language.code());
        browser::set_root_attribute("dir", language.direction());
        theme.wear();
    }

    // ---- messages ----

    /// Says what happened, in one sentence.
    pub fn toast(&self, words: impl Into<String>) {
        self.say(words.into(), false, None);
    }

    /// Says what happened and offers the one thing to do about it.
    pub fn toast_with(&self, words: impl Into<String>, label: impl Into<String>, act: Callback<()>) {
        self.say(words.into(), false, Some((label.into(), act)));
    }

    pub(crate) fn say(&self, words: String, refused: bool, act: Option<(String, Callback<()>)>) {
        let stays = if act.is_some() { TOAST_WITH_ACT_MS } else { TOAST_MS };
        let n = self.change(|s| {
            s.toast_n += 1;
            s.toasts.retain(|t| t.words != words);
            s.toasts.push(Toast { n: s.toast_n, words, refused, act });
            let over = s.toasts.len().saturating_sub(MAX_TOASTS);
            s.toasts.drain(..over);
            s.toast_n
        });
        let app = self.clone();
        gloo_timers::callback::Timeout::new(stays, move || app.drop_toast(n)).forget();
    }

    pub fn drop_toast(&self, n: u64) {
        self.change(|s| s.toasts.retain(|t| t.n != n));
    }

    // ---- asking ----

    /// Asks one question. Pages use [`use_view`] instead where the answer belongs to the page.
    pub fn ask(&self, query: Query, answered: Callback<Result<View, NoAnswer>>) {
        let app = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            answered.emit(app.answer(&query).await);
        });
    }

    async fn answer(&self, query: &Query) -> Result<View, NoAnswer> {
        use domain::query::Answer;
        // Queries are plain data; writing them as JSON cannot fail.
        let body = serde_json::to_string(query).unwrap_or_default();
        let token = self.token();
        let text = self.inner.backend.query(&body, token.as_deref()).await.map_err(|_| NoAnswer::Lost)?;
        match (self.inner.program.answer)(&text).ok_or(NoAnswer::Lost)? {
            Answer::View(view) => Ok(view),
            Answer::Refused(refusal) => {
                if refusal.why == Rejection::NotSignedIn && token.is_some() && token == self.token() {
                    self.lock();
                }
                match refusal.why {
                    Rejection::NewDevice | Rejection::SetUpElsewhere => self.unknown_here(),
                    Rejection::OnlyProtected => browser::leave_for(PROTECT),
                    _ => {}
                }
                Err(NoAnswer::Refused(refusal))
            }
        }
    }

    /// What the stream should tell this screen.
    fn wants(&self) -> Wants {
        let state = self.state();
        let mut wants = Wants { floor: true, slips: true, ..Wants::default() };
        match &state.route {
            Route::Order(check) | Route::Pay(check) => wants.checks.push(*check),
            Route::Kitchen(_) => wants.kitchen = true,
            _ => {}
        }
        wants
    }

    pub(crate) fn listen(&self) {
        if let Some(stream) = self.inner.stream.borrow().as_ref() {
            stream.want(self.wants());
        }
        let check = match &self.state().route {
            Route::Order(check) | Route::Pay(check) => Some(*check),
            _ => None,
        };
        // What this screen has just opened is not known to the terminal yet.
        if let Some(check) = check.filter(|id| !self.state().mirror.is_waiting(*id)) {
            self.fetch_check(check);
        }
        if matches!(self.state().route, Route::Kitchen(_)) && !self.state().kitchen_known {
            self.fetch_kitchen();
        }
    }

    /// Formats follow the store's settings.
    pub(crate) fn format_by(config: &ConfigView) {
        format::set(&config.settings.locale, &config.settings.currency, config.offset);
    }

    /// The check of this page as this screen believes it.
    pub fn check(&self, id: CheckId) -> Option<domain::view::CheckView> {
        self.state().mirror.check(id)
    }
}
