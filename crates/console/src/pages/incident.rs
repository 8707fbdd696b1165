//! One incident: the step to do next, the eviction list, the log; and closing it.

use askama::Template;
use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::{AlertState, EventKind};
use sellkeep_respond::incident::{Act, EVICTION, Entry, Evicted, Incident};
use sellkeep_respond::playbook::{Entry as Said, Said as Word};
use sellkeep_respond::raise::Answer;

use super::incidents::title;
use super::playbook::StepView;
use super::{Access, Page};
use crate::act::{answer_alert, begin, enter, incident, note, playbook, save};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::language::Language;
use crate::shown;
use crate::trouble::{Outcome, Trouble};
use crate::word::say;

pub(super) const PAGE: Page =
    Page::new("/incidents/{id}", "Incident", Access::Act, methods).with_forms();

/// A note is a page at most.
const NOTE_CHARS_MAX: usize = 4000;

#[derive(Template)]
#[template(path = "incident.html")]
struct IncidentPage {
    frame: Frame,
    id: String,
    title: String,
    account: String,
    closed: bool,
    watched: bool,
    runs: Vec<RunView>,
    questions: Vec<Question>,
    open: usize,
    log: Vec<LogLine>,
    playbooks: Vec<(String, String)>,
}

struct RunView {
    playbook: String,
    title: String,
    zero_hour: String,
    settled: usize,
    steps: Vec<StepLine>,
    next: Option<StepView>,
    left: String,
}

struct StepLine {
    number: u32,
    action: String,
    stands: String,
    settled: bool,
}

struct Question {
    name: &'static str,
    asks: &'static str,
    answer: &'static str,
}

struct LogLine {
    when: String,
    by: String,
    what: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(write)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Path(id): Path<String>,
) -> Outcome {
    let incident = incident(&console, &who, &id).await?.value;
    let now = console.now();
    let answers = incident.answers();
    let question = |(name, asks): &(&'static str, &'static str)| Question {
        name,
        asks,
        answer: answers.get(name).map_or("", |answer| word(*answer)),
    };
    let begun = |id: &str| incident.runs.iter().any(|run| run.playbook == id);
    let rest = console
        .knowledge()
        .playbooks
        .iter()
        .filter(|playbook| !begun(&playbook.id));
    html(&IncidentPage {
        frame: Frame::new(&visitor, PAGE.title),
        title: title(&incident),
        account: incident.account.clone(),
        closed: incident.closed_at().is_some(),
        watched: incident.is_watched(now),
        runs: runs(&console, &incident, visitor.language),
        questions: EVICTION.iter().map(question).collect(),
        open: incident.open_questions().len(),
        log: incident.log.iter().rev().map(log_line).collect(),
        playbooks: rest
            .map(|playbook| (playbook.id.clone(), playbook.title.clone()))
            .collect(),
        id,
    })
}

fn runs(console: &Console, incident: &Incident, language: Language) -> Vec<RunView> {
    let now = console.now();
    let view = |run: &sellkeep_respond::playbook::Run| {
        let playbook = playbook(console, Some(&run.playbook))?;
        let standings = run.standings(playbook, now);
        let next = run.next(playbook, now);
        Some(RunView {
            playbook: playbook.id.clone(),
            title: playbook.title.clone(),
            zero_hour: shown::time(&run.zero_hour),
            settled: standings
                .iter()
                .filter(|standing| standing.is_settled())
                .count(),
            left: next
                .as_ref()
                .map(|next| shown::left(next.due, now))
                .unwrap_or_default(),
            next: next
                .as_ref()
                .map(|next| StepView::of(console, &playbook.id, next.step, language)),
            steps: standings
                .iter()
                .map(|standing| StepLine {
                    number: standing.step.number,
                    action: standing.step.action.clone(),
                    stands: standing.last.map_or_else(|| "open".to_owned(), stands),
                    settled: standing.is_settled(),
                })
                .collect(),
        })
    };
    incident.runs.iter().filter_map(view).collect()
}

fn stands(entry: &Said) -> String {
    let by = &entry.by;
    match &entry.said {
        Word::Taken => format!("{by} is on it"),
        Word::Done { proof } => format!("done by {by}: {proof}"),
        Word::NotSo => format!("does not apply, says {by}"),
        Word::Failed { reason } => format!("could not be done, says {by}: {reason}"),
    }
}

fn word(answer: Evicted) -> &'static str {
    match answer {
        Evicted::Yes => "yes",
        Evicted::No => "no",
        Evicted::DoesNotApply => "does not apply",
    }
}

