//! How this store works: one document, changed as a draft and published whole.

use std::rc::Rc;

use domain::{
    command::Command,
    money::Currency,
    settings::{Settings, TaxMode, TaxRounding},
};
use yew::prelude::*;

use super::{
    draft::{self, Draft, PublishBar},
    head,
    settings_lists::{notes_card, printers_card, reasons_card, stations_card},
    use_app, words,
};
use crate::{
    components::{Chip, Choice, Field, Select, TextArea, Toggle},
    format,
    i18n::Language,
    icons::{Icon, icon},
    t,
};

/// Usual currencies with their digits and symbols; any other can be typed.
const CURRENCIES: [(&str, u8, &str); 14] = [
    ("EUR", 2, "€"),
    ("USD", 2, "$"),
    ("GBP", 2, "£"),
    ("CHF", 2, "CHF"),
    ("SEK", 2, "kr"),
    ("DKK", 2, "kr"),
    ("NOK", 2, "kr"),
    ("PLN", 2, "zł"),
    ("CZK", 2, "Kč"),
    ("MXN", 2, "$"),
    ("JPY", 0, "¥"),
    ("AED", 2, "AED"),
    ("KWD", 3, "KWD"),
    ("TRY", 2, "₺"),
];
const LOCALES: [(&str, &str); 17] = [
    ("en-IE", "English (Ireland)"),
    ("en-GB", "English (UK)"),
    ("en-US", "English (US)"),
    ("de-DE", "Deutsch (Deutschland)"),
    ("de-AT", "Deutsch (Österreich)"),
    ("de-CH", "Deutsch (Schweiz)"),
    ("es-ES", "Español (España)"),
    ("es-MX", "Español (México)"),
    ("fr-FR", "Français (France)"),
    ("it-IT", "Italiano (Italia)"),
    ("pt-PT", "Português (Portugal)"),
    ("nl-NL", "Nederlands (Nederland)"),
    ("sv-SE", "Svenska (Sverige)"),
    ("pl-PL", "Polski (Polska)"),
    ("tr-TR", "Türkçe (Türkiye)"),
    ("ja-JP", "日本語"),
    ("ar-AE", "العربية"),
];
const CASH_STEPS: [i64; 7] = [1, 5, 10, 20, 50, 100, 500];

/// A callback that puts a typed text into the draft.
pub fn put(draft: &Draft<Settings>, change: impl Fn(&mut Settings, String) + 'static) -> Callback<String> {
    let draft = draft.clone();
    Callback::from(move |value: String| draft.change(|s| change(s, value)))
}

#[component]
pub fn SettingsPage() -> Html {
    let app = use_app();
    let config = app.config();
    let published = use_memo(config.as_ref().map(|c| c.version), |_| config.as_ref().map(|c| c.settings.clone()));
    let Some(settings) = (*published).clone() else { return html! {} };
    let draft = Draft::of(draft::SETTINGS, Rc::new(settings), &app);
    let changes = changed(&draft.published, &draft.now);
    let faults = draft.now.faults();
    let (undo, discard, publish) = (draft.clone(), draft.clone(), draft.clone());
    html! {
        <div class="settings drafted">
            <div class="scroll body">
                {head(&t!("man.settings"), html! {})}
                <div class="cards">
                    <div class="col">{restaurant(&draft)}{day_and_words(&draft)}</div>
                    <div class="col">{money(&draft)}{notes_card(&draft)}{training(&draft)}</div>
                    {stations_card(&draft)}
                    {printers_card(&draft)}
                    {reasons_card(&draft)}
                </div>
            </div>
            if draft.is_unsaved() {
                <PublishBar changes={changes} {faults} overtaken={draft.overtaken} can_undo={draft.can_undo}
                    onundo={Callback::from(move |()| undo.undo())} ondiscard={Callback::from(move |()| discard.discard())}
                    onpublish={Callback::from(move |()| publish.publish(Command::ChangeSettings { settings: Box::new((*publish.now).clone()) }))} />
            }
        </div>
    }
}

