//! Taps on their way: shown at once, sent in order, sent again until answered. Their ids make every repetition harmless.

use std::rc::Rc;

use domain::{
    command::{Approval, Command, Envelope},
    ids::CommandId,
    query::{Done, Outcome},
    rejection::{Refusal, Rejection},
};
use gloo_timers::callback::Timeout;
use yew::Callback;

use super::{App, ApprovalAsk, Link, PROTECT, State, state::Waiting, status};
use crate::{browser, i18n, mirror::check_of, route::Route, t};

/// Envelopes sent together.
pub(super) const BATCH: usize = 64;
/// Taps kept while the terminal does not answer; beyond it a tap is refused rather than forgotten.
const MAX_WAITING: usize = 500;
/// Taps that were answered are kept for so long, in milliseconds, and at most so many: a terminal tells the others within
/// a fraction of a second.
const ANSWERED_KEPT_MS: i64 = 10_000;
const MAX_ANSWERED: usize = 32;
/// While the line is down ages are drawn this often.
const COUNT_MS: u32 = 1_000;
const FIRST_PAUSE_MS: u32 = 200;
const LONGEST_PAUSE_MS: u32 = 4_000;
/// Taps not answered yet, kept over a reload of the page.
const UNSENT: &str = "comanda.unsent";

impl App {
    /// Does something: shown within this frame, sent behind it. Answers with the command's id, which names what it makes.
    pub fn send(&self, command: Command) -> CommandId {
        self.send_then(command, Callback::noop())
    }

    /// As [`App::send`]; `then` hears the terminal's answer. A refusal is already said to the person.
    pub fn send_then(&self, command: Command, then: Callback<Result<Done, Refusal>>) -> CommandId {
        self.put(command, None, then)
    }

    /// As [`App::send_then`] with a colleague's permission.
    pub fn send_approved(
        &self,
        command: Command,
        approval: Approval,
        then: Callback<Result<Done, Refusal>>,
    ) -> CommandId {
        self.put(command, Some(approval), then)
    }

    fn put(&self, command: Command, approval: Option<Approval>, then: Callback<Result<Done, Refusal>>) -> CommandId {
        let id = self.next_id();
        let want_check = command.check().is_some() || matches!(command, Command::OpenCheck { .. });
        let envelope = Envelope { id, command, approval, want_check, again: false };
        // A kitchen screen bumps checks it holds no facts of; the terminal alone can judge those.
        let opens = matches!(envelope.command, Command::OpenCheck { .. });
        let predicts = opens || check_of(&envelope).is_some_and(|check| self.state().mirror.knows(check));
        if predicts {
            let hand = self.hand();
            let believed = self.change(|s| s.mirror.predict(&envelope, hand));
            if let Err(why) = believed {
                self.refused(&envelope, own(why), &then);
                return id;
            }
        }
        if self.state().outbox.len() >= MAX_WAITING {
            self.change(|s| s.mirror.answered(id));
            self.refused(&envelope, own(Rejection::Busy), &then);
            return id;
        }
        self.change(|s| s.outbox.push_back(Waiting { envelope, then, sent: false, replayed: false }));
        self.keep_unsent();
        self.pump();
        id
    }

