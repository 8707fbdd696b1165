//! Answering an alert from a program.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use jiff::SignedDuration;
use sellkeep_respond::raise::Answer;
use serde::Deserialize;
use serde_json::json;

use super::once::{Request, once};
use crate::act::{answer_alert, open_for_alert};
use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::{Outcome, Trouble};

/// An answer with a reason.
pub const BODY_BYTES_MAX: usize = 16 << 10;
/// As on the page.
const REASON_CHARS_MAX: usize = 500;
/// A longer silence is a decision to switch the rule off.
const HOURS_MAX: i64 = 168;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    answer: String,
    #[serde(default)]
    hours: i64,
    #[serde(default)]
    reason: String,
}

/// Answers an alert.
pub async fn answer(
    State(console): State<Console>,
    who: SignedIn,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Outcome {
    let request = Request::new(&headers, &format!("alerts/{id}"), &body)?;
    let work = async {
        let said = said(&body, console.now())?;
        let alert = console.store.alert(&who.tenant, &id).await?;
        let alert = alert.ok_or(Trouble::NotFound)?;
        answer_alert(&console, &who, &alert, &said).await?;
        let incident = match said {
            Answer::NotMe => Some(open_for_alert(&console, &who, &alert.value).await?),
            _ => None,
        };
        let left = console.store.alert(&who.tenant, &id).await?;
        let left = left.map(|alert| alert.value);
        Ok((StatusCode::OK, json!({"alert": left, "incident": incident})))
    };
    once(&console, &who, &request, work).await
}

fn said(body: &[u8], now: jiff::Timestamp) -> Result<Answer, Trouble> {
    let refused = |says: &str| Trouble::Refused(says.to_owned());
    let said: Said = serde_json::from_slice(body).map_err(|_| {
        refused("Send {\"answer\": …} as JSON, with \"hours\" and \"reason\" where it needs them.")
    })?;
    let reason = said.reason.trim().to_owned();
    let has_reason = !reason.is_empty() && reason.chars().count() <= REASON_CHARS_MAX;
    match said.answer.as_str() {
        "acknowledge" => Ok(Answer::Acknowledge),
        "not-me" => Ok(Answer::NotMe),
        "it-was-me" => Err(refused(
            "\"It was me\" ends a watch: it needs a person's second step, on the page.",
        )),
        "snooze" | "resolve" if !has_reason => {
            Err(refused("Say why in \"reason\", in at most 500 letters."))
        }
        "snooze" if !(1..=HOURS_MAX).contains(&said.hours) => {
            Err(refused("Say for how long in \"hours\": from 1 to 168."))
        }
        "snooze" => Ok(Answer::Snooze {
            until: now + SignedDuration::from_hours(said.hours),
            reason,
        }),
        "resolve" => Ok(Answer::Resolve { reason }),
        _ => Err(refused(
            "\"answer\" is acknowledge, snooze, not-me or resolve.",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Result<Answer, Trouble> {
        said(body.as_bytes(), jiff::Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn answers_are_read() {
        let resolved = read(r#"{"answer":"resolve","reason":" done "}"#).unwrap();
        let reason = "done".to_owned();
        assert_eq!(resolved, Answer::Resolve { reason });
        assert_eq!(read(r#"{"answer":"not-me"}"#).unwrap(), Answer::NotMe);
        assert!(read(r#"{"answer":"snooze","hours":8,"reason":"night"}"#).is_ok());
    }

    #[test]
    fn what_is_missing_or_needs_a_person_is_refused() {
        for wrong in [
            "",
            "{}",
            r#"{"answer":"maybe"}"#,
            r#"{"answer":"it-was-me"}"#,
            r#"{"answer":"resolve"}"#,
            r#"{"answer":"snooze","reason":"x"}"#,
            r#"{"answer":"snooze","hours":999,"reason":"x"}"#,
            r#"{"answer":"not-me","more":1}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
