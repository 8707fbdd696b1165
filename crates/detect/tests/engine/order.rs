//! The order of arrival changes nothing: shuffled, doubled, restarted at any point.

use std::collections::BTreeSet;

use jiff::Timestamp;
use sellkeep_detect::{AccountState, RuleSet, step, tick};
use sellkeep_model::{AlertLevel, Event, Field};

use crate::kit::{DAY, Dice, Text, account, at, claimed, event, from_mail, rules, with};

/// Everything that stands: rule, id, level, deadline.
type Standing = BTreeSet<(String, String, Option<AlertLevel>, Option<i64>)>;

/// One rule of every kind.
fn all_kinds() -> RuleSet {
    let user = ("user", "kind: user.added");
    let bank = ("bank", "kind: payout.method_added");
    let password = ("password", "kind: credential.password_changed");
    let parts: &'static [(&str, &str)] = Vec::leak(vec![user, bank, password]);
    let order: &'static [(&str, &str)] = &[("order", "kind: order.received")];
    let two: &'static [(&str, &str)] = &[
        ("user", "kind: user.added"),
        ("bank", "kind: payout.method_added"),
    ];
    let bank: &'static [(&str, &str)] = &[("bank", "kind: payout.method_added")];
    let steps: &'static [(&str, &str)] = &[
        ("password", "kind: credential.password_changed"),
        ("bank", "kind: payout.method_added"),
        ("user", "kind: user.added"),
    ];
    rules(&[
        Text {
            id: "plain",
            block: "  object: event\n  deadline: payout-clock",
            parts: &[("", "kind: payout.method_added")],
        },
        Text {
            id: "held",
            block: "  object: event\n  family: people",
            parts: &[("", "kind: user.added, context.hold_hours|gt: 0")],
        },
        Text {
            id: "flooded",
            block: "  object: event\n  family: mail",
            parts: &[(
                "",
                "kind: credential.password_changed, context.mail_flood: true",
            )],
        },
        Text {
            id: "idle",
            block: "  object: event",
            parts: &[("", "kind: listing.created, context.idle_days|gte: 0.3")],
        },
        Text {
            id: "counted",
            block: "correlation: {type: event_count, rules: [bank], timespan: 12h, condition: {gte: 3}}",
            parts: bank,
        },
        Text {
            id: "temporal",
            block: "correlation: {type: temporal, rules: [user, bank], timespan: 2h}",
            parts: two,
        },
        Text {
            id: "ordered",
            block: "correlation: {type: temporal_ordered, rules: [user, bank], timespan: 2h}",
            parts: two,
        },
        Text {
            id: "sequence",
            block: "  sequence: {steps: [password, bank], within: 8h, until: user}\n  deadline: 4h",
            parts: steps,
        },
        Text {
            id: "any",
            block: "  any: {rules: [user, bank, password], at_least: 3, within: 8h}",
            parts,
        },
        Text {
            id: "first",
            block: "  first_seen: {rule: bank, fields: [after.country], min_history: 1d}\n  object: after.country",
            parts: bank,
        },
        Text {
            id: "dormant",
            block: "  dormant: {idle: 6h, then: listing, at_least: 2, within: 6h}",
            parts: &[("listing", "kind: listing.created")],
        },
        Text {
            id: "baseline",
            block: "  baseline: {rule: order, metric: count, every: 6h, season: none, factor: 3, at_least: 4, min_history: 1d}",
            parts: order,
        },
        Text {
            id: "contradiction",
            block: "  contradiction: {fact: fact, notice: notice, within: 30m, missing: notice}\n  object: event",
            parts: &[
                ("fact", "kind: payout.method_added, source: amazon.api"),
                ("notice", "kind: payout.method_added, source: mailbox"),
            ],
        },
        Text {
            id: "risk",
            block: "  risk: {at_least: 0.7}\n  family: watch\n  weight: 0",
            parts: &[],
        },
    ])
}

/// Five days of an account on which all sorts of things happen, with late mails.
fn life(dice: &mut Dice) -> Vec<Event> {
    let mut events = Vec::new();
    for number in 0..70 {
        let minutes = i64::try_from(dice.roll(5 * 1_440)).unwrap_or_default();
        let name = number.to_string();
        let mut one = match dice.roll(8) {
            0 => event("user.added", minutes, &name),
            1 => event("credential.password_changed", minutes, &name),
            2 => event("listing.created", minutes, &name),
            3 => from_mail(event("payout.method_added", minutes, &name)),
            4 => with(
                from_mail(event("mail.received", minutes, &name)),
                Field::Count,
                90.0,
            ),
            5 => claimed(event("payout.method_added", minutes, &name)),
            6 => event("order.received", minutes, &name),
            _ => {
                let country = ["DE", "FR", "HR", "PL"][dice.roll(4)];
                with(
                    event("payout.method_added", minutes, &name),
                    Field::Country,
                    country,
                )
            }
        };
        one.learned = at(minutes + i64::try_from(dice.roll(300)).unwrap_or_default());
        events.push(one);
    }
    let burst = i64::try_from(dice.roll(4)).unwrap_or_default() * DAY + DAY;
    events.extend(
        (0..9).map(|number| event("order.received", burst + number, &format!("b{number}"))),
    );
    events.sort_by_key(|event| event.learned);
    events
}

