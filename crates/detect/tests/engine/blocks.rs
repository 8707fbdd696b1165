//! Each kind of rule: what it finds and what it leaves alone.

use sellkeep_model::Field;

use crate::kit::{
    DAY, Text, account_of, claimed, event, found, from_mail, names, rules, stepped, with,
};
use sellkeep_detect::{Rehearsal, why_not};

const USER: (&str, &str) = ("user", "kind: user.added");
const BANK: (&str, &str) = ("bank", "kind: payout.method_added");
const PASSWORD: (&str, &str) = ("password", "kind: credential.password_changed");

fn one(
    block: &'static str,
    parts: &'static [(&'static str, &'static str)],
) -> sellkeep_detect::RuleSet {
    rules(&[Text {
        id: "rule",
        block,
        parts,
    }])
}

#[test]
fn events_are_counted_in_a_sliding_window_and_told_again_when_doubled() {
    let rules = one(
        "correlation: {type: event_count, rules: [user], timespan: 1h, condition: {gte: 3}}",
        &[USER],
    );
    let users = |minutes: &[i64]| -> Vec<_> {
        minutes
            .iter()
            .map(|at| event("user.added", *at, &at.to_string()))
            .collect()
    };
    assert_eq!(
        found(&rules, &users(&[0, 59, 60])).len(),
        0,
        "the window is open at its begin"
    );
    assert_eq!(found(&rules, &users(&[1, 59, 60])).len(), 1);
    assert_eq!(found(&rules, &users(&[1, 2, 3, 4, 5])).len(), 1);
    assert_eq!(
        found(&rules, &users(&[1, 2, 3, 4, 5, 6])).len(),
        2,
        "three, then six"
    );
    assert_eq!(
        found(&rules, &users(&[1, 1, 1])).len(),
        0,
        "one event three times is one"
    );
}

#[test]
fn groups_are_never_mixed_and_an_event_without_its_group_counts_nowhere() {
    let rules = one(
        "correlation: {type: event_count, rules: [user], group-by: [after.place], timespan: 1h, condition: {gte: 2}}",
        &[USER],
    );
    let user = |at, place: &str| with(event("user.added", at, ""), Field::Place, place);
    assert!(found(&rules, &[user(1, "Rome"), user(2, "Oslo")]).is_empty());
    assert_eq!(
        found(&rules, &[user(1, "Rome"), user(2, "Oslo"), user(3, "rome")]).len(),
        1
    );
    assert!(
        found(
            &rules,
            &[event("user.added", 1, ""), event("user.added", 2, "")]
        )
        .is_empty()
    );
}

#[test]
fn values_are_told_apart_summed_and_averaged() {
    let values = one(
        "correlation: {type: value_count, rules: [user], timespan: 1h, condition: {field: after.place, gte: 2}}",
        &[USER],
    );
    let user = |at, place: &str| with(event("user.added", at, ""), Field::Place, place);
    assert!(found(&values, &[user(1, "Rome"), user(2, "Rome")]).is_empty());
    assert_eq!(found(&values, &[user(1, "Rome"), user(2, "Oslo")]).len(), 1);
    let refund = |at, amount: f64| with(event("refund.issued", at, ""), Field::Amount, amount);
    let part: &[(&str, &str)] = &[("refund", "kind: refund.issued")];
    let sum = one(
        "correlation: {type: value_sum, rules: [refund], timespan: 1h, condition: {field: after.amount, gte: 100}}",
        part,
    );
    assert!(found(&sum, &[refund(1, 60.0), refund(2, 39.0)]).is_empty());
    assert_eq!(found(&sum, &[refund(1, 60.0), refund(2, 40.0)]).len(), 1);
    let mean = one(
        "correlation: {type: value_avg, rules: [refund], timespan: 1h, condition: {field: after.amount, gte: 50}}",
        part,
    );
    assert!(found(&mean, &[refund(1, 10.0), refund(2, 80.0)]).is_empty());
    assert_eq!(found(&mean, &[refund(1, 20.0), refund(2, 80.0)]).len(), 1);
}

