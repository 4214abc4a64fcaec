//! The browser and the one node package that drive the pages as a person would.

use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::process::{command, run, which};
use crate::{root, say};

/// The browser's name differs from system to system.
const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// A Chromium to drive, if there is one.
pub fn chromium() -> Option<PathBuf> {
    BROWSERS.iter().find_map(|name| which(name))
}

/// The folder of the browser tests.
pub fn folder() -> PathBuf {
    root().join("tests/e2e")
}

/// Fetches the node packages the lock file names, unless they are there.
pub fn packages() -> Result<()> {
    let modified = |name: &str| folder().join(name).metadata().and_then(|file| file.modified()).ok();
    let (wanted, present) = (modified("package-lock.json"), modified("node_modules/.package-lock.json"));
    if present.is_some() && present >= wanted {
        say::fact("ok       node packages of the browser tests");
        return Ok(());
    }
    say::fact("missing  node packages of the browser tests");
    run(command("npm").args(["ci", "--no-audit", "--no-fund", "--ignore-scripts"]).current_dir(folder()))
        .context("fetching the node packages of the browser tests")
}
