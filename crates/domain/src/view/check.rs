//! A check as screens show it.

use super::{Bill, CheckCard, CheckState, CheckView, LineState, LineView, OptionView, PaymentView, RefundView};
use crate::{
    check::{Check, Line},
    decide::missing_choices,
    event::{ChosenOption, Tender},
    ids::{LineId, TableId},
    money::Money,
    restaurant::Restaurant,
};

impl CheckCard {
    /// Whether its guests sit at this table, some of them at least.
    pub fn is_at(&self, table: &TableId) -> bool {
        self.table.iter().chain(&self.also).any(|at| at == table)
    }
}

/// A check in brief.
pub fn check_card(check: &Check) -> CheckCard {
    card(check, &check.bill())
}

fn card(check: &Check, bill: &Bill) -> CheckCard {
    // What is on a check that was merged is shown, fired and carried where it is now.
    let live = || check.lines.values().filter(|l| check.inside.is_none() && l.live_qty() > 0);
    let unfired = live().map(Line::unfired_qty).sum();
    let fired: u32 = live().map(|l| l.live_qty() - l.unfired_qty()).sum();
    let done: u32 = check.lines.keys().map(|id| check.ready_qty(*id)).sum();
    let ready = check.waiting_at_the_pass().map(|(_, qty)| qty).filter(|_| check.inside.is_none()).sum();
    let cooking = fired.saturating_sub(done);
    CheckCard {
        check: check.id,
        kind: check.kind(),
        number: check.number(),
        table: check.table_now().cloned(),
        also: (check.joined.values())
            .filter_map(|joined| joined.table.clone())
            .filter(|table| Some(table) != check.table_now())
            .collect(),
        name: check.name.get().cloned().unwrap_or_default(),
        covers: check.covers_now(),
        waiter: check.waiter.get().cloned().unwrap_or_default(),
        state: state(check, bill, unfired, cooking, ready, fired),
        opened: check.opened.as_ref().map_or(0, |o| o.at),
        touched: check.touched,
        total: bill.total,
        due: bill.due,
        unfired,
        cooking,
        ready,
    }
}

fn state(check: &Check, bill: &Bill, unfired: u32, cooking: u32, ready: u32, fired: u32) -> CheckState {
    if check.inside.is_some() {
        CheckState::Merged
    } else if check.is_settled() {
        CheckState::Closed
    } else if check.is_closed() {
        CheckState::Cancelled
    } else if bill.paid > Money::ZERO || !check.bills.is_empty() {
        CheckState::Paying
    } else if ready > 0 {
        CheckState::FoodReady
    } else if cooking > 0 {
        CheckState::Ordered
    } else if unfired > 0 {
        CheckState::Ordering
    } else if fired > 0 {
        CheckState::Served
    } else {
        CheckState::Seated
    }
}

/// A check, worked out in full.
pub fn check_view(restaurant: &Restaurant, check: &Check) -> CheckView {
    let bill = check.bill();
    let settled = check.sale();
    let mut lines: Vec<LineView> =
        check.lines.iter().filter_map(|(id, line)| line_view(restaurant, check, *id, line)).collect();
    if check.inside.is_some() {
        lines.clear();
    }
    lines.sort_by_key(|l| (l.added, l.id));
    CheckView {
        card: card(check, &bill),
        terms: check.terms(),
        lines,
        held: check.held.keys().copied().filter(|c| check.is_held(*c)).collect(),
        payments: if check.inside.is_none() { payments(check) } else { Vec::new() },
        refunds: if check.inside.is_none() { refunds(check) } else { Vec::new() },
        receipt: settled.map(|s| s.what.receipt),
        closed: check.closed_at().map(|(at, _, _)| at),
        receipts_printed: check.receipts.len() as u32,
        inside: check.inside,
        joined: check.joined.clone(),
        bill,
    }
}

fn line_view(restaurant: &Restaurant, check: &Check, id: LineId, line: &Line) -> Option<LineView> {
    let added = line.added.as_ref()?;
    if line.is_removed() {
        return None;
    }
    let what = &added.what;
    let missing = restaurant.menu().map(|menu| missing_choices(menu, line)).unwrap_or_default();
    let (qty, ready) = (line.live_qty(), check.ready_qty(id));
    let course = line.course_now();
    Some(LineView {
        id,
        item: what.item.clone(),
        portion: what.portion.clone(),
        name: what.name.clone(),
        portion_name: what.portion_name.clone(),
        category: what.category.clone(),
        qty,
        voided: line.voided_qty(),
        fired: line.fired_qty(),
        ready,
        seat: line.seat.get().copied().unwrap_or(0),
        course,
        note: line.note.get().cloned().unwrap_or_default(),
        allergy: line.allergy.get().cloned().unwrap_or_default(),
        allergens: allergens(line),
        options: options(line.chosen(), 0),
        each: line.each(),
        amount: line.amount(),
        comped: line.comped(),
        void_reason: line.voids.values().next_back().map(|v| v.what.reason.clone()).unwrap_or_default(),
        comp_reason: line.comps.values().next_back().map(|c| c.what.reason.clone()).unwrap_or_default(),
        price_list: what.price_list.clone(),
        tax_letter: what.tax.letter,
        state: line_state(line, qty, ready, check.is_held(course)),
        missing: if line.unfired_qty() > 0 { missing } else { Vec::new() },
        added: added.at,
        by: added.by.clone(),
    })
}

