//! Pages of other terminals of this restaurant may speak with this one: theirs died.

use std::net::IpAddr;

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{Face, From, api};
use crate::json::written;

/// How long a browser may remember what it was allowed, in seconds.
const REMEMBER: &str = "600";

/// `/api/here`: whether a page can work with this terminal.
pub(super) async fn here(State(face): State<Face>) -> Response {
    match api::here(|| written(&face.terminal.here())) {
        Some(text) => api::json(StatusCode::OK, text),
        None => api::refusal(domain::rejection::Rejection::Busy),
    }
}

/// Lets pages of the restaurant's other terminals in, and no other page: what a browser sends from a foreign site is not
/// even looked at.
pub(super) async fn same_house(
    State(face): State<Face>,
    ConnectInfo(from): ConnectInfo<From>,
    request: Request,
    next: Next,
) -> Response {
    let Some(origin) = request.headers().get(header::ORIGIN).cloned() else { return next.run(request).await };
    let own = is_own(&origin, request.headers());
    if !own && !is_known(&face, &origin, from.address.ip()) {
        return StatusCode::FORBIDDEN.into_response();
    }
    let mut response = if request.method() == Method::OPTIONS && !own {
        StatusCode::NO_CONTENT.into_response()
    } else {
        next.run(request).await
    };
    if !own {
        let headers = response.headers_mut();
        headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
        headers.insert(header::VARY, HeaderValue::from_static("origin"));
        let allowed = "authorization, content-type, x-device, x-device-key";
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static(allowed));
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static(REMEMBER));
        // Chromium asks before a page may call into a private network.
        headers.insert("access-control-allow-private-network", HeaderValue::from_static("true"));
    }
    response
}

/// The page came from this very address.
fn is_own(origin: &HeaderValue, headers: &HeaderMap) -> bool {
    host_of(origin).is_some_and(|host| headers.get(header::HOST).is_some_and(|own| own.as_bytes() == host.as_bytes()))
}

fn is_known(face: &Face, origin: &HeaderValue, from: IpAddr) -> bool {
    host_of(origin).is_some_and(|host| face.terminal.elsewhere(from).iter().any(|o| o.host == host))
}

fn host_of(origin: &HeaderValue) -> Option<&str> {
    let origin = origin.to_str().ok()?;
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
}

/// What a page may connect to: its own terminal and the restaurant's others, and nothing else.
pub(super) fn may_connect(face: &Face, own: Option<&str>, from: IpAddr) -> String {
    let others = face.terminal.elsewhere(from);
    let hosts = own.into_iter().chain(others.iter().map(|o| o.host.as_str()));
    let mut sources = "'self'".to_owned();
    for host in hosts.filter(|h| h.bytes().all(|b| b.is_ascii_alphanumeric() || b".-:[]".contains(&b))) {
        for scheme in ["http", "https", "ws", "wss"] {
            sources.push_str(&format!(" {scheme}://{host}"));
        }
    }
    sources
}
