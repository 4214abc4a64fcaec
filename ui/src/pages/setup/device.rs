//! A browser that nobody let in yet: its code, and where a manager types it.

use domain::{
    command::Command,
    query::{Done, Knocked},
    rejection::Refusal,
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
    let code = use_state(String::new);
    {
        let (app, code) = (app.clone(), code.clone());
        use_effect_with((), move |()| {
            ask(&app, &code);
            let every = Interval::new(ASK_MS, move || ask(&app, &code));
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
                    <h1>{t!("device.new")}</h1>
                    <p class="mute">{t!("device.new_what")}</p>
                </div>
                <section class="card join" data-testid="new-device">
                    if lost { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{t!("status.down")}</span></p> }
                    if code.is_empty() { <Ghosts n=2 height=72 /> } else {
                        <div class="join-code">
                            <div><h2>{t!("device.code")}</h2>
                                <p class="digits" dir="ltr" data-testid="device-code">{ for halves(&code) }</p></div>
                        </div>
                        <ol class="join-way">
                            <li>{t!("device.way_open")}</li>
                            <li>{t!("device.way_type")}</li>
                            <li>{t!("device.way_go")}</li>
                        </ol>
                    }
                </section>
                if !browser::is_unprotected() { <section class="card join"><Vouch {onin} /></section> }
                {in_the_clear()}
                {languages(&app, language)}
            </div>
        </main>
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

fn ask(app: &App, code: &UseStateHandle<String>) {
    let (app_then, code) = (app.clone(), code.clone());
    let then = Callback::from(move |answer: Result<Done, Refusal>| match answer.map(|done| done.knocked) {
        Ok(Some(Knocked { key, code: shown })) => {
            backend::be(&key);
            code.set(shown);
        }
        Ok(None) => go_on(&app_then),
        Err(_) => {}
    });
    // A question that is still on its way is not asked again.
    if app.state().outbox.is_empty() {
        app.send_then(Command::Knock, then);
    }
}
