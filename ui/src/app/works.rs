//! What works right now, in words: every function with its state, the age of its last proof, and what still works without it.

use domain::{
    clock::Millis,
    command::Command,
    event::Alarm,
    staff::Permission,
    view::{Work, WorkOf, WorkState},
};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::{App, Link, PROTECT};
use crate::{
    backend::moved_to,
    browser,
    components::{Button, Ghosts, Mark, Sheet, Tone, badge},
    format,
    i18n::reason,
    icons::{Icon, icon},
    route::Route,
    t,
};

/// Ages are counted up while somebody looks at them.
const TICK_MS: u32 = 1_000;

/// It does not work, or works only in part.
pub fn is_broken(work: &Work) -> bool {
    matches!(work.state, WorkState::Degraded | WorkState::Down)
}

/// What a function is called.
pub fn name(what: &WorkOf) -> String {
    match what {
        WorkOf::Orders => t!("works.orders"),
        WorkOf::Storage => t!("works.storage"),
        WorkOf::Master { name } => t!("works.master", name = name),
        WorkOf::Terminal { name, .. } | WorkOf::Printer { name, .. } => name.clone(),
        WorkOf::Screens { count } => t!("works.screens", n = count),
        WorkOf::Clock { name, .. } => t!("works.clock", name = name),
        WorkOf::UpToDate { .. } => t!("works.up_to_date"),
        WorkOf::Card => t!("works.card"),
        WorkOf::Cloud => t!("works.cloud"),
        WorkOf::Alarm { .. } => t!("works.alarm"),
    }
}

/// What is wrong with it, in one sentence.
pub fn trouble(work: &Work) -> String {
    let down = work.state == WorkState::Down;
    match &work.what {
        WorkOf::Orders => t!("works.no.orders"),
        WorkOf::Storage if down => t!("works.no.storage"),
        WorkOf::Storage => t!("works.part.storage"),
        WorkOf::Master { name } => t!("works.no.master", name = name),
        WorkOf::Terminal { name, .. } if down => t!("works.no.terminal", name = name),
        WorkOf::Terminal { name, .. } => t!("works.part.terminal", name = name),
        WorkOf::Printer { name, .. } if down => t!("works.no.printer", name = name),
        WorkOf::Printer { name, .. } => t!("works.part.printer", name = name),
        WorkOf::Screens { .. } => t!("works.no.screens"),
        WorkOf::Clock { name, ahead } if *ahead < 0 => {
            t!("works.no.clock_behind", name = name, n = ahead.unsigned_abs())
        }
        WorkOf::Clock { name, ahead } => t!("works.no.clock_ahead", name = name, n = ahead.unsigned_abs()),
        WorkOf::UpToDate { .. } => t!("works.no.up_to_date"),
        WorkOf::Card => t!("works.no.card"),
        WorkOf::Cloud => t!("works.no.cloud"),
        WorkOf::Alarm { name, alarm, .. } => match alarm {
            Alarm::Stranger { address, .. } => t!("works.no.stranger", name = name, address = address),
            Alarm::RejectedDevice { address } => t!("works.no.device", name = name, address = address),
            Alarm::CodeGuessed { address } => t!("works.no.guessed", name = name, address = address),
            Alarm::ForgedLog { .. } => t!("works.no.forged", name = name),
            Alarm::OwnLogIsLonger { .. } => t!("works.no.old_copy", name = name),
        },
    }
}

/// What still works without it, and what happens next.
pub fn still(what: &WorkOf) -> String {
    match what {
        WorkOf::Orders => t!("works.still.orders"),
        WorkOf::Storage => t!("works.still.storage"),
        WorkOf::Master { .. } => t!("works.still.master"),
        WorkOf::Terminal { .. } => t!("works.still.terminal"),
        WorkOf::Printer { .. } => t!("works.still.printer"),
        WorkOf::Screens { .. } => t!("works.still.screens"),
        WorkOf::Clock { .. } => t!("works.still.clock"),
        WorkOf::UpToDate { .. } => t!("works.still.up_to_date"),
        WorkOf::Card => t!("works.still.card"),
        WorkOf::Cloud => t!("works.still.cloud"),
        WorkOf::Alarm { alarm: Alarm::ForgedLog { .. } | Alarm::OwnLogIsLonger { .. }, .. } => t!("works.still.forged"),
        WorkOf::Alarm { .. } => t!("works.still.stranger"),
    }
}

