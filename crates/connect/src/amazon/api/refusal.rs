//! Refused questions: what Amazon's errors mean for us.
//!
//! A lost permission is an event, because an intruder removes the watcher first. Being asked
//! to slow down, a fault at Amazon's or a wrong question are only problems. Messages and
//! details are looked at but never kept: they repeat ids of the question.

use sellkeep_model::{EventKind, Field, Object, Reading};
use serde_json::Value as Json;

use crate::amazon::frame::Frame;
use crate::amazon::node::{Node, member};

/// What a refusal means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Meaning {
    /// The owner, or somebody in his account, took the right to read away.
    PermissionLost,
    /// Our own application's secret is not accepted.
    OwnSecretRefused,
    /// The access token is over; the next one is fetched as usual.
    TokenOver,
    /// What was asked for is not there.
    NotThere,
    TooOften,
    Fault,
    WrongQuestion,
}

/// Errors by their code, whatever the status is. The first five are the sign-in service's
/// (RFC 6749, section 5.2), the others the API's.
const CODES: &[(&str, Meaning)] = &[
    ("invalid_grant", Meaning::PermissionLost),
    ("unauthorized_client", Meaning::PermissionLost),
    ("access_denied", Meaning::PermissionLost),
    ("invalid_client", Meaning::OwnSecretRefused),
    ("temporarily_unavailable", Meaning::Fault),
    ("server_error", Meaning::Fault),
    ("Unauthorized", Meaning::PermissionLost),
    ("UnauthorizedRequest", Meaning::PermissionLost),
    ("AccessDenied", Meaning::PermissionLost),
    ("QuotaExceeded", Meaning::TooOften),
    ("RequestThrottled", Meaning::TooOften),
    ("TooManyRequests", Meaning::TooOften),
    ("NotFound", Meaning::NotThere),
    ("InternalFailure", Meaning::Fault),
    ("InternalError", Meaning::Fault),
    ("InternalServerError", Meaning::Fault),
    ("ServiceUnavailable", Meaning::Fault),
    ("RequestTimedOut", Meaning::Fault),
];

/// Whether the status alone says that it is refused, and there is no body to read.
pub(super) fn is_one_without_a_body(frame: &Frame<'_>) -> bool {
    let body = &frame.record.body;
    let empty = body.is_null()
        || body
            .as_str()
            .is_some_and(|text| serde_json::from_str::<Json>(text).is_err());
    empty && refused(frame)
}

/// Whether an answer is a refusal: by its status, or by errors that come without a payload.
pub(super) fn is_one(frame: &Frame<'_>, body: &Json) -> bool {
    let errors = member(body, "errors").and_then(Json::as_array);
    let errors = errors.is_some_and(|errors| !errors.is_empty());
    let sign_in = member(body, "error").is_some_and(Json::is_string);
    refused(frame) || sign_in || (errors && member(body, "payload").is_none())
}

fn refused(frame: &Frame<'_>) -> bool {
    frame.record.status.is_some_and(|status| status >= 400)
}

/// An event for a lost permission, a problem for anything else.
pub(super) fn read(frame: &Frame<'_>, body: &Json, reading: &mut Reading) {
    let (code, words) = told(frame, body);
    let meaning = meaning(frame.record.status, &code, &words);
    match meaning {
        Meaning::PermissionLost => push(frame, &code, "the right to read was refused", reading),
        Meaning::OwnSecretRefused => {
            push(
                frame,
                &code,
                "the secret of our own application was refused",
                reading,
            );
        }
        _ => frame.problems.note("status", says(meaning)),
    }
}

/// The error's code, and its words in lower case for looking at.
fn told(frame: &Frame<'_>, body: &Json) -> (String, String) {
    let root = Node::root(frame, body);
    if member(body, "error").is_some_and(Json::is_string) {
        let words = root.text("error_description").unwrap_or_default();
        return (root.text("error").unwrap_or_default(), words.to_lowercase());
    }
    let errors = root
        .get("errors")
        .filter(Node::is_list)
        .map(|errors| errors.things().nodes);
    let first = errors.and_then(|errors| errors.into_iter().next());
    let word = |name| {
        first
            .as_ref()
            .and_then(|error| error.text(name))
            .unwrap_or_default()
    };
    let words = format!("{} {}", word("message"), word("details")).to_lowercase();
    (word("code"), words)
}

fn meaning(status: Option<u16>, code: &str, words: &str) -> Meaning {
    let known = CODES
        .iter()
        .find(|(word, _)| word.eq_ignore_ascii_case(code));
    let by_code = known.map(|(_, meaning)| *meaning);
    let by_status = match status {
        Some(401 | 403) => Some(Meaning::PermissionLost),
        Some(404) => Some(Meaning::NotThere),
        Some(429) => Some(Meaning::TooOften),
        Some(408 | 500..) => Some(Meaning::Fault),
        _ => None,
    };
    let meaning = by_status.or(by_code).unwrap_or(Meaning::WrongQuestion);
    let over = words.contains("token") && words.contains("expired");
    match meaning {
        // The sign-in service answers 401 for a wrong secret; its code says more.
        Meaning::PermissionLost if by_code == Some(Meaning::OwnSecretRefused) => {
            Meaning::OwnSecretRefused
        }
        // Wallet operations want a certificate that most sellers never had.
        Meaning::PermissionLost if words.contains("certificate") => Meaning::WrongQuestion,
        Meaning::PermissionLost if over && code.eq_ignore_ascii_case("Unauthorized") => {
            Meaning::TokenOver
        }
        other => other,
    }
}

