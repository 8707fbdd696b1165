//! Checks → what they found, and one best thing to do next.
//!
//! A fact that we read decides before a person's word; a word that is too old, or from
//! the future, is asked again. Invariant: an exception never raises the score.
//! Not here: asking the DNS or the person.

mod decide;
mod domain;
mod facts;
mod remind;
mod score;

use std::collections::BTreeMap;

use sellkeep_knowledge::Check;
use sellkeep_model::{Answered, CheckResult, Exception, Timestamp};
use serde::{Deserialize, Serialize};

pub use domain::{domain_facts, domain_questions};
pub use facts::{known_now, snapshot_facts};
pub use remind::{RULE as SIGN_OFF_RULE, SIGN_OFFS, remind};
pub use score::{NextStep, Score, score};

/// Facts by their names.
pub type Facts = BTreeMap<String, Known>;

/// What is known of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Known {
    /// A number: an age, how many.
    Number(i64),
    /// A word.
    Word(String),
}

/// A person's word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attestation {
    /// The check.
    pub check: String,
    /// Whether it is so.
    pub yes: bool,
    /// Who says so.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// What proves it.
    #[serde(default)]
    pub evidence: Option<String>,
}

/// A check that somebody answers for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excused {
    /// The check.
    pub check: String,
    /// Who, why, until when.
    #[serde(flatten)]
    pub exception: Exception,
}

/// What is known of one account's preparation.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preparation {
    /// The account.
    #[serde(default)]
    pub account: String,
    /// Its marketplace; without one, all checks are asked.
    #[serde(default)]
    pub marketplace: Option<String>,
    /// What was read.
    #[serde(default)]
    pub facts: Facts,
    /// What people said, in any order.
    #[serde(default)]
    pub attestations: Vec<Attestation>,
    /// What somebody answers for.
    #[serde(default)]
    pub exceptions: Vec<Excused>,
}

/// Asks every check that is about the account's marketplace.
pub fn audit(checks: &[Check], known: &Preparation, now: Timestamp) -> Vec<CheckResult> {
    let about = |check: &&Check| match &known.marketplace {
        Some(marketplace) if !check.marketplaces.is_empty() => {
            check.marketplaces.contains(marketplace)
        }
        _ => true,
    };
    let checks = checks.iter().filter(about);
    checks.map(|check| one(check, known, now)).collect()
}

fn one(check: &Check, known: &Preparation, now: Timestamp) -> CheckResult {
    let decision = decide::decide(check, known, now);
    let exception = exception(check, known, now).filter(|_| decision.answer != Answered::Pass);
    CheckResult {
        check: check.id.clone(),
        question: check.question.clone(),
        answer: decision.answer,
        says: decision.says,
        points: check.points,
        minutes: check.minutes,
        why: check.why.clone(),
        steps: check.steps.clone(),
        source: check.source.source.clone(),
        seen: check.source.seen.clone(),
        confidence: format!("{:?}", check.source.confidence).to_lowercase(),
        expires: decision.expires,
        exception,
    }
}

/// An exception that has an owner and a reason and has not run out.
fn exception(check: &Check, known: &Preparation, now: Timestamp) -> Option<Exception> {
    let said = |text: &str| !text.trim().is_empty();
    let excused = known.exceptions.iter().find(|excused| {
        let exception = &excused.exception;
        let owned = said(&exception.owner) && said(&exception.reason);
        excused.check == check.id && owned && exception.expires > now
    });
    excused.map(|excused| excused.exception.clone())
}
