//! The menu out to a file and in from one: every fault by its line before anything is changed.

use domain::{
    command::{Command, MenuFormat},
    ids::ItemId,
    query::{Done, Query, View},
    rejection::Refusal,
    view::ImportView,
};
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::{file, use_app, words};
use crate::{
    app::{App, NoAnswer},
    components::{Button, Empty, Ghosts, Kind},
    icons::{Icon, icon},
    t,
};

/// The largest file the terminal reads, in bytes.
const MAX_FILE: usize = 2 * 1024 * 1024;

#[derive(Properties, PartialEq)]
pub struct MenuFileProps {
    /// There is a draft; an import publishes beside it.
    pub draft_open: bool,
}

/// A file a person chose and what it would do.
#[derive(Clone, PartialEq)]
struct Tried {
    name: String,
    format: MenuFormat,
    text: String,
    answer: Option<Result<ImportView, NoAnswer>>,
}

#[component]
pub fn MenuFile(props: &MenuFileProps) -> Html {
    let app = use_app();
    let tried = use_state(|| None::<Tried>);
    let chosen = {
        let (app, tried) = (app.clone(), tried.clone());
        Callback::from(move |(name, text): (String, String)| {
            if text.len() > MAX_FILE {
                return app.toast(t!("man.file.too_large"));
            }
            let format = if name.to_lowercase().ends_with(".json") { MenuFormat::Json } else { MenuFormat::Csv };
            let this = Tried { name, format, text: text.clone(), answer: None };
            tried.set(Some(this.clone()));
            let tried = tried.clone();
            app.ask(
                Query::TryImport { format, text },
                Callback::from(move |answer: Result<View, NoAnswer>| {
                    let answer = match answer {
                        Ok(View::Import(view)) => Ok(view),
                        Ok(_) => Err(NoAnswer::Lost),
                        Err(no) => Err(no),
                    };
                    tried.set(Some(Tried { answer: Some(answer), ..this.clone() }));
                }),
            );
        })
    };
    let onfile = Callback::from(move |e: Event| {
        if let Some(input) = e.target().and_then(|t| t.dyn_into::<HtmlInputElement>().ok()) {
            file::read(&input, chosen.clone());
        }
    });
    let forget = {
        let tried = tried.clone();
        Callback::from(move |()| tried.set(None))
    };
    html! {
        <div class="menu-file">
            <section class="card form">
                <h3>{icon(Icon::Download, 22)}{t!("man.file.out")}</h3>
                <p class="mute">{t!("man.file.out_what")}</p>
                <div class="row wrap">
                    <Button label={t!("man.file.csv")} icon={Icon::Download} onclick={export(&app, MenuFormat::Csv)} id="export-csv" />
                    <Button label={t!("man.file.json")} icon={Icon::Download} onclick={export(&app, MenuFormat::Json)} id="export-json" />
                </div>
            </section>
            <section class="card form">
                <h3>{icon(Icon::Upload, 22)}{t!("man.file.in")}</h3>
                <p class="mute">{t!("man.file.in_what")}</p>
                if props.draft_open { <p class="warn-line small">{icon(Icon::Warning, 22)}<span>{t!("man.file.draft_open")}</span></p> }
                <label class="btn file-btn">{icon(Icon::Upload, 20)}<span>{t!("man.file.choose")}</span>
                    <input type="file" class="vh" accept=".csv,.json,.tsv,.txt,text/csv,application/json" onchange={onfile} data-testid="import-file" /></label>
                if let Some(tried) = &*tried { {outcome(&app, tried, &forget)} }
            </section>
        </div>
    }
}

fn export(app: &App, format: MenuFormat) -> Callback<()> {
    let app = app.clone();
    Callback::from(move |()| {
        let said = app.clone();
        app.ask(
            Query::ExportMenu { format },
            Callback::from(move |answer: Result<View, NoAnswer>| match answer {
                Ok(View::Text(text)) => {
                    let (name, kind) = match format {
                        MenuFormat::Csv => ("menu.csv", "text/csv"),
                        MenuFormat::Json => ("menu.json", "application/json"),
                    };
                    file::save(name, kind, &text);
                    said.toast(t!("man.csv_saved"));
                }
                Ok(_) => said.toast(t!("man.strange_answer")),
                Err(no) => said.toast(no.sentence()),
            }),
        );
    })
}

fn outcome(app: &App, tried: &Tried, forget: &Callback<()>) -> Html {
    match &tried.answer {
        None => html! { <Ghosts n=2 height=48 /> },
        Some(Err(no)) => {
            html! { <p class="warn-line small" role="alert">{icon(Icon::Warning, 22)}<span>{no.sentence()}</span></p> }
        }
        Some(Ok(view)) if !view.faults.is_empty() => faults(tried, view),
        Some(Ok(view)) => changes(app, tried, view, forget),
    }
}

fn faults(tried: &Tried, view: &ImportView) -> Html {
    html! {
        <div data-testid="import-faults">
            <p class="warn-line small" role="alert">{icon(Icon::Warning, 22)}<span>{t!("man.file.faults", name = tried.name, n = view.faults.len())}</span></p>
            <table class="table">
                <thead><tr><th class="r">{t!("man.file.line")}</th><th>{t!("man.file.column")}</th><th>{t!("man.file.what")}</th></tr></thead>
                <tbody>{ for view.faults.iter().enumerate().map(|(i, f)| html! {
                    <tr key={i}><td class="r">{if f.line == 0 { "–".to_owned() } else { f.line.to_string() }}</td><td>{&f.column}</td><td>{&f.what}</td></tr>
                })}</tbody>
            </table>
        </div>
    }
}

fn changes(app: &App, tried: &Tried, view: &ImportView, forget: &Callback<()>) -> Html {
    if view.added.is_empty() && view.changed.is_empty() && view.removed.is_empty() && tried.format == MenuFormat::Csv {
        return html! { <Empty icon={Icon::Works} title={t!("man.file.nothing")} /> };
    }
    let publish = {
        let (app, forget) = (app.clone(), forget.clone());
        let (format, text) = (tried.format, tried.text.clone());
        Callback::from(move |()| {
            let (said, forget) = (app.clone(), forget.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                if answer.is_ok() {
                    said.toast(t!("man.published"));
                    said.fetch_config();
                    forget.emit(());
                }
            });
            app.send_then(Command::ImportMenu { format, text: text.clone() }, then);
        })
    };
    let list = |title: String, ids: &[ItemId]| {
        let names: Vec<String> =
            ids.iter().map(|id| app.config().map_or_else(|| id.to_string(), |c| words::item(&c, id))).collect();
        html! { if !names.is_empty() { <details open={names.len() <= 12}><summary>{title}</summary><p>{names.join(crate::i18n::comma())}</p></details> } }
    };
    html! {
        <div class="col" data-testid="import-changes">
            <p>{t!("man.file.would", name = tried.name)}</p>
            {list(t!("man.menu.n_added", n = view.added.len()), &view.added)}
            {list(t!("man.menu.n_changed", n = view.changed.len()), &view.changed)}
            {list(t!("man.menu.n_removed", n = view.removed.len()), &view.removed)}
            <div class="row wrap">
                <Button label={t!("man.file.publish")} kind={Kind::Primary} onclick={publish} id="import-publish" />
                <Button label={t!("cancel")} kind={Kind::Plain} onclick={forget.clone()} />
            </div>
        </div>
    }
}
