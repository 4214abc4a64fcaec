//! How this store works: one document, changed by the manager.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{PrinterId, StationId},
    money::{Currency, Money},
    text::Text,
};

/// Bounds of the settings lists.
pub const MAX_STATIONS: usize = 40;
pub const MAX_PRINTERS: usize = 40;
pub const MAX_REASONS: usize = 30;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    pub name: String,
    /// Address and tax number lines printed at the head of a receipt.
    pub header: Vec<String>,
    pub footer: Vec<String>,
    pub currency: Currency,
    /// Locale of money and dates, for example `de-DE`.
    pub locale: String,
    /// Language of screens and of guests' receipts, two letters.
    pub language: String,
    /// Language of kitchen tickets, two letters.
    pub kitchen_language: String,
    /// IANA name of the time zone, resolved by the terminal.
    pub time_zone: String,
    /// Minutes after midnight at which a new business day begins.
    pub cut_over: u16,
    pub tax: TaxMode,
    pub tax_rounding: TaxRounding,
    /// Smallest cash step in minor units; 1 where every coin exists.
    pub cash_step: i64,
    /// Notes people pay with, for the quick amounts, ascending, in minor units.
    pub notes: Vec<Money>,
    pub stations: Vec<Station>,
    pub printers: Vec<Printer>,
    /// Printer of receipts and reports, and of the drawer.
    pub receipt_printer: Option<PrinterId>,
    pub void_reasons: Vec<Text>,
    pub comp_reasons: Vec<Text>,
    pub refund_reasons: Vec<Text>,
    /// Notes offered before typing ("no salt", "on the side").
    pub note_presets: Vec<Text>,
    /// Receipts and tickets say TRAINING; nothing counts as fiscal.
    #[serde(default)]
    pub training: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxMode {
    /// Menu prices contain the tax (Europe).
    Inclusive,
    /// Tax is added to menu prices (United States).
    Exclusive,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaxRounding {
    PerLine,
    PerGroup,
}

/// Where lines are cooked or poured.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Station {
    pub id: StationId,
    pub name: Text,
    pub printer: Option<PrinterId>,
    /// Where its tickets go when `printer` cannot print.
    #[serde(default)]
    pub backup_printer: Option<PrinterId>,
    /// Whether a kitchen screen bumps its tickets. Without one a ticket is done when it is fired.
    pub screen: bool,
    /// Minutes until a ticket turns "soon" and "late".
    pub soon_after: u16,
    pub late_after: u16,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Printer {
    pub id: PrinterId,
    pub name: String,
    /// `host:port` on the LAN.
    pub address: String,
    /// Characters per line of the paper: 32, 42 or 48.
    pub columns: u8,
    /// Whether it answers "printed" (GS ( H). Without it, silence after a job counts as unknown.
    pub proves: bool,
    #[serde(default)]
    pub has_drawer: bool,
}

impl Settings {
    pub fn station(&self, id: &StationId) -> Option<&Station> {
        self.stations.iter().find(|s| s.id == *id)
    }

    /// Everything wrong with this document; empty when it may be used.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut must = |ok: bool, what: &str| {
            if !ok {
                faults.push(what.to_owned());
            }
        };
        must(crate::text::is_name(&self.name), "the restaurant needs a name of at most 80 characters");
        must(self.header.len() <= 10 && self.footer.len() <= 10, "a receipt has at most 10 header and footer lines");
        must(
            self.header.iter().chain(&self.footer).all(|l| crate::text::is_note(l)),
            "a header or footer line is too long",
        );
        must(self.currency.digits <= 4, "a currency has at most 4 decimal places");
        must((1..=3).contains(&self.currency.symbol.chars().count()), "the currency needs a symbol");
        must(self.cut_over < 1440, "the business day begins at a time between 00:00 and 23:59");
        must((1..=10_000).contains(&self.cash_step), "the smallest coin is at least one minor unit");
        must(self.stations.len() <= MAX_STATIONS, "too many stations");
        must(self.printers.len() <= MAX_PRINTERS, "too many printers");
        must(self.printers.iter().all(|p| matches!(p.columns, 32 | 42 | 48)), "paper has 32, 42 or 48 columns");
        let known = |id: &Option<PrinterId>| id.as_ref().is_none_or(|id| self.printers.iter().any(|p| p.id == *id));
        must(
            self.stations.iter().all(|s| known(&s.printer) && known(&s.backup_printer)),
            "a station names an unknown printer",
        );
        must(known(&self.receipt_printer), "the receipt printer does not exist");
        let reasons = [&self.void_reasons, &self.comp_reasons, &self.refund_reasons, &self.note_presets];
        must(
            reasons.iter().all(|r| r.len() <= MAX_REASONS && r.iter().all(Text::is_usable)),
            "a reason is empty or too long",
        );
        faults
    }
}
