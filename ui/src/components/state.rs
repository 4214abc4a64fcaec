//! The states a page has when there is nothing to show yet.

use yew::prelude::*;

use crate::{
    components::{Button, Kind},
    icons::{Icon, icon},
    t,
};

#[derive(Properties, PartialEq)]
pub struct EmptyProps {
    pub icon: Icon,
    pub title: AttrValue,
    /// The next step, in one sentence.
    #[prop_or_default]
    pub next: AttrValue,
    /// A button that takes it.
    #[prop_or_default]
    pub children: Html,
}

/// Nothing here, and what to do about it.
#[component]
pub fn Empty(props: &EmptyProps) -> Html {
    html! {
        <div class="state">
            {icon(props.icon, 44)}<h2>{&props.title}</h2>
            if !props.next.is_empty() { <p>{&props.next}</p> }
            {props.children.clone()}
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct FailedProps {
    /// The sentence that says why and what still works.
    pub why: AttrValue,
    #[prop_or_default]
    pub onretry: Callback<()>,
}

/// Something could not be loaded. Never a code, always a way on.
#[component]
pub fn Failed(props: &FailedProps) -> Html {
    html! {
        <div class="state" role="alert">
            {icon(Icon::Offline, 44)}<h2>{t!("error.title")}</h2><p>{&props.why}</p>
            <Button label={t!("try_again")} kind={Kind::Primary} onclick={props.onretry.clone()} id="retry" />
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct GhostsProps {
    #[prop_or(6)]
    pub n: usize,
    /// Height of each, in CSS pixels.
    #[prop_or(64)]
    pub height: u32,
}

/// The shape of a list that is on its way.
#[component]
pub fn Ghosts(props: &GhostsProps) -> Html {
    html! {
        <div class="col grow" style="padding: var(--s4)" role="status" aria-label={t!("loading")}>
            { for (0..props.n).map(|i| html! { <div key={i} class="ghost" style={format!("block-size: {}px", props.height)}></div> }) }
        </div>
    }
}
