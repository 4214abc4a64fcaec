//! The drill: the master is unplugged on purpose, and the restaurant is watched going on.

use domain::{command::Command, ids::Origin, view::DrillView};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::{Names, act};
use crate::{
    browser,
    components::{Button, Mark, Tone, badge},
    icons::{Icon, icon},
    pages::manager::use_app,
    t,
};

/// How often the count of a running drill is drawn.
const COUNT_MS: u32 = 100;

#[derive(Properties, PartialEq)]
pub struct DrillProps {
    pub drill: Option<DrillView>,
    pub names: Names,
    /// There is nobody who could take over.
    pub alone: bool,
    pub again: Callback<()>,
}

#[component]
pub fn DrillCard(props: &DrillProps) -> Html {
    let app = use_app();
    let starting = use_state(|| false);
    let running = props.drill.as_ref().is_some_and(|d| d.running);
    {
        let starting = starting.clone();
        use_effect_with(running, move |running| {
            if *running {
                starting.set(false);
            }
        });
    }
    let start = {
        let (app, again, starting) = (app.clone(), props.again.clone(), starting.clone());
        Callback::from(move |()| {
            starting.set(true);
            let starting = starting.clone();
            act(&app, &again, Command::HoldDrill, Callback::from(move |_| starting.set(false)));
        })
    };
    html! {
        <section class="card drill" data-testid="drill">
            <h3>{icon(Icon::Repeat, 22)}{t!("term.drill")}</h3>
            <p>{t!("term.drill_what")}</p>
            if running {
                <Count />
            } else {
                <Button label={t!("term.drill_go")} icon={Icon::Offline} disabled={props.alone || *starting} onclick={start} id="drill-go" />
            }
            if props.alone && !running { <p class="hint">{t!("term.drill_alone")}</p> }
            if let Some(drill) = &props.drill {
                <ul class="drill-steps" data-testid="drill-result">{ for told(drill, &props.names).into_iter().map(|words| html! { <li key={words.clone()}>{words}</li> }) }</ul>
            }
        </section>
    }
}

/// Seconds since the plug was pulled, as this screen counts them.
#[component]
fn Count() -> Html {
    let since = use_state(browser::now);
    let tick = use_force_update();
    use_effect_with((), move |()| {
        let every = Interval::new(COUNT_MS, move || tick.force_update());
        move || drop(every)
    });
    let ms = u64::try_from(browser::now() - *since).unwrap_or(0);
    html! {
        <p class="row" role="timer">{badge(&Mark { tone: Tone::Warm, icon: Icon::Offline, words: t!("term.drill_runs") })}<b class="num count">{seconds(ms)}</b></p>
    }
}

/// "0.9", as a stopwatch shows it.
fn seconds(ms: u64) -> String {
    format!("{}.{}", ms / 1_000, ms % 1_000 / 100)
}

/// What happened so far, one sentence a step.
fn told(drill: &DrillView, names: &Names) -> Vec<String> {
    let name =
        |id: Origin| names.iter().find(|(o, _)| *o == id).map_or_else(|| id.to_string(), |(_, name)| name.clone());
    let mut told = vec![t!("term.drill_was", name = name(drill.was))];
    match (drill.took_over, drill.after) {
        (Some(who), Some(ms)) => told.push(t!("term.drill_took", name = name(who), s = seconds(ms))),
        // Whoever was unplugged itself may never learn who stood in for it.
        _ if !drill.running && drill.back_after.is_none() => told.push(t!("term.drill_nobody")),
        _ => {}
    }
    match drill.back_after {
        Some(ms) => told.push(t!("term.drill_back", name = name(drill.was), s = seconds(ms))),
        None if !drill.running && drill.took_over.is_some() => {
            told.push(t!("term.drill_not_back", name = name(drill.was)));
        }
        None => {}
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_told_as_it_goes() {
        let names: Names = vec![(Origin(1), "The bar".into()), (Origin(2), "Terrace".into())];
        let mut drill = DrillView { running: true, was: Origin(1), took_over: None, after: None, back_after: None };
        assert_eq!(told(&drill, &names), ["The bar was unplugged."]);
        (drill.took_over, drill.after) = (Some(Origin(2)), Some(940));
        assert_eq!(told(&drill, &names)[1], "Terrace took over after 0.9 s.");
        (drill.running, drill.back_after) = (false, Some(14_000));
        assert_eq!(told(&drill, &names)[2], "The bar was master again after 14.0 s.");
        drill.back_after = None;
        assert_eq!(told(&drill, &names).len(), 3);
        (drill.took_over, drill.after) = (None, None);
        assert_eq!(told(&drill, &names)[1], "Nobody took over. Look at the cables between the terminals.");
    }
}
