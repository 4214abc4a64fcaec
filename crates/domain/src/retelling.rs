//! Told again: what a terminal did that had been restored from an old copy of itself, before it met those who knew
//! better.
//!
//! It wrote on at places of its log where it had written before, and gave numbers it had given before. The line the others
//! hold stays. What it did beside that line was done all the same: guests ordered, cash lies in the drawer, paper hangs in
//! the kitchen. So nothing is decided anew, when it could be refused or cost something else; the facts are told again as
//! the first entries of the terminal's new log, under the commands they were done with, so that a command that reached
//! others too counts once. Only numbers change, because the other line gave them too.

use std::collections::BTreeMap;

use crate::{
    clock::{BusinessDay, Date, Moment},
    event::{Entry, Event},
    ids::{CommandId, Dot, GuestNumber, Origin, ReceiptNumber},
    reading::Reading,
    terminals::CameBack,
};

/// The first entry of the new log, which says why there is one. What is told again stands behind it.
pub fn first_entry(me: Origin, cmd: CommandId, now: Moment, day: BusinessDay, said: CameBack) -> Entry {
    Entry {
        dot: Dot { origin: me, seq: 1 },
        cmd,
        at: now.at,
        off: now.offset,
        day,
        by: None,
        device: None,
        seen: Vec::new(),
        paper: None,
        again: false,
        events: vec![Event::CameBack(said)],
    }
}

/// The telling of one line, from its first entry to its last.
#[derive(Debug)]
pub struct Retelling {
    was: Origin,
    /// The last entry of the old log both lines share.
    upto: u64,
    me: Origin,
    letter: char,
    guests: BTreeMap<Date, u32>,
    receipts: u64,
    /// Where entries of the line stand now, by where they stood.
    moved: BTreeMap<u64, u64>,
    /// Events that cannot be told again.
    left: u64,
}

impl Retelling {
    /// Of what `was` wrote after `upto`, in the log of `me`, with numbers of a series nobody used yet.
    pub fn new(was: Origin, upto: u64, me: Origin, letter: char) -> Retelling {
        let (guests, moved) = (BTreeMap::new(), BTreeMap::new());
        Retelling { was, upto, me, letter, guests, receipts: 0, moved, left: 0 }
    }

    /// Events so far that cannot be told again: a Z, because what it says it covers is not so, and what a newer program
    /// wrote.
    pub fn left(&self) -> u64 {
        self.left
    }

    /// The next entry of the line as it is told again, to stand at `seq`; `None` when nothing of it can be.
    pub fn tell(&mut self, reading: Reading, seq: u64) -> Option<Entry> {
        let Reading { entry, not_understood } = reading;
        let (dot, day, had) = (entry.dot, entry.day.date, entry.events.len());
        let events: Vec<Event> = entry.events.into_iter().filter_map(|event| self.event(event, day)).collect();
        self.left += (had - events.len() + not_understood) as u64;
        if events.is_empty() {
            return None;
        }
        self.moved.insert(dot.seq, seq);
        // The author had seen its own log up to where the lines part; the rest of it is the earlier entries of this log.
        let mut seen: BTreeMap<Origin, u64> = entry.seen.iter().map(|dot| (dot.origin, dot.seq)).collect();
        if self.upto > 0 {
            seen.insert(self.was, self.upto);
        }
        let seen = seen.into_iter().map(|(origin, seq)| Dot { origin, seq }).collect();
        let paper = entry.paper.map(|whose| self.name(whose));
        // Its tickets may be on paper already.
        Some(Entry { dot: Dot { origin: self.me, seq }, seen, paper, again: true, events, ..entry })
    }

    fn event(&mut self, event: Event, day: Date) -> Option<Event> {
        Some(match event {
            Event::CheckOpened(mut opened) => {
                let on_paper = opened.number;
                let n = self.guests.entry(day).or_default();
                *n += 1;
                opened.number = GuestNumber { letter: self.letter, n: *n };
                if opened.name.is_empty() {
                    // What hangs in the kitchen says so.
                    opened.name = on_paper.to_string();
                }
                Event::CheckOpened(opened)
            }
            Event::CheckSettled { check, receipt, total, taxes, was } => {
                let was = was.or(Some(receipt));
                Event::CheckSettled { check, receipt: self.receipt(), total, taxes, was }
            }
            Event::PaymentRefunded { check, mut refund } => {
                if refund.receipt.is_some() {
                    refund.was = refund.was.or(refund.receipt);
                    refund.receipt = Some(self.receipt());
                }
                Event::PaymentRefunded { check, refund }
            }
            Event::TicketsGoTo { entries, to, again } => Event::TicketsGoTo { entries, to: self.name(to), again },
            Event::AlarmSeen { raised } => Event::AlarmSeen { raised: self.dot(raised)? },
            Event::DayClosed { .. } => return None,
            other => other,
        })
    }

    fn receipt(&mut self) -> ReceiptNumber {
        self.receipts += 1;
        ReceiptNumber { letter: self.letter, n: self.receipts }
    }

    fn name(&self, of: Origin) -> Origin {
        if of == self.was { self.me } else { of }
    }

    fn dot(&self, dot: Dot) -> Option<Dot> {
        if dot.origin != self.was || dot.seq <= self.upto {
            return Some(dot);
        }
        self.moved.get(&dot.seq).map(|seq| Dot { origin: self.me, seq: *seq })
    }
}
