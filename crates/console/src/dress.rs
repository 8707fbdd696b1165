//! Around every answer: who is asking, headers that keep browsers strict, pages for trouble.

use std::fmt::Write as _;
use std::net::SocketAddr;

use askama::Template;
use axum::Json;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::console::Console;
use crate::door::{Visitor, set_cookie};
use crate::frame::{Frame, html_with, to};
use crate::trouble::Trouble;

/// Nothing but our own files; no script or style in pages, no frames, no strangers.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Browsers that came by TLS stay with it for two years.
const STAY_WITH_TLS: &str = "max-age=63072000";

/// Headers of every answer.
const HEADERS: &[(&str, &str)] = &[
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "camera=(), microphone=(), geolocation=()",
    ),
];

#[derive(Template)]
#[template(path = "trouble.html")]
struct TroublePage {
    frame: Frame,
    says: String,
}

/// Dresses every answer.
pub async fn around(State(console): State<Console>, mut request: Request, next: Next) -> Response {
    let path = request.uri().path().to_owned();
    let query = request.uri().query().map(str::to_owned);
    if !is_our_host(&console, request.headers()) {
        return strict(&console, wrong_host());
    }
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let from = from.map(|from| from.0);
    let visitor = match Visitor::of(&console, request.headers(), from).await {
        Ok(visitor) => visitor,
        Err(trouble) => return strict(&console, trouble.into_response()),
    };
    request.extensions_mut().insert(visitor.clone());
    let mut response = next.run(request).await;
    let trouble = response.extensions_mut().remove::<Trouble>();
    // An address whose parts cannot be read leads nowhere.
    let trouble =
        trouble.or((response.status() == StatusCode::BAD_REQUEST).then_some(Trouble::NotFound));
    if let Some(trouble) = trouble {
        response = explained(&visitor, &trouble, &path, query.as_deref());
    }
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    let has_cookie = response.headers().contains_key(header::SET_COOKIE);
    if visitor.is_new && is_page && !has_cookie {
        give(
            &mut response,
            "set-cookie",
            &set_cookie(&console, &visitor.token),
        );
    }
    strict(&console, response)
}

/// Trouble as a page, or as problem details for programs (RFC 9457).
fn explained(visitor: &Visitor, trouble: &Trouble, path: &str, query: Option<&str>) -> Response {
    let status = trouble.status();
    if path.starts_with("/api/") || path == "/metrics" {
        let body = json!({"title": trouble.title(), "status": status.as_u16(), "detail": trouble.to_string()});
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        return (status, kind, Json(body).into_response().into_body()).into_response();
    }
    match trouble {
        Trouble::SignIn => return to(&sign_in_address(path, query)),
        Trouble::SecondStep => return to("/second-step"),
        _ => {}
    }
    let page = TroublePage {
        frame: Frame::new(visitor, trouble.title()),
        says: trouble.to_string(),
    };
    html_with(status, &page).unwrap_or_else(|_| status.into_response())
}

/// The sign-in page that leads back to where somebody wanted to go.
fn sign_in_address(path: &str, query: Option<&str>) -> String {
    if path == "/" {
        return "/sign-in".to_owned();
    }
    let wanted = match query {
        Some(query) => format!("{path}?{query}"),
        None => path.to_owned(),
    };
    let mut out = String::from("/sign-in?to=");
    for byte in wanted.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing into a text cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A page of a stranger whose name suddenly leads to this machine (DNS rebinding) has
/// another host.
fn is_our_host(console: &Console, headers: &HeaderMap) -> bool {
    let Some(host) = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
    else {
        return true;
    };
    if let Some(own) = console.settings.host() {
        return host.eq_ignore_ascii_case(own);
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let is_address = |name: &str| name.parse::<std::net::IpAddr>().is_ok();
    name.eq_ignore_ascii_case("localhost")
        || is_address(name.trim_start_matches('[').trim_end_matches(']'))
}

fn wrong_host() -> Response {
    let says = "Sellkeep is not known by this name. Start it with --address https://NAME, or open it by the address it printed.\n";
    (StatusCode::MISDIRECTED_REQUEST, says).into_response()
}

fn strict(console: &Console, mut response: Response) -> Response {
    for (name, value) in HEADERS {
        give(&mut response, name, value);
    }
    if console.settings.has_tls() {
        give(&mut response, "strict-transport-security", STAY_WITH_TLS);
    }
    if !response.headers().contains_key(header::CACHE_CONTROL) {
        give(&mut response, "cache-control", "no-store");
    }
    response
}

fn give(response: &mut Response, name: &str, value: &str) {
    let pair = (HeaderName::try_from(name), HeaderValue::try_from(value));
    if let (Ok(name), Ok(value)) = pair {
        response.headers_mut().append(name, value);
    }
}
