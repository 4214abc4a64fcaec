//! Whose duty the kitchen's tickets are when masters come and go; the rules stand in [`domain::tickets`].

use std::collections::BTreeSet;

use domain::{ids::Origin, query::Outcome};
use sync::Now;

use super::driver::Driver;
use crate::{
    dispatch::Job,
    terminal::{Terminal, read},
};

/// After the store refused to note it (a full disk), in milliseconds: each refusal costs everybody at the counter.
const AGAIN: Now = 2_000;

impl Driver {
    /// Own tickets that wait for a master get one; a master takes the tickets of those who are not heard any more.
    pub(super) fn see_to_tickets(&mut self, terminal: &Terminal) {
        let now = self.now();
        let protocol = self.protocol.lock();
        let heard: BTreeSet<Origin> = protocol.node.peers().filter_map(|(_, p)| p.origin).chain([self.me]).collect();
        let standing = protocol.standing();
        drop(protocol);
        let handing = {
            let state = read(&terminal.state);
            self.watch.look(&state.restaurant.duties, self.me, standing, &heard, now)
        };
        if let Some(handing) = handing.filter(|_| now >= self.tickets_again) {
            let said = terminal.queue(vec![Job::Note { events: vec![handing.event()], staff: None, device: None }]);
            if !matches!(said.as_slice(), [Outcome::Done(_)]) {
                self.tickets_again = now + AGAIN;
            }
        }
    }
}
