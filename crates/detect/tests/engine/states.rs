//! States become events: what is new, gone or changed since the last one.

use sellkeep_detect::{AccountState, observe};
use sellkeep_model::{Account, Event, Field, Item, ProofLevel, State, StateGroup, Value};

use crate::kit::{DAY, account, account_of, item, origin, state_of};

fn method(id: &str, tail: &str, default: bool) -> Item {
    item(
        id,
        &[
            (Field::Tail, tail.into()),
            (Field::Default, default.into()),
            (Field::Country, "DE".into()),
        ],
    )
}

fn methods(minutes: i64, items: Vec<Item>) -> State {
    state_of(StateGroup::DepositMethods, minutes, items)
}

/// The events of each state, as `kind object`.
fn read(account: &Account, states: &[State]) -> Vec<Vec<String>> {
    let mut memory = AccountState::default();
    let told = |event: &Event| {
        let object = event
            .object
            .as_ref()
            .map(|object| object.id.clone())
            .unwrap_or_default();
        format!("{} {object}", event.kind.as_str())
    };
    let each = states.iter().map(|state| {
        let minutes = (state.as_of.as_second() - crate::kit::at(0).as_second()) / 60;
        observe(account, &mut memory, state, &origin(minutes))
            .iter()
            .map(told)
            .collect()
    });
    each.collect()
}

fn last(account: &Account, states: &[State]) -> Vec<String> {
    read(account, states).pop().unwrap_or_default()
}

#[test]
fn the_first_state_is_a_baseline() {
    let first = methods(0, vec![method("a", "677", true)]);
    assert!(
        last(&account(), std::slice::from_ref(&first)).is_empty(),
        "the owner has confirmed it"
    );
    let open = account_of(r#"{"id":"shop","marketplace":"amazon"}"#);
    assert_eq!(
        last(&open, std::slice::from_ref(&first)),
        ["baseline.proposed deposit-method account"]
    );
    assert!(last(&open, &[first.clone(), first]).is_empty());
}

#[test]
fn what_contradicts_the_owners_word_is_news_even_then() {
    let attested = account_of(
        r#"{"id":"shop","marketplace":"amazon","baseline_confirmed":true,"deposit_tails":["677"]}"#,
    );
    assert!(last(&attested, &[methods(0, vec![method("a", "1677", true)])]).is_empty());
    let foreign = methods(0, vec![method("a", "677", false), method("b", "999", true)]);
    assert_eq!(
        last(&attested, &[foreign]),
        ["payout.method_added b", "payout.default_changed b"]
    );
    let due = item(
        "DE",
        &[
            (Field::Tail, "999".into()),
            (Field::Status, "SCHEDULED".into()),
        ],
    );
    let due = state_of(StateGroup::ExpectedPayouts, 0, vec![due]);
    assert_eq!(
        last(&attested, &[due]),
        ["payout.default_changed ending 999"]
    );
}

#[test]
fn a_method_is_added_switched_and_removed() {
    let states = [
        methods(0, vec![method("a", "677", true)]),
        methods(5, vec![method("a", "677", true), method("b", "999", false)]),
        methods(
            10,
            vec![method("a", "677", false), method("b", "999", true)],
        ),
        methods(15, vec![method("b", "999", true)]),
    ];
    let all = read(&account(), &states);
    assert_eq!(all[1], ["payout.method_added b"]);
    assert_eq!(all[2], ["payout.default_changed b"]);
    assert_eq!(all[3], ["payout.method_removed a"]);
}

#[test]
fn a_switch_names_both_endings() {
    let mut memory = AccountState::default();
    let first = methods(0, vec![method("a", "677", true), method("b", "999", false)]);
    observe(&account(), &mut memory, &first, &origin(0));
    let second = methods(5, vec![method("b", "999", true)]);
    let events = observe(
        &account(),
        &mut memory,
        &State {
            complete: false,
            ..second
        },
        &origin(5),
    );
    let switch = events.first().expect("an event");
    assert_eq!(switch.before.text(Field::Tail), Some("677"));
    assert_eq!(switch.after.text(Field::Tail), Some("999"));
    assert_eq!(
        events.len(),
        1,
        "a state that is not complete removes nothing"
    );
}

#[test]
fn an_altered_method_is_changed() {
    let holder = |digest: &str| {
        let mut item = method("a", "677", true);
        item.fields.set(Field::Holder, digest);
        item
    };
    let states = [methods(0, vec![holder("x")]), methods(5, vec![holder("y")])];
    assert_eq!(last(&account(), &states), ["payout.method_changed a"]);
    let longer = [
        methods(0, vec![method("a", "677", true)]),
        methods(5, vec![method("a", "1677", true)]),
    ];
    assert!(
        last(&account(), &longer).is_empty(),
        "one more digit is no change"
    );
}

#[test]
fn its_own_date_is_when_it_happened_unless_that_is_long_past() {
    let made = |created: &str| {
        let mut item = method("b", "999", false);
        item.fields.set(Field::Created, created);
        let states = [methods(0, vec![]), methods(3 * DAY, vec![item])];
        let mut memory = AccountState::default();
        observe(&account(), &mut memory, &states[0], &origin(0));
        observe(&account(), &mut memory, &states[1], &origin(3 * DAY))[0].happened
    };
    assert_eq!(made("2026-01-02T00:00:00Z"), crate::kit::at(DAY));
    assert_eq!(made("2015-01-02T00:00:00Z"), crate::kit::at(3 * DAY));
    assert_eq!(made("2027-01-02T00:00:00Z"), crate::kit::at(3 * DAY));
}

#[test]
fn a_change_read_twice_is_one_event_and_there_and_back_again_are_three() {
    let price = |minutes, price: f64| {
        let item = item("sku", &[(Field::Price, price.into())]);
        state_of(StateGroup::Listings, minutes, vec![item])
    };
    let mut memory = AccountState::default();
    let mut ids = Vec::new();
    for state in [
        price(0, 9.0),
        price(1, 5.0),
        price(2, 9.0),
        price(3, 5.0),
        price(4, 5.0),
    ] {
        let events = observe(&account(), &mut memory, &state, &origin(9));
        ids.extend(events.into_iter().map(|event| event.id));
    }
    assert_eq!(ids.len(), 3);
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 3);
}

