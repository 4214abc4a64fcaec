//! The terminal without a window: serves the same pages and the same API to every browser on the LAN.

use std::{io::ErrorKind, net::SocketAddr, path::PathBuf, process::ExitCode};

use anyhow::{Context, Result, anyhow, bail};
use lexopt::prelude::*;
use terminal::{
    NetworkSettings, Options, Terminal, demo_service,
    http::{self, Pages},
    vouch,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

const USAGE: &str = "\
comanda-terminal: a restaurant terminal without a window

  --data DIR       where everything is kept (default: comanda-data)
  --listen ADDR    address of the pages and the API (default: 127.0.0.1:7700)
  --name NAME      what people call this terminal (default: Till)
  --peers ADDR     address for the restaurant's other terminals (default: port 7710 of a --listen address that others
                   can reach; otherwise this terminal keeps to itself)
  --no-discovery   neither look for other terminals nor be found: only addresses a person typed are called
  --demo           set an empty data folder up as the demo restaurant
  --language CODE  the demo's language: en, es or de (default: en)
  --printer ADDR   address of the demo's printer (default: 127.0.0.1:9100)
  --ui DIR         take the pages from a folder instead of the built-in ones
  --max-size MB    the database never grows beyond this

comanda-terminal let-in --help: lets a browser on another machine in, where this terminal has no screen
comanda-terminal demo-service --help: plays a seeded Saturday through the API of a running terminal
";

/// Threads of the runtime; the work that waits for the disk has its own.
const WORKERS: usize = 2;
/// Callers served at the same time; more wait in the runtime.
const MAX_AT_ONCE: usize = 64;

struct Arguments {
    options: Options,
    listen: SocketAddr,
    demo: bool,
    /// Where other terminals call this one; `None` takes what --listen says.
    peers: Option<SocketAddr>,
    discovery: bool,
    language: String,
    printer: Option<String>,
    pages: Pages,
}

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
    let Some(arguments) = arguments(words)? else {
        print!("{USAGE}");
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(WORKERS)
        .max_blocking_threads(MAX_AT_ONCE)
        .enable_all()
        .build()
        .context("starting the runtime")?;
    runtime.block_on(run(arguments))
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

async fn run(arguments: Arguments) -> Result<()> {
    // The port first: a second terminal on it must not even touch the data.
    let listener = TcpListener::bind(arguments.listen).await.map_err(|error| no_listener(arguments.listen, &error))?;
    let listen = listener.local_addr()?;
    let terminal = Terminal::open(arguments.options)?;
    if arguments.demo {
        terminal::demo::set_up(&terminal, &arguments.language, arguments.printer.as_deref())
            .map_err(|refusal| anyhow::anyhow!("the demo cannot be set up: {}", refusal.message))?;
        println!("The demo's people sign in with a PIN: {}", terminal::demo::people());
    }
    if let Some(settings) = NetworkSettings::of(Some(listen), arguments.peers, arguments.discovery) {
        let terminal = terminal.clone();
        let begun = tokio::task::spawn_blocking(move || terminal.start_network(settings)).await?;
        // A terminal without its network still serves its own people.
        if let Err(error) = begun {
            tracing::error!("other terminals cannot be reached: {error}");
        }
    }
    println!("Comanda is open: http://{listen}/");
    http::serve(terminal.clone(), arguments.pages, listener, stopped(terminal.clone())).await?;
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
async fn stopped(terminal: std::sync::Arc<Terminal>) {
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

fn arguments(mut words: lexopt::Parser) -> Result<Option<Arguments>> {
    let mut found = Arguments {
        options: Options { dir: PathBuf::from("comanda-data"), name: "Till".into(), max_bytes: None },
        listen: SocketAddr::from(([127, 0, 0, 1], 7700)),
        demo: false,
        peers: None,
        discovery: true,
        language: "en".into(),
        printer: None,
        pages: Pages::BuiltIn,
    };
    while let Some(word) = words.next()? {
        match word {
            Long("data") => found.options.dir = words.value()?.into(),
            Long("listen") => {
                found.listen = words.value()?.parse().context("--listen wants an address such as 127.0.0.1:7700")?;
            }
            Long("name") => found.options.name = words.value()?.string()?,
            Long("demo") => found.demo = true,
            Long("peers") => {
                let address = words.value()?.parse().context("--peers wants an address such as 0.0.0.0:7710")?;
                found.peers = Some(address);
            }
            Long("no-discovery") => found.discovery = false,
            Long("language") => found.language = words.value()?.string()?,
            Long("printer") => found.printer = Some(words.value()?.string()?),
            Long("ui") => found.pages = Pages::Folder(words.value()?.into()),
            Long("max-size") => found.options.max_bytes = Some(words.value()?.parse::<u64>()? << 20),
            Short('h') | Long("help") => return Ok(None),
            Value(other) => bail!("'{}' is not understood; see --help", other.to_string_lossy()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(Some(found))
}