#[test]
fn all_parts_in_any_order_or_in_theirs() {
    let any_order = one(
        "correlation: {type: temporal, rules: [user, bank], timespan: 1h}",
        &[USER, BANK],
    );
    let ordered = one(
        "correlation: {type: temporal_ordered, rules: [user, bank], timespan: 1h}",
        &[USER, BANK],
    );
    let there = [
        event("user.added", 1, ""),
        event("payout.method_added", 30, ""),
    ];
    let back = [
        event("payout.method_added", 1, ""),
        event("user.added", 30, ""),
    ];
    assert_eq!(found(&any_order, &there).len(), 1);
    assert_eq!(found(&any_order, &back).len(), 1);
    assert_eq!(found(&ordered, &there).len(), 1);
    assert!(found(&ordered, &back).is_empty());
    let far = [
        event("user.added", 1, ""),
        event("payout.method_added", 61, ""),
    ];
    assert!(found(&any_order, &far).is_empty() && found(&ordered, &far).is_empty());
}

#[test]
fn a_sequence_ends_when_it_is_ended_and_is_told_once() {
    let rules = one(
        "  sequence: {steps: [password, bank], within: 2h, until: user}",
        &[PASSWORD, BANK, USER],
    );
    let password = event("credential.password_changed", 0, "");
    let bank = |at| event("payout.method_added", at, "");
    assert_eq!(
        found(&rules, &[password.clone(), bank(119), bank(120)]).len(),
        1
    );
    assert!(found(&rules, &[password.clone(), bank(121)]).is_empty());
    assert!(
        found(
            &rules,
            &[password.clone(), event("user.added", 5, ""), bank(10)]
        )
        .is_empty()
    );
    let claim = claimed(event("user.added", 5, ""));
    assert_eq!(
        found(&rules, &[password, claim, bank(10)]).len(),
        1,
        "a claim ends nothing"
    );
}

#[test]
fn so_many_different_parts() {
    let rules = one(
        "  any: {rules: [password, bank, user], at_least: 2, within: 2h}",
        &[PASSWORD, BANK, USER],
    );
    let bank = |at| event("payout.method_added", at, &at.to_string());
    assert!(found(&rules, &[bank(1), bank(2), bank(3)]).is_empty());
    let two = [bank(1), event("user.added", 9, "")];
    let detections = found(&rules, &two);
    assert_eq!(detections.len(), 1);
    assert_eq!(detections[0].causes.len(), 2);
    let three = [
        bank(1),
        event("user.added", 9, ""),
        event("credential.password_changed", 10, ""),
    ];
    assert_eq!(
        found(&rules, &three).len(),
        2,
        "told again when one more joins"
    );
}

#[test]
fn a_value_is_new_once_and_only_after_we_have_watched() {
    let rules = one(
        "  first_seen: {rule: bank, fields: [after.country], min_history: 14d}",
        &[BANK],
    );
    let bank = |day: i64, country: &str| {
        with(
            event("payout.method_added", day * DAY, &day.to_string()),
            Field::Country,
            country,
        )
    };
    assert!(
        found(&rules, &[bank(0, "DE"), bank(1, "HR")]).is_empty(),
        "too young to say"
    );
    assert_eq!(
        found(&rules, &[bank(0, "DE"), bank(15, "HR"), bank(16, "hr")]).len(),
        1
    );
    assert!(found(&rules, &[bank(0, "DE"), bank(15, "DE")]).is_empty());
    let counts = one(
        "  first_seen: {rule: bank, fields: [after.country], min_history: 14d}\n  claimed: counts",
        &[BANK],
    );
    let told = found(
        &counts,
        &[bank(0, "DE"), claimed(bank(15, "HR")), bank(16, "HR")],
    );
    assert_eq!(told.len(), 2, "a claim may alert and makes nothing known");
}

