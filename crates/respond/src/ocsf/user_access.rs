//! People who get or lose rights as User Access Management (3005).

use sellkeep_model::{Event, EventKind, Field};
use serde_json::Value;

use super::base::{self, Activity, Class, OTHER};
use super::{About, account_change};

const CLASS: Class = Class {
    number: 3005,
    name: "User Access Management",
    category: "Identity & Access Management",
};

/// The event with the rights that it names; none where the source names none.
pub fn of(about: &About<'_>, event: &Event) -> Value {
    let mut line = base::of_event(about, CLASS, activity(event.kind), event);
    line.insert("user".to_owned(), account_change::user(event));
    line.insert("privileges".to_owned(), privileges(event));
    line.insert("status_id".to_owned(), base::status(event).into());
    Value::Object(line)
}

fn privileges(event: &Event) -> Value {
    let fields = match event.kind {
        EventKind::UserRemoved => &event.before,
        _ => &event.after,
    };
    let roles = fields.text(Field::Role).unwrap_or_default();
    roles.split_whitespace().map(Value::from).collect()
}

fn activity(kind: EventKind) -> Activity {
    let (number, name) = match kind {
        EventKind::UserAdded => (1, "Assign Privileges"),
        EventKind::UserRemoved => (2, "Revoke Privileges"),
        _ => (OTHER, "Change Privileges"),
    };
    Activity { number, name }
}
