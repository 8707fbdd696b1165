//! Mistakes in rules are named with file and place; nothing loads beside them.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::collections::BTreeMap;

use sellkeep_detect::flat::{Context, FlatEvent};
use sellkeep_detect::rule::{Body, RuleSet};
use sellkeep_model::{Event, Field, Value};

const RULE: &str = "\
title: A bank account was added
description: An intruder needs one.
logsource: {product: marketplace, category: money}
detection:
  selection: {kind: payout.method_added}
  condition: selection
falsepositives: [The owner changes banks.]
level: high
tags: [f3.f1005.006]
sellkeep:
  alert: act-now
  family: payout
  weight: 0.9
  says: \"A bank account ending {after.tail} was added.\"
  first_step: Remove it.
  deadline: payout-clock
";

const SEQUENCE: &str = "\
title: An account was added, then money left
description: That is how it is done.
logsource: {product: marketplace, category: money}
falsepositives: [The owner changes banks.]
level: high
sellkeep:
  sequence: {steps: [added, paid], within: 72h}
  family: payout
  weight: 0.9
  says: Money left.
  first_step: Call.
---
name: added
detection:
  selection: {kind: payout.method_added}
  condition: selection
---
name: paid
detection:
  selection: {kind: payout.created}
  condition: selection
";

fn files(text: &str) -> BTreeMap<String, String> {
    let folder = "rules/money/example";
    BTreeMap::from([
        (format!("{folder}/rule.yml"), text.to_owned()),
        (format!("{folder}/fires/a.jsonl"), String::new()),
        (format!("{folder}/silent/a.jsonl"), String::new()),
    ])
}

fn load(text: &str) -> RuleSet {
    RuleSet::load(&files(text)).unwrap_or_else(|problems| panic!("{problems}"))
}

#[track_caller]
fn refused(text: &str, because: &str) {
    let problems = RuleSet::load(&files(text))
        .expect_err("this loads")
        .to_string();
    assert!(
        problems.contains("rules/money/example/rule.yml"),
        "{problems}"
    );
    assert!(problems.contains(because), "{problems}");
}

/// The rule with one thing replaced.
#[track_caller]
fn with(old: &str, new: &str) -> String {
    let text = RULE.replacen(old, new, 1);
    assert_ne!(text, RULE, "{old} does not stand there");
    text
}

fn event(kind: &str) -> Event {
    let json = format!(
        r#"{{"id":"e","kind":"{kind}","account":"a","happened":"2026-11-02T10:00:00Z",
            "learned":"2026-11-02T10:00:00Z","source":"amazon.api","proof":"proven"}}"#
    );
    serde_json::from_str(&json).expect("an event")
}

fn hits(rules: &RuleSet, event: &Event, context: &Context) -> Vec<(usize, usize)> {
    let matched = rules.matches(&FlatEvent { event, context });
    matched.map(|hit| (hit.rule, hit.part)).collect()
}

#[test]
fn the_examples_load_and_match() {
    let rules = load(RULE);
    let context = Context::default();
    assert_eq!(
        hits(&rules, &event("payout.method_added"), &context),
        [(0, 0)]
    );
    assert!(hits(&rules, &event("payout.created"), &context).is_empty());
    let rules = load(SEQUENCE);
    assert!(matches!(&rules.rules()[0].body, Body::Sequence { steps, .. } if *steps == [0, 1]));
    assert_eq!(hits(&rules, &event("payout.created"), &context), [(0, 1)]);
}

#[test]
fn details_and_context_are_looked_at() {
    let narrow = "selection: {kind: 'payout.*', tail: '9*', context.attested_tail: false}";
    let rules = load(&with("selection: {kind: payout.method_added}", narrow));
    let mut event = event("payout.default_changed");
    event.after.set(Field::Tail, Value::from("987"));
    let known = |attested| Context {
        attested_tail: attested,
        ..Context::default()
    };
    assert_eq!(hits(&rules, &event, &known(Some(false))), [(0, 0)]);
    assert!(hits(&rules, &event, &known(Some(true))).is_empty());
    assert!(hits(&rules, &event, &known(None)).is_empty());
}

