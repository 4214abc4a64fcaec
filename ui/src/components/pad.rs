//! Number pads: for a PIN and for amounts.

use domain::money::Money;
use yew::prelude::*;

use crate::{
    format,
    icons::{Icon, icon},
    t,
};

#[derive(Properties, PartialEq)]
pub struct PadProps {
    pub onkey: Callback<char>,
    pub onerase: Callback<()>,
    /// What stands beside the zero: Enter on a PIN pad, "00" on an amount pad.
    #[prop_or_default]
    pub corner: Html,
}

/// Ten digits, an eraser and one corner key. Digits carry `data-testid="pad-7"`.
#[component]
pub fn NumberPad(props: &PadProps) -> Html {
    let digit = |c: char| {
        let onclick = props.onkey.reform(move |_: MouseEvent| c);
        html! { <button key={c.to_string()} type="button" {onclick} data-testid={format!("pad-{c}")}>{c}</button> }
    };
    html! {
        <div class="pad" dir="ltr">
            { for "123456789".chars().map(digit) }
            <button type="button" class="soft" aria-label={t!("erase")} data-testid="pad-erase"
                onclick={props.onerase.reform(|_: MouseEvent| ())}>{icon(Icon::Erase, 26)}</button>
            { digit('0') }
            { props.corner.clone() }
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct AmountPadProps {
    pub value: Money,
    pub onchange: Callback<Money>,
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
        <NumberPad onkey={props.onchange.reform(push)} onerase={props.onchange.reform(move |()| Money(value / 10))} {corner} />
    }
}
