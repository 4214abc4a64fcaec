//! The choices of the chosen line, beside the check and never in the way: one tap changes it, ignoring it costs nothing.

use domain::{
    command::{Command, NewChange},
    menu::Item,
    view::{LineState, LineView},
};
use yew::prelude::*;

use super::{Desk, Open, check::DeskProps, plan};
use crate::{
    components::{Button, Chip, Kind},
    format, i18n,
    icons::{Icon, icon},
    t,
};

#[component]
pub fn Strip(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let line = desk.chosen.and_then(|id| desk.check.lines.iter().find(|l| l.id == id));
    let Some(line) = line else {
        return html! {
            <aside class="linecol idle" data-testid="strip"><div class="state">{icon(Icon::Note, 32)}<p class="small">{t!("order.strip_idle")}</p></div></aside>
        };
    };
    let item = desk.config.menu.item(&line.item);
    let fired = line.fired > 0 || line.state == LineState::Voided;
    html! {
        <aside class="linecol scroll" data-testid="strip" aria-label={t!("order.last")} key={line.id.to_string()}>
            <div class="line-head">
                <h2>{i18n::words(&line.name)}</h2>
                if !fired { {stepper(desk, line)} }
            </div>
            if fired { {fired_acts(desk, line)} } else {
                <div class="groups">
                    { for item.map(|item| choices(desk, item, line)) }
                    {notes(desk, line)}
                    {courses(desk, line)}
                    {seat(desk, line)}
                </div>
            }
        </aside>
    }
}

fn change(desk: &Desk, line: &LineView, change: NewChange) {
    desk.app.send(Command::ChangeLine { check: desk.check.card.check, line: line.id, change });
}

fn stepper(desk: &Desk, line: &LineView) -> Html {
    let less = {
        let (desk, line) = (desk.clone(), line.clone());
        move |()| {
            if line.qty > 1 {
                change(&desk, &line, NewChange::Qty(line.qty - 1));
            } else {
                remove(&desk, &line);
            }
        }
    };
    let more = {
        let (desk, line) = (desk.clone(), line.clone());
        move |()| change(&desk, &line, NewChange::Qty(line.qty + 1))
    };
    let last = line.qty == 1;
    html! {
        <div class="stepper">
            <Button label={if last { t!("order.remove") } else { t!("order.less") }} icon={if last { Icon::Bin } else { Icon::Minus }} bare=true
                onclick={less} id="less" />
            <span class="n" data-testid="qty">{line.qty}</span>
            <Button label={t!("order.one_more")} icon={Icon::Plus} bare=true onclick={more} id="more" />
        </div>
    }
}

fn remove(desk: &Desk, line: &LineView) {
    desk.app.send(Command::RemoveLine { check: desk.check.card.check, line: line.id });
    desk.chosen.set(None);
}

fn choices(desk: &Desk, item: &Item, line: &LineView) -> Html {
    let menu = &desk.config.menu;
    let portions = (item.portions.len() > 1).then(|| sizes(desk, item, line));
    html! {
        <>
            { for portions }
            { for plan::groups(menu, item, line).iter().map(|shown| group(desk, line, shown)) }
        </>
    }
}

/// A line's size is stamped when it is added, so another size is another line in its place.
fn sizes(desk: &Desk, item: &Item, line: &LineView) -> Html {
    let chips = item.portions.iter().map(|portion| {
        let on = portion.id == line.portion;
        let (desk, line, id) = (desk.clone(), line.clone(), portion.id.clone());
        let onclick = move |()| {
            if on {
                return;
            }
            let new = domain::command::NewLine {
                item: line.item.clone(),
                portion: Some(id.clone()),
                qty: line.qty,
                options: plan::picks(&line.options),
                seat: line.seat,
                course: Some(line.course),
                note: line.note.clone(),
                allergy: line.allergy.clone(),
            };
            let check = desk.check.card.check;
            let by = desk.app.send(Command::AddLines { check, lines: vec![new] });
            desk.app.send(Command::RemoveLine { check, line: line.id });
            desk.chosen.set(Some(domain::ids::LineId { by, i: 0 }));
        };
        html! {
            <Chip key={portion.id.to_string()} label={i18n::words(&portion.name)} extra={format::amount(portion.price)} {on} {onclick}
                id={format!("size-{}", portion.id)} />
        }
    });
    html! { <div class="group"><h3>{t!("order.size")}</h3><div class="chips">{ for chips }</div></div> }
}

fn group(desk: &Desk, line: &LineView, shown: &plan::Shown) -> Html {
    let group = shown.group;
    let open = line.missing.contains(&group.id);
    let chips = group.options.iter().map(|option| {
        let on = plan::is_picked(line, shown, &option.id);
        let picks = plan::picked(line, shown, &option.id);
        let extra = (option.price.0 != 0).then(|| AttrValue::from(format!("+{}", format::amount(option.price)).replace("+\u{2212}", "\u{2212}")));
        let (desk, line) = (desk.clone(), line.clone());
        html! {
            <Chip key={option.id.to_string()} label={i18n::words(&option.name)} {extra} {on} id={format!("option-{}", option.id)}
                onclick={move |()| change(&desk, &line, NewChange::Options(picks.clone()))} />
        }
    });
    html! {
        <div key={group.id.to_string()} class={classes!("group", open.then_some("open"))} role="group" aria-label={i18n::words(&group.name)}>
            <h3>
                if open {
                    {format!("▢ {}: {}", i18n::words(&group.name), t!("order.required", n = group.min))}
                } else {
                    {i18n::words(&group.name)}
                }
            </h3>
            <div class="chips">{ for chips }</div>
        </div>
    }
}

