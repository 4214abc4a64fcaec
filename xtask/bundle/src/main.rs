//! `ui-bundle WASM OUT`: turns the compiled UI into what a browser loads, and says how big it became.
//!
//! `cargo xtask ui` builds and runs this; nobody needs to call it by hand.

use std::io::Write;
use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use wasm_bindgen_cli_support::Bindgen;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [wasm, out] = args.as_slice() else { bail!("usage: ui-bundle WASM OUT") };
    bind(Path::new(wasm), Path::new(out))
}

/// Writes `ui.js` and `ui_bg.wasm` into `out` and prints their sizes, raw and as they travel.
fn bind(wasm: &Path, out: &Path) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name("ui").typescript(false).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).context("asking for a module the browser loads by itself")?;
    bindgen.generate(out).with_context(|| format!("binding {}", wasm.display()))?;
    for name in ["ui.js", "ui_bg.wasm"] {
        let bytes = fs::read(out.join(name)).with_context(|| format!("reading back {name}"))?;
        println!("  {name}: {} kB, {} kB gzipped", bytes.len() / 1000, gzipped(&bytes)? / 1000);
    }
    Ok(())
}

/// The number of bytes a browser downloads.
fn gzipped(bytes: &[u8]) -> Result<usize> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}
