//! Drawers and the closing of the day.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    Fault,
    cells::{Posting, differences, from_json},
    ledger::{Ledger, Reading, int, word},
};

/// A drawer on paper.
#[derive(Debug, Clone, Default)]
pub struct DrawerSheet {
    pub float: i64,
    pub paid_in: i64,
    pub paid_out: i64,
    pub no_sales: i64,
    pub counted: Option<i64>,
}

/// A Z as the log holds it.
#[derive(Debug, Clone)]
pub struct ZSheet {
    pub entry: u64,
    pub day: String,
    pub stated: Value,
}

impl Ledger {
    pub(super) fn drawer(&mut self, at: &Reading<'_>, kind: &str, what: &Value) {
        let key = (at.day.to_owned(), word(&what["letter"]).to_owned());
        let amount = int(&what["amount"]);
        let drawer = self.drawers.entry(key).or_default();
        if kind == "drawer_counted" {
            drawer.counted = Some(int(&what["counted"]));
            return;
        }
        match word(&what["movement"]) {
            "float" => drawer.float += amount,
            "paid_in" => drawer.paid_in += amount,
            "paid_out" => drawer.paid_out += amount,
            "no_sale" => drawer.no_sales += 1,
            other => {
                let what = format!("unknown movement {other}");
                self.fault(at, what);
            }
        }
    }

    pub(super) fn day_closed(&mut self, at: &Reading<'_>, z: &Value) {
        let day = word(&z["day"]).to_owned();
        let letter = word(&z["letter"]).to_owned();
        if self.zs.iter().any(|earlier| earlier.day == day) {
            self.fault(at, format!("{day} was closed before"));
        }
        let last =
            self.zs.iter().rev().find(|earlier| earlier.stated["letter"] == z["letter"]).map(|l| l.stated.clone());
        let n = last.as_ref().map_or(0, |l| int(&l["n"])) + 1;
        if int(&z["n"]) != n {
            self.fault(at, format!("it is Z {n} but calls itself Z {}", z["n"]));
        }
        let previous = last.as_ref().map_or("", |l| word(&l["hash"])).to_owned();
        if word(&z["previous"]) != previous {
            self.fault(at, format!("Z {n} does not follow from Z {}", n - 1));
        }
        match sealed_bytes(at.text) {
            Some(bytes) if blake3::hash(bytes.as_bytes()).to_hex().as_str() == word(&z["hash"]) => {}
            _ => self.fault(at, format!("the hash of Z {n} does not follow from its figures")),
        }
        let faults = self.report_faults(&format!("Z {n}"), &day, &letter, z);
        self.faults.extend(faults.into_iter().map(|f| Fault { entry: f.entry.or(Some(at.seq)), ..f }));
        self.zs.push(ZSheet { entry: at.seq, day, stated: z.clone() });
    }

    /// What is wrong with the figures of an X or Z of a business day, as far as the log has been read.
    pub fn report_faults(&self, name: &str, day: &str, letter: &str, stated: &Value) -> Vec<Fault> {
        let postings: Vec<&Posting> = self.postings.iter().filter(|p| p.day == day).collect();
        let mut faults = differences(&format!("{name} of {day}"), &postings, &from_json(&stated["book"]));
        let open =
            self.checks.values().filter(|c| c.settled.is_none() && c.cancelled.is_none() && c.merged.is_none()).count();
        for (what, theirs, ours) in [
            ("the terminal", stated["letter"].clone(), json!(letter)),
            ("the drawers", stated["drawers"].clone(), self.drawers_of(day, &postings)),
            ("the range of receipts", stated["receipts"].clone(), self.receipts_of(day)),
            ("checks carried over", stated["carried_over"].clone(), json!(open)),
            ("the grand total", stated["grand_total"].clone(), json!(self.grand_total)),
        ] {
            if theirs != ours {
                faults.push(Fault::anywhere(format!("{name} of {day}: {what}: stated {theirs}, but comes to {ours}")));
            }
        }
        faults
    }

    fn drawers_of(&self, day: &str, postings: &[&Posting]) -> Value {
        let mut cash: BTreeMap<String, i64> = BTreeMap::new();
        for posting in postings {
            if let Some(letter) = posting.cell.strip_prefix("drawer_cash/") {
                *cash.entry(letter.to_owned()).or_default() += posting.amount;
            }
        }
        cash.retain(|letter, sum| *sum != 0 || self.drawers.contains_key(&(day.to_owned(), letter.clone())));
        for (of_day, letter) in self.drawers.keys() {
            if of_day == day {
                cash.entry(letter.clone()).or_default();
            }
        }
        let sheets = cash.into_iter().map(|(letter, cash)| {
            let drawer = self.drawers.get(&(day.to_owned(), letter.clone())).cloned().unwrap_or_default();
            let expected = drawer.float + drawer.paid_in - drawer.paid_out + cash;
            json!({
                "letter": letter, "float": drawer.float, "paid_in": drawer.paid_in, "paid_out": drawer.paid_out,
                "no_sales": drawer.no_sales, "counted": drawer.counted, "expected": expected,
                "difference": drawer.counted.map(|counted| counted - expected),
            })
        });
        sheets.collect()
    }

    fn receipts_of(&self, day: &str) -> Value {
        let ranges = self.receipts.iter().filter(|((of_day, _), _)| of_day == day);
        let number = |letter: &String, n: &i64| json!({ "letter": letter, "n": n });
        ranges.map(|((_, letter), (first, last))| json!([number(letter, first), number(letter, last)])).collect()
    }
}

/// The Z's own bytes inside its entry, with the hash emptied: what was hashed when it was sealed.
fn sealed_bytes(entry: &str) -> Option<String> {
    let start = entry.find("\"day_closed\":{\"z\":")? + "\"day_closed\":{\"z\":".len();
    let z = &entry[start..start + object_length(&entry[start..])?];
    let hash = z.rfind("\"hash\":\"")? + "\"hash\":\"".len();
    let end = hash + z[hash..].find('"')?;
    Some(format!("{}{}", &z[..hash], &z[end..]))
}

/// How many bytes the JSON object at the start of `text` has.
fn object_length(text: &str) -> Option<usize> {
    let (mut depth, mut quoted, mut escaped) = (0i32, false, false);
    for (i, byte) in text.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => depth += 1,
            b'}' if !quoted => {
                depth -= 1;
                if depth == 0 {
                    return Some(i + 1);
                }
            }
            _ => {}
        }
    }
    None
}
