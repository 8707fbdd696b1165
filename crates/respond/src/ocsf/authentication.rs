//! Sign-ins as Authentication (3002).

use sellkeep_model::{Event, EventKind};
use serde_json::{Value, json};

use super::base::{self, Activity, Class};
use super::{About, account_change};

const CLASS: Class = Class {
    number: 3002,
    name: "Authentication",
    category: "Identity & Access Management",
};

const LOGON: Activity = Activity {
    number: 1,
    name: "Logon",
};

/// The event as a sign-in; of an attempt nobody knows how it ended.
pub fn of(about: &About<'_>, event: &Event) -> Value {
    let mut line = base::of_event(about, CLASS, LOGON, event);
    line.insert("user".to_owned(), account_change::user(event));
    line.insert("service".to_owned(), service(event));
    let status = match event.kind {
        EventKind::SigninAttempt => 0,
        _ => base::status(event),
    };
    line.insert("status_id".to_owned(), status.into());
    Value::Object(line)
}

fn service(event: &Event) -> Value {
    if event.marketplace.is_empty() {
        return json!({ "name": event.source });
    }
    json!({ "name": event.marketplace })
}