#[test]
fn a_sleeping_account_that_wakes() {
    let rules = one(
        "  dormant: {idle: 60d, then: listing, at_least: 3, within: 24h}",
        &[("listing", "kind: listing.created")],
    );
    let listing = |at: i64| event("listing.created", at, &at.to_string());
    let order = |day: i64| event("order.received", day * DAY, &day.to_string());
    let burst = |day: i64| {
        [
            listing(day * DAY),
            listing(day * DAY + 5),
            listing(day * DAY + 9),
        ]
    };
    let mut asleep = vec![order(0)];
    asleep.extend(burst(90));
    let detections = found(&rules, &asleep);
    assert_eq!(detections.len(), 1);
    assert!(
        detections[0]
            .how_we_know
            .iter()
            .any(|says| says.contains("90 days"))
    );
    let mut awake = vec![order(0), order(80)];
    awake.extend(burst(90));
    assert!(found(&rules, &awake).is_empty());
    assert!(
        found(&rules, &burst(90)).is_empty(),
        "we do not know what was before"
    );
}

#[test]
fn far_above_the_usual() {
    let rules = one(
        "  baseline: {rule: order, metric: count, every: 1h, season: none, factor: 6, at_least: 10, min_history: 7d}",
        &[("order", "kind: order.received")],
    );
    let orders = |hour: i64, count: i64| -> Vec<_> {
        (0..count)
            .map(|at| {
                event(
                    "order.received",
                    hour * 60 + at % 59,
                    &format!("{hour}-{at}"),
                )
            })
            .collect()
    };
    let mut usual: Vec<_> = (0..24 * 9).flat_map(|hour| orders(hour, 4)).collect();
    let quiet = found(&rules, &usual).len();
    usual.extend(orders(24 * 9, 40));
    let detections = found(&rules, &usual);
    assert_eq!((quiet, detections.len()), (0, 1));
    assert!(detections[0].how_we_know[detections[0].how_we_know.len() - 1].contains("usual"));
    let mut young: Vec<_> = (0..24).flat_map(|hour| orders(hour, 4)).collect();
    young.extend(orders(25, 40));
    assert!(found(&rules, &young).is_empty());
}

#[test]
fn an_attack_that_lasts_never_becomes_normal() {
    let rules = one(
        "  baseline: {rule: order, metric: count, every: 1d, season: none, factor: 6, at_least: 10, min_history: 7d}",
        &[("order", "kind: order.received")],
    );
    let day = |day: i64, count: i64| -> Vec<_> {
        (0..count)
            .map(|at| event("order.received", day * DAY + at, &format!("{day}-{at}")))
            .collect()
    };
    let mut events: Vec<_> = (0..10).flat_map(|at| day(at, 3)).collect();
    events.extend((10..40).flat_map(|at| day(at, 60)));
    let mut state = sellkeep_detect::AccountState::default();
    stepped(&rules, &mut state, &events);
    assert_eq!(
        state.standing().count(),
        30,
        "every one of the thirty days stands out"
    );
}

#[test]
fn many_things_and_a_good_share_of_all() {
    let rules = one(
        "  share: {rule: price, distinct: object.id, at_least: 3, of_known: 0.2, within: 1h}",
        &[("price", "kind: listing.price_changed")],
    );
    let price = |at: i64, sku: &str| event("listing.price_changed", at, sku);
    assert!(found(&rules, &[price(1, "a"), price(2, "a"), price(3, "b")]).is_empty());
    assert_eq!(
        found(&rules, &[price(1, "a"), price(2, "b"), price(3, "c")]).len(),
        1
    );
}

const FACT: (&str, &str) = ("fact", "kind: payout.method_added, source: amazon.api");
const NOTICE: (&str, &str) = ("notice", "kind: payout.method_added, source: mailbox");
const MISSING_NOTICE: &str =
    "  contradiction: {fact: fact, notice: notice, within: 30m, missing: notice}";

