//! The preparation of an account for programs.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};

use super::Asked;
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::prepare::look;
use crate::trouble::Outcome;

pub const PAGE: Page = Page::endpoint("/api/preparation", Access::Person, methods);

fn methods() -> MethodRouter<Console> {
    get(one)
}

async fn one(State(console): State<Console>, who: SignedIn, Query(asked): Query<Asked>) -> Outcome {
    let id = asked.account;
    let look = look(&console, &who, &id).await?;
    let lost = look.regressions();
    let lost: Vec<&str> = lost.iter().map(|lost| lost.check.check.as_str()).collect();
    let past = look
        .past
        .iter()
        .map(|day| json!({"at": day.at, "points": day.points, "points_max": day.points_max}));
    let past: Vec<Value> = past.collect();
    let body = json!({"account": id, "score": look.now, "no_longer_in_order": lost, "past": past});
    Ok(Json(body).into_response())
}
