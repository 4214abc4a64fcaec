//! All SQL of a terminal: the event log, what is derived from it, the print outbox and wrong PINs, in one SQLite file.
//!
//! One [`Store`] writes, a few [`Readers`] read. A [`Batch`] is one transaction and one fsync, whatever it holds.
//! Nothing here decides anything: the terminal says what to write, and this crate makes it durable or says why not.

mod ahead;
mod batch;
mod check_rows;
mod done;
mod door_rows;
mod error;
mod log;
mod neighbour_rows;
mod open;
mod other_line;
mod readers;
mod slip_rows;
mod sql;

pub use batch::{Batch, Bytes};
pub use check_rows::{ClosedRow, Search};
pub use door_rows::PinTry;
pub use error::{OpenError, StoreError};
pub use log::{Head, Place, Seal, Snapshot, log_of};
pub use neighbour_rows::{Membership, Neighbour};
pub use open::{Options, Store};
pub use other_line::Aside;
pub use readers::Readers;
pub use slip_rows::{NewSlip, SlipRow};
