//! Suffixes below which strangers live: never to be trusted as the brand above them.

use sellkeep_model::Domain;
use serde::Deserialize;

use crate::source::Source;

/// A suffix that its owner hands out to customers (`knowledge/zones.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Zone {
    /// The suffix; everything below it belongs to somebody else.
    pub domain: Domain,
    /// Who lives there.
    pub owner: String,
    /// Whether the Public Suffix List has it: `yes`, `no`, `partial`, `wildcard`.
    pub public_suffix: String,
    /// Why it is not to be trusted.
    pub why: String,
    /// Brand whose name the suffix seems to carry.
    pub looks_like_brand: Option<String>,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