    /// Sends what waits, unless something is being sent already.
    pub(crate) fn pump(&self) {
        let (batch, moves): (Vec<Envelope>, u32) = {
            let mut state = self.inner.state.borrow_mut();
            if state.sending || state.outbox.is_empty() {
                return;
            }
            state.sending = true;
            state.sent_at = browser::now();
            let sent = state.outbox.iter_mut().take(BATCH);
            let batch = sent.map(|w| {
                w.sent = true;
                w.envelope.clone()
            });
            (batch.collect(), state.moves)
        };
        self.look_again_soon();
        let app = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            // Envelopes are plain data; writing them as JSON cannot fail.
            let body = serde_json::to_string(&batch).unwrap_or_default();
            let token = app.token();
            let answer = app.inner.backend.dispatch(&body, token.as_deref()).await;
            // What the terminal before still answers is asked of the one after anyway.
            if app.state().moves != moves {
                return;
            }
            let outcomes = answer.ok().and_then(|text| (app.inner.program.outcomes)(&text));
            match outcomes.filter(|o| o.len() == batch.len()) {
                Some(outcomes) => app.answered(outcomes),
                None => app.lost(),
            }
        });
    }

    /// Draws once more when a silence has become worth a word, so that the header does not wait for the next minute.
    pub(crate) fn look_again_soon(&self) {
        let app = self.clone();
        let look = move || {
            app.inner.redraw.emit(());
            // How old things are is counted while the line is down.
            if matches!(app.state().link, Link::Down { .. }) && app.me().is_some() && !app.state().counting {
                app.inner.state.borrow_mut().counting = true;
                app.count();
            }
        };
        Timeout::new(status::SILENCE_MS + 100, look).forget();
    }

    fn count(&self) {
        let app = self.clone();
        let again = move || {
            if matches!(app.state().link, Link::Down { .. }) {
                app.inner.redraw.emit(());
                app.count();
            } else {
                app.inner.state.borrow_mut().counting = false;
            }
        };
        Timeout::new(COUNT_MS, again).forget();
    }

    /// The terminal is another one now. What the one before may have done is sent again under its old ids, first what it
    /// answered a moment ago: it may have died before anybody else heard of it.
    pub(crate) fn moved(&self) {
        self.change(|s| {
            s.moves += 1;
            s.sending = false;
            for waiting in s.outbox.iter_mut().filter(|w| w.sent) {
                waiting.envelope.again = true;
            }
            let since = browser::now() - ANSWERED_KEPT_MS;
            for (mut envelope, at) in s.answered.drain(..).rev() {
                if at >= since {
                    envelope.again = true;
                    s.outbox.push_front(Waiting { envelope, then: Callback::noop(), sent: true, replayed: true });
                }
            }
        });
    }

    fn lost(&self) {
        let pause = self.change(|s| {
            s.sending = false;
            if !matches!(s.link, Link::Down { .. }) {
                s.link = Link::Down { since: browser::now() };
            }
            s.pause = (s.pause * 2).clamp(FIRST_PAUSE_MS, LONGEST_PAUSE_MS);
            s.pause
        });
        self.look_again_soon();
        let app = self.clone();
        Timeout::new(pause, move || app.pump()).forget();
    }

    fn answered(&self, outcomes: Vec<Outcome>) {
        let answers: Vec<(Waiting, Outcome)> = self.change(|s| {
            (s.sending, s.pause, s.link) = (false, 0, Link::Live);
            let n = outcomes.len();
            s.outbox.drain(..n).zip(outcomes).collect()
        });
        self.keep_unsent();
        for (waiting, outcome) in answers {
            match outcome {
                Outcome::Done(mut done) => {
                    let facts = done.facts.take();
                    self.change(|s| {
                        s.note_answered(&waiting);
                        if let Some(facts) = facts {
                            s.mirror.confirm(*facts);
                        }
                        s.mirror.answered(waiting.envelope.id);
                    });
                    // Whoever changes their own PIN is given a sign-in for the new one.
                    if let Some(new) = done.signed_in.clone().filter(|_| self.me().is_some()) {
                        self.signed_in(new.token, new.person);
                    }
                    waiting.then.emit(Ok(*done));
                }
                Outcome::Refused(refusal) => {
                    self.change(|s| s.mirror.answered(waiting.envelope.id));
                    // It was accepted once; what comes of it, the terminal that did it tells when it is back.
                    if waiting.replayed {
                        continue;
                    }
                    self.refused(&waiting.envelope, refusal, &waiting.then);
                }
            }
        }
        self.pump();
        self.go_over();
    }

    /// A refusal undoes the tap with one sentence; where a colleague can help, it asks for one instead.
    fn refused(&self, envelope: &Envelope, refusal: Refusal, then: &Callback<Result<Done, Refusal>>) {
        match &refusal.why {
            Rejection::NeedsApproval { needs } => {
                let ask = ApprovalAsk { command: Rc::new(envelope.command.clone()), needs: *needs, then: then.clone() };
                return self.change(|s| s.approval = Some(ask));
            }
            // Whoever entered a PIN is told at the pad.
            Rejection::WrongPin { .. } | Rejection::TooManyTries { .. } => {}
            Rejection::NotSignedIn if self.me().is_some() => self.lock(),
            Rejection::NewDevice | Rejection::SetUpElsewhere => self.unknown_here(),
            Rejection::OnlyProtected => browser::leave_for(PROTECT),
            Rejection::TableTaken { check, .. } | Rejection::CheckMerged { check, .. } => {
                let (app, check) = (self.clone(), *check);
                let show = Callback::from(move |()| app.open_instead(&Route::Order(check)));
                self.say(self.words_for(&refusal), true, Some((t!("show_it"), show)));
            }
            _ => self.say(self.words_for(&refusal), true, None),
        }
        then.emit(Err(refusal));
    }

    /// A refusal in this screen's language, with items by name.
    pub fn words_for(&self, refusal: &Refusal) -> String {
        let state = self.state();
        i18n::refusal::sentence(refusal, |item| state.item_name(item))
    }

    /// Writes down what is not answered yet. PINs are never written down.
    fn keep_unsent(&self) {
        // At most what one sending may hold, so that the next page can deliver it in one.
        let unsent: Vec<Envelope> =
            self.state().outbox.iter().map(|w| w.envelope.clone()).filter(may_keep).take(BATCH).collect();
        if unsent.is_empty() {
            browser::forget(UNSENT);
        } else {
            browser::remember(UNSENT, &serde_json::to_string(&unsent).unwrap_or_default());
        }
    }

    /// After a reload: what the page before could not deliver goes first, as it was written down, under its old ids.
    pub(crate) fn take_up_unsent(&self) {
        if std::mem::replace(&mut self.inner.state.borrow_mut().taken_up, true) {
            return;
        }
        let Some(kept) = browser::remembered(UNSENT).filter(|text| text.len() > 2) else { return };
        self.change(|s| (s.sending, s.sent_at) = (true, browser::now()));
        self.deliver(kept);
    }

    fn deliver(&self, kept: String) {
        let app = self.clone();
        wasm_bindgen_futures::spawn_local(async move {
            let token = app.token();
            match app.inner.backend.dispatch(&kept, token.as_deref()).await {
                // Whatever was decided, it was decided once; the pages show it from the terminal's own word.
                Ok(_) => {
                    app.change(|s| (s.sending, s.link) = (false, Link::Live));
                    app.keep_unsent();
                    app.pump();
                    app.go_over();
                }
                Err(_) => {
                    let again = app.clone();
                    Timeout::new(LONGEST_PAUSE_MS, move || again.deliver(kept)).forget();
                }
            }
        });
    }
}

impl State {
    /// Keeps what was just done for a moment, in case its terminal dies before it told anybody.
    fn note_answered(&mut self, waiting: &Waiting) {
        let now = browser::now();
        self.answered.retain(|(_, at)| *at >= now - ANSWERED_KEPT_MS);
        if may_keep(&waiting.envelope) && waiting.envelope.command != Command::SignOut {
            self.answered.push_back((waiting.envelope.clone(), now));
        }
        while self.answered.len() > MAX_ANSWERED {
            self.answered.pop_front();
        }
    }
}

/// This screen's own "no": said in its language, so the terminal's English need not be loaded.
pub(super) fn own(why: Rejection) -> Refusal {
    Refusal { why, message: String::new() }
}

pub(super) fn may_keep(envelope: &Envelope) -> bool {
    use Command::{LetThisDeviceIn, SetMember, SetUp, SignIn};
    let secret = matches!(envelope.command, SignIn { .. } | SetUp { .. } | SetMember { .. } | LetThisDeviceIn { .. });
    !secret && envelope.approval.is_none()
}
