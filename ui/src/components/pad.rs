//! Number pads: for a PIN, a code and amounts. Tapped or typed.

use domain::money::Money;
use web_sys::HtmlElement;
use yew::prelude::*;

use crate::{
    app::use_sheet_keys,
    browser, format,
    icons::{Icon, icon},
    t,
};

#[derive(Properties, PartialEq)]
pub struct PadProps {
    pub onkey: Callback<char>,
    pub onerase: Callback<()>,
    /// Enter, while what was entered is enough.
    #[prop_or_default]
    pub onenter: Option<Callback<()>>,
    /// What stands beside the zero: Enter on a PIN pad, "00" on an amount pad.
    #[prop_or_default]
    pub corner: Html,
}

/// The corner key of a pad that is done with Enter.
pub fn enter_key(label: String, id: &'static str, onenter: &Option<Callback<()>>) -> Html {
    let onclick = onenter.as_ref().map(|enter| enter.reform(|_: MouseEvent| ()));
    html! {
        <button type="button" class="enter" disabled={onclick.is_none()} aria-label={label} data-testid={id} {onclick}>{icon(Icon::Check, 28)}</button>
    }
}

/// Ten digits, an eraser and one corner key. Digits carry `data-testid="pad-7"`.
#[component]
pub fn NumberPad(props: &PadProps) -> Html {
    let digit = |c: char| {
        let onclick = props.onkey.reform(move |_: MouseEvent| c);
        html! { <button key={c.to_string()} type="button" {onclick} data-testid={format!("pad-{c}")}>{c}</button> }
    };
    let pad = use_node_ref();
    use_sheet_keys(keys(props, pad.clone()));
    html! {
        <div ref={pad} class="pad" dir="ltr" tabindex="-1">
            { for "123456789".chars().map(digit) }
            <button type="button" class="soft" aria-label={t!("erase")} data-testid="pad-erase"
                onclick={props.onerase.reform(|_: MouseEvent| ())}>{icon(Icon::Erase, 26)}</button>
            { digit('0') }
            { props.corner.clone() }
        </div>
    }
}

/// Whoever types means the pad: it takes the focus with the first digit, so that Enter does not press what had it before.
fn keys(props: &PadProps, pad: NodeRef) -> Callback<KeyboardEvent> {
    let PadProps { onkey, onerase, onenter, .. } = props;
    let (onkey, onerase, onenter) = (onkey.clone(), onerase.clone(), onenter.clone());
    Callback::from(move |event: KeyboardEvent| {
        let Some(pad) = pad.cast::<HtmlElement>() else { return };
        if browser::is_covered(&pad) {
            return;
        }
        let key = event.key();
        match (key.as_str(), key.chars().next()) {
            ("Backspace", _) => onerase.emit(()),
            ("Enter", _) if browser::is_unfocused() || pad.matches(":focus-within").unwrap_or(false) => {
                // A key that is held down is meant once.
                onenter.iter().filter(|_| !event.repeat()).for_each(|enter| enter.emit(()));
            }
            (key, Some(digit)) if key.len() == 1 && digit.is_ascii_digit() => {
                let _ = pad.focus();
                onkey.emit(digit);
            }
            _ => return,
        }
        event.prevent_default();
    })
}

#[derive(Properties, PartialEq)]
pub struct AmountPadProps {
    pub value: Money,
    pub onchange: Callback<Money>,
    #[prop_or_default]
    pub onenter: Option<Callback<()>>,
}

/// Enters an amount from the right, as tills do: 1 2 5 0 is 12.50.
#[component]
pub fn AmountPad(props: &AmountPadProps) -> Html {
    let value = props.value.0;
    let push = move |c: char| {
        let digit = i64::from(c.to_digit(10).unwrap_or(0));
        let next = Money(value.saturating_mul(10).saturating_add(digit));
        if next.is_plausible() { next } else { Money(value) }
    };
    let zeros = format::digits() > 0;
    let twice = props.onchange.reform(move |_: MouseEvent| {
        let next = Money(value.saturating_mul(100));
        if next.is_plausible() { next } else { Money(value) }
    });
    let corner = html! {
        if zeros { <button type="button" class="soft" onclick={twice} data-testid="pad-00">{"00"}</button> } else { <span></span> }
    };
    html! {
        <NumberPad onkey={props.onchange.reform(push)} onerase={props.onchange.reform(move |()| Money(value / 10))}
            onenter={props.onenter.clone()} {corner} />
    }
}
