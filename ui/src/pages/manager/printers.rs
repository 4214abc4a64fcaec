//! Printers with the age of their last proof, and the ledger of every slip.

use domain::{
    command::Command,
    ids::PrinterId,
    query::{Done, Query, View},
    rejection::Refusal,
    settings::Printer,
    view::{ConfigView, PrinterState, PrinterView, SlipState, SlipView},
};
use yew::prelude::*;

use super::{head, open, paper, remote, use_app, words};
use crate::{
    app::{App, use_view},
    components::{Button, Empty, HoldButton, Sheet, Tab, Tabs, badge},
    format,
    i18n::{self, reason},
    icons::{Icon, icon},
    t,
};

/// Which slips are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filter {
    /// Whoever runs the shift should look.
    Look,
    Waiting,
    All,
}

impl Filter {
    const ALL: [Filter; 3] = [Filter::Look, Filter::Waiting, Filter::All];

    fn key(self) -> &'static str {
        match self {
            Filter::Look => "look",
            Filter::Waiting => "waiting",
            Filter::All => "all",
        }
    }

    fn label(self) -> String {
        match self {
            Filter::Look => t!("man.slips_look"),
            Filter::Waiting => t!("man.slips_waiting"),
            Filter::All => t!("man.slips_all"),
        }
    }

    fn shows(self, slip: &SlipView) -> bool {
        match self {
            Filter::Look => slip.state == SlipState::Unknown || (slip.tries > 1 && slip.state == SlipState::Queued),
            Filter::Waiting => matches!(slip.state, SlipState::Queued | SlipState::Sending),
            Filter::All => true,
        }
    }
}

#[component]
pub fn Printers() -> Html {
    let app = use_app();
    let (printers, printers_again) = use_view(Query::Printers);
    let (slips, slips_again) = use_view(Query::Slips);
    let filter = use_state(|| None::<Filter>);
    let picture = use_state(|| None::<(u64, String, PrinterId)>);
    // The stream tells of every slip and printer; the lists here are asked for again when it does.
    let news = {
        let state = app.state();
        let slips: Vec<(u64, SlipState, u32)> = state.slips.values().map(|s| (s.job, s.state, s.tries)).collect();
        let printers: Vec<(Option<i64>, u32, PrinterState)> =
            state.printers.values().map(|p| (p.proved, p.waiting, p.state)).collect();
        (slips, printers)
    };
    {
        let (printers, slips) = (printers_again.clone(), slips_again.clone());
        use_effect_with(news, move |_| {
            printers.emit(());
            slips.emit(());
        });
    }
    let Some(config) = app.config() else { return html! {} };
    let onpicture = {
        let picture = picture.clone();
        Callback::from(move |slip: (u64, String, PrinterId)| picture.set(Some(slip)))
    };
    let onclose = {
        let picture = picture.clone();
        Callback::from(move |()| picture.set(None))
    };
    let onfilter = {
        let filter = filter.clone();
        Callback::from(move |key: AttrValue| filter.set(Filter::ALL.into_iter().find(|f| f.key() == key.as_str())))
    };
    let may_edit = app.me().is_some_and(|me| me.permissions.contains(&domain::staff::Permission::EditStore));
    let tools = html! { if may_edit { <Button label={t!("man.printer_settings")} icon={Icon::Gear} onclick={open(&app, "settings")} /> } };
    html! {
        <div class="printers scroll">
            {head(&t!("man.printers"), tools)}
            {remote(&printers, &printers_again, |view| {
                let View::Printers(printers) = view else { return None };
                Some(cards(&app, &config, printers, may_edit, &printers_again))
            })}
            <h3>{t!("man.ledger")}</h3>
            <p class="mute">{t!("man.ledger_what")}</p>
            {remote(&slips, &slips_again, |view| {
                let View::Slips(slips) = view else { return None };
                Some(ledger(&app, &config, slips, *filter, &onfilter, &onpicture, &slips_again))
            })}
            if let Some((job, title, printer)) = &*picture { <Picture job={*job} title={title.clone()} printer={printer.clone()} {onclose} /> }
        </div>
    }
}

fn cards(app: &App, config: &ConfigView, views: &[PrinterView], may_test: bool, again: &Callback<()>) -> Html {
    if config.settings.printers.is_empty() {
        return html! { <Empty icon={Icon::Printer} title={t!("man.no_printer")} next={t!("man.no_printer_next")} /> };
    }
    html! {
        <div class="printer-cards">
            { for config.settings.printers.iter().map(|p| card(app, config, p, views.iter().find(|v| v.printer == p.id), may_test, again)) }
        </div>
    }
}

fn card(
    app: &App,
    config: &ConfigView,
    p: &Printer,
    view: Option<&PrinterView>,
    may_test: bool,
    again: &Callback<()>,
) -> Html {
    let state = view.map_or(PrinterState::Unproved, |v| v.state);
    let test = {
        let (app, printer, again) = (app.clone(), p.id.clone(), again.clone());
        Callback::from(move |()| {
            let (said, again) = (app.clone(), again.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                if answer.is_ok() {
                    said.toast(t!("man.test_sent"));
                    again.emit(());
                }
            });
            app.send_then(Command::TestPrint { printer: printer.clone() }, then);
        })
    };
    let mut serves: Vec<String> = config
        .settings
        .stations
        .iter()
        .filter(|s| s.printer.as_ref() == Some(&p.id))
        .map(|s| i18n::words(&s.name))
        .collect();
    if config.settings.receipt_printer.as_ref() == Some(&p.id) {
        serves.push(t!("man.receipts"));
    }
    let proof = match view.and_then(|v| v.proved) {
        Some(at) => t!("man.proved", ago = words::ago(at, app.now().at)),
        None => t!("man.never_proved"),
    };
    html! {
        <section key={p.id.to_string()} class="card printer" data-testid={format!("printer-{}", p.id)}>
            <h3>{icon(Icon::Printer, 22)}{&p.name}</h3>
            <p>{badge(&words::printer_state(state))}</p>
            if let Some(view) = view.filter(|v| !v.why.is_none()) { <p class="why">{reason::words(&view.why)}</p> }
            <p class="proof">{proof}</p>
            <dl class="lines">
                <div><dt>{t!("man.waiting")}</dt><dd>{view.map_or(0, |v| v.waiting)}</dd></div>
                <div><dt>{t!("man.address")}</dt><dd class="num" dir="ltr">{&p.address}</dd></div>
                <div><dt>{t!("man.prints")}</dt><dd>{listed(&serves)}</dd></div>
            </dl>
            if may_test { <Button label={t!("man.test_print")} icon={Icon::Receipt} wide=true onclick={test} id={format!("test-{}", p.id)} /> }
        </section>
    }
}

