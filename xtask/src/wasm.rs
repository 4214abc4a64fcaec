//! A compiler for the pages. rustup's wasm target is the usual way. Where rustup can download nothing, Debian's newer
//! Rust (`rustc-web`) builds the same pages together with its own standard library.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{answer, cargo, command, run, which};
use crate::{apt, root, say};

const TARGET: &str = "wasm32-unknown-unknown";
/// Apart from the host's target folder, or a change of compiler would throw the host's work away.
const TARGET_DIR: &str = "target/wasm";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "rust-web-src", "rust-web-llvm", "lld-22"];
/// The workspace's `rust-version`: an older compiler cannot build the pages.
const OLDEST_MINOR: u32 = 92;

/// Set to `debian` to take the second way even where the first would work.
const CHOICE: &str = "COMANDA_WASM";

/// The two ways to build for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    /// The toolchain in use, with the target added.
    Rustup,
    /// Debian's `rustc-web`, building the standard library too.
    Debian,
}

/// Finds a compiler for wasm or installs one.
///
/// # Errors
/// Both ways failed; the text names what to install.
pub fn ready() -> Result<Compiler> {
    let forced = std::env::var(CHOICE).is_ok_and(|way| way == "debian");
    if !forced && has_target() {
        say::fact("ok       Rust's wasm target");
        return Ok(Compiler::Rustup);
    }
    if debian_usable() {
        say::fact("ok       Debian's Rust for wasm");
        return Ok(Compiler::Debian);
    }
    say::fact("missing  a compiler for wasm");
    if !forced && which("rustup").is_some() {
        match run(command("rustup").args(["target", "add", TARGET])) {
            Ok(()) if has_target() => return Ok(Compiler::Rustup),
            Ok(()) => say::fact("rustup added the target to another toolchain than the one in use"),
            Err(_) => say::fact("rustup could not fetch the target; Debian's newer Rust is tried instead"),
        }
    }
    if !apt::offers(DEBIAN_PACKAGES[0]) {
        bail!(
            "no compiler for wasm: run `rustup target add {TARGET}` where rustup may download, or install Rust with \
             that target from your system's packages"
        );
    }
    apt::install(&DEBIAN_PACKAGES)?;
    if !debian_usable() {
        bail!("{} is installed, but {DEBIAN_RUSTC} with its sources is not usable", DEBIAN_PACKAGES[0]);
    }
    Ok(Compiler::Debian)
}

/// Builds the `ui` program and says where it lies. `profile` is a profile of the top Cargo.toml.
pub fn build(compiler: Compiler, profile: &str) -> Result<PathBuf> {
    let mut build = cargo();
    build.args(["build", "--package", "ui", "--profile", profile, "--target", TARGET, "--target-dir", TARGET_DIR]);
    if compiler == Compiler::Debian {
        with_debian(&mut build);
    }
    run(&mut build).context("building the pages")?;
    Ok(root().join(TARGET_DIR).join(TARGET).join(profile).join("ui.wasm"))
}

fn with_debian(build: &mut Command) {
    // panic_abort must be named although the profile asks for it (rust-lang/rust#83805).
    build.arg("-Zbuild-std=std,panic_abort");
    // The library's own small sorts: the fast ones are copied into the bundle once per type that is sorted.
    build.arg("-Zbuild-std-features=optimize_for_size");
    build.env("RUSTC", DEBIAN_RUSTC).env("RUSTC_BOOTSTRAP", "1");
    // Set by `cargo run` for the other toolchain's libraries.
    build.env_remove("LD_LIBRARY_PATH");
}

fn has_target() -> bool {
    answer(command("rustc").args(["--print", "sysroot"]))
        .is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(TARGET).join("lib").is_dir())
}

fn debian_usable() -> bool {
    let ask = |words: &[&str]| {
        let mut rustc = command(DEBIAN_RUSTC);
        answer(rustc.env_remove("LD_LIBRARY_PATH").env_remove("RUSTUP_TOOLCHAIN").args(words))
    };
    let minor = ask(&["--version"]).and_then(|version| version.split('.').nth(1)?.parse::<u32>().ok());
    let source = |sysroot: String| Path::new(&sysroot).join("lib/rustlib/src/rust/library/std").is_dir();
    minor.is_some_and(|minor| minor >= OLDEST_MINOR) && ask(&["--print", "sysroot"]).is_some_and(source)
}
