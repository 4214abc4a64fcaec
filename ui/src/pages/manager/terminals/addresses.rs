//! Addresses a person typed, for a network on which terminals cannot find each other.

use domain::command::Command;
use yew::prelude::*;

use super::act;
use crate::{
    components::{Button, Field, Kind},
    icons::{Icon, icon},
    pages::manager::use_app,
    t,
};

#[derive(Properties, PartialEq)]
pub struct AddressesProps {
    pub addresses: Vec<String>,
    pub again: Callback<()>,
}

#[component]
pub fn Addresses(props: &AddressesProps) -> Html {
    let app = use_app();
    let typed = use_state(String::new);
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |text| typed.set(text))
    };
    let address = typed.trim().to_owned();
    let good = !address.is_empty();
    let add = {
        let (app, again, typed, address) = (app.clone(), props.again.clone(), typed.clone(), address);
        Callback::from(move |()| {
            if address.is_empty() {
                return;
            }
            let typed = typed.clone();
            let done = Callback::from(move |ok: bool| {
                if ok {
                    typed.set(String::new());
                }
            });
            act(&app, &again, Command::AddAddress { address: address.clone() }, done);
        })
    };
    let forget = |address: &str| {
        let (app, again, address) = (app.clone(), props.again.clone(), address.to_owned());
        Callback::from(move |()| {
            act(&app, &again, Command::ForgetAddress { address: address.clone() }, Callback::noop());
        })
    };
    html! {
        <details class="card fold" data-testid="addresses">
            <summary>{icon(Icon::Down, 20)}<h3>{t!("term.addresses")}</h3></summary>
            <p class="mute">{t!("term.addresses_what")}</p>
            <ul class="address-list">{ for props.addresses.iter().map(|a| html! {
                <li key={a.clone()}><bdi class="num grow" dir="ltr">{a}</bdi>
                    <Button label={t!("term.forget", address = a)} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={forget(a)} />
                </li>
            })}</ul>
            <Field label={t!("term.address")} value={(*typed).clone()} {oninput} onenter={add.clone()} placeholder="192.168.1.21:7710" id="address" />
            <Button label={t!("term.add")} icon={Icon::Plus} disabled={!good} onclick={add} id="add-address" />
        </details>
    }
}
