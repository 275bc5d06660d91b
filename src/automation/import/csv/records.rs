//! The rows of a table (RFC 4180), whatever separates their fields.

use super::Columns;
use crate::automation::import::{ImportError, ImportErrorKind};

/// How many rows decide what separates fields.
const SAMPLE: usize = 20;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line in which it begins, from 1.
    pub line: usize,
    pub fields: Vec<String>,
}

/// The rows of a text; empty lines are none.
pub(super) fn read(text: &str) -> Result<Vec<Record>, ImportError> {
    let first = text.lines().next().unwrap_or_default();
    if let Some(separator) = first.trim().strip_prefix("sep=").and_then(|rest| rest.chars().next()) {
        let start = text.find('\n').map_or(text.len(), |end| end + 1);
        return records(&text[start..], separator, 2).collect();
    }
    records(text, separator(text), 1).collect()
}

/// What separates the fields: that whose first row names columns, or else that gives the most rows alike more than one.
/// A tab or a semicolon that is in every row is more telling than a comma, which data has too.
fn separator(text: &str) -> char {
    let score = |separator: char| {
        let sample: Vec<Record> = records(text, separator, 1).map_while(Result::ok).take(SAMPLE).collect();
        let Some(first) = sample.first().filter(|first| first.fields.len() > 1) else { return (false, 0) };
        let alike = sample.iter().filter(|record| record.fields.len() == first.fields.len()).count();
        (Columns::named(first).is_some(), alike)
    };
    // The last of several that are as good is taken.
    [',', ';', '\t'].into_iter().max_by_key(|separator| score(*separator)).unwrap_or(',')
}

fn records(text: &str, separator: char, first_line: usize) -> impl Iterator<Item = Result<Record, ImportError>> {
    let mut reader = Reader { rest: text.chars(), separator, line: first_line };
    std::iter::from_fn(move || reader.next_record().transpose())
}

struct Reader<'a> {
    rest: std::str::Chars<'a>,
    separator: char,
    /// The line of the next character.
    line: usize,
}

impl Reader<'_> {
    fn next_record(&mut self) -> Result<Option<Record>, ImportError> {
        loop {
            if self.rest.as_str().is_empty() {
                return Ok(None);
            }
            let line = self.line;
            let mut fields = Vec::new();
            while {
                let (field, more) = self.field()?;
                fields.push(field);
                more
            } {}
            if fields.iter().any(|field| !field.trim().is_empty()) {
                return Ok(Some(Record { line, fields }));
            }
        }
    }

    /// A field, and whether another one follows in its row.
    fn field(&mut self) -> Result<(String, bool), ImportError> {
        let mut field = String::new();
        if let Some(quoted) = self.rest.as_str().trim_start_matches(' ').strip_prefix('"') {
            self.rest = quoted.chars();
            self.quoted(&mut field)?;
        }
        while let Some(ch) = self.rest.next() {
            match ch {
                '\n' => {
                    self.line += 1;
                    return Ok((field, false));
                }
                '\r' if self.rest.as_str().starts_with('\n') => {}
                '\r' => return Ok((field, false)),
                ch if ch == self.separator => return Ok((field, true)),
                ch => field.push(ch),
            }
        }
        Ok((field, false))
    }

    /// What stands between quotes, of which two are one.
    fn quoted(&mut self, field: &mut String) -> Result<(), ImportError> {
        let line = self.line;
        while let Some(ch) = self.rest.next() {
            match ch {
                '"' if self.rest.as_str().starts_with('"') => {
                    self.rest.next();
                    field.push('"');
                }
                '"' => return Ok(()),
                ch => {
                    self.line += usize::from(ch == '\n');
                    field.push(ch);
                }
            }
        }
        Err(ImportError::at(line, ImportErrorKind::Unclosed))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // tests panic on purpose

    use super::*;

    fn rows(text: &str) -> Vec<(usize, Vec<String>)> {
        read(text).unwrap().into_iter().map(|record| (record.line, record.fields)).collect()
    }

    fn row(line: usize, fields: &[&str]) -> (usize, Vec<String>) {
        (line, fields.iter().map(|field| (*field).to_owned()).collect())
    }

    #[test]
    fn quotes_hold_separators_lines_and_quotes() {
        let text = "a,\"b,\"\"c\"\"\"\r\n\r\n \"d\r\ne\",f\ng,\n";
        assert_eq!(rows(text), [row(1, &["a", "b,\"c\""]), row(3, &["d\r\ne", "f"]), row(5, &["g", ""])]);
    }

    #[test]
    fn what_separates_is_found() {
        assert_eq!(rows("a;b,c,d\ne;f\n"), [row(1, &["a", "b,c,d"]), row(2, &["e", "f"])]);
        assert_eq!(rows("a\tb;c\nd\te;f"), [row(1, &["a", "b;c"]), row(2, &["d", "e;f"])]);
        assert_eq!(rows("a;1,2,3\nb;4,5,6"), [row(1, &["a", "1,2,3"]), row(2, &["b", "4,5,6"])]);
        assert_eq!(rows("sep=|\na|b,c"), [row(2, &["a", "b,c"])]);
        assert_eq!(rows("name;data,x,y\na,b;c"), [row(1, &["name", "data,x,y"]), row(2, &["a,b", "c"])]);
        assert_eq!(rows("AT\nAT+GMR"), [row(1, &["AT"]), row(2, &["AT+GMR"])]);
    }

    #[test]
    fn a_quote_that_stays_open_names_its_line() {
        let error = read("a,b\nc,\"d\ne\nf").unwrap_err();
        assert_eq!(error, ImportError::at(2, ImportErrorKind::Unclosed));
        assert_eq!(rows("a,b\"c"), [row(1, &["a", "b\"c"])], "a quote inside of a field is a quote");
    }
}
