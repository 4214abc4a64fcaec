//! The order line: the same object on the check, on the bill and beside the payment. Also badges and amounts.

use domain::{
    money::Money,
    view::{LineState, LineView},
};
use yew::prelude::*;

use crate::{
    format, i18n,
    icons::{Icon, icon},
    t,
};

/// What a mark means; its colour is only the third way it says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Plain,
    Go,
    Warm,
    Cool,
    Late,
    Inverse,
}

impl Tone {
    pub fn class(self) -> &'static str {
        match self {
            Tone::Plain => "",
            Tone::Go => "go",
            Tone::Warm => "warm",
            Tone::Cool => "cool",
            Tone::Late => "late",
            Tone::Inverse => "inverse",
        }
    }
}

/// A state by shape and word, then colour.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    pub tone: Tone,
    pub icon: Icon,
    pub words: String,
}

/// Draws a state mark.
pub fn badge(mark: &Mark) -> Html {
    html! { <span class={classes!("badge", mark.tone.class())}>{icon(mark.icon, 16)}{&mark.words}</span> }
}

#[derive(Properties, PartialEq)]
pub struct AmountProps {
    pub amount: Money,
    /// With the currency's symbol.
    #[prop_or_default]
    pub full: bool,
}

/// An amount in tabular figures; never wraps.
#[component]
pub fn Amount(props: &AmountProps) -> Html {
    let words = if props.full { format::money(props.amount) } else { format::amount(props.amount) };
    html! { <bdi class="num keep">{words}</bdi> }
}

/// The line's own mark: only what its course's mark does not say already.
pub fn line_mark(line: &LineView) -> Option<Mark> {
    match line.state {
        LineState::Voided => Some(Mark { tone: Tone::Plain, icon: Icon::Bin, words: t!("order.voided") }),
        _ if line.voided > 0 => {
            Some(Mark { tone: Tone::Plain, icon: Icon::Bin, words: t!("order.voided_n", n = line.voided) })
        }
        _ => None,
    }
}

/// Quantity, name, options, notes, gaps and amount of a line. `missing` names the groups still to be chosen.
pub fn check_line(line: &LineView, missing: &[String]) -> Html {
    let voided = line.state == LineState::Voided;
    let name = match &line.portion_name {
        Some(portion) => format!("{}, {}", i18n::words(&line.name), i18n::words(portion)),
        None => i18n::words(&line.name),
    };
    let qty = if voided { line.voided } else { line.qty };
    let options = line.options.iter().map(|o| {
        let price = (o.price != Money::ZERO).then(|| format!(" {}", format::amount(o.price)));
        html! { <span key={o.option.to_string()} class={(o.depth > 0).then_some("deep")}>{i18n::words(&o.name)}{price}</span> }
    });
    let seat = (line.seat > 0).then(|| t!("order.seat", n = line.seat));
    let has_mods = !line.options.is_empty() || !line.note.is_empty() || !missing.is_empty() || seat.is_some();
    let marks: Vec<Mark> = line_mark(line)
        .into_iter()
        .chain((line.comped > Money::ZERO).then(|| Mark { tone: Tone::Go, icon: Icon::Tip, words: t!("order.comped") }))
        .chain((!line.allergy.is_empty()).then(|| Mark {
            tone: Tone::Inverse,
            icon: Icon::Allergy,
            words: t!("order.allergy_says", what = line.allergy),
        }))
        .collect();
    html! {
        <span class={classes!("ln", voided.then_some("voided"))}>
            <span class="q">{qty}</span><span class="what">{name}</span><span class="amt"><Amount amount={line.amount} /></span>
            if has_mods {
                <span class="mods">
                    { for missing.iter().map(|what| html! { <span key={what.clone()} class="gap">{"▢ "}{t!("order.choose", what = what)}</span> }) }
                    { for options }
                    if !line.note.is_empty() { <em>{&line.note}</em> }
                    { for seat.map(|s| html! { <span>{s}</span> }) }
                </span>
            }
            if !marks.is_empty() { <span class="marks">{ for marks.iter().map(badge) }</span> }
        </span>
    }
}
