//! Incidents for programs.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use serde_json::{Value, json};

use super::{Asked, list};
use crate::act::incident;
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::trouble::{Outcome, Trouble};

pub const LIST: Page = Page::endpoint("/api/incidents", Access::Person, methods);
pub const ONE: Page = Page::endpoint("/api/incidents/{id}", Access::Person, method_of_one);

fn methods() -> MethodRouter<Console> {
    get(all)
}

fn method_of_one() -> MethodRouter<Console> {
    get(one)
}

async fn all(State(console): State<Console>, who: SignedIn, Query(asked): Query<Asked>) -> Outcome {
    let before = asked.before.parse().ok();
    let rows = asked.rows();
    let found = console
        .store
        .incidents(&who.tenant, before.as_ref(), rows)
        .await?;
    let next = found.last().map(|last| last.value.place().to_string());
    let read = |body: &str| serde_json::from_str(body).map_err(|error| Trouble::ours(&error));
    let items = found.iter().map(|kept| read(&kept.value.body));
    let items: Vec<Value> = items.collect::<Result<_, _>>()?;
    Ok(list(&items, rows, next))
}

async fn one(State(console): State<Console>, who: SignedIn, Path(id): Path<String>) -> Outcome {
    let incident = incident(&console, &who, &id).await?;
    Ok(Json(json!(incident.value)).into_response())
}
