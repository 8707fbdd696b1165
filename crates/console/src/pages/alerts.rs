//! Alerts: the list, by what needs somebody, by state, by account.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use jiff::Timestamp;
use sellkeep_model::{Alert, AlertLevel, AlertState};
use sellkeep_store::{AlertFilter, alert_place};
use serde::Deserialize;

use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::language::Language;
use crate::shown;
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/alerts", "Alerts", Access::Person, methods).in_nav();

/// Lines of one page.
pub const LINES: usize = 50;

/// Filters and their names.
const FILTERS: &[(&str, &str)] = &[
    ("", "All"),
    ("act-now", "Act now"),
    ("check-today", "Check today"),
    ("for-information", "For information"),
    ("snoozed", "Snoozed"),
    ("not-me", "Not me"),
    ("resolved", "Resolved"),
];

#[derive(Template)]
#[template(path = "alerts.html")]
struct AlertsPage {
    frame: Frame,
    filters: Vec<FilterLine>,
    alerts: Vec<AlertLine>,
    older: String,
}

/// One filter.
pub struct FilterLine {
    /// Its word.
    pub word: &'static str,
    /// Its name.
    pub title: &'static str,
    /// It is the one that is shown.
    pub current: bool,
}

/// One alert of a list.
pub struct AlertLine {
    /// Its id.
    pub id: String,
    /// The level's word, for the look.
    pub level: &'static str,
    /// The level, for the reader.
    pub level_shown: String,
    /// The language of that (BCP 47).
    pub level_lang: &'static str,
    /// What.
    pub title: String,
    /// The account.
    pub account: String,
    /// Since when.
    pub since: String,
    /// Time left; empty where there is no deadline.
    pub left: String,
    /// What has become of it.
    pub state: String,
}

impl AlertLine {
    /// Of an alert.
    pub fn of(alert: &Alert, now: Timestamp, language: Language) -> AlertLine {
        let detection = &alert.detection;
        AlertLine {
            id: alert.id.clone(),
            level: detection.level.as_str(),
            level_shown: language.say(&format!("level-{}", detection.level.as_str())),
            level_lang: language.tag(),
            title: detection.title.clone(),
            account: detection.account.clone(),
            since: shown::seen_from(detection.happened, now),
            left: detection
                .deadline
                .map(|until| shown::left(until, now))
                .unwrap_or_default(),
            state: state(&alert.state),
        }
    }
}

/// What has become of an alert, in a sentence without a full stop.
pub fn state(state: &AlertState) -> String {
    match state {
        AlertState::Open => "nobody has answered yet".to_owned(),
        AlertState::Acknowledged { by, .. } => format!("{by} is on it"),
        AlertState::Snoozed { by, until, .. } => {
            format!("{by} silenced it until {}", shown::time(until))
        }
        AlertState::ItWasMe { by, .. } => format!("{by} said: it was me"),
        AlertState::NotMe { by, .. } => format!("{by} said: not me"),
        AlertState::Resolved { reason, .. } => format!("over: {reason}"),
    }
}

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    pub filter: String,
    #[serde(default)]
    pub before: String,
}

/// The filter of a word.
pub fn filter(word: &str) -> AlertFilter {
    match word {
        "act-now" => AlertFilter::Need(AlertLevel::ActNow),
        "check-today" => AlertFilter::Need(AlertLevel::CheckToday),
        "for-information" => AlertFilter::Need(AlertLevel::ForInformation),
        "" => AlertFilter::All,
        state => AlertFilter::State(state.to_owned()),
    }
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    let before = asked.before.parse().ok();
    let found = console
        .store
        .alerts(&who.tenant, &filter(&asked.filter), before.as_ref(), LINES)
        .await?;
    let now = console.now();
    let last = found.last().filter(|_| found.len() == LINES);
    html(&AlertsPage {
        frame: Frame::new(&visitor, PAGE.title),
        filters: FILTERS
            .iter()
            .map(|(word, title)| FilterLine {
                word,
                title,
                current: *word == asked.filter,
            })
            .collect(),
        older: last.map_or_else(String::new, |last| {
            format!(
                "/alerts?filter={}&before={}",
                asked.filter,
                alert_place(&last.value)
            )
        }),
        alerts: found
            .iter()
            .map(|alert| AlertLine::of(&alert.value, now, visitor.language))
            .collect(),
    })
}
