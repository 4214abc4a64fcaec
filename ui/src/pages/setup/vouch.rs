//! On a new device itself: a manager who stands before it lets it in with name and PIN. Offered only where nobody on the
//! network can hear the PIN.

use domain::{
    command::Command,
    devices::DeviceWork,
    query::Done,
    rejection::{Refusal, Rejection},
};
use yew::prelude::*;

use crate::{
    app::App,
    backend,
    components::{Button, Chip, Field, Kind},
    i18n::refusal,
    icons::{Icon, icon},
    t,
};

const MAX_NAME: u32 = 40;
const PIN_LEAST: usize = 4;
const PIN_MOST: u32 = 8;

#[derive(Properties, PartialEq)]
pub struct VouchProps {
    /// It was let in.
    pub onin: Callback<()>,
}

#[component]
pub fn Vouch(props: &VouchProps) -> Html {
    let manager = use_state(String::new);
    let pin = use_state(String::new);
    let name = use_state(String::new);
    let work = use_state(DeviceWork::default);
    let fault = use_state(|| None::<String>);
    let asking = use_state(|| false);
    let Some(app) = use_context::<App>() else { return html! {} };
    let typed = |into: &UseStateHandle<String>| {
        let into = into.clone();
        Callback::from(move |text| into.set(text))
    };
    let good = !manager.trim().is_empty() && pin.len() >= PIN_LEAST && !name.trim().is_empty() && !*asking;
    let go = {
        let (pin, fault, asking, onin) = (pin.clone(), fault.clone(), asking.clone(), props.onin.clone());
        let command = Command::LetThisDeviceIn {
            manager: manager.trim().to_owned(),
            pin: (*pin).clone(),
            name: name.trim().to_owned(),
            work: *work,
        };
        Callback::from(move |()| {
            asking.set(true);
            let (pin, fault, asking, onin) = (pin.clone(), fault.clone(), asking.clone(), onin.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                asking.set(false);
                match answer {
                    Ok(done) => {
                        if let Some(knocked) = done.knocked {
                            backend::be(&knocked.key);
                        }
                        onin.emit(());
                    }
                    Err(refused) => {
                        pin.set(String::new());
                        fault.set(Some(why(&refused)));
                    }
                }
            });
            app.send_then(command.clone(), then);
        })
    };
    let chip = |one: DeviceWork, name: Icon, label: String| {
        let (work, on) = (work.clone(), *work == one);
        html! { <Chip {label} icon={name} {on} onclick={move |()| work.set(one)} /> }
    };
    html! {
        <details class="fold" data-testid="vouch">
            <summary>{icon(Icon::Down, 20)}<h3>{t!("device.here")}</h3></summary>
            <div class="join-vouch">
                <p class="mute">{t!("device.here_what")}</p>
                <Field label={t!("device.here_manager")} value={(*manager).clone()} oninput={typed(&manager)} max={MAX_NAME} id="vouch-manager" />
                <Field label={t!("device.here_pin")} value={(*pin).clone()} oninput={typed(&pin)} kind="password" keyboard="numeric" max={PIN_MOST}
                    fault={(*fault).clone().map(AttrValue::from)} id="vouch-pin" />
                <Field label={t!("device.here_name")} hint={t!("device.name_hint")} value={(*name).clone()} oninput={typed(&name)} max={MAX_NAME} id="vouch-name" />
                <div class="block"><h3>{t!("device.work")}</h3><div class="chips">
                    {chip(DeviceWork::Floor, Icon::Floor, t!("device.floor"))}
                    {chip(DeviceWork::Kitchen, Icon::Kitchen, t!("device.kitchen"))}
                </div></div>
                <Button label={t!("device.go")} kind={Kind::Primary} disabled={!good} onclick={go} id="vouch-go" />
            </div>
        </details>
    }
}

/// What to do next. Whether it was the name or the PIN is told to nobody here.
fn why(refused: &Refusal) -> String {
    match refused.why {
        Rejection::WrongPin { wait_s: 0 } => t!("device.here_wrong"),
        Rejection::WrongPin { wait_s } | Rejection::TooManyTries { wait_s } => t!("device.here_wait", n = wait_s),
        _ => refusal::sentence(refused, |item| item.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_neither_the_person_nor_the_pin_and_says_what_to_do() {
        let check = |why_not: Rejection, said: &str| assert_eq!(why(&why_not.into()), said);
        check(Rejection::WrongPin { wait_s: 0 }, "Name and PIN do not fit a manager's. Try again.");
        check(Rejection::WrongPin { wait_s: 30 }, "That did not fit. Wait 30 s, or type this device's code at a till.");
        check(
            Rejection::TooManyTries { wait_s: 8 },
            "That did not fit. Wait 8 s, or type this device's code at a till.",
        );
        check(Rejection::OnlyProtected, &refusal::sentence(&Rejection::OnlyProtected.into(), |_| String::new()));
    }
}
