//! Service in a restaurant whose network, disks and clocks fail all the time, with the real protocol (`sync`) and the
//! real rules (`domain`) in every terminal, and rules of its own that must hold whatever fails ([`oracles`]).
//!
//! One seed is one service. Nothing in a run comes from anywhere else: no thread, no real clock, no hash map, so a seed
//! that breaks a rule breaks it again. Bugs can be planted ([`planted`]) to prove that the rules would find them.

mod chaos;
mod clock;
mod coming_back;
mod desk;
mod dice;
mod disk;
mod evening;
mod fold;
mod ledger;
mod network;
pub mod oracles;
mod paper;
pub mod planted;
mod scenes;
mod service;
mod terminal;
mod trace;
mod waiter;
mod wires;
mod world;

pub use evening::{Evening, Options, evening};
