//! What a terminal's program was asked for on its command line: the same words with a window and without.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use lexopt::{Error, Parser, prelude::*};

use crate::{NetworkSettings, OpenError, Options, Terminal, demo, http::Pages};

/// The words and what they mean, for `--help`.
pub const WORDS: &str = "\
  --listen ADDR    where browsers of other machines come in (default: 0.0.0.0:7700, the whole store's network)
  --name NAME      what people call this terminal (default: Till)
  --peers ADDR     address for the restaurant's other terminals (default: port 7710 of a --listen address that others
                   can reach)
  --no-discovery   neither look for other terminals nor be found: only addresses a person typed are called
  --alone          keep to this machine: no other terminal and no device comes in
  --set-up-anywhere
                   while there is no restaurant here, let whoever comes first set one up from another machine
  --demo           set an empty data folder up as the demo restaurant, and keep to this machine without a --listen
  --language CODE  the demo's language: en, es or de (default: en)
  --printer ADDR   address of the demo's printer (default: 127.0.0.1:9100)
  --ui DIR         browsers take their pages from a folder instead of the built-in ones
  --max-size MB    the database never grows beyond this
";

/// The usual port for browsers.
const PORT: u16 = 7700;

/// What was asked for.
#[derive(Debug)]
pub struct CommandLine {
    /// How to open the terminal.
    pub options: Options,
    listen: Option<SocketAddr>,
    peers: Option<SocketAddr>,
    discovery: bool,
    alone: bool,
    /// Set up the demo restaurant in an empty folder.
    pub demo: bool,
    language: String,
    printer: Option<String>,
    /// What browsers are served.
    pub pages: Pages,
}

impl CommandLine {
    /// Reads the command line; `dir` is the data folder where none is named. `None` when only help was asked for.
    ///
    /// # Errors
    /// A word that is not understood.
    pub fn parse(mut words: Parser, dir: PathBuf) -> Result<Option<Self>, Error> {
        let mut found = Self {
            options: Options { dir, name: "Till".into(), max_bytes: None, set_up_anywhere: false },
            listen: None,
            peers: None,
            discovery: true,
            alone: false,
            demo: false,
            language: "en".into(),
            printer: None,
            pages: Pages::BuiltIn,
        };
        while let Some(word) = words.next()? {
            match word {
                Long("data") => found.options.dir = words.value()?.into(),
                Long("listen") => found.listen = Some(address(&mut words, "--listen", PORT)?),
                Long("peers") => found.peers = Some(address(&mut words, "--peers", NetworkSettings::PORT)?),
                Long("no-discovery") => found.discovery = false,
                Long("alone") => found.alone = true,
                Long("set-up-anywhere") => found.options.set_up_anywhere = true,
                Long("name") => found.options.name = words.value()?.string()?,
                Long("demo") => found.demo = true,
                Long("language") => found.language = words.value()?.string()?,
                Long("printer") => found.printer = Some(words.value()?.string()?),
                Long("ui") => found.pages = Pages::Folder(words.value()?.into()),
                Long("max-size") => found.options.max_bytes = Some(megabytes(&mut words)?),
                Short('h') | Long("help") => return Ok(None),
                Value(other) => {
                    return Err(format!("'{}' is not understood; see --help", other.to_string_lossy()).into());
                }
                other => return Err(other.unexpected()),
            }
        }
        if found.alone && (found.listen.is_some() || found.peers.is_some()) {
            return Err("--alone keeps to this machine: leave it out, or leave --listen and --peers out".into());
        }
        Ok(Some(found))
    }

    /// Where browsers of other machines come in. `None`: nowhere, because the people of a demo have PINs that everybody
    /// knows, or because it was asked for.
    pub fn listen(&self) -> Option<SocketAddr> {
        let everywhere = (!self.demo && !self.alone).then_some(SocketAddr::from(([0, 0, 0, 0], PORT)));
        self.listen.or(everywhere)
    }

    /// Where a terminal without a window is opened with a browser: there must be some address.
    pub fn listen_here(&self) -> SocketAddr {
        self.listen().unwrap_or(SocketAddr::from(([127, 0, 0, 1], PORT)))
    }

