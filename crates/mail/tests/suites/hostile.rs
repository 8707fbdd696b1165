//! Input built to exhaust a reader: everything ends soon, and limits are recorded.

use sellkeep_mail::authentication::SIGNATURES_MAX;
use sellkeep_model::{Envelope, RecordedZone};

use crate::{examine, signatures};

fn zone() -> RecordedZone {
    let mut zone = RecordedZone::default();
    let key = "k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=";
    zone.entry("*.example.com").txt.push(key.into());
    zone
}

fn signature(rest: &str) -> String {
    format!(
        "DKIM-Signature: v=1; a=ed25519-sha256; d=example.com; s=s; bh=AA==; b=AA==; {rest}\r\n"
    )
}

#[test]
fn more_signatures_than_are_checked() {
    let mail = signature("h=from").repeat(1_000) + "From: a@example.com\r\n\r\n";
    let found = signatures(mail.as_bytes(), &zone(), 0);
    assert_eq!(found.dkim.len(), SIGNATURES_MAX);
    assert!(found.signatures_skipped);
}

#[test]
fn long_lists_and_many_fields() {
    let names: String = (0..100_000).map(|n| n.to_string() + ":").collect();
    let mail = signature(&format!("h={names}from")) + &"A: b\r\n".repeat(10_000) + "\r\n";
    assert_eq!(signatures(mail.as_bytes(), &zone(), 0).dkim.len(), 1);
    let chain = "ARC-Seal: i=1; cv=none; a=rsa-sha256; d=example.com; s=s; b=AA==\r\n";
    let found = signatures((chain.repeat(1_500) + "\r\n").as_bytes(), &zone(), 0);
    assert_eq!(found.arc.unwrap().result, "fail");
}

#[test]
fn a_large_body_under_many_lengths() {
    let fields: String = (0..10)
        .map(|n| signature(&format!("c=relaxed; l={n}; h=from")))
        .collect();
    let mail = fields + "\r\n" + &"a  b".repeat(2_000_000) + &" \t".repeat(5_000_000);
    let started = std::time::Instant::now();
    signatures(mail.as_bytes(), &zone(), 0);
    assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
}

#[test]
fn nested_comments_and_open_quotes() {
    for value in [
        "(".repeat(1_000_000),
        "\"".to_owned() + &"\\".repeat(999_999),
        "= ".repeat(500_000),
    ] {
        let mail = format!("Authentication-Results: {value}\r\n\r\n");
        let found = signatures(mail.as_bytes(), &zone(), 0);
        assert!(found.reported[0].malformed);
    }
}

#[test]
fn records_that_include_themselves() {
    let mut zone = RecordedZone::default();
    zone.entry("example.com")
        .txt
        .push("v=spf1 include:example.com include:example.com".into());
    zone.entry("example.net")
        .txt
        .push("v=spf1 redirect=example.net".into());
    for domain in ["example.com", "example.net"] {
        let envelope = Envelope {
            mail_from: Some(format!("a@{domain}")),
            client_ip: Some("192.0.2.1".parse().unwrap()),
            ..Envelope::default()
        };
        let found = examine(b"\r\n", &envelope, &zone, 0);
        assert_eq!(found.spf.unwrap().result, "permerror");
    }
}

#[test]
fn any_bytes_end() {
    let seed = "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=s; h=from; bh=AA==; b=AA==\r\n\
        ARC-Seal: i=1; cv=none; b=AA==\r\nAuthentication-Results: a (b; \"c\r\nFrom: \u{fc}@b\r\n\r\nx";
    for at in 0..seed.len() {
        for byte in [0, b';', b'=', b'"', b'\r', b'\n', 0xff] {
            let mut mail = seed.as_bytes().to_vec();
            mail[at] = byte;
            signatures(&mail, &zone(), i64::from(byte));
            signatures(&mail[..at], &zone(), 0);
        }
    }
}
