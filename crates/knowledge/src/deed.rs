//! What words can say that happened: our own lists, for what no published wording is known.
//!
//! A deed is met where a thing ("bank account") and what was done to it ("was changed")
//! stand in one sentence. That is a guess from words, and is marked as one.

use sellkeep_model::EventKind;
use serde::Deserialize;

use crate::notice::Detail;
use crate::source::Source;

/// The topics that must be there: which words sound like security or money, which like
/// ordinary business, which introduce a stranger's words.
pub const TOPICS: &[&str] = &["business", "money", "security", "stranger"];

/// One deed (`knowledge/deeds/<deed>.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Deed {
    /// Stable name, also the file's name.
    pub id: String,
    /// What it says that happened.
    pub kind: EventKind,
    /// What it is, for a person.
    pub title: String,
    /// The words, per language.
    pub words: Vec<DeedWords>,
    /// What to read from the text of any notice of this kind.
    #[serde(default, rename = "detail")]
    pub details: Vec<Detail>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}

/// The words of one deed in one language. A word that ends in `*` may go on.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct DeedWords {
    /// Language tag (`en`, `de` …).
    pub language: String,
    /// What it is done to; empty where the deeds say everything.
    pub things: Vec<String>,
    /// What is done.
    pub deeds: Vec<String>,
}

/// Words that sound like one theme (`knowledge/topics/<topic>.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Topic {
    /// Stable name, also the file's name.
    pub id: String,
    /// What it is, for a person.
    pub title: String,
    /// The words, per language.
    pub words: Vec<crate::LureWords>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
