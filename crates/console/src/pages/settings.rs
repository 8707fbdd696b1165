//! Settings: one's password, sessions, and tokens of programs.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use sellkeep_model::hexadecimal;
use sellkeep_store::Session;

use super::sign_in::password_is_right;
use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{ACT, READ, SignedIn, Visitor, hashed, token_for_program, weakness};
use crate::form::Fields;
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/settings", "Settings", Access::Person, methods)
    .in_nav()
    .with_forms();

const NAME_CHARS_MAX: usize = 60;

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage {
    frame: Frame,
    role: &'static str,
    recovery: usize,
    sessions: Vec<SessionLine>,
    channels: usize,
    token: String,
    done: String,
    problem: String,
}

struct SessionLine {
    id: String,
    device: String,
    begun: String,
    seen: String,
    is_this: bool,
    is_program: bool,
}

/// What came of a form.
#[derive(Default)]
struct Came {
    token: String,
    done: &'static str,
    problem: String,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    page(&console, &visitor, &who, Came::default()).await
}

async fn page(console: &Console, visitor: &Visitor, who: &SignedIn, came: Came) -> Outcome {
    let person = &who.person.value;
    let sessions = console.store.sessions(&who.tenant, &person.id).await?;
    let now = console.now();
    let line = |session: Session| SessionLine {
        is_this: session.hash == who.session.hash,
        is_program: !session.scope.is_empty(),
        id: hexadecimal(&session.hash),
        device: session.device,
        begun: shown::time(&session.begun),
        seen: shown::seen_from(session.seen, now),
    };
    html(&SettingsPage {
        frame: Frame::new(visitor, PAGE.title),
        role: person.role.as_str(),
        recovery: person.recovery.len(),
        sessions: sessions.into_iter().map(line).collect(),
        channels: console.desk.channels(),
        token: came.token,
        done: came.done.to_owned(),
        problem: came.problem,
    })
}

async fn change(
    State(console): State<Console>,
    visitor: Visitor,
    mut who: SignedIn,
    fields: Fields,
) -> Outcome {
    let came = match fields.get("act") {
        "password" => password(&console, &mut who, &fields).await?,
        "end" => end(&console, &who, fields.get("session")).await?,
        "end-others" => {
            let store = &console.store;
            store
                .end_sessions(&who.tenant, &who.session.person, &who.session.hash)
                .await?;
            note(&console, &who, "sessions-ended", "all others", "").await?;
            Came {
                done: "All other sessions have ended.",
                ..Came::default()
            }
        }
        "token" => {
            let name = fields.words("name", "what the token is for", NAME_CHARS_MAX)?;
            let scope = scope(&who, fields.get("scope"))?;
            let person = &who.person.value;
            let kept = (scope, name.as_str());
            let token =
                token_for_program(&console.store, &who.tenant, person, kept, console.now()).await?;
            note(&console, &who, "token-made", &name, scope).await?;
            Came {
                token: token.as_str().to_owned(),
                ..Came::default()
            }
        }
        _ => return Err(Trouble::Refused("Choose what to change.".to_owned())),
    };
    page(&console, &visitor, &who, came).await
}

/// The right of a new token: never more than that of whoever makes it.
fn scope(who: &SignedIn, word: &str) -> Result<&'static str, Trouble> {
    match word {
        "" | READ => Ok(READ),
        ACT if who.may_act() => Ok(ACT),
        _ => Err(Trouble::Forbidden(
            "A token cannot do more than you may. Choose reading only.",
        )),
    }
}

async fn end(console: &Console, who: &SignedIn, id: &str) -> Result<Came, Trouble> {
    let person = &who.session.person;
    let sessions = console.store.sessions(&who.tenant, person).await?;
    let session = sessions
        .iter()
        .find(|session| hexadecimal(&session.hash) == id);
    let session = session.ok_or(Trouble::NotFound)?;
    console
        .store
        .end_session(&who.tenant, person, &session.hash)
        .await?;
    note(console, who, "session-ended", &session.device, "").await?;
    Ok(Came {
        done: "The session has ended.",
        ..Came::default()
    })
}

async fn password(console: &Console, who: &mut SignedIn, fields: &Fields) -> Result<Came, Trouble> {
    let problem = |says: &str| Came {
        problem: says.to_owned(),
        ..Came::default()
    };
    let hash = Some(who.person.value.password.clone());
    if crate::door::is_locked(&who.person.value, console.now()) {
        return Ok(problem(
            "Too many wrong passwords. Wait a little and try again.",
        ));
    }
    if !password_is_right(console, fields.raw("old"), hash).await? {
        crate::door::failed(&mut who.person.value, console.now());
        console.store.put_person(&who.tenant, &who.person).await?;
        return Ok(problem("The old password is not right."));
    }
    let new = fields.raw("password").to_owned();
    if let Some(says) = weakness(&new, &[who.name()]) {
        return Ok(problem(&says));
    }
    if fields.raw("again") != new {
        return Ok(problem("The two passwords differ. Type them again."));
    }
    let hash = tokio::task::spawn_blocking(move || hashed(&new)).await;
    who.person.value.password = hash.ok().flatten().ok_or(Trouble::Ours)?;
    console.store.put_person(&who.tenant, &who.person).await?;
    console
        .store
        .end_sessions(&who.tenant, &who.session.person, &who.session.hash)
        .await?;
    note(console, who, "password-changed", "console", "").await?;
    Ok(Came {
        done: "The password is changed, and all other sessions have ended.",
        ..Came::default()
    })
}
