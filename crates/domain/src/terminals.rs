//! The terminals of a restaurant: who was let in by whom, with which key and letter, and who was shut out.
//!
//! Letters name a terminal's series of guest and receipt numbers, so no two terminals may ever have the same one, also
//! when two managers let terminals in on both sides of a broken switch. So nobody agrees on anything: whoever lets a
//! terminal in gives it a letter out of its own spare ones, and some spare ones to give on. A letter is never used again;
//! a terminal that lost its disk comes back with another one.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{
    check::{Cause, Register},
    event::{Entry, Event},
    ids::Origin,
    let_in::LetIn,
};

/// Letters of terminals, in the order they are given. Without `I`, `O`, `i`, `l`, `o`: a guest's number is read aloud.
pub const LETTERS: &str = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz";
/// Spare letters a new terminal gets, so that it can let others in when the one that let it in is gone.
const SPARE_FOR_NEW: usize = 3;
/// Names one key may ever have. A terminal that is restored more often has something wrong that a person must look at.
pub const MAX_NAMES: usize = 8;
/// The longest name of a terminal.
pub const MAX_NAME: usize = 40;

/// A terminal as it was let in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Joined {
    pub origin: Origin,
    pub letter: char,
    pub name: String,
    /// Its ed25519 public key, hex.
    pub key: String,
    /// Letters it may give to others.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub spare: String,
    /// The names it had before, when it comes back from an old copy: all that are known of its key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub was: Vec<Origin>,
    /// Which line of the log under its last name holds, when it wrote another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
}

/// How a terminal came back that was restored from an old copy; see [`crate::retelling`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CameBack {
    /// The name it wrote under before.
    pub was: Origin,
    /// Its series from now on.
    pub letter: char,
    /// The last entry of its old log that it shares with the others.
    pub upto: u64,
    /// Which line of the old log holds behind it; none where it had written nothing there itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<Line>,
    /// Entries it had written there and tells again.
    #[serde(default)]
    pub told: u64,
    /// Events of them that cannot be told again: a day that was closed, and what a newer program wrote.
    #[serde(default)]
    pub left: u64,
}

/// Which of several lines of a log is meant: the one that goes on so at an entry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Line {
    pub seq: u64,
    /// The chain's hash there, hex.
    pub hash: String,
}

/// What a person says of a terminal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TerminalCard {
    pub name: String,
    /// How much it should be master: greater is rather; 0 for what should be so only in need.
    pub rank: u8,
}

/// A terminal and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terminal {
    #[serde(default)]
    joined: Register<Joined>,
    #[serde(default)]
    let_in: Register<LetIn>,
    #[serde(default)]
    pub(crate) card: Register<TerminalCard>,
    /// This name was shut out for good. What counts is [`Terminals::is_shut_out`]: a terminal may have several names.
    #[serde(default)]
    revoked: bool,
    /// What it says itself of its coming back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    came_back: Option<CameBack>,
}

/// All terminals there ever were.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Terminals {
    all: BTreeMap<Origin, Terminal>,
    /// Letters each terminal gave away.
    given: BTreeMap<Origin, BTreeSet<char>>,
}

impl Terminal {
    pub fn joined(&self) -> Option<&Joined> {
        self.joined.get()
    }

    pub fn let_in(&self) -> Option<&LetIn> {
        self.let_in.get()
    }

    pub fn name(&self) -> &str {
        let named = self.card.get().map(|c| c.name.as_str());
        named.or(self.joined().map(|j| j.name.as_str())).unwrap_or("?")
    }

    /// Its own word counts: two terminals that did not hear of each other may both have let it in, each with a letter.
    pub fn letter(&self) -> char {
        self.came_back.as_ref().map(|c| c.letter).or(self.joined().map(|j| j.letter)).unwrap_or('?')
    }

    /// How it came back, if it did.
    pub fn came_back(&self) -> Option<&CameBack> {
        self.came_back.as_ref()
    }

    fn has_key(&self, key: &str) -> bool {
        self.joined().is_some_and(|j| j.key == key)
    }

    pub fn rank(&self) -> u8 {
        // Until a person says otherwise the first terminal is the one that should be master.
        let first = LETTERS.chars().next();
        self.card.get().map_or(u8::from(first == Some(self.letter())), |c| c.rank)
    }
}

