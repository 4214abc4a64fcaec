//! The shell's command line: the same words as the terminal without a window, and all of them optional.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::prelude::*;
use terminal::http::Pages;

pub const USAGE: &str = "\
comanda: a restaurant terminal with its window

  --data DIR       where everything is kept (default: the system's folder for this program's data)
  --listen ADDR    lets other screens in on this address, for example 0.0.0.0:7700 (default: none)
  --name NAME      what people call this terminal (default: Till)
  --peers ADDR     address for the restaurant's other terminals (default: port 7710 of a --listen address that others
                   can reach; otherwise this terminal keeps to itself)
  --no-discovery   neither look for other terminals nor be found: only addresses a person typed are called
  --demo           set an empty data folder up as the demo restaurant
  --language CODE  the demo's language: en, es or de (default: en)
  --printer ADDR   address of the demo's printer (default: 127.0.0.1:9100)
  --ui DIR         other screens take their pages from a folder instead of the built-in ones
  --max-size MB    the database never grows beyond this
";

/// What was asked for.
pub struct Options {
    /// How to open the terminal; an empty folder stands for the system's.
    pub terminal: terminal::Options,
    /// Where other screens come in.
    pub listen: Option<SocketAddr>,
    /// Where other terminals call this one; `None` takes what `listen` says.
    pub peers: Option<SocketAddr>,
    /// Whether terminals look for each other.
    pub discovery: bool,
    /// Set up the demo restaurant in an empty folder.
    pub demo: bool,
    /// The demo's language.
    pub language: String,
    /// The demo's printer.
    pub printer: Option<String>,
    /// What other screens are served.
    pub pages: Pages,
}

impl Options {
    /// Reads the command line; `None` when only help was asked for.
    ///
    /// # Errors
    /// A word that is not understood.
    pub fn parse(mut words: lexopt::Parser) -> Result<Option<Self>> {
        let mut found = Self {
            terminal: terminal::Options { dir: PathBuf::new(), name: "Till".into(), max_bytes: None },
            listen: None,
            peers: None,
            discovery: true,
            demo: false,
            language: "en".into(),
            printer: None,
            pages: Pages::BuiltIn,
        };
        while let Some(word) = words.next()? {
            match word {
                Long("data") => found.terminal.dir = words.value()?.into(),
                Long("listen") => {
                    let address = words.value()?.parse().context("--listen wants an address such as 0.0.0.0:7700")?;
                    found.listen = Some(address);
                }
                Long("peers") => {
                    let address = words.value()?.parse().context("--peers wants an address such as 0.0.0.0:7710")?;
                    found.peers = Some(address);
                }
                Long("no-discovery") => found.discovery = false,
                Long("name") => found.terminal.name = words.value()?.string()?,
                Long("demo") => found.demo = true,
                Long("language") => found.language = words.value()?.string()?,
                Long("printer") => found.printer = Some(words.value()?.string()?),
                Long("ui") => found.pages = Pages::Folder(words.value()?.into()),
                Long("max-size") => found.terminal.max_bytes = Some(words.value()?.parse::<u64>()? << 20),
                Short('h') | Long("help") => return Ok(None),
                Value(other) => bail!("'{}' is not understood; see --help", other.to_string_lossy()),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(found))
    }
}
