//! Building the pages: compile `ui` for wasm, bind it to the browser, lay it beside what `ui/static` holds.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::{fs, io};

use anyhow::{Context, Result, bail};

use crate::process::{cargo, run};
use crate::wasm::{Build, Compiler};
use crate::{root, say, setup, wasm};

/// All that the pages are made from. A change anywhere else needs no new pages.
const SOURCES: [&str; 5] = ["ui", "crates/domain", "xtask/bundle", "Cargo.toml", "Cargo.lock"];

/// `cargo xtask ui [--quick | --release]`.
pub fn command(args: &[String]) -> Result<()> {
    let how = match args {
        [] => Build::Shipped,
        [one] if one == "--release" => Build::Shipped,
        [one] if one == "--quick" => Build::Quick,
        _ => bail!("usage: cargo xtask ui [--quick]"),
    };
    let compiler = setup::for_pages()?;
    build(compiler, how)
}

/// The pages as they are shipped.
pub fn ready(compiler: Compiler) -> Result<()> {
    build(compiler, Build::Shipped)
}

fn build(compiler: Compiler, how: Build) -> Result<()> {
    say::step("Pages");
    let (out, stamp) = (root().join("dist/ui"), root().join("target/wasm/pages.stamp"));
    let wanted = format!("{} {:016x}", how.profile(), fingerprint()?);
    if out.join("ui_bg.wasm").exists() && fs::read_to_string(&stamp).is_ok_and(|built| built == wanted) {
        say::fact("nothing changed since they were built");
        return Ok(());
    }
    let built = wasm::build(compiler, how)?;
    // Made beside the old ones and swapped in at the end: a terminal that serves them never sees half of them.
    let fresh = root().join("dist/ui.fresh");
    remove(&fresh)?;
    copy(&root().join("ui/static"), &fresh).context("copying ui/static")?;
    let kind = match how {
        Build::Shipped if built.own_library => "--shipped",
        Build::Shipped => "--bigger",
        Build::Quick => "--quick",
    };
    run(cargo().args(["run", "--quiet", "--package", "ui-bundle", "--", kind]).arg(&fresh).args(&built.programs))?;
    remove(&out)?;
    fs::rename(&fresh, &out).context("putting the new pages in place")?;
    fs::write(&stamp, wanted).context("noting what the pages were built from")?;
    say::fact("the pages are in dist/ui");
    Ok(())
}

/// One number for the content of all sources: dates lie after a checkout, content does not.
fn fingerprint() -> Result<u64> {
    let mut hasher = DefaultHasher::new();
    for source in SOURCES {
        for file in files(&root().join(source))? {
            file.hash(&mut hasher);
            fs::read(&file).with_context(|| format!("reading {}", file.display()))?.hash(&mut hasher);
        }
    }
    Ok(hasher.finish())
}

/// Every file under a folder, in a fixed order; a file is its own list.
fn files(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut entries: Vec<PathBuf> = fs::read_dir(path)
        .with_context(|| format!("listing {}", path.display()))?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<_>>()?;
    entries.sort();
    let mut found = Vec::new();
    for entry in entries {
        found.extend(files(&entry)?);
    }
    Ok(found)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for file in files(from)? {
        let target = to.join(file.strip_prefix(from).expect("listed under it"));
        fs::create_dir_all(target.parent().expect("lies in a folder"))?;
        fs::copy(&file, &target).with_context(|| format!("copying {}", file.display()))?;
    }
    Ok(())
}

fn remove(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("removing {}", folder.display()))
        }
        _ => Ok(()),
    }
}
