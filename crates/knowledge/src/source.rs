//! Where a fact comes from, when it was seen, how sure it is.

use serde::Deserialize;

/// The proof of one fact; every record of the knowledge has one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Source {
    /// A page's address or a description of the copy read.
    pub source: String,
    /// `YYYY-MM-DD`, `YYYY-MM`, `YYYY`, or `unknown` where the copy carries no date.
    pub seen: String,
    /// How sure it is.
    pub confidence: Confidence,
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// One third party only: shown with a warning, never acted on by itself.
    Low,
    /// A maintained third party, or a dated official copy.
    Medium,
    /// An official page, a security.txt, or a register that cites it.
    High,
}
