//! What must hold whatever fails. Some rules are looked at whenever something happens ([`held`], [`Traffic`], and those
//! of [`crate::ledger`]), the others when everything was mended and had its ten seconds.
//!
//! To add one: a function from the world to `Result<(), (name, words)>` in a file of its own, called in
//! `scenes.rs` where it must hold; then plant the bug it is for (`planted.rs`), or nobody knows whether it works.

pub mod held;
pub mod links;
pub mod logs;
pub mod mastery;
pub mod paper;
pub mod state;
mod traffic;
pub mod tray;

pub use traffic::Traffic;

use crate::clock::Time;

/// A broken rule.
#[derive(Debug, Clone)]
pub struct Failure {
    pub oracle: &'static str,
    pub what: String,
    pub at: Time,
}

pub type Verdict = Result<(), (&'static str, String)>;

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[{}] {} (after {:.3} s)", self.oracle, self.what, self.at as f64 / 1000.0)
    }
}
