//! The report of a packet: what happened, what was done, what proves it, on paper.

use std::collections::BTreeMap;

use sellkeep_model::Timestamp;

use super::reader::{Reader, View};
use super::timeline::Line;
use super::{AMAZON_API_FACT, Case};
use crate::incident::{Act, Entry, Evicted};
use crate::pdf::{Block, Document, Paper};
use crate::playbook::Said;

/// Lines of the timeline on paper; the table beside it holds all of them.
const LINES_MAX: usize = 2000;

/// The report for a reader, on a paper.
pub fn report(case: &Case<'_>, reader: Reader, lines: &[Line], paper: Paper) -> Document {
    let view = reader.view();
    let mut blocks = vec![Block::Title(title(case, reader))];
    blocks.push(Block::Text(reader.purpose().to_owned()));
    if reader == Reader::AmazonApi {
        blocks.extend(duty(case));
    }
    blocks.extend(whose(case, reader));
    blocks.extend(alerts(case, &view));
    blocks.extend(timeline(lines));
    blocks.extend(done(case, &view));
    blocks.extend(evicted(case, &view));
    blocks.extend(evidence(case));
    blocks.extend(contacts(case));
    Document {
        title: title(case, reader),
        language: "en".to_owned(),
        paper,
        columns: 1,
        blocks,
    }
}

/// The packet's name.
pub fn title(case: &Case<'_>, reader: Reader) -> String {
    format!(
        "Security incident on {}, {}",
        case.owner.account,
        reader.shown()
    )
}

fn heading(text: &str) -> Block {
    Block::Heading(text.to_owned())
}

fn row(what: &str, value: impl Into<String>) -> Block {
    Block::Row(what.to_owned(), value.into())
}

fn time(at: Timestamp) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}

/// Amazon's duty: what must be said within 24 hours, with gaps that only a person can fill.
fn duty(case: &Case<'_>) -> Vec<Block> {
    let mut blocks = vec![
        heading("The duty to report"),
        row("Detected", time(case.detected())),
        row("To be reported until", time(case.amazon_api_deadline())),
    ];
    let fact = case.facts.iter().find(|fact| fact.id == AMAZON_API_FACT);
    if let Some(fact) = fact {
        let source = &fact.source;
        blocks.push(Block::Text(format!(
            "{} Source: {}, seen {}, confidence {:?}.",
            fact.statement, source.source, source.seen, source.confidence
        )));
    }
    for gap in [
        "Which data of the API were touched (to be filled in by hand; \"none known\" if so)",
        "How many buyers are affected (to be filled in by hand)",
        "Person to talk to, with phone (to be filled in by hand)",
        "What was done to stop it (to be filled in by hand)",
    ] {
        blocks.push(row(gap, "_".repeat(60)));
    }
    blocks
}

fn whose(case: &Case<'_>, reader: Reader) -> Vec<Block> {
    let owner = case.owner;
    let mut blocks = vec![heading("Whose account")];
    let lines = [
        ("Business", &owner.business),
        ("Account", &owner.account),
        ("Marketplace", &owner.marketplace),
    ];
    let said = lines.iter().filter(|(_, value)| !value.is_empty());
    blocks.extend(said.map(|(what, value)| row(what, value.as_str())));
    blocks.push(row("Incident", case.incident.id.clone()));
    if reader.view().alerts {
        blocks.push(row("What it is about", opened(case)));
    }
    blocks.push(row("Known to us since", time(case.detected())));
    let closed = case.incident.closed_at();
    blocks.push(row(
        "State",
        closed.map_or_else(|| "open".to_owned(), |at| format!("closed {}", time(at))),
    ));
    blocks.push(row("This report was made", time(case.made)));
    blocks
}

fn opened(case: &Case<'_>) -> String {
    let title = case
        .incident
        .log
        .iter()
        .find_map(|entry| match &entry.what {
            Act::Opened { title } => Some(title.clone()),
            _ => None,
        });
    title.unwrap_or_default()
}

fn alerts(case: &Case<'_>, view: &View) -> Vec<Block> {
    if !view.alerts || case.alerts.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("What was noticed")];
    for alert in case.alerts {
        let detection = &alert.detection;
        blocks.push(row(
            &format!("{}, known {}", detection.level.shown(), time(detection.at)),
            detection.title.clone(),
        ));
    }
    blocks
}

fn timeline(lines: &[Line]) -> Vec<Block> {
    let mut blocks = vec![heading("What happened, and when we knew")];
    if lines.is_empty() {
        blocks.push(Block::Text(
            "Nothing of what this reader needs was recorded by a source.".to_owned(),
        ));
    }
    for line in lines.iter().take(LINES_MAX) {
        blocks.push(row(
            &format!(
                "{} (learned {}; {}; {})",
                time(line.happened),
                time(line.learned),
                line.proof,
                line.source
            ),
            told(line),
        ));
    }
    if lines.len() > LINES_MAX {
        blocks.push(Block::Text(format!(
            "{} more are in timeline.csv.",
            lines.len() - LINES_MAX
        )));
    }
    blocks
}

fn told(line: &Line) -> String {
    if line.details.is_empty() {
        return line.what.clone();
    }
    format!("{}: {}", line.what, line.details.join(", "))
}

