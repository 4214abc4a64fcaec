//! Writing a menu to a file that [`super::import`] reads back as it was.

use std::collections::BTreeSet;

use super::{Item, Menu, Portion, csv, sheet, sheet::Column};
use crate::{command::MenuFormat, settings::Settings};

/// The menu as a file. JSON is the whole of it; a sheet has the items, one row per portion.
pub fn export(menu: &Menu, settings: &Settings, format: MenuFormat) -> String {
    match format {
        MenuFormat::Json => {
            let mut text = serde_json::to_string_pretty(menu).expect("every key of a menu is text");
            text.push('\n');
            text
        }
        MenuFormat::Csv => {
            let columns = Column::all(&languages(menu, settings));
            let mut rows = vec![columns.iter().map(Column::heading).collect()];
            for item in &menu.items {
                for portion in &item.portions {
                    rows.push(columns.iter().map(|c| cell(c, item, portion, settings)).collect());
                }
            }
            csv::write(&rows)
        }
    }
}

/// The store's language first, then the others of the card.
fn languages(menu: &Menu, settings: &Settings) -> Vec<String> {
    let names = menu.items.iter().flat_map(|i| std::iter::once(&i.name).chain(i.portions.iter().map(|p| &p.name)));
    let others: BTreeSet<&str> = names.flat_map(|name| name.languages()).filter(|l| *l != settings.language).collect();
    std::iter::once(settings.language.as_str()).chain(others).map(str::to_owned).collect()
}

fn cell(column: &Column, item: &Item, portion: &Portion, settings: &Settings) -> String {
    match column {
        Column::Id => item.id.to_string(),
        Column::Name(language) => item.name.written_in(language).unwrap_or_default().to_owned(),
        Column::Category => item.category.to_string(),
        Column::Portion => portion.id.to_string(),
        Column::PortionName(language) => portion.name.written_in(language).unwrap_or_default().to_owned(),
        Column::Price => settings.currency.plain(portion.price),
        Column::Station => item.station.to_string(),
        Column::Tax => item.tax.to_string(),
        Column::TaxTakeaway => item.tax_takeaway.as_ref().map_or_else(String::new, |t| t.to_string()),
        Column::Allergens => sheet::write_allergens(&item.allergens),
        Column::Diets => sheet::write_diets(&item.diets),
        Column::Course => item.course.to_string(),
        Column::Groups => item.groups.iter().map(|g| g.0.as_str()).collect::<Vec<_>>().join(sheet::BETWEEN),
        Column::Favourite => sheet::write_yes(item.favourite),
        Column::KitchenName => item.kitchen_name.clone().unwrap_or_default(),
        Column::Hidden => sheet::write_yes(item.hidden),
    }
}