#[test]
fn an_old_state_turns_nothing_back() {
    let now = methods(
        10,
        vec![method("a", "677", false), method("b", "999", true)],
    );
    let old = methods(5, vec![method("a", "677", true)]);
    let first = methods(0, vec![method("a", "677", true)]);
    assert!(last(&account(), &[first.clone(), now.clone(), old]).is_empty());
    let between = methods(7, vec![method("a", "677", true), method("c", "555", false)]);
    assert_eq!(
        last(&account(), &[first, now, between]),
        ["payout.method_added c"]
    );
}

#[test]
fn a_claimed_state_is_not_remembered() {
    let first = methods(0, vec![method("a", "677", true)]);
    let claim = State {
        proof: ProofLevel::Claimed,
        ..methods(5, vec![method("a", "677", true), method("b", "999", false)])
    };
    let mut memory = AccountState::default();
    observe(&account(), &mut memory, &first, &origin(0));
    let claimed = observe(&account(), &mut memory, &claim, &origin(5));
    assert_eq!((claimed.len(), claimed[0].proof), (1, ProofLevel::Claimed));
    let real = State {
        proof: ProofLevel::Proven,
        as_of: crate::kit::at(6),
        ..claim
    };
    assert_eq!(observe(&account(), &mut memory, &real, &origin(6)).len(), 1);
}

#[test]
fn a_payout_that_is_due_elsewhere_or_held_back() {
    let due = |minutes, tail: &str, status: &str, date: &str| {
        let fields: [(Field, Value); 3] = [
            (Field::Tail, tail.into()),
            (Field::Status, status.into()),
            (Field::Scheduled, date.into()),
        ];
        state_of(
            StateGroup::ExpectedPayouts,
            minutes,
            vec![item("DE", &fields)],
        )
    };
    let first = due(0, "677", "SCHEDULED", "2026-01-05T00:00:00Z");
    let held = due(5, "677", "AT_RISK", "2026-01-05T00:00:00Z");
    assert_eq!(
        last(&account(), &[first.clone(), held]),
        ["payout.blocked DE"]
    );
    let elsewhere = due(5, "999", "SCHEDULED", "2026-01-05T00:00:00Z");
    assert_eq!(
        last(&account(), &[first.clone(), elsewhere]),
        ["payout.default_changed ending 999"]
    );
    let later = due(5, "677", "SCHEDULED", "2026-01-19T00:00:00Z");
    assert_eq!(last(&account(), &[first, later]), ["payout.scheduled DE"]);
}

