//! People: who may sign in, as what; inviting and removing them. Owners only.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use jiff::SignedDuration;
use sellkeep_store::Role;

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Visitor, invite, takes_code};
use crate::form::Fields;
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/people", "People", Access::Owner, methods)
    .in_nav()
    .with_forms();

/// How long an invitation is good for: over a weekend.
const INVITATION_LASTS: SignedDuration = SignedDuration::from_hours(72);

#[derive(Template)]
#[template(path = "people.html")]
struct PeoplePage {
    frame: Frame,
    people: Vec<PersonLine>,
    link: String,
    problem: String,
}

struct PersonLine {
    id: String,
    name: String,
    role: &'static str,
    since: String,
    second_step: bool,
    is_me: bool,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(change)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    page(&console, &visitor, &who, String::new(), String::new()).await
}

async fn page(
    console: &Console,
    visitor: &Visitor,
    who: &SignedIn,
    link: String,
    problem: String,
) -> Outcome {
    let people = console.store.people(&who.tenant).await?;
    html(&PeoplePage {
        frame: Frame::new(visitor, PAGE.title),
        people: people
            .into_iter()
            .map(|person| PersonLine {
                is_me: person.value.id == who.person.value.id,
                id: person.value.id,
                name: person.value.name,
                role: person.value.role.as_str(),
                since: shown::time(&person.value.since),
                second_step: person.value.second_step,
            })
            .collect(),
        link,
        problem,
    })
}

async fn change(
    State(console): State<Console>,
    visitor: Visitor,
    mut who: SignedIn,
    fields: Fields,
) -> Outcome {
    let now = console.now();
    let code = fields.get("code");
    if crate::door::is_locked(&who.person.value, now) {
        let says = "Too many wrong codes. Wait a little and try again.";
        return Err(Trouble::TooMany(says.to_owned()));
    }
    if !takes_code(&console.store, &who.tenant, &mut who.person, code, now).await? {
        crate::door::failed(&mut who.person.value, now);
        console.store.put_person(&who.tenant, &who.person).await?;
        let says = "That code is not right or was used already. Take the next one.".to_owned();
        return page(&console, &visitor, &who, String::new(), says).await;
    }
    match fields.get("act") {
        "invite" => {
            let role = Role::of(fields.get("role"));
            let role = role.ok_or_else(|| Trouble::Refused("Choose a role.".to_owned()))?;
            let key = invite(&console.store, &who.tenant, role, now + INVITATION_LASTS).await?;
            note(&console, &who, "person-invited", role.as_str(), "").await?;
            let link = format!("/welcome?key={key}");
            page(&console, &visitor, &who, link, String::new()).await
        }
        "remove" => {
            remove(&console, &who, fields.get("person")).await?;
            page(&console, &visitor, &who, String::new(), String::new()).await
        }
        _ => Err(Trouble::Refused("Choose what to do.".to_owned())),
    }
}

async fn remove(console: &Console, who: &SignedIn, person: &str) -> Result<(), Trouble> {
    if person == who.person.value.id {
        let says = "You cannot remove yourself: somebody must be left to open the door.";
        return Err(Trouble::Refused(says.to_owned()));
    }
    let found = console.store.person(&who.tenant, person).await?;
    let found = found.ok_or(Trouble::NotFound)?;
    console.store.end_sessions(&who.tenant, person, &[]).await?;
    console.store.remove_person(&who.tenant, person).await?;
    let secret = crate::door::secret_name(person);
    console.store.remove_secret(&who.tenant, &secret).await?;
    note(console, who, "person-removed", &found.value.name, "").await
}
