//! Folders of real mails: fakes, ordinary mail, genuine notices.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{
    Claim, ClaimPlace, Envelope, Examination, RecordedZone, Timestamp, Verdict, ZoneEntry,
};

use super::table::Table;
use crate::processor;

/// Classes of the index that are no impersonation of a brand.
const NOT_IMPERSONATION: &[&str] = &[
    "asset-or-link-only",
    "body-only",
    "authenticated-brand-domain",
];

struct Judged {
    name: String,
    examination: Examination,
}

/// Measures all folders of the corpus.
pub fn measure(examiner: &Examiner, corpus: &Path, table: &mut Table) -> Result<()> {
    let keys = archived_keys(&corpus.join("dkim_keys.tsv"))?;
    fakes(examiner, corpus, &keys, table)?;
    ordinary(examiner, corpus, &keys, table)?;
    notices(examiner, corpus, &keys, table)
}

fn judge(
    examiner: &Examiner,
    folder: &Path,
    zone: &RecordedZone,
    table: &mut Table,
) -> Result<Vec<Judged>> {
    let mails: Vec<(String, Vec<u8>)> = files(folder)?
        .iter()
        .map(|path| {
            Ok((
                path.file_name()
                    .unwrap_or_default()
                    .to_string_lossy()
                    .into_owned(),
                fs::read(path)?,
            ))
        })
        .collect::<Result<_>>()?;
    let envelope = Envelope::default();
    let begin = processor::seconds();
    let judged: Vec<Judged> = mails
        .iter()
        .map(|(name, mail)| {
            let record = Record {
                mail,
                envelope: &envelope,
                trust: &[],
                at: None,
                now: Timestamp::UNIX_EPOCH,
                recipient: None,
            };
            Judged {
                name: name.clone(),
                examination: examiner.examine(&record, zone),
            }
        })
        .collect();
    let seconds = processor::seconds() - begin;
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of mails are far below 2^52"
    )]
    let rate = mails.len() as f64 / seconds;
    table.figure(
        &format!(
            "{}: verdicts a CPU-second",
            folder.file_name().unwrap_or_default().to_string_lossy()
        ),
        format!("{rate:.0}"),
    );
    Ok(judged)
}

/// The files of a folder, in the order of their names.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    Ok(paths)
}

fn describe(judged: &Judged) -> String {
    let ids: Vec<String> = judged
        .examination
        .findings
        .iter()
        .map(|finding| format!("{}:{:?}", finding.id, finding.level))
        .collect();
    let places: Vec<String> = judged
        .examination
        .claimed
        .iter()
        .map(|claim| format!("{}@{:?}", claim.brand, claim.place))
        .collect();
    format!(
        "{} {:?} claims {places:?} findings {ids:?}",
        judged.name, judged.examination.verdict
    )
}

fn fakes(examiner: &Examiner, corpus: &Path, zone: &RecordedZone, table: &mut Table) -> Result<()> {
    let classes = index(&corpus.join("phish.tsv"), 4)?;
    let judged = judge(examiner, &corpus.join("phish"), zone, table)?;
    let genuine = judged
        .iter()
        .filter(|one| one.examination.verdict == Verdict::Genuine)
        .map(describe)
        .collect();
    table.none("genuine on fakes", genuine);
    let class = |one: &Judged| classes.get(&one.name).map_or("", String::as_str);
    let of = |wanted: &dyn Fn(&Judged) -> bool| {
        judged.iter().filter(|one| wanted(one)).collect::<Vec<_>>()
    };
    let named = of(&|one| names_brand_in_from(one, class(one)));
    caught(table, "fakes that name a brand in From: fake", &named, 99.5);
    let core = of(&|one| !NOT_IMPERSONATION.contains(&class(one)));
    caught(table, "all impersonations: fake", &core, 97.0);
    for name in classes.values().collect::<std::collections::BTreeSet<_>>() {
        let must = if NOT_IMPERSONATION.contains(&name.as_str()) {
            0.0
        } else {
            85.0
        };
        caught(
            table,
            &format!("  class {name}: fake"),
            &of(&|one| class(one) == name),
            must,
        );
    }
    Ok(())
}

