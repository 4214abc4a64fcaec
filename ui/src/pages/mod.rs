//! The pages. Each reads the app's state and composes components; none talks to a terminal itself.

pub mod floor;
pub mod kitchen;
pub mod lost;
pub mod manager;
pub mod order;
pub mod pay;
pub mod pin;
pub mod setup;
pub mod tray;
