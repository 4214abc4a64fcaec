//! The lists within the settings: stations and their printers, printers, reasons, notes to choose from.

use domain::{
    ids::{PrinterId, StationId},
    money::Money,
    settings::{MAX_REASONS, Printer, Settings, Station},
    text::Text,
};
use yew::prelude::*;

use super::{draft::Draft, settings::put, words};
use crate::{
    components::{Button, Choice, Field, Kind, Select, Tab, Tabs, Toggle},
    format, i18n,
    icons::Icon,
    t,
};

/// Minutes until a new station's tickets turn "soon" and "late".
const SOON_LATE: (u16, u16) = (10, 18);

fn act(draft: &Draft<Settings>, change: impl Fn(&mut Settings) + 'static) -> Callback<()> {
    let draft = draft.clone();
    Callback::from(move |()| draft.change(&change))
}

fn printer_choices(s: &Settings) -> Vec<Choice> {
    std::iter::once(Choice { value: "".into(), label: t!("man.set.no_printer").into() })
        .chain(s.printers.iter().map(|p| Choice { value: p.id.to_string().into(), label: p.name.clone().into() }))
        .collect()
}

fn printer_of(value: String) -> Option<PrinterId> {
    (!value.is_empty()).then_some(PrinterId::from(value))
}

pub fn stations_card(draft: &Draft<Settings>) -> Html {
    let s = &draft.now;
    let new_name = t!("man.set.new_station");
    let language = s.language.clone();
    let add = act(draft, move |s| {
        let id = words::id_from(&new_name, |id| s.stations.iter().any(|st| st.id.0 == id));
        s.stations.push(Station {
            id: StationId::from(id),
            name: Text::one(&language, &new_name),
            printer: s.printers.first().map(|p| p.id.clone()),
            backup_printer: None,
            screen: true,
            soon_after: SOON_LATE.0,
            late_after: SOON_LATE.1,
        });
    });
    html! {
        <section class="card form wide">
            <h3>{t!("man.set.stations")}</h3>
            <p class="mute">{t!("man.set.stations_hint")}</p>
            { for s.stations.iter().enumerate().map(|(i, st)| station(draft, i, st)) }
            <div><Button label={t!("man.set.add_station")} icon={Icon::Plus} onclick={add} id="add-station" /></div>
        </section>
    }
}

fn station(draft: &Draft<Settings>, i: usize, st: &Station) -> Html {
    let set = |change: fn(&mut Station, String, &str)| {
        put(draft, move |s, v| {
            let language = s.language.clone();
            if let Some(st) = s.stations.get_mut(i) {
                change(st, v, &language);
            }
        })
    };
    let on_screen = {
        let draft = draft.clone();
        Callback::from(move |on| {
            draft.change(|s| {
                if let Some(st) = s.stations.get_mut(i) {
                    st.screen = on;
                }
            });
        })
    };
    let choices = printer_choices(&draft.now);
    let id = |o: &Option<PrinterId>| o.as_ref().map_or_else(String::new, |p| p.to_string());
    html! {
        <div class="list-item station" key={st.id.to_string()}>
            <Field label={t!("man.name")} value={st.name.get(&draft.now.language).to_owned()} oninput={set(|st, v, l| { st.name.set(l, &v); })} max=80 />
            <Select label={t!("man.set.printer")} choices={choices.clone()} value={id(&st.printer)} onchange={set(|st, v, _| st.printer = printer_of(v))} />
            <Select label={t!("man.set.backup")} {choices} value={id(&st.backup_printer)} onchange={set(|st, v, _| st.backup_printer = printer_of(v))} />
            <Field label={t!("man.set.soon")} keyboard="numeric" value={st.soon_after.to_string()} oninput={set(|st, v, _| if let Ok(n) = v.parse() { st.soon_after = n })} />
            <Field label={t!("man.set.late")} keyboard="numeric" value={st.late_after.to_string()} oninput={set(|st, v, _| if let Ok(n) = v.parse() { st.late_after = n })} />
            <Toggle label={t!("man.set.screen")} on={st.screen} onchange={on_screen} />
            <Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={act(draft, move |s| { if i < s.stations.len() { s.stations.remove(i); } })} />
        </div>
    }
}

