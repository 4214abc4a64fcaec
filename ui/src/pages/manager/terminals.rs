//! The terminals that are this restaurant: who is there, who is master, letting another one in, and the drill.

mod addresses;
mod code;
mod devices;
mod drill;
mod let_in;
mod one;

pub use code::typed as typed_code;

use domain::{
    command::Command,
    ids::Origin,
    query::{Done, Query, View},
    rejection::Refusal,
    view::{LetInView, TerminalView, TerminalsView},
};
use yew::prelude::*;

use super::{closed_door, head};
use crate::{
    app::{App, NoAnswer, Polled, use_polled},
    components::{Button, Empty, Failed, Ghosts, Kind, Mark, Tone, badge},
    format, i18n,
    icons::{Icon, icon},
    t,
};

/// The page asks this often while it is seen: nothing tells it what changed.
pub const POLL_MS: u32 = 1_000;
/// A terminal heard within this time is heard now, in milliseconds.
const LATELY_MS: u64 = 5_000;

/// Which sheet is open over the page.
#[derive(Clone, PartialEq)]
enum Open {
    Nothing,
    LetIn,
    One(Origin),
}

#[component]
pub fn Terminals() -> Html {
    let (polled, again) = use_polled(Query::Terminals, POLL_MS);
    let open = use_state(|| Open::Nothing);
    let show = |what: Open| {
        let open = open.clone();
        Callback::from(move |()| open.set(what.clone()))
    };
    let Some(view) = seen(&polled).cloned() else {
        return html! { <div class="terminals scroll">{head(&t!("man.terminals"), html! {})}{absent(&polled, &again)}</div> };
    };
    let tools = html! { <Button label={t!("term.let_in")} icon={Icon::Plus} kind={Kind::Primary} disabled={view.alone} onclick={show(Open::LetIn)} id="let-in" /> };
    let onopen = {
        let open = open.clone();
        Callback::from(move |terminal| open.set(Open::One(terminal)))
    };
    let onclose = show(Open::Nothing);
    let sheet = match &*open {
        Open::Nothing => html! {},
        Open::LetIn => {
            html! { <let_in::LetInSheet view={view.clone()} n={polled.n} again={again.clone()} {onclose} /> }
        }
        Open::One(terminal) => match view.terminals.iter().find(|t| t.terminal == *terminal) {
            Some(one) => {
                html! { <one::TerminalSheet key={one.terminal.to_string()} one={one.clone()} all={view.terminals.clone()} again={again.clone()} {onclose} /> }
            }
            None => html! {},
        },
    };
    let (here, gone): (Vec<&TerminalView>, Vec<&TerminalView>) = view.terminals.iter().partition(|t| !t.shut_out);
    html! {
        <div class="terminals scroll">
            {head(&t!("man.terminals"), tools)}
            {stale(&polled)}
            {master(&view)}
            if view.alone {
                <Empty icon={Icon::Terminals} title={t!("term.apart")} next={t!("term.apart_next")} />
            } else if here.is_empty() {
                <Empty icon={Icon::Terminals} title={t!("term.none")} next={t!("term.none_next")} />
            }
            <div class="terminal-cards">{ for here.iter().map(|t| card(&view, t, &onopen)) }</div>
            if here.len() == 1 && !view.alone { <p class="mute">{t!("term.alone")}</p> }
            if !gone.is_empty() {
                <h3>{t!("term.gone")}</h3>
                <div class="terminal-cards">{ for gone.iter().map(|t| card(&view, t, &onopen)) }</div>
            }
            <div class="two-cards">
                <div class="col">
                    <devices::Devices devices={view.devices.clone()} waiting={view.waiting.clone()} only_protected={view.only_protected} pages={view.pages.clone()} again={again.clone()} />
                    <drill::DrillCard drill={view.drill.clone()} names={names(&view)} alone={here.len() < 2} again={again.clone()} />
                    <drill::Takeovers takeovers={view.takeovers.clone()} drill={view.drill.clone()} names={names(&view)} />
                </div>
                <div class="col">
                    {this_one(&view)}
                    <addresses::Addresses addresses={view.addresses.clone()} again={again.clone()} />
                </div>
            </div>
            {sheet}
        </div>
    }
}

