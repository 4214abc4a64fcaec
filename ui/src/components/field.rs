//! Fields a person types into or chooses from.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};
use yew::prelude::*;

use crate::icons::{Icon, icon};

#[derive(Properties, PartialEq)]
pub struct FieldProps {
    pub label: AttrValue,
    pub value: AttrValue,
    /// Receives the whole text at every change.
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// What is wrong and how to mend it; shown in place of the hint.
    #[prop_or_default]
    pub fault: Option<AttrValue>,
    /// `text`, `password`, `date`, …
    #[prop_or(AttrValue::Static("text"))]
    pub kind: AttrValue,
    /// Which on-screen keyboard: `text`, `numeric`, `decimal`.
    #[prop_or(AttrValue::Static("text"))]
    pub keyboard: AttrValue,
    #[prop_or_default]
    pub placeholder: AttrValue,
    /// Enter was pressed.
    #[prop_or_default]
    pub onenter: Callback<()>,
    #[prop_or_default]
    pub autofocus: bool,
    #[prop_or_default]
    pub max: Option<u32>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A labelled text field with its hint or fault.
#[component]
pub fn Field(props: &FieldProps) -> Html {
    let onenter = props.onenter.clone();
    let onkeydown = move |e: KeyboardEvent| {
        if e.key() == "Enter" {
            onenter.emit(());
        }
    };
    html! {
        <label class="field">
            <span class="label">{&props.label}</span>
            <input class="input" type={props.kind.clone()} inputmode={props.keyboard.clone()} value={props.value.clone()}
                placeholder={props.placeholder.clone()} aria-invalid={props.fault.is_some().then_some("true")}
                maxlength={props.max.map(|m| m.to_string())} autofocus={props.autofocus} autocomplete="off" data-testid={props.id.clone()}
                oninput={props.oninput.reform(input_text)} {onkeydown} />
            {below(&props.fault, &props.hint)}
        </label>
    }
}

fn below(fault: &Option<AttrValue>, hint: &Option<AttrValue>) -> Html {
    match (fault, hint) {
        (Some(fault), _) => html! { <span class="fault" role="alert">{icon(Icon::Warning, 16)}{fault}</span> },
        (None, Some(hint)) => html! { <span class="hint">{hint}</span> },
        _ => html! {},
    }
}

fn input_text(event: InputEvent) -> String {
    event.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()).map(|e| e.value()).unwrap_or_default()
}

#[derive(Properties, PartialEq)]
pub struct TextAreaProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub fault: Option<AttrValue>,
    #[prop_or(4)]
    pub rows: u32,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A labelled field of several lines.
#[component]
pub fn TextArea(props: &TextAreaProps) -> Html {
    let oninput = props.oninput.reform(|e: InputEvent| {
        e.target().and_then(|t| t.dyn_into::<HtmlTextAreaElement>().ok()).map(|e| e.value()).unwrap_or_default()
    });
    html! {
        <label class="field">
            <span class="label">{&props.label}</span>
            <textarea class="input" rows={props.rows.to_string()} value={props.value.clone()} {oninput} data-testid={props.id.clone()}
                aria-invalid={props.fault.is_some().then_some("true")} />
            {below(&props.fault, &props.hint)}
        </label>
    }
}

/// One entry of a [`Select`]: its value and what a person reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    pub value: AttrValue,
    pub label: AttrValue,
}

#[derive(Properties, PartialEq)]
pub struct SelectProps {
    pub label: AttrValue,
    pub choices: Vec<Choice>,
    pub value: AttrValue,
    pub onchange: Callback<String>,
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A labelled list to choose one from.
#[component]
pub fn Select(props: &SelectProps) -> Html {
    let onchange = props.onchange.reform(|e: Event| {
        e.target().and_then(|t| t.dyn_into::<HtmlSelectElement>().ok()).map(|e| e.value()).unwrap_or_default()
    });
    html! {
        <label class="field">
            <span class="label">{&props.label}</span>
            <select class="input" {onchange} data-testid={props.id.clone()}>
                { for props.choices.iter().map(|c| html! {
                    <option key={c.value.to_string()} value={c.value.clone()} selected={c.value == props.value}>{&c.label}</option>
                })}
            </select>
            {below(&None, &props.hint)}
        </label>
    }
}

#[derive(Properties, PartialEq)]
pub struct SearchProps {
    pub label: AttrValue,
    pub value: AttrValue,
    pub oninput: Callback<String>,
    /// Enter: take the first hit.
    #[prop_or_default]
    pub onenter: Callback<()>,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A search field; Escape empties it.
#[component]
pub fn Search(props: &SearchProps) -> Html {
    let (onenter, clear) = (props.onenter.clone(), props.oninput.clone());
    let onkeydown = move |e: KeyboardEvent| match e.key().as_str() {
        "Enter" => onenter.emit(()),
        "Escape" => clear.emit(String::new()),
        _ => {}
    };
    html! {
        <label class="search grow">
            <span class="vh">{&props.label}</span>{icon(Icon::Search, 24)}
            <input class="input" type="text" inputmode="search" value={props.value.clone()} placeholder={props.label.clone()} autocomplete="off"
                data-testid={props.id.clone()} oninput={props.oninput.reform(input_text)} {onkeydown} />
        </label>
    }
}
