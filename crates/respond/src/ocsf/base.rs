//! What every class has: its numbers, its time, where it comes from.

use sellkeep_model::{Event, ProofLevel, Timestamp};
use serde_json::{Map, Value, json};

use super::{About, VERSION};

/// A class of the schema.
#[derive(Debug, Clone, Copy)]
pub struct Class {
    /// Its number; the thousands are the category.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
    /// Its category's name.
    pub category: &'static str,
}

/// What was done, by the class's own list.
#[derive(Debug, Clone, Copy)]
pub struct Activity {
    /// Its number in the class; 99 for one that the class does not list.
    pub number: u32,
    /// Its name.
    pub name: &'static str,
}

/// An activity that the class does not list.
pub const OTHER: u32 = 99;

/// Severity numbers of the schema.
pub const INFORMATIONAL: u32 = 1;
/// Somebody must look today.
pub const MEDIUM: u32 = 3;
/// Money or access is at stake.
pub const CRITICAL: u32 = 5;

/// Numbers, time and names of one line.
pub fn line(class: Class, activity: Activity, severity: u32, at: Timestamp) -> Map<String, Value> {
    let mut line = Map::new();
    let mut put = |name: &str, value: Value| line.insert(name.to_owned(), value);
    put("category_uid", (class.number / 1000).into());
    put("category_name", class.category.into());
    put("class_uid", class.number.into());
    put("class_name", class.name.into());
    put("activity_id", activity.number.into());
    put("activity_name", activity.name.into());
    put("type_uid", (class.number * 100 + activity.number).into());
    put(
        "type_name",
        format!("{}: {}", class.name, activity.name).into(),
    );
    put("severity_id", severity.into());
    put("time", at.as_millisecond().into());
    line
}

/// Who wrote the line, and what it is about in our own words.
pub fn metadata(about: &About<'_>, id: &str, code: &str) -> Value {
    json!({
        "version": VERSION,
        "product": {
            "name": "Sellkeep",
            "vendor_name": "Sellkeep",
            "version": about.version,
        },
        "uid": id,
        "event_code": code,
        "tenant_uid": about.tenant,
    })
}

/// A line about an event: the same for all classes of events.
pub fn of_event(
    about: &About<'_>,
    class: Class,
    activity: Activity,
    event: &Event,
) -> Map<String, Value> {
    let mut line = line(class, activity, INFORMATIONAL, event.happened);
    let mut metadata = metadata(about, &event.id, event.kind.as_str());
    metadata["original_time"] = event.happened.to_string().into();
    metadata["logged_time"] = event.learned.as_millisecond().into();
    line.insert("metadata".to_owned(), metadata);
    line.insert("unmapped".to_owned(), unmapped(event));
    line
}

/// Whether it happened: only what is claimed is left open.
pub fn status(event: &Event) -> u32 {
    match event.proof {
        ProofLevel::Claimed => 0,
        ProofLevel::Observed | ProofLevel::Proven => 1,
    }
}

fn unmapped(event: &Event) -> Value {
    json!({
        "account": event.account,
        "marketplace": event.marketplace,
        "store": event.store,
        "source": event.source,
        "operation": event.operation,
        "proof": event.proof,
        "time_quality": event.time_quality,
        "object": event.object,
        "before": event.before,
        "after": event.after,
        "record_sha256": event.record,
    })
}
