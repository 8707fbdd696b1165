//! The ladder: who is told when nobody has acknowledged.
//!
//! A step counts from the first telling at its level, wherever that was. If nothing could
//! be told, it counts from the time the alert was raised, or rose to that level. An alert
//! that was told and is counted again and again does not push the step away.

use sellkeep_model::{Alert, LadderStep, Route, Timestamp};

use crate::delivery::{self, Sent, Why};

/// When this channel is told by the ladder, if it has not been.
pub fn turn(
    route: &Route,
    steps: &[LadderStep],
    alert: &Alert,
    sent: &[&Sent],
    now: Timestamp,
) -> Option<(Why, Timestamp)> {
    if !delivery::is_waiting(alert, now) || !delivery::is_for(route, &alert.detection.account) {
        return None;
    }
    let open: Vec<&Sent> = since_it_was_over(sent);
    let climbs =
        |step: &&LadderStep| step.channel == route.name && alert.detection.level >= step.level;
    let times = steps
        .iter()
        .filter(climbs)
        .filter_map(|step| time(step, alert, &open));
    // A step that was climbed is over; a later step on the same channel is climbed later.
    let climbed = open
        .iter()
        .filter(|sent| sent.channel == route.name && sent.why == Why::Escalated)
        .count();
    let mut times: Vec<Timestamp> = times.collect();
    times.sort();
    times.get(climbed).map(|at| (Why::Escalated, *at))
}

fn since_it_was_over<'s>(sent: &[&'s Sent]) -> Vec<&'s Sent> {
    let mut sent = sent.to_vec();
    sent.sort_by_key(|sent| sent.at);
    let open = sent
        .iter()
        .rev()
        .take_while(|sent| sent.why != Why::Resolved);
    let mut open: Vec<&Sent> = open.copied().collect();
    open.reverse();
    open
}

fn time(step: &LadderStep, alert: &Alert, open: &[&Sent]) -> Option<Timestamp> {
    let told = open.iter().find(|sent| sent.level >= step.level);
    let from = match (told, open.is_empty()) {
        (Some(sent), _) => sent.at,
        (None, true) => alert.raised,
        (None, false) => alert.changed,
    };
    from.checked_add(step.after.0).ok()
}
