//! What must be printed where because of a command: pure, so that paper can be tested without a printer.

use serde::{Deserialize, Serialize};

use crate::{
    check::Check,
    clock::Moment,
    command::Command,
    conflict::How,
    decide::Context,
    event::{Entry, Event, Tender, Void},
    ids::*,
    restaurant::Restaurant,
    shift::ZReport,
    view::{CheckView, KitchenTicket, SlipKind, VoidSlip, check_view, ticket, void_slips},
};

/// One slip to be laid out and printed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SlipOrder {
    pub printer: PrinterId,
    /// Where it goes, marked, when `printer` cannot print.
    pub backup: Option<PrinterId>,
    pub kind: SlipKind,
    pub check: Option<CheckId>,
    /// For the ledger: "12 · B17 · Grill".
    pub title: String,
    pub content: SlipContent,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SlipContent {
    Ticket(KitchenTicket),
    Void(VoidSlip),
    /// `copy` 0 is the original.
    Receipt {
        check: Box<CheckView>,
        copy: u32,
    },
    /// Given back: the receipt of a refund.
    Refund {
        check: Box<CheckView>,
        refund: PaymentId,
    },
    Bill {
        check: Box<CheckView>,
    },
    /// An X (`n` 0) or Z.
    Report(Box<ZReport>),
    /// Kick the drawer, no paper.
    Drawer,
    Test,
}

/// The slips that follow from a command's events. `restaurant` is the state after them.
pub fn slips_for(restaurant: &Restaurant, command: &Command, context: &Context, events: &[Event]) -> Vec<SlipOrder> {
    let Context { id, now, letter, .. } = *context;
    let Some(desk) = Desk::new(restaurant, id, now) else { return Vec::new() };
    let mut slips: Vec<SlipOrder> = desk.told_once(events).flat_map(|event| desk.of_event(event)).collect();
    match command {
        Command::PrintX => {
            let day = restaurant.business_day(now);
            let x = restaurant.x_report(day, letter, now);
            slips.extend(desk.at_receipt_printer(SlipKind::Report, None, "X".into(), SlipContent::Report(Box::new(x))));
        }
        Command::TestPrint { printer } => slips.push(SlipOrder {
            printer: printer.clone(),
            backup: None,
            kind: SlipKind::Test,
            check: None,
            title: "Test".into(),
            content: SlipContent::Test,
        }),
        _ => {}
    }
    slips
}

/// The kitchen's slips of an entry, at whichever terminal has the duty to make them. `restaurant` is the state after it.
pub fn kitchen_slips_of(restaurant: &Restaurant, entry: &Entry) -> Vec<SlipOrder> {
    let Some(desk) = Desk::new(restaurant, entry.cmd, entry.moment()) else { return Vec::new() };
    let events = desk.told_once(&entry.events).filter(|event| is_for_the_kitchen(event));
    events.flat_map(|event| desk.of_event(event)).collect()
}

/// Whether an event has slips that go to stations, not to the guest or the drawer.
pub fn is_for_the_kitchen(event: &Event) -> bool {
    match event {
        Event::Fired { .. } => true,
        Event::LineVoided { void, .. } => void.fired,
        _ => false,
    }
}

impl SlipContent {
    /// The station a kitchen slip is for.
    pub fn station(&self) -> Option<&StationId> {
        match self {
            SlipContent::Ticket(ticket) => Some(&ticket.station),
            SlipContent::Void(void) => Some(&void.ticket.station),
            _ => None,
        }
    }
}

struct Desk<'a> {
    restaurant: &'a Restaurant,
    settings: &'a crate::settings::Settings,
    id: CommandId,
    now: Moment,
}

impl<'a> Desk<'a> {
    fn new(restaurant: &'a Restaurant, id: CommandId, now: Moment) -> Option<Self> {
        Some(Self { restaurant, settings: restaurant.settings()?, id, now })
    }

