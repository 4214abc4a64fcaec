//! Set-up: four short steps, resumable, from nothing to an open restaurant in under five minutes.

mod country;
mod device;
mod draft;
mod join;
mod vouch;

use domain::{command::Command, ids::StaffId, query::Done, rejection::Refusal};
use yew::prelude::*;

use crate::{
    app::{App, languages},
    backend, browser,
    components::{Button, Choice, Field, Kind, Select, TextArea},
    format,
    icons::{Icon, icon},
    json,
    route::Route,
    t,
};
use country::{COUNTRIES, Country};
pub use device::NewDevicePage;
use draft::{Draft, STEPS, Start, is_pin};

const KEPT: &str = "comanda.setup";

#[derive(Clone, PartialEq)]
struct Desk {
    app: App,
    draft: UseStateHandle<Draft>,
    pin: UseStateHandle<String>,
    working: UseStateHandle<bool>,
}

impl Desk {
    fn change(&self, change: impl FnOnce(&mut Draft)) {
        let mut draft = (*self.draft).clone();
        change(&mut draft);
        browser::remember(KEPT, &serde_json::to_string(&draft).unwrap_or_default());
        self.draft.set(draft);
    }

    /// Begins the other way: with a new restaurant, or in one that is there.
    fn begin(&self, joining: bool) -> Callback<()> {
        let desk = self.clone();
        Callback::from(move |()| desk.change(|draft| draft.joining = joining))
    }

    /// A field's callback that writes into the draft.
    fn field(&self, write: impl Fn(&mut Draft, String) + 'static) -> Callback<String> {
        let desk = self.clone();
        Callback::from(move |text| desk.change(|draft| write(draft, text)))
    }
}

#[component]
pub fn SetUpPage() -> Html {
    let app = use_context::<App>();
    let draft = use_state(resumed);
    let pin = use_state(String::new);
    let working = use_state(|| false);
    let Some(app) = app else { return html! {} };
    // An address kept from before must not offer to set up a store that is open.
    if app.state().door.as_ref().is_some_and(|d| d.store.is_some()) && !*working {
        let go = {
            let app = app.clone();
            move |()| app.open_instead(&Route::Floor)
        };
        return html! {
            <main class="page"><div class="state"><h2>{t!("no.already_set_up")}</h2><Button label={t!("nav.floor")} kind={Kind::Primary} onclick={go} /></div></main>
        };
    }
    let language = app.state().language;
    let desk = Desk { app: app.clone(), draft, pin, working };
    let step = desk.draft.step.min(STEPS - 1);
    let joining = desk.draft.joining && step == 0;
    let body = match step {
        0 => restaurant(&desk),
        1 => you(&desk),
        2 => start(&desk),
        _ => printer(&desk),
    };
    html! {
        <main class="page">
            <div class="setup scroll">
                <div>
                    <h1>{if joining { t!("join.title") } else { t!("setup.title") }}</h1>
                    if joining { <p class="mute">{t!("join.what")}</p> } else { <p class="mute">{t!("setup.step", n = crate::i18n::shown(step + 1), of = crate::i18n::shown(STEPS))}{" · "}{t!("setup.kept")}</p>
                    <div class="setup-steps" aria-hidden="true">{ for (0..STEPS).map(|i| html! { <i key={i} class={(i <= step).then_some("done")}></i> }) }</div> }
                    if step == 0 { <div style="margin-block-start: var(--s4)">{languages(&app, language)}</div> }
                    if step == 0 && !joining { {beginnings(&desk)} }
                </div>
                if joining {
                    <join::Join oncancel={desk.begin(false)} />
                } else {
                    {body}
                    {foot(&desk, step)}
                }
            </div>
        </main>
    }
}

