//! What a rule keeps of an event, how much of it, and how far an event reaches.

use super::Figures;
use crate::flat::{FlatEvent, Name};
use crate::moment::{DAY, Millis, length};
use crate::rule::{Body, Correlation, CorrelationKind, Metric, PartIndex, Rule};
use crate::sigma::Datum;
use crate::state::{Hit, Key, REPEAT_MAX, Room, hash};

/// Hits of one part that are kept at least; more than a rule of several parts looks at.
const ROOM_MIN: usize = 256;
/// A rule that counts further than this counts in spans (a baseline) instead.
const ROOM_MAX: usize = 8_192;

/// A matched event as the rule keeps it; `None` where it lacks what the rule groups by or
/// counts: such an event counts nowhere, rather than in a group of all strangers.
pub(crate) fn hit(rule: &Rule, part: PartIndex, key: Key, event: &FlatEvent<'_>) -> Option<Hit> {
    let mut hit = Hit {
        key,
        part: u16::try_from(part).ok()?,
        group: 0,
        of: 0,
        value: 0.0,
        claimed: event.event.proof == sellkeep_model::ProofLevel::Claimed,
    };
    match &rule.body {
        Body::Correlation(correlation) => {
            hit.group = group(correlation, part, event)?;
            match &correlation.kind {
                CorrelationKind::ValueCount(names) => hit.of = values(names, event)?,
                CorrelationKind::ValueSum(name)
                | CorrelationKind::ValueAvg(name)
                | CorrelationKind::ValuePercentile(name, _) => hit.value = number(*name, event)?,
                _ => {}
            }
        }
        Body::FirstSeen { fields, .. } => hit.of = values(fields, event)?,
        Body::Share { distinct, .. } => hit.of = values(&[*distinct], event)?,
        Body::Baseline { metric, .. } => match metric {
            Metric::Count => hit.value = 1.0,
            Metric::Sum(name) => hit.value = number(*name, event)?,
            Metric::Distinct(name) => hit.of = values(&[*name], event)?,
        },
        _ => {}
    }
    Some(hit)
}

/// How much a rule keeps.
pub(crate) fn room(rule: &Rule) -> Room {
    let each = match &rule.body {
        Body::Correlation(correlation) => {
            let largest = correlation
                .conditions
                .iter()
                .map(|(_, threshold)| *threshold);
            twice(largest.fold(0.0, f64::max))
        }
        Body::Share { at_least, .. } | Body::Dormant { at_least, .. } => {
            twice(Figures::of(usize::try_from(*at_least).unwrap_or(ROOM_MAX)))
        }
        // The counters count; hits are only shown.
        Body::Baseline { .. } => 16,
        _ => ROOM_MIN,
    };
    Room {
        each: each.clamp(16, ROOM_MAX),
        age: span(rule).saturating_add(REPEAT_MAX),
    }
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // Clamped before.
fn twice(threshold: f64) -> usize {
    ((threshold.clamp(0.0, 10_000.0) * 2.0) as usize).max(ROOM_MIN)
}

/// How far after an event that came late the rule must be looked at again.
pub(crate) fn reach(rule: &Rule) -> Millis {
    match rule.body {
        Body::Plain { .. } => 0,
        // An earlier first time changes what was first, however long ago.
        Body::FirstSeen { .. } => Millis::MAX / 4,
        Body::Contradiction { within, .. } => length(within).saturating_add(2 * DAY),
        // What holds at a place depends on the event before, and that on its own window.
        _ => span(rule).saturating_mul(2),
    }
}

fn span(rule: &Rule) -> Millis {
    match &rule.body {
        Body::Correlation(correlation) => length(correlation.timespan),
        Body::Sequence { within, .. }
        | Body::Any { within, .. }
        | Body::Dormant { within, .. }
        | Body::Share { within, .. }
        | Body::Contradiction { within, .. } => length(*within),
        Body::Baseline { every, .. } | Body::Absence { every, .. } => length(*every),
        Body::Plain { .. } | Body::FirstSeen { .. } | Body::Silence { .. } | Body::Risk(_) => 0,
    }
}

fn group(correlation: &Correlation, part: PartIndex, event: &FlatEvent<'_>) -> Option<u64> {
    if correlation.group_by.is_empty() {
        return Some(0);
    }
    let place = correlation.rules.iter().position(|rule| *rule == part)?;
    let names = correlation
        .group_by
        .iter()
        .map(|key| key.names.get(place).copied());
    values(&names.collect::<Option<Vec<Name>>>()?, event)
}

/// Values taken together; `None` where one is missing.
fn values(names: &[Name], event: &FlatEvent<'_>) -> Option<u64> {
    let values = names.iter().map(|name| match event.get(*name)? {
        Datum::Null => None,
        datum => Some(datum.shown().to_lowercase()),
    });
    let values: Vec<String> = values.collect::<Option<_>>()?;
    let words: Vec<&str> = values.iter().map(String::as_str).collect();
    Some(hash(&words))
}

fn number(name: Name, event: &FlatEvent<'_>) -> Option<f64> {
    let number = match event.get(name)? {
        Datum::Number(number) => number,
        Datum::Text(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    number.is_finite().then_some(number)
}
