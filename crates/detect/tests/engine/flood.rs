//! Floods and false clocks: nothing is pushed out, nothing grows for ever.

use std::fmt::Write as _;

use jiff::SignedDuration;
use sellkeep_detect::{AccountState, step};
use sellkeep_model::Field;

use crate::kit::{DAY, Text, account, account_of, at, event, names, rules, stepped, with};

/// Values of the flood. Unoptimised code would take minutes for the whole million.
const FLOOD: u32 = if cfg!(debug_assertions) {
    10_000
} else {
    1_000_000
};

#[test]
fn a_million_values_neither_hide_a_sequence_nor_fill_the_memory() {
    let rules = rules(&[
        Text {
            id: "sequence",
            block: "  sequence: {steps: [password, bank], within: 72h}",
            parts: &[
                ("password", "kind: credential.password_changed"),
                ("bank", "kind: payout.method_added"),
            ],
        },
        Text {
            id: "new",
            block: "  first_seen: {rule: place, fields: [after.place], min_history: 1d}\n  object: after.place\n  weight: 0.1",
            parts: &[("place", "kind: signin.attempt")],
        },
        Text {
            id: "many",
            block: "correlation: {type: value_count, rules: [place], timespan: 1h, condition: {field: after.place, gte: 50}}",
            parts: &[("place", "kind: signin.attempt")],
        },
    ]);
    let account = account();
    let mut state = AccountState::default();
    stepped(
        &rules,
        &mut state,
        &[
            event("user.added", 0, ""),
            event("credential.password_changed", 2 * DAY, ""),
        ],
    );
    let mut flood = with(event("signin.attempt", 2 * DAY + 1, ""), Field::Place, "0");
    let mut told = 0;
    for number in 0..FLOOD {
        flood.id.clear();
        let _ = write!(flood.id, "{number:016x}{number:016x}");
        flood.after.set(Field::Place, number.to_string());
        // A hundred at each second.
        flood.happened = at(2 * DAY + 1) + SignedDuration::from_secs(i64::from(number / 100));
        flood.learned = flood.happened;
        told += step(&rules, &account, &mut state, &flood, flood.learned).len();
    }
    let found = stepped(
        &rules,
        &mut state,
        &[event("payout.method_added", 2 * DAY + 200, "")],
    );
    assert!(names(&found).contains(&"sequence"));
    assert!(told < 1_000, "{told} detections for one flood");
    assert!(state.remembered() < 15_000, "{} things", state.remembered());
}

#[test]
fn one_event_from_the_future_does_not_erase_a_sequence() {
    let rules = rules(&[Text {
        id: "sequence",
        block: "  sequence: {steps: [password, bank], within: 72h}",
        parts: &[
            ("password", "kind: credential.password_changed"),
            ("bank", "kind: payout.method_added"),
        ],
    }]);
    let mut future = event("credential.password_changed", 10, "future");
    future.happened = at(400 * DAY);
    let mut state = AccountState::default();
    let events = [
        event("credential.password_changed", 5, ""),
        future,
        event("payout.method_added", 20, ""),
    ];
    let found = stepped(&rules, &mut state, &events);
    assert_eq!(names(&found), ["sequence"]);
}

#[test]
fn accounts_have_nothing_in_common() {
    let rules = rules(&[Text {
        id: "counted",
        block: "correlation: {type: event_count, rules: [user], timespan: 1h, condition: {gte: 2}}",
        parts: &[("user", "kind: user.added")],
    }]);
    let other = account_of(r#"{"id":"other","marketplace":"amazon"}"#);
    let mut one = AccountState::default();
    let mut two = AccountState::default();
    assert!(stepped(&rules, &mut one, &[event("user.added", 1, "a")]).is_empty());
    let mut event = event("user.added", 2, "b");
    event.account = "other".to_owned();
    assert!(step(&rules, &other, &mut two, &event, event.learned).is_empty());
}

#[test]
fn a_quiet_account_is_small() {
    let rules = rules(&[Text {
        id: "plain",
        block: "  object: event",
        parts: &[("", "kind: payout.method_added")],
    }]);
    let account = account();
    let mut state = AccountState::default();
    for source in ["mailbox", "amazon.api"] {
        sellkeep_detect::heard(&rules, &account, &mut state, source, at(0));
    }
    let events: Vec<_> = (0..10)
        .map(|day| event("order.metrics", day * DAY, &day.to_string()))
        .collect();
    stepped(&rules, &mut state, &events);
    let stored = state.checkpoint().expect("written");
    assert!(
        stored.hot.len() <= 400,
        "{} bytes written",
        stored.hot.len()
    );
    assert!(
        state.hot_bytes() <= 400,
        "{} bytes in memory",
        state.hot_bytes()
    );
    println!(
        "hot: {} bytes written, {} in memory",
        stored.hot.len(),
        state.hot_bytes()
    );
}
