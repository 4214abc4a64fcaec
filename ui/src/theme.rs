//! Which theme is shown, kept per device.

use crate::browser;

const KEY: &str = "comanda.theme";

/// "paper" by day, "service" for the evening and the kitchen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    #[default]
    Paper,
    Service,
}

impl Theme {
    pub fn name(self) -> &'static str {
        match self {
            Theme::Paper => "paper",
            Theme::Service => "service",
        }
    }

    /// What this device chose, else what the system prefers.
    pub fn remembered() -> Theme {
        match browser::remembered(KEY).as_deref() {
            Some("service") => Theme::Service,
            Some(_) => Theme::Paper,
            None if browser::prefers_dark() => Theme::Service,
            None => Theme::Paper,
        }
    }

    /// Puts the theme on the page and remembers it.
    pub fn wear(self) {
        browser::set_root_attribute("data-theme", self.name());
        browser::remember(KEY, self.name());
    }
}
