//! The parts every page is built from. Pages compose these and never style a control of their own.
//!
//! Props follow one pattern: `label` is what a person reads, `onclick` what a tap does, `id` the `data-testid` for browser
//! tests. Anything smaller than a component (icon, badge, amount) is a plain function that returns `Html`.

mod button;
mod chart;
mod field;
mod line;
mod pad;
mod sheet;
mod state;

pub use button::{Button, Chip, HoldButton, Kind, Tab, Tabs, Toggle};
pub use chart::figure;
pub use field::{Choice, Field, Search, Select, TextArea};
pub use line::{Mark, Tone, badge, check_line};
pub use pad::{AmountPad, NumberPad, enter_key};
pub use sheet::{Sheet, Toasts};
pub use state::{Empty, Failed, Ghosts};
