//! The visitor: who is asking, from the cookie and the connection.

use std::net::SocketAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use sellkeep_store::{Person, Role, Session, Tenant, Versioned};

use super::{IDLE_MAX, Token};
use crate::console::Console;
use crate::language::Language;
use crate::trouble::Trouble;

/// The use of a session is noted that often: a write with every page would be too much.
const NOTED_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// The scope of a program's token that reads.
pub const READ: &str = "read";
/// The scope of a program's token that may answer and change things too.
pub const ACT: &str = "act";

/// Whoever makes a request.
#[derive(Clone)]
pub struct Visitor {
    /// What the browser holds; a new one where it held none.
    pub token: Token,
    /// The browser must be given the token.
    pub is_new: bool,
    /// Whether the connection comes from this machine, and from no proxy on it.
    pub is_local: bool,
    /// A program that shows a token: it may only read, and needs no token of forms,
    /// since no browser sends its credentials by itself.
    pub is_program: bool,
    /// Who has signed in.
    pub signed_in: Option<SignedIn>,
    /// The language that the browser asks for.
    pub language: Language,
}

/// Somebody who has signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// Whose data they see.
    pub tenant: Tenant,
    /// Who.
    pub person: Versioned<Person>,
    /// By which session.
    pub session: Session,
}

impl SignedIn {
    /// The name, for logs of deeds.
    pub fn name(&self) -> &str {
        &self.person.value.name
    }

    /// Whether they may answer alerts and work on incidents.
    pub fn may_act(&self) -> bool {
        let scope = self.session.scope.as_str();
        self.person.value.role != Role::Auditor && matches!(scope, "" | ACT)
    }

    /// Whether they may let people in and out.
    pub fn is_owner(&self) -> bool {
        self.person.value.role == Role::Owner && self.session.scope.is_empty()
    }
}

impl Visitor {
    /// Finds out who is asking.
    pub async fn of(
        console: &Console,
        headers: &HeaderMap,
        from: Option<SocketAddr>,
    ) -> Result<Visitor, Trouble> {
        let bearer = bearer(headers).and_then(Token::parse);
        let is_program = bearer.is_some();
        let shown = bearer.or_else(|| cookie(headers, cookie_name(console)).and_then(Token::parse));
        let is_local = is_local(headers, from) && !console.settings.has_tls();
        let signed_in = match &shown {
            Some(token) => signed_in(console, token, is_program, headers).await?,
            None => None,
        };
        Ok(Visitor {
            is_new: shown.is_none(),
            token: shown.unwrap_or_else(Token::random),
            is_local,
            is_program,
            signed_in,
            language: language(headers),
        })
    }
}

fn language(headers: &HeaderMap) -> Language {
    let wanted = headers.get(header::ACCEPT_LANGUAGE);
    let wanted = wanted.and_then(|value| value.to_str().ok());
    Language::wanted(wanted.unwrap_or_default())
}

async fn signed_in(
    console: &Console,
    token: &Token,
    is_program: bool,
    headers: &HeaderMap,
) -> Result<Option<SignedIn>, Trouble> {
    let now = console.now();
    let Some((tenant, session)) = console.store.session(&token.hash()).await? else {
        return Ok(None);
    };
    let for_program = !session.scope.is_empty();
    if is_over(&session, now) || for_program != is_program {
        return Ok(None);
    }
    let Some(person) = console.store.person(&tenant, &session.person).await? else {
        return Ok(None);
    };
    if now.duration_since(session.seen) > NOTED_EVERY && !is_by_itself(headers) {
        console
            .store
            .saw_session(&tenant, &session.hash, now)
            .await?;
    }
    Ok(Some(SignedIn {
        tenant,
        person,
        session,
    }))
}

/// Whether a page asks by itself, for news: an open page is nobody at the keyboard.
fn is_by_itself(headers: &HeaderMap) -> bool {
    let listens = headers.get(header::ACCEPT);
    headers.contains_key("x-live") || listens.is_some_and(|kind| kind == "text/event-stream")
}

fn is_over(session: &Session, now: Timestamp) -> bool {
    let idle = session.scope.is_empty() && now.duration_since(session.seen) > IDLE_MAX;
    now >= session.ends || idle
}

/// The cookie's name. With TLS it is bound to this host alone (RFC 6265bis section 4.1.3.2).
pub fn cookie_name(console: &Console) -> &'static str {
    if console.settings.has_tls() {
        "__Host-sellkeep"
    } else {
        "sellkeep"
    }
}

/// The header that gives a browser its token.
pub fn set_cookie(console: &Console, token: &Token) -> String {
    let name = cookie_name(console);
    let secure = if console.settings.has_tls() {
        "; Secure"
    } else {
        ""
    };
    let token = token.as_str();
    format!("{name}={token}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let shown = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    shown.strip_prefix("Bearer ")
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let lines = headers.get_all(header::COOKIE).iter();
    let pairs = lines.filter_map(|line| line.to_str().ok());
    pairs
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, _)| *known == name)
        .map(|(_, value)| value)
}

/// A proxy on this machine speaks for strangers, and says so.
fn is_local(headers: &HeaderMap, from: Option<SocketAddr>) -> bool {
    let proxied = ["forwarded", "x-forwarded-for", "x-real-ip", "via"];
    if proxied.iter().any(|name| headers.contains_key(*name)) {
        return false;
    }
    from.is_some_and(|from| from.ip().is_loopback())
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Visitor, Trouble> {
        let visitor = parts.extensions.get::<Visitor>();
        visitor.cloned().ok_or(Trouble::Ours)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for SignedIn {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<SignedIn, Trouble> {
        let visitor = parts.extensions.get::<Visitor>();
        let signed_in = visitor.and_then(|visitor| visitor.signed_in.clone());
        signed_in.ok_or(Trouble::SignIn)
    }
}
