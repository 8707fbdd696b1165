//! Events for programs, newest first.

use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_store::{EventFilter, event_place};
use serde_json::json;

use super::{Asked, list};
use crate::console::Console;
use crate::door::SignedIn;
use crate::pages::{Access, Page};
use crate::trouble::{Outcome, Trouble};

pub const LIST: Page = Page::endpoint("/api/events", Access::Person, methods);

fn methods() -> MethodRouter<Console> {
    get(all)
}

async fn all(State(console): State<Console>, who: SignedIn, Query(asked): Query<Asked>) -> Outcome {
    let filter = if asked.account.is_empty() {
        EventFilter::All
    } else {
        let account = console.store.account(&who.tenant, &asked.account).await?;
        account.ok_or(Trouble::NotFound)?;
        EventFilter::Account(asked.account.clone())
    };
    let before = asked.before.parse().ok();
    let rows = asked.rows();
    let found = console
        .store
        .events(&who.tenant, &filter, before.as_ref(), rows)
        .await?;
    let next = found.last().map(|last| event_place(last).to_string());
    let items: Vec<_> = found.iter().map(|event| json!(event)).collect();
    Ok(list(&items, rows, next))
}
