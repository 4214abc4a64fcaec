//! Adding, changing and correcting lines. Prices come from the menu at the moment of adding and are stamped.

use super::{Desk, note, reason};
use crate::{
    check::{Check, Line},
    command::{Command, MAX_COURSE, MAX_LINES_PER_CHECK, MAX_LINES_PER_COMMAND, MAX_QTY, NewChange, NewLine, Pick},
    event::*,
    ids::*,
    menu::{Choice, Group, Item, Menu},
    money::{Money, Ppm},
    rejection::Rejection,
    staff::Permission,
};

/// The most seats at one table.
const MAX_SEAT: u8 = 99;

impl Desk<'_> {
    pub(super) fn lines(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        self.must(Permission::TakeOrders)?;
        let events = self.line_events(command)?;
        self.still_covers_payments(&events)?;
        Ok(events)
    }

    fn line_events(&self, command: &Command) -> Result<Vec<Event>, Rejection> {
        match command {
            Command::AddLines { check, lines } => self.add(*check, lines),
            Command::ChangeLine { check, line, change } => self.change(*check, *line, change),
            Command::RemoveLine { check, line } => {
                let found = self.live_line(*check, *line)?;
                if found.fired_qty() > 0 {
                    return Err(Rejection::LineFired { line: *line });
                }
                Ok(vec![Event::LineRemoved { check: self.home_of(*check, *line)?, line: *line }])
            }
            Command::VoidLine { check, line, qty, reason } => self.void(*check, *line, *qty, reason),
            Command::CompLine { check, line, share, reason } => self.comp(*check, *line, *share, reason),
            Command::HoldCourse { check, course, held } => {
                self.open_check(*check)?;
                Ok(vec![Event::CourseHeld { check: *check, course: known_course(*course)?, held: *held }])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn menu(&self) -> Result<&Menu, Rejection> {
        self.restaurant.menu().ok_or(Rejection::NoStore)
    }

    fn live_line(&self, check: CheckId, line: LineId) -> Result<&Line, Rejection> {
        let found = self.open_check(check)?.lines.get(&line).filter(|l| l.added.is_some());
        let found = found.ok_or(Rejection::UnknownLine { line })?;
        if found.live_qty() == 0 { Err(Rejection::LineGone { line }) } else { Ok(found) }
    }

    fn home_of(&self, check: CheckId, line: LineId) -> Result<CheckId, Rejection> {
        Ok(self.home(self.open_check(check)?, line))
    }

    fn add(&self, check: CheckId, lines: &[NewLine]) -> Result<Vec<Event>, Rejection> {
        let found = self.open_check(check)?;
        if lines.is_empty() || lines.len() > MAX_LINES_PER_COMMAND {
            return Err(Rejection::BadQuantity { max: MAX_LINES_PER_COMMAND as u32 });
        }
        if found.lines.len() + lines.len() > MAX_LINES_PER_CHECK {
            return Err(Rejection::TooManyLines { max: MAX_LINES_PER_CHECK as u32 });
        }
        let added: Vec<AddedLine> = (0u16..)
            .zip(lines)
            .map(|(i, line)| self.added_line(found, LineId { by: self.context.id, i }, line))
            .collect::<Result<_, _>>()?;
        for line in &added {
            let wanted = added.iter().filter(|l| l.item == line.item).map(|l| l.qty).sum();
            self.in_stock(&line.item, wanted)?;
        }
        Ok(vec![Event::LinesAdded { check, lines: added }])
    }

    fn added_line(&self, check: &Check, id: LineId, new: &NewLine) -> Result<AddedLine, Rejection> {
        let menu = self.menu()?;
        let item = menu.item(&new.item).ok_or_else(|| Rejection::UnknownItem { item: new.item.clone() })?;
        let unknown = || Rejection::UnknownPortion { item: item.id.clone() };
        let portion = match &new.portion {
            Some(id) => item.portions.iter().find(|p| p.id == *id),
            None => item.portions.first(),
        }
        .ok_or_else(unknown)?;
        let (price, list) = menu.price_at(item, &portion.id, self.context.now).ok_or_else(unknown)?;
        let price_list = list.map(|l| l.id.clone());
        let takeaway = check.kind() == CheckKind::Takeaway;
        let tax_id = item.tax_takeaway.as_ref().filter(|_| takeaway).unwrap_or(&item.tax);
        let tax = menu.tax(tax_id).ok_or_else(|| Rejection::UnknownItem { item: item.id.clone() })?;
        Ok(AddedLine {
            id,
            item: item.id.clone(),
            portion: portion.id.clone(),
            name: item.name.clone(),
            kitchen_name: item.kitchen_name.clone(),
            portion_name: (item.portions.len() > 1).then(|| portion.name.clone()),
            category: item.category.clone(),
            price,
            price_list,
            tax: LineTax { id: tax.id.clone(), rate: tax.rate, letter: tax.letter },
            station: item.station.clone(),
            allergens: item.allergens.clone(),
            options: choose(menu, item, &new.options, true)?,
            qty: plausible_qty(new.qty)?,
            seat: plausible_seat(new.seat)?,
            course: known_course(new.course.unwrap_or(item.course))?,
            note: note("note", &new.note)?,
            allergy: note("allergy", &new.allergy)?,
        })
    }

    fn in_stock(&self, item: &ItemId, wanted: u32) -> Result<(), Rejection> {
        match self.restaurant.left(item) {
            Some(left) if left < wanted => Err(Rejection::ItemOut { item: item.clone(), left }),
            _ => Ok(()),
        }
    }

    fn change(&self, check: CheckId, id: LineId, change: &NewChange) -> Result<Vec<Event>, Rejection> {
        let line = self.live_line(check, id)?;
        // A guest may change seats at any time; everything else is the kitchen's once it is fired.
        if line.fired_qty() > 0 && !matches!(change, NewChange::Seat(_)) {
            return Err(Rejection::LineFired { line: id });
        }
        let change = match change {
            NewChange::Qty(qty) => {
                let more = plausible_qty(*qty)?.saturating_sub(line.live_qty());
                if let Some(added) = line.what() {
                    self.in_stock(&added.item, more)?;
                }
                LineChange::Qty(*qty)
            }
            NewChange::Options(picks) => {
                let menu = self.menu()?;
                let item = line.what().map(|a| &a.item).ok_or(Rejection::UnknownLine { line: id })?;
                let item = menu.item(item).ok_or_else(|| Rejection::UnknownItem { item: item.clone() })?;
                LineChange::Options(choose(menu, item, picks, false)?)
            }
            NewChange::Note(words) => LineChange::Note(note("note", words)?),
            NewChange::Allergy(words) => LineChange::Allergy(note("allergy", words)?),
            NewChange::Seat(seat) => LineChange::Seat(plausible_seat(*seat)?),
            NewChange::Course(course) => LineChange::Course(known_course(*course)?),
        };
        Ok(vec![Event::LineChanged { check: self.home_of(check, id)?, line: id, change }])
    }

    fn void(&self, check: CheckId, id: LineId, qty: u32, why: &str) -> Result<Vec<Event>, Rejection> {
        let line = self.live_line(check, id)?;
        if qty == 0 || qty > MAX_QTY {
            return Err(Rejection::BadQuantity { max: MAX_QTY });
        }
        let left = line.live_qty();
        if qty > left {
            return Err(Rejection::VoidTooMany { left });
        }
        let fired = qty > line.unfired_qty();
        let approved_by =
            if fired { self.approved(Permission::Correct)? } else { self.must(Permission::TakeOrders)?.clone() };
        let void = Void { qty, reason: reason(why)?, approved_by, fired };
        Ok(vec![Event::LineVoided { check: self.home_of(check, id)?, line: id, void }])
    }

    fn comp(&self, check: CheckId, id: LineId, share: Ppm, why: &str) -> Result<Vec<Event>, Rejection> {
        let line = self.live_line(check, id)?;
        if share.0 == 0 || line.comp_share().0.saturating_add(share.0) > Ppm::WHOLE.0 {
            return Err(Rejection::BadAmount);
        }
        let comp = Comp { share, reason: reason(why)?, approved_by: self.approved(Permission::Correct)? };
        Ok(vec![Event::LineComped { check: self.home_of(check, id)?, line: id, comp }])
    }

    /// Whatever makes a bill smaller may not leave more paid than owed: the payment must be taken back first. Tried out
    /// on a copy, because many different edits make a bill smaller; copied only where something is paid already.
    fn still_covers_payments(&self, events: &[Event]) -> Result<(), Rejection> {
        let Some(check) = events.first().and_then(Event::check).and_then(|id| self.restaurant.whole(id)) else {
            return Ok(());
        };
        if check.payments.is_empty() {
            return Ok(());
        }
        let due = check.bill().due;
        if due < Money::ZERO {
            return Ok(());
        }
        let mut tried = check.clone();
        let seen = self.restaurant.seen_by(self.context.terminal, events);
        let entry = self.context.entry(seen, events.to_vec());
        entry.events.iter().for_each(|event| tried.apply(&entry, event));
        if tried.bill().due < Money::ZERO { Err(Rejection::Overpaid { due }) } else { Ok(()) }
    }
}

fn plausible_qty(qty: u32) -> Result<u32, Rejection> {
    if (1..=MAX_QTY).contains(&qty) { Ok(qty) } else { Err(Rejection::BadQuantity { max: MAX_QTY }) }
}

fn plausible_seat(seat: u8) -> Result<u8, Rejection> {
    if seat <= MAX_SEAT { Ok(seat) } else { Err(Rejection::BadQuantity { max: u32::from(MAX_SEAT) }) }
}

fn known_course(course: u8) -> Result<u8, Rejection> {
    if course <= MAX_COURSE { Ok(course) } else { Err(Rejection::BadCourse) }
}

/// Turns picks into stamped options. With `defaults`, groups nobody spoke of get their default options.
fn choose(menu: &Menu, item: &Item, picks: &[Pick], defaults: bool) -> Result<Vec<ChosenOption>, Rejection> {
    let mut chosen = Vec::new();
    for group in item.groups.iter().filter_map(|id| menu.group(id)) {
        let mine: Vec<&Pick> = picks.iter().filter(|p| p.group == group.id).collect();
        if mine.len() > usize::from(group.max) {
            return Err(Rejection::TooManyChoices { group: group.id.clone(), max: group.max });
        }
        if mine.is_empty() && defaults {
            for choice in group.options.iter().filter(|c| c.default) {
                chosen.push(stamped(menu, group, choice, &[], true)?);
            }
        }
        for pick in mine {
            chosen.push(stamped(menu, group, choice_of(group, pick)?, &pick.options, defaults)?);
        }
    }
    match picks.iter().find(|p| !item.groups.contains(&p.group)) {
        Some(stranger) => Err(Rejection::UnknownOption { option: stranger.option.clone() }),
        None => Ok(chosen),
    }
}

fn choice_of<'m>(group: &'m Group, pick: &Pick) -> Result<&'m Choice, Rejection> {
    let found = group.options.iter().find(|c| c.id == pick.option);
    found.ok_or_else(|| Rejection::UnknownOption { option: pick.option.clone() })
}