/// By our own reading or by the index.
fn names_brand_in_from(one: &Judged, class: &str) -> bool {
    let in_from = |claim: &Claim| {
        matches!(
            claim.place,
            ClaimPlace::FromAddress | ClaimPlace::FromLookalike | ClaimPlace::DisplayName
        )
    };
    let indexed = ["display-name", "forged-from-brand", "forged-from-unrelated"].contains(&class);
    class != "authenticated-brand-domain"
        && (indexed || one.examination.claimed.iter().any(in_from))
}

fn caught(table: &mut Table, measure: &str, mails: &[&Judged], must: f64) {
    let missed: Vec<String> = mails
        .iter()
        .filter(|one| one.examination.verdict != Verdict::Fake)
        .map(|one| describe(one))
        .collect();
    let listed = if must > 0.0 {
        missed.clone()
    } else {
        Vec::new()
    };
    table.at_least(
        measure,
        mails.len() - missed.len(),
        mails.len(),
        must,
        listed,
    );
}

fn ordinary(
    examiner: &Examiner,
    corpus: &Path,
    zone: &RecordedZone,
    table: &mut Table,
) -> Result<()> {
    let judged = judge(examiner, &corpus.join("ham"), zone, table)?;
    let fake: Vec<String> = judged
        .iter()
        .filter(|one| one.examination.verdict == Verdict::Fake)
        .map(describe)
        .collect();
    table.at_most("ordinary mail: fake", fake.len(), judged.len(), 0.1, fake);
    let other: Vec<String> = judged
        .iter()
        .filter(|one| one.examination.verdict != Verdict::Unrelated)
        .map(describe)
        .collect();
    table.at_least(
        "ordinary mail: unrelated",
        judged.len() - other.len(),
        judged.len(),
        99.0,
        other,
    );
    Ok(())
}

fn notices(
    examiner: &Examiner,
    corpus: &Path,
    zone: &RecordedZone,
    table: &mut Table,
) -> Result<()> {
    let verifiable = index(&corpus.join("genuine.tsv"), 5)?;
    let brands = index(&corpus.join("genuine.tsv"), 2)?;
    let judged = judge(examiner, &corpus.join("genuine"), zone, table)?;
    let fake = judged
        .iter()
        .filter(|one| one.examination.verdict == Verdict::Fake)
        .map(describe)
        .collect();
    table.none("genuine notices: fake", fake);
    let known: Vec<&Judged> = judged
        .iter()
        .filter(|one| {
            verifiable
                .get(&one.name)
                .is_some_and(|dkim| dkim.contains("PASS"))
        })
        .filter(|one| brands.get(&one.name).is_some_and(|brand| !brand.is_empty()))
        .collect();
    let wrong: Vec<String> = known
        .iter()
        .filter(|one| one.examination.verdict != Verdict::Genuine)
        .map(|one| describe(one))
        .collect();
    table.at_least(
        "notices of a brand whose key is archived: genuine",
        known.len() - wrong.len(),
        known.len(),
        100.0,
        wrong,
    );
    Ok(())
}

/// File name → one column of an index.
fn index(path: &Path, column: usize) -> Result<BTreeMap<String, String>> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let rows = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    Ok(rows
        .filter_map(|row| Some((row.first()?.to_string(), row.get(column)?.to_string())))
        .collect())
}

/// Archived public keys as a zone.
pub fn archived_keys(path: &Path) -> Result<RecordedZone> {
    let text =
        fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let rows = text
        .lines()
        .skip(1)
        .map(|line| line.split('\t').collect::<Vec<_>>());
    let entries = rows.filter_map(|row| {
        let [selector, domain, record, ..] = row.as_slice() else {
            return None;
        };
        let entry = ZoneEntry {
            txt: vec![(*record).to_owned()],
            ..ZoneEntry::default()
        };
        Some((format!("{selector}._domainkey.{domain}"), entry))
    });
    Ok(entries.collect())
}
