//! What screens may know of the store and its people.

use domain::{
    Restaurant,
    clock::Moment,
    ids::StaffId,
    staff::Member,
    view::{ConfigView, DoorView, Person},
};

pub(crate) fn person(restaurant: &Restaurant, id: &StaffId) -> Option<Person> {
    restaurant.member(id).map(|m| shown(restaurant, m))
}

fn shown(restaurant: &Restaurant, member: &Member) -> Person {
    Person {
        id: member.id.clone(),
        name: member.name.clone(),
        role: member.role,
        clocked_in: restaurant.is_clocked_in(&member.id),
        permissions: member.role.permissions().to_vec(),
        language: member.language.clone(),
    }
}

pub(crate) fn door(restaurant: &Restaurant, terminal: &str, letter: char) -> DoorView {
    let settings = restaurant.settings();
    let mut people: Vec<Person> = restaurant.members().filter(|m| m.active).map(|m| shown(restaurant, m)).collect();
    people.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    DoorView {
        store: settings.map(|s| s.name.clone()),
        language: settings.map_or_else(|| "en".into(), |s| s.language.clone()),
        terminal: terminal.to_owned(),
        letter: settings.map(|_| letter),
        people,
        work: None,
        coming: None,
        training: settings.is_some_and(|s| s.training),
        version: env!("CARGO_PKG_VERSION").into(),
    }
}

/// `None` until the store is set up.
pub(crate) fn config(restaurant: &Restaurant, letter: char, now: Moment) -> Option<ConfigView> {
    let stock = restaurant.stock.keys().filter_map(|item| Some((item.clone(), restaurant.left(item)?)));
    Some(ConfigView {
        version: restaurant.version,
        letter,
        settings: restaurant.settings()?.clone(),
        menu: restaurant.menu().cloned().unwrap_or_default(),
        floor: restaurant.floor().cloned().unwrap_or_default(),
        staff: restaurant.members().map(|m| Member { pin_hash: String::new(), ..m.clone() }).collect(),
        stock: stock.collect(),
        day: restaurant.business_day(now),
        now: now.at,
        offset: now.offset,
    })
}
