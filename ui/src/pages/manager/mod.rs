//! The manager's pages: the day at a glance, what is behind its figures, and everything the house is made of.
//!
//! [`ManagerPage`] draws the rail and the section of the address. Sections read the app's state and ask their own questions;
//! documents (menu, floor, settings) are edited as drafts and published whole, see [`draft`].

mod charts;
mod check_detail;
mod checks;
mod day;
mod day_sheets;
mod draft;
mod file;
mod floor;
mod floor_plan;
mod history;
mod late;
mod menu;
mod menu_file;
mod menu_groups;
mod menu_item;
mod menu_lists;
mod menu_taxes;
mod paper;
mod printers;
mod range;
mod refund;
mod reports;
mod settings;
mod settings_lists;
mod staff;
pub mod terminals;
mod today;
mod words;
mod zreports;

pub use draft::keep_all as keep_drafts;

use domain::{
    command::Command,
    query::{Done, View},
    rejection::{Refusal, Rejection},
    staff::Permission,
};
use yew::prelude::*;

use crate::{
    app::{App, Link, NoAnswer, Remote, Top},
    browser,
    components::{Empty, Failed, Ghosts},
    i18n,
    icons::{Icon, icon},
    route::Route,
    t,
};

/// One page of the manager.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Today,
    Reports,
    Checks,
    Day,
    Menu,
    Floor,
    Staff,
    Printers,
    Terminals,
    Settings,
}

impl Section {
    const SERVICE: [Section; 4] = [Section::Today, Section::Reports, Section::Checks, Section::Day];
    const HOUSE: [Section; 6] =
        [Section::Menu, Section::Floor, Section::Staff, Section::Printers, Section::Terminals, Section::Settings];

    /// The section of an address such as `menu/item/espresso`, and what follows its name.
    fn read(path: &str) -> (Section, &str) {
        let (name, rest) = path.split_once('/').unwrap_or((path, ""));
        let all = Section::SERVICE.into_iter().chain(Section::HOUSE);
        (all.into_iter().find(|s| s.path() == name).unwrap_or(Section::Today), rest)
    }

