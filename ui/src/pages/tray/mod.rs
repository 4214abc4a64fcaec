//! The tray: what people did without knowing of each other, each with the taps that settle it.

mod words;

use domain::{
    ids::ConflictId,
    query::Done,
    rejection::Refusal,
    view::{ConflictView, Label, Resolution},
};
use yew::prelude::*;

use crate::{
    app::{App, Link, Top},
    components::{Button, Empty, Ghosts, Kind},
    format,
    icons::{Icon, icon},
    route::Route,
    t,
};

#[component]
pub fn TrayPage() -> Html {
    let busy = use_state(|| None::<ConflictId>);
    let app = use_context::<App>();
    let asking = app.as_ref().is_some_and(|a| a.state().approval.is_some());
    {
        // Whoever closes the approval without a PIN can tap again.
        let busy = busy.clone();
        use_effect_with(asking, move |_| busy.set(None));
    }
    {
        let app = app.clone();
        use_effect_with((), move |()| {
            if let Some(app) = app.filter(|a| a.me().is_some()) {
                app.fetch_tray();
            }
        });
    }
    let Some(app) = app else { return html! {} };
    let back = {
        let app = app.clone();
        Callback::from(move |()| app.open(&Route::Floor))
    };
    let (tray, down) = {
        let state = app.state();
        (state.tray.clone(), matches!(state.link, Link::Down { .. }))
    };
    let body = match &tray {
        None => html! { <Ghosts n=3 height=132 /> },
        Some(tray) if tray.is_empty() => {
            html! { <Empty icon={Icon::Works} title={t!("tray.empty")} next={t!("tray.empty_next")} /> }
        }
        Some(tray) => html! {
            <div class="tray scroll">
                <p class="mute">{t!("tray.what")}</p>
                { for tray.iter().map(|e| entry(&app, e, &busy)) }
            </div>
        },
    };
    html! {
        <>
            <Top title={t!("tray.title")} onback={back} />
            <main class="page tray-page">
                if down { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{t!("tray.offline")}</span></p> }
                {body}
            </main>
        </>
    }
}

fn entry(app: &App, entry: &ConflictView, busy: &UseStateHandle<Option<ConflictId>>) -> Html {
    let waits = **busy == Some(entry.id.clone());
    let open = {
        let state = app.state();
        entry.checks.iter().copied().filter(|c| state.cards.contains_key(c)).collect::<Vec<_>>()
    };
    let show = |check| {
        let app = app.clone();
        let number = entry.checks.iter().position(|c| *c == check).and_then(|i| entry.numbers.get(i));
        let label = t!("tray.show", number = number.map(ToString::to_string).unwrap_or_default());
        html! { <Button {label} icon={Icon::Receipt} kind={Kind::Plain} onclick={move |()| app.open(&Route::Order(check))} /> }
    };
    html! {
        <article key={entry.id.to_string()} class="card clash" data-testid="clash">
            <header>{icon(words::sign(entry.kind), 24)}<p class="grow">{words::sentence(entry)}</p>
                if entry.since > 0 { <span class="mute num keep">{format::time(entry.since)}</span> }
            </header>
            <div class="taps">
                { for entry.resolutions.iter().map(|r| tap(app, entry, r, waits, busy)) }
                if !open.is_empty() { <div class="shows">{ for open.into_iter().map(show) }</div> }
            </div>
        </article>
    }
}

fn tap(
    app: &App,
    entry: &ConflictView,
    resolution: &Resolution,
    disabled: bool,
    busy: &UseStateHandle<Option<ConflictId>>,
) -> Html {
    let label = {
        let state = app.state();
        words::tap(entry, resolution, state.works.as_ref().map(|(view, _)| &**view))
    };
    // To let it stand is never what one taps by mistake for something that is done.
    let kind = if resolution.label == Label::Keep { Kind::Plain } else { Kind::Quiet };
    let (app, busy) = (app.clone(), busy.clone());
    let (id, commands) = (entry.id.clone(), resolution.commands.clone());
    let onclick = Callback::from(move |()| {
        busy.set(Some(id.clone()));
        for command in &commands {
            let (app_then, busy) = (app.clone(), busy.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                if answer.is_err() {
                    busy.set(None);
                }
                app_then.fetch_tray();
            });
            app.send_then(command.clone(), then);
        }
    });
    let id = format!("clash-{:?}", resolution.label).to_lowercase();
    html! { <Button key={label.clone()} label={label.clone()} {kind} {disabled} {onclick} {id} /> }
}
