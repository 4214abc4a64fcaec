//! The restaurant itself: money, tax, menu, floor, checks, kitchen, payments, shifts, staff. No I/O, no clock, no
//! randomness, no float; compiles to wasm, so that a screen can predict what a terminal will decide.

pub mod alarms;
pub mod chain;
pub mod check;
pub mod clock;
pub mod command;
pub mod conflict;
pub mod decide;
pub mod demo;
pub mod devices;
pub mod event;
pub mod floor;
pub mod ids;
pub mod late;
pub mod let_in;
pub mod menu;
pub mod money;
pub mod paper;
pub mod query;
pub mod reading;
pub mod rejection;
pub mod restaurant;
pub mod retelling;
pub mod settings;
pub mod shift;
pub mod sign_ins;
pub mod slips;
pub mod staff;
pub mod takeovers;
pub mod terminals;
pub mod text;
pub mod tickets;
pub mod view;

pub use decide::{Context, decide, decide_on_check};
pub use restaurant::Restaurant;
