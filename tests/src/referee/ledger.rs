//! The second fold: from bytes to sheets and postings, entry after entry.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::{
    Fault, LogRow,
    cells::Posting,
    check::{CheckSheet, LineSheet, PaymentSheet, RefundSheet, Settlement},
    day::{DrawerSheet, ZSheet},
    menu, share, split,
};

/// Everything the log says, added up.
#[derive(Debug, Default)]
pub struct Ledger {
    pub checks: BTreeMap<String, CheckSheet>,
    /// The check each merged one was merged into.
    pub(super) inside: BTreeMap<String, String>,
    pub postings: Vec<Posting>,
    /// By business day and terminal letter.
    pub drawers: BTreeMap<(String, String), DrawerSheet>,
    /// First and last receipt number by business day and letter.
    pub receipts: BTreeMap<(String, String), (i64, i64)>,
    /// In the order they were closed.
    pub zs: Vec<ZSheet>,
    pub grand_total: i64,
    /// Contradictions found inside the log.
    pub faults: Vec<Fault>,
    pub(super) menu: Value,
    pub(super) last_receipt: BTreeMap<String, i64>,
    guests: BTreeSet<(String, String, i64)>,
}

/// An entry while it is being read.
pub(super) struct Reading<'a> {
    pub seq: u64,
    pub day: &'a str,
    pub hour: i64,
    pub command: &'a str,
    /// The entry's bytes, for what must be hashed as it was written.
    pub text: &'a str,
}

/// Reads a log from its first entry to its last.
pub fn recompute(log: &[LogRow]) -> Ledger {
    let mut ledger = Ledger::default();
    let (mut hash, mut seq, mut commands) = (vec![0u8; 32], 0, BTreeSet::new());
    for row in log {
        seq += 1;
        let mut chain = blake3::Hasher::new();
        hash = chain.update(&hash).update(&row.body).finalize().as_bytes().to_vec();
        if hash != row.hash {
            ledger.faults.push(Fault::at(seq, "its hash does not follow from its bytes and the entry before"));
            hash.clone_from(&row.hash);
        }
        if !commands.insert(row.command.clone()) {
            ledger.faults.push(Fault::at(seq, "its command is in the log twice"));
        }
        let text = String::from_utf8_lossy(&row.body);
        match serde_json::from_str::<Value>(&text) {
            Ok(entry) => ledger.read(seq, &entry, &text),
            Err(error) => ledger.faults.push(Fault::at(seq, format!("cannot be read: {error}"))),
        }
    }
    ledger
}

impl Ledger {
    fn read(&mut self, seq: u64, entry: &Value, text: &str) {
        let dot = entry["dot"].as_str().and_then(|d| d.rsplit(':').next()?.parse().ok());
        if dot != Some(seq) {
            self.faults.push(Fault::at(seq, format!("it is the {seq}. of the log but calls itself {}", entry["dot"])));
        }
        let minutes = int(&entry["at"]).div_euclid(60_000) + int(&entry["off"]);
        let reading = Reading {
            seq,
            day: word(&entry["day"]),
            hour: minutes.rem_euclid(1440) / 60,
            command: word(&entry["cmd"]),
            text,
        };
        for event in entry["events"].as_array().into_iter().flatten() {
            if let Some((kind, what)) = event.as_object().and_then(|e| e.iter().next()) {
                self.event(&reading, kind, what);
            }
        }
    }

    pub(super) fn fault(&mut self, at: &Reading<'_>, what: impl Into<String>) {
        self.faults.push(Fault::at(at.seq, what));
    }

    pub(super) fn post(&mut self, at: &Reading<'_>, cell: impl Into<String>, amount: i64) {
        self.postings.push(Posting { entry: at.seq, day: at.day.to_owned(), cell: cell.into(), amount });
    }

    fn event(&mut self, at: &Reading<'_>, kind: &str, what: &Value) {
        match kind {
            "menu_published" => self.menu = what["menu"].clone(),
            "drawer_moved" | "drawer_counted" => self.drawer(at, kind, what),
            "day_closed" => self.day_closed(at, &what["z"]),
            "check_opened" => self.open(at, what),
            "checks_merged" => self.merged(at, what),
            "check_parted" => self.parted(at, what),
            "store_set_up" | "settings_changed" | "floor_published" | "member_set" | "clocked_in" | "clocked_out"
            | "sign_in_refused" | "sign_in_ended" | "device_paired" | "device_revoked" | "stock_set" | "slip_ended"
            | "took_over" | "master_returned" | "drill_held" => {}
            _ => self.of_check(at, kind, what),
        }
    }

