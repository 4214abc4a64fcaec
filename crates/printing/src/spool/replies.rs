//! What a printer sends back, sorted byte by byte. Answers nobody asked for are normal: status changes come by themselves, and
//! a picture can look like a question.

/// One answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// Everything before this id is on paper.
    ProcessId([u8; 4]),
    /// The byte answering a `DLE EOT`.
    Status(u8),
    /// Four bytes of automatic status.
    Auto([u8; 4]),
}

/// Sorts the stream.
#[derive(Debug, Default)]
pub(super) struct Replies {
    pending: Vec<u8>,
}

impl Replies {
    pub(super) fn push(&mut self, byte: u8) -> Option<Reply> {
        self.pending.push(byte);
        match *self.pending.as_slice() {
            [0x37] | [0x37, 0x22] => None,
            [0x37, 0x22, .., 0] if self.pending.len() == 7 => {
                let id = [self.pending[2], self.pending[3], self.pending[4], self.pending[5]];
                self.pending.clear();
                Some(Reply::ProcessId(id))
            }
            [0x37, 0x22, ..] if self.pending.len() < 7 => None,
            [status] if status & 0x93 == 0x12 => {
                self.pending.clear();
                Some(Reply::Status(status))
            }
            [first] if first & 0x93 == 0x10 => None,
            [first, .., last] if first & 0x93 == 0x10 && last & 0x90 == 0 => {
                let [a, b, c, d] = *self.pending.as_slice() else { return None };
                self.pending.clear();
                Some(Reply::Auto([a, b, c, d]))
            }
            [_] => {
                // Flow control and bytes of models unknown to us.
                self.pending.clear();
                None
            }
            _ => {
                // What began as one answer is none; this byte may begin another.
                self.pending.clear();
                self.push(byte)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart_even_when_they_come_unasked_or_torn() {
        let check = |bytes: &[u8], expected: &[Reply]| {
            let mut replies = Replies::default();
            let heard: Vec<Reply> = bytes.iter().filter_map(|byte| replies.push(*byte)).collect();
            assert_eq!(heard, expected, "{bytes:x?}");
        };
        check(&[0x12], &[Reply::Status(0x12)]);
        check(&[0x14, 0, 0, 0, 0x12], &[Reply::Auto([0x14, 0, 0, 0]), Reply::Status(0x12)]);
        check(b"\x37\x220042\x00", &[Reply::ProcessId(*b"0042")]);
        check(b"\x11\x13\x37\x220042\x00\x1a", &[Reply::ProcessId(*b"0042"), Reply::Status(0x1A)]);
        // An automatic status cut short by a process id.
        check(b"\x10\x00\x37\x220042\x00", &[Reply::ProcessId(*b"0042")]);
        check(b"\x37\x12", &[Reply::Status(0x12)]);
    }
}
