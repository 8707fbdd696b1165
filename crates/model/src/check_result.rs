//! What a check of the preparation found: its answer and what to do about it.
//!
//! A check asks about the account and its people; the answer comes from what was read,
//! from a person's word, or not at all. Not here: how it is decided (`detect::audit`).

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// The answer to a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answered {
    /// It is as it should be.
    Pass,
    /// It is not.
    Fail,
    /// No source tells, and nobody has said.
    Unknown,
    /// Only a person can tell, and nobody has, or the word is too old.
    AskThePerson,
}

impl Answered {
    /// The word as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Answered::Pass => "pass",
            Answered::Fail => "fail",
            Answered::Unknown => "unknown",
            Answered::AskThePerson => "ask-the-person",
        }
    }
}

/// One step of setting it right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixStep {
    /// What to do.
    pub action: String,
    /// The official page about it.
    #[serde(default)]
    pub page: Option<String>,
}

/// A failing check that somebody answers for. It hides nothing and earns no points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exception {
    /// Who answers for it.
    pub owner: String,
    /// Why it is so.
    pub reason: String,
    /// Until when; then it is asked again.
    pub expires: Timestamp,
}

/// What a check found about one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check: `theme/name`.
    pub check: String,
    /// What is asked.
    pub question: String,
    /// The answer.
    pub answer: Answered,
    /// Why this answer, in one sentence.
    pub says: String,
    /// What it is worth.
    pub points: u32,
    /// How long setting it right takes.
    pub minutes: u32,
    /// Why it matters.
    pub why: String,
    /// How to set it right.
    pub steps: Vec<FixStep>,
    /// The page that the check rests on.
    pub source: String,
    /// When that page was seen.
    pub seen: String,
    /// `high`, `medium` or `low`.
    pub confidence: String,
    /// When the answer must be given again.
    pub expires: Option<Timestamp>,
    /// Who answers for it that it fails.
    pub exception: Option<Exception>,
}
