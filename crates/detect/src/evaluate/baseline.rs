//! Far above this account's own normal.
//!
//! Normal is the median of the same hours before (or of all spans), with what that
//! usually varies by (MAD) and, where there is little to go by, what chance alone
//! would give. A span that stood out never teaches what is normal, nor does anything
//! merely claimed.

use super::window::{doublings, places};
use super::{Outcome, View};
use crate::moment::{DAY, Millis, length, shown};
use crate::rule::{Body, Metric, Rule, Season, Seen};
use crate::state::{Added, Buckets, Hit, Key, LEARN_SPAN};

/// Fewer samples of the same hour say nothing; then all spans are looked at.
const SAMPLES_MIN: usize = 3;
/// From MAD to the standard deviation of a normal distribution.
const MAD_TO_DEVIATION: f64 = 1.4826;
/// So many deviations above the median is beyond chance, whatever the factor says.
const DEVIATIONS: f64 = 6.0;
/// So many deviations of a count above its rate, for accounts where hardly anything happens.
const COUNT_DEVIATIONS: f64 = 4.0;

/// A burst that comes at another hour than usual is unusual only beyond this many of them.
const BURSTS: f64 = 2.0;

/// What a span's figure was compared with.
struct Usual {
    median: f64,
    limit: f64,
}

struct Measure {
    every: Millis,
    season: Season,
    factor: f64,
    at_least: f64,
    min_history: Millis,
}

/// The span that a time lies in.
pub(crate) fn span_of(rule: &Rule, at: Millis) -> Option<i64> {
    measure(rule).map(|measure| at.div_euclid(measure.every))
}

/// Counts a hit in its span.
pub(crate) fn count(rule: &Rule, buckets: &mut Buckets, hit: &Hit) {
    let Body::Baseline { metric, .. } = &rule.body else {
        return;
    };
    let Some(span) = span_of(rule, hit.key.0) else {
        return;
    };
    let added = match metric {
        Metric::Distinct(_) => Added::Different(hit.of),
        Metric::Count | Metric::Sum(_) => Added::Number(hit.value),
    };
    buckets.add(span, added, hit.claimed);
}

/// Takes a number out of its span again: its event happened at another time. One of
/// several values stays, because another event may have had it too.
pub(crate) fn uncount(rule: &Rule, buckets: &mut Buckets, hit: &Hit) {
    let distinct = matches!(
        &rule.body,
        Body::Baseline {
            metric: Metric::Distinct(_),
            ..
        }
    );
    if !distinct {
        let value = -hit.value;
        count(rule, buckets, &Hit { value, ..*hit });
    }
}

/// The places to look at after something was counted in a span: its own, and those of all
/// later spans, which may have learned something else now.
pub(crate) fn anchors(rule: &Rule, buckets: &Buckets, span: i64) -> Vec<(i64, Key)> {
    let every = measure(rule).map_or(1, |measure| measure.every);
    let spans = buckets.from(span).into_iter();
    spans
        .map(|span| (span, Key::at(span.saturating_mul(every))))
        .collect()
}

pub(super) fn at(view: &View<'_>, place: Key) -> Option<Outcome> {
    let measure = measure(view.rule)?;
    let span = place.0.div_euclid(measure.every);
    let figure = view.state.buckets.figure(span);
    if figure < measure.at_least {
        return None;
    }
    let watched = span * measure.every - view.facts.since?;
    if watched < measure.min_history {
        return None;
    }
    let usual = usual(view, &measure, span)?;
    (figure >= usual.limit).then(|| outcome(view, &measure, place, figure, &usual))
}

/// How the newest span compares.
pub(super) fn why(view: &View<'_>) -> Vec<String> {
    let Some(measure) = measure(view.rule) else {
        return Vec::new();
    };
    let span = view.now.div_euclid(measure.every);
    let figure = view.state.buckets.figure(span);
    let watched = view.facts.since.map_or(0, |since| view.now - since);
    let mut says = vec![format!(
        "Now {} within {}; below {} nothing is unusual.",
        short(figure),
        shown(measure.every),
        short(measure.at_least)
    )];
    if watched < measure.min_history {
        says.push(format!(
            "We have watched for {}; a normal takes {}.",
            shown(watched),
            shown(measure.min_history)
        ));
    }
    if let Some(usual) = usual(view, &measure, span) {
        let (median, limit) = (short(usual.median), short(usual.limit));
        says.push(format!("Usual is {median}, and up to {limit} is normal."));
    }
    says
}

