//! What the program's API says, held against the postings.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::{
    CheckSheet, Fault, Ledger,
    cells::{Posting, differences, from_json},
    ledger::{int, word},
};

/// Asks the program for everything with money in it and names what does not agree with the log.
///
/// `ask` takes a query as JSON and gives the answer as JSON. `letter` is the terminal's. Nobody else may be selling
/// meanwhile.
pub fn compare(ledger: &Ledger, letter: &str, ask: &mut dyn FnMut(Value) -> Result<Value>) -> Result<Vec<Fault>> {
    let mut asking = Asking { ledger, letter, ask, faults: Vec::new() };
    asking.checks()?;
    asking.closed_lists()?;
    asking.reports()?;
    asking.z_reports()?;
    asking.x_report()?;
    Ok(asking.faults)
}

struct Asking<'a> {
    ledger: &'a Ledger,
    letter: &'a str,
    ask: &'a mut dyn FnMut(Value) -> Result<Value>,
    faults: Vec<Fault>,
}

impl Asking<'_> {
    fn view(&mut self, query: Value, kind: &str) -> Result<Value> {
        let answer = (self.ask)(query.clone())?;
        let view = answer["view"].get(kind).with_context(|| format!("{query} was answered {answer}"))?;
        Ok(view.clone())
    }

    /// Every check ever opened, one by one.
    fn checks(&mut self) -> Result<()> {
        for (id, sheet) in &self.ledger.checks {
            let view = self.view(json!({ "check": { "check": id } }), "check")?;
            let entry = sheet.settled.as_ref().map_or(sheet.opened_by, |s| s.entry);
            let name = format!("check {} ({id})", sheet.number);
            for (field, ours) in sheet.bill() {
                let theirs = &view["bill"][field];
                if theirs.as_i64() != Some(ours) {
                    self.faults.push(Fault::at(entry, format!("{name}: {field} is {theirs}, but comes to {ours}")));
                }
            }
            if let Some(differ) = sheet.taxes_differ(&view["bill"]["taxes"]) {
                self.faults.push(Fault::at(entry, format!("{name}: {differ}")));
            }
            self.lines(entry, &name, sheet, &view);
            let receipt = sheet.settled.as_ref().map(|s| json!({ "letter": s.receipt.0, "n": s.receipt.1 }));
            if view["receipt"] != json!(receipt) {
                self.faults.push(Fault::at(entry, format!("{name}: its receipt is shown as {}", view["receipt"])));
            }
        }
        Ok(())
    }

    fn lines(&mut self, entry: u64, name: &str, sheet: &CheckSheet, view: &Value) {
        let owed = |l: &Value| [&l["qty"], &l["each"], &l["comped"], &l["amount"]].map(int);
        let shown: BTreeMap<&str, [i64; 4]> =
            view["lines"].as_array().into_iter().flatten().map(|l| (word(&l["id"]), owed(l))).collect();
        for (id, line) in sheet.lines.iter().filter(|(_, l)| !l.removed) {
            let ours = [line.units(), line.each(), line.given_away(), line.owed()];
            let theirs = shown.get(id.as_str());
            if theirs != Some(&ours) {
                let what =
                    format!("{name}: line {id} (units, each, comped, owed) is {theirs:?}, but comes to {ours:?}");
                self.faults.push(Fault::at(entry, what));
            }
        }
        if shown.len() != sheet.lines.values().filter(|l| !l.removed).count() {
            self.faults.push(Fault::at(entry, format!("{name}: {} lines are shown", shown.len())));
        }
    }

    /// The business dates the log knows of.
    fn dates(&self) -> Vec<String> {
        let postings = self.ledger.postings.iter().map(|p| p.day.as_str());
        let days = postings.chain(self.ledger.zs.iter().map(|z| z.day.as_str()));
        days.map(|d| date(d).to_owned()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    /// The list of closed checks, waiter by waiter, because a list has an end.
    fn closed_lists(&mut self) -> Result<()> {
        let (Some(from), Some(to)) = (self.dates().first().cloned(), self.dates().last().cloned()) else {
            return Ok(());
        };
        let waiters: BTreeSet<String> = self.ledger.checks.values().map(|c| c.waiter.clone()).collect();
        let mut listed = BTreeMap::new();
        for waiter in waiters {
            let behind = json!({ "staff": waiter });
            let query = json!({ "closed_checks": { "from": from, "to": to, "text": "", "behind": behind } });
            for row in self.view(query, "closed_checks")?.as_array().into_iter().flatten() {
                if listed.insert(word(&row["check"]).to_owned(), row.clone()).is_some() {
                    self.faults.push(Fault::anywhere(format!("check {} is listed twice", row["check"])));
                }
            }
        }
        for (id, sheet) in &self.ledger.checks {
            let Some(entry) = sheet.settled.as_ref().map(|s| s.entry).or(sheet.cancelled).or(sheet.merged) else {
                continue;
            };
            let ours = listed_row(sheet);
            match listed.remove(id) {
                None => self.faults.push(Fault::at(entry, format!("closed check {} is not listed", sheet.number))),
                Some(row) => {
                    let theirs: BTreeMap<&str, Value> = ours.keys().map(|k| (*k, row[*k].clone())).collect();
                    if theirs != ours {
                        let what = format!("closed check {} is listed as {theirs:?}, but is {ours:?}", sheet.number);
                        self.faults.push(Fault::at(entry, what));
                    }
                }
            }
        }
        self.faults.extend(listed.keys().map(|id| Fault::anywhere(format!("{id} is listed as closed but is not"))));
        Ok(())
    }

    /// The book of every date and of all dates together.
    fn reports(&mut self) -> Result<()> {
        let dates = self.dates();
        let each = dates.iter().map(|d| (d.clone(), d.clone()));
        let all = dates.first().cloned().zip(dates.last().cloned());
        for (from, to) in each.chain(all).collect::<Vec<_>>() {
            let report = self.view(json!({ "report": { "from": from, "to": to } }), "report")?;
            let within = |p: &&Posting| (from.as_str()..=to.as_str()).contains(&date(&p.day));
            let postings: Vec<&Posting> = self.ledger.postings.iter().filter(within).collect();
            let name = format!("report {from} to {to}");
            self.faults.extend(differences(&name, &postings, &from_json(&report["book"])));
        }
        Ok(())
    }

    /// The Zs the program shows must be, byte for byte of meaning, the ones in the log.
    fn z_reports(&mut self) -> Result<()> {
        let shown = self.view(json!("z_reports"), "z_reports")?;
        let shown: Vec<Value> = shown.as_array().cloned().unwrap_or_default();
        for z in &self.ledger.zs {
            match shown.iter().find(|s| s["n"] == z.stated["n"] && s["letter"] == z.stated["letter"]) {
                None => self.faults.push(Fault::at(z.entry, format!("Z {} is not shown", z.stated["n"]))),
                Some(s) if *s != z.stated => {
                    self.faults.push(Fault::at(z.entry, format!("Z {} is shown with other figures", z.stated["n"])));
                }
                Some(_) => {}
            }
        }
        if shown.len() != self.ledger.zs.len() {
            let what = format!("{} Zs are shown, the log has {}", shown.len(), self.ledger.zs.len());
            self.faults.push(Fault::anywhere(what));
        }
        Ok(())
    }

    /// The day that is running.
    fn x_report(&mut self) -> Result<()> {
        let x = self.view(json!("x_report"), "x_report")?;
        let day = word(&x["day"]).to_owned();
        self.faults.extend(self.ledger.report_faults("X", &day, self.letter, &x));
        Ok(())
    }
}

/// What the list of closed checks must say of one.
fn listed_row(sheet: &CheckSheet) -> BTreeMap<&'static str, Value> {
    let bill = sheet.bill();
    let mut tenders: Vec<&str> = sheet.payments.values().map(|p| p.kind.as_str()).collect();
    tenders.sort_by_key(|kind| ["cash", "card", "voucher"].iter().position(|k| k == kind));
    tenders.dedup();
    let mut row = BTreeMap::from([
        ("total", json!(bill["total"])),
        ("tips", json!(bill["tips"])),
        ("refunded", json!(bill["refunded"])),
        ("covers", json!(sheet.guests())),
        ("waiter", json!(sheet.waiter)),
        ("tenders", json!(tenders)),
        ("cancelled", json!(sheet.settled.is_none() && sheet.merged.is_none())),
        ("receipt", Value::Null),
    ]);
    if let Some(settled) = &sheet.settled {
        row.insert("receipt", json!({ "letter": settled.receipt.0, "n": settled.receipt.1 }));
        row.insert("day", json!(settled.day));
    }
    row
}

fn date(day: &str) -> &str {
    day.split('.').next().unwrap_or(day)
}
