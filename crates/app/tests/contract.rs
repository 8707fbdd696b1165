//! The contract of `sellkeep check`: verdicts, JSON, exit codes, the person's report.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

mod program;

use program::{FAKE, PLAIN, Place};

#[test]
fn a_fake_is_exit_code_10_and_a_mail_of_nobody_is_0() {
    let place = Place::new();
    place.put("fake.eml", FAKE);
    place.put("plain.eml", PLAIN);
    let fake = place.check(&["fake.eml"]);
    assert_eq!((fake.code, fake.each("verdict")), (10, vec!["fake".into()]));
    let plain = place.check(&["plain.eml"]);
    assert_eq!(
        (plain.code, plain.each("verdict")),
        (0, vec!["unrelated".into()])
    );
}

#[test]
fn a_json_line_has_every_field_of_the_contract() {
    let place = Place::new();
    place.put("fake.eml", FAKE);
    let lines = place.check(&["fake.eml"]).lines();
    let [line] = lines.as_slice() else {
        panic!("one line for one mail");
    };
    let fields: Vec<&String> = line.as_object().unwrap().keys().collect();
    assert_eq!(
        fields[..7],
        [
            "file", "verdict", "claims", "proof", "caution", "findings", "advice"
        ]
    );
    assert_eq!(line["claims"][0], "amazon");
    assert!(line["proof"].is_null());
    assert!(!line["advice"].as_array().unwrap().is_empty());
    for finding in line["findings"].as_array().unwrap() {
        for field in ["id", "level", "says", "quote", "source"] {
            assert!(finding[field].is_string(), "{field} of {finding}");
        }
    }
}

#[test]
fn every_finding_can_be_explained() {
    let place = Place::new();
    place.put("fake.eml", FAKE);
    for finding in place.check(&["fake.eml"]).lines()[0]["findings"]
        .as_array()
        .unwrap()
    {
        let said = place.run(&["explain", finding["id"].as_str().unwrap()]);
        assert_eq!(said.code, 0, "{finding}: {}", said.err);
    }
    assert_ne!(place.run(&["explain", "no-such-finding"]).code, 0);
}

#[test]
fn a_person_gets_the_verdict_first_in_80_columns_without_colour_in_a_pipe() {
    let place = Place::new();
    place.put("fake.eml", FAKE.replace("/login", &"/login".repeat(60)));
    let said = place.run(&["check", "--dns", "none", "fake.eml"]);
    assert!(said.out.starts_with("FAKE"), "{}", said.out);
    assert!(said.out.contains("What to do now"), "{}", said.out);
    assert!(!said.out.contains('\x1b'));
    for line in said.out.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn neither_a_mail_nor_its_name_can_attack_the_terminal() {
    let place = Place::new();
    place.put(
        "na\u{1b}]0;me.eml",
        FAKE.replace("Seller Central", "\u{1b}[2J\u{202e}Central"),
    );
    for arguments in [
        &["check", "--dns", "none", "."][..],
        &["check", "--dns", "none", "gone\u{1b}[2J.eml"],
    ] {
        let said = place.run(arguments);
        assert!(!said.out.contains(['\x1b', '\u{202e}']), "{:?}", said.out);
        assert!(!said.err.contains(['\x1b', '\u{202e}']), "{:?}", said.err);
    }
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let place = Place::new();
    place.put("plain.eml", PLAIN);
    for arguments in [
        &["check"][..],
        &["check", "--no-such-option", "plain.eml"],
        &["check", "--at", "yesterday", "plain.eml"],
        &["no-such-command"],
    ] {
        assert_eq!(place.run(arguments).code, 2, "{arguments:?}");
    }
}

#[test]
fn help_shows_examples() {
    let said = Place::new().run(&["--help"]);
    assert_eq!(said.code, 0);
    assert!(said.out.contains("sellkeep check suspicious.eml"));
    assert!(said.out.contains("10 at least one fake"));
}

#[test]
fn trouble_with_one_mail_stops_no_other() {
    let place = Place::new();
    place.put("a.eml", PLAIN);
    place.put("broken.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1broken");
    place.put("c.eml", PLAIN);
    let said = place.check(&["gone.eml", "a.eml", "broken.msg", "c.eml"]);
    assert_eq!(said.each("file"), ["a.eml", "c.eml"]);
    assert_eq!(said.code, 1);
    assert!(said.err.contains("gone.eml"), "{}", said.err);
    assert!(said.err.contains("broken.msg"), "{}", said.err);
    place.put("fake.eml", FAKE);
    assert_eq!(place.check(&["gone.eml", "fake.eml"]).code, 10);
}

#[test]
fn an_envelope_beside_a_mail_gives_the_time() {
    let place = Place::new();
    place.put("fake.eml", FAKE);
    place.put("fake.json", r#"{"received_at":"2025-01-02T03:04:05Z"}"#);
    let said = place.check(&["."]);
    assert_eq!(said.each("judged_as_of"), ["2025-01-02T03:04:05Z"]);
    let said = place.check(&["--at", "2024-01-01T00:00:00Z", "fake.eml"]);
    assert_eq!(said.each("judged_as_of"), ["2024-01-01T00:00:00Z"]);
}

#[test]
fn links_and_texts_are_judged_without_headers() {
    let place = Place::new();
    let link = place.run(&[
        "check-link",
        "--json",
        "https://amazon-verify.example/login",
    ]);
    assert_eq!(link.lines().len(), 1);
    assert!(
        link.each("confidence")[0].starts_with("low"),
        "{}",
        link.out
    );
    let text = place.run_with(
        &["check-text", "--json"],
        b"Amazon: your account is locked, confirm your password at https://amazon-verify.example/",
    );
    assert!(
        text.each("confidence")[0].starts_with("low"),
        "{}",
        text.out
    );
    assert_eq!(
        text.code,
        if text.each("verdict")[0] == "fake" {
            10
        } else {
            0
        }
    );
}
