//! Quiet for long, then busy: the way accounts that nobody looks after are revived.
//!
//! Quiet means that nothing was ordered, listed or repriced. Where we know of no
//! such thing at all, only the time we have watched counts.

use jiff::SignedDuration;

use super::window::{doublings, places};
use super::{Figures, Outcome, View};
use crate::moment::{Millis, length, shown};
use crate::rule::Seen;
use crate::state::{Hit, Key};

pub(super) fn at(
    view: &View<'_>,
    idle: SignedDuration,
    at_least: u64,
    within: SignedDuration,
    place: Key,
) -> Option<Outcome> {
    let span = length(within);
    view.hits_at(place).next()?;
    #[allow(clippy::cast_precision_loss)] // Rules ask for a handful.
    let wanted = at_least as f64;
    let measure = |place: Key| {
        let hits: Vec<&Hit> = view.window(place, span, 0).collect();
        let count = Figures::of(places(hits.iter().copied()).len());
        let quiet = quiet_before(view, hits.first()?.key.0)?;
        (count >= wanted && quiet >= length(idle)).then(|| doublings(count, wanted))
    };
    if !view.rises(place, span, 0, measure) {
        return None;
    }
    let causes = places(view.window(place, span, 0));
    let quiet = quiet_before(view, causes.first()?.0)?;
    let seen = Seen {
        count: Some(Figures::of(causes.len())),
        ..Seen::default()
    };
    let says = format!("Before that nothing had happened for {}.", shown(quiet));
    Some(Outcome {
        seen,
        says: vec![says],
        ..Outcome::by(causes)
    })
}

/// How long it had been quiet before a time, as far as we know.
fn quiet_before(view: &View<'_>, at: Millis) -> Option<Millis> {
    let since = view.facts.since.filter(|since| *since < at);
    view.facts.last_active(at).or(since).map(|last| at - last)
}
