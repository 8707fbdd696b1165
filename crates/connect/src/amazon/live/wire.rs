//! Bytes over HTTPS: time limits, size limits, no redirect, errors without addresses.

use std::time::Duration;

use jiff::Timestamp;
use reqwest::header::{HeaderMap, RETRY_AFTER};
use reqwest::{Client, RequestBuilder, redirect};

use crate::connector::Trouble;

/// A host that has not taken the connection by then is down, and another try is better.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// Amazon answers within a few seconds, or not at all.
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Who asks for more than a day asks for never.
const WAIT_MAX: Duration = Duration::from_hours(24);
/// Longer than any id of a request.
const WORD_BYTES_MAX: usize = 200;

/// Amazon wants to know the program, its language and the platform, in at most 500
/// characters (https://developer-docs.amazon.com/sp-api/docs/include-a-user-agent-header-in-all-requests).
fn user_agent() -> String {
    let version = env!("CARGO_PKG_VERSION");
    let platform = std::env::consts::OS;
    format!("sellkeep/{version} (Language=Rust; Platform={platform})")
}

/// What came back.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Bytes {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// Amazon's id of the request.
    pub request_id: Option<String>,
    /// Calls a second that Amazon says we have.
    pub rate: Option<f64>,
    /// How long it asks to wait.
    pub wait: Option<Duration>,
    /// The character set that it names.
    pub charset: Option<String>,
}

/// The client; `answer_within` is for tests that cannot wait.
pub fn client(answer_within: Option<Duration>) -> Result<Client, Trouble> {
    let answer_within = answer_within.unwrap_or(ANSWER_WITHIN);
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .connect_timeout(CONNECT_WITHIN.min(answer_within))
        .timeout(answer_within)
        .user_agent(user_agent())
        .build()
        .map_err(|_| Trouble::Settings("no TLS is available on this machine".to_owned()))
}

/// Sends a request and reads the whole answer, up to a limit.
pub async fn send(
    request: RequestBuilder,
    bytes_max: usize,
    step: &'static str,
) -> Result<Bytes, Trouble> {
    let sent = request.send().await;
    let mut response = sent.map_err(|error| trouble(&error, step))?;
    let told = response.content_length().unwrap_or_default();
    if usize::try_from(told).is_ok_and(|told| told > bytes_max) {
        return Err(Trouble::TooMuch("an answer"));
    }
    let mut bytes = heads(response.status().as_u16(), response.headers());
    loop {
        let chunk = response.chunk().await;
        let Some(chunk) = chunk.map_err(|error| trouble(&error, step))? else {
            return Ok(bytes);
        };
        bytes.body.extend_from_slice(&chunk);
        if bytes.body.len() > bytes_max {
            return Err(Trouble::TooMuch("an answer"));
        }
    }
}

fn heads(status: u16, headers: &HeaderMap) -> Bytes {
    let word = |name: &str| {
        let text = headers.get(name)?.to_str().ok()?.trim();
        (!text.is_empty() && text.len() <= WORD_BYTES_MAX).then(|| text.to_owned())
    };
    let charset = word("content-type").and_then(|kind| {
        let (_, charset) = kind.split_once("charset=")?;
        Some(charset.trim_matches('"').to_ascii_lowercase())
    });
    Bytes {
        status,
        body: Vec::new(),
        request_id: word("x-amzn-requestid"),
        rate: word("x-amzn-ratelimit-limit").and_then(|rate| rate.parse().ok()),
        wait: word(RETRY_AFTER.as_str()).and_then(|wait| asked_wait(&wait, Timestamp::now())),
        charset,
    }
}

/// Retry-After in seconds or as a date (RFC 9110, 10.2.3).
fn asked_wait(field: &str, now: Timestamp) -> Option<Duration> {
    let wait = if let Ok(seconds) = field.parse::<f64>() {
        Duration::try_from_secs_f64(seconds).ok()?
    } else {
        let date = jiff::fmt::rfc2822::parse(field).ok()?.timestamp();
        Duration::try_from(date.duration_since(now)).unwrap_or_default()
    };
    Some(wait.min(WAIT_MAX))
}

/// What an error of the client means. Its own words name the whole address.
fn trouble(error: &reqwest::Error, step: &'static str) -> Trouble {
    if error.is_timeout() {
        return Trouble::Silent(step);
    }
    if error.is_dns() {
        return Trouble::HostUnknown;
    }
    if error.is_connect() {
        return Trouble::Unreachable;
    }
    Trouble::Cut(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_is_as_amazon_wants_it() {
        let agent = user_agent();
        assert!(agent.starts_with("sellkeep/") && agent.len() < 500);
        assert!(agent.contains("Language=") && agent.contains("Platform="));
    }

    #[test]
    fn a_wait_is_read_in_both_forms() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().expect("a time");
        for (field, seconds) in [
            ("7", Some(7)),
            ("0.5", Some(0)),
            ("Tue, 24 Nov 2026 10:00:30 GMT", Some(30)),
            ("Tue, 24 Nov 2026 09:00:00 GMT", Some(0)),
            ("999999999", Some(86_400)),
            ("-3", None),
            ("soon", None),
        ] {
            let wait = asked_wait(field, now).map(|wait| wait.as_secs());
            assert_eq!(wait, seconds, "{field}");
        }
    }
}
