//! What fakes ask for and threaten with, as words per language.

use serde::Deserialize;

use crate::source::Source;

/// One kind of lure (`knowledge/lures/<kind>.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Lure {
    /// Stable name, also the file's name (`account-threat`, `asks-password` …).
    pub id: String,
    /// What it is, for a person.
    pub title: String,
    /// Why it matters.
    pub why: String,
    /// The words, per language.
    pub words: Vec<LureWords>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// The words of one lure in one language.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct LureWords {
    /// Language tag (`en`, `de` …).
    pub language: String,
    /// Phrases; each is folded before it is compared, and meets whole words.
    pub phrases: Vec<String>,
}
