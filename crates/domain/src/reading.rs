//! Reading entries that other terminals wrote, perhaps newer ones. What this program does not understand is kept in the
//! log as it is and shown as "needs update"; it is never dropped and never hinders what it does understand.

use serde::Deserialize;

use crate::{
    clock::{BusinessDay, Date},
    event::{Entry, Event},
    ids::{CommandId, Dot, Session},
};

/// An entry as far as this program understands it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    pub entry: Entry,
    /// Events of kinds that a newer program wrote. They are left out of `entry.events`.
    pub not_understood: usize,
}

/// An entry whose events may be of any kind.
#[derive(Deserialize)]
struct Loose {
    #[serde(flatten)]
    rest: serde_json::Map<String, serde_json::Value>,
}

/// Reads the entry at a position of a log. Nothing stored makes this fail: what is no entry at all reads as an entry
/// without events at that position, all of it not understood.
pub fn read_entry(dot: Dot, body: &[u8]) -> Reading {
    if let Ok(entry) = serde_json::from_slice::<Entry>(body) {
        return Reading { entry, not_understood: 0 };
    }
    read_loosely(body).unwrap_or_else(|| Reading { entry: blank(dot), not_understood: 1 })
}

fn read_loosely(body: &[u8]) -> Option<Reading> {
    let Loose { mut rest } = serde_json::from_slice(body).ok()?;
    let serde_json::Value::Array(events) = rest.remove("events")? else { return None };
    let all = events.len();
    let understood: Vec<Event> = events.into_iter().filter_map(|e| serde_json::from_value(e).ok()).collect();
    rest.insert("events".into(), serde_json::Value::Array(Vec::new()));
    let mut entry: Entry = serde_json::from_value(serde_json::Value::Object(rest)).ok()?;
    let not_understood = all - understood.len();
    entry.events = understood;
    Some(Reading { entry, not_understood })
}

fn blank(dot: Dot) -> Entry {
    Entry {
        dot,
        cmd: CommandId { session: Session(0), n: 0 },
        at: 0,
        off: 0,
        day: BusinessDay { date: Date(0), part: 1 },
        by: None,
        device: None,
        paper: None,
        again: false,
        seen: Vec::new(),
        events: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::Origin;

    #[test]
    fn what_is_too_new_is_left_out_and_counted() {
        let dot = Dot { origin: Origin(7), seq: 3 };
        let known = Event::ClockedIn { staff: "ana".into() };
        let entry = Entry { events: vec![known.clone()], ..blank(dot) };
        let mut body = serde_json::to_value(&entry).expect("an entry is JSON");
        body["events"].as_array_mut().expect("a list").push(serde_json::json!({"gift_card_sold": {"card": "x"}}));
        body["colour"] = "blue".into();
        let reading = read_entry(dot, body.to_string().as_bytes());
        assert_eq!(reading, Reading { entry, not_understood: 1 });
    }

    #[test]
    fn what_is_no_entry_reads_as_an_empty_one() {
        let dot = Dot { origin: Origin(7), seq: 3 };
        for body in [&b""[..], b"{}", b"[1]", b"\xff\xfe", br#"{"events":[]}"#] {
            let reading = read_entry(dot, body);
            assert_eq!((reading.entry.dot, reading.not_understood), (dot, 1));
        }
    }
}
