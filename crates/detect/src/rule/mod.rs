//! Rules: patterns over events, as data.
//!
//! A rule that is loaded is whole: every part it refers to is there, every field
//! exists, every length is known. The format is explained in `docs/adding/rule.md`.
//! Not here: what has happened so far (`state`) and when a rule is met (`evaluate`).

mod body;
pub mod case;
mod load;
mod meta;
mod set;
mod template;

pub use body::{
    Body, Comparison, Correlation, CorrelationKind, Grace, GroupKey, Metric, Missing, PartIndex,
    RiskTrigger, Season,
};
pub use meta::{Claimed, Deadline, Family, Meta, ObjectOf, Planned};
pub use set::{Hit, Matched, RuleSet};
pub use template::{Seen, Template, UNKNOWN};

/// A pattern over events, with what to say when it is met.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// The name of its folder.
    pub id: String,
    /// The folder above: access, money, catalogue, orders, standing, messages, ourselves.
    pub theme: String,
    /// Hash of its whole text: another wording is another version.
    pub version: String,
    /// Hash of what its state depends on: only another one starts the rule afresh.
    pub state_version: String,
    /// What it finds, in one line.
    pub title: String,
    /// Why that matters.
    pub description: String,
    /// What innocent things look the same.
    pub false_positives: Vec<String>,
    /// MITRE F3 and ATT&CK techniques.
    pub tags: Vec<String>,
    /// What it says to people and to the risk.
    pub meta: Meta,
    /// What it waits for.
    pub body: Body,
    /// Its parts, each one a pattern over a single event.
    pub parts: Vec<Part>,
}

/// A named pattern over a single event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its name in the rule.
    pub name: String,
    /// What it finds, where the rule says so.
    pub title: Option<String>,
}
