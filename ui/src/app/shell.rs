//! The frame of every page: header, page, messages, and the sheets that may open over any page.

use domain::{
    command::Command,
    staff::{Permission, Role},
};
use yew::prelude::*;

use super::{App, Link, approval::ApprovalSheet, status, works::WorksSheet};
use crate::{
    browser,
    components::{Button, Chip, Ghosts, Kind, Sheet, Toasts},
    i18n::Language,
    icons::{Icon, icon},
    pages::pin::PinPage,
    route::Route,
    t,
    theme::Theme,
};

#[component]
pub fn Shell() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let state = app.state();
    let set_up = state.door.as_ref().is_some_and(|d| d.store.is_none()) || state.route == Route::SetUp;
    let page = match (&state.me, &state.route) {
        _ if set_up => app.page(&Route::SetUp),
        (_, Route::Device) => app.page(&Route::Device),
        // Whoever was signed in before this load is recognised in a moment; the door must not flash by.
        (None, _) if state.token.is_some() && !matches!(state.link, Link::Down { .. }) => elsewhere(&app),
        // The program that has the door's next page is on its way, and whoever tapped their name here would do it twice.
        (None, _) if state.going => elsewhere(&app),
        (None, _) => html! { <PinPage /> },
        (_, route) => app.page(route),
    };
    let toasts = state.toasts.clone();
    let (asking, sheet, works) = (state.approval.clone(), state.sheet_open, state.works_open);
    html! {
        <>
            {page}
            <Toasts {toasts} />
            if sheet { <ScreenSheet /> }
            if works { <WorksSheet /> }
            if let Some(ask) = asking { <ApprovalSheet {ask} /> }
        </>
    }
}

/// While the person is recognised, or the program that has this page is fetched.
pub fn elsewhere(app: &App) -> Html {
    let app = app.clone();
    let onback = Callback::from(move |()| app.open_instead(&Route::Floor));
    html! { <><Top title={t!("app.name")} {onback} /><main class="page"><Ghosts /></main></> }
}

#[derive(Properties, PartialEq)]
pub struct TopProps {
    pub title: AttrValue,
    #[prop_or_default]
    pub sub: AttrValue,
    /// Where Back leads; none on the floor itself.
    #[prop_or_default]
    pub onback: Option<Callback<()>>,
    /// Buttons of the page itself, before the status.
    #[prop_or_default]
    pub children: Html,
}

/// The header every page begins with.
#[component]
pub fn Top(props: &TopProps) -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let state = app.state();
    let (loud, words) = status::status(&state, browser::now());
    let mark = match loud {
        status::Loud::Ok => Icon::Works,
        status::Loud::Warn => Icon::Warning,
        status::Loud::Down => Icon::Offline,
    };
    let training = state.config.as_ref().is_some_and(|c| c.settings.training);
    let title = if props.title == "Comanda" { "Comanda".to_owned() } else { format!("{} · Comanda", props.title) };
    browser::set_title(&title);
    let app_then = app.clone();
    html! {
        <header class="top">
            if let Some(onback) = &props.onback {
                <button class="top-btn" type="button" aria-label={t!("back")} data-testid="back" onclick={onback.reform(|_: MouseEvent| ())}>
                    {icon(Icon::Back, 24)}
                </button>
            }
            <div class="title"><h1>{&props.title}</h1><span class="sub">{&props.sub}</span></div>
            {props.children.clone()}
            if training { <span class="badge warm">{icon(Icon::Warning, 16)}{t!("status.training")}</span> }
            {to_sort_out(&app)}
            {unprotected(&app)}
            <span class="vh" role="status">{words.clone()}</span>
            <button class="status" type="button" data-state={loud.name()} data-testid="status" title={words.clone()}
                aria-label={words.clone()} aria-haspopup="dialog" onclick={move |_: MouseEvent| app_then.change(|s| s.works_open = true)}>
                {icon(mark, 20)}<span class="words">{words.clone()}</span>
            </button>
            {navigation(&app)}
        </header>
    }
}

/// How much of the tray is for this person; nothing while there is none.
fn to_sort_out(app: &App) -> Html {
    let state = app.state();
    let (Some(me), Some(tray)) = (&state.me, &state.tray) else { return html! {} };
    let n = tray.iter().filter(|c| me.permissions.contains(&c.needs)).count();
    if n == 0 {
        return html! {};
    }
    let (app, current) = (app.clone(), state.route == Route::Tray);
    html! {
        <button class="top-btn tray-btn" type="button" aria-current={current.then_some("page")} aria-label={t!("tray.n", n = n)} title={t!("tray.n", n = n)}
            data-testid="tray" onclick={move |_: MouseEvent| app.open(&Route::Tray)}>
            {icon(Icon::Conflict, 20)}<span class="n">{n}</span>
        </button>
    }
}

/// Calm, and always there while it is so; what it means stands in the panel.
fn unprotected(app: &App) -> Html {
    if !browser::is_unprotected() {
        return html! {};
    }
    let app = app.clone();
    html! {
        <button class="top-btn unprotected" type="button" aria-label={t!("plain")} title={t!("plain")} data-testid="unprotected"
            onclick={move |_: MouseEvent| app.change(|s| s.works_open = true)}>{icon(Icon::Unlocked, 20)}<span class="wide">{t!("plain")}</span></button>
    }
}

