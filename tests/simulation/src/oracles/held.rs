//! A terminal says only what is true of its disk.

use std::sync::Arc;

use sync::Frame;

use super::{Traffic, Verdict};
use crate::terminal::{Terminal, told};

/// Whether a frame's heads are durable at its sender, and its role too if nobody told that role before.
pub fn is_true(terminal: &mut Terminal, frame: &Frame, traffic: &mut Traffic) -> Verdict {
    heads_are_true(terminal, frame)?;
    role_is_true(terminal, frame, traffic)
}

fn heads_are_true(terminal: &mut Terminal, frame: &Frame) -> Verdict {
    if let (Frame::Beat { heads, .. }, Some(running)) = (frame, &mut terminal.running) {
        // Said to one peer it was looked at, and what a disk holds it goes on holding while the program runs.
        if running.beaten.as_ref().is_some_and(|told| Arc::ptr_eq(told, heads)) {
            return Ok(());
        }
        running.beaten = Some(heads.clone());
    }
    // Both are in order, and this is looked at for every frame there is.
    let mut held = terminal.disk.kept.logs.iter().peekable();
    for (origin, head) in told(frame).into_iter().flatten() {
        while held.peek().is_some_and(|(o, _)| *o < origin) {
            held.next();
        }
        let reach = held.peek().filter(|(o, _)| *o == origin).map_or(0, |(_, log)| log.len() as u64);
        if *head > reach {
            return Err(("held", format!("says it holds {origin} to {head}, but its disk has it to {reach}")));
        }
    }
    Ok(())
}

fn role_is_true(terminal: &Terminal, frame: &Frame, traffic: &mut Traffic) -> Verdict {
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