fn log_line(entry: &Entry) -> LogLine {
    let what = match &entry.what {
        Act::Opened { title } => format!("opened: {title}"),
        Act::AlertJoined { .. } => "an alert belongs to it".to_owned(),
        Act::Note { text } => text.clone(),
        Act::EvidenceSaved { title, .. } => format!("evidence saved: {title}"),
        Act::Answered {
            question,
            answer,
            proof,
        } => {
            format!("{question}: {}. Proof: {proof}", word(*answer))
        }
        Act::PlaybookBegun { playbook } => format!("playbook begun: {playbook}"),
        Act::Closed { outcome } => format!("closed: {outcome}"),
        Act::Reopened { reason } => format!("opened again: {reason}"),
    };
    LogLine {
        when: shown::time(&entry.at),
        by: entry.by.clone(),
        what,
    }
}

async fn write(
    State(console): State<Console>,
    who: SignedIn,
    Path(id): Path<String>,
    fields: Fields,
) -> Outcome {
    let mut kept = incident(&console, &who, &id).await?;
    let deed = fields.get("act").to_owned();
    match deed.as_str() {
        "step" => say_step(&console, &mut kept.value, &who, &fields)?,
        "begin" => {
            let playbook =
                playbook(&console, Some(fields.get("playbook"))).ok_or(Trouble::NotFound)?;
            begin(
                &mut kept.value,
                &who,
                playbook,
                console.now(),
                console.now(),
            )?;
        }
        other => {
            let what = act(other, &fields)?;
            enter(&mut kept.value, &who, console.now(), what)?;
        }
    }
    let alerts = joined(&kept.value);
    let account = kept.value.account.clone();
    save(&console, &who, kept).await?;
    note(&console, &who, &format!("incident-{deed}"), &id, "").await?;
    if deed == "close" {
        resolve(&console, &who, &alerts).await?;
        let closed = EventKind::IncidentClosed;
        say(&console, &who, &account, closed, ("incident", &id)).await?;
    }
    Ok(to(&format!("/incidents/{id}")))
}

fn act(deed: &str, fields: &Fields) -> Result<Act, Trouble> {
    let words = |what: &str| fields.words("text", what, NOTE_CHARS_MAX);
    Ok(match deed {
        "note" => Act::Note {
            text: words("your note")?,
        },
        "answer" => Act::Answered {
            question: fields.get("question").to_owned(),
            answer: match fields.get("answer") {
                "yes" => Evicted::Yes,
                "no" => Evicted::No,
                "does-not-apply" => Evicted::DoesNotApply,
                _ => {
                    return Err(Trouble::Refused(
                        "Choose yes, no or does not apply.".to_owned(),
                    ));
                }
            },
            proof: words("what proves it")?,
        },
        "close" => Act::Closed {
            outcome: words("what came of it")?,
        },
        "reopen" => Act::Reopened {
            reason: words("why")?,
        },
        _ => return Err(Trouble::Refused("Choose what to enter.".to_owned())),
    })
}

fn say_step(
    console: &Console,
    incident: &mut Incident,
    who: &SignedIn,
    fields: &Fields,
) -> Result<(), Trouble> {
    if incident.closed_at().is_some() {
        return Err(Trouble::Refused(
            "The incident is closed; reopen it first.".to_owned(),
        ));
    }
    let id = fields.get("playbook");
    let playbook = playbook(console, Some(id)).ok_or(Trouble::NotFound)?;
    let run = incident.runs.iter_mut().find(|run| run.playbook == id);
    let text: String = fields.get("text").chars().take(NOTE_CHARS_MAX).collect();
    let said = match fields.get("said") {
        "taken" => Word::Taken,
        "done" => Word::Done { proof: text },
        "not-so" => Word::NotSo,
        "failed" => Word::Failed { reason: text },
        _ => {
            return Err(Trouble::Refused(
                "Choose what became of the step.".to_owned(),
            ));
        }
    };
    let entry = Said {
        step: fields.get("step").parse().unwrap_or_default(),
        said,
        by: who.name().to_owned(),
        at: console.now(),
    };
    let run = run.ok_or(Trouble::NotFound)?;
    run.advance(playbook, entry)
        .map_err(|refused| Trouble::Refused(refused.to_string()))
}

fn joined(incident: &Incident) -> Vec<String> {
    let alert = |entry: &Entry| match &entry.what {
        Act::AlertJoined { alert } => Some(alert.clone()),
        _ => None,
    };
    incident.log.iter().filter_map(alert).collect()
}

/// Alerts of a closed incident need nobody any more.
async fn resolve(console: &Console, who: &SignedIn, alerts: &[String]) -> Result<(), Trouble> {
    for id in alerts {
        let Some(alert) = console.store.alert(&who.tenant, id).await? else {
            continue;
        };
        if matches!(alert.value.state, AlertState::NotMe { .. }) {
            let reason = "its incident was closed".to_owned();
            answer_alert(console, who, &alert, &Answer::Resolve { reason }).await?;
        }
    }
    Ok(())
}
