//! A slip as it lies on paper: the same wrapping the printer gets, drawn in the browser.

use domain::paper::{Size, Slip, Span, Strip};
use yew::prelude::*;

use crate::t;

/// Columns of a slip whose printer is not known.
pub const COLUMNS: usize = 42;

/// Draws a slip for a paper of `columns` letters.
pub fn slip(slip: &Slip, columns: usize) -> Html {
    let strips = slip.lay_out(columns);
    html! {
        <div class="slip-paper ticket" dir="ltr" style={format!("--cols: {columns}")} data-testid="paper">
            { for strips.iter().enumerate().map(|(i, s)| strip(i, s)) }
        </div>
    }
}

fn strip(i: usize, strip: &Strip) -> Html {
    match strip {
        Strip::Line { size, spans } => {
            let class = match size {
                Size::Normal => "",
                Size::Tall => "tall",
                Size::Double => "double",
                Size::Triple => "triple",
            };
            html! { <pre key={i} class={classes!("pl", class)}>{ for spans.iter().enumerate().map(|(k, s)| span(k, s)) }</pre> }
        }
        Strip::Rule => html! { <div key={i} class="rule"></div> },
        Strip::DoubleRule => html! { <div key={i} class="rule double"></div> },
        Strip::Feed(n) => html! { <div key={i} style={format!("block-size: {n}lh")}></div> },
        Strip::Qr(data) => html! { <div key={i} class="qr">{t!("man.qr")}<span>{data}</span></div> },
        Strip::Cut | Strip::Drawer | Strip::Buzzer => html! {},
    }
}

fn span(k: usize, span: &Span) -> Html {
    html! { <span key={k} class={classes!(span.bold.then_some("b"), span.inverse.then_some("inv"))}>{&span.text}</span> }
}
