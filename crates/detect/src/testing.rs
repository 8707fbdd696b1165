//! Accounts and events for the tests of this crate.

use jiff::Timestamp;
use sellkeep_model::{Account, Event, EventKind, Fields, ProofLevel, TimeQuality, id_of};

use crate::moment::stamp;

/// A plain confirmed account.
pub fn account() -> Account {
    let json = r#"{"id":"shop","marketplace":"amazon","baseline_confirmed":true}"#;
    serde_json::from_str(json).expect("an account")
}

/// A proven event of a kind at a time, in milliseconds.
pub fn event_at(kind: &str, at: i64) -> Event {
    event_of(kind, stamp(at))
}

/// A proven event of a kind at a time.
pub fn event(kind: &str, at: &str) -> Event {
    event_of(kind, at.parse().expect("a time"))
}

fn event_of(kind: &str, at: Timestamp) -> Event {
    Event {
        id: id_of(&[kind, &at.to_string()]),
        kind: EventKind::of(kind).expect("a kind"),
        account: "shop".to_owned(),
        marketplace: "amazon".to_owned(),
        store: None,
        happened: at,
        learned: at,
        time_quality: TimeQuality::Source,
        source: "amazon.api".to_owned(),
        operation: None,
        proof: ProofLevel::Proven,
        object: None,
        before: Fields::new(),
        after: Fields::new(),
        record: None,
    }
}
