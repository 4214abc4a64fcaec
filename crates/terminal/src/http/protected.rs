//! What a device needs to know this restaurant's terminals: the root of the store's own authority, and how people compare
//! it. Served in the clear to anybody: a root is no secret, and whoever fetched a false one sees a false fingerprint.

use axum::{
    extract::{ConnectInfo, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use domain::rejection::Rejection;
use serde_json::json;
use sha2::Digest;

use super::{Face, From, api};
use crate::{authority::hex, peers::square};

/// `/authority.crt`: the root, as devices install it.
pub(super) async fn root(State(face): State<Face>) -> Response {
    match face.terminal.root() {
        Some(root) => {
            let headers = [
                (header::CONTENT_TYPE, "application/x-x509-ca-cert"),
                (header::CONTENT_DISPOSITION, "attachment; filename=\"comanda.crt\""),
                (header::CACHE_CONTROL, "no-store"),
            ];
            (headers, root).into_response()
        }
        None => api::refusal(Rejection::NotHere { what: "authority".into() }),
    }
}

/// `/authority.json`: its fingerprint, and where it is fetched and used, for `protect.html`. The fingerprint is told only
/// where nobody could have changed it on the way.
pub(super) async fn about(
    State(face): State<Face>,
    ConnectInfo(from): ConnectInfo<From>,
    headers: HeaderMap,
) -> Response {
    let Some(root) = face.terminal.root() else {
        return api::refusal(Rejection::NotHere { what: "authority".into() });
    };
    let near = api::caller(&headers, from).is_own() || from.protected;
    let print = sha2::Sha256::digest(&root);
    let print =
        near.then(|| hex(&print).as_bytes().chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join(" "));
    let host = face.terminal.web_address().map(|a| a.to_string());
    let (fetch, page) =
        (host.as_ref().map(|h| format!("http://{h}/protect.html")), host.map(|h| format!("https://{h}/")));
    let (qr, side) = fetch.as_deref().and_then(square).unwrap_or_default();
    let body = json!({"fingerprint": print, "fetch": fetch, "page": page, "qr": qr, "side": side});
    api::json(StatusCode::OK, body.to_string())
}
