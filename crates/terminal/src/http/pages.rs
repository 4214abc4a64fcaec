use std::{
    borrow::Cow,
    path::{Component, Path, PathBuf},
};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, Uri, header},
    response::{IntoResponse, Redirect, Response},
};
use rust_embed::RustEmbed;

use super::Face;

#[derive(RustEmbed)]
#[folder = "../../dist/ui"]
#[allow_missing = true]
struct BuiltIn;

/// Where the app's pages come from.
#[derive(Debug)]
pub enum Pages {
    /// Out of the binary (read from `dist/ui` in a debug build).
    BuiltIn,
    /// Out of a folder.
    Folder(PathBuf),
}

const INDEX: &str = "index.html";
/// The same document, from which `boot.js` starts the page that tells how a device is protected.
const PROTECT: &str = "protect.html";
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

/// A file of the app. What a person types behind the address (`/kitchen`) is a page of the app, whose addresses begin
/// with `#`.
pub(super) async fn page(State(face): State<Face>, uri: Uri, headers: HeaderMap) -> Response {
    let path = uri.path().trim_start_matches('/').to_owned();
    if path.starts_with("api/") {
        return super::api::refusal(domain::rejection::Rejection::NotHere { what: "address".into() });
    }
    if !path.is_empty() && !is_file(&path) {
        return Redirect::temporary(&format!("/#/{path}")).into_response();
    }
    let packed = takes_gzip(&headers);
    let found = tokio::task::spawn_blocking(move || find(&face.pages, &path, packed)).await.ok().flatten();
    let Some(Found { name, data, packed }) = found else {
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
    let mut answer =
        if same { (StatusCode::NOT_MODIFIED, head).into_response() } else { (head, data.into_owned()).into_response() };
    answer.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if packed && !same {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    answer
}

struct Found {
    name: String,
    data: Cow<'static, [u8]>,
    packed: bool,
}

/// The file itself, or as it was packed when the pages were built.
fn find(pages: &Pages, path: &str, packed: bool) -> Option<Found> {
    let name = if path.is_empty() || path == PROTECT { INDEX } else { path }.to_owned();
    let small = if packed { pages.read(&format!("{name}.gz")) } else { None };
    match small {
        Some(data) => Some(Found { name, data, packed: true }),
        None => pages.read(&name).map(|data| Found { name, data, packed: false }),
    }
}

fn is_file(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|last| last.contains('.'))
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let asked = headers.get(header::ACCEPT_ENCODING).and_then(|v| v.to_str().ok()).unwrap_or_default();
    asked.split(',').any(|one| {
        let mut parts = one.split(';').map(str::trim);
        parts.next() == Some("gzip") && !parts.any(|part| matches!(part, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_that_unpacks_gets_the_packed_file_and_the_others_the_plain_one() {
        let dir = tempfile::tempdir().expect("a folder");
        for (name, text) in [("ui.js", "plain"), ("ui.js.gz", "packed"), ("index.html", "the app")] {
            std::fs::write(dir.path().join(name), text).expect("a file");
        }
        let pages = Pages::Folder(dir.path().to_owned());
        let check = |path: &str, asked: &'static str, wanted: Option<(&str, bool)>| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(asked))]);
            let found = find(&pages, path, takes_gzip(&headers));
            let said = found.as_ref().map(|f| (std::str::from_utf8(&f.data).expect("text"), f.packed));
            assert_eq!(said, wanted, "{path} for {asked:?}");
        };
        check("ui.js", "gzip, deflate, br", Some(("packed", true)));
        check("ui.js", "br;q=1.0, gzip;q=0.8", Some(("packed", true)));
        check("ui.js", "gzip;q=0", Some(("plain", false)));
        check("ui.js", "", Some(("plain", false)));
        check("", "gzip", Some(("the app", false)));
        check("protect.html", "gzip", Some(("the app", false)));
        check("nothing.js", "gzip", None);
        check("../ui.js", "gzip", None);
    }
}
