//! The desktop shell: one terminal and a window on it, in one program. It opens the window and forwards two verbs and one
//! stream to `crates/terminal`; phones and other screens reach the same terminal over the store's network.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
mod options;
mod window;

use std::{process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use tauri::{AppHandle, Manager, RunEvent, async_runtime};
use terminal::{NetworkSettings, Terminal, http};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

use options::Options;

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
    let Some(options) = Options::parse(lexopt::Parser::from_env())? else {
        print!("{}", options::USAGE);
        return Ok(());
    };
    let app = window::with_trouble_page(tauri::Builder::default())
        .invoke_handler(tauri::generate_handler![bridge::dispatch, bridge::query, bridge::wants])
        .setup(move |app| {
            start(app.handle(), options)?;
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
fn start(app: &AppHandle, mut options: Options) -> Result<()> {
    if options.terminal.dir.as_os_str().is_empty() {
        options.terminal.dir = app.path().app_local_data_dir().context("finding a folder for the data")?;
    }
    match open(&options) {
        Ok(terminal) => {
            app.manage(terminal.clone());
            speak_with_others(&terminal, &options);
            app.manage(bridge::follow(app.clone(), terminal.clone()));
            if let Some(address) = options.listen {
                async_runtime::spawn(serve(terminal, options, address));
            }
            window::open(app)?;
        }
        Err(trouble) => {
            tracing::error!("{trouble:#}");
            window::say_trouble(app, &format!("{trouble:#}"))?;
        }
    }
    async_runtime::spawn(end_when_asked(app.clone()));
    Ok(())
}

fn open(options: &Options) -> Result<Arc<Terminal>> {
    let terminal = Terminal::open(options.terminal.clone())?;
    if options.demo {
        terminal::demo::set_up(&terminal, &options.language, options.printer.as_deref())
            .map_err(|refusal| anyhow::anyhow!("the demo cannot be set up: {}", refusal.message))?;
    }
    Ok(terminal)
}

/// The restaurant's other terminals. Without them this one still serves its own people.
fn speak_with_others(terminal: &Arc<Terminal>, options: &Options) {
    let settings = NetworkSettings::of(options.listen, options.peers, options.discovery);
    if let Some(Err(error)) = settings.map(|settings| terminal.start_network(settings)) {
        tracing::error!("other terminals cannot be reached: {error}. This window goes on working");
    }
}

/// The face for the other screens. Without it the till itself still works, so a taken port does not stop the window.
async fn serve(terminal: Arc<Terminal>, options: Options, address: std::net::SocketAddr) {
    let served = match TcpListener::bind(address).await {
        Ok(listener) => http::serve(terminal, options.pages, listener, std::future::pending()).await,
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
