//! Checking a mail for programs: the body is the mail as received.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, post};
use serde_json::json;

use crate::console::Console;
use crate::pages::{Access, Page, What, examine};
use crate::trouble::{Outcome, Trouble};

/// As on the page.
const BYTES_MAX: usize = 36 << 20;

pub const PAGE: Page = Page::endpoint("/api/check", Access::Person, methods).taking(BYTES_MAX);

fn methods() -> MethodRouter<Console> {
    post(judge)
}

async fn judge(State(console): State<Console>, mail: Bytes) -> Outcome {
    if mail.is_empty() {
        return Err(Trouble::Refused("Send the mail as the body.".to_owned()));
    }
    let examination = examine(&console, What::Mail(mail.to_vec())).await?;
    Ok(Json(json!(examination)).into_response())
}
