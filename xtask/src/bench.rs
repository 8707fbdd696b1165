//! Speed, in processor time of one core, beside a peer in the same run.
//!
//! A peer that is not installed is named as such; nothing is compared from memory.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use sellkeep_knowledge::Knowledge;
use sellkeep_mail::names::NameIndex;
use sellkeep_mail::{Examiner, Record};
use sellkeep_model::{Domain, Envelope, RecordedZone, Timestamp};

use crate::corpus::dice::Dice;
use crate::processor;

/// `mail [FOLDER]` or `names`.
pub fn run(arguments: &[String]) -> Result<()> {
    match arguments.first().map(String::as_str) {
        Some("mail") => mail(
            arguments
                .get(1)
                .map_or(Path::new("../shared/corpus"), Path::new),
        ),
        Some("names") => names(),
        _ => bail!("bench takes `mail [FOLDER]` or `names`"),
    }
}

fn mail(corpus: &Path) -> Result<()> {
    let examiner = Examiner::new(Knowledge::builtin().context("the knowledge cannot be loaded")?);
    for folder in ["phish", "ham"] {
        let paths = files(&corpus.join(folder))?;
        let (rate, kilobytes) = verdicts(&examiner, &paths)?;
        println!("{folder}: {rate:.0} verdicts a CPU-second, {kilobytes:.0} KB a mail on average");
        match peer(&paths) {
            Some(peer) => println!(
                "  spamassassin -L, one process a mail: {peer:.2} a CPU-second; ratio {:.0}",
                rate / peer
            ),
            None => println!("  spamassassin is not installed: no ratio"),
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

/// Rate over three passes with reading from the page cache, and the mean size.
fn verdicts(examiner: &Examiner, paths: &[PathBuf]) -> Result<(f64, f64)> {
    let (zone, envelope) = (RecordedZone::default(), Envelope::default());
    let (mut bytes, mut count) = (0, 0);
    let begin = processor::seconds();
    for _ in 0..3 {
        for path in paths {
            let mail = fs::read(path)?;
            let record = Record {
                mail: &mail,
                envelope: &envelope,
                trust: &[],
                at: None,
                now: Timestamp::UNIX_EPOCH,
            };
            std::hint::black_box(examiner.examine(&record, &zone));
            bytes += mail.len();
            count += 1;
        }
    }
    let seconds = processor::seconds() - begin;
    Ok((
        number(count) / seconds,
        number(bytes) / number(count) / 1024.0,
    ))
}

/// Mails that the peer judges; each costs it more than a second.
const PEER_MAILS: usize = 3;

fn peer(paths: &[PathBuf]) -> Option<f64> {
    let begin = processor::children_seconds();
    for path in paths.iter().take(PEER_MAILS) {
        let mail = fs::File::open(path).ok()?;
        let mut peer = Command::new("spamassassin");
        let status = peer
            .args(["-L", "-t"])
            .stdin(mail)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        status.ok()?;
    }
    let seconds = processor::children_seconds() - begin;
    (seconds > 0.0).then(|| number(PEER_MAILS) / seconds)
}

/// Candidate hosts: random ones, and brands' words with one change.
const HOSTS: usize = 200_000;

fn names() -> Result<()> {
    let knowledge = Knowledge::builtin().context("the knowledge cannot be loaded")?;
    let index = NameIndex::new(&knowledge);
    let words: Vec<&String> = knowledge
        .brands
        .iter()
        .flat_map(|brand| &brand.lookalike_words)
        .collect();
    let mut dice = Dice::new(7);
    let hosts: Vec<Domain> = (0..HOSTS).filter_map(|_| host(&mut dice, &words)).collect();
    let begin = processor::seconds();
    let found = (0..5)
        .map(|_| {
            hosts
                .iter()
                .filter(|host| index.lookalike(host).is_some())
                .count()
        })
        .max();
    let seconds = processor::seconds() - begin;
    let rate = number(hosts.len() * 5) / seconds / 1e6;
    println!(
        "{rate:.2} M hosts a CPU-second against {} brands ({} of {} imitate one)",
        knowledge.brands.len(),
        found.unwrap_or_default(),
        hosts.len()
    );
    Ok(())
}

fn host(dice: &mut Dice, words: &[&String]) -> Option<Domain> {
    let letters = |dice: &mut Dice, length: usize| {
        (0..length)
            .map(|_| char::from(b'a' + u8::try_from(dice.below(26)).unwrap_or(0)))
            .collect::<String>()
    };
    let length = 5 + dice.below(9);
    let mut label = letters(dice, length);
    if dice.below(8) == 0 {
        let word = words[dice.below(words.len())];
        let at = dice.below(word.len());
        label = format!("{}{}{}", &word[..at], letters(dice, 1), &word[at..]);
    }
    let suffix = ["com", "net", "co.uk", "shop", "de", "com.br"][dice.below(6)];
    let front = ["", "www.", "mail.", "login."][dice.below(4)];
    Domain::parse(&format!("{front}{label}.{suffix}")).ok()
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}
