//! `cargo xtask`: everything this project does besides compiling. Each command first sets up what it needs, itself.

mod apt;
mod bench;
mod lan;
mod node;
mod process;
mod run;
mod say;
mod setup;
mod shots;
mod simulate;
mod tally;
mod test;
mod ui;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Result, bail};

const USAGE: &str = "\
cargo xtask COMMAND

  setup              install whatever is missing on this machine, for all commands below
  run [--data DIR] [--listen ADDR] [--browser]
                     start the demo restaurant with its virtual printer; opens the window, or prints the address
  ui [--quick]       build the pages into dist/ui (--quick: bigger, but faster to build)
  test [PART ...]    everything the project is judged by; parts: fmt clippy cargo ui browser desktop deny
  bench [NAME ...]   the measurements, in release mode
  simulate [--seeds N] [--hours H] [--seed S] [--planted [NAME]] [--trace]
                     services in which network, disks and clocks fail, in release mode
  lan [--terminals N] [--kills N | --pulls N]
                     several terminals on a LAN of this machine, with cables to pull; or how fast a master is replaced
  shots              take the pictures in docs/pictures anew, and those of every page of several terminals";

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match command(&args) {
        Ok(code) => code,
        Err(error) => {
            say::trouble(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn command(args: &[String]) -> Result<ExitCode> {
    let Some((name, rest)) = args.split_first() else {
        println!("{USAGE}");
        return Ok(ExitCode::FAILURE);
    };
    match name.as_str() {
        "setup" => setup::for_everything()?,
        "run" => run::demo(&run::Options::parse(rest)?)?,
        "ui" => ui::command(rest)?,
        "test" => return test::all(rest),
        "bench" => bench::run_named(rest)?,
        "simulate" => simulate::run_with(rest)?,
        "lan" => lan::run_with(rest)?,
        "shots" => shots::renew()?,
        "help" | "--help" | "-h" => println!("{USAGE}"),
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The project's top folder, wherever the command was typed.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies inside the project").to_path_buf()
}
