//! A detection becomes an alert, or joins the thread of one.
//!
//! One thread for one rule, account and object. A detection that says nothing new
//! changes nothing a person sees. Silence that a person asked for (snooze, "it was
//! me") ends when something heavier or something new happens.
//! Not here: who is told, when and on which channel (`delivery`).

use std::collections::BTreeMap;

use sellkeep_model::{Alert, AlertLevel, AlertState, Cause, Detection, Timestamp, id_of};

/// How alerts are made of detections.
#[derive(Debug, Clone, Copy)]
pub struct AlertPolicy {
    /// Open threads of one rule on one account; further objects go into one thread
    /// for all, so that a wave over a thousand listings is one alert and not a thousand.
    pub threads_max: usize,
    /// Causes kept in a thread: the first ones and the newest tell the story.
    pub causes_max: usize,
}

impl Default for AlertPolicy {
    fn default() -> AlertPolicy {
        AlertPolicy {
            threads_max: 10,
            causes_max: 20,
        }
    }
}

/// What a detection did to the alerts.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// A new alert, or one that had ended and begins again.
    Raised(Alert),
    /// A person should see that it changed: heavier, an earlier deadline, a new cause.
    Revised(Alert),
    /// Counted, nothing else.
    Counted(Alert),
    /// Known already.
    Nothing,
}

/// The alerts of some accounts, by id.
#[derive(Debug, Clone, Default)]
pub struct Board {
    alerts: BTreeMap<String, Alert>,
    threads: BTreeMap<(String, String), usize>,
}

impl Board {
    /// A board of known alerts.
    pub fn new(alerts: impl IntoIterator<Item = Alert>) -> Board {
        let mut board = Board::default();
        for alert in alerts {
            board.put(alert);
        }
        board
    }

    /// One alert.
    pub fn get(&self, id: &str) -> Option<&Alert> {
        self.alerts.get(id)
    }

    /// All alerts in the order of their ids.
    pub fn alerts(&self) -> impl Iterator<Item = &Alert> {
        self.alerts.values()
    }

    fn put(&mut self, alert: Alert) {
        let thread = (
            alert.detection.account.clone(),
            alert.detection.rule.clone(),
        );
        if self.alerts.insert(alert.id.clone(), alert).is_none() {
            *self.threads.entry(thread).or_default() += 1;
        }
    }

    fn threads_of(&self, detection: &Detection) -> usize {
        let thread = (detection.account.clone(), detection.rule.clone());
        self.threads.get(&thread).copied().unwrap_or_default()
    }
}

/// Raises an alert from a detection, or joins it to its thread.
pub fn raise(
    policy: &AlertPolicy,
    board: &mut Board,
    detection: &Detection,
    now: Timestamp,
) -> Change {
    let detection = threaded(policy, board, detection);
    let change = match board.get(&detection.id) {
        None => Change::Raised(first(detection, now)),
        Some(known) => joined(policy, known, detection, now),
    };
    match &change {
        Change::Raised(alert) | Change::Revised(alert) | Change::Counted(alert) => {
            board.put(alert.clone());
        }
        Change::Nothing => {}
    }
    change
}

/// The id of the thread that takes further objects of a rule on an account once there
/// are too many threads for one object each.
pub fn for_all(detection: &Detection) -> String {
    id_of(&["many", &detection.rule, &detection.account])
}

/// The detection itself, or its place in the thread for all further objects.
fn threaded(policy: &AlertPolicy, board: &Board, detection: &Detection) -> Detection {
    let mut detection = detection.clone();
    let known = board.get(&detection.id).is_some();
    if !known && detection.object.is_some() && board.threads_of(&detection) >= policy.threads_max {
        detection.id = for_all(&detection);
        detection.object = None;
        detection.title = format!("{} (and more of the kind)", detection.title);
    }
    detection
}

fn first(detection: Detection, now: Timestamp) -> Alert {
    Alert {
        id: detection.id.clone(),
        detection,
        count: 1,
        revision: 1,
        raised: now,
        changed: now,
        state: AlertState::Open,
    }
}

