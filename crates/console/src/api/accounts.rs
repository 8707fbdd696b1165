//! Accounts for programs, each with its payout clock.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Json};
use axum::routing::{MethodRouter, get};
use serde_json::json;

use super::{Asked, list};
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::trouble::{Outcome, Trouble};

pub const LIST: Page = Page::endpoint("/api/accounts", Access::Person, methods);
pub const ONE: Page = Page::endpoint("/api/accounts/{id}", Access::Person, method_of_one);

fn methods() -> MethodRouter<Console> {
    get(all)
}

fn method_of_one() -> MethodRouter<Console> {
    get(one)
}

async fn all(State(console): State<Console>, who: SignedIn, Query(asked): Query<Asked>) -> Outcome {
    let rows = asked.rows();
    let found = console
        .store
        .accounts(&who.tenant, &asked.before, rows)
        .await?;
    let next = found.last().map(|last| last.value.id.clone());
    let items: Vec<_> = found.iter().map(|account| json!(account.value)).collect();
    Ok(list(&items, rows, next))
}

async fn one(State(console): State<Console>, who: SignedIn, Path(id): Path<String>) -> Outcome {
    let account = console.store.account(&who.tenant, &id).await?;
    let account = account.ok_or(Trouble::NotFound)?.value;
    let state = console.store.state(&who.tenant, &id).await?;
    let known = state.version > 0;
    let clock = known.then(|| console.desk.clock(&account, &state.value, console.now()));
    Ok(Json(json!({"account": account, "payout_clock": clock.flatten()})).into_response())
}
