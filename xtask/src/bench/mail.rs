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

/// Mean size of a fake in the measurements that the targets are taken from, in bytes.
const USUAL_BYTES: u64 = 35 * 1024;

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
        let usual = of_usual_size(&paths)?;
        if usual.len() < paths.len() {
            let (rate, kilobytes) = verdicts(&examiner, &usual)?;
            let left_out = paths.len() - usual.len();
            println!(
                "  without the {left_out} largest, {kilobytes:.0} KB on average: {rate:.0} a CPU-second"
            );
        }
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

/// Without the largest mails, as many as it takes to bring the mean down to the usual.
fn of_usual_size(paths: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut sized: Vec<(u64, &PathBuf)> = paths
        .iter()
        .map(|path| Ok((fs::metadata(path)?.len(), path)))
        .collect::<Result<_>>()?;
    sized.sort();
    let mut bytes: u64 = sized.iter().map(|(size, _)| size).sum();
    while bytes > USUAL_BYTES * sized.len() as u64 {
        bytes -= sized.pop().map_or(bytes, |(size, _)| size);
    }
    Ok(sized.into_iter().map(|(_, path)| path.clone()).collect())
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_mails_are_left_out_until_the_mean_is_usual() {
        let folder = tempfile::tempdir().unwrap();
        let sizes = [10, 30, 50, 400].map(|kilobytes| kilobytes * 1024);
        for size in sizes {
            fs::write(folder.path().join(format!("{size}.eml")), vec![b'x'; size]).unwrap();
        }
        let all = files(folder.path()).unwrap();
        assert_eq!(of_usual_size(&all).unwrap().len(), 3);
        assert!(of_usual_size(&[]).unwrap().is_empty());
    }

    #[test]
    fn a_missing_corpus_is_named() {
        let error = files(Path::new("nowhere")).unwrap_err();
        assert_eq!(error.to_string(), "skipped: no corpus at nowhere");
    }
}
