//! Accounts: what is watched, and what needs somebody on each.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_model::AlertLevel;
use sellkeep_store::{EVENTS, pending};
use serde::Deserialize;

use super::alerts::LINES;
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/accounts", "Accounts", Access::Person, methods).in_nav();

#[derive(Template)]
#[template(path = "accounts.html")]
struct AccountsPage {
    frame: Frame,
    accounts: Vec<AccountLine>,
    more: String,
}

struct AccountLine {
    id: String,
    name: String,
    marketplace: String,
    act_now: u64,
    check_today: u64,
    events: u64,
    confirmed: bool,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
}

fn methods() -> MethodRouter<Console> {
    get(show)
}

async fn show(
    State(console): State<Console>,
    visitor: Visitor,
    who: SignedIn,
    Query(asked): Query<Asked>,
) -> Outcome {
    let store = &console.store;
    let found = store.accounts(&who.tenant, &asked.after, LINES).await?;
    let counts = async |what: &str| -> Result<BTreeMap<String, u64>, sellkeep_store::Error> {
        Ok(store.counts(&who.tenant, what).await?.into_iter().collect())
    };
    let act_now = counts(pending(AlertLevel::ActNow)).await?;
    let check_today = counts(pending(AlertLevel::CheckToday)).await?;
    let events = counts(EVENTS).await?;
    let of = |counts: &BTreeMap<String, u64>, id: &str| counts.get(id).copied().unwrap_or_default();
    let last = found.last().filter(|_| found.len() == LINES);
    html(&AccountsPage {
        frame: Frame::new(&visitor, PAGE.title),
        more: last.map(|last| last.value.id.clone()).unwrap_or_default(),
        accounts: found
            .iter()
            .map(|account| {
                let account = &account.value;
                AccountLine {
                    id: account.id.clone(),
                    name: account.name.clone().unwrap_or_else(|| account.id.clone()),
                    marketplace: account.marketplace.clone(),
                    act_now: of(&act_now, &account.id),
                    check_today: of(&check_today, &account.id),
                    events: of(&events, &account.id),
                    confirmed: account.baseline_confirmed,
                }
            })
            .collect(),
    })
}
