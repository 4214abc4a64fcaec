//! Sheets that slide in over a page, and the short messages at its foot.

use yew::prelude::*;

use crate::{
    app::{App, Toast, use_sheet_keys},
    browser,
    icons::{Icon, icon},
    t,
};

#[derive(Properties, PartialEq)]
pub struct SheetProps {
    pub title: AttrValue,
    pub onclose: Callback<()>,
    pub children: Html,
    /// Buttons at the foot, the primary one last.
    #[prop_or_default]
    pub foot: Option<Html>,
    /// In the middle of the page instead of at its side.
    #[prop_or_default]
    pub center: bool,
    #[prop_or_default]
    pub id: Option<AttrValue>,
}

/// A drawer (or centred card) over the page. Escape and a tap beside it close it.
#[component]
pub fn Sheet(props: &SheetProps) -> Html {
    use_effect_with((), |()| browser::focus(".sheet [autofocus], .sheet button"));
    let close = props.onclose.clone();
    let onkeydown = move |e: KeyboardEvent| {
        if e.key() == "Escape" {
            e.stop_propagation();
            close.emit(());
        }
    };
    // A tap may take away the very button that had the focus; Escape must close the sheet all the same, and only this one.
    let (close, sheet) = (props.onclose.clone(), use_node_ref());
    let here = sheet.clone();
    use_sheet_keys(Callback::from(move |e: KeyboardEvent| {
        let on_top = here.cast().is_some_and(|sheet| !browser::is_covered(&sheet));
        if e.key() == "Escape" && browser::is_unfocused() && on_top {
            close.emit(());
        }
    }));
    let shut = props.onclose.reform(|_: MouseEvent| ());
    html! {
        <div {onkeydown}>
            <div class="veil" onclick={shut.clone()}></div>
            <section ref={sheet} class={classes!("sheet", props.center.then_some("center"))} role="dialog" aria-modal="true"
                aria-label={props.title.clone()} data-testid={props.id.clone()}>
                <header>
                    <h2>{&props.title}</h2>
                    <button class="btn plain" type="button" aria-label={t!("close")} onclick={shut}>{icon(Icon::Close, 24)}</button>
                </header>
                <div class="body scroll">{props.children.clone()}</div>
                if let Some(foot) = &props.foot { <footer>{foot.clone()}</footer> }
            </section>
        </div>
    }
}

#[derive(Properties, PartialEq)]
pub struct ToastsProps {
    pub toasts: Vec<Toast>,
}

/// What just happened, in one sentence, with the one thing to do about it.
#[component]
pub fn Toasts(props: &ToastsProps) -> Html {
    let app = use_context::<App>();
    html! {
        <div class="toasts" role="status" aria-live="polite" data-testid="toasts">
            { for props.toasts.iter().map(|toast| {
                let act = toast.act.as_ref().map(|(label, act)| {
                    let (app, act, n) = (app.clone(), act.clone(), toast.n);
                    let onclick = move |_: MouseEvent| {
                        if let Some(app) = &app {
                            app.drop_toast(n);
                        }
                        act.emit(());
                    };
                    html! { <button class="btn" type="button" {onclick}>{label}</button> }
                });
                html! {
                    <div key={toast.n} class={classes!("toast", toast.refused.then_some("refused"))}>
                        if toast.refused { {icon(Icon::Warning, 20)} }
                        <span class="words">{&toast.words}</span>{ for act }
                    </div>
                }
            })}
        </div>
    }
}
