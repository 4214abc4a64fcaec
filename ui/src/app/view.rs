//! A page's own question, asked when it opens and again when told to.

use domain::query::{Query, View};
use yew::prelude::*;

use super::{App, NoAnswer};
use crate::browser;

/// An answer on its way, here, or refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Remote {
    Loading,
    Here(View),
    Failed(NoAnswer),
}

/// Asks `query` whenever it changes. The callback asks again, keeping the old answer on the page meanwhile.
///
/// ```ignore
/// let (today, ask_again) = use_view(Query::Today);
/// match &today { Remote::Here(View::Today(today)) => …, Remote::Loading => html! { <Ghosts /> }, … }
/// ```
#[hook]
pub fn use_view(query: Query) -> (Remote, Callback<()>) {
    let answer = use_state(|| Remote::Loading);
    // An answer to an older question must not replace that of a newer one.
    let asked = use_mut_ref(|| 0u32);
    let app = use_context::<App>();
    let ask = {
        let (answer, asked, app) = (answer.clone(), asked.clone(), app.clone());
        move |query: Query| {
            let Some(app) = app else { return };
            *asked.borrow_mut() += 1;
            let (mine, asked, answer) = (*asked.borrow(), asked.clone(), answer.clone());
            let answered = move |result: Result<View, NoAnswer>| {
                if *asked.borrow() == mine {
                    answer.set(result.map_or_else(Remote::Failed, Remote::Here));
                }
            };
            app.ask(query, Callback::from(answered));
        }
    };
    {
        let (ask, answer) = (ask.clone(), answer.clone());
        use_effect_with(query.clone(), move |query| {
            answer.set(Remote::Loading);
            ask(query.clone());
        });
    }
    let again = Callback::from(move |()| ask.clone()(query.clone()));
    ((*answer).clone(), again)
}

/// As [`use_view`], asked again whenever checks, the menu or the day have changed, here or at another terminal.
#[hook]
pub fn use_live(query: Query) -> (Remote, Callback<()>) {
    let (answer, again) = use_view(query);
    let looked = use_context::<App>().map_or(0, |app| app.state().looked);
    let known = use_mut_ref(|| looked);
    {
        let again = again.clone();
        use_effect_with(looked, move |looked| {
            if known.replace(*looked) != *looked {
                again.emit(());
            }
        });
    }
    (answer, again)
}

/// A question asked again and again while the page is seen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Polled {
    /// The newest answer; it stays while a later question has none.
    pub view: Option<View>,
    /// Why the last question had no answer.
    pub failed: Option<NoAnswer>,
    /// How many answers came.
    pub n: u32,
}

/// Asks `query` every `pause` milliseconds while the page is seen; the callback asks at once. Of what the stream does not
/// tell.
#[hook]
pub fn use_polled(query: Query, pause: u32) -> (Polled, Callback<()>) {
    let polled = use_state(Polled::default);
    let waiting = use_mut_ref(|| false);
    let newest = use_mut_ref(Polled::default);
    let app = use_context::<App>();
    let ask = {
        let (polled, app) = (polled.clone(), app);
        Callback::from(move |()| {
            let Some(app) = &app else { return };
            if std::mem::replace(&mut *waiting.borrow_mut(), true) {
                return;
            }
            let (polled, waiting, newest) = (polled.clone(), waiting.clone(), newest.clone());
            let answered = move |result: Result<View, NoAnswer>| {
                *waiting.borrow_mut() = false;
                let mut newest = newest.borrow_mut();
                newest.n += 1;
                match result {
                    Ok(view) => (newest.view, newest.failed) = (Some(view), None),
                    Err(failed) => newest.failed = Some(failed),
                }
                polled.set(newest.clone());
            };
            app.ask(query.clone(), Callback::from(answered));
        })
    };
    {
        let ask = ask.clone();
        use_effect_with((), move |()| {
            ask.emit(());
            let every = gloo_timers::callback::Interval::new(pause, move || {
                if browser::is_seen() {
                    ask.emit(());
                }
            });
            move || drop(every)
        });
    }
    ((*polled).clone(), ask)
}