/// Names in a row, each in its own script's direction, so that commas and order are the page's.
fn listed(names: &[String]) -> Html {
    let one = |(i, name): (usize, &String)| html! { <>if i > 0 { {", "} }<bdi>{name}</bdi></> };
    html! { <>{ for names.iter().enumerate().map(one) }</> }
}

fn ledger(
    app: &App,
    config: &ConfigView,
    slips: &[SlipView],
    filter: Option<Filter>,
    onfilter: &Callback<AttrValue>,
    onpicture: &Callback<(u64, String, PrinterId)>,
    again: &Callback<()>,
) -> Html {
    let count = |f: Filter| slips.iter().filter(|s| f.shows(s)).count();
    // What needs eyes comes first; without it, everything.
    let filter = filter.unwrap_or(if count(Filter::Look) > 0 { Filter::Look } else { Filter::All });
    let tabs: Vec<Tab> = Filter::ALL
        .iter()
        .map(|f| Tab { key: f.key().into(), label: f.label().into(), n: count(*f).to_string().into() })
        .collect();
    let mut shown: Vec<&SlipView> = slips.iter().filter(|s| filter.shows(s)).collect();
    shown.sort_by_key(|s| std::cmp::Reverse(s.job));
    html! {<>
        <Tabs {tabs} chosen={filter.key()} onchoose={onfilter.clone()} name={t!("man.ledger")} />
        if shown.is_empty() {
            <Empty icon={Icon::Works} title={if filter == Filter::All { t!("man.no_slips") } else { t!("man.no_slips_here") }} />
        }
        <div class="slips">{ for shown.into_iter().map(|s| slip_row(app, config, s, onpicture, again)) }</div>
    </>}
}

fn slip_row(
    app: &App,
    config: &ConfigView,
    s: &SlipView,
    onpicture: &Callback<(u64, String, PrinterId)>,
    again: &Callback<()>,
) -> Html {
    let act = |command: Command, said: String| {
        let (app, again) = (app.clone(), again.clone());
        Callback::from(move |()| {
            let (toast, again, said) = (app.clone(), again.clone(), said.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                if answer.is_ok() {
                    toast.toast(said.clone());
                    again.emit(());
                }
            });
            app.send_then(command.clone(), then);
        })
    };
    let open = matches!(s.state, SlipState::Queued | SlipState::Unknown);
    let title = if s.title.is_empty() { words::slip_kind(s.what) } else { s.title.clone() };
    let (job, named, printer) = (s.job, title.clone(), s.printer.clone());
    let picture = onpicture.reform(move |()| (job, named.clone(), printer.clone()));
    html! {
        <article key={s.job} class="slip" data-state={format!("{:?}", s.state).to_lowercase()} data-testid={format!("slip-{}", s.job)}>
            <div class="what"><strong>{title}</strong>
                <span class="facts">{words::slip_kind(s.what)}{" · "}{words::printer(config, &s.printer)}{" · "}{format::time(s.queued)}
                    if s.tries > 1 { {" · "}{t!("man.tries", n = s.tries)} }</span>
                if !s.why.is_none() { <span class="why">{reason::words(&s.why)}</span> }
            </div>
            {badge(&words::slip_state(s.what, s.state))}
            <div class="ways">
                <Button label={t!("man.picture")} icon={Icon::Eye} kind={crate::components::Kind::Plain} onclick={picture} />
                if s.what != domain::view::SlipKind::Drawer {
                    <Button label={t!("man.print_again")} icon={Icon::Repeat} onclick={act(Command::Reprint { job: s.job }, t!("man.reprinting"))} id={format!("reprint-{}", s.job)} />
                }
                if open { <HoldButton label={t!("man.drop")} icon={Icon::Bin} onhold={act(Command::DropSlip { job: s.job }, t!("man.slip_given_up"))} id={format!("drop-{}", s.job)} /> }
            </div>
        </article>
    }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    job: u64,
    title: AttrValue,
    printer: PrinterId,
    onclose: Callback<()>,
}

/// A slip as it was printed.
#[component]
fn Picture(props: &PictureProps) -> Html {
    let app = use_app();
    let (slip, again) = use_view(Query::SlipPicture { job: props.job });
    let columns = app
        .config()
        .and_then(|c| c.settings.printers.iter().find(|p| p.id == props.printer).map(|p| usize::from(p.columns)))
        .unwrap_or(paper::COLUMNS);
    html! {
        <Sheet title={props.title.clone()} onclose={props.onclose.clone()} id="slip-picture">
            {remote(&slip, &again, |view| {
                let View::Paper(slip) = view else { return None };
                Some(html! { <div class="paper-desk">{paper::slip(slip, columns)}</div> })
            })}
        </Sheet>
    }
}