pub fn printers_card(draft: &Draft<Settings>) -> Html {
    let s = &draft.now;
    let new_name = t!("man.set.new_printer");
    let add = act(draft, move |s| {
        let id = words::id_from(&new_name, |id| s.printers.iter().any(|p| p.id.0 == id));
        s.printers.push(Printer {
            id: PrinterId::from(id),
            name: new_name.clone(),
            address: String::new(),
            columns: 48,
            proves: true,
            has_drawer: false,
        });
    });
    let receipt = s.receipt_printer.as_ref().map_or_else(String::new, |p| p.to_string());
    html! {
        <section class="card form wide">
            <h3>{t!("man.printers")}</h3>
            { for s.printers.iter().enumerate().map(|(i, p)| printer(draft, i, p)) }
            <div><Button label={t!("man.set.add_printer")} icon={Icon::Plus} onclick={add} id="add-printer" /></div>
            <Select label={t!("man.set.receipt_printer")} choices={printer_choices(s)} value={receipt} onchange={put(draft, |s, v| s.receipt_printer = printer_of(v))} id="receipt-printer" />
        </section>
    }
}

fn printer(draft: &Draft<Settings>, i: usize, p: &Printer) -> Html {
    let set = |change: fn(&mut Printer, String)| {
        put(draft, move |s, v| {
            if let Some(p) = s.printers.get_mut(i) {
                change(p, v);
            }
        })
    };
    let toggle = |change: fn(&mut Printer, bool)| {
        let draft = draft.clone();
        Callback::from(move |on| {
            draft.change(|s| {
                if let Some(p) = s.printers.get_mut(i) {
                    change(p, on);
                }
            });
        })
    };
    let columns: Vec<Choice> = [32u8, 42, 48]
        .iter()
        .map(|n| Choice { value: n.to_string().into(), label: t!("setup.paper_cols", n = *n).into() })
        .collect();
    let bad = !p.address.is_empty()
        && !p.address.rsplit_once(':').is_some_and(|(h, port)| !h.is_empty() && port.parse::<u16>().is_ok());
    html! {
        <div class="list-item printer-row" key={p.id.to_string()}>
            <Field label={t!("man.name")} value={p.name.clone()} oninput={set(|p, v| p.name = v)} max=80 />
            <Field label={t!("man.address")} value={p.address.clone()} oninput={set(|p, v| p.address = v.trim().to_owned())} placeholder="192.168.1.50:9100"
                fault={bad.then(|| AttrValue::from(t!("setup.printer_bad")))} />
            <Select label={t!("setup.paper")} choices={columns} value={p.columns.to_string()} onchange={set(|p, v| if let Ok(n) = v.parse() { p.columns = n })} />
            <Toggle label={t!("man.set.proves")} on={p.proves} onchange={toggle(|p, on| p.proves = on)} />
            <Toggle label={t!("man.set.has_drawer")} on={p.has_drawer} onchange={toggle(|p, on| p.has_drawer = on)} />
            <Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={act(draft, move |s| remove_printer(s, i))} />
        </div>
    }
}

/// A printer that goes is taken from every station that named it, so that the document stays whole.
fn remove_printer(s: &mut Settings, i: usize) {
    if i >= s.printers.len() {
        return;
    }
    let gone = s.printers.remove(i).id;
    let clear = |slot: &mut Option<PrinterId>| {
        if slot.as_ref() == Some(&gone) {
            *slot = None;
        }
    };
    clear(&mut s.receipt_printer);
    for station in &mut s.stations {
        clear(&mut station.printer);
        clear(&mut station.backup_printer);
    }
}

/// One of the lists of short texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    Void,
    Comp,
    Refund,
    Notes,
}

impl Shelf {
    const ALL: [Shelf; 4] = [Shelf::Void, Shelf::Comp, Shelf::Refund, Shelf::Notes];

    fn key(self) -> &'static str {
        match self {
            Shelf::Void => "void",
            Shelf::Comp => "comp",
            Shelf::Refund => "refund",
            Shelf::Notes => "notes",
        }
    }

    fn label(self) -> String {
        match self {
            Shelf::Void => t!("man.voids"),
            Shelf::Comp => t!("man.comps"),
            Shelf::Refund => t!("man.refunds"),
            Shelf::Notes => t!("man.set.presets"),
        }
    }

    fn of(self, s: &Settings) -> &Vec<Text> {
        match self {
            Shelf::Void => &s.void_reasons,
            Shelf::Comp => &s.comp_reasons,
            Shelf::Refund => &s.refund_reasons,
            Shelf::Notes => &s.note_presets,
        }
    }

    fn of_mut(self, s: &mut Settings) -> &mut Vec<Text> {
        match self {
            Shelf::Void => &mut s.void_reasons,
            Shelf::Comp => &mut s.comp_reasons,
            Shelf::Refund => &mut s.refund_reasons,
            Shelf::Notes => &mut s.note_presets,
        }
    }
}