fn says(meaning: Meaning) -> &'static str {
    match meaning {
        Meaning::TokenOver => "the access token is over; a new one is needed",
        Meaning::NotThere => "what was asked for is not there",
        Meaning::TooOften => "asked too often; the same question is to be asked again later",
        Meaning::Fault => "the marketplace answers with an error of its own; nothing was read",
        _ => "the marketplace does not accept the question; nothing was read",
    }
}

/// Each refused call is a fact of its own: it has no other identity than its time.
fn push(frame: &Frame<'_>, code: &str, reason: &str, reading: &mut Reading) {
    let at = frame.record.at.to_string();
    let identity = [frame.operation.as_ref(), code, &at];
    let mut event = frame.event(EventKind::SourcePermissionLost, &identity, None);
    event.object = Some(Object::new("source", frame.record.source.as_str()));
    event.store = frame.asked_store();
    event.after.set(Field::Reason, reason);
    if !code.is_empty() {
        event.after.set(Field::Error, code);
    }
    if !frame.operation.is_empty() {
        event.after.set(Field::Operation, frame.operation.as_ref());
    }
    event.after.set_if(
        Field::Status,
        frame.record.status.map(|status| status.to_string()),
    );
    reading.events.push(event);
}

#[cfg(test)]
mod tests {
    use sellkeep_model::{EventKind, Field, Reading};

    use crate::amazon::sample::refused;

    fn only_problem(reading: &Reading) -> &str {
        assert!(
            reading.events.is_empty() && reading.problems.len() == 1,
            "{reading:?}"
        );
        &reading.problems[0].says
    }

    #[test]
    fn a_withdrawn_grant_is_a_lost_permission() {
        for (status, body) in [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"The request has an invalid grant parameter : refresh_token"}"#,
            ),
            (400, r#"{"error":"unauthorized_client"}"#),
            (
                403,
                r#"{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":""}]}"#,
            ),
            (403, ""),
        ] {
            let reading = refused("getPaymentMethods", status, body);
            assert_eq!(reading.events.len(), 1, "{body}");
            let event = &reading.events[0];
            assert_eq!(event.kind, EventKind::SourcePermissionLost);
            assert_eq!(
                event.object.as_ref().map(ToString::to_string).as_deref(),
                Some("source amazon.api")
            );
            assert_eq!(
                event.after.text(Field::Operation),
                Some("getPaymentMethods")
            );
            assert!(reading.problems.is_empty());
        }
    }

    #[test]
    fn our_own_secret_is_told_apart() {
        let reading = refused(
            "token",
            401,
            r#"{"error":"invalid_client","error_description":"Client authentication failed"}"#,
        );
        let event = &reading.events[0];
        assert_eq!(event.after.text(Field::Error), Some("invalid_client"));
        assert!(
            event
                .after
                .text(Field::Reason)
                .is_some_and(|reason| reason.contains("own application"))
        );
    }

    #[test]
    fn anything_else_is_only_a_problem() {
        let quota = refused(
            "listPayouts",
            429,
            r#"{"errors":[{"code":"QuotaExceeded","message":"x"}]}"#,
        );
        assert!(only_problem(&quota).starts_with("asked too often"));
        let fault = refused("listPayouts", 503, "<html>busy</html>");
        assert!(only_problem(&fault).contains("an error of its own"));
        let wrong = refused(
            "listPayouts",
            400,
            r#"{"errors":[{"code":"InvalidInput","message":"x"}]}"#,
        );
        assert!(only_problem(&wrong).contains("does not accept"));
        let certificate = refused(
            "listAccounts",
            403,
            r#"{"errors":[{"code":"UnauthorizedRequest","message":"Invalid WAC certificate."}]}"#,
        );
        assert!(only_problem(&certificate).contains("does not accept"));
        let over = refused(
            "listPayouts",
            403,
            r#"{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":"The access token you provided has expired."}]}"#,
        );
        assert!(only_problem(&over).contains("token is over"));
    }

    #[test]
    fn errors_without_a_status_are_a_refusal_too() {
        let line = r#"{"at":"2026-11-01T10:00:00Z","source":"amazon.api","operation":"getAccount","body":{"errors":[{"code":"Unauthorized"}]}}"#;
        let record = serde_json::from_str(line).expect("a record");
        let reading = crate::amazon::read(&record, &sellkeep_model::DigestKey::new([1; 32]));
        assert_eq!(reading.events.len(), 1);
    }
}
