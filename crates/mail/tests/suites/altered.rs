//! Mails signed here by another implementation, then altered; needs no shared data.

use mail_auth::common::crypto::{Ed25519Key, SigningKey};
use mail_auth::common::headers::HeaderWriter;
use mail_auth::dkim::DkimSigner;
use sellkeep_mail::authentication::{DkimCheck, DkimResult, DkimWeakness};
use sellkeep_model::{Answer, DnsAnswers, DnsQuestion, RecordedZone};

use crate::signatures;

const SIGNED_AT: i64 = 1_750_000_000;
const DAY: i64 = 86_400;
const MAIL: &str = "From: a@example.com\r\nTo: b@example.net\r\nSubject: hello\r\n\
    Date: Sun, 15 Jun 2025 15:06:40 +0000\r\nContent-Type: text/plain\r\n\r\n\
    A  line\t\r\n\r\nanother \r\n\r\n";
const ALL: &[&str] = &["From", "To", "Subject", "Date", "Content-Type"];

/// A signed copy of [`MAIL`] and the public key.
fn signed(fields: &[&str], with_length: bool) -> (String, String) {
    let key = Ed25519Key::from_pkcs8_der(&Ed25519Key::generate_pkcs8().unwrap()).unwrap();
    let public =
        base64::Engine::encode(&base64::engine::general_purpose::STANDARD, key.public_key());
    let header = header(key, fields, with_length);
    (header + MAIL, format!("k=ed25519; p={public}"))
}

fn header(
    key: impl SigningKey<Hasher = mail_auth::common::crypto::Sha256>,
    fields: &[&str],
    with_length: bool,
) -> String {
    DkimSigner::from_key(key)
        .domain("example.com")
        .selector("s")
        .headers(fields.iter().copied())
        .expiration(u64::try_from(3_650 * DAY).unwrap())
        .body_length(with_length)
        .sign(MAIL.as_bytes())
        .unwrap()
        .to_header()
}

fn zone(records: &[&str]) -> RecordedZone {
    let mut zone = RecordedZone::default();
    let entry = zone.entry("s._domainkey.example.com");
    entry.txt = records.iter().map(|record| (*record).to_owned()).collect();
    zone
}

/// The signature says when it was made, so it is judged a day later than now.
fn judged(mail: &str, zone: &RecordedZone) -> DkimCheck {
    signatures(mail.as_bytes(), zone, now() + DAY)
        .dkim
        .remove(0)
}

fn now() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(since.unwrap().as_secs()).unwrap()
}

fn check_altered(alter: impl Fn(&str) -> String, expected: &str) {
    let (mail, key) = signed(ALL, false);
    let got = judged(&alter(&mail), &zone(&[&key]));
    let result = match &got.result {
        DkimResult::Pass => "pass",
        DkimResult::Fail(_) => "fail",
        _ => "other",
    };
    assert_eq!(format!("{result} {:?}", got.weaknesses), expected);
    assert_eq!(got.is_sound(), expected == "pass []");
}

#[test]
fn harmless_changes_on_the_way() {
    check_altered(str::to_owned, "pass []");
    check_altered(|mail| mail.replace("\r\n", "\n"), "pass []");
    check_altered(
        |mail| mail.replace("Subject: hello", "SUBJECT:  hello "),
        "pass []",
    );
    check_altered(|mail| format!("Received: x\r\n{mail}"), "pass []");
    // Lines of white space at the end are empty lines in the relaxed form.
    check_altered(|mail| format!("{mail}\r\n \t\r\n \r\n"), "pass []");
}

#[test]
fn changes_that_a_reader_sees() {
    check_altered(|mail| format!("{mail}more\r\n"), "fail []");
    check_altered(|mail| mail.replace("another", "an\rother"), "fail []");
    check_altered(|mail| mail.replace("hello", "hell\ro"), "fail []");
    check_altered(
        |mail| mail.replace("a@example.com", "b@example.com"),
        "fail []",
    );
    for field in [
        "From: x@example.net",
        "subject: x",
        "Content-Type: text/html",
        "To : x",
    ] {
        let twice = |mail: &str| format!("{field}\r\n{mail}");
        check_altered(twice, "pass [DuplicateOfSigned]");
    }
}

#[test]
fn what_a_signature_leaves_open() {
    let weaknesses = |fields: &[&str], with_length: bool, tail: &str| {
        let (mail, key) = signed(fields, with_length);
        let got = judged(&(mail + tail), &zone(&[&key]));
        assert_eq!(got.result, DkimResult::Pass);
        got.weaknesses
    };
    let none = weaknesses(&["List-Id"], false, "");
    assert!(
        none.contains(&DkimWeakness::FromUnsigned) && none.contains(&DkimWeakness::SubjectUnsigned)
    );
    assert!(
        none.contains(&DkimWeakness::RecipientUnsigned)
            && none.contains(&DkimWeakness::DateUnsigned)
    );
    assert!(none.contains(&DkimWeakness::ContentTypeUnsigned));
    let oversigned = [ALL, &["From", "Subject"]].concat();
    assert_eq!(weaknesses(&oversigned, false, ""), []);
}

#[test]
fn keys_decide() {
    let (mail, key) = signed(ALL, false);
    let (_, other) = signed(ALL, false);
    let result = |records: &[&str]| judged(&mail, &zone(records));
    assert_eq!(
        result(&[&other, "v=spf1 -all", &key]).result,
        DkimResult::Pass
    );
    assert!(matches!(result(&[&other]).result, DkimResult::Fail(_)));
    assert_eq!(result(&["v=DKIM1; p="]).result, DkimResult::NoKey);
    assert_eq!(result(&[]).result, DkimResult::NoKey);
    let weak = |tags: &str| result(&[&format!("{tags}{key}")]).weaknesses;
    assert_eq!(weak("t=y; "), [DkimWeakness::TestMode]);
    assert_eq!(weak("s=tlsrpt; "), [DkimWeakness::KeyNotForThis]);
    assert_eq!(weak("h=sha1; "), [DkimWeakness::KeyNotForThis]);
    assert_eq!(result(&[&key]).key_bits, Some(256));
}

#[test]
fn time_is_judged_as_asked() {
    let (mail, key) = signed(ALL, false);
    let at = |at: i64| {
        let check = signatures(mail.as_bytes(), &zone(&[&key]), at)
            .dkim
            .remove(0);
        assert_eq!(check.result, DkimResult::Pass);
        check.weaknesses
    };
    assert_eq!(at(SIGNED_AT - DAY), [DkimWeakness::FromTheFuture]);
    assert_eq!(at(now() + 3_651 * DAY), [DkimWeakness::Expired]);
}

#[test]
fn nobody_asked_is_no_forgery() {
    struct Nobody;
    impl DnsAnswers for Nobody {
        fn answer(&self, _: &DnsQuestion) -> Option<Answer> {
            None
        }
    }
    let (mail, _) = signed(ALL, false);
    let found = crate::examine(
        mail.as_bytes(),
        &sellkeep_model::Envelope::default(),
        &Nobody,
        now(),
    );
    assert_eq!(found.dkim[0].result, DkimResult::KeyUnavailable);
    assert!(found.dns.iter().all(|used| used.answer.is_none()));
}
