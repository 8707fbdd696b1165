//! What a person is told: the text of an alert, or of several, for one channel.
//!
//! A full text says what, where, since when, how we know, the first thing to do and the
//! time left. A short one names only the theme: no amount, ending, address or name. The
//! third setting says only that there is something, and its level.
//! Invariant: no word of a stranger leaves here without passing `plain`, and the only
//! links are those of our own console.
//! Not here: when and on which channel (`delivery`), how it travels (`connect`).

mod full;
mod html;
mod plain;
mod short;
mod week;
mod when;

use sellkeep_model::{
    Account, Action, Alert, AlertLevel, Detail, Message, MessageState, Timestamp,
};

pub use self::week::{Week, due as week_due, week};
use crate::delivery::Why;

/// More alerts than a person reads in one message; the rest is counted.
pub const ALERTS_SHOWN_MAX: usize = 20;

/// One alert to be told.
#[derive(Debug, Clone, Copy)]
pub struct Telling<'a> {
    /// The alert.
    pub alert: &'a Alert,
    /// Its account, where it is known.
    pub account: Option<&'a Account>,
    /// Why it is told now.
    pub why: Why,
}

/// What a message needs beside the alerts.
#[derive(Debug, Clone, Copy)]
pub struct Letter<'a> {
    /// The message's id, from the delivery.
    pub id: &'a str,
    /// The matter it belongs to: the alert's id, or the delivery's for a group.
    pub thread: &'a str,
    /// How much the channel may say.
    pub detail: Detail,
    /// Where the console is (`https://sellkeep.example`), without a slash at the end.
    pub console: Option<&'a str>,
    /// The time of writing.
    pub now: Timestamp,
}

/// One line of a text: a label and what it says.
struct Line {
    label: &'static str,
    says: Vec<String>,
}

/// The inside of a message: a title and paragraphs of lines.
struct Text {
    title: String,
    paragraphs: Vec<Vec<Line>>,
}

/// Writes the message that tells these alerts. `None` where there is nothing to tell.
pub fn write(tellings: &[Telling<'_>], letter: &Letter<'_>) -> Option<Message> {
    let level = tellings
        .iter()
        .map(|telling| telling.alert.detection.level)
        .max()?;
    let text = match letter.detail {
        Detail::Full => full::text(tellings, letter.now),
        Detail::Short => short::text(tellings, letter.now),
        Detail::Console => nothing_but_the_level(level, is_over(tellings)),
    };
    let state = if is_over(tellings) {
        MessageState::Resolved
    } else {
        MessageState::Open
    };
    Some(Message {
        state,
        level,
        link: link(tellings, letter),
        actions: actions(tellings, letter),
        ..text.message(letter)
    })
}

impl Text {
    /// The message with everything that the text alone decides.
    fn message(self, letter: &Letter<'_>) -> Message {
        Message {
            id: letter.id.to_owned(),
            thread: letter.thread.to_owned(),
            state: MessageState::Open,
            level: AlertLevel::ForInformation,
            body_text: self.as_lines(),
            body_html: Some(html::page(&self)),
            title: self.title,
            link: letter.console.map(str::to_owned),
            actions: Vec::new(),
            at: letter.now,
        }
    }

    fn as_lines(&self) -> String {
        let paragraphs = self.paragraphs.iter().map(|lines| {
            let lines: Vec<String> = lines.iter().map(Line::as_text).collect();
            lines.join("\n")
        });
        paragraphs.collect::<Vec<String>>().join("\n\n")
    }
}

impl Line {
    fn new(label: &'static str, says: impl Into<String>) -> Line {
        Line {
            label,
            says: vec![says.into()],
        }
    }

    fn as_text(&self) -> String {
        match (self.label, self.says.as_slice()) {
            ("", says) => says.join(" "),
            (label, [one]) => format!("{label}: {one}"),
            (label, many) => format!("{label}:\n- {}", many.join("\n- ")),
        }
    }
}

fn is_over(tellings: &[Telling<'_>]) -> bool {
    tellings.iter().all(|telling| telling.why == Why::Resolved)
}

fn nothing_but_the_level(level: AlertLevel, over: bool) -> Text {
    let level = level.shown();
    let says = if over {
        format!("Something at the level \"{level}\" is over. The console has the details.")
    } else {
        format!("There is something at the level \"{level}\". Look at the console.")
    };
    Text {
        title: format!("Sellkeep: {level}{}", if over { " (over)" } else { "" }),
        paragraphs: vec![vec![Line::new("", says)]],
    }
}

/// The alert's page; the console itself for a group, and where nothing may be said.
fn link(tellings: &[Telling<'_>], letter: &Letter<'_>) -> Option<String> {
    let console = letter.console?;
    match tellings {
        [one] if letter.detail != Detail::Console => Some(page(console, &one.alert.id)),
        _ => Some(console.to_owned()),
    }
}

/// The two answers of one open alert. The page behind them asks who is there.
fn actions(tellings: &[Telling<'_>], letter: &Letter<'_>) -> Vec<Action> {
    match (tellings, letter.console, letter.detail) {
        ([one], Some(console), Detail::Full | Detail::Short) if one.why != Why::Resolved => {
            let page = page(console, &one.alert.id);
            let action = |label: &str, place: &str| Action {
                label: label.to_owned(),
                link: format!("{page}#{place}"),
            };
            vec![action("Not me", "not-me"), action("It was me", "it-was-me")]
        }
        _ => Vec::new(),
    }
}

/// An alert's page. Ids are hexadecimal; anything else is left out of the address.
fn page(console: &str, alert: &str) -> String {
    let id: String = alert
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
        .collect();
    format!("{console}/alerts/{id}")
}

#[cfg(test)]
mod tests;
