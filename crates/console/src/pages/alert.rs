//! One alert: what, since when, how we know, what to do first, time left; and the answer.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_respond::raise::Answer;

use super::alerts::AlertLine;
use super::{Access, Page};
use crate::act::{answer_alert, open_for_alert};
use crate::console::Console;
use crate::door::{SignedIn, Visitor, takes_code};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/alerts/{id}", "Alert", Access::Act, methods).with_forms();

/// A reason is a sentence or two.
const REASON_CHARS_MAX: usize = 500;

#[derive(Template)]
#[template(path = "alert.html")]
struct AlertPage {
    frame: Frame,
    alert: AlertLine,
    since: String,
    learned: String,
    how_we_know: Vec<String>,
    proof: &'static str,
    first_step: String,
    playbook: Option<(String, String)>,
    deeds: Vec<String>,
    told: Vec<String>,
    rule: String,
    incident: String,
    problem: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(answer)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
) -> Outcome {
    page(&console, &visitor, &who, &id, String::new()).await
}

async fn page(
    console: &Console,
    visitor: &Visitor,
    who: &SignedIn,
    id: &str,
    problem: String,
) -> Outcome {
    let alert = console.store.alert(&who.tenant, id).await?;
    let alert = alert.ok_or(Trouble::NotFound)?.value;
    let now = console.now();
    let detection = &alert.detection;
    let playbook = crate::act::playbook(console, detection.playbook.as_deref());
    let deeds = console.store.deeds(&who.tenant, id).await?;
    let told = console.store.receipts(&who.tenant, id).await?;
    let incident = sellkeep_model::id_of(&["incident", id]);
    let has_incident = console
        .store
        .incident(&who.tenant, &incident)
        .await?
        .is_some();
    html(&AlertPage {
        frame: Frame::new(visitor, "Alert"),
        alert: AlertLine::of(&alert, now, visitor.language),
        since: shown::time(&detection.happened),
        learned: shown::time(&detection.at),
        how_we_know: detection.how_we_know.clone(),
        proof: detection.proof.as_str(),
        first_step: detection.first_step.clone(),
        playbook: playbook.map(|playbook| (playbook.id.clone(), playbook.title.clone())),
        deeds: deeds
            .iter()
            .map(|deed| {
                format!(
                    "{}: {} {} {}",
                    shown::time(&deed.at),
                    deed.who,
                    deed.deed,
                    deed.says
                )
            })
            .collect(),
        told: told
            .iter()
            .map(|receipt| {
                let (channel, _) = receipt
                    .channel
                    .rsplit_once('/')
                    .unwrap_or((&receipt.channel, ""));
                format!("{} on {channel}", shown::time(&receipt.at))
            })
            .collect(),
        rule: detection.rule.clone(),
        incident: if has_incident {
            incident
        } else {
            String::new()
        },
        problem,
    })
}

async fn answer(
    State(console): State<Console>,
    visitor: Visitor,
    mut who: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let alert = console.store.alert(&who.tenant, &id).await?;
    let alert = alert.ok_or(Trouble::NotFound)?;
    let said = match fields.get("answer") {
        "acknowledge" => Answer::Acknowledge,
        "snooze" => snooze(&console, &fields)?,
        "it-was-me" => {
            if !is_proven(&console, &mut who, fields.get("code")).await? {
                let says = "That code is not right or was used already. Take the next one of your authenticator.";
                return page(&console, &visitor, &who, &id, says.to_owned()).await;
            }
            Answer::ItWasMe
        }
        "not-me" => Answer::NotMe,
        "resolve" => Answer::Resolve {
            reason: fields.words("reason", "what came of it", REASON_CHARS_MAX)?,
        },
        _ => return Err(Trouble::Refused("Choose one of the answers.".to_owned())),
    };
    answer_alert(&console, &who, &alert, &said).await?;
    if said == Answer::NotMe {
        let incident = open_for_alert(&console, &who, &alert.value).await?;
        return Ok(to(&format!("/incidents/{incident}")));
    }
    Ok(to(&format!("/alerts/{id}")))
}

fn snooze(console: &Console, fields: &Fields) -> Result<Answer, Trouble> {
    let hours: i64 = fields.get("hours").parse().unwrap_or_default();
    if !(1..=168).contains(&hours) {
        let says = "Choose how long: between an hour and a week.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    Ok(Answer::Snooze {
        until: console.now() + SignedDuration::from_hours(hours),
        reason: fields.words("reason", "why it can wait", REASON_CHARS_MAX)?,
    })
}

/// "It was me" ends a watch: whoever sits at an open browser must not be able to say it.
async fn is_proven(console: &Console, who: &mut SignedIn, code: &str) -> Result<bool, Trouble> {
    let now = console.now();
    if crate::door::is_locked(&who.person.value, now) {
        let says = "Too many wrong codes. Wait a little and try again.";
        return Err(Trouble::TooMany(says.to_owned()));
    }
    let right = takes_code(&console.store, &who.tenant, &mut who.person, code, now).await?;
    if !right {
        crate::door::failed(&mut who.person.value, now);
        console.store.put_person(&who.tenant, &who.person).await?;
    }
    Ok(right)
}