    fn open(&mut self, at: &Reading<'_>, what: &Value) {
        let (letter, n) = (word(&what["number"]["letter"]), int(&what["number"]["n"]));
        let date = at.day.split('.').next().unwrap_or_default();
        if !self.guests.insert((date.to_owned(), letter.to_owned(), n)) {
            self.fault(at, format!("guest number {letter}{n} was given twice on {date}"));
        }
        if word(&what["check"]) != at.command {
            self.fault(at, "a check is named by the command that opened it, this one is not");
        }
        let sheet = CheckSheet {
            opened_by: at.seq,
            takeaway: what["kind"] == "takeaway",
            waiter: word(&what["waiter"]).to_owned(),
            covers: BTreeMap::from([(word(&what["check"]).to_owned(), int(&what["covers"]))]),
            number: format!("{letter}{n}"),
            exclusive: what["terms"]["tax"] == "exclusive",
            per_line: what["terms"]["rounding"] == "per_line",
            cash_step: int(&what["terms"]["cash_step"]),
            ..CheckSheet::default()
        };
        if self.checks.insert(word(&what["check"]).to_owned(), sheet).is_some() {
            self.fault(at, "this check was opened before");
        }
    }

    fn of_check(&mut self, at: &Reading<'_>, kind: &str, what: &Value) {
        let home = word(&what["check"]);
        let id = &self.sheet_of(home);
        let Some(mut sheet) = self.checks.remove(id) else {
            return self.fault(at, format!("{kind} names check {id}, which was never opened"));
        };
        let after_closing = ["payment_refunded", "receipt_printed", "bumped", "carried"];
        if (sheet.settled.is_some() || sheet.cancelled.is_some()) && !after_closing.contains(&kind) {
            self.fault(at, format!("{kind} on check {id} after it was closed"));
        }
        match kind {
            "covers_set" => drop(sheet.covers.insert(home.to_owned(), int(&what["covers"]))),
            "handed_over" => sheet.waiter = word(&what["waiter"]).to_owned(),
            "check_cancelled" => sheet.cancelled = Some(at.seq),
            "receipt_printed" => {
                if int(&what["copy"]) != sheet.receipts_printed {
                    self.fault(at, format!("copy {} follows {} prints", what["copy"], sheet.receipts_printed));
                }
                sheet.receipts_printed += 1;
            }
            "lines_added" => self.add_lines(at, &mut sheet, home, &what["lines"]),
            "fired" => self.fire(at, &mut sheet, &what["lines"]),
            "line_changed" | "line_removed" | "line_voided" | "line_comped" => {
                self.of_line(at, &mut sheet, kind, what);
            }
            "payment_taken" => self.pay(at, &mut sheet, home, &what["payment"]),
            "check_settled" => self.settle(at, &mut sheet, what),
            "payment_refunded" => self.refund(at, &mut sheet, &what["refund"]),
            "check_moved" | "check_named" | "course_held" | "bumped" | "carried" | "bill_printed" => {}
            _ => self.fault(at, format!("unknown kind {kind}")),
        }
        self.checks.insert(id.to_owned(), sheet);
    }

    fn add_lines(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, home: &str, lines: &Value) {
        for line in lines.as_array().into_iter().flatten() {
            if let Some(fault) = menu::line_fault(&self.menu, line, sheet.takeaway) {
                self.fault(at, fault);
            }
            let tax = &line["tax"];
            let added = LineSheet {
                home: home.to_owned(),
                item: word(&line["item"]).to_owned(),
                category: word(&line["category"]).to_owned(),
                price: int(&line["price"]),
                options: menu::options(&line["options"]).map(|o| int(&o["price"])).sum(),
                qty: int(&line["qty"]),
                tax: (word(&tax["id"]).to_owned(), int(&tax["rate"]), word(&tax["letter"]).to_owned()),
                ..LineSheet::default()
            };
            if sheet.lines.insert(word(&line["id"]).to_owned(), added).is_some() {
                self.fault(at, format!("line {} was added twice", line["id"]));
            }
        }
    }

    fn fire(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, lines: &Value) {
        for fired in lines.as_array().into_iter().flatten() {
            match sheet.lines.get_mut(word(&fired["line"])) {
                Some(line) => {
                    line.fired += int(&fired["qty"]);
                    if line.fired > line.qty {
                        let what = format!("line {} was fired {} times of {}", fired["line"], line.fired, line.qty);
                        self.fault(at, what);
                    }
                }
                None => self.fault(at, format!("fires line {}, which was never added", fired["line"])),
            }
        }
    }

