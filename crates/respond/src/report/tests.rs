//! Drafts, field by field.

use sellkeep_knowledge::Source;
use sellkeep_model::{Timestamp, Verdict};

use super::*;

const FAKE: &str = "From: Amazon <x@evil.example>\r\nSubject: =?utf-8?q?Konto_gesperrt?=\r\n now\r\nContent-Type: text/html;\r\n charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\nPGI+PC9iPg==\r\n";

fn examination() -> Examination {
    Examination {
        verdict: Verdict::Fake,
        claims: vec!["amazon".into()],
        proof: None,
        caution: vec![],
        findings: vec![],
        advice: vec![],
        confidence: "full".into(),
        judged_as_of: Timestamp::UNIX_EPOCH,
        claimed: vec![],
        dns: vec![],
        knowledge: String::new(),
    }
}

fn draft(manner: Option<HowToSend>, original: &str) -> String {
    let contact = Contact {
        id: "amazon-report".into(),
        organisation: "Amazon".into(),
        service: "marketplace".into(),
        region: "global".into(),
        purpose: "report-phishing".into(),
        channel: "email".into(),
        value: "report@brand.example".into(),
        hours: None,
        how_to_send: manner,
        notes: None,
        requires_login: false,
        source: Source {
            source: "test".into(),
            seen: "2026-11-01".into(),
            confidence: Confidence::High,
        },
    };
    let stamp = Stamp {
        date: "Mon, 02 Mar 2026 10:00:00 +0000".into(),
        message_id: "1@sellkeep.invalid".into(),
    };
    let report = write(&contact, original.as_bytes(), &examination(), &stamp).unwrap();
    String::from_utf8(report.mail).unwrap()
}

#[test]
fn the_original_is_attached_byte_for_byte() {
    for manner in [
        None,
        Some(HowToSend::AttachOriginal),
        Some(HowToSend::AttachOrForwardFullMessage),
        Some(HowToSend::Arf),
    ] {
        let draft = draft(manner, FAKE);
        assert!(draft.contains(&format!("\r\n\r\n{FAKE}\r\n--")), "{draft}");
        assert!(draft.contains("Content-Type: message/rfc822"));
    }
}

#[test]
fn every_draft_is_a_draft_and_always_the_same() {
    for manner in [
        None,
        Some(HowToSend::Arf),
        Some(HowToSend::ForwardUnchanged),
    ] {
        let once = draft(manner, FAKE);
        assert!(once.starts_with("X-Unsent: 1\r\n"));
        assert!(once.contains("To: <report@brand.example>\r\n"), "{once}");
        assert!(!once.split("\r\n\r\n").next().unwrap().contains("\r\nFrom:"));
        assert_eq!(once, draft(manner, FAKE));
    }
}

#[test]
fn an_inline_forward_shows_what_the_mail_showed_under_its_own_subject() {
    let draft = draft(Some(HowToSend::ForwardInlineNotAsAttachment), FAKE);
    assert!(draft.contains("Subject: =?utf-8?q?Konto_gesperrt?= now\r\n"));
    assert!(draft.contains("Content-Type: text/html; charset=utf-8\r\n"));
    assert!(draft.ends_with("\r\n\r\nPGI+PC9iPg==\r\n"));
    assert!(!draft.contains("rfc822"));
}

#[test]
fn full_headers_stand_in_the_text() {
    let draft = draft(Some(HowToSend::ForwardWithFullHeaders), FAKE);
    assert!(draft.contains("From: Amazon <x@evil.example>"));
    assert!(draft.contains("PGI+PC9iPg=="));
}

#[test]
fn an_abuse_report_has_its_three_parts() {
    let draft = draft(Some(HowToSend::Arf), FAKE);
    let unfolded = draft.replace("\r\n ", " ").replace("\r\n\t", " ");
    assert!(
        unfolded.contains("multipart/report; report-type=feedback-report; boundary="),
        "{unfolded}"
    );
    assert!(draft.contains("Feedback-Type: fraud\r\n"));
    assert_eq!(draft.matches("\r\n--=_sellkeep_report\r\n").count(), 3);
}

#[test]
fn a_subject_cannot_add_a_field() {
    let draft = draft(None, "Subject: x\rBcc: everybody@evil.example\r\n\r\nbody");
    let header = draft.split("\r\n\r\n").next().unwrap();
    assert!(!header.replace("\r\n", "").contains('\r'));
    assert!(!header.contains("\nBcc"));
}

#[test]
fn an_original_that_holds_the_boundary_cannot_end_the_attachment() {
    let hostile = format!("{FAKE}\r\n--{BOUNDARY}--\r\n");
    let draft = draft(None, &hostile);
    assert!(draft.contains(&format!("boundary=\"{BOUNDARY}=\"")));
}
