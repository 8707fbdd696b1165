//! Values that tests are made of.

use sellkeep_model::{
    Alert, AlertLevel, AlertState, Detection, Event, EventKind, Object, ProofLevel, TimeQuality,
    Timestamp,
};

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

pub(super) static TENANT: std::sync::LazyLock<Tenant> = std::sync::LazyLock::new(tenant);

pub(super) fn alert(id: &str, level: AlertLevel, minutes: i64) -> Alert {
    let detection = Detection {
        id: id.to_owned(),
        rule: "payout-method-added".to_owned(),
        rule_version: "1".to_owned(),
        account: "a".to_owned(),
        level,
        title: "A deposit method was added".to_owned(),
        happened: at(minutes),
        at: at(minutes),
        object: Some(Object::new("deposit-method", "677")),
        how_we_know: vec!["Amazon's API lists it.".to_owned()],
        first_step: "Look at the deposit methods.".to_owned(),
        deadline: None,
        causes: Vec::new(),
        proof: ProofLevel::Proven,
        family: "money".to_owned(),
        weight: 0.5,
        playbook: None,
        tags: Vec::new(),
    };
    Alert {
        id: id.to_owned(),
        detection,
        count: 1,
        revision: 1,
        raised: at(minutes),
        changed: at(minutes),
        state: AlertState::Open,
    }
}
