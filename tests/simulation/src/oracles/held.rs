//! A terminal says only what is true of its disk.

use sync::Frame;

use super::{Traffic, Verdict};
use crate::terminal::{Terminal, told};

/// Whether a frame's heads are durable at its sender, and its role too if nobody told that role before.
pub fn is_true(terminal: &Terminal, frame: &Frame, traffic: &mut Traffic) -> Verdict {
    for (origin, head) in told(frame).into_iter().flatten() {
        let reach = terminal.disk.kept.reach(*origin);
        if *head > reach {
            return Err(("held", format!("says it holds {origin} to {head}, but its disk has it to {reach}")));
        }
    }
    let (Frame::Hello { role, .. } | Frame::Beat { role, .. }) = frame else { return Ok(()) };
    if role.epoch == 0 || !traffic.roles.insert((role.epoch, role.master)) {
        return Ok(());
    }
    let kept = terminal.disk.kept.role;
    if kept.is_none_or(|kept| role.beats(kept)) {
        return Err(("role", format!("tells of {role:?} before its disk has it, which has {kept:?}")));
    }
    match traffic.claims.insert((terminal.origin, role.epoch), role.master) {
        Some(other) if other != role.master => {
            Err(("role", format!("claims epoch {} for {} and before for {other}", role.epoch, role.master)))
        }
        _ => Ok(()),
    }
}
