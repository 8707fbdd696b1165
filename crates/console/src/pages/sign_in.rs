//! Signing in: name, password, code. Every failure looks the same and takes as long.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use sellkeep_store::{AuditDeed, Person, Tenant, Versioned};
use serde::Deserialize;

use super::welcome::device;
use super::{Access, Page};
use crate::console::Console;
use crate::door::{Visitor, begin, failed, is_locked, is_right, set_cookie, takes_code};
use crate::form::Fields;
use crate::frame::{Frame, html_with, to};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/sign-in", "Sign in", Access::Anyone, methods).with_forms();

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    to: String,
    name: String,
    problem: String,
    is_local: bool,
}

#[derive(Deserialize)]
struct Wanted {
    #[serde(default)]
    to: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(enter)
}

async fn show(visitor: Visitor, Query(wanted): Query<Wanted>) -> Outcome {
    page(StatusCode::OK, &visitor, &wanted.to, "", String::new())
}

fn page(status: StatusCode, visitor: &Visitor, to: &str, name: &str, problem: String) -> Outcome {
    let page = SignInPage {
        frame: Frame::new(visitor, PAGE.title),
        to: own(to).to_owned(),
        name: name.to_owned(),
        problem,
        is_local: visitor.is_local,
    };
    html_with(status, &page)
}

/// Only addresses of our own: a link must not lead from here to a stranger.
fn own(to: &str) -> &str {
    let odd = to.starts_with("//") || to.contains(['\\', '\r', '\n', '\t']);
    if to.starts_with('/') && !odd { to } else { "/" }
}

async fn enter(
    State(console): State<Console>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Outcome {
    let name = fields.get("name").to_lowercase();
    let Some((tenant, person)) = known(&console, &name, &fields).await? else {
        let says = "Name, password or code is wrong, or it is too soon after wrong ones. Wait a little and try again.";
        let status = StatusCode::UNAUTHORIZED;
        return page(status, &visitor, fields.get("to"), &name, says.to_owned());
    };
    // What the browser held before is worthless from now on: nobody can plant a session.
    let now = console.now();
    let person = person.value;
    let token = begin(&console.store, &tenant, &person, &device(&headers), now).await?;
    noted(&console, &tenant, &person.name, "signed-in").await?;
    let cookie = [(header::SET_COOKIE, set_cookie(&console, &token))];
    Ok((cookie, to(own(fields.get("to")))).into_response())
}

/// Whoever that is, with everything right.
async fn known(
    console: &Console,
    name: &str,
    fields: &Fields,
) -> Result<Option<(Tenant, Versioned<Person>)>, Trouble> {
    let now = console.now();
    let found = console.store.person_named(name).await?;
    let found = found.filter(|(_, person)| !is_locked(&person.value, now));
    let hash = found
        .as_ref()
        .map(|(_, person)| person.value.password.clone());
    let right = password_is_right(console, fields.raw("password"), hash).await?;
    let Some((tenant, mut person)) = found else {
        return Ok(None);
    };
    let code = fields.get("code");
    let mut good = right;
    if good && person.value.second_step {
        good = takes_code(&console.store, &tenant, &mut person, code, now).await?;
    }
    if good {
        (person.value.failures, person.value.locked_until) = (0, None);
    } else {
        failed(&mut person.value, now);
        noted(console, &tenant, name, "sign-in-failed").await?;
    }
    console.store.put_person(&tenant, &person).await?;
    Ok(good.then_some((tenant, person)))
}

/// Checks a password off the threads that serve pages, few at a time.
pub async fn password_is_right(
    console: &Console,
    password: &str,
    hash: Option<String>,
) -> Result<bool, Trouble> {
    let permit = console.passwords.clone().acquire_owned().await;
    let permit = permit.map_err(|error| Trouble::ours(&error))?;
    let password = password.to_owned();
    let checked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        is_right(&password, hash.as_deref())
    });
    checked.await.map_err(|error| Trouble::ours(&error))
}

async fn noted(console: &Console, tenant: &Tenant, who: &str, deed: &str) -> Result<(), Trouble> {
    let entry = AuditDeed {
        at: console.now(),
        who: who.to_owned(),
        deed: deed.to_owned(),
        subject: "console".to_owned(),
        says: String::new(),
    };
    console.store.audit(tenant, &entry).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::own;

    #[test]
    fn signing_in_never_leads_to_a_stranger() {
        assert_eq!(own("/alerts?x=1"), "/alerts?x=1");
        for odd in [
            "",
            "https://evil.example",
            "//evil.example",
            "/\\evil.example",
        ] {
            assert_eq!(own(odd), "/");
        }
    }
}
