//! What can be wrong with the printer, and how it shows in its status bytes.

use serde::{Deserialize, Serialize};

/// Something that goes wrong, or is put right. As JSON: `"paper_out"`, `{"reset_after": 200}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Everything works again; what waits in the buffer is printed.
    Repaired,
    /// No paper.
    PaperOut,
    /// Paper ends after so many more printed lines.
    PaperOutAfterLines(usize),
    /// The roll is nearly used up; printing goes on.
    PaperLow,
    /// The cover stands open.
    CoverOpen,
    /// Receives and prints, but answers nothing.
    Silence,
    /// Accepts connections and never reads a byte.
    Deaf,
    /// The connection breaks after so many more bytes, once.
    ResetAfter(usize),
    /// How process ids are answered from now on.
    ProcessIds(ProcessIds),
    /// Off and on: connections break, the buffer is lost, and so is the first job after it.
    PowerCycle,
}

/// How process ids are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProcessIds {
    /// As soon as the job is on paper.
    #[default]
    Prompt,
    /// So many milliseconds later.
    Late { ms: u64 },
    /// Not at all.
    Never,
}

/// The printer's condition.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Condition {
    /// No paper under the head.
    pub paper_out: bool,
    /// Lines left on the roll, when counted.
    pub lines_left: Option<usize>,
    /// Roll nearly used up.
    pub paper_low: bool,
    /// Cover open.
    pub cover_open: bool,
    /// Answers nothing.
    pub silent: bool,
    /// Reads nothing.
    pub deaf: bool,
    /// Bytes until the connection breaks.
    pub reset_after: Option<usize>,
    /// How process ids are answered.
    pub process_ids: ProcessIds,
    /// The next job disappears.
    pub swallows_job: bool,
}

impl Condition {
    /// Applies a fault.
    pub fn take(&mut self, fault: Fault) {
        match fault {
            Fault::Repaired => *self = Condition::default(),
            Fault::PaperOut => self.paper_out = true,
            Fault::PaperOutAfterLines(lines) => self.lines_left = Some(lines),
            Fault::PaperLow => self.paper_low = true,
            Fault::CoverOpen => self.cover_open = true,
            Fault::Silence => self.silent = true,
            Fault::Deaf => self.deaf = true,
            Fault::ResetAfter(bytes) => self.reset_after = Some(bytes),
            Fault::ProcessIds(how) => self.process_ids = how,
            Fault::PowerCycle => self.swallows_job = true,
        }
    }

    /// The head stands still.
    pub fn stopped(&self) -> bool {
        self.paper_out || self.cover_open
    }

    /// Counts a printed line against the roll.
    pub fn used_line(&mut self) {
        if let Some(left) = &mut self.lines_left {
            *left = left.saturating_sub(1);
            self.paper_out |= *left == 0;
        }
    }

    /// The answer to `DLE EOT n`.
    pub fn status(&self, n: u8) -> u8 {
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        0x12 | match n {
            1 => bit(self.stopped(), 0x08),
            2 => bit(self.cover_open, 0x04) | bit(self.paper_out, 0x20),
            4 => bit(self.paper_low || self.paper_out, 0x0C) | bit(self.paper_out, 0x60),
            _ => 0,
        }
    }

    /// The four bytes of the automatic status.
    pub fn auto_status(&self) -> [u8; 4] {
        let bit = |on: bool, bits: u8| if on { bits } else { 0 };
        let first = 0x10 | bit(self.stopped(), 0x08) | bit(self.cover_open, 0x20);
        let third = bit(self.paper_low || self.paper_out, 0x03) | bit(self.paper_out, 0x0C);
        [first, 0, third, 0]
    }
}
