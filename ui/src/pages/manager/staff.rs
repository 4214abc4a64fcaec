//! Who works here, what their role lets them do, and their PINs.

use domain::{
    command::Command,
    ids::StaffId,
    query::Done,
    rejection::Refusal,
    staff::{Member, Permission, Role},
    view::ConfigView,
};
use yew::prelude::*;

use super::{head, use_app, words};
use crate::{
    app::App,
    components::{Button, Chip, Choice, Empty, Field, Kind, Mark, Select, Sheet, Toggle, Tone, badge},
    i18n::{self, Language},
    icons::{Icon, icon},
    t,
};

const PERMISSIONS: [Permission; 9] = [
    Permission::TakeOrders,
    Permission::TakePayments,
    Permission::RunKitchen,
    Permission::Correct,
    Permission::Refund,
    Permission::RunDrawer,
    Permission::CloseDay,
    Permission::EditStore,
    Permission::EditStaff,
];
/// The shortest and the longest PIN, in digits.
const PIN_DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

#[component]
pub fn Staff() -> Html {
    let app = use_app();
    let editing = use_state(|| None::<Option<StaffId>>);
    let Some(config) = app.config() else { return html! {} };
    let edit = |id: Option<StaffId>| {
        let editing = editing.clone();
        Callback::from(move |()| editing.set(Some(id.clone())))
    };
    let onclose = {
        let editing = editing.clone();
        Callback::from(move |()| editing.set(None))
    };
    let (here, gone): (Vec<&Member>, Vec<&Member>) = config.staff.iter().partition(|m| m.active);
    let at_work: Vec<StaffId> =
        app.state().door.iter().flat_map(|d| &d.people).filter(|p| p.clocked_in).map(|p| p.id.clone()).collect();
    let card = |m: &Member| {
        let onclick = edit(Some(m.id.clone())).reform(|_: MouseEvent| ());
        html! {
            <button key={m.id.to_string()} type="button" class={classes!("person", (!m.active).then_some("gone"))} {onclick} data-testid={format!("staff-{}", m.id)}>
                <span class="initial" aria-hidden="true">{m.name.chars().next().unwrap_or('?')}</span>
                <span class="name">{&m.name}</span>
                <span class="role">{words::role(m.role)}</span>
                if at_work.contains(&m.id) { {badge(&Mark { tone: Tone::Go, icon: Icon::Works, words: t!("pin.clocked_in") })} }
            </button>
        }
    };
    html! {
        <div class="staff scroll">
            {head(&t!("man.staff"), html! { <Button label={t!("man.new_person")} icon={Icon::Plus} onclick={edit(None)} id="new-person" /> })}
            if here.is_empty() { <Empty icon={Icon::Guests} title={t!("list.none")} /> }
            <div class="people">{ for here.into_iter().map(card) }</div>
            if !gone.is_empty() { <h3>{t!("man.left_us")}</h3><div class="people">{ for gone.into_iter().map(card) }</div> }
            {matrix()}
            if let Some(id) = &*editing {
                <PersonSheet key={id.as_ref().map_or_else(|| "new".to_owned(), ToString::to_string)} id={id.clone()} {onclose} />
            }
        </div>
    }
}

