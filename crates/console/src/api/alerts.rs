//! Alerts for programs.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use sellkeep_store::{AlertFilter, alert_place};
use serde_json::json;

use super::answer::{BODY_BYTES_MAX, answer};
use super::{Asked, list};
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::trouble::{Outcome, Trouble};

pub const LIST: Page = Page::endpoint("/api/alerts", Access::Person, methods);
pub const ONE: Page =
    Page::endpoint("/api/alerts/{id}", Access::Act, method_of_one).taking(BODY_BYTES_MAX);

fn methods() -> MethodRouter<Console> {
    get(all)
}

fn method_of_one() -> MethodRouter<Console> {
    get(one).post(answer)
}

/// The filter of a word, as on the page of alerts.
fn filter(asked: &Asked) -> AlertFilter {
    if asked.account.is_empty() {
        return crate::pages::alert_filter(&asked.filter);
    }
    AlertFilter::Account(asked.account.clone())
}

async fn all(State(console): State<Console>, who: SignedIn, Query(asked): Query<Asked>) -> Outcome {
    let before = asked.before.parse().ok();
    let rows = asked.rows();
    let found = console
        .store
        .alerts(&who.tenant, &filter(&asked), before.as_ref(), rows)
        .await?;
    let next = found
        .last()
        .map(|last| alert_place(&last.value).to_string());
    let items: Vec<_> = found.iter().map(|alert| json!(alert.value)).collect();
    Ok(list(&items, rows, next))
}

async fn one(State(console): State<Console>, who: SignedIn, Path(id): Path<String>) -> Outcome {
    let alert = console.store.alert(&who.tenant, &id).await?;
    let alert = alert.ok_or(Trouble::NotFound)?;
    Ok(Json(json!(alert.value)).into_response())
}
