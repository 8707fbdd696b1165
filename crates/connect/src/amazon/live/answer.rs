//! An answer of Amazon's, and what it means for asking on.

use std::time::Duration;

use serde_json::Value as Json;

use super::wire::Bytes;

/// What an answer means for asking on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// It says something.
    Good,
    /// Asked too often.
    TooOften,
    /// The application may not ask this.
    Refused,
    /// There is no such thing here.
    NotThere,
    /// The question is not accepted.
    Wrong,
    /// A fault at Amazon's, or bytes that are no answer.
    Fault,
}

/// An answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, where it is JSON.
    pub body: Option<Json>,
    /// Amazon's id of the request: what its support asks for.
    pub request_id: Option<String>,
    /// Calls a second that Amazon says we have.
    pub rate: Option<f64>,
    /// How long it asks to wait.
    pub wait: Option<Duration>,
}

impl Answer {
    /// An answer from what came back. JSON that is neither thing nor list is no answer.
    pub fn of(bytes: Bytes) -> Answer {
        let body: Option<Json> = serde_json::from_slice(&bytes.body).ok();
        Answer {
            status: bytes.status,
            body: body.filter(|body| body.is_object() || body.is_array()),
            request_id: bytes.request_id,
            rate: bytes.rate,
            wait: bytes.wait,
        }
    }

    /// What it means for asking on.
    pub fn meaning(&self) -> Meaning {
        match self.status {
            200..=299 if self.body.is_some() && !self.is_error() => Meaning::Good,
            401 | 403 => Meaning::Refused,
            404 => Meaning::NotThere,
            429 => Meaning::TooOften,
            400 | 405..=407 | 409..=428 => Meaning::Wrong,
            _ => Meaning::Fault,
        }
    }

    /// Whether the access token ran out, which is no refusal: the next one is got as usual.
    pub fn token_is_over(&self) -> bool {
        let words = ["message", "details"].map(|name| self.first_error(name));
        let told = words.join(" ").to_lowercase();
        matches!(self.status, 401 | 403) && told.contains("token") && told.contains("expired")
    }

    /// Errors with a good status and nothing else.
    fn is_error(&self) -> bool {
        let Some(body) = &self.body else { return true };
        let errors = body.get("errors").and_then(Json::as_array);
        errors.is_some_and(|errors| !errors.is_empty()) && body.get("payload").is_none()
    }

    fn first_error(&self, name: &str) -> &str {
        let errors = self.body.as_ref().and_then(|body| body.get("errors"));
        let first = errors.and_then(|errors| errors.get(0));
        let word = first
            .and_then(|error| error.get(name))
            .and_then(Json::as_str);
        word.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16, body: &str) -> Answer {
        Answer::of(Bytes {
            status,
            body: body.into(),
            ..Bytes::default()
        })
    }

    #[test]
    fn every_status_means_something() {
        for (status, body, meaning) in [
            (200, r#"{"payload":[]}"#, Meaning::Good),
            (202, r#"{"reportId":"1"}"#, Meaning::Good),
            (200, r#"[{"marketplace":{}}]"#, Meaning::Good),
            (200, "<html>", Meaning::Fault),
            (200, "", Meaning::Fault),
            (200, "7", Meaning::Fault),
            (
                200,
                r#"{"errors":[{"code":"InternalFailure"}]}"#,
                Meaning::Fault,
            ),
            (
                200,
                r#"{"errors":[{"code":"x"}],"payload":{}}"#,
                Meaning::Good,
            ),
            (301, "", Meaning::Fault),
            (400, "", Meaning::Wrong),
            (403, "", Meaning::Refused),
            (404, "", Meaning::NotThere),
            (408, "", Meaning::Fault),
            (413, "", Meaning::Wrong),
            (429, "", Meaning::TooOften),
            (500, "", Meaning::Fault),
            (503, "", Meaning::Fault),
        ] {
            assert_eq!(answer(status, body).meaning(), meaning, "{status} {body}");
        }
    }

    #[test]
    fn a_token_that_ran_out_is_told_apart() {
        let over = r#"{"errors":[{"code":"Unauthorized","message":"Access to requested resource is denied.","details":"The access token you provided has expired."}]}"#;
        assert!(answer(403, over).token_is_over());
        assert!(!answer(403, r#"{"errors":[{"code":"Unauthorized"}]}"#).token_is_over());
        assert!(!answer(200, over).token_is_over());
    }
}