/// What the last answer said, also while a newer one is missing.
pub fn seen(polled: &Polled) -> Option<&TerminalsView> {
    match &polled.view {
        Some(View::Terminals(view)) => Some(view),
        _ => None,
    }
}

/// Nothing was ever heard: on its way, or why not.
fn absent(polled: &Polled, again: &Callback<()>) -> Html {
    use domain::rejection::Rejection::{NeedsApproval, NotAllowed};
    match &polled.failed {
        None => html! { <Ghosts n=4 height=84 /> },
        Some(NoAnswer::Refused(refusal)) => match &refusal.why {
            NotAllowed { needs } | NeedsApproval { needs } => closed_door(*needs),
            _ => html! { <Failed why={NoAnswer::Refused(refusal.clone()).sentence()} onretry={again.clone()} /> },
        },
        Some(lost) => html! { <Failed why={lost.sentence()} onretry={again.clone()} /> },
    }
}

fn stale(polled: &Polled) -> Html {
    match &polled.failed {
        Some(why) => {
            html! { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{why.sentence()}{" "}{t!("term.stale")}</span></p> }
        }
        None => html! {},
    }
}

/// Sends a command of this page; what it did is asked for at once.
fn act(app: &App, again: &Callback<()>, command: Command, done: Callback<bool>) {
    let again = again.clone();
    let then = Callback::from(move |answer: Result<Done, Refusal>| {
        again.emit(());
        done.emit(answer.is_ok());
    });
    app.send_then(command, then);
}

pub type Names = Vec<(Origin, String)>;

fn names(view: &TerminalsView) -> Names {
    view.terminals.iter().map(|t| (t.terminal, called(t))).collect()
}

/// What a terminal is called; its letter while nobody named it.
fn called(one: &TerminalView) -> String {
    if one.name.is_empty() { t!("term.letter", letter = one.letter.to_string()) } else { one.name.clone() }
}

fn master(view: &TerminalsView) -> Html {
    let Some(master) = view.terminals.iter().find(|t| t.terminal == view.master) else { return html! {} };
    let name = called(master);
    if view.hears_master {
        let words = if master.me { t!("term.i_am_master") } else { t!("term.master_is", name = name) };
        return html! { <p class="mute" data-testid="master">{words}</p> };
    }
    html! { <p class="notice" role="status" data-testid="master">{icon(Icon::Warning, 20)}<span>{t!("term.no_master", name = name)}</span></p> }
}

/// Whether one hears it, in words.
fn link(one: &TerminalView) -> Mark {
    let mark = |tone, icon, words| Mark { tone, icon, words };
    match (one.shut_out, one.me, one.linked, one.heard) {
        (true, ..) => mark(Tone::Plain, Icon::Lock, t!("term.shut_out")),
        (_, true, ..) => mark(Tone::Go, Icon::Check, t!("term.here")),
        (_, _, true, Some(ms)) if ms > LATELY_MS => mark(Tone::Warm, Icon::Warning, t!("term.silent", ago = span(ms))),
        (_, _, true, _) => mark(Tone::Go, Icon::Check, t!("term.linked")),
        (_, _, false, Some(ms)) => mark(Tone::Warm, Icon::Offline, t!("term.heard", ago = span(ms))),
        (_, _, false, None) => mark(Tone::Plain, Icon::Offline, t!("term.never")),
    }
}

