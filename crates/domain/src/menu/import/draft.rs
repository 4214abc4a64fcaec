//! From the rows of one item to the item.

use super::{Faults, MAX_IMPORT_FAULTS, rows::Cells};
use crate::{
    command::MAX_COURSE,
    ids::{CategoryId, GroupId, ItemId, StationId, TaxId},
    menu::{
        Category, Item, Menu, Portion,
        sheet::{self, Column},
    },
    money::Money,
    settings::Settings,
    text::{Text, is_name},
};

/// The item, when nothing was wrong with its cells. A category nobody knows is added to `menu`.
pub(super) fn item(
    current: &Menu,
    settings: &Settings,
    cells: Cells,
    faults: &mut Faults,
    menu: &mut Menu,
) -> Option<Item> {
    Draft { current, settings, cells, faults }.item(menu)
}

/// One item on its way from its cells to the menu.
struct Draft<'a> {
    current: &'a Menu,
    settings: &'a Settings,
    cells: Cells<'a>,
    faults: &'a mut Faults,
}

impl<'a> Draft<'a> {
    fn item(mut self, menu: &mut Menu) -> Option<Item> {
        let before = self.faults.0.len();
        self.rows_agree();
        let known = self.current.item(&self.cells.id);
        let mut item = known.cloned().unwrap_or_else(|| blank(&self.cells.id));
        let is_new = known.is_none();
        let name = self.text(0, &item.name, |column| if let Column::Name(code) = column { Some(code) } else { None });
        let own = &self.settings.language;
        let lost = item.name.written_in(own).is_some() && name.written_in(own).is_none();
        item.name = name;
        if (lost || !item.name.is_usable()) && before == self.faults.0.len() {
            self.say(0, &Column::Name(own.clone()), "an item needs a name");
        }
        if let Some(cell) = self.cells.get(0, &Column::KitchenName) {
            item.kitchen_name = (!cell.is_empty()).then(|| cell.to_owned());
            if !cell.is_empty() && !is_name(cell) {
                self.say(0, &Column::KitchenName, "a kitchen name has at most 80 characters");
            }
        }
        self.places(&mut item, menu, is_new);
        self.marks(&mut item);
        item.portions = self.portions(known);
        // The bound may have swallowed this item's faults, so a full list accepts nothing more.
        (self.faults.0.len() == before && before < MAX_IMPORT_FAULTS).then_some(item)
    }

    fn say(&mut self, row: usize, column: &Column, what: impl Into<String>) {
        let line = self.cells.rows[row].0;
        self.faults.say(line, &column.heading(), what);
    }

    /// Further rows of an item leave its own cells empty or repeat them.
    fn rows_agree(&mut self) {
        let columns = self.cells.columns;
        for row in 1..self.cells.rows.len() {
            for column in columns.iter().filter(|c| !c.is_of_portion() && **c != Column::Id) {
                let (first, cell) = (self.cells.get(0, column), self.cells.get(row, column));
                if cell != first && cell != Some("") {
                    let line = self.cells.rows[0].0;
                    self.say(row, column, format!("this differs from line {line}, which is the same item"));
                }
            }
        }
    }

