//! The desktop shell: opens the window on the built-in pages.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

use anyhow::{Context, Result};

fn main() -> Result<()> {
    tauri::Builder::default().run(tauri::generate_context!()).context("opening the window")
}
