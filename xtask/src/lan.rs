//! `cargo xtask lan`: several terminals on a LAN of this machine, with cables to pull; see `tests/src/lab`.

use anyhow::{Context, Result};

use crate::process::{cargo, run};
use crate::{setup, ui};

/// Builds in release mode, so that what is measured is what a restaurant gets, and hands it the arguments.
pub fn run_with(args: &[String]) -> Result<()> {
    setup::for_lan()?;
    if !args.iter().any(|arg| arg == "--kills" || arg == "--pulls") {
        // Somebody will open a browser: the pages are built into the terminal.
        ui::ready(setup::for_pages()?)?;
    }
    run(cargo().args(["run", "--release", "--package", "restaurant-tests", "--bin", "lan", "--"]).args(args))
        .context("playing with a LAN")
}
