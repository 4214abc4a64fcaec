//! Bugs planted on purpose, so that the simulation proves that it would find them. Not part of any terminal.

use crate::Node;

/// One planted bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Planted {}

impl Node {
    /// Plants a bug in this node.
    pub fn plant(&mut self, bug: Planted) {
        self.planted = Some(bug);
    }
}
