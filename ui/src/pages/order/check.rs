//! The check as it hangs from the rail: guests, courses, lines, sums, and what to do next.

use domain::{
    command::Command,
    money::Money,
    settings::TaxMode,
    view::{CheckState, LineView},
};
use yew::prelude::*;

use super::{Desk, Open, act, plan, same_again};
use crate::{
    components::{Button, Chip, Kind, Mark, Tone, badge, check_line},
    format, i18n,
    icons::{Icon, icon},
    pages::floor,
    route::Route,
    t,
};

#[derive(Properties, PartialEq)]
pub struct DeskProps {
    pub desk: Desk,
}

#[component]
pub fn CheckColumn(props: &DeskProps) -> Html {
    let desk = &props.desk;
    let close = {
        let drawer = desk.drawer.clone();
        move |()| drawer.set(false)
    };
    let courses = plan::courses(&desk.check);
    html! {
        <section class={classes!("checkcol", desk.drawer.then_some("open"))} aria-label={t!("order.check_menu")} data-testid="check">
            <div class="drawer-head close-drawer">
                <h2>{floor::place(&desk.app, &desk.check.card)}</h2>
                <Button label={t!("close")} icon={Icon::Close} kind={Kind::Plain} bare=true onclick={close} id="close-check" />
            </div>
            <div class="ticket">
                <div class="seats">{seats(desk)}</div>
                <div class="check-scroll scroll">
                    if desk.check.lines.is_empty() {
                        <div class="state">{icon(Icon::Menu, 36)}<h2>{t!("order.empty")}</h2><p>{t!("order.empty_next")}</p></div>
                    }
                    { for courses.iter().map(|c| course(desk, c)) }
                </div>
                {sums(desk)}
            </div>
            {actions(desk)}
        </section>
    }
}

/// For whom the next dish is. It stays chosen until changed.
fn seats(desk: &Desk) -> Html {
    let most = u8::try_from(desk.check.card.covers).unwrap_or(99);
    let used = desk.check.lines.iter().map(|l| l.seat).max().unwrap_or(0);
    if most.max(used) == 0 {
        return html! {};
    }
    let chip = |n: u8| {
        let seat = desk.seat.clone();
        let label = if n == 0 { t!("order.table") } else { n.to_string() };
        let name = if n == 0 { t!("order.table") } else { t!("order.seat", n = n) };
        html! { <Chip key={n} {label} {name} on={*desk.seat == n} onclick={move |()| seat.set(n)} id={format!("seat-{n}")} /> }
    };
    html! { <div class="chips one" role="group" aria-label={t!("order.seats")}>{ for (0..=most.max(used)).map(chip) }</div> }
}

fn course(desk: &Desk, course: &plan::Course) -> Html {
    let stand = course.stand();
    let mark = match stand {
        plan::Stand::Held => Some(Mark { tone: Tone::Cool, icon: Icon::Hold, words: t!("order.held") }),
        plan::Stand::Cooking => Some(Mark { tone: Tone::Warm, icon: Icon::Flame, words: t!("order.in_kitchen") }),
        plan::Stand::Ready => Some(Mark { tone: Tone::Go, icon: Icon::Bell, words: t!("order.ready") }),
        plan::Stand::New | plan::Stand::Gone => None,
    };
    let held = course.held;
    let flip = {
        let (app, check, n) = (desk.app.clone(), desk.check.card.check, course.course);
        move |()| {
            app.send(Command::HoldCourse { check, course: n, held: !held });
        }
    };
    // "At once" is never held back as a course.
    let can_hold = course.course > 0 && matches!(stand, plan::Stand::New | plan::Stand::Held);
    html! {
        <div key={format!("course-{}", course.course)}>
            <div class="course">
                <h3>{plan::course_name(course.course)}</h3>
                { for mark.iter().map(badge) }
                if can_hold {
                    <Chip label={if held { t!("order.release") } else { t!("order.hold") }} icon={if held { Icon::Flame } else { Icon::Hold }}
                        onclick={flip} id={format!("hold-{}", course.course)} />
                }
            </div>
            { for course.lines.iter().map(|l| line(desk, l)) }
        </div>
    }
}

