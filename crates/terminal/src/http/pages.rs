use std::{
    borrow::Cow,
    path::{Component, Path, PathBuf},
};

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode, Uri, header},
    response::{IntoResponse, Response},
};
use rust_embed::RustEmbed;

use super::Face;

#[derive(RustEmbed)]
#[folder = "../../dist/ui"]
#[allow_missing = true]
struct BuiltIn;

/// Where the app's pages come from.
pub enum Pages {
    /// Out of the binary (read from `dist/ui` in a debug build).
    BuiltIn,
    /// Out of a folder.
    Folder(PathBuf),
}

const INDEX: &str = "index.html";
/// The page of a terminal that was built without pages.
const NO_PAGES: &str = "The pages are not built. Run `cargo xtask ui`, or use the API: /api/openapi.json\n";

impl Pages {
    fn read(&self, path: &str) -> Option<Cow<'static, [u8]>> {
        match self {
            Pages::BuiltIn => BuiltIn::get(path).map(|f| f.data),
            Pages::Folder(folder) => {
                let relative = Path::new(path);
                let inside = relative.components().all(|c| matches!(c, Component::Normal(_)));
                inside.then(|| std::fs::read(folder.join(relative)).ok()).flatten().map(Cow::Owned)
            }
        }
    }
}

/// A file of the app; an address of the app itself (without a dot in its last part) is the app.
pub(super) async fn page(State(face): State<Face>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    if path.starts_with("api/") {
        return super::api::refusal(domain::rejection::Rejection::NotHere { what: "address".into() });
    }
    let found = tokio::task::spawn_blocking(move || find(&face.pages, &path)).await.ok().flatten();
    let Some((name, data)) = found else {
        return (StatusCode::NOT_FOUND, NO_PAGES).into_response();
    };
    let tag = format!("\"{}\"", &blake3::hash(&data).to_hex()[..32]);
    let same = headers.get(header::IF_NONE_MATCH).is_some_and(|t| t.as_bytes() == tag.as_bytes());
    let head = [
        (header::CONTENT_TYPE, content_type(&name).to_owned()),
        (header::ETAG, tag),
        // Asked again every time, answered by "not modified": a new version is there on the next load.
        (header::CACHE_CONTROL, "no-cache".to_owned()),
    ];
    if same { (StatusCode::NOT_MODIFIED, head).into_response() } else { (head, data.into_owned()).into_response() }
}

fn find(pages: &Pages, path: &str) -> Option<(String, Cow<'static, [u8]>)> {
    let is_file = path.rsplit('/').next().is_some_and(|last| last.contains('.'));
    let name = if is_file { path } else { INDEX };
    pages.read(name).map(|data| (name.to_owned(), data))
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "json" | "webmanifest" => "application/json",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}