#[test]
fn a_rule_without_cases_does_not_load() {
    for missing in ["fires", "silent"] {
        let mut files = files(RULE);
        files.retain(|path, _| !path.contains(missing));
        let problems = RuleSet::load(&files).expect_err("this loads").to_string();
        assert!(
            problems.contains(&format!("no case in {missing}/")),
            "{problems}"
        );
    }
}

#[test]
fn files_that_belong_to_no_rule_are_named() {
    let mut files = files(RULE);
    files.insert("rules/money/example/rule.yaml".to_owned(), String::new());
    files.insert("brands/amazon/brand.toml".to_owned(), String::new());
    let problems = RuleSet::load(&files).expect_err("this loads");
    assert_eq!(problems.0.len(), 1);
    assert_eq!(problems.0[0].file, "rules/money/example/rule.yaml");
}

#[test]
fn all_mistakes_are_named_not_only_the_first() {
    let text = with("weight: 0.9", "weight: 9").replace("family: payout", "family: money");
    let problems = RuleSet::load(&files(&text))
        .expect_err("this loads")
        .to_string();
    assert!(
        problems.contains("weight") && problems.contains("family"),
        "{problems}"
    );
}

#[test]
fn words_that_no_event_can_have() {
    refused(
        &with("payout.method_added", "payout.method_aded"),
        "no event can have",
    );
    refused(
        &with("payout.method_added", "[payout.created, payout.x]"),
        "no event can have",
    );
    refused(
        &with(
            "{kind: payout.method_added}",
            "{kind: payout.created, proof: sure}",
        ),
        "no event can have",
    );
    refused(
        &with(
            "{kind: payout.method_added}",
            "{kind: payout.created, tale: 1}",
        ),
        "tale",
    );
    refused(
        &with(
            "{kind: payout.method_added}",
            "{kind: payout.created, context.palned: true}",
        ),
        "context.palned",
    );
    refused(
        &with(
            "condition: selection",
            "no: {kind: payout.method_added}\n  condition: selection and not no",
        ),
        "no event can match",
    );
}

#[test]
fn what_must_be_said() {
    for (old, because) in [
        ("title: A bank account was added\n", "title"),
        ("description: An intruder needs one.\n", "description"),
        (
            "falsepositives: [The owner changes banks.]\n",
            "falsepositives",
        ),
        ("level: high\n", "level"),
        ("  family: payout\n", "family"),
        ("  weight: 0.9\n", "weight"),
        ("  first_step: Remove it.\n", "first_step"),
        (
            "logsource: {product: marketplace, category: money}\n",
            "logsource",
        ),
    ] {
        refused(&with(old, ""), because);
    }
    let (before, _) = RULE.split_once("sellkeep:").expect("a block");
    refused(before, "`sellkeep` is missing");
}

#[test]
fn what_has_no_meaning() {
    refused(&with("level: high", "levels: high"), "levels");
    refused(&with("  alert:", "  alarm: x\n  alert:"), "alarm");
    refused(&with("act-now", "at-once"), "at-once");
    refused(&with("payout-clock", "soon"), "soon");
    refused(&with("{after.tail}", "{after.tale}"), "after.tale");
    refused(&with("category: money", "category: access"), "theme");
    refused(
        &with("product: marketplace", "product: windows"),
        "logsource",
    );
    refused(&with("title:", "name: other\ntitle:"), "folder");
    refused(
        &with(
            "  condition: selection",
            "  more: {kind: payout.created}\n  condition: selection",
        ),
        "never asks",
    );
    refused(
        &with("  alert:", "  silence: {grace: account}\n  alert:"),
        "one of",
    );
}

