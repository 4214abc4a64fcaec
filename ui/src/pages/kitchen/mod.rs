//! Kitchen: tickets in order of need, read at three metres, worked by a wet finger or a bump bar's keys.

mod board;

use domain::{
    command::Command,
    event::CheckKind,
    ids::{LineId, StationId},
    view::{KitchenTicket, TicketLine},
};
use yew::prelude::*;

use crate::{
    app::{App, Top, use_keys},
    components::{Button, Empty, Ghosts, Tab, Tabs},
    i18n,
    icons::{Icon, icon},
    route::Route,
    t,
};
use board::Age;

/// Tables and numbers longer than this are written smaller.
const LONG_PLACE: usize = 7;
/// Keys of a bump bar.
const KEYS: usize = 9;

#[derive(Properties, PartialEq)]
pub struct KitchenProps {
    /// One station, or all (the pass).
    pub station: Option<String>,
}

#[component]
pub fn KitchenPage(props: &KitchenProps) -> Html {
    let app = use_context::<App>();
    let station = props.station.clone().map(StationId::from);
    let tickets = app
        .as_ref()
        .map(|app| board::hung(app.state().tickets.values().cloned(), station.as_ref()))
        .unwrap_or_default();
    let last = app.as_ref().and_then(|app| last_bumped(app, station.as_ref()));
    use_keys(keys(app.clone(), tickets.clone(), last.clone()));
    let Some(app) = app else { return html! {} };
    let known = app.state().kitchen_known;
    let all_day = board::all_day(&tickets);
    let now = app.now().at;
    let body = if !known {
        html! { <Ghosts n={3} height={220} /> }
    } else if tickets.is_empty() {
        html! { <Empty icon={Icon::Kitchen} title={t!("kitchen.calm")} next={t!("kitchen.calm_next")} /> }
    } else {
        html! { <div class="tickets" data-testid="tickets">{ for tickets.iter().enumerate().map(|(i, ticket)| draw(&app, i, ticket, now)) }</div> }
    };
    html! {
        <>
            <Top title={t!("nav.kitchen")} sub={place_of(&app, station.as_ref())} />
            <main class="page">
                <div class="kitchen">
                    <div class="bar">{stations(&app, station.as_ref())}<span class="grow"></span>{recall(&app, last)}</div>
                    <div class="hang"><div class="passrail"></div>{body}</div>
                    <aside class="allday scroll" data-testid="all-day">
                        <h2>{t!("kitchen.all_day")}</h2>
                        <ul>{ for all_day.iter().map(|a| html! { <li key={a.name.clone()}><span class="q">{a.qty}</span><span>{&a.name}</span></li> }) }</ul>
                    </aside>
                </div>
            </main>
        </>
    }
}

fn place_of(app: &App, station: Option<&StationId>) -> String {
    let name = |id: &StationId| app.config().and_then(|c| c.settings.station(id).map(|s| i18n::words(&s.name)));
    station.and_then(name).unwrap_or_else(|| t!("kitchen.all"))
}

fn stations(app: &App, chosen: Option<&StationId>) -> Html {
    let Some(config) = app.config() else { return html! {} };
    let count = |station: Option<&StationId>| {
        let n = app.state().tickets.values().filter(|t| !t.done && station.is_none_or(|s| t.station == *s)).count();
        if n > 0 { n.to_string() } else { String::new() }
    };
    let mut tabs = vec![Tab { key: "".into(), label: t!("kitchen.all").into(), n: count(None).into() }];
    let screens = config.settings.stations.iter().filter(|s| s.screen);
    tabs.extend(screens.map(|s| Tab {
        key: s.id.to_string().into(),
        label: i18n::words(&s.name).into(),
        n: count(Some(&s.id)).into(),
    }));
    let onchoose = {
        let app = app.clone();
        Callback::from(move |key: AttrValue| {
            app.open_instead(&Route::Kitchen((!key.is_empty()).then(|| key.to_string())))
        })
    };
    html! { <Tabs {tabs} chosen={chosen.map(|s| s.to_string()).unwrap_or_default()} {onchoose} name={t!("nav.kitchen")} /> }
}

