//! Pieces of advice and rules, each with its official page.

use serde::Deserialize;

use crate::source::Source;

/// One atomic piece of guidance (`knowledge/guidance/<platform>.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Fact {
    /// Stable name.
    pub id: String,
    /// Brand or body that says so.
    pub platform: String,
    /// Topic (`red-flag`, `two-step`, `bank` …).
    pub category: String,
    /// The statement, in our own words.
    pub statement: String,
    /// How grave ignoring it is.
    pub severity: Option<String>,
    /// `automatic`, `attested` or `manual`.
    pub check: Option<String>,
    /// How it can be checked.
    pub how: Option<String>,
    /// Remark.
    pub notes: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
