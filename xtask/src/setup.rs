//! Finding out what this machine lacks, by looking for the thing itself and not for a package's name, and getting it.

use anyhow::Result;

use crate::process::{answer, cargo, command, run, which};
use crate::{apt, node, say, wasm};

/// One thing a command cannot do without.
struct Need {
    what: &'static str,
    packages: &'static [&'static str],
    found: fn() -> bool,
}

const COMPILER: Need =
    Need { what: "a C compiler (SQLite is built from source)", packages: &["build-essential"], found: || has("cc") };

const WINDOW: [Need; 2] = [
    Need { what: "pkg-config", packages: &["pkg-config"], found: || has("pkg-config") },
    Need {
        what: "WebKitGTK 4.1 with its headers, for the desktop window",
        packages: &["libwebkit2gtk-4.1-dev"],
        found: || has_library("webkit2gtk-4.1"),
    },
];

const WINDOW_TEST: [Need; 4] = [
    Need { what: "Xvfb, a screen without a monitor", packages: &["xvfb"], found: || has("Xvfb") },
    Need { what: "WebKit's driver", packages: &["webkit2gtk-driver"], found: || has("WebKitWebDriver") },
    Need { what: "a session bus", packages: &["dbus"], found: || has("dbus-run-session") },
    Need { what: "ImageMagick, for pictures of the screen", packages: &["imagemagick"], found: || has("import") },
];

const BROWSER_TEST: [Need; 4] = [
    Need { what: "Chromium", packages: &["chromium"], found: || node::chromium().is_some() },
    Need { what: "Node", packages: &["nodejs"], found: || has("node") },
    Need { what: "npm", packages: &["npm"], found: || has("npm") },
    Need {
        what: "certutil, to install a certificate in Chromium",
        packages: &["libnss3-tools"],
        found: || has("certutil"),
    },
];

const LAN: Need =
    Need { what: "iproute2, for LANs of terminals on this machine", packages: &["iproute2"], found: || has("ip") };

/// For the pages: a compiler for wasm.
pub fn for_pages() -> Result<wasm::Compiler> {
    say::step("Set-up: what the pages need");
    wasm::ready()
}

/// For the programs: the restaurant without a window.
pub fn for_programs() -> Result<()> {
    say::step("Set-up: what the programs need");
    provide(&[&COMPILER])
}

/// For several terminals on a LAN of this machine.
pub fn for_lan() -> Result<()> {
    say::step("Set-up: what a LAN of terminals needs");
    provide(&[&COMPILER, &LAN])
}

/// For the desktop window.
pub fn for_window() -> Result<()> {
    say::step("Set-up: what the desktop window needs");
    if !cfg!(target_os = "linux") {
        say::fact("ok       this system brings its own web view");
        return Ok(());
    }
    provide(&WINDOW.iter().collect::<Vec<_>>())
}

/// For all tests and pictures.
pub fn for_tests() -> Result<wasm::Compiler> {
    say::step("Set-up: what this machine has and lacks");
    let mut needs = vec![&COMPILER];
    needs.extend(&BROWSER_TEST);
    if cfg!(target_os = "linux") {
        needs.extend(&WINDOW);
        needs.extend(&WINDOW_TEST);
        needs.push(&LAN);
    }
    provide(&needs)?;
    let compiler = wasm::ready()?;
    node::packages()?;
    nextest();
    Ok(compiler)
}

/// `cargo xtask setup`.
pub fn for_everything() -> Result<()> {
    for_tests()?;
    say::boxed(&["Ready. Next: cargo xtask run".into()]);
    Ok(())
}

/// Whether nextest is there to run the tests; plain `cargo test` serves otherwise.
pub fn has_nextest() -> bool {
    has("cargo-nextest")
}

fn nextest() {
    if has_nextest() {
        say::fact("ok       cargo-nextest");
        return;
    }
    say::fact("missing  cargo-nextest: building it takes some minutes");
    if let Err(error) = run(cargo().args(["install", "cargo-nextest", "--locked"])) {
        say::fact(&format!("going on with plain `cargo test`, because {error:#}"));
    }
}

/// Says what is there, then installs all that is not in one go.
fn provide(needs: &[&Need]) -> Result<()> {
    let mut packages = Vec::new();
    for need in needs {
        if (need.found)() {
            say::fact(&format!("ok       {}", need.what));
        } else {
            say::fact(&format!("missing  {}", need.what));
            packages.extend(need.packages);
        }
    }
    if packages.is_empty() {
        return Ok(());
    }
    apt::install(&packages)?;
    for need in needs {
        anyhow::ensure!((need.found)(), "apt installed {:?}, but {} is still not found", need.packages, need.what);
    }
    Ok(())
}

fn has(program: &str) -> bool {
    which(program).is_some()
}

fn has_library(name: &str) -> bool {
    answer(command("pkg-config").args(["--exists", name])).is_some()
}
