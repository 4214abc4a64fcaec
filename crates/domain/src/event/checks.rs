//! Which checks an event is about.

use super::Event;
use crate::ids::CheckId;

impl Event {
    /// The check this event belongs to, if any.
    pub fn check(&self) -> Option<CheckId> {
        use Event::*;
        match self {
            CheckOpened(opened) => Some(opened.check),
            CheckMoved { check, .. }
            | CheckNamed { check, .. }
            | CoversSet { check, .. }
            | HandedOver { check, .. }
            | CheckCancelled { check }
            | ChecksMerged { check, .. }
            | CheckParted { check, .. }
            | LinesAdded { check, .. }
            | LineChanged { check, .. }
            | LineRemoved { check, .. }
            | LineVoided { check, .. }
            | LineComped { check, .. }
            | CourseHeld { check, .. }
            | Fired { check, .. }
            | Bumped { check, .. }
            | Carried { check, .. }
            | PaymentTaken { check, .. }
            | CheckSettled { check, .. }
            | PaymentRefunded { check, .. }
            | ReceiptPrinted { check, .. }
            | BillPrinted { check } => Some(*check),
            ConflictSettled { check, .. } | SlipEnded { check, .. } => *check,
            _ => None,
        }
    }

    /// Every check whose facts it changes; merging changes two.
    pub fn checks(&self) -> impl Iterator<Item = CheckId> {
        let other = match self {
            Event::ChecksMerged { into: other, .. } | Event::CheckParted { out_of: other, .. } => Some(*other),
            _ => None,
        };
        self.check().into_iter().chain(other)
    }

    /// Whether it changes the facts of this check.
    pub fn is_of(&self, check: CheckId) -> bool {
        self.checks().any(|id| id == check)
    }
}
