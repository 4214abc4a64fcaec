//! The day: the drawer, the blind count, X, and the closing with its Z.

use domain::{
    command::Command,
    event::Movement,
    money::Money,
    query::{Done, Query, View},
    rejection::Refusal,
    shift::ZReport,
    staff::Permission,
    view::{ConfigView, DrawerView, SlipState, TodayView, WorkOf, WorkState},
};
use yew::prelude::*;

use super::{
    day_sheets::{CashSheet, CountSheet, XSheet},
    head, remote, use_app, words,
    zreports::{ZReports, report_paper},
};
use crate::{
    app::{App, use_live},
    components::{Button, HoldButton, Mark, Sheet, Tone, badge},
    format,
    icons::{Icon, icon},
    route::Route,
    t,
};

/// What lies over the page.
#[derive(Debug, Clone, PartialEq)]
enum Over {
    Cash(Movement),
    Count,
    X,
    Z(Box<ZReport>),
}

#[component]
pub fn Day() -> Html {
    let app = use_app();
    let (today, again) = use_live(Query::Today);
    let over = use_state(|| None::<Over>);
    let closed = use_state(|| 0u32);
    let Some(config) = app.config() else { return html! {} };
    let show = |what: Over| {
        let over = over.clone();
        Callback::from(move |()| over.set(Some(what.clone())))
    };
    let onclose = {
        let (over, again) = (over.clone(), again.clone());
        Callback::from(move |()| {
            over.set(None);
            again.emit(());
        })
    };
    let onclosed = {
        let (over, again, closed) = (over.clone(), again.clone(), closed.clone());
        Callback::from(move |z: Option<Box<ZReport>>| {
            over.set(z.map(Over::Z));
            closed.set(*closed + 1);
            again.emit(());
        })
    };
    let closes = app.me().is_some_and(|me| me.permissions.contains(&Permission::CloseDay));
    let x_report = closes.then(
        || html! { <Button label={t!("man.x_report")} icon={Icon::Chart} onclick={show(Over::X)} id="x-report" /> },
    );
    html! {
        <div class="day scroll">
            {head(&t!("nav.day"), html! { {for x_report} })}
            {remote(&today, &again, |view| {
                let View::Today(today) = view else { return None };
                Some(html! {
                    <div class="day-grid">
                        {drawer(&config, today, &show)}
                        {closing(&app, &config, today, &onclosed, &show(Over::Count))}
                    </div>
                })
            })}
            if closes { <ZReports key={*closed} /> }
            { match &*over {
                Some(Over::Cash(movement)) => html! { <CashSheet movement={*movement} {onclose} /> },
                Some(Over::Count) => html! { <CountSheet {onclose} /> },
                Some(Over::X) => html! { <XSheet {onclose} /> },
                Some(Over::Z(z)) => html! {
                    <Sheet title={t!("man.z_done", n = z.n)} {onclose} id="z-sheet"><div class="paper-desk">{report_paper(&config, z)}</div></Sheet>
                },
                None => html! {},
            }}
        </div>
    }
}

fn own<'a>(config: &ConfigView, today: &'a TodayView) -> Option<&'a DrawerView> {
    today.drawers.iter().find(|d| d.letter == config.letter)
}

/// This till's drawer. What should lie in it stays hidden until somebody has counted.
fn drawer(config: &ConfigView, today: &TodayView, show: &dyn Fn(Over) -> Callback<()>) -> Html {
    let mine = own(config, today);
    let moved = mine.map(|d| d.drawer.clone()).unwrap_or_default();
    let row =
        |label: String, amount: Money| html! { <div><dt>{label}</dt><dd><bdi>{format::money(amount)}</bdi></dd></div> };
    html! {
        <section class="card drawer" data-testid="drawer">
            <h3>{icon(Icon::Drawer, 22)}{t!("man.drawer", letter = config.letter.to_string())}</h3>
            <dl class="lines">
                {row(t!("man.float"), moved.float)}
                {row(t!("man.paid_in"), moved.paid_in)}
                {row(t!("man.paid_out"), -moved.paid_out)}
                <div><dt>{t!("man.no_sales_n")}</dt><dd>{moved.no_sales}</dd></div>
                { match (moved.counted, mine.and_then(|d| d.expected)) {
                    (Some(counted), Some(expected)) => html! {<>
                        {row(t!("man.expected"), expected)}{row(t!("man.counted"), counted)}
                        <div class="big"><dt>{t!("man.difference")}</dt><dd>{difference(counted - expected)}</dd></div>
                    </>},
                    (Some(counted), None) => row(t!("man.counted"), counted),
                    _ => html! { <p class="hint">{t!("man.blind")}</p> },
                }}
            </dl>
            <div class="act-grid">
                <Button label={t!("man.do_float")} icon={Icon::Cash} onclick={show(Over::Cash(Movement::Float))} id="do-float" />
                <Button label={t!("man.do_paid_in")} icon={Icon::Plus} onclick={show(Over::Cash(Movement::PaidIn))} id="do-paid-in" />
                <Button label={t!("man.do_paid_out")} icon={Icon::Minus} onclick={show(Over::Cash(Movement::PaidOut))} id="do-paid-out" />
                <Button label={t!("man.do_open")} icon={Icon::Drawer} onclick={show(Over::Cash(Movement::NoSale))} id="do-open-drawer" />
            </div>
        </section>
    }
}

