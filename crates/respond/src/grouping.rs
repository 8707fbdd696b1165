//! Several alerts, one message: what waits for what on one channel.
//!
//! The first *Act now* goes out at once; a flood of them goes out as one message every few
//! seconds. Everything else is gathered for the channel's window and then waits for the
//! end of the quiet hours. Services that keep a list get one message for each alert.

use jiff::SignedDuration;
use sellkeep_model::{AlertLevel, Route, Timestamp};

use crate::delivery::{self, Delivery, Pending, Why};
use crate::quiet;

/// Between two *Act now* messages on one channel: fast enough to act, slow enough that a
/// thousand changed listings do not become a thousand messages.
pub const ACT_NOW_GAP: SignedDuration = SignedDuration::from_secs(10);

/// More alerts than this in one delivery make it too large for some channels; the text
/// shows fewer and counts the rest.
pub const PARTS_MAX: usize = 200;

/// The deliveries of one channel.
pub fn group(route: &Route, mut pending: Vec<Pending>, last: Option<Timestamp>) -> Vec<Delivery> {
    pending.sort_by(|one, other| (one.at, &one.part.alert).cmp(&(other.at, &other.part.alert)));
    let (urgent, rest): (Vec<Pending>, Vec<Pending>) = pending.into_iter().partition(is_urgent);
    if route.one_by_one {
        return urgent
            .into_iter()
            .chain(rest)
            .map(|one| alone(route, one))
            .collect();
    }
    let mut deliveries = gathered(route, urgent, |first| not_before(first, last));
    let window = route.batch.map_or(SignedDuration::ZERO, |batch| batch.0);
    deliveries.extend(gathered(route, rest, |first| {
        held(route, first.at.checked_add(window).unwrap_or(first.at))
    }));
    deliveries
}

/// *Act now* that is not over.
fn is_urgent(pending: &Pending) -> bool {
    pending.part.level == AlertLevel::ActNow && pending.part.why != Why::Resolved
}

fn not_before(first: &Pending, last: Option<Timestamp>) -> Timestamp {
    let free = last.and_then(|last| last.checked_add(ACT_NOW_GAP).ok());
    free.map_or(first.at, |free| free.max(first.at))
}

/// What is not urgent waits for the morning; a matter that is over is never urgent.
fn held(route: &Route, at: Timestamp) -> Timestamp {
    quiet::held_until(at, AlertLevel::CheckToday, route.quiet.as_ref())
}

fn alone(route: &Route, pending: Pending) -> Delivery {
    let at = if is_urgent(&pending) {
        pending.at
    } else {
        held(route, pending.at)
    };
    delivery(route, at, vec![pending])
}

/// Takes the first, sees when it goes out, and takes along everything due by then.
fn gathered(
    route: &Route,
    pending: Vec<Pending>,
    due: impl Fn(&Pending) -> Timestamp,
) -> Vec<Delivery> {
    let mut deliveries: Vec<Delivery> = Vec::new();
    let mut waiting = pending.into_iter().peekable();
    while let Some(first) = waiting.next() {
        let mut at = due(&first);
        if let Some(before) = deliveries.last() {
            at = at.max(before.at);
        }
        let mut together = vec![first];
        while together.len() < PARTS_MAX
            && let Some(next) = waiting.next_if(|next| next.at <= at)
        {
            together.push(next);
        }
        deliveries.push(delivery(route, at, together));
    }
    deliveries
}

fn delivery(route: &Route, at: Timestamp, pending: Vec<Pending>) -> Delivery {
    let mut parts: Vec<_> = pending.into_iter().map(|pending| pending.part).collect();
    parts.sort_by(|one, other| {
        (other.level, other.why, &one.alert).cmp(&(one.level, one.why, &other.alert))
    });
    Delivery {
        id: delivery::id(&route.name, &parts),
        channel: route.name.clone(),
        at,
        parts,
    }
}