/// What a role may do, as a table.
fn matrix() -> Html {
    html! {
        <section class="card scroll">
            <h3>{t!("man.roles")}</h3>
            <table class="table roles">
                <thead><tr><th></th>{ for Role::ALL.iter().map(|r| html! { <th key={words::role(*r)}>{words::role(*r)}</th> }) }</tr></thead>
                <tbody>{ for PERMISSIONS.iter().map(|p| html! {
                    <tr key={i18n::refusal::permission(*p)}><th scope="row">{i18n::refusal::permission(*p)}</th>
                        { for Role::ALL.iter().map(|r| if r.may(*p) {
                            html! { <td class="may">{icon(Icon::Check, 20)}<span class="vh">{t!("yes")}</span></td> }
                        } else {
                            html! { <td><span aria-hidden="true">{"·"}</span><span class="vh">{t!("no")}</span></td> }
                        })}
                    </tr>
                })}</tbody>
            </table>
            <p class="hint">{t!("man.roles_hint")}</p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct PersonSheetProps {
    /// `None` is somebody new.
    id: Option<StaffId>,
    onclose: Callback<()>,
}

fn blank() -> Member {
    Member {
        id: StaffId::default(),
        name: String::new(),
        role: Role::Waiter,
        pin_hash: String::new(),
        active: true,
        language: String::new(),
    }
}

fn find(config: &ConfigView, id: Option<&StaffId>) -> Member {
    config.staff.iter().find(|m| Some(&m.id) == id).cloned().unwrap_or_else(blank)
}

fn languages() -> Vec<Choice> {
    std::iter::once(Choice { value: "".into(), label: t!("man.store_language").into() })
        .chain(Language::ALL.iter().map(|l| Choice { value: l.code().into(), label: l.own_name().into() }))
        .collect()
}

/// Sends the person as edited, with a new PIN if one was typed.
fn saving(app: &App, member: Member, pin: &str, busy: &UseStateHandle<bool>, onclose: &Callback<()>) -> Callback<()> {
    let (app, onclose, busy, pin) = (app.clone(), onclose.clone(), busy.clone(), pin.to_owned());
    Callback::from(move |()| {
        busy.set(true);
        let (said, onclose, busy, name) = (app.clone(), onclose.clone(), busy.clone(), member.name.clone());
        let then = Callback::from(move |answer: Result<Done, Refusal>| {
            busy.set(false);
            if answer.is_ok() {
                said.toast(t!("man.person_saved", name = name));
                said.fetch_config();
                onclose.emit(());
            }
        });
        app.send_then(Command::SetMember { member: member.clone(), pin: (!pin.is_empty()).then(|| pin.clone()) }, then);
    })
}

#[component]
fn PersonSheet(props: &PersonSheetProps) -> Html {
    let app = use_app();
    let config = app.config();
    let before = config.as_ref().map_or_else(blank, |c| find(c, props.id.as_ref()));
    let member = use_state(|| before.clone());
    let pin = use_state(String::new);
    let busy = use_state(|| false);
    let Some(config) = config else { return html! {} };
    let is_new = props.id.is_none();
    let set = |change: fn(&mut Member, String)| {
        let member = member.clone();
        Callback::from(move |value: String| {
            let mut next = (*member).clone();
            change(&mut next, value);
            member.set(next);
        })
    };
    let digits = pin.chars().all(|c| c.is_ascii_digit());
    let pin_fault = (!pin.is_empty() && (!digits || !PIN_DIGITS.contains(&pin.len()))).then(|| t!("no.weak_pin"));
    let ready = !member.name.trim().is_empty() && pin_fault.is_none() && (!is_new || !pin.is_empty()) && !*busy;
    let changed = *member != before || !pin.is_empty();
    let save = {
        let mut member = (*member).clone();
        if is_new {
            member.id = StaffId::from(words::id_from(&member.name, |id| config.staff.iter().any(|m| m.id.0 == id)));
        }
        member.name = member.name.trim().to_owned();
        saving(&app, member, &pin, &busy, &props.onclose)
    };
    let onpin = {
        let pin = pin.clone();
        Callback::from(move |p: String| pin.set(p))
    };
    let onactive = {
        let member = member.clone();
        Callback::from(move |active| member.set(Member { active, ..(*member).clone() }))
    };
    let foot = html! {<>
        <span class="unsaved grow">if changed { {icon(Icon::Note, 18)}{t!("man.not_saved")} }</span>
        <Button label={t!("save")} kind={Kind::Primary} disabled={!ready || !changed} onclick={save} id="save-person" />
    </>};
    let title = if is_new { t!("man.new_person") } else { before.name.clone() };
    html! {
        <Sheet {title} onclose={props.onclose.clone()} {foot} id="person-sheet">
            <Field label={t!("man.name")} value={member.name.clone()} oninput={set(|m, v| m.name = v)} max=80 autofocus={is_new} id="person-name" />
            <section class="block">
                <h3>{t!("man.role")}</h3>
                <div class="chips">{ for Role::ALL.into_iter().map(|role| {
                    let member = member.clone();
                    let onclick = { let member = member.clone(); Callback::from(move |()| member.set(Member { role, ..(*member).clone() })) };
                    html! { <Chip key={words::role(role)} label={words::role(role)} on={member.role == role} {onclick} id={format!("role-{role:?}").to_lowercase()} /> }
                })}</div>
                <ul class="may-list">{ for member.role.permissions().iter().map(|p| html! { <li key={i18n::refusal::permission(*p)}>{icon(Icon::Check, 18)}{i18n::refusal::permission(*p)}</li> }) }</ul>
            </section>
            <Field label={if is_new { t!("man.pin_new") } else { t!("man.pin_change") }} kind="password" keyboard="numeric" value={(*pin).clone()} oninput={onpin}
                hint={Some(AttrValue::from(if is_new { t!("man.pin_hint_new") } else { t!("man.pin_hint") }))} fault={pin_fault.map(AttrValue::from)} max=8 id="person-pin" />
            <Select label={t!("me.language")} choices={languages()} value={member.language.clone()} onchange={set(|m, v| m.language = v)} />
            if !is_new { <Toggle label={t!("man.active")} on={member.active} onchange={onactive} id="person-active" /> }
        </Sheet>
    }
}
