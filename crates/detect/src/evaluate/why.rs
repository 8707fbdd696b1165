//! Why a rule is not met: what it has seen, and what it still lacks.
//!
//! Answered from the same hits, counters and waits that the rule itself is asked on.

use jiff::SignedDuration;

use super::{View, absence, baseline, contradiction, silence, temporal};
use crate::explain::time_shown;
use crate::moment::{Millis, length, shown, stamp};
use crate::rule::{Body, PartIndex};
use crate::state::{Hit, Key};

/// What a rule has seen, and what it still lacks.
pub(crate) fn why(view: &View<'_>) -> Vec<String> {
    let mut says: Vec<String> = (0..view.rule.parts.len())
        .map(|part| seen(view, part))
        .collect();
    says.extend(match &view.rule.body {
        Body::Plain { .. } | Body::Risk(_) => Vec::new(),
        Body::Correlation(one) => together(view, one.timespan, one.rules.len()),
        Body::Sequence { steps, within, .. } => {
            let mut says = together(view, *within, steps.len());
            says.push("They must come in this order, each after the one before.".to_owned());
            says
        }
        Body::Any {
            at_least, within, ..
        } => together(view, *within, *at_least),
        Body::FirstSeen { min_history, .. } => history(view, *min_history),
        Body::Dormant {
            idle,
            at_least,
            within,
            ..
        } => dormant(view, *idle, *at_least, *within),
        Body::Share {
            at_least, within, ..
        } => vec![format!(
            "At least {at_least} different ones must come within {}.",
            shown(length(*within))
        )],
        Body::Baseline { .. } => baseline::why(view),
        Body::Contradiction { .. } => contradiction::why(view),
        Body::Absence { .. } => due(view),
        Body::Silence { .. } => sources(view),
    });
    says
}

fn seen(view: &View<'_>, part: PartIndex) -> String {
    let name = view
        .rule
        .parts
        .get(part)
        .map_or("", |part| part.name.as_str());
    let hits = view
        .state
        .hits
        .all()
        .iter()
        .filter(|hit| usize::from(hit.part) == part);
    match hits.clone().next_back() {
        None => format!("`{name}` has not matched any event that is remembered."),
        Some(last) => format!(
            "`{name}` has matched {} of the events that are remembered, last on {}.",
            hits.count(),
            time_shown(stamp(last.key.0))
        ),
    }
}

/// How many different parts stand in the newest window.
fn together(view: &View<'_>, within: SignedDuration, wanted: usize) -> Vec<String> {
    let now = Key::end_of(view.now);
    let hits: Vec<&Hit> = view.state.hits.window(now, length(within)).iter().collect();
    let Some(last) = hits.last() else {
        return vec![format!(
            "Nothing came within the last {}.",
            shown(length(within))
        )];
    };
    let parts = temporal::latest_parts(view, now, length(within), last.group).len();
    vec![format!(
        "Within the last {} came {} events that meet {parts} of {wanted} parts.",
        shown(length(within)),
        hits.len()
    )]
}

fn history(view: &View<'_>, min_history: SignedDuration) -> Vec<String> {
    let watched = view.facts.since.map_or(0, |since| view.now - since);
    vec![format!(
        "We have watched for {}; before {} nothing counts as new.",
        shown(watched),
        shown(length(min_history))
    )]
}

fn dormant(
    view: &View<'_>,
    idle: SignedDuration,
    at_least: u64,
    within: SignedDuration,
) -> Vec<String> {
    let last = view.facts.last_active(view.now);
    let quiet = last.or(view.facts.since).map_or(0, |last| view.now - last);
    vec![
        format!(
            "Quiet for {} now; {} are asked for.",
            shown(quiet),
            shown(length(idle))
        ),
        format!(
            "Then at least {at_least} must come within {}.",
            shown(length(within))
        ),
    ]
}

fn due(view: &View<'_>) -> Vec<String> {
    let next: Option<Millis> = absence::next(view);
    let says = next.map(|next| format!("It is due again on {}.", time_shown(stamp(next))));
    says.into_iter().collect()
}

fn sources(view: &View<'_>) -> Vec<String> {
    let silent = silence::silent(view);
    if silent.is_empty() {
        return vec!["The account expects no source to be heard at certain times.".to_owned()];
    }
    let says = silent.into_iter().map(|source| {
        let from = time_shown(stamp(source.from));
        format!("{} may be silent until {from}.", source.source)
    });
    says.collect()
}
