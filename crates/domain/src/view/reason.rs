//! Why something does not work, for screens to put into words.

use serde::{Deserialize, Serialize};

/// Why something does not work, or why a slip is where it is. It travels, and is kept with a slip, as a short text.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum Reason {
    /// Nothing is wrong, or it says all by itself.
    #[default]
    None,
    /// No connection to the printer.
    Unreachable,
    /// Connected, but it answers nothing: busy with another till, or stuck.
    Silent,
    PaperLow,
    PaperOut,
    CoverOpen,
    /// It reports an error or is switched off line.
    Offline,
    /// Sending could not be written down, so nothing was sent.
    NotRecorded,
    /// All was sent, and no proof came.
    NotConfirmed,
    ConnectionLost,
    PaperOutMidJob,
    CoverOpenedMidJob,
    /// This printer proves nothing, ever.
    CannotConfirm,
    FoundAfterRestart,
    TooManyWaited,
    /// This terminal was restored from an old copy.
    OldCopy,
    /// So many entries are still to come from another terminal.
    Behind(u64),
    /// What a disk, or a terminal of another version, says in its own words.
    Said(String),
}

/// The reasons without a number, as they are written.
const WRITTEN: [(&str, Reason); 16] = [
    ("", Reason::None),
    ("unreachable", Reason::Unreachable),
    ("silent", Reason::Silent),
    ("paper_low", Reason::PaperLow),
    ("paper_out", Reason::PaperOut),
    ("cover_open", Reason::CoverOpen),
    ("offline", Reason::Offline),
    ("not_recorded", Reason::NotRecorded),
    ("not_confirmed", Reason::NotConfirmed),
    ("connection_lost", Reason::ConnectionLost),
    ("paper_out_mid_job", Reason::PaperOutMidJob),
    ("cover_opened_mid_job", Reason::CoverOpenedMidJob),
    ("cannot_confirm", Reason::CannotConfirm),
    ("found_after_restart", Reason::FoundAfterRestart),
    ("too_many_waited", Reason::TooManyWaited),
    ("old_copy", Reason::OldCopy),
];
const BEHIND: &str = "behind ";

impl Reason {
    pub fn is_none(&self) -> bool {
        *self == Reason::None
    }
}

impl From<String> for Reason {
    fn from(text: String) -> Reason {
        let behind = || text.strip_prefix(BEHIND).and_then(|n| n.parse().ok()).map(Reason::Behind);
        let written = WRITTEN.into_iter().find(|(name, _)| *name == text).map(|(_, reason)| reason);
        written.or_else(behind).unwrap_or(Reason::Said(text))
    }
}

impl From<Reason> for String {
    fn from(reason: Reason) -> String {
        match reason {
            Reason::Behind(n) => format!("{BEHIND}{n}"),
            Reason::Said(text) => text,
            other => WRITTEN.iter().find(|(_, known)| *known == other).map_or("", |(name, _)| name).to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_reads_back_and_strange_words_stay_as_they_were_said() {
        let check = |written: &str, reason: Reason| {
            assert_eq!(Reason::from(written.to_owned()), reason);
            assert_eq!(String::from(reason), written);
        };
        WRITTEN.into_iter().for_each(|(name, reason)| check(name, reason));
        check("behind 12", Reason::Behind(12));
        check("the printer cannot be reached", Reason::Said("the printer cannot be reached".into()));
        check("behind the bar", Reason::Said("behind the bar".into()));
    }
}