fn stamped(
    menu: &Menu,
    group: &Group,
    choice: &Choice,
    picks: &[Pick],
    defaults: bool,
) -> Result<ChosenOption, Rejection> {
    let mut nested = Vec::new();
    for inner in choice.groups.iter().filter_map(|id| menu.group(id)) {
        let mine: Vec<&Pick> = picks.iter().filter(|p| p.group == inner.id).collect();
        if mine.len() > usize::from(inner.max) {
            return Err(Rejection::TooManyChoices { group: inner.id.clone(), max: inner.max });
        }
        let given = mine.iter().map(|p| choice_of(inner, p)).collect::<Result<Vec<_>, _>>()?;
        let usual = inner.options.iter().filter(|c| c.default && defaults && mine.is_empty());
        for choice in given.into_iter().chain(usual) {
            nested.push(option_of(menu, inner, choice));
        }
    }
    if let Some(stranger) = picks.iter().find(|p| !choice.groups.contains(&p.group)) {
        return Err(Rejection::UnknownOption { option: stranger.option.clone() });
    }
    Ok(ChosenOption { options: nested, ..option_of(menu, group, choice) })
}

fn option_of(menu: &Menu, group: &Group, choice: &Choice) -> ChosenOption {
    let component = choice.item.as_ref().and_then(|id| menu.item(id));
    let mut allergens = choice.allergens.clone();
    allergens.extend(component.iter().flat_map(|i| i.allergens.iter().copied()));
    ChosenOption {
        group: group.id.clone(),
        option: choice.id.clone(),
        name: choice.name.clone(),
        price: choice.price,
        station: component.map(|i| i.station.clone()),
        allergens,
        options: Vec::new(),
    }
}

/// Groups of a line whose forced choice is still open. They hold back firing, never adding.
pub fn missing_choices(menu: &Menu, line: &Line) -> Vec<GroupId> {
    let Some(item) = line.what().and_then(|a| menu.item(&a.item)) else { return Vec::new() };
    let chosen = line.chosen();
    let open = |groups: &[GroupId], chosen: &[ChosenOption]| -> Vec<GroupId> {
        let groups = groups.iter().filter_map(|id| menu.group(id));
        let short = groups.filter(|g| chosen.iter().filter(|c| c.group == g.id).count() < usize::from(g.min));
        short.map(|g| g.id.clone()).collect()
    };
    let mut missing = open(&item.groups, chosen);
    for option in chosen {
        let choice = menu.group(&option.group).and_then(|g| g.options.iter().find(|c| c.id == option.option));
        missing.extend(choice.map(|c| open(&c.groups, &option.options)).unwrap_or_default());
    }
    missing
}