fn mark(state: WorkState) -> Mark {
    let (tone, icon, words) = match state {
        WorkState::Works => (Tone::Go, Icon::Check, t!("works.state.works")),
        WorkState::NotSetUp => (Tone::Plain, Icon::Minus, t!("works.state.not_set_up")),
        WorkState::Degraded => (Tone::Warm, Icon::Warning, t!("works.state.degraded")),
        WorkState::Down => (Tone::Late, Icon::Close, t!("works.state.down")),
    };
    Mark { tone, icon, words }
}

/// What the style sheet calls a state.
fn word(state: WorkState) -> &'static str {
    match state {
        WorkState::Works => "works",
        WorkState::NotSetUp => "notsetup",
        WorkState::Degraded => "degraded",
        WorkState::Down => "down",
    }
}

/// Tells a row from every other while the list is sorted anew.
fn key(what: &WorkOf) -> String {
    match what {
        WorkOf::Orders => "orders".into(),
        WorkOf::Storage => "storage".into(),
        WorkOf::Master { .. } => "master".into(),
        WorkOf::Terminal { terminal, .. } => format!("terminal {terminal}"),
        WorkOf::Printer { printer, .. } => format!("printer {printer}"),
        WorkOf::Screens { .. } => "screens".into(),
        WorkOf::Clock { name, .. } => format!("clock {name}"),
        WorkOf::UpToDate { .. } => "up to date".into(),
        WorkOf::Card => "card".into(),
        WorkOf::Cloud => "cloud".into(),
        WorkOf::Alarm { raised, .. } => format!("alarm {} {}", raised.origin, raised.seq),
    }
}

/// "12 s", "5 min" or "2 h 5 min".
pub fn span(ms: u64) -> String {
    match ms / 1_000 {
        s @ 0..=59 => t!("seconds", n = s),
        s @ 60..=3_599 => t!("minutes", n = s / 60),
        s => t!("hours_minutes", h = s / 3_600, m = s / 60 % 60),
    }
}

/// The panel over any page.
#[component]
pub fn WorksSheet() -> Html {
    let tick = use_force_update();
    use_effect_with((), move |()| {
        let every = Interval::new(TICK_MS, move || tick.force_update());
        move || drop(every)
    });
    let Some(app) = use_context::<App>() else { return html! {} };
    let onclose = {
        let app = app.clone();
        Callback::from(move |()| app.change(|s| s.works_open = false))
    };
    let now = browser::now();
    let (told, link, manages) = {
        let state = app.state();
        let manages = state.me.as_ref().is_some_and(|me| me.permissions.contains(&Permission::EditStore));
        (state.works.clone(), state.link, manages)
    };
    let terminals = {
        let app = app.clone();
        Callback::from(move |()| app.open(&Route::Manager("terminals".into())))
    };
    let foot = manages.then(|| html! { <Button label={t!("works.terminals")} icon={Icon::Terminals} onclick={terminals} id="works-terminals" /> });
    let seen = served(&app, now);
    let body = match &told {
        None => html! { <Ghosts n=5 height=72 /> },
        Some((view, at)) => {
            let mut works: Vec<&Work> = view.works.iter().collect();
            works.sort_by_key(|w| std::cmp::Reverse(weight(w.state)));
            let age = age(*at, now);
            html! { <ul class="works">{ for works.into_iter().map(|w| row(w, age, looked_at(w, &app, manages))) }</ul> }
        }
    };
    let lost = match link {
        Link::Down { since } => Some(t!("works.lost", ago = span(age(since, now)))),
        _ => None,
    };
    html! {
        <Sheet title={t!("works.title")} {onclose} id="works" {foot}>
            if let Some(lost) = lost { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{lost}</span></p> }
            {in_the_clear()}
            <p class="mute" data-testid="served">{seen}</p>
            {body}
        </Sheet>
    }
}

/// What it means that this page is not protected, and what to do; nothing while it is.
pub fn in_the_clear() -> Html {
    if !browser::is_unprotected() {
        return html! {};
    }
    html! {
        <p class="notice" data-testid="plain">{icon(Icon::Unlocked, 20)}<span><b>{t!("plain")}{". "}</b>{t!("plain.what")}{" "}<a href={PROTECT}>{t!("plain.how")}</a></span></p>
    }
}

/// Whose data this screen shows, and how old it is.
fn served(app: &App, now: Millis) -> String {
    let state = app.state();
    let here = state.door.as_ref().map(|d| d.terminal.clone()).unwrap_or_default();
    let name = moved_to().map_or(here, |(name, _)| name);
    t!("works.served", name = name, ago = span(age(state.heard_at, now)))
}

