//! The one-time link: whoever opens it becomes a person.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, get};
use sellkeep_model::id_of;
use sellkeep_store::{AuditDeed, Invitation, Person, Role, Tenant, Versioned};
use serde::Deserialize;

use super::{Access, Page};
use crate::console::Console;
use crate::door::{Token, Visitor, begin, hashed, set_cookie, weakness};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/welcome", "Welcome", Access::Anyone, methods).with_forms();

/// Longest name of a person.
const NAME_CHARS_MAX: usize = 80;

#[derive(Template)]
#[template(path = "welcome.html")]
struct WelcomePage {
    frame: Frame,
    key: String,
    name: String,
    problem: String,
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    key: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(enter)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    Query(link): Query<Link>,
) -> Outcome {
    invited(&console, &link.key).await?;
    page(&visitor, &link.key, "", String::new())
}

fn page(visitor: &Visitor, key: &str, name: &str, problem: String) -> Outcome {
    html(&WelcomePage {
        frame: Frame::new(visitor, PAGE.title),
        key: key.to_owned(),
        name: name.to_owned(),
        problem,
    })
}

async fn invited(console: &Console, key: &str) -> Result<(Tenant, Invitation, Role), Trouble> {
    let over = || {
        Trouble::Refused(
            "This link was used already or is too old. Start sellkeep serve again, or ask an owner for a new one."
                .to_owned(),
        )
    };
    let key = Token::parse(key).ok_or_else(over)?;
    let found = console.store.invitation(&key.hash()).await?;
    let (tenant, invitation) = found.ok_or_else(over)?;
    let role = Role::of(&invitation.role).ok_or_else(over)?;
    if invitation.ends <= console.now() {
        return Err(over());
    }
    Ok((tenant, invitation, role))
}

async fn enter(
    State(console): State<Console>,
    visitor: Visitor,
    headers: HeaderMap,
    fields: Fields,
) -> Outcome {
    let key = fields.get("key").to_owned();
    let (tenant, invitation, role) = invited(&console, &key).await?;
    let name = fields
        .words("name", "your name", NAME_CHARS_MAX)?
        .to_lowercase();
    let password = fields.raw("password").to_owned();
    if let Some(problem) = weakness(&password, &[&name]) {
        return page(&visitor, &key, &name, problem);
    }
    if fields.raw("again") != password {
        let problem = "The two passwords differ. Type them again.".to_owned();
        return page(&visitor, &key, &name, problem);
    }
    if console.store.person_named(&name).await?.is_some() {
        let problem = "Somebody has that name already. Choose another one.".to_owned();
        return page(&visitor, &key, &name, problem);
    }
    let hash = tokio::task::spawn_blocking(move || hashed(&password)).await;
    let hash = hash.ok().flatten().ok_or(Trouble::Ours)?;
    if !console
        .store
        .use_invitation(&tenant, &invitation.hash)
        .await?
    {
        return Err(Trouble::Conflict);
    }
    let person = new_person(&console, &name, role, hash);
    console
        .store
        .put_person(&tenant, &Versioned::new(person.clone()))
        .await?;
    let deed = AuditDeed {
        at: console.now(),
        who: name,
        deed: "person-joined".to_owned(),
        subject: role.as_str().to_owned(),
        says: String::new(),
    };
    console.store.audit(&tenant, &deed).await?;
    let token = begin(
        &console.store,
        &tenant,
        &person,
        &device(&headers),
        console.now(),
    )
    .await?;
    let cookie = [(header::SET_COOKIE, set_cookie(&console, &token))];
    Ok((cookie, to("/second-step")).into_response())
}

fn new_person(console: &Console, name: &str, role: Role, password: String) -> Person {
    Person {
        id: id_of(&[name, Token::random().as_str()]),
        name: name.to_owned(),
        role,
        password,
        second_step: false,
        last_code: 0,
        recovery: Vec::new(),
        failures: 0,
        locked_until: None,
        since: console.now(),
    }
}

/// What a session is used on, in a few words of the browser.
pub fn device(headers: &HeaderMap) -> String {
    let agent = headers
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    let agent = agent.unwrap_or_default();
    let among = |names: &[&'static str]| {
        let mut names = names.iter().copied();
        names.find(|name| agent.contains(name))
    };
    let browser = among(&["Firefox", "Edg", "Chrome", "Safari"]).unwrap_or("a browser");
    let system = among(&["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"]);
    format!("{browser} on {}", system.unwrap_or("a device"))
}
