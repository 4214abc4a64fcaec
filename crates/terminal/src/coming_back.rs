//! A terminal that was restored from an old copy comes back under a new name: in one transaction, so that a crash finds
//! either the old copy or the new terminal. And of two lines of somebody's log the one that holds is kept.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::Ordering,
};

use domain::{
    chain,
    check::Check,
    event::{Entry, TicketOf},
    ids::{CheckId, MAX_TOKEN, Origin},
    query::Update,
    retelling::{self, Retelling},
    terminals::{CameBack, Line},
    view::SlipState,
};
use store::{Aside, Batch, Membership, Store, StoreError};
use sync::{Role, SEAL, is_milestone, signed};

use crate::{
    closed,
    peers::Back,
    state::{State, checks_of},
    terminal::{Terminal, read, write},
};

impl Terminal {
    /// Names this terminal had before, by which others may know its key still.
    pub(crate) fn names_before(&self) -> Vec<Origin> {
        let (me, key) = (self.origin(), self.public_key().to_string());
        let state = read(&self.state);
        let terminals = &state.restaurant.terminals;
        let own_word = terminals.get(me).and_then(|t| t.came_back()).map(|back| back.was);
        let names: BTreeSet<Origin> = terminals.names_of(&key).chain(own_word).filter(|name| *name != me).collect();
        names.into_iter().collect()
    }

    /// The name under which this terminal asks to be let in again: drawn once and kept, or a terminal that crashed while it
    /// asked would be let in under two. `taken` is one that cannot be had.
    pub(crate) fn next_name(&self, taken: Option<Origin>) -> Result<Origin, StoreError> {
        if let Some(name) = self.readers.next_name()?.filter(|name| Some(*name) != taken) {
            return Ok(name);
        }
        let random = getrandom::u64().map_err(|e| StoreError::Failed(format!("no random numbers: {e}")))?;
        let name = Origin(random & MAX_TOKEN);
        let mut store = self.writer();
        let mut tx = store.batch();
        tx.put_next_name(name)?;
        tx.commit()?;
        Ok(name)
    }

    /// Comes back under the name `back` was given for. What it wrote behind `upto`, where its log parts from the line the
    /// others hold, is told again in the new log.
    pub(crate) fn come_back(&self, name: Origin, upto: u64, back: &Back) -> Result<(), StoreError> {
        let mut store = self.writer();
        if store.mine().origin != name {
            self.write_back(&mut store, name, upto, back)?;
        }
        self.take_up(&mut store)
    }

    fn write_back(&self, store: &mut Store, name: Origin, upto: u64, back: &Back) -> Result<(), StoreError> {
        let member = self.membership()?;
        let Back { welcome, line } = back;
        let (was, letter, own_key) = (store.mine().origin, welcome.letter, self.public_key().to_string());
        let upto = upto.min(store.mine().seq);
        let mut tx = store.batch();
        let aside = tx.set_aside(was, upto)?;
        let seal = |origin, seq, hash: &chain::Hash| self.key.sign(SEAL, &signed(member.store.0, origin, seq, hash)).0;
        tx.rename(name, letter, seal, is_milestone)?;

        let checks = checks_in(&aside);
        let mut telling = Retelling::new(was, upto, name, letter);
        let mut told: Vec<(u64, Entry)> = Vec::new();
        for (seq, reading) in aside {
            // Behind the first entry, which says why.
            let next = told.len() as u64 + 2;
            told.extend(telling.tell(reading, next).map(|entry| (seq, entry)));
        }
        let counted = (told.len() as u64, telling.left());
        let said = CameBack { was, letter, upto, line: line.clone(), told: counted.0, left: counted.1 };
        tx.append(&self.first_entry(name, said))?;
        let mut moved = BTreeMap::new();
        for (seq, entry) in &told {
            moved.insert(*seq, tx.append_again(entry)?);
        }
        tx.move_places(&checks, (was, upto), &moved)?;

        let kept = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
        let Role { epoch, master, pinned } = if welcome.role.beats(kept) { welcome.role } else { kept };
        tx.put_membership(&Membership { store: member.store, epoch, master, pinned, sponsor: member.sponsor })?;
        let keys: Vec<_> = welcome.keys.iter().cloned().chain([(was, own_key)]).collect();
        tx.put_vouched(&keys)?;
        tx.commit()?;
        tracing::warn!("{was} was an old copy; it is {name} from now on and told {} entries again", counted.0);
        Ok(())
    }

    fn first_entry(&self, name: Origin, said: CameBack) -> Entry {
        let state = read(&self.state);
        let (now, cmd) = (state.zone.now(), self.own_command());
        retelling::first_entry(name, cmd, now, state.restaurant.business_day(now), said)
    }

