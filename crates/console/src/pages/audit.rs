//! Audit: who did what, in a chain that shows whether anything was changed.

use askama::Template;
use axum::extract::{Query, State};
use axum::routing::{MethodRouter, get};
use sellkeep_store::AuditCheck;
use serde::Deserialize;

use super::alerts::LINES;
use super::{Access, Page};
use crate::console::Console;
use crate::door::{SignedIn, Visitor};
use crate::frame::{Frame, html};
use crate::shown;
use crate::trouble::Outcome;

pub(super) const PAGE: Page = Page::new("/audit", "Audit", Access::Person, methods).in_nav();

#[derive(Template)]
#[template(path = "audit.html")]
struct AuditPage {
    frame: Frame,
    entries: Vec<AuditLine>,
    older: u64,
    head: String,
    checked: String,
}

struct AuditLine {
    number: u64,
    when: String,
    who: String,
    deed: String,
    subject: String,
    says: String,
}

#[derive(Deserialize)]
struct Asked {
    before: Option<u64>,
    check: Option<String>,
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
    let entries = store
        .audit_entries(&who.tenant, asked.before, LINES)
        .await?;
    let head = store.audit_head(&who.tenant).await?;
    let checked = match asked.check {
        Some(_) => told(store.check_audit(&who.tenant).await?),
        None => String::new(),
    };
    let last = entries.last().filter(|last| last.number > 1);
    html(&AuditPage {
        frame: Frame::new(&visitor, PAGE.title),
        older: last.map_or(0, |last| last.number),
        head: format!("{} entries, {}", head.number, head.hash),
        checked,
        entries: entries
            .into_iter()
            .map(|entry| AuditLine {
                number: entry.number,
                when: shown::time(&entry.deed.at),
                who: entry.deed.who,
                deed: entry.deed.deed,
                subject: entry.deed.subject,
                says: entry.deed.says,
            })
            .collect(),
    })
}

fn told(check: AuditCheck) -> String {
    match check {
        AuditCheck::Whole(head) => {
            format!("All {} entries are as they were written.", head.number)
        }
        AuditCheck::BrokenAt(number) => format!(
            "Entry {number} was changed, is missing, or does not follow the one before. Keep a copy of the database and find out who had access to it."
        ),
    }
}
