//! The money referee: a second way of adding up the restaurant.
//!
//! It reads the bytes of the event log as plain JSON and knows nothing of the program's own types, folds or rounding.
//! Every amount becomes a posting that names the entry it comes from, so a book that does not agree can be traced to the
//! entry that makes the difference. [`recompute`] looks for contradictions inside the log; [`compare`] asks the program's
//! API what it believes and holds that against the postings.

mod cells;
mod check;
mod compare;
mod day;
mod ledger;
mod log;
mod menu;
mod merging;

use std::fmt;

pub use cells::{Cells, Posting};
pub use check::CheckSheet;
pub use compare::compare;
pub use ledger::{Ledger, recompute};
pub use log::{LogRow, read_log};

/// Something that does not add up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Number of the entry in its log; `None` when no single entry can be named.
    pub entry: Option<u64>,
    pub what: String,
}

impl Fault {
    pub fn at(entry: u64, what: impl Into<String>) -> Fault {
        Fault { entry: Some(entry), what: what.into() }
    }

    pub fn anywhere(what: impl Into<String>) -> Fault {
        Fault { entry: None, what: what.into() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.entry {
            Some(entry) => write!(f, "entry {entry}: {}", self.what),
            None => f.write_str(&self.what),
        }
    }
}

/// `amount × num ÷ den` to the nearest unit, halves away from zero.
fn share(amount: i64, num: i64, den: i64) -> i64 {
    let (top, bottom) = (2 * i128::from(amount) * i128::from(num), 2 * i128::from(den));
    let away = if top < 0 { -i128::from(den) } else { i128::from(den) };
    ((top + away) / bottom) as i64
}

/// Shares `amount` by `weights` so that nothing is left over: everyone gets the whole part, then the largest remainders
/// get one unit each, earlier ones first.
fn split(amount: i64, weights: &[i64]) -> Vec<i64> {
    let sum: i128 = weights.iter().map(|w| i128::from(*w)).sum();
    if sum == 0 {
        return vec![0; weights.len()];
    }
    let exact = |w: &i64| i128::from(amount) * i128::from(*w);
    let mut parts: Vec<i64> = weights.iter().map(|w| (exact(w) / sum) as i64).collect();
    let mut by_rest: Vec<usize> = (0..weights.len()).collect();
    by_rest.sort_by_key(|i| (-(exact(&weights[*i]) % sum), *i));
    let left = amount - parts.iter().sum::<i64>();
    for i in by_rest.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        parts[i] += 1;
    }
    parts
}