    fn path(self) -> &'static str {
        match self {
            Section::Today => "",
            Section::Reports => "reports",
            Section::Checks => "checks",
            Section::Day => "day",
            Section::Menu => "menu",
            Section::Floor => "floor",
            Section::Staff => "staff",
            Section::Printers => "printers",
            Section::Terminals => "terminals",
            Section::Settings => "settings",
        }
    }

    fn id(self) -> &'static str {
        if self == Section::Today { "today" } else { self.path() }
    }

    fn icon(self) -> Icon {
        match self {
            Section::Today => Icon::Sun,
            Section::Reports => Icon::Chart,
            Section::Checks => Icon::Receipt,
            Section::Day => Icon::Drawer,
            Section::Menu => Icon::Menu,
            Section::Floor => Icon::Floor,
            Section::Staff => Icon::Guests,
            Section::Printers => Icon::Printer,
            Section::Terminals => Icon::Terminals,
            Section::Settings => Icon::Gear,
        }
    }

    fn label(self) -> String {
        match self {
            Section::Today => t!("man.today"),
            Section::Reports => t!("man.reports"),
            Section::Checks => t!("nav.checks"),
            Section::Day => t!("nav.day"),
            Section::Menu => t!("man.menu"),
            Section::Floor => t!("man.floor"),
            Section::Staff => t!("man.staff"),
            Section::Printers => t!("man.printers"),
            Section::Terminals => t!("man.terminals"),
            Section::Settings => t!("man.settings"),
        }
    }

    /// What one must be allowed to do to see it. The terminal asks again; this only keeps closed doors out of sight.
    fn needs(self) -> Permission {
        match self {
            Section::Today | Section::Reports => Permission::CloseDay,
            Section::Checks => Permission::TakePayments,
            Section::Day => Permission::RunDrawer,
            Section::Printers => Permission::TakeOrders,
            Section::Menu | Section::Floor | Section::Terminals | Section::Settings => Permission::EditStore,
            Section::Staff => Permission::EditStaff,
        }
    }

    /// The name of its draft, when it edits a document.
    fn draft(self) -> Option<&'static str> {
        match self {
            Section::Menu => Some(draft::MENU),
            Section::Floor => Some(draft::FLOOR),
            Section::Settings => Some(draft::SETTINGS),
            _ => None,
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ManagerProps {
    /// The address after `manager/`; empty is today.
    pub section: AttrValue,
}

/// The rail and the chosen section.
#[component]
pub fn ManagerPage(props: &ManagerProps) -> Html {
    let app = use_app();
    let (section, rest) = Section::read(&props.section);
    // On a phone the rail and its tabs are wider than the screen.
    use_effect_with((props.section.clone(), app.config().is_some() && app.me().is_some()), |_| {
        browser::reveal(".mgr-link[aria-current]");
        browser::reveal(".mgr-head + .tabs .tab[aria-selected=true]");
    });
    let (Some(me), Some(_)) = (app.me(), app.config()) else { return html! { <Ghosts n=5 height=96 /> } };
    let may = |s: Section| me.permissions.contains(&s.needs());
    // Somebody who may not see the day is led to the first page that is theirs.
    let first = Section::SERVICE.into_iter().chain(Section::HOUSE).find(|s| may(*s));
    let section = match first {
        Some(first) if props.section.is_empty() && !may(section) => first,
        _ => section,
    };
    // Whoever looks up a receipt or counts a drawer here is no manager.
    let title = if may(Section::Today) { t!("nav.manager") } else { section.label() };
    let down = matches!(app.state().link, Link::Down { .. });
    let floor = {
        let app = app.clone();
        Callback::from(move |()| app.open(&Route::Floor))
    };
    html! {
        <>
        <Top {title} onback={floor} />
        <main class="page"><div class="mgr">
            <nav class="mgr-rail scroll" aria-label={t!("man.sections")}>
                {rail(&app, t!("man.group_service"), &Section::SERVICE, section, &may)}
                {rail(&app, t!("man.group_house"), &Section::HOUSE, section, &may)}
            </nav>
            <div class="mgr-main" data-testid={format!("manager-{}", section.id())}>
                if down { <p class="notice" role="status">{icon(Icon::Offline, 20)}<span>{t!("man.offline")}</span></p> }
                if may(section) { {page(section, rest)} } else { {closed_door(section.needs())} }
            </div>
        </div></main>
        </>
    }
}

fn rail(app: &App, title: String, sections: &[Section], chosen: Section, may: &dyn Fn(Section) -> bool) -> Html {
    let shown: Vec<Section> = sections.iter().copied().filter(|s| may(*s)).collect();
    if shown.is_empty() {
        return html! {};
    }
    html! {
        <div class="mgr-group">
            <h3>{title}</h3>
            { for shown.into_iter().map(|s| {
                let onclick = open(app, s.path()).reform(|_: MouseEvent| ());
                let unsaved = s.draft().is_some_and(|name| app.config().is_some_and(|c| draft::is_unsaved(name, &c)));
                html! {
                    <button key={s.id()} type="button" class="mgr-link" {onclick} data-testid={format!("go-{}", s.id())}
                        aria-current={(s == chosen).then_some("page")}>
                        {icon(s.icon(), 22)}<span class="grow">{s.label()}</span>
                        if unsaved { <span class="unsaved-dot" title={t!("man.unsaved")}><span class="vh">{t!("man.unsaved")}</span></span> }
                    </button>
                }
            })}
        </div>
    }
}

fn page(section: Section, rest: &str) -> Html {
    let rest = AttrValue::from(rest.to_owned());
    match section {
        Section::Today => html! { <today::Today /> },
        Section::Reports => html! { <reports::Reports /> },
        Section::Checks => html! { <checks::Checks open={rest} /> },
        Section::Day => html! { <day::Day /> },
        Section::Menu => html! { <menu::MenuPages path={rest} /> },
        Section::Floor => html! { <floor::FloorEditor /> },
        Section::Staff => html! { <staff::Staff /> },
        Section::Printers => html! { <printers::Printers /> },
        Section::Terminals => html! { <terminals::Terminals /> },
        Section::Settings => html! { <settings::SettingsPage /> },
    }
}

/// Not for this person: whose it is, in words, and what to do.
fn closed_door(needs: Permission) -> Html {
    html! { <Empty icon={Icon::Lock} title={t!("man.not_yours")} next={t!("man.not_yours_next", needs = i18n::refusal::permission(needs))} /> }
}

/// The app; the manager's pages are only ever drawn inside it.
#[hook]
fn use_app() -> App {
    use_context::<App>().expect("pages are drawn inside the app")
}

/// Sends what must not be done twice: until it is answered, further commands are not sent and the first result is true.
/// `done` follows when it was.
#[hook]
fn use_once(done: Callback<()>) -> (bool, Callback<Command>) {
    let app = use_app();
    let busy = use_state_eq(|| false);
    // Two taps may come before the page is drawn anew.
    let sent = use_mut_ref(|| false);
    let send = {
        let busy = busy.clone();
        Callback::from(move |command| {
            if sent.replace(true) {
                return;
            }
            busy.set(true);
            let (sent, busy, done) = (sent.clone(), busy.clone(), done.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                sent.replace(false);
                busy.set(false);
                if answer.is_ok() {
                    done.emit(());
                }
            });
            app.send_then(command, then);
        })
    };
    (*busy, send)
}

