//! The desktop program as a person meets it: the real window, looked at and tapped through WebKit's driver.
//!
//! It needs the built window and a few system programs, so `cargo xtask test` starts it; plain `cargo test` does not.
#![cfg(target_os = "linux")]

mod screen;
mod window;

use std::path::PathBuf;

use anyhow::{Context, Result};

use screen::Screen;
use window::Window;

/// The folder of the built programs, named by `cargo xtask test`.
fn program(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("COMANDA_PROGRAMS").context("run this with `cargo xtask test desktop`")?;
    Ok(PathBuf::from(folder).join(name))
}

#[test]
#[ignore = "needs the built window: cargo xtask test desktop"]
fn the_window_opens_on_the_pages() -> Result<()> {
    let screen = Screen::start()?;
    let window = Window::open(screen.driver(), &program("comanda")?, &[])?;
    let text = window.see("body", "")?;
    let picture = screen.shot("desktop-open")?;
    assert!(!text.trim().is_empty(), "an empty window, see {}", picture.display());
    assert_eq!(window.title()?, "Comanda");
    Ok(())
}
