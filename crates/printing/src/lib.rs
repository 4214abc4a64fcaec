//! From a slip to paper, and proof that it got there.
//!
//! `layout` words the restaurant's views as slips, `encode` turns a slip into the printer's bytes, `spool` carries them to the
//! printer and learns what became of them. `decode` and `emulator` are the other end: a virtual printer that shows its paper
//! and fails on request. Nothing here knows how a terminal stores anything.

pub mod bitmap;
pub mod codepage;
pub mod decode;
pub mod emulator;
pub mod encode;
mod font;
pub mod layout;
pub mod profile;
mod script;
pub mod spool;

pub use codepage::CodePage;
pub use encode::encode;
pub use profile::PrinterProfile;
