use yew::prelude::*;
#[component]
pub fn SetUpPage() -> Html { html! {} }
