//! The report for a person: the verdict first, then how we know, then what to do.

use std::fmt::Write;

use sellkeep_mail::printable;
use sellkeep_model::{Examination, Finding, Level, Verdict};

use super::Judged;

pub const BOLD: &str = "\x1b[1m";
pub const PLAIN: &str = "\x1b[0m";

/// The whole report, in lines of at most `width` columns.
pub fn report(judged: &Judged, width: usize) -> String {
    let examination = &judged.examination;
    let mut out = String::new();
    let colour = match examination.verdict {
        Verdict::Genuine => "\x1b[1;32m",
        Verdict::Fake => "\x1b[1;31m",
        Verdict::Unproven => "\x1b[1;33m",
        Verdict::Unrelated => "\x1b[1;36m",
    };
    let _ = writeln!(
        out,
        "{colour}{}{PLAIN}  {}",
        examination.verdict.as_str().to_uppercase(),
        printable::whole(&judged.name)
    );
    paragraph(&mut out, "", &headline(examination), width);
    section(&mut out, "How we know");
    known(&mut out, examination, width);
    flags(&mut out, examination, width);
    if !examination.caution.is_empty() {
        section(&mut out, "Careful");
        for caution in &examination.caution {
            paragraph(
                &mut out,
                "  - ",
                &format!("{} [{}]", caution.says, caution.id),
                width,
            );
        }
    }
    section(&mut out, "What to do now");
    for (number, step) in examination.advice.iter().enumerate() {
        paragraph(&mut out, &format!("  {}. ", number + 1), step, width);
    }
    out.push('\n');
    out
}

fn headline(examination: &Examination) -> String {
    let brand = examination.claims.join(", ");
    match examination.verdict {
        Verdict::Genuine => format!("It really comes from {brand}."),
        Verdict::Fake => {
            format!("It claims to come from {brand}, and the evidence says it does not.")
        }
        Verdict::Unproven => {
            format!("It claims to come from {brand}, and nothing proves or disproves that.")
        }
        Verdict::Unrelated => {
            "It claims no marketplace or payment service that we know.".to_owned()
        }
    }
}

fn known(out: &mut String, examination: &Examination, width: usize) {
    match (&examination.proof, examination.findings.first()) {
        (Some(proof), _) => {
            paragraph(out, "  ", &proof.says, width);
            if let (Some(selector), Some(bits)) = (&proof.selector, proof.key_bits) {
                let from = proof.key_from.as_deref().unwrap_or("unknown");
                paragraph(
                    out,
                    "  ",
                    &format!(
                        "Key {selector}._domainkey.{}, {bits} bits, {from}.",
                        proof.domain
                    ),
                    width,
                );
            }
        }
        (None, Some(finding)) if finding.level >= Level::Strong => {
            paragraph(out, "  ", &finding.says, width);
        }
        _ => paragraph(
            out,
            "  ",
            "No proof was found, and nothing that speaks against it.",
            width,
        ),
    }
    let _ = writeln!(
        out,
        "  Judged as of {}, confidence {}.",
        examination.judged_as_of, examination.confidence
    );
}

fn flags(out: &mut String, examination: &Examination, width: usize) {
    if examination.findings.is_empty() {
        return;
    }
    section(out, "Red flags and remarks");
    for finding in &examination.findings {
        flag(out, finding, width);
    }
}

fn flag(out: &mut String, finding: &Finding, width: usize) {
    let level = match finding.level {
        Level::Decisive => "decisive",
        Level::Strong => "strong",
        Level::Weak => "weak",
        Level::Note => "note",
    };
    paragraph(
        out,
        "  - ",
        &format!("{} ({level}) [{}]", finding.says, finding.id),
        width,
    );
    if !finding.quote.is_empty() {
        paragraph(out, "      seen: ", &finding.quote, width);
    }
    paragraph(out, "      why: ", &finding.why, width);
    paragraph(out, "      source: ", &finding.source, width);
}

pub(super) fn section(out: &mut String, title: &str) {
    let _ = writeln!(out, "\n{BOLD}{title}{PLAIN}");
}

/// Wraps words behind a first indent; following lines are indented as far.
pub(super) fn paragraph(out: &mut String, indent: &str, text: &str, width: usize) {
    let hang = " ".repeat(indent.chars().count().min(width / 2));
    let mut line = indent.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        let mut word = word;
        // A long address has no place to break: it is cut where the line ends.
        while word.chars().count() > width.saturating_sub(hang.len()) {
            let room = width.saturating_sub(line.chars().count() + usize::from(!empty));
            let cut = word.char_indices().nth(room).map_or(0, |(at, _)| at);
            let (head, rest) = word.split_at(cut);
            let _ = writeln!(out, "{line}{}{head}", if empty { "" } else { " " });
            line.clone_from(&hang);
            empty = true;
            word = rest;
        }
        if !empty && line.chars().count() + 1 + word.chars().count() > width {
            let _ = writeln!(out, "{}", line.trim_end());
            line.clone_from(&hang);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    let _ = writeln!(out, "{}", line.trim_end());
}
