//! Prepares the window's resources. The pages are built by `cargo xtask ui`; without them the shell still compiles and
//! its window says what to do.

use std::{fs, path::Path};

const PLACEHOLDER: &str = "<!doctype html><meta charset=\"utf-8\"><title>Comanda</title>\
    <p>The pages are not built yet. Run <code>cargo xtask ui</code>, then build the window again.</p>\n";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pages = Path::new("dist/ui");
    if !pages.join("index.html").exists() {
        fs::create_dir_all(pages)?;
        fs::write(pages.join("index.html"), PLACEHOLDER)?;
    }
    // The pages are embedded: new pages mean a new window.
    println!("cargo:rerun-if-changed=dist/ui");
    println!("cargo:rerun-if-changed=src-tauri");
    tauri_build::try_build(tauri_build::Attributes::new())?;
    Ok(())
}