    fn of_line(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, kind: &str, what: &Value) {
        let id = word(&what["line"]);
        let Some(line) = sheet.lines.get_mut(id) else {
            return self.fault(at, format!("{kind} names line {id}, which was never added"));
        };
        match kind {
            "line_removed" => line.removed = true,
            "line_voided" => {
                let (qty, reason) = (int(&what["void"]["qty"]), word(&what["void"]["reason"]));
                let (each, left) = (line.each(), line.units());
                line.voided += qty;
                self.post(at, format!("voids/{reason}/n"), 1);
                self.post(at, format!("voids/{reason}/amount"), each * qty);
                if qty > left {
                    self.fault(at, format!("voids {qty} of {left} left on line {id}"));
                }
            }
            "line_comped" => {
                line.comped += int(&what["comp"]["share"]);
                if line.comp_reason.is_empty() {
                    line.comp_reason = word(&what["comp"]["reason"]).to_owned();
                }
            }
            _ => match what["change"].as_object().and_then(|c| c.iter().next()) {
                Some((field, qty)) if field == "qty" => line.qty = int(qty),
                Some((field, chosen)) if field == "options" => {
                    line.options = menu::options(chosen).map(|o| int(&o["price"])).sum();
                }
                _ => {}
            },
        }
    }

    fn pay(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, home: &str, payment: &Value) {
        let (kind, tender) = match payment["tender"].as_object().and_then(|t| t.iter().next()) {
            Some((kind, tender)) => (kind.clone(), tender.clone()),
            None => return self.fault(at, "a payment without a tender"),
        };
        let [amount, tip, rounding] = ["amount", "tip", "rounding"].map(|f| int(&payment[f]));
        let due = sheet.total() - sheet.paid();
        if amount > due {
            self.fault(at, format!("takes {amount} where {due} is due"));
        }
        let letter = word(&payment["letter"]).to_owned();
        if kind == "cash" {
            let handed = int(&tender["given"]) - int(&tender["change"]);
            let right = sheet.in_cash(amount) - amount;
            if rounding != right || handed != amount + tip + rounding {
                self.fault(
                    at,
                    format!("cash does not add up: {handed} kept for {amount} + tip {tip} + rounding {right}"),
                );
            }
            self.post(at, format!("drawer_cash/{letter}"), amount + tip + rounding);
        }
        for (cell, value) in [("n", 1), ("amount", amount), ("tips", tip)] {
            self.post(at, format!("tenders/{kind}/{cell}"), value);
        }
        self.post(at, "cash_rounding", rounding);
        let home = home.to_owned();
        let taken = PaymentSheet { entry: at.seq, home, kind, amount, tip, rounding, letter, taken_back: false };
        if sheet.payments.insert(at.command.to_owned(), taken).is_some() {
            self.fault(at, "this payment was taken before");
        }
    }

    fn number_receipt(&mut self, at: &Reading<'_>, receipt: &Value) -> (String, i64) {
        let (letter, n) = (word(&receipt["letter"]).to_owned(), int(&receipt["n"]));
        let last = self.last_receipt.insert(letter.clone(), n).unwrap_or(0);
        if n != last + 1 {
            self.fault(at, format!("receipt {letter}-{n} follows {letter}-{last}: the series has a gap or a repeat"));
        }
        let range = self.receipts.entry((at.day.to_owned(), letter.clone())).or_insert((n, n));
        *range = (range.0.min(n), range.1.max(n));
        (letter, n)
    }

    fn settle(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, what: &Value) {
        let (total, paid) = (sheet.total(), sheet.paid());
        if int(&what["total"]) != total {
            self.fault(at, format!("settles at {}, but the lines come to {total}", what["total"]));
        }
        if paid != total {
            self.fault(at, format!("settles a check of {total} on which {paid} was paid"));
        }
        if let Some(differ) = sheet.taxes_differ(&what["taxes"]) {
            self.fault(at, differ);
        }
        let receipt = self.number_receipt(at, &what["receipt"]);
        sheet.settled = Some(Settlement { entry: at.seq, day: at.day.to_owned(), receipt });
        self.post_sale(at, sheet, total);
        self.grand_total += total;
    }

