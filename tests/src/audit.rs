//! What must still be true after the power went: held against the log, the terminal and the paper.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::referee::LogRow;

/// A command somebody was told is done, as the service's journal has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Acknowledged {
    pub sent: Value,
    pub answer: Value,
}

impl Acknowledged {
    pub fn id(&self) -> &str {
        self.sent["id"].as_str().unwrap_or_default()
    }
}

/// The commands a journal says were done. Signing in leaves no entry in the log and is left out, and so is a last line
/// that was cut off.
///
/// # Errors
/// When a line before the last cannot be read.
pub fn acknowledged(journal: &str) -> Result<Vec<Acknowledged>> {
    let whole = journal.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let mut done = Vec::new();
    for line in whole.lines() {
        let mut line: Value = serde_json::from_str(line).context("a journal line")?;
        let (sent, answer) = (line["sent"].take(), line["answer"]["done"].take());
        let leaves_entry = sent["command"].as_object().is_some_and(|c| !c.contains_key("sign_in"));
        if !answer.is_null() && (leaves_entry || sent["command"].as_str().is_some_and(|c| c != "sign_out")) {
            done.push(Acknowledged { sent, answer });
        }
    }
    Ok(done)
}

/// Commands of the log, by id.
pub fn commands_of(log: &[LogRow]) -> BTreeSet<String> {
    let command = |row: &LogRow| {
        let entry: Value = serde_json::from_slice(&row.body).ok()?;
        Some(entry["cmd"].as_str()?.to_owned())
    };
    log.iter().filter_map(command).collect()
}

/// Acknowledged commands that are not in the log.
pub fn lost<'a>(done: &'a [Acknowledged], log: &[LogRow]) -> Vec<&'a str> {
    let kept = commands_of(log);
    done.iter().map(Acknowledged::id).filter(|id| !kept.contains(*id)).collect()
}

/// What is wrong with the answer to a command that was sent again, if anything.
pub fn repeat_fault(first: &Acknowledged, again: &Value) -> Option<String> {
    let done = &again["done"];
    if done["repeated"] != true {
        return Some(format!("{} was sent again and answered {again}", first.id()));
    }
    let mut answered = ["id", "check", "number", "receipt", "z"].into_iter();
    let field = answered.find(|field| done[field] != first.answer[field])?;
    Some(format!("{}: {field} was {} and is {} now", first.id(), first.answer[field], done[field]))
}

/// What makes a line on paper one of its own: the service writes it as the line's note.
pub const TAG: char = '#';
/// A slip that says one of these may repeat what another one says.
const MARKS: [&str; 3] = ["POSSIBLE DUPLICATE", "COPY", "VOID"];

/// The tags on a slip of paper.
pub fn tags(paper: &str) -> Vec<&str> {
    let word = |w: &&str| w.starts_with(TAG) && w.contains('.');
    paper.split_whitespace().filter(word).collect()
}

/// Lines that stand on the paper of one station twice although no slip says that it may be a duplicate.
pub fn printed_twice<'a>(papers: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut unmarked: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for paper in papers.filter(|p| !MARKS.iter().any(|mark| p.contains(mark))) {
        // A combo's line is on the slip of every station that makes a part of it.
        let station = paper.lines().find(|l| !l.trim().is_empty()).unwrap_or_default().trim();
        for tag in tags(paper) {
            *unmarked.entry((tag, station)).or_default() += 1;
        }
    }
    let twice = unmarked.into_iter().filter(|(_, times)| *times > 1);
    twice.map(|((tag, station), times)| format!("{tag} was printed {times} times at {station}, unmarked")).collect()
}

/// The tags of every line the log says was fired.
pub fn fired_tags(log: &[LogRow]) -> BTreeSet<String> {
    let (mut notes, mut fired) = (BTreeMap::new(), BTreeSet::new());
    for row in log {
        let entry: Value = serde_json::from_slice(&row.body).unwrap_or_default();
        for event in entry["events"].as_array().into_iter().flatten() {
            for line in event["lines_added"]["lines"].as_array().into_iter().flatten() {
                notes.insert(line["id"].to_string(), line["note"].as_str().unwrap_or_default().to_owned());
            }
            // A waiter who writes another note writes over the tag; such a line cannot be followed any more.
            if let Some(note) = event["line_changed"]["change"]["note"].as_str() {
                notes.insert(event["line_changed"]["line"].to_string(), note.to_owned());
            }
            for line in event["fired"]["lines"].as_array().into_iter().flatten() {
                fired.extend(notes.get(&line["line"].to_string()).filter(|n| n.starts_with(TAG)).cloned());
            }
        }
    }
    fired
}
