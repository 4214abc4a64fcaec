//! X and Z: the day on one strip of paper.

use super::{Desk, columns, text};
use domain::clock::Moment;
use domain::event::TaxSum;
use domain::late::Posted;
use domain::money::Money;
use domain::paper::{Row, Size, Slip, SlipKind, Style};
use domain::shift::{Book, DrawerCount, Tally, TaxTally, ZReport};
use std::collections::BTreeMap;

const PLAIN: Style = Style::plain();
/// Figures of a hash a person compares.
const SEAL_SHOWN: usize = 16;

impl Desk<'_> {
    pub(super) fn report(&self, z: &ZReport) -> Slip {
        let mut rows = self.training(self.settings.training);
        rows.extend(self.letterhead());
        let title = if z.n == 0 { self.words.x_report.to_owned() } else { format!("{} {}", self.words.z_report, z.n) };
        rows.push(text(&title, Style::plain().bold().size(Size::Double).center()));
        rows.push(columns(self.words.business_day, &self.day(z.day), PLAIN.bold()));
        let by = z.by.as_ref().map(|id| format!("{} {}", self.words.by, self.person(id))).unwrap_or_default();
        rows.push(columns(&by, &Moment { at: z.at, offset: z.offset }.text(self.dates), PLAIN));
        rows.push(Row::DoubleRule);
        rows.extend(self.sales(&z.book));
        rows.extend(self.figures(&z.book));
        for drawer in &z.drawers {
            rows.extend(self.drawer(drawer, &z.book));
        }
        rows.push(Row::DoubleRule);
        for (first, last) in &z.receipts {
            rows.push(columns(self.words.receipts, &format!("{first} - {last}"), PLAIN));
        }
        rows.extend(self.gaps(z));
        if z.carried_over > 0 {
            rows.push(columns(self.words.carried_over, &z.carried_over.to_string(), PLAIN.bold()));
        }
        rows.push(columns(self.words.grand_total, &self.amounts.with_symbol(z.grand_total), PLAIN.bold()));
        if z.n > 0 {
            let short = |hash: &str| hash.chars().take(SEAL_SHOWN).collect::<String>();
            if !z.previous.is_empty() {
                rows.push(columns(self.words.previous, &short(&z.previous), PLAIN));
            }
            rows.push(columns(self.words.seal, &short(&z.hash), PLAIN));
        }
        rows.push(Row::Cut);
        Slip::new(SlipKind::Report, rows)
    }

    /// What this Z does not hold, and what the ones before did not: nothing missing may go without a word.
    fn gaps(&self, z: &ZReport) -> Vec<Row> {
        let mut rows = Vec::new();
        for annulled in &z.annulled {
            rows.push(columns(self.words.annulled, &annulled.to_string(), PLAIN));
        }
        for (receipt, was) in &z.replaced {
            rows.push(columns(self.words.replaced, &format!("{was} = {receipt}"), PLAIN));
        }
        for missing in &z.missing {
            rows.push(columns(self.words.not_heard, &format!("{} {}", missing.letter, missing.name), PLAIN.bold()));
            rows.push(columns("", &Moment { at: missing.heard, offset: z.offset }.text(self.dates), PLAIN));
        }
        let Some(late) = &z.late else { return rows };
        rows.push(text(self.words.came_late, PLAIN.bold()));
        for entry in &late.entries {
            let number = entry.number.map(|n| n.to_string()).unwrap_or_default();
            for (what, amount) in entry.posting.what.iter().filter_map(|posted| self.posted(posted)) {
                let what = [&self.day(entry.posting.day), &number, &what].map(String::as_str).join(" ");
                rows.push(columns(&what, &self.amounts.plain(amount), PLAIN));
            }
        }
        rows.push(columns(self.words.sales, &self.amounts.with_symbol(late.sums.sales), PLAIN.bold()));
        rows
    }

    /// A late arrival in words and an amount; what has none is on the page of late arrivals only.
    fn posted(&self, posted: &Posted) -> Option<(String, Money)> {
        match posted {
            Posted::Paid { tender, amount, tip, .. } => Some((self.tender(*tender).to_owned(), *amount + *tip)),
            Posted::Settled { receipt, total, .. } => Some((receipt.to_string(), *total)),
            Posted::Refunded { receipt, amount, .. } => {
                Some((receipt.map(|r| r.to_string()).unwrap_or_default(), Money::ZERO - *amount))
            }
            Posted::Moved { letter, amount, .. } | Posted::Counted { letter, counted: amount } => {
                Some((letter.to_string(), *amount))
            }
            Posted::Voided { .. } => None,
        }
    }

    fn sales(&self, book: &Book) -> Vec<Row> {
        let money = |amount| self.amounts.with_symbol(amount);
        let mut rows = vec![
            columns(self.words.sales, &money(book.sales.amount), Style::plain().bold().size(Size::Double)),
            columns(self.words.checks, &book.sales.n.to_string(), PLAIN),
        ];
        if book.sales.n > 0 {
            rows.push(columns(self.words.average, &money(book.sales.amount.scaled(1, book.sales.n)), PLAIN));
        }
        if book.covers > 0 {
            rows.push(columns(self.words.guests, &book.covers.to_string(), PLAIN));
            rows.push(columns(self.words.average_cover, &money(book.sales.amount.scaled(1, book.covers)), PLAIN));
        }
        if book.takeaway.n > 0 {
            rows.push(self.tally(self.words.takeaway, &book.takeaway));
        }
        rows
    }

    fn figures(&self, book: &Book) -> Vec<Row> {
        let mut rows = Vec::new();
        let tenders = book.tenders.iter();
        let paid = tenders.map(|(kind, t)| self.tally(self.tender(*kind), &Tally { n: t.n, amount: t.amount }));
        let mut paid: Vec<Row> = paid.collect();
        let tips: Money = book.tenders.values().map(|tender| tender.tips).sum();
        if tips != Money::ZERO {
            paid.push(columns(self.words.tips, &self.amounts.plain(tips), PLAIN));
        }
        if book.cash_rounding != Money::ZERO {
            paid.push(columns(self.words.cash_rounding, &self.amounts.plain(book.cash_rounding), PLAIN));
        }
        rows.extend(section(self.words.tenders, paid));
        rows.extend(section(self.words.taxes, self.tax_table(&sums(&book.taxes))));
        let category = |id: &domain::ids::CategoryId| {
            let category = self.restaurant.menu().and_then(|menu| menu.category(id));
            category.map_or_else(|| id.to_string(), |category| category.name.get(self.language).to_owned())
        };
        rows.extend(section(self.words.categories, self.tallies(&book.categories, category)));
        rows.extend(section(self.words.staff, self.tallies(&book.staff, |id| self.person(id))));
        rows.extend(section(self.words.hours, self.tallies(&book.hours, |hour| format!("{hour:02}:00"))));
        rows.extend(section(self.words.voids, self.tallies(&book.voids, Clone::clone)));
        rows.extend(section(self.words.comps, self.tallies(&book.comps, Clone::clone)));
        let mut refunds = self.tallies(&book.refunds, |kind| self.tender(*kind).to_owned());
        refunds.extend(self.tax_table(&sums(&book.refund_taxes)));
        rows.extend(section(self.words.refunds, refunds));
        rows
    }

    fn drawer(&self, count: &DrawerCount, book: &Book) -> Vec<Row> {
        let plain = |amount| self.amounts.plain(amount);
        let cash = book.drawer_cash.get(&count.letter).copied().unwrap_or(Money::ZERO);
        let mut rows = vec![
            columns(self.words.float, &plain(count.drawer.float), PLAIN),
            columns(self.words.cash_sales, &plain(cash), PLAIN),
        ];
        if count.drawer.paid_in != Money::ZERO {
            rows.push(columns(self.words.paid_in, &plain(count.drawer.paid_in), PLAIN));
        }
        if count.drawer.paid_out != Money::ZERO {
            rows.push(columns(self.words.paid_out, &plain(-count.drawer.paid_out), PLAIN));
        }
        rows.push(columns(self.words.expected, &plain(count.expected), PLAIN.bold()));
        match (count.drawer.counted, count.difference) {
            (Some(counted), Some(difference)) => {
                rows.push(columns(self.words.counted, &plain(counted), PLAIN.bold()));
                let loud = difference != Money::ZERO;
                rows.push(columns(
                    self.words.difference,
                    &plain(difference),
                    Style { inverse: loud, bold: true, ..PLAIN },
                ));
            }
            _ => rows.push(columns(self.words.counted, self.words.not_counted, PLAIN)),
        }
        if count.drawer.no_sales > 0 {
            rows.push(columns(self.words.no_sales, &count.drawer.no_sales.to_string(), PLAIN));
        }
        section(&format!("{} {}", self.words.drawer, count.letter), rows)
    }

    fn tally(&self, name: &str, tally: &Tally) -> Row {
        let amount = Some(self.amounts.plain(tally.amount));
        Row::Item { qty: tally.n.to_string(), name: name.to_owned(), amount, indent: 0, style: PLAIN }
    }

    fn tallies<K: Ord>(&self, all: &BTreeMap<K, Tally>, name: impl Fn(&K) -> String) -> Vec<Row> {
        all.iter().map(|(key, tally)| self.tally(&name(key), tally)).collect()
    }
}

/// A headed group of rows; nothing when there are none.
fn section(title: &str, rows: Vec<Row>) -> Vec<Row> {
    if rows.is_empty() {
        return rows;
    }
    let mut all = vec![Row::Rule, text(title, PLAIN.bold())];
    all.extend(rows);
    all
}

fn sums(taxes: &[TaxTally]) -> Vec<TaxSum> {
    let sum = |t: &TaxTally| TaxSum { tax: t.tax.clone(), net: t.net, amount: t.amount, gross: t.gross };
    taxes.iter().map(sum).collect()
}
