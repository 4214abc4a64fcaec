//! What a printer can do. A profile is data a manager can edit; the constructors are sound starting points.

use crate::codepage::CodePage;
use domain::paper::Paper;
use serde::{Deserialize, Serialize};

/// The abilities of one printer model.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrinterProfile {
    /// For people.
    pub name: String,
    /// Width of the roll and the head's resolution.
    pub paper: Paper,
    /// Code pages the printer really has, best first. A line that fits none of them is drawn.
    pub pages: Vec<CodePage>,
    /// Has a cutter; without one the paper is fed to the tear bar.
    pub cutter: bool,
    /// Which pin of the drawer socket opens the drawer, if one is attached.
    pub drawer: Option<DrawerPin>,
    /// How to make it beep.
    pub buzzer: Buzzer,
    /// Understands `GS ( k`; otherwise QR codes are drawn.
    pub native_qr: bool,
    /// What the printer can prove about a job.
    pub proof: Proof,
}

/// The drawer socket's pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawerPin {
    /// The usual one.
    Two,
    /// The second drawer.
    Five,
}

/// How to make the printer beep; there is no common command.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Buzzer {
    /// It cannot.
    None,
    /// `ESC B`, most Chinese kitchen printers.
    EscB,
    /// `ESC ( A`, Epson with a buzzer option.
    Epson,
}

/// What the printer can prove about a job it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Proof {
    /// Answers `GS ( H` once everything before it is on paper: real proof. Also reports status by itself.
    ProcessId,
    /// Answers `DLE EOT` only: "still online and has paper after the job" is the best that can be known.
    Status,
    /// Answers nothing; every job stays unproven.
    Nothing,
}

impl PrinterProfile {
    /// The profile for a printer as the store's settings describe it.
    pub fn of(printer: &domain::settings::Printer) -> PrinterProfile {
        let base = if printer.proves { PrinterProfile::epson_80() } else { PrinterProfile::generic_80() };
        let (paper, cutter) = match printer.columns {
            32 => (Paper::Mm58, printer.proves),
            42 => (Paper::Mm80At180, true),
            _ => (Paper::Mm80, true),
        };
        let drawer = printer.has_drawer.then_some(DrawerPin::Two);
        PrinterProfile { name: printer.name.clone(), paper, cutter, drawer, ..base }
    }

    /// An Epson TM or a faithful relative, 80 mm, 203 dpi.
    pub fn epson_80() -> PrinterProfile {
        PrinterProfile {
            name: "Epson TM, 80 mm".into(),
            paper: Paper::Mm80,
            pages: vec![CodePage::Pc858, CodePage::Wpc1252, CodePage::Pc852, CodePage::Pc866],
            cutter: true,
            drawer: Some(DrawerPin::Two),
            buzzer: Buzzer::Epson,
            native_qr: true,
            proof: Proof::ProcessId,
        }
    }

    /// An Epson TM, 58 mm.
    pub fn epson_58() -> PrinterProfile {
        PrinterProfile { name: "Epson TM, 58 mm".into(), paper: Paper::Mm58, ..PrinterProfile::epson_80() }
    }

    /// An unknown 80 mm printer: only PC437 is trusted, everything else is drawn, and only the status byte is asked.
    pub fn generic_80() -> PrinterProfile {
        PrinterProfile {
            name: "ESC/POS, 80 mm".into(),
            paper: Paper::Mm80,
            pages: vec![CodePage::Pc437],
            cutter: true,
            drawer: Some(DrawerPin::Two),
            buzzer: Buzzer::EscB,
            native_qr: false,
            proof: Proof::Status,
        }
    }

    /// An unknown 58 mm printer, no cutter.
    pub fn generic_58() -> PrinterProfile {
        PrinterProfile {
            name: "ESC/POS, 58 mm".into(),
            paper: Paper::Mm58,
            cutter: false,
            ..PrinterProfile::generic_80()
        }
    }
}
