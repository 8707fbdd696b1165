//! The weekly word that all is quiet, or why that cannot be said.
//!
//! Invariant: it never says "all quiet" while a source is silent, an alert is open, or
//! nothing was read at all: silence of the watcher must not look like peace.

use jiff::Timestamp;
use sellkeep_model::{AlertLevel, Detail, Message};

use super::plain::line;
use super::{Letter, Line, Text};

/// What is known of the past week.
#[derive(Debug, Clone, Default)]
pub struct Week {
    /// Accounts that were watched, as people call them.
    pub accounts: Vec<String>,
    /// Records read.
    pub records: u64,
    /// Alerts raised.
    pub raised: u64,
    /// Alerts that still need somebody.
    pub open: u64,
    /// Sources that are silent, with their account.
    pub silent: Vec<String>,
    /// When each channel last carried a message, for channels that could not for a week.
    pub channels_failing: Vec<String>,
}

impl Week {
    fn is_quiet(&self) -> bool {
        self.open == 0
            && self.silent.is_empty()
            && self.channels_failing.is_empty()
            && self.records > 0
    }
}

/// Writes the weekly message.
pub fn week(week: &Week, letter: &Letter<'_>) -> Message {
    let quiet = week.is_quiet();
    let title = if quiet {
        "Sellkeep: all quiet this week"
    } else {
        "Sellkeep: this week is not all quiet"
    };
    let lines = match letter.detail {
        Detail::Full => full(week),
        Detail::Short => numbers(week),
        Detail::Console => vec![Line::new("", "The console has the week's summary.")],
    };
    let text = Text {
        title: title.to_owned(),
        paragraphs: vec![lines],
    };
    let level = if quiet {
        AlertLevel::ForInformation
    } else {
        AlertLevel::CheckToday
    };
    Message {
        level,
        ..text.message(letter)
    }
}

fn full(week: &Week) -> Vec<Line> {
    let mut lines = numbers(week);
    let names = |names: &[String]| names.iter().map(|name| line(name)).collect::<Vec<String>>();
    for (label, list) in [
        ("Accounts", &week.accounts),
        ("Silent sources", &week.silent),
        ("Channels that failed", &week.channels_failing),
    ] {
        if !list.is_empty() {
            lines.push(Line {
                label,
                says: names(list),
            });
        }
    }
    lines
}

fn numbers(week: &Week) -> Vec<Line> {
    vec![
        Line::new(
            "Watched",
            format!(
                "{} accounts, {} records read",
                week.accounts.len(),
                week.records
            ),
        ),
        Line::new(
            "Alerts",
            format!("{} raised, {} still open", week.raised, week.open),
        ),
        Line::new("Blind", format!("{} silent sources", week.silent.len())),
    ]
}

/// The next time that the weekly message is due: a Monday at eight in the owner's morning.
pub fn due(after: Timestamp, zone: &jiff::tz::TimeZone) -> Option<Timestamp> {
    let local = after.to_zoned(zone.clone());
    let eight = jiff::civil::time(8, 0, 0, 0);
    let mut day = local.date();
    for _ in 0..=7 {
        let at = day
            .to_datetime(eight)
            .to_zoned(zone.clone())
            .ok()?
            .timestamp();
        if day.weekday() == jiff::civil::Weekday::Monday && at > after {
            return Some(at);
        }
        day = day.tomorrow().ok()?;
    }
    None
}
