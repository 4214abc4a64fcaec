//! An address that leads nowhere leads back to the floor.

use yew::prelude::*;

use crate::{
    app::{App, Top},
    components::{Button, Empty, Kind},
    icons::Icon,
    route::Route,
    t,
};

pub fn page() -> Html {
    html! { <Lost /> }
}

#[component]
fn Lost() -> Html {
    let Some(app) = use_context::<App>() else { return html! {} };
    let onclick = move |()| app.open_instead(&Route::Floor);
    html! {
        <>
            <Top title={t!("app.name")} />
            <main class="page">
                <Empty icon={Icon::Floor} title={t!("error.lost")}>
                    <Button label={t!("nav.floor")} kind={Kind::Primary} {onclick} />
                </Empty>
            </main>
        </>
    }
}