/// Which parts differ, in words.
fn changed(old: &Settings, new: &Settings) -> String {
    let parts = [
        (old.name != new.name || old.header != new.header || old.footer != new.footer, t!("man.set.restaurant")),
        (
            old.currency != new.currency
                || old.locale != new.locale
                || old.tax != new.tax
                || old.tax_rounding != new.tax_rounding
                || old.cash_step != new.cash_step,
            t!("man.set.money"),
        ),
        (
            old.cut_over != new.cut_over
                || old.time_zone != new.time_zone
                || old.language != new.language
                || old.kitchen_language != new.kitchen_language,
            t!("man.set.day"),
        ),
        (old.stations != new.stations, t!("man.set.stations")),
        (old.printers != new.printers || old.receipt_printer != new.receipt_printer, t!("man.printers")),
        (
            old.void_reasons != new.void_reasons
                || old.comp_reasons != new.comp_reasons
                || old.refund_reasons != new.refund_reasons,
            t!("man.set.reasons"),
        ),
        (old.note_presets != new.note_presets || old.notes != new.notes, t!("man.set.presets")),
        (old.training != new.training, t!("man.set.training")),
    ];
    parts
        .into_iter()
        .filter(|(differs, _)| *differs)
        .map(|(_, words)| words)
        .collect::<Vec<_>>()
        .join(crate::i18n::comma())
}

fn lines(text: &str) -> Vec<String> {
    // The line being typed may be empty; empty ones at the end are dropped when it is published.
    if text.is_empty() { Vec::new() } else { text.lines().map(str::to_owned).collect() }
}

fn restaurant(draft: &Draft<Settings>) -> Html {
    let s = &draft.now;
    html! {
        <section class="card form">
            <h3>{t!("man.set.restaurant")}</h3>
            <Field label={t!("man.set.name")} value={s.name.clone()} oninput={put(draft, |s, v| s.name = v)} hint={Some(AttrValue::from(t!("setup.name_hint")))} max=80 id="store-name" />
            <TextArea label={t!("man.set.header")} value={s.header.join("\n")} oninput={put(draft, |s, v| s.header = lines(&v))} hint={Some(AttrValue::from(t!("setup.address_hint")))} id="receipt-header" />
            <TextArea label={t!("man.set.footer")} value={s.footer.join("\n")} rows=2 oninput={put(draft, |s, v| s.footer = lines(&v))} id="receipt-footer" />
        </section>
    }
}

