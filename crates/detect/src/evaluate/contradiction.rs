//! A fact without its notice, or a notice without its fact.
//!
//! Decided only when the wait is over, and only if the other side could have told us:
//! a source that is silent itself contradicts nothing. The counterpart may have come
//! before; when it comes late after all, the finding is withdrawn. A claimed event is
//! never a counterpart.

use sellkeep_model::Field;

use super::{Outcome, View};
use crate::moment::{DAY, Millis, length, millis, shown, stamp};
use crate::rule::{Body, Missing, PartIndex};
use crate::state::{Hit, Key, is_mailbox};
use crate::tails::same_tail;

/// A notice may be older than the reading that shows its fact by as much as sources lag
/// behind: reports are made once a day.
const EARLIER_MAX: Millis = DAY;

/// A question that nobody could answer for so long is dropped.
const UNDECIDED_MAX: Millis = 7 * DAY;

struct Sides {
    present: PartIndex,
    missing: PartIndex,
    within: Millis,
    notice_is_missing: bool,
}

pub(super) fn at(view: &View<'_>, place: Key) -> Option<Outcome> {
    let sides = sides(view)?;
    view.hits_at(place)
        .find(|hit| usize::from(hit.part) == sides.present)?;
    let decided = decision(view, &sides, place)?;
    if view.now < decided || answered(view, &sides, place, decided) || blind(view, &sides, decided)
    {
        return None;
    }
    let what = if sides.notice_is_missing {
        "no notice"
    } else {
        "no change in the account"
    };
    let says = format!(
        "We waited for {} and saw {what} that belongs to it, although the source was there.",
        shown(sides.within)
    );
    Some(Outcome {
        says: vec![says],
        known: Some(stamp(decided)),
        ..Outcome::by(vec![place])
    })
}

/// The places whose wait is not older than the longest question.
pub(super) fn open(view: &View<'_>) -> Vec<Key> {
    let Some(sides) = sides(view) else {
        return Vec::new();
    };
    let hits = view.state.hits.all().iter();
    let open = hits.filter(|hit| usize::from(hit.part) == sides.present);
    let recent = |hit: &&Hit| hit.key.0 + sides.within + UNDECIDED_MAX >= view.now;
    open.filter(recent).map(|hit| hit.key).collect()
}

/// When the next wait is over. One that is over without an answer, because the other
/// side was silent, is asked again every hour.
pub(super) fn next(view: &View<'_>) -> Option<Millis> {
    let sides = sides(view)?;
    let open = self::open(view);
    let times = open.iter().filter_map(|place| {
        let decided = decision(view, &sides, *place)?;
        if decided > view.now {
            return Some(decided);
        }
        let unanswered = !answered(view, &sides, *place, decided);
        (unanswered && blind(view, &sides, decided)).then_some(view.now + DAY / 24)
    });
    times.min()
}

/// What each open question waits for.
pub(super) fn why(view: &View<'_>) -> Vec<String> {
    let Some(sides) = sides(view) else {
        return Vec::new();
    };
    let open = self::open(view);
    let says = open.into_iter().filter_map(|place| {
        let decided = decision(view, &sides, place)?;
        let answer = if answered(view, &sides, place, decided) {
            "its counterpart came"
        } else if view.now < decided {
            "the wait for its counterpart is not over"
        } else if blind(view, &sides, decided) {
            "the other side was silent, so its silence says nothing"
        } else {
            "its counterpart did not come"
        };
        let at = crate::explain::time_shown(stamp(place.0));
        Some(format!("{at}: {answer}."))
    });
    says.collect()
}

fn sides(view: &View<'_>) -> Option<Sides> {
    let Body::Contradiction {
        fact,
        notice,
        within,
        missing,
    } = view.rule.body
    else {
        return None;
    };
    let notice_is_missing = missing == Missing::Notice;
    let (present, missing) = if notice_is_missing {
        (fact, notice)
    } else {
        (notice, fact)
    };
    Some(Sides {
        present,
        missing,
        within: length(within),
        notice_is_missing,
    })
}

/// When the wait for a counterpart is over: it begins when we learned of the event.
fn decision(view: &View<'_>, sides: &Sides, place: Key) -> Option<Millis> {
    let event = view.kept.get(place)?;
    Some(
        millis(event.learned)
            .max(place.0)
            .saturating_add(sides.within),
    )
}

fn answered(view: &View<'_>, sides: &Sides, place: Key, decided: Millis) -> bool {
    let earliest = place.0 - sides.within.max(EARLIER_MAX);
    let hits = view.state.hits.all().iter();
    let counterparts = hits.filter(|hit| usize::from(hit.part) == sides.missing && !hit.claimed);
    let near = counterparts.filter(|hit| (earliest..=decided).contains(&hit.key.0));
    near.into_iter().any(|hit| belongs(view, place, hit.key))
}

/// Two events that name different account endings speak of different things.
fn belongs(view: &View<'_>, one: Key, other: Key) -> bool {
    let tail = |key| {
        view.kept
            .get(key)
            .and_then(|event| event.after.text(Field::Tail))
    };
    match (tail(one), tail(other)) {
        (Some(one), Some(other)) => same_tail(one, other),
        _ => true,
    }
}

/// Whether the other side could not have told us.
fn blind(view: &View<'_>, sides: &Sides, decided: Millis) -> bool {
    let other_side = |source: &str| is_mailbox(source) == sides.notice_is_missing;
    !view.eyes.alive(view.account, decided, other_side)
}
