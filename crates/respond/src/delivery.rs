//! Who is told what, on which channel, and when.
//!
//! A plan is made anew from the alerts and from what was sent before: nothing is
//! remembered here, so a restart, a second node or a plan made twice changes nothing. A
//! delivery that is due twice has the same id, and a channel sends one id once.
//! Not here: what stands in the message (`message`), whether it arrives (`connect`).

use std::collections::BTreeMap;

use sellkeep_model::{Alert, AlertLevel, AlertState, LadderStep, Route, Timestamp, id_of};
use serde::{Deserialize, Serialize};

use crate::grouping;
use crate::ladder;

/// Reminders come ever more rarely, but at least once a day.
const REMINDER_MAX: jiff::SignedDuration = jiff::SignedDuration::from_hours(24);

/// Doubling more often would only overflow: 2^16 hours are beyond the day anyway.
const DOUBLINGS_MAX: u32 = 16;

/// Why an alert is told now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// It is over.
    Resolved,
    /// It is still open.
    Reminder,
    /// A pause that somebody asked for is over.
    SnoozeOver,
    /// Something new is known.
    News,
    /// It is new.
    Raised,
    /// It became more serious.
    Worse,
    /// Nobody has acknowledged it.
    Escalated,
}

impl Why {
    /// The word as it stands in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Why::Resolved => "resolved",
            Why::Reminder => "reminder",
            Why::SnoozeOver => "snooze-over",
            Why::News => "news",
            Why::Raised => "raised",
            Why::Worse => "worse",
            Why::Escalated => "escalated",
        }
    }
}

/// One alert told on one channel: what the plan needs to know of the past.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The alert.
    pub alert: String,
    /// The channel.
    pub channel: String,
    /// When it went out.
    pub at: Timestamp,
    /// The alert's revision then.
    pub revision: u32,
    /// The alert's level then.
    pub level: AlertLevel,
    /// Why.
    pub why: Why,
}

/// One alert inside a delivery.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The alert.
    pub alert: String,
    /// Its revision.
    pub revision: u32,
    /// Its level.
    pub level: AlertLevel,
    /// Why it is told.
    pub why: Why,
    /// Differs between two reminders of one revision.
    pub nth: usize,
}

/// One message to be sent: these alerts, on that channel, at that time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The same whenever the same delivery is planned.
    pub id: String,
    /// The channel.
    pub channel: String,
    /// When it is due.
    pub at: Timestamp,
    /// What it tells; the heaviest first.
    pub parts: Vec<Part>,
}

impl Delivery {
    /// The matter it belongs to: the alert itself where it is one.
    pub fn thread(&self) -> &str {
        match self.parts.as_slice() {
            [one] => &one.alert,
            _ => &self.id,
        }
    }

    /// What is to be remembered once it has gone out.
    pub fn sent(&self, at: Timestamp) -> impl Iterator<Item = Sent> + '_ {
        self.parts.iter().map(move |part| Sent {
            alert: part.alert.clone(),
            channel: self.channel.clone(),
            at,
            revision: part.revision,
            level: part.level,
            why: part.why,
        })
    }
}

/// One alert that is to be told on a channel, before it is grouped with others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// When it would be due alone.
    pub at: Timestamp,
    /// What.
    pub part: Part,
}

/// Every delivery that is due or will be, in the order of time, if nothing else happens.
///
/// `alerts` are those that are open or were told and are over since; `sent` is what was
/// told about them, in any order.
pub fn plan(
    routes: &[Route],
    steps: &[LadderStep],
    alerts: &[&Alert],
    sent: &[Sent],
    now: Timestamp,
) -> Vec<Delivery> {
    let told = by_alert(sent);
    let mut plan: Vec<Delivery> = Vec::new();
    for route in routes {
        let pending = alerts.iter().filter_map(|alert| {
            let all = told.get(alert.id.as_str()).map_or(&[][..], Vec::as_slice);
            pending(route, steps, alert, all, now)
        });
        let here = sent.iter().filter(|sent| sent.channel == route.name);
        let last = here.map(|sent| sent.at).max();
        plan.extend(grouping::group(route, pending.collect(), last));
    }
    plan.sort_by(|one, other| (one.at, &one.id).cmp(&(other.at, &other.id)));
    plan
}

/// What was told about each alert, in the order of time.
fn by_alert(sent: &[Sent]) -> BTreeMap<&str, Vec<&Sent>> {
    let mut told: BTreeMap<&str, Vec<&Sent>> = BTreeMap::new();
    for one in sent {
        told.entry(&one.alert).or_default().push(one);
    }
    for list in told.values_mut() {
        list.sort_by_key(|sent| sent.at);
    }
    told
}

