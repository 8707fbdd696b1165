//! What each modifier and each kind of value means, on plain JSON.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use sellkeep_detect::sigma::{Document, JsonEvent, JsonName, Matcher, Pattern, documents, read};
use serde_json::{Value as Json, json};

fn pattern(detection: &str) -> Pattern<JsonName> {
    let text = format!("title: t\nlogsource: {{product: p}}\ndetection:\n{detection}");
    let document = documents(&text).expect("YAML").remove(0);
    match read::<JsonEvent<'_>>(&document) {
        Ok(Document::Detection(detection)) => detection.pattern,
        other => panic!("{other:?}"),
    }
}

/// One selection, `field: value`, on events that must and must not match.
#[track_caller]
fn check(item: &str, matching: &[Json], other: &[Json]) {
    let pattern = pattern(&format!(
        "  selection:\n    {item}\n  condition: selection\n"
    ));
    verify(&pattern, matching, other);
}

#[track_caller]
fn verify(pattern: &Pattern<JsonName>, matching: &[Json], other: &[Json]) {
    for event in matching {
        assert!(pattern.matches(&JsonEvent(event)), "should match: {event}");
    }
    for event in other {
        assert!(
            !pattern.matches(&JsonEvent(event)),
            "should not match: {event}"
        );
    }
}

#[test]
fn words_mind_no_letter_case() {
    check(
        "a: Abc",
        &[json!({"a": "aBC"})],
        &[json!({"a": "abcd"}), json!({"a": null}), json!({})],
    );
    check(
        "a|cased: Abc",
        &[json!({"a": "Abc"})],
        &[json!({"a": "abc"})],
    );
    check(
        "a: 'x*z'",
        &[json!({"a": "xyz"}), json!({"a": "xz"})],
        &[json!({"a": "xyza"})],
    );
    check(
        "a|cased: 'X?'",
        &[json!({"a": "Xy"})],
        &[json!({"a": "xy"})],
    );
}

#[test]
fn numbers_and_words_meet() {
    check(
        "a: 42",
        &[json!({"a": 42}), json!({"a": "42"}), json!({"a": 42.0})],
        &[json!({"a": 421}), json!({"a": "x"})],
    );
    check(
        "a: '42'",
        &[json!({"a": 42}), json!({"a": "42"})],
        &[json!({"a": "042"})],
    );
    check(
        "a|contains: 4",
        &[json!({"a": 142}), json!({"a": "4"})],
        &[json!({"a": 12})],
    );
    check(
        "a|gte: 10",
        &[json!({"a": 10}), json!({"a": "11.5"})],
        &[
            json!({"a": 9}),
            json!({"a": "x"}),
            json!({"a": null}),
            json!({}),
        ],
    );
}

#[test]
fn yes_and_no() {
    check(
        "a: true",
        &[json!({"a": true}), json!({"a": "True"})],
        &[json!({"a": false}), json!({"a": 1}), json!({})],
    );
    check(
        "a: 'false'",
        &[json!({"a": false}), json!({"a": "FALSE"})],
        &[json!({"a": true})],
    );
}

#[test]
fn nothing_is_not_the_same_as_empty() {
    check(
        "a: null",
        &[json!({"a": null}), json!({})],
        &[json!({"a": ""}), json!({"a": 0})],
    );
    check(
        "a: ''",
        &[json!({"a": ""})],
        &[json!({"a": null}), json!({}), json!({"a": " "})],
    );
    check(
        "a: [null, '']",
        &[json!({"a": null}), json!({"a": ""}), json!({})],
        &[json!({"a": "x"})],
    );
}

#[test]
fn a_field_that_holds_null_exists() {
    check(
        "a|exists: true",
        &[json!({"a": null}), json!({"a": ""})],
        &[json!({})],
    );
    check("a|exists: false", &[json!({})], &[json!({"a": null})]);
}

#[test]
fn different_is_the_reverse_of_equal() {
    check(
        "a|neq: x",
        &[
            json!({"a": "y"}),
            json!({"a": 1}),
            json!({"a": null}),
            json!({}),
        ],
        &[json!({"a": "X"})],
    );
    check(
        "a|neq: ['x', z]",
        &[json!({"a": "w"})],
        &[json!({"a": "z"})],
    );
    check(
        "a|neq: 5",
        &[json!({"a": 6}), json!({})],
        &[json!({"a": 5}), json!({"a": "5"})],
    );
    check(
        "a|neq: null",
        &[json!({"a": "x"}), json!({"a": ""})],
        &[json!({"a": null}), json!({})],
    );
    check(
        "a|contains|neq: x",
        &[json!({"a": "abc"})],
        &[json!({"a": "axc"})],
    );
}

#[test]
fn all_values() {
    check(
        "a|contains|all: [x, y]",
        &[json!({"a": "yx"})],
        &[json!({"a": "x"})],
    );
    check(
        "a|windash|contains|all: [' -a', ' -b']",
        &[json!({"a": "c /b -a"})],
        &[json!({"a": "c /b"})],
    );
}

#[test]
fn expressions_mind_letter_case_unless_told() {
    check(
        "a|re: '^ab+$'",
        &[json!({"a": "abb"})],
        &[json!({"a": "ABB"}), json!({"a": "xabb"})],
    );
    check(
        "a|re|i: 'ab+$'",
        &[json!({"a": "xABB"})],
        &[json!({"a": "a"})],
    );
    check("a|re: '^b'", &[], &[json!({"a": "a\nb"})]);
    check("a|re|m: '^b'", &[json!({"a": "a\nb"})], &[]);
    check("a|re|s: 'a.b'", &[json!({"a": "a\nb"})], &[]);
}

