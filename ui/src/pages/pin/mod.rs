//! The door: who is it, and a PIN. Nothing here says which PIN was wrong for whom, or who exists beyond the tiles.

use domain::{
    command::Command,
    query::Done,
    rejection::{Refusal, Rejection},
    view::Person,
};
use yew::prelude::*;

use crate::{
    app::{App, languages, themes},
    browser,
    components::{Ghosts, Mark, NumberPad, Tone, badge, enter_key},
    icons::{Icon, icon},
    t,
};

const PIN_LEAST: usize = 4;
const PIN_MOST: usize = 8;

#[component]
pub fn PinPage() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let who = use_state(|| None::<Person>);
    let (store, people, known, lost) = {
        let state = app.state();
        let door = state.door.clone();
        let lost = matches!(state.link, crate::app::Link::Down { .. });
        let store = door.as_ref().and_then(|d| d.store.clone()).unwrap_or_else(|| t!("app.name"));
        (store, door.as_ref().map(|d| d.people.clone()).unwrap_or_default(), door.is_some(), lost)
    };
    let (language, theme) = (app.state().language, app.state().theme);
    let choose = |person: &Person| {
        let (who, person) = (who.clone(), person.clone());
        Callback::from(move |_: MouseEvent| who.set(Some(person.clone())))
    };
    let tile = |person: &Person| {
        let chosen = who.as_ref().is_some_and(|w| w.id == person.id);
        html! {
            <button key={person.id.to_string()} class="person" type="button" aria-pressed={if chosen { "true" } else { "false" }}
                data-testid={format!("person-{}", person.id)} onclick={choose(person)}>
                <span class="initials" aria-hidden="true">{initials(&person.name)}</span>
                <span class="name">{&person.name}</span>
                <span class="role">{role(person)}</span>
                if person.clocked_in { {badge(&Mark { tone: Tone::Go, icon: Icon::Clock, words: t!("pin.clocked_in") })} }
            </button>
        }
    };
    html! {
        <main class="page door">
            <section class="door-people scroll">
                <h1 class="door-name">{store}</h1>
                if !known && lost { <p class="notice" data-tone="late" role="alert">{icon(Icon::Offline, 20)}{t!("status.down")}</p> }
                if known { <h2>{t!("pin.who")}</h2><div class="people">{ for people.iter().map(tile) }</div> } else { <Ghosts n={3} height={72} /> }
                <div class="door-foot">{themes(&app, theme)}{languages(&app, language)}</div>
            </section>
            <section class="door-pad">
                if let Some(person) = &*who { <Pad key={person.id.to_string()} person={person.clone()} /> }
                else { <div class="state">{icon(Icon::Lock, 44)}<p>{t!("pin.who")}</p></div> }
            </section>
        </main>
    }
}

#[derive(Properties, PartialEq)]
struct PadProps {
    person: Person,
}

#[component]
fn Pad(props: &PadProps) -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let pin = use_reducer_eq(Pin::default);
    let fault = use_state(String::new);
    let submit = {
        let (app, person, fault, pin) = (app.clone(), props.person.clone(), fault.clone(), pin.clone());
        Callback::from(move |()| {
            let (app_then, pin_then, fault) = (app.clone(), pin.dispatcher(), fault.clone());
            let then = move |answer: Result<Done, Refusal>| {
                pin_then.dispatch(Key::Clear);
                match answer {
                    Ok(done) => {
                        if let Some(signed_in) = done.signed_in {
                            app_then.signed_in(signed_in.token, signed_in.person);
                        }
                    }
                    Err(refusal) => fault.set(match refusal.why {
                        Rejection::WrongPin { wait_s: 0 } => t!("pin.wrong"),
                        Rejection::WrongPin { wait_s } => t!("pin.wait", n = wait_s),
                        _ => app_then.words_for(&refusal),
                    }),
                }
            };
            app.send_then(Command::SignIn { staff: person.id.clone(), pin: pin.0.clone() }, Callback::from(then));
        })
    };
    let press = {
        let (pin, fault) = (pin.dispatcher(), fault.clone());
        Callback::from(move |c: char| {
            fault.set(String::new());
            pin.dispatch(Key::Digit(c));
        })
    };
    let erase = {
        let pin = pin.dispatcher();
        Callback::from(move |()| pin.dispatch(Key::Erase))
    };
    let onenter = (pin.0.len() >= PIN_LEAST).then_some(submit);
    let corner = enter_key(t!("pin.enter_now"), "pin-enter", &onenter);
    html! {
        <div class="pin">
            <h2>{t!("pin.enter", name = props.person.name)}</h2>
            <div class={classes!("dots", (!fault.is_empty()).then_some("shake"))} role="img" aria-label={pin.0.len().to_string()}>
                { for (0..pin.0.len().max(PIN_LEAST)).map(|i| html! { <i key={i} class={(i < pin.0.len()).then_some("in")}></i> }) }
            </div>
            <p class="pin-fault" role="alert" data-testid="pin-fault">{&*fault}</p>
            <NumberPad onkey={press} onerase={erase} {onenter} {corner} />
        </div>
    }
}

/// The digits so far. A reducer, because keys may come faster than frames.
#[derive(Default, PartialEq)]
struct Pin(String);

enum Key {
    Digit(char),
    Erase,
    Clear,
}

impl Reducible for Pin {
    type Action = Key;
    fn reduce(self: std::rc::Rc<Self>, key: Key) -> std::rc::Rc<Self> {
        let mut pin = self.0.clone();
        match key {
            Key::Digit(c) if pin.len() < PIN_MOST => pin.push(c),
            Key::Digit(_) => {}
            Key::Erase => {
                pin.pop();
            }
            Key::Clear => pin.clear(),
        }
        Pin(pin).into()
    }
}

fn role(person: &Person) -> String {
    use domain::staff::Role::*;
    match person.role {
        Owner => t!("role.owner"),
        Manager => t!("role.manager"),
        Waiter => t!("role.waiter"),
        Bar => t!("role.bar"),
        Kitchen => t!("role.kitchen"),
        Host => t!("role.host"),
    }
}

/// At most two letters to find oneself by.
fn initials(name: &str) -> String {
    let first: String = name.split_whitespace().filter_map(|w| w.chars().next()).take(2).collect();
    browser::upper(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_two_letters() {
        for (name, letters) in [("Ana", "A"), ("Jörg van Dyk", "JV"), ("  élodie  b", "ÉB"), ("", "")] {
            assert_eq!(initials(name), letters);
        }
    }
}
