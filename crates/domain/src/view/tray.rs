//! The conflict tray as staff read it: what clashes, in words and as data, and what one tap does about it.

mod merging;

use serde::{Deserialize, Serialize};

use crate::{
    check::Check,
    clock::Millis,
    command::{Command, NewChange, NewTender, Pick},
    conflict::{Clash, Conflict, Document, How},
    decide::needed_to_keep,
    event::{ChosenOption, LineChange, Part},
    ids::*,
    money::Money,
    restaurant::{Day, Restaurant},
    staff::Permission,
};

/// Why money goes back that was paid twice; stands on the refund.
const PAID_TWICE: &str = "paid twice";

/// One entry of the tray. Which of the words are there follows from the kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictView {
    pub id: ConflictId,
    pub kind: ConflictKind,
    /// One English sentence; the app says it in its own language by `kind` and what follows.
    pub message: String,
    pub checks: Vec<CheckId>,
    /// Of each of them; where a check was merged into several, one more: of the bill it is on now.
    pub numbers: Vec<GuestNumber>,
    /// Labels of tables.
    pub tables: Vec<String>,
    /// Names of people.
    pub people: Vec<String>,
    /// What is on the lines, with units: "2 Toast", in the store's language.
    pub lines: Vec<String>,
    pub receipts: Vec<ReceiptNumber>,
    /// Paid too much, or still owed.
    pub amount: Money,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Document>,
    /// The last time anybody did anything to it.
    pub since: Millis,
    /// What one must be allowed, or be lent, to lay it aside.
    pub needs: Permission,
    pub resolutions: Vec<Resolution>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConflictKind {
    MovedTwice,
    HandedOverTwice,
    SeatedTwice,
    FiredTwice,
    /// The voided line is not on the bill, but in the kitchen.
    VoidedWhileFired,
    /// The line is in the kitchen, so it is back on the bill.
    RemovedWhileFired,
    LineChangedTwice,
    SettledTwice,
    PaidTooMuch,
    PaidButOpen,
    GivenBackTwice,
    EditedAfterClosed,
    CancelledWhileUsed,
    MergedTwice,
    MergedInARound,
    MergedWhileSettled,
    MovedWhileMerged,
    ChangedTwice,
    DayClosedTwice,
}

/// One tap: commands to be sent together, in order.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resolution {
    pub label: Label,
    /// The table, person, number or wish the label names.
    pub what: String,
    pub amount: Money,
    pub commands: Vec<Command>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// They sit at `what`; empty is no table.
    SitAt,
    /// `what` serves them.
    ServedBy,
    /// Check `what` leaves the table.
    LeaveTable,
    /// What was merged is on the bill of check `what`.
    OnCheck,
    /// It stands on its own.
    OnItsOwn,
    /// Check `what`, whose money was taken along, is on that bill again.
    PutBack,
    /// Check `what`, on which there is nothing, is cancelled.
    Cancel,
    /// The second ticket leaves the board.
    DropTicket,
    /// It is voided; the kitchen is told.
    Void,
    TellKitchen,
    /// The guests want `what`.
    Want,
    /// `amount` of payment `what` goes back.
    GiveBack,
    CollectCash,
    CollectCard,
    TakeOff,
    OnTheHouse,
    /// Everything is paid: the check is settled.
    Settle,
    /// The version that stands at `what` holds; of a person, the one of that name.
    TakeVersion,
    /// It stays as it is.
    Keep,
}

/// Everything in the tray, money first, then the latest first.
pub fn tray(restaurant: &Restaurant) -> Vec<ConflictView> {
    let conflicts = restaurant.conflicts();
    let mut all: Vec<(bool, ConflictView)> =
        conflicts.iter().map(|c| (!c.clash.is_about_money(), Teller { restaurant }.view(c))).collect();
    all.sort_by(|(a, x), (b, y)| (a, -x.since, &x.id).cmp(&(b, -y.since, &y.id)));
    all.into_iter().map(|(_, view)| view).collect()
}

struct Teller<'a> {
    restaurant: &'a Restaurant,
}

