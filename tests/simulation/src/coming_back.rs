//! A terminal restored from an old copy comes back: under a new name and letter, and what it did beside its log is told
//! again in the new one. One write: before it there is the old copy, after it the new terminal.

use domain::{
    event::{Entry, Event},
    ids::{CommandId, Dot, Origin, Session},
    reading::Reading,
    retelling::{self, Retelling},
    terminals::CameBack,
};
use serde_json::Value;
use sync::{Body, Heads};

use crate::{
    ledger::Written,
    planted::Lapse,
    world::{NAME, World},
};

/// One entry of the new log.
struct Told {
    cmd: CommandId,
    body: Body,
    knew: Heads,
}

impl World {
    /// It starts again under a new name and letter; its old log is one of many now.
    pub fn comes_back(&mut self, place: usize) {
        let was = self.terminals[place].origin;
        if !self.ledger.retired.contains(&was) {
            return;
        }
        self.stop(place, false);
        self.forget_taps(place);
        let (name, letter) = (self.new_name(), self.new_letter());
        let forked_at = self.terminals[place].forked_at.take();
        let reach = self.terminals[place].disk.kept.reach(was);
        let upto = forked_at.unwrap_or(reach);
        let told = self.told_again(Retelling::new(was, upto, name, letter), (was, upto, reach), name);
        let terminal = &mut self.terminals[place];
        if forked_at.is_some() {
            terminal.disk.kept.cut(was, upto);
            (terminal.snapshot, terminal.disk.backup) = (None, None);
        }
        terminal.disk.kept.seal(was);
        (terminal.origin, terminal.letter, terminal.disk.me) = (name, letter, name);
        terminal.must_meet.clear();
        self.trace.line(self.now, || format!("terminal {place} is {letter} from now on"));
        self.write_first(place, CameBack { was, letter, upto, line: None, told: told.len() as u64, left: 0 });
        for (seq, entry) in (2..).zip(told) {
            self.append_own(place, seq, entry);
        }
        let makes_tickets = self.has(Lapse::TellsAsNew);
        self.start(place);
        let terminal = &mut self.terminals[place];
        if let Some(running) = &terminal.running {
            // What is somebody else's duty now is left to them; the tickets of the old name the master takes.
            let duties = &running.fold.restaurant.duties;
            let is_mine = |slip: &crate::paper::Slip| duties.get(slip.of.entry).is_none_or(|d| d.whose() == name);
            terminal.disk.kept.slips.retain(|_, slip| is_mine(slip));
        }
        if makes_tickets {
            self.make_tickets_anew(place, name);
        }
    }

    fn write_first(&mut self, place: usize, said: CameBack) {
        let (now, session) = (self.terminals[place].clock.wall(self.now), Session(self.dice.below(NAME)));
        let cmd = CommandId { session, n: 1 };
        let day = domain::clock::BusinessDay { date: now.date(), part: 1 };
        let entry = retelling::first_entry(self.terminals[place].origin, cmd, now, day, said);
        let body = serde_json::to_vec(&entry).unwrap_or_default().into();
        self.append_own(place, 1, Told { cmd, body, knew: Heads::new() });
    }

    fn append_own(&mut self, place: usize, seq: u64, Told { cmd, body, knew }: Told) {
        let origin = self.terminals[place].origin;
        let dot = Dot { origin, seq };
        let said = || String::from_utf8_lossy(&body).chars().take(200).collect::<String>();
        self.trace.line(self.now, || format!("terminal {place} tells again {dot} for {cmd}: {}", said()));
        if let Err((oracle, what)) = self.ledger.write(dot, cmd, body.clone(), knew) {
            return self.fail(oracle, format!("terminal {place}: {what}"));
        }
        self.terminals[place].disk.kept.append(origin, body, None);
    }

    /// What was written beside the log, as the real rules tell it again.
    fn told_again(&self, mut telling: Retelling, (was, upto, reach): (Origin, u64, u64), name: Origin) -> Vec<Told> {
        if self.has(Lapse::TellsNothingAgain) {
            return Vec::new();
        }
        let mut told: Vec<Told> = Vec::new();
        for seq in upto + 1..=reach {
            let Some(written) = self.ledger.forks.get(&Dot { origin: was, seq }) else { continue };
            let next = told.len() as u64 + 2;
            let Some(body) = self.told(&mut telling, written, Dot { origin: name, seq: next }) else { continue };
            // Of its old log it knew what was there when it was copied; the rest is its own now.
            let mut knew = written.knew.clone();
            knew.insert(was, upto);
            knew.insert(name, next - 1);
            told.push(Told { cmd: written.cmd, body, knew });
        }
        told
    }

    fn told(&self, telling: &mut Retelling, written: &Written, at: Dot) -> Option<Body> {
        let Some(entry) = &written.entry else {
            // A kind that only newer programs understand; the one that wrote it does.
            let mut body: Value = serde_json::from_slice(&written.body).ok()?;
            body["dot"] = serde_json::to_value(at).ok()?;
            return Some(body.to_string().into_bytes().into());
        };
        let entry = Entry::clone(entry);
        let given = entry.events.clone();
        let mut entry = telling.tell(Reading { entry, not_understood: 0 }, at.seq)?;
        if self.has(Lapse::LosesTheCopysMoney) {
            entry.events.retain(|event| !matches!(event, Event::PaymentTaken { .. }));
        }
        if self.has(Lapse::KeepsTheCopysNumbers) {
            let kept = given.into_iter().filter(|event| !matches!(event, Event::DayClosed { .. }));
            entry.events = kept.collect();
        }
        if self.has(Lapse::TellsAsNew) {
            entry.again = false;
        }
        if self.has(Lapse::TellsAsIfItKnew) {
            let all = self.ledger.logs.iter().map(|(origin, log)| Dot { origin: *origin, seq: log.len() as u64 });
            entry.seen = all.filter(|dot| dot.origin != at.origin && dot.seq > 0).collect();
        }
        Some(serde_json::to_vec(&entry).unwrap_or_default().into())
    }
}
