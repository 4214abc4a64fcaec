//! The virtual printer beside the window, and what came out of it.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::screen::free_address;

/// A ticket is on paper within a second; a busy machine gets more.
const PRINT_LIMIT: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// A running printer; its paper lies in a folder.
pub struct Printer {
    address: SocketAddr,
    paper: PathBuf,
    program: Child,
}

impl Printer {
    /// Starts it, with its paper in `folder`.
    pub fn start(program: &Path, folder: &Path) -> Result<Self> {
        let (address, web, paper) = (free_address()?, free_address()?, folder.join("paper"));
        let mut printer = Command::new(program);
        printer.args(["--listen", &address.to_string(), "--web", &web.to_string(), "--out"]).arg(&paper);
        let program = printer.stdout(Stdio::null()).spawn().context("starting the printer")?;
        Ok(Self { address, paper, program })
    }

    /// Where a till prints to.
    pub fn address(&self) -> String {
        self.address.to_string()
    }

    /// Waits for a slip that holds all of these words, and gives its text.
    pub fn slip(&self, words: &[&str]) -> Result<String> {
        let begun = Instant::now();
        loop {
            let slips = self.slips()?;
            if let Some(slip) = slips.iter().find(|slip| words.iter().all(|word| slip.contains(word))) {
                return Ok(slip.clone());
            }
            if begun.elapsed() > PRINT_LIMIT {
                bail!("no slip with {words:?}; the paper says:\n{}", slips.join("\n---\n"));
            }
            thread::sleep(POLL);
        }
    }

    fn slips(&self) -> Result<Vec<String>> {
        let mut files: Vec<PathBuf> = match fs::read_dir(&self.paper) {
            Ok(entries) => entries.map(|entry| Ok(entry?.path())).collect::<std::io::Result<_>>()?,
            // The printer makes its folder with the first slip.
            Err(_) => Vec::new(),
        };
        files.retain(|file| file.extension().is_some_and(|kind| kind == "txt"));
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).context("reading a slip")).collect()
    }
}

impl Drop for Printer {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
