//! What the desk answers: the verdict first, then how we know, then what to do.
//!
//! Words of the suspicious mail are quoted so that no program makes a link of them.

use std::fmt::Write as _;

use anstream::adapter::strip_str;
use sellkeep_mail::{FORWARD_AS_ATTACHMENT, Headers, printable, sender};
use sellkeep_model::{Examination, Verdict};

use super::inside::ATTACHED_MAX;
use crate::output::Judged;
use crate::output::person::report;

/// Columns that every mail program shows.
const WIDTH: usize = 72;
/// Longer subjects are cut; the verdict stands before them.
const SUBJECT_CHARS_MAX: usize = 80;

/// What was looked at.
pub struct Looked {
    /// The outcome for each mail that was attached, or for the whole mail where none was.
    pub judged: Vec<Judged>,
    /// A mail was attached.
    pub attached: bool,
    /// Attached mails that were not looked at.
    pub beyond: usize,
}

/// The subject of the answer.
pub fn subject(looked: &Looked, asked: &Headers<'_>) -> String {
    let worst = looked.judged.iter().map(|one| one.examination.verdict);
    let worst = worst.max_by_key(|verdict| severity(*verdict));
    let word = worst.map_or("", Verdict::as_str).to_uppercase();
    format!("{word} - Re: {}", shown_subject(asked))
}

fn severity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fake => 3,
        Verdict::Unproven => 2,
        Verdict::Unrelated => 1,
        Verdict::Genuine => 0,
    }
}

/// The text of the answer.
pub fn text(looked: &Looked) -> String {
    let mut text = String::new();
    for judged in &looked.judged {
        let whole = report(&harmless(judged), WIDTH);
        let _ = writeln!(text, "{}", strip_str(&whole));
    }
    if !looked.attached {
        let _ = writeln!(
            text,
            "No mail was attached, so I could judge the words only: what is forwarded in the \
             text has lost its header, and with it every proof.\n\n{FORWARD_AS_ATTACHMENT}\n"
        );
    }
    if looked.beyond > 0 {
        let _ = writeln!(
            text,
            "{} more attached mails were not looked at; send at most {ATTACHED_MAX} together.\n",
            looked.beyond
        );
    }
    text.push_str("--\nSellkeep's desk. A program wrote this; nobody reads answers to it.\n");
    text
}

/// The name of a mail in the answer: its subject.
pub fn shown_subject(headers: &Headers<'_>) -> String {
    let field = headers.first("Subject");
    let subject = field.map_or_else(String::new, |field| sender::decode(&field.value()));
    let short: String = subject.chars().take(SUBJECT_CHARS_MAX).collect();
    match printable::line(&short) {
        empty if empty.trim().is_empty() => "(no subject)".to_owned(),
        words => words,
    }
}

/// The same with quotations that no program takes for an address.
fn harmless(judged: &Judged) -> Judged {
    let mut examination: Examination = judged.examination.clone();
    for finding in &mut examination.findings {
        finding.quote = broken(&finding.quote);
        finding.says = broken(&finding.says);
    }
    Judged {
        name: broken(&judged.name),
        examination,
        timed: judged.timed,
    }
}

/// A full stop between letters, as in an address, stands in brackets: `evil[.]example`.
fn broken(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let inside = |side: Option<&char>| side.is_some_and(|side| side.is_alphanumeric());
        if *letter == '.' && inside(before) && inside(letters.get(at + 1)) {
            out.push_str("[.]");
        } else {
            out.push(*letter);
        }
    }
    out.replace("://", "[:]//")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_program_makes_a_link_of_it() {
        assert_eq!(
            broken("See https://evil.example/a.b. Or www.x.y"),
            "See https[:]//evil[.]example/a[.]b. Or www[.]x[.]y"
        );
        assert_eq!(
            broken("At the end. And so on ... 3 . 4"),
            "At the end. And so on ... 3 . 4"
        );
    }

    #[test]
    fn a_subject_is_one_short_line() {
        let subject = |line: &str| {
            let mail = format!("Subject: {line}\r\n\r\n");
            shown_subject(&Headers::read(mail.as_bytes()))
        };
        assert_eq!(subject("=?utf-8?Q?Fwd:_caf=C3=A9?="), "Fwd: café");
        assert_eq!(subject(""), "(no subject)");
        assert!(subject(&"x".repeat(500)).chars().count() <= SUBJECT_CHARS_MAX + 1);
        let hidden = subject("=?utf-8?Q?a=0D=0ABcc:_x@evil.example?=");
        assert!(!hidden.contains(['\r', '\n']), "{hidden}");
    }
}
