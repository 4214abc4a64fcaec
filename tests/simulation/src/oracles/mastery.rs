//! One master, heard by all; the chosen one when it can be; the appointed one until it is missed.

use sync::Role;

use super::Verdict;
use crate::{scenes::TAKES_OVER_WITHIN, world::World};

/// These all know one role; the answer is it.
pub fn same(world: &World, places: &[usize]) -> Result<Role, (&'static str, String)> {
    let role = |place: &usize| world.node(*place).map(|n| n.role());
    let first = places.first().and_then(role);
    match places.iter().find(|p| role(p) != first || first.is_none()) {
        Some(other) => {
            let (a, b) = (places.first(), role(other));
            Err(("master", format!("terminal {a:?} takes {first:?} for the role, terminal {other} {b:?}")))
        }
        None => first.ok_or(("master", "nobody is there".to_owned())),
    }
}

/// One of them is master, and all hear it.
pub fn one(world: &World, places: &[usize]) -> Verdict {
    let role = same(world, places)?;
    let master = places.iter().find(|p| world.terminals[**p].origin == role.master);
    if master.is_none() {
        return Err(("master", format!("{places:?} follow {}, who is not among them", role.master)));
    }
    match places.iter().find(|p| !world.node(**p).is_some_and(|n| n.hears_master())) {
        Some(deaf) => Err(("master", format!("terminal {deaf} does not hear the master {}", role.master))),
        None => Ok(()),
    }
}

/// Everything was well for ten seconds: the terminal a person ranked highest is master, unless another was appointed.
pub fn handed_back(world: &World) -> Verdict {
    let Some(first) = world.node(0) else { return Ok(()) };
    if first.role().pinned || first.is_master() {
        return Ok(());
    }
    Err(("handed back", format!("terminal 0 is ranked highest and not master: {:?}", first.role())))
}

pub fn is_pinned(world: &World, master: usize) -> Verdict {
    let all: Vec<usize> = world.places().collect();
    let role = same(world, &all)?;
    if role.pinned && role.master == world.terminals[master].origin {
        return Ok(());
    }
    Err(("appointed", format!("terminal {master} was made master by a person, and the role is {role:?}")))
}

/// Whoever took over after the master of this role fell silent told everybody so, and for how long nobody was. Its clock
/// may run a little faster than the one that says how long that can have been.
pub fn is_told(world: &World, places: &[usize], was: Role) -> Verdict {
    let told = |place: &usize| {
        let running = world.terminals[*place].running.as_ref()?;
        running.fold.restaurant.takeovers.after(was.epoch, was.master).map(|t| t.takeover.unheard)
    };
    let is_right = |place: &&usize| told(place).is_some_and(|ms| (1..=2 * TAKES_OVER_WITHIN).contains(&ms));
    match places.iter().find(|place| !is_right(place)) {
        Some(place) => Err(("takeover", format!("after {was:?} terminal {place} was told of {:?} ms", told(place)))),
        None => Ok(()),
    }
}

pub fn place_of_master(world: &World) -> Option<usize> {
    let role = world.node(0)?.role();
    world.terminals.iter().position(|t| t.origin == role.master)
}
