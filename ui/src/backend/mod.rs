//! The one seam to a terminal: two verbs and one stream, the same in the desktop window and in a browser.

mod http;
mod places;
mod stream;
mod tauri;

pub use http::file;
pub use places::moved_to;
pub use stream::{Heard, Stream};

use crate::browser;

/// Where the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// In this very process, behind the desktop window.
    Tauri,
    /// Across the LAN: at the address this page came from, or at another terminal when that one is gone.
    Http,
}

/// The terminal could not be reached; nothing is known about what it did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lost;

/// The name and the secret of this browser, where it is on another machine than the terminal.
const DEVICE: &str = "comanda.device";

/// What this browser is let in with, if it asked to be.
pub fn device_key() -> Option<String> {
    browser::remembered(DEVICE)
}

/// Goes by this name and secret from now on.
pub fn be(key: &str) {
    browser::remember(DEVICE, key);
}

/// How long an answer may take before the terminal counts as lost, in milliseconds.
pub const ANSWER_WITHIN_MS: u32 = 8_000;

impl Backend {
    /// The desktop window puts its bridge into the page before anything else runs.
    pub fn here() -> Backend {
        if tauri::is_here() { Backend::Tauri } else { Backend::Http }
    }

    /// Sends one envelope or an array of them; answers with the outcome or an array of them, as JSON.
    ///
    /// # Errors
    /// [`Lost`] when no answer came. The same envelopes may be sent again: their ids make that safe.
    pub async fn dispatch(self, body: &str, token: Option<&str>) -> Result<String, Lost> {
        match self {
            Backend::Tauri => tauri::call("dispatch", body, token).await,
            Backend::Http => http::post(&places::address("/api/dispatch"), body, token).await,
        }
    }

    /// Asks one question, as JSON.
    ///
    /// # Errors
    /// [`Lost`] when no answer came.
    pub async fn query(self, body: &str, token: Option<&str>) -> Result<String, Lost> {
        match self {
            Backend::Tauri => tauri::call("query", body, token).await,
            Backend::Http => http::post(&places::address("/api/query"), body, token).await,
        }
    }
}
