//! What the order page works out from a check: courses, what can be fired, which choices are open. Pure and tested.

use domain::{
    command::{Pick, What},
    ids::{GroupId, LineId, OptionId},
    menu::{Group, Item, Menu},
    view::{CheckView, LineState, LineView, OptionView},
};

use crate::{browser, t};

/// The lines of one course.
#[derive(Debug, Clone, PartialEq)]
pub struct Course<'a> {
    pub course: u8,
    pub held: bool,
    pub lines: Vec<&'a LineView>,
}

/// The check by courses, "at once" first.
pub fn courses(check: &CheckView) -> Vec<Course<'_>> {
    let mut courses: Vec<Course> = Vec::new();
    for line in &check.lines {
        match courses.iter_mut().find(|c| c.course == line.course) {
            Some(course) => course.lines.push(line),
            None => {
                courses.push(Course { course: line.course, held: check.held.contains(&line.course), lines: vec![line] })
            }
        }
    }
    courses.sort_by_key(|c| c.course);
    courses
}

/// What people call a course.
pub fn course_name(course: u8) -> String {
    match course {
        0 => t!("order.course.0"),
        1 => t!("order.course.1"),
        2 => t!("order.course.2"),
        3 => t!("order.course.3"),
        n => t!("order.course.n", n = n),
    }
}

/// How a course stands, taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    New,
    Held,
    Cooking,
    Ready,
    Gone,
}

impl Course<'_> {
    pub fn stand(&self) -> Stand {
        let live = || self.lines.iter().filter(|l| l.state != LineState::Voided && l.qty > 0);
        if live().next().is_none() {
            Stand::Gone
        } else if live().any(|l| unfired(l) > 0) {
            if self.held { Stand::Held } else { Stand::New }
        } else if live().all(|l| l.state == LineState::Ready) {
            Stand::Ready
        } else {
            Stand::Cooking
        }
    }

    pub fn unfired(&self) -> u32 {
        self.lines.iter().map(|l| unfired(l)).sum()
    }
}

/// Units of a line not sent yet.
pub fn unfired(line: &LineView) -> u32 {
    if line.state == LineState::Voided { 0 } else { line.qty.saturating_sub(line.fired) }
}

/// The page's one primary action.
#[derive(Debug, Clone, PartialEq)]
pub enum Next {
    /// So many choices are open; the first line that has one.
    Choose(usize, LineId),
    Fire {
        what: What,
        n: u32,
        course: Option<u8>,
    },
    Pay,
    Nothing,
}

/// What to do next: choose what is open, fire what is new, then what is held, then pay.
pub fn next(check: &CheckView) -> Next {
    let courses = courses(check);
    let fireable = |held: bool| courses.iter().filter(move |c| c.held == held && c.unfired() > 0);
    let all: u32 = fireable(false).map(Course::unfired).sum();
    let (what, n, course) = if all > 0 {
        (What::All, all, None)
    } else if let Some(held) = fireable(true).next() {
        (What::Course(held.course), held.unfired(), Some(held.course))
    } else if check.bill.due.0 > 0 {
        return Next::Pay;
    } else {
        return Next::Nothing;
    };
    let in_question = |l: &&LineView| match course {
        Some(course) => l.course == course,
        None => !check.held.contains(&l.course),
    };
    let asks = |l: &&LineView| unfired(l) > 0 && !l.missing.is_empty();
    let open: Vec<&LineView> = check.lines.iter().filter(in_question).filter(asks).collect();
    match open.first() {
        Some(first) => Next::Choose(open.iter().map(|l| l.missing.len()).sum(), first.id),
        None => Next::Fire { what, n, course },
    }
}

/// The options of a line as picks, nested ones inside theirs.
pub fn picks(options: &[OptionView]) -> Vec<Pick> {
    let mut picks: Vec<Pick> = Vec::new();
    for option in options {
        let pick = Pick { group: option.group.clone(), option: option.option.clone(), options: Vec::new() };
        match picks.last_mut().filter(|_| option.depth > 0) {
            Some(outer) => outer.options.push(pick),
            None => picks.push(pick),
        }
    }
    picks
}

/// Picks after a tap on an option. In a group of one the new choice replaces the old; a second tap takes it off.
pub fn toggled(picks: &[Pick], group: &Group, option: &OptionId) -> Vec<Pick> {
    let mut picks = picks.to_vec();
    let was = picks.iter().position(|p| p.group == group.id && p.option == *option);
    match was {
        Some(at) => {
            // A forced single choice is changed by choosing another, never emptied by a slip of the finger.
            if !(group.max == 1 && group.min == 1) {
                picks.remove(at);
            }
        }
        None => {
            if group.max == 1 {
                picks.retain(|p| p.group != group.id);
            }
            picks.push(Pick { group: group.id.clone(), option: option.clone(), options: Vec::new() });
        }
    }
    picks
}

