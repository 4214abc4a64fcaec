//! No promised entry is lost, and all hold the same.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Event,
    ids::{CommandId, Origin},
    money::Money,
};

use super::Verdict;
use crate::{ledger::Written, world::World};

/// What people were told is done is in its author's log and on every disk, unless the only disk that held it is gone.
pub fn nothing_promised_is_lost(world: &World) -> Verdict {
    for (dot, cmd) in &world.ledger.promised {
        if dot.seq > world.ledger.spared.get(&dot.origin).copied().unwrap_or(u64::MAX) {
            continue;
        }
        // What an old copy promised before it met those who know better is looked at below.
        let beside = world.ledger.forks.get(dot).is_some_and(|w| w.cmd == *cmd);
        if !beside && world.ledger.at(*dot).is_none_or(|w| w.cmd != *cmd) {
            return Err(("lost", format!("command {cmd} was answered as {dot}, and its entry is not in the log")));
        }
    }
    let owed: Vec<_> = world.ledger.logs.keys().map(|origin| (*origin, world.ledger.owed(*origin))).collect();
    (0..world.terminals.len()).try_for_each(|place| are_there(world, place, &owed))
}

/// A terminal's disk holds so much of each of these logs.
pub fn are_there(world: &World, place: usize, owed: &[(Origin, u64)]) -> Verdict {
    for (origin, owed) in owed {
        let reach = world.terminals[place].disk.kept.reach(*origin);
        if reach < *owed {
            return Err(("lost", format!("terminal {place} has {origin} to {reach}, of {owed} entries")));
        }
    }
    Ok(())
}

/// What an old copy did, promised or not, is told again once it came back: the command, and with it the money.
pub fn what_a_copy_did_is_told(world: &World) -> Verdict {
    let still_copies: BTreeSet<Origin> =
        world.terminals.iter().filter(|t| t.forked_at.is_some()).map(|t| t.origin).collect();
    let taken = |written: &Written| -> Money {
        let events = written.entry.iter().flat_map(|entry| &entry.events);
        let amounts = events.filter_map(|event| match event {
            Event::PaymentTaken { payment, .. } => Some(payment.amount + payment.tip),
            _ => None,
        });
        amounts.sum()
    };
    let mut told: BTreeMap<CommandId, Vec<Money>> = BTreeMap::new();
    for written in world.ledger.logs.values().flatten() {
        told.entry(written.cmd).or_default().push(taken(written));
    }
    for (dot, written) in world.ledger.forks.iter().filter(|(dot, _)| !still_copies.contains(&dot.origin)) {
        let (cmd, money) = (written.cmd, taken(written));
        match told.get(&cmd) {
            None if written.is_a_z() => {}
            None => return Err(("told again", format!("{dot} of an old copy, command {cmd}, is in no log"))),
            Some(amounts) if !amounts.contains(&money) => {
                let what = format!("{dot} of an old copy, command {cmd}, took {money:?}, and the logs say {amounts:?}");
                return Err(("told again", what));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Whoever holds a log can prove to its end whose it is.
pub fn are_sealed(world: &World) -> Verdict {
    for (place, terminal) in world.terminals.iter().enumerate() {
        let others = terminal.disk.kept.heads().into_iter().filter(|(origin, _)| *origin != terminal.origin);
        for (origin, head) in others {
            let sealed = terminal.disk.kept.seals.get(&origin).and_then(|s| s.last_key_value()).map(|(seq, _)| *seq);
            if sealed != Some(head) {
                return Err(("sealed", format!("terminal {place} holds {origin} to {head}, sealed to {sealed:?}")));
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
