//! Browsers of the restaurant: letting one in by the code it shows, and shutting a lost one out.

use domain::{
    command::Command,
    devices::DeviceWork,
    view::{DeviceView, WaitingDevice},
};
use yew::prelude::*;

use super::{act, let_in, span};
use crate::{
    app::PROTECT,
    backend::Backend,
    components::{Button, Chip, Field, HoldButton, Kind, Mark, Sheet, Toggle, Tone, badge},
    icons::{Icon, icon},
    pages::manager::use_app,
    t,
};

const DIGITS: usize = 6;
const MAX_NAME: u32 = 40;

#[derive(Properties, PartialEq)]
pub struct DevicesProps {
    pub devices: Vec<DeviceView>,
    pub waiting: Vec<WaitingDevice>,
    /// Browsers on other machines must be protected.
    pub only_protected: bool,
    /// Where browsers on other machines reach this terminal.
    pub pages: Vec<String>,
    pub again: Callback<()>,
}

/// Which sheet is open over the page.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    LetIn,
    One(DeviceView),
}

#[component]
pub fn Devices(props: &DevicesProps) -> Html {
    let open = use_state(|| Open::Nothing);
    let show = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(what.clone()))
    };
    let (here, gone): (Vec<&DeviceView>, Vec<&DeviceView>) = props.devices.iter().partition(|d| !d.shut_out);
    let row = |one: &DeviceView| {
        let onclick = show(Open::One(one.clone())).reform(|_: MouseEvent| ());
        html! {
            <li key={one.device.to_string()}>
                <button type="button" class="row grow" {onclick} data-testid="device">
                    {icon(if one.work == DeviceWork::Kitchen { Icon::Kitchen } else { Icon::Floor }, 20)}
                    <b class="grow">{&one.name}</b>{badge(&heard(one))}
                </button>
            </li>
        }
    };
    let sheet = match &*open {
        Open::Nothing => html! {},
        Open::LetIn => html! { <LetInSheet again={props.again.clone()} onclose={show(Open::Nothing)} /> },
        Open::One(one) => {
            html! { <OneSheet one={one.clone()} again={props.again.clone()} onclose={show(Open::Nothing)} /> }
        }
    };
    html! {
        <section class="card" data-testid="devices">
            <h3>{icon(Icon::Handheld, 22)}{t!("device.title")}</h3>
            if here.is_empty() { <p class="mute">{t!("device.none")}</p> }
            if props.pages.is_empty() { <p class="mute" data-testid="device-apart">{t!("device.apart")}</p> } else {
                <p class="mute">{t!("device.open")}{" "}{ for props.pages.iter().map(|page| html! {
                    <bdi key={page.clone()} class="num address" dir="ltr">{format!("http://{page} ")}</bdi> }) }</p>
            }
            <ul class="address-list">{ for here.iter().map(|d| row(d)) }</ul>
            if !props.waiting.is_empty() {
                <p class="notice" role="status">{icon(Icon::Bell, 20)}<span>{t!("device.waiting", n = props.waiting.len())}{" "}
                    { for props.waiting.iter().map(|w| html! { <bdi key={w.address.clone()} class="num address" dir="ltr">{&w.address}{" "}</bdi> }) }</span></p>
            }
            <Button label={t!("device.let_in")} icon={Icon::Plus} onclick={show(Open::LetIn)} id="let-device-in" />
            if Backend::here() == Backend::Http { <p><a href={PROTECT} target="_blank" rel="noopener" data-testid="protect">{t!("device.protect")}</a></p> }
            <OnlyProtected on={props.only_protected} again={props.again.clone()} />
            if !gone.is_empty() {
                <details class="fold"><summary>{icon(Icon::Down, 20)}<span>{t!("term.gone")}</span></summary>
                    <ul class="address-list">{ for gone.iter().map(|d| row(d)) }</ul></details>
            }
            {sheet}
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct OnlyProtectedProps {
    on: bool,
    again: Callback<()>,
}

/// Whether plain HTTP from other machines is refused.
#[component]
fn OnlyProtected(props: &OnlyProtectedProps) -> Html {
    let app = use_app();
    let again = props.again.clone();
    let onchange = Callback::from(move |on| act(&app, &again, Command::RequireProtection { on }, Callback::noop()));
    html! {<>
        <Toggle label={t!("device.only_protected")} on={props.on} {onchange} id="only-protected" />
        <p class="hint">{t!("device.only_protected_hint")}</p>
    </>}
}

fn heard(one: &DeviceView) -> Mark {
    match (one.shut_out, one.heard) {
        (true, _) => Mark { tone: Tone::Plain, icon: Icon::Lock, words: t!("term.shut_out") },
        (_, Some(ms)) => Mark { tone: Tone::Go, icon: Icon::Check, words: t!("device.heard", ago = span(ms)) },
        (_, None) => Mark { tone: Tone::Plain, icon: Icon::Offline, words: t!("device.not_heard") },
    }
}

#[derive(Properties, PartialEq)]
struct LetInProps {
    again: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn LetInSheet(props: &LetInProps) -> Html {
    let app = use_app();
    let code = use_state(String::new);
    let name = use_state(String::new);
    let work = use_state(DeviceWork::default);
    let typed = |into: &UseStateHandle<String>| {
        let into = into.clone();
        Callback::from(move |text| into.set(text))
    };
    let digits = code.chars().filter(char::is_ascii_digit).count();
    let good = digits == DIGITS && !name.trim().is_empty();
    let go = {
        let (app, again, onclose) = (app.clone(), props.again.clone(), props.onclose.clone());
        let command = Command::LetDeviceIn { code: (*code).clone(), name: name.trim().to_owned(), work: *work };
        Callback::from(move |()| {
            let onclose = onclose.clone();
            let done = Callback::from(move |ok: bool| {
                if ok {
                    onclose.emit(());
                }
            });
            act(&app, &again, command.clone(), done);
        })
    };
    let chip = |one: DeviceWork, name: Icon, label: String| {
        let (work, on) = (work.clone(), *work == one);
        html! { <Chip {label} icon={name} {on} onclick={move |()| work.set(one)} /> }
    };
    let foot = html! {<><span class="grow"></span><Button label={t!("device.go")} kind={Kind::Primary} disabled={!good} onclick={go} id="let-device-in-go" /></>};
    html! {
        <Sheet title={t!("device.let_in")} onclose={props.onclose.clone()} id="let-device-in-sheet" {foot}>
            <p>{t!("device.let_in_what")}</p>
            <Field label={t!("device.code_there")} value={(*code).clone()} oninput={typed(&code)} keyboard="numeric" placeholder="482 913" autofocus=true max={7} id="device-code-field" />
            <Field label={t!("man.name")} hint={t!("device.name_hint")} value={(*name).clone()} oninput={typed(&name)} max={MAX_NAME} id="device-name" />
            <div class="block"><h3>{t!("device.work")}</h3><div class="chips">
                {chip(DeviceWork::Floor, Icon::Floor, t!("device.floor"))}
                {chip(DeviceWork::Kitchen, Icon::Kitchen, t!("device.kitchen"))}
            </div></div>
        </Sheet>
    }
}

#[derive(Properties, PartialEq)]
struct OneProps {
    one: DeviceView,
    again: Callback<()>,
    onclose: Callback<()>,
}

#[component]
fn OneSheet(props: &OneProps) -> Html {
    let app = use_app();
    let one = &props.one;
    let go = {
        let (app, again, onclose, device) =
            (app.clone(), props.again.clone(), props.onclose.clone(), one.device.clone());
        Callback::from(move |()| {
            let onclose = onclose.clone();
            let done = Callback::from(move |_| onclose.emit(()));
            act(&app, &again, Command::ShutDeviceOut { device: device.clone() }, done);
        })
    };
    html! {
        <Sheet title={one.name.clone()} onclose={props.onclose.clone()} id="device-sheet">
            <p class="row wrap">{badge(&heard(one))}<span class="mute" data-testid="let-in-by">{let_in(one.let_in.as_ref())}</span></p>
            if one.shut_out { <p>{t!("device.shut_out_what")}</p> } else {
                <section class="block"><h3>{t!("term.lost")}</h3>
                    <p class="hint">{t!("device.shut_out_hint")}</p>
                    <HoldButton label={t!("device.shut_out")} icon={Icon::Lock} onhold={go} id="shut-device-out" />
                </section>
            }
        </Sheet>
    }
}
