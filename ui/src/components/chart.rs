//! Figures a manager reads from two metres.

use yew::prelude::*;

/// One big figure with its label, and an optional small comparison below.
pub fn figure(label: &str, value: &str, below: Option<Html>) -> Html {
    html! {
        <div class="figure"><span class="label">{label}</span><bdi class="value">{value}</bdi>{ for below }</div>
    }
}
