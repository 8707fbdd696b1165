//! Rules are YAML 1.2: words of older YAML that look like yes or numbers are words.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::fmt::Write as _;

use sellkeep_detect::sigma::documents;
use serde_json::json;

#[test]
fn yes_and_on_are_words() {
    let read = documents(
        "a: [y, n, yes, no, on, off, true, 'true', ~, null, 012, 0x1f, 1_000, 2026-11-01]\n",
    );
    let read = read.expect("YAML").remove(0);
    let words = ["y", "n", "yes", "no", "on", "off"].map(|word| json!(word));
    assert_eq!(read["a"].as_array().expect("a list")[..6], words);
    assert_eq!(read["a"][6], json!(true));
    assert_eq!(read["a"][7], json!("true"));
    assert_eq!(read["a"][8], json!(null));
    assert_eq!(read["a"][13], json!("2026-11-01"));
}

#[test]
fn a_bomb_of_aliases_is_refused() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let list = vec![format!("*a{}", level - 1); 10].join(", ");
        writeln!(text, "a{level}: &a{level} [{list}]").expect("a text");
    }
    assert!(documents(&text).is_err());
}

#[test]
fn a_file_too_long_is_refused() {
    let text = format!("a: {}\n", "x".repeat(300_000));
    assert!(documents(&text).expect_err("a refusal").contains("longer"));
}
