//! A table in text: columns by name, rows by line, cells by tab.
//!
//! Amazon writes a byte order mark before the first name, quotes nothing, repeats names it no
//! longer uses ("Deprecated column") and cuts a file that was not fetched to its end.

use sellkeep_model::Timestamp;

use crate::amazon::frame::Frame;
use crate::amazon::node::TEXT_MAX;
use crate::amazon::number::decimal;
use crate::amazon::stamp::stamp;

/// Twice the listings of a very large shop; a file beyond this is read only this far.
const ROWS_MAX: usize = 200_000;

/// Amazon's widest table has some forty columns.
const COLUMNS_MAX: usize = 200;

/// A table.
pub(super) struct Table<'a> {
    frame: &'a Frame<'a>,
    columns: Vec<String>,
    lines: Vec<&'a str>,
    /// Whether every row is here and whole.
    pub whole: bool,
}

/// A row of a table, with its number for problems.
pub(super) struct Row<'t, 'a> {
    table: &'t Table<'a>,
    cells: Vec<&'a str>,
    number: usize,
}

/// The names of the columns: lower case, with hyphens, without the mark before the first.
pub(super) fn columns(text: &str) -> Vec<String> {
    let first = text
        .trim_start_matches('\u{feff}')
        .lines()
        .next()
        .unwrap_or_default();
    let cells = first.split('\t').take(COLUMNS_MAX);
    cells
        .map(|cell| {
            cell.trim()
                .trim_matches('"')
                .to_lowercase()
                .replace([' ', '_'], "-")
        })
        .collect()
}

impl<'a> Table<'a> {
    /// The table in a text, where it has the columns that it needs.
    pub fn of(frame: &'a Frame<'a>, has_columns: fn(&[String]) -> bool) -> Option<Table<'a>> {
        let text = frame.record.body.as_str().unwrap_or_default();
        let columns = columns(text);
        if !has_columns(&columns) {
            frame.problems.note(
                "body",
                "does not begin with the columns of this report; nothing was read",
            );
            return None;
        }
        let text = text.trim_start_matches('\u{feff}');
        let mut lines: Vec<&str> = text
            .lines()
            .skip(1)
            .filter(|line| !line.trim().is_empty())
            .collect();
        let mut whole = true;
        if lines.len() > ROWS_MAX {
            frame
                .problems
                .note("body", "has more rows than are read; the rest was left out");
            lines.truncate(ROWS_MAX);
            whole = false;
        }
        let last_cells = lines
            .last()
            .map_or(columns.len(), |line| line.split('\t').count());
        if !text.ends_with('\n') && last_cells < columns.len() {
            frame
                .problems
                .note("body", "is cut off in its last row, which was left out");
            lines.pop();
            whole = false;
        }
        Some(Table {
            frame,
            columns,
            lines,
            whole,
        })
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = Row<'_, 'a>> {
        let row = |(index, line): (usize, &&'a str)| Row {
            table: self,
            cells: line.split('\t').take(COLUMNS_MAX).collect(),
            number: index + 1,
        };
        self.lines.iter().enumerate().map(row)
    }
}

impl Row<'_, '_> {
    /// Words of the first of these columns that has any.
    pub fn text(&self, names: &[&str]) -> Option<String> {
        let cell = names.iter().find_map(|name| self.cell(name))?;
        Some(cell.chars().take(TEXT_MAX).collect())
    }

    /// A number of the first of these columns that has one.
    pub fn number(&self, names: &[&str]) -> Option<f64> {
        let cell = names.iter().find_map(|name| self.cell(name))?;
        let number = decimal(cell);
        if number.is_none() {
            self.problem(names, "is not a number; left out");
        }
        number
    }

    /// A time of the first of these columns that has one.
    pub fn time(&self, names: &[&str]) -> Option<Timestamp> {
        let cell = names.iter().find_map(|name| self.cell(name))?;
        let at = stamp(cell);
        if at.is_none() {
            self.problem(names, "is not a time that we can read; left out");
        }
        at
    }

    /// Says what is wrong with a cell of this row.
    pub fn problem(&self, names: &[&str], says: &str) {
        let name = names.first().copied().unwrap_or_default();
        self.table
            .frame
            .problems
            .note(format!("row {} {name}", self.number), says);
    }

    fn cell(&self, name: &str) -> Option<&str> {
        let at = self
            .table
            .columns
            .iter()
            .position(|column| column == name)?;
        self.cells
            .get(at)
            .map(|cell| cell.trim())
            .filter(|cell| !cell.is_empty())
    }
}
