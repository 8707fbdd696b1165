//! Mails that were judged as Email Activity (4009).
//!
//! An event keeps no stranger's address, only the domain: the part before the `@` is
//! shown as `*`. Own addresses are left out.

use sellkeep_model::{Event, EventKind, Field};
use serde_json::{Value, json};

use super::About;
use super::base::{self, Activity, Class};

const CLASS: Class = Class {
    number: 4009,
    name: "Email Activity",
    category: "Network Activity",
};

const RECEIVE: Activity = Activity {
    number: 2,
    name: "Receive",
};
const SCAN: Activity = Activity {
    number: 3,
    name: "Scan",
};

/// Into the mailbox.
const INBOUND: u32 = 1;

/// The mail, where its sender's domain is known.
pub fn of(about: &About<'_>, event: &Event) -> Option<Value> {
    let domain = event.after.text(Field::Domain)?;
    let activity = match event.kind {
        EventKind::MailReceived | EventKind::MessageReceived => RECEIVE,
        _ => SCAN,
    };
    let mut line = base::of_event(about, CLASS, activity, event);
    line.insert("direction_id".to_owned(), INBOUND.into());
    line.insert("email".to_owned(), email(event, domain));
    line.insert("status_id".to_owned(), base::status(event).into());
    Some(Value::Object(line))
}

fn email(event: &Event, domain: &str) -> Value {
    let mut email = json!({ "from": format!("*@{domain}"), "to": [] });
    if let Some(object) = &event.object {
        email["uid"] = object.id.as_str().into();
    }
    email
}
