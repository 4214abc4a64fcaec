//! Times, medians and the table they end in.

use std::time::Duration;

/// A round on a disk that was slower than this is not counted: it would measure the neighbours.
pub const SLOW_DISK: Duration = Duration::from_millis(1);

/// The time below which a share of all lies.
pub fn quantile(times: &mut [Duration], share: f64) -> Duration {
    times.sort_unstable();
    let at = ((times.len() as f64 * share) as usize).min(times.len().saturating_sub(1));
    times.get(at).copied().unwrap_or_default()
}

pub fn median(values: &mut [f64]) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

pub fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Processor time this program has used, in the kernel too. It says what the disk's moods hide.
pub fn processor() -> Duration {
    // proc(5): utime and stime are fields 14 and 15, in ticks of 10 ms; the name before them may hold spaces.
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    Duration::from_millis(fields.filter_map(|f| f.parse::<u64>().ok()).sum::<u64>() * 10)
}

/// What one way of doing the work took in one round.
#[derive(Debug, Clone, Default)]
pub struct Round {
    pub p50: f64,
    pub p99: f64,
    pub rate: f64,
}

impl Round {
    pub fn of(mut times: Vec<Duration>, total: Duration) -> Round {
        let rate = times.len() as f64 / total.as_secs_f64();
        Round { p50: ms(quantile(&mut times, 0.5)), p99: ms(quantile(&mut times, 0.99)), rate }
    }

    /// The medians of several rounds.
    pub fn median(rounds: &[Round]) -> Round {
        let of = |f: fn(&Round) -> f64| median(&mut rounds.iter().map(f).collect::<Vec<_>>());
        Round { p50: of(|r| r.p50), p99: of(|r| r.p99), rate: of(|r| r.rate) }
    }
}

/// The table of results.
#[derive(Default)]
pub struct Table(Vec<[String; 4]>);

impl Table {
    pub fn row(&mut self, what: impl Into<String>, value: impl Into<String>, goal: &str, reached: Option<bool>) {
        let verdict = reached.map_or("", |ok| if ok { "reached" } else { "MISSED" });
        let row = [what.into(), value.into(), goal.to_owned(), verdict.to_owned()];
        println!("  {:<62} {:>26}  {:<16} {}", row[0], row[1], row[2], row[3]);
        self.0.push(row);
    }

    pub fn note(&self, words: &str) {
        println!("  ({words})");
    }

    pub fn head(&self, words: &str) {
        println!("\n{words}");
    }

    /// How many goals were missed.
    pub fn missed(&self) -> usize {
        self.0.iter().filter(|r| r[3] == "MISSED").count()
    }
}
