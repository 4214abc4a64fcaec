//! Who let a terminal or a device in, and when: told where they are listed, so that a stranger among them is noticed.

use serde::{Deserialize, Serialize};

use crate::{clock::Millis, event::Entry, ids::StaffId};

/// As the entry says that let it in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LetIn {
    /// Nobody for the first terminal, which lets itself in, and in logs from before it was written down.
    pub by: Option<StaffId>,
    /// By the clock of the terminal that let it in.
    pub at: Millis,
}

impl LetIn {
    pub(crate) fn of(entry: &Entry) -> LetIn {
        LetIn { by: entry.by.clone(), at: entry.at }
    }
}
