//! Buttons, chips, tabs and switches: everything a finger presses.

use gloo_timers::callback::Timeout;
use yew::prelude::*;

use crate::icons::{Icon, icon};

/// How long a dangerous button is held before it acts, in milliseconds. The stylesheet fills it in the same time.
const HOLD_MS: u32 = 600;

/// How much a button asks for attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// The one thing to do next. At most one per state of a page.
    Primary,
    #[default]
    Quiet,
    /// Text only, for the least of several.
    Plain,
    /// Takes something away. Prefer [`HoldButton`].
    Danger,
}

impl Kind {
    fn class(self) -> Option<&'static str> {
        match self {
            Kind::Primary => Some("primary"),
            Kind::Quiet => None,
            Kind::Plain => Some("plain"),
            Kind::Danger => Some("danger"),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ButtonProps {
    /// What it will do, in words: "Fire 4", never "OK".
    pub label: AttrValue,
    #[prop_or_default]
    pub kind: Kind,
    #[prop_or_default]
    pub icon: Option<Icon>,
    /// An amount after the label; it never wraps or clips.
    #[prop_or_default]
    pub amount: Option<AttrValue>,
    #[prop_or_default]
    pub onclick: Callback<()>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub big: bool,
    #[prop_or_default]
    pub wide: bool,
    /// Shows only the icon; the label is what a screen reader says.
    #[prop_or_default]
    pub bare: bool,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A button that says what it will do.
#[component]
pub fn Button(props: &ButtonProps) -> Html {
    let class = classes!("btn", props.kind.class(), props.big.then_some("big"), props.wide.then_some("wide"));
    let onclick = props.onclick.reform(|_: MouseEvent| ());
    html! {
        <button {class} type="button" {onclick} disabled={props.disabled} data-testid={props.id.clone()}
            aria-label={props.bare.then(|| props.label.clone())} title={props.bare.then(|| props.label.clone())}>
            if let Some(name) = props.icon { {icon(name, 20)} }
            if !props.bare { <span>{&props.label}</span> }
            if let Some(amount) = &props.amount { <span class="amount">{amount}</span> }
        </button>
    }
}

#[derive(Properties, PartialEq)]
pub struct HoldProps {
    pub label: AttrValue,
    #[prop_or_default]
    pub icon: Option<Icon>,
    pub onhold: Callback<()>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A button for dangerous acts: it acts only after being held. The keyboard holds it with Enter.
#[component]
pub fn HoldButton(props: &HoldProps) -> Html {
    let held = use_state(|| false);
    let timer = use_mut_ref(|| None::<Timeout>);
    let start = {
        let (held, timer, onhold, disabled) = (held.clone(), timer.clone(), props.onhold.clone(), props.disabled);
        move || {
            if disabled || timer.borrow().is_some() {
                return;
            }
            held.set(true);
            let (held, onhold, done) = (held.clone(), onhold.clone(), timer.clone());
            *timer.borrow_mut() = Some(Timeout::new(HOLD_MS, move || {
                held.set(false);
                *done.borrow_mut() = None;
                onhold.emit(());
            }));
        }
    };
    let stop = {
        let (held, timer) = (held.clone(), timer.clone());
        move || {
            held.set(false);
            // Dropping the timer cancels it.
            *timer.borrow_mut() = None;
        }
    };
    let (down, key_down) = (start.clone(), start);
    let (up, leave, key_up) = (stop.clone(), stop.clone(), stop);
    html! {
        <button class={classes!("btn", "danger", "hold", held.then_some("held"))} type="button" disabled={props.disabled}
            data-testid={props.id.clone()} aria-label={crate::t!("hold_to", what = props.label.as_str())}
            onpointerdown={move |_: PointerEvent| down()} onpointerup={move |_: PointerEvent| up()}
            onpointerleave={move |_: PointerEvent| leave()}
            onkeydown={move |e: KeyboardEvent| if e.key() == "Enter" && !e.repeat() { key_down() }}
            onkeyup={move |_: KeyboardEvent| key_up()}>
            if let Some(name) = props.icon { {icon(name, 20)} }
            <span>{&props.label}</span>
        </button>
    }
}

#[derive(Properties, PartialEq)]
pub struct ChipProps {
    pub label: AttrValue,
    /// Chosen or not; `None` is a chip that only acts.
    #[prop_or_default]
    pub on: Option<bool>,
    /// Small print after the label ("+2.50").
    #[prop_or_default]
    pub extra: Option<AttrValue>,
    #[prop_or_default]
    pub icon: Option<Icon>,
    #[prop_or_default]
    pub onclick: Callback<()>,
    #[prop_or_default]
    pub disabled: bool,
    /// What a screen reader says when the label alone is too short.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A small choice that stays where it is: seats, options, filters.
#[component]
pub fn Chip(props: &ChipProps) -> Html {
    let pressed = props.on.map(|on| if on { "true" } else { "false" });
    html! {
        <button class="chip" type="button" aria-pressed={pressed} disabled={props.disabled} aria-label={props.name.clone()}
            data-testid={props.id.clone()} onclick={props.onclick.reform(|_: MouseEvent| ())}>
            if let Some(name) = props.icon { {icon(name, 18)} }
            <span>{&props.label}</span>
            if let Some(extra) = &props.extra { <bdi class="extra">{extra}</bdi> }
        </button>
    }
}

/// One tab of a row.
#[derive(Debug, Clone, PartialEq)]
pub struct Tab {
    pub key: AttrValue,
    pub label: AttrValue,
    /// A count beside the label, or empty.
    pub n: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct TabsProps {
    pub tabs: Vec<Tab>,
    pub chosen: AttrValue,
    pub onchoose: Callback<AttrValue>,
    /// What the row is, for screen readers.
    pub name: AttrValue,
}

/// A row of tabs; each carries `data-testid="tab-KEY"`.
#[component]
pub fn Tabs(props: &TabsProps) -> Html {
    html! {
        <div class="tabs" role="tablist" aria-label={props.name.clone()}>
            { for props.tabs.iter().map(|tab| {
                let key = tab.key.clone();
                let onclick = props.onchoose.reform(move |_: MouseEvent| key.clone());
                let chosen = if tab.key == props.chosen { "true" } else { "false" };
                html! {
                    <button key={tab.key.to_string()} class="tab" role="tab" type="button" aria-selected={chosen} {onclick}
                        data-testid={format!("tab-{}", tab.key)}>
                        {&tab.label}
                        if !tab.n.is_empty() { <span class="n">{&tab.n}</span> }
                    </button>
                }
            })}
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct ToggleProps {
    pub label: AttrValue,
    pub on: bool,
    /// Receives the new state.
    pub onchange: Callback<bool>,
    #[prop_or_default]
    pub disabled: bool,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A switch with its sentence.
#[component]
pub fn Toggle(props: &ToggleProps) -> Html {
    let on = props.on;
    html! {
        <button class="toggle" role="switch" type="button" aria-checked={if on { "true" } else { "false" }} disabled={props.disabled}
            data-testid={props.id.clone()} onclick={props.onchange.reform(move |_: MouseEvent| !on)}>
            <span class="knob" aria-hidden="true"></span><span class="grow">{&props.label}</span>
        </button>
    }
}
