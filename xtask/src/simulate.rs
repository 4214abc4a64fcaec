//! `cargo xtask simulate`: services with everything going wrong, by the thousand hours; see `tests/simulation`.

use anyhow::{Context, Result};

use crate::process::{cargo, run};
use crate::setup;

/// Builds the simulation in release mode and hands it the arguments.
pub fn run_with(args: &[String]) -> Result<()> {
    setup::for_programs()?;
    run(cargo()
        .args(["run", "--profile", "simulation", "--package", "simulation", "--bin", "simulate", "--"])
        .args(args))
    .context("simulating")
}
