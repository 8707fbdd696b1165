//! Whole verdicts, beside what the peers need for the same mails.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Envelope, RecordedZone, Timestamp};

use super::{number, peers};
use crate::processor;

/// Where the real mails lie.
pub const CORPUS: &str = "../shared/corpus";

/// Passes over each folder; the best one counts, since neighbours on the same
/// processor only ever slow a pass down.
const PASSES: usize = 5;

/// Prints verdicts a CPU-second, and ratios unless we are to run alone.
pub fn run(corpus: &Path, alone: bool) -> Result<()> {
    let examiner = Examiner::new(Knowledge::builtin().context("the knowledge cannot be loaded")?);
    for folder in ["phish", "ham"] {
        let paths = files(&corpus.join(folder))?;
        if paths.is_empty() {
            continue;
        }
        let (rate, kilobytes) = verdicts(&examiner, &paths)?;
        println!("{folder}: {rate:.0} verdicts a CPU-second, {kilobytes:.0} KB a mail on average");
        for peer in peers::PEERS.iter().filter(|_| !alone) {
            match (peer.rate)(&paths)? {
                Some(theirs) => println!(
                    "  {}: {theirs:.1} a CPU-second; ratio {:.0}",
                    peer.name,
                    rate / theirs
                ),
                None => println!(
                    "  {} is not installed (xtask/peers/install): no ratio",
                    peer.name
                ),
            }
        }
    }
    Ok(())
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder)
        .with_context(|| format!("skipped: no corpus at {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    Ok(paths)
}

/// Best rate of all passes with reading from the page cache, and the mean size.
fn verdicts(examiner: &Examiner, paths: &[PathBuf]) -> Result<(f64, f64)> {
    let (mut best, mut bytes) = (f64::INFINITY, 0);
    for _ in 0..PASSES {
        let begin = processor::seconds();
        bytes = pass(examiner, paths)?;
        best = best.min(processor::seconds() - begin);
    }
    let count = number(paths.len());
    Ok((count / best, number(bytes) / count / 1024.0))
}

fn pass(examiner: &Examiner, paths: &[PathBuf]) -> Result<usize> {
    let (zone, envelope) = (RecordedZone::default(), Envelope::default());
    let mut bytes = 0;
    for path in paths {
        let mail = fs::read(path)?;
        let record = Record {
            mail: &mail,
            envelope: &envelope,
            trust: &[],
            at: None,
            now: Timestamp::UNIX_EPOCH,
            recipient: None,
        };
        std::hint::black_box(examiner.examine(&record, &zone));
        bytes += mail.len();
    }
    Ok(bytes)
}
