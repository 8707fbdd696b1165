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
use crate::language::{Language, Said};
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
    title: Said,
    place: String,
    words: Words,
    goal: String,
    step: StepView,
    before: u32,
    after: u32,
    sources: Vec<String>,
    seen: String,
}

/// What stands around a step.
struct Words {
    before: String,
    next: String,
    last: String,
    incident: String,
}

/// One step, for people.
pub struct StepView {
    /// Its number.
    pub number: u32,
    /// What to do.
    pub action: Said,
    /// Who.
    pub who: String,
    /// Until when, from zero hour.
    pub within: String,
    /// The names of the things below.
    pub labels: Labels,
    /// The question it depends on.
    pub condition: Option<String>,
    /// What to save before.
    pub evidence: Option<String>,
    /// Whom to reach.
    pub contacts: Vec<String>,
    /// What proves that it worked.
    pub verify: String,
}

/// Names of the things that a step says, in the reader's language.
pub struct Labels {
    /// The language (BCP 47).
    pub lang: &'static str,
    /// Before the condition.
    pub condition: String,
    /// Before what is to be saved.
    pub evidence: String,
    /// Before who.
    pub who: String,
    /// Before until when.
    pub within: String,
    /// Before what proves it.
    pub proof: String,
    /// Before whom to reach.
    pub contacts: String,
}

impl Labels {
    fn of(language: Language) -> Labels {
        Labels {
            lang: language.tag(),
            condition: language.say("step-condition"),
            evidence: language.say("step-evidence"),
            who: language.say("step-who"),
            within: language.say("step-within"),
            proof: language.say("step-proof"),
            contacts: language.say("step-contacts"),
        }
    }
}

impl StepView {
    /// Of a step of a playbook, in a language where there are lines for it.
    pub fn of(console: &Console, playbook: &str, step: &Step, language: Language) -> StepView {
        let known = &console.knowledge().contacts;
        let contact = |id: &String| known.iter().find(|contact| contact.id == *id).map(reach);
        let minutes = SignedDuration::from_mins(i64::from(step.deadline_minutes));
        StepView {
            number: step.number,
            action: language.or(&format!("{playbook}-{}", step.number), &step.action),
            who: step.who.clone(),
            within: language.within(minutes),
            labels: Labels::of(language),
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
    let language = visitor.language;
    let steps = i64::try_from(playbook.steps.len()).unwrap_or(i64::MAX);
    html(&PlaybookPage {
        frame: Frame::new(&visitor, PAGE.title),
        title: language.or(&id, &playbook.title),
        place: language.count("step-of", &[("number", number.into()), ("steps", steps)]),
        words: Words {
            before: language.say("step-before"),
            next: language.say("step-next"),
            last: language.say("step-last"),
            incident: language.say("step-incident"),
        },
        goal: playbook.goal.clone(),
        step: StepView::of(&console, &id, step, language),
        id,
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
