//! `cargo xtask bench`: the measurements, which live with the whole-restaurant stories.

use anyhow::{Context, Result};

use crate::process::{cargo, run};
use crate::setup;

/// Builds in release mode and runs the named measurements, or all.
pub fn run_named(names: &[String]) -> Result<()> {
    setup::for_lan()?;
    run(cargo().args(["run", "--release", "--package", "restaurant-tests", "--bin", "bench", "--"]).args(names))
        .context("measuring")
}