fn contradiction(events: &[sellkeep_model::Event], until: i64) -> (usize, Vec<String>) {
    let rules = one(MISSING_NOTICE, &[FACT, NOTICE]);
    let account = crate::kit::account();
    let mut host = Rehearsal::new(&rules, &account);
    for event in events {
        host.event(event);
    }
    host.clock(crate::kit::at(until));
    (host.found.len(), host.state.take_withdrawn())
}

#[test]
fn a_fact_without_its_notice() {
    let mail = |at| from_mail(event("mail.received", at, "post"));
    let fact = event("payout.method_added", 10, "bank");
    let notice = |at| from_mail(event("payout.method_added", at, "bank"));
    assert_eq!(
        contradiction(&[mail(0), fact.clone()], 39).0,
        0,
        "the wait is not over"
    );
    assert_eq!(contradiction(&[mail(0), fact.clone()], 41).0, 1);
    assert_eq!(contradiction(&[mail(0), fact.clone(), notice(35)], 99).0, 0);
    assert_eq!(
        contradiction(&[notice(2), fact.clone()], 99).0,
        0,
        "it may have come before"
    );
    assert_eq!(
        contradiction(std::slice::from_ref(&fact), 99).0,
        0,
        "nobody listens to the mailbox"
    );
    let claim = claimed(notice(20));
    assert_eq!(
        contradiction(&[mail(0), fact.clone(), claim], 99).0,
        1,
        "a claim is no notice"
    );
    let mut late = notice(20);
    late.learned = crate::kit::at(90);
    let (told, withdrawn) = contradiction(&[mail(0), fact, late], 99);
    assert_eq!(
        (told, withdrawn.len()),
        (1, 1),
        "it was told, and is withdrawn"
    );
}

#[test]
fn notices_of_another_account_do_not_answer() {
    let mail = from_mail(event("mail.received", 0, "post"));
    let fact = with(event("payout.method_added", 10, "bank"), Field::Tail, "999");
    let notice = with(
        from_mail(event("payout.method_added", 12, "bank")),
        Field::Tail,
        "677",
    );
    assert_eq!(contradiction(&[mail, fact, notice], 99).0, 1);
}

#[test]
fn a_source_falls_silent_and_is_heard_again() {
    let rules = one("  silence: {grace: account}\n  object: event", &[]);
    let account = account_of(
        r#"{"id":"shop","marketplace":"amazon","sources":[{"source":"mailbox","expected_every":"PT24H","grace":"PT6H"}]}"#,
    );
    let mut host = Rehearsal::new(&rules, &account);
    host.event(&from_mail(event("mail.received", 0, "a")));
    host.clock(crate::kit::at(29 * 60));
    assert!(host.found.is_empty());
    host.clock(crate::kit::at(50 * 60));
    assert_eq!(host.found.len(), 1);
    assert_eq!(host.found[0].happened, crate::kit::at(30 * 60));
    assert_eq!(
        host.found[0]
            .object
            .as_ref()
            .map(|object| object.id.as_str()),
        Some("mailbox")
    );
    host.event(&from_mail(event("mail.received", 51 * 60, "b")));
    assert_eq!(
        (host.found.len(), host.state.take_withdrawn().len()),
        (1, 1)
    );
    // Silent once more: that is news.
    host.clock(crate::kit::at(90 * 60));
    assert_eq!(host.found.len(), 2);
    assert_eq!(host.found[1].happened, crate::kit::at(81 * 60));
}

#[test]
fn what_has_to_be_repeated_and_is_not() {
    let rules = one(
        "  silence: {rule: attested, every: 30d}",
        &[("attested", "kind: attestation.recorded")],
    );
    let account = crate::kit::account();
    let told = |days: &[i64], until: i64| {
        let mut host = Rehearsal::new(&rules, &account);
        for day in days {
            host.event(&event("attestation.recorded", day * DAY, "users"));
        }
        host.clock(crate::kit::at(until * DAY));
        host.found.len()
    };
    assert_eq!(told(&[0], 29), 0);
    assert_eq!(told(&[0], 31), 1);
    assert_eq!(told(&[0, 25], 50), 0);
}

