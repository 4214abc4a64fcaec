//! Editing a published document: a draft grows beside it and is published whole, or thrown away.
//!
//! Drafts live outside of components, so that one may look at the floor in the middle of an edit and come back, and so that
//! a change made by an old callback still lands on the newest draft. The device keeps them over a reload of the page.

use std::{
    any::Any,
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use domain::{command::Command, query::Done, rejection::Refusal, view::ConfigView};
use gloo_timers::callback::Timeout;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use yew::prelude::*;

use crate::{
    app::App,
    browser,
    components::{Button, Kind},
    icons::{Icon, icon},
    json, t,
};

pub const MENU: &str = "menu";
pub const FLOOR: &str = "floor";
pub const SETTINGS: &str = "settings";
/// Steps that can be taken back.
const MAX_UNDO: usize = 50;

/// Pause after a change before the device keeps it, in milliseconds: typing writes once, not at every letter.
const KEEP_AFTER_MS: u32 = 600;

/// A draft and what it began from.
struct Kept<T> {
    base: Rc<T>,
    now: Rc<T>,
    before: Vec<Rc<T>>,
}

/// A draft as the device keeps it.
#[derive(Serialize, Deserialize)]
struct Stored<T> {
    base: T,
    now: T,
}

fn storage_key(name: &str) -> String {
    format!("comanda.draft.{name}")
}

thread_local! {
    static DRAFTS: RefCell<BTreeMap<&'static str, Box<dyn Any>>> = const { RefCell::new(BTreeMap::new()) };
    /// Names already looked for on the device.
    static TAKEN_UP: RefCell<BTreeSet<&'static str>> = const { RefCell::new(BTreeSet::new()) };
    static KEEPING: RefCell<BTreeMap<&'static str, Keeping>> = const { RefCell::new(BTreeMap::new()) };
}

/// Whether a document has changes nobody has published.
pub fn is_unsaved(name: &'static str, config: &ConfigView) -> bool {
    match name {
        MENU => differs(name, &config.menu),
        FLOOR => differs(name, &config.floor),
        _ => differs(name, &config.settings),
    }
}

fn differs<T: PartialEq + DeserializeOwned + 'static>(name: &'static str, published: &T) -> bool {
    take_up::<T>(name);
    DRAFTS.with_borrow(|drafts| drafts.get(name)?.downcast_ref::<Kept<T>>().map(|kept| *kept.now != *published))
        == Some(true)
}

/// What the device kept of a draft before the page was loaded anew.
fn take_up<T: DeserializeOwned + 'static>(name: &'static str) {
    if !TAKEN_UP.with_borrow_mut(|t| t.insert(name)) {
        return;
    }
    let stored = browser::remembered(&storage_key(name)).and_then(|text| json::read::<Stored<T>>(&text));
    if let Some(Stored { base, now }) = stored {
        let kept = Kept { base: Rc::new(base), now: Rc::new(now), before: Vec::new() };
        DRAFTS.with_borrow_mut(|d| d.insert(name, Box::new(kept)));
    }
}

/// Has the device keep the newest draft, or nothing when there is none any more.
fn keep<T: Serialize + Clone + 'static>(name: &'static str) {
    if !cfg!(target_arch = "wasm32") {
        return;
    }
    let write = move || {
        let text = DRAFTS.with_borrow(|drafts| {
            let kept = drafts.get(name)?.downcast_ref::<Kept<T>>()?;
            serde_json::to_string(&Stored { base: (*kept.base).clone(), now: (*kept.now).clone() }).ok()
        });
        match text {
            Some(text) => browser::remember(&storage_key(name), &text),
            None => browser::forget(&storage_key(name)),
        }
    };
    let keeping = Keeping { write: Rc::new(write), _later: Timeout::new(KEEP_AFTER_MS, write) };
    KEEPING.with_borrow_mut(|k| k.insert(name, keeping));
}

/// A draft about to be kept.
struct Keeping {
    write: Rc<dyn Fn()>,
    _later: Timeout,
}

/// Keeps all drafts now: the program is about to make way for the other.
pub fn keep_all() {
    let all: Vec<Rc<dyn Fn()>> = KEEPING.with_borrow(|k| k.values().map(|k| k.write.clone()).collect());
    all.iter().for_each(|write| write());
}

/// A document as it would be published now.
pub struct Draft<T> {
    name: &'static str,
    pub now: Rc<T>,
    pub published: Rc<T>,
    /// Somebody published another version since this draft began.
    pub overtaken: bool,
    pub can_undo: bool,
    app: App,
}

impl<T> Clone for Draft<T> {
    fn clone(&self) -> Self {
        Draft {
            name: self.name,
            now: self.now.clone(),
            published: self.published.clone(),
            overtaken: self.overtaken,
            can_undo: self.can_undo,
            app: self.app.clone(),
        }
    }
}

/// Equal drafts look the same and change the same document.
impl<T: PartialEq> PartialEq for Draft<T> {
    fn eq(&self, other: &Self) -> bool {
        let same = |a: &Rc<T>, b: &Rc<T>| Rc::ptr_eq(a, b);
        self.name == other.name
            && same(&self.now, &other.now)
            && same(&self.published, &other.published)
            && self.overtaken == other.overtaken
            && self.app == other.app
    }
}

