//! One seller account on one marketplace, and what its owner says about it.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Span, Timestamp};
use serde::{Deserialize, Serialize};

/// The tenant of an account that names none.
pub const TENANT_DEFAULT: &str = "default";

/// One seller account on one marketplace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    /// Stable name.
    pub id: String,
    /// The organisation it belongs to.
    #[serde(default = "tenant_default")]
    pub tenant: String,
    /// The marketplace: a brand's id.
    pub marketplace: String,
    /// The name people call it by.
    #[serde(default)]
    pub name: Option<String>,
    /// Stores below it (Amazon: marketplaceId).
    #[serde(default)]
    pub stores: Vec<String>,
    /// IANA time zone of the people who run it.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The owner's mail addresses that the marketplace knows.
    #[serde(default)]
    pub addresses: Vec<String>,
    /// Languages its notices come in (ISO 639-1).
    #[serde(default)]
    pub languages: Vec<String>,
    /// The country of the business (ISO 3166-1), where it is known.
    #[serde(default)]
    pub country: Option<String>,
    /// Authserv-ids of the owner's own mail providers.
    #[serde(default)]
    pub trusted_authserv_ids: Vec<String>,
    /// Endings of the deposit accounts that the owner attests.
    #[serde(default)]
    pub deposit_tails: Vec<String>,
    /// The owner confirmed the first reading.
    #[serde(default)]
    pub baseline_confirmed: bool,
    /// Hold after a change of the deposit method, by marketplace or store (ISO 8601 duration).
    #[serde(default)]
    pub holds: BTreeMap<String, Length>,
    /// Changes announced beforehand.
    #[serde(default)]
    pub planned_changes: Vec<PlannedChange>,
    /// Sources it is read from.
    #[serde(default)]
    pub sources: Vec<ExpectedSource>,
}

fn tenant_default() -> String {
    TENANT_DEFAULT.to_owned()
}

/// A change that the owner announced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PlannedChange {
    /// The word of the event.
    pub kind: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub to: Timestamp,
    /// Who announced it.
    #[serde(default)]
    pub by: Option<String>,
    /// The thing that is announced (the ending of the new account), where it was said.
    #[serde(default)]
    pub object: Option<String>,
}

/// A source and how often it should be heard.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ExpectedSource {
    /// The source's name.
    pub source: String,
    /// How often it should be heard.
    #[serde(default)]
    pub expected_every: Option<Length>,
    /// How much longer is forgiven.
    #[serde(default)]
    pub grace: Option<Length>,
}

/// A length of time, written as ISO 8601 (`PT24H`, `P3D`); a day has 24 hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Length(pub SignedDuration);

impl Serialize for Length {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Length {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Length, D::Error> {
        let text = String::deserialize(deserializer)?;
        let span: Span = text.parse().map_err(serde::de::Error::custom)?;
        let length = span
            .to_duration(jiff::SpanRelativeTo::days_are_24_hours())
            .map_err(serde::de::Error::custom)?;
        Ok(Length(length))
    }
}
