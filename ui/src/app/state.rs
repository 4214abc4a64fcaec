//! Everything this screen knows.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use domain::{
    clock::{Millis, Moment},
    command::{Command, Envelope},
    ids::*,
    query::Done,
    rejection::Refusal,
    staff::Permission,
    view::{
        CheckCard, ConfigView, ConflictView, DoorView, KitchenTicket, Person, PrinterView, SlipState, SlipView,
        WorksView,
    },
};
use yew::Callback;

use crate::{app::App, browser, i18n::Language, mirror::Mirror, route::Route, theme::Theme};

/// How the line to the terminal is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Link {
    /// Not joined yet.
    Joining,
    Live,
    /// Broken since this moment of this device's clock.
    Down {
        since: Millis,
    },
}

/// A short message at the foot of the page.
#[derive(Clone, PartialEq)]
pub struct Toast {
    pub n: u64,
    pub words: String,
    pub refused: bool,
    pub act: Option<(String, Callback<()>)>,
}

/// A command that waits for somebody with the permission.
#[derive(Clone)]
pub struct ApprovalAsk {
    pub command: Rc<Command>,
    pub needs: Permission,
    pub then: Callback<Result<Done, Refusal>>,
}

impl PartialEq for ApprovalAsk {
    fn eq(&self, other: &ApprovalAsk) -> bool {
        Rc::ptr_eq(&self.command, &other.command)
    }
}

/// A tap on its way, with whoever waits for its answer.
pub struct Waiting {
    pub envelope: Envelope,
    pub then: Callback<Result<Done, Refusal>>,
    /// It set out at least once.
    pub sent: bool,
    /// It was answered by a terminal that is gone.
    pub replayed: bool,
}

/// A ticket's name: one fire at one station.
pub type TicketKey = (CheckId, FireId, StationId);

pub struct State {
    pub session: Session,
    pub counter: u32,
    pub token: Option<String>,
    pub door: Option<DoorView>,
    pub me: Option<Person>,
    pub config: Option<Rc<ConfigView>>,
    pub mirror: Mirror,
    pub cards: BTreeMap<CheckId, CheckCard>,
    pub floor_known: bool,
    pub tickets: BTreeMap<TicketKey, KitchenTicket>,
    /// Bumped lately, newest first.
    pub done_tickets: Vec<KitchenTicket>,
    pub kitchen_known: bool,
    pub printers: BTreeMap<PrinterId, PrinterView>,
    /// Slips that are not on paper.
    pub slips: BTreeMap<u64, SlipView>,
    /// What works right now, as the terminal said last, and when that was by this device's clock.
    pub works: Option<(Rc<WorksView>, Millis)>,
    /// What somebody must sort out; nothing before it was asked for.
    pub tray: Option<Rc<Vec<ConflictView>>>,
    /// What changed is looked at in a moment.
    pub look_due: bool,
    /// How often it was.
    pub looked: u32,
    pub link: Link,
    pub outbox: VecDeque<Waiting>,
    pub sending: bool,
    /// When the taps being sent set out, by this device's clock.
    pub sent_at: Millis,
    /// Taps answered a moment ago, with when that was by this device's clock.
    pub answered: VecDeque<(Envelope, Millis)>,
    /// How often this page went over to another terminal.
    pub moves: u32,
    /// When the terminal was last heard, by this device's clock.
    pub heard_at: Millis,
    /// Ages are being drawn anew.
    pub counting: bool,
    /// What the page before left behind has been looked for.
    pub taken_up: bool,
    /// The other program is being fetched.
    pub going: bool,
    /// Pause before the next try, in milliseconds.
    pub pause: u32,
    /// Checks asked for and not known to the terminal.
    pub missing: BTreeSet<CheckId>,
    pub toasts: Vec<Toast>,
    pub toast_n: u64,
    pub approval: Option<ApprovalAsk>,
    pub sheet_open: bool,
    /// The panel of what works is shown.
    pub works_open: bool,
    pub route: Route,
    pub before: Route,
    pub theme: Theme,
    pub language: Language,
    /// The terminal's clock less this device's, in milliseconds.
    pub skew: Millis,
    pub offset: i16,
    /// Items added lately on this screen, newest first, for the "recent" row.
    pub recent: Vec<ItemId>,
}

impl State {
    pub fn new(session: Session, token: Option<String>) -> State {
        State {
            session,
            counter: 0,
            token,
            door: None,
            me: None,
            config: None,
            mirror: Mirror::new(Origin(session.0)),
            cards: BTreeMap::new(),
            floor_known: false,
            tickets: BTreeMap::new(),
            done_tickets: Vec::new(),
            kitchen_known: false,
            printers: BTreeMap::new(),
            slips: BTreeMap::new(),
            works: None,
            tray: None,
            look_due: false,
            looked: 0,
            link: Link::Joining,
            outbox: VecDeque::new(),
            sending: false,
            sent_at: 0,
            answered: VecDeque::new(),
            moves: 0,
            heard_at: browser::now(),
            counting: false,
            taken_up: false,
            going: false,
            pause: 0,
            missing: BTreeSet::new(),
            toasts: Vec::new(),
            toast_n: 0,
            approval: None,
            sheet_open: false,
            works_open: false,
            route: Route::read(&browser::hash()),
            before: Route::Floor,
            theme: Theme::remembered(),
            language: App::first_language(),
            skew: 0,
            offset: 0,
            recent: Vec::new(),
        }
    }

    pub fn now(&self) -> Moment {
        Moment { at: browser::now() + self.skew, offset: self.offset }
    }

    pub fn forget_person(&mut self) {
        (self.token, self.me, self.approval) = (None, None, None);
        (self.floor_known, self.kitchen_known) = (false, false);
        self.link = Link::Joining;
        (self.sheet_open, self.works_open, self.tray) = (false, false, None);
    }

    /// Notes how a slip is; only those that are not on paper are kept.
    pub fn note_slip(&mut self, slip: SlipView) {
        let well = matches!(slip.state, SlipState::Printed | SlipState::Dropped);
        if well {
            self.slips.remove(&slip.job)
        } else {
            self.slips.insert(slip.job, slip)
        };
    }

    /// The name of an item in this screen's language, or its id when the menu has changed.
    pub fn item_name(&self, id: &ItemId) -> String {
        self.config
            .as_ref()
            .and_then(|c| c.menu.item(id))
            .map_or_else(|| id.to_string(), |i| crate::i18n::words(&i.name))
    }

    pub fn staff_name(&self, id: &StaffId) -> String {
        self.config
            .as_ref()
            .and_then(|c| c.staff.iter().find(|m| m.id == *id))
            .map_or_else(String::new, |m| m.name.clone())
    }

    /// What people call a table; empty without one.
    pub fn table_label(&self, table: Option<&TableId>) -> String {
        let label = |t: &TableId| {
            self.config.as_ref().and_then(|c| c.floor.table(t)).map_or_else(|| t.to_string(), |t| t.label.clone())
        };
        table.map(label).unwrap_or_default()
    }
}
