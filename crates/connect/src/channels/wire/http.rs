//! One HTTP request and its answer.
//!
//! Named limits on time and size, no redirect, no proxy, names resolved under guard.

use std::error::Error as _;
use std::net::SocketAddr;
use std::time::Duration;

use jiff::Timestamp;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{Client, Method, redirect};

use super::address::{Address, Reach, forbidden};
use super::trouble::Trouble;

/// Enough for the reason that a service gives; what comes after is not read.
pub const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// A host that has not taken the connection by then is down, and another try is better.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A service that asks for more than a day is asking for never.
const WAIT_MAX: Duration = Duration::from_hours(24);

/// A request. Headers and body may hold secrets, so it does not print.
pub struct Request {
    /// POST or PUT.
    pub method: Method,
    /// Where to.
    pub address: Address,
    /// Header fields.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Request {
    /// A POST of JSON.
    pub fn json(address: Address, body: &serde_json::Value) -> Request {
        Request {
            method: Method::POST,
            address,
            headers: vec![("content-type", "application/json".to_owned())],
            body: body.to_string().into_bytes(),
        }
    }

    /// A POST of a form.
    pub fn form(address: Address, fields: &[(&str, &str)]) -> Request {
        let mut form = url::form_urlencoded::Serializer::new(String::new());
        form.extend_pairs(fields);
        Request {
            method: Method::POST,
            address,
            headers: vec![(
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            )],
            body: form.finish().into_bytes(),
        }
    }

    /// The same with one header field more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Request {
        self.headers.push((name, value));
        self
    }
}

/// What a service answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The host that was asked.
    pub host: String,
    /// The status.
    pub status: u16,
    /// How long it asks to wait.
    pub wait: Option<Duration>,
    /// The beginning of the body, at most [`ANSWER_BYTES_MAX`].
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON, where it is.
    pub fn json(&self) -> Option<serde_json::Value> {
        serde_json::from_slice(&self.body).ok()
    }

    /// A refusal, in our words.
    pub fn refused(&self, says: &'static str) -> Trouble {
        Trouble::Refused {
            host: self.host.clone(),
            status: self.status,
            says,
        }
    }
}

/// The clients, one for each reach, and the time limit for an answer.
#[derive(Debug, Clone)]
pub struct Wire {
    public: Client,
    anywhere: Client,
    private: Client,
    answer_within: Duration,
}

impl Wire {
    /// Clients that wait that long for an answer.
    pub fn new(answer_within: Duration) -> Result<Wire, Trouble> {
        Ok(Wire {
            public: client(Reach::Public, answer_within)?,
            anywhere: client(Reach::Anywhere, answer_within)?,
            private: client(Reach::Private, answer_within)?,
            answer_within,
        })
    }

    /// How long an answer may take.
    pub fn answer_within(&self) -> Duration {
        self.answer_within
    }

    /// Sends a request and reads the beginning of the answer.
    pub async fn ask(&self, request: &Request) -> Result<Answer, Trouble> {
        let address = &request.address;
        let client = match address.reach() {
            Reach::Public => &self.public,
            Reach::Anywhere => &self.anywhere,
            Reach::Private => &self.private,
        };
        let asked = client
            .request(request.method.clone(), address.url().clone())
            .headers(headers(&request.headers)?)
            .body(request.body.clone())
            .send()
            .await;
        let mut response = asked.map_err(|error| self.trouble(address, &error))?;
        let mut body = Vec::new();
        // A connection that is cut after the status has still brought the status.
        while body.len() < ANSWER_BYTES_MAX
            && let Ok(Some(chunk)) = response.chunk().await
        {
            body.extend_from_slice(&chunk);
        }
        body.truncate(ANSWER_BYTES_MAX);
        Ok(Answer {
            host: address.host().to_owned(),
            status: response.status().as_u16(),
            wait: wait(response.headers(), &body),
            body,
        })
    }

    /// What an error of the client means. Its own words name the whole address.
    fn trouble(&self, address: &Address, error: &reqwest::Error) -> Trouble {
        let host = address.host().to_owned();
        if let Some(Closed(reach)) = cause(error) {
            return Trouble::Forbidden {
                host,
                says: forbidden(*reach),
            };
        }
        if error.is_timeout() {
            return Trouble::Slow {
                host,
                seconds: self.answer_within.as_secs(),
            };
        }
        let cause = match (error.is_dns(), error.is_connect()) {
            (true, _) => "its name could not be resolved",
            (_, true) => "no secure connection could be made",
            _ => "the connection was cut",
        };
        Trouble::Unreachable { host, cause }
    }
}

