//! What a check found as a Compliance Finding (2003).

use sellkeep_model::{Answered, CheckResult, FixStep, Timestamp};
use serde_json::{Value, json};

use super::About;
use super::base::{self, Activity, Class, INFORMATIONAL, MEDIUM};

const CLASS: Class = Class {
    number: 2003,
    name: "Compliance Finding",
    category: "Findings",
};

const CREATE: Activity = Activity {
    number: 1,
    name: "Create",
};

/// The answer as it is now.
pub fn of(about: &About<'_>, account: &str, result: &CheckResult, now: Timestamp) -> Value {
    let mut line = base::line(CLASS, CREATE, severity(result), now);
    let id = format!("{account}/{}", result.check);
    let metadata = base::metadata(about, &format!("{id}@{now}"), &result.check);
    line.insert("metadata".to_owned(), metadata);
    line.insert("message".to_owned(), result.says.as_str().into());
    line.insert("compliance".to_owned(), compliance(result));
    line.insert("finding_info".to_owned(), info(result, &id));
    line.insert("status_id".to_owned(), status(result).into());
    line.insert("remediation".to_owned(), remediation(result));
    line.insert("unmapped".to_owned(), unmapped(account, result));
    Value::Object(line)
}

fn severity(result: &CheckResult) -> u32 {
    match result.answer {
        Answered::Fail => MEDIUM,
        Answered::Pass | Answered::Unknown | Answered::AskThePerson => INFORMATIONAL,
    }
}

/// Unknown 0, pass 1, fail 3.
fn answer(result: &CheckResult) -> u32 {
    match result.answer {
        Answered::Pass => 1,
        Answered::Fail => 3,
        Answered::Unknown | Answered::AskThePerson => 0,
    }
}

/// New 1, suppressed 3 (somebody answers for it), resolved 4.
fn status(result: &CheckResult) -> u32 {
    match (&result.exception, result.answer) {
        (Some(_), _) => 3,
        (None, Answered::Pass) => 4,
        (None, _) => 1,
    }
}

fn compliance(result: &CheckResult) -> Value {
    json!({
        "standards": [result.source],
        "requirements": [result.question],
        "control": result.check,
        "status": result.answer,
        "status_id": answer(result),
        "status_detail": result.says,
    })
}

fn info(result: &CheckResult, id: &str) -> Value {
    json!({
        "uid": id,
        "title": result.question,
        "desc": result.why,
        "types": ["preparation"],
    })
}

fn remediation(result: &CheckResult) -> Value {
    let actions: Vec<&str> = result
        .steps
        .iter()
        .map(|step| step.action.as_str())
        .collect();
    let pages: Vec<&str> = result.steps.iter().filter_map(page).collect();
    json!({ "desc": actions.join(" "), "references": pages })
}

fn page(step: &FixStep) -> Option<&str> {
    step.page.as_deref()
}

fn unmapped(account: &str, result: &CheckResult) -> Value {
    json!({
        "account": account,
        "answer": result.answer,
        "points": result.points,
        "minutes": result.minutes,
        "seen": result.seen,
        "confidence": result.confidence,
        "expires": result.expires,
        "exception": result.exception,
    })
}
