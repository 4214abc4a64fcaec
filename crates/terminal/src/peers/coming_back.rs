//! What a terminal and its peers say to each other when it was restored from an old copy: where the lines of its log part,
//! and that it is let in anew.

use std::sync::atomic::Ordering;

use domain::{
    chain,
    event::{Alarm, Event},
    ids::Origin,
    query::Outcome,
    terminals::Line,
};
use serde::{Deserialize, Serialize};
use sync::{
    Frame, Link, Now, Role,
    coming_back::{Parting, Point, first_places, parting, places_between},
};

use super::{NotLetIn, Welcome, driver::Driver, protocol::Protocol};
use crate::{
    dispatch::Job,
    terminal::{Terminal, lock, read},
};

/// Whoever was asked has so long to answer, in milliseconds; then the next one is.
const ASK_EVERY: Now = 1_000;
/// Questions to one terminal in a row. It knows after four; more means that it talks nonsense.
const MAX_QUESTIONS: u32 = 16;
/// When nobody was linked for so long, in milliseconds, whoever knew better is gone: orders are taken again.
const ALONE_AFTER: Now = 3_000;

/// What a terminal that comes back is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Back {
    pub welcome: Welcome,
    /// Which line of its old log holds.
    pub line: Option<Line>,
}

/// Whom this terminal asks to be let in again.
#[derive(Debug, Default)]
pub(super) struct Asking {
    /// Who was asked last, and when.
    asked: Option<(Link, Now)>,
    /// How often in a row.
    questions: u32,
    /// Since when nobody is there to be asked.
    alone: Option<Now>,
}

impl super::Peers {
    /// This terminal writes another log, of so many entries so far.
    pub fn start_over(&self, own: u64) {
        *lock(&self.fresh) = Default::default();
        self.own.store(own, Ordering::Release);
    }
}

impl Driver {
    /// Others hold another line of this terminal's log.
    pub(super) fn is_old_copy(&mut self, terminal: &Terminal, here: u64, there: u64) {
        // Not even this is written down here: the log has another entry at that place already.
        tracing::error!("others hold {there} entries of this terminal, which holds {here}: an old copy");
        self.asking = Asking::default();
        terminal.set_old_copy(true);
    }

    /// An old copy asks one linked terminal after the other, until somebody lets it in.
    pub(super) fn ask_to_come_back(&mut self, terminal: &Terminal) {
        if !terminal.is_old_copy() {
            return;
        }
        let now = self.now();
        let links: Vec<Link> = {
            let protocol = self.protocol.lock();
            protocol.node.peers().filter(|(_, p)| p.origin.is_some()).map(|(link, _)| link).collect()
        };
        if links.is_empty() {
            let since = *self.asking.alone.get_or_insert(now);
            if since + ALONE_AFTER <= now {
                self.protocol.lock().node.forget_alarm();
                terminal.set_old_copy(false);
            }
            return;
        }
        self.asking.alone = None;
        let last = match self.asking.asked {
            Some((_, at)) if at + ASK_EVERY > now => return,
            Some((link, _)) => link,
            None => 0,
        };
        let next = links.iter().find(|link| **link > last).or(links.first());
        if let Some(next) = next {
            self.asking.questions = 0;
            let head = terminal.heads().get(&self.me).copied().unwrap_or(0);
            self.ask(terminal, *next, first_places(head));
        }
    }

    fn ask(&mut self, terminal: &Terminal, link: Link, places: Vec<u64>) {
        self.asking.asked = Some((link, self.now()));
        self.asking.questions += 1;
        let name = match terminal.next_name(None) {
            Ok(name) => name,
            Err(e) => return tracing::error!("a new name cannot be kept: {e}"),
        };
        let point = |seq| Some(Point { seq, hash: terminal.readers.hash_at(self.me, seq).ok()?? });
        let points = places.into_iter().filter_map(point).collect();
        self.protocol.lock().send(link, Frame::ComeBack { name, points });
    }

    /// Whoever was asked answers.
    pub(super) fn hear_parted(
        &mut self,
        terminal: &std::sync::Arc<Terminal>,
        link: Link,
        (from, until): (u64, u64),
        welcome: Option<String>,
    ) {
        let was_asked = self.asking.asked.is_some_and(|(asked, _)| asked == link);
        if !terminal.is_old_copy() || !was_asked {
            return;
        }
        let back: Option<Back> = welcome.and_then(|text| serde_json::from_str(&text).ok());
        let done = terminal.next_name(None).and_then(|name| match &back {
            Some(back) => terminal.come_back(name, from, back).map(|()| true),
            None if from == until => terminal.next_name(Some(name)).map(|_| false),
            None => Ok(false),
        });
        match done {
            Ok(true) => self.go_on_under_new_name(terminal),
            Ok(false) if from < until && self.asking.questions < MAX_QUESTIONS => {
                self.ask(terminal, link, places_between(from, until));
            }
            Ok(false) => {}
            // A full disk may have room again; until then nothing has changed.
            Err(e) => tracing::error!("this terminal cannot come back from its old copy: {e}"),
        }
    }

