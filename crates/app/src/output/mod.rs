//! What a person or a program gets to see.

pub mod alert;
mod flood;
pub mod person;
mod progress;

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use anyhow::Result;
use sellkeep_mail::printable;
use sellkeep_model::{Examination, Verdict};

use self::flood::Flood;
use self::progress::Progress;

/// One judged thing with its name.
pub struct Judged {
    /// The file, the link, the message of a mailbox.
    pub name: String,
    /// The outcome.
    pub examination: Examination,
    /// The moment it was judged as of is its own and not that of this run.
    pub timed: bool,
}

/// Prints outcomes in the order they come, and a summary for many.
pub struct Printer {
    json: bool,
    out: anstream::AutoStream<std::io::Stdout>,
    progress: Progress,
    counts: [usize; 4],
    fakes: Vec<String>,
    flood: Flood,
}

/// Names of fakes that the summary repeats.
const FAKES_SHOWN_MAX: usize = 20;

impl Printer {
    /// A printer for `expected` sources.
    pub fn new(json: bool, expected: usize) -> Printer {
        Printer {
            json,
            out: anstream::stdout(),
            progress: Progress::new(expected),
            counts: [0; 4],
            fakes: Vec::new(),
            flood: Flood::default(),
        }
    }

    /// Prints one outcome.
    pub fn print(&mut self, judged: &Judged) -> Result<()> {
        self.counts[judged.examination.verdict as usize] += 1;
        if judged.examination.verdict == Verdict::Fake {
            self.fakes.push(judged.name.clone());
        }
        if judged.timed {
            self.flood.see(&judged.examination);
        }
        let text = if self.json {
            json_line(judged)?
        } else {
            person::report(judged, width())
        };
        self.progress
            .aside(|| self.out.write_all(text.as_bytes()))?;
        Ok(())
    }

    /// Tells of trouble with one source, without stopping.
    pub fn trouble(&mut self, what: &str) {
        self.progress
            .aside(|| eprintln!("sellkeep: {}", printable::whole(what)));
    }

    /// One more source is done.
    pub fn advance(&self, done: usize) {
        self.progress.advance(done + 1);
    }

    /// Ends with a summary where several mails were judged; the number of fakes.
    pub fn finish(&mut self, paths: &[PathBuf]) -> Result<usize> {
        self.progress.finish();
        let all: usize = self.counts.iter().sum();
        let note = self.flood.note().filter(|_| all > 1);
        if !self.json && all > 1 {
            let [genuine, fake, unproven, unrelated] = self.counts;
            writeln!(
                self.out,
                "{all} mails: {fake} fake, {unproven} unproven, {genuine} genuine, {unrelated} unrelated"
            )?;
            for name in self.fakes.iter().take(FAKES_SHOWN_MAX) {
                writeln!(self.out, "  fake: {}", printable::whole(name))?;
            }
            if self.fakes.len() > FAKES_SHOWN_MAX {
                writeln!(
                    self.out,
                    "  and {} more",
                    self.fakes.len() - FAKES_SHOWN_MAX
                )?;
            }
        }
        if let Some(note) = note {
            let folder = paths
                .first()
                .map(|path| path.display().to_string())
                .unwrap_or_default();
            eprintln!("mail-flood: {note} ({folder})");
        }
        self.out.flush()?;
        Ok(self.fakes.len())
    }
}

fn json_line(judged: &Judged) -> Result<String> {
    let mut line = serde_json::Map::new();
    line.insert("file".to_owned(), judged.name.clone().into());
    if let serde_json::Value::Object(fields) = serde_json::to_value(&judged.examination)? {
        line.extend(fields);
    }
    Ok(serde_json::to_string(&line)? + "\n")
}

/// Columns to write in.
fn width() -> usize {
    let wanted = std::env::var("COLUMNS")
        .ok()
        .and_then(|columns| columns.parse().ok());
    wanted.unwrap_or(80_usize).clamp(40, 120)
}

/// Whether a person looks at standard error.
fn is_watched() -> bool {
    std::io::stderr().is_terminal()
}
