//! The drill: the master is unplugged on purpose, and the restaurant is watched going on.

use domain::{
    command::Command,
    ids::Origin,
    view::{DrillView, TakeoverView},
};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::{Names, act};
use crate::{
    browser,
    components::{Button, Mark, Tone, badge},
    format,
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

fn named(names: &Names, id: Origin) -> String {
    names.iter().find(|(o, _)| *o == id).map_or_else(|| id.to_string(), |(_, name)| name.clone())
}

/// What happened so far, one sentence a step.
fn told(drill: &DrillView, names: &Names) -> Vec<String> {
    let mut told = vec![t!("term.drill_was", name = named(names, drill.was))];
    match (&drill.takeover, drill.took_over) {
        (Some(takeover), _) => told.extend(steps(takeover, names, !drill.running)),
        // A terminal of an older version tells nothing.
        (None, Some(who)) => told.push(t!("term.drill_stood_in", name = named(names, who))),
        (None, None) if !drill.running => told.push(t!("term.drill_nobody")),
        (None, None) => {}
    }
    told
}

/// Who took over and what became of the old master; that it is not back is told only when nobody waits for it any more.
fn steps(takeover: &TakeoverView, names: &Names, over: bool) -> Vec<String> {
    let (from, by) = (|| named(names, takeover.from), || named(names, takeover.by));
    let mut told = vec![t!("term.drill_took", name = by(), s = seconds(takeover.unheard))];
    match (takeover.back_after, takeover.master_after) {
        (Some(back), Some(master)) => {
            told.push(t!("term.drill_linked", name = from(), s = seconds(back)));
            told.push(t!("term.drill_back", name = from(), s = seconds(master)));
        }
        (Some(back), None) => {
            told.push(t!("term.drill_linked", name = from(), s = seconds(back)));
            told.push(t!("term.drill_stays", name = by()));
        }
        _ if over => told.push(t!("term.drill_away", name = from())),
        _ => {}
    }
    told
}

/// Whether nobody waits for the old master any more: the drill that was held last is, as long as it runs, no time to say
/// that it has not come back.
fn is_over(takeover: &TakeoverView, drill: &DrillView) -> bool {
    !(drill.running && drill.takeover.as_ref() == Some(takeover))
}

#[derive(Properties, PartialEq)]
pub struct TakeoversProps {
    pub takeovers: Vec<TakeoverView>,
    pub drill: Option<DrillView>,
    pub names: Names,
}

/// The last times the master was missed, in a drill or in earnest.
#[component]
pub fn Takeovers(props: &TakeoversProps) -> Html {
    let TakeoversProps { takeovers, drill, names } = props;
    if takeovers.is_empty() {
        return html! {};
    }
    let over = |takeover: &TakeoverView| drill.as_ref().is_none_or(|drill| is_over(takeover, drill));
    let one = |takeover: &TakeoverView| {
        let when = format!("{} {}", format::date(format::date_of(takeover.at)), format::time(takeover.at));
        let (icon, words) = match takeover.drill {
            true => (Icon::Repeat, t!("term.drill")),
            false => {
                (Icon::Offline, t!("term.missed", by = named(names, takeover.by), name = named(names, takeover.from)))
            }
        };
        html! {
            <li key={format!("{} {}", takeover.at, takeover.by)} data-testid="takeover">
                <p class="row">{badge(&Mark { tone: Tone::Plain, icon, words })}<span class="mute num">{when}</span></p>
                <ul class="drill-steps">{ for steps(takeover, names, over(takeover)).into_iter().map(|words| html! { <li key={words.clone()}>{words}</li> }) }</ul>
            </li>
        }
    };
    html! {
        <section class="card" data-testid="takeovers">
            <h3>{icon(Icon::Star, 22)}{t!("term.takeovers")}</h3>
            <ol class="takeovers">{ for takeovers.iter().map(one) }</ol>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drill_is_told_as_it_goes() {
        let names: Names = vec![(Origin(1), "The bar".into()), (Origin(2), "Terrace".into())];
        let mut drill = DrillView { running: true, was: Origin(1), took_over: None, takeover: None };
        let check = |drill: &DrillView, expected: &[&str]| assert_eq!(told(drill, &names), expected);
        check(&drill, &["The bar was unplugged."]);
        drill.running = false;
        check(&drill, &["The bar was unplugged.", "Nobody took over. Look at the cables between the terminals."]);
        drill.took_over = Some(Origin(2));
        check(&drill, &["The bar was unplugged.", "Terrace took over."]);
        let takeover = TakeoverView {
            at: 0,
            from: Origin(1),
            by: Origin(2),
            unheard: 940,
            drill: true,
            back_after: None,
            master_after: None,
        };
        drill.running = true;
        drill.takeover = Some(takeover.clone());
        let took = "Terrace took over after 0.9 s.";
        check(&drill, &["The bar was unplugged.", took]);
        assert_eq!(steps(&takeover, &names, is_over(&takeover, &drill)), [took], "the list below says no more");
        drill.running = false;
        assert!(is_over(&takeover, &drill));
        check(&drill, &["The bar was unplugged.", took, "The bar has not come back."]);
        drill.takeover = Some(TakeoverView { back_after: Some(10_460), ..takeover.clone() });
        let back = "The bar was back after 10.4 s.";
        check(&drill, &["The bar was unplugged.", took, back, "Terrace stays master."]);
        drill.takeover = Some(TakeoverView { back_after: Some(10_460), master_after: Some(14_000), ..takeover });
        check(&drill, &["The bar was unplugged.", took, back, "The bar was master again after 14.0 s."]);
    }
}