/// A new restaurant, or one more terminal of one that is there.
fn beginnings(desk: &Desk) -> Html {
    let way = |joining: bool, name: Icon, title: String, hint: String, id: &'static str| {
        let on = desk.draft.joining == joining;
        let onclick = desk.begin(joining).reform(|_: MouseEvent| ());
        html! {
            <button class="way" type="button" aria-pressed={if on { "true" } else { "false" }} {onclick} data-testid={id}>
                {icon(name, 30)}<b>{title}</b><span>{hint}</span>
            </button>
        }
    };
    html! {
        <div class="ways beginnings">
            {way(false, Icon::Plate, t!("setup.new"), t!("setup.new_hint"), "setup-new")}
            {way(true, Icon::Terminals, t!("setup.join"), t!("setup.join_hint"), "setup-join")}
        </div>
    }
}

fn resumed() -> Draft {
    let kept = browser::remembered(KEPT).and_then(|text| json::read::<Draft>(&text));
    kept.unwrap_or_else(|| Draft {
        country: Country::guess(crate::i18n::language().code()).code.into(),
        columns: 48,
        ..Draft::default()
    })
}

fn restaurant(desk: &Desk) -> Html {
    let draft = &desk.draft;
    let chosen = draft.country();
    let [food, drinks, _] = chosen.rates();
    let taxes = format!("{} · {} · {}", chosen.currency.0, format::share(food), format::share(drinks));
    let choices: Vec<Choice> =
        COUNTRIES.iter().map(|c| Choice { value: c.code.into(), label: c.name.into() }).collect();
    html! {
        <section class="card">
            <h2>{t!("setup.restaurant")}</h2>
            <Field label={t!("setup.name")} hint={t!("setup.name_hint")} value={draft.name.clone()} oninput={desk.field(|d, v| d.name = v)} autofocus=true max={80} id="setup-name" />
            <TextArea label={t!("setup.address")} hint={t!("setup.address_hint")} value={draft.address.clone()} rows={2} oninput={desk.field(|d, v| d.address = v)} id="setup-address" />
            <Select label={t!("setup.country")} hint={format!("{taxes}. {}", t!("setup.country_hint"))} {choices} value={chosen.code}
                onchange={desk.field(|d, v| d.country = v)} id="setup-country" />
        </section>
    }
}

fn you(desk: &Desk) -> Html {
    let draft = &desk.draft;
    let typed = {
        let pin = desk.pin.clone();
        Callback::from(move |text: String| pin.set(text.chars().filter(char::is_ascii_digit).take(8).collect()))
    };
    let weak = desk.pin.len() >= 4 && !is_pin(&desk.pin);
    html! {
        <section class="card">
            <h2>{t!("setup.you")}</h2>
            <Field label={t!("setup.your_name")} value={draft.owner.clone()} oninput={desk.field(|d, v| d.owner = v)} autofocus=true max={80} id="setup-owner" />
            <Field label={t!("setup.pin")} hint={t!("setup.pin_hint")} fault={weak.then(|| AttrValue::from(t!("setup.pin_weak")))} value={(*desk.pin).clone()}
                oninput={typed} kind="password" keyboard="numeric" id="setup-pin" />
        </section>
    }
}

fn start(desk: &Desk) -> Html {
    let way = |start: Start, name: Icon, title: String, hint: String, id: &'static str| {
        let on = desk.draft.start == start;
        let choose = {
            let desk = desk.clone();
            move |_: MouseEvent| desk.change(|d| d.start = start)
        };
        html! {
            <button class="way" type="button" aria-pressed={if on { "true" } else { "false" }} onclick={choose} data-testid={id}>
                {icon(name, 30)}<b>{title}</b><span>{hint}</span>
            </button>
        }
    };
    html! {
        <section class="card">
            <h2>{t!("setup.menu")}</h2>
            <div class="ways">
                {way(Start::Demo, Icon::Plate, t!("setup.demo"), t!("setup.demo_hint"), "start-demo")}
                {way(Start::Import, Icon::Upload, t!("setup.import"), t!("setup.import_hint"), "start-import")}
                {way(Start::Empty, Icon::Menu, t!("setup.empty"), t!("setup.empty_hint"), "start-empty")}
            </div>
        </section>
    }
}

