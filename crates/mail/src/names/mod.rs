//! Names of brands in domains and in words, however they are disguised.
//!
//! One index over all brands and lures, built once from the knowledge. Which name
//! matters, and how much, is not decided here.

mod confusable;
mod distance;
mod extent;
mod fold;
mod host_words;
mod index;
mod likeness;
mod lookalike;
mod page;
mod starts;
mod typing;
mod words;

use sellkeep_knowledge::Knowledge;
use sellkeep_model::Domain;

pub use fold::{Folded, TEXT_OCTETS_MAX, fold};
pub use index::{HITS_EACH_MAX, SHORT_OCTETS_MAX};

/// All names of all brands, ready to be looked for.
#[derive(Debug)]
pub struct NameIndex {
    texts: index::TextIndex,
    hosts: lookalike::HostIndex,
}

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

/// How a domain imitates a brand, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LookalikeKind {
    /// Reads the same once look-alike letters are folded (`arnazon.com`, `аmazon.com`).
    Confusable,
    /// The brand's word as a hyphenated part of another registered name (`amazon-verify.com`).
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

impl NameIndex {
    /// Builds the index.
    pub fn new(knowledge: &Knowledge) -> NameIndex {
        NameIndex {
            texts: index::TextIndex::new(knowledge),
            hosts: lookalike::HostIndex::new(knowledge),
        }
    }

    /// Every brand named in a short text such as a display name or a subject (its
    /// first [`SHORT_OCTETS_MAX`] octets), in the order of the text.
    pub fn names_in(&self, text: &str) -> Vec<NameHit> {
        self.texts.names_in(text)
    }

    /// Every brand named and every lure met in a long text (its first
    /// [`TEXT_OCTETS_MAX`] octets), each in the order of the text.
    pub fn scan(&self, text: &str) -> (Vec<NameHit>, Vec<LureHit>) {
        self.texts.scan(text)
    }

    /// Whether a domain that is not a brand's own imitates one. The caller has
    /// made sure that the domain is neither a brand's nor a customers' zone;
    /// what stands left of a zone is judged.
    pub fn lookalike(&self, domain: &Domain) -> Option<Lookalike> {
        self.hosts.lookalike(domain)
    }
}

#[cfg(test)]
mod tests;