#[test]
fn risk_takes_the_strongest_of_each_family_and_fades() {
    let plain = |id, family: &'static str, kind: &'static [(&'static str, &'static str)]| Text {
        id,
        block: family,
        parts: kind,
    };
    let texts = [
        plain(
            "bank",
            "  family: payout\n  weight: 0.7",
            &[("", "kind: payout.method_added")],
        ),
        plain(
            "user",
            "  family: people\n  weight: 0.6",
            &[("", "kind: user.added")],
        ),
        Text {
            id: "high",
            block: "  risk: {at_least: 0.85}\n  family: watch\n  weight: 0",
            parts: &[],
        },
    ];
    let rules = rules(&texts);
    let bank = |at: i64| event("payout.method_added", at, &at.to_string());
    let user = |at: i64| event("user.added", at, &at.to_string());
    let high = |events: &[_]| {
        names(&found(&rules, events))
            .iter()
            .filter(|name| **name == "high")
            .count()
    };
    assert_eq!(high(&[bank(1), bank(2), bank(3)]), 0, "one family alone");
    assert_eq!(high(&[bank(1), user(2)]), 1, "1 − 0.3 · 0.4 = 0.88");
    assert_eq!(high(&[bank(1), user(14 * DAY)]), 0, "it has faded by half");
    assert_eq!(
        high(&[claimed(bank(1)), user(2)]),
        0,
        "a claim weighs as mail only"
    );
    let told = found(&rules, &[bank(1), user(2)]);
    let risk = told
        .iter()
        .find(|one| one.rule == "high")
        .expect("the risk");
    assert!(
        risk.how_we_know
            .iter()
            .any(|says| says.starts_with("payout: 0.70")),
        "{risk:?}"
    );
}

#[test]
fn three_families_in_seven_days() {
    let texts = [
        Text {
            id: "a",
            block: "  family: payout\n  weight: 0.2",
            parts: &[("", "kind: payout.method_added")],
        },
        Text {
            id: "b",
            block: "  family: people\n  weight: 0.2",
            parts: &[("", "kind: user.added")],
        },
        Text {
            id: "c",
            block: "  family: credential\n  weight: 0.2",
            parts: &[("", "kind: credential.password_changed")],
        },
        Text {
            id: "three",
            block: "  risk: {families: 3, within: 7d}\n  family: watch\n  weight: 0",
            parts: &[],
        },
    ];
    let rules = rules(&texts);
    let events = |last: i64| {
        [
            event("payout.method_added", 1, ""),
            event("user.added", 2, ""),
            event("credential.password_changed", last, ""),
        ]
    };
    assert!(names(&found(&rules, &events(DAY))).contains(&"three"));
    assert!(!names(&found(&rules, &events(8 * DAY))).contains(&"three"));
}

#[test]
fn why_not_names_what_is_lacking() {
    let rules = one(
        "  sequence: {steps: [password, bank], within: 2h}",
        &[PASSWORD, BANK],
    );
    let mut state = sellkeep_detect::AccountState::default();
    stepped(
        &rules,
        &mut state,
        &[event("credential.password_changed", 0, "")],
    );
    let why = why_not(&rules, &crate::kit::account(), &state, "rule");
    let text = why.reasons.join("\n");
    assert!(
        !why.met && text.contains("`bank` has not matched") && text.contains("1 of 2"),
        "{text}"
    );
    stepped(&rules, &mut state, &[event("payout.method_added", 5, "")]);
    assert!(why_not(&rules, &crate::kit::account(), &state, "rule").met);
    let none = why_not(&rules, &crate::kit::account(), &state, "nothing");
    assert!(none.reasons[0].contains("no rule"));
}
