//! Announcements, incidents, claims: what people said changes what a detection weighs.

use sellkeep_detect::{Rehearsal, RuleSet};
use sellkeep_model::{AlertLevel, Detection, Event, Field};

use crate::kit::{DAY, Text, account, account_of, at, claimed, event, rules, with};

fn bank_rule() -> RuleSet {
    rules(&[Text {
        id: "bank",
        block: "  object: event\n  says: \"An account ending {after.tail} was added.\"\n  deadline: payout-clock",
        parts: &[("", "kind: payout.method_added")],
    }])
}

fn bank(minutes: i64, tail: &str) -> Event {
    with(
        event("payout.method_added", minutes, tail),
        Field::Tail,
        tail,
    )
}

fn told(rules: &RuleSet, account: &sellkeep_model::Account, events: &[Event]) -> Vec<Detection> {
    let mut host = Rehearsal::new(rules, account);
    for event in events {
        host.event(event);
    }
    host.found
}

#[test]
fn a_new_bank_account_is_told_with_its_time_left() {
    let found = told(&bank_rule(), &account(), &[bank(0, "999")]);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].title, "An account ending 999 was added.");
    assert_eq!(found[0].level, AlertLevel::ActNow);
    assert_eq!(found[0].deadline, Some(at(3 * DAY)));
    assert!(
        found[0].how_we_know[0].contains("amazon.api")
            && found[0].how_we_know[0].contains("proven")
    );
}

const ANNOUNCED: &str = r#"{"id":"shop","marketplace":"amazon","planned_changes":[
    {"kind":"payout.method_added","from":"2026-01-01T00:00:00Z","to":"2026-01-02T00:00:00Z","by":"Kai","object":"677"}]}"#;

#[test]
fn what_was_announced_is_for_information() {
    let account = account_of(ANNOUNCED);
    let found = told(&bank_rule(), &account, &[bank(5, "677")]);
    assert_eq!(found[0].level, AlertLevel::ForInformation);
    assert!(
        found[0]
            .how_we_know
            .iter()
            .any(|says| says.contains("announced by Kai"))
    );
    let other = told(&bank_rule(), &account, &[bank(5, "999")]);
    assert_eq!(other[0].level, AlertLevel::ActNow);
    assert!(
        other[0]
            .how_we_know
            .iter()
            .any(|says| says.contains("but not this one"))
    );
}

#[test]
fn an_announcement_of_one_deed_does_not_cover_a_chain() {
    let rules = rules(&[Text {
        id: "chain",
        block: "  any: {rules: [password, bank], at_least: 2, within: 72h}",
        parts: &[
            ("password", "kind: credential.password_changed"),
            ("bank", "kind: payout.method_added"),
        ],
    }]);
    let events = [event("credential.password_changed", 1, ""), bank(5, "677")];
    let found = told(&rules, &account_of(ANNOUNCED), &events);
    assert_eq!(found[0].level, AlertLevel::ActNow);
}

#[test]
fn a_mismatch_is_there_for_rules() {
    let rules = rules(&[Text {
        id: "mismatch",
        block: "  object: event",
        parts: &[(
            "",
            "kind: payout.method_added, context.planned_mismatch: true",
        )],
    }]);
    let account = account_of(ANNOUNCED);
    assert_eq!(told(&rules, &account, &[bank(5, "999")]).len(), 1);
    assert!(told(&rules, &account, &[bank(5, "677")]).is_empty());
}

#[test]
fn after_an_incident_thirty_days_are_watched_more_closely() {
    let rules = rules(&[Text {
        id: "again",
        block: "  object: event",
        parts: &[(
            "",
            "kind: payout.method_added, context.recent_incident: true",
        )],
    }]);
    let closed = event("incident.closed", 0, "");
    assert_eq!(
        told(&rules, &account(), &[closed.clone(), bank(20 * DAY, "999")]).len(),
        1
    );
    assert!(told(&rules, &account(), &[closed, bank(31 * DAY, "999")]).is_empty());
    assert!(
        told(
            &rules,
            &account(),
            &[claimed(event("incident.closed", 0, "")), bank(1, "999")]
        )
        .is_empty()
    );
}

#[test]
fn a_claim_alerts_only_where_the_rule_asks_for_claims() {
    let never = bank_rule();
    assert!(told(&never, &account(), &[claimed(bank(0, "999"))]).is_empty());
    let counts = rules(&[Text {
        id: "claims",
        block: "  object: event\n  claimed: counts",
        parts: &[("", "kind: payout.method_added")],
    }]);
    let found = told(&counts, &account(), &[claimed(bank(0, "999"))]);
    assert_eq!(found[0].proof, sellkeep_model::ProofLevel::Claimed);
    assert!(found[0].how_we_know[0].contains("only claimed"));
}

#[test]
fn a_storm_is_told_as_one() {
    let events: Vec<Event> = (0..500)
        .map(|number| bank(number, &format!("{number:04}")))
        .collect();
    let found = told(&bank_rule(), &account(), &events);
    assert!(found.len() < 130, "{} detections", found.len());
    assert!(found[found.len() - 1].title.contains("many more"));
}
