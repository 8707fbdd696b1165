//! An alert as a Detection Finding (2004): created, updated, closed.

use sellkeep_model::{Alert, AlertLevel, AlertState, Cause, Detection, ProofLevel};
use serde_json::{Map, Value, json};

use super::base::{self, Activity, CRITICAL, Class, INFORMATIONAL, MEDIUM};
use super::{About, attack};

const CLASS: Class = Class {
    number: 2004,
    name: "Detection Finding",
    category: "Findings",
};

/// The alert as it stands now.
pub fn of(about: &About<'_>, alert: &Alert) -> Value {
    let detection = &alert.detection;
    let severity = severity(detection.level);
    let mut line = base::line(CLASS, activity(alert), severity, alert.changed);
    let metadata = base::metadata(about, &revision_id(alert), &detection.rule);
    line.insert("metadata".to_owned(), metadata);
    line.insert("message".to_owned(), detection.title.as_str().into());
    line.insert("finding_info".to_owned(), info(about, alert));
    line.insert("status_id".to_owned(), status(&alert.state).into());
    line.insert(
        "confidence_id".to_owned(),
        confidence(detection.proof).into(),
    );
    line.insert("count".to_owned(), alert.count.into());
    line.insert("start_time".to_owned(), begun(detection).into());
    line.insert("evidences".to_owned(), evidences(&detection.causes));
    line.insert(
        "remediation".to_owned(),
        json!({ "desc": detection.first_step }),
    );
    line.insert("unmapped".to_owned(), unmapped(alert));
    without_empty(line)
}

/// How grave an alert of a level is.
pub fn severity(level: AlertLevel) -> u32 {
    match level {
        AlertLevel::ForInformation => INFORMATIONAL,
        AlertLevel::CheckToday => MEDIUM,
        AlertLevel::ActNow => CRITICAL,
    }
}

/// What a reader groups and names alerts by.
pub fn info(about: &About<'_>, alert: &Alert) -> Value {
    let detection = &alert.detection;
    json!({
        "uid": alert.id,
        "title": detection.title,
        "desc": detection.how_we_know.join(" "),
        "types": [detection.family],
        "analytic": {
            "type_id": 1,
            "type": "Rule",
            "uid": detection.rule,
            "version": detection.rule_version,
        },
        "attacks": attack::of(&detection.tags, about.techniques),
        "created_time": alert.raised.as_millisecond(),
        "modified_time": alert.changed.as_millisecond(),
        "first_seen_time": begun(detection),
        "last_seen_time": detection.happened.as_millisecond(),
        "related_events": related(&detection.causes),
    })
}

/// Each revision is a line of its own.
fn revision_id(alert: &Alert) -> String {
    format!("{}.{}", alert.id, alert.revision)
}

fn activity(alert: &Alert) -> Activity {
    let (number, name) = match alert.state {
        AlertState::ItWasMe { .. } | AlertState::Resolved { .. } => (3, "Close"),
        AlertState::Open if alert.revision == 1 => (1, "Create"),
        _ => (2, "Update"),
    };
    Activity { number, name }
}

/// New 1, in progress 2, suppressed 3, resolved 4.
fn status(state: &AlertState) -> u32 {
    match state {
        AlertState::Open => 1,
        AlertState::Acknowledged { .. } | AlertState::NotMe { .. } => 2,
        AlertState::Snoozed { .. } => 3,
        AlertState::ItWasMe { .. } | AlertState::Resolved { .. } => 4,
    }
}

/// Low 1, medium 2, high 3.
fn confidence(proof: ProofLevel) -> u32 {
    match proof {
        ProofLevel::Claimed => 1,
        ProofLevel::Observed => 2,
        ProofLevel::Proven => 3,
    }
}

fn begun(detection: &Detection) -> i64 {
    let first = detection.causes.iter().map(|cause| cause.happened).min();
    first.unwrap_or(detection.happened).as_millisecond()
}

fn related(causes: &[Cause]) -> Value {
    let related = |cause: &Cause| json!({ "uid": cause.event, "type": cause.kind });
    causes.iter().map(related).collect()
}

fn evidences(causes: &[Cause]) -> Value {
    let evidence = |cause: &Cause| json!({ "data": cause });
    causes.iter().map(evidence).collect()
}

fn unmapped(alert: &Alert) -> Value {
    let detection = &alert.detection;
    json!({
        "account": detection.account,
        "object": detection.object,
        "level": detection.level,
        "proof": detection.proof,
        "how_we_know": detection.how_we_know,
        "deadline": detection.deadline,
        "playbook": detection.playbook,
        "weight": detection.weight,
        "tags": detection.tags,
        "revision": alert.revision,
        "state": alert.state,
    })
}

/// An alert without causes (silence) has no evidence but the silence.
fn without_empty(mut line: Map<String, Value>) -> Value {
    line.retain(|_, value| value.as_array().is_none_or(|list| !list.is_empty()));
    Value::Object(line)
}