fn outcome(view: &View<'_>, measure: &Measure, place: Key, figure: f64, usual: &Usual) -> Outcome {
    let end = Key::end_of(place.0 + measure.every - 1);
    let causes = places(view.state.hits.window(end, measure.every).iter());
    let says = format!(
        "{} within {}; usual at this time is {}, and up to {} would still be normal.",
        short(figure),
        shown(measure.every),
        short(usual.median),
        short(usual.limit)
    );
    let seen = Seen {
        count: Some(figure),
        value: Some(figure),
        usual: Some(usual.median),
    };
    Outcome {
        seen,
        says: vec![says],
        anchor: Some((place, u64::from(doublings(figure, usual.limit)))),
        ..Outcome::by(causes)
    }
}

fn short(figure: f64) -> String {
    let text = format!("{figure:.1}");
    text.trim_end_matches(".0").to_owned()
}

fn measure(rule: &Rule) -> Option<Measure> {
    let Body::Baseline {
        every,
        season,
        factor,
        at_least,
        min_history,
        ..
    } = rule.body
    else {
        return None;
    };
    Some(Measure {
        every: length(every).max(1),
        season,
        factor,
        at_least,
        min_history: length(min_history),
    })
}

fn usual(view: &View<'_>, measure: &Measure, span: i64) -> Option<Usual> {
    let every = measure.every;
    let step = match measure.season {
        Season::None => 1,
        Season::Day => (DAY / every).max(1),
        Season::Week => (7 * DAY / every).max(1),
    };
    let first = (view.facts.since?.div_euclid(every) + 1).max(span - LEARN_SPAN / every);
    let mut samples = samples(&view.state.buckets, first, span, step);
    if samples.len() < SAMPLES_MIN {
        samples = self::samples(&view.state.buckets, first, span, 1);
    }
    if samples.is_empty() {
        return None;
    }
    let mut busy = view.state.buckets.busy_before(span);
    Some(limits(measure, &mut samples, &mut busy))
}

fn samples(buckets: &Buckets, first: i64, span: i64, step: i64) -> Vec<f64> {
    let mut samples = Vec::new();
    let mut at = span - step;
    while at >= first {
        samples.extend(buckets.taught(at));
        at -= step;
    }
    samples
}

fn limits(measure: &Measure, samples: &mut [f64], busy: &mut [f64]) -> Usual {
    // Without seasons, a busy span is compared with busy ones: what comes in bursts
    // (an import each week) is idle most of the time.
    let busy = self::median(busy);
    let median = match measure.season {
        Season::None => median(samples).max(busy),
        Season::Day | Season::Week => median(samples),
    };
    let mut apart: Vec<f64> = samples
        .iter()
        .map(|sample| (sample - median).abs())
        .collect();
    let spread = self::median(&mut apart) * MAD_TO_DEVIATION;
    // One event more than was seen, in one span more: an account where nothing has
    // ever happened is not surprised by the first event.
    let count = super::Figures::of(samples.len());
    let rate = (samples.iter().sum::<f64>() + 1.0) / (count + 1.0);
    let by_chance = rate + COUNT_DEVIATIONS * rate.sqrt();
    let by_factor = measure.factor * median;
    let limit = [
        measure.at_least,
        by_factor,
        median + DEVIATIONS * spread,
        by_chance,
        BURSTS * busy,
    ];
    Usual {
        median,
        limit: limit.into_iter().fold(0.0, f64::max),
    }
}

fn median(samples: &mut [f64]) -> f64 {
    samples.sort_by(f64::total_cmp);
    let middle = samples.len() / 2;
    match samples {
        [] => 0.0,
        samples if samples.len() % 2 == 1 => samples[middle],
        samples => f64::midpoint(samples[middle - 1], samples[middle]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_resist_outliers() {
        assert!((median(&mut [1.0, 900.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(&mut [1.0, 3.0, 2.0, 900.0]) - 2.5).abs() < 1e-9);
        assert!(median(&mut []).abs() < 1e-9);
    }
}