    /// Two lines of a log were written, and another one holds than the one here: its entries are set aside. Those of the
    /// line that holds come over the links.
    pub(crate) fn leave_line(&self, origin: Origin, line: &Line) -> Result<(), StoreError> {
        let teller = {
            let state = read(&self.state);
            let of = |t: &domain::terminals::Terminal| t.came_back().is_some_and(|back| back.was == origin);
            state.restaurant.terminals.iter().find(|(_, t)| of(t)).map(|(teller, _)| teller)
        };
        let mut store = self.writer();
        let mut tx = store.batch();
        let upto = line.seq.saturating_sub(1);
        let aside = tx.set_aside(origin, upto)?;
        tx.move_places(&checks_in(&aside), (origin, upto), &BTreeMap::new())?;
        let commands = aside.iter().map(|(_, reading)| reading.entry.cmd).collect();
        if let Some(teller) = teller {
            tx.list_again(teller, &commands)?;
        }
        tx.commit()?;
        tracing::warn!("{} entries of {origin} are set aside, because another line of its log holds", aside.len());
        self.take_up(&mut store)
    }

    /// The lines of logs here in whose place others hold.
    pub(crate) fn lines_to_leave(&self) -> Vec<(Origin, Line)> {
        let state = read(&self.state);
        let lines = state.restaurant.terminals.lines().filter(|(origin, _)| *origin != self.origin());
        let other = |(origin, line): &(Origin, &Line)| {
            let here = self.readers.hash_at(*origin, line.seq).ok().flatten();
            here.is_some_and(|hash| chain::hex(&hash) != line.hash)
        };
        lines.filter(other).map(|(origin, line)| (origin, line.clone())).collect()
    }

    /// Takes up what the disk says, in place of what memory does. Until the last moment screens see what they saw.
    fn take_up(&self, store: &mut Store) -> Result<(), StoreError> {
        store.reread_heads()?;
        let mut fresh = State::load(store)?;
        self.finish(store, &mut fresh)?;
        let mine = store.mine().clone();
        let mut state = write(&self.state);
        *state = fresh;
        self.me.store(mine.origin.0, Ordering::Release);
        *write(&self.letter) = mine.letter;
        self.peers.start_over(mine.seq);
        self.admit(&state);
        let version = state.version();
        drop(state);
        self.news.publish_to_all(&self.metrics, version, &Update::Start { version });
        Ok(())
    }

    /// Writes the rows of closed checks anew that told of what was set aside, and leaves the tickets that are not this
    /// terminal's under its new name; at the start too, if a crash came between.
    fn finish(&self, store: &mut Store, state: &mut State) -> Result<(), StoreError> {
        let stale = self.readers.stale_checks()?;
        let came_back = self.readers.next_name()? == Some(store.mine().origin);
        if stale.is_empty() && !came_back {
            return Ok(());
        }
        let mut tx = store.batch();
        if came_back {
            self.leave_tickets(&mut tx, state)?;
            tx.forget_next_name()?;
        }
        for check in stale {
            state.bring_back([check], &self.readers)?;
            closed::put_rows(&mut tx, state, BTreeSet::from([check]))?;
            if !state.restaurant.check(check).is_some_and(Check::is_closed) {
                tx.forget_closed(check)?;
            }
            tx.forget_stale(check)?;
        }
        tx.commit()
    }

    /// Kitchen slips that are somebody else's duty now are left to them: the copy may have made them of what it took for
    /// something else, and a master takes those of the old name over.
    fn leave_tickets(&self, tx: &mut Batch<'_>, state: &State) -> Result<(), StoreError> {
        let (me, now) = (tx.mine().origin, state.zone.now().at);
        let is_mine = |of: &TicketOf| state.restaurant.duties.get(of.entry).is_none_or(|duty| duty.whose() == me);
        for mut slip in self.readers.waiting_slips()? {
            if slip.of.as_ref().is_some_and(|of| !is_mine(of)) {
                (slip.view.state, slip.view.ended) = (SlipState::Dropped, Some(now));
                tx.update_slip(&slip)?;
            }
        }
        Ok(())
    }

    /// At the start: what a crash left undone.
    pub(crate) fn finish_coming_back(&self) -> Result<(), StoreError> {
        let mut store = self.writer();
        let mut state = write(&self.state);
        self.finish(&mut store, &mut state)
    }

    /// Whether others hold another line of this terminal's log.
    pub(crate) fn is_old_copy(&self) -> bool {
        self.old_copy.load(Ordering::Acquire)
    }

    /// Takes orders again, or none until it came back.
    pub(crate) fn set_old_copy(&self, is: bool) {
        self.old_copy.store(is, Ordering::Release);
        self.tell_works();
    }
}

fn checks_in(aside: &Aside) -> BTreeSet<CheckId> {
    aside.iter().flat_map(|(_, reading)| checks_of(&reading.entry)).collect()
}
