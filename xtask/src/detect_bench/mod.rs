//! `bench detect`: events a second on one core, in processor time, beside its peers.
//!
//! All engines get the same bytes and the same hundred patterns, and must find the same
//! number of matches. The yardstick is what one core could do at all: JSON of 1 KB read
//! as fast as anybody has published, and nothing else in the way.

mod events;
mod rules;

use std::collections::HashMap;
use std::hint::black_box;

use anyhow::{Context as _, Result, ensure};
use sellkeep_detect::flat::{Context, FlatEvent};
use sellkeep_detect::{AccountState, RuleSet, step};
use sellkeep_model::{Account, Event};
use serde_json::Value as Json;

use self::events::{ACCOUNTS, event};
use crate::corpus::dice::Dice;
use crate::processor;

/// Events of 1 KB that one core could take in a second (simdjson's best published rate).
const YARDSTICK: f64 = 2_500_000.0;
/// What is asked of us, with state.
const FLOOR: f64 = 250_000.0;
/// Events in a measured run.
const EVENTS: usize = 200_000;
/// Events per account before the measured run, so that there is a state to look at.
const WARM_PER_ACCOUNT: usize = 20;
/// The slow peers get so many events only; rates do not depend on it.
const FEW: usize = 20_000;
const SEED: u64 = 7;

/// Runs all of them.
pub fn run() -> Result<()> {
    let rules =
        RuleSet::load(&rules::files()).context("the rules of the bench cannot be loaded")?;
    let mut dice = Dice::new(SEED);
    let warm = ACCOUNTS * WARM_PER_ACCOUNT;
    let lines = (warm..warm + EVENTS).map(|at| serde_json::to_string(&event(&mut dice, at)));
    let lines: Vec<String> = lines.collect::<Result<_, _>>()?;
    let bytes: usize = lines.iter().map(String::len).sum();
    println!(
        "{EVENTS} events of {} bytes, {} rules, {ACCOUNTS} accounts",
        bytes / EVENTS,
        rules::RULES
    );

    let parsing = measure("parsing alone (typed)", &lines, |line| {
        parse(line).map(|event| usize::from(black_box(event).after.is_empty()))
    })?;
    let hand = rules::by_hand()?;
    let by_hand = measure("by hand", &lines, |line| {
        let event = parse(line)?;
        let list = &hand[event.kind as usize];
        Ok(list.iter().filter(|one| one.matches(&event)).count())
    })?;
    let context = Context::default();
    let ours = measure("our matcher", &lines, |line| {
        let event = parse(line)?;
        Ok(rules
            .matches(&FlatEvent {
                event: &event,
                context: &context,
            })
            .count())
    })?;
    peers(&lines, &ours)?;
    let _ = parsing;
    ensure!(
        by_hand.matches == ours.matches,
        "by hand {} matches, ours {}",
        by_hand.matches,
        ours.matches
    );
    with_state(&rules, &lines)
}

fn parse(line: &str) -> Result<Event> {
    Ok(serde_json::from_str(line)?)
}

struct Measured {
    rate: f64,
    matches: usize,
}

fn measure(
    name: &str,
    lines: &[String],
    mut work: impl FnMut(&str) -> Result<usize>,
) -> Result<Measured> {
    let begin = processor::seconds();
    let mut matches = 0;
    for line in lines {
        matches += work(line)?;
    }
    let count = f64::from(u32::try_from(lines.len())?);
    let rate = count / (processor::seconds() - begin);
    println!(
        "{name:36} {rate:>9.0} events/s  {:>5.2} µs  {:>5.1} % of the yardstick",
        1e6 / rate,
        100.0 * rate / YARDSTICK
    );
    Ok(Measured { rate, matches })
}

/// The same patterns in two public engines, on plain JSON.
fn peers(lines: &[String], ours: &Measured) -> Result<()> {
    let lines = &lines[..FEW];
    let mut engine = rsigma_eval::Engine::new();
    let texts = rules::sigma();
    let parsed = texts
        .iter()
        .map(|rule| rsigma_parser::parse_sigma_yaml(rule));
    for collection in parsed {
        engine.add_collection(&collection?)?;
    }
    let rsigma = measure("rsigma 0.23 (JSON)", lines, |line| {
        let json: Json = serde_json::from_str(line)?;
        Ok(engine
            .evaluate(&rsigma_eval::JsonEvent::borrow(&json))
            .len())
    })?;
    let plain = rules::sigma()
        .iter()
        .map(|rule| sigma_rust::rule_from_yaml(rule))
        .collect::<Result<Vec<_>, _>>();
    let plain = plain.map_err(|error| anyhow::anyhow!("sigma-rust refuses a rule: {error}"))?;
    let rust = measure("sigma-rust 0.7 (JSON)", lines, |line| {
        let json: Json = serde_json::from_str(line)?;
        let event = sigma_rust::event_from_json(&json.to_string())?;
        Ok(plain.iter().filter(|rule| rule.is_match(&event)).count())
    })?;
    println!(
        "ours is {:.1} times rsigma, {:.1} times sigma-rust",
        ours.rate / rsigma.rate,
        ours.rate / rust.rate
    );
    println!(
        "matches in the first {FEW} events: rsigma {}, sigma-rust {}",
        rsigma.matches, rust.matches
    );
    Ok(())
}

/// The whole engine: every account has a state that was filled before.
fn with_state(rules: &RuleSet, lines: &[String]) -> Result<()> {
    let mut accounts = Accounts::default();
    let mut dice = Dice::new(SEED + 1);
    for at in 0..ACCOUNTS * WARM_PER_ACCOUNT {
        accounts.take(rules, &event(&mut dice, at))?;
    }
    let measured = measure("our matcher with state (step)", lines, |line| {
        accounts.take(rules, &parse(line)?)
    })?;
    println!("{} detections; {}", measured.matches, accounts.sizes()?);
    ensure!(
        measured.rate >= FLOOR,
        "{:.0} events/s with state, {FLOOR:.0} are asked for",
        measured.rate
    );
    Ok(())
}

#[derive(Default)]
struct Accounts(HashMap<String, (Account, AccountState)>);

impl Accounts {
    fn take(&mut self, rules: &RuleSet, event: &Event) -> Result<usize> {
        if let Some((account, state)) = self.0.get_mut(&event.account) {
            return Ok(step(rules, account, state, event, event.learned).len());
        }
        let json = serde_json::json!({"id": event.account, "marketplace": "amazon", "baseline_confirmed": true});
        let account: Account = serde_json::from_value(json)?;
        let mut state = AccountState::default();
        let found = step(rules, &account, &mut state, event, event.learned).len();
        self.0.insert(event.account.clone(), (account, state));
        Ok(found)
    }

    /// The mean size of a state as it is stored.
    fn sizes(&mut self) -> Result<String> {
        const SAMPLE: usize = 1_000;
        let (mut hot, mut cold) = (0, 0);
        for (_, state) in self.0.values_mut().take(SAMPLE) {
            let checkpoint = state.checkpoint()?;
            hot += checkpoint.hot.len();
            cold += checkpoint.cold.as_ref().map_or(0, Vec::len);
        }
        Ok(format!(
            "a stored state has {} bytes hot and {} cold",
            hot / SAMPLE,
            cold / SAMPLE
        ))
    }
}
