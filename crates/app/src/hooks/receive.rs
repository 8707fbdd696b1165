//! One hook: find its source, read its body, check its signature, store it, answer.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Result;
use axum::Router;
use axum::extract::rejection::QueryRejection;
use axum::extract::{ConnectInfo, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use jiff::{SignedDuration, Timestamp};
use sellkeep_connect::ebay::challenge_answer;
use sellkeep_model::{Record, SignatureCheck, TENANT_DEFAULT, sha256};
use sellkeep_store::{Advance, Arrival, Source, Store, Tenant};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::{Semaphore, watch};

use super::body::Room;
use super::check::{Checked, check};
use super::kinds::kind;
use super::settings::Settings;
use super::tally::Tally;
use super::trust::Trust;
use crate::keep::Keeper;
use crate::rate::Limit;
use crate::sources::SecretName;

/// Hooks looked at together; a wave of orders is answered within a second all the same.
const HOOKS_AT_ONCE: usize = 256;
/// Hooks of one sender at once: a shop's busiest minute.
const KNOCKS_BURST: u32 = 1_000;
/// And one more each so long: a hundred a second.
const KNOCK_EVERY: Duration = Duration::from_millis(10);
/// Ids of hooks are kept that long; no marketplace brings one again later, and a copy that
/// a stranger brings after that tells an event that is known.
const IDS_KEPT: SignedDuration = SignedDuration::from_hours(40 * 24);
/// How often ids are forgotten.
const SWEEP_EVERY: Duration = Duration::from_hours(1);
/// When to come again where there is no room.
const COME_AGAIN: &str = "30";
/// More header fields than any marketplace sends.
const HEADERS_MAX: usize = 64;
/// Longer than any header field that says something.
const HEADER_BYTES_MAX: usize = 8 * 1024;
/// Longer than any challenge of eBay's.
const CHALLENGE_BYTES_MAX: usize = 200;
/// Header fields that may hold secrets of whoever stands between.
const NOT_KEPT: &[header::HeaderName] = &[
    header::AUTHORIZATION,
    header::PROXY_AUTHORIZATION,
    header::COOKIE,
];

/// Takes hooks.
pub struct Receiver {
    pub(super) store: Store,
    keeper: Keeper,
    pub(super) trust: Trust,
    pub(super) tally: Tally,
    room: Room,
    knocks: Limit<IpAddr>,
    at_once: Semaphore,
}

impl Receiver {
    /// A receiver for the sources of a store.
    pub fn new(store: Store, keeper: Keeper) -> Result<Receiver> {
        Ok(Receiver {
            store,
            keeper,
            trust: Trust::new()?,
            tally: Tally::default(),
            room: Room::new(),
            knocks: Limit::new(KNOCKS_BURST, KNOCK_EVERY),
            at_once: Semaphore::new(HOOKS_AT_ONCE),
        })
    }

    /// Writes down what was refused and forgets old ids, until the shutdown.
    pub async fn run(&self, stopped: watch::Receiver<bool>) {
        let sweep = async {
            loop {
                let before = Timestamp::now().checked_sub(IDS_KEPT);
                let before = before.unwrap_or(Timestamp::UNIX_EPOCH);
                if let Err(error) = self.store.forget_arrivals(before).await {
                    eprintln!("sellkeep: forgetting old hooks: {error}");
                }
                tokio::time::sleep(SWEEP_EVERY).await;
            }
        };
        tokio::select! {
            () = self.tally.write(&self.store, stopped) => {}
            () = sweep => {}
        }
    }
}

/// `/hooks/<source>`, and `/hooks/<tenant>/<source>` for tenants beside the first.
pub fn router(receiver: Arc<Receiver>) -> Router {
    Router::new()
        .route("/hooks/{source}", get(challenge).post(receive))
        .route("/hooks/{tenant}/{source}", get(challenge).post(receive))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(receiver)
}

/// Which source an address names.
#[derive(Deserialize)]
struct Place {
    tenant: Option<String>,
    source: String,
}

impl Place {
    fn tenant(&self) -> Tenant {
        Tenant::new(self.tenant.as_deref().unwrap_or(TENANT_DEFAULT))
    }
}

async fn receive(
    State(receiver): State<Arc<Receiver>>,
    Path(place): Path<Place>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response {
    let taken = receiver.take(&place, from.ip(), request).await;
    answered(taken.map(|()| StatusCode::OK))
}

fn answered(outcome: Result<StatusCode, StatusCode>) -> Response {
    let (Ok(status) | Err(status)) = outcome;
    match status {
        StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
            (status, [(header::RETRY_AFTER, COME_AGAIN)]).into_response()
        }
        _ => status.into_response(),
    }
}

impl Receiver {
    async fn take(&self, place: &Place, from: IpAddr, request: Request) -> Result<(), StatusCode> {
        if !self
            .knocks
            .take(sender(from, request.headers()), Instant::now())
        {
            return Err(StatusCode::TOO_MANY_REQUESTS);
        }
        let _one = self.at_once.try_acquire().map_err(|_| NO_ROOM)?;
        let tenant = place.tenant();
        let source = self.source(&tenant, &place.source).await?;
        let (parts, body) = request.into_parts();
        let held = self.room.read(body).await?;
        let now = Timestamp::now();
        let checked = Checked {
            tenant: &tenant,
            source: &source,
            parts: &parts,
            body: &held.bytes,
            now,
        };
        let verified = check(self, &checked).await?;
        let arrival = Arrival {
            source: source.id.clone(),
            id: sha256(verified.dedupe_id.as_bytes()),
        };
        self.keep(
            &tenant,
            &source,
            &arrival,
            record(&source, &parts, &held.bytes, now),
        )
        .await
    }

    /// The source of an address, if hooks are brought to it.
    async fn source(&self, tenant: &Tenant, id: &str) -> Result<Source, StatusCode> {
        let found = self
            .store
            .source(tenant, id)
            .await
            .map_err(|error| ours(&error))?;
        let source = found.ok_or(StatusCode::NOT_FOUND)?.value;
        if kind(&source.kind).is_none() {
            return Err(StatusCode::NOT_FOUND);
        }
        if source.paused {
            return Err(NO_ROOM);
        }
        Ok(source)
    }

    /// Stores it, if it was not brought before; only then is it answered.
    async fn keep(
        &self,
        tenant: &Tenant,
        source: &Source,
        arrival: &Arrival,
        record: Record,
    ) -> Result<(), StatusCode> {
        let advance = Advance {
            source: source.id.clone(),
            from: source.cursor.clone(),
            to: source.cursor.clone(),
        };
        let now = record.at;
        let kept = self.keeper.arrive(tenant, arrival, record, advance, now);
        kept.await.map_err(|error| {
            eprintln!("sellkeep: a hook could not be stored: {error:#}");
            NO_ROOM
        })?;
        if !source.trouble.is_empty() {
            let cleared = self.store.note_trouble(tenant, &source.id, "", None).await;
            cleared.map_err(|error| ours(&error))?;
        }
        Ok(())
    }
}

/// It is brought again later.
pub(super) const NO_ROOM: StatusCode = StatusCode::SERVICE_UNAVAILABLE;

/// Trouble of our own.
pub(super) fn ours(error: &sellkeep_store::Error) -> StatusCode {
    eprintln!("sellkeep: taking a hook: {error}");
    NO_ROOM
}

/// Who sends: the other end, or whom a server on this machine says that it stands for. A
/// network of IPv6 is one sender.
fn sender(from: IpAddr, headers: &HeaderMap) -> IpAddr {
    let named = headers.get_all("x-forwarded-for").iter().next_back();
    let named = named.and_then(|value| value.to_str().ok()?.rsplit(',').next());
    let named = named.and_then(|text| text.trim().parse().ok());
    match named.filter(|_| from.is_loopback()).unwrap_or(from) {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
        address @ IpAddr::V4(_) => address,
    }
}

fn record(source: &Source, parts: &Parts, body: &[u8], now: Timestamp) -> Record {
    let kept = |name: &header::HeaderName| !NOT_KEPT.contains(name);
    let fields = parts.headers.iter().filter(|(name, _)| kept(name));
    let texts = fields.filter_map(|(name, value)| Some((name, value.to_str().ok()?)));
    let texts = texts.filter(|(_, value)| value.len() <= HEADER_BYTES_MAX);
    Record {
        at: now,
        account: source.account.clone(),
        source: source.kind.clone(),
        operation: None,
        request: serde_json::Map::new(),
        status: None,
        body: text(body),
        headers: texts
            .take(HEADERS_MAX)
            .map(|(name, value)| (name.to_string(), value.to_owned()))
            .collect(),
        signature: Some(SignatureCheck::Verified),
        eml: None,
        eml_base64: None,
        folder: None,
        clock: false,
    }
}

/// The body as it came; what is no text is kept in base64.
fn text(body: &[u8]) -> Value {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    match std::str::from_utf8(body) {
        Ok(text) => Value::String(text.to_owned()),
        Err(_) => json!({ "base64": STANDARD.encode(body) }),
    }
}

/// eBay's question whether the address is ours.
#[derive(Deserialize)]
struct Challenge {
    challenge_code: String,
}

async fn challenge(
    State(receiver): State<Arc<Receiver>>,
    Path(place): Path<Place>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    question: Result<Query<Challenge>, QueryRejection>,
) -> Response {
    if !receiver
        .knocks
        .take(sender(from.ip(), &headers), Instant::now())
    {
        return answered(Err(StatusCode::TOO_MANY_REQUESTS));
    }
    let Ok(Query(question)) = question else {
        return answered(Err(StatusCode::METHOD_NOT_ALLOWED));
    };
    match receiver.answer(&place, &question.challenge_code).await {
        Ok(answer) => ([(header::CONTENT_TYPE, "application/json")], answer).into_response(),
        Err(status) => answered(Err(status)),
    }
}

impl Receiver {
    async fn answer(&self, place: &Place, code: &str) -> Result<String, StatusCode> {
        let tenant = place.tenant();
        let source = self.source(&tenant, &place.source).await?;
        if source.kind != "ebay.webhook" {
            return Err(StatusCode::METHOD_NOT_ALLOWED);
        }
        if code.is_empty() || code.len() > CHALLENGE_BYTES_MAX {
            return Err(StatusCode::BAD_REQUEST);
        }
        let name = SecretName::Main.of(&source.id);
        let token = self
            .store
            .secret(&tenant, &name)
            .await
            .map_err(|error| ours(&error))?;
        let token = token.as_ref().and_then(|token| token.expose_text());
        let settings: Settings = serde_json::from_str(&source.settings).map_err(|_| NO_ROOM)?;
        let (Some(token), Some(url)) = (token, &settings.url) else {
            return Err(NO_ROOM);
        };
        let newest = token.lines().next().unwrap_or_default().trim();
        Ok(challenge_answer(code, newest, url))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_on_this_machine_says_whom_it_stands_for_and_nobody_else_does() {
        let mut headers = HeaderMap::new();
        headers.append(
            "x-forwarded-for",
            "203.0.113.1, 198.51.100.7".parse().expect("a value"),
        );
        let local: IpAddr = "127.0.0.1".parse().expect("an address");
        let other: IpAddr = "192.0.2.9".parse().expect("an address");
        assert_eq!(sender(local, &headers).to_string(), "198.51.100.7");
        assert_eq!(sender(other, &headers), other);
        assert_eq!(sender(local, &HeaderMap::new()), local);
        let six: IpAddr = "2001:db8:1:2:3:4:5:6".parse().expect("an address");
        assert_eq!(sender(six, &headers).to_string(), "2001:db8:1:2::");
    }

    #[test]
    fn what_is_no_text_is_kept_too() {
        assert_eq!(text(b"{}"), json!("{}"));
        assert_eq!(text(&[0xff]), json!({"base64": "/w=="}));
    }
}