impl Teller<'_> {
    fn view(&self, conflict: &Conflict) -> ConflictView {
        let checks = conflict.clash.checks();
        let found: Vec<&Check> = checks.iter().filter_map(|id| self.restaurant.check(*id)).collect();
        let closed = |day: &Day| day.closings.values().map(|z| z.at).max();
        let since = match &conflict.clash {
            Clash::DayClosedTwice { day, .. } => self.restaurant.days.get(day).and_then(closed).unwrap_or(0),
            _ => found.iter().map(|c| c.touched).max().unwrap_or(0),
        };
        let mut view = ConflictView {
            id: conflict.id.clone(),
            kind: ConflictKind::MovedTwice,
            message: String::new(),
            numbers: found.iter().map(|c| c.number()).collect(),
            checks,
            tables: Vec::new(),
            people: Vec::new(),
            lines: Vec::new(),
            receipts: Vec::new(),
            amount: Money::ZERO,
            document: None,
            since,
            needs: needed_to_keep(&conflict.clash),
            resolutions: Vec::new(),
        };
        let number = view.numbers.first().map(ToString::to_string).unwrap_or_default();
        match (&conflict.clash, found.first()) {
            (Clash::ChangedTwice { document, writes }, _) => self.changed(&mut view, conflict, document, writes),
            (Clash::DayClosedTwice { day, zs }, _) => {
                view.kind = ConflictKind::DayClosedTwice;
                let zs: Vec<String> = zs.iter().map(|(letter, n)| format!("Z {n} of {letter}")).collect();
                view.message = format!("{day} was closed twice: {}. Give both to the bookkeeper.", zs.join(" and "));
                view.resolutions = vec![keep(conflict)];
            }
            (clash, Some(check)) if clash.is_about_money() => self.money(&mut view, conflict, check, &number),
            (Clash::SeatedTwice { table, .. }, _) => self.seated(&mut view, conflict, table, &found),
            (clash, Some(check)) => match clash {
                Clash::MergedTwice { .. }
                | Clash::MergedInARound { .. }
                | Clash::MergedWhileSettled { .. }
                | Clash::MovedWhileMerged { .. } => self.merging(&mut view, conflict, &number),
                Clash::MovedTwice { .. } | Clash::HandedOverTwice { .. } | Clash::CancelledWhileUsed { .. } => {
                    self.floor(&mut view, conflict, &number);
                }
                _ => self.kitchen(&mut view, conflict, check, &number),
            },
            (_, None) => {}
        }
        view
    }

    fn floor(&self, view: &mut ConflictView, conflict: &Conflict, number: &str) {
        match &conflict.clash {
            Clash::MovedTwice { check, tables } => {
                view.kind = ConflictKind::MovedTwice;
                view.tables = tables.iter().map(|t| self.label(t.as_ref())).collect();
                let told: Vec<String> = view.tables.iter().map(|t| at_table(t)).collect();
                view.message = format!("Check {number} was moved {}. Where do they sit?", told.join(" and "));
                let sit = |table: &Option<TableId>| Command::MoveCheck { check: *check, table: table.clone() };
                let taps =
                    tables.iter().zip(&view.tables).map(|(table, label)| tap(Label::SitAt, label, vec![sit(table)]));
                view.resolutions = taps.collect();
            }
            Clash::HandedOverTwice { check, waiters } => {
                view.kind = ConflictKind::HandedOverTwice;
                view.people = waiters.iter().map(|w| self.person(w)).collect();
                view.message = format!("Check {number} was handed to {}. Who serves it?", view.people.join(" and to "));
                let hand = |waiter: &StaffId| Command::HandOver { check: *check, waiter: waiter.clone() };
                let taps = waiters.iter().zip(&view.people).map(|(w, name)| tap(Label::ServedBy, name, vec![hand(w)]));
                view.resolutions = taps.collect();
            }
            _ => {
                view.kind = ConflictKind::CancelledWhileUsed;
                view.message = format!("Check {number} was cancelled while somebody ordered on it. It stays open.");
                view.resolutions = vec![keep(conflict)];
            }
        }
    }

    fn seated(&self, view: &mut ConflictView, conflict: &Conflict, table: &TableId, checks: &[&Check]) {
        view.kind = ConflictKind::SeatedTwice;
        view.tables = vec![self.label(Some(table))];
        let numbers: Vec<String> = view.numbers.iter().map(ToString::to_string).collect();
        view.message = format!("Table {} was seated twice: checks {}.", view.tables[0], numbers.join(" and "));
        for (check, number) in checks.iter().zip(&numbers) {
            let used = !check.payments.is_empty() || check.lines.values().any(|l| l.live_qty() > 0);
            let check = check.id;
            view.resolutions.push(if used {
                tap(Label::LeaveTable, number, vec![Command::MoveCheck { check, table: None }])
            } else {
                tap(Label::Cancel, number, vec![Command::CancelCheck { check }])
            });
        }
        view.resolutions.push(keep(conflict));
    }

    fn kitchen(&self, view: &mut ConflictView, conflict: &Conflict, check: &Check, number: &str) {
        match &conflict.clash {
            Clash::FiredTwice { second, lines, .. } => {
                view.kind = ConflictKind::FiredTwice;
                view.lines = lines.iter().map(|l| self.line(check, *l, None)).collect();
                view.message = format!("{} of check {number} went to the kitchen twice.", view.lines.join(", "));
                let mut commands = bumps(check, *second, lines);
                commands.push(Command::SettleConflict { conflict: conflict.id.clone(), how: How::Keep });
                view.resolutions = vec![tap(Label::DropTicket, "", commands), keep(conflict)];
            }
            Clash::VoidedWhileFired { line, qty, removed, .. } => {
                view.lines = vec![self.line(check, *line, Some(*qty))];
                let what = &view.lines[0];
                let settle = |how| vec![Command::SettleConflict { conflict: conflict.id.clone(), how }];
                if *removed {
                    view.kind = ConflictKind::RemovedWhileFired;
                    view.message = format!(
                        "{what} of check {number} was taken off while somebody fired it. The kitchen has it, and it is on the bill."
                    );
                    let void =
                        Command::VoidLine { check: check.id, line: *line, qty: *qty, reason: "taken off".into() };
                    view.resolutions = vec![tap(Label::Void, "", vec![void]), keep(conflict)];
                } else {
                    view.kind = ConflictKind::VoidedWhileFired;
                    view.message = format!(
                        "{what} of check {number} was voided while somebody fired it. It is off the bill, but the kitchen has it."
                    );
                    view.resolutions = vec![tap(Label::TellKitchen, "", settle(How::TellKitchen)), keep(conflict)];
                }
            }
            Clash::LineChangedTwice { line, changes, .. } => {
                view.kind = ConflictKind::LineChangedTwice;
                view.lines = vec![self.line(check, *line, None)];
                let wishes: Vec<String> = changes.iter().map(|c| self.wish(c)).collect();
                let told = wishes.iter().map(|w| format!("“{w}”")).collect::<Vec<_>>().join(" and ");
                view.message = format!("{} of check {number} was changed twice: {told}.", view.lines[0]);
                let change = |c: &LineChange| Command::ChangeLine { check: check.id, line: *line, change: wished(c) };
                let taps = changes.iter().zip(&wishes).map(|(c, words)| tap(Label::Want, words, vec![change(c)]));
                view.resolutions = taps.collect();
            }
            _ => {}
        }
    }

    fn money(&self, view: &mut ConflictView, conflict: &Conflict, check: &Check, number: &str) {
        match &conflict.clash {
            Clash::SettledTwice { settlements, over, .. } => {
                (view.kind, view.amount) = (ConflictKind::SettledTwice, *over);
                let settled = settlements.iter().filter_map(|id| check.settled.get(id));
                view.receipts = settled.clone().map(|s| s.what.receipt).collect();
                view.people = settled.filter_map(|s| s.by.as_ref()).map(|by| self.person(by)).collect();
                let told: Vec<String> =
                    view.people.iter().zip(&view.receipts).map(|(who, r)| format!("by {who} ({r})")).collect();
                let over = self.amount(*over);
                view.message =
                    format!("Check {number} was settled twice: {}. {over} too much was paid.", told.join(" and "));
                view.resolutions = self.give_back(check, settlements, view.amount);
                view.resolutions.push(keep(conflict));
            }
            Clash::PaidTooMuch { payments, over, .. } => {
                (view.kind, view.amount) = (ConflictKind::PaidTooMuch, *over);
                view.message =
                    format!("More was paid on check {number} than it comes to: {} too much.", self.amount(*over));
                let put_back = |back: &CheckId| {
                    let settle = Command::SettleConflict { conflict: conflict.id.clone(), how: How::PutBack(*back) };
                    tap(Label::PutBack, &self.number(*back), vec![settle])
                };
                view.resolutions = self.restaurant.taken_out_while_paid(check.id).iter().map(put_back).collect();
                view.resolutions.extend(self.give_back(check, payments, *over));
                let mut kept = keep(conflict);
                if !check.is_closed() {
                    // What is too much stays in the house, and nobody is left to pay: the check is settled along with it.
                    kept.commands.push(pay(check, cash(Money::ZERO), Money::ZERO));
                }
                view.resolutions.push(kept);
            }
            Clash::PaidButOpen { .. } => {
                view.kind = ConflictKind::PaidButOpen;
                view.message = format!("Check {number} is paid in full, but nobody settled it.");
                view.resolutions = vec![tap(Label::Settle, "", vec![pay(check, cash(Money::ZERO), Money::ZERO)])];
            }
            Clash::GivenBackTwice { over, .. } => {
                (view.kind, view.amount) = (ConflictKind::GivenBackTwice, *over);
                view.message =
                    format!("A payment of check {number} was given back twice: {} too much.", self.amount(*over));
                view.resolutions = vec![keep(conflict)];
            }
            Clash::EditedAfterClosed { lines, due, .. } => {
                (view.kind, view.amount) = (ConflictKind::EditedAfterClosed, *due);
                view.lines = lines.iter().map(|l| self.line(check, *l, None)).collect();
                view.receipts = check.sale().map(|s| s.what.receipt).into_iter().collect();
                let what = if view.lines.is_empty() { "More".to_owned() } else { view.lines.join(", ") };
                let due_told = self.amount(*due);
                view.message =
                    format!("{what} came onto check {number} while it was settled. {due_told} is still owed.");
                view.resolutions = self.collect(conflict, check, *due, !lines.is_empty());
            }
            _ => {}
        }
    }

    /// The rest in cash or by card; or what was ordered meanwhile comes off, or is given away.
    fn collect(&self, conflict: &Conflict, check: &Check, due: Money, named: bool) -> Vec<Resolution> {
        let settle = |how| vec![Command::SettleConflict { conflict: conflict.id.clone(), how }];
        let card = NewTender::Card { reference: String::new(), last4: String::new() };
        let mut taps = vec![
            Resolution { amount: due, ..tap(Label::CollectCard, "", vec![pay(check, card, due)]) },
            Resolution {
                amount: due,
                ..tap(Label::CollectCash, "", vec![pay(check, cash(check.bill().due_cash), due)])
            },
        ];
        if named {
            taps.push(tap(Label::OnTheHouse, "", settle(How::OnTheHouse)));
            taps.push(tap(Label::TakeOff, "", settle(How::TakeOff)));
        }
        taps.push(keep(conflict));
        taps
    }

    /// Each payment as far as it is too much; whole with its tip where all of it is.
    fn give_back(&self, check: &Check, payments: &[PaymentId], over: Money) -> Vec<Resolution> {
        let taps = payments.iter().filter_map(|id| {
            let payment = check.payments.get(id)?;
            let left = check.refundable(*id);
            // Before there is a sale a payment goes back whole or not at all.
            let whole = !check.is_settled() || payment.what.amount <= over;
            let amount = if whole { left } else { over.min(left) };
            if amount <= Money::ZERO {
                return None;
            }
            let back = Command::Refund { check: check.id, payment: *id, amount, reason: PAID_TWICE.into() };
            let who = payment.by.as_ref().map(|by| self.person(by)).unwrap_or_default();
            Some(Resolution { amount, ..tap(Label::GiveBack, &who, vec![back]) })
        });
        taps.collect()
    }

    fn changed(&self, view: &mut ConflictView, conflict: &Conflict, document: &Document, writes: &[Dot]) {
        view.kind = ConflictKind::ChangedTwice;
        view.document = Some(document.clone());
        let what = match document {
            Document::Settings => "The settings were".to_owned(),
            Document::Menu => "The menu was".to_owned(),
            Document::Floor => "The floor plan was".to_owned(),
            Document::Member(id) => format!("{} was", self.person(id)),
        };
        view.message = format!("{what} changed on two terminals. Choose which version holds.");
        let take = |dot: &Dot| Command::SettleConflict { conflict: conflict.id.clone(), how: How::Take(*dot) };
        let name = |dot: &Dot| match document {
            Document::Member(id) => self
                .restaurant
                .staff
                .get(id)
                .and_then(|m| m.written_at(*dot))
                .map_or_else(String::new, |m| m.name.clone()),
            _ => dot.to_string(),
        };
        view.resolutions = writes.iter().map(|dot| tap(Label::TakeVersion, &name(dot), vec![take(dot)])).collect();
    }

    fn label(&self, table: Option<&TableId>) -> String {
        let Some(id) = table else { return String::new() };
        let found = self.restaurant.floor().and_then(|f| f.table(id));
        found.map_or_else(|| id.to_string(), |t| t.label.clone())
    }

    fn person(&self, id: &StaffId) -> String {
        self.restaurant.member(id).map_or_else(|| id.to_string(), |m| m.name.clone())
    }

    fn amount(&self, amount: Money) -> String {
        self.restaurant.settings().map_or_else(|| amount.0.to_string(), |s| s.currency.plain(amount))
    }

    fn line(&self, check: &Check, id: LineId, qty: Option<u32>) -> String {
        let Some(line) = check.lines.get(&id) else { return String::new() };
        let language = self.restaurant.settings().map_or("", |s| s.language.as_str());
        let name = line.what().map(|w| w.name.get(language)).unwrap_or_default();
        format!("{} {name}", qty.unwrap_or_else(|| line.live_qty()))
    }

    fn wish(&self, change: &LineChange) -> String {
        let language = self.restaurant.settings().map_or("", |s| s.language.as_str());
        match change {
            LineChange::Qty(qty) => qty.to_string(),
            LineChange::Note(words) | LineChange::Allergy(words) => words.clone(),
            LineChange::Options(chosen) => {
                chosen.iter().map(|o| o.name.get(language).to_owned()).collect::<Vec<_>>().join(", ")
            }
            LineChange::Seat(n) | LineChange::Course(n) => n.to_string(),
        }
    }
}

