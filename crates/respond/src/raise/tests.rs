//! Threads, counts, silence and what ends it.

use sellkeep_model::{Object, ProofLevel};

use super::*;

const NOW: &str = "2026-11-02T10:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().expect("a time")
}

fn detection(rule: &str, object: &str, event: &str, level: AlertLevel) -> Detection {
    Detection {
        id: id_of(&[rule, "shop", object]),
        rule: rule.to_owned(),
        rule_version: "1".to_owned(),
        account: "shop".to_owned(),
        level,
        title: "Something happened".to_owned(),
        happened: at(NOW),
        at: at(NOW),
        object: Some(Object::new("thing", object)),
        how_we_know: vec!["The marketplace says so.".to_owned()],
        first_step: "Look.".to_owned(),
        deadline: None,
        causes: vec![Cause {
            happened: at(NOW),
            event: event.to_owned(),
            kind: "payout.method_added".to_owned(),
            proof: ProofLevel::Proven,
            says: "It did.".to_owned(),
        }],
        proof: ProofLevel::Proven,
        family: "payout".to_owned(),
        weight: 0.9,
        playbook: None,
        tags: Vec::new(),
    }
}

fn raised(board: &mut Board, detection: &Detection) -> Change {
    raise(&AlertPolicy::default(), board, detection, at(NOW))
}

#[test]
fn the_first_detection_raises_and_the_same_again_changes_nothing() {
    let mut board = Board::default();
    let one = detection("a", "x", "e1", AlertLevel::CheckToday);
    assert!(matches!(raised(&mut board, &one), Change::Raised(alert) if alert.revision == 1));
    assert_eq!(raised(&mut board, &one), Change::Nothing);
}

#[test]
fn a_new_cause_is_counted_and_a_heavier_level_is_told() {
    let mut board = Board::default();
    raised(
        &mut board,
        &detection("a", "x", "e1", AlertLevel::CheckToday),
    );
    let more = detection("a", "x", "e2", AlertLevel::CheckToday);
    assert!(
        matches!(raised(&mut board, &more), Change::Counted(alert) if alert.count == 2 && alert.revision == 1)
    );
    let heavier = detection("a", "x", "e3", AlertLevel::ActNow);
    assert!(matches!(raised(&mut board, &heavier), Change::Revised(alert) if alert.revision == 2));
}

#[test]
fn an_earlier_deadline_is_told_and_a_later_one_is_not() {
    let mut board = Board::default();
    let mut one = detection("a", "x", "e1", AlertLevel::ActNow);
    one.deadline = Some(at("2026-11-05T10:00:00Z"));
    raised(&mut board, &one);
    one.deadline = Some(at("2026-11-06T10:00:00Z"));
    assert_eq!(raised(&mut board, &one), Change::Nothing);
    one.deadline = Some(at("2026-11-04T10:00:00Z"));
    assert!(matches!(raised(&mut board, &one), Change::Revised(_)));
}

#[test]
fn a_snooze_hides_what_weighs_the_same_and_wakes_for_what_is_heavier() {
    let mut board = Board::default();
    raised(
        &mut board,
        &detection("a", "x", "e1", AlertLevel::CheckToday),
    );
    let snoozed = {
        let alert = board.alerts().next().expect("an alert");
        let snooze = Answer::Snooze {
            until: at("2026-12-24T10:00:00Z"),
            reason: "on holiday".to_owned(),
        };
        answer(alert, &snooze, "mia", at(NOW))
    };
    assert!(
        matches!(&snoozed.state, AlertState::Snoozed { until, .. } if *until == at("2026-11-09T10:00:00Z")),
        "a snooze is cut to a week"
    );
    let mut board = Board::new([snoozed]);
    let same = detection("a", "x", "e2", AlertLevel::CheckToday);
    assert!(matches!(raised(&mut board, &same), Change::Counted(_)));
    let heavier = detection("a", "x", "e3", AlertLevel::ActNow);
    assert!(
        matches!(raised(&mut board, &heavier), Change::Revised(alert) if alert.state == AlertState::Open)
    );
}

#[test]
fn it_was_me_ends_a_thread_until_something_new_happens() {
    let mut board = Board::default();
    let one = detection("a", "x", "e1", AlertLevel::ActNow);
    raised(&mut board, &one);
    let ended = answer(
        board.alerts().next().expect("an alert"),
        &Answer::ItWasMe,
        "mia",
        at(NOW),
    );
    assert!(!needs_somebody(&ended, at(NOW)));
    let mut board = Board::new([ended]);
    assert_eq!(raised(&mut board, &one), Change::Nothing);
    let new = detection("a", "x", "e2", AlertLevel::ActNow);
    assert!(
        matches!(raised(&mut board, &new), Change::Raised(alert) if alert.state == AlertState::Open)
    );
}

#[test]
fn a_wave_over_many_objects_becomes_one_thread() {
    let mut board = Board::default();
    let mut raised_count = 0;
    for object in 0..1000 {
        let name = format!("sku-{object}");
        let one = detection("a", &name, &name, AlertLevel::CheckToday);
        if matches!(raised(&mut board, &one), Change::Raised(_)) {
            raised_count += 1;
        }
    }
    assert_eq!(raised_count, AlertPolicy::default().threads_max + 1);
    let many = board
        .alerts()
        .find(|alert| alert.detection.object.is_none())
        .expect("the thread for all");
    assert_eq!(many.count, 990);
    assert!(many.detection.causes.len() <= AlertPolicy::default().causes_max);
}

#[test]
fn a_silence_that_was_over_is_told_anew_and_with_its_own_times() {
    let mut board = Board::default();
    let mut silence = detection("silent", "mailbox", "", AlertLevel::CheckToday);
    silence.causes.clear();
    silence.deadline = Some(at("2026-11-03T10:00:00Z"));
    raised(&mut board, &silence);
    assert_eq!(raised(&mut board, &silence), Change::Nothing);
    let over = Answer::Resolve {
        reason: "heard again".to_owned(),
    };
    let alert = board.alerts().next().expect("an alert").clone();
    let mut board = Board::new([answer(&alert, &over, "Sellkeep", at(NOW))]);
    assert_eq!(raised(&mut board, &silence), Change::Nothing);
    silence.at = at("2026-11-20T10:00:00Z");
    silence.happened = silence.at;
    silence.deadline = None;
    let change = raised(&mut board, &silence);
    let Change::Raised(alert) = change else {
        panic!("{change:?}");
    };
    assert_eq!((alert.state, alert.count), (AlertState::Open, 2));
    assert_eq!(alert.detection, silence);
}
