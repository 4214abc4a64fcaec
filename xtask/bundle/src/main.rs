//! `ui-bundle --shipped|--bigger|--quick OUT WASM...`: turns the compiled pages into what a browser loads, and says how big
//! they became. The first program is what every device loads before it shows anything; shipped, it must stay within a
//! bound. `--bigger` is for pages whose standard library could not be built for size: they are not held to it.
//!
//! `cargo xtask ui` builds and runs this; nobody needs to call it by hand.

mod order;
mod script;
mod twins;

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use wasm_bindgen_cli_support::Bindgen;
use zopfli::{Format, Options};

/// The most the first program may weigh, in bytes gzipped: its JavaScript, its wasm and its words in the longest language
/// together.
const FIRST_LOAD_MAX: u64 = 400_000;
/// How often the packer looks for a better way to say the same. Each round takes about as long as the first.
const THOROUGH: NonZeroU64 = NonZeroU64::new(5).expect("not zero");
const QUICK: NonZeroU64 = NonZeroU64::MIN;
/// In how many parts a file may be packed. Each has a code that fits what is in it, which differs along a program; more
/// parts than this gave nothing.
const PARTS: u16 = 100;

fn main() -> Result<()> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [how @ ("--shipped" | "--bigger" | "--quick"), out, wasm @ ..] =
        &args.iter().map(String::as_str).collect::<Vec<_>>()[..]
    else {
        bail!("usage: ui-bundle --shipped|--bigger|--quick OUT WASM...");
    };
    let (out, quick) = (Path::new(out), *how == "--quick");
    let programs = wasm.iter().map(|wasm| bind(Path::new(wasm), out, !quick)).collect::<Result<Vec<_>>>()?;
    write_words(&out.join("texts"))?;
    pack(out, if quick { QUICK } else { THOROUGH })?;
    for (place, name) in programs.iter().enumerate() {
        let weight = weigh(out, name)?;
        if place == 0 && *how == "--shipped" && weight > FIRST_LOAD_MAX {
            bail!(
                "the first load is {weight} bytes gzipped, and may be {FIRST_LOAD_MAX}: see \"The bundle\" in docs/ARCHITECTURE.md"
            );
        }
    }
    Ok(())
}

/// Writes the words of the programs, a file for each language.
fn write_words(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).context("making room for the words")?;
    for book in texts::BOOKS {
        for (place, language) in texts::LANGUAGES.iter().enumerate() {
            let file = folder.join(words_name(book.name, language));
            fs::write(&file, book.in_language(place)).with_context(|| format!("writing {}", file.display()))?;
        }
    }
    Ok(())
}

/// As `boot.js` and the app ask for them.
fn words_name(book: &str, language: &str) -> String {
    format!("{book}.{language}.txt")
}

/// Writes each text and program once more as it travels, beside itself: a terminal packs nothing while people wait.
fn pack(folder: &Path, rounds: NonZeroU64) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("listing {}", folder.display()))? {
        let file = entry?.path();
        if file.is_dir() {
            pack(&file, rounds)?;
        } else if file
            .extension()
            .is_some_and(|kind| ["js", "wasm", "css", "html", "svg", "txt"].iter().any(|k| kind == *k))
        {
            let packed = gzipped(&fs::read(&file)?, rounds)?;
            fs::write(packed_name(&file), packed).with_context(|| format!("packing {}", file.display()))?;
        }
    }
    Ok(())
}

fn packed_name(file: &Path) -> PathBuf {
    let mut name = file.to_owned().into_os_string();
    name.push(".gz");
    name.into()
}

/// Prints the sizes of a program, raw and as it travels, and answers with the bytes that travel: with one language, and that
/// the one that weighs most.
fn weigh(out: &Path, name: &str) -> Result<u64> {
    let mut weight = 0;
    for file in [format!("{name}.js"), format!("{name}_bg.wasm")] {
        let path = out.join(&file);
        let [bytes, travels] = [path.clone(), packed_name(&path)].map(|p| fs::metadata(p).map(|m| m.len()));
        let (bytes, travels) = (bytes?, travels?);
        println!("  {file}: {} kB, {} kB gzipped", bytes / 1000, travels / 1000);
        weight += travels;
    }
    let mut words = (0, "");
    for language in texts::LANGUAGES {
        let file = packed_name(&out.join("texts").join(words_name(name, language)));
        words = words.max((fs::metadata(file)?.len(), language));
    }
    println!("  words of {name} in one language: at most {} kB gzipped ({})", words.0 / 1000, words.1);
    println!("  {name} together: {} bytes gzipped", weight + words.0);
    Ok(weight + words.0)
}

/// Writes a program's `.js` and `_bg.wasm` into `out`, and answers with its name.
fn bind(wasm: &Path, out: &Path, ordered: bool) -> Result<String> {
    let name = wasm.file_stem().and_then(|name| name.to_str()).context("a program has a name")?;
    let mut bindgen = Bindgen::new();
    bindgen.input_path(wasm).out_name(name).typescript(false).remove_name_section(true).remove_producers_section(true);
    bindgen.web(true).context("asking for a module the browser loads by itself")?;
    bindgen.generate(out).with_context(|| format!("binding {}", wasm.display()))?;
    if ordered {
        let (js, wasm) = (out.join(format!("{name}.js")), out.join(format!("{name}_bg.wasm")));
        let (script, program) = order::laid(&fs::read_to_string(&js)?, &fs::read(&wasm)?)?;
        fs::write(&js, script::bare(&script)?)
            .and_then(|()| fs::write(&wasm, program))
            .context("writing the program as it was laid")?;
    }
    Ok(name.to_owned())
}

/// The bytes a browser downloads.
fn gzipped(bytes: &[u8], rounds: NonZeroU64) -> Result<Vec<u8>> {
    let mut packed = Vec::new();
    let options = Options { iteration_count: rounds, maximum_block_splits: PARTS, ..Options::default() };
    zopfli::compress(options, Format::Gzip, bytes, &mut packed)?;
    Ok(packed)
}
