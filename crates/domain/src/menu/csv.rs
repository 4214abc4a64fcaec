//! Comma-separated values after RFC 4180, and as spreadsheets really write them: with a byte order mark, with any line
//! ending, and with semicolons or tabs where the comma is the decimal sign.

use std::{iter::Peekable, str::Chars};

/// The most rows of one sheet, and cells of one row: what a card of 2,000 items in many sizes needs.
pub(super) const MAX_ROWS: usize = 10_000;
const MAX_CELLS: usize = 100;
const BYTE_ORDER_MARK: char = '\u{feff}';
const DELIMITERS: [char; 3] = [',', ';', '\t'];

/// One row, with the line of the file it begins on, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Row {
    pub line: u32,
    pub cells: Vec<String>,
}

/// Why a sheet cannot be read on from this line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unreadable {
    pub line: u32,
    pub what: &'static str,
}

/// All rows of a sheet, the header first. The delimiter is the one the header uses most, or what a first line `sep=;`
/// says it is.
pub(super) fn read(text: &str) -> Result<Vec<Row>, Unreadable> {
    let text = text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text);
    let (delimiter, text, line) = match declared(text) {
        Some((delimiter, rest)) => (delimiter, rest, 2),
        None => (likely(text), text, 1),
    };
    let mut reader = Reader { rest: text.chars().peekable(), delimiter, line };
    let mut rows = Vec::new();
    while let Some(row) = reader.row()? {
        if rows.len() == MAX_ROWS {
            return Err(Unreadable { line: row.line, what: "a file has at most 10000 rows" });
        }
        rows.push(row);
    }
    Ok(rows)
}

/// Writes rows with commas, CRLF and the byte order mark without which spreadsheets mistake the letters.
pub(super) fn write(rows: &[Vec<String>]) -> String {
    let mut text = String::from(BYTE_ORDER_MARK);
    for row in rows {
        for (i, cell) in row.iter().enumerate() {
            if i > 0 {
                text.push(',');
            }
            if cell.contains(|c| DELIMITERS.contains(&c) || matches!(c, '"' | '\r' | '\n')) {
                text.push('"');
                text.push_str(&cell.replace('"', "\"\""));
                text.push('"');
            } else {
                text.push_str(cell);
            }
        }
        text.push_str("\r\n");
    }
    text
}

/// The spreadsheet convention of a first line that only names the delimiter.
fn declared(text: &str) -> Option<(char, &str)> {
    let mut rest = text.strip_prefix("sep=")?.chars();
    let delimiter = rest.next().filter(|c| DELIMITERS.contains(c))?;
    let rest = rest.as_str();
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix(['\n', '\r']))?;
    Some((delimiter, rest))
}

fn likely(text: &str) -> char {
    let header = text.split(['\r', '\n']).next().unwrap_or_default();
    let count = |delimiter: &char| {
        header.split('"').step_by(2).map(|outside| outside.matches(*delimiter).count()).sum::<usize>()
    };
    // Ties go to the last, so the comma comes last.
    DELIMITERS.into_iter().rev().max_by_key(count).unwrap_or(',')
}

struct Reader<'a> {
    rest: Peekable<Chars<'a>>,
    delimiter: char,
    line: u32,
}

