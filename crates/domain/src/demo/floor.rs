//! Three rooms with 25 tables, on a grid of 25 cm: a waiter can walk between any two of them.

use super::{Words, same, text};
use crate::floor::{Floor, Room, Shape, Table, Wall};

/// The demo's rooms: the dining room with tables 1 to 12, the terrace with T1 to T8, and five places at the bar.
pub fn floor() -> Floor {
    Floor { rooms: vec![dining_room(), terrace(), bar()] }
}

fn dining_room() -> Room {
    Room {
        tables: vec![
            round("1", 2, (2, 3, 4)),
            round("2", 2, (2, 10, 4)),
            round("3", 2, (2, 17, 4)),
            rect("4", 2, (2, 24, 4, 4)),
            rect("5", 4, (10, 5, 6, 4)),
            rect("6", 4, (10, 13, 6, 4)),
            rect("7", 4, (10, 21, 6, 4)),
            round("8", 6, (20, 6, 6)),
            round("9", 6, (20, 20, 6)),
            rect("10", 8, (31, 5, 10, 4)),
            rect("11", 6, (32, 13, 8, 4)),
            rect("12", 4, (33, 21, 6, 4)),
        ],
        walls: vec![
            wall("Kitchen", 14, 0, 16, 2),
            wall("", 22, 15, 2, 2),
            wall("Entrance", 18, 29, 8, 1),
            wall("", 0, 29, 18, 1),
            wall("", 26, 29, 18, 1),
        ],
        ..room("dining", ["Dining room", "Comedor", "Gastraum"], 44, 30)
    }
}

fn terrace() -> Room {
    Room {
        tables: vec![
            round("T1", 2, (3, 3, 4)),
            round("T2", 2, (11, 3, 4)),
            round("T3", 2, (19, 3, 4)),
            rect("T4", 4, (27, 3, 6, 4)),
            rect("T5", 4, (3, 11, 6, 4)),
            round("T6", 4, (12, 11, 5)),
            round("T7", 4, (20, 11, 5)),
            rect("T8", 6, (28, 11, 7, 4)),
        ],
        walls: vec![wall("", 0, 0, 16, 1), wall("", 20, 0, 18, 1), wall("", 0, 17, 38, 1)],
        ..room("terrace", ["Terrace", "Terraza", "Terrasse"], 38, 18)
    }
}

fn bar() -> Room {
    Room {
        tables: vec![
            round("Bar 1", 1, (2, 6, 4)),
            round("Bar 2", 1, (8, 6, 4)),
            round("Bar 3", 1, (14, 6, 4)),
            round("Bar 4", 1, (20, 6, 4)),
            rect("Bar 5", 4, (27, 5, 4, 6)),
        ],
        walls: vec![wall("Bar", 1, 1, 24, 3)],
        ..room("bar", same("Bar"), 33, 14)
    }
}

fn room(id: &str, name: Words, width: u16, height: u16) -> Room {
    Room { id: id.into(), name: text(name), width, height, tables: Vec::new(), walls: Vec::new() }
}

/// The id is the label as a word: `Bar 3` is `bar3`.
fn rect(label: &str, seats: u8, (x, y, width, height): (u16, u16, u16, u16)) -> Table {
    let id = label.replace(' ', "").to_lowercase();
    Table { id: id.as_str().into(), label: label.into(), seats, shape: Shape::Rect, x, y, width, height }
}

fn round(label: &str, seats: u8, (x, y, across): (u16, u16, u16)) -> Table {
    Table { shape: Shape::Round, ..rect(label, seats, (x, y, across, across)) }
}

fn wall(label: &str, x: u16, y: u16, width: u16, height: u16) -> Wall {
    Wall { x, y, width, height, label: label.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 50 cm, the least a chair needs.
    const AISLE: u16 = 2;

    #[derive(Debug, Clone, Copy)]
    struct Place(u16, u16, u16, u16);

    impl Place {
        /// True when fewer than `gap` units lie between the two.
        fn crowds(self, other: Place, gap: u16) -> bool {
            let apart = |a: u16, wa: u16, b: u16, wb: u16| a + wa + gap <= b || b + wb + gap <= a;
            !apart(self.0, self.2, other.0, other.2) && !apart(self.1, self.3, other.1, other.3)
        }
    }

    #[test]
    fn the_floor_may_be_published() {
        let floor = floor();
        assert_eq!(floor.faults(), Vec::<String>::new());
        assert_eq!(floor.rooms.len(), 3);
        assert_eq!(floor.rooms.iter().map(|r| r.tables.len()).sum::<usize>(), 25);
        assert_eq!(floor.table(&"7".into()).map(|t| t.seats), Some(4));
        assert_eq!(floor.table(&"bar3".into()).map(|t| t.label.as_str()), Some("Bar 3"));
    }

    #[test]
    fn a_waiter_can_walk_between_any_two_tables_and_none_stands_in_a_wall() {
        for room in floor().rooms {
            let tables: Vec<Place> = room.tables.iter().map(|t| Place(t.x, t.y, t.width, t.height)).collect();
            for (i, table) in tables.iter().enumerate() {
                for other in &tables[i + 1..] {
                    assert!(!table.crowds(*other, AISLE), "{}: {table:?} and {other:?}", room.id);
                }
                for wall in &room.walls {
                    let place = Place(wall.x, wall.y, wall.width, wall.height);
                    assert!(!table.crowds(place, 1), "{}: {table:?} and the wall {place:?}", room.id);
                    assert!(wall.x + wall.width <= room.width && wall.y + wall.height <= room.height);
                }
            }
            let round = room.tables.iter().filter(|t| t.shape == Shape::Round);
            assert!(round.into_iter().all(|t| t.width == t.height), "a round table is as wide as it is deep");
        }
    }
}
