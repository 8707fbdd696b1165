//! Names of techniques that rules may carry as tags.

use serde::Deserialize;

use crate::source::Source;

/// One technique (`knowledge/tags/<framework>.toml`).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Technique {
    /// As it stands in rules: `f3.f1005.006`, `attack.t1098`.
    pub tag: String,
    /// Its name in the framework.
    pub name: String,
    /// The framework's version that the id was taken from.
    pub version: String,
    /// Source, date seen, confidence.
    #[serde(flatten)]
    pub source: Source,
}
