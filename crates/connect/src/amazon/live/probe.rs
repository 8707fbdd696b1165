//! What an application may read of an account: every watch asked once, honestly told.

use std::time::Duration;

use sellkeep_model::Record;

use super::answer::Meaning;
use super::gate::{Access, Asked, Gate};
use super::grant::NoToken;
use super::operation::Operation;
use super::plan::{Watch, watches};
use super::question::Question;
use super::source::{first_question, record};

/// A question that has to wait is not asked in a probe if the wait is longer.
const WAIT_MAX: Duration = Duration::from_secs(5);

/// Whether something can be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// It can.
    Seen,
    /// The application may not.
    Refused,
    /// It is not offered here.
    NotThere,
    /// Amazon did not say: it is asked again later by itself.
    Unknown,
}

/// What was found about one operation in one store.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which operation.
    pub operation: Operation,
    /// In which store, where it is asked by store.
    pub store: Option<String>,
    /// Whether it can be seen.
    pub sight: Sight,
    /// The answer, where it was one.
    pub record: Option<Record>,
}

/// Asks for everything that is watched once; reports are only looked for, not made.
pub async fn probe(gate: &Gate, access: &Access) -> Result<Vec<Finding>, NoToken> {
    let mut findings = Vec::new();
    for watch in watches(&access.settings.stores) {
        let question = first_question(&access.settings, &watch, gate.now());
        findings.push(ask(gate, access, &watch, &question).await?);
    }
    Ok(findings)
}

async fn ask(
    gate: &Gate,
    access: &Access,
    watch: &Watch,
    question: &Question,
) -> Result<Finding, NoToken> {
    let mut finding = Finding {
        operation: question.operation(),
        store: watch.store.clone(),
        sight: Sight::Unknown,
        record: None,
    };
    let mut asked = gate.ask(access, question).await?;
    if let Asked::Later(until) = asked {
        let wait = Duration::try_from(until.duration_since(gate.now())).unwrap_or_default();
        if wait > WAIT_MAX {
            return Ok(finding);
        }
        tokio::time::sleep(wait).await;
        asked = gate.ask(access, question).await?;
    }
    let Asked::Answered(answer) = asked else {
        return Ok(finding);
    };
    finding.sight = match answer.meaning() {
        Meaning::Good => Sight::Seen,
        Meaning::Refused => Sight::Refused,
        Meaning::NotThere | Meaning::Wrong => Sight::NotThere,
        Meaning::TooOften | Meaning::Fault => Sight::Unknown,
    };
    let good = finding.sight == Sight::Seen && watch.row().report.is_none();
    finding.record = good.then(|| record(question, answer, gate.now()));
    Ok(finding)
}