/// What needs eyes first; what nobody set up last.
fn weight(state: WorkState) -> u8 {
    match state {
        WorkState::NotSetUp => 0,
        WorkState::Works => 1,
        WorkState::Degraded => 2,
        WorkState::Down => 3,
    }
}

fn age(since: Millis, now: Millis) -> u64 {
    u64::try_from(now - since).unwrap_or(0)
}

/// An alarm leaves the panel when somebody who may says that it was looked at.
fn looked_at(work: &Work, app: &App, manages: bool) -> Html {
    let WorkOf::Alarm { raised, .. } = &work.what else { return html! {} };
    if !manages {
        return html! {};
    }
    let (app, raised) = (app.clone(), *raised);
    let onclick = Callback::from(move |()| {
        app.send(Command::SeeAlarm { raised });
    });
    html! { <Button label={t!("works.seen")} icon={Icon::Check} {onclick} id="see-alarm" /> }
}

fn row(work: &Work, older: u64, looked_at: Html) -> Html {
    let name = name(&work.what);
    // An alarm is no function that works in part: it happened, and when.
    let mark = match work.what {
        WorkOf::Alarm { at, .. } => html! { <span class="mute num">{format::time(at)}</span> },
        _ => badge(&mark(work.state)),
    };
    let proof = match (work.state, work.proved) {
        (WorkState::NotSetUp, _) => String::new(),
        _ if matches!(work.what, WorkOf::Alarm { .. }) => String::new(),
        (_, Some(ms)) if matches!(work.what, WorkOf::Terminal { .. }) => t!("works.heard", ago = span(ms + older)),
        (_, Some(ms)) => t!("works.proved", ago = span(ms + older)),
        (_, None) => t!("works.never_proved"),
    };
    html! {
        <li key={key(&work.what)} class="work" data-state={word(work.state)} data-testid="work">
            <div class="work-head"><b>{name}</b>{mark}</div>
            if is_broken(work) {
                <p class="trouble">{trouble(work)}</p>
                if !work.why.is_none() { <p class="mute small" data-testid="why">{reason::words(&work.why)}</p> }
                <p>{still(&work.what)}</p>
                {looked_at}
            }
            if !proof.is_empty() { <p class="mute small">{proof}</p> }
        </li>
    }
}

#[cfg(test)]
mod tests {
    use domain::{
        ids::{Dot, Origin},
        view::Reason,
    };

    use super::*;

    fn all() -> Vec<WorkOf> {
        let name = || "Terrace".to_owned();
        [
            WorkOf::Orders,
            WorkOf::Storage,
            WorkOf::Master { name: name() },
            WorkOf::Terminal { terminal: Origin(2), name: name() },
            WorkOf::Printer { printer: "bar".into(), name: name() },
            WorkOf::Screens { count: 3 },
            WorkOf::Clock { name: name(), ahead: -40 },
            WorkOf::Clock { name: name(), ahead: 40 },
            WorkOf::UpToDate { unread: 2 },
            WorkOf::Card,
            WorkOf::Cloud,
        ]
        .into_iter()
        .chain(alarms().map(|alarm| WorkOf::Alarm {
            raised: Dot { origin: Origin(2), seq: 5 },
            at: 0,
            name: name(),
            alarm,
        }))
        .collect()
    }

    fn alarms() -> impl Iterator<Item = Alarm> {
        let address = || "192.168.1.7".to_owned();
        [
            Alarm::Stranger { address: address(), why: "not paired".into() },
            Alarm::RejectedDevice { address: address() },
            Alarm::CodeGuessed { address: address() },
            Alarm::ForgedLog { origin: Origin(3), seq: 7, by: None, seals: Vec::new() },
            Alarm::OwnLogIsLonger { here: 3, there: 5, of: None },
        ]
        .into_iter()
    }

    #[test]
    fn every_function_has_words_for_every_state() {
        for what in all() {
            for state in [WorkState::Works, WorkState::NotSetUp, WorkState::Degraded, WorkState::Down] {
                let work = Work { what: what.clone(), state, proved: None, why: Reason::None };
                for words in [name(&what), trouble(&work), still(&what), mark(state).words] {
                    assert!(!words.is_empty() && !words.starts_with("works."), "{what:?} {state:?}: {words}");
                }
            }
        }
    }

    #[test]
    fn ages_are_said_as_people_do() {
        for (ms, said) in
            [(0, "0 s"), (59_999, "59 s"), (60_000, "1 min"), (3_599_000, "59 min"), (7_500_000, "2 h 5 min")]
        {
            assert_eq!(span(ms), said);
        }
    }
}