fn joined(policy: &AlertPolicy, known: &Alert, detection: Detection, now: Timestamp) -> Change {
    if !says_something_new(known, &detection) {
        return Change::Nothing;
    }
    let begins_again = has_ended(&known.state, now);
    let heavier = detection.level > known.detection.level;
    let nearer = is_nearer(detection.deadline, known.detection.deadline);
    let mut alert = known.clone();
    alert.count += 1;
    alert.changed = now;
    let causes = merged_causes(policy, &known.detection, &detection);
    if begins_again {
        // What is over has no say in what is told now, but is not told once more.
        alert.detection = Detection {
            causes,
            ..detection
        };
        alert.state = AlertState::Open;
        alert.revision += 1;
        return Change::Raised(alert);
    }
    alert.detection = merged(&known.detection, detection, causes);
    if !(heavier || nearer) {
        return Change::Counted(alert);
    }
    alert.revision += 1;
    if heavier && matches!(alert.state, AlertState::Snoozed { .. }) {
        alert.state = AlertState::Open;
    }
    Change::Revised(alert)
}

fn says_something_new(known: &Alert, detection: &Detection) -> bool {
    let before = &known.detection;
    // What only time tells, like silence, has no cause: it is new when it begins anew.
    let later = detection.causes.is_empty() && detection.at > before.at;
    later
        || detection.level > before.level
        || is_nearer(detection.deadline, before.deadline)
        || detection
            .causes
            .iter()
            .any(|cause| before.causes.iter().all(|old| old.event != cause.event))
}

/// Whether a person closed it, so that something new begins it again.
fn has_ended(state: &AlertState, now: Timestamp) -> bool {
    match state {
        AlertState::Open | AlertState::Acknowledged { .. } | AlertState::NotMe { .. } => false,
        AlertState::Snoozed { until, .. } => *until <= now,
        AlertState::ItWasMe { .. } | AlertState::Resolved { .. } => true,
    }
}

fn is_nearer(new: Option<Timestamp>, old: Option<Timestamp>) -> bool {
    match (new, old) {
        (Some(new), Some(old)) => new < old,
        (Some(_), None) => true,
        (None, _) => false,
    }
}

/// Causes of both, the oldest and the newest kept.
fn merged_causes(policy: &AlertPolicy, old: &Detection, new: &Detection) -> Vec<Cause> {
    let mut causes = old.causes.clone();
    for cause in &new.causes {
        if causes.iter().all(|known| known.event != cause.event) {
            causes.push(cause.clone());
        }
    }
    causes.sort();
    if causes.len() > policy.causes_max {
        let newest = causes.split_off(causes.len() - policy.causes_max / 2);
        causes.truncate(policy.causes_max - newest.len());
        causes.extend(newest);
    }
    causes
}

/// The heavier text stays on top.
fn merged(old: &Detection, new: Detection, causes: Vec<Cause>) -> Detection {
    let mut top = if new.level >= old.level {
        new
    } else {
        old.clone()
    };
    top.causes = causes;
    top.happened = top.happened.min(old.happened);
    top.deadline = match (top.deadline, old.deadline) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    };
    top
}

/// What a person says about an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// He is on it.
    Acknowledge,
    /// Not now.
    Snooze {
        /// Until when.
        until: Timestamp,
        /// Why.
        reason: String,
    },
    /// He did it himself.
    ItWasMe,
    /// He did not.
    NotMe,
    /// Done.
    Resolve {
        /// What came of it.
        reason: String,
    },
}

/// The alert after a person's answer. A heavier level never hides behind a snooze of
/// unlimited length: `until` is cut to a week.
pub fn answer(alert: &Alert, answer: &Answer, by: &str, now: Timestamp) -> Alert {
    let mut alert = alert.clone();
    let by = by.to_owned();
    alert.changed = now;
    alert.revision += 1;
    alert.state = match answer {
        Answer::Acknowledge => AlertState::Acknowledged { by, at: now },
        Answer::Snooze { until, reason } => AlertState::Snoozed {
            by,
            until: (*until).min(now + SNOOZE_MAX),
            reason: reason.clone(),
        },
        Answer::ItWasMe => AlertState::ItWasMe { by, at: now },
        Answer::NotMe => AlertState::NotMe { by, at: now },
        Answer::Resolve { reason } => AlertState::Resolved {
            reason: reason.clone(),
            at: now,
        },
    };
    alert
}

/// A longer silence than a week is a decision to switch the rule off, and must be made as such.
const SNOOZE_MAX: jiff::SignedDuration = jiff::SignedDuration::from_hours(7 * 24);

/// Whether somebody still has to do something about it.
pub fn needs_somebody(alert: &Alert, now: Timestamp) -> bool {
    match &alert.state {
        AlertState::Open | AlertState::Acknowledged { .. } | AlertState::NotMe { .. } => {
            alert.detection.level > AlertLevel::ForInformation
        }
        AlertState::Snoozed { until, .. } => *until <= now,
        AlertState::ItWasMe { .. } | AlertState::Resolved { .. } => false,
    }
}

#[cfg(test)]
mod tests;
