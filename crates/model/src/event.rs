//! An event: a fact about one account at one time, from a closed vocabulary.
//!
//! Events carry no marketplace's format. The words are in [`EventKind`]; what each
//! means to a person stands in `knowledge/vocabulary.toml`, and the loader
//! checks that both lists are the same.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::field::Fields;
use crate::kind::EventKind;

/// How an event is known.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default,
)]
#[serde(rename_all = "lowercase")]
pub enum ProofLevel {
    /// Somebody says so: it may alert, it never moves a baseline or closes anything.
    #[default]
    Claimed,
    /// A party that we trust by configuration says so.
    Observed,
    /// Read from the marketplace itself, or signed by it.
    Proven,
}

impl ProofLevel {
    /// The word as it stands in JSON and on the screen.
    pub fn as_str(self) -> &'static str {
        match self {
            ProofLevel::Claimed => "claimed",
            ProofLevel::Observed => "observed",
            ProofLevel::Proven => "proven",
        }
    }
}

/// Where `happened` comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum TimeQuality {
    /// The marketplace names the time of the deed.
    Source,
    /// The mail's date or the time of its delivery.
    Mail,
    /// Only when we learned of it: it happened some time before.
    #[default]
    Learned,
    /// The source named a time that cannot be, and it was cut to what can.
    Clamped,
}

/// What a deed was done to: a deposit method, a listing, a payout, a user.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Object {
    /// One word: `deposit-method`, `payout`, `listing`, `user`, `app`, `mail`, `source` …
    #[serde(rename = "type")]
    pub kind: String,
    /// Its name in the source, or a keyed digest where the name is private.
    pub id: String,
}

impl Object {
    /// An object of a kind, by its id.
    pub fn new(kind: &str, id: impl Into<String>) -> Object {
        Object {
            kind: kind.to_owned(),
            id: id.into(),
        }
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.id)
    }
}

/// A fact about an account at a time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Derived from what it says and where it was read, so that the same fact read
    /// twice has the same id (see [`crate::id_of`]).
    pub id: String,
    /// The word.
    pub kind: EventKind,
    /// The account, by the id of the accounts file.
    pub account: String,
    /// The marketplace: a brand's id.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub marketplace: String,
    /// The store below the account (Amazon: marketplaceId), where one is named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub store: Option<String>,
    /// When it happened, as far as is known.
    pub happened: Timestamp,
    /// When we learned of it.
    pub learned: Timestamp,
    /// Where `happened` comes from.
    #[serde(default)]
    pub time_quality: TimeQuality,
    /// The source's name: `mailbox`, `amazon.api`, `shopify.webhook` …
    pub source: String,
    /// The operation, notification type or notice it was read from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// How it is known.
    pub proof: ProofLevel,
    /// What it was done to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<Object>,
    /// What was so before, where that is known.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub before: Fields,
    /// What is so now, and everything else the source says.
    #[serde(default, skip_serializing_if = "Fields::is_empty")]
    pub after: Fields,
    /// SHA-256 of the record it was read from, hexadecimal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<String>,
}
