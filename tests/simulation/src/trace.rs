//! What happened, as a number that two runs of one seed must share, and as lines for whoever looks for a cause.

use crate::clock::Time;

pub struct Trace {
    pub sum: u64,
    /// Printed as it happens.
    pub loud: bool,
}

impl Trace {
    pub fn new(loud: bool) -> Trace {
        Trace { sum: 0xCBF2_9CE4_8422_2325, loud }
    }

    /// FNV-1a over whole words.
    pub fn mix(&mut self, word: u64) {
        self.sum = (self.sum ^ word).wrapping_mul(0x0100_0000_01B3).rotate_left(17);
    }

    pub fn line(&mut self, now: Time, words: impl FnOnce() -> String) {
        self.mix(now);
        if self.loud {
            println!("{:>9.3} s  {}", now as f64 / 1000.0, words());
        }
    }
}
