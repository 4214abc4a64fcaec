//! What the terminal tells: the door, the configuration, and the stream of changes.

use std::rc::Rc;

use domain::{
    ids::CheckId,
    query::{Query, Update, View},
    rejection::{Refusal, Rejection},
    view::{KitchenTicket, WorksView},
};

use super::{App, Link, NoAnswer};
use crate::{
    backend::{Heard, Stream},
    browser,
    route::Route,
};

/// Bumped tickets kept for recall.
const MAX_DONE: usize = 12;
/// Pause before asking again for something the page cannot do without, in milliseconds.
const ASK_AGAIN_MS: u32 = 1_000;
/// How long changes are collected before the tray and a page's figures are asked for anew, in milliseconds.
const LOOK_PAUSE_MS: u32 = 1_500;

impl App {
    /// Asks who may come in; the first thing a screen does.
    pub(crate) fn knock(&self) {
        let app = self.clone();
        self.ask(
            Query::Door,
            yew::Callback::from(move |answer| match answer {
                Ok(View::Door(door)) => {
                    let set_up = door.store.is_some();
                    app.change(|s| {
                        s.door = Some(door);
                        s.link = Link::Live;
                    });
                    if !set_up {
                        app.open_instead(&Route::SetUp);
                    } else if app.token().is_some() && app.me().is_none() {
                        app.recognise();
                    }
                }
                // Where to go from there is decided where refusals are read.
                Err(NoAnswer::Refused(Refusal {
                    why: Rejection::NewDevice | Rejection::SetUpElsewhere | Rejection::OnlyProtected,
                    ..
                })) => {}
                _ => app.again(App::knock),
            }),
        );
    }

    fn again(&self, what: impl Fn(&App) + 'static) {
        self.change(|s| {
            if s.link == Link::Live || s.link == Link::Joining {
                s.link = Link::Down { since: browser::now() };
            }
        });
        let app = self.clone();
        gloo_timers::callback::Timeout::new(ASK_AGAIN_MS, move || what(&app)).forget();
    }

    /// Whose token does this screen hold?
    fn recognise(&self) {
        let app = self.clone();
        self.ask(
            Query::WhoAmI,
            yew::Callback::from(move |answer| match answer {
                Ok(View::WhoAmI(Some(person))) => {
                    app.change(|s| s.me = Some(person));
                    app.begin();
                }
                Ok(_) | Err(NoAnswer::Refused(_)) => {
                    if app.token().is_some() {
                        app.lock();
                    }
                }
                Err(NoAnswer::Lost) => app.again(App::recognise),
            }),
        );
    }

    /// Locks the screen when its sign-in is good no more; a device that was shut out is told so by the same question.
    fn am_i_known(&self) {
        let app = self.clone();
        let answered = move |answer| {
            if matches!(answer, Ok(View::WhoAmI(None))) && app.me().is_some() {
                app.lock();
            }
        };
        self.ask(Query::WhoAmI, yew::Callback::from(answered));
    }

    /// Signed in: fetch what work needs and listen for changes.
    pub(crate) fn begin(&self) {
        self.fetch_config();
        self.take_up_unsent();
        let Some(token) = self.token() else { return };
        if let Some(old) = self.inner.stream.borrow_mut().take() {
            old.leave();
        }
        let app = self.clone();
        let heard = yew::Callback::from(move |heard| app.heard(heard));
        let stream = Stream::join(self.inner.backend, token, self.wants(), heard);
        *self.inner.stream.borrow_mut() = Some(stream);
        self.fetch_floor();
        self.listen();
    }

    fn heard(&self, heard: Heard) {
        match heard {
            Heard::Joined => self.change(|s| s.link = Link::Live),
            Heard::Moved => self.moved(),
            Heard::Broke => {
                // A terminal that answers and takes no line may not know this person or this screen any more.
                if matches!(self.state().link, Link::Down { .. }) {
                    self.am_i_known();
                }
                self.change(|s| {
                    if !matches!(s.link, Link::Down { .. }) {
                        s.link = Link::Down { since: browser::now() };
                    }
                });
                self.look_again_soon();
            }
            Heard::Update(update) => {
                self.inner.state.borrow_mut().heard_at = browser::now();
                self.updated(*update);
            }
        }
    }

    fn updated(&self, update: Update) {
        match update {
            Update::Start { .. } => {
                self.pump();
                self.refresh();
            }
            Update::Card(card) => {
                self.change(|s| s.cards.insert(card.check, card));
                self.look_soon();
            }
            Update::CardGone(check) => {
                self.change(|s| s.cards.remove(&check));
                self.look_soon();
            }
            Update::Facts(facts) => self.change(|s| {
                s.missing.remove(&facts.id);
                s.mirror.confirm(*facts);
            }),
            Update::Ticket(ticket) => self.change(|s| s.note_ticket(ticket)),
            Update::TicketGone { check, fire, station } => self.change(|s| {
                s.tickets.remove(&(check, fire, station));
            }),
            Update::Stock { item, left } => self.change(|s| s.mirror.set_stock(&item, left)),
            Update::Config { .. } | Update::Menu(_) => {
                self.fetch_config();
                self.look_soon();
            }
            Update::Slip(slip) => self.change(|s| s.note_slip(slip)),
            Update::Printer(printer) => self.change(|s| {
                s.printers.insert(printer.printer.clone(), printer);
            }),
            Update::Works(works) => self.note_works(works),
            Update::DayClosed { .. } => self.look_soon(),
            Update::Beat | Update::Elsewhere(_) => {}
        }
    }

