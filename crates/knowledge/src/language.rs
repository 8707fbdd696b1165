//! How a language is recognised, and which words make a sentence no statement.

use serde::Deserialize;

use crate::source::Source;

/// One language (`knowledge/languages.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Language {
    /// ISO 639-1.
    pub code: String,
    /// Words that stand in nearly every text of it and seldom in others.
    pub common: Vec<String>,
    /// Words before a deed after which it is a condition, a denial or a demand ("if", "not").
    pub unsaid: Vec<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