pub fn reasons_card(draft: &Draft<Settings>) -> Html {
    html! { <Reasons draft={draft.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct ReasonsProps {
    draft: Draft<Settings>,
}

/// Reasons and note presets, one list at a time.
#[component]
fn Reasons(props: &ReasonsProps) -> Html {
    let shelf = use_state(|| Shelf::Void);
    let draft = &props.draft;
    let which = *shelf;
    let list = which.of(&draft.now);
    let tabs: Vec<Tab> = Shelf::ALL
        .iter()
        .map(|s| Tab { key: s.key().into(), label: s.label().into(), n: s.of(&draft.now).len().to_string().into() })
        .collect();
    let onchoose = Callback::from(move |key: AttrValue| {
        shelf.set(Shelf::ALL.into_iter().find(|s| s.key() == key.as_str()).unwrap_or(Shelf::Void));
    });
    let language = i18n::language().code();
    let add = act(draft, move |s| {
        let list = which.of_mut(s);
        if list.len() < MAX_REASONS {
            list.push(Text::default());
        }
    });
    html! {
        <section class="card form wide">
            <h3>{t!("man.set.reasons")}</h3>
            <Tabs {tabs} chosen={which.key()} {onchoose} name={t!("man.set.reasons")} />
            { for list.iter().enumerate().map(|(i, text)| {
                let write = put(draft, move |s, v| if let Some(t) = which.of_mut(s).get_mut(i) { t.set(language, &v); });
                let remove = act(draft, move |s| { let list = which.of_mut(s); if i < list.len() { list.remove(i); } });
                html! {
                    <div class="list-item reason" key={format!("{}{i}", which.key())}>
                        <Field label={t!("man.set.reason_n", n = i + 1)} value={text.written_in(language).unwrap_or_default().to_owned()} placeholder={text.get(language).to_owned()} oninput={write} max=80 />
                        <Button label={t!("man.remove")} icon={Icon::Bin} kind={Kind::Plain} bare=true onclick={remove} />
                    </div>
                }
            })}
            <div><Button label={t!("man.set.add_reason")} icon={Icon::Plus} onclick={add} disabled={list.len() >= MAX_REASONS} id="add-reason" /></div>
        </section>
    }
}

pub fn notes_card(draft: &Draft<Settings>) -> Html {
    html! { <Notes draft={draft.clone()} /> }
}

#[derive(Properties, PartialEq)]
struct NotesProps {
    draft: Draft<Settings>,
}

/// The notes people pay with, typed as one line of amounts.
#[component]
fn Notes(props: &NotesProps) -> Html {
    let draft = props.draft.clone();
    let s = &draft.now;
    let marks = format::Marks::of(&s.locale);
    let shown = s.notes.iter().map(|n| marks.amount(&s.currency, *n)).collect::<Vec<_>>().join("  ");
    let typed = use_state(|| None::<String>);
    let value = (*typed).clone().unwrap_or_else(|| shown.clone());
    let read = |text: &str| -> Option<Vec<Money>> {
        let mut notes =
            text.split_whitespace().map(|w| marks.read_amount(&s.currency, w)).collect::<Option<Vec<Money>>>()?;
        notes.sort_unstable();
        notes.dedup();
        Some(notes)
    };
    let fault = read(&value).is_none().then(|| AttrValue::from(t!("man.set.notes_bad")));
    let oninput = {
        let (draft, typed, currency) = (draft.clone(), typed.clone(), s.currency.clone());
        Callback::from(move |text: String| {
            let notes =
                text.split_whitespace().map(|w| marks.read_amount(&currency, w)).collect::<Option<Vec<Money>>>();
            if let Some(mut notes) = notes {
                notes.sort_unstable();
                notes.dedup();
                draft.change(|s| s.notes = notes);
            }
            typed.set(Some(text));
        })
    };
    html! {
        <section class="card form">
            <h3>{t!("man.set.notes")}</h3>
            <Field label={t!("man.set.notes_label")} {value} {oninput} hint={Some(AttrValue::from(t!("man.set.notes_hint")))} {fault} keyboard="decimal" id="notes" />
        </section>
    }
}