/// What one alert still has to say on one channel.
fn pending(
    route: &Route,
    steps: &[LadderStep],
    alert: &Alert,
    all: &[&Sent],
    now: Timestamp,
) -> Option<Pending> {
    let here = all
        .iter()
        .copied()
        .filter(|sent| sent.channel == route.name);
    let here: Vec<&Sent> = here.collect();
    let regular = if takes(route, alert) || told(&here) {
        turn(route, alert, &here, now)
    } else {
        None
    };
    let climbed = ladder::turn(route, steps, alert, all, now);
    // The earlier; at the same time, the weightier reason.
    let both = [regular, climbed].into_iter().flatten();
    let (why, at) = both.min_by_key(|(why, at)| (*at, std::cmp::Reverse(*why)))?;
    Some(Pending {
        at,
        part: Part {
            alert: alert.id.clone(),
            revision: alert.revision,
            level: alert.detection.level,
            why,
            nth: here.len(),
        },
    })
}

/// Whether the channel is meant for the alert.
fn takes(route: &Route, alert: &Alert) -> bool {
    let account = &alert.detection.account;
    !route.ladder_only && alert.detection.level >= route.level && is_for(route, account)
}

/// Whether the channel is for that account.
pub fn is_for(route: &Route, account: &str) -> bool {
    route.accounts.is_empty() || route.accounts.iter().any(|one| one == account)
}

/// Whether the matter was told here and not closed since.
fn told(here: &[&Sent]) -> bool {
    here.last().is_some_and(|last| last.why != Why::Resolved)
}

/// Whether somebody still has to take it up, since when, or since when it is over.
enum Phase {
    Open { since: Timestamp, paused: bool },
    Silent,
    Over { at: Timestamp },
}

fn phase(alert: &Alert, now: Timestamp) -> Phase {
    match &alert.state {
        AlertState::Open => Phase::Open {
            since: alert.raised,
            paused: false,
        },
        AlertState::Snoozed { until, .. } if *until <= now => Phase::Open {
            since: *until,
            paused: true,
        },
        AlertState::Snoozed { .. } | AlertState::Acknowledged { .. } | AlertState::NotMe { .. } => {
            Phase::Silent
        }
        AlertState::ItWasMe { at, .. } | AlertState::Resolved { at, .. } => Phase::Over { at: *at },
    }
}

/// Whether nobody has taken the alert up, and it is not paused.
pub fn is_waiting(alert: &Alert, now: Timestamp) -> bool {
    matches!(phase(alert, now), Phase::Open { .. })
}

/// What the channel has to say next about the alert.
fn turn(route: &Route, alert: &Alert, here: &[&Sent], now: Timestamp) -> Option<(Why, Timestamp)> {
    let worse = || is_worse(alert, here).then_some((Why::Worse, alert.changed));
    match phase(alert, now) {
        Phase::Over { at } => told(here).then_some((Why::Resolved, at)),
        Phase::Silent => worse(),
        Phase::Open { since, paused } => {
            if !told(here) {
                return Some((Why::Raised, first_told(alert, here, since)));
            }
            let last = here.last()?;
            if paused && last.at < since {
                return Some((Why::SnoozeOver, since));
            }
            let news = !paused && alert.revision > last.revision;
            worse()
                .or(news.then_some((Why::News, alert.changed)))
                .or_else(|| reminder(route, alert, here))
        }
    }
}

/// When an alert is first told: as soon as it is raised, or when it began again.
fn first_told(alert: &Alert, here: &[&Sent], since: Timestamp) -> Timestamp {
    if here.is_empty() {
        since
    } else {
        alert.changed
    }
}

/// Whether it is heavier than anything that was told here since it was last over.
fn is_worse(alert: &Alert, here: &[&Sent]) -> bool {
    let since = here
        .iter()
        .rev()
        .take_while(|sent| sent.why != Why::Resolved);
    since
        .map(|sent| sent.level)
        .max()
        .is_some_and(|told| alert.detection.level > told)
}

/// When it is told again. *Act now* at the channel's interval, doubled each time; *Check
/// today* at most once a day; the rest never.
fn reminder(route: &Route, alert: &Alert, here: &[&Sent]) -> Option<(Why, Timestamp)> {
    let every = route.repeat_every?.0;
    let last = here.last()?;
    let before = here
        .iter()
        .rev()
        .take_while(|sent| sent.why == Why::Reminder)
        .count();
    let doublings = u32::try_from(before)
        .unwrap_or(DOUBLINGS_MAX)
        .min(DOUBLINGS_MAX);
    let wait = match alert.detection.level {
        AlertLevel::ActNow => every
            .checked_mul(1 << doublings)
            .map_or(REMINDER_MAX, |wait| wait.min(REMINDER_MAX.max(every))),
        AlertLevel::CheckToday => every.max(REMINDER_MAX),
        AlertLevel::ForInformation => return None,
    };
    Some((Why::Reminder, last.at.checked_add(wait).ok()?))
}

/// The id of a delivery: its channel and everything that it tells.
pub fn id(channel: &str, parts: &[Part]) -> String {
    let words: Vec<String> = parts
        .iter()
        .map(|part| {
            format!(
                "{}:{}:{}:{}",
                part.alert,
                part.revision,
                part.why.as_str(),
                part.nth
            )
        })
        .collect();
    let mut all = vec!["delivery", channel];
    all.extend(words.iter().map(String::as_str));
    id_of(&all)
}

#[cfg(test)]
mod tests;
