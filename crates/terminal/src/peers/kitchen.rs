//! Whose duty the kitchen's tickets are when masters come and go; the rules stand in [`domain::tickets`].

use std::collections::BTreeSet;

use domain::{
    event::Event,
    ids::{CommandId, Origin},
    query::Outcome,
    tickets::{Duties, NOBODY},
};
use store::{Batch, StoreError};
use sync::Now;

use super::driver::Driver;
use crate::{
    dispatch::{Changes, Job},
    state::State,
    terminal::{Terminal, read},
};

/// A terminal with tickets to make is not heard for so long before the master takes them: longer than a cable wobbles,
/// because its tickets are then printed marked.
const TAKEN_AFTER: Now = 1_000;
/// After the store refused to note it (a full disk), in milliseconds: each refusal costs everybody at the counter.
const AGAIN: Now = 2_000;
/// Entries whose tickets change hands in one go.
const AT_ONCE: usize = 200;

/// Tickets that get a new owner.
pub(crate) struct TicketsFor {
    pub entries: Vec<CommandId>,
    pub to: Origin,
    /// Whoever had them may have printed them.
    pub marked: bool,
}

impl Driver {
    /// Own tickets that wait for a master get one; a master takes the tickets of those who are not heard any more.
    pub(super) fn see_to_tickets(&mut self, terminal: &Terminal) {
        if !self.node.hears_master() || self.now() < self.tickets_again {
            return;
        }
        let found = {
            let state = read(&terminal.state);
            let duties = &state.restaurant.duties;
            let own = own_waiting(duties, self.me);
            if own.is_empty() { self.abandoned(duties) } else { Some((own, self.node.role().master, false)) }
        };
        if let Some((entries, to, marked)) = found {
            let said = terminal.queue(vec![Job::Tickets(TicketsFor { entries, to, marked })]);
            if !matches!(said.as_slice(), [Outcome::Done(_)]) {
                self.tickets_again = self.now() + AGAIN;
            }
        }
    }

    fn abandoned(&mut self, duties: &Duties) -> Option<(Vec<CommandId>, Origin, bool)> {
        let now = self.now();
        if !self.node.is_master() {
            self.unheard.clear();
            return None;
        }
        let heard: BTreeSet<Origin> = self.node.peers().filter_map(|(_, p)| p.origin).chain([self.me]).collect();
        let holders = duties.holders();
        self.unheard.retain(|origin, _| !heard.contains(origin) && holders.contains(origin));
        for origin in holders.iter().filter(|o| !heard.contains(o)) {
            self.unheard.entry(*origin).or_insert(now);
        }
        let gone = self.unheard.iter().find(|(_, since)| **since + TAKEN_AFTER <= now).map(|(origin, _)| *origin)?;
        // Nobody's tickets belong to their author as long as it is there to name a master.
        let left_alone = |author: Option<Origin>| gone == NOBODY && author.is_some_and(|a| heard.contains(&a));
        let entries = duties.of(gone).into_iter().filter(|(_, d)| !left_alone(d.author)).map(|(id, _)| id);
        let entries: Vec<CommandId> = entries.take(AT_ONCE).collect();
        (!entries.is_empty()).then_some((entries, self.me, true))
    }
}

/// What this terminal fired while it heard no master.
fn own_waiting(duties: &Duties, me: Origin) -> Vec<CommandId> {
    let waiting = duties.of(NOBODY).into_iter().filter(|(_, d)| d.author == Some(me));
    waiting.take(AT_ONCE).map(|(id, _)| id).collect()
}

impl Terminal {
    /// Writes down whose duty tickets are now, and makes those that became this terminal's.
    pub(crate) fn hand_tickets(
        &self,
        tx: &mut Batch<'_>,
        state: &mut State,
        changes: &mut Changes,
        tickets: TicketsFor,
    ) -> Result<Vec<Event>, StoreError> {
        let TicketsFor { entries, to, marked } = tickets;
        if to == tx.mine().origin {
            for id in &entries {
                if let Some(entry) = tx.entry_of(*id)? {
                    self.make_tickets(tx, state, changes, &entry, marked)?;
                }
            }
        }
        Ok(vec![Event::TicketsGoTo { entries, to }])
    }
}
