//! Runs stories that not every machine can play. A test that cannot be run here must be counted as skipped and say why,
//! which only a test program of its own can do: it answers `cargo test` and `cargo nextest` as the usual one does.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    process::ExitCode,
    time::Instant,
};

use anyhow::Result;

/// A story and its name.
pub type Story = (&'static str, fn() -> Result<()>);

/// Options of test programs that are followed by a value.
const WITH_VALUE: [&str; 5] = ["--format", "--test-threads", "--color", "--logfile", "--skip"];

/// What the command line asks for.
#[derive(Default)]
struct Asked {
    list: bool,
    only_ignored: bool,
    exact: bool,
    names: Vec<String>,
}

impl Asked {
    fn read(words: impl Iterator<Item = String>) -> Asked {
        let (mut asked, mut words) = (Asked::default(), words);
        while let Some(word) = words.next() {
            match &word[..] {
                "--list" => asked.list = true,
                "--ignored" => asked.only_ignored = true,
                "--exact" => asked.exact = true,
                option if WITH_VALUE.contains(&option) => drop(words.next()),
                option if option.starts_with('-') => {}
                _ => asked.names.push(word),
            }
        }
        asked
    }

    fn wants(&self, name: &str) -> bool {
        let fits = |asked: &String| if self.exact { name == asked } else { name.contains(&asked[..]) };
        self.names.is_empty() || self.names.iter().any(fits)
    }
}

/// Plays the stories one after the other, or says why none can be played here.
pub fn play(stories: &[Story], impossible: Option<String>) -> ExitCode {
    let asked = Asked::read(std::env::args().skip(1));
    let wanted = || stories.iter().filter(|(name, _)| asked.wants(name));
    if asked.list {
        // Asked for the ignored ones, those are named that are skipped here; else all.
        wanted().filter(|_| !asked.only_ignored || impossible.is_some()).for_each(|(name, _)| println!("{name}: test"));
        return ExitCode::SUCCESS;
    }
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for (name, story) in wanted() {
        if let Some(why) = impossible.as_ref().filter(|_| !asked.only_ignored) {
            println!("test {name} ... ignored, {why}");
            skipped += 1;
            continue;
        }
        let began = Instant::now();
        match catch_unwind(AssertUnwindSafe(story)) {
            Ok(Ok(())) => passed += 1,
            Ok(Err(error)) => {
                failed += 1;
                println!("{error:#}");
            }
            // The panic has said what it is about.
            Err(_) => failed += 1,
        }
        let word = if failed > 0 { "FAILED" } else { "ok" };
        println!("test {name} ... {word} ({:.1} s)", began.elapsed().as_secs_f32());
    }
    let word = if failed > 0 { "FAILED" } else { "ok" };
    println!("\ntest result: {word}. {passed} passed; {failed} failed; {skipped} ignored; 0 measured");
    if failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