    /// A text out of its columns by language; languages the sheet does not have stay.
    fn text(&mut self, row: usize, before: &Text, language: impl Fn(&'a Column) -> Option<&'a String>) -> Text {
        let mut text = before.clone();
        let columns = self.cells.columns;
        for column in columns {
            let Some(code) = language(column) else { continue };
            match self.cells.get(row, column) {
                None | Some("") => {
                    text.remove(code);
                }
                Some(words) if is_name(words) => {
                    text.set(code, words);
                }
                Some(_) => self.say(row, column, "a name has at most 80 characters"),
            }
        }
        text
    }

    /// Category, station, taxes and modifier groups: things that exist elsewhere, called by id or by name.
    fn places(&mut self, item: &mut Item, menu: &mut Menu, is_new: bool) {
        if let Some(category) = self.category(menu, is_new) {
            item.category = category;
        }
        let stations: Vec<(&str, &Text)> = self.settings.stations.iter().map(|s| (s.id.0.as_str(), &s.name)).collect();
        if let Some(id) = self.required(&Column::Station, &stations, is_new) {
            item.station = StationId::from(id);
        }
        let taxes: Vec<(&str, &Text)> = self.current.taxes.iter().map(|t| (t.id.0.as_str(), &t.name)).collect();
        if let Some(id) = self.required(&Column::Tax, &taxes, is_new) {
            item.tax = TaxId::from(id);
        }
        match self.cells.get(0, &Column::TaxTakeaway) {
            None => {}
            Some("") => item.tax_takeaway = None,
            Some(cell) => match called(cell, &taxes) {
                Some(id) => item.tax_takeaway = Some(TaxId::from(id)),
                None => self.say(0, &Column::TaxTakeaway, unknown(cell, &taxes)),
            },
        }
        if let Some(cell) = self.cells.get(0, &Column::Groups) {
            item.groups = self.groups(cell);
        }
    }

    fn category(&mut self, menu: &mut Menu, is_new: bool) -> Option<CategoryId> {
        let cell = self.cells.get(0, &Column::Category).unwrap_or_default();
        if cell.is_empty() {
            if is_new || self.cells.get(0, &Column::Category).is_some() {
                self.say(0, &Column::Category, "an item needs a category");
            }
            return None;
        }
        let known: Vec<(&str, &Text)> = menu.categories.iter().map(|c| (c.id.0.as_str(), &c.name)).collect();
        if let Some(id) = called(cell, &known) {
            return Some(CategoryId::from(id));
        }
        let id = CategoryId::from(sheet::slug(cell));
        if id.0.is_empty() || !is_name(cell) {
            self.say(0, &Column::Category, format!("'{cell}' cannot be the name of a category"));
            return None;
        }
        let name = Text::one(&self.settings.language, cell);
        menu.categories.push(Category { id: id.clone(), name, icon: String::new() });
        Some(id)
    }

    /// A cell that must name one of `known`; where there is only one, nothing needs to be said.
    fn required(&mut self, column: &Column, known: &[(&str, &Text)], is_new: bool) -> Option<String> {
        match (self.cells.get(0, column), known) {
            (None, _) if !is_new => None,
            (None | Some(""), [(only, _)]) => Some((*only).to_owned()),
            (None | Some(""), _) => {
                self.say(0, column, format!("an item needs a {}; {}", column.heading(), choices(known)));
                None
            }
            (Some(cell), _) => {
                let found = called(cell, known);
                if found.is_none() {
                    self.say(0, column, unknown(cell, known));
                }
                found
            }
        }
    }

    fn groups(&mut self, cell: &str) -> Vec<GroupId> {
        let known: Vec<(&str, &Text)> = self.current.groups.iter().map(|g| (g.id.0.as_str(), &g.name)).collect();
        let mut groups = Vec::new();
        for part in cell.split(sheet::BETWEEN.trim()).map(str::trim).filter(|p| !p.is_empty()) {
            match called(part, &known) {
                Some(id) => groups.push(GroupId::from(id)),
                None => {
                    self.say(0, &Column::Groups, format!("there is no modifier group '{part}'; part several with |"))
                }
            }
        }
        groups
    }

    /// Allergens, diets, course and the yes-or-no columns.
    fn marks(&mut self, item: &mut Item) {
        self.mark(&Column::Allergens, &mut item.allergens, sheet::read_allergens);
        self.mark(&Column::Diets, &mut item.diets, sheet::read_diets);
        self.mark(&Column::Favourite, &mut item.favourite, sheet::read_yes);
        self.mark(&Column::Hidden, &mut item.hidden, sheet::read_yes);
        self.mark(&Column::Course, &mut item.course, |cell| match cell.parse::<u8>() {
            _ if cell.is_empty() => Ok(0),
            Ok(course) if course <= MAX_COURSE => Ok(course),
            _ => Err(format!("'{cell}' is not a course; write 1 to {MAX_COURSE}, or 0 for at once")),
        });
    }

    fn mark<T>(&mut self, column: &Column, mark: &mut T, read: impl Fn(&str) -> Result<T, String>) {
        match self.cells.get(0, column).map(read) {
            None => {}
            Some(Ok(value)) => *mark = value,
            Some(Err(what)) => self.say(0, column, what),
        }
    }

    fn portions(&mut self, known: Option<&Item>) -> Vec<Portion> {
        let mut portions: Vec<Portion> = Vec::new();
        for row in 0..self.cells.rows.len() {
            let portion = self.portion(row, known);
            if portions.iter().any(|p| p.id == portion.id) {
                self.say(row, &Column::Portion, format!("this portion of '{}' is there twice", self.cells.id));
            }
            portions.push(portion);
        }
        portions
    }

    /// Where the sheet names portions by language, `portion` is the id; else it is the name.
    fn portion(&mut self, row: usize, known: Option<&Item>) -> Portion {
        let cell = self.cells.get(row, &Column::Portion).unwrap_or_default();
        let has_names = self.cells.columns.iter().any(|c| matches!(c, Column::PortionName(_)));
        let old = known.map_or(&[][..], |item| item.portions.as_slice());
        let named: Vec<(&str, &Text)> = old.iter().map(|p| (p.id.0.as_str(), &p.name)).collect();
        let id = match cell {
            "" => old.first().filter(|_| row == 0).map_or_else(|| sheet::ONLY_PORTION.to_owned(), |p| p.id.to_string()),
            words => {
                called(words, &named).unwrap_or_else(|| if has_names { words.to_owned() } else { sheet::slug(words) })
            }
        };
        if id.is_empty() || !is_name(&id) {
            self.say(row, &Column::Portion, format!("'{cell}' cannot be the name of a portion"));
        }
        let before = old.iter().find(|p| p.id.0 == id);
        let mut name = before.map(|p| p.name.clone()).unwrap_or_default();
        name = self.text(row, &name, |column| if let Column::PortionName(code) = column { Some(code) } else { None });
        if before.is_none() && name.is_empty() && !cell.is_empty() {
            name = Text::one(&self.settings.language, cell);
        }
        let price = self.cells.get(row, &Column::Price).unwrap_or_default();
        let price = if price.is_empty() {
            Err("there is no price".to_owned())
        } else {
            sheet::read_price(price, &self.settings.currency)
        };
        let price = price.unwrap_or_else(|what| {
            self.say(row, &Column::Price, what);
            Money::ZERO
        });
        Portion { id: id.as_str().into(), name, price }
    }
}

fn blank(id: &ItemId) -> Item {
    Item {
        id: id.clone(),
        name: Text::default(),
        kitchen_name: None,
        category: CategoryId::default(),
        portions: Vec::new(),
        groups: Vec::new(),
        station: StationId::default(),
        tax: TaxId::default(),
        tax_takeaway: None,
        allergens: Vec::new(),
        diets: Vec::new(),
        course: 0,
        favourite: false,
        hidden: false,
    }
}

/// The id of what people call `cell`: by id, by its name in any language, or by either without capitals and signs.
fn called(cell: &str, known: &[(&str, &Text)]) -> Option<String> {
    let lower = cell.to_lowercase();
    let by_id = known.iter().find(|(id, _)| *id == cell);
    let by_name = || known.iter().find(|(_, name)| name.words().any(|n| n.to_lowercase() == lower));
    let by_slug = || {
        let slug = sheet::slug(cell);
        known.iter().find(|(id, _)| *id == slug)
    };
    by_id.or_else(by_name).or_else(by_slug).map(|(id, _)| (*id).to_owned())
}

fn unknown(cell: &str, known: &[(&str, &Text)]) -> String {
    format!("there is no '{cell}' here; {}", choices(known))
}

fn choices(known: &[(&str, &Text)]) -> String {
    let ids: Vec<&str> = known.iter().map(|(id, _)| *id).collect();
    if ids.is_empty() { "set some up first".to_owned() } else { format!("write one of {}", ids.join(", ")) }
}
