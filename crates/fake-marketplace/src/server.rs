//! One request: who asks, whether he may, what goes wrong, what the answer is.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::{Value as Json, json};

use crate::answers::{self, Question};
use crate::fault::Fault;
use crate::limits;
use crate::market::{Office, World};
use crate::tokens::Holder;

/// What will be sent.
struct Reply {
    status: u16,
    body: Json,
    /// The operation, for the headers.
    operation: Option<&'static str>,
}

/// Serves until its task is stopped.
pub async fn run(listener: tokio::net::TcpListener, office: Arc<Office>) {
    let app = Router::new().fallback(take).with_state(office);
    axum::serve(listener, app).await.expect("it serves");
}

async fn take(
    State(office): State<Arc<Office>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if let Some(id) = uri.path().strip_prefix("/documents/") {
        return document(&office, id, &headers);
    }
    if uri.path() == "/auth/o2/token" {
        return token(&office, &method, &body);
    }
    let (reply, fault) = decide(&office, &method, &uri, &headers, &body);
    match fault {
        Some(Fault::Never) => std::future::pending().await,
        Some(fault) => spoiled(&reply, fault),
        None => whole(&reply),
    }
}

fn token(office: &Office, method: &Method, body: &Bytes) -> Response {
    let mut guard = office.world.lock().expect("no panic before");
    let World {
        tokens,
        sellers,
        counts,
        ..
    } = &mut *guard;
    if *method != Method::POST {
        counts.bad.push("the token is not posted".to_owned());
    }
    let (status, body) = tokens.exchange(sellers, body, office.clock.now());
    whole(&Reply {
        status,
        body,
        operation: None,
    })
}

fn document(office: &Office, id: &str, headers: &HeaderMap) -> Response {
    let mut world = office.world.lock().expect("no panic before");
    if headers.contains_key("x-amz-access-token") {
        world
            .counts
            .bad
            .push("a token was sent to the storage".to_owned());
    }
    match world.reports.document(id) {
        Some(bytes) => Response::new(Body::from(bytes)),
        None => status(404, Body::empty()),
    }
}

fn decide(
    office: &Office,
    method: &Method,
    uri: &Uri,
    headers: &HeaderMap,
    body: &Bytes,
) -> (Reply, Option<Fault>) {
    let now = office.clock.now();
    let mut world = office.world.lock().expect("no panic before");
    let Some((operation, part)) = limits::operation(method.as_str(), uri.path()) else {
        let call = format!("{method} {}", uri.path());
        world.counts.forbidden.push(call);
        return (refusal(403, "Unauthorized", "", None), None);
    };
    let seller = match holder(&mut world, headers, now) {
        Ok(seller) => seller,
        Err(reply) => return (reply, None),
    };
    if !world.limits.take(&seller, operation, now) {
        world.counts.too_often += 1;
        return (
            refusal(
                429,
                "QuotaExceeded",
                "You exceeded your quota.",
                Some(operation),
            ),
            None,
        );
    }
    *world.counts.calls.entry(operation.to_owned()).or_default() += 1;
    let fault = world.faults.throw();
    world.counts.faults += u64::from(fault.is_some());
    let age = match fault {
        Some(Fault::Old) => world.faults.age(),
        _ => jiff::SignedDuration::ZERO,
    };
    let question = Question {
        operation,
        part,
        query: query(uri),
        body: serde_json::from_slice(body).unwrap_or_default(),
        now,
        seen: now - age,
        address: office.address.clone(),
    };
    let (status, body) = answers::answer(&mut world, &seller, &question);
    if let (Some(models), 200..=299) = (&office.models, status) {
        let complaints = models.complaints(operation, status, &body);
        world.counts.complaints.extend(complaints);
    }
    let reply = Reply {
        status,
        body,
        operation: Some(operation),
    };
    (reply, fault.filter(|fault| *fault != Fault::Old))
}

/// The seller whose token came along.
fn holder(world: &mut World, headers: &HeaderMap, now: jiff::Timestamp) -> Result<String, Reply> {
    let field = |name: &str| {
        headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    };
    let agent = field("user-agent");
    if !agent.contains("Language=") || agent.len() > 500 {
        world
            .counts
            .bad
            .push("the user agent is not as Amazon wants it".to_owned());
        return Err(refusal(400, "InvalidInput", "User-Agent", None));
    }
    match world.tokens.holder(field("x-amz-access-token"), now) {
        Holder::Seller(seller) => Ok(seller),
        Holder::Over => {
            let says = "The access token you provided has expired.";
            Err(refusal(403, "Unauthorized", says, None))
        }
        Holder::Nobody => {
            world.counts.bad.push("no token".to_owned());
            Err(refusal(
                403,
                "Unauthorized",
                "Access token is missing.",
                None,
            ))
        }
    }
}

fn query(uri: &Uri) -> BTreeMap<String, String> {
    let query = uri.query().unwrap_or_default();
    url::form_urlencoded::parse(query.as_bytes())
        .into_owned()
        .collect()
}

fn refusal(status: u16, code: &str, details: &str, operation: Option<&'static str>) -> Reply {
    let body = json!({"errors": [{"code": code, "message": "Access to requested resource is denied.", "details": details}]});
    Reply {
        status,
        body,
        operation,
    }
}

fn whole(reply: &Reply) -> Response {
    sent(reply, Body::from(reply.body.to_string()))
}

fn spoiled(reply: &Reply, fault: Fault) -> Response {
    let text = reply.body.to_string();
    let errors = |code: &str| json!({"errors": [{"code": code, "message": "x"}]}).to_string();
    let with = |code: u16| Reply {
        status: code,
        body: Json::Null,
        operation: reply.operation,
    };
    match fault {
        Fault::Cut => sent(reply, cut(text)),
        Fault::Internal => sent(&with(500), Body::from(errors("InternalFailure"))),
        Fault::Busy => sent(&with(503), Body::from("<html>busy</html>")),
        Fault::TooOften => sent(&with(429), Body::from(errors("QuotaExceeded"))),
        Fault::Malformed => {
            let half = text
                .chars()
                .take(text.chars().count() / 2)
                .collect::<String>();
            sent(reply, Body::from(half))
        }
        Fault::Page => sent(
            reply,
            Body::from("<html><body>Please sign in</body></html>"),
        ),
        Fault::Old | Fault::Never => whole(reply),
    }
}

/// The first half, and then the connection is gone.
fn cut(text: String) -> Body {
    let half = text.len() / 2;
    let bytes = Bytes::from(text.into_bytes()[..half].to_vec());
    let parts = [Ok(bytes), Err(std::io::Error::other("cut"))];
    Body::from_stream(futures_util::stream::iter(parts))
}

fn sent(reply: &Reply, body: Body) -> Response {
    let mut response = status(reply.status, body);
    let headers = response.headers_mut();
    let put = |headers: &mut HeaderMap, name: &'static str, value: String| {
        headers.insert(name, value.parse().expect("a header"));
    };
    put(headers, "content-type", "application/json".to_owned());
    if let Some(operation) = reply.operation {
        put(headers, "x-amzn-requestid", format!("fake-{operation}"));
        put(
            headers,
            "x-amzn-ratelimit-limit",
            limits::rate(operation).to_string(),
        );
    }
    response
}

fn status(code: u16, body: Body) -> Response {
    let mut response = Response::new(body);
    *response.status_mut() = code.try_into().expect("a status");
    response
}
