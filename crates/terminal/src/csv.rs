//! A report as a sheet: one figure a row, so that any program can pivot it.

use domain::{money::Currency, shift::Tally, view::ReportView};

/// Section, key, count and amount, with a header line.
pub(crate) fn report(report: &ReportView, currency: &Currency) -> String {
    let book = &report.book;
    let mut sheet = Sheet { text: "section,key,count,amount\n".into(), currency };
    sheet.row("sales", &format!("{}..{}", report.from, report.to), &book.sales);
    for (date, amount, n) in &report.days {
        sheet.row("day", &date.to_string(), &Tally { n: i64::from(*n), amount: *amount });
    }
    book.hours.iter().for_each(|(hour, t)| sheet.row("hour", &format!("{hour:02}:00"), t));
    book.categories.iter().for_each(|(id, t)| sheet.row("category", &id.0, t));
    book.items.iter().for_each(|(id, t)| sheet.row("item", &id.0, t));
    book.staff.iter().for_each(|(id, t)| sheet.row("staff", &id.0, t));
    for tax in &book.taxes {
        let key = format!("{} {}", tax.tax.letter, tax.tax.id);
        sheet.row("tax net", &key, &Tally { n: 0, amount: tax.net });
        sheet.row("tax", &key, &Tally { n: 0, amount: tax.amount });
        sheet.row("tax gross", &key, &Tally { n: 0, amount: tax.gross });
    }
    for (kind, t) in &book.tenders {
        let kind = format!("{kind:?}").to_lowercase();
        sheet.row("payment", &kind, &Tally { n: t.n, amount: t.amount });
        sheet.row("tip", &kind, &Tally { n: t.n, amount: t.tips });
    }
    book.refunds.iter().for_each(|(kind, t)| sheet.row("refund", &format!("{kind:?}").to_lowercase(), t));
    book.voids.iter().for_each(|(reason, t)| sheet.row("void", reason, t));
    book.comps.iter().for_each(|(reason, t)| sheet.row("comp", reason, t));
    sheet.row("takeaway", "", &book.takeaway);
    sheet.row("covers", "", &Tally { n: book.covers, amount: domain::money::Money::ZERO });
    sheet.row("cash rounding", "", &Tally { n: 0, amount: book.cash_rounding });
    sheet.text
}

struct Sheet<'a> {
    text: String,
    currency: &'a Currency,
}

impl Sheet<'_> {
    fn row(&mut self, section: &str, key: &str, tally: &Tally) {
        let amount = self.currency.plain(tally.amount);
        self.text.push_str(&format!("{section},{},{},{amount}\n", quoted(key), tally.n));
    }
}

/// Words as one cell. A leading `=`, `+`, `-` or `@` is kept from being read as a formula.
fn quoted(words: &str) -> String {
    let formula = words.starts_with(['=', '+', '-', '@']);
    let words = if formula { format!("'{words}") } else { words.to_owned() };
    if words.contains([',', '"', '\n']) { format!("\"{}\"", words.replace('"', "\"\"")) } else { words }
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_reason_cannot_become_a_formula_or_two_cells() {
        let cases = [("too salty", "too salty"), ("=1+1", "'=1+1"), ("a,b", "\"a,b\""), ("a \"b\"", "\"a \"\"b\"\"\"")];
        for (words, cell) in cases {
            assert_eq!(quoted(words), cell);
        }
    }
}