/// A group to show in the strip: directly on the item, or inside a chosen option.
#[derive(Debug, Clone, PartialEq)]
pub struct Shown<'m> {
    pub group: &'m Group,
    /// The chosen option this group belongs to.
    pub inside: Option<(GroupId, OptionId)>,
}

/// The item's groups, open forced ones first, each followed by those of its chosen options.
pub fn groups<'m>(menu: &'m Menu, item: &Item, line: &LineView) -> Vec<Shown<'m>> {
    let mut shown: Vec<Shown> = Vec::new();
    for group in item.groups.iter().filter_map(|id| menu.group(id)) {
        shown.push(Shown { group, inside: None });
        let chosen = line.options.iter().filter(|o| o.depth == 0 && o.group == group.id);
        for choice in chosen.filter_map(|o| group.options.iter().find(|c| c.id == o.option)) {
            let inside = Some((group.id.clone(), choice.id.clone()));
            shown.extend(
                choice
                    .groups
                    .iter()
                    .filter_map(|id| menu.group(id))
                    .map(|group| Shown { group, inside: inside.clone() }),
            );
        }
    }
    shown.sort_by_key(|s| !line.missing.contains(&s.group.id));
    shown
}

/// Picks after a tap inside a shown group.
pub fn picked(line: &LineView, shown: &Shown, option: &OptionId) -> Vec<Pick> {
    let mut all = picks(&line.options);
    match &shown.inside {
        None => toggled(&all, shown.group, option),
        Some((group, outer)) => {
            if let Some(pick) = all.iter_mut().find(|p| p.group == *group && p.option == *outer) {
                pick.options = toggled(&pick.options, shown.group, option);
            }
            all
        }
    }
}

/// Whether an option of a shown group is chosen.
pub fn is_picked(line: &LineView, shown: &Shown, option: &OptionId) -> bool {
    let depth = u8::from(shown.inside.is_some());
    line.options.iter().any(|o| o.depth == depth && o.group == shown.group.id && o.option == *option)
}

/// The line a repeated tap on an item adds to: the newest one of it that nobody has touched, for the same guest.
pub fn same_line<'a>(check: &'a CheckView, menu: &Menu, item: &Item, seat: u8) -> Option<&'a LineView> {
    let usual = |line: &LineView| {
        let mut defaults: Vec<&OptionId> = item
            .groups
            .iter()
            .filter_map(|g| menu.group(g))
            .flat_map(|g| g.options.iter().filter(|o| o.default).map(|o| &o.id))
            .collect();
        let mut chosen: Vec<&OptionId> = line.options.iter().filter(|o| o.depth == 0).map(|o| &o.option).collect();
        defaults.sort();
        chosen.sort();
        defaults == chosen
    };
    let untouched = |l: &&LineView| {
        l.item == item.id
            && l.seat == seat
            && l.fired == 0
            && l.voided == 0
            && l.note.is_empty()
            && l.allergy.is_empty()
            && item.portions.first().is_some_and(|p| p.id == l.portion)
    };
    check.lines.iter().rev().filter(untouched).find(|l| usual(l))
}

/// Whether a search text finds an item: every word begins some word of its name, marks aside.
pub fn finds(text: &str, name: &str) -> bool {
    let plain = |s: &str| -> String { browser::lower(s).chars().map(unmarked).collect() };
    let name = plain(name);
    plain(text)
        .split_whitespace()
        .all(|word| name.split([' ', '-', '\'', '’', '(', ',']).any(|part| part.starts_with(word)))
}

/// A letter without its mark, for the letters of the menus we know.
fn unmarked(c: char) -> char {
    match c {
        'á' | 'à' | 'â' | 'ä' | 'ã' | 'å' | 'ą' => 'a',
        'é' | 'è' | 'ê' | 'ë' | 'ę' => 'e',
        'í' | 'ì' | 'î' | 'ï' => 'i',
        'ó' | 'ò' | 'ô' | 'ö' | 'õ' | 'ø' => 'o',
        'ú' | 'ù' | 'û' | 'ü' => 'u',
        'ñ' | 'ń' => 'n',
        'ç' | 'ć' | 'č' => 'c',
        'ż' | 'ź' | 'ž' => 'z',
        'ś' | 'š' => 's',
        'ł' => 'l',
        other => other,
    }
}

#[cfg(test)]
mod tests;
