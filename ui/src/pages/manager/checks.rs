//! Closed checks: find one, look at it, print it again, give money back, and see who did what.

use domain::{
    clock::Date,
    ids::CheckId,
    query::{MAX_ROWS, Query, View},
    view::{ClosedCheck, ConfigView},
};
use gloo_timers::callback::Timeout;
use yew::prelude::*;

use super::{
    check_detail::CheckDetail,
    head, range,
    range::{Range, RangeChooser},
    remote, use_app, words,
};
use crate::{
    app::use_view,
    components::{Button, Empty, Mark, Search, Tone, badge},
    format,
    icons::{Icon, icon},
    route::Route,
    t,
};

/// Pause after the last letter before the search is asked, in milliseconds.
const SEARCH_AFTER_MS: u32 = 250;

#[derive(Properties, PartialEq)]
pub struct ChecksProps {
    /// The id of the check that is open, or empty.
    pub open: AttrValue,
}

#[component]
pub fn Checks(props: &ChecksProps) -> Html {
    let app = use_app();
    let range = use_state(|| Range::Today);
    let typed = use_state(String::new);
    let asked = use_state(String::new);
    let today = app.config().map_or(Date(0), |c| c.day.date);
    let (from, to) = range.dates(today);
    let (checks, again) = use_view(Query::ClosedChecks { from, to, text: (*asked).clone(), behind: None });
    {
        let asked = asked.clone();
        use_effect_with((*typed).clone(), move |text| {
            let text = text.clone();
            let timer = Timeout::new(SEARCH_AFTER_MS, move || asked.set(text));
            move || drop(timer)
        });
    }
    // A check that closes leaves the open ones: the list is old then.
    let open_now = app.state().cards.len();
    {
        let again = again.clone();
        use_effect_with(open_now, move |_| again.emit(()));
    }
    let Some(config) = app.config() else { return html! {} };
    let chosen = props.open.parse::<CheckId>().ok();
    let onopen = {
        let app = app.clone();
        Callback::from(move |id: CheckId| app.open(&Route::Manager(format!("checks/{id}"))))
    };
    let onrange = {
        let range = range.clone();
        Callback::from(move |r| range.set(r))
    };
    let oninput = {
        let typed = typed.clone();
        Callback::from(move |text| typed.set(text))
    };
    let onback = super::open(&app, "checks");
    let changed = again.clone();
    html! {
        <div class={classes!("checks", chosen.is_some().then_some("has-open"))}>
            <div class="list scroll">
                {head(&t!("man.closed_checks"), html! {})}
                <RangeChooser range={*range} {today} onchange={onrange} />
                <Search label={t!("man.find_check")} value={(*typed).clone()} {oninput} id="find-check" />
                {remote(&checks, &again, |view| {
                    let View::ClosedChecks(checks) = view else { return None };
                    Some(list(&config, checks, &asked, range::words(from, to), chosen, &onopen))
                })}
            </div>
            <div class="detail scroll">
                if let Some(check) = chosen {
                    <div class="detail-back"><Button label={t!("back")} icon={Icon::Back} onclick={onback} id="back-to-checks" /></div>
                    <CheckDetail key={check.to_string()} {check} onchanged={changed} />
                } else {
                    <Empty icon={Icon::Receipt} title={t!("man.choose_check")} next={t!("man.choose_check_next")} />
                }
            </div>
        </div>
    }
}

fn list(
    config: &ConfigView,
    checks: &[ClosedCheck],
    text: &str,
    when: String,
    chosen: Option<CheckId>,
    onopen: &Callback<CheckId>,
) -> Html {
    if checks.is_empty() {
        let title =
            if text.is_empty() { t!("man.no_checks", when = when) } else { t!("man.no_checks_found", text = text) };
        return html! { <Empty icon={Icon::Receipt} {title} next={t!("man.no_checks_next")} /> };
    }
    html! {<>
        {check_rows(config, checks, chosen, onopen)}
        if checks.len() >= MAX_ROWS { <p class="hint">{t!("man.only_first", n = MAX_ROWS)}</p> }
    </>}
}

/// Rows of closed checks, newest first.
pub fn check_rows(
    config: &ConfigView,
    checks: &[ClosedCheck],
    chosen: Option<CheckId>,
    onopen: &Callback<CheckId>,
) -> Html {
    if checks.is_empty() {
        return html! { <p class="mute">{t!("man.none_of_these")}</p> };
    }
    html! {
        <div class="check-rows">{ for checks.iter().map(|c| row(config, c, chosen == Some(c.check), onopen)) }</div>
    }
}

fn row(config: &ConfigView, c: &ClosedCheck, chosen: bool, onopen: &Callback<CheckId>) -> Html {
    let place = words::table(config, c.table.as_ref()).unwrap_or_else(|| t!("floor.takeaway"));
    let id = c.check;
    html! {
        <button key={id.to_string()} type="button" class={classes!("check-row", c.cancelled.then_some("cancelled"))} aria-current={chosen.then_some("true")}
            onclick={onopen.reform(move |_: MouseEvent| id)} data-testid={format!("check-{}", c.number)}>
            <span class="no">{c.number.to_string()}</span>
            <span class="place">{place}if !c.name.is_empty() { {" · "}{&c.name} }</span>
            <bdi class="sum">{format::money(c.total)}</bdi>
            <span class="how">{ for c.tenders.iter().map(|k| html! { <span title={words::tender(*k)}>{icon(words::tender_icon(*k), 18)}<span class="vh">{words::tender(*k)}</span></span> }) }</span>
            <span class="facts">
                {format::time(c.closed)}{" · "}{words::person(config, &c.waiter)}
                if !c.summary.is_empty() { {" · "}{&c.summary} }
            </span>
            <span class="marks">
                if let Some(into) = c.inside { {badge(&Mark { tone: Tone::Plain, icon: Icon::Conflict, words: t!("man.merged_into", number = into.to_string()) })} }
                if c.cancelled { {badge(&Mark { tone: Tone::Plain, icon: Icon::Bin, words: t!("state.cancelled") })} }
                if c.refunded.0 > 0 { {badge(&Mark { tone: Tone::Warm, icon: Icon::Undo, words: t!("man.refunded_n", amount = format::money(c.refunded)) })} }
            </span>
        </button>
    }
}
