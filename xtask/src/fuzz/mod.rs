//! Hostile bytes against everything that reads bytes, in this process.
//!
//! Every input comes from a seed number, so a run can be repeated. An input
//! fails when it panics, breaks a promise of its target, or takes too long; it
//! is saved, and the run goes on with the next target. An input that never ends
//! is saved too, and ends the run: no thread can be stopped from outside.

mod guard;
mod mutate;
mod seeds;
mod targets;

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use self::guard::{Failure, Guard};
use self::mutate::Mutator;
use self::targets::{Reader, TARGETS, Target};
use crate::source;

struct Options {
    /// For all targets together.
    seconds: u64,
    seed: u64,
    target: Option<String>,
}

/// Fuzzes one target or all; fails where an input fails.
pub fn run(arguments: &[String]) -> Result<()> {
    let options = options(arguments)?;
    let reader = Reader::new()?;
    let guard = Guard::new(source::root().join("fuzz/crashes"));
    let mut failed = Vec::new();
    let targets = chosen(options.target.as_deref())?;
    let each = share(options.seconds, targets.len());
    for target in targets {
        if !fuzz(target, each, options.seed, &reader, &guard)? {
            failed.push(target.name);
        }
    }
    if !failed.is_empty() {
        bail!("inputs failed: {}", failed.join(", "));
    }
    Ok(())
}

fn options(arguments: &[String]) -> Result<Options> {
    let mut options = Options {
        seconds: 60,
        seed: 1,
        target: None,
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut number = || -> Result<u64> {
            let text = rest
                .next()
                .with_context(|| format!("{argument} needs a number"))?;
            text.parse()
                .with_context(|| format!("{argument}: {text:?} is no number"))
        };
        match argument.as_str() {
            "--seconds" => options.seconds = number()?,
            "--seed" => options.seed = number()?,
            name if !name.starts_with("--") => options.target = Some(name.to_owned()),
            other => bail!("there is no option {other:?}"),
        }
    }
    Ok(options)
}

fn chosen(name: Option<&str>) -> Result<Vec<&'static Target>> {
    let targets = TARGETS.iter();
    let chosen: Vec<&Target> = targets
        .filter(|target| name.is_none_or(|name| name == target.name))
        .collect();
    if chosen.is_empty() {
        let names: Vec<&str> = TARGETS.iter().map(|target| target.name).collect();
        bail!("there is no such target; there are {}", names.join(", "));
    }
    Ok(chosen)
}

/// What each target gets of the time for all.
fn share(seconds: u64, targets: usize) -> Duration {
    let targets = u32::try_from(targets.max(1)).unwrap_or(u32::MAX);
    Duration::from_secs(seconds) / targets
}

/// Runs one target for its time; `false` after the first input that fails.
fn fuzz(
    target: &Target,
    time: Duration,
    seed: u64,
    reader: &Reader,
    guard: &Guard,
) -> Result<bool> {
    let seeds = seeds::read(&source::root(), target.name)?;
    let mut mutator = Mutator::new(&seeds, seed);
    let begin = Instant::now();
    let until = begin + time;
    let mut runs = 0_u64;
    let mut slowest = Duration::ZERO;
    // The seeds themselves come first: what cannot read them, reads nothing.
    let mut plain = seeds.iter().cloned();
    while Instant::now() < until {
        let input = plain.next().unwrap_or_else(|| mutator.next_input());
        match guard.run(target, reader, &input) {
            Ok(took) => slowest = slowest.max(took),
            Err(failure) => return report(target, guard, &input, &failure),
        }
        runs += 1;
    }
    println!(
        "{:<10} {runs:>9} inputs, {:>8} a second, slowest {} ms",
        target.name,
        per_second(runs, begin.elapsed()),
        slowest.as_millis(),
    );
    Ok(true)
}

fn report(target: &Target, guard: &Guard, input: &[u8], failure: &Failure) -> Result<bool> {
    let path = guard.save(target.name, input)?;
    println!("{:<10} FAILED: {failure}", target.name);
    println!("{:<10} the input is {}", "", path.display());
    Ok(false)
}

fn per_second(runs: u64, took: Duration) -> u128 {
    (u128::from(runs) * 1000)
        .checked_div(took.as_millis())
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_reads_its_seeds_and_their_mutations() {
        let reader = Reader::new().unwrap();
        let guard = Guard::new(std::env::temp_dir());
        for target in TARGETS {
            let seeds = seeds::read(&source::root(), target.name).unwrap();
            let mut mutator = Mutator::new(&seeds, 7);
            let mutations: Vec<_> = (0..20).map(|_| mutator.next_input()).collect();
            for input in seeds.iter().chain(&mutations) {
                let result = guard.run(target, &reader, input);
                assert!(result.is_ok(), "{}: {:?}", target.name, result.err());
            }
        }
    }

    #[test]
    fn the_time_is_shared() {
        assert_eq!(share(60, 10), Duration::from_secs(6));
        assert_eq!(share(60, 0), Duration::from_mins(1));
    }

    #[test]
    fn an_unknown_target_and_an_unknown_option_are_refused() {
        assert!(chosen(Some("nothing")).is_err());
        assert!(options(&["--minutes".into()]).is_err());
        assert!(options(&["--seconds".into(), "x".into()]).is_err());
    }
}
