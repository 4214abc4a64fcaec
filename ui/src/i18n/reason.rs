//! Puts into this screen's language why something does not work.

use domain::view::Reason;

use crate::t;

/// A short sentence; nothing where there is nothing to say.
pub fn words(reason: &Reason) -> String {
    match reason {
        Reason::None => String::new(),
        Reason::Unreachable => t!("why.unreachable"),
        Reason::Silent => t!("why.silent"),
        Reason::PaperLow => t!("why.paper_low"),
        Reason::PaperOut => t!("why.paper_out"),
        Reason::CoverOpen => t!("why.cover_open"),
        Reason::Offline => t!("why.offline"),
        Reason::NotRecorded => t!("why.not_recorded"),
        Reason::NotConfirmed => t!("why.not_confirmed"),
        Reason::ConnectionLost => t!("why.connection_lost"),
        Reason::PaperOutMidJob => t!("why.paper_out_mid_job"),
        Reason::CoverOpenedMidJob => t!("why.cover_opened_mid_job"),
        Reason::CannotConfirm => t!("why.cannot_confirm"),
        Reason::FoundAfterRestart => t!("why.found_after_restart"),
        Reason::TooManyWaited => t!("why.too_many_waited"),
        Reason::OldCopy => t!("no.old_copy"),
        Reason::Behind(n) => t!("why.behind", n = n),
        Reason::Said(words) => words.clone(),
    }
}
