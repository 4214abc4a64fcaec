//! Books as flat tables of cells: `hours/19/amount` → 4250. Two books agree when their cells do.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Fault;

/// A book: cell names and their sums. Cells that came to zero are not there.
pub type Cells = BTreeMap<String, i64>;

/// One amount an entry adds to a cell of a day's book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Posting {
    pub entry: u64,
    pub day: String,
    pub cell: String,
    pub amount: i64,
}

/// The sums of some postings.
pub fn total<'a>(postings: impl Iterator<Item = &'a Posting>) -> Cells {
    let mut cells = Cells::new();
    for posting in postings {
        *cells.entry(posting.cell.clone()).or_default() += posting.amount;
    }
    cells.retain(|_, amount| *amount != 0);
    cells
}

/// A book as the program writes it, as cells.
pub fn from_json(book: &Value) -> Cells {
    let mut cells = Cells::new();
    walk(&mut cells, String::new(), book);
    cells.retain(|_, amount| *amount != 0);
    cells
}

fn walk(cells: &mut Cells, path: String, value: &Value) {
    let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
    match value {
        Value::Number(n) => *cells.entry(path).or_default() += n.as_i64().unwrap_or(i64::MIN),
        Value::Object(fields) => fields.iter().for_each(|(name, inner)| walk(cells, below(name), inner)),
        // The only lists in a book are of tax groups.
        Value::Array(taxes) => {
            for tax in taxes {
                let group = tax_name(&tax["tax"]);
                for sum in ["net", "amount", "gross"] {
                    walk(cells, below(&format!("{group}/{sum}")), &tax[sum]);
                }
            }
        }
        _ => {}
    }
}

/// A tax group by what makes it one: its id, rate and letter.
pub fn tax_name(tax: &Value) -> String {
    let text = |field: &str| tax[field].as_str().unwrap_or("?");
    format!("{}@{}{}", text("id"), tax["rate"].as_i64().unwrap_or(-1), text("letter"))
}

/// Every cell in which `theirs` differs from the sum of `postings`, with the entry that explains the difference if
/// exactly one does: lost, counted twice, or taken the wrong way round.
pub fn differences(what: &str, postings: &[&Posting], theirs: &Cells) -> Vec<Fault> {
    let ours = total(postings.iter().copied());
    let names: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
    let mut faults = Vec::new();
    for name in names {
        let (mine, stated) = (value(&ours, name), value(theirs, name));
        if mine != stated {
            let (entry, why) = blame(postings, name, stated - mine);
            faults
                .push(Fault { entry, what: format!("{what}: {name} is stated as {stated}, but comes to {mine}{why}") });
        }
    }
    faults
}

fn value(cells: &Cells, name: &str) -> i64 {
    cells.get(name).copied().unwrap_or(0)
}

fn blame(postings: &[&Posting], cell: &str, off: i64) -> (Option<u64>, String) {
    let explains = |factor: i64| {
        let mut found = postings.iter().filter(|p| p.cell == cell && p.amount * factor == off).map(|p| p.entry);
        found.next().filter(|_| found.next().is_none())
    };
    for (factor, words) in [(-1, "lost"), (1, "counted twice"), (-2, "taken the wrong way round")] {
        if let Some(entry) = explains(factor) {
            return (Some(entry), format!(" (as if this entry was {words})"));
        }
    }
    (None, String::new())
}