#[test]
fn a_listing_is_new_only_if_something_proves_it() {
    let listings = |minutes, complete, items| State {
        complete,
        ..state_of(StateGroup::Listings, minutes, items)
    };
    let listing = |id: &str| item(id, &[(Field::Price, 9.0.into())]);
    let made = |id: &str, at: &str| item(id, &[(Field::Created, at.into())]);
    let partial = listings(0, false, vec![listing("a")]);
    assert!(
        last(
            &account(),
            &[partial.clone(), listings(5, false, vec![listing("b")])]
        )
        .is_empty()
    );
    let new = listings(5, false, vec![made("b", "2026-01-01T00:04:00Z")]);
    assert_eq!(last(&account(), &[partial, new]), ["listing.created b"]);
    let whole = listings(0, true, vec![listing("a")]);
    let more = listings(5, false, vec![listing("b")]);
    assert_eq!(
        last(&account(), &[whole.clone(), more]),
        ["listing.created b"]
    );
    let old = listings(5, false, vec![made("b", "2020-01-01T00:00:00Z")]);
    assert_eq!(last(&account(), &[whole.clone(), old]), [""; 0]);
    assert_eq!(
        last(&account(), &[whole, listings(5, true, vec![])]),
        ["listing.deleted a"]
    );
}

/// Group, detail, before, after, what it means.
const CHANGES: &str = r#"
"charge-methods"    "tail"          "111"     "222"      "charge_method.changed"
"payouts"           "status"        "STARTED" "FAILED"   "payout.status_changed"
"balances"          "amount"        10.0      900.0      "balance.seen"
"wallet-accounts"   "tail"          "111"     "222"      "wallet.account_added"
"wallet-schedules"  "amount"        1.0       2.0        "wallet.schedule_changed"
"wallet-transfers"  "status"        "A"       "B"        "wallet.transfer"
"account-status"    "status"        "NORMAL"  "AT_RISK"  "account.status_changed"
"identity"          "holder"        "a"       "b"        "account.identity_changed"
"identity"          "plan"          "a"       "b"        "account.plan_changed"
"stores"            "name"          "a"       "b"        "account.store_name_changed"
"stores"            "participating" true      false      "account.participation_changed"
"stores"            "suspended"     false     true       "account.listings_suspended"
"listings"          "price"         9.0       1.0        "listing.price_changed"
"listings"          "quantity"      9.0       1.0        "listing.quantity_changed"
"listings"          "status"        "A"       "B"        "listing.status_changed"
"listings"          "title"         "a"       "b"        "listing.content_changed"
"listings"          "promise_days"  2.0       30.0       "listing.promise_changed"
"listings"          "actions"       "A"       "B"        "listing.enforcement"
"users"             "role"          "a"       "b"        "user.permissions_changed"
"apps"              "role"          "a"       "b"        "app.scopes_changed"
"mail-rules"        "actions"       "a"       "b"        "mail.rule_changed"
"#;

fn word<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

#[test]
fn every_group_tells_its_changes() {
    for line in CHANGES.trim().lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [group, field, before, after, meaning] = words.as_slice() else {
            panic!("{line}");
        };
        let group: StateGroup = word(group);
        let state = |minutes, value: &str| {
            state_of(
                group,
                minutes,
                vec![item("x", &[(word(field), word(value))])],
            )
        };
        let expected = format!("{} x", word::<String>(meaning));
        let changed = [state(0, before), state(5, after)];
        assert_eq!(last(&account(), &changed), [expected], "{line}");
        let same = [state(0, before), state(5, before)];
        assert!(last(&account(), &same).is_empty(), "{line}");
    }
}

#[test]
fn things_come_and_go() {
    let appear = |group| {
        let states = [
            state_of(group, 0, vec![]),
            state_of(group, 5, vec![item("x", &[])]),
            state_of(group, 9, vec![]),
        ];
        let mut all = read(&account(), &states);
        (all.pop().unwrap_or_default(), all.pop().unwrap_or_default())
    };
    assert_eq!(
        appear(StateGroup::Users),
        (vec!["user.removed x".into()], vec!["user.added x".into()])
    );
    assert_eq!(
        appear(StateGroup::Apps),
        (
            vec!["app.revoked x".into()],
            vec!["app.authorized x".into()]
        )
    );
    assert_eq!(
        appear(StateGroup::Payouts),
        (vec![], vec!["payout.created x".into()])
    );
    assert_eq!(
        appear(StateGroup::Subscriptions),
        (vec!["subscription.missing x".into()], vec![])
    );
    assert_eq!(
        appear(StateGroup::QueuePolicy),
        (vec![], vec!["queue.policy_weak x".into()])
    );
    assert_eq!(appear(StateGroup::MailRules).1, ["mail.rule_changed x"]);
    let invited = item("x", &[(Field::Status, "invited".into())]);
    let states = [
        state_of(StateGroup::Users, 0, vec![]),
        state_of(StateGroup::Users, 5, vec![invited]),
    ];
    assert_eq!(last(&account(), &states), ["user.invited x"]);
}