/// Names of people, or numbers in their place.
struct People<'c> {
    shown: bool,
    numbers: BTreeMap<&'c str, usize>,
}

impl<'c> People<'c> {
    fn of(case: &Case<'c>, view: &View) -> People<'c> {
        let mut numbers = BTreeMap::new();
        let log = case.incident.log.iter().map(|entry| entry.by.as_str());
        let steps = case.incident.runs.iter().flat_map(|run| &run.entries);
        for name in log.chain(steps.map(|entry| entry.by.as_str())) {
            let next = numbers.len() + 1;
            numbers.entry(name).or_insert(next);
        }
        People {
            shown: view.people,
            numbers,
        }
    }

    fn name(&self, name: &str) -> String {
        let number = self.numbers.get(name).copied().unwrap_or_default();
        if self.shown {
            name.to_owned()
        } else {
            format!("person {number}")
        }
    }
}

/// What people did: steps of playbooks, and what was entered. Notes are the team's own and
/// are in no packet.
fn done(case: &Case<'_>, view: &View) -> Vec<Block> {
    let people = People::of(case, view);
    let mut lines: Vec<(Timestamp, String, String)> = Vec::new();
    for run in &case.incident.runs {
        let playbook = case.playbooks.iter().find(|known| known.id == run.playbook);
        for entry in &run.entries {
            let step = playbook.and_then(|playbook| {
                let mut steps = playbook.steps.iter();
                steps.find(|step| step.number == entry.step)
            });
            let action = step.map_or("a step", |step| step.action.as_str());
            let Some(became) = became(&entry.said, view) else {
                continue;
            };
            lines.push((
                entry.at,
                people.name(&entry.by),
                format!("{action}{became}"),
            ));
        }
    }
    for entry in &case.incident.log {
        lines.extend(entered(entry).map(|what| (entry.at, people.name(&entry.by), what)));
    }
    lines.sort();
    if lines.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("What was done")];
    blocks.extend(
        lines
            .into_iter()
            .map(|(at, by, what)| row(&format!("{}, {by}", time(at)), what)),
    );
    blocks
}

fn became(said: &Said, view: &View) -> Option<String> {
    match said {
        Said::Taken | Said::NotSo => None,
        Said::Done { proof } if view.proofs => Some(format!(" Done: {proof}")),
        Said::Done { .. } => Some(" Done.".to_owned()),
        Said::Failed { reason } if view.proofs => Some(format!(" Could not be done: {reason}")),
        Said::Failed { .. } => Some(" Could not be done.".to_owned()),
    }
}

fn entered(entry: &Entry) -> Option<String> {
    match &entry.what {
        Act::Opened { .. } => Some("Opened the incident.".to_owned()),
        Act::EvidenceSaved { sha256, .. } => Some(format!("Saved evidence {sha256}.")),
        Act::Closed { .. } => Some("Closed the incident.".to_owned()),
        Act::Reopened { .. } => Some("Opened the incident again.".to_owned()),
        _ => None,
    }
}

/// Whether the intruder is out: for whoever has to decide if the account is safe again.
fn evicted(case: &Case<'_>, view: &View) -> Vec<Block> {
    if !view.proofs {
        return Vec::new();
    }
    let answers = case.incident.answers();
    let mut blocks = vec![heading("Is the intruder out?")];
    for (name, asks) in crate::incident::EVICTION {
        let answer = match answers.get(name) {
            Some(Evicted::Yes) => "yes",
            Some(Evicted::No) => "not yet",
            Some(Evicted::DoesNotApply) => "does not apply",
            None => "not answered yet",
        };
        let proof = proof_of(&case.incident.log, name);
        blocks.push(row(asks, format!("{answer}{proof}")));
    }
    blocks
}

/// What proves the last answer to a question.
fn proof_of(log: &[Entry], name: &str) -> String {
    let last = log.iter().rev().find_map(|entry| match &entry.what {
        Act::Reopened { .. } => Some(String::new()),
        Act::Answered {
            question, proof, ..
        } if question == name => Some(format!(": {proof}")),
        _ => None,
    });
    last.unwrap_or_default()
}

fn evidence(case: &Case<'_>) -> Vec<Block> {
    let mut blocks = vec![heading("What proves it")];
    blocks.push(Block::Text(
        "Each piece of evidence is a link of a chain, with the hash of the one before. The signed end of the chain, kept by a third party, proves what was there at that time. README.txt says how to check all of it without our program.".to_owned(),
    ));
    if let Some(head) = case.heads.last() {
        blocks.push(row("Pieces in the chain", head.links.to_string()));
        blocks.push(row("Hash of the last link (SHA-256)", head.hash.clone()));
        blocks.push(row("Signed", time(head.at)));
        blocks.push(row("Public key (Ed25519)", head.key.clone()));
    }
    for link in case.chain {
        blocks.push(row(
            &format!(
                "{}. {}, learned {}",
                link.number,
                link.title,
                time(link.learned)
            ),
            link.sha256.clone(),
        ));
    }
    blocks
}

fn contacts(case: &Case<'_>) -> Vec<Block> {
    if case.contacts.is_empty() {
        return Vec::new();
    }
    let mut blocks = vec![heading("Where it can be sent")];
    for (who, address, sure) in case.contacts {
        blocks.push(row(&format!("{who}, {sure}"), address.clone()));
    }
    blocks
}