    /// Opens the terminal, with the demo in it if that was asked for.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub fn open(&self) -> Result<Arc<Terminal>, OpenError> {
        let terminal = Terminal::open(self.options.clone())?;
        if self.demo {
            demo::set_up(&terminal, &self.language, self.printer.as_deref())
                .map_err(|refusal| OpenError::Failed(format!("the demo cannot be set up: {}", refusal.message)))?;
        }
        Ok(terminal)
    }

    /// Opens the way to the restaurant's other terminals; `listens` is where browsers come in. Without it a terminal
    /// still serves its own people, so what went wrong is only logged.
    pub fn speak_with_others(&self, terminal: &Arc<Terminal>, listens: Option<SocketAddr>) {
        let settings = NetworkSettings::of(listens, self.peers, self.discovery);
        if let Some(Err(error)) = settings.map(|settings| terminal.start_network(settings)) {
            tracing::error!("other terminals cannot be reached: {error}. This one goes on working");
        }
    }
}

fn address(words: &mut Parser, word: &str, port: u16) -> Result<SocketAddr, Error> {
    let said = words.value()?.string()?;
    said.parse().map_err(|_| format!("{word} wants an address such as 0.0.0.0:{port}, and '{said}' is none").into())
}

/// A size in bytes, said in megabytes.
fn megabytes(words: &mut Parser) -> Result<u64, Error> {
    let said = words.value()?.string()?;
    let bytes = said.parse::<u64>().ok().and_then(|megabytes| megabytes.checked_mul(1 << 20));
    bytes.ok_or_else(|| format!("--max-size wants a whole number of megabytes, and '{said}' is none").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Option<CommandLine>, Error> {
        CommandLine::parse(Parser::from_args(words), PathBuf::from("here"))
    }

    /// Where browsers and other terminals come in.
    #[test]
    fn a_terminal_is_on_the_stores_network_unless_it_is_a_demo_or_told_to_keep_to_itself() {
        let check = |words: &[&str], browsers: Option<&str>, terminals: Option<&str>| {
            let line = read(words).expect("it is understood").expect("more than help");
            assert_eq!(line.listen().map(|a| a.to_string()).as_deref(), browsers, "{words:?}: browsers");
            let network = NetworkSettings::of(line.listen(), line.peers, line.discovery);
            let network = network.map(|n| n.listen[0].to_string());
            assert_eq!(network.as_deref(), terminals, "{words:?}: terminals");
        };
        check(&[], Some("0.0.0.0:7700"), Some("0.0.0.0:7710"));
        check(&["--name", "Bar"], Some("0.0.0.0:7700"), Some("0.0.0.0:7710"));
        check(&["--demo"], None, None);
        check(&["--alone"], None, None);
        check(&["--demo", "--listen", "0.0.0.0:7800"], Some("0.0.0.0:7800"), Some("0.0.0.0:7710"));
        check(&["--demo", "--peers", "127.0.0.1:7810"], None, Some("127.0.0.1:7810"));
        check(&["--listen", "127.0.0.1:7700"], Some("127.0.0.1:7700"), None);
        check(&["--listen", "10.0.0.4:80", "--peers", "10.0.0.4:81"], Some("10.0.0.4:80"), Some("10.0.0.4:81"));
    }

    #[test]
    fn what_is_not_understood_is_said_in_words() {
        let check = |words: &[&str], says: &str| {
            let why = read(words).expect_err("it is not understood").to_string();
            assert!(why.contains(says), "{words:?}: {why}");
        };
        check(&["--listen", "here"], "--listen wants an address such as 0.0.0.0:7700");
        check(&["--peers", "7710"], "--peers wants an address such as 0.0.0.0:7710");
        check(&["--alone", "--listen", "0.0.0.0:7700"], "--alone keeps to this machine");
        check(&["--max-size", "99999999999999999"], "--max-size wants a whole number of megabytes");
        check(&["demo"], "'demo' is not understood");
        check(&["--nonsense"], "nonsense");
    }

    #[test]
    fn help_opens_nothing() {
        assert!(read(&["--demo", "--help"]).expect("it is understood").is_none());
    }
}