/// Says so and closes the sheet, for [`use_once`].
fn noted(words: String, app: &App, onclose: &Callback<()>) -> Callback<()> {
    let (app, onclose) = (app.clone(), onclose.clone());
    Callback::from(move |()| {
        app.toast(words.clone());
        onclose.emit(());
    })
}

/// A callback that shows a manager's page.
fn open(app: &App, path: &str) -> Callback<()> {
    let (app, path) = (app.clone(), path.to_owned());
    Callback::from(move |()| app.open(&Route::Manager(path.clone())))
}

/// Title of a section with its tools at the other end.
fn head(title: &str, tools: Html) -> Html {
    html! { <header class="mgr-head"><h2>{title}</h2><div class="tools">{tools}</div></header> }
}

/// Draws an answer in each of its states; `draw` gets the view when it is here and of the expected kind.
fn remote(answer: &Remote, again: &Callback<()>, draw: impl FnOnce(&View) -> Option<Html>) -> Html {
    match answer {
        Remote::Loading => html! { <Ghosts n=4 height=84 /> },
        Remote::Failed(NoAnswer::Refused(refusal)) => match &refusal.why {
            Rejection::NotAllowed { needs } | Rejection::NeedsApproval { needs } => closed_door(*needs),
            _ => html! { <Failed why={NoAnswer::Refused(refusal.clone()).sentence()} onretry={again.clone()} /> },
        },
        Remote::Failed(lost) => html! { <Failed why={lost.sentence()} onretry={again.clone()} /> },
        Remote::Here(view) => {
            draw(view).unwrap_or_else(|| html! { <Failed why={t!("man.strange_answer")} onretry={again.clone()} /> })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lead_to_their_sections() {
        let check =
            |path: &str, section: Section, rest: &str| assert_eq!(Section::read(path), (section, rest), "{path}");
        check("", Section::Today, "");
        check("reports", Section::Reports, "");
        check("checks/9f3k2m0a-17", Section::Checks, "9f3k2m0a-17");
        check("menu/item/espresso", Section::Menu, "item/espresso");
        check("terminals", Section::Terminals, "");
        check("nothing", Section::Today, "");
    }
}