fn notes(desk: &Desk, line: &LineView) -> Html {
    let presets = desk.config.settings.note_presets.iter().enumerate().map(|(i, preset)| {
        let words = i18n::words(preset);
        let on = line.note.split(", ").any(|n| n == words);
        let note = toggled_note(&line.note, &words);
        let (desk, line) = (desk.clone(), line.clone());
        html! { <Chip key={i} label={words} {on} onclick={move |()| change(&desk, &line, NewChange::Note(note.clone()))} id={format!("note-{i}")} /> }
    });
    let sheet = |open: Open| {
        let handle = desk.open.clone();
        move |()| handle.set(open.clone())
    };
    html! {
        <div class="group">
            <h3>{t!("order.note")}</h3>
            <div class="chips">
                { for presets }
                <Chip label={t!("order.note_write")} icon={Icon::Note} onclick={sheet(Open::Note(line.id))} id="note-write" />
                <Chip label={t!("order.allergy")} icon={Icon::Allergy} on={Some(!line.allergy.is_empty())} onclick={sheet(Open::Allergy(line.id))} id="allergy" />
            </div>
        </div>
    }
}

/// A note with one preset put in or taken out.
fn toggled_note(note: &str, preset: &str) -> String {
    let mut parts: Vec<&str> = note.split(", ").filter(|p| !p.is_empty()).collect();
    match parts.iter().position(|p| *p == preset) {
        Some(at) => {
            parts.remove(at);
        }
        None => parts.push(preset),
    }
    parts.join(", ")
}

fn courses(desk: &Desk, line: &LineView) -> Html {
    let chip = |n: u8| {
        let (desk, line) = (desk.clone(), line.clone());
        html! {
            <Chip key={n} label={plan::course_name(n)} on={line.course == n} onclick={move |()| change(&desk, &line, NewChange::Course(n))}
                id={format!("course-{n}")} />
        }
    };
    html! { <div class="group"><h3>{t!("order.course")}</h3><div class="chips">{ for (0..=3).map(chip) }</div></div> }
}

fn seat(desk: &Desk, line: &LineView) -> Html {
    let most = u8::try_from(desk.check.card.covers).unwrap_or(99).min(20);
    if most == 0 {
        return html! {};
    }
    let chip = |n: u8| {
        let (desk, line) = (desk.clone(), line.clone());
        let label = if n == 0 { t!("order.table") } else { n.to_string() };
        html! { <Chip key={n} {label} on={line.seat == n} onclick={move |()| change(&desk, &line, NewChange::Seat(n))} /> }
    };
    html! { <div class="group"><h3>{t!("order.seats")}</h3><div class="chips">{ for (0..=most).map(chip) }</div></div> }
}

/// What can still be done to a line the kitchen has: again, void, on the house, another guest.
fn fired_acts(desk: &Desk, line: &LineView) -> Html {
    let sheet = |open: Open| {
        let handle = desk.open.clone();
        Callback::from(move |()| handle.set(open.clone()))
    };
    let again = {
        let (desk, line) = (desk.clone(), line.clone());
        move |()| {
            let new = domain::command::NewLine {
                item: line.item.clone(),
                portion: Some(line.portion.clone()),
                qty: 1,
                options: plan::picks(&line.options),
                seat: line.seat,
                course: Some(line.course),
                note: line.note.clone(),
                allergy: line.allergy.clone(),
            };
            let by = desk.app.send(Command::AddLines { check: desk.check.card.check, lines: vec![new] });
            desk.chosen.set(Some(domain::ids::LineId { by, i: 0 }));
        }
    };
    let gone = line.state == LineState::Voided;
    html! {
        <div class="groups">
            <Button label={t!("order.one_more")} icon={Icon::Repeat} wide=true onclick={again} id="one-more" />
            if !gone {
                {seat(desk, line)}
                <span class="apart"></span>
                <Button label={t!("order.comp")} icon={Icon::Tip} wide=true onclick={sheet(Open::Comp(line.id))} id="comp" />
                <Button label={t!("order.void")} icon={Icon::Bin} kind={Kind::Danger} wide=true onclick={sheet(Open::Void(line.id))} id="void" />
            }
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn presets_go_in_and_out_of_a_note() {
        assert_eq!(toggled_note("", "no salt"), "no salt");
        assert_eq!(toggled_note("no salt", "on the side"), "no salt, on the side");
        assert_eq!(toggled_note("no salt, on the side", "no salt"), "on the side");
        assert_eq!(toggled_note("bring bread", "no salt"), "bring bread, no salt");
    }
}
