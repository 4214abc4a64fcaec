//! The window, and what it shows when there is no terminal to show.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tauri::http::{Response, header};
use tauri::webview::DownloadEvent;
use tauri::{AppHandle, Builder, Manager, Runtime, WebviewUrl, WebviewWindowBuilder, Wry};

/// The name that the permissions in tauri.conf.json are given to.
const MAIN: &str = "main";
const TROUBLE: &str = "trouble";
const SIZE: (f64, f64) = (1280.0, 800.0);
/// A phone's width: the pages fit any window that is not smaller.
const SMALLEST: (f64, f64) = (360.0, 640.0);

/// The words of the trouble page.
struct Trouble(String);

/// Opens the window on the built-in pages. What they keep (who is signed in, what is not answered yet) lies in the
/// terminal's own data folder: a window of another terminal on this machine must not find it.
pub fn open(app: &AppHandle, data: &Path) -> Result<()> {
    let kept = std::path::absolute(data).context("finding the data folder")?.join("window");
    make_private(&kept).with_context(|| format!("making {}", kept.display()))?;
    show(app, WebviewUrl::App("index.html".into()), |window| window.data_directory(kept))
}

/// Makes a folder, once, that other people who use this machine cannot read.
fn make_private(folder: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder)
}

/// Opens the window on a plain page with these words.
pub fn say_trouble(app: &AppHandle, words: &str) -> Result<()> {
    app.manage(Trouble(words.to_owned()));
    let address =
        if cfg!(windows) { format!("http://{TROUBLE}.localhost/") } else { format!("{TROUBLE}://localhost/") };
    show(app, WebviewUrl::CustomProtocol(address.parse().context("the trouble page's address")?), |window| window)
}

type Window<'a> = WebviewWindowBuilder<'a, Wry, AppHandle>;

fn show(app: &AppHandle, page: WebviewUrl, with: impl FnOnce(Window<'_>) -> Window<'_>) -> Result<()> {
    with(WebviewWindowBuilder::new(app, MAIN, page))
        .title("Comanda")
        .inner_size(SIZE.0, SIZE.1)
        .min_inner_size(SMALLEST.0, SMALLEST.1)
        .on_download(|view, event| match event {
            DownloadEvent::Requested { destination, .. } => place(view.app_handle(), destination),
            _ => true,
        })
        .build()
        .context("opening the window")?;
    Ok(())
}

/// Where a file the pages made (a report, the menu) goes: among the person's downloads, as the web view chose it, or home
/// where nobody said which folder that is.
fn place<R: Runtime>(app: &AppHandle<R>, file: &mut PathBuf) -> bool {
    if app.path().download_dir().is_err() {
        let (Ok(home), Some(name)) = (app.path().home_dir(), file.file_name()) else { return false };
        *file = home.join(name);
    }
    file.parent().is_some_and(|folder| std::fs::create_dir_all(folder).is_ok())
}

/// Teaches the builder the trouble page's address.
pub fn with_trouble_page(builder: Builder<Wry>) -> Builder<Wry> {
    builder.register_uri_scheme_protocol(TROUBLE, |context, _| {
        let words = context.app_handle().try_state::<Trouble>().map(|trouble| trouble.0.clone()).unwrap_or_default();
        let answer = Response::new(page(&words).into_bytes());
        let (mut head, body) = answer.into_parts();
        head.headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("text/html; charset=utf-8"));
        Response::from_parts(head, body)
    })
}

fn page(words: &str) -> String {
    let words = words.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!(
        "<!doctype html><meta charset=\"utf-8\"><title>Comanda</title><style>body{{font:1.25rem/1.6 system-ui,sans-serif;\
         max-width:40rem;margin:20vh auto;padding:0 2rem;color:#17211f;background:#faf7f0}}</style>\
         <h1>Comanda cannot open</h1><p>{words}</p>"
    )
}
