//! A verdict as a page shows it: the same words as the terminal report.

use sellkeep_model::{Examination, Level};

use crate::language::Language;
use crate::shown;

/// What a template needs.
pub struct Report {
    /// The verdict, for the look.
    pub verdict: &'static str,
    /// The verdict's word in the reader's language.
    pub word: String,
    /// What it means, in one sentence.
    pub headline: String,
    /// The language of these two (BCP 47).
    pub lang: &'static str,
    /// How we know, a sentence each.
    pub known: Vec<String>,
    /// What a genuine mail may still do.
    pub cautions: Vec<String>,
    /// Red flags and remarks.
    pub flags: Vec<Flag>,
    /// What to do, first thing first.
    pub advice: Vec<String>,
}

/// One red flag or remark.
pub struct Flag {
    /// What.
    pub says: String,
    /// How much it weighs.
    pub level: &'static str,
    /// The words of the mail.
    pub quote: String,
    /// Why it matters.
    pub why: String,
    /// Where that comes from.
    pub source: String,
}

impl Report {
    /// Of an examination.
    pub fn of(examination: &Examination, language: Language) -> Report {
        let verdict = examination.verdict.as_str();
        Report {
            verdict,
            word: language.say(&format!("verdict-word-{verdict}")),
            headline: headline(examination, language),
            lang: language.tag(),
            known: known(examination),
            cautions: examination
                .caution
                .iter()
                .map(|caution| caution.says.clone())
                .collect(),
            flags: examination.findings.iter().map(flag).collect(),
            advice: examination.advice.clone(),
        }
    }
}

fn headline(examination: &Examination, language: Language) -> String {
    let key = format!("verdict-{}", examination.verdict.as_str());
    language.say_of(&key, "brand", &examination.claims.join(", "))
}

fn known(examination: &Examination) -> Vec<String> {
    let mut known = Vec::new();
    match (&examination.proof, examination.findings.first()) {
        (Some(proof), _) => {
            known.push(proof.says.clone());
            if let (Some(selector), Some(bits)) = (&proof.selector, proof.key_bits) {
                let from = proof.key_from.as_deref().unwrap_or("unknown");
                known.push(format!(
                    "Key {selector}._domainkey.{}, {bits} bits, {from}.",
                    proof.domain
                ));
            }
        }
        (None, Some(finding)) if finding.level >= Level::Strong => known.push(finding.says.clone()),
        _ => known.push("No proof was found, and nothing that speaks against it.".to_owned()),
    }
    if examination.dns.iter().any(|used| used.answer.is_none()) {
        known.push(
            "Some DNS answers could not be fetched: without them nothing can be proven.".to_owned(),
        );
    }
    known.push(format!(
        "Judged as of {}, confidence {}.",
        shown::time(&examination.judged_as_of),
        examination.confidence
    ));
    known
}

fn flag(finding: &sellkeep_model::Finding) -> Flag {
    Flag {
        says: finding.says.clone(),
        level: match finding.level {
            Level::Decisive => "decisive",
            Level::Strong => "strong",
            Level::Weak => "weak",
            Level::Note => "note",
        },
        quote: finding.quote.clone(),
        why: finding.why.clone(),
        source: finding.source.clone(),
    }
}
