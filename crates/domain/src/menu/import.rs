//! Reading a menu from a file: all of it, or nothing and every fault with its place.
//!
//! A sheet holds the whole card, one row per portion: what it does not list goes. Modifier groups, taxes and price lists
//! stay as they are. A column the sheet does not have keeps what an item had, so that a list of ids and prices is enough
//! to raise prices; a column it has, says everything, so that an empty allergens cell means none.

mod draft;
mod rows;

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{Item, ListPrice, Menu, csv};
use crate::{
    command::MenuFormat,
    ids::ItemId,
    settings::Settings,
    view::{ImportFault, ImportView},
};

/// The most faults one answer lists; nobody mends more in one go.
pub const MAX_IMPORT_FAULTS: usize = 100;

/// Reads a whole menu from a file that replaces `current`.
///
/// # Errors
/// Every fault with its line and column, at most [`MAX_IMPORT_FAULTS`]; line 0 is about the whole file.
pub fn import(current: &Menu, settings: &Settings, format: MenuFormat, text: &str) -> Result<Menu, Vec<ImportFault>> {
    let mut faults = Faults::default();
    let menu = match format {
        MenuFormat::Json => read_json(text, &mut faults),
        MenuFormat::Csv => read_csv(current, settings, text, &mut faults),
    };
    if let Some(menu) = menu.as_ref().filter(|_| faults.0.is_empty()) {
        menu.faults_in(settings).into_iter().for_each(|what| faults.say(0, "", what));
    }
    menu.filter(|_| faults.0.is_empty()).ok_or(faults.0)
}

/// What an import would do, without doing it.
pub fn try_import(current: &Menu, settings: &Settings, format: MenuFormat, text: &str) -> ImportView {
    let mut view = ImportView { faults: Vec::new(), added: Vec::new(), changed: Vec::new(), removed: Vec::new() };
    match import(current, settings, format, text) {
        Err(faults) => view.faults = faults,
        Ok(menu) => {
            let before: BTreeMap<&ItemId, &Item> = current.items.iter().map(|i| (&i.id, i)).collect();
            for item in &menu.items {
                match before.get(&item.id) {
                    None => view.added.push(item.id.clone()),
                    Some(old) if *old != item => view.changed.push(item.id.clone()),
                    Some(_) => {}
                }
            }
            let after: BTreeSet<&ItemId> = menu.items.iter().map(|i| &i.id).collect();
            let gone = current.items.iter().filter(|i| !after.contains(&i.id));
            view.removed = gone.map(|i| i.id.clone()).collect();
        }
    }
    view
}

#[derive(Default)]
struct Faults(Vec<ImportFault>);

impl Faults {
    fn say(&mut self, line: u32, column: &str, what: impl Into<String>) {
        if self.0.len() < MAX_IMPORT_FAULTS {
            self.0.push(ImportFault { line, column: column.to_owned(), what: what.into() });
        }
    }
}

fn read_json(text: &str, faults: &mut Faults) -> Option<Menu> {
    let text = text.trim_start_matches('\u{feff}');
    let read = serde_json::from_str::<Menu>(text).and_then(|menu| {
        let (given, understood): (Value, Value) = (serde_json::from_str(text)?, serde_json::to_value(&menu)?);
        Ok((menu, given, understood))
    });
    match read {
        Ok((menu, given, understood)) => {
            // Compared with what was understood, so that a misspelt "alergens" is a fault and not silence.
            compare(&given, &understood, "menu", faults);
            Some(menu)
        }
        Err(e) => {
            let what = e.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            faults.say(e.line() as u32, &format!("character {}", e.column()), what);
            None
        }
    }
}

/// Complains of fields nobody reads and of words that cannot be printed.
fn compare(given: &Value, understood: &Value, path: &str, faults: &mut Faults) {
    match given {
        Value::Object(fields) => {
            for (key, value) in fields {
                let path = format!("{path}.{key}");
                match understood.get(key) {
                    None => faults.say(0, &path, "there is no such field"),
                    Some(known) => compare(value, known, &path, faults),
                }
            }
        }
        Value::Array(values) => {
            for (i, value) in values.iter().enumerate() {
                compare(value, &understood[i], &format!("{path}[{i}]"), faults);
            }
        }
        Value::String(words) if words.chars().any(char::is_control) => {
            faults.say(0, path, "this has characters that cannot be printed");
        }
        _ => {}
    }
}

fn read_csv(current: &Menu, settings: &Settings, text: &str, faults: &mut Faults) -> Option<Menu> {
    let mut rows = match csv::read(text) {
        Ok(rows) => rows,
        Err(e) => {
            faults.say(e.line, "", e.what);
            return None;
        }
    };
    rows.retain(|row| row.cells.iter().any(|c| !c.trim().is_empty()));
    let Some((header, rows)) = rows.split_first() else {
        faults.say(0, "", "there is nothing in this file");
        return None;
    };
    let columns = rows::read_header(header, &settings.language, faults)?;
    let mut menu = Menu { items: Vec::new(), ..current.clone() };
    for cells in rows::by_item(current, settings, &columns, rows, faults) {
        if let Some(item) = draft::item(current, settings, cells, faults, &mut menu) {
            menu.items.push(item);
        }
    }
    // A price list keeps its hours and prices, but cannot price what is gone.
    let portions: BTreeSet<_> =
        menu.items.iter().flat_map(|i| i.portions.iter().map(|p| (i.id.clone(), p.id.clone()))).collect();
    for list in &mut menu.price_lists {
        list.prices.retain(|price| match price {
            ListPrice::Portion { item, portion, .. } => portions.contains(&(item.clone(), portion.clone())),
            ListPrice::Category { .. } => true,
        });
    }
    Some(menu)
}
