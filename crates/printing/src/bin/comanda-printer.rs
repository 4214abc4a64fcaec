//! A virtual receipt printer for demonstrations, tests and kitchens that have none yet.

use anyhow::{Context, bail};
use domain::paper::Paper;
use printing::emulator::{Build, Emulator, serve};
use std::{net::SocketAddr, process::ExitCode};

const USAGE: &str = "comanda-printer [--listen ADDR] [--web ADDR] [--width 58|80] [--out DIR] [--no-process-id]

  --listen ADDR     where tills print to            (127.0.0.1:9100)
  --web ADDR        the page with the tickets       (127.0.0.1:9180)
  --width 58|80     paper width in millimetres      (80)
  --out DIR         also write NNNN.png and NNNN.txt there
  --no-process-id   behave like a printer that cannot prove what it printed";

struct Arguments {
    listen: SocketAddr,
    web: SocketAddr,
    build: Build,
}

fn arguments() -> anyhow::Result<Option<Arguments>> {
    let mut listen = SocketAddr::from(([127, 0, 0, 1], 9100));
    let mut web = SocketAddr::from(([127, 0, 0, 1], 9180));
    let mut build = Build { echo: true, ..Build::default() };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "--listen" => listen = value()?.parse().context("--listen wants ADDRESS:PORT")?,
            "--web" => web = value()?.parse().context("--web wants ADDRESS:PORT")?,
            "--width" => {
                build.paper = match value()?.as_str() {
                    "58" => Paper::Mm58,
                    "80" => Paper::Mm80,
                    other => bail!("paper is 58 or 80 mm wide, not {other}"),
                }
            }
            "--out" => build.out = Some(value()?.into()),
            "--no-process-id" => build.without_process_ids = true,
            "--help" | "-h" => return Ok(None),
            other => bail!("unknown argument {other}\n\n{USAGE}"),
        }
    }
    Ok(Some(Arguments { listen, web, build }))
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        // One sentence for a person; a trace would bury it.
        Err(error) => {
            eprintln!("comanda-printer: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> anyhow::Result<()> {
    let Some(Arguments { listen, web, build }) = arguments()? else {
        println!("{USAGE}");
        return Ok(());
    };
    if let Some(out) = &build.out {
        std::fs::create_dir_all(out).with_context(|| format!("cannot make {}", out.display()))?;
    }
    let emulator = Emulator::start(listen, build).with_context(|| format!("cannot listen on {listen}"))?;
    println!("printing on {}, tickets at http://{web}/", emulator.addr());
    tokio::select! {
        served = serve(&emulator, web) => served.with_context(|| format!("cannot show the page on {web}"))?,
        _ = tokio::signal::ctrl_c() => {}
    }
    Ok(())
}
