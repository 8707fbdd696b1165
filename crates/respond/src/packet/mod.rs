//! A packet: an incident rendered for one reader, with what proves it.
//!
//! Pure: takes what is known, gives files as bytes. Each reader sees what he needs and no
//! more ([`Reader::view`]); the chain of evidence is whole for everybody, because hashes
//! tell nothing. Not here: where the pieces lie, and the ZIP around the files.

mod files;
mod reader;
mod readme;
mod report;
mod theme;
mod timeline;

use jiff::{SignedDuration, Timestamp};
use sellkeep_knowledge::{Fact, Playbook};
use sellkeep_model::{Alert, Event};

use crate::evidence::{Head, Link};
use crate::incident::Incident;

pub use files::{CHAIN, File, HEADS, ORIGINALS, SUMS, files, wanted};
pub use reader::Reader;
pub use theme::{Theme, theme};

/// How long a developer with access to Amazon's API has to report an incident, from when
/// it was detected (the fact `amz-dpp-24h` names its page).
pub const AMAZON_API_WITHIN: SignedDuration = SignedDuration::from_hours(24);
/// The fact that the duty rests on.
pub const AMAZON_API_FACT: &str = "amz-dpp-24h";
/// The contact that is told.
pub const AMAZON_API_CONTACT: &str = "amazon-spapi-security-incident";

/// Whose incident it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Owner {
    /// The business.
    pub business: String,
    /// The account's name.
    pub account: String,
    /// The marketplace's name.
    pub marketplace: String,
}

/// One piece of evidence, besides its link in the chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Original {
    /// Its hash: that of the stored record.
    pub sha256: String,
    /// What it is about, by the events that were read from it; empty for what people added.
    pub themes: Vec<Theme>,
    /// A person added it to the incident for others to see.
    pub by_person: bool,
}

/// Everything that is known of an incident.
#[derive(Debug, Clone, Copy)]
pub struct Case<'a> {
    /// Whose it is.
    pub owner: &'a Owner,
    /// The incident.
    pub incident: &'a Incident,
    /// Its alerts.
    pub alerts: &'a [Alert],
    /// The events behind them.
    pub events: &'a [Event],
    /// The pieces of evidence.
    pub originals: &'a [Original],
    /// The chain of evidence.
    pub chain: &'a [Link],
    /// Its signed ends, oldest first.
    pub heads: &'a [Head],
    /// Playbooks, for the text of their steps.
    pub playbooks: &'a [Playbook],
    /// Guidance, for what a duty rests on.
    pub facts: &'a [Fact],
    /// Whom it can be sent to: (who, address, how sure).
    pub contacts: &'a [(String, String, String)],
    /// When the packet is made.
    pub made: Timestamp,
}

impl Case<'_> {
    /// When we first knew: the earliest alert, else when the incident was opened.
    pub fn detected(&self) -> Timestamp {
        let alerts = self.alerts.iter().map(|alert| alert.detection.at);
        let opened = self.incident.log.iter().map(|entry| entry.at);
        alerts.chain(opened).min().unwrap_or(self.made)
    }

    /// Until when Amazon must be told by a developer with access to its API.
    pub fn amazon_api_deadline(&self) -> Timestamp {
        let due = self.detected().checked_add(AMAZON_API_WITHIN);
        due.unwrap_or(Timestamp::MAX)
    }
}

#[cfg(test)]
mod tests;
