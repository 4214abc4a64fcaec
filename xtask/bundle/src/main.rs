//! `ui-bundle --shipped|--bigger|--quick OUT WASM...`: turns the compiled pages into what a browser loads, and says how big
//! they became. The first program is what every device loads before it shows anything; shipped, it must stay within a
//! bound. `--bigger` is for pages whose standard library could not be built for size: they are not held to it.
//!
//! `cargo xtask ui` builds and runs this; nobody needs to call it by hand.

mod order;

use std::io::Write;
use std::path::Path;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use flate2::{Compression, write::GzEncoder};
use wasm_bindgen_cli_support::Bindgen;

/// The most the first program may weigh, in bytes gzipped: its JavaScript and its wasm together.
const FIRST_LOAD_MAX: usize = 400_000;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [how @ ("--shipped" | "--bigger" | "--quick"), out, wasm @ ..] =
        &args.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        bail!("usage: ui-bundle --shipped|--bigger|--quick OUT WASM...");
    };
    let shipped = *how == "--shipped";
    for (place, wasm) in wasm.iter().enumerate() {
        let weight = bind(Path::new(wasm), Path::new(out), *how != "--quick")?;
        if place == 0 && shipped && weight > FIRST_LOAD_MAX {
            bail!(
                "the first load is {weight} bytes gzipped, and may be {FIRST_LOAD_MAX}: see \"The bundle\" in docs/ARCHITECTURE.md"
            );
        }
    }
    pack(Path::new(out))
}

/// Writes each text and program once more as it travels, beside itself: a terminal packs nothing while people wait.
fn pack(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))? {
        let file = entry?.path();
        if file.is_dir() {
            pack(&file)?;
        } else if file.extension().is_some_and(|kind| ["js", "wasm", "css", "html", "svg"].iter().any(|k| kind == *k)) {
            let mut packed = file.clone().into_os_string();
            packed.push(".gz");
            fs::write(packed, gzipped(&fs::read(&file)?)?).with_context(|| format!("packing {}", file.display()))?;
        }
    }
    Ok(())
}

/// Writes a program's `.js` and `_bg.wasm` into `out`, prints their sizes, raw and as they travel, and answers with the
/// bytes that travel.
fn bind(wasm: &Path, out: &Path, ordered: bool) -> Result<usize> {
    let name = wasm.file_stem().and_then(|name| name.to_str()).context("a program has a name")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).context("asking for a module the browser loads by itself")?;
    bindgen.generate(out).with_context(|| format!("binding {}", wasm.display()))?;
    if ordered {
        let (js, wasm) = (out.join(format!("{name}.js")), out.join(format!("{name}_bg.wasm")));
        let (script, program) = order::laid(&fs::read_to_string(&js)?, &fs::read(&wasm)?)?;
        fs::write(&js, script)
            .and_then(|()| fs::write(&wasm, program))
            .context("writing the program as it was laid")?;
    }
    let mut weight = 0;
    for file in [format!("{name}.js"), format!("{name}_bg.wasm")] {
        let bytes = fs::read(out.join(&file)).with_context(|| format!("reading back {file}"))?;
        let travels = gzipped(&bytes)?.len();
        println!("  {file}: {} kB, {} kB gzipped", bytes.len() / 1000, travels / 1000);
        weight += travels;
    }
    Ok(weight)
}

/// The bytes a browser downloads.
fn gzipped(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}
