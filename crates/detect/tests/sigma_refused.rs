//! What cannot be done as the specification says is refused, with the reason.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use sellkeep_detect::sigma::{JsonEvent, documents, read};

#[track_caller]
fn refused(text: &str, because: &str) {
    let result = documents(text).and_then(|list| {
        list.iter()
            .try_for_each(|document| read::<JsonEvent<'_>>(document).map(|_| ()))
    });
    match result {
        Ok(()) => panic!("this loads:\n{text}"),
        Err(reason) => assert!(reason.contains(because), "{reason}\n{text}"),
    }
}

#[track_caller]
fn accepted(text: &str) {
    for document in documents(text).expect("YAML") {
        read::<JsonEvent<'_>>(&document).unwrap_or_else(|reason| panic!("{reason}\n{text}"));
    }
}

fn rule(detection: &str) -> String {
    format!("title: t\nlogsource: {{product: p}}\ndetection:\n{detection}")
}

fn item(item: &str) -> String {
    rule(&format!("  s:\n    {item}\n  condition: s\n"))
}

fn correlation(block: &str) -> String {
    format!("title: t\ncorrelation:\n{block}")
}

fn count(condition: &str) -> String {
    correlation(&format!(
        "  type: event_count\n  rules: [a]\n  group-by: [b]\n  timespan: 1h\n  condition: {condition}\n"
    ))
}

#[test]
fn documents_that_are_none() {
    refused("", "empty");
    refused("- a\n- b\n", "no mapping");
    refused("title: [\n", "");
    refused("a: 1\na: 2\n", "duplicate");
    refused("title: t\n", "logsource");
    refused(
        "logsource: {product: p}\ndetection: {s: {a: 1}, condition: s}\n",
        "title",
    );
    refused(
        "title: t\ndetection: {s: {a: 1}, condition: s}\n",
        "logsource",
    );
    refused(
        "title: t\nlogsource: {}\ndetection: {s: {a: 1}, condition: s}\n",
        "logsource",
    );
    refused("title: t\nlogsource: {product: p}\n", "detection");
    refused(&format!("action: global\n{}", item("a: 1")), "action");
    refused(&format!("{}taxonomy: ours\n", item("a: 1")), "taxonomy");
    refused(
        &format!("{}status: unsupported\n", item("a: 1")),
        "cannot be used",
    );
    refused(&format!("{}status: fine\n", item("a: 1")), "status");
    refused(&format!("{}level: dangerous\n", item("a: 1")), "level");
    refused(&format!("{}tags: [Attack]\n", item("a: 1")), "tags");
    refused(
        &format!("{}sigma-version: 3\n", item("a: 1")),
        "sigma-version",
    );
    refused(
        &format!("{}related: [{{id: x, type: derved}}]\n", item("a: 1")),
        "derved",
    );
}

#[test]
fn conditions_that_cannot_be_read_or_ask_for_nothing() {
    refused(&rule("  s: {a: 1}\n  condition: s and (\n"), "");
    refused(&rule("  s: {a: 1}\n  condition: t\n"), "not there");
    refused(
        &rule("  s: {a: 1}\n  condition: 1 of t*\n"),
        "finds no selection",
    );
    refused(
        &rule("  _s: {a: 1}\n  condition: 1 of them\n"),
        "finds no selection",
    );
    refused(&rule("  s: {a: 1}\n  condition: 2 of them\n"), "1 of");
    refused(&rule("  s: {a: 1}\n  condition: s | count() > 5\n"), "");
    refused(&rule("  s: {a: 1}\n  condition: []\n"), "empty");
    refused(&rule("  s: {a: 1}\n  condition: {foo: bar}\n"), "condition");
    refused(&rule("  s: {a: 1}\n"), "condition");
    refused(
        &rule("  s: {a: 1}\n  timeframe: 5m\n  condition: s\n"),
        "timeframe",
    );
    refused(&rule("  condition: s\n"), "no selection");
    let many = "s and ".repeat(3_000) + "s";
    refused(&rule(&format!("  s: {{a: 1}}\n  condition: {many}\n")), "");
}

#[test]
fn values_without_a_meaning() {
    refused(&item("a: []"), "no value");
    refused(&item("a: [[b]]"), "one thing");
    refused(&item("a: {b: c}"), "one thing");
    refused(&rule("  s: {}\n  condition: s\n"), "empty");
    refused(&rule("  s: []\n  condition: s\n"), "");
    refused(&rule("  s: [{a: 1}, b]\n  condition: s\n"), "not both");
    refused(&rule("  s: null\n  condition: s\n"), "keyword");
    refused(&item("a|contains: ''"), "match everything");
    refused(&item("a|contains: null"), "null");
    refused(&item("a|startswith: true"), "no words");
    refused(&item("a|gt: x"), "number");
    refused(&item("a|hour: x"), "number");
    refused(&item("a|exists: maybe"), "true or false");
    refused(&item("a|exists: [true, false]"), "true or false");
    refused(&item("a|cidr: 10.0.0.0/99"), "address range");
    refused(&item("a|cidr: '10.*'"), "wildcards");
    refused(&item("a|fieldref: 'b*'"), "wildcards");
    refused(&item("a|base64: 'b*'"), "wildcards");
    refused(&item("a|all: b"), "more than one");
}

#[test]
fn modifiers_without_a_meaning() {
    refused(&item("a|containz: b"), "containz");
    refused(&item("a|not: b"), "not");
    refused(&item("a|expand: '%admins%'"), "placeholders");
    refused(&item("a|contains|startswith: b"), "only one");
    refused(&item("a|re|contains: b"), "contradict");
    refused(&item("a|base64offset: b"), "base64offset|contains");
    refused(&item("a|i: b"), "belong to `re`");
}

#[test]
fn expressions_beyond_the_specification() {
    refused(&item("a|re: 'a(?=b)'"), "look-around");
    refused(&item("a|re: 'a(?<!b)'"), "look-around");
    refused(&item(r"a|re: '(a)\1'"), "backreferences");
    refused(&item("a|re: '('"), "unclosed");
    refused(&item("a|re: ''"), "match everything");
    refused(&item("a|re: '(((a{1,900}){1,900}){1,900})'"), "");
    accepted(&item(r"a|re: '^[a-z]{2,3}(b|c)+\d?\.$'"));
}

#[test]
fn correlations_that_the_official_schema_lets_pass() {
    accepted(&count("{gte: 3}"));
    accepted(&count("{gt: 3, lte: 9}"));
    refused(&count("{foo: bar}"), "foo");
    refused(&count("{gte: three}"), "no number");
    refused(&count("{gte: 2.5}"), "whole number");
    refused(&count("{}"), "comparison");
    refused(&count("a and b"), "in words");
    refused(&count("{field: x, gte: 3}"), "no meaning");
    refused(&count("{gte: 3}\n  windows: 1h"), "windows");
    refused(
        &correlation(
            "  type: event_count\n  rules: [a]\n  timespan: banana\n  condition: {gte: 3}\n",
        ),
        "banana",
    );
    for wrong in ["1w", "0h", "h", "1.5h", "-1h", "99999d", "5 m"] {
        let block = format!(
            "  type: event_count\n  rules: [a]\n  timespan: {wrong}\n  condition: {{gte: 3}}\n"
        );
        refused(&correlation(&block), "");
    }
    refused(
        &correlation("  type: event_count\n  rules: []\n  timespan: 1h\n  condition: {gte: 3}\n"),
        "no rule",
    );
    refused(
        &correlation("  type: event_count\n  rules: [a]\n  condition: {gte: 3}\n"),
        "timespan",
    );
    refused(
        &correlation("  type: surprise\n  rules: [a]\n  timespan: 1h\n  condition: {gte: 3}\n"),
        "surprise",
    );
    refused(
        &correlation(
            "  type: value_median\n  rules: [a]\n  timespan: 1h\n  condition: {gte: 3, field: x}\n",
        ),
        "value_median",
    );
    refused(
        &correlation("  type: value_sum\n  rules: [a]\n  timespan: 1h\n  condition: {gte: 3}\n"),
        "field",
    );
    refused(
        &correlation("  type: value_count\n  rules: [a]\n  timespan: 1h\n  condition: {gte: 3}\n"),
        "field",
    );
    refused(
        &correlation("  type: temporal\n  rules: [a]\n  timespan: 1h\n"),
        "two rules",
    );
    refused(
        &correlation("  type: temporal\n  rules: [a, b]\n  timespan: 1h\n  condition: {gte: 3}\n"),
        "more rules",
    );
    refused(
        &correlation(
            "  type: temporal_ordered\n  rules: [a, b]\n  timespan: 1h\n  condition: {gte: 1}\n",
        ),
        "in order",
    );
}

#[test]
fn a_count_that_holds_when_nothing_happens() {
    for condition in ["{lt: 3}", "{lte: 3}", "{eq: 0}", "{neq: 3}"] {
        refused(&count(condition), "nothing happens");
    }
}

#[test]
fn a_percentile_says_which() {
    let block = |more: &str| {
        correlation(&format!(
            "  type: value_percentile\n  rules: [a]\n  timespan: 1h\n  condition: {{gte: 3, field: x{more}}}\n"
        ))
    };
    refused(&block(""), "which percentile");
    refused(&block(", percentile: 101"), "between 0 and 100");
    accepted(&block(", percentile: 95"));
}

#[test]
fn aliases_are_complete() {
    let block = |aliases: &str| {
        correlation(&format!(
            "  type: temporal\n  rules: [a, b]\n  group-by: [ip]\n  timespan: 1h\n  aliases: {aliases}\n"
        ))
    };
    accepted(&block("{ip: {a: src, b: dst}}"));
    refused(&block("{ip: {a: src}}"), "no field for");
    refused(
        &block("{ip: {a: src, b: dst, c: x}}"),
        "not among the rules",
    );
    refused(
        &block("{op: {a: src, b: dst}}"),
        "does not stand in `group-by`",
    );
}

#[test]
fn filters() {
    let filter = |block: &str| format!("title: t\nlogsource: {{product: p}}\nfilter:\n{block}");
    accepted(&filter("  rules: [a]\n  s: {b: 1}\n  condition: not s\n"));
    accepted(&filter("  rules: any\n  s: {b: 1}\n  condition: not s\n"));
    refused(&filter("  s: {b: 1}\n  condition: not s\n"), "rules");
    refused(
        &filter("  rules: []\n  s: {b: 1}\n  condition: not s\n"),
        "rules",
    );
    refused(&filter("  rules: [a]\n  s: {b: 1}\n"), "condition");
    refused(
        &filter("  rules: [a]\n  condition: not s\n"),
        "no selection",
    );
}
