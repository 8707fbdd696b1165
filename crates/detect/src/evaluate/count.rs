//! Sigma's counting correlations: events, different values, sums, means, percentiles.
//!
//! Windows are open at their begin and slide with event time. A condition that keeps
//! holding is told again only when its figure doubles. An upper bound is judged at
//! each event: absence is the business of silence, not of a count.

use super::window::{doublings, places};
use super::{Figures, Outcome, View};
use crate::moment::length;
use crate::rule::{Comparison, Correlation, CorrelationKind, Seen};
use crate::state::{Hit, Key};

pub(super) fn at(view: &View<'_>, correlation: &Correlation, place: Key) -> Option<Outcome> {
    let span = length(correlation.timespan);
    let group = view.hits_at(place).next()?.group;
    let measure = |place: Key| {
        let figure = figure(view, correlation, place, group)?;
        holds(correlation, figure).then(|| doublings(figure, threshold(correlation)))
    };
    if !view.rises(place, span, group, measure) {
        return None;
    }
    let causes = places(view.window(place, span, group));
    let seen = Seen {
        count: Some(Figures::of(causes.len())),
        value: figure(view, correlation, place, group),
        usual: None,
    };
    Some(Outcome {
        seen,
        ..Outcome::by(causes)
    })
}

fn figure(view: &View<'_>, correlation: &Correlation, place: Key, group: u64) -> Option<f64> {
    let hits: Vec<&Hit> = view
        .window(place, length(correlation.timespan), group)
        .collect();
    match &correlation.kind {
        CorrelationKind::ValueCount(_) => Some(Figures::of(different(&hits))),
        CorrelationKind::ValueSum(_) => Some(sum(&hits)),
        CorrelationKind::ValueAvg(_) => mean(&hits),
        CorrelationKind::ValuePercentile(_, per_cent) => percentile(&hits, *per_cent),
        _ => Some(Figures::of(places(hits.into_iter()).len())),
    }
}

fn holds(correlation: &Correlation, figure: f64) -> bool {
    let mut conditions = correlation.conditions.iter();
    conditions.all(|(comparison, threshold)| comparison.holds(figure, *threshold))
}

/// The lower bound, from which doublings are counted.
fn threshold(correlation: &Correlation) -> f64 {
    let lower = correlation.conditions.iter().find(|(comparison, _)| {
        matches!(
            comparison,
            Comparison::Gt | Comparison::Gte | Comparison::Eq
        )
    });
    lower.map_or(f64::MAX, |(_, threshold)| *threshold)
}

pub(super) fn different(hits: &[&Hit]) -> usize {
    let mut values: Vec<u64> = hits.iter().map(|hit| hit.of).collect();
    values.sort_unstable();
    values.dedup();
    values.len()
}

fn sum(hits: &[&Hit]) -> f64 {
    hits.iter().map(|hit| hit.value).sum()
}

fn mean(hits: &[&Hit]) -> Option<f64> {
    (!hits.is_empty()).then(|| sum(hits) / Figures::of(hits.len()))
}

/// The nearest-rank percentile.
fn percentile(hits: &[&Hit], per_cent: f64) -> Option<f64> {
    let mut values: Vec<f64> = hits.iter().map(|hit| hit.value).collect();
    values.sort_by(f64::total_cmp);
    let rank = (per_cent / 100.0 * Figures::of(values.len()))
        .ceil()
        .max(1.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // 1 … number of hits.
    values.get(rank as usize - 1).copied()
}
