//! One terminal: store and printing joined around the restaurant, with its faces. [`Terminal`] is everything a face needs:
//! two verbs and one stream.

mod ask;
mod authority;
mod closed;
mod coming_back;
mod coming_in;
mod command_line;
mod csv;
pub mod demo;
pub mod demo_service;
mod devices;
mod dispatch;
mod door;
pub mod http;
pub mod json;
mod keeper;
mod line;
mod metrics;
mod news;
pub mod openapi;
mod paper;
mod peers;
mod people;
mod pin;
mod sign_in;
mod state;
mod terminal;
pub mod vouch;
mod works;
mod zone;

pub use command_line::{CommandLine, WORDS};
pub use dispatch::MAX_COMMANDS;
pub use domain::query::Wants;
pub use door::Caller;
pub use news::Subscription;
pub use peers::{Happening, NetworkSettings, Newcomer, NotLetIn, Welcome, Wires};
pub use store::OpenError;
pub use terminal::{Options, Terminal};