fn line_state(line: &Line, qty: u32, ready: u32, held: bool) -> LineState {
    if qty == 0 {
        LineState::Voided
    } else if line.unfired_qty() == qty {
        if held { LineState::Held } else { LineState::New }
    } else if ready >= qty - line.unfired_qty() {
        LineState::Ready
    } else {
        LineState::Cooking
    }
}

fn allergens(line: &Line) -> Vec<crate::menu::Allergen> {
    let own = line.what().into_iter().flat_map(|a| a.allergens.iter().copied());
    let chosen = line.chosen().iter().flat_map(|o| std::iter::once(o).chain(&o.options));
    let mut all: Vec<_> = own.chain(chosen.flat_map(|o| o.allergens.iter().copied())).collect();
    all.sort();
    all.dedup();
    all
}

fn options(chosen: &[ChosenOption], depth: u8) -> Vec<OptionView> {
    let view = |o: &ChosenOption| OptionView {
        group: o.group.clone(),
        option: o.option.clone(),
        name: o.name.clone(),
        price: o.price,
        depth,
    };
    chosen.iter().flat_map(|o| std::iter::once(view(o)).chain(options(&o.options, depth + 1))).collect()
}

fn payments(check: &Check) -> Vec<PaymentView> {
    let view = |(id, p): (&crate::ids::PaymentId, &crate::check::Stamped<crate::event::Payment>)| {
        let (given, change, reference) = match &p.what.tender {
            Tender::Cash { given, change } => (*given, *change, String::new()),
            Tender::Card { reference, last4 } if last4.is_empty() => (Money::ZERO, Money::ZERO, reference.clone()),
            Tender::Card { reference, last4 } => (Money::ZERO, Money::ZERO, format!("{reference} ··{last4}")),
            Tender::Voucher { code } => (Money::ZERO, Money::ZERO, code.clone()),
        };
        PaymentView {
            id: *id,
            kind: p.what.tender.kind(),
            amount: p.what.amount,
            tip: p.what.tip,
            rounding: p.what.rounding,
            given,
            change,
            reference,
            part: p.what.part.clone(),
            at: p.at,
            by: p.by.clone(),
            refundable: check.refundable(*id),
        }
    };
    let mut all: Vec<PaymentView> = check.payments.iter().map(view).collect();
    all.sort_by_key(|p| (p.at, p.id));
    all
}

fn refunds(check: &Check) -> Vec<RefundView> {
    let mut all: Vec<RefundView> = (check.refunds.iter())
        .filter_map(|(id, r)| {
            let kind = check.payments.get(&r.what.payment)?.what.tender.kind();
            Some(RefundView {
                id: *id,
                payment: r.what.payment,
                kind,
                amount: r.what.amount,
                reason: r.what.reason.clone(),
                receipt: r.what.receipt,
                at: r.at,
                by: r.by.clone(),
                taxes: r.what.taxes.clone(),
            })
        })
        .collect();
    all.sort_by_key(|r| (r.at, r.id));
    all
}

/// A closed check in one row of a list; `None` while it is open.
pub fn closed_check(check: &Check, language: &str) -> Option<super::ClosedCheck> {
    let (closed, _, day) = check.closed_at()?;
    let card = check_card(check);
    let bill = check.bill();
    let own = || check.inside.is_none();
    let mut tenders: Vec<_> = check.payments.values().filter(|_| own()).map(|p| p.what.tender.kind()).collect();
    tenders.sort();
    tenders.dedup();
    let words = |l: &Line| l.what().map(|a| format!("{} {}", l.live_qty(), a.name.get(language)));
    let sold: Vec<String> = check.lines.values().filter(|l| own() && l.live_qty() > 0).filter_map(words).collect();
    Some(super::ClosedCheck {
        check: check.id,
        number: card.number,
        receipt: check.sale().map(|s| s.what.receipt),
        day,
        table: card.table,
        name: card.name,
        covers: if own() { card.covers } else { 0 },
        waiter: check.waiter.get().cloned().unwrap_or_default(),
        opened: card.opened,
        closed,
        total: bill.total,
        tips: bill.tips,
        refunded: bill.refunded,
        tenders,
        summary: sold.join(", "),
        cancelled: own() && !check.is_settled(),
        inside: check.inside.map(|inside| inside.number),
    })
}