    /// Asks everything anew after a gap.
    fn refresh(&self) {
        self.fetch_floor();
        self.fetch_paper();
        self.fetch_works();
        self.fetch_tray();
        self.change(|s| s.looked += 1);
        if self.state().config.is_some() {
            self.fetch_config();
        }
        if matches!(self.state().route, Route::Kitchen(_)) {
            // What hangs there stays until it is known anew.
            self.fetch_kitchen();
        } else {
            self.change(|s| s.kitchen_known = false);
        }
        self.listen();
    }

    pub(crate) fn fetch_config(&self) {
        let app = self.clone();
        self.ask(
            Query::Config,
            yew::Callback::from(move |answer| match answer {
                Ok(View::Config(config)) => {
                    App::format_by(&config);
                    app.change(|s| {
                        (s.skew, s.offset) = (config.now - browser::now(), config.offset);
                        s.mirror.configure(&config);
                        s.config = Some(Rc::new(*config));
                    });
                }
                Err(NoAnswer::Lost) if app.me().is_some() => app.again(App::fetch_config),
                _ => {}
            }),
        );
    }

    pub(crate) fn fetch_floor(&self) {
        let app = self.clone();
        self.ask(
            Query::Floor,
            yew::Callback::from(move |answer| match answer {
                Ok(View::Floor(floor)) => app.change(|s| {
                    s.floor_known = true;
                    s.cards = floor.cards.into_iter().map(|c| (c.check, c)).collect();
                }),
                Err(NoAnswer::Lost) if app.me().is_some() => app.again(App::fetch_floor),
                _ => {}
            }),
        );
    }

    fn fetch_paper(&self) {
        let app = self.clone();
        let printers = yew::Callback::from(move |answer| {
            if let Ok(View::Printers(printers)) = answer {
                app.change(|s| s.printers = printers.into_iter().map(|p| (p.printer.clone(), p)).collect());
            }
        });
        self.ask(Query::Printers, printers);
        let app = self.clone();
        let slips = yew::Callback::from(move |answer| {
            if let Ok(View::Slips(slips)) = answer {
                app.change(|s| {
                    s.slips.clear();
                    slips.into_iter().for_each(|slip| s.note_slip(slip));
                });
            }
        });
        self.ask(Query::Slips, slips);
    }

    fn note_works(&self, works: WorksView) {
        self.change(|s| s.works = Some((Rc::new(works), browser::now())));
    }

    fn fetch_works(&self) {
        let app = self.clone();
        self.ask(
            Query::Works,
            yew::Callback::from(move |answer| {
                if let Ok(View::Works(works)) = answer {
                    app.note_works(works);
                }
            }),
        );
    }

    pub(crate) fn fetch_tray(&self) {
        let app = self.clone();
        self.ask(
            Query::Tray,
            yew::Callback::from(move |answer| {
                if let Ok(View::Tray(tray)) = answer {
                    app.change(|s| s.tray = Some(Rc::new(tray)));
                }
            }),
        );
    }

    /// Looks in a moment at what changed: what a busy service changes is collected into one look.
    fn look_soon(&self) {
        if std::mem::replace(&mut self.inner.state.borrow_mut().look_due, true) {
            return;
        }
        let app = self.clone();
        let look = move || {
            app.inner.state.borrow_mut().look_due = false;
            if app.me().is_some() {
                app.change(|s| s.looked += 1);
                app.fetch_tray();
            }
        };
        gloo_timers::callback::Timeout::new(LOOK_PAUSE_MS, look).forget();
    }

    pub(crate) fn fetch_check(&self, check: CheckId) {
        let app = self.clone();
        self.ask(
            Query::CheckFacts { check },
            yew::Callback::from(move |answer| match answer {
                Ok(View::CheckFacts(facts)) => app.change(|s| {
                    s.missing.remove(&check);
                    s.mirror.confirm(*facts);
                }),
                // A check opened a moment ago may still be on its way.
                Err(NoAnswer::Refused(_)) => app.change(|s| {
                    if !s.mirror.is_waiting(check) {
                        s.missing.insert(check);
                    }
                }),
                _ => {}
            }),
        );
    }

    pub(crate) fn fetch_kitchen(&self) {
        let app = self.clone();
        self.ask(
            Query::Kitchen { station: None },
            yew::Callback::from(move |answer| {
                if let Ok(View::Kitchen(kitchen)) = answer {
                    app.change(|s| {
                        s.kitchen_known = true;
                        s.tickets = kitchen.tickets.into_iter().map(|t| (key(&t), t)).collect();
                        s.done_tickets = kitchen.done;
                    });
                }
            }),
        );
    }
}

fn key(ticket: &KitchenTicket) -> super::state::TicketKey {
    (ticket.check, ticket.fire, ticket.station.clone())
}

impl super::State {
    /// Takes over a ticket as it is now: on the board, or among the last bumped.
    pub fn note_ticket(&mut self, ticket: KitchenTicket) {
        let key = key(&ticket);
        self.done_tickets.retain(|t| self::key(t) != key);
        if ticket.done {
            self.tickets.remove(&key);
            self.done_tickets.insert(0, ticket);
            self.done_tickets.truncate(MAX_DONE);
        } else {
            self.tickets.insert(key, ticket);
        }
    }
}
