//! Names of brands in domains and in words, however they are disguised.
//!
//! One index over all brands and lures, built once from the knowledge.

mod confusable;
mod fold;
mod index;
mod lookalike;

pub use fold::{Folded, fold};
pub use index::NameIndex;

/// A brand's name found in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NameHit {
    /// The brand's id.
    pub brand: String,
    /// The alias that was met, as the knowledge writes it.
    pub alias: String,
    /// Where it stands in the text given (byte range).
    pub range: std::ops::Range<usize>,
    /// It was written with look-alike letters, marks or hidden characters.
    pub disguised: bool,
    /// The words are the alias and nothing else (but for spaces and punctuation).
    pub whole: bool,
}

/// A lure's phrase found in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LureHit {
    /// The lure's id.
    pub lure: String,
    /// Language of the phrase.
    pub language: String,
    /// The phrase as the knowledge writes it.
    pub phrase: String,
    /// Where it stands in the text given (byte range).
    pub range: std::ops::Range<usize>,
}

/// A domain that imitates a brand's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lookalike {
    /// The brand's id.
    pub brand: String,
    /// The brand's word or domain that is imitated.
    pub of: String,
    /// How.
    pub kind: LookalikeKind,
}

/// How a domain imitates a brand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LookalikeKind {
    /// Reads the same once look-alike letters are folded (`arnazon.com`, `аmazon.com`).
    Confusable,
    /// The brand's word as a whole label or hyphenated part of another registered name (`amazon-verify.com`).
    AddedWord,
    /// The brand's word as a label left of somebody else's domain (`amazon.com.evil.example`).
    Subdomain,
    /// The brand's word inside a longer label (`costcogik.com`).
    Inside,
    /// The brand's word under another top-level domain (`mercadolivre.br`, `mercadolivre`).
    OtherSuffix,
    /// One or two typing errors away (`amazom.com`).
    Typo,
}