impl Terminals {
    pub fn get(&self, origin: Origin) -> Option<&Terminal> {
        self.all.get(&origin)
    }

    /// Every terminal that was let in, also those that were shut out.
    pub fn iter(&self) -> impl Iterator<Item = (Origin, &Terminal)> {
        self.all.iter().filter(|(_, t)| t.joined().is_some()).map(|(origin, terminal)| (*origin, terminal))
    }

    /// The terminals there are: neither shut out nor under a later name since.
    pub fn present(&self) -> impl Iterator<Item = (Origin, &Terminal)> {
        self.iter().filter(|(origin, _)| !self.is_shut_out(*origin) && !self.is_past(*origin))
    }

    /// The terminal with this key, under the name it has now, unless it was shut out.
    pub fn with_key(&self, key: &str) -> Option<Origin> {
        self.present().find(|(_, t)| t.has_key(key)).map(|(origin, _)| origin)
    }

    /// Every name a key ever had.
    pub fn names_of<'a>(&'a self, key: &'a str) -> impl Iterator<Item = Origin> + 'a {
        self.iter().filter(move |(_, t)| t.has_key(key)).map(|(origin, _)| origin)
    }

    /// Whether two names are one terminal's.
    pub fn is_one(&self, a: Origin, b: Origin) -> bool {
        let key = |of| self.get(of).and_then(Terminal::joined).map(|j| j.key.as_str());
        key(a).is_some() && key(a) == key(b)
    }

    /// Whether a terminal may do nothing any more. Whoever shuts out one of its names shuts out its key, also under names
    /// it gets later.
    pub fn is_shut_out(&self, origin: Origin) -> bool {
        let Some(terminal) = self.get(origin) else { return false };
        terminal.revoked || self.all.iter().any(|(other, t)| t.revoked && self.is_one(origin, *other))
    }

    /// Whether the terminal goes by a later name. Only its own key can say so.
    pub fn is_past(&self, origin: Origin) -> bool {
        let later = |t: &Terminal| t.joined.concurrent().any(|j| j.was.contains(&origin));
        self.all.iter().any(|(other, t)| later(t) && self.is_one(origin, *other))
    }

    /// Which line of which log holds, where a terminal had written two: as whoever let it in again says, and it itself.
    /// Neither is enough alone: whoever has the key could take what it wrote from others' disks, and so could somebody else.
    pub fn lines(&self) -> impl Iterator<Item = (Origin, &Line)> {
        self.all.iter().filter_map(|(origin, terminal)| {
            let back = terminal.came_back.as_ref()?;
            let line = back.line.as_ref()?;
            let says_so = |j: &Joined| j.was.contains(&back.was) && j.line.as_ref() == Some(line);
            let by_another = |cause: &Cause| !self.is_one(cause.dot.origin, *origin);
            let vouched = terminal.joined.writes().any(|(cause, j)| by_another(cause) && says_so(j));
            (vouched && self.is_one(*origin, back.was)).then_some((back.was, line))
        })
    }

    /// Letters a terminal may still give away, first the one to give next.
    pub fn spare(&self, of: Origin) -> String {
        let own = self.all.get(&of).and_then(Terminal::joined).map_or("", |j| j.spare.as_str());
        let given = self.given.get(&of);
        own.chars().filter(|c| given.is_none_or(|g| !g.contains(c))).collect()
    }

    /// The first terminal of a restaurant, which has all the letters.
    pub fn first(origin: Origin, name: &str, key: &str) -> Joined {
        let mut letters = LETTERS.chars();
        let letter = letters.next().unwrap_or('A');
        Joined {
            origin,
            letter,
            name: name.into(),
            key: key.into(),
            spare: letters.collect(),
            was: Vec::new(),
            line: None,
        }
    }

    /// How `by` would let a terminal in; `None` when it has no letter left to give.
    pub fn let_in(&self, by: Origin, origin: Origin, name: &str, key: &str) -> Option<Joined> {
        let spare = self.spare(by);
        let letter = spare.chars().next()?;
        let rest = spare.chars().count() - 1;
        let hand_on = if rest > 2 * SPARE_FOR_NEW { SPARE_FOR_NEW } else { 0 };
        let spare = spare.chars().rev().take(hand_on).collect();
        // A terminal that lost its disk but for its key comes back as a new one; it is not missing under the old name.
        let was = self.names_of(key).filter(|name| *name != origin).collect();
        Some(Joined { origin, letter, name: name.into(), key: key.into(), spare, was, line: None })
    }

