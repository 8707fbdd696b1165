//! The timeline of a packet: when it happened, when we learned of it, how it is known.
//!
//! Every line is made of words of ours and of details that this reader may see.

use sellkeep_model::{Event, Timestamp};

use super::reader::View;
use super::theme::{theme, words};

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// When it happened, as far as is known.
    pub happened: Timestamp,
    /// When we learned of it.
    pub learned: Timestamp,
    /// What.
    pub what: String,
    /// Details, as `name value`.
    pub details: Vec<String>,
    /// How it is known: proven, observed or claimed.
    pub proof: &'static str,
    /// Where it was read.
    pub source: String,
}

/// The lines that a reader may see, in the order they happened.
pub fn timeline(events: &[Event], view: &View) -> Vec<Line> {
    let shown = events
        .iter()
        .filter(|event| view.themes.contains(&theme(event.kind)));
    let mut lines: Vec<Line> = shown.map(|event| line(event, view)).collect();
    lines.sort_by(|a, b| (a.happened, a.learned, &a.what).cmp(&(b.happened, b.learned, &b.what)));
    lines
}

fn line(event: &Event, view: &View) -> Line {
    let mut details = Vec::new();
    for field in view.fields {
        let (before, after) = (event.before.get(*field), event.after.get(*field));
        let name = field.as_str().replace('_', " ");
        match (before, after) {
            (Some(before), Some(after)) if before != after => {
                details.push(format!(
                    "{name} {} (before: {})",
                    after.shown(),
                    before.shown()
                ));
            }
            (_, Some(after)) => details.push(format!("{name} {}", after.shown())),
            (Some(before), None) => details.push(format!("{name} before: {}", before.shown())),
            (None, None) => {}
        }
    }
    Line {
        happened: event.happened,
        learned: event.learned,
        what: words(event.kind),
        details,
        proof: event.proof.as_str(),
        source: event.source.clone(),
    }
}

/// The lines as a table for programs (RFC 4180). Values that a spreadsheet would take for
/// a formula are written as text.
pub fn csv(lines: &[Line]) -> String {
    let mut out = String::from("happened,learned,what,details,proof,source\r\n");
    for line in lines {
        let cells = [
            line.happened.to_string(),
            line.learned.to_string(),
            line.what.clone(),
            line.details.join("; "),
            line.proof.to_owned(),
            line.source.clone(),
        ];
        let cells: Vec<String> = cells.iter().map(|cell| quoted(cell)).collect();
        out.push_str(&cells.join(","));
        out.push_str("\r\n");
    }
    out
}

fn quoted(cell: &str) -> String {
    let risky = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guard = if risky { "'" } else { "" };
    format!("\"{guard}{}\"", cell.replace('"', "\"\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula_and_never_ends_early() {
        assert_eq!(quoted("=1+1"), "\"'=1+1\"");
        assert_eq!(quoted("a\"b"), "\"a\"\"b\"");
    }
}