fn navigation(app: &App) -> Html {
    let state = app.state();
    let Some(me) = &state.me else { return html! {} };
    let may = |p: Permission| me.permissions.contains(&p);
    let here = |route: &Route| std::mem::discriminant(&state.route) == std::mem::discriminant(route);
    let link = |route: Route, name: Icon, label: String, id: &'static str| {
        let (app, current) = (app.clone(), here(&route));
        html! {
            <button class="top-btn wide" type="button" aria-current={current.then_some("page")} data-testid={id}
                onclick={move |_: MouseEvent| app.open(&route)}>{icon(name, 20)}<span>{label}</span></button>
        }
    };
    let open = {
        let app = app.clone();
        move |_: MouseEvent| app.change(|s| s.sheet_open = true)
    };
    let manages = may(Permission::CloseDay) || may(Permission::EditStore);
    html! {
        <nav aria-label={t!("nav.pages")}>
            if me.role != Role::Kitchen { {link(Route::Floor, Icon::Floor, t!("nav.floor"), "nav-floor")} }
            if may(Permission::RunKitchen) { {link(Route::Kitchen(None), Icon::Kitchen, t!("nav.kitchen"), "nav-kitchen")} }
            if manages { {link(Route::Manager(String::new()), Icon::Manager, t!("nav.manager"), "nav-manager")} }
            <button class="top-btn" type="button" data-testid="me" aria-label={t!("nav.me", name = me.name)} onclick={open}>
                {icon(Icon::Person, 20)}<span class="wide">{&me.name}</span>
            </button>
        </nav>
    }
}

/// Everything about this screen and the person at it.
#[component]
fn ScreenSheet() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let Some(me) = app.me() else { return html! {} };
    let (theme, language) = (app.state().theme, app.state().language);
    let close = {
        let app = app.clone();
        Callback::from(move |()| app.change(|s| s.sheet_open = false))
    };
    let go = |route: Route| {
        let app = app.clone();
        Callback::from(move |()| app.open(&route))
    };
    let lock = {
        let app = app.clone();
        Callback::from(move |()| {
            app.send(Command::SignOut);
            app.lock();
        })
    };
    let clock = {
        let (app, at_work) = (app.clone(), me.clocked_in);
        Callback::from(move |()| {
            app.send(if at_work { Command::ClockOut } else { Command::ClockIn });
            app.change(|s| {
                s.sheet_open = false;
                if let Some(me) = &mut s.me {
                    me.clocked_in = !at_work;
                }
            });
        })
    };
    let may = |p: Permission| me.permissions.contains(&p);
    let foot = html! { <Button label={t!("me.lock")} icon={Icon::Lock} kind={Kind::Primary} wide=true onclick={lock} id="lock" /> };
    html! {
        <Sheet title={me.name.clone()} onclose={close} id="screen-sheet" {foot}>
            <div class="chips">
                if me.role != Role::Kitchen { <Button label={t!("nav.floor")} icon={Icon::Floor} onclick={go(Route::Floor)} /> }
                if may(Permission::RunKitchen) { <Button label={t!("nav.kitchen")} icon={Icon::Kitchen} onclick={go(Route::Kitchen(None))} /> }
                if may(Permission::EditStore) {
                    <Button label={t!("nav.manager")} icon={Icon::Manager} onclick={go(Route::Manager(String::new()))} />
                } else {
                    // What else of the manager's pages is theirs: last night's receipt again, and their drawer.
                    if may(Permission::TakePayments) { <Button label={t!("nav.checks")} icon={Icon::Receipt} onclick={go(Route::Manager("checks".into()))} id="my-checks" /> }
                    if may(Permission::RunDrawer) { <Button label={t!("nav.day")} icon={Icon::Drawer} onclick={go(Route::Manager("day".into()))} id="my-drawer" /> }
                }
                <Button label={if me.clocked_in { t!("me.clock_out") } else { t!("me.clock_in") }} icon={Icon::Clock} onclick={clock} id="clock" />
            </div>
            <div class="block"><h3>{t!("me.theme")}</h3>{themes(&app, theme)}</div>
            <div class="block"><h3>{t!("me.language")}</h3>{languages(&app, language)}</div>
            <div class="block"><h3>{t!("me.keys")}</h3>{keys()}</div>
        </Sheet>
    }
}

/// The two themes as chips.
pub fn themes(app: &App, chosen: Theme) -> Html {
    let chip = |theme: Theme, name: Icon, label: String| {
        let app = app.clone();
        html! { <Chip {label} icon={name} on={theme == chosen} onclick={move |()| app.wear(theme)} id={format!("theme-{}", theme.name())} /> }
    };
    html! {
        <div class="chips">
            {chip(Theme::Paper, Icon::Sun, t!("me.paper"))}
            {chip(Theme::Service, Icon::Moon, t!("me.service"))}
        </div>
    }
}

/// The languages as chips, each in its own words.
pub fn languages(app: &App, chosen: Language) -> Html {
    let chips = Language::ALL.into_iter().map(|language| {
        let app = app.clone();
        html! {
            <Chip key={language.code()} label={language.own_name()} on={language == chosen} id={format!("language-{}", language.code())}
                onclick={move |()| app.speak(language)} />
        }
    });
    html! { <div class="chips">{ for chips }</div> }
}

fn keys() -> Html {
    let keys = [
        ("/", t!("key.search")),
        ("F2", t!("key.fire")),
        ("F4", t!("key.pay")),
        ("Esc", t!("key.back")),
        ("1–9", t!("key.bump")),
        ("0", t!("key.recall")),
    ];
    html! {
        <dl class="keys">
            { for keys.into_iter().map(|(key, what)| html! { <div key={key}><dt><kbd>{key}</kbd></dt><dd>{what}</dd></div> }) }
        </dl>
    }
}
