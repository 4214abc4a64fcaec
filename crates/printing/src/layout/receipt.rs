//! Papers for the guest: bill, receipt, refund.

use super::{Desk, LOUD, columns, item, joined, text};
use domain::event::{CheckKind, TaxSum};
use domain::ids::PaymentId;
use domain::money::Money;
use domain::paper::{Row, Size, Slip, SlipKind, Style};
use domain::settings::TaxMode;
use domain::view::{CheckView, LineView, PaymentView};

const PLAIN: Style = Style::plain();
/// The one number a guest looks for.
const SUM: Style = Style::plain().bold().size(Size::Double);

impl Desk<'_> {
    pub(super) fn receipt(&self, check: &CheckView, copy: u32) -> Slip {
        let mut rows = self.banners(copy);
        rows.extend(self.letterhead());
        let number = check.receipt.map(|number| format!("{} {number}", self.words.receipt)).unwrap_or_default();
        rows.push(columns(&number, &self.time(check.closed.unwrap_or(self.now.at)), PLAIN.bold()));
        rows.extend(self.party(check));
        rows.extend(self.lines_and_total(check));
        for payment in &check.payments {
            rows.extend(self.payment(payment));
        }
        rows.push(Row::Rule);
        rows.extend(self.inclusive_taxes(check.terms.tax, &check.bill.taxes));
        if check.bill.refunded != Money::ZERO {
            rows.push(columns(self.words.refund, &self.amounts.plain(-check.bill.refunded), PLAIN.bold()));
        }
        rows.extend(self.farewell());
        Slip::new(SlipKind::Receipt, rows)
    }

    pub(super) fn bill(&self, check: &CheckView) -> Slip {
        let mut rows = self.banners(0);
        rows.extend(self.letterhead());
        rows.push(columns(self.words.bill, &self.now.text(self.dates), PLAIN.bold()));
        rows.extend(self.party(check));
        rows.extend(self.lines_and_total(check));
        for payment in &check.payments {
            rows.extend(self.payment(payment));
        }
        if check.bill.due != check.bill.total {
            rows.push(columns(self.words.to_pay, &self.amounts.with_symbol(check.bill.due), SUM));
        }
        if check.bill.due_cash != check.bill.due {
            rows.push(columns(self.words.cash, &self.amounts.with_symbol(check.bill.due_cash), PLAIN));
        }
        rows.extend(self.inclusive_taxes(check.terms.tax, &check.bill.taxes));
        rows.push(text(self.words.bill_only, PLAIN.center()));
        rows.extend(self.farewell());
        Slip::new(SlipKind::Bill, rows)
    }

    pub(super) fn refund(&self, check: &CheckView, id: PaymentId) -> Slip {
        let mut rows = self.banners(0);
        rows.extend(self.letterhead());
        rows.push(text(self.words.refund, SUM.center()));
        let Some(refund) = check.refunds.iter().find(|refund| refund.id == id) else {
            rows.push(Row::Cut);
            return Slip::new(SlipKind::Receipt, rows);
        };
        let number = refund.receipt.map(|number| format!("{} {number}", self.words.receipt)).unwrap_or_default();
        rows.push(columns(&number, &self.time(refund.at), PLAIN.bold()));
        if let Some(of) = check.receipt {
            rows.push(text(&format!("{} {of}", self.words.for_receipt), PLAIN));
        }
        rows.extend(self.party(check));
        rows.push(Row::Rule);
        if !refund.reason.is_empty() {
            rows.push(text(&format!("{}: {}", self.words.reason, refund.reason), PLAIN));
        }
        rows.push(columns(self.tender(refund.kind), &self.amounts.with_symbol(-refund.amount), SUM));
        let back = |tax: &TaxSum| TaxSum { net: -tax.net, amount: -tax.amount, gross: -tax.gross, ..tax.clone() };
        rows.extend(self.tax_table(&refund.taxes.iter().map(back).collect::<Vec<_>>()));
        if let Some(by) = &refund.by {
            rows.push(text(&format!("{} {}", self.words.by, self.person(by)), PLAIN));
        }
        rows.extend([Row::Feed(3), columns(&format!("{}:", self.words.signature), &"_".repeat(18), PLAIN)]);
        rows.extend(self.farewell());
        Slip::new(SlipKind::Receipt, rows)
    }

    fn banners(&self, copy: u32) -> Vec<Row> {
        let mut rows = self.training(self.settings.training);
        if self.settings.training {
            rows.push(text(self.words.not_valid, PLAIN.bold().center()));
        }
        if copy > 0 {
            rows.push(text(&format!("{} {copy}", self.words.copy), LOUD));
        }
        rows
    }

    /// Table, guest number, who was served by whom.
    fn party(&self, check: &CheckView) -> Vec<Row> {
        let card = &check.card;
        let table = card.table.as_ref().map(|id| {
            let label =
                self.restaurant.floor().and_then(|floor| floor.table(id)).map_or(id.0.as_str(), |table| &table.label);
            format!("{} {label}", self.words.table)
        });
        let place = table.unwrap_or_else(|| match card.kind {
            CheckKind::Takeaway => self.words.takeaway.to_owned(),
            CheckKind::DineIn => String::new(),
        });
        let place = joined(&[&place, &card.name]);
        let served = format!("{} {}", self.words.served_by, self.person(&card.waiter));
        vec![columns(&place, &card.number.to_string(), PLAIN), text(&served, PLAIN), Row::Rule]
    }

    fn lines_and_total(&self, check: &CheckView) -> Vec<Row> {
        let bill = &check.bill;
        let lettered = bill.taxes.len() > 1;
        let mut rows: Vec<Row> = Vec::new();
        for line in check.lines.iter().filter(|line| line.qty > 0) {
            rows.extend(self.line(line, lettered));
        }
        rows.push(Row::Rule);
        let exclusive = check.terms.tax == TaxMode::Exclusive;
        if exclusive || bill.comped != Money::ZERO {
            rows.push(columns(self.words.subtotal, &self.amounts.plain(bill.subtotal), PLAIN));
        }
        if bill.comped != Money::ZERO {
            rows.push(columns(self.words.comped, &self.amounts.plain(-bill.comped), PLAIN));
        }
        if exclusive {
            for tax in &bill.taxes {
                let name = format!("{} {} {}", self.words.tax, tax.tax.letter, self.amounts.rate(tax.tax.rate));
                rows.push(columns(&name, &self.amounts.plain(tax.amount), PLAIN));
            }
        }
        rows.push(columns(self.words.total, &self.amounts.with_symbol(bill.total), SUM));
        rows.push(Row::Rule);
        rows
    }

    fn line(&self, line: &LineView, lettered: bool) -> Vec<Row> {
        let mut name = line.name.get(self.language).to_owned();
        if let Some(portion) = &line.portion_name {
            name = format!("{name} {}", portion.get(self.language));
        }
        if line.qty > 1 {
            name = format!("{name} @\u{a0}{}", self.amounts.plain(line.each));
        }
        // The letter keeps its column, also where a line has none, so that the amounts stand under each other.
        let letter = if lettered { format!(" {}", line.tax_letter) } else { String::new() };
        let amount = format!("{}{letter}", self.amounts.plain(line.each.times(line.qty)));
        let mut rows =
            vec![Row::Item { qty: line.qty.to_string(), name, amount: Some(amount), indent: 0, style: PLAIN }];
        for option in &line.options {
            let name = option.name.get(self.language);
            let price = if option.price == Money::ZERO {
                name.to_owned()
            } else {
                format!("{name} ({})", self.amounts.plain(option.price))
            };
            rows.push(item("", &price, option.depth + 1, PLAIN));
        }
        if line.comped != Money::ZERO {
            let reason = if line.comp_reason.is_empty() { self.words.comped } else { &line.comp_reason };
            let blank = if lettered { "  " } else { "" };
            let amount = Some(format!("{}{blank}", self.amounts.plain(-line.comped)));
            rows.push(Row::Item { qty: String::new(), name: reason.to_owned(), amount, indent: 1, style: PLAIN });
        }
        rows
    }

    fn payment(&self, payment: &PaymentView) -> Vec<Row> {
        let name = joined(&[self.tender(payment.kind), &payment.reference]);
        let handed = if payment.given == Money::ZERO { payment.amount + payment.tip } else { payment.given };
        let mut rows = vec![columns(&name, &self.amounts.plain(handed), PLAIN)];
        let mut also = |name: &str, amount: Money| {
            if amount != Money::ZERO {
                let amount = Some(self.amounts.plain(amount));
                rows.push(Row::Item { qty: String::new(), name: name.to_owned(), amount, indent: 1, style: PLAIN });
            }
        };
        also(self.words.cash_rounding, payment.rounding);
        also(self.words.tip, payment.tip);
        also(self.words.change, payment.change);
        rows
    }

    fn inclusive_taxes(&self, mode: TaxMode, taxes: &[TaxSum]) -> Vec<Row> {
        if mode == TaxMode::Exclusive { Vec::new() } else { self.tax_table(taxes) }
    }

    /// Each tax group as a sum a guest can check. The columns fit the narrowest paper.
    pub(super) fn tax_table(&self, taxes: &[TaxSum]) -> Vec<Row> {
        if taxes.is_empty() {
            return Vec::new();
        }
        let sum = |net: &str, tax: &str, gross: &str| format!("{net:>8} {tax:>7} {gross:>8}");
        let head = sum(self.words.net, self.words.tax, self.words.gross);
        let mut rows = vec![columns("", head.trim_start(), PLAIN)];
        for tax in taxes {
            let plain = |amount| self.amounts.plain(amount);
            let figures = sum(&plain(tax.net), &plain(tax.amount), &plain(tax.gross));
            let name = format!("{} {}", tax.tax.letter, self.amounts.rate(tax.tax.rate));
            rows.push(columns(&name, figures.trim_start(), PLAIN));
        }
        rows
    }

    fn farewell(&self) -> Vec<Row> {
        let mut rows = vec![Row::Feed(1)];
        rows.extend(self.settings.footer.iter().map(|line| text(line, PLAIN.center())));
        rows.push(Row::Cut);
        rows
    }
}
