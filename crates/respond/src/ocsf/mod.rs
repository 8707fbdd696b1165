//! What we found, in the words of the Open Cybersecurity Schema Framework (OCSF).
//!
//! One file a class; every value fits the schema of its class, which a test proves. Only
//! classes and fields that exist since OCSF 1.3 are used, so that older readers take them;
//! what has no place there stands in `unmapped`. Nothing is invented to fill a field.
//! Not here: where the lines are sent.

mod account_change;
mod attack;
mod authentication;
mod base;
mod compliance_finding;
mod detection_finding;
mod email_activity;
mod entity_management;
mod incident_finding;
mod user_access;

use sellkeep_knowledge::Technique;
use sellkeep_model::{Alert, CheckResult, Event, EventKind, Timestamp};
use serde_json::Value;

use crate::incident::Incident;

/// The version of the schema that is named in every line.
pub const VERSION: &str = "1.9.0";

/// What every line needs beside the thing itself.
#[derive(Debug, Clone, Copy)]
pub struct About<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// The program's version.
    pub version: &'a str,
    /// Names of techniques, for the tags.
    pub techniques: &'a [Technique],
}

/// An alert as a Detection Finding (2004).
pub fn alert(about: &About<'_>, alert: &Alert) -> Value {
    detection_finding::of(about, alert)
}

/// An incident as an Incident Finding (2005), with the alerts that are at hand.
pub fn incident(about: &About<'_>, incident: &Incident, alerts: &[Alert]) -> Value {
    incident_finding::of(about, incident, alerts)
}

/// What a check found as a Compliance Finding (2003).
pub fn check(about: &About<'_>, account: &str, result: &CheckResult, now: Timestamp) -> Value {
    compliance_finding::of(about, account, result, now)
}

/// An event in the class that it fits; `None` where there is no such class.
pub fn event(about: &About<'_>, event: &Event) -> Option<Value> {
    use EventKind as K;
    match event.kind {
        K::SigninAttempt | K::SigninNewDevice => Some(authentication::of(about, event)),
        K::UserAdded | K::UserRemoved | K::UserPermissionsChanged => {
            Some(user_access::of(about, event))
        }
        K::MailNotice
        | K::MailUnclassifiedSecurity
        | K::MailForged
        | K::MailReceived
        | K::MessageReceived => email_activity::of(about, event),
        _ => account_change::of(about, event).or_else(|| entity_management::of(about, event)),
    }
}
