//! A browser that nobody let in yet: its code, and where a manager types it.

use domain::{
    command::Command,
    query::{Done, Knocked},
    rejection::{Refusal, Rejection},
};
use gloo_timers::callback::Interval;
use yew::prelude::*;

use super::vouch::Vouch;
use crate::{
    app::{App, in_the_clear, languages},
    backend, browser,
    components::Ghosts,
    icons::{Icon, icon},
    route::Route,
    t,
};

/// The page asks this often whether it was let in; it is what keeps its code good.
const ASK_MS: u32 = 2_000;
/// Digits of a code's half, as people read it out.
const HALF: usize = 3;

#[component]
pub fn NewDevicePage() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let shown = use_state(|| Shown::Nothing);
    {
        let (app, shown) = (app.clone(), shown.clone());
        use_effect_with((), move |()| {
            ask(&app, &shown);
            let every = Interval::new(ASK_MS, move || ask(&app, &shown));
            move || drop(every)
        });
    }
    let onin = {
        let app = app.clone();
        Callback::from(move |()| go_on(&app))
    };
    let language = app.state().language;
    let lost = matches!(app.state().link, crate::app::Link::Down { .. });
    html! {
        <main class="page">
            <div class="setup scroll">
                <div>
                    if *shown == Shown::NoRestaurant {
                        <h1>{t!("device.nothing_here")}</h1>
                    } else {
                        <h1>{t!("device.new")}</h1>
                        <p class="mute">{t!("device.new_what")}</p>
                    }
                </div>
                <section class="card join" data-testid="new-device">
                    if lost { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{t!("status.down")}</span></p> }
                    {way_in(&shown)}
                </section>
                if !browser::is_unprotected() && *shown != Shown::NoRestaurant { <section class="card join"><Vouch {onin} /></section> }
                {in_the_clear()}
                {languages(&app, language)}
            </div>
        </main>
    }
}

/// What this page knows of its terminal.
#[derive(PartialEq)]
enum Shown {
    /// It has not answered yet.
    Nothing,
    Code(String),
    /// It belongs to no restaurant yet, and is set up at its own screen.
    NoRestaurant,
}

fn way_in(shown: &Shown) -> Html {
    match shown {
        Shown::Nothing => html! { <Ghosts n=2 height=72 /> },
        Shown::NoRestaurant => html! { <p role="status">{t!("no.set_up_elsewhere")}</p> },
        Shown::Code(code) => html! {<>
            <div class="join-code">
                <div><h2>{t!("device.code")}</h2>
                    <p class="digits" dir="ltr" data-testid="device-code">{ for halves(code) }</p></div>
            </div>
            <ol class="join-way">
                <li>{t!("device.way_open")}</li>
                <li>{t!("device.way_type")}</li>
                <li>{t!("device.way_go")}</li>
            </ol>
        </>},
    }
}

fn halves(code: &str) -> Vec<Html> {
    let (first, second) = code.split_at_checked(HALF).unwrap_or((code, ""));
    [first, second].iter().map(|half| html! { <span key={(*half).to_owned()}>{*half}</span> }).collect()
}

/// It is a screen like any other now.
fn go_on(app: &App) {
    app.knock();
    app.open_instead(&Route::Floor);
}

fn ask(app: &App, shown: &UseStateHandle<Shown>) {
    let (app_then, shows) = (app.clone(), shown.clone());
    let then = Callback::from(move |answer: Result<Done, Refusal>| match answer.map(|done| done.knocked) {
        Ok(Some(Knocked { key, code })) => {
            backend::be(&key);
            shows.set(Shown::Code(code));
        }
        Err(Refusal { why: Rejection::SetUpElsewhere, .. }) => shows.set(Shown::NoRestaurant),
        Ok(None) => go_on(&app_then),
        Err(_) => {}
    });
    // A question that is still on its way is not asked again.
    if app.state().outbox.is_empty() {
        app.send_then(Command::Knock, then);
    }
}
