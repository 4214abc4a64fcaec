//! However a table shares its bill, the shares are the bill.

mod world;

use domain::{
    command::{Command, NewTender},
    event::Part,
    ids::LineId,
    money::Money,
    settings::{TaxMode, TaxRounding},
};
use proptest::prelude::*;
use world::World;

const ITEMS: [&str; 5] = ["espresso oat", "steak rare pepper", "salad", "2 water", "3 toast"];

fn table(exclusive: bool, items: &[usize]) -> World {
    let mode = if exclusive { TaxMode::Exclusive } else { TaxMode::Inclusive };
    let mut world = World::with(mode, TaxRounding::PerGroup, 1);
    world.tell("seat T1 4").expect("seated");
    for i in items {
        world.tell(ITEMS[i % ITEMS.len()]).expect("ordered");
    }
    world
}

fn pay(world: &mut World, amount: Money, part: Part) {
    if amount > Money::ZERO {
        let tender = NewTender::Card { reference: String::new(), last4: String::new() };
        world.must(Command::TakePayment { check: world.check, tender, amount, tip: Money(0), part, print: false });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn even_shares_are_the_bill(exclusive: bool, items in prop::collection::vec(0usize..5, 1..8), of in 2u8..9) {
        let mut world = table(exclusive, &items);
        let total = world.view().bill.total;
        let mut shares = Vec::new();
        for _ in 0..of {
            let share = world.facts().next_even_share(of);
            shares.push(share.0);
            pay(&mut world, share, Part::Share { of });
        }
        prop_assert_eq!(shares.iter().sum::<i64>(), total.0);
        prop_assert!(shares.iter().max().unwrap_or(&0) - shares.iter().min().unwrap_or(&0) <= 1);
        prop_assert!(world.facts().is_settled());
    }

    #[test]
    fn seats_and_lines_are_the_bill(
        exclusive: bool,
        items in prop::collection::vec((0usize..5, 0u8..4), 1..8),
        by_seat: bool,
    ) {
        let mut world = table(exclusive, &items.iter().map(|(i, _)| *i).collect::<Vec<_>>());
        let lines: Vec<LineId> = world.facts().lines.keys().copied().collect();
        for (line, (_, seat)) in lines.iter().zip(&items) {
            let change = domain::command::NewChange::Seat(*seat);
            world.must(Command::ChangeLine { check: world.check, line: *line, change });
        }
        let total = world.view().bill.total;
        prop_assert_eq!(world.facts().seat_shares().values().copied().sum::<Money>(), total);
        prop_assert_eq!(world.facts().line_shares().values().copied().sum::<Money>(), total);
        if by_seat {
            for seat in world.facts().seat_shares().into_keys().collect::<Vec<_>>() {
                let owed = world.facts().owed_by_seats(&[seat, seat]);
                pay(&mut world, owed, Part::Seats(vec![seat]));
                prop_assert_eq!(world.facts().owed_by_seats(&[seat]), Money::ZERO, "nobody pays twice");
            }
        } else {
            for line in lines {
                let owed = world.facts().owed_for_lines(&[line]);
                pay(&mut world, owed, Part::Lines(vec![line]));
            }
        }
        prop_assert!(world.facts().is_settled());
    }
}