    /// How `by` would let a terminal in anew that wrote as `was` before and came back from an old copy; `line` says which
    /// line of that log holds. Its key, what people call it and how much it should be master stay. None when `by` has no
    /// letter left, or the key had names enough.
    pub fn let_back_in(
        &self,
        by: Origin,
        origin: Origin,
        was: Origin,
        line: Option<Line>,
    ) -> Option<(Joined, TerminalCard)> {
        let before = self.get(was)?;
        let key = &before.joined()?.key;
        let was: Vec<Origin> = self.names_of(key).filter(|name| *name != origin).collect();
        let card = TerminalCard { name: before.name().into(), rank: before.rank() };
        let joined = self.let_in(by, origin, before.name(), key).filter(|_| was.len() < MAX_NAMES)?;
        Some((Joined { was, line, ..joined }, card))
    }

    pub(crate) fn apply(&mut self, entry: &Entry, event: &Event) {
        let cause = Cause::of(entry);
        match event {
            Event::TerminalJoined { terminal } => {
                if terminal.origin != entry.dot.origin {
                    let given = self.given.entry(entry.dot.origin).or_default();
                    given.insert(terminal.letter);
                    given.extend(terminal.spare.chars());
                }
                let known = self.all.entry(terminal.origin).or_default();
                known.joined.set(&cause, terminal.as_ref().clone());
                known.let_in.set(&cause, LetIn::of(entry));
            }
            Event::TerminalSet { origin, card } => {
                self.all.entry(*origin).or_default().card.set(&cause, card.clone());
            }
            Event::TerminalRevoked { origin } => self.all.entry(*origin).or_default().revoked = true,
            // Only ever the first entry of its log, so there is one.
            Event::CameBack(back) if entry.dot.seq == 1 => {
                self.all.entry(entry.dot.origin).or_default().came_back = Some(back.clone());
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAR: Origin = Origin(1);
    const TERRACE: Origin = Origin(2);
    const NEW: Origin = Origin(3);

    /// Terminals told of one after the other, in logs of whoever says so.
    #[derive(Default)]
    struct Told(Terminals, BTreeMap<Origin, u64>);

    impl Told {
        fn tell(&mut self, by: Origin, event: Event) {
            let seq = self.1.entry(by).or_default();
            *seq += 1;
            let mut entry = crate::reading::read_entry(crate::ids::Dot { origin: by, seq: *seq }, b"").entry;
            entry.events = vec![event];
            self.0.apply(&entry, &entry.events[0]);
        }

        fn joins(&mut self, by: Origin, joined: Joined) {
            self.tell(by, Event::TerminalJoined { terminal: Box::new(joined) });
        }

        /// A bar and a terrace.
        fn house() -> Told {
            let mut told = Told::default();
            told.joins(BAR, Terminals::first(BAR, "Bar", "k1"));
            let terrace = told.0.let_in(BAR, TERRACE, "Terrace", "k2").expect("a letter");
            told.joins(BAR, terrace);
            told
        }

        fn lines(&self) -> Vec<Origin> {
            self.0.lines().map(|(of, _)| of).collect()
        }
    }

    fn line() -> Line {
        Line { seq: 6, hash: "af13".into() }
    }

    fn came_back() -> Event {
        Event::CameBack(CameBack { was: TERRACE, letter: 'C', upto: 5, line: Some(line()), told: 0, left: 0 })
    }

    #[test]
    fn a_terminal_that_comes_back_stands_for_what_it_was() {
        let mut told = Told::house();
        told.tell(BAR, Event::TerminalSet { origin: TERRACE, card: TerminalCard { name: "Patio".into(), rank: 4 } });
        let (joined, card) = told.0.let_back_in(BAR, NEW, TERRACE, Some(line())).expect("it is let in");
        assert_eq!(
            (joined.key.as_str(), joined.was.as_slice(), card.name.as_str(), card.rank),
            ("k2", &[TERRACE][..], "Patio", 4)
        );
        let letters = ['A', 'B', joined.letter].into_iter().collect::<BTreeSet<_>>();
        assert_eq!(letters.len(), 3, "a letter of its own");
        told.joins(BAR, joined);
        assert_eq!(told.0.with_key("k2"), Some(NEW));
        assert_eq!(told.0.present().map(|(origin, _)| origin).collect::<Vec<_>>(), [BAR, NEW]);
        for name in [TERRACE, NEW] {
            let mut told = Told(told.0.clone(), told.1.clone());
            told.tell(BAR, Event::TerminalRevoked { origin: name });
            assert!(told.0.is_shut_out(TERRACE) && told.0.is_shut_out(NEW) && !told.0.is_shut_out(BAR));
            assert_eq!(told.0.with_key("k2"), None, "the key is worth nothing, whichever name was shut out");
        }
    }

    #[test]
    fn nobody_hides_a_terminal_with_another_key() {
        let mut told = Told::house();
        let (joined, _) = told.0.let_back_in(BAR, NEW, TERRACE, None).expect("it is let in");
        told.joins(BAR, Joined { key: "k9".into(), ..joined });
        assert!(!told.0.is_past(TERRACE));
        assert_eq!(told.0.with_key("k2"), Some(TERRACE));
    }

    #[test]
    fn which_line_holds_takes_two() {
        let joined = |told: &Told| told.0.let_back_in(BAR, NEW, TERRACE, Some(line())).expect("it is let in").0;
        let mut told = Told::house();
        let new = joined(&told);
        told.joins(BAR, new);
        assert!(told.lines().is_empty(), "it did not say so itself");
        told.tell(NEW, came_back());
        assert_eq!(told.lines(), [TERRACE]);

        let mut told = Told::house();
        told.tell(NEW, came_back());
        for by in [TERRACE, NEW] {
            let new = joined(&told);
            told.joins(by, new);
            assert!(told.lines().is_empty(), "whoever has the key cannot vouch for itself");
        }
    }

    #[test]
    fn a_key_has_so_many_names_and_no_more() {
        let mut told = Told::house();
        let mut last = TERRACE;
        for n in 1..MAX_NAMES as u64 {
            let next = Origin(100 + n);
            let (joined, _) = told.0.let_back_in(BAR, next, last, None).unwrap_or_else(|| panic!("name {n}"));
            told.joins(BAR, joined);
            last = next;
        }
        assert_eq!(told.0.let_back_in(BAR, NEW, last, None), None);
        assert_eq!(told.0.present().count(), 2);
    }

    #[test]
    fn two_sides_of_a_broken_switch_never_give_the_same_letter() {
        let (mut n, mut all) = (0, Terminals::default());
        let mut entry = |by: u64, joined: Joined| {
            n += 1;
            let dot = crate::ids::Dot { origin: Origin(by), seq: n };
            let mut entry = crate::reading::read_entry(dot, b"").entry;
            entry.events = vec![Event::TerminalJoined { terminal: Box::new(joined) }];
            entry
        };
        let mut log = vec![entry(1, Terminals::first(Origin(1), "Bar", "k1"))];
        let joined = |all: &mut Terminals, log: &[Entry]| log.iter().for_each(|e| all.apply(e, &e.events[0]));
        joined(&mut all, &log);
        let second = all.let_in(Origin(1), Origin(2), "Terrace", "k2").expect("a letter");
        log.push(entry(1, second));
        let mut sides = [Terminals::default(), Terminals::default()];
        sides.iter_mut().for_each(|side| joined(side, &log));
        // Both go on letting terminals in, without hearing of each other, until nobody has letters any more.
        let mut letters = vec!['A', 'B'];
        for (i, side) in sides.iter_mut().enumerate() {
            let by = i as u64 + 1;
            for new in 0.. {
                let Some(terminal) = side.let_in(Origin(by), Origin(by * 1_000 + new), "x", "y") else { break };
                letters.push(terminal.letter);
                letters.extend(terminal.spare.chars());
                let next = entry(by, terminal);
                side.apply(&next, &next.events[0]);
            }
        }
        let (count, distinct) = (letters.len(), letters.iter().collect::<BTreeSet<_>>().len());
        assert_eq!(count, distinct, "{letters:?}");
        assert_eq!(count, LETTERS.len());
    }
}
