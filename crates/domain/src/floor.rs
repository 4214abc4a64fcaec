//! The room as it is: shapes and places, so that a waiter finds a table where it stands.

use serde::{Deserialize, Serialize};

use crate::{
    ids::{RoomId, TableId},
    text::Text,
};

/// Bounds of a floor.
pub const MAX_TABLES: usize = 500;

/// All rooms, published as one document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Floor {
    pub rooms: Vec<Room>,
}

/// A room on its own grid; coordinates are in grid units of about 25 cm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    pub id: RoomId,
    pub name: Text,
    pub width: u16,
    pub height: u16,
    pub tables: Vec<Table>,
    /// Walls and counters, drawn light.
    #[serde(default)]
    pub walls: Vec<Wall>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub id: TableId,
    /// What people call it, for example `12` or `Bar 3`.
    pub label: String,
    pub seats: u8,
    pub shape: Shape,
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    Round,
    Rect,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wall {
    pub x: u16,
    pub y: u16,
    pub width: u16,
    pub height: u16,
    /// What it is, when people would say so ("Bar", "Kitchen").
    #[serde(default)]
    pub label: String,
}

impl Floor {
    pub fn table(&self, id: &TableId) -> Option<&Table> {
        self.rooms.iter().flat_map(|r| &r.tables).find(|t| t.id == *id)
    }

    /// Everything wrong with this document; empty when it may be published.
    pub fn faults(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let tables: Vec<&Table> = self.rooms.iter().flat_map(|r| &r.tables).collect();
        if tables.len() > MAX_TABLES {
            faults.push(format!("a floor holds at most {MAX_TABLES} tables"));
        }
        let mut seen = std::collections::BTreeSet::new();
        for table in &tables {
            if !seen.insert(&table.id) {
                faults.push(format!("two of table '{}'", table.id));
            }
            if !crate::text::is_name(&table.label) {
                faults.push(format!("table '{}' needs a label", table.id));
            }
        }
        for room in &self.rooms {
            if room.tables.iter().any(|t| {
                u32::from(t.x) + u32::from(t.width) > u32::from(room.width)
                    || u32::from(t.y) + u32::from(t.height) > u32::from(room.height)
            }) {
                faults.push(format!("a table stands outside room '{}'", room.id));
            }
        }
        faults
    }
}
