//! The JSON API: what pages show, for programs. Read with a session or a program's token;
//! changed with a session or a token that has the right to act.

pub mod accounts;
pub mod alerts;
mod answer;
pub mod check;
pub mod events;
pub mod incidents;
pub mod metrics;
mod once;
pub mod openapi;
pub mod preparation;
pub mod sources;

use axum::response::{IntoResponse, Json, Response};
use serde_json::{Value, json};

/// Rows of one answer at most.
const ROWS_MAX: usize = 200;
/// Rows of one answer where nobody asked for another number.
const ROWS: usize = 50;

/// How a list is asked for.
#[derive(serde::Deserialize)]
pub struct Asked {
    #[serde(default)]
    filter: String,
    #[serde(default)]
    account: String,
    #[serde(default)]
    before: String,
    limit: Option<usize>,
}

impl Asked {
    fn rows(&self) -> usize {
        self.limit.unwrap_or(ROWS).clamp(1, ROWS_MAX)
    }
}

/// A list with the place to read on from; `null` at the end.
fn list(items: &[Value], rows: usize, next: Option<String>) -> Response {
    let next = next.filter(|_| items.len() == rows);
    Json(json!({"items": items, "next": next})).into_response()
}
