//! What this screen believes: the terminal's confirmed facts with this screen's own taps already applied on top.
//!
//! The rules are the terminal's own (`domain::decide_on_check`), so a prediction is wrong only when somebody else was faster. A
//! confirmed check replaces what was believed of it, and taps still on their way are decided again on top of it.

use std::collections::BTreeMap;

use domain::{
    Context, Restaurant,
    check::{Check, Fire, Line},
    clock::Moment,
    command::{Command, Envelope, NewLine, Pick},
    decide_on_check,
    event::{ChosenOption, Entry, Event},
    ids::*,
    rejection::Rejection,
    view::{CheckView, ConfigView, check_view},
};

/// Who acts on this screen, and when.
#[derive(Debug, Clone)]
pub struct Hand {
    pub now: Moment,
    pub actor: Option<StaffId>,
}

/// The believed state of the store.
pub struct Mirror {
    restaurant: Restaurant,
    /// Confirmed facts of the checks this screen has seen.
    facts: BTreeMap<CheckId, Check>,
    /// Taps not confirmed yet, in order.
    pending: Vec<(Envelope, Hand)>,
    /// The name predictions are written under; never leaves this screen.
    me: Origin,
    seq: u64,
    letter: char,
}

/// Confirmed checks kept; the ones untouched for longest leave first.
const MAX_FACTS: usize = 400;

impl Mirror {
    pub fn new(me: Origin) -> Mirror {
        Mirror {
            restaurant: Restaurant::default(),
            facts: BTreeMap::new(),
            pending: Vec::new(),
            me,
            seq: 0,
            letter: '?',
        }
    }

    /// Takes over what the store has published. Checks stay.
    pub fn configure(&mut self, config: &ConfigView) {
        let checks = std::mem::take(&mut self.restaurant).checks;
        self.letter = config.letter;
        let mut events = vec![
            Event::StoreSetUp { letter: config.letter, settings: Box::new(config.settings.clone()) },
            Event::MenuPublished { menu: Box::new(config.menu.clone()) },
            Event::FloorPublished { floor: config.floor.clone() },
        ];
        events.extend(config.staff.iter().map(|m| Event::MemberSet { member: m.clone() }));
        events.extend(config.stock.iter().map(|(item, left)| stock_set(item, Some(*left))));
        let entry = self.entry(CommandId::default(), &Hand::nobody(config), events);
        self.restaurant.apply_on_screen(&entry);
        self.restaurant.checks = checks;
    }

    /// The terminal said how many of an item are left.
    pub fn set_stock(&mut self, item: &ItemId, left: Option<u32>) {
        // Predictions count down from what was said; a new word starts over.
        self.restaurant.stock.remove(item);
        let hand = Hand { now: Moment::default(), actor: None };
        let entry = self.entry(CommandId::default(), &hand, vec![stock_set(item, left)]);
        self.restaurant.apply_on_screen(&entry);
    }

    pub fn left(&self, item: &ItemId) -> Option<u32> {
        self.restaurant.left(item)
    }

    fn entry(&mut self, cmd: CommandId, hand: &Hand, events: Vec<Event>) -> Entry {
        self.seq += 1;
        Entry {
            dot: Dot { origin: self.me, seq: self.seq },
            cmd,
            at: hand.now.at,
            off: hand.now.offset,
            day: self.restaurant.business_day(hand.now),
            by: hand.actor.clone(),
            device: None,
            // A prediction follows everything known, so it never counts as concurrent.
            seen: self.restaurant.seen_by(self.me, &events),
            paper: None,
            again: false,
            events,
        }
    }

