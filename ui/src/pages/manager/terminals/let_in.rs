//! Letting a new terminal in: which one, its code, and how it goes.

use domain::{
    command::Command,
    view::{FoundTerminal, JoinStage, TerminalsView},
};
use yew::prelude::*;

use super::{act, code};
use crate::{
    components::{Button, Empty, Field, Ghosts, Kind, NumberPad, Sheet, enter_key},
    icons::{Icon, icon},
    pages::manager::use_app,
    t,
};

/// After this many more answers an unchanged stage is news, not what was left from before.
const OLD_NEWS: u32 = 2;

#[derive(Properties, PartialEq)]
pub struct LetInProps {
    pub view: TerminalsView,
    /// How many answers came so far.
    pub n: u32,
    pub again: Callback<()>,
    pub onclose: Callback<()>,
}

/// A code on its way to the new terminal.
#[derive(Clone, PartialEq)]
struct Sent {
    /// The stage before it was sent, and how many answers had come.
    before: JoinStage,
    n: u32,
}

#[component]
pub fn LetInSheet(props: &LetInProps) -> Html {
    let app = use_app();
    let chosen = use_state(|| None::<FoundTerminal>);
    let typed = use_state(String::new);
    let code = use_state(String::new);
    let sent = use_state(|| None::<Sent>);
    let stage = stage(sent.as_ref(), &props.view.joining, props.n);
    let wrong = matches!(stage, Some(JoinStage::WrongCode | JoinStage::Failed { .. }));
    {
        // It is read again, not mended.
        let code = code.clone();
        use_effect_with(wrong, move |wrong| {
            if *wrong {
                code.set(String::new());
            }
        });
    }
    let submit = {
        let (app, chosen, code, sent) = (app.clone(), chosen.clone(), code.clone(), sent.clone());
        let (again, before, n) = (props.again.clone(), props.view.joining.clone(), props.n);
        Callback::from(move |()| {
            let Some(to) = &*chosen else { return };
            if code.len() < code::DIGITS {
                return;
            }
            sent.set(Some(Sent { before: before.clone(), n }));
            let sent = sent.clone();
            let done = Callback::from(move |ok: bool| {
                if !ok {
                    sent.set(None);
                }
            });
            act(&app, &again, Command::LetIn { address: to.address.clone(), code: (*code).clone() }, done);
        })
    };
    let onkey = {
        let (code, sent) = (code.clone(), sent.clone());
        Callback::from(move |c: char| {
            if code.len() < code::DIGITS {
                sent.set(None);
                code.set(format!("{}{c}", *code));
            }
        })
    };
    let onerase = {
        let code = code.clone();
        Callback::from(move |()| code.set(code.get(..code.len().saturating_sub(1)).unwrap_or_default().to_owned()))
    };
    let calling = matches!(stage, Some(JoinStage::Calling { .. }) | Some(JoinStage::Idle));
    let onenter = (code.len() == code::DIGITS).then_some(submit);
    let corner = enter_key(t!("term.let_in"), "let-in-go", &onenter);
    let another = start_over(&chosen, &sent, &code);
    let body = match (&*chosen, &stage) {
        (Some(_), Some(JoinStage::LetIn { name, letter })) => is_in(name, *letter, &props.onclose),
        (Some(to), _) if calling => being_called(to, &code),
        (Some(to), stage) => html! {<>
            <div class="row"><h3 class="grow">{t!("term.code_of", name = name_of(to))}</h3><Button label={t!("term.another")} kind={Kind::Plain} onclick={another} /></div>
            {code::boxes(&code, wrong)}
            {fault(stage.as_ref())}
            <NumberPad {onkey} {onerase} {onenter} {corner} />
        </>},
        (None, _) => choose(&props.view.found, &chosen, &typed),
    };
    html! {
        <Sheet title={t!("term.let_in")} onclose={props.onclose.clone()} id="let-in-sheet">{body}</Sheet>
    }
}

fn start_over(
    chosen: &UseStateHandle<Option<FoundTerminal>>,
    sent: &UseStateHandle<Option<Sent>>,
    code: &UseStateHandle<String>,
) -> Callback<()> {
    let (chosen, sent, code) = (chosen.clone(), sent.clone(), code.clone());
    Callback::from(move |()| {
        chosen.set(None);
        sent.set(None);
        code.set(String::new());
    })
}