    /// The lines of one bill may be fired in several events, because they belong to checks that were merged; the kitchen
    /// gets them on one ticket.
    fn told_once<'e>(&self, events: &'e [Event]) -> impl Iterator<Item = &'e Event> + use<'e, 'a> {
        let restaurant = self.restaurant;
        let bill = move |event: &Event| match event {
            Event::Fired { check, .. } => restaurant.whole(*check).map(|c| c.id),
            _ => None,
        };
        let again = move |i: usize, event: &Event| {
            let fired = bill(event);
            fired.is_some() && events[..i].iter().any(|before| bill(before) == fired)
        };
        events.iter().enumerate().filter(move |(i, event)| !again(*i, event)).map(|(_, event)| event)
    }

    fn of_event(&self, event: &Event) -> Vec<SlipOrder> {
        match event {
            Event::Fired { check, .. } => self.with(check, |c| self.tickets(c)),
            Event::LineVoided { check, line, void } if void.fired => self.with(check, |c| self.voids(c, *line, void)),
            Event::ConflictSettled { check: Some(check), line: Some(line), how: How::TellKitchen, .. } => {
                self.with(check, |c| self.void_unseen(c, *line))
            }
            Event::ReceiptPrinted { check, copy } => self.with(check, |c| {
                let content = SlipContent::Receipt { check: Box::new(check_view(self.restaurant, c)), copy: *copy };
                self.at_receipt_printer(SlipKind::Receipt, Some(c), String::new(), content)
            }),
            Event::PaymentRefunded { check, refund } => self.with(check, |c| {
                let content = SlipContent::Refund { check: Box::new(check_view(self.restaurant, c)), refund: self.id };
                let drawer =
                    matches!(c.payments.get(&refund.payment).map(|p| &p.what.tender), Some(Tender::Cash { .. }));
                let paper = refund.receipt.map(|_| content);
                let paper = paper.and_then(|p| self.at_receipt_printer(SlipKind::Receipt, Some(c), "-".into(), p));
                paper.into_iter().chain(drawer.then(|| self.drawer()).flatten()).collect::<Vec<_>>()
            }),
            Event::BillPrinted { check } => self.with(check, |c| {
                let content = SlipContent::Bill { check: Box::new(check_view(self.restaurant, c)) };
                self.at_receipt_printer(SlipKind::Bill, Some(c), String::new(), content)
            }),
            Event::PaymentTaken { payment, .. } if matches!(payment.tender, Tender::Cash { .. }) => {
                self.drawer().into_iter().collect()
            }
            Event::DrawerMoved { .. } => self.drawer().into_iter().collect(),
            Event::DayClosed { z } => {
                let content = SlipContent::Report(z.clone());
                self.at_receipt_printer(SlipKind::Report, None, format!("Z {}", z.n), content).into_iter().collect()
            }
            _ => Vec::new(),
        }
    }

    fn with<I: IntoIterator<Item = SlipOrder>>(
        &self,
        id: &CheckId,
        slips: impl FnOnce(&'a Check) -> I,
    ) -> Vec<SlipOrder> {
        self.restaurant.whole(*id).map(|c| slips(c).into_iter().collect()).unwrap_or_default()
    }

    fn tickets(&self, check: &Check) -> Vec<SlipOrder> {
        let Some(fire) = check.fires.get(&self.id) else { return Vec::new() };
        let stations = fire.stations();
        let tickets = stations.iter().filter_map(|s| ticket(self.restaurant, check, self.id, s));
        tickets
            .filter_map(|t| self.at_station(SlipKind::Ticket, check, t.station.clone(), SlipContent::Ticket(t)))
            .collect()
    }

    fn voids(&self, check: &Check, line: LineId, void: &Void) -> Vec<SlipOrder> {
        let slips = void_slips(self.restaurant, check, line, void, self.now).into_iter();
        slips
            .filter_map(|v| self.at_station(SlipKind::Void, check, v.ticket.station.clone(), SlipContent::Void(v)))
            .collect()
    }

    /// What was voided by somebody who did not know that it had been fired.
    fn void_unseen(&self, check: &Check, line: LineId) -> Vec<SlipOrder> {
        let voids = check.lines.get(&line).into_iter().flat_map(|l| l.voids.values()).filter(|v| !v.what.fired);
        voids.flat_map(|v| self.voids(check, line, &v.what)).collect()
    }

    fn at_station(&self, kind: SlipKind, check: &Check, station: StationId, content: SlipContent) -> Option<SlipOrder> {
        let station = self.settings.station(&station)?;
        let name = station.name.get(&self.settings.kitchen_language);
        Some(SlipOrder {
            printer: station.printer.clone()?,
            backup: station.backup_printer.clone(),
            kind,
            check: Some(check.id),
            title: self.title(check, name),
            content,
        })
    }

    fn at_receipt_printer(
        &self,
        kind: SlipKind,
        check: Option<&Check>,
        what: String,
        content: SlipContent,
    ) -> Option<SlipOrder> {
        Some(SlipOrder {
            printer: self.settings.receipt_printer.clone()?,
            backup: None,
            kind,
            check: check.map(|c| c.id),
            title: check.map_or(what.clone(), |c| self.title(c, &what)),
            content,
        })
    }

    fn drawer(&self) -> Option<SlipOrder> {
        let id = self.settings.receipt_printer.as_ref()?;
        self.settings.printers.iter().find(|p| p.id == *id && p.has_drawer)?;
        self.at_receipt_printer(SlipKind::Drawer, None, String::new(), SlipContent::Drawer)
    }

    fn title(&self, check: &Check, what: &str) -> String {
        let table = check.table_now().and_then(|id| self.restaurant.floor()?.table(id)).map(|t| t.label.clone());
        let parts = [table.unwrap_or_default(), check.number().to_string(), what.to_owned()];
        parts.iter().filter(|p| !p.is_empty()).cloned().collect::<Vec<_>>().join(" · ")
    }
}
