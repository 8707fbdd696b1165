//! Folders of real mails: fakes, ordinary mail, genuine notices.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{
    ClaimPlace, Envelope, Examination, RecordedZone, Timestamp, Verdict, ZoneEntry,
};

use super::table::Table;

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
    let mut paths: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    let mails: Vec<(String, Vec<u8>)> = paths
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
    let begin = cpu_seconds();
    let judged: Vec<Judged> = mails
        .iter()
        .map(|(name, mail)| {
            let record = Record {
                mail,
                envelope: &envelope,
                trust: &[],
                at: None,
                now: Timestamp::UNIX_EPOCH,
            };
            Judged {
                name: name.clone(),
                examination: examiner.examine(&record, zone),
            }
        })
        .collect();
    let seconds = cpu_seconds() - begin;
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
    let is_fake = |one: &&Judged| one.examination.verdict == Verdict::Fake;
    let class = |one: &Judged| classes.get(&one.name).cloned().unwrap_or_default();
    let in_from = |one: &&Judged| {
        let place = |claim: &sellkeep_model::Claim| {
            matches!(
                claim.place,
                ClaimPlace::FromAddress | ClaimPlace::FromLookalike | ClaimPlace::DisplayName
            )
        };
        one.examination.claimed.iter().any(place)
            || ["display-name", "forged-from-brand", "forged-from-unrelated"]
                .contains(&class(one).as_str())
    };
    let named: Vec<&Judged> = judged
        .iter()
        .filter(in_from)
        .filter(|one| class(one) != "authenticated-brand-domain")
        .collect();
    let wrong = named
        .iter()
        .filter(|one| !is_fake(one))
        .map(|one| describe(one))
        .collect();
    table.at_least(
        "fakes that name a brand in From: fake",
        named.iter().filter(|one| is_fake(one)).count(),
        named.len(),
        99.5,
        wrong,
    );
    let core: Vec<&Judged> = judged
        .iter()
        .filter(|one| !NOT_IMPERSONATION.contains(&class(one).as_str()))
        .collect();
    let wrong = core
        .iter()
        .filter(|one| !is_fake(one))
        .map(|one| format!("{}: {}", class(one), describe(one)))
        .collect();
    table.at_least(
        "all impersonations: fake",
        core.iter().filter(|one| is_fake(one)).count(),
        core.len(),
        97.0,
        wrong,
    );
    for name in classes.values().collect::<std::collections::BTreeSet<_>>() {
        let of: Vec<&Judged> = judged.iter().filter(|one| class(one) == *name).collect();
        let fake = of.iter().filter(|one| is_fake(one)).count();
        let must = if NOT_IMPERSONATION.contains(&name.as_str()) {
            0.0
        } else {
            85.0
        };
        table.at_least(
            &format!("  class {name}: fake"),
            fake,
            of.len(),
            must,
            Vec::new(),
        );
    }
    Ok(())
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
fn archived_keys(path: &Path) -> Result<RecordedZone> {
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

/// Processor time of this thread so far; the clock would count the neighbours too.
fn cpu_seconds() -> f64 {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| {
        number
            .parse::<u32>()
            .ok()
            .map(f64::from)
            .or_else(|| number.parse().ok())
    });
    nanoseconds.unwrap_or_default() / 1e9
}
