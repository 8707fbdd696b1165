//! Parts in their order, unless something ends the wait.
//!
//! One event never makes two steps. Each wait is told once: a second last step after
//! the same earlier ones is no news. A claimed event never ends a wait.

use jiff::SignedDuration;

use super::temporal::chain;
use super::{Outcome, View};
use crate::moment::length;
use crate::rule::PartIndex;
use crate::state::Key;

pub(super) fn at(
    view: &View<'_>,
    steps: &[PartIndex],
    within: SignedDuration,
    until: Option<PartIndex>,
    place: Key,
) -> Option<Outcome> {
    // "Within" is from the first step to the last, both included.
    let span = length(within).saturating_add(1);
    let found = chain(view, steps, span, 0, place)?;
    if ended(view, &found, until) {
        return None;
    }
    let mut earlier = view.window(place, span, 0).filter(|hit| hit.key < place);
    let told = earlier.any(|hit| same_wait(&found, chain(view, steps, span, 0, hit.key)));
    (!told).then(|| Outcome::by(found))
}

/// Whether two chains differ in their last step only.
pub(super) fn same_wait(one: &[Key], other: Option<Vec<Key>>) -> bool {
    one.len() > 1 && other.is_some_and(|other| other[..other.len() - 1] == one[..one.len() - 1])
}

fn ended(view: &View<'_>, chain: &[Key], until: Option<PartIndex>) -> bool {
    let (Some(until), Some(first), Some(last)) = (until, chain.first(), chain.last()) else {
        return false;
    };
    let from = view.state.hits.from(*first);
    let between = view.state.hits.all()[from..]
        .iter()
        .take_while(|hit| hit.key < *last);
    between
        .into_iter()
        .any(|hit| usize::from(hit.part) == until && !hit.claimed)
}