fn at_table(label: &str) -> String {
    if label.is_empty() { "off its table".to_owned() } else { format!("to table {label}") }
}

fn tap(label: Label, what: &str, commands: Vec<Command>) -> Resolution {
    Resolution { label, what: what.to_owned(), amount: Money::ZERO, commands }
}

fn keep(conflict: &Conflict) -> Resolution {
    tap(Label::Keep, "", vec![Command::SettleConflict { conflict: conflict.id.clone(), how: How::Keep }])
}

fn cash(given: Money) -> NewTender {
    NewTender::Cash { given }
}

fn pay(check: &Check, tender: NewTender, amount: Money) -> Command {
    Command::TakePayment { check: check.id, tender, amount, tip: Money::ZERO, part: Part::Whole, print: true }
}

/// The commands that clear these lines of one fire at every station that still has them.
fn bumps(check: &Check, id: FireId, lines: &[LineId]) -> Vec<Command> {
    let Some(fire) = check.fires.get(&id) else { return Vec::new() };
    let stations = fire.stations().into_iter().filter_map(|station| {
        let here =
            fire.lines.iter().filter(|l| lines.contains(&l.line) && l.stations.contains(&station)).map(|l| l.line);
        let open: Vec<LineId> = here.filter(|l| !fire.is_ready(&station, *l)).collect();
        (!open.is_empty()).then_some(Command::Bump { check: check.id, fire: id, station, lines: open })
    });
    stations.collect()
}

/// The change somebody wished for, as it is asked for again.
fn wished(change: &LineChange) -> NewChange {
    match change {
        LineChange::Qty(qty) => NewChange::Qty(*qty),
        LineChange::Options(chosen) => NewChange::Options(chosen.iter().map(pick).collect()),
        LineChange::Note(words) => NewChange::Note(words.clone()),
        LineChange::Allergy(words) => NewChange::Allergy(words.clone()),
        LineChange::Seat(seat) => NewChange::Seat(*seat),
        LineChange::Course(course) => NewChange::Course(*course),
    }
}

fn pick(chosen: &ChosenOption) -> Pick {
    let (group, option) = (chosen.group.clone(), chosen.option.clone());
    Pick { group, option, options: chosen.options.iter().map(pick).collect() }
}
