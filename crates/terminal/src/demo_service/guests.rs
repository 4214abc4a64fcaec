//! Who comes on a Saturday, when, how many, and how they tip.
//!
//! Party sizes and tips follow the 244 bills that a waiter wrote down in 1990 (Bryant & Smith, "Practical Data Analysis",
//! 1995), as the Python package `plotly` ships them in `plotly/package_data/datasets/tips.csv.gz`. Only the histogram of
//! sizes at lunch and dinner and the deciles of tip ÷ bill by size are kept here.

use super::dice::Dice;

/// Parties of 1 to 6 among 68 lunch bills.
const LUNCH_SIZES: [u64; 6] = [2, 52, 5, 5, 1, 3];
/// Parties of 1 to 6 among 176 dinner bills.
const DINNER_SIZES: [u64; 6] = [2, 104, 33, 32, 4, 1];
/// Tip as a share of the bill in parts of ten thousand: the least, nine deciles, the most; for 1, 2, 3, 4, and 5 or 6.
const TIP_DECILES: [[i64; 11]; 5] = [
    [1379, 1379, 1817, 1817, 1817, 2238, 2238, 2238, 2238, 3257, 3257],
    [356, 1018, 1254, 1398, 1494, 1566, 1719, 1881, 1992, 2203, 7103],
    [564, 772, 1226, 1303, 1501, 1599, 1622, 1757, 1928, 2039, 2307],
    [775, 1012, 1160, 1213, 1362, 1467, 1494, 1628, 1852, 1923, 2805],
    [657, 1038, 1066, 1066, 1214, 1409, 1722, 1848, 1848, 1953, 2417],
];
/// Arrivals by hour from noon to midnight: a lunch, a quiet afternoon, and the rush from 18 to 23 h.
const ARRIVALS: [u64; 12] = [4, 8, 6, 2, 2, 4, 10, 15, 18, 16, 10, 5];
const NOON: i64 = 12 * 3600;
/// Until then people have lunch.
const LUNCH_ENDS: i64 = 16 * 3600;

/// How the bill is shared out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Split {
    One,
    Even,
    Seats,
    /// Part in cash, the rest by card.
    Mixed,
}

/// What people pay with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purse {
    Cash,
    Card,
    Voucher,
}

/// A party as it comes through the door, with all it is going to do. Drawn from the dice alone, whatever the card says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// Seconds since midnight.
    pub arrives: i64,
    pub lunch: bool,
    pub covers: u16,
    pub takeaway: bool,
    /// In parts of ten thousand of the bill.
    pub tip: i64,
    pub split: Split,
    pub purse: Purse,
    pub whims: Whims,
    /// Seed of what they choose from the card.
    pub taste: u64,
}

/// What makes a service unlike a drawing of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Whims {
    /// Second course waits until the first was carried.
    pub holds: bool,
    pub changes_order: bool,
    pub drops_line: bool,
    pub sends_back: bool,
    pub gets_comp: bool,
    pub moves_table: bool,
    pub changes_waiter: bool,
    pub one_more_comes: bool,
    pub kitchen_recalls: bool,
    pub wants_bill: bool,
    pub pays_wrongly_first: bool,
    pub complains_later: bool,
    /// Sits down and leaves without ordering.
    pub walks_out: bool,
}

/// The parties of one Saturday in the order they come. A pure function of its arguments.
pub fn saturday(seed: u64, day: u64, parties: usize) -> Vec<Party> {
    let mut dice = Dice::of(seed, day + 1);
    let mut all: Vec<Party> = (0..parties).map(|_| party(&mut dice)).collect();
    all.sort_by_key(|p| p.arrives);
    all
}

fn party(dice: &mut Dice) -> Party {
    let hour = dice.weighted(&ARRIVALS).unwrap_or(0) as i64;
    let arrives = NOON + hour * 3600 + dice.between(0, 3599);
    let lunch = arrives < LUNCH_ENDS;
    let covers = dice.weighted(if lunch { &LUNCH_SIZES } else { &DINNER_SIZES }).unwrap_or(1) as u16 + 1;
    let takeaway = dice.chance(150);
    let split = match dice.below(100) {
        _ if takeaway || covers == 1 => Split::One,
        0..70 => Split::One,
        70..82 => Split::Even,
        82..91 => Split::Seats,
        _ => Split::Mixed,
    };
    let purse = match dice.below(100) {
        0..34 => Purse::Cash,
        34..98 => Purse::Card,
        _ => Purse::Voucher,
    };
    let tip = if takeaway { 0 } else { tip_share(dice, covers) };
    Party { arrives, lunch, covers, takeaway, tip, split, purse, whims: whims(dice), taste: dice.roll() }
}

/// Drawn between two deciles, each of the ten stretches as likely as the others.
fn tip_share(dice: &mut Dice, covers: u16) -> i64 {
    let deciles = &TIP_DECILES[usize::from(covers.clamp(1, 5)) - 1];
    let stretch = dice.below(10) as usize;
    let (from, to) = (deciles[stretch], deciles[stretch + 1]);
    dice.between(from, to)
}

fn whims(dice: &mut Dice) -> Whims {
    Whims {
        holds: dice.chance(800),
        changes_order: dice.chance(80),
        drops_line: dice.chance(50),
        sends_back: dice.chance(45),
        gets_comp: dice.chance(35),
        moves_table: dice.chance(30),
        changes_waiter: dice.chance(20),
        one_more_comes: dice.chance(40),
        kitchen_recalls: dice.chance(25),
        wants_bill: dice.chance(600),
        pays_wrongly_first: dice.chance(15),
        complains_later: dice.chance(20),
        walks_out: dice.chance(10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANY: usize = 20_000;

    #[test]
    fn the_same_seed_brings_the_same_people_and_another_seed_others() {
        assert_eq!(saturday(7, 0, 300), saturday(7, 0, 300));
        assert_ne!(saturday(7, 0, 300), saturday(8, 0, 300));
        assert_ne!(saturday(7, 0, 300), saturday(7, 1, 300));
    }

    #[test]
    fn parties_are_as_large_as_those_on_the_published_bills() {
        let parties = saturday(42, 0, MANY);
        for (lunch, published) in [(true, LUNCH_SIZES), (false, DINNER_SIZES)] {
            let came: Vec<u16> = parties.iter().filter(|p| p.lunch == lunch).map(|p| p.covers).collect();
            for (covers, count) in (1..).zip(published) {
                let share = came.iter().filter(|c| **c == covers).count() as f64 / came.len() as f64;
                let wanted = count as f64 / published.iter().sum::<u64>() as f64;
                assert!((share - wanted).abs() < 0.02, "parties of {covers}: {share:.3}, published {wanted:.3}");
            }
        }
    }

    #[test]
    fn half_of_the_twos_tip_below_the_published_median() {
        let tips = saturday(1, 0, MANY).into_iter().filter(|p| p.covers == 2 && !p.takeaway).map(|p| p.tip);
        let tips: Vec<i64> = tips.collect();
        let below = tips.iter().filter(|t| **t < TIP_DECILES[1][5]).count() as f64 / tips.len() as f64;
        assert!((below - 0.5).abs() < 0.03, "{below}");
        assert!(tips.iter().all(|t| (356..=7103).contains(t)));
    }

    #[test]
    fn most_people_come_between_six_and_eleven() {
        let parties = saturday(3, 0, MANY);
        let rush = parties.iter().filter(|p| (18 * 3600..23 * 3600).contains(&p.arrives)).count();
        assert!((60..80).contains(&(rush * 100 / MANY)), "{rush}");
    }
}
