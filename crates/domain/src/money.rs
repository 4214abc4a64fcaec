//! Money in minor units, and the two ways it is shared out: by rate and by largest remainder.

use std::{
    iter::Sum,
    ops::{Add, AddAssign, Neg, Sub, SubAssign},
};

use serde::{Deserialize, Serialize};

/// The most one amount may be, in minor units: far above any restaurant's day, far below overflow of a sum.
pub const MAX_AMOUNT: i64 = 100_000_000_000;

/// An amount in minor units of the store's currency (cents for EUR, yen for JPY).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Money(pub i64);

impl Money {
    pub const ZERO: Money = Money(0);

    /// True for an amount a person could have meant: not negative and not absurd.
    pub fn is_plausible(self) -> bool {
        (0..=MAX_AMOUNT).contains(&self.0)
    }

    /// `self × n`, for quantities.
    pub fn times(self, n: u32) -> Money {
        Money(self.0.saturating_mul(i64::from(n)))
    }

    /// `self × num ÷ den`, rounded half away from zero: the commercial rounding of DIN 1333 and of most tax laws.
    pub fn scaled(self, num: i64, den: i64) -> Money {
        let product = i128::from(self.0) * i128::from(num);
        let den = i128::from(den.max(1));
        let half = if product < 0 { -(den / 2) } else { den / 2 };
        Money(((product + half) / den) as i64)
    }

    /// The nearest multiple of `step` minor units (cash rounding: CH 5, SE 100), half away from zero.
    pub fn rounded_to(self, step: i64) -> Money {
        if step <= 1 { self } else { Money(self.scaled(1, step).0 * step) }
    }

    /// Shares `self` in proportion to `weights` so that the parts add up to the whole exactly: largest remainder,
    /// ties to the earlier part. All-zero weights share evenly.
    pub fn allocate(self, weights: &[i64]) -> Vec<Money> {
        let even = weights.iter().all(|w| *w <= 0);
        let weight = |i: usize| if even { 1 } else { i128::from(weights[i].max(0)) };
        let total: i128 = (0..weights.len()).map(weight).sum();
        if total == 0 {
            return Vec::new();
        }
        let (sign, amount) = (self.0.signum(), i128::from(self.0.unsigned_abs()));
        let mut parts: Vec<(i128, i128)> =
            (0..weights.len()).map(|i| (amount * weight(i) / total, amount * weight(i) % total)).collect();
        let short = (amount - parts.iter().map(|p| p.0).sum::<i128>()) as usize;
        let mut order: Vec<usize> = (0..parts.len()).collect();
        order.sort_by_key(|&i| (std::cmp::Reverse(parts[i].1), i));
        for &i in order.iter().take(short) {
            parts[i].0 += 1;
        }
        parts.into_iter().map(|p| Money(p.0 as i64 * sign)).collect()
    }
}

impl Add for Money {
    type Output = Money;
    fn add(self, other: Money) -> Money {
        Money(self.0.saturating_add(other.0))
    }
}
impl Sub for Money {
    type Output = Money;
    fn sub(self, other: Money) -> Money {
        Money(self.0.saturating_sub(other.0))
    }
}
impl Neg for Money {
    type Output = Money;
    fn neg(self) -> Money {
        Money(-self.0)
    }
}
impl AddAssign for Money {
    fn add_assign(&mut self, other: Money) {
        *self = *self + other;
    }
}
impl SubAssign for Money {
    fn sub_assign(&mut self, other: Money) {
        *self = *self - other;
    }
}
impl Sum for Money {
    fn sum<I: Iterator<Item = Money>>(amounts: I) -> Money {
        amounts.fold(Money::ZERO, Add::add)
    }
}

/// A share in millionths: 190 000 is 19 %, 1 000 000 is the whole. Integers, because a tax rate of 8.875 % must be exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ppm(pub u32);

impl Ppm {
    pub const WHOLE: Ppm = Ppm(1_000_000);

    /// This share of an amount.
    pub fn of(self, amount: Money) -> Money {
        amount.scaled(i64::from(self.0), 1_000_000)
    }

    /// The tax already inside a gross amount at this rate.
    pub fn inside(self, gross: Money) -> Money {
        gross.scaled(i64::from(self.0), 1_000_000 + i64::from(self.0))
    }
}

/// A currency: its ISO 4217 code and how many digits follow the point (EUR 2, JPY 0, KWD 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Currency {
    pub code: String,
    pub digits: u8,
    pub symbol: String,
}

impl Currency {
    /// An amount as digits with a point, for logs and CSV: `12.50`. Screens format by locale instead.
    pub fn plain(&self, amount: Money) -> String {
        let unit = 10i64.pow(u32::from(self.digits.min(4)));
        let (sign, value) = (if amount.0 < 0 { "-" } else { "" }, amount.0.unsigned_abs());
        match self.digits {
            0 => format!("{sign}{value}"),
            digits => {
                let unit = unit as u64;
                format!("{sign}{}.{:0width$}", value / unit, value % unit, width = usize::from(digits.min(4)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn rates_round_half_away_from_zero() {
        assert_eq!(Ppm(190_000).inside(Money(1190)), Money(190));
        assert_eq!(Ppm(88_750).of(Money(1000)), Money(89));
        assert_eq!(Ppm(500_000).of(Money(5)), Money(3));
        assert_eq!(Ppm(500_000).of(Money(-5)), Money(-3));
        assert_eq!(Money(1247).rounded_to(5), Money(1245));
        assert_eq!(Money(1248).rounded_to(5), Money(1250));
    }

    #[test]
    fn three_people_share_ten() {
        assert_eq!(Money(1000).allocate(&[1, 1, 1]), [Money(334), Money(333), Money(333)]);
    }

    proptest! {
        #[test]
        fn shares_add_up_to_the_whole(amount in -MAX_AMOUNT..MAX_AMOUNT, weights in prop::collection::vec(0i64..10_000, 1..20)) {
            let parts = Money(amount).allocate(&weights);
            prop_assert_eq!(parts.iter().copied().sum::<Money>(), Money(amount));
            let total: i128 = weights.iter().map(|w| i128::from(*w)).sum();
            for (part, weight) in parts.iter().zip(&weights).filter(|_| total > 0) {
                let exact = i128::from(amount) * i128::from(*weight) / total;
                prop_assert!((i128::from(part.0) - exact).abs() <= 1, "no part is off by more than one unit");
            }
        }
    }
}
