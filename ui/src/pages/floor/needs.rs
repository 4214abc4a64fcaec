//! What needs a waiter now, most urgent first. Pure, so that the order of need is tested and not felt.

use domain::{
    clock::Millis,
    view::{CheckCard, CheckState},
};

use crate::{browser, components::Tone, format, icons::Icon};

/// Minutes lines may stand unfired before somebody should look.
const UNFIRED_AFTER_MIN: u32 = 5;
/// Minutes guests may sit without an order.
const SEATED_AFTER_MIN: u32 = 5;
/// Minutes the kitchen may work on a check before it counts as slow.
const SLOW_AFTER_MIN: u32 = 25;

/// Why a table needs somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Food waits at the pass; it gets cold first.
    Ready(u32),
    Slow,
    Pay,
    Unfired(u32),
    Seated,
}

/// What a card needs now, and for how many minutes already.
pub fn need(card: &CheckCard, now: Millis) -> Option<(Need, u32)> {
    let quiet = format::minutes_between(card.touched, now);
    match card.state {
        CheckState::FoodReady => Some((Need::Ready(card.ready), quiet)),
        CheckState::Paying => Some((Need::Pay, quiet)),
        CheckState::Ordered if quiet >= SLOW_AFTER_MIN => Some((Need::Slow, quiet)),
        CheckState::Ordering if quiet >= UNFIRED_AFTER_MIN => Some((Need::Unfired(card.unfired), quiet)),
        CheckState::Seated if quiet >= SEATED_AFTER_MIN => Some((Need::Seated, quiet)),
        _ => None,
    }
}

impl Need {
    pub fn tone(self) -> Tone {
        match self {
            Need::Ready(_) => Tone::Go,
            Need::Slow => Tone::Late,
            Need::Pay => Tone::Cool,
            Need::Unfired(_) | Need::Seated => Tone::Warm,
        }
    }

    pub fn icon(self) -> Icon {
        match self {
            Need::Ready(_) => Icon::Bell,
            Need::Slow => Icon::Warning,
            Need::Pay => Icon::Cash,
            Need::Unfired(_) => Icon::Flame,
            Need::Seated => Icon::Guests,
        }
    }
}

/// Labels as people count: T2 before T10, "Bar 3" before "Bar 12".
pub fn natural(a: &str, b: &str) -> std::cmp::Ordering {
    let (a, b) = (browser::lower(a), browser::lower(b));
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        match (a.peek().copied(), b.peek().copied()) {
            (Some(x), Some(y)) if x.is_ascii_digit() && y.is_ascii_digit() => {
                let order = number(&mut a).cmp(&number(&mut b));
                if order.is_ne() {
                    return order;
                }
            }
            (Some(x), Some(y)) => {
                if x != y {
                    return x.cmp(&y);
                }
                a.next();
                b.next();
            }
            (x, y) => return x.is_some().cmp(&y.is_some()),
        }
    }
}

fn number(chars: &mut std::iter::Peekable<std::str::Chars<'_>>) -> u64 {
    let mut n = 0u64;
    while let Some(d) = chars.peek().and_then(|c| c.to_digit(10)) {
        n = n.saturating_mul(10).saturating_add(u64::from(d));
        chars.next();
    }
    n
}

#[cfg(test)]
mod tests {
    use domain::{
        event::CheckKind,
        ids::{CommandId, GuestNumber, StaffId},
        money::Money,
    };

    use super::*;

    #[test]
    fn tables_are_sorted_as_people_count() {
        let mut labels = vec!["T10", "T2", "Bar 12", "T1", "bar 3", "T11", "Terrace"];
        labels.sort_by(|a, b| natural(a, b));
        assert_eq!(labels, ["bar 3", "Bar 12", "T1", "T2", "T10", "T11", "Terrace"]);
    }

    #[test]
    fn a_table_asks_for_what_it_needs() {
        let check = |state, minutes: i64, wanted: Option<Need>| {
            let card = CheckCard {
                also: Vec::new(),
                check: CommandId::default(),
                kind: CheckKind::DineIn,
                number: GuestNumber { letter: 'A', n: 1 },
                table: None,
                name: String::new(),
                covers: 2,
                waiter: StaffId::from("ana"),
                state,
                opened: 0,
                touched: 0,
                total: Money(100),
                due: Money(100),
                unfired: 3,
                cooking: 1,
                ready: 2,
            };
            assert_eq!(need(&card, minutes * 60_000).map(|(n, _)| n), wanted, "{state:?} for {minutes} min");
        };
        check(CheckState::FoodReady, 0, Some(Need::Ready(2)));
        check(CheckState::Paying, 0, Some(Need::Pay));
        check(CheckState::Ordering, 4, None);
        check(CheckState::Ordering, 5, Some(Need::Unfired(3)));
        check(CheckState::Seated, 6, Some(Need::Seated));
        check(CheckState::Ordered, 24, None);
        check(CheckState::Ordered, 25, Some(Need::Slow));
        check(CheckState::Served, 90, None);
        assert!(Need::Ready(1) < Need::Slow && Need::Slow < Need::Pay && Need::Pay < Need::Unfired(1));
    }
}
