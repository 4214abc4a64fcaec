//! What a device needs to know this restaurant's terminals: the root of the store's own authority, and how people compare
//! it. Served in the clear to anybody: a root is no secret, and whoever fetched a false one sees a false fingerprint.

use axum::{
    extract::{Request, State},
    http::{StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use domain::rejection::Rejection;
use serde_json::json;
use sha2::Digest;

use super::{
    Face,
    api::{self, Asking},
};
use crate::{authority::hex, peers::square, terminal::lock};

/// The page that says how a device is protected.
const EXPLAINED: &str = "/protect.html";
/// What that page is made of, and the root it hands out.
const NEEDED: [&str; 7] =
    [EXPLAINED, "/boot.js", "/protect.js", "/icon.svg", "/manifest.webmanifest", "/authority.crt", "/authority.json"];
const NEEDED_UNDER: [&str; 2] = ["/css/", "/fonts/"];

/// Where the restaurant wants its devices protected, whoever comes in the clear from another machine is told how, and
/// nothing else.
pub(super) async fn only_protected(
    State(face): State<Face>,
    Asking(caller): Asking,
    request: Request,
    next: Next,
) -> Response {
    let path = request.uri().path();
    let explains = NEEDED.contains(&path) || NEEDED_UNDER.iter().any(|folder| path.starts_with(folder));
    if explains || lock(&face.terminal.door).hears(&caller) {
        return next.run(request).await;
    }
    // Whoever opens the restaurant's address is shown the way; a program that asks for anything else hears why not.
    if path == "/" { Redirect::temporary(EXPLAINED).into_response() } else { api::refusal(Rejection::OnlyProtected) }
}

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
pub(super) async fn about(State(face): State<Face>, Asking(caller): Asking) -> Response {
    let Some(root) = face.terminal.root() else {
        return api::refusal(Rejection::NotHere { what: "authority".into() });
    };
    let near = caller.is_safe();
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
