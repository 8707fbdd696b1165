//! Incidents: the list, and opening one by hand.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_model::id_of;
use sellkeep_respond::incident::{Act, Incident};
use sellkeep_store::{PAGE_ROWS_MAX, Versioned};
use serde::Deserialize;

use super::alerts::LINES;
use super::{Access, Page};
use crate::act::{begin, note, playbook, save};
use crate::console::Console;
use crate::door::{SignedIn, Token, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/incidents", "Incidents", Access::Act, methods)
    .in_nav()
    .with_forms();

const TITLE_CHARS_MAX: usize = 200;

#[derive(Template)]
#[template(path = "incidents.html")]
struct IncidentsPage {
    frame: Frame,
    incidents: Vec<IncidentLine>,
    older: String,
    accounts: Vec<String>,
    playbooks: Vec<(String, String)>,
    wanted: String,
}

struct IncidentLine {
    id: String,
    title: String,
    account: String,
    changed: String,
    closed: bool,
    questions: usize,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    before: String,
    #[serde(default)]
    playbook: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(open)
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
        .incidents(&who.tenant, before.as_ref(), LINES)
        .await?;
    let accounts = console
        .store
        .accounts(&who.tenant, "", PAGE_ROWS_MAX)
        .await?;
    let last = found.last().filter(|_| found.len() == LINES);
    let older = last
        .map(|last| last.value.place().to_string())
        .unwrap_or_default();
    let mut incidents = Vec::new();
    for kept in &found {
        let incident: Incident =
            serde_json::from_str(&kept.value.body).map_err(|error| Trouble::ours(&error))?;
        incidents.push(IncidentLine {
            title: title(&incident),
            closed: incident.closed_at().is_some(),
            questions: incident.open_questions().len(),
            changed: shown::seen_from(kept.value.changed, console.now()),
            id: incident.id,
            account: incident.account,
        });
    }
    let playbooks = console.knowledge().playbooks.iter();
    html(&IncidentsPage {
        frame: Frame::new(&visitor, PAGE.title),
        incidents,
        older,
        accounts: accounts
            .into_iter()
            .map(|account| account.value.id)
            .collect(),
        playbooks: playbooks
            .map(|playbook| (playbook.id.clone(), playbook.title.clone()))
            .collect(),
        wanted: asked.playbook,
    })
}

/// What an incident is about: why it was opened.
pub fn title(incident: &Incident) -> String {
    let opened = incident.log.iter().find_map(|entry| match &entry.what {
        Act::Opened { title } => Some(title.clone()),
        _ => None,
    });
    opened.unwrap_or_else(|| "Incident".to_owned())
}

async fn open(State(console): State<Console>, who: SignedIn, fields: Fields) -> Outcome {
    let title = fields.words("title", "what happened", TITLE_CHARS_MAX)?;
    let account = fields.get("account");
    if !account.is_empty() && console.store.account(&who.tenant, account).await?.is_none() {
        return Err(Trouble::NotFound);
    }
    let minutes: i64 = fields.get("minutes").parse().unwrap_or_default();
    let now = console.now();
    let zero_hour = now - SignedDuration::from_mins(minutes.clamp(0, 365 * 24 * 60));
    let id = id_of(&["incident", Token::random().as_str()]);
    let mut incident = Incident::open(&id, account, &title, who.name(), now);
    if let Some(playbook) = playbook(&console, Some(fields.get("playbook"))) {
        begin(&mut incident, &who, playbook, zero_hour, now)?;
    }
    save(&console, &who, Versioned::new(incident)).await?;
    note(&console, &who, "incident-opened", &id, &title).await?;
    Ok(to(&format!("/incidents/{id}")))
}
