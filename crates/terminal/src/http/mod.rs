//! The terminal's HTTP face: the two verbs, the stream, the pages, and what watchers and strangers need.

mod api;
mod health;
mod pages;
mod paper;
mod status;
mod stream;

use std::{future::Future, io, net::SocketAddr, sync::Arc};

use axum::{
    Router,
    http::{HeaderName, HeaderValue, header},
    response::Response,
    routing::{get, post},
    serve::ListenerExt,
};
use tokio::net::TcpListener;

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
    // An answer is one small packet; waiting to fill a bigger one would cost every tap 40 ms.
    let listener = listener.tap_io(|socket| {
        if let Err(e) = socket.set_nodelay(true) {
            tracing::debug!("a connection keeps its delay: {e}");
        }
    });
    let router = router(Face { terminal, pages: Arc::new(pages) });
    axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).with_graceful_shutdown(stop).await
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
        .fallback(get(pages::page))
        .layer(axum::middleware::map_response(harden))
        .with_state(face)
}

/// What a browser may do with what it gets from here: run our own pages, and nothing else.
async fn harden(mut response: Response) -> Response {
    const HEADERS: [(HeaderName, &str); 3] = [
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self' 'unsafe-inline'; \
             img-src 'self' data: blob:; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; \
             object-src 'none'",
        ),
    ];
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