#[test]
fn parts_are_there_once_and_used() {
    let with = |old: &str, new: &str| SEQUENCE.replacen(old, new, 1);
    refused(&with("[added, paid]", "[added, payed]"), "payed");
    refused(&with("[added, paid]", "[added]"), "two parts");
    refused(&with("name: paid", "name: added"), "twice");
    refused(&with("name: paid\n", ""), "`name` is missing");
    refused(&with("72h", "72"), "length of time");
    refused(&with("within: 72h", "within: 72h, whithin: 3h"), "whithin");
    let more = "---\nname: idle\ndetection:\n  s: {kind: payout.created}\n  condition: s\n";
    refused(&format!("{SEQUENCE}{more}"), "nothing refers to it");
    let chain = "---\nname: paid2\ncorrelation: {type: event_count, rules: [paid], timespan: 1h, condition: {gte: 2}}\n";
    refused(&format!("{SEQUENCE}{chain}"), "correlation of correlations");
}

#[test]
fn the_blocks_of_our_own() {
    let block =
        |block: &str| SEQUENCE.replacen("sequence: {steps: [added, paid], within: 72h}", block, 1);
    let one = |text: &str| {
        let text = block(text);
        let (first, _) = text.rsplit_once("---").expect("two parts");
        first.to_owned()
    };
    for (good, bad) in [
        (
            "first_seen: {rule: added, fields: [after.country], min_history: 14d}",
            "first_seen: {rule: added, fields: [], min_history: 14d}",
        ),
        (
            "dormant: {idle: 60d, then: added, at_least: 3, within: 24h}",
            "dormant: {idle: 60d, then: added, at_least: 0, within: 24h}",
        ),
        (
            "baseline: {rule: added, metric: 'sum:amount', every: 1h, season: week, factor: 6, at_least: 20, min_history: 14d}",
            "baseline: {rule: added, metric: 'mean:amount', every: 1h, season: week, factor: 6, at_least: 20, min_history: 14d}",
        ),
        (
            "share: {rule: added, distinct: object.id, at_least: 5, of_known: 0.2, within: 1h}",
            "share: {rule: added, distinct: object.id, at_least: 5, of_known: 20, within: 1h}",
        ),
        (
            "silence: {rule: added, every: 30d}",
            "silence: {rule: added, every: 30d, grace: account}",
        ),
    ] {
        load(&one(good));
        refused(&one(bad), "");
    }
    load(&block(
        "any: {rules: [added, paid], at_least: 2, within: 72h}",
    ));
    refused(
        &block("any: {rules: [added, paid], at_least: 3, within: 72h}"),
        "more than",
    );
    load(&block(
        "contradiction: {fact: added, notice: paid, within: 30m, missing: notice}",
    ));
    refused(
        &block("contradiction: {fact: added, notice: paid, within: 30m, missing: both}"),
        "neither",
    );
}

#[test]
fn other_words_are_another_version_but_keep_the_state() {
    let rules = [load(RULE), load(&with("Remove it.", "Remove it now."))];
    let [one, other] = rules.each_ref().map(|rules| &rules.rules()[0]);
    assert_ne!(one.version, other.version);
    assert_eq!(one.state_version, other.state_version);
    let changed = load(&with("payout.method_added", "payout.created"));
    assert_ne!(changed.rules()[0].state_version, one.state_version);
}

#[test]
fn a_filter_narrows_a_rule_without_touching_it() {
    let filter = "title: Our own bank\nlogsource: {product: marketplace}\nfilter:\n  rules: [example]\n  own: {tail: '123'}\n  condition: not own\n";
    let mut files = files(RULE);
    files.insert("rules/filters/own-bank.yml".to_owned(), filter.to_owned());
    let rules = RuleSet::load(&files).unwrap_or_else(|problems| panic!("{problems}"));
    let mut event = event("payout.method_added");
    let context = Context::default();
    assert_eq!(hits(&rules, &event, &context).len(), 1);
    event.after.set(Field::Tail, Value::from("123"));
    assert!(hits(&rules, &event, &context).is_empty());
    assert_ne!(
        rules.rules()[0].state_version,
        load(RULE).rules()[0].state_version
    );

    files.insert(
        "rules/filters/own-bank.yml".to_owned(),
        filter.replace("[example]", "[exampel]"),
    );
    let problems = RuleSet::load(&files).expect_err("this loads").to_string();
    assert!(problems.contains("exampel"), "{problems}");
}
