//! Counting what the test programs say they ran.

/// How many tests passed and failed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that passed.
    pub passed: u32,
    /// Tests that failed.
    pub failed: u32,
}

impl Tally {
    /// Adds what one line of a test program's output says, if it is a summary. Reads nextest, cargo test and node.
    pub fn read(&mut self, line: &str) {
        let words: Vec<&str> = line.split_whitespace().map(|word| word.trim_matches([',', ';', '.'])).collect();
        let before = |label: &str| {
            let at = words.iter().position(|word| *word == label)?;
            words.get(at.checked_sub(1)?)?.parse::<u32>().ok()
        };
        let is_summary = line.trim_start().starts_with("Summary [") || line.starts_with("test result:");
        if is_summary {
            self.passed += before("passed").unwrap_or(0);
            // nextest counts a test that ran out of time apart from a failed one.
            self.failed += before("failed").unwrap_or(0) + words_out_of_time(&words);
        } else if let [mark, label, count] = words.as_slice()
            && matches!(*mark, "ℹ" | "#")
        {
            let count = count.parse().unwrap_or(0);
            match *label {
                "pass" => self.passed += count,
                "fail" | "cancelled" => self.failed += count,
                _ => {}
            }
        }
    }
}

fn words_out_of_time(words: &[&str]) -> u32 {
    words.windows(3).find(|three| three[1..] == ["timed", "out"]).and_then(|three| three[0].parse().ok()).unwrap_or(0)
}

impl std::ops::AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;

    fn check(line: &str, passed: u32, failed: u32) {
        let mut tally = Tally::default();
        tally.read(line);
        assert_eq!(tally, Tally { passed, failed }, "{line}");
    }

    #[test]
    fn summaries_are_counted_and_other_lines_are_not() {
        check("     Summary [   1.203s] 41 tests run: 41 passed, 2 skipped", 41, 0);
        check("     Summary [   1.203s] 41 tests run: 38 passed (1 slow), 2 failed, 1 timed out, 2 skipped", 38, 3);
        check("test result: ok. 7 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s", 7, 0);
        check("test result: FAILED. 6 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out", 6, 1);
        check("ℹ pass 3", 3, 0);
        check("# fail 2", 0, 2);
        check("ℹ duration_ms 812", 0, 0);
        check("        PASS [   0.004s] domain money::rounds", 0, 0);
        check("order T7: 2 passed to the kitchen, 1 failed", 0, 0);
    }
}
