//! One seed, one service: it is busy, things go wrong, they are mended, and everything must be as it should.

use crate::{clock::Time, oracles::Failure, planted::Bug, trace::Trace, world::World};

const HOUR: Time = 3_600_000;

#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// 2 or more; 0 lets the seed choose.
    pub terminals: usize,
    /// How long the service is.
    pub lasts: Time,
    /// Something is wrong nearly all the time. Otherwise most of the service is quiet, as services are, and trouble comes
    /// in between.
    pub stress: bool,
    pub bug: Option<Bug>,
    /// Print what happens.
    pub loud: bool,
}

impl Options {
    pub const fn of(lasts: Time) -> Options {
        Options { terminals: 0, lasts, stress: true, bug: None, loud: false }
    }
}

/// What became of a service.
pub struct Evening {
    pub seed: u64,
    pub terminals: usize,
    /// Two runs of one seed have one trace.
    pub trace: u64,
    pub lasted: Time,
    pub entries: u64,
    pub frames: u64,
    /// Entries sent, to all terminals together.
    pub sent: u64,
    pub failure: Option<Failure>,
}

/// Lives through the service of a seed.
pub fn evening(seed: u64, options: &Options) -> Evening {
    let count = if options.terminals == 0 { 2 + (seed % 5) as usize } else { options.terminals };
    let mut world = World::new(seed, count, options.bug, Trace::new(options.loud));
    world.run_for(2_000);
    while world.now < options.lasts && world.failure.is_none() {
        world.live_through_a_round();
        if !options.stress {
            world.a_quiet_while();
        }
    }
    if world.failure.is_none() {
        world.close_up();
    }
    Evening {
        seed,
        terminals: count,
        trace: world.trace.sum,
        lasted: world.now,
        entries: world.ledger.logs.values().map(|l| l.len() as u64).sum(),
        frames: world.network.frames,
        sent: world.traffic.sent,
        failure: world.failure,
    }
}

impl Evening {
    /// The words for a broken rule, with the command that shows it again.
    pub fn complaint(&self, options: &Options) -> Option<String> {
        let failure = self.failure.as_ref()?;
        let planted = options.bug.map(|b| format!(" --planted {}", b.name())).unwrap_or_default();
        let length = if options.lasts.is_multiple_of(HOUR) {
            format!("--hours {}", options.lasts / HOUR)
        } else {
            format!("--seconds {}", options.lasts / 1_000)
        };
        let stress = if options.stress { " --stress" } else { "" };
        Some(format!(
            "seed {}: {failure}\n  replay: cargo xtask simulate --seed {} --terminals {} {length}{stress}{planted} --trace",
            self.seed, self.seed, self.terminals
        ))
    }
}
