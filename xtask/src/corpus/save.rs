//! Every verdict of the corpus in a file, one line of JSON a mail.
//!
//! Written before and after a change of the engine, two such files show what the
//! change did. Beside the verdict stands a digest of what was read of the mail, and
//! of the mail cut off in the middle, so that a difference shows that no verdict
//! rests on yet. The version of the knowledge is left out.

use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use sellkeep_mail::{Examiner, Record, content};
use sellkeep_model::{Envelope, RecordedZone, Timestamp};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::{folder, notices};

/// Folders of single mails.
const FOLDERS: &[&str] = &["phish", "ham", "genuine", "espoofer"];

/// Judges all mails below `corpus` and the re-created notices.
pub fn write(examiner: &Examiner, corpus: &Path, file: &Path) -> Result<()> {
    let file =
        File::create(file).with_context(|| format!("{} cannot be written to", file.display()))?;
    let mut out = BufWriter::new(file);
    let keys = folder::archived_keys(&corpus.join("dkim_keys.tsv"))?;
    for folder in FOLDERS {
        for path in folder::files(&corpus.join(folder))? {
            let name = path.strip_prefix(corpus)?.display().to_string();
            line(examiner, &name, &fs::read(&path)?, &keys, &mut out)?;
        }
    }
    let (notices, zone) = notices::signed()?;
    for notice in notices {
        line(examiner, &notice.name, &notice.mail, &zone, &mut out)?;
    }
    out.flush().context("the last lines cannot be written")
}

fn line(
    examiner: &Examiner,
    name: &str,
    mail: &[u8],
    zone: &RecordedZone,
    out: &mut impl Write,
) -> Result<()> {
    let record = Record {
        mail,
        envelope: &Envelope::default(),
        trust: &[],
        at: None,
        now: Timestamp::UNIX_EPOCH,
        recipient: None,
    };
    let mut examination = examiner.examine(&record, zone);
    examination.knowledge.clear();
    let line = json!({
        "mail": name,
        "examination": examination,
        "read": digest(mail),
        "read_cut_off": digest(&mail[..mail.len() / 2]),
    });
    writeln!(out, "{line}").context("a verdict cannot be written")
}

/// The beginning of a hash of all that was read of a mail.
fn digest(mail: &[u8]) -> String {
    let read = format!("{:?}", content::read(mail));
    let hash = Sha256::digest(read.as_bytes());
    let start = hash.first_chunk().copied().unwrap_or_default();
    format!("{:016x}", u64::from_be_bytes(start))
}