impl<T: Clone + PartialEq + Serialize + DeserializeOwned + 'static> Draft<T> {
    /// The draft of `name`, or the published document when nothing was changed. A draft that has been published is forgotten.
    pub fn of(name: &'static str, published: Rc<T>, app: &App) -> Draft<T> {
        take_up::<T>(name);
        let kept = DRAFTS.with_borrow_mut(|drafts| {
            let kept = drafts.get(name)?.downcast_ref::<Kept<T>>()?;
            if kept.now == published {
                drafts.remove(name);
                keep::<T>(name);
                return None;
            }
            Some((kept.now.clone(), kept.base != published, !kept.before.is_empty()))
        });
        let (now, overtaken, can_undo) = kept.unwrap_or_else(|| (published.clone(), false, false));
        Draft { name, now, published, overtaken, can_undo, app: app.clone() }
    }

    pub fn is_unsaved(&self) -> bool {
        self.now != self.published
    }

    /// Changes the newest draft, whatever this handle saw.
    pub fn change(&self, change: impl FnOnce(&mut T)) {
        DRAFTS.with_borrow_mut(|drafts| {
            let slot = drafts.entry(self.name).or_insert_with(|| {
                let (base, now) = (self.published.clone(), self.published.clone());
                Box::new(Kept { base, now, before: Vec::new() })
            });
            let Some(kept) = slot.downcast_mut::<Kept<T>>() else { return };
            let mut next = (*kept.now).clone();
            change(&mut next);
            if next != *kept.now {
                kept.before.push(std::mem::replace(&mut kept.now, Rc::new(next)));
                let over = kept.before.len().saturating_sub(MAX_UNDO);
                kept.before.drain(..over);
            }
        });
        keep::<T>(self.name);
        self.app.change(|_| ());
    }

    /// Takes the last step back.
    pub fn undo(&self) {
        DRAFTS.with_borrow_mut(|drafts| {
            let Some(kept) = drafts.get_mut(self.name).and_then(|d| d.downcast_mut::<Kept<T>>()) else { return };
            if let Some(before) = kept.before.pop() {
                kept.now = before;
            }
        });
        keep::<T>(self.name);
        self.app.change(|_| ());
    }

    /// Back to what is published.
    pub fn discard(&self) {
        DRAFTS.with_borrow_mut(|drafts| drafts.remove(self.name));
        keep::<T>(self.name);
        self.app.change(|_| ());
    }

    /// Publishes the document whole. A refusal is said by the app and the draft stays.
    pub fn publish(&self, command: Command) {
        let app = self.app.clone();
        let then = move |answer: Result<Done, Refusal>| {
            if answer.is_ok() {
                // The draft is forgotten when the published document has arrived and equals it.
                app.toast(t!("man.published"));
                app.fetch_config();
            }
        };
        self.app.send_then(command, Callback::from(then));
    }
}

#[derive(Properties, PartialEq)]
pub struct PublishBarProps {
    /// What would be published, in a few words: "3 items changed".
    pub changes: AttrValue,
    /// What must be mended first, in words.
    #[prop_or_default]
    pub faults: Vec<String>,
    pub overtaken: bool,
    pub can_undo: bool,
    pub onundo: Callback<()>,
    pub ondiscard: Callback<()>,
    pub onpublish: Callback<()>,
    /// Shows what will be different before it is; the button is left out without it.
    #[prop_or_default]
    pub onpreview: Option<Callback<()>>,
}

/// The foot of a page with an unpublished draft: what changed, what is wrong, and the three ways on.
#[component]
pub fn PublishBar(props: &PublishBarProps) -> Html {
    html! {
        <footer class="publish" data-testid="publish-bar">
            <div class="what">
                <strong>{icon(Icon::Note, 20)}{t!("man.unsaved")}{": "}{&props.changes}</strong>
                if props.overtaken { <span class="fault">{icon(Icon::Conflict, 18)}{t!("man.overtaken")}</span> }
                { for props.faults.iter().take(3).map(|f| html! { <span class="fault" role="alert" key={f.clone()}>{icon(Icon::Warning, 18)}{f}</span> }) }
                if props.faults.len() > 3 { <span class="fault">{t!("man.more_faults", n = props.faults.len() - 3)}</span> }
            </div>
            <div class="ways">
                if props.can_undo { <Button label={t!("undo")} icon={Icon::Undo} kind={Kind::Plain} onclick={props.onundo.clone()} id="undo-edit" /> }
                <Button label={t!("man.discard")} kind={Kind::Plain} onclick={props.ondiscard.clone()} id="discard" />
                if let Some(preview) = &props.onpreview { <Button label={t!("man.preview")} icon={Icon::Eye} onclick={preview.clone()} id="preview" /> }
                <Button label={t!("man.publish")} kind={Kind::Primary} disabled={!props.faults.is_empty()} onclick={props.onpublish.clone()} id="publish" />
            </div>
        </footer>
    }
}
