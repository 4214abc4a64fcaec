//! `cargo xtask shots`: the pictures in the manuals, taken from the running restaurant so that they never lie.

use anyhow::{Context, Result};

use crate::process::{command, run};
use crate::{node, root, run as demo, setup, ui};

/// Takes every picture anew: the manuals' into docs/pictures, and every page and state of several terminals and of
/// devices into target/shots/gallery, to be looked at. Texts that are too faint or too wide there are a failure.
pub fn renew() -> Result<()> {
    let compiler = setup::for_tests()?;
    ui::ready(compiler)?;
    demo::build_programs(false)?;
    let chromium = node::chromium().context("no Chromium found")?;
    for (script, folder) in [("shots.mjs", "docs/pictures"), ("gallery.mjs", "target/shots/gallery")] {
        let mut taken = command("node");
        taken.arg(script).arg(root().join(folder)).current_dir(node::folder()).env("CHROMIUM", &chromium);
        run(&mut taken)?;
    }
    Ok(())
}
