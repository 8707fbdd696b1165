//! The same request sent twice is done once: `Idempotency-Key`.
//!
//! A program that got no answer sends its request again with the same key and is given
//! the first answer. The same key with another request is refused. Keys are each person's
//! own and are forgotten after a day. Trouble is not kept: it may be tried again.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Json, Response};
use jiff::SignedDuration;
use sellkeep_model::{id_of, sha256};
use serde_json::Value;

use crate::console::Console;
use crate::door::SignedIn;
use crate::trouble::{Outcome, Trouble};

/// The header that names a request.
pub const KEY: &str = "idempotency-key";
/// A key is a UUID or the like.
const KEY_CHARS_MAX: usize = 200;
/// How long an answer is kept: a program that tries again after that has had a night.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// A request that may come twice.
pub struct Request {
    key: Option<String>,
    /// A hash of everything that is asked.
    asks: String,
}

impl Request {
    /// A request to do something, with what was sent along.
    pub fn new(headers: &HeaderMap, deed: &str, body: &[u8]) -> Result<Request, Trouble> {
        let key = match headers.get(KEY) {
            None => None,
            Some(value) => Some(checked(value.to_str().unwrap_or_default())?),
        };
        let asks = id_of(&[deed, &sha256(body)]);
        Ok(Request { key, asks })
    }
}

fn checked(key: &str) -> Result<String, Trouble> {
    let plain = key.chars().all(|letter| letter.is_ascii_graphic());
    if key.is_empty() || key.len() > KEY_CHARS_MAX || !plain {
        let says = "Idempotency-Key takes up to 200 letters and digits without spaces.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    Ok(key.to_owned())
}

/// Does the work, or gives the answer of the first time.
pub async fn once(
    console: &Console,
    who: &SignedIn,
    request: &Request,
    work: impl Future<Output = Result<(StatusCode, Value), Trouble>>,
) -> Outcome {
    let Some(key) = &request.key else {
        let (status, answer) = work.await?;
        return Ok((status, Json(answer)).into_response());
    };
    let now = console.now();
    let name = id_of(&["request", &who.person.value.id, key]);
    let store = &console.store;
    store.forget_answers(now - KEPT).await?;
    let known = store
        .begin_answer(&who.tenant, &name, &request.asks, now)
        .await?;
    if let Some(known) = known {
        return again(known, request);
    }
    match work.await {
        Ok((status, answer)) => {
            let text = answer.to_string();
            store
                .end_answer(&who.tenant, &name, status.as_u16(), &text)
                .await?;
            Ok((status, Json(answer)).into_response())
        }
        Err(trouble) => {
            store.drop_answer(&who.tenant, &name).await?;
            Err(trouble)
        }
    }
}

fn again(known: sellkeep_store::Answered, request: &Request) -> Outcome {
    if known.request != request.asks {
        let says = "This Idempotency-Key was used for another request. Take a new one.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    if known.status == 0 {
        return Err(Trouble::Conflict);
    }
    let status = StatusCode::from_u16(known.status).unwrap_or(StatusCode::OK);
    let kind = [(header::CONTENT_TYPE, "application/json")];
    let mut response: Response = (status, kind, known.body).into_response();
    let replayed = header::HeaderValue::from_static("true");
    response
        .headers_mut()
        .insert("idempotent-replayed", replayed);
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(key: Option<&str>, deed: &str, body: &[u8]) -> Result<Request, Trouble> {
        let mut headers = HeaderMap::new();
        if let Some(key) = key {
            headers.insert(KEY, key.parse().unwrap());
        }
        Request::new(&headers, deed, body)
    }

    fn answer(status: u16, request: &str) -> sellkeep_store::Answered {
        sellkeep_store::Answered {
            request: request.to_owned(),
            status,
            body: "{}".to_owned(),
        }
    }

    #[test]
    fn a_key_is_one_word() {
        assert!(asked(None, "a", b"").unwrap().key.is_none());
        assert!(asked(Some("7f-1"), "a", b"").is_ok());
        let long = "x".repeat(201);
        for wrong in ["", "a b", &long] {
            assert!(asked(Some(wrong), "a", b"").is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_first_answer_is_given_again_for_the_same_request_only() {
        let request = asked(Some("k"), "a", b"1").unwrap();
        let given = again(answer(202, &request.asks), &request).unwrap();
        assert_eq!(given.status(), StatusCode::ACCEPTED);
        assert!(given.headers().contains_key("idempotent-replayed"));
        let working = again(answer(0, &request.asks), &request);
        assert!(matches!(working, Err(Trouble::Conflict)));
        let other = asked(Some("k"), "a", b"2").unwrap();
        let refused = again(answer(202, &other.asks), &request);
        assert!(matches!(refused, Err(Trouble::Refused(_))));
    }
}
