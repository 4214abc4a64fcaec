//! `cargo xtask shots`: the pictures in the manuals, taken from the running restaurant so that they never lie.

use anyhow::{Context, Result};

use crate::process::{command, run};
use crate::{node, root, run as demo, setup, ui};

/// Takes every picture anew into docs/pictures.
pub fn renew() -> Result<()> {
    let compiler = setup::for_tests()?;
    ui::ready(compiler)?;
    demo::build_programs(false)?;
    let chromium = node::chromium().context("no Chromium found")?;
    run(command("node")
        .arg("shots.mjs")
        .arg(root().join("docs/pictures"))
        .current_dir(node::folder())
        .env("CHROMIUM", chromium))
}
