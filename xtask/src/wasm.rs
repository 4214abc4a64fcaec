//! A compiler for the pages. rustup's wasm target is the usual way. Where rustup can download nothing, Debian's newer
//! Rust (`rustc-web`) builds the same pages.
//!
//! Pages that are shipped carry a standard library of their own, built along for size and with panics that say nothing:
//! a tenth less to load. It needs the library's sources; without them the pages are bigger and work the same.

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

/// A panic stops the program at once; `ui/static/boot.js` tells the person.
const SILENT: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none";

/// Set to `debian` to take the second way even where the first would work.
const CHOICE: &str = "COMANDA_WASM";

/// The programs of the pages, by the names of their files: what every device loads first, then the rest.
pub const PROGRAMS: [&str; 2] = ["ui", "office"];

/// The two ways to build for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Compiler {
    /// The toolchain in use, with the target added.
    Rustup,
    /// Debian's `rustc-web`, which brings the standard library as sources only.
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
        provide_sources();
        return Ok(Compiler::Rustup);
    }
    if debian_usable() {
        say::fact("ok       Debian's Rust for wasm");
        return Ok(Compiler::Debian);
    }
    say::fact("missing  a compiler for wasm");
    if !forced && which("rustup").is_some() {
        match run(command("rustup").args(["target", "add", TARGET])) {
            Ok(()) if has_target() => {
                provide_sources();
                return Ok(Compiler::Rustup);
            }
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

/// How the pages are built.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Build {
    /// As small as can be, which takes minutes.
    Shipped,
    /// Bigger, but there in a few seconds.
    Quick,
}

impl Build {
    /// The profile in the top Cargo.toml.
    pub fn profile(self) -> &'static str {
        match self {
            Build::Shipped => "wasm",
            Build::Quick => "wasm-quick",
        }
    }
}

/// What was built.
pub struct Built {
    /// In the order of [`PROGRAMS`].
    pub programs: Vec<PathBuf>,
    /// With a standard library of its own, built for size.
    pub own_library: bool,
}

/// Builds the pages' programs.
pub fn build(compiler: Compiler, how: Build) -> Result<Built> {
    let mut own_library = compiler == Compiler::Debian || how == Build::Shipped && has_sources();
    let built = run(&mut command_for(compiler, how, own_library));
    match built {
        Err(_) if own_library && compiler == Compiler::Rustup => {
            say::fact("trying once more with the standard library as it comes; the pages become bigger");
            own_library = false;
            run(&mut command_for(compiler, how, own_library)).context("building the pages")?;
        }
        built => built.context("building the pages")?,
    }
    let folder = root().join(TARGET_DIR).join(TARGET).join(how.profile());
    let programs = PROGRAMS.map(|name| folder.join(name).with_extension("wasm")).to_vec();
    Ok(Built { programs, own_library })
}

fn command_for(compiler: Compiler, how: Build, own_library: bool) -> Command {
    let mut build = cargo();
    build.args([
        "build",
        "--package",
        "ui",
        "--profile",
        how.profile(),
        "--target",
        TARGET,
        "--target-dir",
        TARGET_DIR,
    ]);
    if compiler == Compiler::Debian {
        build.env("RUSTC", DEBIAN_RUSTC);
        // Set by `cargo run` for the other toolchain's libraries.
        build.env_remove("LD_LIBRARY_PATH");
    }
    if own_library {
        // panic_abort must be named although the profile asks for it (rust-lang/rust#83805).
        build.env("RUSTC_BOOTSTRAP", "1").arg("-Zbuild-std=std,panic_abort");
        // The library's own small sorts: the fast ones are copied into the bundle once per type that is sorted.
        build.arg("-Zbuild-std-features=optimize_for_size");
    }
    if own_library && how == Build::Shipped {
        build.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", SILENT);
    }
    build
}

fn has_target() -> bool {
    has_in_toolchain(&format!("{TARGET}/lib"))
}

fn has_sources() -> bool {
    has_in_toolchain("src/rust/library/std")
}

fn has_in_toolchain(part: &str) -> bool {
    answer(command("rustc").args(["--print", "sysroot"]))
        .is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib").join(part).is_dir())
}

/// The standard library's sources, if they can be had.
fn provide_sources() {
    if has_sources() {
        say::fact("ok       the standard library's sources, for smaller pages");
        return;
    }
    say::fact("missing  the standard library's sources, for smaller pages");
    let got = which("rustup").is_some() && run(command("rustup").args(["component", "add", "rust-src"])).is_ok();
    if !got || !has_sources() {
        say::fact("going on without: the pages work the same and are about a tenth bigger");
    }
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
