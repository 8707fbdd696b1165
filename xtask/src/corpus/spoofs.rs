//! Known spoofing tricks against a protected domain, each with what is expected of it.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Envelope, Examination, Level, RecordedZone, Timestamp, Verdict};
use serde::Deserialize;

use super::table::Table;

const BRAND: &str = include_str!("../../../tests/knowledge/brands/example/brand.toml");

#[derive(Deserialize)]
struct Case {
    expect: String,
    title: String,
}

/// Judges every case of `espoofer/` under its zone.
pub fn measure(corpus: &Path, table: &mut Table) -> Result<()> {
    let folder = corpus.join("espoofer");
    let zone = fs::read_to_string(folder.join("zone.json"))
        .context("the zone of the spoofing cases cannot be read")?;
    let zone = RecordedZone::from_json(&zone)?;
    let overlay = [("brands/example/brand.toml".to_owned(), BRAND.to_owned())].into();
    let examiner = Examiner::new(Knowledge::with_overlay(&overlay)?);
    let mut wrong = Vec::new();
    let mut count = 0;
    for entry in fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "eml") {
            count += 1;
            wrong.extend(case(&path, &examiner, &zone)?);
        }
    }
    wrong.sort();
    table.at_least(
        "spoofing cases: each as expected",
        count - wrong.len(),
        count,
        100.0,
        wrong,
    );
    Ok(())
}

fn case(path: &Path, examiner: &Examiner, zone: &RecordedZone) -> Result<Option<String>> {
    let mail = fs::read(path)?;
    let json = fs::read_to_string(path.with_extension("json"))?;
    let envelope = Envelope::from_json(&json)?;
    let case: Case = serde_json::from_str(&json)?;
    let record = Record {
        mail: &mail,
        envelope: &envelope,
        trust: &[],
        at: None,
        now: Timestamp::UNIX_EPOCH,
        recipient: None,
    };
    let examination = examiner.examine(&record, zone);
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    Ok((!holds(&case.expect, &examination)).then(|| {
        let ids: Vec<&str> = examination
            .findings
            .iter()
            .map(|finding| finding.id.as_str())
            .collect();
        format!(
            "{name} {}: {:?} {ids:?} ({})",
            case.expect, examination.verdict, case.title
        )
    }))
}

fn holds(expect: &str, examination: &Examination) -> bool {
    let genuine = examination.verdict == Verdict::Genuine;
    let flagged = examination
        .findings
        .iter()
        .any(|finding| finding.level >= Level::Weak);
    match expect {
        "must-authenticate" => genuine,
        "must-not-authenticate" => !genuine,
        "must-flag" => !genuine && flagged,
        "domain-pass-only" => !genuine || !examination.caution.is_empty(),
        _ => false,
    }
}
