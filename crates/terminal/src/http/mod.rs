//! The terminal's HTTP face: the two verbs, the stream, the pages, and what watchers and strangers need.

mod api;
mod health;
mod here;
mod listener;
mod pages;
mod paper;
mod protected;
mod status;
mod stream;

use std::{future::Future, io, sync::Arc};

use axum::{
    Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    middleware::{Next, from_fn_with_state},
    response::Response,
    routing::{get, post},
};
use tokio::net::TcpListener;

use listener::{Doorstep, From};
pub use pages::Pages;

use crate::Terminal;

/// What every handler works with.
#[derive(Clone)]
struct Face {
    terminal: Arc<Terminal>,
    pages: Arc<Pages>,
}

/// Serves until `stop` is done, then lets running answers finish.
///
/// # Errors
/// When the listener fails for good.
pub async fn serve(
    terminal: Arc<Terminal>,
    pages: Pages,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    terminal.serves(listener.local_addr()?);
    let doorstep = Doorstep::open(listener, terminal.clone())?;
    let router = router(Face { terminal, pages: Arc::new(pages) });
    axum::serve(doorstep, router.into_make_service_with_connect_info::<From>()).with_graceful_shutdown(stop).await
}

fn router(face: Face) -> Router {
    Router::new()
        .route("/api/dispatch", post(api::dispatch))
        .route("/api/query", post(api::query))
        .route("/api/stream", get(stream::join))
        .route("/api/slips/{picture}", get(paper::picture))
        .route("/api/openapi.json", get(health::description))
        .route("/health", get(health::health))
        .route("/metrics", get(health::metrics))
        .route("/api/here", get(here::here))
        .route("/authority.crt", get(protected::root))
        .route("/authority.json", get(protected::about))
        .fallback(get(pages::page))
        .layer(from_fn_with_state(face.clone(), protected::only_protected))
        .layer(from_fn_with_state(face.clone(), here::same_house))
        .layer(from_fn_with_state(face.clone(), harden))
        .with_state(face)
}

/// What a browser may do with what it gets from here: run our own pages, and nothing else.
async fn harden(
    State(face): State<Face>,
    ConnectInfo(from): ConnectInfo<From>,
    request: Request,
    next: Next,
) -> Response {
    let host = request.headers().get(header::HOST).and_then(|h| h.to_str().ok()).map(str::to_owned);
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Only the page itself has a policy; what it fetches is held to that.
    if headers.get(header::CONTENT_TYPE).is_some_and(|t| t.as_bytes().starts_with(b"text/html")) {
        let connect = here::may_connect(&face, host.as_deref(), from.address.ip());
        let policy = format!(
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: blob:; connect-src {connect}; frame-ancestors 'none'; base-uri 'none'; \
             object-src 'none'"
        );
        headers.extend(HeaderValue::from_str(&policy).ok().map(|p| (header::CONTENT_SECURITY_POLICY, p)));
    }
    response
}
