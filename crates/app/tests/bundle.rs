//! `check --save` and `verify`: the same verdict again, offline; drafts by `report`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod program;

use program::{FAKE, PLAIN, Place};

#[test]
fn a_bundle_gives_the_same_verdicts_again() {
    let place = Place::new();
    place.put("a.eml", FAKE);
    place.put("b.eml", PLAIN);
    let outer = format!(
        "From: Ann <ann@friend.example>\r\nSubject: real?\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n{FAKE}\r\n--b--\r\n"
    );
    place.put("c.eml", outer);
    let saved = place.check(&["--save", "kept.jsonl", "a.eml", "b.eml", "c.eml"]);
    assert_eq!(saved.code, 10);
    std::fs::remove_file(place.path().join("a.eml")).unwrap();
    let said = place.run(&["verify", "kept.jsonl"]);
    assert_eq!(said.code, 0, "{}{}", said.out, said.err);
    assert!(
        said.out
            .contains("a.eml: fake -> fake: same verdict, same knowledge")
    );
    assert!(said.out.contains("c.eml/attachment-1: fake -> fake"));
    assert!(said.out.contains("4 of 4 verdicts"));
}

#[test]
fn a_changed_verdict_or_other_knowledge_is_told() {
    let place = Place::new();
    place.put("a.eml", FAKE);
    place.check(&["--save", "kept.jsonl", "a.eml"]);
    let kept = std::fs::read_to_string(place.path().join("kept.jsonl")).unwrap();
    place.put("other.jsonl", kept.replace("\"fake\"", "\"genuine\""));
    let said = place.run(&["verify", "other.jsonl"]);
    assert_eq!(said.code, 1);
    assert!(
        said.out.contains("genuine -> fake: DIFFERENT VERDICT"),
        "{}",
        said.out
    );
    let version = kept.split("\"knowledge\":\"").nth(1).unwrap()[..64].to_owned();
    place.put("older.jsonl", kept.replace(&version, &"0".repeat(64)));
    let said = place.run(&["verify", "older.jsonl"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("the knowledge has changed since"));
}

#[test]
fn what_is_no_bundle_is_refused_and_a_bundle_is_never_overwritten() {
    let place = Place::new();
    place.put("a.eml", FAKE);
    place.put("text.jsonl", "{}\n");
    assert_eq!(place.run(&["verify", "text.jsonl"]).code, 1);
    assert_eq!(place.run(&["verify", "gone.jsonl"]).code, 1);
    assert_eq!(place.check(&["--save", "text.jsonl", "a.eml"]).code, 1);
    assert_eq!(
        std::fs::read(place.path().join("text.jsonl")).unwrap(),
        b"{}\n"
    );
}

#[test]
fn a_report_is_a_draft_with_the_original_inside() {
    let place = Place::new();
    place.put("fake.eml", FAKE);
    let said = place.run(&["report", "--dns", "none", "--out", "drafts", "fake.eml"]);
    assert_eq!(said.code, 0, "{}", said.err);
    let drafts: Vec<_> = std::fs::read_dir(place.path().join("drafts"))
        .unwrap()
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    assert!(!drafts.is_empty());
    for draft in drafts {
        assert!(draft.starts_with("X-Unsent: 1"), "{draft}");
        assert!(
            draft.contains("https://amazon-verify.example/login"),
            "{draft}"
        );
    }
}

#[test]
fn a_mail_of_nobody_is_not_reported() {
    let place = Place::new();
    place.put("plain.eml", PLAIN);
    let said = place.run(&["report", "--dns", "none", "plain.eml"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("nothing to report"), "{}", said.err);
}

#[test]
fn brands_are_shown() {
    let place = Place::new();
    let all = place.run(&["brands"]);
    assert!(all.code == 0 && all.out.contains("amazon"));
    let one = place.run(&["brands", "amazon"]);
    assert!(one.code == 0 && one.out.contains("amazon.com"));
    assert_ne!(place.run(&["brands", "no-such-brand"]).code, 0);
}