fn printer(desk: &Desk) -> Html {
    let draft = &desk.draft;
    let bad = !draft.printer.trim().is_empty() && !draft::is_address(&draft.printer);
    let papers: Vec<Choice> = [48u8, 42, 32]
        .iter()
        .map(|n| Choice { value: n.to_string().into(), label: t!("setup.paper_cols", n = n).into() })
        .collect();
    html! {
        <section class="card">
            <h2>{t!("setup.printer")}</h2>
            <Field label={t!("setup.printer_address")} hint={t!("setup.printer_hint")} fault={bad.then(|| AttrValue::from(t!("setup.printer_bad")))}
                value={draft.printer.clone()} oninput={desk.field(|d, v| d.printer = v)} autofocus=true placeholder="192.168.1.50:9100" id="setup-printer" />
            <Select label={t!("setup.paper")} choices={papers} value={draft.columns.to_string()} onchange={desk.field(|d, v| d.columns = v.parse().unwrap_or(48))} id="setup-paper" />
        </section>
    }
}

fn foot(desk: &Desk, step: usize) -> Html {
    let move_to = |to: usize| {
        let desk = desk.clone();
        Callback::from(move |()| desk.change(|d| d.step = to))
    };
    let good = desk.draft.is_answered(step, &desk.pin);
    // After a reload the PIN is gone, as it must be; the way on leads past its step again.
    let whole = (0..STEPS).all(|s| desk.draft.is_answered(s, &desk.pin));
    let last = step + 1 == STEPS;
    let finish = {
        let desk = desk.clone();
        Callback::from(move |()| finish(&desk))
    };
    html! {
        <div class="setup-foot">
            if step > 0 { <Button label={t!("back")} icon={Icon::Back} onclick={move_to(step - 1)} id="setup-back" /> } else { <span></span> }
            if !last {
                <Button label={t!("next")} kind={Kind::Primary} big=true disabled={!good} onclick={move_to(step + 1)} id="setup-next" />
            } else if !is_pin(&desk.pin) {
                <Button label={t!("setup.pin")} kind={Kind::Primary} big=true icon={Icon::Lock} onclick={move_to(1)} id="setup-pin-again" />
            } else {
                <Button label={if *desk.working { t!("setup.working") } else { t!("setup.finish") }} kind={Kind::Primary} big=true
                    disabled={!whole || *desk.working} onclick={finish} id="setup-finish" />
            }
        </div>
    }
}

/// Sets the store up, signs the owner in, and goes where the chosen start leads.
fn finish(desk: &Desk) {
    desk.working.set(true);
    let (app, pin, start) = (desk.app.clone(), (*desk.pin).clone(), desk.draft.start);
    let (working, owner) = (desk.working.clone(), desk.draft.owner_id());
    let then = Callback::from(move |answer: Result<Done, Refusal>| match answer {
        Ok(done) => {
            browser::forget(KEPT);
            // Set up from another machine: this browser is the restaurant's first device.
            if let Some(knocked) = done.knocked {
                backend::be(&knocked.key);
            }
            enter(&app, owner.clone(), pin.clone(), start);
        }
        Err(_) => working.set(false),
    });
    desk.app.send_then(desk.draft.command(&desk.pin), then);
}

fn enter(app: &App, staff: StaffId, pin: String, start: Start) {
    let to = match start {
        Start::Demo => Route::Floor,
        Start::Import => Route::Manager("menu".into()),
        Start::Empty => Route::Manager("settings".into()),
    };
    let app_then = app.clone();
    let then = Callback::from(move |answer: Result<Done, Refusal>| {
        if let Some(signed_in) = answer.ok().and_then(|done| done.signed_in) {
            app_then.open_instead(&to);
            app_then.signed_in(signed_in.token, signed_in.person);
            app_then.toast(t!("setup.ready"));
        }
        app_then.knock();
    });
    app.send_then(Command::SignIn { staff, pin }, then);
}
