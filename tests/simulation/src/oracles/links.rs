//! No link is stuck: everybody hears everybody, and nobody takes another for behind.

use super::Verdict;
use crate::world::World;

pub fn none_is_stuck(world: &World) -> Verdict {
    for a in world.places() {
        let Some(node) = world.node(a) else { return Err(("stuck", format!("terminal {a} does not run"))) };
        for b in world.places().filter(|b| *b != a) {
            let origin = world.terminals[b].origin;
            let mut links = node.peers().filter(|(_, p)| p.origin == Some(origin)).peekable();
            if links.peek().is_none() {
                return Err(("stuck", format!("terminal {a} has no link to {b}")));
            }
            if let Some((link, peer)) = links.find(|(_, p)| p.lacks(node.heads()) > 0) {
                let lacks = peer.lacks(node.heads());
                return Err(("stuck", format!("terminal {a} believes on link {link} that {b} lacks {lacks} entries")));
            }
        }
        if !world.terminals[a].must_meet.is_empty() {
            return Err((
                "stuck",
                format!("terminal {a} was restored and never met {:?}", world.terminals[a].must_meet),
            ));
        }
    }
    Ok(())
}
