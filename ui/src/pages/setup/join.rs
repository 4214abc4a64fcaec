//! A terminal without a restaurant asks to be let into one: its code, and how it goes.

use domain::{
    command::Command,
    query::{Done, Query, View},
    rejection::{Refusal, Rejection},
    view::{Coming, DoorCode, JoinStage, TerminalsView},
};
use yew::prelude::*;

use crate::{
    app::{App, NoAnswer, use_polled},
    browser,
    components::{Button, Failed, Ghosts},
    format,
    icons::{Icon, icon},
    pages::manager::terminals::{POLL_MS, seen, typed_code},
    route::Route,
    t,
};

/// Light modules around the code, as readers want them.
const QUIET: u32 = 4;
/// The good news stays this long before the sign-in page follows, in milliseconds.
const NEWS_MS: u32 = 2_500;
/// How often it is asked what has come over.
const COUNT_MS: u32 = 300;
/// A terminal that is still catching up after so many answers is shown to people all the same.
const PATIENCE: u32 = 400;

#[derive(Properties, PartialEq)]
pub struct JoinProps {
    pub oncancel: Callback<()>,
}

/// Asks, until there is a restaurant; then nobody who has not signed in is told of terminals any more.
#[component]
pub fn Join(props: &JoinProps) -> Html {
    let came_in = use_state(|| None::<String>);
    let oncome = {
        let came_in = came_in.clone();
        Callback::from(move |restaurant| came_in.set(Some(restaurant)))
    };
    html! {
        <section class="card join" data-testid="join">
            if let Some(restaurant) = &*came_in {
                <Inside restaurant={restaurant.clone()} />
            } else {
                <Asking oncancel={props.oncancel.clone()} {oncome} />
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct AskingProps {
    oncancel: Callback<()>,
    /// The restaurant is here, by its name.
    oncome: Callback<String>,
}

#[component]
fn Asking(props: &AskingProps) -> Html {
    let app = use_context::<App>().expect("pages are drawn inside the app");
    let refused = use_state(|| None::<Refusal>);
    let (polled, again) = use_polled(Query::Terminals, POLL_MS);
    let open = {
        let (app, refused, again) = (app.clone(), refused.clone(), again.clone());
        Callback::from(move |()| open_door(&app, &refused, &again))
    };
    {
        let open = open.clone();
        use_effect_with((), move |()| open.emit(()));
    }
    {
        let (app, oncome) = (app.clone(), props.oncome.clone());
        use_effect_with(polled.n, move |_| look(&app, &oncome));
    }
    let view = seen(&polled);
    let stage = view.map(|v| v.joining.clone()).unwrap_or_default();
    let cancel = {
        let (app, oncancel) = (app.clone(), props.oncancel.clone());
        Callback::from(move |()| {
            app.send(Command::CloseDoor);
            oncancel.emit(());
        })
    };
    let door = view.and_then(|v| Some((v, v.door.as_ref()?)));
    let body = match (&stage, &*refused, door) {
        (JoinStage::CameIn { restaurant }, ..) => return inside(restaurant, None),
        (_, Some(why), _) => html! { <Failed why={app.words_for(why)} onretry={open} /> },
        (_, None, Some((view, door))) => html! {<>{trouble(&stage)}{code(door)}{way(view)}</>},
        (_, None, None) => html! { <Ghosts n=3 height=72 /> },
    };
    html! {<>
        if polled.failed == Some(NoAnswer::Lost) {
            <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{t!("join.lost")}</span></p>
        }
        {body}
        <div class="setup-foot"><Button label={t!("cancel")} onclick={cancel} id="join-cancel" /></div>
    </>}
}

fn open_door(app: &App, refused: &UseStateHandle<Option<Refusal>>, again: &Callback<()>) {
    refused.set(None);
    let (refused, again) = (refused.clone(), again.clone());
    let then = Callback::from(move |answer: Result<Done, Refusal>| {
        match answer {
            Ok(_) => again.emit(()),
            Err(why) => refused.set(Some(why)),
        };
    });
    app.send_then(Command::OpenDoor, then);
}

/// Tells the good news once the restaurant is here.
fn look(app: &App, oncome: &Callback<String>) {
    let (app_then, oncome) = (app.clone(), oncome.clone());
    let answered = Callback::from(move |answer| {
        let door = match answer {
            Ok(View::Door(door)) => door,
            // It came in, and this browser is on another machine: it must be let in as well.
            Err(NoAnswer::Refused(Refusal { why: Rejection::NewDevice, .. })) => return app_then.unknown_here(),
            _ => return,
        };
        // Without people nobody could sign in; they are on their way.
        if let Some(restaurant) = door.store.filter(|_| !door.people.is_empty()) {
            oncome.emit(restaurant);
        }
    });
    app.ask(Query::Door, answered);
}

#[derive(Properties, PartialEq)]
struct InsideProps {
    restaurant: String,
}

/// Counts what comes over, then shows who may sign in.
#[component]
fn Inside(props: &InsideProps) -> Html {
    let app = use_context::<App>().expect("pages are drawn inside the app");
    let (polled, _) = use_polled(Query::Door, COUNT_MS);
    let door = match polled.view {
        Some(View::Door(door)) => Some(door),
        _ => None,
    };
    let coming = door.as_ref().and_then(|d| d.coming).filter(|_| polled.n < PATIENCE);
    use_effect_with(door.filter(|_| coming.is_none()).is_some(), move |ready| {
        if *ready {
            gloo_timers::callback::Timeout::new(NEWS_MS, move || show_people(&app)).forget();
        }
    });
    inside(&props.restaurant, coming)
}

fn show_people(app: &App) {
    browser::forget(super::KEPT);
    app.knock();
    app.open_instead(&Route::Floor);
}

fn inside(restaurant: &str, coming: Option<Coming>) -> Html {
    let next = match coming {
        Some(Coming { here, of }) => t!("join.coming", n = format::count(here), of = format::count(of)),
        None => t!("join.in_next"),
    };
    html! {
        <div class="state" role="status" data-testid="came-in">
            {icon(Icon::Works, 56)}<h2>{t!("join.in", restaurant = restaurant)}</h2><p class="num">{next}</p>
            if let Some(Coming { here, of }) = coming { <progress max={of.to_string()} value={here.to_string()} /> }
        </div>
    }
}

fn trouble(stage: &JoinStage) -> Html {
    let words = match stage {
        JoinStage::WrongCode => t!("join.wrong"),
        JoinStage::Failed { why } => format!("{} {why}", t!("join.failed")),
        _ => return html! {},
    };
    html! { <p class="notice" role="alert" data-testid="join-trouble">{icon(Icon::Warning, 20)}<span>{words}</span></p> }
}

/// The code, for people and for a camera. Dark on light in every theme, or no reader sees it.
fn code(door: &DoorCode) -> Html {
    let spoken = typed_code(&door.code);
    let side = door.side + 2 * QUIET;
    html! {
        <div class="join-code">
            <div><h2>{t!("join.code")}</h2>
                <p class="digits" dir="ltr" data-testid="join-code">{ for spoken.split(' ').map(|g| html! { <span key={g.to_owned()}>{g}</span> }) }</p></div>
            <svg class="qr" viewBox={format!("0 0 {side} {side}")} role="img" aria-label={t!("join.qr")} shape-rendering="crispEdges" data-testid="join-qr">
                <rect width={side.to_string()} height={side.to_string()} fill="#fff" />
                <path transform={format!("translate({QUIET} {QUIET})")} d={door.qr.clone()} fill="#000" />
            </svg>
        </div>
    }
}

fn way(view: &TerminalsView) -> Html {
    html! {<>
        <ol class="join-way">
            <li>{t!("join.way_open")}</li>
            <li>{if view.name.is_empty() { t!("join.way_choose") } else { t!("join.way_choose_name", name = view.name) }}</li>
            <li>{t!("join.way_code")}</li>
        </ol>
        <p class="mute small">{t!("join.listens")}{" "}
            { for view.listens.iter().map(|a| html! { <bdi key={a.clone()} class="num address" dir="ltr">{a}</bdi> }) }
            if view.listens.is_empty() { {t!("join.listens_not")} }
        </p>
    </>}
}
