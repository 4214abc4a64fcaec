//! The desktop shell: one terminal and a window on it, in one program. It opens the window and forwards two verbs and one
//! stream to `crates/terminal`; phones and other screens reach the same terminal over the store's network.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod window;

use std::{net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use tauri::{AppHandle, Manager, RunEvent, async_runtime};
use terminal::{
    CommandLine, Terminal, WORDS,
    http::{self, Pages},
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Before the words that a terminal without a window takes too.
const TITLE: &str = "\
comanda: a restaurant terminal with its window

  --data DIR       where everything is kept (default: the system's folder for this program's data)
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        // One sentence for a person; a trace would bury it.
        Err(error) => {
            eprintln!("comanda: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    // Where the system keeps this program's data is known once there is a window.
    let Some(line) = CommandLine::parse(lexopt::Parser::from_env(), PathBuf::new())? else {
        print!("{TITLE}{WORDS}");
        return Ok(());
    };
    let app = window::with_trouble_page(tauri::Builder::default())
        .invoke_handler(tauri::generate_handler![bridge::dispatch, bridge::query, bridge::join, bridge::wants])
        .setup(move |app| {
            start(app.handle(), line)?;
            Ok(())
        })
        .build(tauri::generate_context!())
        .context("opening the window")?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            close(app);
        }
    });
    Ok(())
}

/// Opens the terminal and the window on it, or a window that says in words why there is no terminal.
fn start(app: &AppHandle, mut line: CommandLine) -> Result<()> {
    if line.options.dir.as_os_str().is_empty() {
        line.options.dir = app.path().app_local_data_dir().context("finding a folder for the data")?;
    }
    match line.open() {
        Ok(terminal) => {
            app.manage(terminal.clone());
            line.speak_with_others(&terminal, line.listen());
            app.manage(bridge::follow(app.clone()));
            if let Some(address) = line.listen() {
                async_runtime::spawn(serve(terminal, line.pages, address));
            }
            window::open(app, &line.options.dir)?;
        }
        Err(trouble) => {
            tracing::error!("{trouble}");
            window::say_trouble(app, &trouble.to_string())?;
        }
    }
    async_runtime::spawn(end_when_asked(app.clone()));
    Ok(())
}

/// The face for the other screens. Without it the till itself still works, so a taken port does not stop the window.
async fn serve(terminal: Arc<Terminal>, pages: Pages, address: SocketAddr) {
    let served = match TcpListener::bind(address).await {
        Ok(listener) => http::serve(terminal, pages, listener, std::future::pending()).await,
        Err(error) => Err(error),
    };
    if let Err(error) = served {
        tracing::error!("other screens cannot reach this terminal on {address}: {error}. This window goes on working");
    }
}

/// A polite request from outside (a shutdown, Ctrl-C) closes the window as its cross would.
async fn end_when_asked(app: AppHandle) {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (Ok(mut interrupt), Ok(mut end)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
        else {
            return;
        };
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = end.recv() => {}
        }
        app.exit(0);
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_ok() {
        app.exit(0);
    }
}

/// The state is stored and the log tidied, so that the next start is quick.
fn close(app: &AppHandle) {
    if let Some(terminal) = app.try_state::<Arc<Terminal>>() {
        terminal.end_streams();
        terminal.stop();
    }
}
