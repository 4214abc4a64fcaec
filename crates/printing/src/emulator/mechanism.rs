//! The printer behind its network card: buffer, command reader, head, paper.

use super::faults::Condition;
use crate::decode::{Op, Parser, Sheet, Ticket};
use domain::paper::Paper;
use std::collections::VecDeque;
use std::time::{SystemTime, UNIX_EPOCH};

/// A finished ticket.
#[derive(Debug)]
pub struct Printed {
    /// Counts from 1.
    pub id: u64,
    /// The paper read line by line.
    pub text: String,
    /// The paper as a PNG file.
    pub png: Vec<u8>,
    /// When it was cut, in milliseconds since 1970.
    pub received: u64,
    /// Bytes it took.
    pub bytes: usize,
    /// How often the drawer was kicked.
    pub drawer_kicks: u32,
    /// How often it beeped.
    pub beeps: u32,
    /// Bytes that were no command; a good client sends none.
    pub strays: Vec<u8>,
}

/// What the mechanism wants to say to the client.
pub(super) enum Answer {
    ProcessId([u8; 4]),
    AutoStatus(bool),
    Bytes(Vec<u8>),
}

pub(super) struct Mechanism {
    buffer: VecDeque<u8>,
    parser: Parser,
    sheet: Sheet,
    paper: Paper,
    count: u64,
    bytes: usize,
}

impl Mechanism {
    pub(super) fn new(paper: Paper) -> Mechanism {
        Mechanism {
            buffer: VecDeque::new(),
            parser: Parser::default(),
            sheet: Sheet::new(paper),
            paper,
            count: 0,
            bytes: 0,
        }
    }

    /// A byte from the wire into the buffer.
    pub(super) fn take(&mut self, byte: u8) {
        self.buffer.push_back(byte);
    }

    /// The drawer, opened by a real-time command.
    pub(super) fn kick(&mut self) {
        self.sheet.print(&Op::Drawer(0));
    }

    /// Prints from the buffer until it is empty or the head must stop.
    pub(super) fn work(&mut self, condition: &mut Condition) -> (Vec<Printed>, Vec<Answer>) {
        let (mut tickets, mut answers) = (Vec::new(), Vec::new());
        while !condition.stopped() {
            let Some(byte) = self.buffer.pop_front() else { break };
            self.bytes += 1;
            let Some(op) = self.parser.push(byte) else { continue };
            match &op {
                Op::ProcessId(_) if condition.swallows_job => condition.swallows_job = false,
                Op::ProcessId(id) => answers.push(Answer::ProcessId(*id)),
                Op::AutoStatus(n) => answers.push(Answer::AutoStatus(*n != 0)),
                _ if condition.swallows_job => continue,
                Op::AskSensor(n) => {
                    let low = *n == 1 && condition.paper_low;
                    answers.push(Answer::Bytes(vec![if low { 0x03 } else { 0 }]));
                }
                Op::AskName(66) => answers.push(Answer::Bytes(b"_EPSON\0".to_vec())),
                Op::AskName(67) => answers.push(Answer::Bytes(b"_TM-T88V\0".to_vec())),
                Op::Init => answers.push(Answer::AutoStatus(false)),
                Op::LineFeed | Op::Raster { .. } => condition.used_line(),
                _ => {}
            }
            let cut = self.sheet.print(&op);
            tickets.extend(cut.map(|ticket| self.finish(&ticket)));
        }
        (tickets, answers)
    }

    /// What hangs out of the printer without a cut.
    pub(super) fn tear_off(&mut self) -> Vec<Printed> {
        let hanging = if self.buffer.is_empty() { self.sheet.tear_off() } else { None };
        hanging.map(|ticket| self.finish(&ticket)).into_iter().collect()
    }

    /// Loses the buffer; the paper printed so far stays.
    pub(super) fn power_cycle(&mut self) -> Vec<Printed> {
        self.buffer.clear();
        self.parser = Parser::default();
        let hanging = self.tear_off();
        self.sheet = Sheet::new(self.paper);
        hanging
    }

    fn finish(&mut self, ticket: &Ticket) -> Printed {
        self.count += 1;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Printed {
            id: self.count,
            text: ticket.text.clone(),
            png: ticket.png(),
            received: u64::try_from(since.as_millis()).unwrap_or(u64::MAX),
            bytes: std::mem::take(&mut self.bytes),
            drawer_kicks: ticket.drawer_kicks,
            beeps: ticket.beeps,
            strays: ticket.strays.clone(),
        }
    }
}
