//! The terminal without a window: serves the same pages and the same API to every browser on the LAN.

use std::{io::ErrorKind, net::SocketAddr, path::PathBuf, process::ExitCode, sync::Arc};

use anyhow::{Context, Result, anyhow};
use terminal::{CommandLine, OpenError, Terminal, WORDS, demo_service, http, vouch};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// Around the words that a terminal with a window takes too.
const TITLE: &str = "\
comanda-terminal: a restaurant terminal without a window

  --data DIR       where everything is kept (default: comanda-data)
";
const OTHERS: &str = "
comanda-terminal let-in --help: lets a browser on another machine in, where this terminal has no screen
comanda-terminal demo-service --help: plays a seeded Saturday through the API of a running terminal
";

/// Threads of the runtime; the work that waits for the disk has its own.
const WORKERS: usize = 2;
/// Callers served at the same time; more wait in the runtime.
const MAX_AT_ONCE: usize = 64;

fn main() -> ExitCode {
    match work() {
        Ok(()) => ExitCode::SUCCESS,
        // One sentence for a person; a trace would bury it.
        Err(error) => {
            eprintln!("comanda-terminal: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn work() -> Result<()> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let mut words = lexopt::Parser::from_env();
    let first = std::env::args_os().nth(1);
    if first.as_ref().is_some_and(|word| word == "demo-service") {
        let _ = words.next()?;
        return play(&mut words);
    }
    if first.is_some_and(|word| word == "let-in") {
        let _ = words.next()?;
        return let_in(&mut words);
    }
    let Some(line) = CommandLine::parse(words, PathBuf::from("comanda-data"))? else {
        print!("{TITLE}{WORDS}{OTHERS}");
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(MAX_AT_ONCE)
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(run(line))
}

/// `demo-service`: a Saturday through the API of a terminal that runs already.
fn play(words: &mut lexopt::Parser) -> Result<()> {
    match demo_service::Args::parse(words)? {
        Some(args) => print!("{}", demo_service::run(&args)?),
        None => print!("{}", demo_service::USAGE),
    }
    Ok(())
}

/// `let-in`: lets a device in where the terminal has no screen.
fn let_in(words: &mut lexopt::Parser) -> Result<()> {
    match vouch::Args::parse(words)? {
        Some(args) => vouch::run(&args, &mut std::io::stdin().lock())?,
        None => print!("{}", vouch::USAGE),
    }
    Ok(())
}

async fn run(line: CommandLine) -> Result<()> {
    // The port first: a second terminal on it must not even touch the data.
    let address = line.listen_here();
    let listener = TcpListener::bind(address).await.map_err(|error| no_listener(address, &error))?;
    let listen = listener.local_addr()?;
    let (terminal, line) = tokio::task::spawn_blocking(move || {
        let terminal = line.open()?;
        line.speak_with_others(&terminal, Some(listen));
        Ok::<_, OpenError>((terminal, line))
    })
    .await??;
    if line.demo {
        println!("The demo's people sign in with a PIN: {}", terminal::demo::people());
    } else if !terminal.is_set_up() && !line.options.set_up_anywhere {
        println!(
            "There is no restaurant yet. Set it up in a browser on this machine, or start with --set-up-anywhere."
        );
    }
    println!("Comanda is open: http://{listen}/");
    http::serve(terminal.clone(), line.pages, listener, stopped(terminal.clone())).await?;
    tokio::task::spawn_blocking(move || terminal.stop()).await?;
    Ok(())
}

fn no_listener(address: SocketAddr, error: &std::io::Error) -> anyhow::Error {
    match error.kind() {
        ErrorKind::AddrInUse => {
            anyhow!("{address} is taken by another program. Close it, or choose another --listen address")
        }
        ErrorKind::AddrNotAvailable => {
            anyhow!("{address} is no address of this machine. 0.0.0.0 listens on all it has")
        }
        _ => anyhow!("nobody can be heard on {address}: {error}"),
    }
}

/// Done when somebody asks the program to end. The streams are ended at once, or they would keep it open.
async fn stopped(terminal: Arc<Terminal>) {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut end)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = end.recv() => {}
    }
    terminal.end_streams();
}
