//! Values that tests are made of.

use sellkeep_model::{Event, EventKind, Object, ProofLevel, TimeQuality, Timestamp};

use crate::{NewRecord, Tenant};

pub(super) fn tenant() -> Tenant {
    Tenant::new("shop")
}

/// Minutes after a fixed time.
pub(super) fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_793_500_000 + 60 * minutes).expect("a time")
}

pub(super) fn record(text: &str, minutes: i64) -> NewRecord {
    NewRecord {
        account: "a".to_owned(),
        source: "amazon.api".to_owned(),
        at: at(minutes),
        bytes: text.as_bytes().to_vec(),
    }
}

pub(super) fn event(id: &str, account: &str, minutes: i64) -> Event {
    Event {
        id: id.to_owned(),
        kind: EventKind::PayoutMethodAdded,
        account: account.to_owned(),
        marketplace: "amazon".to_owned(),
        store: None,
        happened: at(minutes),
        learned: at(minutes),
        time_quality: TimeQuality::Learned,
        source: "amazon.api".to_owned(),
        operation: None,
        proof: ProofLevel::Proven,
        object: Some(Object::new("deposit-method", "677")),
        before: sellkeep_model::Fields::default(),
        after: sellkeep_model::Fields::default(),
        record: None,
    }
}
