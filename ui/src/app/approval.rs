//! A colleague lends a permission: who, PIN, done. The person signed in stays signed in.

use domain::{
    command::Approval,
    ids::StaffId,
    query::Done,
    rejection::{Refusal, Rejection},
};
use yew::prelude::*;

use super::{App, ApprovalAsk, sending::own};
use crate::{
    components::{Chip, NumberPad, Sheet, enter_key},
    i18n, t,
};

/// Digits of a PIN.
pub const PIN_LEAST: usize = 4;
pub const PIN_MOST: usize = 8;
const LAST_APPROVER: &str = "comanda.approver";

#[derive(Properties, PartialEq)]
pub struct ApprovalProps {
    pub ask: ApprovalAsk,
}

#[component]
pub fn ApprovalSheet(props: &ApprovalProps) -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let pin = use_state(String::new);
    let fault = use_state(String::new);
    let people = approvers(&app, props.ask.needs);
    let last = crate::browser::remembered(LAST_APPROVER).map(StaffId::from);
    let first = people.iter().find(|(id, _)| Some(id) == last.as_ref()).or(people.first()).map(|(id, _)| id.clone());
    let who = use_state(|| first);
    let close = {
        let app = app.clone();
        let (then, needs) = (props.ask.then.clone(), props.ask.needs);
        Callback::from(move |()| {
            app.change(|s| s.approval = None);
            then.emit(Err(own(Rejection::NeedsApproval { needs })));
        })
    };
    let submit = submit(&app, &props.ask, &who, &pin, &fault);
    let onkey = {
        let (pin, fault) = (pin.clone(), fault.clone());
        Callback::from(move |c: char| {
            if pin.len() < PIN_MOST {
                fault.set(String::new());
                pin.set(format!("{}{c}", *pin));
            }
        })
    };
    let onerase = {
        let pin = pin.clone();
        Callback::from(move |()| {
            let mut shorter = (*pin).clone();
            shorter.pop();
            pin.set(shorter);
        })
    };
    let chips = people.iter().map(|(id, name)| {
        let on = who.as_ref() == Some(id);
        let choose = {
            let (who, id) = (who.clone(), id.clone());
            move |()| who.set(Some(id.clone()))
        };
        html! { <Chip key={id.to_string()} label={name.clone()} {on} id={format!("approver-{id}")} onclick={choose} /> }
    });
    let ready = pin.len() >= PIN_LEAST && who.is_some();
    let onenter = ready.then_some(submit);
    let corner = enter_key(t!("pin.enter_now"), "approve", &onenter);
    html! {
        <Sheet center=true title={t!("pin.approve", what = i18n::refusal::permission(props.ask.needs))} onclose={close} id="approval">
            <p class="mute small">{t!("pin.approve_who")}</p>
            <div class="chips">{ for chips }</div>
            <div class={classes!("dots", (!fault.is_empty()).then_some("shake"))} aria-label={format!("{}", pin.len())}>
                { for (0..pin.len().max(PIN_LEAST)).map(|i| html! { <i key={i} class={(i < pin.len()).then_some("in")}></i> }) }
            </div>
            if !fault.is_empty() { <p class="pin-fault" role="alert">{&*fault}</p> }
            <NumberPad {onkey} {onerase} {onenter} {corner} />
        </Sheet>
    }
}

fn approvers(app: &App, needs: domain::staff::Permission) -> Vec<(StaffId, String)> {
    let Some(config) = app.config() else { return Vec::new() };
    let able = config.staff.iter().filter(|m| m.active && m.role.may(needs));
    able.map(|m| (m.id.clone(), m.name.clone())).collect()
}

fn submit(
    app: &App,
    ask: &ApprovalAsk,
    who: &UseStateHandle<Option<StaffId>>,
    pin: &UseStateHandle<String>,
    fault: &UseStateHandle<String>,
) -> Callback<()> {
    let (app, ask, who, pin, fault) = (app.clone(), ask.clone(), who.clone(), pin.clone(), fault.clone());
    Callback::from(move |()| {
        let Some(staff) = (*who).clone() else { return };
        crate::browser::remember(LAST_APPROVER, &staff.0);
        let approval = Approval { staff, pin: (*pin).clone() };
        // Taken off the pad, so that what it approves is not asked for twice.
        pin.set(String::new());
        let (app_then, then, fault) = (app.clone(), ask.then.clone(), fault.clone());
        let answered = move |answer: Result<Done, Refusal>| match &answer {
            Err(refusal) if matches!(refusal.why, Rejection::WrongPin { .. } | Rejection::TooManyTries { .. }) => {
                fault.set(app_then.words_for(refusal));
            }
            _ => {
                app_then.change(|s| s.approval = None);
                then.emit(answer);
            }
        };
        app.send_approved((*ask.command).clone(), approval, Callback::from(answered));
    })
}
