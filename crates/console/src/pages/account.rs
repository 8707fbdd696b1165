//! One account: its clock, its alerts, and everything that happened, with when we learned it.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::Event;
use sellkeep_store::{AlertFilter, EventFilter, PAGE_ROWS_MAX, event_place};
use serde::Deserialize;

use super::account_pictures::pictures;
use super::alerts::{AlertLine, LINES};
use super::today::{ClockLine, clock};
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::pictures::Picture;
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/accounts/{id}", "Account", Access::Person, methods);

/// Alerts that are shown above the timeline.
const ALERTS_SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    id: String,
    name: String,
    marketplace: String,
    clock: Option<ClockLine>,
    alerts: Vec<AlertLine>,
    pictures: Vec<Picture>,
    events: Vec<EventLine>,
    older: String,
}

struct EventLine {
    happened: String,
    learned: String,
    says: String,
    proof: &'static str,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    before: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Outcome {
    let account = console.store.account(&who.tenant, &id).await?;
    let account = account.ok_or(Trouble::NotFound)?.value;
    let now = console.now();
    let filter = AlertFilter::Account(id.clone());
    let alerts = console
        .store
        .alerts(&who.tenant, &filter, None, PAGE_ROWS_MAX)
        .await?;
    let alerts: Vec<_> = alerts.into_iter().map(|alert| alert.value).collect();
    let before = asked.before.parse().ok();
    let filter = EventFilter::Account(id.clone());
    // Older pages of the timeline need no pictures, and so only their own lines.
    let rows = if before.is_none() {
        PAGE_ROWS_MAX
    } else {
        LINES
    };
    let mut events = console
        .store
        .events(&who.tenant, &filter, before.as_ref(), rows)
        .await?;
    let pictures = match before {
        None => pictures(&events, &alerts, now),
        Some(_) => Vec::new(),
    };
    events.truncate(LINES);
    let last = events.last().filter(|_| events.len() == LINES);
    html(&AccountPage {
        frame: Frame::new(&visitor, PAGE.title),
        name: account.name.clone().unwrap_or_else(|| id.clone()),
        marketplace: account.marketplace.clone(),
        clock: clock(&console, &who, &account, now).await?,
        alerts: alerts
            .iter()
            .take(ALERTS_SHOWN)
            .map(|alert| AlertLine::of(alert, now, visitor.language))
            .collect(),
        pictures,
        older: last
            .map(|last| event_place(last).to_string())
            .unwrap_or_default(),
        events: events.iter().map(|event| line(&console, event)).collect(),
        id,
    })
}

fn line(console: &Console, event: &Event) -> EventLine {
    EventLine {
        happened: shown::time(&event.happened),
        learned: shown::time(&event.learned),
        says: console.desk.tell(event),
        proof: event.proof.as_str(),
    }
}
