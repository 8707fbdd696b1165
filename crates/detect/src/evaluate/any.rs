//! So many different parts, in any order. Told again when one part more joins.

use jiff::SignedDuration;

use super::temporal::{latest_parts, of_parts};
use super::{Outcome, View};
use crate::moment::length;
use crate::state::Key;

pub(super) fn at(
    view: &View<'_>,
    at_least: usize,
    within: SignedDuration,
    place: Key,
) -> Option<Outcome> {
    view.hits_at(place).next()?;
    let span = length(within).saturating_add(1);
    let measure = |place: Key| {
        let parts = latest_parts(view, place, span, 0).len();
        (parts >= at_least).then(|| u32::try_from(parts).unwrap_or(u32::MAX))
    };
    view.rises(place, span, 0, measure)
        .then(|| of_parts(&latest_parts(view, place, span, 0)))
}
