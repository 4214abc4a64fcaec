//! From a sheet's rows to the rows of each item.

use std::collections::BTreeMap;

use super::Faults;
use crate::{
    ids::ItemId,
    menu::{
        Menu,
        csv::Row,
        sheet::{self, Column},
    },
    settings::Settings,
    text::is_name,
};

pub(super) fn read_header(header: &Row, language: &str, faults: &mut Faults) -> Option<Vec<Column>> {
    let before = faults.0.len();
    let mut columns = Vec::new();
    // Trailing delimiters are a spreadsheet's habit.
    let named = header.cells.iter().rposition(|c| !c.trim().is_empty()).map_or(0, |last| last + 1);
    for heading in &header.cells[..named] {
        match Column::of(heading, language) {
            None => faults.say(header.line, heading, "there is no such column; see an exported menu for the names"),
            Some(column) if columns.contains(&column) => faults.say(header.line, heading, "this column is there twice"),
            Some(column) => columns.push(column),
        }
    }
    if !columns.contains(&Column::Price) {
        faults.say(header.line, "price", "the first row names the columns, and there is none for the price");
    }
    if !columns.iter().any(|c| matches!(c, Column::Id | Column::Name(_))) {
        faults.say(header.line, "name", "the first row names the columns, and there is none for the name or the id");
    }
    (faults.0.len() == before).then_some(columns)
}

/// The rows of one item, cells trimmed, the first one saying what the item is.
pub(super) struct Cells<'a> {
    pub id: ItemId,
    pub columns: &'a [Column],
    /// Line of the file and cells.
    pub rows: Vec<(u32, Vec<&'a str>)>,
}

impl<'a> Cells<'a> {
    /// What a row says in a column; `None` when the sheet does not have it.
    pub fn get(&self, row: usize, column: &Column) -> Option<&'a str> {
        let at = self.columns.iter().position(|c| c == column)?;
        Some(self.rows[row].1.get(at).copied().unwrap_or_default())
    }
}

/// Gathers the rows of each item, in the order of their first.
pub(super) fn by_item<'a>(
    current: &Menu,
    settings: &Settings,
    columns: &'a [Column],
    rows: &'a [Row],
    faults: &mut Faults,
) -> Vec<Cells<'a>> {
    let mut items: Vec<Cells> = Vec::new();
    let mut index: BTreeMap<ItemId, usize> = BTreeMap::new();
    for row in rows {
        let cells: Vec<&str> = row.cells.iter().map(|c| c.trim()).collect();
        if cells.iter().skip(columns.len()).any(|c| !c.is_empty()) {
            faults.say(row.line, "", "this row has more cells than the first row has columns");
            continue;
        }
        let mut printable = true;
        for (column, _) in columns.iter().zip(&cells).filter(|(_, cell)| cell.chars().any(char::is_control)) {
            faults.say(row.line, &column.heading(), "this has line breaks or other characters that cannot be printed");
            printable = false;
        }
        if !printable {
            continue;
        }
        let one = Cells { id: ItemId::default(), columns, rows: vec![(row.line, cells)] };
        let Some(id) = id_of(current, settings, &one) else {
            faults.say(row.line, "id", "this row needs an id or a name of at most 80 characters");
            continue;
        };
        match index.get(&id) {
            Some(at) => items[*at].rows.extend(one.rows),
            None => {
                index.insert(id.clone(), items.len());
                items.push(Cells { id, ..one });
            }
        }
    }
    items
}

/// The id of a row: its own, or that of the item of the same name, or one made of the name.
fn id_of(current: &Menu, settings: &Settings, row: &Cells) -> Option<ItemId> {
    if let Some(id) = row.get(0, &Column::Id).filter(|id| !id.is_empty()) {
        return is_name(id).then(|| id.into());
    }
    let names = || row.columns.iter().filter_map(|c| if let Column::Name(code) = c { Some((c, code)) } else { None });
    let known = names().find_map(|(column, code)| {
        let name = row.get(0, column).filter(|n| !n.is_empty())?;
        current.items.iter().find(|i| i.name.written_in(code).is_some_and(|n| n == name))
    });
    if let Some(item) = known {
        return Some(item.id.clone());
    }
    let words = |(column, _): (&Column, &String)| row.get(0, column).filter(|n| !n.is_empty());
    let own = names().find(|(_, code)| **code == settings.language).and_then(words);
    let id = sheet::slug(own.or_else(|| names().find_map(words))?);
    is_name(&id).then(|| id.as_str().into())
}