#[test]
fn addresses() {
    check(
        "a|cidr: 10.0.0.0/8",
        &[json!({"a": "10.9.8.7"})],
        &[json!({"a": "11.0.0.1"}), json!({"a": "10"}), json!({})],
    );
    check(
        "a|cidr: [fe80::/10, 127.0.0.0/8]",
        &[json!({"a": "127.0.0.1"}), json!({"a": "fe80::1"})],
        &[json!({"a": "::1"})],
    );
}

#[test]
fn other_fields() {
    check(
        "a|fieldref: b",
        &[json!({"a": "X", "b": "x"}), json!({"a": 1, "b": "1"})],
        &[
            json!({"a": "x", "b": "y"}),
            json!({"a": "x"}),
            json!({"b": "x"}),
        ],
    );
    check(
        "a|fieldref|neq: b",
        &[json!({"a": "x", "b": "y"}), json!({"b": "x"})],
        &[json!({"a": "x", "b": "x"})],
    );
    check(
        "a|fieldref|startswith: b",
        &[json!({"a": "xyz", "b": "XY"})],
        &[json!({"a": "xyz", "b": "yz"})],
    );
}

#[test]
fn parts_of_times() {
    check(
        "a|hour: 23",
        &[json!({"a": "2026-11-01T23:15:00Z"})],
        &[json!({"a": "2026-11-01T22:15:00Z"}), json!({"a": 23})],
    );
    check(
        "a|hour|gte: 22",
        &[json!({"a": "2026-11-01 23:15:00"})],
        &[json!({"a": "2026-11-01 02:15:00"})],
    );
    check(
        "a|year: 2026",
        &[json!({"a": "2026-11-01T23:15:00Z"})],
        &[json!({"a": "2025-11-01T23:15:00Z"})],
    );
}

#[test]
fn encodings() {
    check(
        "a|base64|contains: foobar",
        &[json!({"a": "x Zm9vYmFy y"})],
        &[json!({"a": "foobar"})],
    );
    check(
        "a|base64offset|contains: foobar",
        &[json!({"a": "eGZvb2Jhcg=="})],
        &[json!({"a": "eHh4"})],
    );
}

#[test]
fn lists_match_where_one_of_them_does() {
    check(
        "a: x",
        &[json!({"a": ["y", "X"]})],
        &[json!({"a": ["y"]}), json!({"a": []})],
    );
    check("a|gt: 3", &[json!({"a": [1, 4]})], &[json!({"a": [1, 2]})]);
    check(
        "a|neq: x",
        &[json!({"a": ["y"]})],
        &[json!({"a": ["y", "x"]})],
    );
}

#[test]
fn names_with_dots_and_brackets() {
    check(
        "a.b: x",
        &[json!({"a": {"b": "x"}}), json!({"a.b": "x"})],
        &[json!({"a": "x"})],
    );
    check("'a[0]': x", &[json!({"a[0]": "x"})], &[json!({"a": ["x"]})]);
}

#[test]
fn keywords_are_looked_for_everywhere() {
    let keywords = pattern("  words: [evil, 'a*b', 42]\n  condition: words\n");
    verify(
        &keywords,
        &[
            json!({"x": "an Evil thing"}),
            json!({"x": {"y": ["AxxB"]}}),
            json!({"x": 420}),
        ],
        &[json!({"evil": "x"}), json!({"x": true})],
    );
    let all = pattern("  words:\n    '|all': [one, two]\n  condition: words\n");
    verify(
        &all,
        &[json!({"x": "one", "y": "two"})],
        &[json!({"x": "one"})],
    );
}

#[test]
fn conditions() {
    let text = "  sel_a: {a: 1}\n  sel_b: {b: 1}\n  _hidden: {c: 1}\n";
    let one = pattern(&format!("{text}  condition: 1 of them\n"));
    verify(
        &one,
        &[json!({"a": 1}), json!({"b": 1})],
        &[json!({"c": 1})],
    );
    let all = pattern(&format!(
        "{text}  condition: all of sel_* and not _hidden\n"
    ));
    verify(
        &all,
        &[json!({"a": 1, "b": 1})],
        &[json!({"a": 1}), json!({"a": 1, "b": 1, "c": 1})],
    );
    let order = pattern(&format!(
        "{text}  condition: sel_a or sel_b and not _hidden\n"
    ));
    verify(
        &order,
        &[json!({"a": 1, "c": 1}), json!({"b": 1})],
        &[json!({"b": 1, "c": 1})],
    );
    let list = pattern(&format!("{text}  condition: [sel_a and sel_b, _hidden]\n"));
    verify(
        &list,
        &[json!({"c": 1}), json!({"a": 1, "b": 1})],
        &[json!({"a": 1})],
    );
}

#[test]
fn a_list_of_mappings_is_one_of_them() {
    let list = pattern("  s:\n    - {a: 1, b: 1}\n    - c: 1\n  condition: s\n");
    verify(
        &list,
        &[json!({"a": 1, "b": 1}), json!({"c": 1})],
        &[json!({"a": 1})],
    );
}

#[test]
fn not_of_a_missing_field_is_true() {
    let pattern = pattern("  s: {a: 1}\n  f: {b: x}\n  condition: s and not f\n");
    verify(
        &pattern,
        &[json!({"a": 1}), json!({"a": 1, "b": null})],
        &[json!({"a": 1, "b": "x"})],
    );
}
