//! A seeded Saturday played through the public API: `comanda-terminal demo-service`.
//!
//! It knows no more than a stranger with the API's description: people sign in with their PINs, commands are numbered by
//! the session that sends them, and a command whose answer did not come is sent again with the same id. Who comes and
//! what they do is a pure function of the seed; times in reports are the terminal's own, because a client has no say in
//! what the clock shows.

mod appetite;
mod chores;
mod client;
mod crew;
mod dice;
mod evening;
mod guests;
mod meal;
mod paying;
mod till;

use std::{
    collections::BTreeMap,
    fmt,
    path::PathBuf,
    time::{Duration, Instant},
};

use domain::{
    ids::{CheckId, MAX_TOKEN, StaffId},
    money::Money,
    shift::ZReport,
    view::ConfigView,
};
use lexopt::prelude::*;

pub use client::{Client, Journal, ServiceError};
pub use evening::Speed;

use crew::Crew;
use dice::Dice;
use evening::Evening;
use guests::{Party, saturday};

/// What 25 tables can serve from noon to midnight.
const ORDERS_A_DAY: usize = 120;
/// How often an unanswered request is sent in all; with pauses up to two seconds that bridges a restart.
const TRIES: u32 = 15;
/// The most lanes of people tapping at once.
const MAX_LANES: usize = 16;
/// Sessions a lane may need.
const SESSIONS_A_LANE: u64 = 64;

