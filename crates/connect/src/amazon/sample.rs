//! Records for tests, as the sources give them.

use sellkeep_model::{DigestKey, Reading, Record};
use serde_json::{Value as Json, json};

/// A key for digests in tests.
pub(super) const KEY: [u8; 32] = [7; 32];

/// When the tests' records were learned.
const AT: &str = "2026-11-01T11:00:00Z";

/// What stands in an answer of the API.
pub(super) fn answer(operation: &str, body: &str) -> Reading {
    asked(operation, "{}", body)
}

/// What stands in an answer to a question with parameters.
pub(super) fn asked(operation: &str, request: &str, body: &str) -> Reading {
    let request: Json = serde_json::from_str(request).expect("parameters");
    let body: Json = serde_json::from_str(body).expect("a body");
    read(
        &json!({"source": "amazon.api", "operation": operation, "request": request, "status": 200, "body": body}),
    )
}

/// What stands in a refusal.
pub(super) fn refused(operation: &str, status: u16, body: &str) -> Reading {
    read(&json!({"source": "amazon.api", "operation": operation, "status": status, "body": body}))
}

/// What stands in a report.
pub(super) fn report(operation: &str, text: &str) -> Reading {
    read(&json!({"source": "amazon.report", "operation": operation, "status": 200, "body": text}))
}

/// What stands in a notification as the queue gives it.
pub(super) fn notification(body: &Json) -> Reading {
    read(&json!({"source": "amazon.notification", "body": body}))
}

/// What stands in a record of which only what matters is given.
pub(super) fn read(rest: &Json) -> Reading {
    let mut line = json!({"at": AT, "account": "shop-de"});
    let members = rest.as_object().expect("members").clone();
    line.as_object_mut().expect("a line").extend(members);
    let record: Record = serde_json::from_value(line).expect("a record");
    super::read(&record, &DigestKey::new(KEY))
}
