//! Real mails whose historic keys are known: what verifies as of receipt.

use std::fs;

use sellkeep_mail::authentication::{DkimResult, DkimWeakness};
use sellkeep_mail::{Header, Headers};
use sellkeep_model::{DnsAnswers, RecordedZone};

use crate::{conclude, files, shared, signatures};

/// The archived keys as a zone.
fn archived() -> Option<RecordedZone> {
    let text = fs::read_to_string(shared("corpus/dkim_keys.tsv")?).unwrap();
    let mut zone = RecordedZone::default();
    for line in text.lines().skip(1) {
        let columns: Vec<&str> = line.split('\t').collect();
        let name = format!("{}._domainkey.{}", columns[0], columns[1]);
        zone.entry(&name).txt.push(columns[2].to_owned());
    }
    Some(zone)
}

/// When the topmost Received says that the mail came in, else its Date.
fn received(headers: &Headers<'_>) -> i64 {
    let received = headers.first("Received").map(Header::value);
    let date = received.and_then(|value| Some(value.rsplit_once(';')?.1.trim().to_owned()));
    let date = date.or_else(|| headers.first("Date").map(Header::value));
    let text = date.unwrap_or_default();
    let text = text.split('(').next().unwrap_or_default().trim();
    jiff::fmt::rfc2822::parse(text).map_or(0, |zoned| zoned.timestamp().as_second())
}

/// The signatures of `genuine.tsv` as another implementation judged them:
/// file, `selector@domain`, and whether it verifies.
fn judged_elsewhere(text: &str) -> Vec<(String, String, bool)> {
    let rows = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<&str>>());
    rows.flat_map(|columns| {
        let each = columns[5].split(" | ").filter(|one| !one.is_empty());
        let file = columns[0].to_owned();
        let each = each.map(move |one| {
            let (signer, rest) = one.split_once(' ').unwrap_or((one, ""));
            (
                file.clone(),
                signer.to_owned(),
                rest.contains("result=PASS"),
            )
        });
        each.collect::<Vec<_>>()
    })
    .collect()
}

#[test]
fn signatures_verify_as_of_receipt() {
    let (Some(folder), Some(list), Some(zone)) = (
        shared("corpus/genuine"),
        shared("corpus/genuine.tsv"),
        archived(),
    ) else {
        return;
    };
    let mut passed = 0;
    let mut differing = Vec::new();
    for (file, signer, verifies) in judged_elsewhere(&fs::read_to_string(list).unwrap()) {
        let mail = fs::read(folder.join(&file)).unwrap();
        let found = signatures(&mail, &zone, received(&Headers::read(&mail)));
        let check = found
            .dkim
            .iter()
            .find(|check| format!("{}@{}", check.selector, check.domain_raw) == signer);
        let got = check.is_some_and(|check| {
            check.result == DkimResult::Pass && !check.weaknesses.contains(&DkimWeakness::Expired)
        });
        if got == verifies {
            passed += 1;
        } else {
            differing.push(format!("{file} {signer}: {check:?}"));
        }
    }
    conclude("genuine signatures", passed, &differing, &[]);
}

/// Nothing to ask must cost next to nothing, and signatures a bounded amount.
#[test]
fn any_real_mail_ends() {
    let Some(zone) = archived() else {
        return;
    };
    let mut seen = 0;
    let mut spent = std::time::Duration::ZERO;
    for folder in ["corpus/phish", "corpus/ham", "corpus/genuine"] {
        let Some(folder) = shared(folder) else {
            return;
        };
        for path in files(&folder) {
            let mail = fs::read(path).unwrap();
            let started = std::time::Instant::now();
            let found = signatures(&mail, &zone, 1_700_000_000);
            spent += started.elapsed();
            seen += 1;
            assert!(
                found
                    .dns
                    .iter()
                    .all(|used| used.answer == zone.answer(&used.question))
            );
        }
    }
    println!("{seen} mails, {:?} each", spent / seen);
    assert!(seen > 0);
}
