//! When which price holds: windows, weekdays, midnight, and which of several lists wins.

mod world;

use domain::{
    clock::{Date, Moment},
    command::{Command, NewLine},
    demo,
    ids::LineId,
    menu::{ListPrice, Menu, PriceList, Window},
    money::{Money, Ppm},
    text::Text,
};
use world::World;

/// A moment written as `fri 23:30`, in the week of Monday 2026-11-16, at an hour east of UTC.
fn at(words: &str, offset: i16) -> Moment {
    let (day, time) = words.split_once(' ').expect("a day and a time");
    let day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"].iter().position(|d| *d == day).expect("a day") as u8;
    let (hour, minute) = time.split_once(':').expect("a time");
    let minutes = hour.parse::<i64>().expect("an hour") * 60 + minute.parse::<i64>().expect("a minute");
    let date = Date::from_civil(2026, 11, 16 + day).expect("a date");
    let moment = Moment { at: (i64::from(date.0) * 1440 + minutes - i64::from(offset)) * 60_000, offset };
    assert_eq!(moment.weekday(), day);
    moment
}

/// `17:00-19:00 mon,tue`; no days are all days.
fn window(words: &str) -> Window {
    let (hours, days) = words.split_once(' ').unwrap_or((words, ""));
    let minute = |time: &str| {
        let (hour, minute) = time.split_once(':').expect("a time");
        hour.parse::<u16>().expect("an hour") * 60 + minute.parse::<u16>().expect("a minute")
    };
    let (from, to) = hours.split_once('-').expect("from-to");
    let weekdays = days.split(',').filter(|d| !d.is_empty()).map(|d| at(&format!("{d} 12:00"), 0).weekday()).collect();
    Window { weekdays, from: minute(from), to: minute(to) }
}

fn list(id: &str, windows: &[&str], prices: Vec<ListPrice>) -> PriceList {
    PriceList { id: id.into(), name: Text::one("en", id), windows: windows.iter().map(|w| window(w)).collect(), prices }
}

#[test]
fn a_window_opens_and_closes_when_it_says() {
    let check = |windows: &[&str], moment: &str, open: bool| {
        for offset in [0, 60, -300, 765] {
            assert_eq!(list("l", windows, Vec::new()).is_active(at(moment, offset)), open, "{windows:?} at {moment}");
        }
    };
    check(&["17:00-19:00"], "mon 16:59", false);
    check(&["17:00-19:00"], "mon 17:00", true);
    check(&["17:00-19:00"], "sun 18:59", true);
    check(&["17:00-19:00"], "mon 19:00", false);
    check(&["12:00-16:00 mon,fri"], "fri 12:00", true);
    check(&["12:00-16:00 mon,fri"], "sat 12:00", false);
    // Past midnight, the window belongs to the evening it began on.
    check(&["22:00-02:00 fri"], "fri 21:59", false);
    check(&["22:00-02:00 fri"], "fri 23:30", true);
    check(&["22:00-02:00 fri"], "sat 01:59", true);
    check(&["22:00-02:00 fri"], "sat 02:00", false);
    check(&["22:00-02:00 fri"], "fri 01:00", false);
    check(&["22:00-02:00 fri"], "sat 23:00", false);
    check(&["22:00-02:00 sun"], "mon 01:00", true);
    check(&["22:00-02:00"], "wed 00:00", true);
    check(&["22:00-02:00"], "wed 12:00", false);
    // The ends of the day, and none at all.
    check(&["00:00-24:00 sat"], "sat 23:59", true);
    check(&["00:00-24:00 sat"], "sun 00:00", false);
    check(&["12:00-12:00"], "mon 12:00", false);
    check(&[], "mon 12:00", false);
    check(&["08:00-10:00", "17:00-19:00 tue"], "tue 18:00", true);
    check(&["08:00-10:00", "17:00-19:00 tue"], "wed 18:00", false);
}

#[test]
fn the_first_active_list_that_prices_an_item_wins() {
    let negroni = |price| ListPrice::Portion { item: "negroni".into(), portion: "regular".into(), price: Money(price) };
    let cocktails = |share| ListPrice::Category { category: "cocktails".into(), share: Ppm(share) };
    let menu = Menu {
        price_lists: vec![
            list("late", &["22:00-02:00 fri,sat"], vec![cocktails(1_100_000)]),
            list(
                "beer-day",
                &["00:00-24:00"],
                vec![ListPrice::Category { category: "beer".into(), share: Ppm(900_000) }],
            ),
            list("friday", &["18:00-24:00 fri"], vec![negroni(600), cocktails(750_000)]),
        ],
        ..demo::menu()
    };
    assert_eq!(menu.faults_in(&demo::settings("en")), Vec::<String>::new());
    let check = |item: &str, portion: &str, moment: &str, expected: Option<(i64, &str)>| {
        let dish = menu.item(&item.into()).expect("on the card");
        let price = menu.price_at(dish, &portion.into(), at(moment, 60));
        let price = price.map(|(price, list)| (price.0, list.map_or("", |l| l.id.0.as_str())));
        assert_eq!(price, expected, "{item} {portion} at {moment}");
    };
    check("negroni", "regular", "thu 20:00", Some((890, "")));
    check("negroni", "regular", "fri 20:00", Some((600, "friday")));
    check("negroni", "regular", "fri 22:00", Some((979, "late")));
    check("negroni", "regular", "sun 01:00", Some((979, "late")));
    check("mojito", "regular", "fri 20:00", Some((638, "friday")));
    check("lager", "large", "fri 20:00", Some((405, "beer-day")));
    check("lager", "pint", "fri 20:00", None);
    check("tiramisu", "regular", "fri 22:00", Some((650, "")));
}

#[test]
fn a_line_keeps_the_price_of_the_moment_it_was_added() {
    let mut world = World::new();
    world.must(Command::ChangeSettings { settings: Box::new(demo::settings("en")) });
    world.must(Command::PublishMenu { menu: Box::new(demo::menu()) });
    // The world's evening begins at 19:00 UTC; happy hour ends then.
    world.now -= 61 * 60_000;
    world.tell("seat T1").expect("a table");
    let lager = |world: &mut World| {
        let line: NewLine = serde_json::from_str(r#"{"item":"lager","portion":"large","qty":2}"#).expect("a line");
        world.must(Command::AddLines { check: world.check, lines: vec![line] });
        world.line("lager")
    };
    let early = lager(&mut world);
    world.now += 62 * 60_000;
    let late = lager(&mut world);
    let view = world.view();
    let price = |id: LineId| {
        let line = view.lines.iter().find(|l| l.id == id).expect("on the check");
        (line.each.0, line.price_list.as_ref().map(|l| l.0.clone()))
    };
    assert_eq!(price(early), (225, Some("happy-hour".into())));
    assert_eq!(price(late), (450, None));
    assert_eq!(view.bill.total, Money(2 * 225 + 2 * 450));
}
