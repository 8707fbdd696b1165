//! The report on one account for its owner: a month on paper.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_model::{Alert, AlertLevel};
use sellkeep_respond::incident::Incident;
use sellkeep_store::{AlertFilter, PAGE_ROWS_MAX};

use super::account_pictures::pictures;
use super::alerts::state;
use super::incidents::title;
use super::sources::lines;
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::pictures::Picture;
use crate::prepare::look;
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/accounts/{id}/report", "Report", Access::Person, methods);

/// What a report looks back on.
const SPAN: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Alerts that are named one by one.
const ALERTS_MAX: usize = 50;

#[derive(Template)]
#[template(path = "account_report.html")]
struct ReportPage {
    frame: Frame,
    name: String,
    marketplace: String,
    from: String,
    until: String,
    act_now: usize,
    check_today: usize,
    others: usize,
    alerts: Vec<AlertRow>,
    incidents: Vec<IncidentRow>,
    points: u32,
    points_max: u32,
    before: String,
    next: String,
    lost: Vec<String>,
    sources: Vec<(String, String)>,
    pictures: Vec<Picture>,
}

struct AlertRow {
    level: &'static str,
    title: String,
    happened: String,
    known: String,
    state: String,
}

struct IncidentRow {
    title: String,
    opened: String,
    state: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
) -> Outcome {
    let now = console.now();
    let from = now - SPAN;
    let look = look(&console, &who, &id).await?;
    let account = look.account.clone().ok_or(Trouble::NotFound)?;
    let filter = AlertFilter::Account(id.clone());
    let alerts = console
        .store
        .alerts(&who.tenant, &filter, None, PAGE_ROWS_MAX)
        .await?;
    let alerts: Vec<Alert> = alerts.into_iter().map(|alert| alert.value).collect();
    let alerts: Vec<Alert> = alerts
        .into_iter()
        .filter(|alert| alert.raised >= from)
        .collect();
    let count = |level| {
        alerts
            .iter()
            .filter(|one| one.detection.level == level)
            .count()
    };
    let past = look.past.iter().filter(|day| day.at <= from);
    let before = past.map(|day| day.points).next();
    let sources = lines(&console, &who).await?.into_iter();
    html(&ReportPage {
        frame: Frame::new(&visitor, PAGE.title),
        name: account.name.unwrap_or_else(|| id.clone()),
        marketplace: account.marketplace,
        from: shown::time(&from),
        until: shown::time(&now),
        act_now: count(AlertLevel::ActNow),
        check_today: count(AlertLevel::CheckToday),
        others: count(AlertLevel::ForInformation),
        alerts: alerts.iter().take(ALERTS_MAX).map(row).collect(),
        incidents: incidents(&console, &who, &id).await?,
        points: look.now.points,
        points_max: look.now.points_max,
        before: before.map(|points| points.to_string()).unwrap_or_default(),
        next: look
            .now
            .next
            .as_ref()
            .map(|next| next.action.clone())
            .unwrap_or_default(),
        lost: look
            .regressions()
            .iter()
            .map(|lost| format!("{} (last in order {})", lost.check.question, lost.day))
            .collect(),
        sources: sources
            .filter(|source| source.account == id)
            .map(|source| {
                let heard = format!("{}, last heard {}", source.state, source.last_seen);
                (source.id, heard)
            })
            .collect(),
        pictures: pictures(&[], &alerts, now),
    })
}

fn row(alert: &Alert) -> AlertRow {
    let detection = &alert.detection;
    AlertRow {
        level: detection.level.shown(),
        title: detection.title.clone(),
        happened: shown::time(&detection.happened),
        known: shown::time(&detection.at),
        state: state(&alert.state),
    }
}

async fn incidents(
    console: &Console,
    who: &SignedIn,
    account: &str,
) -> Result<Vec<IncidentRow>, Trouble> {
    let found = console
        .store
        .incidents(&who.tenant, None, PAGE_ROWS_MAX)
        .await?;
    let mut rows = Vec::new();
    for kept in found.iter().filter(|kept| kept.value.account == account) {
        let incident: Incident =
            serde_json::from_str(&kept.value.body).map_err(|error| Trouble::ours(&error))?;
        let opened = incident.log.first();
        rows.push(IncidentRow {
            title: title(&incident),
            opened: opened
                .map(|entry| shown::time(&entry.at))
                .unwrap_or_default(),
            state: incident.closed_at().map_or_else(
                || format!("open, {} questions left", incident.open_questions().len()),
                |at| format!("closed {}", shown::time(&at)),
            ),
        });
    }
    Ok(rows)
}
