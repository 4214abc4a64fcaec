//! Papers for the kitchen: read at arm's length, with wet hands, in a second.

use super::{Desk, LOUD, columns, item, joined, text};
use domain::event::CheckKind;
use domain::ids::StationId;
use domain::paper::{Row, Size, Slip, SlipKind, Style};
use domain::view::{KitchenTicket, TicketLine, VoidSlip};

/// Dishes.
const DISH: Style = Style::plain().bold().size(Size::Double);
/// What changes a dish.
const CHANGE: Style = Style::plain().size(Size::Tall);

impl Desk<'_> {
    pub(super) fn ticket(&self, ticket: &KitchenTicket) -> Slip {
        let mut rows = vec![Row::Buzzer];
        rows.extend(self.training(ticket.training));
        rows.push(text(
            &self.station(&ticket.station).to_uppercase(),
            Style::plain().bold().size(Size::Double).center(),
        ));
        rows.extend(self.whose(ticket, &ticket.fired_text));
        let courses = ticket.lines.iter().any(|line| line.course > 1);
        let mut course = None;
        for line in ticket.lines.iter().filter(|line| line.qty > 0 || line.voided > 0) {
            if courses && line.course > 0 && course != Some(line.course) {
                course = Some(line.course);
                rows.push(text(&format!("-- {} {} --", self.words.course, line.course), CHANGE.bold().center()));
            }
            rows.extend(self.dish(line, line.qty));
        }
        rows.push(Row::Rule);
        let pieces: u32 = ticket.lines.iter().map(|line| line.qty).sum();
        let also: Vec<&str> = ticket.also_at.iter().map(|station| self.station(station)).collect();
        let also = if also.is_empty() { String::new() } else { format!("{}: {}", self.words.also_at, also.join(", ")) };
        rows.push(columns(&also, &format!("{pieces} {}", self.words.pieces), Style::plain()));
        rows.push(Row::Cut);
        Slip::new(SlipKind::Kitchen, rows)
    }

    pub(super) fn void(&self, void: &VoidSlip) -> Slip {
        let mut rows = vec![Row::Buzzer];
        rows.extend(self.training(void.ticket.training));
        rows.push(text(self.words.void, Style { size: Size::Triple, ..LOUD }));
        rows.push(text(self.words.do_not_make, CHANGE.bold().center()));
        rows.extend(self.whose(&void.ticket, &void.at_text));
        for line in &void.ticket.lines {
            rows.extend(self.dish(line, void.qty));
        }
        rows.push(Row::Rule);
        if !void.reason.is_empty() {
            rows.push(text(&format!("{}: {}", self.words.reason, void.reason), CHANGE));
        }
        if !void.by.is_empty() {
            rows.push(text(&format!("{} {}", self.words.by, void.by), CHANGE));
        }
        rows.push(columns(self.station(&void.ticket.station), &void.ticket.fired_text, Style::plain()));
        rows.push(Row::Cut);
        Slip::new(SlipKind::Void, rows)
    }

    /// Table and number as large as the paper allows; below, who brings it and since when it is wanted.
    fn whose(&self, ticket: &KitchenTicket, at: &str) -> Vec<Row> {
        let place = match ticket.kind {
            CheckKind::Takeaway => self.words.takeaway.to_owned(),
            CheckKind::DineIn if ticket.table.chars().all(|c| c.is_ascii_digit()) && !ticket.table.is_empty() => {
                format!("{} {}", self.words.table, ticket.table)
            }
            CheckKind::DineIn => ticket.table.clone(),
        };
        let huge = Style::plain().bold().size(Size::Triple);
        let covers = if ticket.covers > 0 { format!("{} {}", ticket.covers, self.words.covers) } else { String::new() };
        let mut rows = vec![columns(&place, &ticket.number.to_string(), huge)];
        if !ticket.name.is_empty() {
            rows.push(text(&ticket.name, DISH));
        }
        rows.push(columns(&joined(&[&ticket.waiter, &covers]), at, CHANGE));
        rows.push(Row::DoubleRule);
        rows
    }

    fn dish(&self, line: &TicketLine, qty: u32) -> Vec<Row> {
        let name = if line.portion.is_empty() { line.name.clone() } else { format!("{} {}", line.name, line.portion) };
        if qty == 0 {
            // Taken back before this paper was printed: said, not left out, because a paper with it may hang already.
            let gone = format!("{} {} × {name}", self.words.void, line.voided);
            return vec![text(&gone, DISH.inverse())];
        }
        let seat = (line.seat > 0).then(|| format!("{}{}", self.words.seat, line.seat));
        let mut rows = vec![Row::Item { qty: qty.to_string(), name, amount: seat, indent: 0, style: DISH }];
        for option in &line.options {
            let style = if option.component { CHANGE.bold() } else { CHANGE };
            rows.push(item("", &option.name, option.depth + 1, style));
        }
        if !line.note.is_empty() {
            rows.push(item("", &format!("» {}", line.note), 1, CHANGE.bold()));
        }
        if !line.allergy.is_empty() {
            rows.push(text(&format!("{}: {}", self.words.allergy, line.allergy), DISH.inverse()));
        }
        rows
    }

    fn station<'a>(&'a self, id: &'a StationId) -> &'a str {
        self.settings.station(id).map_or(id.0.as_str(), |station| station.name.get(self.language))
    }
}
