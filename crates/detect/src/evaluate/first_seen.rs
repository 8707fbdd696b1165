//! A value never seen before, once we have watched long enough to say so.
//!
//! A claimed event may be the first to show a value, but never makes it known.

use jiff::SignedDuration;

use super::{Outcome, View};
use crate::moment::{length, shown};
use crate::state::Key;

pub(super) fn at(view: &View<'_>, min_history: SignedDuration, place: Key) -> Option<Outcome> {
    let hit = view.hits_at(place).next()?;
    let first = view.state.first.get(hit.of);
    if first.is_some_and(|first| first < place) {
        return None;
    }
    let watched = place.0 - view.facts.since?;
    if watched < length(min_history) {
        return None;
    }
    let says = format!(
        "We have watched for {} and had not seen this before.",
        shown(watched)
    );
    Some(Outcome {
        says: vec![says],
        ..Outcome::by(vec![place])
    })
}
