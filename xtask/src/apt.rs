//! Installing system packages on Debian and its relatives, with the rights at hand.

use std::io::IsTerminal;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{answer, command, run, which};
use crate::say;

/// Another package program may hold the lock for a while (unattended upgrades do).
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=300";

/// Installs the packages, or stops with the exact command to give to somebody who may.
///
/// # Errors
/// There is no apt here, no right to use it, or it failed twice (the second time with fresh package lists).
pub fn install(packages: &[&str]) -> Result<()> {
    let by_hand = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if which("apt-get").is_none() {
        bail!(
            "this system has no apt-get. Install what Debian calls\n    {}\nwith your package manager, then run the \
             same command again.",
            packages.join(" ")
        );
    }
    let Some(rights) = Rights::at_hand() else {
        bail!(
            "system packages are missing, and you are not root and sudo cannot be used. Have this run as root:\n\n    \
             apt-get update && {by_hand}\n\nthen run the same command again."
        );
    };
    say::fact(&format!("installing system packages: {}", packages.join(" ")));
    if run(rights.apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages)).is_ok() {
        return Ok(());
    }
    say::fact("that failed; the package lists may be missing or old, so they are fetched anew and it is tried again");
    run(rights.apt().args(["update", "-q"])).context("fetching the package lists")?;
    run(rights.apt().args(["install", "-y", "-q", "--no-install-recommends"]).args(packages))
        .with_context(|| format!("installing system packages; by hand it would be: {by_hand}"))
}

/// Whether apt knows a package it could install, after fetching the lists if there are none yet.
pub fn offers(package: &str) -> bool {
    let known = || answer(command("apt-cache").args(["show", "--no-all-versions", package])).is_some();
    if known() {
        return true;
    }
    match Rights::at_hand() {
        Some(rights) if which("apt-get").is_some() => {
            say::fact("fetching the package lists");
            run(rights.apt().args(["update", "-q"])).is_ok() && known()
        }
        _ => false,
    }
}

enum Rights {
    Root,
    Sudo,
}

impl Rights {
    fn at_hand() -> Option<Self> {
        if answer(command("id").arg("-u")).as_deref() == Some("0") {
            return Some(Self::Root);
        }
        let sudo = which("sudo").is_some()
            && (answer(command("sudo").args(["-n", "true"])).is_some() || std::io::stdin().is_terminal());
        sudo.then_some(Self::Sudo)
    }

    fn apt(&self) -> Command {
        let mut apt = match self {
            Self::Root => command("env"),
            Self::Sudo => {
                let mut sudo = command("sudo");
                sudo.arg("env");
                sudo
            }
        };
        apt.args(["DEBIAN_FRONTEND=noninteractive", "apt-get", "-o", LOCK_WAIT, "-o", "Dpkg::Use-Pty=0"]);
        apt
    }
}