/// Too much, too little, or right, by shape and word.
pub fn difference(difference: Money) -> Html {
    let mark = match difference.0 {
        0 => Mark { tone: Tone::Go, icon: Icon::Works, words: t!("man.count_right") },
        1.. => {
            Mark { tone: Tone::Warm, icon: Icon::Plus, words: t!("man.count_over", amount = format::money(difference)) }
        }
        _ => Mark {
            tone: Tone::Late,
            icon: Icon::Minus,
            words: t!("man.count_short", amount = format::money(-difference)),
        },
    };
    badge(&mark)
}

/// What stands between here and the Z, step by step.
fn closing(
    app: &App,
    config: &ConfigView,
    today: &TodayView,
    onclosed: &Callback<Option<Box<ZReport>>>,
    count: &Callback<()>,
) -> Html {
    let day = today.unclosed.iter().min().copied().unwrap_or(today.day);
    // A drawer nobody touched needs no count; an earlier day's drawer is not this one's.
    let counted = day < today.day || own(config, today).is_none_or(|d| d.drawer.counted.is_some());
    let unprinted = app.state().slips.values().filter(|s| s.state == SlipState::Unknown).count();
    let can = app.me().is_some_and(|me| me.permissions.contains(&Permission::CloseDay));
    let close = {
        let (app, onclosed) = (app.clone(), onclosed.clone());
        Callback::from(move |()| {
            let (said, onclosed) = (app.clone(), onclosed.clone());
            let then = Callback::from(move |answer: Result<Done, Refusal>| {
                if let Ok(done) = answer {
                    said.toast(t!("man.day_closed"));
                    onclosed.emit(done.z);
                }
            });
            app.send_then(Command::CloseDay, then);
        })
    };
    let floor = {
        let app = app.clone();
        Callback::from(move |()| app.open(&Route::Floor))
    };
    let label = words::business_day(day);
    html! {
        <section class="card closing" data-testid="closing">
            <h3>{icon(Icon::Moon, 22)}{t!("man.close_day", day = label.clone())}</h3>
            if day < today.day { <p class="warn-line small">{icon(Icon::Warning, 22)}<span>{t!("man.close_late")}</span></p> }
            <ol class="steps">
                {step(today.open_checks == 0,
                    &if today.open_checks == 0 { t!("man.step_open_ok") } else { t!("man.step_open", n = today.open_checks, amount = format::money(today.open_amount)) },
                    (today.open_checks > 0).then(|| html! { <Button label={t!("man.show_floor")} onclick={floor} /> }))}
                {step(counted, &if counted { t!("man.step_count_ok") } else { t!("man.step_count") },
                    Some(html! { <Button label={if counted { t!("man.count_again") } else { t!("man.count") }} icon={Icon::Cash} onclick={count.clone()} id="count" /> }))}
                {terminals(app)}
                {step(unprinted == 0, &if unprinted == 0 { t!("man.step_paper_ok") } else { t!("man.step_paper", n = unprinted) },
                    (unprinted > 0).then(|| html! { <Button label={t!("man.printers")} onclick={super::open(app, "printers")} /> }))}
            </ol>
            if can {
                <HoldButton label={t!("man.close_now", day = label)} icon={Icon::Lock} onhold={close} disabled={!counted} id="close-day" />
                <p class="hint">{t!("man.close_hint")}</p>
            } else { <p class="hint">{t!("man.close_not_yours")}</p> }
        </section>
    }
}

/// A Z is closed without a terminal that is out of reach, but not without saying so before. Nothing where there is one
/// terminal only.
fn terminals(app: &App) -> Html {
    let state = app.state();
    let mends = state.me.as_ref().is_some_and(|me| me.permissions.contains(&Permission::EditStore));
    let works = state.works.as_ref().map(|(view, _)| view.works.as_slice()).unwrap_or_default();
    let others = || works.iter().filter(|w| matches!(w.what, WorkOf::Terminal { .. }));
    let unheard = others().filter(|w| w.state == WorkState::Down).filter_map(|work| {
        let WorkOf::Terminal { name, .. } = &work.what else { return None };
        let look =
            mends.then(|| html! { <Button label={t!("man.terminals")} onclick={super::open(app, "terminals")} /> });
        Some(step(false, &t!("man.step_unheard", name = name), look))
    });
    let unheard: Vec<Html> = unheard.collect();
    if unheard.is_empty() && others().next().is_some() {
        step(true, &t!("man.step_heard"), None)
    } else {
        html! { {for unheard} }
    }
}

fn step(done: bool, words: &str, act: Option<Html>) -> Html {
    let (class, sign) = if done { ("done", Icon::Works) } else { ("open", Icon::Warning) };
    html! { <li class={class}>{icon(sign, 24)}<span class="grow">{words}</span>{ for act }</li> }
}
