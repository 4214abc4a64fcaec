//! Where two lines of one log part. A terminal that was restored from an old copy asks one that knows better, with hashes
//! of its own chain at some places; the other says between which of them they cease to be the same, and is asked again
//! there. Pure, and nothing is remembered between two questions, so any of them may get lost.

use domain::chain::Hash;
use serde::{Deserialize, Serialize};

use crate::seal::hex;

/// Places in one question.
pub const MAX_POINTS: usize = 64;

/// The chain of a log at an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    pub seq: u64,
    #[serde(with = "hex")]
    pub hash: Hash,
}

/// What whoever is asked can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parting {
    /// Nothing: as far as is known here there is one line, and the asking terminal holds all of it.
    Unknown,
    /// They part behind the first of these and not behind the second.
    Between(u64, u64),
    /// They are the same up to this entry and no further; or here the log goes on and there it does not.
    At(u64),
}

/// Where a log of so many entries is asked about first: close at its end, where copies mostly part, wider before. The
/// start is the same in any case.
pub fn first_places(head: u64) -> Vec<u64> {
    let steps = std::iter::successors(Some(1u64), |step| step.checked_mul(2));
    let mut places: Vec<u64> = std::iter::once(0).chain(steps).map_while(|back| head.checked_sub(back)).collect();
    places.retain(|seq| *seq > 0);
    places.truncate(MAX_POINTS);
    places
}

/// Where it is asked about next, when the lines part between two places.
pub fn places_between(from: u64, until: u64) -> Vec<u64> {
    let gap = until.saturating_sub(from);
    let step = gap.div_ceil(MAX_POINTS as u64 - 1).max(1);
    let mut places: Vec<u64> =
        (0..MAX_POINTS as u64 - 1).map(|n| from + n * step).take_while(|seq| *seq < until).collect();
    places.push(until);
    places.retain(|seq| *seq > 0);
    places
}

/// Compares what is asked about with what is held here: `reach` entries, with these hashes.
pub fn parting(points: &[Point], reach: u64, hash: impl Fn(u64) -> Option<Hash>) -> Parting {
    let points = &points[..points.len().min(MAX_POINTS)];
    let known = || points.iter().filter(|p| p.seq <= reach);
    let is_same = |p: &&Point| hash(p.seq) == Some(p.hash);
    let same = known().filter(is_same).map(|p| p.seq).max().unwrap_or(0);
    let other = known().filter(|p| !is_same(p)).map(|p| p.seq).filter(|seq| *seq > same).min();
    // Where the asking terminal's log ends.
    let end = points.iter().map(|p| p.seq).max().unwrap_or(0);
    match other {
        Some(other) if other == same + 1 => Parting::At(same),
        Some(other) => Parting::Between(same, other),
        // All of it is here, and more.
        None if same == end && reach > end => Parting::At(end),
        None if same == reach => Parting::Unknown,
        // What is held here ends between two of the places.
        None => Parting::Between(same, reach),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(line: u8, parts_at: u64, seq: u64) -> Hash {
        let mut hash = [if seq > parts_at { line } else { 0 }; 32];
        hash[..8].copy_from_slice(&seq.to_le_bytes());
        hash
    }

    /// Asks until the place is known.
    fn found(head: u64, reach: u64, parts_at: u64) -> (Parting, usize) {
        let point = |seq| Point { seq, hash: hash(1, parts_at, seq) };
        let mut places = first_places(head);
        for asked in 1.. {
            assert!(places.len() <= MAX_POINTS && places.iter().all(|seq| (1..=head).contains(seq)));
            let points: Vec<Point> = places.iter().copied().map(point).collect();
            match parting(&points, reach, |seq| (seq <= reach).then(|| hash(2, parts_at, seq))) {
                Parting::Between(from, until) => places = places_between(from, until),
                end => return (end, asked),
            }
        }
        unreachable!("numbers end")
    }

    #[test]
    fn the_place_is_found_wherever_it_is() {
        for head in [1, 2, 3, 40, 65, 1_000, 123_457] {
            for parts_at in [0, 1, 2, head / 3, head / 2, head - 1].into_iter().filter(|p| *p < head) {
                for reach in [parts_at + 1, head, head + 7] {
                    let (parting, asked) = found(head, reach, parts_at);
                    assert_eq!(parting, Parting::At(parts_at), "{head} {reach} {parts_at}");
                    assert!(asked <= 4, "asked {asked} times about {head} {reach} {parts_at}");
                }
            }
        }
    }

    #[test]
    fn a_copy_that_wrote_nothing_is_only_shorter() {
        for head in [1, 2, 65, 1_000] {
            assert_eq!(found(head, head + 3, head), (Parting::At(head), 1));
        }
    }

    #[test]
    fn whoever_knows_no_more_says_nothing() {
        for head in [1, 2, 65, 1_000] {
            for reach in [0, 1, head / 2, head].into_iter().filter(|r| *r <= head) {
                assert_eq!(found(head, reach, head).0, Parting::Unknown, "{head} {reach}");
            }
        }
    }
}
