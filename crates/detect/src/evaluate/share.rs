//! Many different things at once, and a good share of all that are known.

use sellkeep_model::StateGroup;

use super::count::different;
use super::window::{doublings, places};
use super::{Figures, Outcome, View};
use crate::moment::{Millis, length};
use crate::rule::{Body, Seen};
use crate::state::{Hit, Key};

pub(super) fn at(view: &View<'_>, place: Key) -> Option<Outcome> {
    let Body::Share {
        at_least,
        of_known,
        within,
        ..
    } = &view.rule.body
    else {
        return None;
    };
    let span = length(*within);
    view.hits_at(place).next()?;
    #[allow(clippy::cast_precision_loss)] // Rules ask for a handful.
    let at_least = *at_least as f64;
    let measure = |place: Key| {
        let count = count(view, place, span);
        let wanted = at_least.max(of_known * known(view, place));
        (count >= wanted).then(|| doublings(count, wanted))
    };
    if !view.rises(place, span, 0, measure) {
        return None;
    }
    let known = known(view, place);
    let seen = Seen {
        count: Some(count(view, place, span)),
        value: Some(known),
        usual: None,
    };
    let says = format!(
        "{} different ones within that time.",
        count(view, place, span)
    );
    Some(Outcome {
        seen,
        says: vec![says],
        ..Outcome::by(places(view.window(place, span, 0)))
    })
}

fn count(view: &View<'_>, place: Key, span: Millis) -> f64 {
    let hits: Vec<&Hit> = view.window(place, span, 0).collect();
    Figures::of(different(&hits))
}

/// How many things of that sort were known at a time: those of the snapshot where the
/// thing is a listing, which no rule sees all of.
fn known(view: &View<'_>, place: Key) -> f64 {
    let event = view.kept.get(place);
    let object = event.and_then(|event| event.object.as_ref());
    let listings = object.is_some_and(|object| object.kind == "listing");
    if !listings {
        return 0.0;
    }
    Figures::of(view.snapshot.known(StateGroup::Listings, place.0))
}
