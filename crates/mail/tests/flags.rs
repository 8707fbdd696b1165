//! Every red flag with a mail that has it and a mail that has not, as text one
//! can read: `tests/flags/<id>/{with,without}.eml`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::fs;
use std::path::Path;

use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Recipient, Record, explanations};
use sellkeep_model::{Envelope, RecordedZone, Timestamp};

/// Flags of signatures: their mails are signed on the fly where signing keys live.
const PROVEN_ELSEWHERE: &[&str] = &["unsigned-additions"];

/// What `explain` knows beside flags.
const REMARKS: &[&str] = &[
    "relayed-words",
    "abused-channel",
    "not-a-known-notice",
    "archived-key",
    "forwarded-as-attachment",
    "forwarded-inline",
    "outlook-msg",
    "mail-flood",
    "limit-reached",
];

/// The account that the mails of this folder are compared with.
fn account() -> Recipient {
    Recipient {
        addresses: vec!["seller@shop.example.org".to_owned()],
        languages: vec!["en".to_owned()],
        names: vec!["Jane Doe".to_owned(), "Example Shop".to_owned()],
    }
}

fn findings(examiner: &Examiner, path: &Path) -> Vec<String> {
    let mail = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let zone = r#"{"_dmarc.amazon.com":{"TXT":["v=DMARC1; p=quarantine"]},"amazon.com":{"TXT":["v=spf1 ip4:192.0.2.1 -all"]}}"#;
    let zone = RecordedZone::from_json(zone).unwrap();
    let envelope = Envelope {
        mail_from: Some("x@shop.example.org".to_owned()),
        client_ip: Some("198.51.100.7".parse().unwrap()),
        ..Envelope::default()
    };
    let record = Record {
        mail: &mail,
        envelope: &envelope,
        trust: &[],
        at: None,
        now: Timestamp::UNIX_EPOCH,
        recipient: Some(&account()),
    };
    let examination = examiner.examine(&record, &zone);
    examination
        .findings
        .into_iter()
        .map(|finding| finding.id)
        .collect()
}

#[test]
fn without_an_account_nothing_is_compared() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flags");
    let examiner = Examiner::new(Knowledge::builtin().unwrap());
    for id in ["address-unknown", "wrong-language", "wrong-name"] {
        let mail = fs::read(folder.join(id).join("with.eml")).unwrap();
        let record = Record {
            mail: &mail,
            envelope: &Envelope::default(),
            trust: &[],
            at: None,
            now: Timestamp::UNIX_EPOCH,
            recipient: None,
        };
        let examination = examiner.examine(&record, &RecordedZone::default());
        assert!(examination.findings.iter().all(|finding| finding.id != id));
    }
}

#[test]
fn every_flag_is_seen_where_it_is_and_only_there() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/flags");
    let examiner = Examiner::new(Knowledge::builtin().unwrap());
    let mut checked = 0;
    for known in explanations().filter(|known| !REMARKS.contains(&known.id)) {
        if PROVEN_ELSEWHERE.contains(&known.id) {
            continue;
        }
        let with = findings(&examiner, &folder.join(known.id).join("with.eml"));
        let without = findings(&examiner, &folder.join(known.id).join("without.eml"));
        assert!(
            with.iter().any(|id| id == known.id),
            "{} is not seen: {with:?}",
            known.id
        );
        assert!(
            !without.iter().any(|id| id == known.id),
            "{} is seen where it is not",
            known.id
        );
        checked += 1;
    }
    assert!(checked >= 40, "only {checked} flags have mails");
}
