//! A bundle: mails with everything their verdicts rested on, one JSON line each.

use std::fs::File;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::Path;

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sellkeep_mail::Recipient;
use sellkeep_model::{DnsUse, Envelope, Examination, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

/// The line's own version; another one is refused with a clear text.
const FORMAT: &str = "sellkeep-bundle-1";

/// A bundle being written.
pub struct Bundle {
    file: BufWriter<File>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    format: String,
    program: String,
    name: String,
    mail: String,
    envelope: serde_json::Value,
    trust: Vec<String>,
    /// Older bundles know none.
    #[serde(default, skip_serializing_if = "Recipient::is_empty")]
    recipient: Recipient,
    at: Timestamp,
    dns: Vec<DnsUse>,
    knowledge: String,
    verdict: Verdict,
}

/// One kept mail with what its verdict rested on.
pub struct Kept {
    /// Its name then.
    pub name: String,
    /// Its bytes.
    pub mail: Vec<u8>,
    /// Its envelope.
    pub envelope: Envelope,
    /// The providers that were trusted.
    pub trust: Vec<String>,
    /// The reader's account, as far as it was known.
    pub recipient: Recipient,
    /// The moment as of which it was judged.
    pub at: Timestamp,
    /// The DNS answers used.
    pub dns: Vec<DnsUse>,
    /// The knowledge's version then.
    pub knowledge: String,
    /// The verdict then, of these bytes alone.
    pub verdict: Verdict,
    /// Version of the program then.
    pub program: String,
}

impl Kept {
    /// What is kept of a mail that was just judged.
    pub fn new(
        name: &str,
        mail: Vec<u8>,
        envelope: Envelope,
        trust: &[String],
        recipient: &Recipient,
        examination: &Examination,
    ) -> Kept {
        Kept {
            name: name.to_owned(),
            mail,
            envelope,
            trust: trust.to_vec(),
            recipient: recipient.clone(),
            at: examination.judged_as_of,
            dns: examination.dns.clone(),
            knowledge: examination.knowledge.clone(),
            verdict: examination.verdict,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }
}

impl Bundle {
    /// Begins a bundle; an existing file is not overwritten.
    pub fn create(path: &Path) -> Result<Bundle> {
        let file = File::create_new(path).with_context(|| {
            format!(
                "creating the bundle {} (an existing file is kept: name another)",
                path.display()
            )
        })?;
        Ok(Bundle {
            file: BufWriter::new(file),
        })
    }

    /// Adds one mail.
    pub fn add(&mut self, kept: &Kept) -> Result<()> {
        let line = Line {
            format: FORMAT.to_owned(),
            program: kept.program.clone(),
            name: kept.name.clone(),
            mail: STANDARD.encode(&kept.mail),
            envelope: serde_json::to_value(&kept.envelope)?,
            trust: kept.trust.clone(),
            recipient: kept.recipient.clone(),
            at: kept.at,
            dns: kept.dns.clone(),
            knowledge: kept.knowledge.clone(),
            verdict: kept.verdict,
        };
        serde_json::to_writer(&mut self.file, &line)?;
        self.file.write_all(b"\n")?;
        // A line that is written is kept, whatever happens next.
        self.file.flush().context("writing the bundle")
    }
}

/// Reads a bundle.
pub fn read(path: &Path) -> Result<Vec<Kept>> {
    let file =
        File::open(path).with_context(|| format!("opening the bundle {}", path.display()))?;
    let mut kept = Vec::new();
    for (number, line) in BufReader::new(file).lines().enumerate() {
        let line = line.with_context(|| format!("reading the bundle {}", path.display()))?;
        if line.trim().is_empty() {
            continue;
        }
        let place = || {
            format!(
                "{} line {}: not a line of a bundle",
                path.display(),
                number + 1
            )
        };
        let line: Line = serde_json::from_str(&line).with_context(place)?;
        anyhow::ensure!(
            line.format == FORMAT,
            "{} line {}: written in the format {}, this program reads {FORMAT}",
            path.display(),
            number + 1,
            line.format
        );
        kept.push(Kept {
            name: line.name,
            mail: STANDARD.decode(&line.mail).with_context(place)?,
            envelope: Envelope::from_json(&line.envelope.to_string()).with_context(place)?,
            trust: line.trust,
            recipient: line.recipient,
            at: line.at,
            dns: line.dns,
            knowledge: line.knowledge,
            verdict: line.verdict,
            program: line.program,
        });
    }
    Ok(kept)
}
