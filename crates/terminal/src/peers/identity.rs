//! What this terminal is to others: its key, the restaurant it belongs to, the master it knows.

use domain::{
    event::{Alarm, Event},
    ids::Origin,
};
use store::{Membership, StoreError};
use sync::{Heads, Role};

use crate::{
    dispatch::Job,
    terminal::{Terminal, lock},
};

impl Terminal {
    /// This terminal's name in every log.
    pub fn origin(&self) -> Origin {
        self.writer().mine().origin
    }

    /// How far each log reaches that is kept here.
    pub(super) fn heads(&self) -> Heads {
        self.writer().heads().iter().filter(|h| h.seq > 0).map(|h| (h.origin, h.seq)).collect()
    }

    /// The restaurant this terminal belongs to. One that never joined another belongs to its own.
    pub(super) fn membership(&self) -> Result<Membership, StoreError> {
        if let Some(member) = self.readers.membership()? {
            return Ok(member);
        }
        let me = self.origin();
        Ok(Membership { store: me, epoch: 0, master: me, pinned: false })
    }

    /// Makes durable who is master. A lesser role than the one kept is left alone.
    pub(super) fn keep_role(&self, role: Role) -> Result<(), StoreError> {
        let member = self.membership()?;
        let kept = Role { epoch: member.epoch, master: member.master, pinned: member.pinned };
        if !role.beats(kept) {
            return Ok(());
        }
        let mut store = self.writer();
        let mut batch = store.batch();
        let Role { epoch, master, pinned } = role;
        batch.put_membership(&Membership { store: member.store, epoch, master, pinned })?;
        batch.commit()
    }

    /// Writes down something that a person must hear of.
    pub(crate) fn raise(&self, alarm: Alarm) {
        tracing::error!("alarm: {alarm:?}");
        if lock(&self.alarms).insert(format!("{alarm:?}")) {
            self.queue(vec![Job::Note { events: vec![Event::AlarmRaised { alarm }], staff: None, device: None }]);
        }
    }
}
