//! Reading a menu from a file.
use super::Menu;
use crate::{command::MenuFormat, settings::Settings, view::ImportFault};

/// Reads a whole menu; the faults name their line. (Being widened to CSV by the import's author.)
pub fn import(
    _current: &Menu,
    _settings: &Settings,
    _format: MenuFormat,
    text: &str,
) -> Result<Menu, Vec<ImportFault>> {
    serde_json::from_str(text)
        .map_err(|e| vec![ImportFault { line: e.line() as u32, column: e.column().to_string(), what: e.to_string() }])
}
