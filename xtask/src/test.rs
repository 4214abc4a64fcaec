//! `cargo xtask test`: all the project is judged by, in the order in which trouble is found soonest.

use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Result, bail};

use crate::process::{cargo, command, follow, run, which};
use crate::tally::Tally;
use crate::{node, root, run as demo, say, setup, ui};

/// The parts in their order. Naming some on the command line runs only those.
const PARTS: [&str; 7] = ["fmt", "clippy", "cargo", "ui", "browser", "desktop", "deny"];

/// Members that are no default members, and whose tests need neither WebKit nor a browser: what a page shows and says, and
/// how pages are packed, is tried on the host too.
const HOST_TESTS: [&str; 6] = ["--package", "ui", "--package", "texts", "--package", "ui-bundle"];

/// One finished part.
struct Done {
    name: &'static str,
    tally: Tally,
    took: Duration,
    trouble: Option<String>,
}

/// Runs the parts, prints what each took and, as the last line, what passed and failed.
pub fn all(args: &[String]) -> Result<ExitCode> {
    if let Some(unknown) = args.iter().find(|arg| !PARTS.contains(&arg.as_str())) {
        bail!("there is no part `{unknown}`; the parts are {}", PARTS.join(" "));
    }
    let asked = |name: &str| args.is_empty() || args.iter().any(|arg| arg == name);
    let mut done = Vec::new();
    let began = Instant::now();
    let compiler = setup::for_tests()?;
    done.push(Done { name: "setup", tally: Tally::default(), took: began.elapsed(), trouble: None });

    let mut part = |name: &'static str, work: &mut dyn FnMut(&mut Tally) -> Result<()>| {
        if asked(name) {
            say::step(&format!("Test: {name}"));
            done.push(timed(name, work));
        }
    };
    part("fmt", &mut |tally| one(tally, cargo().args(["fmt", "--all", "--check"])));
    part("clippy", &mut clippy);
    part("cargo", &mut |tally| tests(tally, &[]).and_then(|()| tests(tally, &HOST_TESTS)));
    // A page that does not build fails here once; the parts after it then fail for the same reason.
    part("ui", &mut |tally| ui::ready(compiler).map(|()| tally.passed += 1));
    part("browser", &mut |tally| {
        ui::ready(compiler)?;
        browser(tally)
    });
    part("desktop", &mut |tally| {
        ui::ready(compiler)?;
        desktop(tally)
    });
    part("deny", &mut deny);
    Ok(report(&done))
}

fn timed(name: &'static str, work: &mut dyn FnMut(&mut Tally) -> Result<()>) -> Done {
    let (began, mut tally) = (Instant::now(), Tally::default());
    let trouble = work(&mut tally).err().map(|error| format!("{error:#}"));
    // A part that broke before it could count anything has failed all the same.
    if trouble.is_some() && tally.failed == 0 {
        tally.failed = 1;
    }
    if let Some(trouble) = &trouble {
        say::fact(&format!("FAILED: {trouble}"));
    }
    Done { name, tally, took: began.elapsed(), trouble }
}

/// A command that either passes or not.
fn one(tally: &mut Tally, command: &mut Command) -> Result<()> {
    run(command)?;
    tally.passed += 1;
    Ok(())
}

/// A command that counts its own tests. Running none at all is a failure: a filter that matches nothing proves nothing.
fn counted(tally: &mut Tally, command: &mut Command) -> Result<()> {
    let mut own = Tally::default();
    let status = follow(command, |line| own.read(line))?;
    *tally += own;
    if !status.success() {
        bail!("{} of {} failed ({status})", own.failed, own.passed + own.failed);
    }
    if own.passed == 0 {
        bail!("no test was run");
    }
    Ok(())
}

fn clippy(tally: &mut Tally) -> Result<()> {
    one(tally, cargo().args(["clippy", "--all-targets", "--", "-D", "warnings"]))?;
    one(
        tally,
        cargo().args([
            "clippy",
            "--package",
            "comanda",
            "--package",
            "ui-bundle",
            "--package",
            "ui",
            "--",
            "-D",
            "warnings",
        ]),
    )
}

fn tests(tally: &mut Tally, selection: &[&str]) -> Result<()> {
    let mut tests = cargo();
    if setup::has_nextest() {
        tests.args(["nextest", "run", "--no-fail-fast", "--color", "never"]);
    } else {
        tests.args(["test", "--no-fail-fast"]);
    }
    counted(tally, tests.args(selection))
}

/// The pages in Chromium, against real programs.
fn browser(tally: &mut Tally) -> Result<()> {
    demo::build_programs(false)?;
    let Some(chromium) = node::chromium() else { bail!("no Chromium found") };
    let mut node = command("node");
    node.args(["--test", "--test-reporter=spec"]).current_dir(node::folder());
    counted(tally, node.env("CHROMIUM", chromium))
}

/// The real window on a screen without a monitor.
fn desktop(tally: &mut Tally) -> Result<()> {
    demo::build_programs(true)?;
    let mut tests = cargo();
    tests.args(["test", "--package", "restaurant-tests", "--test", "desktop", "--", "--ignored", "--nocapture"]);
    counted(tally, tests.env("COMANDA_PROGRAMS", root().join("target/debug")))
}

/// Licences, bans and sources, where cargo-deny is installed. (Advisories need a download, so they are not asked for.)
fn deny(tally: &mut Tally) -> Result<()> {
    if which("cargo-deny").is_none() {
        say::fact("skipped: cargo-deny is not installed");
        return Ok(());
    }
    one(tally, cargo().args(["deny", "--offline", "check", "licenses", "bans", "sources"]))
}

fn report(done: &[Done]) -> ExitCode {
    say::step("What was run");
    let mut sum = Tally::default();
    for part in done {
        sum += part.tally;
        let (Tally { passed, failed }, seconds) = (part.tally, part.took.as_secs_f32());
        say::fact(&format!("{:<8} {passed:>5} passed {failed:>4} failed {seconds:>8.1} s", part.name));
        if let Some(trouble) = &part.trouble {
            say::fact(&format!("         {trouble}"));
        }
    }
    say::line(&format!("\n{} passed, {} failed", sum.passed, sum.failed));
    if sum.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