pub const USAGE: &str = "\
comanda-terminal demo-service: plays a seeded Saturday through the API of a running terminal

  --url URL          the terminal (default: http://127.0.0.1:7700)
  --seed N           which Saturday (default: 42)
  --orders N         how many parties, over as many days as they need (default: 120)
  --speed max|N      as fast as it goes, or N times as fast as a real evening (default: max)
  --lanes N          so many groups of people tap at once, each at its own tables (default: 1)
  --pins ID=PIN,...  who signs in with which PIN (default: the demo's people)
  --journal FILE     append every answered command with its answer, one JSON line each
  --keep-open        do not close the last day
  --tag-lines        give every line a note of its own, so that its paper can be told from any other
";

/// What to play, and where.
#[derive(Debug, Clone)]
pub struct Args {
    pub url: String,
    pub seed: u64,
    pub orders: usize,
    pub speed: Speed,
    pub lanes: usize,
    pub pins: BTreeMap<StaffId, String>,
    /// Sign-ins from before; whoever has none signs in.
    pub tokens: BTreeMap<StaffId, String>,
    pub journal: Option<PathBuf>,
    /// First session of this run; `None` draws one, so that no two runs share command ids.
    pub session: Option<u64>,
    /// How often an unanswered request is sent in all.
    pub tries: u32,
    /// Whether the last day is closed with a Z.
    pub close: bool,
    /// Whether every line gets a note of its own, `#session.n`.
    pub tag_lines: bool,
}

impl Default for Args {
    fn default() -> Args {
        let pins = domain::demo::staff().into_iter().map(|(member, pin)| (member.id, pin.to_owned())).collect();
        Args {
            url: "http://127.0.0.1:7700".into(),
            seed: 42,
            orders: ORDERS_A_DAY,
            speed: Speed::Max,
            lanes: 1,
            pins,
            tokens: BTreeMap::new(),
            journal: None,
            session: None,
            tries: TRIES,
            close: true,
            tag_lines: false,
        }
    }
}

impl Args {
    /// Reads the words after `demo-service`; `None` when help was asked for.
    ///
    /// # Errors
    /// When a word is not understood.
    pub fn parse(words: &mut lexopt::Parser) -> Result<Option<Args>, lexopt::Error> {
        let mut args = Args::default();
        while let Some(word) = words.next()? {
            match word {
                Long("url") => args.url = words.value()?.string()?,
                Long("seed") => args.seed = words.value()?.parse()?,
                Long("orders") => args.orders = words.value()?.parse()?,
                Long("speed") => args.speed = words.value()?.parse_with(speed)?,
                Long("lanes") => args.lanes = words.value()?.parse::<usize>()?.clamp(1, MAX_LANES),
                Long("pins") => args.pins.extend(words.value()?.parse_with(pins)?),
                Long("journal") => args.journal = Some(words.value()?.into()),
                Long("keep-open") => args.close = false,
                Long("tag-lines") => args.tag_lines = true,
                Short('h') | Long("help") => return Ok(None),
                other => return Err(other.unexpected()),
            }
        }
        Ok(Some(args))
    }
}

fn speed(word: &str) -> Result<Speed, String> {
    match word {
        "max" => Ok(Speed::Max),
        word => match word.parse::<f64>() {
            Ok(times) if times.is_finite() && times > 0.0 => Ok(Speed::Times(times)),
            _ => Err(format!("'{word}' is neither max nor a number above 0")),
        },
    }
}

fn pins(words: &str) -> Result<Vec<(StaffId, String)>, String> {
    let pair = |word: &str| {
        let (staff, pin) = word.split_once('=').ok_or_else(|| format!("'{word}' is not ID=PIN"))?;
        Ok((staff.into(), pin.to_owned()))
    };
    words.split(',').map(pair).collect()
}

/// What was played.
#[derive(Debug, Default)]
pub struct Summary {
    pub parties: usize,
    /// Commands by how they ended: `done`, `repeated`, or the code of a refusal.
    pub ended: BTreeMap<String, u64>,
    /// Requests sent again because no answer came.
    pub resent: u64,
    pub zs: Vec<ZReport>,
    pub took: Duration,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let commands: u64 = self.ended.values().sum();
        let seconds = self.took.as_secs_f64();
        let rate = commands as f64 / seconds.max(0.001);
        writeln!(
            f,
            "{} parties, {commands} commands in {seconds:.1} s ({rate:.0}/s), {} sent again",
            self.parties, self.resent
        )?;
        let how: Vec<String> = self.ended.iter().map(|(how, n)| format!("{how} {n}")).collect();
        writeln!(f, "answers: {}", how.join(", "))?;
        for z in &self.zs {
            let Money(sales) = z.book.sales.amount;
            writeln!(f, "Z {} of {}: {} checks, sales {}.{:02}", z.n, z.day, z.book.sales.n, sales / 100, sales % 100)?;
        }
        Ok(())
    }
}

/// Plays what `args` says, day after day, and closes each day.
///
/// # Errors
/// When the terminal is not there, not set up, or does not let these people in.
pub fn run(args: &Args) -> Result<Summary, ServiceError> {
    let began = Instant::now();
    let journal = args.journal.as_deref().map(Journal::append_to).transpose()?;
    let first = match args.session {
        Some(session) => session,
        None => getrandom::u64().map_err(|e| ServiceError::NotReady(e.to_string()))?,
    };
    let lanes = args.lanes.clamp(1, MAX_LANES);
    let mut crews: Vec<Crew> = (0..lanes)
        .map(|lane| {
            let session = (first & MAX_TOKEN).wrapping_add(lane as u64 * SESSIONS_A_LANE) & MAX_TOKEN;
            Crew::gather(args, lane, session.min(MAX_TOKEN - SESSIONS_A_LANE), journal.as_ref())
        })
        .collect::<Result<_, _>>()?;
    let config = crews[0].config()?;
    let mut summary = Summary { parties: args.orders, ..Summary::default() };
    let days = args.orders.div_ceil(ORDERS_A_DAY).max(1);
    let mut tab = None;
    for day in 0..days {
        let parties = args.orders / days + usize::from(day < args.orders % days);
        let parties = saturday(args.seed, day as u64, parties);
        let last = day + 1 == days;
        let closes = !last || args.close;
        tab = play_day(args, &config, &mut crews, (day as u64, parties), tab, !last)?;
        if closes {
            let mut dice = Dice::of(args.seed, 1_000 + day as u64);
            summary.zs.extend(chores::close_the_house(&mut crews[0], &mut dice, config.letter)?);
        }
    }
    for crew in &crews {
        crew.ended().into_iter().for_each(|(how, n)| *summary.ended.entry(how).or_default() += n);
        summary.resent += crew.resent();
    }
    summary.took = began.elapsed();
    Ok(summary)
}

/// One Saturday with every lane at its own tables; gives back a check that stays open over the Z.
fn play_day(
    args: &Args,
    config: &ConfigView,
    crews: &mut [Crew],
    (day, parties): (u64, Vec<Party>),
    tab: Option<CheckId>,
    leaves_tab: bool,
) -> Result<Option<CheckId>, ServiceError> {
    chores::open_the_house(&mut crews[0])?;
    if let Some(check) = tab {
        chores::pay_tab(&mut crews[0], check)?;
    }
    let lanes = crews.len();
    let of_lane = |lane: usize| parties.iter().skip(lane).step_by(lanes).cloned().collect::<Vec<_>>();
    let play = |lane: usize, crew: &mut Crew| {
        let dice = Dice::of(args.seed ^ day, 100 + lane as u64);
        let tag = args.tag_lines.then(|| crew.name());
        Evening::new(config, crew, dice, of_lane(lane), (lane, lanes), args.speed).tagged(tag).play()
    };
    let play = &play;
    std::thread::scope(|house| {
        let tills = crews.iter_mut().enumerate();
        let hands: Vec<_> = tills.map(|(lane, crew)| house.spawn(move || play(lane, crew))).collect();
        let ends = hands.into_iter().map(|h| h.join().unwrap_or_else(|fault| std::panic::resume_unwind(fault)));
        ends.collect::<Vec<_>>().into_iter().collect::<Result<Vec<()>, _>>()
    })?;
    if leaves_tab { chores::open_tab(&mut crews[0], config) } else { Ok(None) }
}
