//! The way to a report: one that is there, else a new one; whether it is ready; where it lies.
//!
//! Each step is one question, and the state remembers how far we are. A report that
//! another tool of the seller's had made today is as good as our own.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use sellkeep_model::Record;
use serde_json::{Value as Json, json};

use super::gate::document_of;
use super::plan::{Marks, Rhythm, Watch};
use super::question::{Question, Report};

/// A report that is younger than this need not be made again.
const YOUNG: SignedDuration = SignedDuration::from_hours(6);
/// Whether it is ready is asked so often: most take a minute or two.
const READY_EVERY: SignedDuration = SignedDuration::from_mins(1);
/// A report that failed or was cancelled is asked for again after this.
const AGAIN: SignedDuration = SignedDuration::from_hours(2);

/// The next question on the way to a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    report: Report,
    store: String,
    at: At,
}

/// How far we are.
#[derive(Debug, Clone, PartialEq)]
enum At {
    /// Is there one already?
    Look(Timestamp),
    /// Make one.
    Ask,
    /// Is it ready?
    Wait(String),
    /// Where does it lie?
    Fetch(String),
}

/// In the state: no report was found, so one is to be made.
const NONE_THERE: &str = "";

impl Step {
    /// The next step of a watch.
    pub fn of(watch: &Watch, rhythm: &Rhythm, now: Timestamp) -> Step {
        let at = match (&rhythm.report, &rhythm.document) {
            (_, Some(document)) => At::Fetch(document.clone()),
            (Some(report), None) if report == NONE_THERE => At::Ask,
            (Some(report), None) => At::Wait(report.clone()),
            (None, None) => At::Look(now.saturating_sub(YOUNG).unwrap_or(now)),
        };
        Step {
            report: watch.row().report.unwrap_or(Report::Listings),
            store: watch.store.clone().unwrap_or_default(),
            at,
        }
    }

    /// Its question.
    pub fn question(&self) -> Question {
        match &self.at {
            At::Look(since) => Question::reports(self.report, &self.store, *since),
            At::Ask => Question::create_report(self.report, &self.store),
            At::Wait(report) => Question::report(report),
            At::Fetch(document) => Question::document(document),
        }
    }

    /// Where the document lies, once that is the answer.
    pub fn leads_to<'a>(&self, body: &'a Json) -> Option<(&'a str, bool)> {
        matches!(self.at, At::Fetch(_)).then(|| document_of(body))?
    }

    /// The report as it is kept. One in JSON is kept as that.
    pub fn record(&self, text: String, request_id: Option<String>, bare: Record) -> Record {
        let body = match self.report {
            Report::Listings => Json::String(text),
            Report::Health => serde_json::from_str(&text).unwrap_or(Json::String(text)),
        };
        let id = request_id.map(|id| ("x-amzn-RequestId".to_owned(), id));
        let request = json!({"marketplaceIds": self.store});
        Record {
            operation: Some(self.report.kind().to_owned()),
            request: request.as_object().cloned().unwrap_or_default(),
            status: Some(200),
            body,
            headers: BTreeMap::from_iter(id),
            ..bare
        }
    }
}

/// What is learned of an answer on the way.
pub fn learn(rhythm: &mut Rhythm, step: &Step, body: &Json, now: Timestamp) {
    let body = body.get("payload").unwrap_or(body);
    rhythm.failures = 0;
    rhythm.refused = false;
    rhythm.wait = None;
    match &step.at {
        At::Look(_) => match best(body) {
            Some(found) => progress(rhythm, found, now),
            None => rhythm.report = Some(NONE_THERE.to_owned()),
        },
        At::Ask => {
            rhythm.report = word(body, "reportId");
            wait(
                rhythm,
                if rhythm.report.is_some() {
                    READY_EVERY
                } else {
                    AGAIN
                },
                now,
            );
        }
        At::Wait(_) => progress(rhythm, body, now),
        // A document without a place: begun anew.
        At::Fetch(_) => give_up(rhythm, now),
    }
}

/// What stands out in a report that was read: nothing that could be the same as before.
pub fn whole() -> Marks {
    Marks {
        holds_something: true,
        ..Marks::default()
    }
}