fn being_called(to: &FoundTerminal, code: &str) -> Html {
    html! {<>
        <h3>{t!("term.calling", name = name_of(to))}</h3>
        {code::boxes(code, false)}
        <p class="mute" role="status" data-testid="let-in-stage">{t!("term.calling_what")}</p>
        <Ghosts n=2 height=48 />
    </>}
}

/// What came of the code that was sent: `Idle` until the terminal has said anything newer than before it.
fn stage(sent: Option<&Sent>, joining: &JoinStage, n: u32) -> Option<JoinStage> {
    let sent = sent?;
    let news = *joining != sent.before || n >= sent.n + OLD_NEWS;
    Some(if news { joining.clone() } else { JoinStage::Idle })
}

fn name_of(to: &FoundTerminal) -> String {
    if to.name.is_empty() { to.address.clone() } else { to.name.clone() }
}

/// New terminals nearby, or the address of one.
fn choose(
    found: &[FoundTerminal],
    chosen: &UseStateHandle<Option<FoundTerminal>>,
    typed: &UseStateHandle<String>,
) -> Html {
    let take = |to: FoundTerminal| {
        let chosen = chosen.clone();
        Callback::from(move |()| chosen.set(Some(to.clone())))
    };
    let address = typed.trim().to_owned();
    let by_hand = take(FoundTerminal { name: String::new(), address: address.clone() });
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |text| typed.set(text))
    };
    let good = address.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok());
    let enter = if good { by_hand.clone() } else { Callback::noop() };
    html! {<>
        <p>{t!("term.let_in_what")}</p>
        <section class="block"><h3>{t!("term.nearby")}</h3>
            if found.is_empty() { <Empty icon={Icon::Terminals} title={t!("term.nobody")} next={t!("term.nobody_next")} /> }
            <div class="ways">{ for found.iter().map(|to| html! {
                <button key={to.address.clone()} class="way" type="button" onclick={take(to.clone()).reform(|_: MouseEvent| ())} data-testid="found">
                    {icon(Icon::Terminals, 30)}<b>{name_of(to)}</b><span dir="ltr">{&to.address}</span>
                </button>
            })}</div>
        </section>
        <section class="block"><h3>{t!("term.by_address")}</h3>
            <Field label={t!("term.address")} hint={t!("term.address_hint")} value={(**typed).clone()} {oninput} onenter={enter}
                placeholder="192.168.1.21:7710" id="let-in-address" />
            <Button label={t!("next")} disabled={!good} onclick={by_hand} id="let-in-next" />
        </section>
    </>}
}

fn fault(stage: Option<&JoinStage>) -> Html {
    let words = match stage {
        Some(JoinStage::WrongCode) => t!("term.wrong_code"),
        Some(JoinStage::Failed { why }) => format!("{} {why}", t!("term.failed")),
        _ => return html! { <p class="mute">{t!("term.code_where")}</p> },
    };
    html! { <p class="pin-fault" role="alert" data-testid="let-in-stage">{words}</p> }
}

fn is_in(name: &str, letter: char, onclose: &Callback<()>) -> Html {
    html! {
        <div data-testid="let-in-stage">
            <Empty icon={Icon::Works} title={t!("term.is_in", name = if name.is_empty() { t!("term.letter", letter = letter.to_string()) } else { name.to_owned() })} next={t!("term.is_in_next", letter = letter.to_string())}>
                <Button label={t!("done")} kind={Kind::Primary} onclick={onclose.clone()} id="let-in-done" />
            </Empty>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_said_before_the_code_is_no_answer_to_it() {
        let sent = Sent { before: JoinStage::WrongCode, n: 7 };
        let check = |joining: JoinStage, n, said: JoinStage| assert_eq!(stage(Some(&sent), &joining, n), Some(said));
        check(JoinStage::WrongCode, 8, JoinStage::Idle);
        check(JoinStage::WrongCode, 9, JoinStage::WrongCode);
        let calling = JoinStage::Calling { address: "10.0.0.2:7790".into() };
        check(calling.clone(), 8, calling);
        assert_eq!(stage(None, &JoinStage::WrongCode, 9), None);
    }
}
