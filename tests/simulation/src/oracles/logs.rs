//! No promised entry is lost, and all hold the same.

use super::Verdict;
use crate::world::World;

/// What people were told is done is in its author's log and on every disk, unless the only disk that held it is gone.
pub fn nothing_promised_is_lost(world: &World) -> Verdict {
    for (dot, cmd) in &world.ledger.promised {
        if dot.seq > world.ledger.spared.get(&dot.origin).copied().unwrap_or(u64::MAX) {
            continue;
        }
        if world.ledger.at(*dot).is_none_or(|w| w.cmd != *cmd) {
            return Err(("lost", format!("command {cmd} was answered as {dot}, and its entry is not in the log")));
        }
    }
    for origin in world.ledger.logs.keys() {
        let owed = world.ledger.owed(*origin);
        for (place, terminal) in world.terminals.iter().enumerate() {
            let reach = terminal.disk.kept.reach(*origin);
            if reach < owed {
                return Err(("lost", format!("terminal {place} has {origin} to {reach}, of {owed} entries")));
            }
        }
    }
    Ok(())
}

/// These terminals hold the same entries. That the bytes are their authors' is looked at when they are stored.
pub fn agree(world: &World, places: &[usize]) -> Verdict {
    let heads = |place: &usize| world.terminals[*place].disk.kept.heads();
    let Some((first, rest)) = places.split_first() else { return Ok(()) };
    match rest.iter().find(|p| heads(p) != heads(first)) {
        Some(other) => {
            let (a, b) = (heads(first), heads(other));
            Err(("logs", format!("terminal {first} holds {a:?}, terminal {other} {b:?}")))
        }
        None => Ok(()),
    }
}