    fn go_on_under_new_name(&mut self, terminal: &std::sync::Arc<Terminal>) {
        self.me = terminal.origin();
        (self.watch, self.doubt, self.asking) = Default::default();
        self.start_over(terminal);
        terminal.set_old_copy(false);
        // What waits may have been printed by whoever took its tickets over.
        if let Err(e) = terminal.find_slips() {
            tracing::error!("the slips that wait cannot be read: {e}");
        }
        terminal.reopen_network();
    }

    /// Whoever holds another line of a log than the one that holds sets it aside.
    pub(super) fn leave_other_lines(&mut self, terminal: &std::sync::Arc<Terminal>) {
        for (origin, line) in terminal.lines_to_leave() {
            match terminal.leave_line(origin, &line) {
                Ok(()) => self.start_over(terminal),
                Err(e) => tracing::error!("what holds of the log of {origin} cannot be taken: {e}"),
            }
        }
    }

    /// Every link begins anew, with what the disk holds now.
    fn start_over(&mut self, terminal: &std::sync::Arc<Terminal>) {
        let mut protocol = self.protocol.lock();
        protocol.unplug(0);
        if let Err(e) = protocol.start_over(terminal) {
            tracing::error!("what this terminal holds cannot be read: {e}");
        }
    }

    /// A linked terminal says that it is an old copy of itself.
    pub(super) fn hear_come_back(&mut self, terminal: &Terminal, link: Link, name: Origin, points: &[Point]) {
        let (asks, reach) = {
            let protocol: &Protocol = &self.protocol.lock();
            let Some(asks) = protocol.origin_of(link) else { return };
            (asks, protocol.node.heads().get(&asks).copied().unwrap_or(0))
        };
        let hash = |seq| terminal.readers.hash_at(asks, seq).ok().flatten();
        let answer = match parting(points, reach, hash) {
            Parting::Unknown => return,
            Parting::Between(from, until) => Frame::Parted { from, until, welcome: None },
            Parting::At(from) => {
                let line = hash(from + 1).map(|hash| Line { seq: from + 1, hash: chain::hex(&hash) });
                match terminal.let_back_in(asks, name, line, reach) {
                    Ok(back) => {
                        let welcome = serde_json::to_string(&back).ok();
                        Frame::Parted { from, until: from + 1, welcome }
                    }
                    // It draws another one.
                    Err(NotLetIn::KnownOtherwise) => Frame::Parted { from, until: from, welcome: None },
                    Err(why) => return tracing::warn!("{asks} is an old copy and cannot be let in again: {why}"),
                }
            }
        };
        self.protocol.lock().send(link, answer);
    }
}

impl Terminal {
    /// Lets a terminal in again under a new name that holds less of its own log than this one, or another line of it.
    /// Nobody is asked, because its key stays; everybody is told. Saying it twice lets it in once.
    ///
    /// # Errors
    /// [`NotLetIn`]; nothing was written then.
    pub(super) fn let_back_in(
        &self,
        was: Origin,
        name: Origin,
        line: Option<Line>,
        there: u64,
    ) -> Result<Back, NotLetIn> {
        let me = self.origin();
        let (known, events) = {
            let state = read(&self.state);
            let terminals = &state.restaurant.terminals;
            let known = terminals.get(name).and_then(|t| t.joined().cloned());
            let used = state.restaurant.heads.contains_key(&name) || !terminals.is_one(was, name);
            if known.is_some() && used || name == me {
                return Err(NotLetIn::KnownOtherwise);
            }
            let back = || terminals.let_back_in(me, name, was, line.clone()).ok_or(NotLetIn::NoLetters);
            match known {
                Some(joined) => (Some(joined), Vec::new()),
                None => {
                    let (joined, card) = back()?;
                    let here = line.as_ref().map_or(0, |line| line.seq.saturating_sub(1));
                    let alarm = Alarm::OwnLogIsLonger { here, there, of: Some(name) };
                    let events = vec![
                        Event::TerminalJoined { terminal: Box::new(joined) },
                        Event::TerminalSet { origin: name, card },
                        Event::AlarmRaised { alarm },
                    ];
                    (None, events)
                }
            }
        };
        if known.is_none() {
            let said = self.queue(vec![Job::Note { events, staff: None, device: None }]);
            if !matches!(said.as_slice(), [Outcome::Done(_)]) {
                return Err(NotLetIn::NotKept("the store is not available".into()));
            }
        }
        let member = self.membership().map_err(|e| NotLetIn::NotKept(e.to_string()))?;
        let state = read(&self.state);
        let joined = state.restaurant.terminals.get(name).and_then(|t| t.joined()).ok_or(NotLetIn::NoRestaurant)?;
        let welcome = Welcome {
            store: member.store,
            restaurant: state.restaurant.settings().map(|s| s.name.clone()).unwrap_or_default(),
            letter: joined.letter,
            sponsor: me,
            port: None,
            role: Role { epoch: member.epoch, master: member.master, pinned: member.pinned },
            keys: state
                .restaurant
                .terminals
                .iter()
                .filter_map(|(_, t)| t.joined())
                .map(|j| (j.origin, j.key.clone()))
                .collect(),
        };
        Ok(Back { welcome, line: joined.line.clone() })
    }
}