fn progress(rhythm: &mut Rhythm, report: &Json, now: Timestamp) {
    match report.get("processingStatus").and_then(Json::as_str) {
        Some("DONE") => {
            rhythm.document = word(report, "reportDocumentId");
            if rhythm.document.is_none() {
                give_up(rhythm, now);
            }
        }
        Some("IN_QUEUE" | "IN_PROGRESS") => {
            rhythm.report = word(report, "reportId");
            wait(rhythm, READY_EVERY, now);
        }
        _ => give_up(rhythm, now),
    }
}

/// The newest report that is ready, else one that is on its way.
fn best(body: &Json) -> Option<&Json> {
    let reports = body.get("reports").and_then(Json::as_array)?;
    let is = |report: &&Json, status: &str| {
        report.get("processingStatus").and_then(Json::as_str) == Some(status)
    };
    let made = |report: &&Json| {
        report
            .get("createdTime")
            .and_then(Json::as_str)
            .map(str::to_owned)
    };
    let newest = |status: &str| {
        reports
            .iter()
            .filter(|report| is(report, status))
            .max_by_key(made)
    };
    newest("DONE")
        .or_else(|| newest("IN_PROGRESS"))
        .or_else(|| newest("IN_QUEUE"))
}

fn give_up(rhythm: &mut Rhythm, now: Timestamp) {
    rhythm.report = None;
    rhythm.document = None;
    wait(rhythm, AGAIN, now);
}

fn wait(rhythm: &mut Rhythm, wait: SignedDuration, now: Timestamp) {
    rhythm.wait = Some(now.saturating_add(wait).unwrap_or(now));
}

fn word(body: &Json, name: &str) -> Option<String> {
    let word = body.get(name)?.as_str()?;
    (!word.is_empty() && word.len() <= 300).then(|| word.to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::plan::Kind;
    use super::*;

    fn now() -> Timestamp {
        "2026-11-25T12:00:00Z".parse().expect("a time")
    }

    fn watch() -> Watch {
        Watch {
            kind: Kind::AllListings,
            store: Some("A1".to_owned()),
        }
    }

    fn answered(rhythm: &mut Rhythm, body: &Json) -> String {
        let step = Step::of(&watch(), rhythm, now());
        learn(rhythm, &step, body, now());
        Step::of(&watch(), rhythm, now())
            .question()
            .operation()
            .to_string()
    }

    #[test]
    fn a_new_report_step_by_step() {
        let mut rhythm = Rhythm::default();
        assert_eq!(
            answered(&mut rhythm, &json!({"reports": []})),
            "createReport"
        );
        assert_eq!(
            answered(&mut rhythm, &json!({"reportId": "R1"})),
            "getReport"
        );
        assert!(rhythm.wait.is_some_and(|wait| wait > now()));
        let waits = json!({"reportId": "R1", "processingStatus": "IN_PROGRESS"});
        assert_eq!(answered(&mut rhythm, &waits), "getReport");
        let done = json!({"reportId": "R1", "processingStatus": "DONE", "reportDocumentId": "D1"});
        assert_eq!(answered(&mut rhythm, &done), "getReportDocument");
        assert_eq!(rhythm.wait, None);
        let step = Step::of(&watch(), &rhythm, now());
        let body =
            json!({"reportDocumentId": "D1", "url": "https://x", "compressionAlgorithm": "GZIP"});
        assert_eq!(step.leads_to(&body), Some(("https://x", true)));
    }

    #[test]
    fn one_that_is_there_is_taken() {
        let mut rhythm = Rhythm::default();
        let body = json!({"reports": [
            {"reportId": "1", "processingStatus": "DONE", "reportDocumentId": "D1", "createdTime": "2026-11-25T08:00:00Z"},
            {"reportId": "2", "processingStatus": "DONE", "reportDocumentId": "D2", "createdTime": "2026-11-25T10:00:00Z"},
            {"reportId": "3", "processingStatus": "IN_QUEUE", "createdTime": "2026-11-25T11:00:00Z"}]});
        assert_eq!(answered(&mut rhythm, &body), "getReportDocument");
        assert_eq!(rhythm.document.as_deref(), Some("D2"));
    }

    #[test]
    fn what_fails_is_asked_for_again_later() {
        for body in [
            json!({"processingStatus": "FATAL"}),
            json!({"processingStatus": "CANCELLED"}),
            json!({"processingStatus": "DONE"}),
            json!({}),
        ] {
            let mut rhythm = Rhythm::default();
            rhythm.report = Some("R1".to_owned());
            assert_eq!(answered(&mut rhythm, &body), "getReports", "{body}");
            assert!(rhythm.wait.is_some_and(|wait| wait > now()));
        }
    }
}