/// "Let in by Ana, 21 Nov 19:40"; nothing where no log says so.
fn let_in(told: Option<&LetInView>) -> String {
    let Some(told) = told else { return String::new() };
    let when = format!("{} {}", format::date(format::date_of(told.at)), format::time(told.at));
    match &told.by {
        Some(name) => t!("term.let_in_by", name = name, when = when),
        None => t!("term.let_in_on", when = when),
    }
}

fn span(ms: u64) -> String {
    crate::app::span(ms)
}

fn card(view: &TerminalsView, one: &TerminalView, onopen: &Callback<Origin>) -> Html {
    let terminal = one.terminal;
    let onclick = onopen.reform(move |_: MouseEvent| terminal);
    let is_master = one.terminal == view.master && !one.shut_out;
    let behind = match (one.me || one.shut_out, one.behind) {
        (true, _) => None,
        (false, 0) => Some(t!("term.has_all")),
        (false, n) => Some(t!("term.behind", n = n)),
    };
    let deaf = !one.me && one.linked && !one.hears_master && !is_master;
    html! {
        <button key={one.terminal.to_string()} type="button" class={classes!("terminal", one.shut_out.then_some("gone"))} {onclick}
            data-testid={format!("terminal-{}", one.letter)}>
            <span class="letter" aria-hidden="true">{one.letter}</span>
            <span class="name">{called(one)}</span>
            <span class="marks">
                {badge(&link(one))}
                if is_master { {badge(&Mark { tone: Tone::Inverse, icon: Icon::Star, words: t!("term.master") })} }
                if deaf { {badge(&Mark { tone: Tone::Warm, icon: Icon::Warning, words: t!("term.deaf") })} }
            </span>
            <span class="facts">
                if one.let_in.is_some() { <span>{let_in(one.let_in.as_ref())}</span> }
                if let Some(behind) = behind { <span>{behind}</span> }
                if let Some(address) = &one.address { <bdi class="num" dir="ltr">{address}</bdi> }
            </span>
        </button>
    }
}

fn this_one(view: &TerminalsView) -> Html {
    html! {
        <section class="card" data-testid="this-terminal">
            <h3>{icon(Icon::Terminals, 22)}{t!("term.this")}</h3>
            <dl class="lines">
                <div><dt>{t!("man.name")}</dt><dd>{if view.name.is_empty() { view.letter.to_string() } else { format!("{} · {}", view.letter, view.name) }}</dd></div>
                <div><dt>{t!("term.listens")}</dt><dd class="num" dir="ltr">{ for view.listens.iter().map(|a| html! { <div key={a.clone()}>{a}</div> }) }
                    if view.listens.is_empty() { {t!("term.listens_not")} }</dd></div>
                <div><dt>{t!("term.key")}</dt><dd class="key" dir="ltr">{&view.key}</dd></div>
                <div><dt>{t!("term.epoch")}</dt><dd>{i18n::shown(view.epoch)}</dd></div>
            </dl>
            <p class="hint">{t!("term.key_hint")}</p>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(me: bool, linked: bool, heard: Option<u64>, shut_out: bool) -> TerminalView {
        TerminalView {
            terminal: Origin(1),
            letter: 'A',
            name: String::new(),
            rank: 0,
            me,
            master: false,
            shut_out,
            linked,
            heard,
            address: None,
            behind: 0,
            hears_master: true,
            let_in: None,
        }
    }

    #[test]
    fn a_link_is_said_in_words() {
        let check = |terminal: TerminalView, words: &str| assert_eq!(link(&terminal).words, words);
        check(one(true, false, None, false), "This one");
        check(one(false, true, Some(900), false), "Connected");
        check(one(false, true, Some(30_000), false), "Silent for 30 s");
        check(one(false, false, Some(120_000), false), "Last heard 2 min ago");
        check(one(false, false, None, false), "Not heard yet");
        check(one(false, true, Some(1), true), "Shut out");
    }

    #[test]
    fn a_terminal_without_a_name_goes_by_its_letter() {
        assert_eq!(called(&one(true, true, None, false)), "Terminal A");
    }
}
