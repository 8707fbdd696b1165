//! When a rule is met: one file for each kind of rule.
//!
//! Every question is "is the rule met at this place?", answered from what stands at or
//! before the place alone. The answer for a place depends on the set of events, never
//! on the order in which they came.

mod absence;
mod any;
mod baseline;
mod contradiction;
mod count;
mod dormant;
mod first_seen;
mod room;
mod sequence;
mod share;
mod silence;
mod temporal;
mod why;
mod window;

use jiff::Timestamp;
use sellkeep_model::Account;

pub(crate) use baseline::{
    anchors as baseline_anchors, count as baseline_count, span_of, uncount as baseline_uncount,
};
pub(crate) use room::{hit, reach, room};
pub(crate) use silence::{Silent, silent};
pub(crate) use why::why;
pub(crate) use window::Figures;

use crate::moment::Millis;
use crate::rule::{Body, CorrelationKind, Rule, Seen};
use crate::snapshot::Snapshot;
use crate::state::{Eyes, Facts, Kept, Key, RuleState};

/// Everything that a rule may look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct View<'a> {
    pub account: &'a Account,
    pub rule: &'a Rule,
    pub state: &'a RuleState,
    pub facts: &'a Facts,
    pub snapshot: &'a Snapshot,
    pub kept: &'a Kept,
    pub eyes: &'a Eyes,
    /// The latest time that anybody told us: what is awaited until later may still come.
    pub now: Millis,
}

/// A rule is met.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Outcome {
    /// The events that it rests on, in order; the last one completed it.
    pub causes: Vec<Key>,
    /// What was counted.
    pub seen: Seen,
    /// What else there is to say about how we know.
    pub says: Vec<String>,
    /// When it could be known, where that is later than its events.
    pub known: Option<Timestamp>,
    /// What it is found at, and how much, where that is not the event that completed it.
    pub anchor: Option<(Key, u64)>,
    /// Only a part of the rule was met, and it asks to be told of that too.
    pub part_only: bool,
}

impl Outcome {
    /// A rule met by events alone.
    fn by(causes: Vec<Key>) -> Outcome {
        Outcome {
            causes,
            ..Outcome::default()
        }
    }
}

/// What a rule finds at a place.
pub(crate) fn at(view: &View<'_>, place: Key) -> Vec<Outcome> {
    let whole = match &view.rule.body {
        Body::Plain { .. } => view.matched(place).then(|| Outcome::by(vec![place])),
        Body::Correlation(correlation) => match correlation.kind {
            CorrelationKind::Temporal | CorrelationKind::TemporalOrdered => {
                temporal::at(view, correlation, place)
            }
            _ => count::at(view, correlation, place),
        },
        Body::Sequence {
            steps,
            within,
            until,
        } => sequence::at(view, steps, *within, *until, place),
        Body::Any {
            at_least, within, ..
        } => any::at(view, *at_least, *within, place),
        Body::FirstSeen { min_history, .. } => first_seen::at(view, *min_history, place),
        Body::Dormant {
            idle,
            at_least,
            within,
            ..
        } => dormant::at(view, *idle, *at_least, *within, place),
        Body::Baseline { .. } => baseline::at(view, place),
        Body::Share { .. } => share::at(view, place),
        Body::Contradiction { .. } => contradiction::at(view, place),
        Body::Absence { every, .. } => absence::at(view, *every, place),
        // These do not wait for events: see `tick` and `risk`.
        Body::Silence { .. } | Body::Risk(_) => None,
    };
    whole.into_iter().chain(parts(view, place)).collect()
}

/// The places at which time alone may have changed the answer.
pub(crate) fn undecided(view: &View<'_>) -> Vec<Key> {
    match view.rule.body {
        Body::Contradiction { .. } => contradiction::open(view),
        Body::Absence { .. } => absence::open(view),
        _ => Vec::new(),
    }
}

/// Whether time alone can change what a rule finds.
pub(crate) fn waits(rule: &Rule) -> bool {
    matches!(rule.body, Body::Contradiction { .. } | Body::Absence { .. })
}

/// When time alone changes an answer next.
pub(crate) fn next_decision(view: &View<'_>) -> Option<Millis> {
    match view.rule.body {
        Body::Contradiction { .. } => contradiction::next(view),
        Body::Absence { .. } => absence::next(view),
        _ => None,
    }
}

/// A Sigma correlation with `generate` is told of each of its events too.
fn parts(view: &View<'_>, place: Key) -> Option<Outcome> {
    let told = matches!(&view.rule.body, Body::Correlation(one) if one.generate);
    (told && view.matched(place)).then(|| Outcome {
        part_only: true,
        ..Outcome::by(vec![place])
    })
}