fn last_bumped(app: &App, station: Option<&StationId>) -> Option<KitchenTicket> {
    let state = app.state();
    let mut done: Vec<&KitchenTicket> =
        state.done_tickets.iter().filter(|t| station.is_none_or(|s| t.station == *s)).collect();
    done.sort_by_key(|t| std::cmp::Reverse(t.done_at));
    done.first().map(|t| (*t).clone())
}

fn recall(app: &App, last: Option<KitchenTicket>) -> Html {
    let label = last.as_ref().map_or_else(|| t!("kitchen.recall_none"), |t| t!("kitchen.recall", who = place(t)));
    let disabled = last.is_none();
    let onclick = {
        let app = app.clone();
        move |()| {
            if let Some(ticket) = &last {
                call_back(&app, ticket);
            }
        }
    };
    html! { <Button {label} icon={Icon::Undo} {disabled} {onclick} id="recall" /> }
}

/// What a ticket is called across the kitchen: the table, else the name, else the guest's number.
fn place(ticket: &KitchenTicket) -> String {
    if !ticket.table.is_empty() {
        ticket.table.clone()
    } else if !ticket.name.is_empty() {
        ticket.name.clone()
    } else {
        ticket.number.to_string()
    }
}

/// Bumps lines of a ticket, or all of it; the board changes at once.
fn bump(app: &App, ticket: &KitchenTicket, lines: Vec<LineId>) {
    let mut after = ticket.clone();
    for line in &mut after.lines {
        line.ready |= lines.is_empty() || lines.contains(&line.line);
    }
    after.done = after.lines.iter().all(|l| l.ready || l.qty == 0);
    after.done_at = after.done.then(|| app.now().at);
    app.change(|s| s.note_ticket(after));
    let command = Command::Bump { check: ticket.check, fire: ticket.fire, station: ticket.station.clone(), lines };
    app.send_then(command, put_right(app));
}

fn call_back(app: &App, ticket: &KitchenTicket) {
    let mut after = ticket.clone();
    (after.done, after.done_at) = (false, None);
    after.lines.iter_mut().for_each(|l| l.ready = false);
    app.change(|s| s.note_ticket(after));
    let command = Command::Recall { check: ticket.check, fire: ticket.fire, station: ticket.station.clone() };
    app.send_then(command, put_right(app));
}

/// After a refusal the board is asked for anew: somebody else was faster.
fn put_right(app: &App) -> Callback<Result<domain::query::Done, domain::rejection::Refusal>> {
    let app = app.clone();
    Callback::from(move |answer: Result<_, _>| {
        if answer.is_err() {
            app.fetch_kitchen();
        }
    })
}

fn keys(app: Option<App>, tickets: Vec<KitchenTicket>, last: Option<KitchenTicket>) -> Callback<KeyboardEvent> {
    Callback::from(move |e: KeyboardEvent| {
        let Some(app) = &app else { return };
        let key = e.key();
        match (key.parse::<usize>().ok().filter(|_| key.len() == 1 && !e.repeat()), &last) {
            (Some(0), Some(ticket)) => call_back(app, ticket),
            (Some(n), _) if (1..=KEYS).contains(&n) => {
                if let Some(ticket) = tickets.get(n - 1) {
                    bump(app, ticket, Vec::new());
                }
            }
            _ => {}
        }
    })
}