    /// What a tap makes of what is believed so far. A check that is merged is on the other's bill from then on, and not
    /// known by itself any more.
    fn believe(&mut self, envelope: &Envelope, hand: &Hand) -> Result<(), Rejection> {
        let context = Context {
            id: envelope.id,
            now: hand.now,
            day: self.restaurant.business_day(hand.now),
            terminal: self.me,
            letter: self.letter,
            actor: hand.actor.clone(),
            // Only the terminal can verify the PIN; the prediction trusts it.
            approver: envelope.approval.as_ref().map(|a| a.staff.clone()),
            device: DeviceId::default(),
            pin_hash: None,
            newcomer: None,
            missing: Vec::new(),
        };
        let events = decide_on_check(&self.restaurant, &envelope.command, &context)?;
        let entry = self.entry(envelope.id, hand, events);
        self.restaurant.apply_on_screen(&entry);
        if let Command::MergeChecks { from, into } = envelope.command {
            self.restaurant.join_on_screen(from, into, entry.dot);
        }
        Ok(())
    }

    /// Applies a tap before anybody confirmed it.
    ///
    /// # Errors
    /// The "no" the terminal would give, as far as this screen can know.
    pub fn predict(&mut self, envelope: &Envelope, hand: Hand) -> Result<(), Rejection> {
        self.believe(envelope, &hand)?;
        self.pending.push((envelope.clone(), hand));
        Ok(())
    }

    /// The terminal's facts of a check. Older ones than already known are ignored.
    pub fn confirm(&mut self, check: Check) {
        let id = check.id;
        if self.facts.get(&id).is_some_and(|known| is_older(&check, known)) {
            return;
        }
        // What was merged into it is in these facts already.
        for joined in check.joined.keys() {
            self.facts.remove(joined);
            self.restaurant.checks.remove(joined);
        }
        self.facts.insert(id, check);
        self.rebuild(id);
        if self.facts.len() > MAX_FACTS {
            let oldest = self.facts.values().min_by_key(|c| c.touched).map(|c| c.id);
            oldest.map(|id| self.facts.remove(&id));
        }
    }

    /// A tap was answered: it is in the facts now, or was refused.
    pub fn answered(&mut self, id: CommandId) {
        let Some(at) = self.pending.iter().position(|(e, _)| e.id == id) else { return };
        let (envelope, _) = self.pending.remove(at);
        if let Some(check) = check_of(&envelope) {
            self.rebuild(check);
        }
        if let Command::MergeChecks { from, .. } = envelope.command {
            self.rebuild(from);
        }
    }

    /// The check whose bill a check is on, as far as mergings on their way say.
    fn bill_of(&self, id: CheckId) -> CheckId {
        self.pending.iter().fold(id, |id, (envelope, _)| match envelope.command {
            Command::MergeChecks { from, into } if from == id => into,
            _ => id,
        })
    }

    /// Confirmed facts of one check, or of that it is being merged into, with the taps on their way applied again.
    fn rebuild(&mut self, id: CheckId) {
        self.rebuild_until(self.bill_of(id), self.pending.len());
    }

    /// As it was before the tap at `end`: a check is merged with what was tapped on it before, never after.
    fn rebuild_until(&mut self, id: CheckId, end: usize) {
        match self.facts.get(&id) {
            Some(facts) => self.restaurant.checks.insert(id, facts.clone()),
            None => self.restaurant.checks.remove(&id),
        };
        for at in 0..end {
            let (envelope, _) = &self.pending[at];
            let known = || self.restaurant.check(id).is_some_and(|c| holds(c, envelope.id));
            if check_of(envelope) != Some(id) || known() {
                continue;
            }
            let (envelope, hand) = self.pending[at].clone();
            if let Command::MergeChecks { from, .. } = envelope.command {
                self.rebuild_until(from, at);
            }
            // A tap that no longer fits is left to the terminal's answer.
            let _ = self.believe(&envelope, &hand);
        }
    }

    /// The check as this screen believes it; of one that is being merged, that whose bill it is on.
    pub fn check(&self, id: CheckId) -> Option<CheckView> {
        let check = self.restaurant.check(self.bill_of(id)).filter(|c| c.opened.is_some())?;
        Some(check_view(&self.restaurant, check))
    }

