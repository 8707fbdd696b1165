//! Mails aimed at sellers, and honest mails that look a little like them:
//! `tests/judged/{fake,not-fake}/`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on ends"
)]

use std::fs;
use std::path::Path;

use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Envelope, RecordedZone, Timestamp, Verdict};

fn check(folder: &str, right: impl Fn(Verdict) -> bool) {
    let examiner = Examiner::new(Knowledge::builtin().unwrap());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/judged")
        .join(folder);
    let envelope = Envelope::default();
    let mut seen = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let mail = fs::read(&path).unwrap();
        let record = Record {
            mail: &mail,
            envelope: &envelope,
            trust: &[],
            at: None,
            now: Timestamp::UNIX_EPOCH,
            recipient: None,
        };
        let examination = examiner.examine(&record, &RecordedZone::default());
        let found: Vec<&str> = examination
            .findings
            .iter()
            .map(|finding| finding.id.as_str())
            .collect();
        assert!(
            right(examination.verdict),
            "{}: {:?} {found:?}",
            path.display(),
            examination.verdict
        );
        seen += 1;
    }
    assert!(seen >= 6, "only {seen} mails");
}

#[test]
fn fakes_aimed_at_sellers() {
    check("fake", |verdict| verdict == Verdict::Fake);
}

#[test]
fn honest_mails_that_name_a_brand() {
    check("not-fake", |verdict| verdict == Verdict::Unrelated);
}
