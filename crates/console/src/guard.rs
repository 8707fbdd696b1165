//! The guard of one page: who may see it, and whether a form is ours.
//!
//! Runs before any handler and before a body is read, so that strangers cannot make us
//! hold what they send.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{HOST, HeaderName, ORIGIN};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::door::{SignedIn, Visitor};
use crate::form::token_in;
use crate::pages::{Access, Page};
use crate::trouble::Trouble;

/// Lets a request through, or says why not.
pub async fn pass(State(page): State<&'static Page>, request: Request, next: Next) -> Response {
    match admit(page, request).await {
        Ok(request) => next.run(request).await,
        Err(trouble) => trouble.into_response(),
    }
}

async fn admit(page: &Page, request: Request) -> Result<Request, Trouble> {
    let visitor = request.extensions().get::<Visitor>().cloned();
    let visitor = visitor.ok_or(Trouble::Ours)?;
    let writes = !matches!(*request.method(), Method::GET | Method::HEAD);
    may_enter(page, &visitor, writes)?;
    if !writes {
        return Ok(request);
    }
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, page.bytes_max)
        .await
        .map_err(|_| Trouble::TooLarge)?;
    if !visitor.is_program {
        is_ours(&visitor, &parts.headers, &body)?;
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

fn may_enter(page: &Page, visitor: &Visitor, writes: bool) -> Result<(), Trouble> {
    if visitor.is_program && !page.path.starts_with("/api/") && page.path != "/metrics" {
        return Err(Trouble::Forbidden(
            "A program's token opens /api and /metrics only.",
        ));
    }
    match page.access {
        Access::Check if visitor.is_local => Ok(()),
        Access::Half => visitor.signed_in.as_ref().map(drop).ok_or(Trouble::SignIn),
        Access::Act if writes && !complete(visitor)?.may_act() => Err(Trouble::Forbidden(
            "You may read everything here, and change nothing. Ask an owner for another role.",
        )),
        Access::Check | Access::Person | Access::Act => complete(visitor).map(drop),
        Access::Owner if !complete(visitor)?.is_owner() => {
            Err(Trouble::Forbidden("Only an owner may see this page."))
        }
        Access::Anyone | Access::Owner => Ok(()),
    }
}

/// Whoever has signed in with everything that it takes.
fn complete(visitor: &Visitor) -> Result<&SignedIn, Trouble> {
    let signed_in = visitor.signed_in.as_ref().ok_or(Trouble::SignIn)?;
    if !signed_in.person.value.second_step {
        return Err(Trouble::SecondStep);
    }
    Ok(signed_in)
}

/// Whether what was sent comes from a form of ours: the browser says so where it can
/// (Fetch Metadata), and the token proves it.
fn is_ours(visitor: &Visitor, headers: &HeaderMap, body: &[u8]) -> Result<(), Trouble> {
    const STRANGER: Trouble =
        Trouble::Forbidden("This form was not sent from here, or is too old. Reload the page.");
    let site = headers.get("sec-fetch-site");
    if site.is_some_and(|site| site != "same-origin" && site != "none") || !is_same(headers) {
        return Err(STRANGER);
    }
    let shown = headers
        .get("x-form-token")
        .and_then(|value| value.to_str().ok());
    let token = shown.map(str::to_owned).or_else(|| token_in(headers, body));
    match token {
        Some(token) if visitor.token.owns(&token) => Ok(()),
        _ => Err(STRANGER),
    }
}

/// Whether the origin that a browser names is this host. It names none (`null`) with a
/// form of ours, since our pages tell it to keep addresses to itself (Fetch, "append a
/// request `Origin` header"); the token decides then.
fn is_same(headers: &HeaderMap) -> bool {
    let said = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match (headers.get(ORIGIN), said(ORIGIN)) {
        (None, _) | (_, Some("null")) => true,
        (_, Some(origin)) => {
            let host = origin.split_once("://").map(|(_, host)| host);
            host.zip(said(HOST))
                .is_some_and(|(from, own)| from.eq_ignore_ascii_case(own))
        }
        (Some(_), None) => false,
    }
}