fn money(draft: &Draft<Settings>) -> Html {
    let s = &draft.now;
    let mut currencies: Vec<Choice> = CURRENCIES
        .iter()
        .map(|(code, _, symbol)| Choice { value: (*code).into(), label: format!("{code} · {symbol}").into() })
        .collect();
    if !CURRENCIES.iter().any(|c| c.0 == s.currency.code) {
        currencies.push(Choice {
            value: s.currency.code.clone().into(),
            label: format!("{} · {}", s.currency.code, s.currency.symbol).into(),
        });
    }
    let set_currency = |s: &mut Settings, code: String| {
        if let Some((code, digits, symbol)) = CURRENCIES.iter().find(|c| c.0 == code) {
            s.currency = Currency { code: (*code).into(), digits: *digits, symbol: (*symbol).into() };
        }
    };
    let mut locales: Vec<Choice> =
        LOCALES.iter().map(|(l, name)| Choice { value: (*l).into(), label: (*name).into() }).collect();
    if !LOCALES.iter().any(|l| l.0 == s.locale) {
        locales.push(Choice { value: s.locale.clone().into(), label: s.locale.clone().into() });
    }
    let sample = format::Marks::of(&s.locale).money(&s.currency, domain::money::Money(123_450));
    let chip = |label: String, on: bool, change: fn(&mut Settings), id: &'static str| {
        let draft = draft.clone();
        html! { <Chip {label} {on} onclick={Callback::from(move |()| draft.change(change))} {id} /> }
    };
    html! {
        <section class="card form">
            <h3>{t!("man.set.money")}</h3>
            <Select label={t!("setup.currency")} choices={currencies} value={s.currency.code.clone()} onchange={put(draft, set_currency)} id="currency" />
            <Select label={t!("man.set.locale")} choices={locales} value={s.locale.clone()} onchange={put(draft, |s, v| s.locale = v)}
                hint={Some(AttrValue::from(t!("man.set.sample", sample = sample)))} id="locale" />
            <div class="field"><span class="label">{t!("man.set.tax_mode")}</span>
                <div class="chips">
                    {chip(t!("man.set.inclusive"), s.tax == TaxMode::Inclusive, |s| s.tax = TaxMode::Inclusive, "tax-inclusive")}
                    {chip(t!("man.set.exclusive"), s.tax == TaxMode::Exclusive, |s| s.tax = TaxMode::Exclusive, "tax-exclusive")}
                </div>
            </div>
            <div class="field"><span class="label">{t!("man.set.rounding")}</span>
                <div class="chips">
                    {chip(t!("man.set.per_group"), s.tax_rounding == TaxRounding::PerGroup, |s| s.tax_rounding = TaxRounding::PerGroup, "round-group")}
                    {chip(t!("man.set.per_line"), s.tax_rounding == TaxRounding::PerLine, |s| s.tax_rounding = TaxRounding::PerLine, "round-line")}
                </div>
                <span class="hint">{t!("man.set.open_stay")}</span>
            </div>
            <div class="field"><span class="label">{t!("man.set.cash_step")}</span>
                <div class="chips">{ for CASH_STEPS.into_iter().map(|step| {
                    let draft = draft.clone();
                    let label = format::Marks::of(&s.locale).amount(&s.currency, domain::money::Money(step));
                    html! { <Chip key={step} {label} on={s.cash_step == step} onclick={Callback::from(move |()| draft.change(|s| s.cash_step = step))} /> }
                })}</div>
            </div>
        </section>
    }
}

fn day_and_words(draft: &Draft<Settings>) -> Html {
    let s = &draft.now;
    let languages = |current: &str| {
        let mut all: Vec<Choice> =
            Language::ALL.iter().map(|l| Choice { value: l.code().into(), label: l.own_name().into() }).collect();
        if Language::of(current).is_none() {
            all.push(Choice { value: current.to_owned().into(), label: current.to_owned().into() });
        }
        all
    };
    let cut_over = put(draft, |s, v| {
        if let Some(minute) = words::read_clock(&v) {
            s.cut_over = minute;
        }
    });
    html! {
        <section class="card form">
            <h3>{t!("man.set.day")}</h3>
            <Field label={t!("man.set.cut_over")} kind="time" value={words::clock(s.cut_over)} oninput={cut_over} hint={Some(AttrValue::from(t!("man.set.cut_over_hint")))} id="cut-over" />
            <Field label={t!("man.set.time_zone")} value={s.time_zone.clone()} oninput={put(draft, |s, v| s.time_zone = v.trim().to_owned())} hint={Some(AttrValue::from(t!("man.set.time_zone_hint")))} id="time-zone" />
            <Select label={t!("man.set.language")} choices={languages(&s.language)} value={s.language.clone()} onchange={put(draft, |s, v| s.language = v)} id="language" />
            <Select label={t!("man.set.kitchen_language")} choices={languages(&s.kitchen_language)} value={s.kitchen_language.clone()} onchange={put(draft, |s, v| s.kitchen_language = v)} id="kitchen-language" />
        </section>
    }
}

fn training(draft: &Draft<Settings>) -> Html {
    let changes = draft.clone();
    html! {
        <section class={classes!("card", "form", draft.now.training.then_some("on"))}>
            <h3>{t!("man.set.training")}</h3>
            <Toggle label={t!("man.set.training_do")} on={draft.now.training} onchange={Callback::from(move |on| changes.change(|s| s.training = on))} id="training" />
            <p class="hint">{icon(Icon::Warning, 18)}{t!("man.set.training_hint")}</p>
        </section>
    }
}
