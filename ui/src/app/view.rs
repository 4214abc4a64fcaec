//! A page's own question, asked when it opens and again when told to.

use domain::query::{Query, View};
use yew::prelude::*;

use super::{App, NoAnswer};

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