    /// True when this screen can judge taps on a check itself.
    pub fn knows(&self, id: CheckId) -> bool {
        self.restaurant.checks.contains_key(&id)
    }

    /// What the table would get with "same again": the drinks of the last fire that had any, else all of the last fire.
    pub fn last_round(&self, id: CheckId) -> Vec<NewLine> {
        let Some(check) = self.restaurant.check(id) else { return Vec::new() };
        let mut fires: Vec<_> = check.fires.iter().collect();
        fires.sort_by_key(|(id, fire)| std::cmp::Reverse((fire.at, **id)));
        let of = |fire: &Fire, drinks: bool| -> Vec<NewLine> {
            let lines = fire.lines.iter().filter_map(|f| check.lines.get(&f.line).map(|l| (f, l)));
            lines.filter(|(_, l)| !drinks || l.course_now() == 0).filter_map(|(f, l)| again(l, f.qty)).collect()
        };
        let drinks = fires.iter().map(|(_, fire)| of(fire, true)).find(|lines| !lines.is_empty());
        drinks.or_else(|| fires.first().map(|(_, fire)| of(fire, false))).unwrap_or_default()
    }

    /// True while taps of this check are on their way.
    pub fn is_waiting(&self, id: CheckId) -> bool {
        self.pending.iter().any(|(e, _)| check_of(e) == Some(id))
    }
}

impl Hand {
    fn nobody(config: &ConfigView) -> Hand {
        Hand { now: Moment { at: config.now, offset: config.offset }, actor: None }
    }
}

/// The same line once more, as it was ordered.
fn again(line: &Line, qty: u32) -> Option<NewLine> {
    let added = line.what().filter(|_| line.live_qty() > 0)?;
    let pick = |o: &ChosenOption| Pick {
        group: o.group.clone(),
        option: o.option.clone(),
        options: o
            .options
            .iter()
            .map(|n| Pick { group: n.group.clone(), option: n.option.clone(), options: Vec::new() })
            .collect(),
    };
    Some(NewLine {
        item: added.item.clone(),
        portion: Some(added.portion.clone()),
        qty: qty.max(1),
        options: line.chosen().iter().map(pick).collect(),
        seat: line.seat.get().copied().unwrap_or(0),
        course: Some(line.course_now()),
        note: line.note.get().cloned().unwrap_or_default(),
        allergy: line.allergy.get().cloned().unwrap_or_default(),
    })
}

fn stock_set(item: &ItemId, left: Option<u32>) -> Event {
    Event::StockSet { item: item.clone(), left, sold: 0, all: true }
}

/// The check a command is about; opening one is about the check it names.
pub fn check_of(envelope: &Envelope) -> Option<CheckId> {
    match envelope.command {
        Command::OpenCheck { .. } => Some(envelope.id),
        _ => envelope.command.check(),
    }
}

fn is_older(new: &Check, known: &Check) -> bool {
    let behind = |(origin, seq): (&Origin, &u64)| new.heads.get(origin).is_none_or(|s| s < seq);
    let ahead = |(origin, seq): (&Origin, &u64)| known.heads.get(origin).is_none_or(|s| s < seq);
    // What was taken out of it again leaves it with less.
    let same = new.joined.keys().eq(known.joined.keys());
    same && known.heads.iter().any(behind) && !new.heads.iter().any(ahead)
}

/// Whether facts already hold what a command made, because the stream was faster than the answer.
fn holds(check: &Check, id: CommandId) -> bool {
    check.id == id && check.opened.is_some()
        || check.lines.iter().any(|(line, l)| line.by == id && l.added.is_some())
        || check.fires.contains_key(&id)
        || check.payments.contains_key(&id)
        || check.refunds.contains_key(&id)
        || check.cancelled.contains_key(&id)
        || check
            .lines
            .values()
            .any(|l| l.removed.contains_key(&id) || l.voids.contains_key(&id) || l.comps.contains_key(&id))
}

#[cfg(test)]
pub mod tests;
