//! Sigma's temporal correlations: all parts within a time, in any order or in theirs.

use super::window::places;
use super::{Figures, Outcome, View};
use crate::moment::{Millis, length};
use crate::rule::{Correlation, CorrelationKind, PartIndex, Seen};
use crate::state::{Hit, Key};

pub(super) fn at(view: &View<'_>, correlation: &Correlation, place: Key) -> Option<Outcome> {
    let span = length(correlation.timespan);
    let group = view.hits_at(place).next()?.group;
    if correlation.kind == CorrelationKind::TemporalOrdered {
        return ordered(view, &correlation.rules, span, group, place);
    }
    let measure = |place: Key| {
        let parts = latest_parts(view, place, span, group).len();
        enough(correlation, parts).then(|| u32::try_from(parts).unwrap_or(u32::MAX))
    };
    if !view.rises(place, span, group, measure) {
        return None;
    }
    Some(of_parts(&latest_parts(view, place, span, group)))
}

fn enough(correlation: &Correlation, parts: usize) -> bool {
    if correlation.conditions.is_empty() {
        return parts == correlation.rules.len();
    }
    let mut conditions = correlation.conditions.iter();
    conditions.all(|(comparison, threshold)| comparison.holds(Figures::of(parts), *threshold))
}

/// The latest hit of each part in a window.
pub(super) fn latest_parts(view: &View<'_>, place: Key, span: Millis, group: u64) -> Vec<Hit> {
    let mut latest: Vec<Hit> = Vec::new();
    for hit in view.window(place, span, group) {
        latest.retain(|other| other.part != hit.part);
        latest.push(*hit);
    }
    latest
}

/// The outcome of several parts that met.
pub(super) fn of_parts(parts: &[Hit]) -> Outcome {
    let count = Some(Figures::of(parts.len()));
    Outcome {
        seen: Seen {
            count,
            value: count,
            usual: None,
        },
        ..Outcome::by(places(parts.iter()))
    }
}

fn ordered(
    view: &View<'_>,
    steps: &[PartIndex],
    span: Millis,
    group: u64,
    place: Key,
) -> Option<Outcome> {
    let chain = chain(view, steps, span, group, place)?;
    let told = view.window(place, span, group).any(|hit| {
        hit.key < place
            && super::sequence::same_wait(&chain, self::chain(view, steps, span, group, hit.key))
    });
    (!told).then(|| Outcome::by(chain))
}

/// The steps that end at a place: the latest possible before each other.
pub(super) fn chain(
    view: &View<'_>,
    steps: &[PartIndex],
    span: Millis,
    group: u64,
    place: Key,
) -> Option<Vec<Key>> {
    let is_step = |hit: &Hit, step: PartIndex| usize::from(hit.part) == step;
    let (last, earlier) = steps.split_last()?;
    view.hits_at(place)
        .find(|hit| is_step(hit, *last) && hit.group == group)?;
    let window: Vec<&Hit> = view.window(place, span, group).collect();
    let mut chain = vec![place];
    let mut next = place;
    for step in earlier.iter().rev() {
        let mut before = window.iter().rev().filter(|hit| hit.key < next);
        next = before.find(|hit| is_step(hit, *step))?.key;
        chain.push(next);
    }
    chain.reverse();
    Some(chain)
}
