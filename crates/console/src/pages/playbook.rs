//! One step of a playbook, one screen: what, who, until when, with whom, and what proves it.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_knowledge::{Contact, Playbook, Step};

use super::{Access, Page};
use crate::console::Console;
use crate::door::Visitor;
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new(
    "/playbooks/{id}/{step}",
    "Playbook",
    Access::Anyone,
    methods,
);

#[derive(Template)]
#[template(path = "playbook.html")]
struct PlaybookPage {
    frame: Frame,
    id: String,
    title: String,
    goal: String,
    step: StepView,
    steps: usize,
    before: u32,
    after: u32,
    sources: Vec<String>,
    seen: String,
}

/// One step, for people.
pub struct StepView {
    /// Its number.
    pub number: u32,
    /// What to do.
    pub action: String,
    /// Who.
    pub who: String,
    /// Until when, from zero hour.
    pub within: String,
    /// The question it depends on.
    pub condition: Option<String>,
    /// What to save before.
    pub evidence: Option<String>,
    /// Whom to reach.
    pub contacts: Vec<String>,
    /// What proves that it worked.
    pub verify: String,
}

impl StepView {
    /// Of a step.
    pub fn of(console: &Console, step: &Step) -> StepView {
        let known = &console.knowledge().contacts;
        let contact = |id: &String| known.iter().find(|contact| contact.id == *id).map(reach);
        let minutes = SignedDuration::from_mins(i64::from(step.deadline_minutes));
        StepView {
            number: step.number,
            action: step.action.clone(),
            who: step.who.clone(),
            within: shown::length(minutes),
            condition: step.condition.clone(),
            evidence: step.evidence.clone(),
            contacts: step.contacts.iter().filter_map(contact).collect(),
            verify: step.verify.clone(),
        }
    }
}

fn reach(contact: &Contact) -> String {
    let login = if contact.requires_login {
        ", after sign-in"
    } else {
        ""
    };
    format!(
        "{} ({}{login}): {} — checked {}",
        contact.organisation, contact.channel, contact.value, contact.source.seen
    )
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Path((id, number)): Path<(String, u32)>,
) -> Outcome {
    let playbook = crate::act::playbook(&console, Some(&id)).ok_or(Trouble::NotFound)?;
    let step = step(playbook, number).ok_or(Trouble::NotFound)?;
    html(&PlaybookPage {
        frame: Frame::new(&visitor, PAGE.title),
        id,
        title: playbook.title.clone(),
        goal: playbook.goal.clone(),
        step: StepView::of(&console, step),
        steps: playbook.steps.len(),
        before: number - 1,
        after: step_after(playbook, number),
        sources: playbook.sources.clone(),
        seen: playbook.seen.clone(),
    })
}

fn step(playbook: &Playbook, number: u32) -> Option<&Step> {
    playbook.steps.iter().find(|step| step.number == number)
}

/// The next step's number; 0 after the last.
fn step_after(playbook: &Playbook, number: u32) -> u32 {
    step(playbook, number + 1).map_or(0, |step| step.number)
}
