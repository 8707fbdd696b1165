//! Signing out ends the session for good, not only in the browser.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, post};

use super::{Access, Page};
use crate::act::note;
use crate::console::Console;
use crate::door::{SignedIn, Token, set_cookie};
use crate::frame::to;
use crate::trouble::Outcome;

pub(super) const PAGE: Page =
    Page::new("/sign-out", "Sign out", Access::Half, methods).with_forms();

fn methods() -> MethodRouter<Console> {
    post(leave)
}

async fn leave(State(console): State<Console>, who: SignedIn) -> Outcome {
    let session = &who.session;
    let store = &console.store;
    store
        .end_session(&who.tenant, &session.person, &session.hash)
        .await?;
    note(&console, &who, "signed-out", "console", "").await?;
    let fresh = [(header::SET_COOKIE, set_cookie(&console, &Token::random()))];
    Ok((fresh, to("/sign-in")).into_response())
}
