//! Detections and the alerts that are made of them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::event::{Object, ProofLevel};

/// How soon a person must look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AlertLevel {
    /// Good to know.
    ForInformation,
    /// Before the day ends.
    CheckToday,
    /// Now: money or access is at stake.
    ActNow,
}

impl AlertLevel {
    /// The word as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            AlertLevel::ForInformation => "for-information",
            AlertLevel::CheckToday => "check-today",
            AlertLevel::ActNow => "act-now",
        }
    }

    /// The words as a person reads them.
    pub fn shown(self) -> &'static str {
        match self {
            AlertLevel::ForInformation => "For information",
            AlertLevel::CheckToday => "Check today",
            AlertLevel::ActNow => "Act now",
        }
    }
}

/// One event of those that made a detection.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Cause {
    /// When it happened.
    pub happened: Timestamp,
    /// The event's id.
    pub event: String,
    /// The event's word.
    pub kind: String,
    /// How it is known.
    pub proof: ProofLevel,
    /// One sentence: what, from where.
    pub says: String,
}

/// One match of a rule, explained.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Detection {
    /// Made of rule, account and object: the same deed found twice has the same id.
    pub id: String,
    /// The rule.
    pub rule: String,
    /// Hash of the rule's text.
    pub rule_version: String,
    /// The account.
    pub account: String,
    /// How soon a person must look.
    pub level: AlertLevel,
    /// What, in one line.
    pub title: String,
    /// Since when it is so (event time of the event that completed it).
    pub happened: Timestamp,
    /// When it could be known.
    pub at: Timestamp,
    /// What it is about.
    pub object: Option<Object>,
    /// How it is known, a sentence each.
    pub how_we_know: Vec<String>,
    /// The first thing to do.
    pub first_step: String,
    /// Until when something can still be done.
    pub deadline: Option<Timestamp>,
    /// The events that made it, in the order they happened.
    pub causes: Vec<Cause>,
    /// The weakest proof among the causes that it needs.
    pub proof: ProofLevel,
    /// Evidence family, for the risk.
    pub family: String,
    /// Weight in the risk, between 0 and 1.
    pub weight: f64,
    /// The playbook to open.
    pub playbook: Option<String>,
    /// MITRE F3 and ATT&CK techniques.
    pub tags: Vec<String>,
}

/// What has become of an alert.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum AlertState {
    /// Nobody has said anything yet.
    Open,
    /// A person is on it.
    Acknowledged {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Silent until then.
    Snoozed {
        /// Who.
        by: String,
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// A person says it was he.
    ItWasMe {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// A person says it was not he: an incident follows.
    NotMe {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// Announced beforehand, or over.
    Resolved {
        /// Why.
        reason: String,
        /// When.
        at: Timestamp,
    },
}

/// What a person is told: one thread for one rule, account and object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Alert {
    /// The thread's id: that of its detections.
    pub id: String,
    /// The newest and heaviest of its detections.
    pub detection: Detection,
    /// How many detections it holds.
    pub count: u64,
    /// Grows with every change that a person should see; the first is 1.
    pub revision: u32,
    /// When it was raised.
    pub raised: Timestamp,
    /// When it last changed.
    pub changed: Timestamp,
    /// What has become of it.
    pub state: AlertState,
}