fn line(desk: &Desk, line: &LineView) -> Html {
    let missing: Vec<String> =
        line.missing.iter().filter_map(|id| desk.config.menu.group(id)).map(|g| i18n::words(&g.name)).collect();
    let current = *desk.chosen == Some(line.id);
    let choose = {
        let (chosen, drawer, id) = (desk.chosen.clone(), desk.drawer.clone(), line.id);
        move |_: MouseEvent| {
            chosen.set(if current { None } else { Some(id) });
            drawer.set(false);
        }
    };
    html! {
        <button key={line.id.to_string()} class="check-line" type="button" aria-current={current.then_some("true")} onclick={choose}
            data-testid={format!("line-{}", line.item)}>
            {check_line(line, &missing)}
        </button>
    }
}

fn sums(desk: &Desk) -> Html {
    let bill = &desk.check.bill;
    let row = |word: String, amount: Money| html! { <div key={word.clone()}><span>{word}</span><bdi>{format::amount(amount)}</bdi></div> };
    let added = desk.check.terms.tax == TaxMode::Exclusive;
    let tax: Money = bill.taxes.iter().map(|t| t.amount).sum();
    let partly = bill.paid > Money::ZERO;
    html! {
        <div class="sums">
            if bill.comped > Money::ZERO { {row(t!("order.comped"), Money(-bill.comped.0))} }
            if added { {row(t!("order.tax"), tax)} }
            if partly { {row(t!("order.total"), bill.total)}{row(t!("order.paid"), Money(-bill.paid.0))} }
            <div class="total" aria-live="polite">
                <span class="word">{if partly { t!("order.due") } else { t!("order.total") }}</span>
                <bdi data-testid="total">{format::money(bill.due)}</bdi>
            </div>
        </div>
    }
}

/// The one primary action, in its words.
pub fn primary(desk: &Desk, big: bool) -> Html {
    let next = plan::next(&desk.check);
    let onclick = {
        let desk = desk.clone();
        move |()| act(&desk)
    };
    let id = if big { "primary" } else { "primary-phone" };
    match next {
        plan::Next::Fire { n, course: None, .. } => html! {
            <Button kind={Kind::Primary} {big} icon={Icon::Flame} label={t!("order.fire", n = n)} {onclick} id={id} />
        },
        plan::Next::Fire { course: Some(course), .. } => html! {
            <Button kind={Kind::Primary} {big} icon={Icon::Flame} label={t!("order.fire_course", course = plan::course_name(course))} {onclick} id={id} />
        },
        plan::Next::Choose(n, _) => html! {
            <Button {big} icon={Icon::Warning} label={t!("order.choose_first", n = n)} {onclick} id={id} />
        },
        plan::Next::Pay => html! {
            <Button kind={Kind::Primary} {big} icon={Icon::Cash} label={t!("order.pay")} amount={format::money(desk.check.bill.due)} {onclick} id={id} />
        },
        plan::Next::Nothing => html! {
            <Button kind={Kind::Primary} {big} disabled=true label={t!("order.nothing_to_fire")} id={id} />
        },
    }
}

fn actions(desk: &Desk) -> Html {
    let round = !desk.app.state().mirror.last_round(desk.check.card.check).is_empty();
    let again = {
        let desk = desk.clone();
        move |()| same_again(&desk)
    };
    let pay = {
        let (app, id) = (desk.app.clone(), desk.check.card.check);
        move |()| app.open(&Route::Pay(id))
    };
    let carry = {
        let (app, check) = (desk.app.clone(), desk.check.card.check);
        move |()| {
            app.send(Command::Carry { check });
        }
    };
    let more = {
        let open = desk.open.clone();
        move |()| open.set(Open::CheckMenu)
    };
    let pays_already = plan::next(&desk.check) == plan::Next::Pay;
    let ready = desk.check.card.state == CheckState::FoodReady || desk.check.card.ready > 0;
    html! {
        <div class="acts">
            {primary(desk, true)}
            if ready {
                <Button label={t!("order.carried", n = desk.check.card.ready)} icon={Icon::Served} onclick={carry} id="carry" />
            } else {
                <Button label={t!("order.again")} icon={Icon::Repeat} disabled={!round} onclick={again} id="again" />
            }
            if pays_already {
                <Button label={t!("order.check_menu")} icon={Icon::Dots} onclick={more} />
            } else {
                <Button label={t!("order.pay")} icon={Icon::Cash} disabled={desk.check.bill.total == Money::ZERO} onclick={pay} id="pay" />
            }
        </div>
    }
}
