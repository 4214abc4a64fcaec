//! What the kitchen has in its hands: every line that was sent to it, at least once; and of what came out more than once
//! only one piece of paper does not say POSSIBLE DUPLICATE, the first.

use std::collections::BTreeSet;

use domain::{
    event::Event,
    ids::{CommandId, LineId},
};

use super::Verdict;
use crate::{
    paper::{Item, Print},
    world::World,
};

/// Two slips that come out within so many milliseconds lie side by side: then it does not matter which of them says so.
const SIDE_BY_SIDE: u64 = 5_000;

/// Looked at whenever something comes out of a printer.
pub fn says_so((entry, station, line): &Item, printed: &[Print]) -> Verdict {
    let Some((last, before)) = printed.split_last() else { return Ok(()) };
    let (Some(first), false) = (before.first(), last.marked) else { return Ok(()) };
    if before.iter().any(|p| !p.marked) || first.at + SIDE_BY_SIDE < last.at {
        let what = format!(
            "line {line} of {entry} at {station} came out {:.3} s ago by terminal {} and again by terminal {}, which does \
             not say so",
            (last.at - first.at) as f64 / 1000.0,
            first.by,
            last.by
        );
        return Err(("paper", what));
    }
    Ok(())
}

/// Everything was mended, and printers had time: what was sent to the kitchen is there.
pub fn is_whole(world: &mut World) -> Verdict {
    let Some(running) = &world.terminals[0].running else { return Ok(()) };
    let restaurant = &running.fold.restaurant;
    let prints = |id| restaurant.settings().and_then(|s| s.station(id)).is_some_and(|s| s.printer.is_some());
    let is_there = |entry: CommandId, station: &domain::ids::StationId, line: LineId| {
        let item = (entry, station.clone(), line);
        world.paper.printed.contains_key(&item) || world.paper.left_to_people.contains(&(item.0, item.1))
    };
    for check in restaurant.checks.values() {
        for (id, fire) in &check.fires {
            for fired in &fire.lines {
                let missing = fired.stations.iter().find(|at| prints(at) && !is_there(*id, at, fired.line));
                if let Some(station) = missing.filter(|_| !differs(world, *id)) {
                    let what = format!("line {} of the fire {id} never came out at {station}", fired.line);
                    return Err(("paper", what));
                }
            }
        }
        for (line, facts) in &check.lines {
            let stations =
                || check.fires.values().flat_map(|f| &f.lines).filter(|l| l.line == *line).flat_map(|l| &l.stations);
            let fired_voids = facts.voids.iter().filter(|(_, v)| v.what.fired);
            for (id, _) in fired_voids {
                let somewhere = stations().any(|at| !prints(at) || is_there(*id, at, *line));
                if stations().next().is_some() && !somewhere && !is_of_two_minds(world, *line) {
                    return Err(("paper", format!("the void {id} of line {line} never reached the kitchen")));
                }
            }
        }
    }
    Ok(())
}

/// Whether a tap that two terminals did fired different lines at each: then only one of the two counts, and what the other
/// fired beyond it waits on the check to be fired.
fn differs(world: &World, fire: CommandId) -> bool {
    let entries = world.ledger.logs.values().flatten().filter(|w| w.cmd == fire).filter_map(|w| w.entry.as_ref());
    let mut fired = entries.map(|entry| {
        let lines = entry.events.iter().filter_map(|event| match event {
            Event::Fired { lines, .. } => Some(lines.iter().map(|l| l.line).collect::<Vec<_>>()),
            _ => None,
        });
        lines.flatten().collect::<BTreeSet<LineId>>()
    });
    let first = fired.next();
    fired.any(|other| Some(other) != first)
}

/// Whether such a tap fired this line, at one terminal or at both.
fn is_of_two_minds(world: &World, line: LineId) -> bool {
    let has_line = |event: &Event| matches!(event, Event::Fired { lines, .. } if lines.iter().any(|l| l.line == line));
    let entries = world.ledger.logs.values().flatten();
    let fires = entries.filter(|w| w.entry.as_ref().is_some_and(|e| e.events.iter().any(has_line)));
    fires.map(|w| w.cmd).collect::<BTreeSet<_>>().into_iter().any(|fire| differs(world, fire))
}
