use domain::{demo, view::CheckView};

use super::*;
use crate::mirror::tests::Table;

/// A check written as people order it, and what the page says of it.
fn check(story: impl FnOnce(&mut Table), says: impl FnOnce(&CheckView)) {
    let mut table = Table::opened();
    story(&mut table);
    says(&table.view());
}

#[test]
fn the_next_act_is_choosing_then_firing_then_paying() {
    check(|_| {}, |c| assert_eq!(next(c), Next::Nothing));
    check(|t| t.order(Table::DRINK, 2), |c| assert_eq!(next(c), Next::Fire { what: What::All, n: 2, course: None }));
    check(
        |t| {
            t.order(Table::DRINK, 2);
            t.fire(What::All);
        },
        |c| assert_eq!(next(c), Next::Pay),
    );
    check(
        |t| {
            t.order(Table::STARTER, 1);
            t.hold(1);
        },
        |c| assert_eq!(next(c), Next::Fire { what: What::Course(1), n: 1, course: Some(1) }),
    );
    let choices = |of: &'static str, n: usize| {
        check(|t| t.order(of, 1), |c| assert!(matches!(next(c), Next::Choose(m, _) if m == n), "{:?}", next(c)));
    };
    choices(Table::STEAK, 1);
    choices("lunch-menu", 3);
}

#[test]
fn the_same_tap_again_raises_the_quantity_for_the_same_guest_only() {
    let menu = demo::menu();
    let item = menu.item(&Table::DRINK.into()).unwrap().clone();
    check(
        |t| t.order(Table::DRINK, 1),
        |c| {
            assert!(same_line(c, &menu, &item, 0).is_some());
            assert!(same_line(c, &menu, &item, 2).is_none());
        },
    );
    check(
        |t| {
            t.order(Table::DRINK, 1);
            t.fire(What::All);
        },
        |c| assert!(same_line(c, &menu, &item, 0).is_none(), "a fired line is the kitchen's"),
    );
}

#[test]
fn search_finds_beginnings_of_words_without_marks() {
    for (text, name, found) in [
        ("kase", "Käsespätzle mit Röstzwiebeln", true),
        ("rost", "Käsespätzle mit Röstzwiebeln", true),
        ("spat", "Käsespätzle", false),
        ("anch san", "Anchoas de Santoña", true),
        ("zurek", "Żurek", true),
        ("pad pep", "Padrón peppers", true),
        ("x", "Padrón peppers", false),
    ] {
        assert_eq!(finds(text, name), found, "{text} in {name}");
    }
}

#[test]
fn options_toggle_by_the_groups_rules() {
    let menu = demo::menu();
    let one = menu.groups.iter().find(|g| g.max == 1 && g.min == 1).expect("a forced single choice");
    let many = menu.groups.iter().find(|g| g.max > 1).expect("a group of several");
    let (a, b) = (&one.options[0].id, &one.options[1].id);
    let first = toggled(&[], one, a);
    let second = toggled(&first, one, b);
    assert_eq!(second.len(), 1, "one replaces the other");
    assert_eq!(toggled(&second, one, b), second, "a forced choice is not emptied by a second tap");
    let both = toggled(&toggled(&[], many, &many.options[0].id), many, &many.options[1].id);
    assert_eq!(both.len(), 2);
    assert_eq!(toggled(&both, many, &many.options[0].id).len(), 1);
}
