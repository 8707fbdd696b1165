//! It happened once, and not again for too long: what has to be repeated was not.
//!
//! Counted for each thing by itself. A claimed event repeats nothing.

use jiff::SignedDuration;

use super::{Outcome, View};
use crate::moment::{Millis, length, shown, stamp};
use crate::rule::Body;
use crate::state::{Hit, Key};

pub(super) fn at(view: &View<'_>, every: SignedDuration, place: Key) -> Option<Outcome> {
    view.hits_at(place).find(|hit| !hit.claimed)?;
    let due = place.0.saturating_add(length(every));
    if view.now < due || repeated(view, place, due) {
        return None;
    }
    let says = format!(
        "It has to be repeated every {} and was not.",
        shown(length(every))
    );
    Some(Outcome {
        says: vec![says],
        known: Some(stamp(due)),
        ..Outcome::by(vec![place])
    })
}

/// The places that may have become overdue.
pub(super) fn open(view: &View<'_>) -> Vec<Key> {
    view.state
        .hits
        .all()
        .iter()
        .filter(|hit| !hit.claimed)
        .map(|hit| hit.key)
        .collect()
}

/// When the next thing becomes overdue.
pub(super) fn next(view: &View<'_>) -> Option<Millis> {
    let Body::Absence { every, .. } = view.rule.body else {
        return None;
    };
    let due = |place: Key| place.0.saturating_add(length(every));
    let waiting = open(view)
        .into_iter()
        .filter(|place| due(*place) > view.now);
    waiting
        .filter(|place| !repeated(view, *place, due(*place)))
        .map(due)
        .min()
}

fn repeated(view: &View<'_>, place: Key, due: Millis) -> bool {
    let object = |key: Key| view.kept.get(key).and_then(|event| event.object.as_ref());
    let later = &view.state.hits.all()[view.state.hits.from(place)..];
    let in_time = |hit: &&Hit| hit.key > place && hit.key.0 <= due && !hit.claimed;
    later
        .iter()
        .filter(in_time)
        .any(|hit| object(hit.key) == object(place))
}
