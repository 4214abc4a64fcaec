//! Words of the manager's pages.

use super::Texts;

pub const TEXTS: Texts = &[("manager.title", ["Manager", "Gerencia", "Leitung", "الإدارة"])];