fn run(rules: &RuleSet, events: &[Event], restart_at: Option<usize>) -> Standing {
    let account = account();
    let mut state = AccountState::default();
    // Sources live: what they cannot tell is not part of this.
    for source in ["mailbox", "amazon.api"] {
        sellkeep_detect::heard(rules, &account, &mut state, source, at(6 * DAY));
        sellkeep_detect::heard(rules, &account, &mut state, source, at(0));
    }
    let mut cold = None;
    for (number, event) in events.iter().enumerate() {
        step(rules, &account, &mut state, event, event.learned);
        if restart_at == Some(number) {
            state = restarted(&mut state, &mut cold);
        }
    }
    tick(rules, &account, &mut state, end());
    let standing = state.standing();
    standing
        .map(|(rule, found)| {
            (
                rule.to_owned(),
                found.id.clone(),
                found.level,
                found.deadline,
            )
        })
        .collect()
}

fn restarted(state: &mut AccountState, cold: &mut Option<Vec<u8>>) -> AccountState {
    let stored = state.checkpoint().expect("written");
    if stored.cold.is_some() {
        *cold = stored.cold;
    }
    AccountState::restore(&stored.hot, cold.as_deref()).expect("read")
}

fn end() -> Timestamp {
    at(6 * DAY)
}

/// Which rules stand, to name the one that differs.
fn compare(
    rules: &RuleSet,
    expected: &Standing,
    events: &[Event],
    restart: Option<usize>,
    what: &str,
) {
    let found = run(rules, events, restart);
    assert!(
        found == *expected,
        "{what}\nmissing: {:?}\nsurplus: {:?}",
        expected.difference(&found).collect::<Vec<_>>(),
        found.difference(expected).collect::<Vec<_>>()
    );
}

#[test]
fn shuffled_and_doubled_input_ends_the_same() {
    let rules = all_kinds();
    let mut kinds = BTreeSet::new();
    for seed in 0..10 {
        let mut dice = Dice(seed);
        let mut events = life(&mut dice);
        let expected = run(&rules, &events, None);
        kinds.extend(expected.iter().map(|(_, id, ..)| id.clone()));
        for round in 0..3 {
            dice.shuffle(&mut events);
            let mut doubled = events.clone();
            for _ in 0..20 {
                let copy = events[dice.roll(events.len())].clone();
                doubled.insert(dice.roll(doubled.len()), copy);
            }
            compare(
                &rules,
                &expected,
                &doubled,
                None,
                &format!("seed {seed}, round {round}"),
            );
        }
    }
    assert!(
        kinds.len() > 100,
        "only {} different things were found",
        kinds.len()
    );
}

#[test]
fn every_kind_of_rule_takes_part() {
    let rules = all_kinds();
    let mut found = BTreeSet::new();
    for seed in 0..40 {
        let events = life(&mut Dice(seed));
        let account = account();
        let mut state = AccountState::default();
        sellkeep_detect::heard(&rules, &account, &mut state, "mailbox", at(6 * DAY));
        for event in &events {
            step(&rules, &account, &mut state, event, event.learned);
        }
        tick(&rules, &account, &mut state, end());
        found.extend(state.standing().map(|(rule, _)| rule.to_owned()));
    }
    let all: BTreeSet<String> = rules.rules().iter().map(|rule| rule.id.clone()).collect();
    assert_eq!(found, all);
}

#[test]
fn a_restart_at_any_point_changes_nothing() {
    let rules = all_kinds();
    for seed in 0..1 {
        let events = life(&mut Dice(seed));
        let expected = run(&rules, &events, None);
        for place in 0..events.len() {
            compare(
                &rules,
                &expected,
                &events,
                Some(place),
                &format!("seed {seed}, restart at {place}"),
            );
        }
    }
}

#[test]
fn an_event_that_turns_out_earlier_moves() {
    let rules = all_kinds();
    let late = event("user.added", 600, "x");
    let mut early = late.clone();
    early.happened = at(10);
    let bank = event("payout.method_added", 30, "y");
    let moved = run(&rules, &[bank.clone(), late, early.clone()], None);
    assert_eq!(moved, run(&rules, &[early, bank], None));
}