fn draw(app: &App, i: usize, ticket: &KitchenTicket, now: i64) -> Html {
    let (minutes, age) = board::age(ticket, now);
    let place = place(ticket);
    let word = match age {
        Age::OnTime => t!("kitchen.on_time"),
        Age::Soon => t!("kitchen.soon"),
        Age::Late => t!("kitchen.late"),
    };
    let mark = if age == Age::Late { Icon::Warning } else { Icon::Clock };
    let all = {
        let (app, ticket) = (app.clone(), ticket.clone());
        move |_: MouseEvent| bump(&app, &ticket, Vec::new())
    };
    let guests = (ticket.covers > 0).then(|| format!(" · {}", t!("floor.guests", n = ticket.covers)));
    let takeaway = (ticket.kind == CheckKind::Takeaway).then(|| format!("{} · ", t!("kitchen.takeaway")));
    html! {
        <article key={format!("{}-{}", ticket.fire, ticket.station)} class="kt" data-age={age.name()} data-testid={format!("ticket-{place}")}>
            <div class="ticket">
                <div class="khead">
                    <span class={classes!("where", (place.chars().count() > LONG_PLACE).then_some("long"))}>{&place}</span>
                    <span class="guest">{ticket.number.to_string()}</span>
                    <span class="who"><span>{takeaway}{&ticket.waiter}{guests}</span><span class="num">{&ticket.fired_text}</span></span>
                </div>
                <div class="age">
                    <span class="fill" style={format!("inline-size: {}%", board::used(ticket, now))}></span>
                    {icon(mark, 20)}<span>{t!("minutes", n = minutes)}</span><span class="word">{word}</span>
                </div>
                if ticket.early { <span class="kearly">{t!("kitchen.early")}</span> }
                <div class="klines">{lines(app, ticket)}{also(app, ticket)}</div>
                <div class="kact">
                    <button class={classes!("btn", "primary")} type="button" onclick={all} data-testid={format!("bump-{}", i + 1)}
                        aria-label={t!("kitchen.bump_name", who = place)}>
                        <span>{t!("kitchen.bump", n = board::open_units(ticket))}</span>
                        if i < KEYS { <kbd>{i + 1}</kbd> }
                    </button>
                </div>
            </div>
        </article>
    }
}

/// Lines by course, with a divider where a ticket has more than one.
fn lines(app: &App, ticket: &KitchenTicket) -> Html {
    let mut courses: Vec<u8> = ticket.lines.iter().map(|l| l.course).collect();
    courses.sort_unstable();
    courses.dedup();
    let divided = courses.len() > 1;
    html! {
        { for courses.iter().map(|course| html! {
            <>
                if divided { <span class="kcourse">{crate::pages::order::course_name(*course)}</span> }
                { for ticket.lines.iter().filter(|l| l.course == *course).map(|l| line(app, ticket, l)) }
            </>
        })}
    }
}

fn line(app: &App, ticket: &KitchenTicket, line: &TicketLine) -> Html {
    let made = {
        let (app, ticket, id) = (app.clone(), ticket.clone(), line.line);
        move |_: MouseEvent| bump(&app, &ticket, vec![id])
    };
    let name = if line.portion.is_empty() { line.name.clone() } else { format!("{}, {}", line.name, line.portion) };
    let gone = line.qty == 0;
    let class = classes!("kln", line.ready.then_some("done"), gone.then_some("gone"));
    html! {
        <button key={line.line.to_string()} {class} type="button" disabled={line.ready || gone} onclick={made} aria-label={t!("kitchen.line_done", what = name)}>
            <span class="q">{if gone { line.voided } else { line.qty }}</span><span class="what">{name.clone()}</span>
            if line.voided > 0 { <span class="stop">{icon(Icon::Close, 18)}{t!("kitchen.void", n = line.voided)}</span> }
            if !line.options.is_empty() || !line.note.is_empty() {
                <ul class="kmods">
                    { for line.options.iter().enumerate().map(|(i, o)| html! { <li key={i} class={(o.depth > 0).then_some("deep")}>{&o.name}</li> }) }
                    if !line.note.is_empty() { <li class="knote">{&line.note}</li> }
                </ul>
            }
            if line.seat > 0 { <span class="seat">{t!("order.seat", n = line.seat)}</span> }
            if !line.allergy.is_empty() { <span class="allergy">{icon(Icon::Allergy, 22)}{t!("order.allergy_says", what = line.allergy)}</span> }
        </button>
    }
}

fn also(app: &App, ticket: &KitchenTicket) -> Html {
    if ticket.also_at.is_empty() {
        return html! {};
    }
    let names: Vec<String> = ticket.also_at.iter().map(|s| place_of(app, Some(s))).collect();
    html! { <span class="kalso">{t!("kitchen.also_at", stations = names.join(i18n::comma()))}</span> }
}
