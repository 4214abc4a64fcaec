use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;

use super::{
    Face,
    api::{self, Asking},
};
use crate::terminal::{lock, read};

/// Whether this terminal works, for programs that ask every few seconds. Whoever is signed in is also told the digest:
/// equal on terminals that hold the same entries.
pub(super) async fn health(State(face): State<Face>, Asking(caller): Asking) -> Response {
    let terminal = &face.terminal;
    let damage = lock(&terminal.damage).clone();
    let (set_up, entries, open) = {
        let state = read(&terminal.state);
        let restaurant = &state.restaurant;
        (restaurant.settings().is_some(), state.version(), restaurant.open_checks().count())
    };
    // Strangers cost no more than before; the digest reads everything that is open.
    let digest = caller.token.is_some().then(|| api::here(|| terminal.digest_for(&caller)).flatten()).flatten();
    let status = if damage.is_some() { StatusCode::INTERNAL_SERVER_ERROR } else { StatusCode::OK };
    if terminal.gate(&caller).is_err() {
        // Whoever looks from a machine that was not let in learns that it runs, and nothing of the restaurant.
        let body = json!({"status": if damage.is_some() { "damaged" } else { "ok" }, "set_up": set_up});
        return api::json(status, body.to_string());
    }
    let mut body = json!({
        "status": if damage.is_some() { "damaged" } else { "ok" },
        "damage": damage,
        "terminal": terminal.name,
        "version": env!("CARGO_PKG_VERSION"),
        "set_up": set_up,
        "entries": entries,
        "open_checks": open,
    });
    if let Some(digest) = digest {
        body["digest"] = digest.into();
    }
    api::json(status, body.to_string())
}

/// Counts in Prometheus' text form.
pub(super) async fn metrics(State(face): State<Face>, Asking(caller): Asking) -> Response {
    if let Err(why) = face.terminal.gate(&caller) {
        return api::refusal(why);
    }
    let text = face.terminal.metrics();
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response()
}

/// The description of this API.
pub(super) async fn description() -> Response {
    api::json(StatusCode::OK, crate::openapi::document().to_string())
}