    fn post_sale(&mut self, at: &Reading<'_>, sheet: &CheckSheet, total: i64) {
        let mut tally = |name: String, n: i64, amount: i64| {
            self.post(at, format!("{name}/n"), n);
            self.post(at, format!("{name}/amount"), amount);
        };
        tally("sales".to_owned(), 1, total);
        tally(format!("hours/{}", at.hour), 1, total);
        tally(format!("staff/{}", sheet.waiter), 1, total);
        if sheet.takeaway {
            tally("takeaway".to_owned(), 1, total);
        }
        for line in sheet.live() {
            tally(format!("categories/{}", line.category), line.units(), line.owed());
            tally(format!("items/{}", line.item), line.units(), line.owed());
            if line.comped > 0 {
                tally(format!("comps/{}", line.comp_reason), 1, line.given_away());
            }
        }
        self.post(at, "covers", sheet.guests());
        for ((id, rate, letter), group) in sheet.taxes() {
            self.post_tax(at, "taxes", &format!("{id}@{rate}{letter}"), [group.net, group.amount, group.gross]);
        }
    }

    fn post_tax(&mut self, at: &Reading<'_>, book: &str, tax: &str, sums: [i64; 3]) {
        for (name, sum) in ["net", "amount", "gross"].into_iter().zip(sums) {
            self.post(at, format!("{book}/{tax}/{name}"), sum);
        }
    }

    fn refund(&mut self, at: &Reading<'_>, sheet: &mut CheckSheet, refund: &Value) {
        let (id, amount) = (word(&refund["payment"]).to_owned(), int(&refund["amount"]));
        let Some(payment) = sheet.payments.get(&id).cloned() else {
            return self.fault(at, format!("refunds payment {id}, which was never taken"));
        };
        let before = sheet.given_back(&id);
        if amount <= 0 || before + amount > payment.amount + payment.tip {
            self.fault(at, format!("gives back {amount} after {before} of {}", payment.amount + payment.tip));
        }
        let receipt = (!refund["receipt"].is_null()).then(|| self.number_receipt(at, &refund["receipt"]));
        if receipt.is_some() != sheet.settled.is_some() {
            self.fault(at, "a refund has a receipt exactly when there was a sale");
        }
        let letter = word(&refund["letter"]);
        let mut of_sale = 0;
        if receipt.is_some() {
            of_sale = (before + amount).min(payment.amount) - before.min(payment.amount);
            self.post(at, format!("refunds/{}/n", payment.kind), 1);
            self.post(at, format!("refunds/{}/amount", payment.kind), amount);
            self.refund_taxes(at, sheet, of_sale, &refund["taxes"]);
            self.grand_total -= amount;
        } else {
            for (cell, value) in [("n", 1), ("amount", payment.amount), ("tips", payment.tip)] {
                self.post(at, format!("tenders/{}/{cell}", payment.kind), -value);
            }
            self.post(at, "cash_rounding", -payment.rounding);
        }
        if payment.kind == "cash" {
            let back = if receipt.is_some() { amount } else { amount + payment.rounding };
            self.post(at, format!("drawer_cash/{letter}"), -back);
        }
        if let Some(payment) = sheet.payments.get_mut(&id) {
            payment.taken_back = receipt.is_none();
        }
        sheet.refunds.push(RefundSheet { payment: id, amount, receipt, of_sale });
    }

    /// The part of the sale given back by tax group: what all refunds so far come to, less what they came to before.
    fn refund_taxes(&mut self, at: &Reading<'_>, sheet: &CheckSheet, of_sale: i64, stated: &Value) {
        let groups = sheet.taxes();
        let weights: Vec<i64> = groups.values().map(|g| g.gross).collect();
        let before: i64 = sheet.refunds.iter().map(|r| r.of_sale).sum();
        let (from, to) = (split(before, &weights), split(before + of_sale, &weights));
        let mut right = BTreeMap::new();
        for (((id, rate, letter), group), (from, to)) in groups.iter().zip(from.into_iter().zip(to)) {
            let tax_of = |gross: i64| if group.gross == 0 { 0 } else { share(group.amount, gross, group.gross) };
            let (gross, amount) = (to - from, tax_of(to) - tax_of(from));
            let name = format!("{id}@{rate}{letter}");
            self.post_tax(at, "refund_taxes", &name, [gross - amount, amount, gross]);
            right.insert(name, [gross - amount, amount, gross]);
        }
        right.retain(|_, [_, _, gross]| *gross != 0);
        let named = |t: &Value| (super::cells::tax_name(&t["tax"]), ["net", "amount", "gross"].map(|f| int(&t[f])));
        let theirs: BTreeMap<String, [i64; 3]> = stated.as_array().into_iter().flatten().map(named).collect();
        if right != theirs {
            self.fault(at, format!("refunded taxes are {theirs:?}, but come to {right:?}"));
        }
    }
}

pub(super) fn int(value: &Value) -> i64 {
    value.as_i64().unwrap_or(0)
}

pub(super) fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
