//! One rule, tried on the stored past: when it would have found something, day by day.
//!
//! Lives through the newest events of each account, a thousand at most; the command
//! `sellkeep backtest` lives through all records. Nothing is raised or changed.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use jiff::Timestamp;
use sellkeep_model::{Account, Event};
use sellkeep_store::{EventFilter, PAGE_ROWS_MAX};
use serde::Deserialize;

use super::{Access, Page};
use crate::console::Console;
use crate::desk::RuleLine;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::pictures::{Picture, bars, per_day};
use crate::shown;
use crate::trouble::{Outcome, Trouble};

pub(super) const PAGE: Page = Page::new("/rules/try", "Rule", Access::Person, methods);

/// Accounts that are lived through: a page must not take minutes.
const ACCOUNTS_MAX: usize = 12;
/// Days that are drawn.
const DAYS: u16 = 90;

#[derive(Template)]
#[template(path = "rule.html")]
struct RulePage {
    frame: Frame,
    rule: RuleLine,
    found: usize,
    accounts: usize,
    events: usize,
    since: String,
    more: bool,
    pictures: Vec<Picture>,
}

#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    rule: String,
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
    let mut rules = console.desk.rules().into_iter();
    let rule = rules.find(|rule| rule.id == asked.rule);
    let rule = rule.ok_or(Trouble::NotFound)?;
    let mut past = past(&console, &who).await?;
    let more = past.len() > ACCOUNTS_MAX;
    past.truncate(ACCOUNTS_MAX);
    let events = past.iter().map(|(_, events)| events.len()).sum();
    let since = past.iter().filter_map(|(_, events)| events.first());
    let since = since.map(|event| event.learned).min();
    let accounts = past.len();
    let found = tried(&console, &asked.rule, past).await?;
    let each = found.iter().map(|at| (*at, 1.0));
    let days = per_day(each, console.now(), DAYS);
    html(&RulePage {
        frame: Frame::new(&visitor, "Rules"),
        found: found.len(),
        accounts,
        events,
        since: since.map(|at| shown::time(&at)).unwrap_or_default(),
        more,
        pictures: bars(
            "found",
            "What it would have found, a day",
            "findings",
            &days,
        )
        .into_iter()
        .collect(),
        rule,
    })
}

/// The accounts with their newest events, oldest first.
async fn past(console: &Console, who: &SignedIn) -> Result<Vec<(Account, Vec<Event>)>, Trouble> {
    let store = &console.store;
    let accounts = store.accounts(&who.tenant, "", ACCOUNTS_MAX + 1).await?;
    let mut past = Vec::new();
    for account in accounts {
        let filter = EventFilter::Account(account.value.id.clone());
        let mut events = store
            .events(&who.tenant, &filter, None, PAGE_ROWS_MAX)
            .await?;
        events.sort_by(|a, b| (a.learned, &a.id).cmp(&(b.learned, &b.id)));
        past.push((account.value, events));
    }
    Ok(past)
}

/// Away from the threads that serve pages, and not many at once.
async fn tried(
    console: &Console,
    rule: &str,
    past: Vec<(Account, Vec<Event>)>,
) -> Result<Vec<Timestamp>, Trouble> {
    let busy = || Trouble::TooMany("Much is being tried right now. Wait a little.".to_owned());
    let permit = console.checks.clone().try_acquire_owned();
    let permit = permit.map_err(|_| busy())?;
    let (desk, rule) = (console.desk.clone(), rule.to_owned());
    let work = move || {
        let mut found = Vec::new();
        for (account, events) in &past {
            found.extend(desk.rehearse(&rule, account, events).unwrap_or_default());
        }
        drop(permit);
        found
    };
    let found = tokio::task::spawn_blocking(work).await;
    found.map_err(|error| Trouble::ours(&error))
}
