//! The guest numbers of one terminal. They begin anew each day, and none is given twice in one day whatever the clock on
//! the wall does; where it was wrong and is set right, numbers go on, because the parties are those of one evening.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{clock::Date, ids::Dot};

/// Dates whose numbers are told apart. Clocks are wrong by hours or by years; they do not begin so many dates in a week.
const DATES_KEPT: usize = 8;

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct GuestNumbers {
    /// The highest number of each of the latest dates. Once all places are taken the earliest stands for what was before it
    /// too.
    highest: BTreeMap<Date, u32>,
    /// What was given last, by its place in the log.
    last: Option<Given>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Given {
    dot: Dot,
    date: Date,
    n: u32,
}

impl GuestNumbers {
    /// The number of the next party of a day.
    pub fn next(&self, date: Date) -> u32 {
        let highest = self.highest_of(date);
        match &self.last {
            // A new day begins. On a date that has numbers already the clock was put right, and on one before the last it
            // went back.
            Some(last) if highest > 0 || date <= last.date => highest.max(last.n).saturating_add(1),
            _ => 1,
        }
    }

    /// No less than any number given on a date.
    fn highest_of(&self, date: Date) -> u32 {
        let earliest = self.highest.first_key_value().filter(|(first, _)| self.is_full() && date < **first);
        self.highest.get(&date).or(earliest.map(|(_, n)| n)).copied().unwrap_or(0)
    }

    fn is_full(&self) -> bool {
        self.highest.len() >= DATES_KEPT
    }

    /// A number was given. In whatever order this is told, the outcome is the same.
    pub fn take(&mut self, dot: Dot, date: Date, n: u32) {
        if self.last.as_ref().is_none_or(|last| last.dot < dot) {
            self.last = Some(Given { dot, date, n });
        }
        let highest = self.highest.entry(date).or_default();
        *highest = (*highest).max(n);
        if self.highest.len() > DATES_KEPT
            && let Some((_, forgotten)) = self.highest.pop_first()
            && let Some(mut earliest) = self.highest.first_entry()
        {
            let n = forgotten.max(*earliest.get());
            earliest.insert(n);
        }
    }
}
