//! An incident as an Incident Finding (2005).

use sellkeep_model::Alert;
use serde_json::{Value, json};

use super::base::{self, Activity, CRITICAL, Class};
use super::{About, detection_finding};
use crate::incident::{Act, Incident};

const CLASS: Class = Class {
    number: 2005,
    name: "Incident Finding",
    category: "Findings",
};

/// The incident as it stands now. An incident without an entry has no time and no line of
/// its own: it gives `null`.
pub fn of(about: &About<'_>, incident: &Incident, alerts: &[Alert]) -> Value {
    let (Some(first), Some(last)) = (incident.log.first(), incident.log.last()) else {
        return Value::Null;
    };
    let severity = severity(incident, alerts);
    let mut line = base::line(CLASS, activity(incident), severity, last.at);
    let id = format!("{}.{}", incident.id, incident.log.len());
    line.insert(
        "metadata".to_owned(),
        base::metadata(about, &id, "incident"),
    );
    line.insert("message".to_owned(), title(incident).into());
    line.insert("desc".to_owned(), title(incident).into());
    line.insert(
        "finding_info_list".to_owned(),
        list(about, incident, alerts),
    );
    line.insert("status_id".to_owned(), status(incident).into());
    line.insert("assignee".to_owned(), json!({ "name": last.by }));
    line.insert("is_suspected_breach".to_owned(), true.into());
    line.insert("start_time".to_owned(), first.at.as_millisecond().into());
    if let Some(closed) = incident.closed_at() {
        line.insert("end_time".to_owned(), closed.as_millisecond().into());
    }
    line.insert("unmapped".to_owned(), unmapped(incident));
    Value::Object(line)
}

fn title(incident: &Incident) -> &str {
    let opened = incident.log.iter().find_map(|entry| match &entry.what {
        Act::Opened { title } => Some(title.as_str()),
        _ => None,
    });
    opened.unwrap_or("incident")
}

fn joined(incident: &Incident) -> impl Iterator<Item = &str> {
    incident.log.iter().filter_map(|entry| match &entry.what {
        Act::AlertJoined { alert } => Some(alert.as_str()),
        _ => None,
    })
}

/// The incident itself first, then its alerts.
fn list(about: &About<'_>, incident: &Incident, alerts: &[Alert]) -> Value {
    let own = json!({ "uid": incident.id, "title": title(incident), "types": ["incident"] });
    let joined = joined(incident).map(|id| {
        let alert = alerts.iter().find(|alert| alert.id == id);
        alert.map_or_else(
            || json!({ "uid": id, "title": "An alert that is not at hand" }),
            |alert| detection_finding::info(about, alert),
        )
    });
    std::iter::once(own).chain(joined).collect()
}

/// As grave as its gravest alert; opened by a person without one, it is critical.
fn severity(incident: &Incident, alerts: &[Alert]) -> u32 {
    let levels = joined(incident)
        .filter_map(|id| alerts.iter().find(|alert| alert.id == id))
        .map(|alert| detection_finding::severity(alert.detection.level));
    levels.max().unwrap_or(CRITICAL)
}

fn activity(incident: &Incident) -> Activity {
    let (number, name) = match (incident.closed_at(), incident.log.len()) {
        (Some(_), _) => (3, "Close"),
        (None, 1) => (1, "Create"),
        (None, _) => (2, "Update"),
    };
    Activity { number, name }
}

/// New 1, in progress 2, closed 5.
fn status(incident: &Incident) -> u32 {
    match (incident.closed_at(), incident.log.len()) {
        (Some(_), _) => 5,
        (None, 1) => 1,
        (None, _) => 2,
    }
}

fn unmapped(incident: &Incident) -> Value {
    json!({
        "account": incident.account,
        "log": incident.log,
        "open_questions": incident.open_questions(),
        "runs": incident.runs,
    })
}
