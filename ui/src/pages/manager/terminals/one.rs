//! One terminal: its name, whether it should be master, and shutting it out.

use domain::{command::Command, view::TerminalView};
use yew::prelude::*;

use super::{act, called, link};
use crate::{
    components::{Button, Field, HoldButton, Kind, Sheet, Toggle, badge},
    icons::Icon,
    pages::manager::use_app,
    t,
};

/// The rank of the terminal that should be master; all others stay below it.
const PREFERRED: u8 = 2;
const MAX_NAME: u32 = 40;

#[derive(Properties, PartialEq)]
pub struct TerminalProps {
    pub one: TerminalView,
    pub all: Vec<TerminalView>,
    pub again: Callback<()>,
    pub onclose: Callback<()>,
}

/// It is rather master than every other.
fn is_preferred(one: &TerminalView, all: &[TerminalView]) -> bool {
    let mut others = all.iter().filter(|t| t.terminal != one.terminal && !t.shut_out);
    one.rank > 0 && others.all(|t| t.rank < one.rank)
}

/// What to send so that `one` has this name and is preferred or not. Whoever stood as high steps down.
fn naming(one: &TerminalView, all: &[TerminalView], name: &str, prefer: bool) -> Vec<Command> {
    let set =
        |t: &TerminalView, name: &str, rank| Command::SetTerminal { terminal: t.terminal, name: name.into(), rank };
    let before = is_preferred(one, all);
    let rank = match (before, prefer) {
        (false, true) => PREFERRED,
        (true, false) => 0,
        _ => one.rank,
    };
    let mut commands = vec![set(one, name, rank)];
    if prefer && !before {
        let above = all.iter().filter(|t| t.terminal != one.terminal && !t.shut_out && t.rank >= PREFERRED);
        commands.extend(above.map(|t| set(t, &called(t), PREFERRED - 1)));
    }
    commands
}

fn typing(name: &UseStateHandle<String>) -> Callback<String> {
    let name = name.clone();
    Callback::from(move |text| name.set(text))
}

fn toggling(prefer: &UseStateHandle<bool>) -> Callback<bool> {
    let prefer = prefer.clone();
    Callback::from(move |on| prefer.set(on))
}

#[component]
pub fn TerminalSheet(props: &TerminalProps) -> Html {
    let app = use_app();
    let (one, all) = (&props.one, &props.all);
    let before = is_preferred(one, all);
    let name = use_state(|| one.name.clone());
    let prefer = use_state(|| before);
    let sure = use_state(|| false);
    let oninput = typing(&name);
    let onprefer = toggling(&prefer);
    let send = |commands: Vec<Command>, closes: bool| {
        let (app, again, onclose) = (app.clone(), props.again.clone(), props.onclose.clone());
        Callback::from(move |()| {
            let onclose = onclose.clone();
            let done = Callback::from(move |ok: bool| {
                if ok && closes {
                    onclose.emit(());
                }
            });
            for command in &commands {
                act(&app, &again, command.clone(), done.clone());
            }
        })
    };
    let unsure = |is: bool| {
        Callback::from({
            let sure = sure.clone();
            move |()| sure.set(is)
        })
    };
    let typed = name.trim().to_owned();
    let changed = typed != one.name || *prefer != before;
    let save = send(naming(one, all, &typed, *prefer), true);
    let foot = html! {<>
        <span class="grow"></span>
        <Button label={t!("save")} kind={Kind::Primary} disabled={typed.is_empty() || !changed} onclick={save} id="save-terminal" />
    </>};
    let foot = (!one.shut_out).then_some(foot);
    html! {
        <Sheet title={called(one)} onclose={props.onclose.clone()} id="terminal-sheet" {foot}>
            <p class="row">{badge(&link(one))}<span class="mute">{t!("term.letter", letter = one.letter.to_string())}</span></p>
            if one.shut_out {
                <p>{t!("term.shut_out_what")}</p>
            } else {
                <Field label={t!("man.name")} hint={t!("term.name_hint")} value={(*name).clone()} {oninput} max={MAX_NAME} id="terminal-name" />
                <Toggle label={t!("term.prefer")} on={*prefer} onchange={onprefer} id="terminal-prefer" />
                <p class="hint">{t!("term.prefer_hint")}</p>
                if !one.master {
                    <section class="block"><h3>{t!("term.role")}</h3>
                        <Button label={t!("term.make_master")} icon={Icon::Star} disabled={!one.me && !one.linked} onclick={send(vec![Command::MakeMaster { terminal: one.terminal }], true)} id="make-master" />
                        <p class="hint">{if one.me || one.linked { t!("term.make_master_hint") } else { t!("term.make_master_not") }}</p>
                    </section>
                }
                <section class="block"><h3>{t!("term.lost")}</h3>
                    if one.me {
                        <p class="hint">{t!("term.shut_out_me")}</p>
                    } else if *sure {
                        <p class="notice" data-tone="late" role="alert">{t!("term.shut_out_sure", name = called(one))}</p>
                        <div class="row wrap">
                            <Button label={t!("term.shut_out_not")} onclick={unsure(false)} />
                            <HoldButton label={t!("term.shut_out_go")} icon={Icon::Lock} onhold={send(vec![Command::ShutOut { terminal: one.terminal }], true)} id="shut-out-go" />
                        </div>
                    } else {
                        <p class="hint">{t!("term.shut_out_hint")}</p>
                        <Button label={t!("term.shut_out_ask")} icon={Icon::Lock} kind={Kind::Danger} onclick={unsure(true)} id="shut-out" />
                    }
                </section>
            }
        </Sheet>
    }
}

#[cfg(test)]
mod tests {
    use domain::ids::Origin;

    use super::*;

    fn terminals(ranks: &[u8]) -> Vec<TerminalView> {
        let one = |(i, rank): (usize, &u8)| TerminalView {
            terminal: Origin(i as u64),
            letter: 'A',
            name: format!("T{i}"),
            rank: *rank,
            me: i == 0,
            master: false,
            shut_out: false,
            linked: true,
            heard: Some(1),
            address: None,
            behind: 0,
            hears_master: true,
            let_in: None,
        };
        ranks.iter().enumerate().map(one).collect()
    }

    fn told(ranks: &[u8], which: usize, prefer: bool) -> String {
        let all = terminals(ranks);
        let commands = naming(&all[which], &all, "New", prefer);
        let tell = |c: &Command| match c {
            Command::SetTerminal { terminal, name, rank } => format!("{} {name} {rank}", terminal.0),
            _ => "?".into(),
        };
        commands.iter().map(tell).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn one_terminal_at_most_is_preferred() {
        let check = |ranks: &[u8], preferred: &[bool]| {
            let all = terminals(ranks);
            assert_eq!(all.iter().map(|t| is_preferred(t, &all)).collect::<Vec<_>>(), preferred, "{ranks:?}");
        };
        check(&[1, 0], &[true, false]);
        check(&[1, 2, 0], &[false, true, false]);
        check(&[2, 2], &[false, false]);
        check(&[0, 0], &[false, false]);
    }

    #[test]
    fn who_is_preferred_stands_above_the_others() {
        assert_eq!(told(&[1, 0], 1, true), "1 New 2");
        assert_eq!(told(&[2, 0], 1, true), "1 New 2, 0 T0 1");
        assert_eq!(told(&[2, 0], 0, false), "0 New 0");
        assert_eq!(told(&[2, 0], 0, true), "0 New 2");
        assert_eq!(told(&[2, 1], 1, false), "1 New 1");
    }
}
