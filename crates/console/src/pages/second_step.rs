//! Setting up the second step: scan, confirm with a code, keep the recovery codes.

use askama::Template;
use axum::extract::State;
use axum::routing::{MethodRouter, get};
use sellkeep_store::Secret;

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{Codes, SignedIn, Visitor, recovery_codes, secret_name};
use crate::form::Fields;
use crate::frame::{Frame, html, to};
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page =
    Page::new("/second-step", "Second step", Access::Half, methods).with_forms();

#[derive(Template)]
#[template(path = "second_step.html")]
struct SecondStepPage {
    frame: Frame,
    typed: String,
    path: String,
    size: i32,
    problem: String,
}

#[derive(Template)]
#[template(path = "recovery.html")]
struct RecoveryPage {
    frame: Frame,
    codes: Vec<String>,
}

fn methods() -> MethodRouter<Console> {
    get(show).post(confirm)
}

async fn show(State(console): State<Console>, visitor: Visitor, who: SignedIn) -> Outcome {
    if who.person.value.second_step {
        return Ok(to("/settings"));
    }
    let codes = Codes::random().ok_or(Trouble::Ours)?;
    let secret = Secret::new(codes.secret());
    let name = secret_name(&who.person.value.id);
    console
        .store
        .put_secret(&who.tenant, &name, &secret, console.now())
        .await?;
    page(&visitor, &who, &codes, String::new())
}

fn page(visitor: &Visitor, who: &SignedIn, codes: &Codes, problem: String) -> Outcome {
    let (path, size) = codes.picture(who.name()).ok_or(Trouble::Ours)?;
    html(&SecondStepPage {
        frame: Frame::new(visitor, PAGE.title),
        typed: codes.typed(),
        path,
        size,
        problem,
    })
}

async fn confirm(
    State(console): State<Console>,
    mut visitor: Visitor,
    mut who: SignedIn,
    fields: Fields,
) -> Outcome {
    if who.person.value.second_step {
        return Ok(to("/settings"));
    }
    let name = secret_name(&who.person.value.id);
    let secret = console.store.secret(&who.tenant, &name).await?;
    let codes = secret.and_then(|secret| Codes::new(secret.expose()));
    let codes = codes
        .ok_or_else(|| Trouble::Refused("Open the page again and scan the picture.".to_owned()))?;
    let Some(step) = codes.check(fields.get("code"), console.now()) else {
        let problem =
            "That code is not right. Is the clock of your phone set by itself?".to_owned();
        return page(&visitor, &who, &codes, problem);
    };
    let (shown, kept) = recovery_codes().ok_or(Trouble::Ours)?;
    let person = &mut who.person.value;
    (person.second_step, person.last_code, person.recovery) = (true, step, kept);
    console.store.put_person(&who.tenant, &who.person).await?;
    note(&console, &who, "second-step-set-up", "console", "").await?;
    visitor.signed_in = Some(who);
    html(&RecoveryPage {
        frame: Frame::new(&visitor, "Recovery codes"),
        codes: shown,
    })
}