impl Reader<'_> {
    /// The next row, or `None` at the end of the text.
    fn row(&mut self) -> Result<Option<Row>, Unreadable> {
        if self.rest.peek().is_none() {
            return Ok(None);
        }
        let mut row = Row { line: self.line, cells: Vec::new() };
        loop {
            let cell = if self.rest.next_if_eq(&'"').is_some() { self.quoted()? } else { self.plain() };
            row.cells.push(cell);
            if row.cells.len() > MAX_CELLS {
                return Err(Unreadable { line: row.line, what: "this row has too many cells" });
            }
            match self.rest.next() {
                Some(c) if c == self.delimiter => {}
                Some('\r' | '\n') | None => {
                    return Ok(Some(row));
                }
                Some(_) => {
                    return Err(Unreadable {
                        line: self.line,
                        what: "there is text after a closing quote; write a quote inside a cell twice",
                    });
                }
            }
        }
    }

    fn plain(&mut self) -> String {
        let delimiter = self.delimiter;
        let mut cell = String::new();
        while let Some(c) = self.rest.next_if(|c| *c != delimiter && !matches!(c, '\r' | '\n')) {
            cell.push(c);
        }
        self.end_of_line();
        cell
    }

    /// What follows an opening quote, up to and without the closing one.
    fn quoted(&mut self) -> Result<String, Unreadable> {
        let from = self.line;
        let mut cell = String::new();
        loop {
            match self.rest.next() {
                Some('"') if self.rest.next_if_eq(&'"').is_some() => cell.push('"'),
                Some('"') => break,
                Some(c) => {
                    if c == '\n' || c == '\r' && self.rest.peek() != Some(&'\n') {
                        self.line += 1;
                    }
                    cell.push(c);
                }
                None => return Err(Unreadable { line: from, what: "a quote that begins here is never closed" }),
            }
        }
        self.end_of_line();
        Ok(cell)
    }

    /// Counts the line that ends after this cell, and makes `\r\n` one character.
    fn end_of_line(&mut self) {
        match self.rest.peek() {
            Some('\n') => self.line += 1,
            Some('\r') => {
                self.line += 1;
                let mut ahead = self.rest.clone();
                ahead.next();
                if ahead.peek() == Some(&'\n') {
                    self.rest = ahead;
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(text: &str, expected: &[(u32, &[&str])]) {
        let rows = read(text).unwrap_or_else(|e| panic!("{text:?}: {e:?}"));
        let rows: Vec<(u32, Vec<&str>)> =
            rows.iter().map(|r| (r.line, r.cells.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(u32, Vec<&str>)> = expected.iter().map(|(line, cells)| (*line, cells.to_vec())).collect();
        assert_eq!(rows, expected, "{text:?}");
    }

    #[test]
    fn sheets_read_as_they_were_meant() {
        check("", &[]);
        check("a,b\r\nc,d\r\n", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a,b\nc,d", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("a,b\rc,d\r", &[(1, &["a", "b"]), (2, &["c", "d"])]);
        check("\u{feff}a;b\r\n1,50;x\r\n", &[(1, &["a", "b"]), (2, &["1,50", "x"])]);
        check("a\tb\n1,5\t2;5\n", &[(1, &["a", "b"]), (2, &["1,5", "2;5"])]);
        check("sep=;\r\na,b;c\r\n", &[(2, &["a,b", "c"])]);
        check("\"a,b;;;\",c\n", &[(1, &["a,b;;;", "c"])]);
        check("a,\"12\"\" pizza\"\n", &[(1, &["a", "12\" pizza"])]);
        check("a,12\" pizza\n", &[(1, &["a", "12\" pizza"])]);
        check("a,\"two\r\nlines\",b\r\nc,,\r\n", &[(1, &["a", "two\r\nlines", "b"]), (3, &["c", "", ""])]);
        check("a\n\n\nb\n", &[(1, &["a"]), (2, &[""]), (3, &[""]), (4, &["b"])]);
        check("寿司,Käsespätzle\n", &[(1, &["寿司", "Käsespätzle"])]);
        check("a,\"\"\r\n\"\",b", &[(1, &["a", ""]), (2, &["", "b"])]);
    }

    #[test]
    fn a_broken_sheet_says_where() {
        let check = |text: &str, line: u32| assert_eq!(read(text).map_err(|e| e.line), Err(line), "{text:?}");
        check("a,b\nc,\"d\ne\nf", 2);
        check("a,b\nc,\"d\"e\n", 2);
        check(&"a,".repeat(200), 1);
        check(&"a\n".repeat(MAX_ROWS + 1), MAX_ROWS as u32 + 1);
    }

    proptest! {
        #[test]
        fn what_was_written_reads_back(
            rows in prop::collection::vec(prop::collection::vec("[a-z =\",;\t\r\néß寿]{0,6}", 1..5), 1..8),
        ) {
            let mut rows = rows;
            rows.insert(0, ["one", "two", "three", "four"].map(String::from).to_vec());
            let read: Vec<Vec<String>> = read(&write(&rows)).expect("readable").into_iter().map(|r| r.cells).collect();
            prop_assert_eq!(read, rows);
        }

        #[test]
        fn no_text_at_all_makes_the_reader_stumble(text in "[a,;\"\t\r\n\u{feff}=sep]{0,60}") {
            if let Ok(rows) = read(&text) {
                prop_assert!(rows.iter().all(|r| r.line >= 1 && !r.cells.is_empty()));
                prop_assert!(rows.is_sorted_by_key(|r| r.line));
            }
        }
    }
}
