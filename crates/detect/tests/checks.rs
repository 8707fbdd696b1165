//! Every shipped check passes and fails where its samples say so, and scores are honest.

#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test may stop at once, in its helpers too"
)]

use std::fs;
use std::path::Path;

use sellkeep_detect::audit::{Preparation, audit, score};
use sellkeep_knowledge::{Check, Knowledge};
use sellkeep_model::{Answered, CheckResult, Timestamp};
use serde_json::{Value, json};

fn checks() -> Vec<Check> {
    Knowledge::builtin().expect("knowledge").checks
}

/// The answer of one check to one sample line.
fn ask(check: &str, mut sample: Value) -> CheckResult {
    let now: Timestamp = serde_json::from_value(sample["now"].take()).expect("a time");
    sample.as_object_mut().expect("an object").remove("now");
    let known: Preparation = serde_json::from_value(sample).expect("a preparation");
    let results = audit(&checks(), &known, now);
    let mut results = results.into_iter();
    results.find(|one| one.check == check).expect("the check")
}

#[test]
fn every_sample_gives_the_answer_of_its_folder() {
    let mut samples = 0;
    for check in checks() {
        for (folder, expected) in [("pass", Answered::Pass), ("fail", Answered::Fail)] {
            let place = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join("../../knowledge/checks")
                .join(&check.id)
                .join(folder);
            for file in fs::read_dir(&place).expect("a folder") {
                let text = fs::read_to_string(file.expect("a file").path()).expect("text");
                for line in text.lines() {
                    let sample = serde_json::from_str(line).expect("JSON");
                    let result = ask(&check.id, sample);
                    assert_eq!(result.answer, expected, "{} {folder}: {line}", check.id);
                    samples += 1;
                }
            }
        }
    }
    assert!(samples >= 38, "{samples}");
}

const TWO_STEP: &str = "access/two-step";

fn attested(at: &str) -> Value {
    json!({ "now": "2026-11-25T10:00:00Z",
        "attestations": [{ "check": TWO_STEP, "yes": true, "by": "mia", "at": at }] })
}

#[test]
fn a_word_holds_for_its_days_and_not_before_it_was_said() {
    let answer = |at: &str| ask(TWO_STEP, attested(at)).answer;
    assert_eq!(answer("2026-08-27T10:00:01Z"), Answered::Pass);
    assert_eq!(answer("2026-08-27T10:00:00Z"), Answered::AskThePerson);
    assert_eq!(answer("2026-11-25T10:00:01Z"), Answered::AskThePerson);
    let nothing = json!({ "now": "2026-11-25T10:00:00Z" });
    assert_eq!(ask(TWO_STEP, nothing).answer, Answered::AskThePerson);
}

#[test]
fn the_last_word_counts_whatever_the_order() {
    let word = |yes: bool, day: u32| json!({ "check": TWO_STEP, "yes": yes, "by": "mia", "at": format!("2026-11-{day}T10:00:00Z") });
    for words in [
        [word(true, 10), word(false, 20)],
        [word(false, 20), word(true, 10)],
        [word(false, 20), word(true, 20)],
        [word(true, 20), word(false, 20)],
    ] {
        let sample = json!({ "now": "2026-11-25T10:00:00Z", "attestations": words });
        assert_eq!(ask(TWO_STEP, sample).answer, Answered::Fail);
    }
}

fn excused(expires: &str, owner: &str) -> Value {
    json!({ "now": "2026-11-25T10:00:00Z", "exceptions": [{ "check": TWO_STEP,
        "owner": owner, "reason": "new phones arrive", "expires": expires }] })
}

#[test]
fn an_exception_runs_out_and_needs_an_owner() {
    let has = |sample| ask(TWO_STEP, sample).exception.is_some();
    assert!(has(excused("2026-12-01T00:00:00Z", "mia")));
    assert!(!has(excused("2026-11-25T10:00:00Z", "mia")));
    assert!(!has(excused("2026-12-01T00:00:00Z", " ")));
}

#[test]
fn an_exception_never_raises_the_score_and_is_not_the_next_step() {
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().expect("a time");
    let results = audit(&checks(), &Preparation::default(), now);
    let bare = score(&results);
    let next = bare.next.clone().expect("a next step");
    let mut known = Preparation::default();
    let excused = json!({ "check": next.check, "owner": "mia", "reason": "later",
        "expires": "2026-12-01T00:00:00Z" });
    known
        .exceptions
        .push(serde_json::from_value(excused).expect("an exception"));
    let after = score(&audit(&checks(), &known, now));
    assert_eq!((after.points, after.of), (bare.points, bare.of));
    assert_ne!(after.next.map(|next| next.check), Some(next.check));
}

#[test]
fn the_next_step_is_the_one_with_most_points_a_minute() {
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().expect("a time");
    let results = audit(&checks(), &Preparation::default(), now);
    let next = score(&results).next.expect("a next step");
    assert_eq!(next.check, "money/deposit-account");
    for one in &results {
        assert!(
            one.points * next.minutes <= next.points * one.minutes,
            "{}",
            one.check
        );
    }
}

#[test]
fn checks_of_other_marketplaces_are_not_asked() {
    let now: Timestamp = "2026-11-25T10:00:00Z".parse().expect("a time");
    let known = Preparation {
        marketplace: Some("etsy".to_owned()),
        ..Preparation::default()
    };
    let results = audit(&checks(), &known, now);
    assert!(results.iter().all(|one| one.check != TWO_STEP));
    assert!(
        results
            .iter()
            .any(|one| one.check == "access/strong-password")
    );
}

#[test]
fn a_check_without_both_samples_or_with_a_mistake_does_not_load() {
    let path = "checks/a/b/check.toml".to_owned();
    let text = include_str!("../../../knowledge/checks/devices/browser/check.toml");
    let files = [(path, text.replace("devices/browser", "a/b"))];
    let refused = Knowledge::load(&files.into_iter().collect()).expect_err("refused");
    let said = refused.to_string();
    assert!(
        said.contains("`pass/`") && said.contains("`fail/`"),
        "{said}"
    );
}
