//! What the person at the terminal reads. One shape for all commands: a heading, indented facts, a box for what to do next.

use std::io::{self, Write};

/// A new piece of work begins.
pub fn step(what: &str) {
    line(&format!("\n==> {what}"));
}

/// A fact about the work in hand.
pub fn fact(what: &str) {
    line(&format!("    {what}"));
}

/// Something stopped the command; the text says what to do.
pub fn trouble(what: &str) {
    eprintln!("\nSTOPPED: {what}");
}

/// What the reader should do or know now, impossible to miss between other lines.
pub fn boxed(lines: &[String]) {
    let width = lines.iter().map(|line| line.chars().count()).max().unwrap_or(0);
    let rule = "─".repeat(width + 4);
    line(&format!("\n┌{rule}┐"));
    for text in lines {
        line(&format!("│  {text}{}  │", " ".repeat(width - text.chars().count())));
    }
    line(&format!("└{rule}┘\n"));
}

/// Prints and flushes, so that our lines and those of the commands we start appear in order. A reader that went away
/// (`cargo xtask ... | head`) is no reason to fail.
pub fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