fn client(reach: Reach, answer_within: Duration) -> Result<Client, Trouble> {
    Client::builder()
        .redirect(redirect::Policy::none())
        .no_proxy()
        .dns_resolver(Guarded(reach))
        .connect_timeout(CONNECT_WITHIN.min(answer_within))
        .timeout(answer_within)
        .user_agent(concat!("sellkeep/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|_| Trouble::Form("no TLS is available on this machine"))
}

fn headers(fields: &[(&'static str, String)]) -> Result<HeaderMap, Trouble> {
    let mut map = HeaderMap::new();
    for (name, value) in fields {
        let mut value = HeaderValue::from_str(value).map_err(|_| {
            Trouble::Form("a key or token holds a character that no header can carry")
        })?;
        value.set_sensitive(true);
        map.append(HeaderName::from_static(name), value);
    }
    Ok(map)
}

/// Retry-After in seconds or as a date (RFC 9110 10.2.3); else the field of the body that
/// Telegram, Discord or Matrix uses for it.
fn wait(headers: &HeaderMap, body: &[u8]) -> Option<Duration> {
    let field = headers
        .get(RETRY_AFTER)
        .and_then(|field| field.to_str().ok());
    let wait = match field {
        Some(field) => written_wait(field.trim(), Timestamp::now()),
        None => body_wait(body),
    };
    wait.map(|wait| wait.min(WAIT_MAX))
}

fn written_wait(field: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = field.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let date = jiff::fmt::rfc2822::parse(field).ok()?.timestamp();
    let wait = date.duration_since(now).max(jiff::SignedDuration::ZERO);
    Duration::try_from(wait).ok()
}

fn body_wait(body: &[u8]) -> Option<Duration> {
    let json: serde_json::Value = serde_json::from_slice(body).ok()?;
    let seconds = |name: &str| json.pointer(name).and_then(serde_json::Value::as_f64);
    let wait = seconds("/parameters/retry_after")
        .or_else(|| seconds("/retry_after"))
        .or_else(|| seconds("/retry_after_ms").map(|ms| ms / 1000.0))?;
    Duration::try_from_secs_f64(wait).ok()
}

/// Resolves names, and refuses those that lead where they must not.
struct Guarded(Reach);

/// A name led to a network that is closed.
#[derive(Debug, thiserror::Error)]
#[error("the network is closed")]
struct Closed(Reach);

impl Resolve for Guarded {
    fn resolve(&self, name: Name) -> Resolving {
        let reach = self.0;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let found: Vec<SocketAddr> = found.collect();
            // One closed address among open ones is no accident.
            if found.iter().any(|address| !reach.allows(address.ip())) {
                return Err(Closed(reach).into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

fn cause(error: &reqwest::Error) -> Option<&Closed> {
    let mut cause = error.source();
    while let Some(error) = cause {
        if let Some(closed) = error.downcast_ref::<Closed>() {
            return Some(closed);
        }
        cause = error.source();
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_long_to_wait_is_read_from_every_place_it_stands_in() {
        let now: Timestamp = "2026-11-24T10:00:00Z".parse().expect("a time");
        for (field, seconds) in [
            ("7", Some(7)),
            ("0.5", Some(0)),
            ("Tue, 24 Nov 2026 10:00:30 GMT", Some(30)),
            ("Tue, 24 Nov 2026 09:00:00 GMT", Some(0)),
            ("-3", None),
            ("soon", None),
        ] {
            assert_eq!(
                written_wait(field, now).map(|wait| wait.as_secs()),
                seconds,
                "{field}"
            );
        }
        for (body, millis) in [
            (r#"{"ok":false,"parameters":{"retry_after":3}}"#, Some(3000)),
            (r#"{"retry_after":0.25}"#, Some(250)),
            (
                r#"{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":40}"#,
                Some(40),
            ),
            (r#"{"retry_after":-1}"#, None),
            ("no json", None),
        ] {
            assert_eq!(
                body_wait(body.as_bytes()).map(|wait| wait.as_millis()),
                millis,
                "{body}"
            );
        }
    }
}
