//! Time passes: waits that are over, sources that are silent.
//!
//! A host calls [`tick`] at [`next_tick`] before it takes in a later record: what the
//! record says must not undo what was true before it came.

use jiff::Timestamp;
use sellkeep_model::{Account, Detection};

use crate::evaluate::{self, Outcome};
use crate::explain::time_shown;
use crate::moment::{Millis, millis, shown, stamp};
use crate::rule::{Body, Rule, RuleSet};
use crate::state::{AccountState, Key};
use crate::step::Engine;

/// A record of a source arrived, whatever it says: a silence that was found is over.
/// Gives what follows from that.
pub fn heard(
    rules: &RuleSet,
    account: &Account,
    state: &mut AccountState,
    source: &str,
    at: Timestamp,
) -> Vec<Detection> {
    let at = millis(at);
    state.hot.eyes.heard(source, at);
    if state.cold.facts.since.is_none_or(|since| since > at) {
        state.cold.facts.watched_since(at);
        state.cold_changed = true;
    }
    let silent: Vec<&Rule> = rules
        .rules()
        .iter()
        .filter(|rule| matches!(rule.body, Body::Silence { .. }) && stands(state, rule))
        .collect();
    if silent.is_empty() {
        return Vec::new();
    }
    let mut engine = Engine::new(rules, account, state);
    for rule in silent {
        listen(&mut engine, rule);
    }
    engine.finish()
}

fn stands(state: &AccountState, rule: &Rule) -> bool {
    let own = state.cold.rules.get(&rule.id);
    own.is_some_and(|own| !own.standing.all().is_empty())
}

/// The account is watched from then on, though nothing was heard yet: silence counts from there.
pub fn watch_from(state: &mut AccountState, at: Timestamp) {
    state.cold.facts.watched_since(millis(at));
    state.hot.now = state.hot.now.max(millis(at));
    state.cold_changed = true;
}

/// Time has come to a point: gives what only time could tell.
pub fn tick(
    rules: &RuleSet,
    account: &Account,
    state: &mut AccountState,
    now: Timestamp,
) -> Vec<Detection> {
    state.hot.now = state.hot.now.max(millis(now));
    let mut engine = Engine::new(rules, account, state);
    for rule in rules.rules() {
        match rule.body {
            Body::Contradiction { .. } | Body::Absence { .. } => decide(&mut engine, rule),
            Body::Silence { .. } => listen(&mut engine, rule),
            _ => {}
        }
    }
    engine.finish()
}

/// When time itself matters next: a wait is over, or a source has been silent too long.
pub fn next_tick(account: &Account, state: &AccountState) -> Option<Timestamp> {
    let since = state.cold.facts.since;
    let eyes = &state.hot.eyes;
    let silences = account.sources.iter().filter_map(|expected| {
        let from = eyes.silent_from(account, &expected.source, None, since)?;
        (from > state.hot.now).then_some(from)
    });
    let waits = state.hot.next.filter(|next| *next > state.hot.now);
    silences.chain(waits).min().map(stamp)
}

fn decide(engine: &mut Engine<'_>, rule: &Rule) {
    let open = engine
        .view(rule)
        .map(|view| evaluate::undecided(&view))
        .unwrap_or_default();
    for place in open {
        engine.ask(rule, place);
    }
}

fn listen(engine: &mut Engine<'_>, rule: &Rule) {
    engine.state.rule(rule);
    let now = engine.state.hot.now;
    let silent = engine
        .view(rule)
        .map(|view| evaluate::silent(&view))
        .unwrap_or_default();
    for silent in silent {
        let outcome = silence(&silent, now);
        let material = engine.material(rule);
        let detection = material.silence(&outcome, &silent.source, silent.last, silent.from);
        let anchor = Key::at(silent.from);
        let is_silent = silent.from <= now;
        let over = engine
            .state
            .rule(rule)
            .standing
            .end(&detection.id, is_silent.then_some(anchor));
        if over {
            engine.changed_at(anchor);
            engine.state.cold.withdrawn.push(detection.id.clone());
        }
        if is_silent {
            engine.put(rule, anchor, detection, 0);
        }
    }
}

fn silence(silent: &evaluate::Silent, now: Millis) -> Outcome {
    let says = match silent.last {
        Some(last) => format!(
            "{} was last heard on {}, {} ago.",
            silent.source,
            time_shown(stamp(last)),
            shown(now - last)
        ),
        None => format!(
            "{} has not been heard at all since we watch.",
            silent.source
        ),
    };
    Outcome {
        says: vec![says],
        known: Some(stamp(silent.from)),
        ..Outcome::default()
    }
}
