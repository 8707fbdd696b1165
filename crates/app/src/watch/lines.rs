//! Record lines from files, in the order of the time they were learned.
//!
//! Small inputs are put in order as a whole. In larger ones lines may be out of order by
//! up to [`LATENESS`]: they are put in order without reading the whole input first, so
//! that a year of a thousand accounts fits in memory.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;

/// How far back a line may reach behind the newest one before it. Three days cover a
/// payout hold and every redelivery that the marketplaces promise.
pub const LATENESS: SignedDuration = SignedDuration::from_hours(72);

/// As much as this of lines waits at least, so that an input of this size is ordered whole.
const WAITING_BYTES: usize = 64 * 1024 * 1024;

/// A line beyond this is refused: the largest mail that is examined, in base64, with room.
const LINE_BYTES_MAX: u64 = 96 * 1024 * 1024;

/// Records in order, or what was wrong with a line.
pub struct Lines {
    paths: std::vec::IntoIter<PathBuf>,
    open: Option<Open>,
    waiting: BinaryHeap<Reverse<Waiting>>,
    waiting_bytes: usize,
    newest: Timestamp,
    serial: u64,
}

struct Open {
    name: String,
    reader: Box<dyn BufRead>,
    line: u64,
}

struct Waiting {
    at: Timestamp,
    serial: u64,
    bytes: usize,
    record: Box<Record>,
}

impl PartialEq for Waiting {
    fn eq(&self, other: &Waiting) -> bool {
        (self.at, self.serial) == (other.at, other.serial)
    }
}

impl Eq for Waiting {}

impl PartialOrd for Waiting {
    fn partial_cmp(&self, other: &Waiting) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Waiting {
    fn cmp(&self, other: &Waiting) -> std::cmp::Ordering {
        (self.at, self.serial).cmp(&(other.at, other.serial))
    }
}

impl Lines {
    /// The lines of all files; `-` is standard input.
    pub fn new(paths: Vec<PathBuf>) -> Lines {
        Lines {
            paths: paths.into_iter(),
            open: None,
            waiting: BinaryHeap::new(),
            waiting_bytes: 0,
            newest: Timestamp::MIN,
            serial: 0,
        }
    }

    /// The next raw line of any file.
    fn read_line(&mut self) -> Result<Option<(Record, usize)>> {
        loop {
            if self.open.is_none() {
                let Some(path) = self.paths.next() else {
                    return Ok(None);
                };
                self.open = Some(Open::new(&path)?);
            }
            let Some(open) = &mut self.open else { continue };
            match open.next() {
                Ok(Some(record)) => return Ok(Some(record)),
                Ok(None) => self.open = None,
                Err(error) => {
                    // A file that cannot be read any further would fail for ever.
                    if error.root_cause().is::<std::io::Error>() {
                        self.open = None;
                    }
                    return Err(error);
                }
            }
        }
    }

    fn ready(&mut self) -> Option<Record> {
        if self.waiting_bytes < WAITING_BYTES {
            return None;
        }
        let Reverse(oldest) = self.waiting.peek()?;
        let bound = self.newest.checked_sub(LATENESS).unwrap_or(Timestamp::MIN);
        (oldest.at < bound).then(|| self.take()).flatten()
    }

    fn take(&mut self) -> Option<Record> {
        let Reverse(oldest) = self.waiting.pop()?;
        self.waiting_bytes -= oldest.bytes;
        Some(*oldest.record)
    }
}

impl Iterator for Lines {
    type Item = Result<Record>;

    fn next(&mut self) -> Option<Result<Record>> {
        loop {
            if let Some(record) = self.ready() {
                return Some(Ok(record));
            }
            match self.read_line() {
                Ok(Some((record, bytes))) => {
                    self.newest = self.newest.max(record.at);
                    self.serial += 1;
                    self.waiting_bytes += bytes;
                    self.waiting.push(Reverse(Waiting {
                        at: record.at,
                        serial: self.serial,
                        bytes,
                        record: Box::new(record),
                    }));
                }
                Ok(None) => return self.take().map(Ok),
                Err(error) => return Some(Err(error)),
            }
        }
    }
}

impl Open {
    fn new(path: &Path) -> Result<Open> {
        let name = path.display().to_string();
        let reader: Box<dyn BufRead> = if name == "-" {
            Box::new(BufReader::new(std::io::stdin()))
        } else {
            let file = File::open(path).with_context(|| format!("reading records from {name}"))?;
            Box::new(BufReader::with_capacity(1 << 20, file))
        };
        Ok(Open {
            name,
            reader,
            line: 0,
        })
    }

    fn next(&mut self) -> Result<Option<(Record, usize)>> {
        let mut text = Vec::new();
        loop {
            text.clear();
            let mut limited = (&mut self.reader).take(LINE_BYTES_MAX);
            let read = limited
                .read_until(b'\n', &mut text)
                .with_context(|| format!("reading records from {}", self.name))?;
            if read == 0 {
                return Ok(None);
            }
            self.line += 1;
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            let record = serde_json::from_slice(&text).with_context(|| {
                format!(
                    "line {} of {} is no record (one JSON object with \"at\", \"account\", \"source\")",
                    self.line, self.name
                )
            })?;
            return Ok(Some((record, text.len())));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn lines(text: &str) -> Vec<Result<Record>> {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(text.as_bytes()).expect("written");
        Lines::new(vec![file.path().to_owned()]).collect()
    }

    fn at(day: u32, source: &str) -> String {
        format!(
            "{{\"at\":\"2026-11-{day:02}T10:00:00Z\",\"account\":\"a\",\"source\":\"{source}\"}}\n"
        )
    }

    #[test]
    fn lines_within_the_bound_are_put_in_order() {
        let text = [at(3, "c"), at(1, "a"), at(2, "b"), at(9, "d")].concat();
        let order: Vec<String> = lines(&text)
            .into_iter()
            .map(|record| record.expect("a record").source)
            .collect();
        assert_eq!(order, ["a", "b", "c", "d"]);
    }

    #[test]
    fn a_broken_line_is_named_and_the_rest_is_read() {
        let text = format!("{}{{broken\n\n{}", at(1, "a"), at(2, "b"));
        let read = lines(&text);
        assert_eq!(read.iter().filter(|line| line.is_ok()).count(), 2);
        let said = read
            .iter()
            .find_map(|line| line.as_ref().err())
            .map(|error| format!("{error:#}"))
            .unwrap_or_default();
        assert!(said.contains("line 2"), "{said}");
    }
}
