//! Taxes: what each is called, its rate, and the letter that marks it on a receipt.

use domain::{
    ids::TaxId,
    menu::{Menu, Tax},
    money::Ppm,
    text::Text,
};
use yew::prelude::*;

use super::{
    menu_item::{language_name, languages, write},
    menu_lists::{ListsProps, act},
    words,
};
use crate::{
    components::{Button, Choice, Field, HoldButton, Select},
    format, i18n,
    icons::Icon,
    t,
};

const PERCENT: u32 = 10_000;
/// Digits behind the point of a rate: a millionth is the smallest share there is.
const RATE_DIGITS: usize = 4;

/// The menu's taxes. An item names its tax; what is on a check keeps the rate it was ordered with.
#[component]
pub fn Taxes(props: &ListsProps) -> Html {
    let (draft, menu) = (&props.draft, &props.draft.now);
    let languages = languages(menu, &props.settings);
    let language = props.settings.language.clone();
    let add = act(draft, move |m: &mut Menu, ()| {
        let name = t!("man.menu.new_tax");
        let id = TaxId::from(words::id_from(&name, |id| m.tax(&id.into()).is_some()));
        let letter = letters(m, None).next().unwrap_or('A');
        m.taxes.push(Tax { id, name: Text::one(&language, &name), rate: Ppm(0), letter });
    });
    let change = |k: usize, change: fn(&mut Tax, String)| {
        act(draft, move |m: &mut Menu, v: String| {
            if let Some(tax) = m.taxes.get_mut(k) {
                change(tax, v);
            }
        })
    };
    let one = |(k, tax): (usize, &Tax)| {
        let of = |id: &TaxId| *id == tax.id;
        let used = menu.items.iter().filter(|i| of(&i.tax) || i.tax_takeaway.as_ref().is_some_and(of)).count();
        let choices: Vec<Choice> = letters(menu, Some(tax.letter))
            .map(|l| Choice { value: l.to_string().into(), label: l.to_string().into() })
            .collect();
        let rate = act(draft, move |m: &mut Menu, rate: Ppm| {
            if let Some(tax) = m.taxes.get_mut(k) {
                tax.rate = rate;
            }
        });
        let remove = act(draft, move |m: &mut Menu, ()| {
            if k < m.taxes.len() {
                m.taxes.remove(k);
            }
        });
        html! {
            <section class="card form" key={tax.id.to_string()} data-testid={format!("tax-{}", tax.id)}>
                <div class="row wrap head">
                    <h3 class="grow">{i18n::words(&tax.name)}{" "}<small class="mute">{t!("order.items", n = used)}</small></h3>
                    if used == 0 { <HoldButton label={t!("man.remove")} icon={Icon::Bin} onhold={remove} /> }
                </div>
                <div class="pairs">
                    <RateField value={tax.rate} onchange={rate} id={format!("rate-{}", tax.id)} />
                    <Select label={t!("man.menu.letter")} {choices} value={tax.letter.to_string()}
                        onchange={change(k, |tax, v| if let Some(l) = v.chars().next() { tax.letter = l })} />
                    { for languages.iter().map(|l| {
                        let key = l.clone();
                        let named = act(draft, move |m: &mut Menu, v: String| if let Some(tax) = m.taxes.get_mut(k) { write(&mut tax.name, &key, v) });
                        html! { <Field key={l.clone()} label={t!("man.menu.name_in", language = language_name(l))} value={tax.name.written_in(l).unwrap_or_default().to_owned()} max=80 oninput={named} /> }
                    })}
                </div>
            </section>
        }
    };
    html! {<>
        <div class="menu-tools"><p class="mute grow">{t!("man.menu.taxes_what")}</p><Button label={t!("man.menu.new_tax")} icon={Icon::Plus} onclick={add} id="new-tax" /></div>
        { for menu.taxes.iter().enumerate().map(one) }
    </>}
}

/// Letters no other tax has.
fn letters(menu: &Menu, own: Option<char>) -> impl Iterator<Item = char> {
    let taken: Vec<char> = menu.taxes.iter().map(|t| t.letter).filter(|l| Some(*l) != own).collect();
    ('A'..='Z').filter(move |l| !taken.contains(l))
}

#[derive(Properties, PartialEq)]
struct RateFieldProps {
    value: Ppm,
    onchange: Callback<Ppm>,
    id: AttrValue,
}

/// A rate typed in per cent. What was typed stays as it was typed.
#[component]
fn RateField(props: &RateFieldProps) -> Html {
    let typed = use_state(|| None::<String>);
    let value = match &*typed {
        Some(text) if read_rate(text).is_none_or(|rate| rate == props.value) => text.clone(),
        _ => format::share(props.value).trim_end_matches(['%', '\u{a0}']).to_owned(),
    };
    let fault = read_rate(&value).is_none().then(|| AttrValue::from(t!("man.menu.bad_rate")));
    let oninput = {
        let onchange = props.onchange.clone();
        Callback::from(move |text: String| {
            if let Some(rate) = read_rate(&text) {
                onchange.emit(rate);
            }
            typed.set(Some(text));
        })
    };
    html! { <Field label={t!("man.menu.rate")} {value} {oninput} keyboard="decimal" {fault} id={props.id.clone()} /> }
}

/// `7.5`, `7,5` or `7.5 %`; `None` for anything else and for what no store could mean.
fn read_rate(typed: &str) -> Option<Ppm> {
    let text = typed.trim().trim_end_matches('%').trim_end();
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || rest.len() > RATE_DIGITS || !digits(whole) || !digits(rest) {
        return None;
    }
    let rest: u32 = format!("{rest:0<RATE_DIGITS$}").parse().ok()?;
    let rate = whole.parse::<u32>().ok()?.checked_mul(PERCENT)?.checked_add(rest)?;
    (rate <= Ppm::WHOLE.0).then_some(Ppm(rate))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_as_people_write_them() {
        let check = |typed: &str, read: Option<u32>| assert_eq!(read_rate(typed), read.map(Ppm), "{typed:?}");
        check("10", Some(100_000));
        check("7.5", Some(75_000));
        check("7,7", Some(77_000));
        check(" 8.875 % ", Some(88_750));
        check("0", Some(0));
        check("100", Some(1_000_000));
        check("2.", Some(20_000));
        for wrong in ["", ".", ".5", "-1", "100.0001", "101", "7.12345", "1e2", "99999999999", "ten", "7.5.1", "+7"] {
            check(wrong, None);
        }
    }
}
